"""Verbs and their parties: one reading of a clause for every construction of UD.

Active, passive, pronominal, causative (`se faire recevoir`), participles, relatives,
infinitives under control, adverbial clauses and coordination are told apart here, once for all
languages.
"""

from __future__ import annotations

from functools import partial

from pipeline.nodes import Node
from pipeline.relations.agents import agents_in, is_agent
from pipeline.relations.agreement import agreeing, described, is_bare
from pipeline.relations.attachment import (
    OPEN_CLAUSES,
    is_locution,
    noun_before,
    told_of,
    verb_over,
)
from pipeline.relations.cues import Cues
from pipeline.relations.model import Clause, Roles, Tokens
from pipeline.relations.relatives import expand
from pipeline.relations.subjects import (
    fresh_subject,
    fronted_over,
    is_finite,
    own_subjects,
    said_to_be,
    set_apart,
    torn_off,
)
from pipeline.relations.voice import (
    has_reflexive,
    is_bare_participle,
    is_bare_present,
    is_infinitive,
    is_passive,
    is_reflexive,
)
from pipeline.trees import (
    dep,
    feature,
    gapped_subject,
    is_bare_name,
    is_expletive,
    lemma,
    prepositions,
)

DEPTH = 6
"""Clauses climbed in search of a subject."""


def read_clause(verb: Node, cues: Cues) -> Clause:
    """The clause of a verb: voice, grammatical subject and agents."""
    passive = is_passive(verb, cues)
    return Clause(verb, passive, partial(_roles, verb, passive, cues))


def _roles(verb: Node, passive: bool, cues: Cues) -> Roles:
    subjects, how = _subject(verb, cues, 0)
    if passive and how not in {"active", "passive", "participle"} and len(subjects) == 1:
        subject = agreeing(subjects[0], verb, cues)
        subjects = () if subject is None else (subject,)
    if passive and how == "active":
        how = "passive"
    agents = agents_in(verb, cues) if passive else ()
    return Roles(subjects, agents, how)


def subjects_of(token: Node, cues: Cues) -> Tokens:
    """Grammatical subjects of a verb or predicate, found through the tree."""
    return _subject(token, cues, 0)[0]


def _subject(verb: Node, cues: Cues, depth: int) -> tuple[Tokens, str]:
    own = own_subjects(verb)
    if own:
        relative = verb.dep_ == "acl:relcl"
        meant = said_to_be(own[0]) if relative and own[0].i == verb.head.i else ()
        return meant or own, "relative" if relative else "active"
    if depth >= DEPTH or any(_is_impersonal(c) for c in verb.children):
        return (), "active"
    torn = set_apart(verb) or (torn_off(verb) if is_finite(verb) else _gapped(verb))
    if torn:
        return expand(torn), "active"
    if verb.head.i == verb.i:
        fronted = fronted_over(verb) if is_bare_participle(verb) else ()
        return fronted, "participle" if fronted else "active"
    kind, head = dep(verb), verb.head
    if kind in {"conj", "parataxis"}:
        return _shared(verb, cues, depth), "shared"
    if verb.dep_ == "acl:relcl":
        return said_to_be(head) or expand([head]), "relative"
    if kind in {"acl", "amod", "appos"} and not is_infinitive(verb):
        return _described(verb, cues, depth), "participle"
    if kind == "acl":
        return _noun_controller(verb, cues, depth), "noun-clause"
    if kind in OPEN_CLAUSES:
        how = "control" if kind in {"xcomp", "ccomp"} else "adverbial"
        return _controller(verb, cues, depth), how
    return (), "active"


def _shared(verb: Node, cues: Cues, depth: int) -> Tokens:
    """The subject of a verb that is joined to another: one of its own in between, or the same."""
    fresh = fresh_subject(verb) if is_finite(verb) else None
    if fresh is not None:
        return expand([fresh])
    return _subject(verb.head, cues, depth + 1)[0] if dep(verb) == "conj" else ()


