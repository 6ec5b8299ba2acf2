# SPDX-License-Identifier: GPL-2.0-only
"""Disks as drivers see them: by device object, as volumes, with filters of their class."""
import shutil
import struct

import pytest

from conftest import DRIVERS, Vm, refused
from disks import (CLIENT_COMMAND, DISK, FLUSH, INVALID_PARAMETER, LENGTH, LENGTH_INFO, READ_ASYNC, READ_MANY, READ_SYNC, SECTOR, SECTORS,
                   SOURCES, WRITE_SYNC, image, sector)  # noqa: F401
from librsl import READ
from test_pnp import find


def ask(client, handle, what, count, offset, path, data=b"\0", room=0):
    command = CLIENT_COMMAND.pack(what, count, offset, path.encode("utf-16-le"))
    return client.ioctl(handle, 0x222000, command + data, room)


@pytest.mark.parametrize("path,first", [(r"\Device\Harddisk0\Partition0", 0), (r"\Device\Harddisk0\Partition1", 2048)])
def test_drivers_ask_by_device_object(runtime, processors, profile, image, path, first):
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", image)
    try:
        assert vm("driver", "load", DRIVERS / "disk_client.sys").code == 0
        with vm.client() as client:
            handle = client.open(r"\\.\DiskClient")
            assert ask(client, handle, READ_SYNC, SECTOR, 7 * SECTOR, path, room=SECTOR) == sector(first + 7)
            assert ask(client, handle, READ_ASYNC, 4 * SECTOR, 9 * SECTOR, path, room=4 * SECTOR) == sector(first + 9, 4)
            assert ask(client, handle, READ_MANY, SECTOR, SECTOR, path, room=100 * SECTOR) == sector(first + 1, 100)
            ask(client, handle, WRITE_SYNC, SECTOR, 500 * SECTOR, path, b"W" * SECTOR)
            ask(client, handle, FLUSH, 0, 0, path)
            assert image.read_bytes()[(first + 500) * SECTOR:][:SECTOR] == b"W" * SECTOR
            length = 4096 * SECTOR if first else SECTORS * SECTOR
            assert struct.unpack("<q", ask(client, handle, LENGTH, 0, 0, path, room=8)) == (length,)
            assert refused(ask, client, handle, READ_SYNC, 100, 0, path) == INVALID_PARAMETER
    finally:
        vm.stop()


def test_a_file_system_is_offered_each_volume(runtime, processors, profile, image):
    """The volume that it knows is its; RAW takes the other and the whole disk."""
    with open(image, "r+b") as file:
        file.seek(2048 * SECTOR)
        file.write(b"TINYFS")
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", image)
    try:
        assert vm("driver", "load", DRIVERS / "tiny_fs.sys").code == 0
        with vm.client() as client:
            for name in (r"\??\Harddisk0Partition1\sector", r"\Device\HarddiskVolume2\SECTOR"):
                handle = client.open(name, READ)
                assert client.read(handle, SECTOR) == sector(2049)
            assert refused(client.open, r"\??\Harddisk0Partition1\other") == 0xC0000034
            assert refused(client.open, r"\??\Harddisk0Partition2\sector") == 0xC000014F  # STATUS_UNRECOGNIZED_VOLUME
            assert client.read(client.open(r"\\.\Harddisk0Partition2"), SECTOR, 0) == sector(8192)
            assert client.read(client.open(DISK), SECTOR, 7 * SECTOR) == sector(7)
    finally:
        vm.stop()


def filter_counts(client):
    handle = client.open(r"\\.\DiskFilter")
    names = ("devices", "started", "reads", "reads_done", "writes", "flushes", "controls", "removed", "last_offset")
    counts = dict(zip(names, struct.unpack("<8Iq", client.ioctl(handle, 0x222000, b"", 40))))
    client.close_handle(handle)
    return counts


def add_filters(vm, folder):
    """The test's filter above and below the disk. The disk's instance path."""
    for name in (SOURCES / "disk_filter.inf", DRIVERS / "disk_filter.sys"):
        shutil.copy(name, folder)
    installed = vm("driver", "install", folder / "disk_filter.inf")
    assert installed.code == 0, installed
    path = find(vm, "VEN_1AF4&DEV_1042")[0]["id"]
    assert vm("device", "disable", path).code == 0
    assert vm("device", "enable", path).code == 0
    assert find(vm, "VEN_1AF4&DEV_1042")[0]["state"] == "Started"
    return path


def test_filters_of_the_class_see_what_passes(runtime, processors, profile, image, tmp_path):
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", image)
    try:
        path = add_filters(vm, tmp_path)
        with vm.client() as client:
            before = filter_counts(client)
            assert (before["devices"], before["started"]) == (2, 2), before  # one above, one below
            disk, volume = client.open(DISK), client.open(r"\\.\Harddisk0Partition1")
            assert client.read(disk, SECTOR, 5 * SECTOR) == sector(5)
            assert client.read(volume, SECTOR, 6 * SECTOR) == sector(2048 + 6)
            client.write(volume, b"f" * SECTOR, 0)
            client.ioctl(disk, LENGTH_INFO, b"", 8)
            after = filter_counts(client)
            assert after["reads"] - before["reads"] == 2 and after["reads_done"] - before["reads_done"] == 2
            assert after["last_offset"] == (2048 + 6) * SECTOR  # a volume's requests pass the disk's filters
            assert after["writes"] - before["writes"] == 1 and after["controls"] > before["controls"]
            client.close_handle(disk)
            client.close_handle(volume)
        assert vm("device", "disable", path).code == 0
        with vm.client() as client:
            assert filter_counts(client)["removed"] == 2
    finally:
        vm.stop()
