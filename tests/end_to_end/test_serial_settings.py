# SPDX-License-Identifier: GPL-2.0-only
"""A serial port's settings and flow control, and how ports come and go."""
import os
import re
import select
import struct
import threading
import time

import pytest

from conftest import DRIVERS, Vm, refused, rsl
from test_pnp import find
from waiting import until
from serial_line import (BUFFER_TOO_SMALL, CLR_DTR, CLR_RTS, COMM_STATUS, CONFIG_SIZE, DTR_RTS, GET_BAUD, GET_CHARS, GET_LINE,
                         GET_TIMEOUTS, INVALID_DEVICE_REQUEST, INVALID_PARAMETER, MAX, MODEM_CONTROL, MODEM_STATUS, PROPERTIES, RESET,
                         RXCHAR, SET_BAUD, SET_CHARS, SET_DTR, SET_FLOW, SET_LINE, SET_MASK, SET_QUEUE, SET_RTS, SET_TIMEOUTS, STATS,
                         SUCCESS, TIMEOUT, WAIT, Port, port)  # noqa: F401


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
