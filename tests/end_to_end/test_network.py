# SPDX-License-Identifier: GPL-2.0-only
"""Network adapters end to end: real NDIS 6 miniports and samples of ours."""
import pathlib
import re
import shutil
import struct

from conftest import Vm, corpus_driver
from test_pnp import find

DRIVERS = pathlib.Path(__file__).resolve().parent / "drivers"


def instance(vm, device):
    """The {GUID} by which programs know a network adapter."""
    for interface in vm("inspect", "kernel/pnp/interfaces", "--json").json:
        if interface["device"].upper() == device.upper() and "CAC88484" in interface["link"].upper():
            return re.search(r"\{[0-9A-Fa-f-]{36}\}$", interface["link"]).group()
    raise AssertionError(f"{device} has no network interface")


# ---- tap0901.sys: OpenVPN's virtual adapter, an NDIS 6 miniport with a control device


def tap_code(request):
    return 0x220000 | request << 2


GET_MAC, GET_VERSION, GET_MTU, SET_MEDIA_STATUS = (tap_code(n) for n in (1, 2, 3, 6))
QUERY_STATISTICS = 0x00170002  # IOCTL_NDIS_QUERY_GLOBAL_STATS
OID_GEN_MEDIA_CONNECT_STATUS, OID_802_3_CURRENT_ADDRESS, OID_GEN_VENDOR_DRIVER_VERSION = 0x00010114, 0x01010102, 0x00010116
MAC = bytes.fromhex("02ff12345678")  # the INF's NetworkAddress


def install_tap(vm, corpus, folder):
    shutil.copy(corpus_driver(corpus, "tap0901.sys"), folder / "tap0901.sys")
    shutil.copy(DRIVERS / "tap0901.inf", folder / "tap0901.inf")
    installed = vm("driver", "install", folder / "tap0901.inf", "--hwid", r"root\tap0901")
    assert installed.code == 0, installed
    tap = find(vm, "TAP0901")[0]
    assert (tap["state"], tap["problem"], tap["service"]) == ("Started", 0, "tap0901"), tap
    return tap["id"]


def test_tap_answers_through_its_control_device(vm, corpus, tmp_path):
    device = install_tap(vm, corpus, tmp_path)
    with vm.client() as client:
        tap = client.open(rf"\\.\Global\{instance(vm, device)}.tap")
        assert client.ioctl(tap, GET_MAC, b"", 6) == MAC
        major, minor, debug = struct.unpack("<III", client.ioctl(tap, GET_VERSION, b"", 12))
        assert major == 9 and minor >= 9 and debug == 0, (major, minor, debug)
        assert client.ioctl(tap, GET_MTU, b"", 4) == struct.pack("<I", 1500)
        client.close_handle(tap)
