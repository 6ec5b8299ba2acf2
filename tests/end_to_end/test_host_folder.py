# SPDX-License-Identifier: GPL-2.0-only
"""A folder of the host as C: (docs/guides/host-folder.md): what is in it can be read and changed, what is outside cannot."""
import os

import pytest

from conftest import Vm, rsl
from librsl import NtError

NAME_NOT_FOUND, PATH_NOT_FOUND, NOT_RESOLVED = 0xC0000034, 0xC000003A, 0xC0000280


@pytest.fixture
def drive_c(tmp_path):
    folder = tmp_path / "drive_c"
    (folder / "windows" / "system32").mkdir(parents=True)
    (folder / "Hello.txt").write_text("hello")
    return folder


@pytest.fixture
def machine(runtime, drive_c):
    vm = Vm(runtime, "--drive-c", drive_c, "--registry", "none")
    yield vm
    vm.stop()


def refused(client, path):
    with pytest.raises(NtError) as error:
        client.close_handle(client.open(path))
    return error.value.status & 0xFFFFFFFF


def test_reads_and_changes_files_of_the_folder(machine, drive_c):
    with machine.client() as client:
        file = client.open(r"\??\C:\HELLO.TXT")
        assert client.read(file, 100) == b"hello"
        client.write(file, b"J", 0)
        client.close_handle(file)
    assert (drive_c / "Hello.txt").read_text() == "Jello"


def test_sees_what_the_host_writes_meanwhile(machine, drive_c):
    with machine.client() as client:
        file = client.open(r"\??\C:\hello.txt")
        (drive_c / "Hello.txt").write_text("changed")
        assert client.read(file, 100) == b"changed"
        (drive_c / "new.txt").write_text("new")
        client.close_handle(client.open(r"\??\C:\new.txt"))


def test_links_are_not_followed(machine, drive_c):
    (drive_c / "secret").symlink_to("/etc/passwd")
    (drive_c / "up").symlink_to("../../../../../etc")
    (drive_c / "inside").symlink_to("Hello.txt")
    (drive_c / "loop").symlink_to("loop")
    with machine.client() as client:
        for name in ("secret", r"up\passwd", "inside", "loop"):
            assert refused(client, "\\??\\C:\\" + name) == NOT_RESOLVED


def test_dots_and_missing_folders_are_refused(machine):
    with machine.client() as client:
        assert refused(client, r"\??\C:\..\..\etc\passwd") == 0xC0000033  # STATUS_OBJECT_NAME_INVALID
        assert refused(client, r"\??\C:\nothing") == NAME_NOT_FOUND
        assert refused(client, r"\??\C:\nothing\below") == PATH_NOT_FOUND


def test_names_of_every_kind_are_shown(machine, drive_c):
    (drive_c / "a:b?").write_text("odd")
    (drive_c / "grün").write_text("green")
    os.close(os.open(os.fsencode(drive_c) + b"/\xff\xfe", os.O_CREAT | os.O_WRONLY))
    with machine.client() as client:
        odd = client.open("\\??\\C:\\a\uf03ab\uf03f")  # ':' and '?' in the private-use area
        assert client.read(odd, 3) == b"odd"
        green = client.open("\\??\\C:\\GRÜN")
        assert client.read(green, 5) == b"green"


def test_qemu_sees_the_folder_and_nothing_else_of_it(machine, drive_c):
    status = machine.status()
    if status["confinement"] != "namespaces":
        pytest.skip("no namespaces on this machine")
    root = f"/proc/{status['qemu_pid']}/root"
    assert os.path.exists(f"{root}{drive_c}/Hello.txt")
    assert not os.path.exists(f"{root}{drive_c.parent}/../..") or os.listdir(f"{root}{drive_c.parent}") == ["drive_c"]
    assert not os.path.exists(f"{root}/etc/passwd")
    assert not os.path.exists(f"{root}/proc/sys")  # its own process, and nothing of the machine


def test_what_is_no_folder_is_refused_with_the_way_out(tmp_path):
    missing = rsl("run", "x.sys", "--drive-c", tmp_path / "missing")
    assert missing.code == 1 and "mkdir -p" in missing.err
    (tmp_path / "file").write_text("")
    assert "is not a folder" in rsl("start", "--drive-c", tmp_path / "file").err
    assert "too much" in rsl("start", "--drive-c", "/").err


def test_a_named_vm_keeps_its_own_folder(runtime):
    vm = Vm(runtime)
    drive = runtime / "state" / "rsl" / vm.name / "drive_c"
    try:
        assert (drive / "Windows" / "System32" / "drivers").is_dir()
    finally:
        vm.stop()
