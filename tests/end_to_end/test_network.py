# SPDX-License-Identifier: GPL-2.0-only
"""Network adapters end to end: the loopback sample, real NDIS 6 miniports. test_drivers/ndis_probe.sys is what stands above."""
import os
import pathlib
import re
import shutil
import struct
import threading

import pytest

from conftest import DRIVERS as TEST_DRIVERS
from conftest import SAMPLES, Vm, corpus_driver
from librsl import NtError
from test_pnp import find

SOURCES = pathlib.Path(__file__).resolve().parent / "drivers"

QUERY, BIND, UNBIND, SEND, RECEIVE, OID, EVENTS = (0x222000 | (0x800 + n) << 2 for n in range(7))
QUERY_STATISTICS = 0x00170002  # IOCTL_NDIS_QUERY_GLOBAL_STATS
OID_GEN_VENDOR_DESCRIPTION, OID_GEN_CURRENT_PACKET_FILTER = 0x0001010D, 0x0001010E
OID_GEN_RCV_OK, OID_802_3_CURRENT_ADDRESS, OID_802_3_MULTICAST_LIST = 0x00020102, 0x01010102, 0x01010103
NDIS_STATUS_INVALID_LENGTH, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_PAUSED = 0xC0010014, 0xC00000BB, 0xC023002A
ADAPTER_STATE = struct.Struct("<II80s128s6s6sII4xQQ6Q")
NO_MORE_ENTRIES, DEVICE_BUSY, INVALID_DEVICE_STATE, NO_SUCH_DEVICE = 0x8000001A, 0x80000011, 0xC0000184, 0xC000000E
DEVICE_NOT_READY = 0xC00000A3
CONNECTED, DISCONNECTED = 1, 2


class Adapter:
    """What RslNdisQueryAdapter tells."""

    def __init__(self, data):
        (self.index, self.running, instance, service, self.permanent, self.current, self.mtu, self.link, self.sends_at, self.receives_at,
         self.frames_sent, self.bytes_sent, self.send_errors, self.frames_received, self.bytes_received,
         self.discards) = ADAPTER_STATE.unpack(data)
        self.instance, self.service = (text.decode("utf-16-le").split("\0")[0] for text in (instance, service))


class Probe:
    """One binding: an open file of the test driver."""

    def __init__(self, client):
        self.client, self.handle = client, client.open(r"\\.\NdisProbe")

    def close(self):
        self.client.close_handle(self.handle)

    def adapters(self):
        found, index = [], 1
        while True:
            try:
                found.append(Adapter(self.client.ioctl(self.handle, QUERY, struct.pack("<I", index), ADAPTER_STATE.size)))
            except NtError as error:
                assert error.status == NO_MORE_ENTRIES
                return found
            index = found[-1].index + 1

    def bind(self, index):
        self.client.ioctl(self.handle, BIND, struct.pack("<I", index), 0)

    def unbind(self):
        self.client.ioctl(self.handle, UNBIND, b"", 0)

    def send(self, frame):
        return struct.unpack("<I", self.client.ioctl(self.handle, SEND, frame, 4))[0]

    def receive(self, timeout_ms=5000):
        return self.client.ioctl(self.handle, RECEIVE, struct.pack("<I", timeout_ms), 2048)

    def query(self, oid, room=256):
        answer = self.client.ioctl(self.handle, OID, struct.pack("<II", 0, oid), room)
        return struct.unpack("<I", answer[:4])[0], answer[4:]

    def set(self, oid, data):
        answer = self.client.ioctl(self.handle, OID, struct.pack("<II", 1, oid) + data, 8)
        return struct.unpack("<I", answer[:4])[0]

    def events(self):
        return struct.unpack("<IIII", self.client.ioctl(self.handle, EVENTS, b"", 16))


def load_probe(client):
    assert client.load("ndis_probe", (TEST_DRIVERS / "ndis_probe.sys").read_bytes()).missing_imports == 0


