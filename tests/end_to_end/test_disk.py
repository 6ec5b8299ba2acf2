# SPDX-License-Identifier: GPL-2.0-only
"""Files of the host as disks of a VM: their bytes, names, control codes, errors, filters, and how they come and go."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import time
import uuid
import zlib

import pytest

from conftest import DRIVERS, RSL, Vm, alive, kill
from librsl import CANCELLED, READ, NtError
from test_pnp import find

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


@pytest.fixture(params=["micro", "q35"])
def profile(request):
    return request.param


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


def refused(call, *arguments):
    with pytest.raises(NtError) as error:
        call(*arguments)
    return error.value.status


def sector(number, count=1):
    return bytes(numbered(number + count)[number * SECTOR:])


# ---- Bytes


def test_bytes_are_the_hosts(runtime, processors, profile, image):
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", image)
    try:
        with vm.client() as client:
            disk, volume = client.open(DISK), client.open(r"\\.\Harddisk0Partition2")
            assert client.read(disk, 3 * SECTOR, 100 * SECTOR) == sector(100, 3)
            assert client.read(volume, SECTOR, 0) == sector(8192)
            for count in (1, 8, 129, 1111):  # a page and less, more pages than one request takes, not whole ones
                data = os.urandom(count * SECTOR)
                assert client.write(volume, data, 5 * SECTOR) == len(data)
                on_host = image.read_bytes()[(8192 + 5) * SECTOR:][:len(data)]
                assert on_host == data
                assert client.read(disk, len(data), (8192 + 5) * SECTOR) == data
            with open(image, "r+b") as file:  # and what the host writes is seen
                file.seek(9000 * SECTOR)
                file.write(b"host" * 128)
            assert client.read(volume, SECTOR, (9000 - 8192) * SECTOR) == b"host" * 128
            assert client.read(disk, 0, 0) == b""
    finally:
        vm.stop()
    assert image.stat().st_size == SECTORS * SECTOR


def test_many_requests_at_once(runtime, processors, image):
    vm = Vm(runtime, "--smp", processors, "--disk", image)
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            sizes = [1 + i % 16 for i in range(100)]
            places = [2048 + 37 * i for i in range(100)]
            started = [client.submit_read(disk, n * SECTOR, p * SECTOR) for n, p in zip(sizes, places)]
            expected = bytes(numbered())
            for state, count, place in zip(started, sizes, places):
                client.finish(state)
                assert (state["status"], state["data"]) == (0, expected[place * SECTOR:(place + count) * SECTOR])
    finally:
        vm.stop()


def test_a_command_line_user(runtime, image):
    vm = Vm(runtime, "--disk", image)
    try:
        shown = vm("status")
        assert f"disk 0    {image}" in shown.out
        assert vm.status()["disks"] == [{"path": str(image), "read_only": False}]
        assert vm("read", DISK, "--bytes", 16, "--offset", 51200 - 51200 % SECTOR).err.count("STATUS_INVALID_PARAMETER") == 1
        got = vm("read", DISK, "--bytes", SECTOR, "--offset", 100 * SECTOR)
        assert got.code == 0 and got.out.count("64 00 00 00 00 00 00 00") == 64
        (runtime / "data").write_bytes(b"D" * SECTOR)
        assert vm("write", r"\\.\HarddiskVolume3", f"@{runtime / 'data'}", "--offset", SECTOR).code == 0
        assert image.read_bytes()[8193 * SECTOR:8194 * SECTOR] == b"D" * SECTOR
        told = vm("ioctl", DISK, hex(LENGTH_INFO), "--out", 8)
        assert "00 00 80 00 00 00 00 00" in told.out
    finally:
        vm.stop()


def test_rsl_run_has_disks_too(image):
    command = CLIENT_COMMAND.pack(READ_SYNC, SECTOR, 100 * SECTOR, r"\Device\Harddisk0\Partition0".encode("utf-16-le"))
    ran = subprocess.run([str(RSL), "run", str(DRIVERS / "disk_client.sys"), "--disk", str(image), "--ioctl", "0x222000", "--in",
                          (command + b"\0").hex(), "--out", "512"], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0 and ran.stdout.count("64 00 00 00 00 00 00 00") == 64, ran


# ---- What is there


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


# ---- Errors


def test_errors_have_their_names(runtime, processors, profile, image):
    vm = Vm(runtime, "--smp", processors, "--profile", profile, "--disk", f"{image},bad=100")
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            assert refused(client.read, disk, SECTOR, 100 * SECTOR) == IO_DEVICE_ERROR
            assert refused(client.read, disk, 64 * SECTOR, 64 * SECTOR) == IO_DEVICE_ERROR
            assert refused(client.write, disk, bytes(SECTOR), 100 * SECTOR) == IO_DEVICE_ERROR
            assert client.read(disk, SECTOR, 101 * SECTOR) == sector(101)
            assert refused(client.read, disk, 100, 0) == INVALID_PARAMETER
            assert refused(client.read, disk, SECTOR, 100) == INVALID_PARAMETER
            assert refused(client.read, disk, SECTOR, SECTORS * SECTOR) == INVALID_PARAMETER
            assert refused(client.read, disk, 2 * SECTOR, (SECTORS - 1) * SECTOR) == INVALID_PARAMETER
            assert refused(client.read, disk, SECTOR, 1 << 62) == INVALID_PARAMETER
    finally:
        vm.stop()


def test_a_disk_whose_table_cannot_be_read(runtime, image):
    vm = Vm(runtime, "--disk", f"{image},bad=0")
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            for code in (LAYOUT, LAYOUT_EX, UPDATE_PROPERTIES):
                assert refused(client.ioctl, disk, code, b"", 4096) == IO_DEVICE_ERROR
            assert client.list_directory(r"\Device\Harddisk0").keys() == {"DR0", "Partition0"}
            assert client.read(disk, SECTOR, SECTOR) == sector(1)
    finally:
        vm.stop()


def test_a_read_only_disk(runtime, profile, image):
    before = image.read_bytes()
    vm = Vm(runtime, "--profile", profile, "--disk", f"{image},readonly")
    other = Vm(runtime, "--disk", f"{image},readonly")  # more than one may read it
    try:
        with vm.client() as client:
            disk = client.open(DISK)
            assert refused(client.write, disk, bytes(SECTOR), 0) == WRITE_PROTECTED
            assert refused(client.ioctl, disk, IS_WRITABLE) == WRITE_PROTECTED
            assert client.read(disk, SECTOR, SECTOR) == sector(1)
    finally:
        other.stop()
        vm.stop()
    assert image.read_bytes() == before


def test_a_full_file_system_is_a_device_error(image, tmp_path):
    """A sparse file on a file system without room, in a mount namespace of the test's own."""
    command = CLIENT_COMMAND.pack(WRITE_SYNC, 32768, 0, r"\Device\Harddisk0\Partition0".encode("utf-16-le")) + b"x" * 32768
    (tmp_path / "command").write_bytes(command)
    (tmp_path / "full").mkdir()
    script = f"""mount -t tmpfs -o size=64k none {tmp_path}/full || exit 77
        truncate -s 8M {tmp_path}/full/disk && dd if=/dev/zero of={tmp_path}/full/rest bs=4k count=12 2>/dev/null
        exec {RSL} run {DRIVERS}/disk_client.sys --disk {tmp_path}/full/disk --ioctl 0x222000 --in @{tmp_path}/command --out 8"""
    ran = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    if ran.returncode in (1, 77) and "unshare" in ran.stderr + ran.stdout or ran.returncode == 77:
        pytest.skip("a mount namespace takes root")
    assert "STATUS_IO_DEVICE_ERROR" in ran.stdout + ran.stderr, ran


@pytest.mark.parametrize("what,sentence", [("none.img", "truncate -s 64M"), ("empty", "is empty"), ("odd", "truncate -s 1024"), ("folder", "neither a file nor")])
def test_what_is_no_disk_is_refused(runtime, tmp_path, what, sentence):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "odd").write_bytes(bytes(1000))
    (tmp_path / "folder").mkdir()
    started = subprocess.run([str(RSL), "start", "--vm", "never", "--disk", str(tmp_path / what)], capture_output=True, text=True, timeout=60,
                             env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)}, stdin=subprocess.DEVNULL)
    assert started.returncode == 2 or started.returncode == 1, started
    assert sentence in started.stderr, started


def test_a_disk_in_use_is_refused(runtime, image):
    vm = Vm(runtime, "--disk", image)
    try:
        second = vm.rsl("start", "--vm", "second", "--disk", image)
        assert second.code != 0 and "in use by another VM" in second.err, second
        assert vm.rsl("start", "--vm", "second", "--disk", f"{image},readonly").code != 0
    finally:
        vm.stop()
    again = Vm(runtime, "--disk", image)  # free as soon as the VM is gone
    again.stop()


# ---- Kernel clients, filters


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


# ---- Cancelling, coming and going


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
