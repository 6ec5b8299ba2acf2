# SPDX-License-Identifier: GPL-2.0-only
"""Plug and play end to end: INF files, the device tree, hardware of QEMU's with samples of ours, real drivers."""
import math
import shutil
import struct
import threading

import pytest

from conftest import SAMPLES, Vm, corpus_driver, rsl

EDU_ID = r"PCI\VEN_1234&DEV_11E8"


def machine(runtime, processors, profile, *options):
    return Vm(runtime, "--smp", processors, "--profile", profile, *options)


def nodes(tree):
    yield tree
    for child in tree["children"]:
        yield from nodes(child)


def find(vm, part):
    tree = vm("tree", "devices", "--json").json
    return [node for node in nodes(tree) if part.upper() in node["id"].upper()]


def number(*values):
    return struct.pack(f"<{len(values)}I", *values)


# ---- Hardware with samples of ours


@pytest.mark.parametrize("inf,messages", [("edu.inf", 0), ("edu_msi.inf", 1)])
def test_edu_computes_interrupts_and_transfers(runtime, processors, profile, inf, messages):
    vm = machine(runtime, processors, profile, "--device", "edu")
    try:
        waiting = find(vm, "VEN_1234&DEV_11E8")[0]
        assert (waiting["state"], waiting["problem"]) == ("Initialized", 28), waiting
        installed = vm("driver", "install", SAMPLES / inf)
        assert installed.code == 0, installed
        edu = find(vm, "VEN_1234&DEV_11E8")[0]
        assert (edu["state"], edu["problem"], edu["service"]) == ("Started", 0, "edu"), edu
        kinds = {resource.get("kind") for resource in edu["resources"]}
        assert ("message" in kinds) == (messages == 1), edu["resources"]
        with vm.client() as client:
            handle = client.open(r"\\.\Edu")
            identity, alive = struct.unpack("<II", client.ioctl(handle, 0x222000, b"", 8))
            assert identity & 0xFF == 0xED and alive == 0xFFFFFFFF
            for n, factorial in ((0, 1), (5, 120), (10, 3628800)):
                assert client.ioctl(handle, 0x222004, number(n), 4) == number(factorial)
            data = (bytes(range(256)) * 16)[:4095]
            assert client.ioctl(handle, 0x222008, data, 4096) == data
            mode, interrupts, errors = struct.unpack("<III", client.ioctl(handle, 0x22200C, b"", 12))
            assert (mode, errors) == (messages, 0) and interrupts == 5  # three factorials, two transfers
            client.close_handle(handle)
    finally:
        vm.stop()


def test_edu_stops_restarts_and_goes(runtime, processors):
    vm = machine(runtime, processors, "micro", "--device", "edu")
    try:
        assert vm("driver", "install", SAMPLES / "edu.inf").code == 0
        path = find(vm, "VEN_1234&DEV_11E8")[0]["id"]
        assert vm("device", "restart", path).code == 0
        with vm.client() as client:
            handle = client.open(r"\\.\Edu")
            assert client.ioctl(handle, 0x222004, number(4), 4) == number(24)
            refused = vm("device", "disable", path)  # an open file is a veto
            assert refused.code == 2 and "VETOED" in refused.err, refused
            assert client.ioctl(handle, 0x222004, number(3), 4) == number(6)
            client.close_handle(handle)
        assert vm("device", "disable", path).code == 0
        assert find(vm, "VEN_1234&DEV_11E8")[0]["problem"] == 22
        assert "edu" not in vm("driver", "list").out.split()
        assert vm("device", "enable", path).code == 0
        assert find(vm, "VEN_1234&DEV_11E8")[0]["state"] == "Started"
    finally:
        vm.stop()


