"""The trace on a terminal: pure functions from its documents to what Rich prints."""

from wordglass.views.terminal.demo import show_demo
from wordglass.views.terminal.explanation import show_edits, show_nearest, show_versus
from wordglass.views.terminal.model import show_model
from wordglass.views.terminal.page import console
from wordglass.views.terminal.prediction import show_prediction
from wordglass.views.terminal.scores import show_scores
from wordglass.views.terminal.tables import show_fits, show_table, show_tables
from wordglass.views.terminal.training import epoch_heading, epoch_row, show_coverage, show_training

__all__ = [
    "console",
    "epoch_heading",
    "epoch_row",
    "show_coverage",
    "show_demo",
    "show_edits",
    "show_fits",
    "show_model",
    "show_nearest",
    "show_prediction",
    "show_scores",
    "show_table",
    "show_tables",
    "show_training",
    "show_versus",
]
