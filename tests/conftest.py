"""What holds for all tests: the tables that they convert from files of their own do not stay in the cache."""

import shutil
import tempfile

from wordglass.vectors.names import tables


def pytest_sessionfinish():
    for folder, manifest in tables():
        if manifest["name"].startswith(tempfile.gettempdir()):
            shutil.rmtree(folder, ignore_errors=True)
