# SPDX-License-Identifier: GPL-2.0-only
"""How requests to disks are cancelled, and how disks come and go."""
import os
import pathlib
import struct
import subprocess
import time

import pytest

from conftest import Vm, alive, kill, refused
from disks import (DELETE_PENDING, DISK, IO_DEVICE_ERROR, LENGTH_INFO, NO_SUCH_DEVICE, SECTOR, SECTORS, UPDATE_PROPERTIES,
                   image, numbered, sector)  # noqa: F401
from librsl import CANCELLED
from test_disk_drivers import add_filters
from test_pnp import find


def test_requests_that_wait_can_be_cancelled(runtime, processors, image):
    vm = Vm(runtime, "--smp", processors, "--disk", f"{image},iops=20")
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            # Two sectors apart: QEMU makes one request of neighbours.
            started = [client.submit_read(disk, SECTOR, (2048 + 2 * i) * SECTOR) for i in range(60)]
            client.dispatch(100)
            for state in started:
                client.cancel(state)
            for i, state in enumerate(started):
                client.finish(state)
                assert state["status"] == CANCELLED or state["data"] == sector(2048 + 2 * i)
            # All beyond the queue's 32, or almost; what the device has is not called back.
            assert sum(state["status"] == CANCELLED for state in started) >= 15
        # The others end with their client.
        with vm.client() as client:
            assert client.read(client.open(DISK), SECTOR, SECTOR) == sector(1)
    finally:
        vm.stop()


def test_disks_are_disabled_enabled_and_restarted(runtime, processors, profile, image):
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", image)
    try:
        path = find(vm, "VEN_1AF4&DEV_1042")[0]["id"]
        with vm.client() as client:
            volume = client.open(r"\\.\Harddisk0Partition1")
            busy = vm("device", "disable", path)
            assert busy.code != 0 and "VETOED" in busy.err, busy  # somebody has a volume open
            assert client.read(volume, SECTOR, 0) == sector(2048)
            client.close_handle(volume)
        for _ in range(3):
            assert vm("device", "disable", path).code == 0
            with vm.client() as client:
                refused(client.open, DISK)
                refused(client.open, r"\\.\Harddisk0Partition1")
            assert vm("device", "enable", path).code == 0
            with vm.client() as client:
                volume = client.open(r"\\.\Harddisk0Partition1")
                assert client.read(volume, SECTOR, 0) == sector(2048)
                client.close_handle(volume)  # before the client goes, which nobody waits for
        with vm.client() as client:
            disk = client.open(DISK)
            assert vm("device", "restart", path).code == 0  # stopped and started under an open file
            assert client.read(disk, SECTOR, 50 * SECTOR) == sector(50)
    finally:
        vm.stop()


def test_a_disk_that_goes_without_asking(runtime, processors, profile, image, tmp_path):
    """A driver reports it as failed: surprise removal, with files open, requests under way and others waiting."""
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", f"{image},iops=30")
    try:
        add_filters(vm, tmp_path)
        with vm.client() as client:
            disk, volume, own = client.open(DISK), client.open(r"\\.\Harddisk0Partition1"), client.open(r"\\.\DiskFilter")
            started = [client.submit_read(disk if i % 2 else volume, SECTOR, (3000 + 2 * i) * SECTOR) for i in range(60)]
            client.ioctl(own, 0x222004)
            for state in started:
                client.finish(state)
            statuses = {state["status"] for state in started}
            assert NO_SUCH_DEVICE in statuses and statuses <= {0, NO_SUCH_DEVICE, DELETE_PENDING}, statuses
            for handle in (disk, volume):
                # STATUS_DELETE_PENDING is the filter's, which has been removed too.
                assert refused(client.read, handle, SECTOR, 0) in (NO_SUCH_DEVICE, DELETE_PENDING)
                assert refused(client.ioctl, handle, LENGTH_INFO, b"", 8) in (NO_SUCH_DEVICE, DELETE_PENDING)
            assert refused(client.open, r"\\.\Harddisk0Partition1")
            client.close_handle(volume)
            client.close_handle(disk)
        gone = find(vm, "VEN_1AF4&DEV_1042")[0]
        assert gone["problem"] == 43 and not find(vm, r"STORAGE\VOLUME"), gone
    finally:
        vm.stop()
    assert vm.rsl("list").code == 0


