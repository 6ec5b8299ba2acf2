# SPDX-License-Identifier: GPL-2.0-only
"""What must not grow, hang or spread: clients that die, cycles of load and connect, a VM that dies."""
import os
import pathlib
import select
import struct
import subprocess
import sys
import time

import pytest

from conftest import SAMPLES, alive, kill
from librsl import DISCONNECTED, OP_READ, NtError

HERE = pathlib.Path(__file__).parent
# A client that does everything at once until it is killed.
BUSY_CLIENT = """
import os, sys
sys.path.insert(0, sys.argv[1])
from librsl import Client, OP_READ
client = Client(sys.argv[2])
queue, echo = client.open(r"\\\\.\\Queue"), client.open(r"\\\\.\\Echo")
for _ in range(20):
    client.submit(OP_READ, queue, 64)
print("busy", flush=True)
data = os.urandom(4096)
while True:
    client.ioctl(echo, 0x22200F, data, len(data))
    client.close_handle(client.open(r"\\\\.\\Echo"))
"""


def objects_alive(client):
    """Objects by type. Not threads: the kernel's workers come and go by themselves (threads_alive)."""
    return {entry["name"]: entry["objects"] for entry in client.inspect("kernel/ob/types") if entry["name"] != "Thread"}


def threads_alive(client):
    return {entry["name"]: entry["objects"] for entry in client.inspect("kernel/ob/types")}["Thread"]


def settle(read, wanted, seconds=10):
    """Waits until read() is what it was; returns the last value."""
    deadline = time.monotonic() + seconds
    while (value := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def at_rest(read):
    """What read() says once it says the same twice: with a client comes a ring for the next one, a moment later."""
    value = read()
    for _ in range(50):
        time.sleep(0.1)
        value, last = read(), value
        if value == last:
            break
    return value


def test_killing_a_client_frees_all_it_had(vm):
    vm.load("echo")
    vm.load("queue")
    with vm.client() as watcher:
        before, threads = at_rest(lambda: objects_alive(watcher)), threads_alive(watcher)
        for delay in (0.0, 0.01, 0.1, 0.3):
            process = subprocess.Popen([sys.executable, "-c", BUSY_CLIENT, str(HERE), vm.name],
                                       stdout=subprocess.PIPE, text=True)
            assert process.stdout.readline() == "busy\n"
            time.sleep(delay)
            process.kill()
            process.wait()
            assert settle(lambda: objects_alive(watcher), before) == before
            assert threads_alive(watcher) <= threads + 4
        handle = watcher.open(r"\\.\Queue")
        waiting, _, _, opened = struct.unpack("<4I", watcher.ioctl(handle, 0x222000, b"", 16))
        assert (waiting, opened) == (0, 1)


def test_load_cycles_leave_no_growth(vm):
    image = (SAMPLES / "echo.sys").read_bytes()
    with vm.client() as client:
        def cycle(times):
            for _ in range(times):
                client.load("echo", image)
                handle = client.open(r"\\.\Echo")
                client.ioctl(handle, 0x222000, b"x", 1)
                client.close_handle(handle)
                client.unload("echo")

        cycle(300)  # caches and tables grow to what they need
        before, objects, threads = client.inspect("kernel/mm/memory"), objects_alive(client), threads_alive(client)
        cycle(1000)
        # None more than before; fewer there may be: the registry's file, for one, is open while it is written.
        assert settle(lambda: {t for t, n in objects_alive(client).items() if n > objects.get(t, 0)}, set()) == set()
        assert threads_alive(client) <= threads + 4
        after = client.inspect("kernel/mm/memory")
        assert after["free_bytes"] >= before["free_bytes"] - 16 * 4096, (before, after)


def test_connects_leave_no_growth(vm):
    def fds(pid):
        return len(os.listdir(f"/proc/{pid}/fd"))

    def resident_kb(pid):
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    supervisor = vm.status()["supervisor_pid"]
    with vm.client() as watcher:
        def connect(times):
            for _ in range(times):
                with vm.client() as client:
                    client.ping()

        connect(20)
        objects = at_rest(lambda: objects_alive(watcher))
        descriptors, memory = fds(supervisor), resident_kb(supervisor)
        free = watcher.inspect("kernel/mm/memory")["free_bytes"]
        connect(1000 if "1cpu" in os.environ.get("PYTEST_CURRENT_TEST", "") else 100)
        assert settle(lambda: objects_alive(watcher), objects) == objects
        assert settle(lambda: fds(supervisor), descriptors) == descriptors
        assert resident_kb(supervisor) <= memory + 4096
        assert watcher.inspect("kernel/mm/memory")["free_bytes"] >= free - 16 * 4096


def test_a_program_that_polls_and_never_waits_hears_of_the_vms_end(vm):
    client = vm.client()
    assert client.dispatch(0) == 0
    kill(vm.status()["qemu_pid"])
    readable, _, _ = select.select([client.poll_fd()], [], [], 5)
    assert readable
    deadline = time.monotonic() + 5
    while client.dispatch(0) != -1:
        assert time.monotonic() < deadline
    client.close()


def test_calls_end_when_the_vm_dies(vm):
    vm.load("queue")
    client = vm.client()
    handle = client.open(r"\\.\Queue")
    read = client.submit(OP_READ, handle, 16)
    kill(vm.status()["qemu_pid"])
    started = time.monotonic()
    client.finish(read, 5000)
    assert read["status"] == DISCONNECTED
    assert time.monotonic() - started < 5
    with pytest.raises(NtError) as gone:
        client.ping()
    assert gone.value.status == DISCONNECTED
    client.close()


def test_qemu_dies_with_its_supervisor(vm):
    status = vm.status()
    kill(status["supervisor_pid"])
    deadline = time.monotonic() + 10
    while alive(status["qemu_pid"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(status["qemu_pid"])
