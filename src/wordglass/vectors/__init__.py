"""Stage 3: tables of pre-trained word vectors, memory-mapped, and the words that find their rows."""

from wordglass.vectors.names import load_vectors
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup, Vocabulary

__all__ = ["Lookup", "VectorTable", "Vocabulary", "load_vectors"]
