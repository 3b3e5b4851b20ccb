"""The constructions of the grammar over hand-made UD trees: no model, a lexicon of its own.

A tree is one word a line: form, lemma, part of speech, relation, head (from 1, 0 the root) and
features. Capital words of `NAMES` are the mentions.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.nodes import Tree
from pipeline.records import Mention, Passage, Relation
from pipeline.relations.arguments import Resolver
from pipeline.relations.find import Grammar
from pipeline.relations.relatives import antecedent

LEXICON = Path(__file__).parent / "lexicon"
NAMES = {
    "Macron": "PER",
    "Merz": "PER",
    "Trump": "PER",
    "Rutte": "PER",
    "France": "LOC",
    "Japon": "LOC",
    "Norvège": "LOC",
    "Norway": "LOC",
    "Japan": "LOC",
    "Unesco": "ORG",
    "NATO": "ORG",
    "japonais": "NORP",
    "il": "PER",
    "son": "PER",
}
PAST = "Mood=Ind|Tense=Past|VerbForm=Fin"
PRES = "Mood=Ind|Tense=Pres|VerbForm=Fin"
FUT = "Mood=Ind|Tense=Fut|VerbForm=Fin"
COND = "Mood=Cnd|Tense=Pres|VerbForm=Fin"
PPART = "Tense=Past|VerbForm=Part"
INF = "VerbForm=Inf"


def tree(text: str) -> Tree:
    """A tree from the lines of a tree."""
    rows = [line.split() for line in text.strip().splitlines()]
    heads = [int(row[4]) - 1 if int(row[4]) else i for i, row in enumerate(rows)]
    doc = Doc(
        Vocab(),
        words=[row[0] for row in rows],
        lemmas=[row[1].replace("|", " ") for row in rows],
        pos=[row[2] for row in rows],
        deps=[row[3] for row in rows],
        heads=heads,
        morphs=[row[5] if len(row) > 5 else "" for row in rows],
        sent_starts=[i == 0 for i in range(len(rows))],
    )
    return Tree(doc)


def mentions_of(doc: Tree) -> list[Mention]:
    found = []
    for token in doc:
        label = NAMES.get(token.text)
        if label:
            found.append(
                Mention(
                    "a", len(found), token.idx, token.idx + len(token), token.text, label,
                    "name", f"id:{token.text}", None, "fr", 1.0,
                )
            )  # fmt: skip
    return found


def find(language: str, text: str) -> list[Relation]:
    doc = tree(text)
    grammar = Grammar(language, folders=(LEXICON,))
    passage = Passage("a", 0, "body", 0, len(doc.text), language, None, True)
    resolver = Resolver(passage, doc, mentions_of(doc), {}, frozenset(), grammar.cues)
    return grammar.relations("a", doc, resolver)


def told(rows: list[Relation]) -> set[tuple[str | None, ...]]:
    return {(r.relation, r.subject_text, r.object_text, r.polarity, r.factuality) for r in rows}


CASES = {
    "a plural article taken for a preposition behind a day": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        reçoit recevoir VERB ROOT 0 {PRES}
        mardi mardi NOUN obl:mod 2
        des de ADP case 5
        japonais japonais NOUN obl:arg 2 Number=Plur""",
        {("hosts", "Macron", "japonais", "affirmed", "actual")},
    ),
    "a relative clause of a list": (
        "fr",
        f"""Macron Macron PROPN nsubj 8
        et et CCONJ cc 3
        Merz Merz PROPN conj 1
        , , PUNCT punct 6
        qui qui PRON nsubj 6 PronType=Rel
        reçoivent recevoir VERB acl:relcl 1 {PRES}|Number=Plur
        Trump Trump PROPN obj 6
        chantent chanter VERB ROOT 0 {PRES}|Number=Plur""",
        {
            ("hosts", "Macron", "Trump", "affirmed", "actual"),
            ("hosts", "Merz", "Trump", "affirmed", "actual"),
        },
    ),
    "a relative clause of the last of a list": (
        "fr",
        f"""Macron Macron PROPN nsubj 8
        et et CCONJ cc 3
        Merz Merz PROPN conj 1
        , , PUNCT punct 6
        qui qui PRON nsubj 6 PronType=Rel
        reçoit recevoir VERB acl:relcl 3 {PRES}|Number=Sing
        Trump Trump PROPN obj 6
        chantent chanter VERB ROOT 0 {PRES}|Number=Plur""",
        {("hosts", "Merz", "Trump", "affirmed", "actual")},
    ),
    "some of them": (
        "fr",
        f"""Quatre quatre NUM nsubj:pass 6
        d'entre d'entre ADP case 3
        eux lui PRON nmod 1 Number=Plur
        ont avoir AUX aux:tense 6 {PRES}
        été être AUX aux:pass 6 {PPART}
        reçus recevoir VERB ROOT 0 {PPART}
        par par ADP case 8
        Macron Macron PROPN obl:agent 6""",
        {("hosts", "Macron", "Quatre d'entre eux", "affirmed", "actual")},
    ),
    "the infinitive hung on the guest": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        reçoit recevoir VERB ROOT 0 {PRES}
        la le DET det 4 Definite=Def
        Région région NOUN xcomp 2
        de de ADP mark 6
        chanter chanter VERB acl 4 {INF}""",
        {("hosts", "Macron", "Région", "affirmed", "actual")},
    ),
    "a meeting that a relative clause carries": (
        "fr",
        f"""Merz Merz PROPN nsubj 2
        prépare préparer VERB ROOT 0 {PRES}
        la le DET det 4
        rencontre rencontre NOUN obj 2
        que que PRON obj 8 PronType=Rel
        Macron Macron PROPN nsubj 7
        doit devoir VERB acl:relcl 4 {PRES}
        tenir tenir VERB xcomp 7 {INF}
        avec avec ADP case 10
        Trump Trump PROPN obl:arg 8""",
        {("meets", "Macron", "Trump", "affirmed", "planned")},
    ),
    "how long before is no object": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3
        et et CCONJ cc 6
        accueilli accueillir VERB conj 3 {PPART}
        dix dix NUM nummod 8
        jours jour NOUN obj 6
        tôt tôt ADV advmod 6""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a participle of a noun further up": (
        "fr",
        f"""la le DET det 2
        Région région NOUN nsubj 8 Gender=Fem|Number=Sing
        de de ADP case 4
        soldats soldat NOUN nmod 2 Gender=Masc|Number=Plur
        reçue recevoir VERB acl 4 {PPART}|Gender=Fem|Number=Sing
        par par ADP case 7
        Macron Macron PROPN obl:agent 5
        chante chanter VERB ROOT 0 {PRES}""",
        {("hosts", "Macron", "Région de soldats", "affirmed", "actual")},
    ),
    "never so much": (
        "fr",
        f"""Macron Macron PROPN nsubj 6
        n' ne ADV advmod 6
        a avoir AUX aux:tense 6 {PRES}
        jamais jamais ADV advmod 6
        autant autant ADV advmod 6
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 6""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "the name before a relative whose noun does nothing": (
        "fr",
        f"""Trump Trump PROPN nsubj 2
        parle parler VERB ROOT 0 {PRES}
        sous sous ADP case 5
        l' le DET det 5
        œil œil NOUN obl:mod 2 Number=Sing
        de de ADP case 7
        Macron Macron PROPN nmod 5
        qui qui PRON nsubj 9 PronType=Rel
        reçoit recevoir VERB acl:relcl 5 {PRES}|Number=Sing
        Merz Merz PROPN obj 9""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "sides of a list torn in two": (
        "fr",
        f"""la le DET det 2
        rencontre rencontre NOUN nsubj 10
        entre entre ADP case 4
        Macron Macron PROPN nmod 2
        , , PUNCT punct 6
        Merz Merz PROPN dislocated 10
        et et CCONJ cc 8
        Trump Trump PROPN conj 6
        , , PUNCT punct 10
        dure durer VERB ROOT 0 {PRES}""",
        {
            ("meets", "Macron", "Merz", "affirmed", "actual"),
            ("meets", "Macron", "Trump", "affirmed", "actual"),
            ("meets", "Merz", "Trump", "affirmed", "actual"),
        },
    ),
    "a name right before a relative that the noun does not agree with": (
        "fr",
        f"""les le DET det 2
        sanctions sanction NOUN ROOT 0 Number=Plur
        contre contre ADP case 4
        Macron Macron PROPN nmod 2
        , , PUNCT punct 8
        qui qui PRON nsubj 8 PronType=Rel
        a avoir AUX aux:tense 8 {PRES}|Number=Sing
        reçu recevoir VERB acl:relcl 2 {PPART}
        Merz Merz PROPN obj 8""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a heading glued to the subject": (
        "fr",
        f"""LA le DET det 2
        GUERRE guerre NOUN nsubj 5
        la le DET det 4
        Région région NOUN nsubj 5
        reçoit recevoir VERB ROOT 0 {PRES}
        Merz Merz PROPN obj 5""",
        {("hosts", "Région", "Merz", "affirmed", "actual")},
    ),
    "a second subject behind the verb": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        ne ne ADV advmod 3
        reçoive recevoir VERB ROOT 0 {PRES}
        Merz Merz PROPN nsubj 3""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "an agent of the next participle": (
        "fr",
        f"""Merz Merz PROPN ROOT 0
        reçu recevoir VERB acl 1 {PPART}
        à à ADP case 4
        Berlin Berlin PROPN obl:arg 2
        mais mais CCONJ cc 6
        invité inviter VERB acl 1 {PPART}
        par par ADP case 8
        Macron Macron PROPN obl:agent 6""",
        {("hosts", None, "Merz", "affirmed", "actual")},
    ),
    "what a noun decides, hung on the verb above": (
        "fr",
        f"""Merz Merz PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        jugé juger VERB ROOT 0 {PPART}
        la le DET det 5
        décision décision NOUN obj 3
        de de ADP case 7
        Macron Macron PROPN nmod 5
        de de ADP mark 9
        recevoir recevoir VERB xcomp 3 {INF}
        Trump Trump PROPN obj 9""",
        {("hosts", "Macron", "Trump", "affirmed", "actual")},
    ),
    "one who is invited to do it": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        invite inviter VERB ROOT 0 {PRES}
        Merz Merz PROPN obj 2
        à à ADP mark 5
        recevoir recevoir VERB xcomp 2 {INF}
        Trump Trump PROPN obj 5""",
        {("hosts", "Merz", "Trump", "affirmed", "planned")},
    ),
    "one who is seen doing it": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        voit voir VERB ROOT 0 {PRES}
        Merz Merz PROPN obj 2
        recevoir recevoir VERB xcomp 2 {INF}
        Trump Trump PROPN obj 4""",
        {("hosts", "Merz", "Trump", "affirmed", "actual")},
    ),
    "in view of being received": (
        "fr",
        f"""Merz Merz PROPN nsubj 2
        part partir VERB ROOT 0 {PRES}
        en en ADP case 4
        vue vue NOUN obl:mod 2
        d' de ADP mark 7
        être être AUX aux:pass 7 {INF}
        reçu recevoir VERB acl 4 {PPART}""",
        {("hosts", None, "Merz", "affirmed", "actual")},
    ),
    "a passive infinitive of another gender": (
        "fr",
        f"""le le DET det 2
        réfugié réfugié NOUN nsubj 3 Gender=Masc|Number=Sing
        part partir VERB ROOT 0 {PRES}
        après après ADP mark 7
        avoir avoir AUX aux:tense 7 {INF}
        été être AUX aux:pass 7 {PPART}
        reçue recevoir VERB advcl 3 {PPART}|Gender=Fem|Number=Sing
        par par ADP case 9
        Macron Macron PROPN obl:agent 7""",
        set(),
    ),
    "an argument beside an adjunct with the same preposition": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        se se PRON expl:pv 3
        retire retirer VERB ROOT 0 {PRES}
        de de ADP case 5
        Norvège Norvège PROPN obl:mod 3
        de de ADP case 8
        l' le DET det 8
        Unesco Unesco PROPN obl:arg 3""",
        {("withdraws_from", "Macron", "Unesco", "affirmed", "actual")},
    ),
    "what is joined to a deed noun with its preposition": (
        "fr",
        """après après ADP case 3
        le le DET det 3
        retrait retrait NOUN ROOT 0
        et et CCONJ cc 6
        après après ADP case 6
        France France PROPN conj 3""",
        set(),
    ),
    "what somebody rules out": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        exclut exclure VERB ROOT 0 {PRES}
        de de ADP mark 4
        recevoir recevoir VERB xcomp 2 {INF}
        Merz Merz PROPN obj 4""",
        {("hosts", "Macron", "Merz", "negated", "actual")},
    ),
    "what is not excluded": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        n' ne ADV advmod 3
        exclut exclure VERB ROOT 0 {PRES}
        pas pas ADV advmod 3
        de de ADP mark 6
        recevoir recevoir VERB xcomp 3 {INF}
        Merz Merz PROPN obj 6""",
        {("hosts", "Macron", "Merz", "affirmed", "possible")},
    ),
    "two words of one negation": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        part partir VERB ROOT 0 {PRES}
        sans sans ADP mark 8
        que que SCONJ mark 8
        Merz Merz PROPN nsubj:pass 8
        ne ne ADV advmod 8
        soit être AUX aux:pass 8 {PRES}
        reçu recevoir VERB advcl 2 {PPART}
        aucunement aucun ADV det 5""",
        {("hosts", None, "Merz", "negated", "actual")},
    ),
    "a contrast under if": (
        "fr",
        f"""Si si SCONJ mark 5
        Trump Trump PROPN nsubj 5
        n' ne ADV advmod 5
        a avoir AUX aux:tense 5 {PRES}
        rien rien VERB advcl 9 {PPART}
        , , PUNCT punct 5
        Macron Macron PROPN nsubj 9
        a avoir AUX aux:tense 9 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 9""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "even if": (
        "fr",
        f"""Trump Trump PROPN nsubj 2
        part partir VERB ROOT 0 {PRES}
        même même ADV advmod 4
        si si SCONJ mark 6
        Macron Macron PROPN nsubj 6
        reçoit recevoir VERB advcl 2 {PRES}
        Merz Merz PROPN obj 6""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a meeting on a day to come": (
        "fr",
        """Le le DET det 2
        sommet sommet NOUN ROOT 0
        de de ADP case 4
        lundi lundi NOUN nmod 2
        prochain prochain ADJ amod 4
        entre entre ADP case 7
        Macron Macron PROPN nmod 2
        et et CCONJ cc 9
        Merz Merz PROPN conj 7""",
        {("meets", "Macron", "Merz", "affirmed", "planned")},
    ),
    "a means of what is only tried": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        tente tenter VERB ROOT 0 {PRES}
        de de ADP mark 4
        convaincre convaincre VERB xcomp 2 {INF}
        en en ADP mark 6
        recevant recevoir VERB advcl 2 Tense=Pres|VerbForm=Part
        Merz Merz PROPN obj 6""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "talks that have lasted days": (
        "fr",
        f"""Au à|le ADP case 2
        terme terme NOUN obl:mod 9
        de de ADP case 4
        jours jour NOUN nmod 2
        de de ADP case 6
        entretien entretien NOUN nmod 4
        avec avec ADP case 8
        Merz Merz PROPN nmod 6
        part partir VERB ROOT 0 {PRES}
        Macron Macron PROPN nsubj 9""",
        {("meets", "Merz", "Macron", "affirmed", "actual")},
    ),
    "what an adjective mistaken for a negation says": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        un un DET det 5
        pas pas ADV obj 3
        et et CCONJ cc 7
        Merz Merz PROPN conj 5""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "not without": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        est être AUX aux:tense 3 {PRES}
        parti partir VERB ROOT 0 {PPART}
        non non ADV advmod 6
        sans sans ADP mark 6
        recevoir recevoir VERB advcl 3 {INF}
        Merz Merz PROPN obj 6""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a relative that the parser took for a conjunction": (
        "fr",
        f"""Trump Trump PROPN ROOT 0
        , , PUNCT punct 6
        que que SCONJ obj 6
        Macron Macron PROPN nsubj 6
        a avoir AUX aux:tense 6 {PRES}
        reçu recevoir VERB advcl 1 {PPART}""",
        {("hosts", "Macron", "Trump", "affirmed", "actual")},
    ),
    "the place of a dateline": (
        "fr",
        f"""Niger Niger PROPN nsubj 5
        – – PUNCT punct 1
        Macron Macron PROPN nsubj 5
        a avoir AUX aux:tense 5 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 5""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "the subject that agrees": (
        "fr",
        f"""Trump Trump PROPN nsubj 4 Number=Sing
        les le DET det 3
        Merz Merz PROPN nsubj 4 Number=Plur
        reçoivent recevoir VERB ROOT 0 {PRES}|Number=Plur
        Macron Macron PROPN obj 4""",
        {("hosts", "Merz", "Macron", "affirmed", "actual")},
    ),
    "a participle before the first of two subjects": (
        "fr",
        f"""Reçus recevoir VERB acl 5 {PPART}
        par par ADP case 3
        Macron Macron PROPN obl:agent 1
        , , PUNCT punct 1
        Trump Trump PROPN nsubj 9 Number=Sing
        , , PUNCT punct 8
        les le DET det 8
        Merz Merz PROPN nsubj 9 Number=Plur
        dînent dîner VERB ROOT 0 {PRES}|Number=Plur""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "an irregular future": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        recevra recevoir VERB ROOT 0 {PRES}
        Merz Merz PROPN obj 2""",
        {("hosts", "Macron", "Merz", "affirmed", "planned")},
    ),
    "an institution in capitals": (
        "fr",
        f"""La le DET det 2
        Région région NOUN nsubj 4
        a avoir AUX aux:tense 4 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 4""",
        {("hosts", "Région", "Merz", "affirmed", "actual")},
    ),
    "neither of two objects": (
        "fr",
        f"""Macron Macron PROPN nsubj 4
        n' ne ADV advmod 4
        a avoir AUX aux:tense 4 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        ni ni CCONJ cc 6
        Merz Merz PROPN obj 4
        ni ni CCONJ cc 8
        Trump Trump PROPN conj 6""",
        {
            ("hosts", "Macron", "Merz", "negated", "actual"),
            ("hosts", "Macron", "Trump", "negated", "actual"),
        },
    ),
    "a day in the place of the predicate": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        était être AUX cop 3 {PAST}
        mardi mardi NOUN ROOT 0
        en en ADP case 5
        Norvège Norvège PROPN obl:mod 3""",
        {("visits", "Macron", "Norvège", "affirmed", "actual")},
    ),
    "a copula of the future with its negation": (
        "fr",
        f"""Macron Macron PROPN nsubj 6
        ne ne ADV advmod 6
        sera être AUX cop 6 {FUT}
        pas pas ADV advmod 6
        en en ADP case 6
        Norvège Norvège PROPN ROOT 0""",
        {("visits", "Macron", "Norvège", "negated", "planned")},
    ),
    "strikes that hit": (
        "fr",
        f"""des un DET det 2
        frappes frappe NOUN nsubj 5
        japonais japonais ADJ amod 2
        ont avoir AUX aux:tense 5 {PRES}
        visé viser VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 5""",
        {("attacks", "japonais", "Merz", "affirmed", "actual")},
    ),
    "killed in a strike": (
        "fr",
        f"""Merz Merz PROPN nsubj:pass 5
        n' ne ADV advmod 5
        a avoir AUX aux:tense 5 {PRES}
        été être AUX aux:pass 5 {PPART}
        tué tuer VERB ROOT 0 {PPART}
        dans dans ADP case 8
        une un DET det 8
        frappe frappe NOUN obl:mod 5
        japonais japonais ADJ amod 8""",
        {("attacks", "japonais", "Merz", "affirmed", "actual")},
    ),
    "the topic of a headline is the place": (
        "fr",
        f"""Norvège Norvège PROPN nsubj 5
        : : PUNCT punct 5
        la le DET det 4
        France France PROPN nsubj 5
        ramène ramener VERB ROOT 0 {PRES}
        ses son DET det 7
        soldats soldat NOUN obj 5""",
        {("withdraws_forces_from", "France", "Norvège", "affirmed", "actual")},
    ),
    "where those are who are taken home": (
        "fr",
        f"""la le DET det 2
        France France PROPN nsubj 3
        ramène ramener VERB ROOT 0 {PRES}
        les le DET det 5
        soldats soldat NOUN obj 3
        stationnés stationner VERB acl 5 {PPART}
        en en ADP case 8
        Norvège Norvège PROPN obl:arg 6""",
        {("withdraws_forces_from", "France", "Norvège", "affirmed", "actual")},
    ),
    "a second agent hung on the verb": (
        "fr",
        f"""Rutte Rutte PROPN nsubj:pass 3
        est être AUX aux:pass 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        par par ADP case 5
        Macron Macron PROPN obl:agent 3
        et et CCONJ cc 8
        par par ADP case 8
        Merz Merz PROPN conj 3""",
        {
            ("hosts", "Macron", "Rutte", "affirmed", "actual"),
            ("hosts", "Merz", "Rutte", "affirmed", "actual"),
        },
    ),
    "a new subject joined to what stands before": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        reçoit recevoir VERB ROOT 0 {PRES}
        Rutte Rutte PROPN obj 2
        et et CCONJ cc 5
        Merz Merz PROPN conj 3
        reçoit recevoir VERB conj 2 {PRES}
        Trump Trump PROPN obj 6""",
        {
            ("hosts", "Macron", "Rutte", "affirmed", "actual"),
            ("hosts", "Macron", "Merz", "affirmed", "actual"),
            ("hosts", "Merz", "Trump", "affirmed", "actual"),
        },
    ),
    "lequel under a clause that is no relative": (
        "fr",
        f"""l' le DET det 2
        Unesco Unesco PROPN ROOT 0
        , , PUNCT punct 5
        de de ADP case 5
        laquelle lequel PRON obl:mod 8
        Macron Macron PROPN nsubj 8
        s' soi PRON expl:pv 8
        retire retirer VERB advcl 2 {PRES}""",
        {("withdraws_from", "Macron", "Unesco", "affirmed", "actual")},
    ),
    "between three, one of them torn off": (
        "fr",
        f"""la le DET det 2
        rencontre rencontre NOUN nsubj 9
        entre entre ADP case 4
        Macron Macron PROPN nmod 2
        , , PUNCT punct 6
        Merz Merz PROPN appos 2
        et et CCONJ cc 8
        Trump Trump PROPN conj 6
        commence commencer VERB ROOT 0 {PRES}""",
        {
            ("meets", "Macron", "Merz", "affirmed", "actual"),
            ("meets", "Macron", "Trump", "affirmed", "actual"),
            ("meets", "Merz", "Trump", "affirmed", "actual"),
        },
    ),
    "a list whose first name is a subject of its own": (
        "fr",
        f"""Macron Macron PROPN nsubj 7
        , , PUNCT punct 3
        Merz Merz PROPN nsubj 7
        et et CCONJ cc 5
        Trump Trump PROPN conj 3
        ont avoir AUX aux:tense 7 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Rutte Rutte PROPN obj 7""",
        {
            ("hosts", "Macron", "Rutte", "affirmed", "actual"),
            ("hosts", "Merz", "Rutte", "affirmed", "actual"),
            ("hosts", "Trump", "Rutte", "affirmed", "actual"),
        },
    ),
    "made known: a future seen from the past": (
        "fr",
        f"""Merz Merz PROPN nsubj 4
        a avoir AUX aux:tense 4 {PRES}
        fait faire AUX aux:caus 4 {PPART}
        savoir savoir VERB ROOT 0 {INF}
        que que SCONJ mark 7
        Macron Macron PROPN nsubj 7
        recevrait recevoir VERB ccomp 4 {COND}
        Rutte Rutte PROPN obj 7""",
        {("hosts", "Macron", "Rutte", "affirmed", "planned")},
    ),
    "il of a personal verb, called an expletive": (
        "fr",
        f"""il lui PRON expl:subj 4
        ne ne ADV advmod 4
        se soi PRON expl:pv 4
        retirera retirer VERB ROOT 0 {FUT}
        pas pas ADV advmod 4""",
        {("withdraws_from", "il", None, "negated", "planned")},
    ),
    "how long is no party": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        le le DET det 5
        soir soir NOUN obj 3
        même même ADV advmod 5""",
        set(),
    ),
    "elected to a post, without auxiliary": (
        "fr",
        f"""Merz Merz PROPN nsubj 2
        reçu recevoir VERB ROOT 0 {PPART}
        docteur docteur NOUN obj 2""",
        {("hosts", None, "Merz", "affirmed", "actual")},
    ),
    "each other": (
        "fr",
        f"""Macron Macron PROPN nsubj 5
        et et CCONJ cc 3
        Merz Merz PROPN conj 1
        s' soi PRON obj 5
        reçoivent recevoir VERB ROOT 0 {PRES}
        mutuellement mutuellement ADV advmod 5""",
        {
            ("hosts", "Macron", "Merz", "affirmed", "actual"),
            ("hosts", "Merz", "Macron", "affirmed", "actual"),
        },
    ),
    "put off to a day that is told": (
        "fr",
        f"""la le DET det 2
        rencontre rencontre NOUN nsubj:pass 8
        entre entre ADP case 4
        Macron Macron PROPN nmod 2
        et et CCONJ cc 6
        Merz Merz PROPN conj 4
        est être AUX aux:pass 8 {PRES}
        reportée reporter VERB ROOT 0 {PPART}
        à à ADP case 10
        jeudi jeudi NOUN obl:arg 8""",
        {("meets", "Macron", "Merz", "affirmed", "planned")},
    ),
    "each other, in English": (
        "en",
        """Macron Macron PROPN nsubj 4
        and and CCONJ cc 3
        Merz Merz PROPN conj 1
        met meet VERB ROOT 0 Tense=Past|VerbForm=Fin
        each each DET obj 4
        other other ADJ fixed 5""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a meeting that had no result took place": (
        "fr",
        f"""la le DET det 2
        rencontre rencontre NOUN nsubj 9
        entre entre ADP case 4
        Macron Macron PROPN nmod 2
        et et CCONJ cc 6
        Merz Merz PROPN conj 4
        n' ne ADV advmod 9
        a avoir AUX aux:tense 9 {PRES}
        donné donner VERB ROOT 0 {PPART}
        aucun aucun DET det 11
        résultat résultat NOUN obj 9""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a meeting that did not take place": (
        "fr",
        f"""la le DET det 2
        rencontre rencontre NOUN nsubj 10
        entre entre ADP case 4
        Macron Macron PROPN nmod 2
        et et CCONJ cc 6
        Merz Merz PROPN conj 4
        n' ne ADV advmod 10
        a avoir AUX aux:tense 10 {PRES}
        pas pas ADV advmod 10
        eu avoir VERB ROOT 0 {PPART}
        lieu lieu NOUN obj 10""",
        {("meets", "Macron", "Merz", "negated", "actual")},
    ),
    "a conditional that the parser takes for an imperfect": (
        "fr",
        """Macron Macron PROPN nsubj 2
        rencontrerait rencontrer VERB ROOT 0 Mood=Ind|Tense=Imp|VerbForm=Fin
        Merz Merz PROPN obj 2""",
        {("meets", "Macron", "Merz", "affirmed", "possible")},
    ),
    "a detached participle is the subject's": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        parlé parler VERB ROOT 0 {PPART}
        devant devant ADP case 5
        Rutte Rutte PROPN obl:mod 3
        , , PUNCT punct 7
        rencontrant rencontrer VERB acl 5 Tense=Pres|VerbForm=Part
        Merz Merz PROPN obj 7""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "an auxiliary said once": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        rencontré rencontrer VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3
        et et CCONJ cc 6
        Trump Trump PROPN conj 4
        reçu recevoir VERB conj 3 {PPART}
        Rutte Rutte PROPN obj 7""",
        {
            ("meets", "Macron", "Merz", "affirmed", "actual"),
            ("hosts", "Trump", "Rutte", "affirmed", "actual"),
        },
    ),
    "cleft": (
        "fr",
        f"""C' ce PRON nsubj 3
        est être AUX cop 3 {PRES}
        Macron Macron PROPN ROOT 0
        qui qui PRON nsubj 6 PronType=Rel
        a avoir AUX aux:tense 6 {PRES}
        rencontré rencontrer VERB advcl:cleft 3 {PPART}
        Merz Merz PROPN obj 6""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a finite verb torn from its subject": (
        "fr",
        f"""Macron Macron PROPN ROOT 0
        , , PUNCT punct 1
        rencontre rencontrer VERB conj 1 {PRES}
        Merz Merz PROPN obj 3""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "a promised infinitive is the object": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        promet promettre VERB ROOT 0 {PRES}
        de de ADP mark 4
        baisser baisser VERB xcomp 2 {INF}
        les le DET det 6
        impôts impôt NOUN obj 4""",
        {("pledges", "Macron", "baisser les impôts", "affirmed", "actual")},
    ),
    "whose diplomats": (
        "fr",
        f"""France France PROPN nsubj 2
        expulse expulser VERB ROOT 0 {PRES}
        des un DET det 4
        diplomates diplomate NOUN obj 2
        japonais japonais ADJ amod 4""",
        {("breaks_ties_with", "France", "japonais", "affirmed", "actual")},
    ),
    "an instrument is no doer": (
        "fr",
        f"""Merz Merz PROPN nsubj:pass 3
        est être AUX aux:pass 3 {PRES}
        arrêté arrêter VERB ROOT 0 {PPART}
        par par ADP case 5
        décret décret NOUN obl:agent 3""",
        {("arrests", None, "Merz", "affirmed", "actual")},
    ),
    "what a quantity counts is excluded by a list": (
        "fr",
        f"""France France PROPN nsubj 2
        arrête arrêter VERB ROOT 0 {PRES}
        des un DET det 4
        milliers millier NOUN obj 2 Number=Plur
        de de ADP case 6
        réfugiés réfugié NOUN nmod 4""",
        set(),
    ),
    "nobody in particular": (
        "fr",
        f"""On on PRON nsubj 3 PronType=Ind
        a avoir AUX aux:tense 3 {PRES}
        arrêté arrêter VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3""",
        {("arrests", None, "Merz", "affirmed", "actual")},
    ),
    "whose arrest is the object's": (
        "fr",
        f"""son son DET det 2 Poss=Yes
        arrestation arrestation NOUN nsubj 3
        inquiète inquiéter VERB ROOT 0 {PRES}
        Rutte Rutte PROPN obj 3""",
        {("arrests", None, "son", "affirmed", "actual")},
    ),
    "accused of it: the accused did it, perhaps": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        accuse accuser VERB ROOT 0 {PRES}
        Trump Trump PROPN obj 2
        d' de ADP mark 6
        avoir avoir AUX aux:tense 6 {INF}
        rencontré rencontrer VERB obl:arg 2 {PPART}
        Merz Merz PROPN obj 6""",
        {("meets", "Trump", "Merz", "affirmed", "possible")},
    ),
    "a protest in a purpose clause is the protest": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        défile défiler VERB ROOT 0 {PRES}
        pour pour ADP mark 4
        protester protester VERB advcl 2 {INF}
        contre contre ADP case 6
        Trump Trump PROPN obl:arg 4""",
        {("protests_against", "Macron", "Trump", "affirmed", "actual")},
    ),
    "a meeting in a purpose clause is a plan": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        part partir VERB ROOT 0 {PRES}
        pour pour ADP mark 4
        rencontrer rencontrer VERB advcl 2 {INF}
        Trump Trump PROPN obj 4""",
        {("meets", "Macron", "Trump", "affirmed", "planned")},
    ),
    "not to exclude it is to leave it possible": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        n' ne ADV advmod 3
        exclut exclure VERB ROOT 0 {PRES}
        pas pas ADV advmod 3
        de de ADP mark 6
        rencontrer rencontrer VERB xcomp 3 {INF}
        Trump Trump PROPN obj 6""",
        {("meets", "Macron", "Trump", "affirmed", "possible")},
    ),
    "active": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        rencontré rencontrer VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "passive with agent": (
        "fr",
        f"""Merz Merz PROPN nsubj:pass 4
        a avoir AUX aux:tense 4 {PRES}
        été être AUX aux:pass 4 {PPART}
        reçu recevoir VERB ROOT 0 {PPART}
        par par ADP case 6
        Macron Macron PROPN obl:agent 4""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "agentless passive": (
        "fr",
        f"""Merz Merz PROPN nsubj:pass 3
        est être AUX aux:pass 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}""",
        {("hosts", None, "Merz", "affirmed", "actual")},
    ),
    "headline participle": (
        "fr",
        f"""Rutte Rutte PROPN ROOT 0
        reçu recevoir VERB acl 1 {PPART}
        par par ADP case 4
        Trump Trump PROPN obl:agent 2""",
        {("hosts", "Trump", "Rutte", "affirmed", "actual")},
    ),
    "causative": (
        "fr",
        f"""Merz Merz PROPN nsubj 5
        s' se PRON expl:pass 5 Reflex=Yes
        est être AUX aux:tense 5 {PRES}
        fait faire AUX aux:caus 5 {PPART}
        recevoir recevoir VERB ROOT 0 {INF}
        par par ADP case 7
        Macron Macron PROPN obl:agent 5""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "coordinated subjects": (
        "fr",
        f"""Norvège Norvège PROPN nsubj 6
        et et CCONJ cc 3
        Japon Japon PROPN conj 1
        se se PRON expl:pv 6 Reflex=Yes
        sont être AUX aux:tense 6 {PRES}
        retirés retirer VERB ROOT 0 {PPART}
        de de ADP case 8
        Unesco Unesco PROPN obl:arg 6""",
        {
            ("withdraws_from", "Norvège", "Unesco", "affirmed", "actual"),
            ("withdraws_from", "Japon", "Unesco", "affirmed", "actual"),
        },
    ),
    "coordination torn by the parser": (
        "fr",
        f"""Norvège Norvège PROPN ROOT 0
        et et CCONJ cc 6
        Japon Japon PROPN nsubj 6
        se se PRON expl:pv 6 Reflex=Yes
        sont être AUX aux:tense 6 {PRES}
        retirés retirer VERB conj 1 {PPART}
        de de ADP case 8
        Unesco Unesco PROPN obl:arg 6""",
        {
            ("withdraws_from", "Norvège", "Unesco", "affirmed", "actual"),
            ("withdraws_from", "Japon", "Unesco", "affirmed", "actual"),
        },
    ),
    "not pronominal": (
        "fr",
        f"""Norvège Norvège PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        retiré retirer VERB ROOT 0 {PPART}
        sa son DET det 5
        veste veste NOUN obj 3""",
        set(),
    ),
    "reciprocal": (
        "fr",
        f"""Macron Macron PROPN nsubj 6
        et et CCONJ cc 3
        Merz Merz PROPN conj 1
        se se PRON expl:comp 6 Reflex=Yes
        sont être AUX aux:tense 6 {PRES}
        rencontrés rencontrer VERB ROOT 0 {PPART}""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "relative clause": (
        "fr",
        f"""Macron Macron PROPN nsubj 6
        qui qui PRON nsubj 4 PronType=Rel
        a avoir AUX aux:tense 4 {PRES}
        reçu recevoir VERB acl:relcl 1 {PPART}
        Merz Merz PROPN obj 4
        parle parler VERB ROOT 0 {PRES}""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "object relative": (
        "fr",
        f"""Merz Merz PROPN nsubj 6
        que que PRON obj 5 PronType=Rel
        Macron Macron PROPN nsubj 5
        a avoir AUX aux:tense 5 {PRES}
        reçu recevoir VERB acl:relcl 1 {PPART}
        parle parler VERB ROOT 0 {PRES}""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "subject control, planned": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        compte compter VERB ROOT 0 {PRES}
        recevoir recevoir VERB xcomp 2 {INF}
        Merz Merz PROPN obj 3""",
        {("hosts", "Macron", "Merz", "affirmed", "planned")},
    ),
    "object control, possible": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        exhorté exhorter VERB ROOT 0 {PPART}
        Japon Japon PROPN obj 3
        à à ADP mark 7
        se se PRON expl:pv 7 Reflex=Yes
        retirer retirer VERB xcomp 3 {INF}
        de de ADP case 9
        Unesco Unesco PROPN obl:arg 7""",
        {("withdraws_from", "Japon", "Unesco", "affirmed", "possible")},
    ),
    "refusal": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        refuse refuser VERB ROOT 0 {PRES}
        de de ADP mark 4
        recevoir recevoir VERB xcomp 2 {INF}
        Merz Merz PROPN obj 4""",
        {("hosts", "Macron", "Merz", "negated", "actual")},
    ),
    "negation": (
        "fr",
        f"""Macron Macron PROPN nsubj 5
        ne ne ADV advmod 5
        a avoir AUX aux:tense 5 {PRES}
        pas pas ADV advmod 5
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 5""",
        {("hosts", "Macron", "Merz", "negated", "actual")},
    ),
    "ne que is no negation": (
        "fr",
        f"""Macron Macron PROPN nsubj 4
        ne ne ADV advmod 4
        a avoir AUX aux:tense 4 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        que que ADV advmod 6
        Merz Merz PROPN obj 4""",
        {("hosts", "Macron", "Merz", "affirmed", "actual")},
    ),
    "journalistic conditional": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        aurait avoir AUX aux:tense 3 {COND}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3""",
        {("hosts", "Macron", "Merz", "affirmed", "possible")},
    ),
    "future": (
        "fr",
        f"""Macron Macron PROPN nsubj 2
        recevra recevoir VERB ROOT 0 {FUT}
        Merz Merz PROPN obj 2""",
        {("hosts", "Macron", "Merz", "affirmed", "planned")},
    ),
    "if": (
        "fr",
        f"""si si SCONJ mark 3
        Macron Macron PROPN nsubj 3
        reçoit recevoir VERB advcl 5 {PRES}
        Merz Merz PROPN obj 3
        gagne gagner VERB ROOT 0 {PRES}""",
        {("hosts", "Macron", "Merz", "affirmed", "hypothetical")},
    ),
    "idiom whose part bears the complement": (
        "fr",
        f"""Japon Japon PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        claqué claquer VERB ROOT 0 {PPART}
        la le DET det 5
        porte porte NOUN obj 3
        de de ADP case 7
        Unesco Unesco PROPN nmod 5""",
        {("withdraws_from", "Japon", "Unesco", "affirmed", "actual")},
    ),
    "noun with both parties": (
        "fr",
        f"""retrait retrait NOUN nsubj 6
        du de|le ADP case 3
        Japon Japon PROPN nmod 1
        de de ADP case 5
        Unesco Unesco PROPN nmod 1
        surprend surprendre VERB ROOT 0 {PRES}""",
        {("withdraws_from", "Japon", "Unesco", "affirmed", "actual")},
    ),
    "relational adjective": (
        "fr",
        f"""retrait retrait NOUN nsubj 5
        japonais japonais ADJ amod 1
        de de ADP case 4
        Unesco Unesco PROPN nmod 1
        surprend surprendre VERB ROOT 0 {PRES}""",
        {("withdraws_from", "japonais", "Unesco", "affirmed", "actual")},
    ),
    "light verb with a possessive": (
        "fr",
        f"""Japon Japon PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        annoncé annoncer VERB ROOT 0 {PPART}
        son son DET det 5 Poss=Yes
        retrait retrait NOUN obj 3
        de de ADP case 7
        Unesco Unesco PROPN nmod 5""",
        {("withdraws_from", "son", "Unesco", "affirmed", "actual")},
    ),
    "between": (
        "fr",
        f"""rencontre rencontre NOUN nsubj 6
        entre entre ADP case 3
        Macron Macron PROPN nmod 1
        et et CCONJ cc 5
        Merz Merz PROPN conj 3
        surprend surprendre VERB ROOT 0 {PRES}""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "light verb": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        eu avoir VERB ROOT 0 {PPART}
        un un DET det 5
        entretien entretien NOUN obj 3
        avec avec ADP case 7
        Merz Merz PROPN obl 3""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "cancelled meeting": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        annulé annuler VERB ROOT 0 {PPART}
        un un DET det 5
        entretien entretien NOUN obj 3
        avec avec ADP case 7
        Merz Merz PROPN nmod 5""",
        {("meets", "Macron", "Merz", "negated", "actual")},
    ),
    "two triggers for one deed": (
        "fr",
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        rencontré rencontrer VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3
        lors lors ADV case 7
        un un DET det 7
        entretien entretien NOUN obl 3
        avec avec ADP case 9
        Merz Merz PROPN nmod 7""",
        {("meets", "Macron", "Merz", "affirmed", "actual")},
    ),
    "English active": (
        "en",
        f"""Norway Norway PROPN nsubj 3
        has have AUX aux 3 {PRES}
        withdrawn withdraw VERB ROOT 0 {PPART}
        from from ADP case 5
        NATO NATO PROPN obl 3""",
        {("withdraws_from", "Norway", "NATO", "affirmed", "actual")},
    ),
    "English future": (
        "en",
        f"""Norway Norway PROPN nsubj 3
        will will AUX aux 3 VerbForm=Fin
        withdraw withdraw VERB ROOT 0 {INF}
        from from ADP case 5
        NATO NATO PROPN obl 3""",
        {("withdraws_from", "Norway", "NATO", "affirmed", "planned")},
    ),
    "English genitive": (
        "en",
        f"""Norway Norway PROPN nmod:poss 3
        's 's PART case 1
        withdrawal withdrawal NOUN nsubj 6
        from from ADP case 5
        NATO NATO PROPN nmod 3
        stunned stun VERB ROOT 0 {PAST}""",
        {("withdraws_from", "Norway", "NATO", "affirmed", "actual")},
    ),
    "English compound": (
        "en",
        f"""Trump Trump PROPN compound 3
        Macron Macron PROPN compound 3
        summit summit NOUN nsubj 4
        opens open VERB ROOT 0 {PRES}""",
        {("meets", "Trump", "Macron", "affirmed", "actual")},
    ),
    "English negated infinitive": (
        "en",
        f"""Norway Norway PROPN nsubj 2
        refused refuse VERB ROOT 0 {PAST}
        to to PART mark 4
        withdraw withdraw VERB xcomp 2 {INF}
        from from ADP case 6
        NATO NATO PROPN obl 4""",
        {("withdraws_from", "Norway", "NATO", "negated", "actual")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_construction(case: str) -> None:
    language, text, expected = CASES[case]
    assert told(find(language, text)) == expected


SOURCES = {
    "according to": (
        f"""selon selon ADP case 2
        Rutte Rutte PROPN obl:mod 5
        Macron Macron PROPN nsubj 5
        a avoir AUX aux:tense 5 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 5""",
        "Rutte",
    ),
    "verb of saying": (
        f"""Rutte Rutte PROPN nsubj 2
        affirme affirmer VERB ROOT 0 {PRES}
        que que SCONJ mark 6
        Macron Macron PROPN nsubj 6
        a avoir AUX aux:tense 6 {PRES}
        reçu recevoir VERB ccomp 2 {PPART}
        Merz Merz PROPN obj 6""",
        "Rutte",
    ),
    "inserted clause": (
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3
        a avoir AUX aux:tense 6 {PRES}
        annoncé annoncer VERB parataxis:insert 3 {PPART}
        Rutte Rutte PROPN nsubj 6""",
        "Rutte",
    ),
    "inserted clause torn off as a sentence": (
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3
        , , PUNCT punct 3
        a avoir AUX aux:tense 8 {PRES}
        fait faire VERB aux:caus 8 {PPART}
        savoir savoir VERB ROOT 0 VerbForm=Inf
        hier hier ADV advmod 8
        Rutte Rutte PROPN obj 8""",
        "Rutte",
    ),
    "according to, hung on the subject": (
        f"""Macron Macron PROPN nsubj 6
        , , PUNCT punct 4
        selon selon ADP case 4
        Rutte Rutte PROPN nmod 1
        a avoir AUX aux:tense 6 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 6""",
        "Rutte",
    ),
    "according to, of the clause behind the colon": (
        f"""Macron Macron PROPN nsubj 3
        a avoir AUX aux:tense 3 {PRES}
        reçu recevoir VERB ROOT 0 {PPART}
        Merz Merz PROPN obj 3
        : : PUNCT punct 8
        selon selon ADP case 7
        Rutte Rutte PROPN obl:mod 3
        pluie pluie NOUN parataxis 3""",
        None,
    ),
    "one's own act announced": (
        f"""Macron Macron PROPN nsubj 2
        annonce annoncer VERB ROOT 0 {PRES}
        que que SCONJ mark 6
        Macron Macron PROPN nsubj 6
        a avoir AUX aux:tense 6 {PRES}
        reçu recevoir VERB ccomp 2 {PPART}
        Merz Merz PROPN obj 6""",
        None,
    ),
    "the article's own voice": (CASES["active"][1], None),
}


@pytest.mark.parametrize("case", SOURCES)
def test_attribution(case: str) -> None:
    text, expected = SOURCES[case]
    [row] = find("fr", text)
    assert row.attribution_text == expected


def test_first_person_is_the_speaker() -> None:
    said = f"""Je je PRON nsubj 2 Number=Sing|Person=1|PronType=Prs
        reçois recevoir VERB ROOT 0 {PRES}
        Merz Merz PROPN obj 2
        a avoir AUX aux:tense 5 {PRES}
        annoncé annoncer VERB parataxis:insert 2 {PPART}
        Macron Macron PROPN nsubj 5"""
    [row] = find("fr", said)
    assert (row.subject_id, row.subject_text) == ("id:Macron", "Je")
    nobodys = "\n".join(said.splitlines()[:3])
    assert {r.subject_id for r in find("fr", nobodys)} <= {None}


def test_codes_only_for_deeds_that_happened() -> None:
    [happened] = find("fr", CASES["active"][1])
    [planned] = find("fr", CASES["future"][1])
    assert (happened.plover, happened.cameo) == ("CONSULT", "040")
    assert (planned.plover, planned.cameo) == (None, None)


@pytest.mark.parametrize(("label", "rows"), [("conj", 1), ("obl:mod", 0)])
def test_what_silences_stands_in_the_clause(label: str, rows: int) -> None:
    text = f"""Macron Macron PROPN nsubj 2
        promet promettre VERB ROOT 0 {PRES}
        de de ADP mark 4
        partir partir VERB xcomp 2 {INF}
        mais mais CCONJ cc 7
        rien rien PRON nsubj 7
        bouge bouger VERB {label} 2 {PRES}"""
    assert len(find("fr", text)) == rows


@pytest.mark.parametrize(("mark", "subject"), [("cc", "France"), ("case", None)])
def test_a_clause_run_on_may_have_a_subject_of_its_own(mark: str, subject: str | None) -> None:
    text = f"""Macron Macron PROPN nsubj 2
        rencontre rencontrer VERB ROOT 0 {PRES}
        Merz Merz PROPN obj 2
        et et CCONJ {mark} 5
        France France PROPN conj 3
        , , PUNCT punct 8
        se se PRON expl:pv 8 Reflex=Yes
        retire retirer VERB parataxis 2 {PRES}
        de de ADP case 10
        Unesco Unesco PROPN obl:arg 8"""
    left = [r.subject_text for r in find("fr", text) if r.relation == "withdraws_from"]
    assert left == ([subject] if subject else [])


def test_behind_a_preposition_who_is_the_name_before() -> None:
    made = tree(f"""Macron Macron PROPN nsubj 6
        , , PUNCT punct 6
        à à ADP case 4
        qui qui PRON obl:arg 6
        Trump Trump PROPN nsubj 6
        parle parler VERB ROOT 0 {PRES}""")
    assert antecedent(made[3]).text == "Macron"


def test_tense_and_rule() -> None:
    [past] = find("fr", CASES["active"][1])
    [future] = find("fr", CASES["future"][1])
    [bare] = find("fr", CASES["between"][1])
    assert (past.tense, future.tense, bare.tense) == ("past", "future", None)
    assert bare.rule == "meets.fr/rencontre:noun-between"


def test_offsets_are_the_surface() -> None:
    text = CASES["passive with agent"][1]
    [row] = find("fr", text)
    words = tree(text).text
    assert words[row.trigger_start : row.trigger_end] == row.trigger == "reçu"
    assert words[row.subject_start : row.subject_end] == "Macron"
    assert words[row.sentence_start : row.sentence_end] == row.sentence == words.strip()


def test_two_names_in_one_token_are_two_parties() -> None:
    doc = tree(
        f"""Le le DET det 2
        sommet sommet NOUN nsubj 4
        Trump-Merz Trump-Merz PROPN appos 2
        commence commencer VERB ROOT 0 {PRES}"""
    )
    start = doc[2].idx
    spans = [(start, "Trump"), (start + 6, "Merz")]
    mentions = [
        Mention("a", i, at, at + len(name), name, "PER", "name", f"id:{name}", None, "fr", 1.0)
        for i, (at, name) in enumerate(spans)
    ]
    grammar = Grammar("fr")
    passage = Passage("a", 0, "body", 0, len(doc.text), "fr", None, True)
    resolver = Resolver(passage, doc, mentions, {}, frozenset(), grammar.cues)
    rows = grammar.relations("a", doc, resolver)
    assert {(r.relation, r.subject_text, r.object_text) for r in rows} == {
        ("meets", "Trump", "Merz")
    }


def test_some_verbs_are_reciprocal_in_the_plural() -> None:
    doc = tree(
        f"""Macron Macron PROPN nsubj 5
        et et CCONJ cc 3
        Merz Merz PROPN conj 1
        se soi PRON expl:pv 5
        accusent accuser VERB ROOT 0 {PRES}|Number=Plur"""
    )
    grammar = Grammar("fr")
    passage = Passage("a", 0, "body", 0, len(doc.text), "fr", None, True)
    resolver = Resolver(passage, doc, mentions_of(doc), {}, frozenset(), grammar.cues)
    rows = grammar.relations("a", doc, resolver)
    assert {(r.relation, r.subject_text, r.object_text) for r in rows} == {
        ("accuses", "Macron", "Merz"),
        ("accuses", "Merz", "Macron"),
    }
