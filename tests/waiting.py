# SPDX-License-Identifier: GPL-2.0-only
"""Waiting for what other processes do: for tests of every folder."""
import time


def until(condition, seconds=20):
    """Whether the condition comes true within the time. Looks fifty times a second."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
