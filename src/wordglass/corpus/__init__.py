"""Stage 1, raw text: texts and labels from files and sequences, checked, described and split."""

from wordglass.corpus.files import Corpus, TextBatch, TextBatches, iter_batches, read
from wordglass.corpus.report import data_report
from wordglass.corpus.split import split
from wordglass.corpus.texts import text_numbers, to_arrow

__all__ = [
    "Corpus",
    "TextBatch",
    "TextBatches",
    "data_report",
    "iter_batches",
    "read",
    "split",
    "text_numbers",
    "to_arrow",
]
