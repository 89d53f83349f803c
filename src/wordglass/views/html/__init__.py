"""The trace as HTML: pure functions from its documents to a page that needs no network and no script."""

from wordglass.views.html.prediction import render_prediction
from wordglass.views.html.report import render_report

__all__ = ["render_prediction", "render_report"]
