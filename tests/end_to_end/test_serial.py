# SPDX-License-Identifier: GPL-2.0-only
"""Serial ports of a VM as terminals of the host: bytes, timeouts, events, flow control, cancelling, names. The test is the peer."""
import json
import os
import re
import select
import struct
import threading
import time

import pytest

from conftest import DRIVERS, Vm, refused, rsl
from librsl import CANCELLED, OP_IOCTL, OP_READ, OP_WRITE, NtError
from test_pnp import find
from waiting import until

MAX = 0xFFFFFFFF
SUCCESS, TIMEOUT = 0, 0x102
ACCESS_DENIED, INVALID_PARAMETER, BUFFER_TOO_SMALL, INVALID_DEVICE_REQUEST = 0xC0000022, 0xC000000D, 0xC0000023, 0xC0000010
MORE_WRITES, COUNTER_TIMEOUT = 0x40000008, 0x4000000C
(SET_BAUD, SET_QUEUE, SET_LINE, BREAK_ON, BREAK_OFF, IMMEDIATE, SET_TIMEOUTS, GET_TIMEOUTS, SET_DTR, CLR_DTR, RESET, SET_RTS, CLR_RTS,
 SET_XOFF, SET_XON, GET_MASK, SET_MASK, WAIT, PURGE, GET_BAUD, GET_LINE, GET_CHARS, SET_CHARS, GET_FLOW, SET_FLOW, MODEM_STATUS,
 COMM_STATUS, XOFF_COUNTER, PROPERTIES, DTR_RTS) = (0x1B0000 | n << 2 for n in range(1, 31))
STATS, CLEAR_STATS, MODEM_CONTROL, CONFIG_SIZE = (0x1B0000 | n << 2 for n in (35, 36, 37, 32))
RXCHAR, RXFLAG, TXEMPTY, ERR, RX80FULL = 1, 2, 4, 0x80, 0x400
TX_ABORT, RX_ABORT, TX_CLEAR, RX_CLEAR = 1, 2, 4, 8
ALL_BYTES = bytes(range(256))


class Peer:
    """The other end of the line."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def send(self, data):
        while data:
            select.select([], [self.fd], [], 10)
            data = data[os.write(self.fd, data):]

    def receive(self, count, seconds=10.0):
        data, end = b"", time.monotonic() + seconds
        while len(data) < count and (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                data += os.read(self.fd, count - len(data))
        return data


class Port:
    """A VM with a serial port, its peer, and a client that has it open."""

    def __init__(self, runtime, *options):
        self.vm = Vm(runtime, "--serial", "line=pty", *options)
        self.peer = Peer(self.vm.status()["serial_ports"][0]["path"])
        self.client = self.vm.client()
        self.handle = self.client.open(r"\\.\COM1")

    def stop(self):
        self.client.close()
        self.peer.close()
        self.vm.stop()

    def ioctl(self, code, data=b"", room=0):
        return self.client.ioctl(self.handle, code, data, room)

    def number(self, code):
        return struct.unpack("<I", self.ioctl(code, b"", 4))[0]

    def timeouts(self, *values):
        self.ioctl(SET_TIMEOUTS, struct.pack("<5I", *values))

    def begin_read(self, count):
        return self.client.submit(OP_READ, self.handle, count)

    def begin_write(self, data):
        return self.client.submit(OP_WRITE, self.handle, data=data)

    def begin_ioctl(self, code, data=b"", room=0):
        return self.client.submit(OP_IOCTL, self.handle, room, data, code)

    def finish(self, state):
        self.client.finish(state)
        return state["status"], state["data"]

    def timed_read(self, count):
        """Status, data and how long it took."""
        begun = time.monotonic()
        status, data = self.finish(self.begin_read(count))
        return status, data, time.monotonic() - begun

    def has_read(self):
        """Until the driver has a read that waits: submitting one takes its time, the first one above all."""
        assert until(lambda: any(irp["driver"] == r"\Driver\serial" and irp["major"] == "0x3"
                                 for irp in json.loads(self.vm("inspect", "kernel/io/irps", "--json").out)))

    def waits_for(self, count):
        """Until the driver has this many bytes to be read."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if struct.unpack("<4I", self.ioctl(COMM_STATUS, b"", 20)[:16])[2] >= count:
                return
        raise AssertionError(f"{count} bytes never came")


