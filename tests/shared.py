"""The public data sets beside the repository; tests that need them skip where they are not."""

from pathlib import Path

import pytest

from wordglass.corpus import Corpus, read

DATA = Path(__file__).parents[2] / "shared" / "data"


def data_set(name: str, part: str = "train") -> Corpus:
    """A data set as it is read from its file."""
    file = DATA / name / f"{part}.parquet"
    if not file.exists():
        pytest.skip(f"the data set {name} is not here")
    return read(file, "text", "label")
