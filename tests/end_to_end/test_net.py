# SPDX-License-Identifier: GPL-2.0-only
"""`rsl net`: adapters of the VM as TAP interfaces. Each end is in a network namespace of its own, so that the only way
between the two is through the Windows driver."""
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time
import uuid

import pytest

from conftest import RSL, SAMPLES, Run, alive, kill
from librsl import BUILD, NtError
from test_network import MAC, SET_MEDIA_STATUS, install_tap, instance, tap_driver  # noqa: F401: a fixture
from test_pnp import find
from waiting import until

LEFT, RIGHT = r"ROOT\NDIS_LOOPBACK\0000", r"ROOT\NDIS_LOOPBACK\0001"
WRONG_USE, REFUSED, FAILED = 1, 2, 4
PATIENCE = 20  # seconds: two processors under emulation, and others on them

# Sends or takes BYTES over TCP and prints their SHA-256.
PEER = """
import hashlib, os, random, socket, sys
role, address, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
digest = hashlib.sha256()
if role == "take":
    server = socket.create_server((address, 7000))
    print("listens", flush=True)
    peer, _ = server.accept()
    while True:
        piece = peer.recv(1 << 16)
        if not piece: break
        digest.update(piece)
else:
    peer = socket.create_connection((address, 7000), timeout=20)
    peer.settimeout(60)
    source = random.Random(count)
    while count > 0:
        piece = source.randbytes(min(count, 1 << 16))
        digest.update(piece)
        peer.sendall(piece)
        count -= len(piece)
    peer.shutdown(socket.SHUT_WR)
    peer.recv(1)
print(digest.hexdigest(), flush=True)
"""


def run(*command, timeout=120):
    return Run(subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL))


class Namespace:
    """A network namespace, and rsl in it."""

    def __init__(self):
        self.name = "rsl-test-" + uuid.uuid4().hex[:8]
        made = run("ip", "netns", "add", self.name)
        if made.code != 0:
            pytest.skip("this machine lets us make no network namespaces: " + made.err.strip())
        run("ip", "-n", self.name, "link", "set", "lo", "up")

    def __call__(self, *command, timeout=120):
        return run("ip", "netns", "exec", self.name, *command, timeout=timeout)

    def popen(self, *command):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *map(str, command)], stdout=subprocess.PIPE, text=True)

    def rsl(self, vm, *arguments):
        return self("env", f"XDG_RUNTIME_DIR={vm.runtime}", f"XDG_STATE_HOME={vm.runtime / 'state'}", "NO_COLOR=1", RSL, *arguments)

    def up(self, vm, device, *flags):
        return self.rsl(vm, "net", "up", device, "--vm", vm.name, "--json", *flags)

    def links(self):
        return {link["ifname"]: link for link in json.loads(run("ip", "-n", self.name, "-j", "link").out)}

    def carrier(self, tap):
        return "LOWER_UP" in self.links()[tap]["flags"]

    def address(self, tap, address):
        added = run("ip", "-n", self.name, "address", "add", address + "/24", "dev", tap)
        assert added.code == 0, added

    def delete(self):
        run("ip", "netns", "delete", self.name)


@pytest.fixture
def namespaces():
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
        pytest.skip("needs root and /dev/net/tun")
    made = []
    try:
        for _ in range(2):
            made.append(Namespace())
        yield made
    finally:
        for namespace in made:
            namespace.delete()


@pytest.fixture
def bridged(vm, namespaces):
    """The loopback pair, each adapter an interface with an address."""
    install_pair(vm)
    for namespace, device, address in zip(namespaces, (LEFT, RIGHT), ("10.77.0.1", "10.77.0.2")):
        made = namespace.up(vm, device)
        assert made.code == 0, made
        namespace.address("rsl0", address)
    yield vm, *namespaces
    for bridge in status(vm):
        vm.rsl("net", "down", bridge["device"])