@pytest.fixture
def port(runtime, processors):
    line = Port(runtime, "--smp", processors)
    yield line
    line.stop()


# ---- Bytes


def test_every_byte_gets_through_both_ways(runtime, processors, profile):
    """The line is as fast as the host: without flow control what comes before there is a reader is lost, beyond the buffer."""
    port = Port(runtime, "--smp", processors, "--profile", profile)
    try:
        assert port.client.write(port.handle, ALL_BYTES) == 256
        assert port.peer.receive(256) == ALL_BYTES
        port.peer.send(ALL_BYTES)
        assert port.client.read(port.handle, 256) == ALL_BYTES
        much = os.urandom(60_000)
        writing = port.begin_write(much)
        assert port.peer.receive(len(much), 60) == much
        assert port.finish(writing)[0] == SUCCESS and writing["information"] == len(much)
        reading = port.begin_read(len(much))
        port.has_read()
        sender = threading.Thread(target=port.peer.send, args=(much,))
        sender.start()
        assert port.finish(reading) == (SUCCESS, much)
        sender.join()
        stats = struct.unpack("<6I", port.ioctl(STATS, b"", 24))
        assert stats == (256 + len(much), 256 + len(much), 0, 0, 0, 0)
        port.ioctl(CLEAR_STATS)
        assert struct.unpack("<6I", port.ioctl(STATS, b"", 24)) == (0,) * 6
    finally:
        port.stop()


def test_two_ports_and_what_status_says(runtime, profile):
    vm = Vm(runtime, "--profile", profile, "--serial", "gps=pty", "--serial", "pty")
    try:
        ports = vm.status()["serial_ports"]
        assert [(p["name"], p["port"]) for p in ports] == [("gps", "COM1"), ("serial1", "COM2")]
        shown = vm("status").out
        assert f"COM1      {ports[0]['path']} (gps)" in shown and f"COM2      {ports[1]['path']} (serial1)" in shown
        peers = [Peer(p["path"]) for p in ports]
        assert vm("write", "COM1", "text:first").code == 0 and vm("write", r"\\.\COM2", "text:second").code == 0
        assert (peers[0].receive(5), peers[1].receive(6)) == (b"first", b"second")
        peers[1].send(b"two")
        got = vm("read", "COM2", "--bytes", 3)
        assert got.code == 0 and "74 77 6f" in got.out, got
        for peer in peers:
            peer.close()
    finally:
        vm.stop()


def test_names(runtime):
    port = Port(runtime)
    try:
        client = port.client
        assert client.read_link(r"\GLOBAL??\COM1") == r"\Device\Serial0"
        interface = [name for name in client.list_directory(r"\GLOBAL??") if "86e0d1e0" in name.lower()]
        assert len(interface) == 1 and interface[0].startswith("ROOT#SERIAL#0000")
        assert port.vm("driver", "load", DRIVERS / "serial_client.sys").code == 0
        handle = client.open(r"\\.\SerialClient")
        assert client.ioctl(handle, 0x222004, b"", 64).decode("utf-16-le").rstrip("\0") == "COM1"
        assert refused(client.ioctl, handle, 0x222000, b"busy", 3) == ACCESS_DENIED  # the port is ours
        client.close_handle(port.handle)
        talk = client.submit(OP_IOCTL, handle, 5, b"from a driver", 0x222000)
        assert port.peer.receive(13) == b"from a driver"
        port.peer.send(b"hello")
        assert port.finish(talk) == (SUCCESS, b"hello")
    finally:
        port.stop()


