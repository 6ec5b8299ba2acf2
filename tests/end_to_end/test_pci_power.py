# SPDX-License-Identifier: GPL-2.0-only
"""Power of PCI functions: a test driver moves QEMU's network adapters between D0 and D3. e1000e has the power management capability, e1000
has not. QEMU's functions keep their registers in D3, so the driver overwrites what a real one would forget."""
import pathlib
import shutil
import struct
import time

import pytest

from conftest import DRIVERS, Vm
from test_pnp import find

SOURCES = pathlib.Path(__file__).parent / "drivers"
ID = {"e1000e": "VEN_8086&DEV_10D3", "e1000": "VEN_8086&DEV_100E"}
QUERY_POWER, SET_POWER = 3, 2
D0, D1, D3 = 1, 2, 4
STATUS_NOT_SUPPORTED = 0xC00000BB
COMMAND, FIRST_BAR, CAPABILITIES = 4, 0x10, 0x34
POWER_MANAGEMENT, MSIX = 1, 0x11
REG_STATUS, REG_ICS, REG_IMS, REG_IVAR, REG_RAL = 0x08, 0xC8, 0xD0, 0xE4, 0x5400
LINK_CHANGE, OTHER = 0x4, 0x1000000


def folder_of_the_driver(tmp_path):
    for name in (SOURCES / "pci_power.inf", DRIVERS / "pci_power.sys"):
        shutil.copy(name, tmp_path)
    return tmp_path / "pci_power.inf"


class Bench:
    def __init__(self, runtime, processors, profile, device, inf):
        self.device = device
        self.vm = Vm(runtime, "--smp", processors, "--profile", profile, "--device", device)
        try:
            installed = self.vm("driver", "install", inf)
            assert installed.code == 0, installed
            assert self.node()["state"] == "Started", self.node()
            self.open()
        except BaseException:
            self.vm.stop()
            raise

    def node(self):
        found, = find(self.vm, ID[self.device])
        return found

    def open(self):
        self.client = self.vm.client().__enter__()
        self.handle = self.client.open(r"\\.\PciPower")

    def close_device(self):
        self.client.close_handle(self.handle)
        self.client.__exit__(None, None, None)

    def call(self, code, *values, out=4):
        return self.client.ioctl(self.handle, code, struct.pack(f"<{len(values)}I", *values), out)

    def report(self):
        names = ("d1", "d2", "state_in_sleep", "d3_latency", "interrupts", "message_count", "device_state")
        return dict(zip(names, struct.unpack("<7I", self.call(0x222000, out=28))))

    def power(self, minor, state):
        return struct.unpack("<I", self.call(0x222004, minor, state))[0]

    def config(self, offset):
        return struct.unpack("<I", self.call(0x222008, offset))[0]

    def write_config(self, offset, value, size=4):
        self.call(0x22200C, offset, value, size, out=0)

    def register(self, offset):
        return struct.unpack("<I", self.call(0x222010, offset))[0]

    def write_register(self, offset, value):
        self.call(0x222014, offset, value, out=0)

    def capability(self, wanted):
        at = self.config(CAPABILITIES) & 0xFF
        while at:
            header = self.config(at)
            if header & 0xFF == wanted:
                return at
            at = header >> 8 & 0xFF
        return 0

    def state(self):
        return self.config(self.capability(POWER_MANAGEMENT) + 4) & 3

    def interrupt(self):
        """Makes the device interrupt; does it, within five seconds?"""
        before = self.report()["interrupts"]
        if self.device == "e1000e":
            self.write_register(REG_IVAR, 8 << 16)  # "other" causes: message 0
            self.write_register(REG_IMS, LINK_CHANGE | OTHER)
            self.write_register(REG_ICS, LINK_CHANGE | OTHER)
        else:
            self.write_register(REG_IMS, LINK_CHANGE)
            self.write_register(REG_ICS, LINK_CHANGE)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if self.report()["interrupts"] > before:
                return True
        return False


@pytest.fixture
def bench(request, runtime, processors, profile, tmp_path):
    made = Bench(runtime, processors, profile, request.param, folder_of_the_driver(tmp_path))
    yield made
    made.vm.stop()


