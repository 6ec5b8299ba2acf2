# SPDX-License-Identifier: GPL-2.0-only
"""A program starts on the processor of Wine's server, and runs wherever it may from its first instruction on (shim/wine/placement.hpp)."""
import contextlib
import fcntl
import os
import pathlib
import subprocess

import pytest

from conftest import BUILD, HAS_WOW64
from waiting import until

START_BYTE = 0x52534C  # of the server's lock file
ALL = os.sched_getaffinity(0)

pytestmark = pytest.mark.skipif(len(ALL) < 2, reason="there is one processor")


def variables(pid):
    """A process' environment as it is now."""
    with contextlib.suppress(OSError):
        return dict(line.split("=", 1) for line in pathlib.Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0") if "=" in line)
    return {}


def programs(wine, name):
    """The processes of the prefix that run a Windows program of that name."""
    found = []
    for folder in pathlib.Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):
            first = (folder / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace").replace("\\", "/")
            if first.lower().endswith(name) and variables(folder.name).get("WINEPREFIX") == str(wine.prefix):
                found.append(int(folder.name))
    return sorted(found)


def processors(pid):
    """Where each of its threads may run."""
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError):
            found.append(os.sched_getaffinity(int(thread)))
    return found


def lock_file(wine):
    """Of the prefix's server, below the folder that Debian's Wine names in the prefix, or Wine's own."""
    folder = os.stat(wine.prefix)
    named = wine.prefix / "wineserver"
    servers = pathlib.Path("/tmp") / (named.read_text() if named.is_file() else f".wine-{os.getuid()}")
    return servers / f"server-{folder.st_dev:x}-{folder.st_ino:x}" / "lock"


def server(wine):
    """Its process: whoever holds the lock."""
    inode = os.stat(lock_file(wine)).st_ino
    for line in pathlib.Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[1:4] == ["POSIX", "ADVISORY", "WRITE"] and words[5].endswith(f":{inode}") and words[6] == "0":
            return int(words[4])
    raise AssertionError("no server runs")


@contextlib.contextmanager
def turn(wine):
    """Has the turn to start beside the server, as soon as nobody else does."""
    with lock_file(wine).open("r+b") as file:
        def take():
            with contextlib.suppress(BlockingIOError):
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, START_BYTE)
                return True
            return False
        assert until(take)
        yield


@contextlib.contextmanager
def running(wine, *command, before=()):
    """A program that waits for its standard input, in a session that runs."""
    process = subprocess.Popen([*before, BUILD / "bin" / "rsl", "wine", "--", *command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=wine.environment, start_new_session=True)
    try:
        yield process
    finally:
        process.stdin.close()
        assert process.wait(timeout=60) is not None


@pytest.fixture
def session(wine):
    with running(wine, "cmd"):
        assert until(lambda: programs(wine, "/cmd.exe"))
        first, = programs(wine, "/cmd.exe")
        assert until(lambda: variables(first).get("RSL_WINE_START", "x").startswith("x"))  # it has started, beside the server or not
        yield wine


def the_new_one(wine, name, known):
    assert until(lambda: len(programs(wine, name)) > len(known))
    new, = set(programs(wine, name)) - set(known)
    return new


@pytest.mark.parametrize("command", ["cmd", "C:\\windows\\system32\\cmd.exe",
                                     pytest.param("C:\\windows\\syswow64\\cmd.exe", marks=pytest.mark.skipif(not HAS_WOW64, reason="no 32-bit programs"))])
def test_a_program_is_beside_the_server_only_while_it_starts(session, command):
    known = programs(session, "/cmd.exe")
    with running(session, command) as process:
        program = the_new_one(session, "/cmd.exe", known)
        # Placed, and not any more: what it starts itself does not take it for its own.
        assert until(lambda: variables(program).get("RSL_WINE_START", "").startswith("x")), variables(program).get("RSL_WINE_START")
        assert until(lambda: all(where == ALL for pid in (program, process.pid, server(session)) for where in processors(pid))), [
            processors(pid) for pid in (program, process.pid, server(session))]
        for pid in (program, process.pid):  # nor does it keep the lock file
            assert not [link for link in os.listdir(f"/proc/{pid}/fd") if os.path.realpath(f"/proc/{pid}/fd/{link}") == str(lock_file(session))]


def test_while_another_program_starts_there_a_second_one_starts_anywhere(session):
    known = programs(session, "/cmd.exe")
    with turn(session), running(session, "cmd"):
        program = the_new_one(session, "/cmd.exe", known)
        assert "RSL_WINE_START" not in variables(program)
        assert all(where == ALL for where in processors(program))


def test_a_start_that_died_is_made_good_by_the_next(session):
    known = programs(session, "/cmd.exe")
    with turn(session):
        os.sched_setaffinity(server(session), {min(ALL)})  # as such a start leaves it
    with running(session, "cmd"):
        the_new_one(session, "/cmd.exe", known)
        assert until(lambda: os.sched_getaffinity(server(session)) == ALL)


def test_who_was_given_one_processor_stays_there(session):
    known = programs(session, "/cmd.exe")
    with running(session, "cmd", before=("taskset", "-c", str(max(ALL)))):
        program = the_new_one(session, "/cmd.exe", known)
        assert "RSL_WINE_START" not in variables(program)
        assert all(where == {max(ALL)} for where in processors(program))
    assert os.sched_getaffinity(server(session)) == ALL


def test_forty_programs_that_start_at_once_leave_nothing_behind(session):
    processes = [subprocess.Popen([BUILD / "bin" / "rsl", "wine", "--", "cmd", "/c", "exit", str(i % 7)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, env=session.environment) for i in range(40)]
    assert [process.wait(timeout=120) for process in processes] == [i % 7 for i in range(40)]
    assert until(lambda: os.sched_getaffinity(server(session)) == ALL)
