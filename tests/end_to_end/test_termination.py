# SPDX-License-Identifier: GPL-2.0-only
"""Drivers that end processes: a client loses its connection and everything it had in the VM, and nobody else does."""
import struct
import time

import pytest

from conftest import DRIVERS, Vm
from librsl import DISCONNECTED, NtError


@pytest.fixture
def machine(runtime, processors):
    vm = Vm(runtime, "--smp", processors)
    vm.load("queue")
    loaded = vm("driver", "load", DRIVERS / "ends_process.sys")
    assert loaded.code == 0, loaded
    yield vm
    vm.stop()


def counts(client, queue):
    """Waiting, completed, cancelled, opened."""
    return struct.unpack("<4I", client.ioctl(queue, 0x222000, b"", 16))


def end(client, process_id):
    device = client.open("EndsProcess")
    try:
        client.ioctl(device, 0x222000, struct.pack("<Q", process_id))
    finally:
        client.close_handle(device)


def test_a_client_that_a_driver_ends_loses_everything(machine):
    with machine.client("killer") as killer, machine.client("victim") as victim:
        own = killer.open("Queue")
        reading = victim.pend(4, victim.open("Queue"), 32)  # waits in the driver
        assert counts(killer, own)[3] == 2
        end(killer, victim.process_id)
        victim.finish(reading)
        assert reading["status"] == DISCONNECTED
        with pytest.raises(NtError):
            victim.ping()
        deadline = time.monotonic() + 5
        while counts(killer, own)[3] != 1 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert counts(killer, own)[3] == 1
        killer.ping()


def test_a_client_can_be_ended_by_its_own_call(machine):
    with machine.client() as client:
        with pytest.raises(NtError):
            end(client, client.process_id)
            client.ping()
    with machine.client() as client:
        client.ping()


def test_there_is_no_such_process(machine):
    with machine.client() as client:
        with pytest.raises(NtError) as refused:
            end(client, 0xFFFFF0)
        assert refused.value.status == 0xC000000B  # STATUS_INVALID_CID