def _described(participle: Node, cues: Cues, depth: int) -> Tokens:
    """Whom a participle describes: its noun, or the subject that it stands before."""
    head = participle.head
    if participle.i < head.i and dep(head) == "nsubj":  # `reçu par le maire, A, B a …`
        return own_subjects(head.head)
    above = _clause_over(participle)
    if above:
        return _subject(above, cues, depth + 1)[0]
    return said_to_be(head) or expand([described(participle, cues)])


def _gapped(verb: Node) -> Tokens:
    noun = gapped_subject(verb) or _participle_of(verb)
    return () if noun is None else (noun,)


def _participle_of(verb: Node) -> Node | None:
    """`Les propos de sa femme l'accusant de …`: a present participle right behind a noun."""
    first = next((c for c in verb.children if dep(c) == "aux"), verb)  # `ayant quitté`
    present = feature(first, "VerbForm") == "Part" and feature(first, "Tense") == "Pres"
    marked = any(dep(c) in {"mark", "case"} for c in verb.children)
    if not present or marked or dep(verb) != "advcl":
        return None
    at = first.i - 1
    while at > verb.sent.start and verb.doc[at].head.i == verb.i and verb.doc[at].pos_ != "PUNCT":
        at -= 1
    before = verb.doc[at]
    return before if before.pos_ in {"NOUN", "PROPN"} else None


def _clause_over(participle: Node) -> Node | None:
    """`X l'a félicité devant ses partisans, promettant de …`: the participle is X's.

    The verb above the complement that the parser hung the detached participle on.
    """
    head = participle.head
    detached = participle.i > 0 and participle.nbor(-1).text == ","
    if not (detached and is_bare_present(participle) and dep(head) in {"obl", "nmod"}):
        return None
    while dep(head) in {"obl", "nmod"} and head.head.i != head.i:
        head = head.head
    return head if head.pos_ in {"VERB", "AUX"} else None


def _noun_controller(verb: Node, cues: Cues, depth: int) -> Tokens:
    """`La décision de A de …`: A; `A est le premier pays à …`: A; `un pays prêt à …`: the pays.

    `La liberté de critiquer` is nobody's.
    """
    head = verb.head
    meant = _for_whom(verb, cues)
    if meant is not None:
        return expand([meant])
    asked = dep(head) in {"obj", "iobj"} or prepositions(head) & cues.addressing
    above = cues.governor_of(head.head) if asked else None
    if above is not None and above.control == "object":  # `accuse A d'avoir …`, hung on A
        return expand([head])
    noun = _governing_noun(head, cues)
    if cues.governor_of(noun) is not None:
        return owner_of(noun, cues, depth + 1)
    marks = {lemma(c) for c in verb.children if dep(c) in {"mark", "case"}}
    aimed = not marks.isdisjoint(cues.purpose_preps)
    lacking = lemma(head) in cues.negative_preps and is_bare(head)  # `faute d'avoir pu …`
    aimed = aimed or lacking
    if aimed or (is_locution(head) and dep(head) in {"obl", "advmod"}):  # `en vue d'être reçu`
        over = verb_over(head)
        asks = cues.governor_of(over) if over is not None else None
        if over is None or (asks is not None and asks.control == "object" and not aimed):
            return ()
        return _subject(over, cues, depth + 1)[0]
    free = head.pos_ == "NOUN" and not marks.isdisjoint(cues.vague_preps[:1])
    if any(dep(c) == "cop" for c in head.children):  # `dit être le premier pays à …`
        return _subject(head, cues, depth + 1)[0]
    return own_subjects(head) or (() if free else expand([head]))


def _governing_noun(noun: Node, cues: Cues) -> Node:
    """The noun whose content an infinitive is: `choix du président de …`, not `président`."""
    node = noun
    while cues.governor_of(node) is None and dep(node) in {"nmod", "conj", "appos", "flat"}:
        node = node.head
    return node if cues.governor_of(node) is not None else noun


