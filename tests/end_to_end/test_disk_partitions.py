# SPDX-License-Identifier: GPL-2.0-only
"""What a disk is called, what it says of itself, and its partitions."""
import json
import shutil
import struct
import subprocess
import uuid

import pytest

from conftest import Vm, refused
from disks import (BUFFER_TOO_SMALL, CHECK_VERIFY, CREATE_DISK, DELETE_LAYOUT, DEVICE_NAME, DEVICE_NUMBER, DISK, DISK_EXTENTS, GEOMETRY,
                   GEOMETRY_EX, HOTPLUG, INVALID_DEVICE_REQUEST, INVALID_PARAMETER, IS_WRITABLE, LAYOUT, LAYOUT_EX, LENGTH_INFO,
                   PARTITION_INFO, PARTITION_INFO_EX, QUERY_PROPERTY, SCSI_ADDRESS, SECTOR, SECTORS, SET_LAYOUT_EX, UPDATE_PROPERTIES,
                   image, numbered, sector, with_gpt)  # noqa: F401
from librsl import READ
from test_pnp import find


def test_names_of_disks_and_partitions(runtime, processors, profile, image, tmp_path):
    second = tmp_path / "second.img"
    second.write_bytes(with_gpt(numbered(4096), [(40, 1000, "data"), (1001, 2000, "more")]))
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", image, "--disk", f"{second},readonly")
    try:
        vm("tree", "devices")
        with vm.client() as client:
            assert client.list_directory(r"\Device\Harddisk0").keys() == {"DR0", "Partition0", "Partition1", "Partition2"}
            assert client.list_directory(r"\Device\Harddisk1").keys() == {"DR1", "Partition0", "Partition1", "Partition2"}
            assert client.read_link(r"\Device\Harddisk0\Partition0") == r"\Device\Harddisk0\DR0"
            assert client.read_link(r"\GLOBAL??\PhysicalDrive1") == r"\Device\Harddisk1\DR1"
            volume = client.read_link(r"\GLOBAL??\Harddisk1Partition2")
            assert volume.startswith(r"\Device\HarddiskVolume") and client.read_link(r"\Device\Harddisk1\Partition2") == volume
            interfaces = [name for name in client.list_directory(r"\GLOBAL??") if name.startswith(("PCI#", "STORAGE#"))]
            for guid, count in (("53f56307", 2), ("53f5630a", 4), ("53f5630d", 4)):
                assert sum(guid in name.lower() for name in interfaces) == count, interfaces
            for name in interfaces:  # each can be opened, as a program that looks for disks does
                handle = client.open(r"\GLOBAL??" + "\\" + name, READ)
                assert len(client.ioctl(handle, LENGTH_INFO, b"", 8)) == 8
                client.close_handle(handle)
            handle = client.open(volume, READ)
            name = client.ioctl(handle, DEVICE_NAME, b"", 200)
            assert name[2:].decode("utf-16-le") == volume and struct.unpack("<H", name[:2])[0] == 2 * len(volume)
            assert struct.unpack("<I4xI4xqq", client.ioctl(handle, DISK_EXTENTS, b"", 32)) == (1, 1, 1001 * SECTOR, 1000 * SECTOR)
            assert struct.unpack("<III", client.ioctl(handle, DEVICE_NUMBER, b"", 12)) == (7, 1, 2)
            assert client.read(handle, SECTOR, 0) == sector(1001)
            assert refused(client.read, handle, SECTOR, 1000 * SECTOR) == INVALID_PARAMETER
    finally:
        vm.stop()


