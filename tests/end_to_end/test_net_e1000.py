# SPDX-License-Identifier: GPL-2.0-only
"""A Windows driver for real hardware carries Linux' traffic: A has the interface that `rsl net up` makes of QEMU's network
adapter, B the other end of the adapter's cable. No other way leads from A to B."""
import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import signal

import pytest

from conftest import RSL, SAMPLES, Vm, corpus_driver, kill
from tap_end import CLONE_NEWNET
from test_net import namespaces, ping, pings, send_tcp, status  # noqa: F401 (a fixture)
from waiting import until
from test_pnp import find

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


class Cabled:
    """A VM in B whose adapter's cable ends there, and the interface of that adapter in A."""

    def __init__(self, runtime, a, b, options, service, inf):
        self.a, self.service = a, service
        with inside(b):
            self.vm = Vm(runtime, *options)
        installed = self.vm("driver", "install", inf)
        assert installed.code == 0, installed
        self.up()

    def up(self):
        made = self.a.up(self.vm, self.service)
        assert made.code == 0, made
        self.a.address("rsl0", A)
        assert until(lambda: self.a.carrier("rsl0"))
        assert ping(self.a, "-c", "1", "-W", "5", B) == (1, 1)

    def stop(self):
        for bridge in status(self.vm):
            self.vm.rsl("net", "down", bridge["device"])
        self.vm.stop()


@pytest.fixture(params=["e1000-micro", "e1000-q35", "e1000e-micro", "e1000e-q35", "virtio-net-pci-micro", "virtio-net-pci-q35"])
def machine(request, processors, tmp_path):
    """What Cabled() wants to know of the machine and of the driver."""
    device, profile = request.param.rsplit("-", 1)
    service, inf = "e1000", SAMPLES / "e1000.inf"
    if device == "virtio-net-pci":  # netkvm.sys, Red Hat's driver as it is published
        service, inf = "netkvm", tmp_path / "netkvm.inf"
        for name in ("netkvm.sys", "netkvm.inf"):
            shutil.copy(corpus_driver(request.getfixturevalue("corpus"), name), tmp_path / name)
    return ("--smp", processors, "--profile", profile, "--device", f"{device},tap=cable"), service, inf


@pytest.fixture
def ends(namespaces):  # noqa: F811
    a, b = namespaces
    assert b("ip", "tuntap", "add", "dev", "cable", "mode", "tap").code == 0
    b.address("cable", B)
    assert b("ip", "link", "set", "cable", "up").code == 0
    return a, b


@pytest.fixture
def cabled(runtime, ends, machine):
    a, b = ends
    made = Cabled(runtime, a, b, *machine)
    try:
        yield made.vm, a, b
    finally:
        made.stop()


def test_ten_thousand_pings_pass_and_none_is_lost(cabled):
    vm, a, _ = cabled
    flood = a("ping", "-q", "-f", "-W", "10", "-c", "10000", B, timeout=600)  # a busy machine takes 10 ms for each
    assert "10000 packets transmitted, 10000 received" in flood.out, flood
    assert ping(a, "-c", "3", "-i", "0.1", "-s", "0", B) == (3, 3)
    assert ping(a, "-c", "100", "-i", "0.002", "-s", "1472", "-M", "do", B) == (100, 100)
    assert a("ping", "-c", "1", "-s", "1473", "-M", "do", B).code != 0
    bridge, = status(vm)
    assert bridge["service"] in ("e1000", "netkvm") and bridge["tx_drops"] == bridge["rx_drops"] == 0, bridge
    driver = bridge["driver"]
    assert driver["sent_frames"] >= 10103 and driver["received_frames"] >= 10103, bridge
    assert driver["sent_bytes"] >= 10000 * 60 and driver["received_bytes"] >= 10000 * 60, bridge


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


