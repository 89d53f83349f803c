"""Waiting for what a page comes to; Playwright's own way evaluates strings, which their policy forbids."""

import time


def until(page, true, seconds=20):
    """Wait for an expression of JavaScript to become true."""
    end = time.monotonic() + seconds
    while not page.evaluate(true):
        assert time.monotonic() < end, f"it did not come about: {true}"
        time.sleep(0.01)


def drawn(page):
    """Wait for the next two frames, so that what watches sizes has seen them."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