def test_one_at_a_time(port):
    assert refused(port.client.open, r"\\.\COM1") == ACCESS_DENIED
    with port.vm.client() as other:
        assert refused(other.open, r"\Device\Serial0") == ACCESS_DENIED
        interface = next(name for name in other.list_directory(r"\GLOBAL??") if "86e0d1e0" in name.lower())
        assert refused(other.open, r"\GLOBAL??" + "\\" + interface) == ACCESS_DENIED
        port.client.close_handle(port.handle)
        other.close_handle(other.open(r"\\.\COM1"))
    port.handle = port.client.open(r"\\.\COM1")


def test_nobody_is_there(runtime):
    """What is sent into an open cable is lost, and holds nobody up."""
    vm = Vm(runtime, "--serial", "pty")
    try:
        with vm.client() as client:
            handle = client.open(r"\\.\COM1")
            assert client.write(handle, b"x" * 50_000) == 50_000
            for text in (b"one", b"two"):
                peer = Peer(vm.status()["serial_ports"][0]["path"])
                peer.send(b"?")
                assert client.read(handle, 1) == b"?"
                client.write(handle, text)
                assert peer.receive(100, 0.5).endswith(text)
                peer.close()
    finally:
        vm.stop()


# ---- Timeouts


def test_reads_end_by_the_rules(port):
    # No timeouts: as long as it takes.
    reading = port.begin_read(3)
    port.peer.send(b"ab")
    assert port.client.dispatch(300) == 0 and not reading["done"]
    port.peer.send(b"c")
    assert port.finish(reading) == (SUCCESS, b"abc")
    # Whatever is there, at once.
    port.timeouts(MAX, 0, 0, 0, 0)
    assert port.timed_read(10)[:2] == (SUCCESS, b"")
    port.peer.send(b"xyz")
    port.waits_for(3)
    assert port.timed_read(10)[:2] == (SUCCESS, b"xyz")
    # A total of 10 x 20 ms + 100 ms.
    port.timeouts(0, 20, 100, 0, 0)
    port.peer.send(b"12")
    status, data, seconds = port.timed_read(10)
    assert (status, data) == (TIMEOUT, b"12") and 0.29 <= seconds < 2, seconds
    # The gap between bytes.
    port.timeouts(100, 0, 0, 0, 0)
    port.peer.send(b"gap")
    status, data, seconds = port.timed_read(10)
    assert (status, data) == (TIMEOUT, b"gap") and seconds < 2
    reading = port.begin_read(10)  # which does not count before the first byte
    assert port.client.dispatch(400) == 0
    port.peer.send(b"!")
    assert port.finish(reading) == (TIMEOUT, b"!")
    # One byte, or a time.
    port.timeouts(MAX, MAX, 150, 0, 0)
    status, data, seconds = port.timed_read(10)
    assert (status, data) == (TIMEOUT, b"") and 0.14 <= seconds < 2, seconds
    reading = port.begin_read(10)
    port.peer.send(b"k")
    assert port.finish(reading) == (SUCCESS, b"k")


def test_reads_queue_and_their_time_begins_at_the_head(port):
    port.timeouts(0, 0, 300, 0, 0)
    first, second = port.begin_read(4), port.begin_read(4)
    port.peer.send(b"1234")
    assert port.finish(first) == (SUCCESS, b"1234")
    port.peer.send(b"56")
    begun = time.monotonic()
    assert port.finish(second) == (TIMEOUT, b"56")
    assert time.monotonic() - begun < 2