def test_devices_share_an_interrupt_line(runtime, processors, profile):
    """Six devices on four lines that are levels: each driver claims its own device's interrupts, and no others."""
    vm = machine(runtime, processors, profile, *["--device", "edu"] * 6)
    try:
        assert vm("driver", "install", SAMPLES / "edu.inf").code == 0
        edus = find(vm, "VEN_1234&DEV_11E8")
        assert [edu["state"] for edu in edus] == ["Started"] * 6
        lines = [resource["line"] for edu in edus for resource in edu["resources"] if resource.get("kind") == "line"]
        shared = next(line for line in lines if lines.count(line) > 1)
        first, second = [i for i, line in enumerate(lines) if line == shared][:2]

        def name(i):
            return rf"\\.\Edu{i or ''}"

        with vm.client() as client:
            handles = [client.open(name(i)) for i in range(6)]
            wrong = []

            def use(handle):
                for n in range(100):
                    if client.ioctl(handle, 0x222004, number(n % 11), 4) != number(math.factorial(n % 11)):
                        wrong.append(n)

            threads = [threading.Thread(target=use, args=(handle,)) for handle in handles]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert wrong == []
            assert [struct.unpack("<III", client.ioctl(handle, 0x22200C, b"", 12)) for handle in handles] == [(0, 100, 0)] * 6
            client.close_handle(handles[first])
            assert vm("device", "disable", edus[first]["id"]).code == 0
            assert client.ioctl(handles[second], 0x222004, number(6), 4) == number(720)
            assert vm("device", "enable", edus[first]["id"]).code == 0
            again = client.open(name(first))
            assert client.ioctl(again, 0x222004, number(7), 4) == number(5040)
            assert client.ioctl(handles[second], 0x222004, number(8), 4) == number(40320)
            for handle in [again, *handles[:first], *handles[first + 1:]]:
                client.close_handle(handle)
    finally:
        vm.stop()


def test_pci_testdev_counts_writes(runtime, processors, profile):
    vm = machine(runtime, processors, profile, "--device", "pci-testdev")
    try:
        assert vm("driver", "install", SAMPLES / "pcitest.inf").code == 0
        with vm.client() as client:
            handle = client.open(r"\\.\PciTest")
            answer = client.ioctl(handle, 0x222000, number(0, 7), 68)
            assert struct.unpack("<I", answer[:4])[0] == 7
            assert answer[4:].split(b"\0")[0].startswith(b"mmio")
            config = client.ioctl(handle, 0x222004, b"", 64)
            assert config[:4] == bytes.fromhex("361b0500")
            client.close_handle(handle)
    finally:
        vm.stop()


def test_run_takes_an_inf_and_hardware():
    result = rsl("run", SAMPLES / "edu_msi.inf", "--device", "edu", "--ioctl", "0x222004", "--in", "06000000", "--json")
    assert result.code == 0, result
    assert result.json["calls"][0]["output"].replace(" ", "") == "d0020000"
    wrong = rsl("start", "--vm", "never", "--device", "toaster")
    assert wrong.code == 1 and "edu" in wrong.err, wrong


# ---- INF files


def write_inf(folder, text, driver="echo.sys"):
    shutil.copy(SAMPLES / "echo.sys", folder / driver)
    path = folder / "test.inf"
    path.write_text(text)
    return path


HEAD = """[Version]
Signature = "$Windows NT$"
Class = Test
ClassGuid = {11111111-2222-3333-4444-555555555555}
Provider = "Test"
"""
MODELS = """[Manufacturer]
"Test" = M, NTamd64
[M.NTamd64]
"A thing" = I, ROOT\\RslThing
[I.NT]
[I.NT.Services]
AddService = thing, 2, S
[S]
ServiceType = 1
StartType = 3
ErrorControl = 1
ServiceBinary = %12%\\thing.sys
"""


def test_a_driver_without_add_device_leaves_the_device_with_its_problem(vm, tmp_path):
    installed = vm("driver", "install", write_inf(tmp_path, HEAD + MODELS, "thing.sys"))
    assert installed.code == 0, installed
    thing = find(vm, "RSLTHING")[0]
    assert (thing["state"], thing["problem_name"]) == ("Initialized", "CM_PROB_FAILED_ADD"), thing
    assert vm("device", "remove", thing["id"]).code == 0
    assert find(vm, "RSLTHING") == []


@pytest.mark.parametrize("text,part", [
    ("nonsense", "test.inf:1: there is text before the first [section]"),
    ("[x]\n", "no [Version] section"),
    (HEAD + "[Manufacturer]\na = M, NTx86\n", "serves no device of 64-bit Windows"),
    (HEAD + MODELS.replace("[S]", "[T]"), "the service's section [S] is not there"),
    (HEAD + MODELS.replace("thing.sys", "gone.sys"), "the driver gone.sys of service thing is not beside the INF file"),
])
def test_a_bad_inf_is_refused_with_its_line(vm, tmp_path, text, part):
    result = vm("driver", "install", write_inf(tmp_path, text, "thing.sys"))
    assert result.code == 1 and part in result.err, result


