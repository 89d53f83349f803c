"""What holds for all tests: the tables that they convert from files of their own do not stay in the cache."""

import shutil

import pytest

from wordglass.vectors.names import tables


@pytest.fixture(scope="session", autouse=True)
def _no_table_of_a_test_stays(tmp_path_factory):
    yield
    for folder, manifest in tables():
        if manifest["name"].startswith(str(tmp_path_factory.getbasetemp())):
            shutil.rmtree(folder, ignore_errors=True)
