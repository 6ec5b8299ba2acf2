# SPDX-License-Identifier: GPL-2.0-only
"""A Windows program with a window: its drawing goes to the X server as ever, its driver runs in RSL."""
import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import BUILD
from virtual_display import VirtualDisplay

WAITING, RIGHT, WRONG = (0xD8, 0xDC, 0xE4), (0x20, 0xA0, 0x50), (0xC0, 0x30, 0x30)
AREA = 368 * 48  # what the answer is painted on; its text covers some of it


@pytest.fixture
def display(wine, tmp_path):
    """The session's windows go where its first program's did: a session of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    wine.end_session()
    display = VirtualDisplay(tmp_path)
    before = dict(wine.environment)
    wine.environment.update(display.environment)
    yield display
    wine.end_session()
    wine.environment.clear()
    wine.environment.update(before)
    display.close()


def test_a_window_shows_what_the_driver_answered(wine, display):
    window = subprocess.Popen([str(BUILD / "bin" / "rsl"), "wine", "--", str(wine.program("window")), "--seconds", "120"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=wine.environment)
    try:
        before = display.wait_for(lambda picture: picture.count(WAITING) > AREA / 2)
        assert before.count(WAITING) > AREA / 2, f"no window came up (exit code of the program: {window.poll()})"
        assert before.count(RIGHT) == before.count(WRONG) == 0, "an answer is shown before the driver was asked"
        code, text = wine.run(wine.program("window"), "--press")
        assert code == 0, text
        after = display.wait_for(lambda picture: picture.count(RIGHT) > AREA / 2)
        assert after.count(RIGHT) > AREA / 2, "the driver's answer is not shown, or not the right one"
        assert after.count(WAITING) == after.count(WRONG) == 0
        left, top, width, height = after.box_of(RIGHT)
        assert (width, height) == (368, 48)
        assert after.cropped(left, top, width, height).count((255, 255, 255)) > 50, "the answer's text is missing"
        if "RSL_SCREENSHOT" in os.environ:  # how docs/guides/wine-window.png was made
            pathlib.Path(os.environ["RSL_SCREENSHOT"]).write_bytes(after.cropped(left - 16, top - 96, 400, 160).png())
        code, text = wine.run(wine.program("window"), "--close")
        assert code == 0, text
        assert window.wait(timeout=30) == 0
    finally:
        if window.poll() is None:
            window.kill()
            window.wait()