def test_control_codes(runtime, image):
    vm = Vm(runtime, "--disk", image)
    try:
        with vm.client() as client:
            disk, volume = client.open(DISK), client.open(r"\\.\Harddisk0Partition1")
            assert struct.unpack("<qIIII", client.ioctl(disk, GEOMETRY, b"", 24)) == (SECTORS // (255 * 63), 12, 255, 63, SECTOR)
            whole = client.ioctl(disk, GEOMETRY_EX, b"", 112)
            assert struct.unpack("<qIII", whole[32 - 8:32 + 12]) == (SECTORS * SECTOR, 24, 0, 0xCAFE1234)
            assert len(client.ioctl(disk, GEOMETRY_EX, b"", 32)) == 32
            assert struct.unpack("<q", client.ioctl(disk, LENGTH_INFO, b"", 8)) == (SECTORS * SECTOR,)
            assert struct.unpack("<q", client.ioctl(volume, LENGTH_INFO, b"", 8)) == (4096 * SECTOR,)
            assert struct.unpack("<qqIIB3B4x", client.ioctl(volume, PARTITION_INFO, b"", 32)) == (2048 * SECTOR, 4096 * SECTOR, 2048, 1, 7, 0, 1, 0)
            assert struct.unpack("<I4xqqI", client.ioctl(volume, PARTITION_INFO_EX, b"", 144)[:28]) == (0, 2048 * SECTOR, 4096 * SECTOR, 1)
            assert struct.unpack("<I4xqqI", client.ioctl(disk, PARTITION_INFO_EX, b"", 144)[:28]) == (0, 0, SECTORS * SECTOR, 0)
            layout = client.ioctl(disk, LAYOUT, b"", 8 + 4 * 32)
            assert struct.unpack("<II", layout[:8]) == (4, 0xCAFE1234) and layout[8 + 32 + 20:8 + 32 + 24] == struct.pack("<I", 2)
            extended = client.ioctl(disk, LAYOUT_EX, b"", 4096)
            assert len(extended) == 48 + 4 * 144 and struct.unpack("<III", extended[:12]) == (0, 4, 0xCAFE1234)
            assert refused(client.ioctl, disk, LAYOUT_EX, b"", 48 + 4 * 144 - 1) == BUFFER_TOO_SMALL
            assert client.ioctl(disk, IS_WRITABLE) == b"" and client.ioctl(disk, CHECK_VERIFY) == b""
            assert struct.unpack("<III", client.ioctl(disk, DEVICE_NUMBER, b"", 12)) == (7, 0, 0)
            device = client.ioctl(disk, QUERY_PROPERTY, struct.pack("<III", 0, 0, 0), 200)
            serial = struct.unpack("<I", device[24:28])[0]
            assert device[serial:].split(b"\0")[0] == b"disk.img" and struct.unpack("<I", device[28:32]) == (14,)
            assert client.ioctl(disk, QUERY_PROPERTY, struct.pack("<III", 0, 0, 0), 8) == device[:8]
            adapter = struct.unpack("<III", client.ioctl(disk, QUERY_PROPERTY, struct.pack("<III", 1, 0, 0), 32)[:12])
            assert adapter[:2] == (32, 32) and adapter[2] > 65536
            alignment = client.ioctl(disk, QUERY_PROPERTY, struct.pack("<III", 6, 0, 0), 28)
            assert struct.unpack("<II", alignment[16:24]) == (SECTOR, SECTOR)
            assert refused(client.ioctl, disk, QUERY_PROPERTY, struct.pack("<III", 99, 0, 0), 28) == INVALID_DEVICE_REQUEST
            assert client.ioctl(disk, HOTPLUG, b"", 8) == struct.pack("<I4x", 8)
            assert client.ioctl(disk, SCSI_ADDRESS, b"", 8) == struct.pack("<IBBBB", 8, 0, 0, 0, 0)
            assert refused(client.ioctl, disk, GEOMETRY, b"", 23) == BUFFER_TOO_SMALL
            assert refused(client.ioctl, disk, 0x222000, b"", 8) == INVALID_DEVICE_REQUEST
            assert struct.unpack("<II", client.query_volume(disk, 4, 8))[0] == 7  # FileFsDeviceInformation: a disk, mounted by RAW
            assert client.query_volume(volume, 5, 64)[12:].decode("utf-16-le") == "RAW"
    finally:
        vm.stop()


def test_partitions_come_and_go_with_the_table(runtime, processors, image):
    vm = Vm(runtime, "--smp", processors, "--disk", image)
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            gpt = bytes(with_gpt(numbered(), [(64, 127, "a"), (128, 255, "b"), (256, 300, "c")]))
            client.write(disk, gpt[:34 * SECTOR], 0)
            client.write(disk, gpt[-33 * SECTOR:], (SECTORS - 33) * SECTOR)
            client.ioctl(disk, UPDATE_PROPERTIES)
            vm("tree", "devices")  # waits until plug and play is done
            assert client.list_directory(r"\Device\Harddisk0").keys() == {"DR0", "Partition0", "Partition1", "Partition2", "Partition3"}
            volume = client.open(r"\\.\Harddisk0Partition3")
            assert client.read(volume, SECTOR, 0) == sector(256)
            entry = client.ioctl(volume, PARTITION_INFO_EX, b"", 144)
            assert struct.unpack("<I", entry[:4]) == (1,) and entry[72:74].decode("utf-16-le") == "c"
            assert uuid.UUID(bytes_le=entry[48:64]) == uuid.UUID(int=3)
            head = client.ioctl(disk, LAYOUT_EX, b"", 8192)
            assert struct.unpack("<II", head[:8]) == (1, 3) and uuid.UUID(bytes_le=head[8:24]) == uuid.UUID(int=77)
            assert refused(client.ioctl, disk, LAYOUT, b"", 4096) == INVALID_DEVICE_REQUEST
        assert len(find(vm, r"STORAGE\VOLUME")) == 3
    finally:
        vm.stop()


@pytest.mark.parametrize("script", ["label: gpt\nstart=2048,size=1000,name=a\nstart=4096,size=2000,name=b\n",
                                    "label: dos\nstart=2048,size=1000\nstart=4096,size=8000,type=5\nstart=5000,size=500\nstart=6000,size=700\n"])
def test_tables_of_another_program(runtime, tmp_path, script):
    if not shutil.which("sfdisk"):
        pytest.skip("sfdisk is not installed (tools/install_packages --tests)")
    path = tmp_path / "disk.img"
    path.write_bytes(bytes(SECTORS * SECTOR))
    subprocess.run(["sfdisk", "--quiet", str(path)], input=script, text=True, check=True, capture_output=True)
    theirs = json.loads(subprocess.run(["sfdisk", "--json", str(path)], capture_output=True, text=True, check=True).stdout)["partitiontable"]
    expected = [(p["start"], p["size"]) for p in theirs["partitions"] if p["type"] != "5"]
    vm = Vm(runtime, "--disk", f"{path},readonly")
    try:
        with vm.client() as client:
            for i, place in enumerate(expected, 1):
                handle = client.open(rf"\\.\Harddisk0Partition{i}", READ)
                offset, length = struct.unpack("<qq", client.ioctl(handle, PARTITION_INFO_EX, b"", 144)[8:24])
                assert (offset // SECTOR, length // SECTOR) == place
            refused(client.open, rf"\\.\Harddisk0Partition{len(expected) + 1}")
    finally:
        vm.stop()


def entry_ex(style, first, count, kind, name=""):
    """PARTITION_INFORMATION_EX."""
    head = struct.pack("<I4xqqIBB2x", style, first * SECTOR, count * SECTOR, 0, 1, 0)
    if style == 0:
        return head + struct.pack("<BBB1xI16x88x", kind, 0, 1, 0)
    return head + uuid.UUID(int=kind).bytes_le + uuid.UUID(int=kind + 1).bytes_le + struct.pack("<Q", 0) + name.encode("utf-16-le").ljust(72, b"\0")


def test_a_program_partitions_a_disk(runtime, processors, profile, tmp_path):
    path = tmp_path / "new.img"
    path.write_bytes(bytes(numbered(8192)))
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", path)
    partitions = lambda client: sorted(name for name in client.list_directory(r"\Device\Harddisk0") if name.startswith("Partition"))[1:]
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            client.ioctl(disk, CREATE_DISK, struct.pack("<I16s4x", 1, uuid.UUID(int=5).bytes_le))
            vm("tree", "devices")
            assert partitions(client) == []
            head = struct.pack("<II16sqqI4x", 1, 2, uuid.UUID(int=5).bytes_le, 0, 0, 128)
            layout = head + entry_ex(1, 64, 100, 7, "one") + entry_ex(1, 2048, 1000, 9, "two")
            told = client.ioctl(disk, SET_LAYOUT_EX, layout, len(layout))
            assert [struct.unpack("<I", told[48 + 144 * i + 24:][:4])[0] for i in range(2)] == [1, 2]
            vm("tree", "devices")
            assert partitions(client) == ["Partition1", "Partition2"]
            assert client.read(client.open(r"\\.\Harddisk0Partition2"), SECTOR, 0) == sector(2048)
            for bad in (head + entry_ex(1, 64, 100, 7) + entry_ex(1, 100, 100, 9), head + entry_ex(1, 8000, 1000, 7) + entry_ex(1, 64, 1, 9)):
                assert refused(client.ioctl, disk, SET_LAYOUT_EX, bad, 0) == INVALID_PARAMETER
            assert refused(client.ioctl, disk, SET_LAYOUT_EX, layout[:200], 0) == 0xC0000004
        # What a program of the host says of it (util-linux knows both tables).
        if shutil.which("sfdisk"):
            dump = subprocess.run(["sfdisk", "--json", str(path)], capture_output=True, text=True, check=True).stdout
            table = json.loads(dump)["partitiontable"]
            assert table["label"] == "gpt" and [(p["start"], p["size"], p["name"]) for p in table["partitions"]] == [(64, 100, "one"), (2048, 1000, "two")]
        with vm.client() as client:
            disk = client.open(DISK)
            mbr = struct.pack("<III36x", 0, 4, 0xABCD) + entry_ex(0, 100, 200, 7) + entry_ex(0, 0, 0, 0) * 3
            client.ioctl(disk, SET_LAYOUT_EX, mbr, len(mbr))
            vm("tree", "devices")
            assert partitions(client) == ["Partition1"] and struct.unpack("<I", client.ioctl(disk, LAYOUT_EX, b"", 8192)[:4]) == (0,)
            client.ioctl(disk, DELETE_LAYOUT)
            vm("tree", "devices")
            assert partitions(client) == [] and struct.unpack("<I", client.ioctl(disk, LAYOUT_EX, b"", 8192)[:4]) == (2,)
    finally:
        vm.stop()
    assert path.read_bytes()[200 * SECTOR:300 * SECTOR] == sector(200, 100)  # nothing but tables was written
