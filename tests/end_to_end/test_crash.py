# SPDX-License-Identifier: GPL-2.0-only
"""Each way to die ends in a report that names it, and exit code 3."""
import pytest

from conftest import DRIVERS, SAMPLES, Vm, rsl

WAYS = {
    "null read": (0, ("0x1E", "0x50", "0x3B", "0x7E")),
    "null write": (1, ("0x1E", "0x50", "0x3B", "0x7E")),
    "null call": (2, ("0x1E", "0x50", "0x3B", "0x7E", "0xFC")),
    "wild write": (3, ("0x50",)),
    "fault at dispatch": (4, ("0xD1",)),
    "divide by zero": (5, ("0x1E", "0x3B", "0x7E")),
    "invalid opcode": (6, ("0x1E", "0x3B", "0x7E")),
    "breakpoint": (7, ("0x1E", "0x3B", "0x7E")),
    "stack overflow": (8, ("0x7F",)),
    "execute data": (9, ("0xFC",)),
    "write code": (10, ("0xBE",)),
    "bug check": (11, ("0xDEADBEEF",)),
    "raise": (12, ("0x1E", "0x3B", "0x7E")),
    "double free": (13, ("0xC2",)),
    "free with wrong tag": (14, ("0xC2",)),
    "free garbage": (15, ("0xC2",)),
    "overrun": (16, ("0x19",)),
    "complete twice": (17, ("0x44",)),
    "wait at dispatch": (18, ("0xA", "0xD1")),
    "return at dispatch": (19, ("0x4A",)),
    "general protection": (24, ("0x1E", "0x3B", "0x7E", "0x50")),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_crash_is_reported(way):
    number, codes = WAYS[way]
    result = rsl("run", SAMPLES / "crash.sys", "--ioctl", hex(0x222000 + 4 * number), "--json")
    assert result.code == 3, result
    report = result.json["crash"]
    assert report["code"].upper().replace("0X", "0x") in codes, report
    assert report["driver"].lower() == "crash.sys", report
    assert report["stack"], report


def test_the_report_is_readable_by_people():
    result = rsl("run", SAMPLES / "crash.sys", "--ioctl", "0x222010")
    assert result.code == 3
    assert "DRIVER_IRQL_NOT_LESS_OR_EQUAL" in result.out + result.err and "crash.sys" in result.out + result.err, result


def test_two_processors_stop_too():
    result = rsl("run", SAMPLES / "crash.sys", "--smp", 2, "--ioctl", "0x22202C", "--json")
    assert result.code == 3 and result.json["crash"]["parameters"] == ["0x1", "0x2", "0x3", "0x4"], result


GUID = "{01234567-89ab-cdef-0123-456789abcdef}"


@pytest.mark.parametrize("code", ["0x222000", "0x222004"])
def test_drivers_add_to_the_report(code):
    result = rsl("run", DRIVERS / "adds_to_dump.sys", "--ioctl", code, "--json")
    assert result.code == 3, result
    crash = result.json["crash"]
    assert crash["code"] == "0xdeadbeef" and crash["parameters"] == ["0x1", "0x2", "0x3", "0x4"]  # whatever a callback does
    small, large, pages = crash["data"]
    assert small == {"component": "small", "kind": "secondary", "guid": GUID, "bytes": 2, "data": "ab0f"}
    assert (large["component"], large["bytes"]) == ("large", 4096)
    assert large["data"] == "11" + "00" * 4094 + "22"
    assert pages["ranges"] == [{"virtual": "0x1000", "pages": 1}, {"physical": "0xdeadbeef", "pages": 2}]


def test_what_drivers_added_is_shown_to_people():
    result = rsl("run", DRIVERS / "adds_to_dump.sys", "--ioctl", "0x222000")
    assert f"added by small: 2 bytes {GUID}" in result.out, result


def test_a_dead_vm_is_said_to_be_dead_and_gives_way_to_a_new_one(runtime):
    """Stopped and started again at once, several times: neither its socket nor its registry is in the way."""
    vm = Vm(runtime)
    try:
        for _ in range(5):
            vm.load("crash")
            assert vm("ioctl", r"\\.\Crash", "0x222000").code != 0
            again = vm("start")
            assert again.code == 1 and "is dead" in again.err and "rsl stop" in again.err, again
            assert vm("stop").code == 0
            started = vm("start")
            assert started.code == 0, started
    finally:
        vm.stop()