def install_pair(vm):
    assert vm("driver", "install", SAMPLES / "ndis_loopback.inf").code == 0
    assert vm("device", "add", r"root\ndis_loopback").code == 0
    assert [d["state"] for d in find(vm, "NDIS_LOOPBACK")] == ["Started"] * 2


def status(vm, *arguments):
    shown = vm.rsl("net", "status", "--json", *arguments)
    assert shown.code == 0, shown
    return shown.json


def ping(namespace, *arguments):
    done = namespace("ping", "-q", "-W", "10", *arguments)
    counts = re.search(r"(\d+) packets transmitted, (\d+) received", done.out)
    assert counts, done
    return int(counts[1]), int(counts[2])


def send_tcp(sender, taker, address, count):
    take = taker.popen(sys.executable, "-c", PEER, "take", address, count)
    try:
        assert take.stdout.readline() == "listens\n"
        sent = sender(sys.executable, "-c", PEER, "send", address, count, timeout=300)
        assert sent.code == 0, sent
        assert take.stdout.readline() == sent.out
        assert take.wait(60) == 0
    finally:
        if take.poll() is None:
            take.kill()
        take.wait()


def test_linux_reaches_linux_through_the_driver(bridged):
    vm, left, _ = bridged
    assert ping(left, "-f", "-c", "1000", "10.77.0.2") == (1000, 1000)
    assert ping(left, "-c", "3", "-i", "0.1", "-s", "0", "10.77.0.2") == (3, 3)
    assert ping(left, "-c", "3", "-i", "0.1", "-s", "1472", "-M", "do", "10.77.0.2") == (3, 3)
    assert left("ping", "-c", "1", "-s", "1473", "-M", "do", "10.77.0.2").code != 0
    first, second = status(vm)
    assert first["tx_frames"] >= 1006 and second["rx_frames"] >= 1006, (first, second)
    assert [bridge[drops] for bridge in (first, second) for drops in ("tx_drops", "rx_drops")] == [0] * 4


def test_tcp_arrives_whole_both_ways(bridged):
    vm, left, right = bridged
    megabytes = 20 << 20
    send_tcp(left, right, "10.77.0.2", megabytes)
    send_tcp(right, left, "10.77.0.1", megabytes)
    for bridge in status(vm):
        assert bridge["tx_bytes"] > megabytes and bridge["rx_bytes"] > megabytes


def test_the_interface_is_the_adapter(bridged):
    vm, left, right = bridged
    link = left.links()["rsl0"]
    assert (link["address"], link["mtu"], left.carrier("rsl0")) == ("02:52:53:4c:00:01", 1500, True)
    assert right.links()["rsl0"]["address"] == "02:52:53:4c:00:02"
    first, second = status(vm)
    assert [first[key] for key in ("tap", "vm", "device", "service", "mac", "mtu", "link")] == [
        "rsl0", vm.name, LEFT, "ndis_loopback", "02:52:53:4c:00:01", 1500, "up"]
    assert second["device"] == RIGHT
    assert [bridge["pid"] for bridge in status(vm, RIGHT)] == [second["pid"]]


def test_status_tells_what_the_driver_counts(bridged):
    vm, left, right = bridged
    assert ping(left, "-c", "10", "-i", "0.02", "-s", "100", "10.77.0.2") == (10, 10)
    for namespace in (left, right):  # nothing more is sent: what is on its way has arrived, and been counted
        assert run("ip", "-n", namespace.name, "link", "set", "rsl0", "down").code == 0
    first, second = status(vm)
    for bridge in (first, second):
        driver = bridge["driver"]
        assert (driver["sent_frames"], driver["sent_bytes"]) == (bridge["tx_frames"], bridge["tx_bytes"]), bridge
        assert [driver[way] for way in ("send_errors", "send_discards", "receive_errors", "receive_discards")] == [0] * 4
    for one, other in ((first["driver"], second["driver"]), (second["driver"], first["driver"])):
        assert (one["sent_frames"], one["sent_bytes"]) == (other["received_frames"], other["received_bytes"])
    assert first["driver"]["sent_frames"] >= 10 and first["driver"]["sent_bytes"] >= 10 * 142
    shown = vm.rsl("net", "status", LEFT).out
    assert f"driver sent:     {first['driver']['sent_frames']} frames, {first['driver']['sent_bytes']} bytes, 0 errors, 0 discarded" in shown, shown


