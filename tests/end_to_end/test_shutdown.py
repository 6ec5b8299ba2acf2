# SPDX-License-Identifier: GPL-2.0-only
"""The end of a VM: drivers are told, and cut off when they do not come back."""
import subprocess
import time

from conftest import DRIVERS, RSL, alive, rsl

GOODBYE = DRIVERS / "says_goodbye.sys"
TOLD = [f"device {n} told at IRQL 0, open handles 0" for n in (2, 1, 0)]  # latest first; then the last chance


def told(log):
    return [line["text"].removeprefix("says_goodbye: ") for line in log if "told at IRQL" in line["text"]]


def test_run_tells_drivers_that_stay_loaded():
    result = rsl("run", GOODBYE, "--json")
    assert result.code == 0, result
    assert told(result.json["log"]) == TOLD
    assert "cut_short" not in result.json


def test_stop_tells_drivers_after_their_clients_are_gone(vm, tmp_path):
    vm.rsl("driver", "load", GOODBYE, "--vm", vm.name)
    with open(tmp_path / "log", "w+", encoding="utf-8") as log:
        follower = subprocess.Popen([str(RSL), "log", "-f", "--vm", vm.name], stdout=log,
                                    env={"XDG_RUNTIME_DIR": str(vm.runtime), "PATH": "/usr/bin:/bin"})
        client = vm.client()
        client.open(r"\\.\SaysGoodbye")
        qemu = vm.status()["qemu_pid"]
        stopped = vm("stop", "--json")
        follower.wait(10)
        client.close()
        log.seek(0)
        lines = [line for line in log.read().splitlines() if "told at IRQL" in line]
    assert stopped.code == 0 and stopped.json["cut_short"] == "", stopped
    assert [line.split("says_goodbye: ")[-1] for line in lines] == TOLD
    assert not alive(qemu)


def test_a_driver_that_hangs_in_shutdown_is_named_and_cut_off(vm):
    vm.rsl("driver", "load", GOODBYE, "--vm", vm.name)
    assert vm("ioctl", "SaysGoodbye", "0x222000").code == 0
    qemu = vm.status()["qemu_pid"]
    started = time.monotonic()
    stopped = vm("stop", "--grace", "0.5")
    assert 0.5 <= time.monotonic() - started < 5
    assert stopped.code == 0, stopped
    assert "says_goodbye.sys" in stopped.out and "--grace" in stopped.out, stopped
    assert not alive(qemu)


def test_no_grace_tells_nobody():
    result = rsl("run", GOODBYE, "--json", "--grace", "0")
    assert result.code == 0, result
    assert told(result.json["log"]) == []


def test_a_grace_that_makes_no_sense_is_wrong_use():
    for grace in ("", "soon", "-1", "1e9"):
        result = rsl("run", GOODBYE, f"--grace={grace}")
        assert result.code == 1 and "--grace" in result.err, result
