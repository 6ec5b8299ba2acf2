# SPDX-License-Identifier: GPL-2.0-only
"""NDIS 5.1 miniports end to end: drivers/ndis5_loopback, built against mingw-w64's NDIS 5 header, deserialized and serialized;
drivers/ndis5_e1000 on QEMU's 82540EM."""
import os
import re
import shutil
import struct

import pytest

from conftest import DRIVERS as TEST_DRIVERS
from test_e1000 import MAC, Bench, bound, exchange, wait_for_link
from test_net import namespaces, ping, send_tcp, status  # noqa: F401 (a fixture)
from waiting import until
from test_net_e1000 import A, B, Cabled, ends  # noqa: F401 (a fixture)
from test_network import (CONNECTED, DISCONNECTED, NDIS_STATUS_INVALID_LENGTH, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_PAUSED,
                          DEVICE_NOT_READY, INVALID_DEVICE_STATE, OID_802_3_CURRENT_ADDRESS, OID_802_3_MULTICAST_LIST,
                          OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_VENDOR_DESCRIPTION, SOURCES, Probe, Sender, frame_of, load_probe)
from test_network_layers import FRAME, MODIFY, PASS, Filter, Protocol, inverted
from test_pnp import find

ADDRESSES = [bytes.fromhex("0252534c5a01"), bytes.fromhex("0252534c5a02")]  # the INF's FifthByte
COUNTS = ("initialized", "halted", "sent", "pended", "refused", "returned", "scarce", "transferred", "timers", "violations",
          "wrong_irql", "lost", "speed", "resets")
COUNT_REQUEST = 0x222000
OID_HANG = 0xFF525301  # set: the next check for hang says yes
LOOKAHEAD = 32  # what the serialized driver shows behind the header


@pytest.fixture(params=["loopback", "serialized"])
def pair(request, vm, tmp_path):
    """A pair of adapters, and what loads the probe above them."""
    name = f"ndis5_{request.param}"
    install(vm, name, tmp_path)
    with vm.client() as client:
        load_probe(client)
        yield Pair(vm, client, name)
        client.unload("ndis_probe")


def inf_of(name, folder):
    """The driver's INF, with the driver beside it."""
    shutil.copy(TEST_DRIVERS / f"{name}.sys", folder / f"{name}.sys")
    inf, = SOURCES.glob(f"ndis5_*/{name}.inf")
    return shutil.copy(inf, folder / inf.name)


def install(vm, name, folder):
    installed = vm("driver", "install", inf_of(name, folder))
    assert installed.code == 0, installed
    assert vm("device", "add", rf"root\{name}").code == 0
    devices = find(vm, name.upper())
    assert [(d["state"], d["problem"]) for d in devices] == [("Started", 0)] * 2, devices


class Pair:
    def __init__(self, vm, client, name):
        self.vm, self.client, self.name, self.serialized = vm, client, name, name == "ndis5_serialized"
        self.devices = [device["id"] for device in find(vm, name.upper())]

    def bind(self):
        probes = [Probe(self.client), Probe(self.client)]
        for probe, adapter in zip(probes, probes[0].adapters()):
            probe.bind(adapter.index)
        return probes

    def counts(self):
        """What the driver has counted, by its control device; nothing may have gone wrong."""
        handle = self.client.open("\\\\.\\Ndis5" + ("Serialized" if self.serialized else "Loopback"))
        counts = dict(zip(COUNTS, struct.unpack(f"<{len(COUNTS)}i", self.client.ioctl(handle, COUNT_REQUEST, b"", 4 * len(COUNTS)))))
        self.client.close_handle(handle)
        assert (counts["violations"], counts["wrong_irql"]) == (0, 0), counts
        return counts

    def remove(self):
        for device in self.devices:
            assert self.vm("device", "remove", device).code == 0


def memory_of_ndis(vm):
    """Allocations of ndis.sys, and their bytes."""
    found, = (tag for tag in vm("inspect", "kernel/mm/pool", "--json").json if tag["tag"] == "RNsd")
    return found["allocations"], found["bytes"]


def close(probes):
    for probe in probes:
        probe.close()


