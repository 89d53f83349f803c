"""What a table of word vectors has in it, for learners: measured, with what the measure cannot say."""

from wordglass.exploring.analogies import Analogies, analogies, read_kinds
from wordglass.exploring.association import Association, association, read_tests
from wordglass.exploring.direction import Direction, direction
from wordglass.exploring.known import known_words
from wordglass.exploring.words_map import WordsMap, words_map

__all__ = [
    "Analogies",
    "Association",
    "Direction",
    "WordsMap",
    "analogies",
    "association",
    "direction",
    "known_words",
    "read_kinds",
    "read_tests",
    "words_map",
]
