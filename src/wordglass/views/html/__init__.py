"""The trace as HTML: a report in one file, and the parts of which it is made."""
