# SPDX-License-Identifier: GPL-2.0-only
"""Drivers that keep a client's calls: what else the client, and other clients, can do meanwhile."""
import json
import struct
import pathlib
import subprocess
import sys
import time

import pytest

from conftest import DRIVERS
from librsl import CANCELLED, OP_IOCTL, NtError
from waiting import until

HERE = pathlib.Path(__file__).parent
BURN, BLOCK, RELEASE = 0x222000, 0x222004, 0x222008
FS_VOLUME, FS_LABEL, FS_SIZE = 1, 2, 3
INVALID_INFO_CLASS, LENGTH_MISMATCH, INVALID_LABEL, ACCESS_DENIED = 0xC0000003, 0xC0000004, 0xC0000086, 0xC0000022
DEVICE_BUSY = 0x80000011
GENERIC_READ = 0x80000000


@pytest.fixture
def stubborn(vm):
    loaded = vm("driver", "load", DRIVERS / "stubborn.sys")
    assert loaded.code == 0, loaded
    with vm.client() as client:
        yield client


def release(client, handle):
    return struct.unpack("<I", client.ioctl(handle, RELEASE, b"", 4))[0]


def test_a_call_that_burns_the_processor_can_be_cancelled(stubborn):
    handle = stubborn.open(r"\\.\Stubborn")
    call = stubborn.submit(OP_IOCTL, handle, code=BURN)
    time.sleep(0.1)
    started = time.monotonic()
    assert stubborn.cancel(call) == 0
    stubborn.finish(call)
    assert call["status"] == CANCELLED
    assert time.monotonic() - started < 2


def test_a_call_that_burns_the_processor_holds_up_no_other_call(stubborn):
    handle = stubborn.open(r"\\.\Stubborn")
    burning = [stubborn.submit(OP_IOCTL, handle, code=BURN) for _ in range(3)]
    time.sleep(0.2)
    for _ in range(20):  # opens, closes and pings go on
        stubborn.ping()
        stubborn.close_handle(stubborn.open(r"\\.\Stubborn"))
    assert release(stubborn, handle) == 3  # all three run, none waits for another
    for call in burning:
        assert stubborn.finish(call)["status"] == 0
    started = time.monotonic()  # and nothing of it is left
    for _ in range(200):
        stubborn.ping()
    assert time.monotonic() - started < 2


def test_a_burning_call_ends_with_its_client(vm, stubborn):
    handle = stubborn.open(r"\\.\Stubborn")
    other = vm.client()
    other.submit(OP_IOCTL, other.open(r"\\.\Stubborn"), code=BURN)
    time.sleep(0.1)
    other.close()
    assert until(lambda: release(stubborn, handle) == 0)


def test_an_open_that_a_driver_keeps_can_be_cancelled(stubborn):
    for _ in range(20):
        held = stubborn.submit_open(r"\??\Stubborn\held")
        assert stubborn.cancel(held) == 0
        assert stubborn.finish(held)["status"] == CANCELLED
    handle = stubborn.open(r"\\.\Stubborn")
    stubborn.close_handle(handle)


def has_open(vm):
    """Whether the driver has an open that is not done."""
    return any(irp["driver"] == r"\Driver\stubborn" and irp["major"] == "0x0" for irp in json.loads(vm("inspect", "kernel/io/irps", "--json").out))


def test_an_open_that_cannot_be_cancelled_leaves_the_client_usable(vm, stubborn):
    stuck = stubborn.submit_open(r"\??\Stubborn\stuck")
    assert until(lambda: has_open(vm))
    stubborn.cancel(stuck)
    handle = stubborn.open(r"\\.\Stubborn")
    assert not stuck["done"]
    release(stubborn, handle)
    assert stubborn.finish(stuck)["status"] == DEVICE_BUSY


def test_a_cancel_of_an_open_that_is_done_cancels_nothing_else(stubborn):
    handle = stubborn.open(r"\\.\Stubborn")
    blocked = stubborn.submit(OP_IOCTL, handle, code=BLOCK)
    opened = stubborn.finish(stubborn.submit_open(r"\??\Stubborn"))
    assert opened["status"] == 0
    assert stubborn.cancel(opened) == 0xC0000225  # STATUS_NOT_FOUND
    assert not blocked["done"]
    release(stubborn, handle)
    assert stubborn.finish(blocked)["status"] == 0


BLOCKED_CLIENT = """
import sys
sys.path.insert(0, sys.argv[1])
from librsl import Client, OP_IOCTL
client = Client(sys.argv[2])
client.submit(OP_IOCTL, client.open(r"\\\\.\\Stubborn"), code=0x222004)
client.ping()
print("blocked", flush=True)
sys.stdin.read()
"""


def test_a_killed_client_that_a_driver_keeps_holds_up_nobody(vm, stubborn):
    handle = stubborn.open(r"\\.\Stubborn")
    process = subprocess.Popen([sys.executable, "-c", BLOCKED_CLIENT, str(HERE), vm.name],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "blocked\n"
    process.kill()
    process.wait()
    for _ in range(10):  # others come and go while its device cannot
        with vm.client() as client:
            client.ping()
    release(stubborn, handle)


def test_the_label_of_a_volume_is_set(stubborn):
    handle = stubborn.open(r"\\.\Stubborn")
    label = "data".encode("utf-16le")
    stubborn.set_volume(handle, FS_LABEL, struct.pack("<I", len(label)) + label)
    answer = stubborn.query_volume(handle, FS_VOLUME, 64)
    assert answer[18:] == label


@pytest.mark.parametrize("info_class, data, status", [
    (FS_SIZE, bytes(24), INVALID_INFO_CLASS),
    (99, bytes(24), INVALID_INFO_CLASS),
    (FS_LABEL, bytes(4), LENGTH_MISMATCH),
    (FS_LABEL, struct.pack("<I", 100) + bytes(100), INVALID_LABEL),
])
def test_a_wrong_setting_of_a_volume_is_refused(stubborn, info_class, data, status):
    handle = stubborn.open(r"\\.\Stubborn")
    with pytest.raises(NtError) as refused:
        stubborn.set_volume(handle, info_class, data)
    assert refused.value.status == status


def test_a_volume_is_set_by_writers_only(stubborn):
    handle = stubborn.open(r"\\.\Stubborn", GENERIC_READ)
    with pytest.raises(NtError) as refused:
        stubborn.set_volume(handle, FS_LABEL, struct.pack("<I", 2) + b"x\0\0\0")
    assert refused.value.status == ACCESS_DENIED
