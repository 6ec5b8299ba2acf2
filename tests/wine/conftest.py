# SPDX-License-Identifier: GPL-2.0-only
"""What tests with Wine share: one headless prefix, programs built for Windows, and RSL's drivers in C:\\drivers."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))  # waiting.py

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RSL_BUILD", ROOT / "build"))
WINE = pathlib.Path("/usr/lib/wine")
# Wine runs 32-bit programs by its 64-bit Unix side: new-style WoW64.
HAS_WOW64 = pathlib.Path("/usr/lib/x86_64-linux-gnu/wine/i386-windows/ntdll.dll").exists()


class Wine:
    """A prefix of the test's own, with its VM. Ended by close(), the session by wineserver of this prefix only."""

    def __init__(self, folder):
        self.prefix, self.runtime = folder / "prefix", folder / "run"
        self.runtime.mkdir(mode=0o700)
        self.environment = {**os.environ, "WINEPREFIX": str(self.prefix), "XDG_RUNTIME_DIR": str(self.runtime),
                            "XDG_STATE_HOME": str(folder / "state"), "WINEDEBUG": "-all",
                            "WINEDLLOVERRIDES": "mscoree,mshtml=d", "NO_COLOR": "1", "PATH": f"{WINE}:{os.environ['PATH']}"}
        for name in ("DISPLAY", "RSL_VM", "LD_PRELOAD"):
            self.environment.pop(name, None)
        self.output = folder / "output"
        code, text = self.stock("wineboot", "-u", timeout=180)
        assert code == 0 and (self.prefix / "drive_c").is_dir(), text
        self.end_session()

    def put_driver(self, name, source):
        drivers = self.prefix / "drive_c" / "drivers"
        drivers.mkdir(exist_ok=True)
        shutil.copy(source, drivers / f"{name}.sys")

    def _run(self, command, timeout):
        # A file and not a pipe: services that Wine starts keep their standard output open.
        with self.output.open("w") as output:
            process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, env=self.environment, start_new_session=True)
            try:
                code = process.wait(timeout=timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                code = "timeout"
        return code, self.output.read_text(errors="replace")

    def stock(self, *command, timeout=60):
        """Under Wine as the distribution has it."""
        return self._run([WINE / "wine64", *command], timeout)

    def rsl(self, *words, timeout=60):
        return self._run([BUILD / "bin" / "rsl", *words], timeout)

    def run(self, *command, timeout=60):
        """Under `rsl wine`."""
        return self.rsl("wine", "--", *command, timeout=timeout)

    def program(self, name):
        """A test program; "32/NAME" is the 32-bit one."""
        return BUILD / "wine_tests" / f"{name}.exe"

    def end_session(self):
        self._run([WINE / "wineserver64", "-k"], 20)
        self._run([WINE / "wineserver64", "-w"], 20)

    def close(self):
        self.end_session()
        code, text = self.rsl("list", "--json")
        for vm in json.loads(text) if code == 0 else []:
            self.rsl("stop", "--vm", vm["name"])


@pytest.fixture(scope="session")
def wine(tmp_path_factory):
    if not (WINE / "wine64").exists():
        pytest.skip("Debian's wine64 is not installed")
    wine = Wine(tmp_path_factory.mktemp("wine"))
    for name in ("echo", "pointers", "queue", "timer"):
        wine.put_driver(name, BUILD / "samples" / f"{name}.sys")
    for name in ("entry_fails", "keeps_a_file", "reads_parameters", "signals", "tells_opens", "tells_processes", "uses_library", "writes_registry"):
        wine.put_driver(name, BUILD / "test_drivers" / f"{name}.sys")
    yield wine
    wine.close()