def test_down_takes_the_interface_away_and_up_brings_it_back(bridged):
    vm, left, _ = bridged
    pid = status(vm, LEFT)[0]["pid"]
    down = vm.rsl("net", "down", LEFT.lower())
    assert down.code == 0 and down.out == "rsl0 is gone\n", down
    assert "rsl0" not in left.links() and until(lambda: not alive(pid))
    assert [bridge["device"] for bridge in status(vm)] == [RIGHT]
    made = left.up(vm, LEFT, "--tap", "again")
    assert made.code == 0 and made.json["tap"] == "again", made
    left.address("again", "10.77.0.1")
    assert ping(left, "-c", "3", "-i", "0.1", "10.77.0.2") == (3, 3)


def test_a_disabled_adapter_ends_its_bridge_and_takes_the_carrier_from_its_peer(bridged):
    vm, left, right = bridged
    assert vm("device", "disable", LEFT).code == 0
    assert until(lambda: "rsl0" not in left.links())
    assert until(lambda: not right.carrier("rsl0"))
    assert [(bridge["device"], bridge["link"]) for bridge in status(vm)] == [(RIGHT, "down")]
    assert vm("device", "enable", LEFT).code == 0
    assert until(lambda: right.carrier("rsl0"))
    assert left.up(vm, LEFT).code == 0
    left.address("rsl0", "10.77.0.1")
    assert ping(left, "-c", "3", "-i", "0.1", "10.77.0.2") == (3, 3)


def test_the_bridges_end_with_the_vm(bridged):
    vm, left, right = bridged
    pids = [bridge["pid"] for bridge in status(vm)]
    kill(vm.status()["qemu_pid"])
    assert until(lambda: not any(map(alive, pids)))
    assert "rsl0" not in left.links() and "rsl0" not in right.links()
    assert status(vm) == []
    assert list((vm.runtime / "rsl" / "net").iterdir()) == []


def test_a_bridge_whose_interface_is_deleted_or_that_is_killed_leaves_the_adapter_free(bridged):
    vm, left, right = bridged
    first, second = (bridge["pid"] for bridge in status(vm))
    assert run("ip", "-n", left.name, "link", "delete", "rsl0").code == 0
    kill(second)
    assert until(lambda: not alive(first) and not alive(second))
    assert until(lambda: status(vm) == [])
    assert until(lambda: left.up(vm, LEFT).code == 0) and until(lambda: right.up(vm, RIGHT).code == 0)
    assert [bridge["device"] for bridge in status(vm)] == [LEFT, RIGHT]


def test_a_bridge_has_no_rights_left(bridged):
    vm, _, _ = bridged
    text = pathlib.Path(f"/proc/{status(vm)[0]['pid']}/status").read_text()
    assert re.search(r"^CapEff:\s*0+$", text, re.M) and re.search(r"^CapPrm:\s*0+$", text, re.M), text
    assert re.search(r"^NoNewPrivs:\s*1$", text, re.M)
    assert re.search(r"^Uid:\t(65534\t){3}65534$", text, re.M) and re.search(r"^Groups:\s*$", text, re.M), text


