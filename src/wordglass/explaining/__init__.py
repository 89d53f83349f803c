"""Exact explanations: of one text as an object, of many as a table, of a model as its words."""

from wordglass.explaining.explanation import Explanation
from wordglass.explaining.many import explain_many, explained_batches
from wordglass.explaining.nearest import Neighbourhood
from wordglass.explaining.telling import GlobalExplanation, explain_model

__all__ = [
    "Explanation",
    "GlobalExplanation",
    "Neighbourhood",
    "explain_many",
    "explain_model",
    "explained_batches",
]
