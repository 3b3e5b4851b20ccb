from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import detect
from pipeline.detect import Detection, detect_languages
from pipeline.errors import RejectError, UsageError
from pipeline.records import Block

FRENCH = (
    "Le président français a reçu mardi à l’Élysée le chancelier allemand, avec lequel il a parlé "
    "de la défense de l’Europe et de la guerre en Ukraine."
)
ENGLISH = (
    "The French president met the German chancellor in Paris on Tuesday and said that they would "
    "meet again in a month to talk about the defence of Europe."
)
FOREIGN = {
    "es": "El presidente del Gobierno se reunió este lunes con los líderes de la oposición para "
    "tratar de la situación de la economía, según ha confirmado la Moncloa en un comunicado.",
    "it": "Il presidente del Consiglio ha incontrato oggi a Roma il segretario generale della Nato "
    "per discutere della situazione in Ucraina e delle prossime elezioni europee.",
    "de": "Der Bundeskanzler hat am Montag in Berlin den französischen Präsidenten empfangen. Die "
    "beiden sprachen über die Lage in der Ukraine und die Zukunft der Europäischen Union.",
    "nl": "De minister-president heeft maandag in Den Haag de Franse president ontvangen. Ze "
    "spraken over de oorlog in Oekraïne en de toekomst van de Europese Unie.",
    "pt": "O presidente do Brasil reuniu-se nesta segunda-feira com os líderes da oposição para "
    "tratar da situação da economia no país, segundo confirmou o Planalto em nota.",
    "ca": "El president de la Generalitat s’ha reunit aquest dilluns amb els líders de l’oposició "
    "per parlar de la situació de l’economia al país, segons ha confirmat el govern.",
    "ro": "Președintele României s-a întâlnit luni cu liderii opoziției pentru a discuta despre "
    "situația economiei din țară, potrivit unui comunicat de presă al guvernului.",
    "pl": "Prezydent spotkał się w poniedziałek w Warszawie z kanclerzem Niemiec. Rozmawiali o "
    "sytuacji na Ukrainie i przyszłości Unii Europejskiej, jak podał rzecznik.",
    "ru": "Президент встретился в понедельник в Москве с министром иностранных дел Китая.",
    "uk": "Президент зустрівся в понеділок у Києві з міністром закордонних справ Польщі.",
    "ko": "대통령은 월요일 서울에서 미국 국무장관을 만나 북한 문제를 논의했다고 밝혔다.",
    "ja": "首相は月曜日、東京でアメリカの国務長官と会談し、安全保障について協議した。",
    "zh": "国家主席星期一在北京会见了德国总理，双方就贸易问题交换了意见。",
    "ar": "التقى الرئيس يوم الاثنين في القاهرة وزير الخارجية الفرنسي لبحث الوضع في غزة.",
    "el": "Ο πρωθυπουργός συναντήθηκε τη Δευτέρα στην Αθήνα με τον πρόεδρο της Γαλλίας.",
    "he": "ראש הממשלה נפגש ביום שני בירושלים עם שר החוץ הצרפתי.",
}


def one(text: str, forced: str | None = None) -> Detection:
    return detect_languages(text, [Block("body", 0, len(text))], forced)


def of_parts(*parts: str, forced: str | None = None) -> Detection:
    """Detection of an article of these paragraphs."""
    blocks = []
    at = 0
    for part in parts:
        blocks.append(Block("body", at, at + len(part)))
        at += len(part) + 2
    return detect_languages("\n\n".join(parts), blocks, forced)


@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (ENGLISH, "en")])
def test_articles_are_settled_without_langdetect(
    monkeypatch: pytest.MonkeyPatch, text: str, language: str
) -> None:
    monkeypatch.setattr(detect, "_ask", lambda _: pytest.fail("langdetect was asked"))
    for form in (text, text.upper(), text[:60], text * 40):
        assert one(form) == Detection(language, None, ((language, None),))


@pytest.mark.parametrize(("code", "text"), FOREIGN.items())
def test_other_languages_are_rejected(code: str, text: str) -> None:
    with pytest.raises(RejectError) as caught:
        one(text)
    assert (caught.value.stage, caught.value.reason) == ("detect", "unsupported_language")
    assert caught.value.detail.startswith(f"detected {code}")
    assert "--lang" in caught.value.detail