with_capability = pytest.mark.parametrize("bench", ["e1000e"], indirect=True)
without_capability = pytest.mark.parametrize("bench", ["e1000"], indirect=True)


@with_capability
def test_capabilities_are_those_of_the_function(bench):
    abilities = bench.config(bench.capability(POWER_MANAGEMENT)) >> 16
    report = bench.report()
    assert (report["d1"], report["d2"]) == (abilities >> 9 & 1, abilities >> 10 & 1)
    assert (report["state_in_sleep"], report["d3_latency"]) == (D3, 100), report


@with_capability
def test_a_function_sleeps_and_wakes(bench):
    address = bench.register(REG_RAL)
    assert bench.state() == 0 and address != 0 and bench.interrupt()
    for _ in range(3):
        assert bench.power(QUERY_POWER, D3) == 0
        assert bench.power(SET_POWER, D3) == 0
        assert bench.state() == 3 and bench.report()["device_state"] == D3
        assert bench.power(SET_POWER, D0) == 0
        assert bench.state() == 0 and bench.report()["device_state"] == D0
        assert bench.register(REG_RAL) == address
        assert bench.interrupt()


@with_capability
def test_what_a_function_forgets_is_restored(bench):
    bars = range(FIRST_BAR, FIRST_BAR + 24, 4)
    before = [bench.config(bar) for bar in bars]
    command = bench.config(COMMAND) & 0xFFFF
    address, messages = bench.register(REG_RAL), bench.report()["message_count"]
    assert command & 6 == 6 and messages > 0
    assert bench.power(SET_POWER, D3) == 0
    bench.call(0x222018, out=0)  # the table of messages
    bench.write_config(COMMAND, 0, 2)
    for bar in bars:
        bench.write_config(bar, 0)
    assert bench.config(FIRST_BAR) & ~0xF == 0
    assert bench.power(SET_POWER, D0) == 0
    assert [bench.config(bar) for bar in bars] == before
    assert bench.config(COMMAND) & 0xFFFF == command
    assert bench.config(bench.capability(MSIX)) >> 31 == 1
    assert bench.register(REG_RAL) == address
    assert bench.interrupt()


@with_capability
def test_states_that_it_has_not_are_refused(bench):
    assert bench.report()["d1"] == 0
    assert bench.power(QUERY_POWER, D1) == STATUS_NOT_SUPPORTED
    assert bench.power(SET_POWER, D1) == STATUS_NOT_SUPPORTED
    assert bench.state() == 0 and bench.register(REG_RAL) != 0


@with_capability
def test_a_device_that_starts_is_awake(bench):
    path, address = bench.node()["id"], bench.register(REG_RAL)
    bench.write_config(bench.capability(POWER_MANAGEMENT) + 4, 3, 2)  # behind the bus driver's back
    assert bench.state() == 3
    bench.close_device()
    for verb in ("disable", "enable"):
        done = bench.vm("device", verb, path)
        assert done.code == 0, done
    bench.open()
    assert bench.state() == 0 and bench.register(REG_RAL) == address and bench.interrupt()


@with_capability
def test_it_may_be_removed_asleep(bench):
    path = bench.node()["id"]
    assert bench.power(SET_POWER, D3) == 0
    bench.close_device()
    for verb in ("disable", "enable"):
        done = bench.vm("device", verb, path)
        assert done.code == 0, done
    bench.open()
    assert bench.state() == 0 and bench.register(REG_RAL) != 0 and bench.interrupt()


@without_capability
def test_a_function_without_the_capability_stays_awake(bench):
    address = bench.register(REG_RAL)
    assert bench.capability(POWER_MANAGEMENT) == 0 and bench.report()["d3_latency"] == 0
    assert bench.power(SET_POWER, D3) == 0
    assert bench.report()["device_state"] == D3
    assert bench.register(REG_RAL) == address
    assert bench.power(SET_POWER, D0) == 0
    assert bench.register(REG_RAL) == address and bench.interrupt()
