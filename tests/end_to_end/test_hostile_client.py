# SPDX-License-Identifier: GPL-2.0-only
"""Clients that break the ring protocol: each loses its connection with a reason, and nothing else happens."""
import mmap
import os
import random
import socket
import struct
import time

import pytest

# transport/ring/layout.hpp and protocol/message/*.hpp, by number: a client that lies need not share our headers.
HOST_STATE, GUEST_STATE, CLOSE_REASON = 64, 128, 132
SUBMISSION_TAIL, SUBMISSION_HEAD, COMPLETION_HEAD = 320, 384, 512
CLOSE_TEXT, SUBMISSIONS, SLOTS = 768, 4096, 512
WAITING, SERVING, CLOSED = 1, 2, 3
CLIENT_LEFT, VIOLATION = 1, 2
HELLO, PING, CLOSE, IO_CONTROL, OPEN, LEND = 1, 3, 16, 35, 32, 128
COMPLETION_TAIL, COMPLETIONS, ARENA = 448, 36 * 1024, 100 * 1024
DONE, FETCH = 1, 3
WINDOW = 65536  # where a client that lends its memory does so


class RawClient:
    """A ring, and a pen."""

    def __init__(self, vm):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(10)
        self.socket.connect(os.path.join(vm.runtime, "rsl", vm.name + ".sock"))
        name = b"hostile"
        self.socket.send(struct.pack("<IHHII", 0x534C5352, 1, 2, 1, 0) + struct.pack("<QII", 0, 1, len(name)) + name)
        data, fds, _, _ = socket.recv_fds(self.socket, 4096, 3)
        assert struct.unpack_from("<H", data, 6)[0] == 66, data
        self.memory_fd, self.bell, self.wake = fds
        self.memory = mmap.mmap(self.memory_fd, os.fstat(self.memory_fd).st_size)
        self.sent = 0
        self.write32(HOST_STATE, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.memory.close()
        for fd in (self.memory_fd, self.bell, self.wake):
            os.close(fd)
        self.socket.close()

    def read32(self, offset):
        return struct.unpack_from("<I", self.memory, offset)[0]

    def write32(self, offset, value):
        struct.pack_into("<I", self.memory, offset, value & 0xFFFFFFFF)

    def ring(self):
        os.write(self.bell, struct.pack("<Q", 1))

    def submit(self, entry):
        at = SUBMISSIONS + (self.sent % SLOTS) * 64
        self.memory[at:at + 64] = entry.ljust(64, b"\0")
        self.sent += 1
        self.write32(SUBMISSION_TAIL, self.sent)
        self.ring()

    def request(self, identity, message, handle=0, body=b""):
        self.submit(struct.pack("<QHHI", identity, message, 0, handle) + body)

    def hello(self):
        self.request(1, HELLO, body=struct.pack("<IIII", 1, 1, 0, 0))
        self.wait_for_state(SERVING)
        return self

    def hello_of_a_lender(self, offset=WINDOW, count=8192):
        self.request(1, HELLO, body=struct.pack("<IIIIQII", 1, 1, 0, 0, 0, offset, count))
        return self

    def reply(self, seconds=10):
        """The next entry of the completion ring: id, status, kind, information, values."""
        deadline = time.monotonic() + seconds
        head = self.read32(COMPLETION_HEAD)
        while self.read32(COMPLETION_TAIL) == head:
            assert time.monotonic() < deadline, "no reply"
            time.sleep(0.001)
        entry = bytes(self.memory[COMPLETIONS + head % 1024 * 64:COMPLETIONS + head % 1024 * 64 + 64])
        self.write32(COMPLETION_HEAD, head + 1)
        identity, status, kind, _, information, *values = struct.unpack("<QIHHQ5Q", entry)
        return identity, status, kind, information, values

    def open(self, path):
        self.memory[ARENA:ARENA + 2 * len(path)] = path.encode("utf-16le")
        self.request(2, OPEN, 0, struct.pack("<IIIIHHIIIIIQ", 0xC0100000, 0x40, 0, 0, 7, 1, 0, 0, 2 * len(path), 0, 0, 0))
        identity, status, kind, _, values = self.reply()
        assert (identity, status, kind) == (2, 0, DONE)
        return values[0]

    def wait_for_state(self, state, seconds=10):
        deadline = time.monotonic() + seconds
        while self.read32(GUEST_STATE) != state and time.monotonic() < deadline:
            time.sleep(0.002)
        assert self.read32(GUEST_STATE) == state

    def wait_for_end(self):
        self.wait_for_state(CLOSED)
        text = bytes(self.memory[CLOSE_TEXT:CLOSE_TEXT + 256]).split(b"\0")[0].decode()
        return self.read32(CLOSE_REASON), text


@pytest.fixture
def bystander(vm):
    """A decent client that must not notice anything."""
    vm.load("echo")
    with vm.client() as client:
        handle = client.open(r"\\.\Echo")
        yield client
        assert client.ioctl(handle, 0x222000, b"still here", 10) == b"still here"


def damage_tail(client):
    client.write32(SUBMISSION_TAIL, client.sent + SLOTS + 1)
    client.ring()


def run_tail_backwards(client):
    client.write32(SUBMISSION_TAIL, client.sent - 1)
    client.ring()


def span_outside_the_arena(client):
    client.request(2, IO_CONTROL, 4, struct.pack("<IIIIII", 0x222000, 0, 0xFFFFFFF0, 0x100, 0, 16))


def path_of_odd_length(client):
    client.request(2, OPEN, 0, struct.pack("<IIIIHHIIIIIQ", 0, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0, 0))


def request_id_zero(client):
    client.request(0, PING)


def lend_unasked(client):
    client.request(7, LEND, body=struct.pack("<IIQ", 1, 0, 1))


def lend_too_much(client):
    client.request(7, LEND, body=struct.pack("<IIQ", 65, 0, 1))


def lend_pages_that_lie_elsewhere(client):
    client.request(2, IO_CONTROL, 4, struct.pack("<IIIIIIQQ", 0x222003, 5, 16, 16, 0, 0, 0x7F0000000011, 0))


def lend_a_kernel_address(client):
    client.request(2, IO_CONTROL, 4, struct.pack("<IIIIIIQQ", 0x222003, 5, 0, 16, 0, 0, 0xFFFFF78000000000, 0))


def hello_twice(client):
    client.request(5, HELLO, body=struct.pack("<IIII", 1, 1, 0, 0))


def replies_not_taken(client):
    for number in range(1, 3000):
        if client.read32(GUEST_STATE) == CLOSED:
            return
        client.request(number, PING)
        while (client.sent - client.read32(SUBMISSION_HEAD)) & 0xFFFFFFFF >= SLOTS - 1:
            if client.read32(GUEST_STATE) == CLOSED:
                return
            time.sleep(0.001)


@pytest.mark.parametrize("crime", [damage_tail, run_tail_backwards, span_outside_the_arena, path_of_odd_length,
                                   request_id_zero, hello_twice, replies_not_taken, lend_unasked, lend_too_much,
                                   lend_pages_that_lie_elsewhere, lend_a_kernel_address])
def test_a_violation_ends_its_client_alone(vm, bystander, crime):
    with RawClient(vm).hello() as client:
        crime(client)
        reason, text = client.wait_for_end()
        assert reason == VIOLATION and text
        assert text in vm("log").out


def test_the_first_request_has_to_be_hello(vm, bystander):
    with RawClient(vm) as client:
        client.request(1, PING)
        assert client.wait_for_end()[0] == VIOLATION


def test_a_client_of_another_version_is_told(vm, bystander):
    with RawClient(vm) as client:
        client.request(1, HELLO, body=struct.pack("<IIII", 99, 1, 0, 0))
        reason, text = client.wait_for_end()
        assert reason == VIOLATION and "version" in text


@pytest.mark.parametrize("offset,count", [(0xFFFFF000, 8192), (WINDOW, 100), (WINDOW + 8, 8192)])
def test_memory_is_lent_within_the_arena_or_not_at_all(vm, bystander, offset, count):
    with RawClient(vm) as client:
        assert client.hello_of_a_lender(offset, count).wait_for_end()[0] == VIOLATION


@pytest.mark.parametrize("pages", [None, 3], ids=["nothing", "more_than_asked"])
def test_a_client_that_answers_wrongly_or_never_hurts_nobody(vm, bystander, pages):
    """It makes a driver wait for its memory, and leaves; or lends what was not asked for."""
    vm.load("pointers")
    with RawClient(vm) as client:
        client.hello_of_a_lender()
        assert client.reply()[4][2] == 1, "the VM does not say that it asks for memory"
        handle = client.open("\\??\\Pointers")
        client.request(3, IO_CONTROL, handle, struct.pack("<IIIIIIQQ", 0x222007, 3, 0, 4096, 0, 8, 0x10000000, 0x10001000))
        identity, _, kind, _, values = client.reply()
        assert (kind, values[0]) == (FETCH, 0x10000000)
        if pages is not None:
            client.request(identity, LEND, body=struct.pack("<IIQ", pages, 0, 0))
            assert client.wait_for_end()[0] == VIOLATION
    with vm.client() as other:
        handle = other.open(r"\\.\Pointers")
        assert struct.unpack("<Q", other.ioctl(handle, 0x222007, b"abc", 8))[0] == sum(b"abc")


def test_noise_on_the_whole_ring_hurts_nobody(vm, bystander):
    chance = random.Random(1)
    for _ in range(5):
        with RawClient(vm).hello() as client:
            for _ in range(200):
                if client.read32(GUEST_STATE) == CLOSED:
                    break
                message = chance.choice([2, 3, 4, 16, 17, 18, 20, 21, 22, 32, 33, 34, 35, 36, 38, 40, 64, 65, 66, 70, 99])
                body = bytes(chance.choice([0, 0, 0, 1, 4, 255]) for _ in range(48))
                client.request(chance.randrange(1, 5), message, chance.choice([0, 4, 8, 0xFFFFFFFF]), body)
            for offset in range(0, 4096, 64):  # every word of the header
                client.write32(offset, chance.getrandbits(32))
            client.ring()
            time.sleep(0.02)


def test_leaving_at_once_frees_the_ring(vm, bystander):
    for _ in range(20):
        with RawClient(vm):
            pass
