"""Relations: one grammar over UD trees, one lexicon per language and relation."""

from pipeline.relations.find import Grammar, find_relations, load_grammars

__all__ = ["Grammar", "find_relations", "load_grammars"]
