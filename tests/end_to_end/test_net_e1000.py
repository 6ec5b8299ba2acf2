# SPDX-License-Identifier: GPL-2.0-only
"""A Windows driver for real hardware carries Linux' traffic: A has the interface that `rsl net up` makes of QEMU's network
adapter, B the other end of the adapter's cable. No other way leads from A to B."""
import contextlib
import ctypes
import os

import pytest

from conftest import SAMPLES, Vm
from tap_end import CLONE_NEWNET
from test_net import namespaces, ping, send_tcp, status, until  # noqa: F401 (a fixture)

LIBC = ctypes.CDLL(None, use_errno=True)
A, B = "10.78.0.1", "10.78.0.2"


@contextlib.contextmanager
def inside(namespace):
    """This thread, and what it starts."""
    outside = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    there = os.open(f"/run/netns/{namespace.name}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        assert LIBC.setns(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        yield
    finally:
        assert LIBC.setns(outside, CLONE_NEWNET) == 0
        os.close(there)
        os.close(outside)


@pytest.fixture(params=["e1000-micro", "e1000-q35", "e1000e-micro", "e1000e-q35"])
def cabled(request, runtime, processors, namespaces):  # noqa: F811
    device, profile = request.param.split("-")
    a, b = namespaces
    assert b("ip", "tuntap", "add", "dev", "cable", "mode", "tap").code == 0
    b.address("cable", B)
    assert b("ip", "link", "set", "cable", "up").code == 0
    with inside(b):
        vm = Vm(runtime, "--smp", processors, "--profile", profile, "--device", f"{device},tap=cable")
    try:
        installed = vm("driver", "install", SAMPLES / "e1000.inf")
        assert installed.code == 0, installed
        made = a.up(vm, "e1000")
        assert made.code == 0, made
        a.address("rsl0", A)
        assert until(lambda: a.carrier("rsl0"))
        assert ping(a, "-c", "1", B) == (1, 1)
        yield vm, a, b
    finally:
        for bridge in status(vm):
            vm.rsl("net", "down", bridge["device"])
        vm.stop()


def test_ten_thousand_pings_pass_and_none_is_lost(cabled):
    vm, a, _ = cabled
    flood = a("ping", "-q", "-f", "-W", "10", "-c", "10000", B, timeout=600)  # a busy machine takes 10 ms for each
    assert "10000 packets transmitted, 10000 received" in flood.out, flood
    assert ping(a, "-c", "3", "-i", "0.1", "-s", "0", B) == (3, 3)
    assert ping(a, "-c", "100", "-i", "0.002", "-s", "1472", "-M", "do", B) == (100, 100)
    assert a("ping", "-c", "1", "-s", "1473", "-M", "do", B).code != 0
    bridge, = status(vm)
    assert bridge["service"] == "e1000" and bridge["tx_drops"] == bridge["rx_drops"] == 0, bridge


def test_a_hundred_megabytes_arrive_whole_each_way(cabled):
    _, a, b = cabled
    send_tcp(a, b, B, 100 << 20)
    send_tcp(b, a, A, 100 << 20)


def test_a_pulled_cable_takes_the_carrier_and_traffic_goes_on_when_it_is_back(cabled):
    vm, a, _ = cabled
    for _ in range(3):
        assert vm("device", "link", "0", "down").code == 0
        assert until(lambda: not a.carrier("rsl0"))
        assert vm("device", "link", "0", "up").code == 0
        assert until(lambda: a.carrier("rsl0"))
        assert ping(a, "-c", "5", "-i", "0.05", B) == (5, 5)