def test_a_write_ends_in_time(port):
    """The peer does not read: its terminal, the socket and the device fill up."""
    port.timeouts(0, 0, 0, 0, 200)
    status, partial = SUCCESS, 0
    for _ in range(20):
        state = port.begin_write(b"w" * 60_000)
        status, _data = port.finish(state)
        if status == TIMEOUT:
            partial = state["information"]
            break
    assert status == TIMEOUT and 0 <= partial < 60_000
    port.timeouts(0, 0, 0, 0, 0)
    waiting = port.begin_write(b"e" * 1000)
    assert port.client.dispatch(200) == 0
    port.client.cancel(waiting)
    assert port.finish(waiting)[0] == CANCELLED


# ---- Cancelling and purging


def test_reads_can_be_cancelled(port):
    first, second = port.begin_read(4), port.begin_read(2)
    port.client.cancel(first)
    assert port.finish(first)[0] == CANCELLED
    port.peer.send(b"ok")
    assert port.finish(second) == (SUCCESS, b"ok")
    waiting = port.begin_read(1)
    port.client.close_handle(port.handle)  # a closed file's requests end
    assert port.finish(waiting)[0] == CANCELLED
    port.handle = port.client.open(r"\\.\COM1")
    port.peer.send(b"again")
    assert port.client.read(port.handle, 5) == b"again"


def test_purge(port):
    port.peer.send(b"old news")
    port.waits_for(8)
    port.ioctl(PURGE, struct.pack("<I", RX_CLEAR))
    reads = [port.begin_read(4), port.begin_read(4)]
    port.ioctl(PURGE, struct.pack("<I", RX_ABORT))
    assert [port.finish(state)[0] for state in reads] == [CANCELLED, CANCELLED]
    port.peer.send(b"news")
    assert port.client.read(port.handle, 4) == b"news"
    for mask in (0, 0x10, 0x80000000):
        assert refused(port.ioctl, PURGE, struct.pack("<I", mask)) == INVALID_PARAMETER
    port.ioctl(SET_XOFF)
    writing = port.begin_write(b"never sent")
    assert struct.unpack("<4I", port.ioctl(COMM_STATUS, b"", 20)[:16]) == (0, 8, 0, 10)  # waiting for XON, ten bytes
    port.ioctl(PURGE, struct.pack("<I", TX_ABORT | TX_CLEAR))
    assert port.finish(writing)[0] == CANCELLED
    port.ioctl(SET_XON)
    port.client.write(port.handle, b"sent")
    assert port.peer.receive(100, 0.5) == b"sent"


# ---- Events


def test_events_are_waited_for(port):
    assert refused(port.ioctl, WAIT, b"", 4) == INVALID_PARAMETER  # no event is set
    port.ioctl(SET_CHARS, bytes([0, 0, 0, ord("\n"), 0x11, 0x13]))
    port.ioctl(SET_MASK, struct.pack("<I", RXCHAR | RXFLAG | TXEMPTY))
    assert port.number(GET_MASK) == RXCHAR | RXFLAG | TXEMPTY
    waiting = port.begin_ioctl(WAIT, room=4)
    assert refused(port.ioctl, WAIT, b"", 4) == INVALID_PARAMETER  # only one may wait
    port.peer.send(b"a")
    assert port.finish(waiting) == (SUCCESS, struct.pack("<I", RXCHAR))
    port.peer.send(b"line\n")
    port.waits_for(6)
    seen = 0  # what happens before the wait is told by it
    while not seen & RXFLAG:
        seen |= struct.unpack("<I", port.ioctl(WAIT, b"", 4))[0]
    assert seen in (RXCHAR | RXFLAG, RXFLAG)
    waiting = port.begin_ioctl(WAIT, room=4)
    port.client.write(port.handle, b"out")
    assert port.finish(waiting) == (SUCCESS, struct.pack("<I", TXEMPTY))
    waiting = port.begin_ioctl(WAIT, room=4)
    port.ioctl(SET_MASK, struct.pack("<I", RX80FULL))  # wakes who waits, with nothing
    assert port.finish(waiting) == (SUCCESS, bytes(4))
    waiting = port.begin_ioctl(WAIT, room=4)
    port.client.cancel(waiting)
    assert port.finish(waiting)[0] == CANCELLED
    waiting = port.begin_ioctl(WAIT, room=4)
    port.peer.send(b"f" * 3500)  # of 4096
    assert port.finish(waiting) == (SUCCESS, struct.pack("<I", RX80FULL))
    assert refused(port.ioctl, SET_MASK, struct.pack("<I", 0x8000)) == INVALID_PARAMETER


