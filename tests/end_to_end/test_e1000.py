# SPDX-License-Identifier: GPL-2.0-only
"""The e1000 sample on QEMU's 82540EM (a line) and 82574L (messages): frames between a driver above it and a TAP interface."""
import os
import re
import struct
import time

import pytest

from conftest import SAMPLES, Vm
from tap_end import Namespace, TapEnd, make_tap
from test_network import (CONNECTED, DISCONNECTED, NDIS_STATUS_INVALID_LENGTH, NDIS_STATUS_NOT_SUPPORTED, OID_802_3_CURRENT_ADDRESS,
                          OID_802_3_MULTICAST_LIST, OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_VENDOR_DESCRIPTION, Probe, frame_of,
                          load_probe)
from test_pnp import find

DIRECTED, MULTICAST, ALL_MULTICAST, BROADCAST, PROMISCUOUS = 1, 2, 4, 8, 0x20
OID_GEN_STATISTICS = 0x00020106
NDIS_STATUS_MULTICAST_FULL = 0xC0010009
MAC, FAR, EVERYBODY = bytes.fromhex("525400123456"), bytes.fromhex("02ff00000001"), b"\xff" * 6
HARDWARE = {"e1000": "VEN_8086&DEV_100E", "e1000e": "VEN_8086&DEV_10D3"}
VENDOR = {"e1000": b"Intel 82540EM\0", "e1000e": b"Intel 82574L\0"}

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces and TAP interfaces take root")


class Bench:
    """A VM with one adapter, its driver, and the TAP at the other end of the cable."""

    def __init__(self, runtime, processors, profile, device, inf=SAMPLES / "e1000.inf"):
        self.device, self.namespace = device, Namespace()
        with self.namespace:
            make_tap("far")
            self.tap = TapEnd("far")
            self.vm = Vm(runtime, "--smp", processors, "--profile", profile, "--device", f"{device},tap=far")
        try:
            installed = self.vm("driver", "install", inf)
            assert installed.code == 0, installed
            assert self.node()["state"] == "Started", self.node()
        except BaseException:
            self.close()
            raise

    def node(self):
        found, = find(self.vm, HARDWARE[self.device])
        return found

    def close(self):
        self.vm.stop()
        self.tap.close()
        self.namespace.close()


@pytest.fixture(params=list(HARDWARE))
def bench(request, runtime, processors, profile):
    made = Bench(runtime, processors, profile, request.param)
    yield made
    made.close()


def bound(client, filter_bits=DIRECTED | BROADCAST):
    probe = Probe(client)
    adapter, = probe.adapters()
    probe.bind(adapter.index)
    assert probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", filter_bits)) == 0
    return probe


def padded(frame):
    return frame.ljust(60, b"\0")


def exchange(bench, probe, payload):
    down = frame_of(FAR, MAC, payload)
    assert probe.send(down) == 0
    assert padded(bench.tap.receive()) == padded(down)
    up = frame_of(MAC, FAR, payload[::-1])
    bench.tap.send(up)
    assert padded(probe.receive()) == padded(up)


def test_frames_of_every_size_pass_both_ways(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        adapter, = probe.adapters()
        assert (adapter.service, adapter.permanent, adapter.current, adapter.mtu) == ("e1000", MAC, MAC, 1500)
        assert adapter.link == CONNECTED and adapter.sends_at == 1_000_000_000
        assert probe.query(OID_GEN_VENDOR_DESCRIPTION) == (0, VENDOR[bench.device])
        for size in [1, 2, 45, 46, 47, 512, 1499, 1500] + [os.urandom(1)[0] * 5 + 46 for _ in range(20)]:
            exchange(bench, probe, os.urandom(size))
        for _ in range(600):  # more than twice around both rings
            exchange(bench, probe, os.urandom(100))
        assert probe.send(frame_of(FAR, MAC, bytes(1501))) == NDIS_STATUS_INVALID_LENGTH
        probe.close()


def test_a_burst_comes_up_in_order(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        for _ in range(10):
            frames = [frame_of(MAC, FAR, struct.pack("<I", number) + bytes(96)) for number in range(50)]  # the probe keeps 64
            for frame in frames:
                bench.tap.send(frame)
            assert [probe.receive() for _ in frames] == frames
        probe.close()


def test_filters_let_through_what_they_name(bench):
    group, other, stranger = (bytes.fromhex(a) for a in ("01005e000001", "01005e7f1234", "020000000009"))

    def arrives(destination):
        bench.tap.send(frame_of(destination, FAR, os.urandom(60)))
        mark = frame_of(MAC, FAR, os.urandom(60))
        bench.tap.send(mark)  # is always let through, and comes behind
        first = probe.receive()
        if first == mark:
            return False
        assert first[:6] == destination and probe.receive() == mark
        return True

    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client, DIRECTED)
        assert [arrives(a) for a in (EVERYBODY, group, other, stranger)] == [False] * 4
        probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", DIRECTED | BROADCAST | MULTICAST))
        assert probe.set(OID_802_3_MULTICAST_LIST, group) == 0
        assert probe.query(OID_802_3_MULTICAST_LIST) == (0, group)
        assert [arrives(a) for a in (EVERYBODY, group, other, stranger)] == [True, True, False, False]
        probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", DIRECTED | ALL_MULTICAST))
        assert [arrives(a) for a in (group, other, stranger)] == [True, True, False]
        probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", PROMISCUOUS | DIRECTED))
        assert [arrives(a) for a in (EVERYBODY, group, other, stranger)] == [True] * 4
        assert probe.set(OID_802_3_MULTICAST_LIST, bytes(33 * 6)) == NDIS_STATUS_MULTICAST_FULL
        assert probe.set(OID_802_3_MULTICAST_LIST, bytes(5)) == NDIS_STATUS_INVALID_LENGTH
        assert probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 0x40000000)) == NDIS_STATUS_NOT_SUPPORTED
        probe.close()


