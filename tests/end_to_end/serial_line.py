# SPDX-License-Identifier: GPL-2.0-only
"""A serial line: a port of a VM, its control codes, and the peer at the other end."""
import json
import os
import select
import struct
import time

import pytest

from conftest import Vm
from librsl import OP_IOCTL, OP_READ, OP_WRITE
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
        return self.client.pend(OP_READ, self.handle, count)

    def begin_write(self, data):
        return self.client.pend(OP_WRITE, self.handle, data=data)

    def begin_ioctl(self, code, data=b"", room=0):
        return self.client.pend(OP_IOCTL, self.handle, room, data, code)

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
