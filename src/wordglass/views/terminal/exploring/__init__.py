"""What is found in a table of word vectors, printed."""

from wordglass.views.terminal.exploring.analogies import show_analogies
from wordglass.views.terminal.exploring.association import show_associations
from wordglass.views.terminal.exploring.direction import show_direction
from wordglass.views.terminal.exploring.words_map import show_map

__all__ = ["show_analogies", "show_associations", "show_direction", "show_map"]