def _for_whom(verb: Node, cues: Cues) -> Node | None:
    """`Pas question pour A de partir`, `difficile pour A de partir`: A."""
    head = verb.head
    content = dep(verb) in {"csubj", "xcomp", "acl", "ccomp"} and is_infinitive(verb)
    if not content or head.pos_ in {"VERB", "AUX", "PROPN"}:
        return None
    around = (*head.children, *(g for c in head.children if dep(c) == "obl" for g in c.children))
    for child in around:
        aimed = prepositions(child) & cues.purpose_preps and child.pos_ in {"NOUN", "PROPN"}
        if aimed and dep(child) in {"obl", "nmod"} and head.i < child.i < verb.i:
            return child
    return None


def _is_impersonal(token: Node) -> bool:
    return token.dep_ == "expl:subj" and is_expletive(token)


def _controller(verb: Node, cues: Cues, depth: int) -> Tokens:
    """Whose subject an infinitive or participle has: its governor's subject or object."""
    meant = _for_whom(verb, cues)
    if meant is not None:
        return expand([meant])
    deciding = noun_before(verb, cues)
    if deciding is not None:
        return owner_of(deciding, cues, depth + 1)
    head = told_of(verb)
    governor = cues.governor_of(head)
    if governor and governor.control != "subject" and _is_content(verb, cues):
        if is_passive(head, cues) or has_reflexive(head, cues):
            return _subject(head, cues, depth + 1)[0]
        found = _controlled_object(head, cues)
        if found or governor.control == "object":
            return found
    if head.pos_ in {"NOUN", "PROPN"} and not own_subjects(head):
        return owner_of(head, cues, depth + 1)
    if is_passive(head, cues) and dep(verb) == "advcl" and feature(verb, "VerbForm") == "Inf":
        agents = expand(c for c in head.children if is_agent(c, cues))
        return agents or _subject(head, cues, depth + 1)[0]
    return _subject(head, cues, depth + 1)[0]


def _is_content(verb: Node, cues: Cues) -> bool:
    """What somebody is asked, urged or invited to do."""
    if dep(verb) in {"xcomp", "ccomp", "obl"}:
        return True
    plain = {lemma(c) for c in verb.children if dep(c) == "mark"} <= cues.planning_marks
    return dep(verb) == "advcl" and is_infinitive(verb) and plain and bool(cues.planning_marks)


def _controlled_object(verb: Node, cues: Cues) -> Tokens:
    """The one who is asked, urged or prevented: object, clitic or `à`/`to` complement."""
    for wanted in ("iobj", "obj"):
        found = [c for c in verb.children if dep(c) == wanted and not is_reflexive(c, cues)]
        if found:
            return expand(found)
    return expand(
        c
        for c in verb.children
        if dep(c) == "obl"
        and prepositions(c) & cues.addressing
        and c.pos_ in {"NOUN", "PROPN", "PRON"}
    )[:1]


def owner_of(noun: Node, cues: Cues, depth: int = 0) -> Tokens:
    """Whose decision, plan or refusal a noun is: possessive, complement or verb's subject."""
    possessives = [c for c in noun.children if is_possessive(c)]
    if possessives:
        return expand(possessives)
    owners = {*cues.agent_preps, *cues.vague_preps[:1]}
    complements = [
        c
        for c in noun.children
        if dep(c) == "nmod" and (prepositions(c) & owners or is_bare_name(c))
    ]
    if complements:
        return expand(complements)
    if depth < DEPTH and dep(noun) in {"obj", "obl", "xcomp"}:
        return _subject(noun.head, cues, depth + 1)[0]
    return ()


def is_possessive(token: Node) -> bool:
    """`son`, `leurs`, `his`, and the English genitive `Trump's`."""
    if token.dep_ == "nmod:poss":
        return True
    return dep(token) == "det" and feature(token, "Poss") == "Yes"
