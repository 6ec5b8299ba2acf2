# SPDX-License-Identifier: GPL-2.0-only
"""Filter and protocol drivers above network adapters: test_drivers/ndis_filter.sys and ndis_protocol.sys above the loopback pair."""
import itertools
import re
import struct
import threading
import time

import pytest

from conftest import DRIVERS, SAMPLES
from librsl import NtError
from test_net import LEFT, bridged, namespaces, ping, send_tcp, status  # noqa: F401: fixtures
from waiting import until
from test_network import CONNECTED, DISCONNECTED, NDIS_STATUS_PAUSED, Probe, frame_of, install_pair
from test_pnp import find

STATE, SEND, RECEIVE, OID = (0x222000 | (0x800 + n) << 2 for n in range(4))  # of the protocol
MODE, FILTER_SEND, INDICATE = SEND, RECEIVE, OID  # of the filter
PASS, DROP, MODIFY, HOLD = range(4)
OID_FILTER, OID_GEN_VENDOR_DESCRIPTION, OID_GEN_CURRENT_PACKET_FILTER = 0xFF010203, 0x0001010D, 0x0001010E
NO_SUCH_DEVICE = 0xC000000E
DIRECTED, BROADCAST, PROMISCUOUS = 1, 8, 0x20


class Layer:
    """A driver's control device; its methods want the slot of an adapter."""

    def __init__(self, client, name):
        self.client, self.name = client, name
        assert client.load(name, (DRIVERS / f"{name}.sys").read_bytes()).missing_imports == 0
        self.handle = client.open("\\\\.\\" + name.title().replace("_", ""))

    def unload(self):
        self.client.close_handle(self.handle)
        self.client.unload(self.name)

    def call(self, code, slot, data=b"", room=0):
        return self.client.ioctl(self.handle, code, struct.pack("<I", slot) + data, room)


class Protocol(Layer):
    FIELDS = ("bound", "running", "restarts", "pauses", "statuses", "link", "resources")

    def __init__(self, client):
        super().__init__(client, "ndis_protocol")

    def state(self, slot):
        data = self.call(STATE, slot, room=28 + 128)
        values = dict(zip(self.FIELDS, struct.unpack("<7I", data[:28])))
        return values | {"name": data[28:].decode("utf-16-le").split("\0")[0]}

    def send(self, slot, frame):
        return struct.unpack("<I", self.call(SEND, slot, frame, 4))[0]

    def receive(self, slot, timeout_ms=5000):
        return self.call(RECEIVE, slot, struct.pack("<I", timeout_ms), 2048)

    def query(self, slot, oid, room=256):
        answer = self.call(OID, slot, struct.pack("<II", 0, oid), room)
        return struct.unpack("<I", answer[:4])[0], answer[4:]

    def set(self, slot, oid, data):
        return struct.unpack("<I", self.call(OID, slot, struct.pack("<II", 1, oid) + data, 4)[:4])[0]


class Filter(Layer):
    FIELDS = ("attached", "running", "restarts", "pauses", "sends", "completes", "receives", "returns", "requests", "statuses")

    def __init__(self, client):
        super().__init__(client, "ndis_filter")

    def state(self, slot):
        return dict(zip(self.FIELDS, struct.unpack("<10I", self.call(STATE, slot, room=40))))

    def mode(self, slot, mode):
        self.call(MODE, slot, struct.pack("<I", mode))


@pytest.fixture
def client(vm):
    with vm.client() as client:
        client.vm = vm
        client.devices = install_pair(vm, client)
        yield client
        client.unload("ndis_probe")


def remove_pair(client):
    for device in client.devices:
        assert client.vm("device", "remove", device).code == 0
    assert find(client.vm, "NDIS_LOOPBACK") == []


def has_left_nothing(vm):
    return not re.search("left|leak", vm("log").out)


def pool_of_ndis(vm):
    """What ndis.sys and the test drivers have of the pool: allocations by tag."""
    tags = ("RNsd", "Prot", "Filt")
    return {entry["tag"]: entry["allocations"] for entry in vm("inspect", "kernel/mm/pool", "--json").json if entry["tag"] in tags}


def inverted(frame):
    return frame[:14] + bytes(byte ^ 0xFF for byte in frame[14:])


FRAME = frame_of(b"\xff" * 6, b"\x02\0\0\0\0\1", bytes(range(100)))


# ---- Protocols


