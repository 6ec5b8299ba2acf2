# SPDX-License-Identifier: GPL-2.0-only
"""Files of the host as disks of a VM: their bytes and errors, as programs of Linux and of the VM see them."""
import os
import subprocess

import pytest

from conftest import DRIVERS, RSL, Vm, refused
from disks import (CLIENT_COMMAND, DISK, INVALID_PARAMETER, IO_DEVICE_ERROR, IS_WRITABLE, LAYOUT, LAYOUT_EX, LENGTH_INFO, READ_SYNC,
                   SECTOR, SECTORS, UPDATE_PROPERTIES, WRITE_PROTECTED, WRITE_SYNC, image, numbered, sector)  # noqa: F401


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
