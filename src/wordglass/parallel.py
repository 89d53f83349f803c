"""Rows in chunks over threads: the kernels let go of the GIL, and results come back in order."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Run = Callable[..., Iterator[Any]]  # ``map``, or one over threads
T = TypeVar("T")
R = TypeVar("R")

CHUNK_BYTES = 1 << 19  # of text: large enough that Python's part does not count, small enough to share out


def usable_threads(threads: int | None = None) -> int:
    """The number of threads to use: as asked, else as many as this process has processors."""
    return threads or len(os.sched_getaffinity(0))


def row_chunks(offsets: NDArray[np.int64], size: int = CHUNK_BYTES) -> list[tuple[int, int]]:
    """Cut rows into chunks of about ``size`` bytes, by the texts alone and not by the number of threads."""
    rows = len(offsets) - 1
    cuts = np.searchsorted(offsets, np.arange(offsets[0], offsets[-1], size)[1:]).tolist()
    edges = sorted({0, rows, *(min(cut, rows) for cut in cuts)})
    return list(pairwise(edges))


def in_order(work: Callable[[T], R], items: list[T], threads: int | None = None) -> Iterator[R]:
    """``work`` of each item, in the order of the items.

    >>> list(in_order(lambda x: x * x, [1, 2, 3], threads=2))
    [1, 4, 9]
    """
    threads = min(usable_threads(threads), len(items))
    if threads <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, items)


def few_ahead(
    work: Callable[[T], R], items: Iterable[T], threads: int | None = None
) -> Generator[R, None, None]:
    """``work`` of each item, in order, where the items are made on the way: few of them are there at a time.

    >>> list(few_ahead(lambda x: x * x, iter(range(4)), threads=2))
    [0, 1, 4, 9]
    """
    threads = usable_threads(threads)
    if threads <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def numpy_in_one_thread() -> Iterator[None]:
    """Hold NumPy's linear algebra to one thread: how many it takes changes the last bits of its sums."""
    with _blas().limit(limits=1, user_api="blas"):
        yield


@cache
def _blas() -> "ThreadpoolController":
    """Find the BLAS libraries once: looking for them takes as long as a pass over the rows."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