def frame_of(destination, source, payload):
    return destination + source + b"\x88\xb5" + payload  # an EtherType for experiments


# ---- The loopback pair


def install_pair(vm, client):
    installed = vm("driver", "install", SAMPLES / "ndis_loopback.inf")
    assert installed.code == 0, installed
    added = vm("device", "add", r"root\ndis_loopback")
    assert added.code == 0, added
    devices = find(vm, "NDIS_LOOPBACK")
    assert [(d["state"], d["problem"]) for d in devices] == [("Started", 0)] * 2, devices
    load_probe(client)
    return [device["id"] for device in devices]


@pytest.fixture
def pair(vm):
    """Two bound probes, and the devices below them."""
    with vm.client() as client:
        devices = install_pair(vm, client)
        probes = [Probe(client), Probe(client)]
        for probe, adapter in zip(probes, probes[0].adapters()):
            probe.bind(adapter.index)
        yield vm, probes, devices
        for probe in probes:
            probe.close()
        client.unload("ndis_probe")


def test_frames_cross_the_pair_both_ways(pair):
    _, probes, _ = pair
    left, right = probes[0].adapters()
    for payload in (b"", b"x" * 46, bytes(range(256)) * 5 + b"y" * 220):
        frame = frame_of(right.current, left.current, payload)
        assert probes[0].send(frame) == 0 and probes[1].receive() == frame
        back = frame_of(left.current, right.current, payload[::-1])
        assert probes[1].send(back) == 0 and probes[0].receive() == back
    left, right = probes[0].adapters()
    assert (left.frames_sent, right.frames_received, left.send_errors) == (3, 3, 0)
    assert left.bytes_sent == right.bytes_received == 3 * 14 + 46 + 1500


def test_a_frame_that_is_too_long_is_refused_by_the_miniport(pair):
    _, probes, _ = pair
    assert probes[0].send(b"z" * 1515) == NDIS_STATUS_INVALID_LENGTH
    assert probes[1].receive(timeout_ms=0) == b""
    assert probes[0].adapters()[0].send_errors == 1


def test_requests_are_answered_at_once_and_later(pair):
    _, probes, _ = pair
    assert probes[0].query(OID_GEN_VENDOR_DESCRIPTION) == (0, b"RSL loopback pair\0")
    assert probes[0].set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 9)) == 0
    assert probes[0].query(OID_GEN_CURRENT_PACKET_FILTER) == (0, struct.pack("<I", 9))
    assert probes[0].set(OID_802_3_MULTICAST_LIST, bytes(12)) == 0  # the miniport completes it from a work item
    assert probes[0].set(OID_802_3_MULTICAST_LIST, bytes(5)) == NDIS_STATUS_INVALID_LENGTH
    assert probes[0].query(0x00FFFFFF)[0] == NDIS_STATUS_NOT_SUPPORTED


def test_a_program_asks_an_adapter_through_its_interface(pair):
    vm, probes, devices = pair
    adapter = probes[0].adapters()[0]
    link, = (i["link"] for i in vm("inspect", "kernel/pnp/interfaces", "--json").json if i["device"].upper() == devices[0].upper())
    assert link.upper().endswith(adapter.instance.upper())
    client = probes[0].client
    handle = client.open(link.replace("\\??\\", "\\\\?\\", 1))
    assert client.ioctl(handle, QUERY_STATISTICS, struct.pack("<I", OID_802_3_CURRENT_ADDRESS), 6) == adapter.current
    for oid, room, status in ((OID_802_3_CURRENT_ADDRESS, 5, 0xC0000023), (0x00FFFFFF, 8, NDIS_STATUS_NOT_SUPPORTED)):
        with pytest.raises(NtError) as refused:
            client.ioctl(handle, QUERY_STATISTICS, struct.pack("<I", oid), room)
        assert refused.value.status == status
    client.close_handle(handle)


