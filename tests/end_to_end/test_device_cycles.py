# SPDX-License-Identifier: GPL-2.0-only
"""A device that is disabled and enabled again and again leaves nothing of itself behind."""
import time

import pytest

from conftest import SAMPLES, Vm
from test_pnp import find

WARM_UP, CYCLES = 4, 40
POOL_TOLERANCE = 16 << 10  # what the books of a running kernel grow by, in all: 40 leaks of half a KB are more
CLIENT_BYTES = 1 << 20     # a client's channel is mapped while it is there; the server does not wait for anybody to see it go

DEVICES = {
    "disk": ("VEN_1AF4&DEV_1042", lambda folder: ("--disk", folder / "disk"), None),
    "serial": (r"ROOT\SERIAL\0000", lambda folder: ("--serial", "pty"), None),
    "edu": ("VEN_1234&DEV_11E8", lambda folder: ("--device", "edu"), "edu.inf"),
}


def memory(vm):
    state = vm("inspect", "kernel/mm/memory", "--json").json
    return state["system_range_bytes"], state["pool_bytes"]


def least(vm, goal=None):
    """What is in use when no other client is: the least that is seen until it is at most the goal, or for a while."""
    found = memory(vm)
    end = time.monotonic() + (5 if goal else 1)
    while time.monotonic() < end and not (goal and all(now <= most for now, most in zip(found, goal))):
        found = tuple(min(pair) for pair in zip(found, memory(vm)))
    return found


@pytest.fixture(params=list(DEVICES))
def device(request, runtime, processors, tmp_path):
    part, options, inf = DEVICES[request.param]
    with open(tmp_path / "disk", "wb") as disk:
        disk.truncate(32 << 20)
    vm = Vm(runtime, "--smp", processors, *options(tmp_path))
    if inf:
        assert vm("driver", "install", SAMPLES / inf).code == 0
    yield vm, find(vm, part)[0]["id"]
    vm.stop()


def cycle(vm, path, count):
    for _ in range(count):
        for verb in ("disable", "enable", "restart"):
            done = vm("device", verb, path)
            assert done.code == 0, done


def test_cycles_leave_no_memory_behind(device):
    vm, path = device
    cycle(vm, path, WARM_UP)
    ranges, pool = least(vm)
    goal = ranges, pool + POOL_TOLERANCE
    cycle(vm, path, CYCLES)
    after = least(vm, goal)
    assert all(now <= most for now, most in zip(after, goal)), (after, goal)


def test_a_client_that_is_there_is_what_the_metric_counts(runtime):
    """Why two looks at a VM can differ by a megabyte: the other end of the last command may be there still."""
    vm = Vm(runtime)
    try:
        before = least(vm)[0]
        with vm.client():
            assert least(vm)[0] - before >= CLIENT_BYTES
        assert least(vm, (before, 1 << 40))[0] <= before
    finally:
        vm.stop()