def test_a_protocol_is_bound_to_the_adapters_that_are_there(client):
    probe = Probe(client)
    protocol = Protocol(client)
    for slot, adapter in enumerate(probe.adapters()):
        state = protocol.state(slot)
        assert (state["bound"], state["running"], state["restarts"]) == (1, 1, 1)
        assert state["name"] == "\\Device\\" + adapter.instance
    with pytest.raises(NtError) as refused:
        protocol.state(2)
    assert refused.value.status == NO_SUCH_DEVICE
    protocol.unload()
    probe.close()
    remove_pair(client)
    assert has_left_nothing(client.vm), client.vm("log").out


def test_a_protocol_sends_to_itself(client):
    protocol = Protocol(client)
    for sender, receiver in ((0, 1), (1, 0)):
        for length in (0, 46, 1486):
            frame = FRAME[:14] + bytes(length)
            assert protocol.send(sender, frame) == 0 and protocol.receive(receiver) == frame
    assert protocol.query(0, OID_GEN_VENDOR_DESCRIPTION) == (0, b"RSL loopback pair\0")
    protocol.unload()


def test_a_protocol_and_our_binding_receive_side_by_side(client):
    protocol = Protocol(client)
    probes = [Probe(client), Probe(client)]
    for probe, adapter in zip(probes, probes[0].adapters()):
        probe.bind(adapter.index)
    assert probes[0].send(FRAME) == 0
    assert protocol.receive(1) == probes[1].receive() == FRAME
    assert protocol.send(1, FRAME) == 0
    assert protocol.receive(0) == probes[0].receive() == FRAME
    assert protocol.state(0)["resources"] == 1  # the last one keeps the frames
    probes[0].unbind()
    assert protocol.send(1, FRAME) == 0 and protocol.receive(0) == FRAME
    assert protocol.state(0)["resources"] == 1
    for probe in probes:
        probe.close()
    protocol.unload()