def test_an_adapter_has_one_binding(pair):
    _, probes, _ = pair
    third = Probe(probes[0].client)
    index = third.adapters()[0].index
    with pytest.raises(NtError) as refused:
        third.bind(index)
    assert refused.value.status == DEVICE_BUSY
    probes[0].unbind()
    third.bind(index)
    third.unbind()
    with pytest.raises(NtError) as refused:
        third.bind(99)
    assert refused.value.status == NO_SUCH_DEVICE
    third.close()


def test_a_stopping_adapter_tells_its_binding_and_its_peer(pair):
    vm, probes, devices = pair
    assert vm("device", "disable", devices[0]).code == 0
    assert probes[0].events()[2:] == (1, 1)  # stopping, then unbound
    assert probes[1].events()[1] == DISCONNECTED  # the miniport's own indication
    with pytest.raises(NtError) as refused:
        probes[0].send(bytes(60))
    assert refused.value.status == INVALID_DEVICE_STATE
    assert probes[1].adapters()[0].link == DISCONNECTED
    assert vm("device", "enable", devices[0]).code == 0
    assert probes[1].events()[1] == CONNECTED
    probes[0].bind(probes[0].adapters()[-1].index)  # a new adapter, with a new index
    frame = frame_of(b"\xff" * 6, bytes(6), b"again")
    assert probes[0].send(frame) == 0 and probes[1].receive() == frame


class Sender(threading.Thread):
    """Sends from a program of its own until a send is refused, or it is told to stop."""

    def __init__(self, vm, index):
        super().__init__(daemon=True)
        self.client = vm.client()
        self.probe = Probe(self.client)
        self.probe.bind(index)
        self.passed, self.results, self.refused, self.enough = 0, set(), None, threading.Event()

    def run(self):
        while not self.enough.is_set():
            try:
                self.results.add(self.probe.send(bytes(1514)))
                self.passed += 1
            except NtError as error:
                self.refused = error.status
                return

    def finish(self):
        self.enough.set()
        self.join(30)
        assert not self.is_alive()
        self.probe.close()
        self.client.close()


@pytest.mark.parametrize("verb", ["disable", "remove"])
def test_an_adapter_goes_while_frames_pass(vm, verb):
    with vm.client() as client:
        devices = install_pair(vm, client)
        probe = Probe(client)
        goes, stays = senders = [Sender(vm, adapter.index) for adapter in probe.adapters()]
        for sender in senders:
            sender.start()
        while min(sender.passed for sender in senders) < 50:
            assert all(sender.is_alive() for sender in senders)
            stays.enough.wait(0.01)
        assert vm("device", verb, devices[0]).code == 0
        goes.join(30)
        assert goes.refused in (DEVICE_NOT_READY, INVALID_DEVICE_STATE), hex(goes.refused or 0)
        assert goes.probe.events()[2:] == (1, 1)
        assert goes.results <= {0, NDIS_STATUS_PAUSED}, goes.results
        assert stays.is_alive() and stays.refused is None  # its adapter is still there, without a peer
        assert [adapter.link for adapter in probe.adapters()] == [DISCONNECTED]
        for sender in senders:
            sender.finish()
        for device in devices[1 if verb == "remove" else 0:]:
            assert vm("device", "remove", device).code == 0
        assert probe.adapters() == []
        probe.close()
        client.unload("ndis_probe")
    assert not re.search("left|leak", vm("log").out), vm("log").out


def test_the_pair_leaves_nothing_behind(vm):
    with vm.client() as client:
        devices = install_pair(vm, client)
        probe = Probe(client)
        assert len(probe.adapters()) == 2
        for device in devices:
            assert vm("device", "remove", device).code == 0
        assert probe.adapters() == []
        probe.close()
        client.unload("ndis_probe")
    assert find(vm, "NDIS_LOOPBACK") == []
    assert "ndis_loopback" not in vm("driver", "list").out.split()
    assert not re.search("left|leak", vm("log").out), vm("log").out