def test_a_capture_is_a_pcap_file_of_what_passes(bridged, tmp_path):
    vm, left, _ = bridged
    file = tmp_path / "frames.pcap"
    capture = subprocess.Popen([RSL, "net", "capture", LEFT, file, "--json"], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "XDG_RUNTIME_DIR": str(vm.runtime)})
    try:
        assert until(lambda: file.exists() and file.stat().st_size >= 24)
        # It is recorded from some moment after that: the first ping that is seen ends the wait.
        assert until(lambda: ping(left, "-c", "1", "10.77.0.2") == (1, 1) and file.stat().st_size > 24)
        assert ping(left, "-c", "5", "-i", "0.1", "-p", "5253", "10.77.0.2") == (5, 5)
        assert until(lambda: len(pings(file, b"RS" * 8)) >= 10)
        capture.terminate()
        told = json.loads(capture.communicate(timeout=PATIENCE)[0])
    finally:
        if capture.poll() is None:
            capture.kill()
        capture.wait()
    assert told["frames"] == len(records(file))
    assert [frame[34] for frame in pings(file, b"RS" * 8)] == [8, 0] * 5  # each request and its reply, in order


def records(file):
    data = file.read_bytes()
    assert struct.unpack_from("<IHHIIII", data) == (0xA1B2C3D4, 2, 4, 0, 0, 65536, 1)
    frames, place = [], 24
    while place + 16 <= len(data):
        seconds, micros, kept, length = struct.unpack_from("<IIII", data, place)
        assert kept == length and micros < 1_000_000 and abs(time.time() - seconds) < 600
        frames.append(data[place + 16:place + 16 + kept])
        place += 16 + kept
    return frames


def pings(file, pattern):
    return [frame for frame in records(file) if frame[12:14] == b"\x08\0" and frame[23] == 1 and pattern in frame]


def test_the_guests_half_is_clean_under_driver_verifier(vm, namespaces):
    loaded = vm("driver", "load", BUILD / "share" / "rsl" / "rslnet.sys", "--verify")
    assert loaded.code == 0, loaded
    install_pair(vm)
    left, right = namespaces
    for namespace, device, address in zip(namespaces, (LEFT, RIGHT), ("10.77.0.1", "10.77.0.2")):
        assert namespace.up(vm, device).code == 0
        namespace.address("rsl0", address)
    assert ping(left, "-f", "-c", "200", "10.77.0.2") == (200, 200)
    send_tcp(right, left, "10.77.0.1", 1 << 20)
    assert vm("device", "disable", LEFT).code == 0
    assert until(lambda: "rsl0" not in left.links())
    assert vm.rsl("net", "down", RIGHT).code == 0
    unloaded = vm("driver", "unload", "rslnet")
    assert unloaded.code == 0 and "left" not in unloaded.out, unloaded
    assert not re.search("left behind|leak", vm("log").out), vm("log").out


def test_what_cannot_be_is_refused(vm, namespaces):
    left, right = namespaces
    none = left.up(vm, "nothing")
    assert none.code == REFUSED and "rsl driver install" in none.err, none
    install_pair(vm)
    wrong = left.up(vm, "nothing")
    assert wrong.code == REFUSED and LEFT in wrong.err and RIGHT in wrong.err, wrong
    several = left.up(vm, "ndis_loopback")
    assert several.code == WRONG_USE and LEFT in several.err, several
    assert left.up(vm, LEFT).code == 0
    twice = left.up(vm, LEFT)
    assert twice.code == WRONG_USE and "rsl net down rsl0" in twice.err, twice
    taken = left.up(vm, RIGHT, "--tap", "rsl0")
    assert taken.code == WRONG_USE and "in use" in taken.err, taken
    no_tap = left.up(vm, RIGHT, "--tap", "lo")
    assert no_tap.code == WRONG_USE and "no TAP" in no_tap.err, no_tap
    for name in ("", "a" * 16, "a/b", "a b"):
        bad = left.up(vm, RIGHT, "--tap", name)
        assert bad.code == WRONG_USE and "is no name" in bad.err, bad
    unknown = vm.rsl("net", "down", "rsl9")
    assert unknown.code == WRONG_USE and "rsl0" in unknown.err, unknown
    assert [bridge["device"] for bridge in status(vm)] == [LEFT]  # nothing of the refused ones is left
    assert list(right.links()) == ["lo"]
    assert vm.rsl("net", "down", "rsl0").code == 0