@pytest.mark.parametrize("processors", [1], indirect=True)
@pytest.mark.parametrize("machine", ["e1000-micro"], indirect=True)
def test_an_adapter_goes_up_and_down_a_thousand_times(cabled):
    """Each fourth time its driver halts and starts, too; each twentieth something passes."""
    vm, a, _ = cabled
    bridge, = status(vm)
    for cycle in range(1000):
        down = vm.rsl("net", "down", bridge["device"])
        assert down.code == 0, (cycle, down)
        if cycle % 4 == 0:
            assert vm("device", "restart", bridge["device"]).code == 0, cycle
        up = a.up(vm, bridge["service"])
        assert up.code == 0, (cycle, up)
        if cycle % 20 == 0:
            a.address("rsl0", A)
            assert until(lambda: a.carrier("rsl0")), cycle
            assert ping(a, "-c", "1", "-W", "5", B) == (1, 1), cycle


@pytest.mark.parametrize("machine", ["e1000-micro", "e1000e-q35"], indirect=True)
def test_a_crash_under_load_takes_the_interface_and_a_new_vm_brings_it_back(runtime, ends, machine):
    a, b = ends
    for _ in range(3):
        cabled = Cabled(runtime, a, b, *machine)
        try:
            load = a.popen("ping", "-q", "-f", "-s", "1400", "-c", "1000000", B)
            cabled.vm.load("crash")
            crashed = cabled.vm("ioctl", "Crash", "0x222010")
            assert crashed.code != 0
            assert until(lambda: "rsl0" not in a.links())
            assert cabled.vm.status()["state"] != "running" and status(cabled.vm) == []
            load.kill()
            load.communicate(timeout=10)
        finally:
            cabled.stop()


@pytest.mark.parametrize("devices", [("e1000", "e1000"), ("e1000", "e1000e")], ids="-".join)
def test_two_adapters_of_one_vm_reach_each_other_over_its_hub(runtime, namespaces, devices):  # noqa: F811
    """Without a tap, a VM's adapters hang on one hub: two drivers' instances, their interrupts on one machine."""
    a, b = namespaces
    vm = Vm(runtime, "--smp", "2", *(word for device in devices for word in ("--device", device)))
    try:
        assert vm("driver", "install", SAMPLES / "e1000.inf").code == 0
        adapters = [device["id"] for device in find(vm, "VEN_8086&DEV_10")]
        assert len(adapters) == 2, adapters
        for side, adapter, address in ((a, adapters[0], A), (b, adapters[1], B)):
            assert side.up(vm, adapter).code == 0
            side.address(next(iter(set(side.links()) - {"lo"})), address)
        taps = [next(iter(set(side.links()) - {"lo"})) for side in (a, b)]
        assert until(lambda: a.carrier(taps[0]) and b.carrier(taps[1]))
        assert ping(a, "-c", "200", "-i", "0.002", "-W", "10", B) == (200, 200)
        send_tcp(a, b, B, 5 << 20)
        for bridge in status(vm):
            assert vm.rsl("net", "down", bridge["device"]).code == 0
    finally:
        vm.stop()


@pytest.fixture
def restarting(runtime, ends, machine):
    a, b = ends
    options, service, inf = machine
    made = Cabled(runtime, a, b, ("--restart", *options), service, inf)
    try:
        yield made.vm, a, b
    finally:
        made.stop()