# ---- tap0901.sys: OpenVPN's virtual adapter, a miniport with a control device


def tap_code(request):
    return 0x220000 | request << 2


GET_MAC, GET_VERSION, GET_MTU, SET_MEDIA_STATUS = (tap_code(n) for n in (1, 2, 3, 6))
MAC = bytes.fromhex("02ff12345678")  # the INF's NetworkAddress; the driver takes locally administered ones


def instance(vm, device):
    """The {GUID} by which programs know a network adapter."""
    for interface in vm("inspect", "kernel/pnp/interfaces", "--json").json:
        if interface["device"].upper() == device.upper() and "CAC88484" in interface["link"].upper():
            return re.search(r"\{[0-9A-Fa-f-]{36}\}$", interface["link"]).group()
    raise AssertionError(f"{device} has no network interface")


@pytest.fixture(params=["tap0901.sys", "tap0901_win7.sys", "tap0901_ndis5.sys"])
def tap_driver(request, corpus):
    """One of its versions, for NDIS 6 or 5."""
    return corpus_driver(corpus, request.param)


def install_tap(vm, driver, folder):
    shutil.copy(driver, folder / "tap0901.sys")
    shutil.copy(SOURCES / "tap0901.inf", folder / "tap0901.inf")
    installed = vm("driver", "install", folder / "tap0901.inf", "--hwid", r"root\tap0901")
    assert installed.code == 0, installed
    tap = find(vm, "TAP0901")[0]
    assert (tap["state"], tap["problem"], tap["service"]) == ("Started", 0, "tap0901"), tap
    return tap["id"]


def test_tap_answers_through_its_control_device(vm, tap_driver, tmp_path):
    device = install_tap(vm, tap_driver, tmp_path)
    with vm.client() as client:
        tap = client.open(rf"\\.\Global\{instance(vm, device)}.tap")
        assert client.ioctl(tap, GET_MAC, bytes(6), 6) == MAC
        major, minor, debug = struct.unpack("<III", client.ioctl(tap, GET_VERSION, bytes(12), 12))
        assert major == 9 and minor >= 9 and debug == 0, (major, minor, debug)
        assert client.ioctl(tap, GET_MTU, bytes(4), 4) == struct.pack("<I", 1500)
        client.close_handle(tap)


def test_tap_passes_frames_between_its_program_and_the_adapter(vm, tap_driver, tmp_path):
    device = install_tap(vm, tap_driver, tmp_path)
    with vm.client() as client:
        load_probe(client)
        probe = Probe(client)
        adapter, = probe.adapters()
        assert (adapter.service, adapter.instance, adapter.current, adapter.mtu) == ("tap0901", instance(vm, device), MAC, 1500)
        assert adapter.link == DISCONNECTED
        probe.bind(adapter.index)
        tap = client.open(rf"\\.\Global\{adapter.instance}.tap")
        client.ioctl(tap, SET_MEDIA_STATUS, struct.pack("<I", 1), 4)
        assert probe.adapters()[0].link == CONNECTED and probe.events()[1] == CONNECTED
        assert probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 0x2B)) == 0
        assert probe.query(OID_802_3_CURRENT_ADDRESS) == (0, MAC)
        up = frame_of(MAC, bytes.fromhex("02ff00000001"), b"from the program" * 4)
        client.write(tap, up)
        assert probe.receive() == up
        down = frame_of(b"\xff" * 6, MAC, b"from the network" * 4)
        assert probe.send(down) == 0
        assert client.read(tap, 2048) == down
        client.ioctl(tap, SET_MEDIA_STATUS, struct.pack("<I", 0), 4)
        assert probe.adapters()[0].link == DISCONNECTED
        client.close_handle(tap)
        probe.close()