def test_immediate_characters_and_xoff_counters(port):
    port.ioctl(IMMEDIATE, b"!")
    assert port.peer.receive(1) == b"!"
    counting = port.begin_ioctl(XOFF_COUNTER, struct.pack("<IiB3x", 0, 3, ord("X")))
    assert port.peer.receive(1) == b"X"
    port.peer.send(b"ab")
    assert port.client.dispatch(200) == 0
    port.peer.send(b"c")
    assert port.finish(counting)[0] == SUCCESS
    counting = port.begin_ioctl(XOFF_COUNTER, struct.pack("<IiB3x", 100, 30, ord("Y")))
    assert port.finish(counting)[0] == COUNTER_TIMEOUT
    counting = port.begin_ioctl(XOFF_COUNTER, struct.pack("<IiB3x", 0, 30, ord("Z")))
    assert port.client.write(port.handle, b"more") == 4
    assert port.finish(counting)[0] == MORE_WRITES
    assert port.peer.receive(6) == b"YZmore"
    assert refused(port.ioctl, XOFF_COUNTER, struct.pack("<IiB3x", 0, 0, 0)) == INVALID_PARAMETER


# ---- Settings, flow control


def test_settings_are_kept_and_checked(runtime, profile):
    port = Port(runtime, "--profile", profile)
    try:
        for rate in (300, 9600, 115200):
            port.ioctl(SET_BAUD, struct.pack("<I", rate))
            assert port.number(GET_BAUD) == rate
        for rate in (0, 1, 230400):
            assert refused(port.ioctl, SET_BAUD, struct.pack("<I", rate)) == INVALID_PARAMETER
        port.ioctl(SET_LINE, bytes([2, 2, 7]))
        assert port.ioctl(GET_LINE, b"", 3) == bytes([2, 2, 7])
        assert refused(port.ioctl, SET_LINE, bytes([1, 0, 8])) == INVALID_PARAMETER
        assert port.ioctl(GET_CHARS, b"", 6) == bytes([0, 0, 0, 0, 0x11, 0x13])
        assert refused(port.ioctl, SET_CHARS, bytes([0, 0, 0, 0, 5, 5])) == INVALID_PARAMETER
        port.timeouts(1, 2, 3, 4, 5)
        assert port.ioctl(GET_TIMEOUTS, b"", 20) == struct.pack("<5I", 1, 2, 3, 4, 5)
        assert refused(port.timeouts, MAX, 0, MAX, 0, 0) == INVALID_PARAMETER
        assert refused(port.ioctl, SET_TIMEOUTS, b"short") == BUFFER_TOO_SMALL
        assert port.number(DTR_RTS) == 3
        port.ioctl(CLR_DTR)
        port.ioctl(CLR_RTS)
        assert port.number(DTR_RTS) == 0 and port.number(MODEM_CONTROL) & 3 == 0
        port.ioctl(SET_DTR)
        assert port.number(DTR_RTS) == 1
        port.ioctl(SET_FLOW, struct.pack("<IIii", 2, 0x80, 100, 100))
        assert port.number(DTR_RTS) == 3
        for code in (SET_DTR, CLR_DTR, SET_RTS, CLR_RTS):  # the handshake's
            assert refused(port.ioctl, code) == INVALID_PARAMETER
        assert refused(port.ioctl, SET_FLOW, struct.pack("<IIii", 4, 0, 0, 0)) == INVALID_PARAMETER
        assert port.number(MODEM_STATUS) & 0xB0 == 0xB0  # CTS, DSR and carrier are always there
        assert port.number(CONFIG_SIZE) == 0
        properties = struct.unpack("<2H9I2H4I", port.ioctl(PROPERTIES, b"", 64)[:60])
        assert properties[:3] == (64, 2, 1) and properties[14] == 4096
        port.ioctl(SET_QUEUE, struct.pack("<II", 10_000, 0))
        port.ioctl(SET_QUEUE, struct.pack("<II", 100, 0))  # never smaller
        assert struct.unpack("<I", port.ioctl(PROPERTIES, b"", 64)[48:52]) == (10_000,)
        port.ioctl(RESET)
        assert refused(port.ioctl, 0x1B0400) == INVALID_DEVICE_REQUEST
        port.ioctl(SET_FLOW, struct.pack("<IIii", 1, 0x40, 0, 0))
        port.client.write(port.handle, b"still there")
        assert port.peer.receive(11) == b"still there"
    finally:
        port.stop()