def processes(vm):
    """Those of the bridges of this VM."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if not entry.name.isdigit():
                continue
            words = (entry / "cmdline").read_text().split("\0")
            if words[0].endswith("rsl-tap") and vm.name in words:
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize("machine", ["e1000-micro", "e1000e-q35"], indirect=True)
def test_after_a_crash_under_load_the_vm_restarts_and_traffic_resumes(restarting):
    vm, a, _ = restarting
    before, = status(vm)
    index = a.links()["rsl0"]["ifindex"]
    load = a.popen("ping", "-q", "-f", "-s", "1400", B)
    try:
        for restarts in range(1, 4):
            vm.load("crash")
            assert vm("ioctl", "Crash", "0x222010").code == 3
            assert until(lambda: not a.carrier("rsl0"))
            assert until(lambda: a.carrier("rsl0")), (vm("status"), vm("log"))
            assert vm.status()["restarts"] == restarts
            link = a.links()["rsl0"]
            assert (link["ifindex"], link["address"], link["mtu"]) == (index, before["mac"], before["mtu"])
            assert until(lambda: ping(a, "-c", "1", "-W", "1", B) == (1, 1))
            assert ping(a, "-c", "20", "-i", "0.01", B) == (20, 20)
            after, = status(vm)
            assert (after["link"], after["waiting"], after["device"]) == ("up", False, before["device"])
    finally:
        load.kill()
        load.communicate(timeout=10)
    assert len(processes(vm)) == 2
    down = vm.rsl("net", "down", "rsl0")
    assert down.code == 0 and "rsl0" not in a.links() and status(vm) == [], down
    assert until(lambda: processes(vm) == [])


@pytest.mark.parametrize("processors", [1], indirect=True)
@pytest.mark.parametrize("machine", ["e1000-micro"], indirect=True)
class TestABridgeThatIsKept:
    def test_waits_for_a_vm_that_was_stopped_and_says_so(self, restarting):
        vm, a, _ = restarting
        before, = status(vm)
        assert vm("stop").code == 0
        assert until(lambda: not a.carrier("rsl0"))
        assert until(lambda: status(vm) and status(vm)[0]["waiting"])
        bridge, = status(vm)
        assert {key: bridge[key] for key in ("tap", "link", "mac", "mtu", "service", "device")} == {
            key: before[key] for key in ("tap", "mac", "mtu", "service", "device")} | {"link": "down"}
        assert "waiting for the VM" in vm.rsl("net", "status").out
        down = vm.rsl("net", "down", "rsl0")
        assert down.code == 0 and "rsl0" not in a.links(), down
        assert until(lambda: processes(vm) == [])

    def test_waits_for_an_adapter_that_is_disabled(self, restarting):
        vm, a, _ = restarting
        device = status(vm)[0]["device"]
        assert vm("device", "disable", device).code == 0
        assert until(lambda: not a.carrier("rsl0"))
        assert vm("device", "enable", device).code == 0
        assert until(lambda: a.carrier("rsl0"))
        assert ping(a, "-c", "5", "-i", "0.05", "-W", "5", B) == (5, 5)

    def test_ends_with_its_worker_its_keeper_or_its_interface(self, restarting):
        vm, a, _ = restarting
        def again():
            assert until(lambda: processes(vm) == [] and "rsl0" not in a.links() and status(vm) == [])
            assert until(lambda: a.up(vm, "e1000").code == 0)
        worker = status(vm)[0]["pid"]
        keeper, = set(processes(vm)) - {worker}
        kill(worker)
        again()
        keeper, = set(processes(vm)) - {status(vm)[0]["pid"]}
        kill(keeper)
        again()
        keeper, = set(processes(vm)) - {status(vm)[0]["pid"]}
        os.kill(keeper, signal.SIGTERM)
        again()
        assert a("ip", "link", "delete", "rsl0").code == 0
        again()
        assert vm("stop").code == 0
        assert until(lambda: status(vm) and status(vm)[0]["waiting"])
        assert a("ip", "link", "delete", "rsl0").code == 0
        assert until(lambda: processes(vm) == [] and status(vm) == [])

    def test_only_its_keeper_has_rights(self, restarting):
        vm, _, _ = restarting
        worker = status(vm)[0]["pid"]
        text = pathlib.Path(f"/proc/{worker}/status").read_text()
        assert re.search(r"^CapEff:\s*0+$", text, re.M) and re.search(r"^Uid:\t(65534\t){3}65534$", text, re.M), text
        assert re.search(r"^Name:\trsl-tap$", text, re.M), text

    def test_a_capture_goes_on_after_the_restart(self, restarting, tmp_path):
        vm, a, _ = restarting
        file = tmp_path / "frames.pcap"
        capture = a.popen("env", f"XDG_RUNTIME_DIR={vm.runtime}", RSL, "net", "capture", "rsl0", file, "--json")
        try:
            assert until(lambda: file.exists() and file.stat().st_size >= 24)
            kill(vm.status()["qemu_pid"])
            assert until(lambda: not a.carrier("rsl0")) and until(lambda: a.carrier("rsl0"))
            assert until(lambda: ping(a, "-c", "1", "-W", "1", B) == (1, 1))
            assert ping(a, "-c", "5", "-i", "0.1", "-p", "5253", B) == (5, 5)
            assert until(lambda: len(pings(file, b"RS" * 8)) >= 10)
        finally:
            capture.terminate()
            capture.communicate(timeout=10)