def test_without_rights_it_says_what_to_do_and_that_works(vm, namespaces):
    install_pair(vm)
    left, right = namespaces

    def up(*flags):
        return left("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", "env", f"XDG_RUNTIME_DIR={vm.runtime}",
                    RSL, "net", "up", LEFT, "--vm", vm.name, *flags)

    refused = up()
    assert refused.code == FAILED and "ip tuntap add" in refused.err, refused
    assert status(vm) == []
    assert run("ip", "-n", left.name, "tuntap", "add", "dev", "mine", "mode", "tap", "user", str(os.geteuid())).code == 0
    down = up("--tap", "mine")
    assert down.code == FAILED and "ip link set mine up" in down.err, down
    assert run("ip", "-n", left.name, "link", "set", "mine", "up").code == 0
    made = up("--tap", "mine")
    assert made.code == 0, made
    assert right.up(vm, RIGHT).code == 0
    left.address("mine", "10.77.0.1")
    right.address("rsl0", "10.77.0.2")
    assert until(lambda: left.carrier("mine"))
    assert ping(left, "-c", "3", "-i", "0.1", "10.77.0.2") == (3, 3)
    for device in (LEFT, RIGHT):
        assert vm.rsl("net", "down", device).code == 0
    assert "mine" in left.links() and not left.carrier("mine")  # it is root's, and stays


SOMEBODY = 12345
BY_SOMEBODY = """
export XDG_RUNTIME_DIR={home} XDG_STATE_HOME={home}/state NO_COLOR=1
trap '{rsl} stop --vm {vm}' EXIT
{rsl} start --vm {vm}
{rsl} driver install {samples}/ndis_loopback.inf --vm {vm}
{rsl} device add 'root\\ndis_loopback' --vm {vm}
{rsl} net up '{left}' --vm {vm}
ip address add 10.77.0.1/24 dev rsl0
unshare -n sh -ec "{rsl} net up '{right}' --vm {vm}; ip address add 10.77.0.2/24 dev rsl0; ping -q -c 3 -i 0.2 -W 10 10.77.0.1"
{rsl} net status --vm {vm} --json >{home}/status
{rsl} net down '{left}' --vm {vm}
"""


def test_a_user_does_it_all_in_namespaces_of_his_own():
    """No right of the machine is needed where Linux gives users namespaces: VM, interface and frames."""
    as_somebody = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups", "unshare", "-Urn"] if os.geteuid() == 0 else ["unshare", "-Urn"]
    if run(*as_somebody, "test", "-r", "/dev/net/tun", "-a", "-w", "/dev/net/tun", "-a", "-x", RSL).code != 0:
        pytest.skip("no namespaces or no /dev/net/tun for users, or the build cannot be read by one")
    with tempfile.TemporaryDirectory(prefix="rsl-") as home:
        if os.geteuid() == 0:
            os.chown(home, SOMEBODY, SOMEBODY)
        script = BY_SOMEBODY.format(home=home, rsl=RSL, samples=SAMPLES, vm="test-" + uuid.uuid4().hex[:8], left=LEFT, right=RIGHT)
        done = run(*as_somebody, "sh", "-ec", script)
        assert done.code == 0 and "3 received" in done.out, done
        bridges = json.loads(pathlib.Path(home, "status").read_text())
        assert {bridge["device"] for bridge in bridges} == {LEFT, RIGHT}, bridges


# ---- What the guest's half makes of requests that nobody sends


BIND, EVENT = (0x12 << 16 | (0x800 + n) << 2 for n in (1, 4))
INVALID_PARAMETER, NOT_CONNECTED, TOO_SMALL = 0xC000000D, 0xC000009D, 0xC0000023