def test_without_flow_control_too_much_is_lost_and_told(port):
    port.peer.send(b"o" * 4096)
    port.waits_for(4096)
    port.peer.send(b"lost")
    errors, end = 0, time.monotonic() + 10
    while not errors and time.monotonic() < end:
        errors, _hold, queued, _out = struct.unpack("<4I", port.ioctl(COMM_STATUS, b"", 20)[:16])
    assert (errors, queued) == (8, 4096)  # SERIAL_ERROR_QUEUEOVERRUN
    assert struct.unpack("<6I", port.ioctl(STATS, b"", 24))[4] > 0
    assert port.client.read(port.handle, 4096) == b"o" * 4096


def test_a_flood_leaves_the_processor_to_others(port):
    """Bytes without end, as fast as they are taken: the driver asks for them, and the VM's other threads get their turn."""
    over = threading.Event()

    def flood():
        while not over.is_set():
            if select.select([], [port.peer.fd], [], 0.1)[1]:
                os.write(port.peer.fd, b"flood" * 800)

    sender = threading.Thread(target=flood)
    sender.start()
    try:
        assert until(lambda: struct.unpack("<6I", port.ioctl(STATS, b"", 24))[4] > 100_000)  # many of them lost
        assert port.vm("write", r"\\.\COM9", "text:x").code != 0  # another client comes, asks and goes
    finally:
        over.set()
        sender.join()


@pytest.mark.parametrize("control,replace", [(1, 0x80), (2, 0x40)], ids=["rts", "dtr"])
def test_with_a_handshake_nothing_is_lost(port, control, replace):
    port.ioctl(SET_FLOW, struct.pack("<IIii", control, replace, 512, 1024))
    much = os.urandom(40_000)
    sender = threading.Thread(target=port.peer.send, args=(much,))
    sender.start()
    port.waits_for(4096 - 1024)
    time.sleep(0.2)
    assert port.number(DTR_RTS) != 3
    assert port.client.read(port.handle, len(much)) == much
    sender.join()
    assert struct.unpack("<I", port.ioctl(COMM_STATUS, b"", 20)[:4]) == (0,)
    assert port.number(DTR_RTS) == 3


def test_xon_and_xoff(port):
    port.ioctl(SET_FLOW, struct.pack("<IIii", 1, 0x43, 512, 1024))  # both directions
    port.peer.send(b"\x13")
    time.sleep(0.1)
    writing = port.begin_write(b"held")
    assert port.client.dispatch(200) == 0
    port.peer.send(b"\x11")
    assert port.finish(writing)[0] == SUCCESS
    assert port.peer.receive(4) == b"held"
    port.peer.send(b"x" * 3500)
    assert port.peer.receive(1) == b"\x13"
    assert port.client.read(port.handle, 3500) == b"x" * 3500
    assert port.peer.receive(1) == b"\x11"


# ---- Plug and play, the command line