def test_an_id_that_the_inf_does_not_serve_is_refused(vm, tmp_path):
    result = vm("driver", "install", write_inf(tmp_path, HEAD + MODELS, "thing.sys"), "--hwid", "ROOT\\Other")
    assert result.code == 1 and "ROOT\\RslThing" in result.err, result


def test_a_device_that_is_not_there_is_refused(vm):
    result = vm("device", "disable", "ROOT\\NOBODY\\0000")
    assert result.code == 2 and "rsl tree devices" in result.err, result


# ---- Real drivers

TOASTER_ID = r"{b85b7c50-6a01-11d2-b841-00c04fad5171}\MsToaster"
TOASTER_INF = HEAD + MODELS.replace("ROOT\\RslThing", TOASTER_ID).replace("thing.sys", "toaster.sys").replace("thing", "toaster")
COM0COM_INF = HEAD + """[Manufacturer]
"Test" = M, NTamd64
[M.NTamd64]
"Bus" = I, root\\com0com
"Port" = P, com0com\\port
[I.NT]
[I.NT.Services]
AddService = com0com, 2, S
[P.NT]
[P.NT.Services]
AddService = com0com, 2, S
[S]
ServiceType = 1
StartType = 3
ErrorControl = 1
ServiceBinary = %12%\\com0com.sys
"""


def package(folder, corpus, driver, text):
    shutil.copy(corpus_driver(corpus, driver), folder / driver)
    path = folder / "package.inf"
    path.write_text(text)
    return path


def test_toaster_starts_stops_and_goes_under_pnp(vm, corpus, tmp_path):
    installed = vm("driver", "install", package(tmp_path, corpus, "toaster.sys", TOASTER_INF), "--hwid", TOASTER_ID)
    assert installed.code == 0, installed
    toaster = find(vm, "MSTOASTER")[0]
    assert (toaster["state"], toaster["problem"]) == ("Started", 0), toaster
    interfaces = vm("inspect", "kernel/pnp/interfaces", "--json").json
    assert [i["enabled"] for i in interfaces if "781EF630-72B2-11D2-B852-00C04FAD5171" in i["link"].upper()] == [True]
    assert vm("device", "restart", toaster["id"]).code == 0
    assert vm("device", "remove", toaster["id"]).code == 0
    assert find(vm, "MSTOASTER") == []
    assert "toaster" not in vm("driver", "list").out.split()


def test_com0com_makes_two_ports_that_pass_bytes(vm, corpus, tmp_path):
    installed = vm("driver", "install", package(tmp_path, corpus, "com0com.sys", COM0COM_INF))
    assert installed.code == 0, installed
    assert {node["state"] for node in find(vm, "COM0COM")} == {"Started"}
    assert len(find(vm, "COM0COM\\PORT")) == 2
    with vm.client() as one, vm.client() as other:
        a, b = one.open(r"\\.\CNCA0"), other.open(r"\\.\CNCB0")
        for here, there, data in ((one, other, b"from A to B"), (other, one, b"and back from B to A")):
            mine, its = (a, b) if here is one else (b, a)
            read = []
            reader = threading.Thread(target=lambda: read.append(there.read(its, len(data))))
            reader.start()
            here.write(mine, data)
            reader.join(20)
            assert read == [data]
        one.close_handle(a)
        other.close_handle(b)


def test_silabenm_and_ftser2k_start_without_their_usb_devices(vm, corpus, tmp_path):
    # The serial enumerator finds nothing on a port that is not there; the port gets a name and refuses to be opened.
    for name, device in (("silabenm", "ROOT\\SILABENM"), ("FTSER2K", "ROOT\\FTSER2K")):
        text = HEAD.replace("Class = Test", "Class = Ports").replace("{11111111-2222-3333-4444-555555555555}",
                                                                      "{4D36E978-E325-11CE-BFC1-08002BE10318}")
        text += MODELS.replace("ROOT\\RslThing", device).replace("thing.sys", f"{name}.sys").replace("thing", name)
        installed = vm("driver", "install", package(tmp_path, corpus, f"{name}.sys", text))
        assert installed.code == 0, installed
        started = find(vm, device)[0]
        assert (started["state"], started["problem"]) == ("Started", 0), started


def test_a_run_lists_the_devices_of_its_driver_only():
    """With more processors the VM's own devices used to appear beside it: the bus was still enumerated."""
    for _ in range(4):
        ran = rsl("run", SAMPLES / "echo.sys", "--smp", 4, "--json")
        assert ran.code == 0 and ran.json["devices"] == ["\\Device\\Echo"], ran
