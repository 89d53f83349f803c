"""What a request gets that cannot be answered: a status and a sentence."""


class RefusedError(Exception):
    """Answered with ``status`` and, as JSON or on a page, the sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