def test_tap_goes_and_leaves_nothing_behind(vm, tap_driver, tmp_path):
    device = install_tap(vm, tap_driver, tmp_path)
    name = rf"\\.\Global\{instance(vm, device)}.tap"
    assert vm("device", "restart", device).code == 0
    with vm.client() as client:
        client.close_handle(client.open(name))
        assert vm("device", "remove", device).code == 0
        with pytest.raises(NtError):
            client.open(name)
    assert "tap0901" not in vm("driver", "list").out.split()
    assert not re.search("left|leak", vm("log").out), vm("log").out


# ---- netkvm.sys: virtio network adapters, with interrupts and DMA


@pytest.fixture(params=["micro", "q35"])
def netkvm(request, runtime, processors, corpus, tmp_path):
    """A VM with two virtio adapters on a hub, and netkvm.sys installed."""
    for name in ("netkvm.sys", "netkvm.inf"):
        shutil.copy(corpus_driver(corpus, name), tmp_path / name)
    vm = Vm(runtime, "--smp", processors, "--profile", request.param, "--device", "virtio-net-pci", "--device", "virtio-net-pci")
    try:
        installed = vm("driver", "install", tmp_path / "netkvm.inf")
        assert installed.code == 0, installed
        assert [d["state"] for d in find(vm, "VEN_1AF4&DEV_1041")] == ["Started"] * 2
        yield vm
    finally:
        vm.stop()


def exchange(probes, adapters, count):
    for number in range(count):
        payload = os.urandom((46, 1500, 700)[number % 3])
        frame = frame_of(adapters[1].current, adapters[0].current, payload)
        assert probes[0].send(frame) == 0 and probes[1].receive() == frame
        back = frame_of(adapters[0].current, adapters[1].current, payload)
        assert probes[1].send(back) == 0 and probes[0].receive() == back


@pytest.mark.parametrize("netkvm", ["micro"], indirect=True)
def test_netkvm_passes_frames_between_two_adapters(netkvm):
    with netkvm.client() as client:
        load_probe(client)
        probes = [Probe(client), Probe(client)]
        adapters = probes[0].adapters()
        assert [a.current.hex() for a in adapters] == ["525400123456", "525400123457"]
        assert [(a.service, a.mtu, a.link) for a in adapters] == [("netkvm", 1500, CONNECTED)] * 2
        for probe, adapter in zip(probes, adapters):
            probe.bind(adapter.index)
            assert probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 0x0B)) == 0
        exchange(probes, adapters, 20)
        for probe in probes:
            probe.close()


def test_netkvm_restarts_and_goes(netkvm):
    """With q35 the adapters are connected to nothing: frames are sent, none come."""
    devices = [device["id"] for device in find(netkvm, "VEN_1AF4&DEV_1041")]
    with netkvm.client() as client:
        load_probe(client)
        probes = [Probe(client), Probe(client)]
        for _ in range(3):
            for device in devices:
                assert netkvm("device", "restart", device).code == 0
            adapters = probes[0].adapters()
            for probe, adapter in zip(probes, adapters):
                probe.bind(adapter.index)
                assert probe.set(OID_GEN_CURRENT_PACKET_FILTER, struct.pack("<I", 0x0B)) == 0
            if netkvm.status()["profile"] == "micro":
                exchange(probes, adapters, 3)
            else:
                assert [probe.send(frame_of(b"\xff" * 6, bytes(6), bytes(50))) for probe in probes] == [0, 0]
        for device in devices:
            assert netkvm("device", "disable", device).code == 0  # takes the bindings away
        assert [probe.events()[2:] for probe in probes] == [(3, 3)] * 2  # stopping, unbound: two restarts and this
        assert probes[0].adapters() == []
        for probe in probes:
            probe.close()
    assert "netkvm" not in netkvm("driver", "list").out.split()
    assert not re.search("left|leak", netkvm("log").out), netkvm("log").out