def test_the_miniport_has_the_packet_filters_of_all(client):
    protocol, probe = Protocol(client), Probe(client)
    probe.bind(probe.adapters()[0].index)
    assert probe.query(OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", DIRECTED | BROADCAST))
    assert probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", PROMISCUOUS)) == 0
    assert probe.query(OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", DIRECTED | BROADCAST | PROMISCUOUS))
    assert protocol.query(0, OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", DIRECTED | BROADCAST))
    protocol.unload()
    assert probe.query(OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", PROMISCUOUS))
    probe.close()


def test_a_protocol_sees_an_adapter_go_and_come(client):
    protocol = Protocol(client)
    assert client.vm("device", "disable", client.devices[0]).code == 0
    with pytest.raises(NtError) as refused:
        protocol.state(0)
    assert refused.value.status == NO_SUCH_DEVICE
    assert protocol.state(1)["link"] == DISCONNECTED
    assert client.vm("device", "enable", client.devices[0]).code == 0
    assert protocol.state(0)["bound"] == 1 and protocol.state(1)["link"] == CONNECTED
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME
    protocol.unload()


# ---- Filters


def test_frames_pass_a_filter_both_ways(client):
    protocol, layer = Protocol(client), Filter(client)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME
    assert protocol.send(1, FRAME) == 0 and protocol.receive(0) == FRAME
    for slot in range(2):
        state = layer.state(slot)
        assert [state[name] for name in ("running", "sends", "completes", "receives", "returns")] == [1] * 5
        state = protocol.state(slot)  # the filter came while it was bound
        assert (state["restarts"], state["pauses"]) == (2, 1)
    layer.unload()
    assert protocol.state(0)["restarts"] == 3
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME
    protocol.unload()


def test_a_filter_drops_frames(client):
    layer, protocol = Filter(client), Protocol(client)
    layer.mode(0, DROP)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1, timeout_ms=50) == b""  # on the way down
    assert protocol.send(1, FRAME) == 0 and protocol.receive(0, timeout_ms=50) == b""  # on the way up
    layer.mode(0, PASS)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME
    protocol.unload()
    layer.unload()


def test_a_filter_changes_frames(client):
    layer, protocol = Filter(client), Protocol(client)
    layer.mode(0, MODIFY)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == inverted(FRAME)
    assert protocol.send(1, FRAME) == 0 and protocol.receive(0) == inverted(FRAME)
    layer.mode(1, MODIFY)
    assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME  # twice
    layer.unload()
    protocol.unload()


def test_a_filter_sends_and_indicates_frames_of_its_own(client):
    layer, protocol, probe = Filter(client), Protocol(client), Probe(client)
    probe.bind(probe.adapters()[1].index)
    layer.call(FILTER_SEND, 0, FRAME)
    assert protocol.receive(1) == probe.receive() == FRAME
    layer.call(INDICATE, 1, inverted(FRAME))
    assert protocol.receive(1) == probe.receive() == inverted(FRAME)
    assert protocol.receive(0, timeout_ms=0) == b""
    probe.close()
    layer.unload()
    protocol.unload()


def test_requests_and_status_pass_a_filter(client):
    layer, protocol, probe = Filter(client), Protocol(client), Probe(client)
    probe.bind(probe.adapters()[0].index)
    before = layer.state(0)
    assert protocol.query(0, OID_GEN_VENDOR_DESCRIPTION) == (0, b"RSL loopback pair\0")
    assert probe.query(OID_GEN_VENDOR_DESCRIPTION) == (0, b"RSL loopback pair\0")
    assert protocol.query(0, OID_FILTER) == probe.query(OID_FILTER) == (0, b"filter\0")
    assert layer.state(0)["requests"] == before["requests"] + 4
    assert client.vm("device", "disable", client.devices[1]).code == 0
    assert protocol.state(0)["link"] == DISCONNECTED and layer.state(0)["statuses"] == before["statuses"] + 1
    probe.close()
    protocol.unload()
    layer.unload()


def test_our_binding_stays_while_filters_come_and_go(client):
    probes = [Probe(client), Probe(client)]
    for probe, adapter in zip(probes, probes[0].adapters()):
        probe.bind(adapter.index)
    for _ in range(3):
        layer = Filter(client)
        layer.mode(0, MODIFY)
        assert probes[0].send(FRAME) == 0 and probes[1].receive() == inverted(FRAME)
        layer.unload()
        assert probes[0].send(FRAME) == 0 and probes[1].receive() == FRAME
    assert [probe.events()[2:] for probe in probes] == [(0, 0)] * 2  # never told to stop
    for probe in probes:
        probe.close()


def test_linux_reaches_linux_through_a_filter_beside_a_protocol(bridged):  # noqa: F811
    vm, left, right = bridged
    with vm.client() as client:
        layer, protocol = Filter(client), Protocol(client)
        assert ping(left, "-c", "20", "-i", "0.05", "10.77.0.2") == (20, 20)
        send_tcp(left, right, "10.77.0.2", 1 << 20)
        assert min(layer.state(slot)[way] for slot in range(2) for way in ("sends", "receives")) >= 20
        assert protocol.state(1)["resources"] >= 20  # it has seen them, too
        protocol.unload()
        assert ping(left, "-c", "3", "-i", "0.05", "10.77.0.2") == (3, 3)
        layer.unload()
    assert ping(left, "-c", "3", "-i", "0.05", "10.77.0.2") == (3, 3)


def test_a_driver_that_does_not_answer_holds_nobody_up(bridged):  # noqa: F811
    vm, left, _ = bridged
    with vm.client() as client:
        layer = Filter(client)
        layer.mode(0, HOLD)
        for _ in range(2):  # the second question finds the first one waiting
            began = time.monotonic()
            first, second = status(vm)
            assert time.monotonic() - began < 3
            assert first["driver"] is None and second["driver"]["sent_frames"] == second["tx_frames"], (first, second)
        assert "the driver does not say what it has counted" in vm.rsl("net", "status", LEFT).out
        assert ping(left, "-c", "20", "-i", "0.05", "10.77.0.2") == (20, 20)
        # Its end waits for the driver as NDIS does, while the interface goes at once.
        assert vm.rsl("net", "down", LEFT).code == 0 and "rsl0" not in left.links()
        layer.mode(0, PASS)
        assert until(lambda: left.up(vm, LEFT).code == 0)
        layer.unload()
    assert status(vm, LEFT)[0]["driver"] is not None


# ---- Life


@pytest.mark.parametrize("order", itertools.permutations(("filter", "protocol", "adapters")), ids="-".join)
def test_they_go_in_any_order(client, order):
    layers = {"filter": Filter(client), "protocol": Protocol(client)}
    assert layers["protocol"].send(0, FRAME) == 0 and layers["protocol"].receive(1) == FRAME
    for what in order:
        if what == "adapters":
            remove_pair(client)
        else:
            layers[what].unload()
    assert "ndis_loopback" not in client.vm("driver", "list").out.split()
    assert has_left_nothing(client.vm), client.vm("log").out


def test_driver_verifier_finds_nothing(vm):
    assert vm("driver", "verify", "*").code == 0
    with vm.client() as client:
        client.vm, client.devices = vm, install_pair(vm, client)
        layer, protocol = Filter(client), Protocol(client)
        for mode, arrives in ((PASS, FRAME), (MODIFY, inverted(FRAME))):
            layer.mode(0, mode)
            assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == arrives
        assert protocol.query(0, OID_FILTER) == (0, b"filter\0")
        assert vm("device", "restart", client.devices[0]).code == 0
        layer.unload()
        protocol.unload()
        remove_pair(client)
        client.unload("ndis_probe")
    assert "ndis_filter is verified" in vm("log").out and vm.status()["state"] == "running"
    assert has_left_nothing(vm), vm("log").out


def test_they_come_before_the_adapters(vm):
    with vm.client() as client:
        layer, protocol = Filter(client), Protocol(client)
        client.vm, client.devices = vm, install_pair(vm, client)
        assert protocol.send(0, FRAME) == 0 and protocol.receive(1) == FRAME
        assert layer.state(0)["sends"] == layer.state(1)["receives"] == 1
        protocol.unload()
        layer.unload()
        remove_pair(client)
        client.unload("ndis_probe")
    assert has_left_nothing(vm), vm("log").out


class Traffic(threading.Thread):
    """Sends through our binding, from a program of its own, until it is told to stop."""

    def __init__(self, vm, index):
        super().__init__(daemon=True)
        self.client = vm.client()
        self.probe = Probe(self.client)
        self.probe.bind(index)
        self.results, self.failure, self.enough = {}, None, threading.Event()

    def run(self):
        try:
            while not self.enough.is_set():
                status = self.probe.send(FRAME)
                self.results[status] = self.results.get(status, 0) + 1
        except NtError as error:
            self.failure = error

    def finish(self):
        self.enough.set()
        self.join(30)
        assert not self.is_alive() and self.failure is None, self.failure
        self.probe.close()
        self.client.close()


def test_a_hundred_rounds_under_traffic(client):
    probe = Probe(client)
    before = pool_of_ndis(client.vm)
    senders = [Traffic(client.vm, adapter.index) for adapter in probe.adapters()]
    for sender in senders:
        sender.start()
    for number in range(100):
        layers = [kind(client) for kind in ((Filter, Protocol) if number % 2 else (Protocol, Filter))]
        for layer in layers if number % 4 < 2 else reversed(layers):
            layer.unload()
    for sender in senders:
        sender.finish()
    assert pool_of_ndis(client.vm) == before
    for sender in senders:
        assert sender.results[0] > 100 and set(sender.results) <= {0, NDIS_STATUS_PAUSED}, sender.results
    probe.close()
    remove_pair(client)
    assert has_left_nothing(client.vm), client.vm("log").out


class Comes(threading.Thread):
    """Loads and unloads a driver, from a program of its own, until it is told to stop."""

    def __init__(self, vm, kind):
        super().__init__(daemon=True)
        self.client, self.kind, self.rounds, self.failure, self.enough = vm.client(), kind, 0, None, threading.Event()

    def run(self):
        try:
            while not self.enough.is_set():
                layer = self.kind(self.client)
                try:
                    if self.kind is Protocol:
                        for _ in range(20):
                            layer.send(self.rounds % 2, FRAME)
                except NtError as error:  # the adapter is away
                    assert error.status == NO_SUCH_DEVICE, error
                layer.unload()
                self.rounds += 1
        except (NtError, AssertionError) as error:
            self.failure = error

    def finish(self):
        self.enough.set()
        self.join(30)
        assert not self.is_alive() and self.failure is None, self.failure
        self.client.close()


def test_adapters_filters_and_protocols_come_and_go_at_once(client):
    before = pool_of_ndis(client.vm)
    others = [Comes(client.vm, kind) for kind in (Filter, Protocol)]
    for other in others:
        other.start()
    for number in range(20):
        assert client.vm("device", "restart", client.devices[number % 2]).code == 0
    for other in others:
        other.finish()
        assert other.rounds >= 5
    assert pool_of_ndis(client.vm) == before
    remove_pair(client)
    assert has_left_nothing(client.vm), client.vm("log").out