def test_statistics_count_frames_and_bytes(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        for _ in range(3):
            exchange(bench, probe, os.urandom(86))
        assert probe.send(frame_of(EVERYBODY, MAC, bytes(186))) == 0
        status, answer = probe.query(OID_GEN_STATISTICS, room=512)
        assert status == 0 and len(answer) == 0x98
        (in_discards, in_errors, in_bytes, in_unicast, _, in_broadcast, out_bytes, out_unicast, _, out_broadcast, out_errors,
         _) = struct.unpack_from("<12Q", answer, 8)
        assert (in_discards, in_errors, in_bytes, in_unicast, in_broadcast) == (0, 0, 300, 3, 0)
        assert (out_bytes, out_unicast, out_broadcast, out_errors) == (500, 3, 1, 0)
        assert probe.query(OID_802_3_CURRENT_ADDRESS) == (0, MAC)
        probe.close()


def wait_for_link(probe, state):
    end = time.monotonic() + 10
    while probe.adapters()[0].link != state:
        assert time.monotonic() < end, f"link state {state} never came"
        time.sleep(0.02)


def test_a_pulled_cable_is_seen_and_frames_pass_when_it_is_back(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        for _ in range(3):
            pulled = bench.vm("device", "link", "0", "down")
            assert pulled.code == 0, pulled
            wait_for_link(probe, DISCONNECTED)
            assert probe.events()[1] == DISCONNECTED  # an indication, not only a state
            assert bench.vm("device", "link", "0", "up").code == 0
            wait_for_link(probe, CONNECTED)
            assert probe.events()[1] == CONNECTED
            exchange(bench, probe, os.urandom(300))
        assert bench.vm("device", "link", "0", "down").code == 0
        wait_for_link(probe, DISCONNECTED)
        assert bench.vm("device", "restart", bench.node()["id"]).code == 0
        assert probe.adapters()[0].link == DISCONNECTED  # a driver that starts sees it too
        probe.close()
    for arguments, words in ((("1", "down"), "has no network adapter 1"), (("0", "sideways"), "up or down")):
        refused = bench.vm("device", "link", *arguments)
        assert refused.code != 0 and words in refused.err, refused


def test_the_adapter_goes_up_and_down_and_leaves_nothing(bench):
    with bench.vm.client() as client:
        load_probe(client)
        for _ in range(10):
            probe = bound(client)
            exchange(bench, probe, os.urandom(200))
            assert bench.vm("device", "restart", bench.node()["id"]).code == 0
            assert probe.events()[2:] == (1, 1)
            probe.close()
        assert bench.vm("device", "disable", bench.node()["id"]).code == 0
        probe = Probe(client)
        assert probe.adapters() == []
        probe.close()
        client.unload("ndis_probe")
    assert "e1000" not in bench.vm("driver", "list").out.split()
    assert not re.search("left|leak", bench.vm("log").out), bench.vm("log").out


def test_a_tap_that_is_in_use_is_named(bench):
    with bench.namespace:
        refused = bench.vm.rsl("start", "--vm", bench.vm.name + "-two", "--device", "e1000,tap=far")
    assert refused.code != 0 and "the TAP interface far is in use" in refused.err, refused