def test_rsl_run_has_ports_too():
    ran = rsl("run", DRIVERS / "serial_client.sys", "--serial", "gps=pty", "--ioctl", "0x222004", "--out", "64")
    assert ran.code == 0 and re.search(r"COM1 is /dev/pts/\d+ \(gps\)", ran.out) and "43 00 4f 00 4d 00 31 00" in ran.out, ran


def test_ports_are_disabled_and_enabled(runtime, processors, profile):
    port = Port(runtime, "--smp", processors, "--profile", profile)
    try:
        path = find(port.vm, r"ROOT\SERIAL\0000")[0]["id"]
        busy = port.vm("device", "disable", path)
        assert busy.code != 0 and "VETOED" in busy.err, busy
        reading = port.begin_read(5)
        assert port.vm("device", "restart", path).code == 0  # under an open file
        port.peer.send(b"after")
        assert port.finish(reading) == (SUCCESS, b"after")
        port.client.close_handle(port.handle)
        for _ in range(2):
            assert port.vm("device", "disable", path).code == 0
            refused(port.client.open, r"\\.\COM1")
            assert port.vm("device", "enable", path).code == 0
        port.handle = port.client.open(r"\\.\COM1")
        port.client.write(port.handle, b"back")
        assert port.peer.receive(4) == b"back"
    finally:
        port.stop()


def test_the_driver_stands_up_to_the_verifier(runtime, processors):
    port = Port(runtime, "--smp", processors)
    try:
        path = find(port.vm, r"ROOT\SERIAL\0000")[0]["id"]
        assert port.vm("driver", "verify", "serial").code == 0
        for _ in range(2):
            port.client.close_handle(port.handle)
            assert port.vm("device", "disable", path).code == 0
            assert port.vm("device", "enable", path).code == 0
            port.handle = port.client.open(r"\\.\COM1")
            data = os.urandom(5000)
            writing = port.begin_write(data)
            assert port.peer.receive(len(data)) == data and port.finish(writing)[0] == SUCCESS
            reads = [port.begin_read(3) for _ in range(10)]
            port.client.cancel(reads[3])
            port.peer.send(b"abc" * 9)
            assert sum(port.finish(state) == (SUCCESS, b"abc") for state in reads) == 9
            port.timeouts(0, 0, 50, 0, 0)
            assert port.timed_read(5)[0] == TIMEOUT
            port.ioctl(SET_MASK, struct.pack("<I", RXCHAR))
            waiting = port.begin_ioctl(WAIT, room=4)
            port.ioctl(SET_MASK, bytes(4))
            assert port.finish(waiting) == (SUCCESS, bytes(4))
            assert port.vm("device", "restart", path).code == 0
        state = port.vm("inspect", "kernel/verifier", "--json").json
        assert "serial" in str(state) and port.vm.status()["state"] == "running", state
    finally:
        port.stop()


def test_a_kept_registry_knows_a_port_only_while_it_is_there(runtime, tmp_path):
    (tmp_path / "registry").mkdir()
    for flags, count in ((["--serial", "pty"], 1), ([], 0), (["--serial", "pty", "--serial", "pty"], 2)):
        vm = Vm(runtime, "--registry", tmp_path / "registry", *flags)
        assert len(find(vm, r"ROOT\SERIAL")) == count
        assert all(node["state"] == "Started" for node in find(vm, r"ROOT\SERIAL"))
        vm.stop()


@pytest.mark.parametrize("flags,sentence", [(["tcp"], "is no serial port"), (["a b=pty"], "a name is up to 32"), (["x=pty", "x=pty"], "two ports are named"),
                                            (["pty"] * 3, "at most 2 serial ports")])
def test_what_is_no_port_is_refused(runtime, flags, sentence):
    words = [word for flag in flags for word in ("--serial", flag)]
    started = rsl("start", "--vm", "never", *words, env={"XDG_RUNTIME_DIR": str(runtime)})
    assert started.code != 0 and sentence in started.err, started
