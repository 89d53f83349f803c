"""The errors that wordglass raises on purpose: one line that says what is wrong, where, and what to do."""


class WordglassError(Exception):
    """The run could not be finished; the message says why. The command line exits with ``exit_code``."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        # It can quote what a damaged file says, or a library about it: control characters, line feeds, ...
        super().__init__("".join(char if char.isprintable() else "\ufffd" for char in message))


class DataError(WordglassError, ValueError):
    """The texts, labels, vectors or model given cannot be used; the message names file, row or column."""


class ArgumentError(WordglassError, ValueError):
    """An argument is wrong: it names nothing that exists, or its value is out of range."""

    exit_code = 2