def test_an_adapter_is_what_its_driver_says(pair):
    probe = Probe(pair.client)
    left, right = probe.adapters()
    assert [left.current, right.current] == [left.permanent, right.permanent] == ADDRESSES
    assert (left.service, left.mtu) == (pair.name, 1500)
    assert until(lambda: [adapter.link for adapter in probe.adapters()] == [CONNECTED, CONNECTED])
    # The driver knows the INF's speed only of a link that is up.
    assert until(lambda: [adapter.sends_at for adapter in probe.adapters()] == [10**8, 10**8])
    assert pair.counts()["initialized"] == 2
    probe.close()


def test_frames_cross_the_pair_both_ways(pair):
    probes = pair.bind()
    long = 0
    for count in range(1, 41):  # more than is sent at once, refused once, completed later, received as scarce
        payload = bytes(range(256)) * 5 + b"y" * 220 if count % 2 else b"x" * (count % 47)
        frame = frame_of(ADDRESSES[1], ADDRESSES[0], payload)
        assert probes[0].send(frame) == 0 and probes[1].receive() == frame, count
        long += 2 * (len(payload) > LOOKAHEAD)
        back = frame_of(ADDRESSES[0], ADDRESSES[1], payload[::-1])
        assert probes[1].send(back) == 0 and probes[0].receive() == back, count
    left, right = probes[0].adapters()
    assert (left.frames_sent, right.frames_received, left.send_errors, right.discards) == (40, 40, 0, 0)
    assert left.bytes_sent == right.bytes_received
    counts = pair.counts()
    assert counts["sent"] == 80 and counts["pended"] == 5, counts
    if pair.serialized:
        assert counts["refused"] > 0 and counts["transferred"] == long, counts
    else:
        assert counts["returned"] == 80 and counts["lost"] == 0, counts
    close(probes)


def test_a_frame_that_the_driver_refuses_fails(pair):
    probes = pair.bind()
    assert probes[0].send(b"z" * 1515) == NDIS_STATUS_INVALID_LENGTH
    assert probes[1].receive(timeout_ms=0) == b""
    assert probes[0].adapters()[0].send_errors == 1
    close(probes)