def test_a_disk_is_pulled_out(runtime, processors, profile, image, tmp_path):
    """The hardware goes: requests under way, others waiting, files open, and drivers above that knew nothing."""
    second = tmp_path / "second.img"
    second.write_bytes(bytes(numbered(4096)))
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", f"{image},iops=30", "--disk", second)
    try:
        with vm.client() as client:
            disk, volume, other = client.open(DISK), client.open(r"\\.\Harddisk0Partition1"), client.open(r"\\.\PhysicalDrive1")
            started = [client.submit_read(disk if i % 2 else volume, SECTOR, (3000 + 2 * i) * SECTOR) for i in range(60)]
            client.dispatch(50)
            pulled = vm("disk", "pull", 0)
            assert pulled.code == 0 and "disk 0 is out" in pulled.out, pulled
            for state in started:
                client.finish(state)
            statuses = [state["status"] for state in started]
            assert set(statuses) <= {0, NO_SUCH_DEVICE, IO_DEVICE_ERROR} and NO_SUCH_DEVICE in statuses, statuses
            for handle in (disk, volume):
                assert refused(client.read, handle, SECTOR, 0) in (NO_SUCH_DEVICE, DELETE_PENDING)
                client.close_handle(handle)
            assert client.read(other, SECTOR, 9 * SECTOR) == sector(9)  # nobody else notices
        assert not find(vm, r"STORAGE\VOLUME") and len(find(vm, "VEN_1AF4&DEV_1042")) == 1
        assert vm.status()["disks"][0]["pulled"] and "pulled out" in vm("status").out
        with vm.client() as client:
            assert "Harddisk0" not in client.list_directory(r"\Device") and refused(client.open, DISK)
        again = vm("disk", "pull", 0)
        assert again.code == 1 and "has no disk 0" in again.err, again
        free = Vm(runtime, "--disk", image)  # its file is nobody's any more
        free.stop()
    finally:
        vm.stop()


def test_the_driver_stands_up_to_the_verifier(runtime, processors, image):
    vm = Vm(runtime, "--smp", processors, "--disk", f"{image},bad=100")
    try:
        path = find(vm, "VEN_1AF4&DEV_1042")[0]["id"]
        assert vm("driver", "verify", "disk").code == 0
        for _ in range(2):
            assert vm("device", "disable", path).code == 0  # its last device: the driver goes, and comes back verified
            assert vm("device", "enable", path).code == 0
            with vm.client() as client:
                disk, volume = client.open(DISK), client.open(r"\\.\Harddisk0Partition1")
                data = os.urandom(700 * SECTOR)
                assert client.write(volume, data, 0) == len(data) and client.read(volume, len(data), 0) == data
                started = [client.submit_read(disk, 8 * SECTOR, (3000 + i) * SECTOR) for i in range(50)]
                for state in started[::7]:
                    client.cancel(state)
                for state in started:
                    client.finish(state)
                    assert state["status"] in (0, CANCELLED)
                assert refused(client.read, disk, SECTOR, 100 * SECTOR) == IO_DEVICE_ERROR
                client.ioctl(disk, UPDATE_PROPERTIES)
                assert vm("device", "restart", path).code == 0
                assert client.read(disk, SECTOR, 50 * SECTOR) == sector(50)
                client.close_handle(volume)
                client.close_handle(disk)
        state = vm("inspect", "kernel/verifier", "--json").json
        assert "disk" in str(state) and vm.status()["state"] == "running", state
    finally:
        vm.stop()


def test_the_lock_ends_with_the_vm_however_it_ends(runtime, image):
    vm = Vm(runtime, "--disk", image)
    status = vm.status()
    kill(status["supervisor_pid"])
    end = time.monotonic() + 10
    while alive(status["qemu_pid"]) and time.monotonic() < end:
        time.sleep(0.02)
    again = Vm(runtime, "--disk", image)
    again.stop()


def test_a_block_device(runtime, image):
    made = subprocess.run(["losetup", "--find", "--show", str(image)], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip("making a block device takes root, and loop devices")
    device = made.stdout.strip()
    try:
        vm = Vm(runtime, "--disk", device)
        try:
            second = vm.rsl("start", "--vm", "second", "--disk", device)
            assert second.code != 0 and "in use" in second.err, second
            with vm.client() as client:
                disk = client.open(DISK)
                assert client.read(disk, SECTOR, 70 * SECTOR) == sector(70)
                client.write(disk, b"B" * SECTOR, 70 * SECTOR)
                assert struct.unpack("<q", client.ioctl(disk, LENGTH_INFO, b"", 8)) == (SECTORS * SECTOR,)
        finally:
            vm.stop()
        assert pathlib.Path(device).read_bytes()[70 * SECTOR:71 * SECTOR] == b"B" * SECTOR
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def test_eight_disks(runtime, tmp_path):
    flags = []
    for i in range(9):
        path = tmp_path / f"{i}.img"
        path.write_bytes(bytes([i]) * 8 * SECTOR)
        flags += ["--disk", path]
    vm = Vm(runtime, *flags[:16])
    try:
        with vm.client() as client:
            for i in range(8):
                assert client.read(client.open(rf"\\.\PhysicalDrive{i}"), SECTOR, SECTOR) == bytes([i]) * SECTOR
        nine = vm.rsl("start", "--vm", "nine", *flags)
        assert nine.code != 0 and "at most 8 disks" in nine.err
    finally:
        vm.stop()
