# SPDX-License-Identifier: GPL-2.0-only
"""Serial ports of a VM as terminals of the host: bytes, timeouts, cancelling, events. The test is the peer."""
import os
import struct
import threading
import time

from conftest import DRIVERS, Vm, refused
from librsl import CANCELLED, OP_IOCTL
from serial_line import (ACCESS_DENIED, ALL_BYTES, CLEAR_STATS, COMM_STATUS, COUNTER_TIMEOUT, GET_MASK, IMMEDIATE, INVALID_PARAMETER,
                         MAX, MORE_WRITES, PURGE, RX80FULL, RXCHAR, RXFLAG, RX_ABORT, RX_CLEAR, SET_CHARS, SET_MASK, SET_XOFF, SET_XON,
                         STATS, SUCCESS, TIMEOUT, TXEMPTY, TX_ABORT, TX_CLEAR, WAIT, XOFF_COUNTER, Peer, Port, port)  # noqa: F401


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
    """The peer does not read: its terminal, the socket and the device fill up, and in the end there is no room for a byte."""
    port.timeouts(0, 0, 0, 0, 200)
    for _ in range(100):
        state = port.begin_write(b"w" * 60_000)
        status, _data = port.finish(state)
        assert (status, state["information"]) == (SUCCESS, 60_000) or status == TIMEOUT and state["information"] < 60_000
        if status == TIMEOUT and state["information"] == 0:
            break
    assert (status, state["information"]) == (TIMEOUT, 0)
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
