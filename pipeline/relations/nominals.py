"""Deed nouns and their parties: `le retrait de A de B`, `sommet A-B`, `son entretien avec B`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.nodes import Node
from pipeline.relations.arguments import Resolver
from pipeline.relations.clauses import is_possessive, read_clause, subjects_of
from pipeline.relations.complements import direct_objects, matches, torn_sides
from pipeline.relations.cues import Cues
from pipeline.relations.inventory import Fits, RelationType
from pipeline.relations.lexicon import NounEntry, Slot
from pipeline.relations.light import carrier, light_in_relative, light_verb, raised
from pipeline.relations.model import Frame, Miss, Tokens
from pipeline.relations.nounslots import Parties, before_hyphen, parties_in
from pipeline.relations.slots import allowed, fits
from pipeline.relations.subjects import own_subjects
from pipeline.trees import conjuncts, dep, feature, first_conjunct, lemma


class NounReader:
    """Reads the parties of one deed noun for one entry."""

    def __init__(
        self, noun: Node, entry: NounEntry, kind: RelationType, resolver: Resolver, cues: Cues
    ) -> None:
        """Nothing is read before `frame` is called."""
        self.noun, self.entry, self.kind = noun, entry, kind
        self.resolver, self.cues = resolver, cues
        self.parties = Parties()
        self.light = light_verb(noun, entry, cues)
        self.relative = light_in_relative(noun, cues, entry.light_verbs)
        self.carrier = carrier(noun, entry, cues)
        self.parts: Tokens = ()

    def frame(self, parts: Tokens) -> Frame | Miss:
        """The frame of the noun, or why it has none."""
        self.parts = parts
        self._between()
        self._possessor()
        self._modifiers()
        self._carried()
        self._complements()
        self._left_by()
        self._light_subject()
        self._predicative()
        self._adjunct()
        parties = self.parties
        if not parties.subjects and not parties.objects:
            return Miss("noun without a stated party")
        if any(slot.required for slot in self.entry.object) and not parties.objects:
            return Miss("no fitting object")
        if self.entry.subject.required and not parties.subjects:
            return Miss("no fitting subject")
        return Frame(
            "noun-" + "-".join(dict.fromkeys(parties.how)),
            (self.noun, *parts),
            self.noun,
            tuple(parties.subjects),
            tuple(parties.objects),
            parties.together,
            self.light or self.carrier,
        )

    def _nodes(self) -> list[Node]:
        """The noun, its participles (`prévu avec`) and the light verb carry complements."""
        participles = [
            c
            for c in self.noun.children
            if dep(c) in {"acl", "amod"} and feature(c, "VerbForm") == "Part"
        ]
        light = [t for t in (self.relative, self.light) if t is not None]
        return [self.noun, *self.parts, *participles, *light]

    def _between(self) -> None:
        if not self.entry.between:
            return
        nodes = list(self._nodes())
        if dep(self.noun) in {"nsubj", "obj"}:
            nodes += [self.noun.head, *raised(self.noun.head)]
        for node in nodes:
            for child in node.children:
                if dep(child) in {"nmod", "obl"} and matches(child, self.cues.between, self.cues):
                    sides = list(conjuncts(child))
                    sides += torn_sides(node, child) if len(sides) == 1 else ()
                    self.parties.add("subject", self._actors(sides), "between")
                    self.parties.together = bool(self.parties.subjects)

    def _possessor(self) -> None:
        owners = [
            t
            for c in self.noun.children
            if is_possessive(c)
            for t in conjuncts(c)
            if self.resolver.arguments(t)
        ]
        undergone = self.entry.possessive == "object"
        named = all(slot.lemmas for slot in self.entry.object)  # `le retour des otages`, not `son`
        if undergone and named and self.entry.object:
            return
        if undergone and not self._names_object():
            owners = [t for t in owners if self._fits(t, Slot(), self.kind.object)]
            self.parties.add("object", owners, "possessive")
            return
        if self.entry.subject.lemmas:  # `sa colère`: whose it is does not tell what they are
            return
        self.parties.add("subject", owners, "possessive")
        several = bool(owners) and self._is_several(owners[0])
        self.parties.together |= self.kind.symmetric and several

    def _is_several(self, possessive: Node) -> bool:
        """`Leur entretien`: theirs, of those whom the possessive stands for."""
        plural = feature(possessive, "Number[psor]") == "Plur"
        return plural or len(self.resolver.arguments(possessive)) > 1

    def _names_object(self) -> bool:
        """`Sa condamnation de l'attaque`: the object stands behind the noun."""
        return bool(self._slot(self.entry.object, self.kind.object))

    def _complements(self) -> None:
        if self.parties.together:
            return
        subject_slot = self.entry.subject
        subjects = self._slot((subject_slot,), self.kind.subject)
        objects = self._slot(self.entry.object, self.kind.object)
        both = [t for t in subjects if t in objects]
        only_subjects = [t for t in subjects if t not in both]
        only_objects = [t for t in objects if t not in both]
        self.parties.add("subject", only_subjects, "of")
        self.parties.add("object", only_objects, "to")
        for token in both:
            self._settle(token, both)
        self.parties.together = self._are_sides(only_subjects)

    def _are_sides(self, subjects: Sequence[Node]) -> bool:
        """`L'accord conclu par A et B`, `la rencontre de A et de B`: joined, they are both."""
        one = feature(self.noun, "Number") != "Plur"  # not `les sommets de A et de B`
        joined = len(subjects) > 1 and {first_conjunct(t) for t in subjects} == {subjects[0]}
        sided = self.kind.symmetric and self.entry.between and not self.parties.objects
        return one and joined and sided

    def _left_by(self) -> None:
        """`Le départ du gouvernement de A`: A leaves it."""
        subjects = self.parties.subjects
        needed = any(slot.required for slot in self.entry.object) and not self.parties.objects
        if not needed or len(subjects) != 1 or subjects[0].head.i != self.noun.i:
            return
        left, preps = subjects[0], self.entry.subject.prep
        people = [
            c
            for c in left.children
            if dep(c) == "nmod" and c.pos_ == "PROPN" and matches(c, preps, self.cues)
            if any("person" in a.kinds for a in self.resolver.arguments(c))
        ]
        wanted = (s for s in self.entry.object if not s.owner and matches(left, s.prep, self.cues))
        if people and any(self._fits(left, s, self.kind.object) for s in wanted):
            self.parties = Parties([people[0]], [left], how=["of", "to"])

    def _carried(self) -> None:
        """`Des frappes russes ont visé Kiev`: the object of the verb is that of the deed."""
        if self.carrier is None:
            return
        clause = read_clause(self.carrier, self.cues)
        objects = direct_objects(clause, self.cues)
        if not objects and dep(self.noun) == "obl":  # `ont péri dans un raid`
            objects = clause.subjects
        slots = self.entry.object
        found = [t for t in objects if any(self._fits(t, s, self.kind.object) for s in slots)]
        self.parties.add("object", found, "carried")

    def _settle(self, token: Node, both: Sequence[Node]) -> None:
        """A complement that fits both parties goes where one is missing."""
        taken = self.parties
        if taken.subjects and not taken.objects:
            taken.add("object", [token], "to")
        elif taken.objects and not taken.subjects:
            taken.add("subject", [token], "of")
        elif not taken.subjects:
            party = self.entry.prefer if len(both) == 1 else "subject"
            taken.add(party, [token], "of")

    def _slot(self, slots: Sequence[Slot], default: tuple[Fits, ...]) -> list[Node]:
        found: dict[int, Node] = {}
        for slot in slots:
            own = slot is self.entry.subject
            for node in (self.noun, *self.parts) if own else self._nodes():
                for token in parties_in(node, slot, self.resolver, self.cues, further=not own):
                    if token.i != self.noun.i and self._fits(token, slot, default):
                        found.setdefault(token.i, token)
        return [found[i] for i in sorted(found)]

    def _fits(self, token: Node, slot: Slot, default: tuple[Fits, ...]) -> bool:
        if not (slot.owner or allowed(token, slot, self.cues)):
            return False
        return any(fits(a, slot.fits or default) for a in self.resolver.arguments(token))

    def _modifiers(self) -> None:
        """Relational adjectives and compounds: `frappes américaines`, `Trump-Putin summit`."""
        found = []
        for child in self.noun.children:
            if dep(child) not in {"amod", "compound", "nmod", "flat", "appos"}:
                continue
            if dep(child) in {"nmod", "flat", "appos"} and not self._bare_name(child):
                continue
            mentions = self.resolver.mentions_at(child)
            mentions = [m for m in mentions if not self.resolver.inside(self.noun, m)]
            if any(m.label in {"NORP", "PER", "ORG", "LOC"} for m in mentions):
                sides = (*before_hyphen(child), *conjuncts(child))
                found += [t for t in sides if self.resolver.mentions_at(t)]
        if not found or self.parties.subjects or self.entry.subject.owner:
            return
        parties = sum(len(self.resolver.arguments(t)) for t in found)
        self.parties.together |= self.kind.symmetric and parties > 1  # `russo-iranienne`, one token
        wanted = self.entry.subject.fits or self.kind.subject
        fitting = [t for t in found if any(fits(a, wanted) for a in self.resolver.arguments(t))]
        self.parties.add("subject", fitting, "adjective")

    def _bare_name(self, child: Node) -> bool:
        return (
            (child.pos_ == "PROPN" or len(self.resolver.arguments(child)) > 1)
            and not any(dep(c) in {"case", "det"} for c in child.children)
            and child.i == self.noun.i + 1
            and self.kind.symmetric
        )

    def _light_subject(self) -> None:
        self._subject_of(self.relative)
        if self.noun.dep_ != "nsubj":  # else the deed is itself what the verb tells of
            self._subject_of(self.light)

    def _subject_of(self, verb: Node | None) -> None:
        if verb is None or self.parties.together:
            return
        clause = read_clause(verb, self.cues)
        holders = clause.agents if clause.passive else clause.subjects
        holders = tuple(t for t in holders if t.i != self.noun.i)
        if holders and not self.parties.subjects:
            self.parties.add("subject", self._actors(holders), "light")
            if self.kind.symmetric and not self.parties.objects:
                self.parties.together = True

    def _predicative(self) -> None:
        """`A, en visite à B`; `A et B en visioconférence`; not `A se tient en retrait`."""
        sided = bool(self.parties.objects)
        if self.parties.subjects or self.parties.together or not (sided or self.kind.symmetric):
            return
        if not matches(self.noun, self.entry.predicative, self.cues):
            return
        if any(dep(c) == "cop" for c in self.noun.children):
            holders = own_subjects(self.noun)
        elif dep(self.noun) in {"nmod", "acl", "appos"}:
            holders = (self.noun.head,)
        else:
            holders = subjects_of(self.noun.head, self.cues)
        actors = list(self._actors(t for h in holders for t in conjuncts(h)))
        if sided or len(actors) > 1:
            self.parties.add("subject", actors, "predicative")
            self.parties.together = not sided

    def _adjunct(self) -> None:
        """`Après une rencontre avec B, A …`: the missing party is the clause's subject."""
        one_sided = bool(self.parties.objects) and not self.parties.subjects
        takes = self.kind.symmetric or self.entry.adjunct
        if not (takes and one_sided) or self.parties.together:
            return
        if any(feature(c, "PronType") == "Dem" for c in self.noun.children):
            return
        words = self.cues.circumstances
        above = self.noun.head  # `lors`, `au cours` may be the head of its noun
        while dep(above) == "nmod" and lemma(above) in self.cues.calendar:
            above = above.head  # `au terme de dix jours de pourparlers avec B`
        inside = dep(self.noun) in {"nmod", "obl"} and lemma(above) in words
        if not (inside or matches(self.noun, words, self.cues)):
            return
        anchor = above if inside and dep(above) in {"obl", "advmod"} else self.noun
        if dep(anchor) == "obl" or anchor is not self.noun:
            holders = subjects_of(anchor.head, self.cues)
            self.parties.add("subject", self._actors(holders), "adjunct")

    def _actors(self, tokens: Iterable[Node]) -> Iterator[Node]:
        wanted = self.entry.subject.fits or self.kind.subject
        taken = {t.i for t in self.parties.objects}
        for token in tokens:
            arguments = self.resolver.arguments(token)
            fitting = any(fits(a, wanted) for a in arguments)
            if token.i not in taken and fitting and allowed(token, self.entry.subject, self.cues):
                yield token


def noun_frame(
    noun: Node,
    parts: Tokens,
    entry: NounEntry,
    kind: RelationType,
    resolver: Resolver,
    cues: Cues,
) -> Frame | Miss:
    """The parties of a deed noun under one entry, or why it has none."""
    return NounReader(noun, entry, kind, resolver, cues).frame(parts)
