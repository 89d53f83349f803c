"""Charts: pure functions from numbers of the trace to SVG, each with a title and a description.

Colours are classes that the page's style sheet knows, so that one drawing serves light, dark and print.
"""