def test_batches_that_lie_are_refused(vm, namespaces):
    install_pair(vm)
    assert namespaces[0].up(vm, LEFT).code == 0  # loads the driver
    with vm.client() as client:
        handle = client.open(r"\Device\RslNet")

        def refusal(call):
            with pytest.raises(NtError) as refused:
                call()
            return refused.value.status

        frame = bytes(60)
        good = struct.pack("<I", 60) + frame
        assert refusal(lambda: client.write(handle, good)) == NOT_CONNECTED
        assert refusal(lambda: client.read(handle, 65536)) == NOT_CONNECTED
        client.ioctl(handle, BIND, struct.pack("<I", 2), 0)
        assert refusal(lambda: client.read(handle, 65535)) == TOO_SMALL
        for lie in (b"abc", struct.pack("<I", 61) + frame, struct.pack("<I", 13) + frame, struct.pack("<I", 0),
                    struct.pack("<I", 0xFFFFFFFF) + frame, struct.pack("<I", 0xFFFFFFFC) + frame, good + b"\1",
                    good + struct.pack("<I", 15) + bytes(14), struct.pack("<I", 1519) + bytes(1520)):
            assert refusal(lambda: client.write(handle, lie)) == INVALID_PARAMETER, lie
        assert client.write(handle, good * 1000) == 64000
        client.close_handle(handle)
    assert until(lambda: status(vm)[0]["rx_frames"] + status(vm)[0]["rx_drops"] >= 1000)
    assert vm.rsl("net", "down", LEFT).code == 0


# ---- tap0901.sys: Linux on one side, the driver's own program on the other


def test_linux_pings_through_tap0901(vm, namespaces, tap_driver, tmp_path):  # noqa: F811
    """What stands behind the adapter answers ARP and ping, as a VPN's far end would."""
    device = install_tap(vm, tap_driver, tmp_path)
    left, _ = namespaces
    made = left.up(vm, device)
    assert made.code == 0 and made.json["mac"] == MAC.hex(":") and made.json["link"] == "down", made
    left.address("rsl0", "10.78.0.1")
    assert not left.carrier("rsl0")
    with vm.client() as client:
        tap = client.open(rf"\\.\Global\{instance(vm, device)}.tap")
        client.ioctl(tap, SET_MEDIA_STATUS, struct.pack("<I", 1), 4)
        assert until(lambda: left.carrier("rsl0"))
        pinging = left.popen("ping", "-q", "-c", "20", "-i", "0.05", "-W", "10", "10.78.0.2")
        answered = 0
        while answered < 20:
            reply = answer_to(client.read(tap, 2048))
            if reply is None:
                continue
            client.write(tap, reply)
            answered += reply[12:14] == b"\x08\x00"
        out, _ = pinging.communicate(timeout=60)
        assert "20 packets transmitted, 20 received" in out, out
        client.ioctl(tap, SET_MEDIA_STATUS, struct.pack("<I", 0), 4)
        assert until(lambda: not left.carrier("rsl0"))
        client.close_handle(tap)
    assert vm.rsl("net", "down", device).code == 0


def answer_to(frame):
    """The far end, 10.78.0.2: an ARP reply or an echo reply, or nothing."""
    here, there = bytes.fromhex("02ff00000002"), frame[6:12]
    if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\0\1" and frame[38:42] == bytes([10, 78, 0, 2]):
        return there + here + frame[12:20] + b"\0\2" + here + frame[38:42] + frame[22:32]
    if frame[12:14] == b"\x08\x00" and frame[23] == 1 and frame[34] == 8:
        old = int.from_bytes(frame[36:38], "big")
        sum_ = old + 0x0800  # the type goes from 8 to 0
        sum_ = (sum_ & 0xFFFF) + (sum_ >> 16)
        return there + here + frame[12:26] + frame[30:34] + frame[26:30] + b"\0\0" + sum_.to_bytes(2, "big") + frame[38:]
    return None