def test_requests_are_answered_at_once_and_later(pair):
    probes = pair.bind()
    assert probes[0].query(OID_GEN_VENDOR_DESCRIPTION) == (0, b"RSL NDIS 5 pair\0")
    assert probes[0].query(OID_802_3_CURRENT_ADDRESS) == (0, ADDRESSES[0])
    assert probes[0].set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 9)) == 0
    assert probes[0].query(OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", 9))
    assert probes[0].set(OID_802_3_MULTICAST_LIST, bytes(12)) == 0  # completed by a timer
    assert probes[0].set(OID_802_3_MULTICAST_LIST, bytes(5)) == NDIS_STATUS_INVALID_LENGTH
    assert probes[0].query(0x00FFFFFF)[0] == NDIS_STATUS_NOT_SUPPORTED
    pair.counts()
    close(probes)


def test_an_adapter_that_hangs_is_reset_and_gets_its_filter_back(pair):
    probes = pair.bind()
    assert probes[0].set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 9)) == 0
    assert probes[0].set(OID_HANG, bytes(4)) == 0
    assert until(lambda: pair.counts()["resets"] == 1)
    assert until(lambda: probes[0].query(OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", 9)))
    frame = frame_of(ADDRESSES[1], ADDRESSES[0], b"after the reset")
    assert probes[0].send(frame) == 0 and probes[1].receive() == frame
    close(probes)


def test_a_link_goes_and_comes_with_the_peer(pair):
    probes = pair.bind()
    assert pair.vm("device", "disable", pair.devices[0]).code == 0
    assert probes[0].events()[2:] == (1, 1)  # stopping, then unbound
    assert until(lambda: probes[1].events()[1] == DISCONNECTED)
    assert probes[1].adapters()[0].link == DISCONNECTED
    assert pair.vm("device", "enable", pair.devices[0]).code == 0
    assert until(lambda: probes[1].events()[1] == CONNECTED)
    probes[0].bind(probes[0].adapters()[-1].index)
    frame = frame_of(b"\xff" * 6, bytes(6), b"again")
    assert probes[0].send(frame) == 0 and probes[1].receive() == frame
    close(probes)


def test_an_adapter_comes_and_goes_fifty_times(pair):
    before = memory_of_ndis(pair.vm)
    for _ in range(50):
        assert pair.vm("device", "disable", pair.devices[0]).code == 0
        assert pair.vm("device", "enable", pair.devices[0]).code == 0
    assert memory_of_ndis(pair.vm) == before
    probes = pair.bind()
    frame = frame_of(ADDRESSES[1], ADDRESSES[0], b"still here")
    assert probes[0].send(frame) == 0 and probes[1].receive() == frame
    counts = pair.counts()
    assert (counts["initialized"], counts["halted"]) == (52, 50), counts
    close(probes)


@pytest.mark.parametrize("verb", ["disable", "remove"])
def test_an_adapter_goes_while_frames_pass(pair, verb):
    probe = Probe(pair.client)
    goes, stays = senders = [Sender(pair.vm, adapter.index) for adapter in probe.adapters()]
    for sender in senders:
        sender.start()
    while min(sender.passed for sender in senders) < 50:
        assert all(sender.is_alive() for sender in senders)
        stays.enough.wait(0.01)
    assert pair.vm("device", verb, pair.devices[0]).code == 0
    goes.join(30)
    assert goes.refused in (DEVICE_NOT_READY, INVALID_DEVICE_STATE), hex(goes.refused or 0)
    assert goes.results <= {0, NDIS_STATUS_PAUSED}, goes.results
    assert stays.is_alive() and stays.refused is None
    for sender in senders:
        sender.finish()
    pair.counts()
    probe.close()


def test_filters_and_protocols_stand_above_it_as_above_others(pair):
    protocol, layer = Protocol(pair.client), Filter(pair.client)
    probes = pair.bind()
    for _ in range(20):
        assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == probes[1].receive() == FRAME
        assert probes[1].send(FRAME) == 0 and protocol.receive(0) == probes[0].receive() == FRAME
    layer.mode(0, MODIFY)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == probes[1].receive() == inverted(FRAME)
    layer.mode(0, PASS)
    assert protocol.query(0, OID_GEN_VENDOR_DESCRIPTION) == (0, b"RSL NDIS 5 pair\0")
    assert pair.vm("device", "restart", pair.devices[0]).code == 0
    assert until(lambda: probes[1].events()[1] == CONNECTED and protocol.state(1)["link"] == CONNECTED)
    assert protocol.send(1, FRAME) == 0 and protocol.receive(0) == FRAME
    for _ in range(5):  # the miniport's pause and restart
        layer.unload()
        layer = Filter(pair.client)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME
    pair.counts()
    close(probes)
    protocol.unload()
    layer.unload()


@pytest.mark.parametrize("name", ["ndis5_loopback", "ndis5_serialized"])
def test_a_driver_is_clean_under_driver_verifier(vm, name, tmp_path):
    assert vm("driver", "verify", name).code == 0
    install(vm, name, tmp_path)
    with vm.client() as client:
        load_probe(client)
        pair = Pair(vm, client, name)
        probes = pair.bind()
        for count in range(40):
            frame = frame_of(ADDRESSES[1], ADDRESSES[0], os.urandom(100 + count))
            assert probes[0].send(frame) == 0 and probes[1].receive() == frame
        close(probes)
        for _ in range(5):
            assert vm("device", "restart", pair.devices[0]).code == 0
        pair.counts()
        pair.remove()
        unloaded = vm("driver", "unload", name)
        assert unloaded.code == 0 and "left" not in unloaded.out, unloaded
        client.unload("ndis_probe")


def test_the_driver_is_unloaded_and_leaves_nothing_behind(pair):
    probes = pair.bind()
    frame = frame_of(ADDRESSES[1], ADDRESSES[0], b"before the end")
    assert probes[0].send(frame) == 0 and probes[1].receive() == frame
    close(probes)
    pair.remove()
    assert find(pair.vm, pair.name.upper()) == []
    unloaded = pair.vm("driver", "unload", pair.name)  # its control device has kept it
    assert unloaded.code == 0 and "left" not in unloaded.out, unloaded
    assert pair.name not in pair.vm("driver", "list").out.split()
    log = pair.vm("log").out
    assert "ndis5: unloaded, 2 initialized, 2 halted" in log, log
    assert not re.search("left|leak|ndis: a pool", log), log


def test_linux_reaches_linux_through_the_driver(pair, namespaces):  # noqa: F811
    for namespace, device, address in zip(namespaces, pair.devices, ("10.77.0.1", "10.77.0.2")):
        made = namespace.up(pair.vm, device)
        assert made.code == 0, made
        namespace.address("rsl0", address)
        assert until(lambda: namespace.carrier("rsl0"))  # noqa: B023
    left, right = namespaces
    assert ping(left, "-c", "50", "-i", "0.01", "10.77.0.2") == (50, 50)
    assert ping(left, "-c", "3", "-i", "0.1", "-s", "1472", "-M", "do", "10.77.0.2") == (3, 3)
    send_tcp(left, right, "10.77.0.2", 1 << 20)
    send_tcp(right, left, "10.77.0.1", 1 << 20)
    counts = pair.counts()
    assert counts["pended"] > 50, counts
    assert [bridge["driver"] for bridge in status(pair.vm)] == [{}, {}]  # its driver counts nothing, and does not say 0
    for device in pair.devices:
        assert pair.vm.rsl("net", "down", device).code == 0


# ---- An interrupt line, shared memory, scatter/gather lists


@pytest.fixture(params=["micro", "q35"])
def bench(request, runtime, processors, tmp_path):
    made = Bench(runtime, processors, request.param, "e1000", inf_of("ndis5_e1000", tmp_path))
    yield made
    made.close()


def test_frames_of_every_size_pass_a_network_card(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        adapter, = probe.adapters()
        assert (adapter.service, adapter.permanent, adapter.current, adapter.mtu) == ("ndis5_e1000", MAC, MAC, 1500)
        assert adapter.link == CONNECTED and adapter.sends_at == 10**9
        for size in [1, 2, 45, 46, 47, 512, 1499, 1500] + [os.urandom(1)[0] * 5 + 46 for _ in range(20)]:
            exchange(bench, probe, os.urandom(size))
        for _ in range(200):  # more than twice around both rings
            exchange(bench, probe, os.urandom(100))
        assert probe.send(frame_of(b"\xff" * 6, MAC, bytes(1501))) == NDIS_STATUS_INVALID_LENGTH
        probe.close()


def test_a_burst_comes_up_in_order(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        for _ in range(10):
            frames = [frame_of(MAC, b"\2" * 6, struct.pack("<I", number) + bytes(96)) for number in range(50)]
            for frame in frames:
                bench.tap.send(frame)
            assert [probe.receive() for _ in frames] == frames
        probe.close()


def test_a_pulled_cable_is_seen(bench):
    with bench.vm.client() as client:
        load_probe(client)
        probe = bound(client)
        for _ in range(3):
            assert bench.vm("device", "link", "0", "down").code == 0
            wait_for_link(probe, DISCONNECTED)
            assert probe.events()[1] == DISCONNECTED
            assert bench.vm("device", "link", "0", "up").code == 0
            wait_for_link(probe, CONNECTED)
            exchange(bench, probe, os.urandom(300))
        probe.close()


def test_a_network_card_goes_up_and_down_and_leaves_nothing(bench):
    with bench.vm.client() as client:
        load_probe(client)
        for _ in range(10):
            probe = bound(client)
            exchange(bench, probe, os.urandom(200))
            assert bench.vm("device", "restart", bench.node()["id"]).code == 0
            assert probe.events()[2:] == (1, 1)
            probe.close()
        assert bench.vm("device", "disable", bench.node()["id"]).code == 0
        client.unload("ndis_probe")
    assert "ndis5_e1000" not in bench.vm("driver", "list").out.split()
    assert not re.search("left|leak|ndis: a pool", bench.vm("log").out), bench.vm("log").out


def test_linux_reaches_linux_through_a_network_card(runtime, processors, ends, tmp_path):  # noqa: F811
    a, b = ends
    options = ("--smp", processors, "--device", "e1000,tap=cable")
    cabled = Cabled(runtime, a, b, options, "ndis5_e1000", inf_of("ndis5_e1000", tmp_path))
    try:
        flood = a("ping", "-q", "-f", "-W", "10", "-c", "2000", B, timeout=600)
        assert "2000 packets transmitted, 2000 received" in flood.out, flood
        bridge, = status(cabled.vm)
        assert bridge["tx_drops"] == bridge["rx_drops"] == 0, bridge
        driver = bridge["driver"]  # asked number by number: such drivers have no other way
        assert driver.keys() == {"sent_frames", "send_errors", "received_frames"} and driver["send_errors"] == 0, driver
        assert 2000 <= driver["received_frames"] <= bridge["rx_frames"] + 100, bridge
        assert 2000 <= driver["sent_frames"] <= bridge["tx_frames"], bridge
        send_tcp(a, b, B, 5 << 20)
        send_tcp(b, a, A, 5 << 20)
    finally:
        cabled.stop()
