# SPDX-License-Identifier: GPL-2.0-only
"""Each way to die ends in a report that names it, and exit code 3."""

import pytest

from conftest import DRIVERS, SAMPLES, Vm, alive, kill, rsl
from test_pnp import find
from waiting import until

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


# ---- rsl start --restart


@pytest.fixture
def restarting(runtime, processors):
    vm = Vm(runtime, "--restart", "--smp", processors)
    yield vm
    vm.stop()


def runs_again(vm, restarts):
    def runs():
        status = vm.status()
        return status["state"] == "running" and status["restarts"] == restarts
    return until(runs)


def test_a_vm_that_crashed_restarts_and_one_that_crashes_on_and_on_stays_dead(restarting):
    vm = restarting
    supervisor = vm.status()["supervisor_pid"]
    for restarts in range(6):
        assert runs_again(vm, restarts), vm("status")
        assert vm.status()["restart"] is True
        vm.load("crash")
        crashed = vm("ioctl", "Crash", "0x222010")
        assert crashed.code == 3, crashed
    assert until(lambda: "stays_dead" in vm.status())
    status = vm.status()
    assert status["state"] == "dead" and status["restarts"] == 5 and "5 times within 60 s" in status["stays_dead"], status
    assert status["bug_check"]["driver"].lower() == status["previous_bug_check"]["driver"].lower() == "crash.sys"
    assert status["supervisor_pid"] == supervisor
    shown = vm("status").out
    assert "no more: " in shown and "restarts  5; the VM before ended: the kernel in the VM stopped" in shown, shown
    log = vm("log").out
    assert log.count("rsld: the VM is started again (") == 5 and "the VM is not started again: " in log, log
    assert log.count("DRIVER_IRQL_NOT_LESS_OR_EQUAL") >= 5, log


def test_a_killed_qemu_restarts_and_what_is_stopped_stays_stopped(restarting):
    vm = restarting
    for restarts in range(1, 3):
        kill(vm.status()["qemu_pid"])
        assert runs_again(vm, restarts)
        assert vm.status()["previous_end"] == "QEMU was killed by signal 9"
        vm.load("echo")
        assert vm("ioctl", "Echo", "0x222000", "--in", "2a", "--out", "1").code == 0
    status = vm.status()
    stopped = vm("stop")
    assert stopped.code == 0, stopped
    assert until(lambda: not alive(status["supervisor_pid"]) and not alive(status["qemu_pid"]))
    assert vm("status").code != 0


def test_a_vm_that_is_about_to_restart_can_be_stopped(restarting):
    vm = restarting
    supervisor = vm.status()["supervisor_pid"]
    kill(vm.status()["qemu_pid"])
    assert vm("stop").code == 0
    assert until(lambda: not alive(supervisor))


def test_a_client_of_the_vm_that_crashed_is_told_and_a_new_one_is_served(restarting):
    vm = restarting
    vm.load("echo")
    with vm.client() as client:
        echo = client.open(r"\\.\Echo")
        kill(vm.status()["qemu_pid"])
        assert runs_again(vm, 1)
        with pytest.raises(Exception):
            client.ioctl(echo, 0x222000, b"x", 1)
    vm.load("echo")  # by hand before, so by hand again
    with vm.client() as client:
        assert client.ioctl(client.open(r"\\.\Echo"), 0x222000, b"x", 1) == b"x"


def test_what_was_installed_a_moment_before_the_crash_starts_with_the_next_vm(restarting):
    vm = restarting
    assert vm("driver", "install", SAMPLES / "ndis_loopback.inf").code == 0
    kill(vm.status()["qemu_pid"])
    assert runs_again(vm, 1)
    assert until(lambda: [device["state"] for device in find(vm, "NDIS_LOOPBACK")] == ["Started"])
