# SPDX-License-Identifier: GPL-2.0-only
"""A folder of the host as C: (docs/guides/host-folder.md): what is in it can be read and changed, what is outside cannot."""
import ctypes
import os
import select
import struct
import subprocess
import threading
import time

import pytest

from conftest import RSL, Vm, rsl
from librsl import CANCELLED, OP_READ, READ, NtError

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


# ---- Errors of the host, and requests that it holds up


def in_mount_namespace(tmp_path, mount, path, data):
    """Writes to a file of a folder that `mount` (shell, with $D the folder) prepares. What rsl said."""
    (tmp_path / "data").write_bytes(data)
    folder = tmp_path / "mounted"
    folder.mkdir()
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "D": str(folder), "NO_COLOR": "1"}
    script = f"""({mount}) || exit 77
        {RSL} start --vm ns --drive-c $D --registry none >/dev/null || exit 78
        {RSL} write '{path}' @{tmp_path}/data --vm ns; status=$?
        {RSL} stop --vm ns >/dev/null; exit $status"""
    ran = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, timeout=120, env=environment, stdin=subprocess.DEVNULL)
    if ran.returncode == 77 or "unshare" in ran.stderr:
        pytest.skip("mounting takes root")
    return ran


def test_a_full_file_system_is_a_full_disk(tmp_path):
    ran = in_mount_namespace(tmp_path, "mount -t tmpfs -o size=256k,mode=777 none $D && touch $D/file && chmod 666 $D/file", r"\??\C:\file", b"x" * 1_000_000)
    assert ran.returncode != 0 and "STATUS_DISK_FULL" in ran.stderr, ran


def test_a_read_only_file_system_is_write_protected(tmp_path):
    mount = "mount -t tmpfs -o mode=777 none $D && touch $D/file && chmod 666 $D/file && mount -o remount,ro $D"
    ran = in_mount_namespace(tmp_path, mount, r"\??\C:\file", b"x")
    assert ran.returncode != 0 and "STATUS_MEDIA_WRITE_PROTECTED" in ran.stderr, ran


class HeldReads:
    """The host's kernel holds every read of a file up until released: fanotify, which takes root."""

    ACCESS_PERM, ALLOW = 0x20000, 1

    def __init__(self, path):
        libc = ctypes.CDLL(None)
        self.fd = libc.fanotify_init(0x04, os.O_RDONLY)  # FAN_CLASS_CONTENT
        if self.fd < 0 or libc.fanotify_mark(self.fd, 1, ctypes.c_uint64(self.ACCESS_PERM), -100, str(path).encode()) < 0:
            pytest.skip("holding reads of a file up takes root")
        self.released = threading.Event()
        self.held = 0
        self.thread = threading.Thread(target=self._answer, daemon=True)
        self.thread.start()

    def _answer(self):
        waiting = []
        while True:
            ready = select.select([self.fd], [], [], 0.02)[0]
            if ready:
                events = os.read(self.fd, 4096)
                for at in range(0, len(events), 24):
                    waiting.append(struct.unpack_from("<i", events, at + 16)[0])
                    self.held += 1
            elif self.released.is_set() and self.fd_closing:
                return
            if self.released.is_set():
                for fd in waiting:
                    os.write(self.fd, struct.pack("<iI", fd, self.ALLOW))
                    os.close(fd)
                waiting.clear()

    fd_closing = False

    def holds(self, count):
        end = time.monotonic() + 10
        while self.held < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.held

    def close(self):
        self.released.set()
        self.fd_closing = True
        self.thread.join()
        os.close(self.fd)


def test_requests_that_wait_for_the_host_can_be_cancelled(runtime, processors, drive_c):
    """Reads that the host does not answer fill the channel to it; those behind them have not been sent yet."""
    vm = Vm(runtime, "--smp", processors, "--drive-c", drive_c, "--registry", "none")
    held = HeldReads(drive_c / "Hello.txt")
    try:
        with vm.client() as client:
            handles = [client.open(r"\??\C:\hello.txt", READ) for _ in range(7)]
            sent = [client.submit(OP_READ, handle, 5) for handle in handles[:4]]
            assert held.holds(1) >= 1  # QEMU may keep some for a thread that gets free
            waiting = [client.submit(OP_READ, handle, 5) for handle in handles[4:]]
            assert client.dispatch(300) == 0
            for state in waiting[:2]:
                client.cancel(state)
                client.finish(state)
                assert state["status"] == CANCELLED
            assert held.held <= 4  # they were never sent
            client.cancel(sent[0])  # the host has it, and may still write to the buffer: it ends when the host is done
            assert client.dispatch(300) == 0
            held.released.set()
            for state in [*sent[1:], waiting[2]]:
                client.finish(state)
                assert (state["status"], state["data"]) == (0, b"hello")
            client.finish(sent[0])
            assert sent[0]["status"] in (0, CANCELLED)
    finally:
        held.close()
        vm.stop()
