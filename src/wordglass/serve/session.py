"""What a page is of: the models that are open, those trained on it, and the work that may be going on."""

from collections.abc import Callable
from contextlib import suppress

from wordglass.errors import WordglassError
from wordglass.opened import Opened
from wordglass.serve.jobs import Jobs
from wordglass.serve.refused import RefusedError

AHEAD = 100_000  # rows of the data that are read and scored before they are asked for


class Session:
    """The models in the order in which they came; the first ones were opened, the others trained here."""

    def __init__(self, models: list[Opened]) -> None:
        self.models = models
        self.jobs = Jobs()
        self._begun: set[int] = set()  # models whose texts have been scored, or are being
        self.at_end: list[Callable[[], None]] = []  # what is to be done when the server ends
        for number, one in enumerate(models):
            if before := sum(one.name == other.name for other in models[:number]):
                one.name = f"{one.name} ({before + 1})"

    def model(self, number: str) -> Opened:
        """The model of a number in an address, from 0. Refused where there is none."""
        if number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(self.models):
            return self.models[int(number)]
        raise RefusedError(404, f"there is no model {number!r} here: there are {len(self.models)}, from 0 on")

    def add(self, opened: Opened) -> int:
        """Take in a model that was trained here. Gives its number."""
        for other in self.models:
            other.replay = None
        self.models.append(opened)
        return len(self.models) - 1

    def work_ahead(self, opened: Opened) -> None:
        """Score the rows held out, once, so that the first look at them does not wait."""
        if id(opened) in self._begun or opened.trace["data"]["rows"] > AHEAD:
            return
        self._begun.add(id(opened))
        with suppress(WordglassError):  # whoever asks for them is told
            opened.answers("held_out")
