# SPDX-License-Identifier: GPL-2.0-only
"""Images of disks, the control codes of disk drivers, and what they answer."""
import pathlib
import struct
import uuid
import zlib

import pytest

SOURCES = pathlib.Path(__file__).resolve().parent / "drivers"
SECTOR = 512
SECTORS = 16384
CLIENT_COMMAND = struct.Struct("<IIq128s")
READ_SYNC, WRITE_SYNC, FLUSH, READ_ASYNC, READ_MANY, LENGTH = range(6)

GEOMETRY, GEOMETRY_EX, LENGTH_INFO = 0x70000, 0x700A0, 0x7405C
PARTITION_INFO, PARTITION_INFO_EX, LAYOUT, LAYOUT_EX = 0x74004, 0x70048, 0x7400C, 0x70050
SET_LAYOUT_EX, CREATE_DISK, DELETE_LAYOUT = 0x7C054, 0x7C058, 0x7C100
IS_WRITABLE, UPDATE_PROPERTIES, CHECK_VERIFY = 0x70024, 0x70140, 0x74800
DEVICE_NUMBER, QUERY_PROPERTY, HOTPLUG, SCSI_ADDRESS = 0x2D1080, 0x2D1400, 0x2D0C14, 0x41018
DISK_EXTENTS, DEVICE_NAME = 0x560000, 0x4D0008
IO_DEVICE_ERROR, WRITE_PROTECTED, INVALID_PARAMETER = 0xC0000185, 0xC00000A2, 0xC000000D
INVALID_DEVICE_REQUEST, BUFFER_TOO_SMALL, NO_SUCH_DEVICE = 0xC0000010, 0xC0000023, 0xC000000E
DELETE_PENDING = 0xC0000056
DISK = r"\\.\PhysicalDrive0"


def numbered(sectors=SECTORS):
    """A disk whose every sector says which it is."""
    return bytearray(b"".join(struct.pack("<Q", i) * (SECTOR // 8) for i in range(sectors)))


def with_mbr(disk, entries):
    disk[0:SECTOR] = bytes(SECTOR)
    struct.pack_into("<I", disk, 440, 0xCAFE1234)
    for i, (kind, first, count) in enumerate(entries):
        struct.pack_into("<BxxxBxxxII", disk, 446 + 16 * i, 0, kind, first, count)
    disk[510:512] = b"\x55\xaa"
    return disk


def with_gpt(disk, entries):
    sectors = len(disk) // SECTOR
    with_mbr(disk, [(0xEE, 1, sectors - 1)])
    table = bytearray(128 * 128)
    for i, (first, last, name) in enumerate(entries):
        struct.pack_into("<16s16sQQQ", table, 128 * i, uuid.UUID("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7").bytes_le,
                         uuid.UUID(int=i + 1).bytes_le, first, last, 0)
        table[128 * i + 56:128 * i + 56 + 2 * len(name)] = name.encode("utf-16-le")
    for header, where in ((1, 2), (sectors - 1, sectors - 33)):
        disk[where * SECTOR:where * SECTOR + len(table)] = table
        head = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, header, sectors - header, 34, sectors - 34,
                           uuid.UUID(int=77).bytes_le, where, 128, 128, zlib.crc32(table))
        disk[header * SECTOR:header * SECTOR + 92] = head[:16] + struct.pack("<I", zlib.crc32(head)) + head[20:]
    return disk


@pytest.fixture
def image(tmp_path):
    """A disk with two primary partitions."""
    path = tmp_path / "disk.img"
    path.write_bytes(with_mbr(numbered(), [(0x07, 2048, 4096), (0x83, 8192, 2048)]))
    return path


def sector(number, count=1):
    return bytes(numbered(number + count)[number * SECTOR:])
