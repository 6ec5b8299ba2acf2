# SPDX-License-Identifier: GPL-2.0-only
"""The time zone is as in stock Wine, and is found out once in a session (shim/wine/time_zone.hpp)."""
import contextlib

import pytest

from conftest import HAS_WOW64

# With and without daylight saving, in the south, of an own rule, and none that Windows has a name for.
ZONES = ["", "UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu", "CET-1CEST,M3.5.0,M10.5.0/3", "XYZ-7:13"]


@contextlib.contextmanager
def zone(wine, name):
    wine.environment["TZ"] = name
    try:
        yield
    finally:
        del wine.environment["TZ"]


def told(outcome):
    """What the program said, by what it asked."""
    code, text = outcome
    assert code == 0, text
    lines = [line.split() for line in text.splitlines() if line]
    return {words[0]: words[1:] for words in lines}


@pytest.fixture
def memory(wine):
    """The session's file; it has nothing yet."""
    code, text = wine.run("cmd", "/c", "exit", "0")
    assert code == 0, text
    file, = (wine.runtime / "rsl").glob("*.time_zone")
    file.unlink()
    return file


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("program", ["time_zone", pytest.param("32/time_zone", marks=pytest.mark.skipif(not HAS_WOW64, reason="no 32-bit programs"))])
def test_it_is_as_in_stock_wine(wine, memory, name, program):
    with zone(wine, name):
        first, again = (told(wine.run(wine.program(program))) for _ in range(2))
        assert memory.exists()
        wine.end_session()
        stock = told(wine.stock(wine.program(program)))
        wine.end_session()
    assert first == stock
    assert again == stock
    assert stock["dynamic"][:2] == ["00000000", "432"] and stock["current"][:2] == ["00000000", "172"]


def test_it_is_found_out_once(wine, memory):
    with zone(wine, "Europe/Berlin"):
        true = told(wine.run(wine.program("time_zone")))
        content = memory.read_bytes()
        answer = bytes.fromhex(true["dynamic"][2])[:432]
        assert content.endswith(answer)
        other = answer[:4] + "Elsewhere".encode("utf-16le").ljust(64, b"\0") + answer[68:]
        memory.write_bytes(content[:-432] + other)
        for program in ["time_zone"] + ["32/time_zone"] * HAS_WOW64:
            remembered = told(wine.run(wine.program(program)))
            assert bytes.fromhex(remembered["dynamic"][2])[:432] == other
            assert bytes.fromhex(remembered["current"][2])[:172] == other[:172]
        assert memory.read_bytes().endswith(other)
    # Of another zone, or in a prefix that Wine has filled anew, it says nothing.
    with zone(wine, "UTC"):
        assert told(wine.run(wine.program("time_zone")))["dynamic"] != remembered["dynamic"]
    memory.write_bytes(content[:-432] + other)
    stamp = wine.prefix / ".update-timestamp"
    with zone(wine, "Europe/Berlin"):
        assert told(wine.run(wine.program("time_zone")))["dynamic"] == remembered["dynamic"]
        stamp.write_text(stamp.read_text())
        assert told(wine.run(wine.program("time_zone")))["dynamic"] == true["dynamic"]


def test_what_is_no_memory_is_put_right(wine, memory):
    with zone(wine, "Europe/Berlin"):
        true = told(wine.run(wine.program("time_zone")))
        content = memory.read_bytes()
        for bad in (b"", b"\0" * len(content), content[:-1], content + b"\0"):
            memory.write_bytes(bad)
            assert told(wine.run(wine.program("time_zone"))) == true
            assert memory.read_bytes() == content


def test_it_ends_with_the_vm(wine, memory):
    assert wine.run("cmd", "/c", "exit", "0")[0] == 0
    assert memory.exists()
    wine.end_session()
    assert wine.rsl("stop", "--vm", memory.name.removesuffix(".time_zone"))[0] == 0
    assert not list((wine.runtime / "rsl").glob("*.time_zone*"))
