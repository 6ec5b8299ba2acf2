# SPDX-License-Identifier: GPL-2.0-only
"""Drivers see the program's own memory: at its addresses, page by page as they touch it, and what they write comes back."""
import ctypes
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time

import pytest

from librsl import OP_IOCTL, ROOT, NtError

WHERE, SUM, COUNT_UP, FOLLOW, LATER, ATTACHED = 0x222003, 0x222007, 0x22200B, 0x22200C, 0x222013, 0x222014
ACCESS_VIOLATION = 0xC0000005
PAGE = 4096
PROT_NONE, PROT_READ = 0, 1
libc = ctypes.CDLL(None, use_errno=True)


class Memory:
    """Pages of this process, at an address."""

    def __init__(self, pages):
        self.map = mmap.mmap(-1, pages * PAGE)
        self.view = (ctypes.c_char * (pages * PAGE)).from_buffer(self.map)
        self.address = ctypes.addressof(self.view)

    def protect(self, page, protection):
        assert libc.mprotect(ctypes.c_void_p(self.address + page * PAGE), PAGE, protection) == 0

    def __setitem__(self, at, data):
        ctypes.memmove(self.address + at, data, len(data))

    def read(self, at, count):
        return ctypes.string_at(self.address + at, count)


@pytest.fixture
def pointers(vm):
    vm.load("pointers")
    with vm.client() as client:
        yield client, client.open(r"\\.\Pointers")


def refused(call):
    with pytest.raises(NtError) as error:
        call()
    return error.value.status


def follow(client, handle, source, target, count, code=FOLLOW):
    client.ioctl(handle, code, struct.pack("<QQQ", source, target, count))


def test_buffers_have_their_own_addresses(pointers):
    client, handle = pointers
    memory = Memory(2)
    client.ioctl_at(handle, WHERE, memory.address + 8, 100, memory.address + PAGE, 16)
    assert struct.unpack("<QQ", memory.read(PAGE, 16)) == (memory.address + 8, memory.address + PAGE)


