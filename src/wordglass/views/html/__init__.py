"""The trace as HTML: pure functions from its documents to a page that needs no network and no script."""

from wordglass.views.html.prediction import render_prediction

__all__ = ["render_prediction"]
