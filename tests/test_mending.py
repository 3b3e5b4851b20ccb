"""What a finished Doc is put right in: labels of subjects, lemmas of contractions."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.lemmas import correct_lemmas, third_person
from pipeline.mending import (
    mend_conjunctions,
    mend_receivers,
    mend_second_subjects,
    mend_subjects,
)
from pipeline.nodes import Tree
from pipeline.regrouping import (
    mend_counts,
    mend_days,
    mend_fronted_subjects,
    mend_listed_objects,
    mend_listed_subjects,
)
from pipeline.relinking import mend_clauses

FIN = "VerbForm=Fin"


def doc(*rows: tuple[str, str, str, int, str]) -> Doc:
    """From rows of word, POS, relation, number of the head, features."""
    return Doc(
        spacy.blank("fr").vocab,
        words=[row[0] for row in rows],
        pos=[row[1] for row in rows],
        deps=[row[2] for row in rows],
        heads=[row[3] for row in rows],
        morphs=[row[4] for row in rows],
        lemmas=[row[0].lower() for row in rows],
        sent_starts=[i == 0 for i in range(len(rows))],
    )


def tree(*rows: tuple[str, str, str, int, str]) -> Tree:
    return Tree(doc(*rows))


@pytest.mark.parametrize(
    ("rows", "label"),
    [
        (
            [("Londres", "PROPN", "obl:mod", 2, ""), (",", "PUNCT", "punct", 0, ""),
             ("refuse", "VERB", "ROOT", 2, FIN)],
            "nsubj",
        ),
        (  # behind a preposition it is a place
            [("À", "ADP", "case", 1, ""), ("Londres", "PROPN", "obl:mod", 2, ""),
             ("refuse", "VERB", "ROOT", 2, FIN)],
            "obl:mod",
        ),
        (  # the verb has a subject
            [("Londres", "PROPN", "obl:mod", 2, ""), ("il", "PRON", "nsubj", 2, ""),
             ("refuse", "VERB", "ROOT", 2, FIN)],
            "obl:mod",
        ),
        (  # an infinitive has none
            [("Londres", "PROPN", "obl:mod", 1, ""),
             ("refuser", "VERB", "ROOT", 1, "VerbForm=Inf")],
            "obl:mod",
        ),
    ],
)  # fmt: skip
def test_a_bare_name_before_a_verb_without_subject(
    rows: list[tuple[str, str, str, int, str]], label: str
) -> None:
    made = tree(*rows)
    mend_subjects(made)
    assert next(t.dep_ for t in made if t.text == "Londres") == label


def test_a_contraction_has_the_lemma_of_both_its_words() -> None:
    made = tree(("porte", "NOUN", "ROOT", 0, ""), ("des", "ADP", "case", 2, ""),
                ("discussions", "NOUN", "nmod", 0, ""))  # fmt: skip
    correct_lemmas(made, "fr")
    assert made[1].lemma_ == "de le"


def test_a_tree_reads_as_its_doc() -> None:
    made = doc(("Londres", "PROPN", "nsubj", 1, "Gender=Masc|Number=Sing"),
               ("refuse", "VERB", "ROOT", 1, FIN), ("tout", "PRON", "obj", 1, ""))  # fmt: skip
    read = Tree(made)
    assert read.text == made.text
    assert [(n.text, n.dep_, n.head.i, n.idx) for n in read] == [
        (t.text, t.dep_, t.head.i, t.idx) for t in made
    ]
    for node, token in zip(read, made, strict=True):
        assert [c.i for c in node.children] == [c.i for c in token.children]
        assert [t.i for t in node.subtree] == [t.i for t in token.subtree]
        assert (node.left_edge.i, node.right_edge.i) == (token.left_edge.i, token.right_edge.i)
        assert (node.sent.start, node.sent.end) == (token.sent.start, token.sent.end)
        assert node.morph.get("Number", []) == token.morph.get("Number", [])


def _heads(made: Tree) -> dict[str, tuple[str, str]]:
    return {t.text: (t.dep_, t.head.text) for t in made}


def test_a_conjunction_taken_for_a_preposition_opens_a_clause() -> None:
    made = tree(("Chief", "NOUN", "nsubj", 1, ""), ("quits", "VERB", "ROOT", 1, FIN),
               ("as", "SCONJ", "case", 3, ""), ("critics", "NOUN", "obl", 1, ""),
               ("attack", "VERB", "amod", 3, FIN))  # fmt: skip
    mend_conjunctions(made)
    heads = _heads(made)
    assert heads["critics"] == ("nsubj", "attack")
    assert heads["attack"] == ("advcl", "quits")
    assert heads["as"] == ("mark", "attack")


def test_who_receives_stands_before_a_number() -> None:
    made = tree(("gave", "VERB", "ROOT", 0, FIN), ("Kyiv", "PROPN", "compound", 3, ""),
               ("50", "NUM", "nummod", 3, ""), ("tanks", "NOUN", "obj", 0, ""))  # fmt: skip
    mend_receivers(made)
    assert _heads(made)["Kyiv"] == ("iobj", "gave")


def test_a_name_behind_a_comma_is_no_second_subject() -> None:
    made = tree(("ruler", "NOUN", "nsubj", 4, ""), (",", "PUNCT", "punct", 2, ""),
               ("Burhan", "PROPN", "nsubj", 4, ""), (",", "PUNCT", "punct", 2, ""),
               ("refuses", "VERB", "ROOT", 4, FIN))  # fmt: skip
    mend_second_subjects(made)
    assert _heads(made)["Burhan"] == ("appos", "ruler")


def test_a_day_is_no_predicate() -> None:
    made = tree(("Elle", "PRON", "nsubj", 2, ""), ("sera", "AUX", "cop", 2, FIN),
               ("lundi", "NOUN", "ROOT", 2, ""), ("à", "ADP", "case", 4, ""),
               ("Rome", "PROPN", "nmod", 2, ""))  # fmt: skip
    mend_days(made, {"lundi"})
    heads = _heads(made)
    assert heads["Rome"] == ("ROOT", "Rome")
    assert heads["Elle"] == ("nsubj", "Rome")
    assert heads["lundi"] == ("obl:mod", "Rome")


def test_a_noun_behind_the_object_and_a_conjunction_is_an_object() -> None:
    made = tree(("accuse", "VERB", "ROOT", 0, FIN), ("Diaz", "PROPN", "obj", 0, ""),
               ("et", "CCONJ", "cc", 4, ""), ("la", "DET", "det", 4, ""),
               ("droite", "NOUN", "conj", 0, ""))  # fmt: skip
    mend_listed_objects(made)
    assert _heads(made)["droite"] == ("conj", "Diaz")


@pytest.mark.parametrize(("number", "label"), [("Number=Plur|", "nsubj"), ("Number=Sing|", "ROOT")])
def test_the_first_of_two_subjects_before_a_plural_verb(number: str, label: str) -> None:
    made = tree(("Diaz", "PROPN", "ROOT", 0, ""), (",", "PUNCT", "punct", 2, ""),
               ("envoy", "NOUN", "appos", 0, ""), ("et", "CCONJ", "cc", 5, ""),
               ("Witt", "PROPN", "nsubj", 5, ""), ("parlent", "VERB", "conj", 0, number + FIN),
               )  # fmt: skip
    mend_listed_subjects(made)
    assert _heads(made)["Diaz"][0] == label


@pytest.mark.parametrize(("form", "verb"), [("steps", "step"), ("tariffs", None)])
def test_a_plural_that_may_be_a_verb(form: str, verb: str | None) -> None:
    assert third_person(form, "en") == verb


def test_the_adverb_of_a_number_is_the_object() -> None:
    made = tree(("libère", "VERB", "ROOT", 0, FIN), ("près", "ADV", "advmod", 0, ""),
                ("de", "ADP", "case", 4, ""), ("300", "NUM", "nummod", 4, ""),
                ("détenus", "NOUN", "obl:arg", 1, ""))  # fmt: skip
    mend_counts(made)
    assert _heads(made)["près"] == ("obj", "libère")


@pytest.mark.parametrize(
    ("number", "head"), [("Number=Plur|", "parlent"), ("Number=Sing|", "Diaz")]
)
def test_two_names_behind_a_comma_before_a_plural_verb(number: str, head: str) -> None:
    made = tree(("Selon", "ADP", "case", 1, ""), ("Diaz", "PROPN", "obl:mod", 6, ""),
                (",", "PUNCT", "punct", 3, ""), ("Witt", "PROPN", "conj", 1, ""),
                ("et", "CCONJ", "cc", 5, ""), ("Roy", "PROPN", "conj", 1, ""),
                ("parlent", "VERB", "ROOT", 6, number + FIN))  # fmt: skip
    mend_fronted_subjects(made)
    assert _heads(made)["Witt"][1] == head


REL = "PronType=Rel"
PART = "Gender=Fem|Number=Sing|VerbForm=Part"


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        (  # the subject behind the verb of an object pronoun
            [("paix", "NOUN", "ROOT", 0, ""), ("que", "PRON", "obj", 2, REL),
             ("veulent", "VERB", "acl:relcl", 0, FIN), ("les", "DET", "det", 4, ""),
             ("élus", "NOUN", "obj", 2, "")],
            {4: ("nsubj", 2)},
        ),
        (  # a complement with a preposition is none
            [("paix", "NOUN", "ROOT", 0, ""), ("que", "PRON", "obj", 2, REL),
             ("veulent", "VERB", "acl:relcl", 0, FIN), ("des", "ADP", "case", 4, ""),
             ("élus", "NOUN", "obj", 2, "")],
            {4: ("obj", 2)},
        ),
        (  # the subject behind a reflexive infinitive, and where it goes
            [("Lyon", "PROPN", "ROOT", 0, ""), ("où", "PRON", "obl:mod", 2, REL),
             ("doit", "VERB", "acl:relcl", 0, FIN), ("se", "PRON", "expl:pv", 4, ""),
             ("rendre", "VERB", "xcomp", 2, "VerbForm=Inf"), ("Paul", "PROPN", "obj", 4, "")],
            {1: ("obl:mod", 4), 5: ("nsubj", 2)},
        ),
        (  # a bare noun resumes what was said
            [("Paul", "PROPN", "nsubj", 1, ""), ("proteste", "VERB", "ROOT", 1, FIN),
             (",", "PUNCT", "punct", 3, ""), ("requête", "NOUN", "conj", 1, "Gender=Fem"),
             ("que", "SCONJ", "mark", 7, ""), ("Luc", "PROPN", "nsubj", 7, ""),
             ("a", "AUX", "aux:tense", 7, FIN), ("rejetée", "VERB", "ccomp", 1, PART)],
            {4: ("obj", 7), 7: ("acl:relcl", 3)},
        ),
        (  # of another gender: `preuve que Luc a reculé`
            [("Paul", "PROPN", "nsubj", 1, ""), ("proteste", "VERB", "ROOT", 1, FIN),
             (",", "PUNCT", "punct", 3, ""), ("preuve", "NOUN", "conj", 1, "Gender=Fem"),
             ("que", "SCONJ", "mark", 7, ""), ("Luc", "PROPN", "nsubj", 7, ""),
             ("a", "AUX", "aux:tense", 7, FIN),
             ("reculé", "VERB", "ccomp", 1, "Gender=Masc|VerbForm=Part")],
            {4: ("mark", 7), 7: ("ccomp", 1)},
        ),
        (  # the relative clause taken for the main one
            [("Paul", "PROPN", "nsubj", 4, ""), (",", "PUNCT", "punct", 4, ""),
             ("que", "SCONJ", "mark", 4, ""), ("Luc", "PROPN", "nsubj", 4, ""),
             ("presse", "VERB", "ROOT", 4, FIN), (",", "PUNCT", "punct", 6, ""),
             ("refuse", "VERB", "parataxis", 4, FIN), (".", "PUNCT", "punct", 4, "")],
            {0: ("nsubj", 6), 2: ("obj", 4), 4: ("acl:relcl", 0), 6: ("ROOT", 6), 7: ("punct", 6)},
        ),
        (  # the participle behind a colon is the pronoun's
            [("voix", "NOUN", "ROOT", 0, ""), (":", "PUNCT", "punct", 2, ""),
             ("reçue", "VERB", "acl", 0, PART), ("lundi", "NOUN", "obl:mod", 2, ""),
             (",", "PUNCT", "punct", 6, ""), ("elle", "PRON", "nsubj", 6, "Gender=Fem"),
             ("part", "VERB", "parataxis", 0, FIN)],
            {2: ("acl", 5)},
        ),
    ],
)  # fmt: skip
def test_clauses_on_the_wrong_head(
    rows: list[tuple[str, str, str, int, str]], labels: dict[int, tuple[str, int]]
) -> None:
    found = tree(*rows)
    mend_clauses(found)
    assert {i: (found[i].dep_, found[i].head.i) for i in labels} == labels
