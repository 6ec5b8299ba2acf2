# SPDX-License-Identifier: GPL-2.0-only
"""`rsl net` with adapters whose medium is IP: packets instead of Ethernet frames, and so TUN interfaces."""
import os
import shutil
import struct
import subprocess

import pytest

from conftest import RSL, SAMPLES, corpus_driver
from librsl import NtError
from test_net import BIND, INVALID_PARAMETER, answer_to, namespaces, ping, run, send_tcp, status  # noqa: F401: a fixture
from waiting import until
from test_network import SOURCES


@pytest.fixture
def tunnelled(vm, namespaces, tmp_path):
    """The loopback pair with IP packets."""
    for file in (SAMPLES / "ndis_loopback.sys", SOURCES / "ndis_ip.inf"):
        shutil.copy(file, tmp_path)
    assert vm("driver", "install", tmp_path / "ndis_ip.inf").code == 0 and vm("device", "add", r"root\ndis_ip").code == 0
    for number, namespace in enumerate(namespaces):
        made = namespace.up(vm, rf"ROOT\NDIS_IP\{number:04}")
        assert made.code == 0, made
        namespace.address("rsl0", f"10.79.0.{number + 1}")
        assert run("ip", "-n", namespace.name, "address", "add", f"fd00::{number + 1}/64", "dev", "rsl0", "nodad").code == 0
    yield vm, *namespaces
    for bridge in status(vm):
        vm.rsl("net", "down", bridge["device"])


def test_packets_pass_an_adapter_that_has_no_frames(tunnelled):
    vm, left, right = tunnelled
    assert ping(left, "-f", "-c", "500", "10.79.0.2") == (500, 500)
    assert ping(right, "-c", "3", "-i", "0.1", "-s", "1472", "-M", "do", "10.79.0.1") == (3, 3)
    assert left("ping", "-c", "1", "-s", "1473", "-M", "do", "10.79.0.2").code != 0
    assert ping(left, "-6", "-c", "3", "-i", "0.1", "-s", "0", "fd00::2") == (3, 3)
    for bridge in status(vm):
        assert (bridge["tx_drops"], bridge["rx_drops"], bridge["driver"]["send_errors"]) == (0, 0, 0), bridge
    send_tcp(left, right, "10.79.0.2", 5 << 20)
    send_tcp(right, left, "10.79.0.1", 5 << 20)
    for bridge in status(vm):
        assert (bridge["frames"], bridge["mac"], bridge["link"], bridge["mtu"]) == ("ip", "", "up", 1500)
        assert bridge["tx_bytes"] > 5 << 20 and bridge["rx_bytes"] > 5 << 20
    assert "IP packets (a TUN interface)" in vm.rsl("net", "status", "rsl0").out
    link = left.links()["rsl0"]
    assert link["link_type"] == "none" and "POINTOPOINT" in link["flags"]


def test_a_capture_of_packets_says_what_they_are(tunnelled, tmp_path):
    vm, left, _ = tunnelled
    file = tmp_path / "packets.pcap"
    capture = subprocess.Popen([RSL, "net", "capture", r"ROOT\NDIS_IP\0000", file, "--count", "4"],
                               env={**os.environ, "XDG_RUNTIME_DIR": str(vm.runtime)})
    try:
        assert until(lambda: file.exists() and file.stat().st_size >= 24)
        assert until(lambda: ping(left, "-c", "1", "10.79.0.2") == (1, 1) and capture.poll() is not None)
    finally:
        capture.kill()
        capture.wait()
    data = file.read_bytes()
    assert struct.unpack_from("<I", data, 20)[0] == 101  # LINKTYPE_RAW
    assert data[24 + 16] >> 4 in (4, 6)


def test_batches_of_packets_that_are_none_are_refused(vm, namespaces, tmp_path):
    for file in (SAMPLES / "ndis_loopback.sys", SOURCES / "ndis_ip.inf"):
        shutil.copy(file, tmp_path)
    assert vm("driver", "install", tmp_path / "ndis_ip.inf").code == 0
    left, _ = namespaces
    assert left.up(vm, r"ROOT\NDIS_IP\0000").code == 0  # loads rslnet.sys
    assert vm.rsl("net", "down", "rsl0").code == 0
    with vm.client() as client:
        net = client.open(r"\Device\RslNet")
        client.ioctl(net, BIND, struct.pack("<I", 1), 0)
        for frame in (b"\x45" + bytes(18), bytes(20), b"\x50" + bytes(39), b"\x45" + bytes(1500)):
            with pytest.raises(NtError) as refused:
                client.write(net, struct.pack("<I", len(frame)) + frame)
            assert refused.value.status == INVALID_PARAMETER
        packet = b"\x45" + bytes(1499)
        assert client.write(net, struct.pack("<I", len(packet)) + packet) == 4 + len(packet)
        client.close_handle(net)


# ---- wintun.sys: the same with IP packets instead of frames, and so with a TUN interface


def test_linux_pings_through_wintun(vm, namespaces, corpus, tmp_path):
    shutil.copy(corpus_driver(corpus, "wintun.sys"), tmp_path)
    shutil.copy(SOURCES / "wintun.inf", tmp_path)
    installed = vm("driver", "install", tmp_path / "wintun.inf", "--hwid", r"root\wintun")
    assert installed.code == 0, installed
    left, _ = namespaces
    made = left.up(vm, "wintun")
    assert made.code == 0 and [made.json[key] for key in ("frames", "mac", "link")] == ["ip", "", "down"], made
    assert "POINTOPOINT" in left.links()["rsl0"]["flags"] and not left.carrier("rsl0")
    assert run("ip", "-n", left.name, "address", "add", "10.78.0.1/24", "dev", "rsl0").code == 0
    with vm.client() as client:
        tun = client.open(r"\\.\WINTUN1")  # the link is up while a program has it
        assert until(lambda: left.carrier("rsl0"))
        pinging = left.popen("ping", "-q", "-c", "20", "-i", "0.05", "-W", "10", "10.78.0.2")
        answered = 0
        while answered < 20:
            replies = [reply for packet in packets(client.read(tun, 1 << 20)) if (reply := echo_reply(packet))]
            answered += len(replies)
            if replies:
                client.write(tun, b"".join(struct.pack("<I12x", len(reply)) + reply.ljust(-len(reply) % 16 + len(reply), b"\0") for reply in replies))
        out, _ = pinging.communicate(timeout=60)
        assert "20 packets transmitted, 20 received" in out, out
        bridge, = status(vm)
        assert bridge["rx_frames"] == bridge["driver"]["received_frames"] == 20 and bridge["driver"]["sent_frames"] == bridge["tx_frames"] >= 20, bridge
        client.close_handle(tun)
        assert until(lambda: not left.carrier("rsl0"))
    assert vm.rsl("net", "down", "wintun").code != 0 and vm.rsl("net", "down", "rsl0").code == 0
    assert "rsl0" not in left.links()


def packets(batch):
    """Wintun's: a length in 16 bytes, the packet, up to the next multiple of 16."""
    place = 0
    while place < len(batch):
        length, = struct.unpack_from("<I", batch, place)
        yield batch[place + 16:place + 16 + length]
        place += 16 + length + -length % 16


def echo_reply(packet):
    """Of the far end, 10.78.0.2, for an echo request; None for others."""
    reply = answer_to(bytes(12) + b"\x08\0" + packet) if packet[0] >> 4 == 4 else None
    return reply and reply[14:]