@pytest.mark.parametrize(
    ("headline", "language"),
    [
        ("Trump se retire", "fr"),
        ("Macron reçoit Merz", "fr"),
        ("Macron à Berlin", "fr"),
        ("Sommet Trump-Poutine annulé", "fr"),
        ("L’Otan recule", "fr"),
        ("Donald Trump", "fr"),
        ("Zelensky Erdogan Istanbul", "fr"),
        ("Trump meets Putin", "en"),
        ("Putin's Kyiv trap", "en"),
        ("US strikes Iran", "en"),
        ("Norway quits summit", "en"),
        ("Xi meeting with Biden", "en"),
        ("The president resigns", "en"),
    ],
)
def test_headlines(headline: str, language: str) -> None:
    assert one(headline).language == language
    assert one(headline).score is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("El presidente recibió al canciller para hablar de la defensa de Europa, el martes", "es"),
        ("Il presidente ha ricevuto il cancelliere della Germania per parlare di Europa", "it"),
        ("Tổng thống Pháp đã tiếp Thủ tướng Đức hôm thứ Ba", "und"),
    ],
)
def test_a_short_sentence_with_no_word_of_ours(text: str, language: str) -> None:
    with pytest.raises(RejectError, match=f"detected {language}"):
        one(text)


def test_names_with_letters_of_their_own_change_no_headline() -> None:
    assert one("Erdoğan, Vučić et Orbán reçus par Kaczyński").language == "fr"


def test_a_short_foreign_sentence() -> None:
    with pytest.raises(RejectError, match="detected de"):
        one("Der Kanzler hat die Sitzung mit dem Präsidenten abgesagt.")


@pytest.mark.parametrize("text", ["", "123 456", "!!! ***", "12/03/2024"])
def test_no_letters(text: str) -> None:
    with pytest.raises(RejectError, match="detected und"):
        one(text)
    assert one(text, "fr").passages == (("und", None),)


def test_passages_by_script_and_function_words() -> None:
    parts = [
        FRENCH,
        "관련 이미지",
        "***",
        ENGLISH,
        "The end",
        "Kanye West",
        "Президент встретился с мэром",
        "Єврокомісія",
        "北京会见",
        "東京で会談",
        "القاهرة",
        FOREIGN["de"],
        FRENCH.upper(),
    ]
    got = of_parts(*parts, FRENCH, FRENCH)
    assert got.language == "fr"
    wanted = ["fr", "ko", "und", "en", "fr", "fr", "ru", "uk", "zh", "ja", "ar", "de", "fr"]
    assert [code for code, _ in got.passages][:13] == wanted


def test_a_french_quote_inside_an_english_article() -> None:
    got = of_parts(ENGLISH, FRENCH, ENGLISH)
    assert got.language == "en"
    assert [code for code, _ in got.passages] == ["en", "fr", "en"]


def test_forced() -> None:
    got = of_parts(ENGLISH, "관련 이미지", FOREIGN["es"], forced="fr")
    assert got == Detection("fr", None, (("fr", None), ("ko", None), ("fr", None)))
    assert one(FOREIGN["ko"], "fr").language == "fr"
    with pytest.raises(UsageError, match="--lang es"):
        one(FRENCH, "es")


def test_cruft_does_not_tell_the_language() -> None:
    cruft = "Sign up to our newsletter and get the news in your inbox. All rights reserved. " * 5
    text = f"{cruft}{FRENCH}"
    blocks = [Block("cruft", 0, len(cruft)), Block("body", len(cruft), len(text))]
    assert detect_languages(text, blocks).language == "fr"
    assert detect_languages(cruft, [Block("cruft", 0, len(cruft))]).language == "en"


def test_an_article_of_two_languages_gets_the_one_it_has_more_of() -> None:
    assert of_parts(FRENCH, ENGLISH, FRENCH).language == "fr"
    assert of_parts(ENGLISH, FRENCH, ENGLISH, ENGLISH).language == "en"


def test_the_same_whatever_came_before() -> None:
    mixed = f"{FOREIGN['ca']} {FRENCH[:40]} {FOREIGN['it']}"
    texts = [FRENCH, ENGLISH, mixed, *FOREIGN.values()]

    def answer(text: str) -> str:
        try:
            return str(one(text))
        except RejectError as fault:
            return fault.detail

    wanted = [answer(text) for text in texts]
    order = list(range(len(texts)))
    for seed in range(100 // 5):
        random.Random(seed).shuffle(order)
        for at in order:
            assert answer(texts[at]) == wanted[at]
    assert {answer(mixed) for _ in range(100)} == {wanted[2]}


@given(st.text(max_size=80), st.sampled_from([None, "fr", "en"]))
def test_any_text_has_a_language_or_is_rejected(text: str, forced: str | None) -> None:
    try:
        got = one(text, forced)
    except RejectError:
        if forced is None:
            return
        raise
    assert got.language in {"fr", "en"}
    assert len(got.passages) == 1


def test_langdetect_is_not_imported_unless_asked() -> None:
    code = (
        "import sys; from pipeline.detect import detect_languages; "
        f"detect_languages({FRENCH!r}, []); assert 'langdetect' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_langdetect_agrees_on_what_it_is_asked() -> None:
    assert detect._ask(FRENCH) == ("fr", 1.0)
    assert detect._ask("12 34") == ("und", None)
    assert detect._ask("中国和美国")[0] == "zh"
