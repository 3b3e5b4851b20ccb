"""Verbs and their parties: one reading of a clause for every construction of UD.

Active, passive, pronominal, causative (`se faire recevoir`), participles, relatives,
infinitives under control, adverbial clauses and coordination are told apart here, once for all
languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Token

from pipeline.relations.cues import Cues
from pipeline.relations.model import Clause, Tokens
from pipeline.relations.voice import is_bare_participle, is_passive, is_reflexive
from pipeline.trees import (
    conjuncts,
    dep,
    feature,
    gapped_subject,
    is_bare_name,
    is_expletive,
    prepositions,
)

DEPTH = 6
"""Clauses climbed in search of a subject."""
STOPS = frozenset(".!?…:;»\n")
OPEN_CLAUSES = frozenset({"xcomp", "ccomp", "advcl", "obl", "nmod", "advmod", "csubj"})


def read_clause(verb: Token, cues: Cues) -> Clause:
    """The clause of a verb: voice, grammatical subject and agents."""
    passive = is_passive(verb, cues)
    subjects, how = _subject(verb, cues, 0)
    if passive and how == "active":
        how = "passive"
    agents = _agents(verb, cues) if passive else ()
    return Clause(verb, passive, subjects, agents, how)


def _agents(verb: Token, cues: Cues) -> Tokens:
    """Who does what a passive tells, also where the parser hung it on a neighbour."""
    own = [c for c in verb.children if _is_agent(c, cues)]
    own += _added_agents(verb, cues) if own else ()
    neighbours = [c for c in verb.children if dep(c) == "obl"]
    if dep(verb) in {"acl", "amod"}:
        neighbours.append(verb.head)
    near = [g for c in neighbours for g in c.children if g.i > verb.i and _is_agent(g, cues)]
    return expand(own or near)


def agents_of(noun: Token, cues: Cues) -> Tokens:
    """Agents that the parser hung on a noun of the idiom: `prise pour cible par A`."""
    return expand(c for c in noun.children if c.i > noun.i and _is_agent(c, cues))


def _added_agents(verb: Token, cues: Cues) -> Iterator[Token]:
    """`Par A et par B`, the second coordinated to the verb."""
    for child in verb.children:
        noun = dep(child) == "conj" and child.pos_ in {"NOUN", "PROPN"}
        if noun and prepositions(child) & set(cues.agent_preps):
            yield child


def _is_agent(token: Token, cues: Cues) -> bool:
    if token.dep_ == "obl:agent":
        return True
    return dep(token) in {"obl", "nmod"} and cues.agent_preps[0] in prepositions(token)


def expand(tokens: Iterable[Token]) -> Tokens:
    """Every token with what is coordinated to it; relative pronouns become antecedents."""
    return tuple(antecedent(t) for token in tokens for t in conjuncts(token))


def antecedent(token: Token) -> Token:
    """The noun that a relative pronoun stands for; other tokens stand for themselves."""
    if feature(token, "PronType") != "Rel":
        return token
    node = token
    while node.head.i != node.i:
        if node.dep_ in {"acl:relcl", "advcl:cleft"}:
            return node.head
        node = node.head
    return token


def own_subjects(verb: Token) -> Tokens:
    """Subjects that depend on the verb itself, expletives left out."""
    found = [c for c in verb.children if _is_subject(c)]
    if not found:  # `A fait porter …`: the subject hung on the maker
        makers = [c for c in verb.children if c.dep_ == "aux:caus"]
        found = [c for maker in makers for c in maker.children if dep(c) == "nsubj"]
    if len(found) > 1:
        found = _one_subject(found)
    return expand((*_torn_subject(verb, found), *found))


def _one_subject(found: list[Token]) -> list[Token]:
    """The first of several, or the name that follows it as an apposition, and what is added."""
    first, second = found[:2]
    if first.pos_ == second.pos_ == "PROPN" and _joined(second):  # `A, B et C`, A torn off
        return found
    named = first.pos_ == "NOUN" and second.pos_ == "PROPN" and second.nbor(-1).text == ","
    added = [c for c in found[1:] if any(dep(g) == "cc" for g in c.children)]
    return [second if named else first, *added]


def _joined(name: Token) -> bool:
    return any(dep(c) == "conj" and any(dep(g) == "cc" for g in c.children) for c in name.children)


def _torn_subject(verb: Token, found: Sequence[Token]) -> Tokens:
    """`A et B se retirent` with A hung elsewhere: the conjunction depends on the verb."""
    if not found or (dep(verb) == "conj" and verb.head.pos_ not in {"NOUN", "PROPN"}):
        return ()
    link = found[0].left_edge.i - 1
    start = verb.sent.start
    if link <= start or not any(c.i == link and dep(c) == "cc" for c in verb.children):
        return ()
    node = verb.doc[link - 1]
    while dep(node) in {"nmod", "flat", "fixed", "compound", "amod"} and node.head.i < link:
        node = node.head
    return (node,) if node.pos_ in {"NOUN", "PROPN"} else ()


def subjects_of(token: Token, cues: Cues) -> Tokens:
    """Grammatical subjects of a verb or predicate, found through the tree."""
    return _subject(token, cues, 0)[0]


def _subject(verb: Token, cues: Cues, depth: int) -> tuple[Tokens, str]:
    own = own_subjects(verb)
    if own:
        relative = verb.dep_ == "acl:relcl"
        return own, "relative" if relative else "active"
    if depth >= DEPTH or any(_is_impersonal(c) for c in verb.children):
        return (), "active"
    torn = _torn_off(verb) if _is_finite(verb) else gapped_subject(verb)
    if torn is not None:
        return expand([torn]), "active"
    if verb.head.i == verb.i:
        fronted = _fronted_over(verb) if is_bare_participle(verb) else ()
        return fronted, "participle" if fronted else "active"
    kind, head = dep(verb), verb.head
    if kind == "conj":
        return _subject(head, cues, depth + 1)[0], "shared"
    if verb.dep_ == "acl:relcl":
        return expand([head]), "relative"
    if kind in {"acl", "amod", "appos"} and not _is_infinitive(verb):
        above = _clause_over(verb)
        return (_subject(above, cues, depth + 1)[0] if above else expand([head])), "participle"
    if kind == "acl":
        return _noun_controller(head, cues, depth), "noun-clause"
    if kind in OPEN_CLAUSES:
        how = "control" if kind in {"xcomp", "ccomp"} else "adverbial"
        return _controller(verb, cues, depth), how
    return (), "active"


def _clause_over(participle: Token) -> Token | None:
    """`X l'a félicité devant ses partisans, promettant de …`: the participle is X's.

    The verb above the complement that the parser hung the detached participle on.
    """
    head = participle.head
    detached = participle.i > 0 and participle.nbor(-1).text == ","
    present = feature(participle, "Tense") == "Pres" and feature(participle, "VerbForm") == "Part"
    if not (detached and present and dep(head) in {"obl", "nmod"}):
        return None
    while dep(head) in {"obl", "nmod"} and head.head.i != head.i:
        head = head.head
    return head if head.pos_ in {"VERB", "AUX"} else None


def _is_finite(verb: Token) -> bool:
    return any(
        feature(t, "VerbForm") == "Fin"
        for t in (verb, *(c for c in verb.children if dep(c) == "aux"))
    )


def _torn_off(verb: Token) -> Token | None:
    """The subject of a finite verb that the parser tore from it.

    Either the verb hangs on it as if it were a complement, or a sentence was cut between them.
    """
    head = verb.head
    if head.i != verb.i:
        below = verb.dep_ in {"nmod", "appos", "amod", "acl", "dep", "flat", "flat:name", "conj"}
        bare = not any(dep(c) in {"cc", "mark"} for c in verb.children)
        nominal = head.i < verb.i and head.pos_ in {"NOUN", "PROPN"}
        return head if below and bare and nominal else None
    start = verb.sent.start
    if start == 0 or verb.doc[start - 1].text in STOPS:
        return None
    root = verb.doc[start - 1].sent.root
    loose = [root, *(c for c in root.children if dep(c) in {"conj", "appos", "dep", "dislocated"})]
    nouns = [t for t in loose if t.pos_ in {"NOUN", "PROPN"} and not prepositions(t)]
    return nouns[-1] if nouns else None


def _fronted_over(participle: Token) -> Tokens:
    """`Accueilli par le roi, X a …` cut in two sentences: the subject of the second."""
    doc, end = participle.doc, participle.sent.end
    if end >= len(doc) or "," not in {doc[end - 1].text, doc[end].text}:
        return ()
    return own_subjects(doc[end].sent.root)


def _noun_controller(head: Token, cues: Cues, depth: int) -> Tokens:
    """`La décision de A de …`: A; `A est le premier pays à …`: A; `un pays prêt à …`: the pays."""
    noun = _governing_noun(head, cues)
    if cues.governor_of(noun) is not None:
        return owner_of(noun, cues, depth + 1)
    return own_subjects(head) or expand([head])


def _governing_noun(noun: Token, cues: Cues) -> Token:
    """The noun whose content an infinitive is: `choix du président de …`, not `président`."""
    node = noun
    while cues.governor_of(node) is None and dep(node) in {"nmod", "conj", "appos", "flat"}:
        node = node.head
    return node if cues.governor_of(node) is not None else noun


def _is_impersonal(token: Token) -> bool:
    return token.dep_ == "expl:subj" and is_expletive(token)


def _is_subject(token: Token) -> bool:
    return dep(token) == "nsubj" or (token.dep_ == "expl:subj" and not is_expletive(token))


def _is_infinitive(verb: Token) -> bool:
    return feature(verb, "VerbForm") == "Inf"


def _controller(verb: Token, cues: Cues, depth: int) -> Tokens:
    """Whose subject an infinitive or participle has: its governor's subject or object."""
    head = verb.head
    governor = cues.governor_of(head)
    if governor and governor.control == "object" and dep(verb) in {"xcomp", "ccomp", "obl"}:
        if is_passive(head, cues):
            return _subject(head, cues, depth + 1)[0]
        return _controlled_object(head, cues)
    if head.pos_ in {"NOUN", "PROPN"} and not own_subjects(head):
        return owner_of(head, cues, depth + 1)
    if is_passive(head, cues) and dep(verb) == "advcl" and feature(verb, "VerbForm") == "Inf":
        agents = expand(c for c in head.children if _is_agent(c, cues))
        return agents or _subject(head, cues, depth + 1)[0]
    return _subject(head, cues, depth + 1)[0]


def _controlled_object(verb: Token, cues: Cues) -> Tokens:
    """The one who is asked, urged or prevented: object, clitic or `à`/`to` complement."""
    for wanted in ("iobj", "obj"):
        found = [c for c in verb.children if dep(c) == wanted and not is_reflexive(c, cues)]
        if found:
            return expand(found)
    return expand(
        c
        for c in verb.children
        if dep(c) == "obl"
        and prepositions(c) & {"a", "to", "de", "on"}
        and c.pos_ in {"NOUN", "PROPN", "PRON"}
    )[:1]


def owner_of(noun: Token, cues: Cues, depth: int = 0) -> Tokens:
    """Whose decision, plan or refusal a noun is: possessive, complement or verb's subject."""
    possessives = [c for c in noun.children if is_possessive(c)]
    if possessives:
        return expand(possessives)
    owners = set(cues.agent_preps) | {"of"}
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


def is_possessive(token: Token) -> bool:
    """`son`, `leurs`, `his`, and the English genitive `Trump's`."""
    if token.dep_ == "nmod:poss":
        return True
    return dep(token) == "det" and feature(token, "Poss") == "Yes"
