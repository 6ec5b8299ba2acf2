# SPDX-License-Identifier: GPL-2.0-only
"""imdisk.sys, a public driver: makes a disk of an image file, which here lies in the folder that is C:."""
import struct

import pytest

from conftest import Vm, corpus_driver

CONTROL = 0x8372


def code(function, access=0):
    return CONTROL << 16 | access << 14 | function << 2


QUERY_VERSION, CREATE_DEVICE, REMOVE_DEVICE = code(0x800), code(0x801, 3), code(0x806, 3)
GET_GEOMETRY = 0x70000
AUTO_NUMBER, HARD_DISK, FROM_FILE = 0xFFFFFFFF, 0x10, 0x100
SECTOR, SECTORS = 512, 2048


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "disk.img"
    path.write_bytes(b"".join(bytes([i & 0xFF]) * SECTOR for i in range(SECTORS)))
    return path


def create_data(path):
    name = path.encode("utf-16le")
    # number, geometry (cylinders, media, tracks, sectors, bytes), offset, flags, letter, length of the name, the name
    return struct.pack("<I4xqIIIIqIHH", AUTO_NUMBER, 0, 0, 0, 0, 0, 0, HARD_DISK | FROM_FILE, 0, len(name)) + name + bytes(8)


def test_makes_a_disk_of_an_image_file(runtime, processors, corpus, tmp_path, image):
    driver = corpus_driver(corpus, "imdisk.sys")
    vm = Vm(runtime, "--smp", processors, "--drive-c", tmp_path, "--registry", "none")
    try:
        with vm.client() as client:
            client.load("imdisk", driver.read_bytes())
            control = client.open(r"\\.\ImDiskCtl")
            assert struct.unpack("<I", client.ioctl(control, QUERY_VERSION, b"", 4))[0] == 0x0103
            data = create_data("\\??\\C:\\disk.img")
            number, = struct.unpack_from("<I", client.ioctl(control, CREATE_DEVICE, data, len(data)))
            assert number == 0
            assert client.list_directory("\\Device")["ImDisk0"] == "Device"

            disk = client.open("\\Device\\ImDisk0")
            assert client.read(disk, 2 * SECTOR, 5 * SECTOR) == b"\x05" * SECTOR + b"\x06" * SECTOR
            client.write(disk, b"\xAA" * SECTOR, 7 * SECTOR)
            assert client.read(disk, SECTOR, 7 * SECTOR) == b"\xAA" * SECTOR
            geometry = client.ioctl(disk, GET_GEOMETRY, b"", 24)
            cylinders, _media, tracks, sectors, sector = struct.unpack("<qIIII", geometry)
            assert sector == SECTOR and cylinders * tracks * sectors <= SECTORS
            client.close_handle(disk)

            client.ioctl(control, REMOVE_DEVICE, struct.pack("<I", number), 0)
            client.close_handle(control)
            client.unload("imdisk")
    finally:
        vm.stop()
    assert image.read_bytes()[7 * SECTOR:8 * SECTOR] == b"\xAA" * SECTOR
    assert len(image.read_bytes()) == SECTOR * SECTORS