@pytest.mark.parametrize("size", [1, 100, PAGE, 65536, 300_000, 3_000_000])
def test_buffers_of_any_size_are_read_and_written(pointers, size):
    """Larger than the shared memory, too."""
    client, handle = pointers
    memory = Memory(size // PAGE + 2)
    data = os.urandom(size)
    memory[100] = data
    assert struct.unpack("<Q", client.ioctl(handle, SUM, data, 8))[0] == sum(data)
    client.ioctl_at(handle, COUNT_UP, 0, 0, memory.address + 100, size)
    assert memory.read(100, size) == bytes((byte + 1) % 256 for byte in data)
    assert memory.read(0, 100) == bytes(100) and memory.read(100 + size, 100) == bytes(100)


@pytest.mark.parametrize("code", [FOLLOW, ATTACHED], ids=["in_the_callers_thread", "in_a_worker_thread"])
@pytest.mark.parametrize("size", [1, 5000, 70_000])
def test_pointers_inside_of_buffers_lead_to_the_programs_memory(pointers, code, size):
    client, handle = pointers
    source, target = Memory(20), Memory(20)
    data = os.urandom(size)
    source[17] = data
    follow(client, handle, source.address + 17, target.address + 4000, size, code)
    assert target.read(4000, size) == data[::-1]
    source[17] = b"\xff"
    follow(client, handle, source.address + 17, target.address, 1, code)
    assert target.read(0, 1) == b"\xff", "each request sees memory as it is then"


def test_bad_pointers_raise_in_the_driver(pointers):
    client, handle = pointers
    memory = Memory(4)
    memory.protect(1, PROT_READ)
    memory.protect(3, PROT_NONE)
    good, read_only, nothing = memory.address, memory.address + PAGE, memory.address + 3 * PAGE
    for source, target, count in [(good, nothing, 1), (nothing, good, 1), (0, good, 1), (good, 8, 1), (good, read_only, 1),
                                  (good + 2 * PAGE, good, PAGE + 1), (good, good + PAGE - 1, 2),
                                  (0xFFFF800000000000, good, 8), (good, 0xFFFFF78000000000, 8)]:
        assert refused(lambda: follow(client, handle, source, target, count)) == ACCESS_VIOLATION
    assert refused(lambda: client.ioctl_at(handle, SUM, nothing, 8, good, 8)) == ACCESS_VIOLATION
    assert refused(lambda: client.ioctl_at(handle, SUM, good, 8, read_only, 8)) == ACCESS_VIOLATION
    assert refused(lambda: client.ioctl_at(handle, COUNT_UP, 0, 0, nothing, 8)) == ACCESS_VIOLATION
    assert refused(lambda: client.ioctl_at(handle, LATER, good, 4, read_only, 8)) == ACCESS_VIOLATION
    assert refused(lambda: client.ioctl_at(handle, LATER, nothing, 4, good, 8)) == ACCESS_VIOLATION
    follow(client, handle, read_only, good, 8)
    assert memory.read(PAGE, PAGE) == bytes(PAGE)


def test_locked_pages_are_written_while_the_request_pends(pointers):
    client, handle = pointers
    memory = Memory(20)
    memory[50] = bytes(70_000)
    milliseconds = struct.pack("<I", 50)
    state = client.submit_at(OP_IOCTL, handle, LATER, milliseconds, memory.address + 50, 70_000)
    client.finish(state)
    assert (state["status"], state["information"]) == (0, 70_000)
    assert memory.read(50, 70_000) == bytes((i + 1) % 256 for i in range(70_000))
    assert memory.read(0, 50) == bytes(50)


def test_what_the_program_writes_meanwhile_stays(pointers):
    """A driver's bytes and another thread's, side by side on one page."""
    client, handle = pointers
    memory = Memory(1)
    state = client.submit_at(OP_IOCTL, handle, LATER, struct.pack("<I", 200), memory.address + 100, 4)
    time.sleep(0.05)
    memory[90] = b"untouched "
    memory[104] = b" as well"
    client.finish(state)
    assert memory.read(90, 22) == b"untouched " + bytes([1, 2, 3, 4]) + b" as well"


def test_many_threads_share_a_page(pointers):
    client, handle = pointers
    memory = Memory(1)
    failures = []

    def work(number):
        at = memory.address + number * 16
        for turn in range(40):
            ctypes.memmove(at, bytes([turn]) * 8, 8)
            client.ioctl_at(handle, COUNT_UP, 0, 0, at, 8)
            if ctypes.string_at(at, 16) != bytes([turn + 1]) * 8 + bytes(8):
                failures.append((number, turn, ctypes.string_at(at, 16)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures


def test_many_threads_do_everything_at_once(pointers):
    """Own pages and shared ones, buffers and pointers, callers and workers, locked pages: nobody's bytes are lost."""
    client, handle = pointers
    threads, slot = 5, 700
    shared, failures = Memory(4), []  # each thread has a slot of the shared pages; slots cross their borders

    def work(number):
        chance, own, mine = random.Random(number), Memory(30), shared.address + number * 3 * slot
        milliseconds = ctypes.c_uint32(2)
        for turn in range(60):
            kind, size = chance.choice([COUNT_UP, FOLLOW, ATTACHED, LATER]), chance.choice([1, 9, slot])
            data = bytes(chance.getrandbits(8) for _ in range(size))
            at = chance.choice([mine, own.address + chance.randrange(25 * PAGE)])
            ctypes.memmove(at, data, size)
            if kind == COUNT_UP:
                client.ioctl_at(handle, COUNT_UP, 0, 0, at, size)
                expected = bytes((byte + 1) % 256 for byte in data)
            elif kind == LATER:
                client.ioctl_at(handle, LATER, ctypes.addressof(milliseconds), 4, at, size)
                expected = bytes((byte + i + 1) % 256 for i, byte in enumerate(data))
            else:
                target = mine + slot
                follow(client, handle, at, target, size, kind)
                at, expected = target, data[::-1]
            if ctypes.string_at(at, size) != expected:
                failures.append((number, turn, hex(kind), size, at % PAGE))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert not worker.is_alive(), "a call hangs"
    assert not failures


def test_shared_memory_is_at_the_programs_address_too(pointers):
    client, handle = pointers
    shared = client.allocate(8192)
    ctypes.memmove(shared, b"0123456789", 10)
    follow(client, handle, shared, shared + 4096, 10)
    assert ctypes.string_at(shared + 4096, 10) == b"9876543210"
    client.ioctl_at(handle, COUNT_UP, 0, 0, shared, 10)
    assert ctypes.string_at(shared, 10) == b"123456789:"


def test_a_program_can_keep_its_memory(vm):
    vm.load("pointers")
    with vm.client(keep_memory=True) as client:
        handle = client.open(r"\\.\Pointers")
        memory = Memory(2)
        assert refused(lambda: follow(client, handle, memory.address, memory.address + PAGE, 8)) == ACCESS_VIOLATION
        memory[0] = b"abc"
        client.ioctl_at(handle, COUNT_UP, 0, 0, memory.address, 3)  # a copy, and it comes back
        assert memory.read(0, 3) == b"bcd"


CHILD = """
import ctypes, struct, sys
sys.path.insert(0, sys.argv[2])
from librsl import Client
memory = (ctypes.c_char * (64 << 20))()
client = Client(sys.argv[1])
handle = client.open(chr(92) * 2 + "." + chr(92) + "Pointers")
print("running", flush=True)
while True:
    client.ioctl(handle, 0x222014, struct.pack("<QQQ", ctypes.addressof(memory), ctypes.addressof(memory) + (32 << 20), 8 << 20))
"""


@pytest.mark.parametrize("turn", range(3))
def test_a_program_that_is_killed_while_pages_are_asked_for_leaves_nothing(vm, turn):
    vm.load("pointers")
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(vm.runtime)}
    with subprocess.Popen([sys.executable, "-c", CHILD, vm.name, str(ROOT / "tests" / "end_to_end")], stdout=subprocess.PIPE,
                          env=environment) as child:
        assert child.stdout.readline().strip() == b"running"
        time.sleep(0.2 + 0.1 * turn)
        child.send_signal(signal.SIGKILL)
        child.wait(10)
    with vm.client() as client:
        handle = client.open(r"\\.\Pointers")
        assert struct.unpack("<Q", client.ioctl(handle, SUM, b"\x01\x02", 8))[0] == 3
        client.close_handle(handle)
        deadline = time.monotonic() + 10
        while True:  # the killed program's handle goes, or the driver could not be unloaded
            try:
                client.unload("pointers")
                break
            except NtError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
