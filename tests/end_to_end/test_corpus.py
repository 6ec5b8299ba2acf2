# SPDX-License-Identifier: GPL-2.0-only
"""Public drivers that nobody here wrote (docs/guides/driver-corpus.md). Skipped, with the reason, when
RSL_DRIVER_CORPUS does not name a folder that has them."""
import struct

import pytest

from conftest import Vm, corpus_driver, rsl

OLS = 40000  # the device type that these drivers chose


def code(function, method=0, access=0):
    return OLS << 16 | access << 14 | function << 2 | method


@pytest.fixture(params=["micro", "q35"])
def machine(request, runtime, processors):
    vm = Vm(runtime, "--smp", processors, "--profile", request.param)
    vm.profile = request.param
    yield vm
    vm.stop()


def loaded(vm, corpus, name):
    return corpus_driver(corpus, name).read_bytes()


def unload_leaves_nothing(client, service):
    report = client.unload(service)
    assert report.text == b"", report.text
    assert service not in client.list_directory(r"\Driver")


def test_sioctl_greets_by_every_method(machine, corpus):
    image = loaded(machine, corpus, "sioctl.sys")
    greeting = b"This String is from Device Driver !!!"
    with machine.client() as client:
        report = client.load("sioctl", image)
        assert report.missing_imports == 0
        handle = client.open(r"\\.\IoctlTest")
        # In-direct: both buffers go to the driver, which writes to neither: it says how many bytes of the
        # second one it saw (its code for this one has no copy; by echo.sys the same road carries data back).
        assert len(client.ioctl(handle, code(0x900, 1), b"This String is from User Application\0", 100)) == 100
        for function, method in ((0x901, 2), (0x902, 0), (0x903, 3)):
            answer = client.ioctl(handle, code(function, method), b"This String is from User Application\0", 100)
            assert answer.startswith(greeting), (hex(function), answer)
        client.close_handle(handle)
        unload_leaves_nothing(client, "sioctl")


def test_winring0_reads_msr_port_and_pci_of_the_vm(machine, corpus):
    image = loaded(machine, corpus, "WinRing0x64.sys")
    with machine.client() as client:
        assert client.load("WinRing0x64", image).missing_imports == 0
        handle = client.open(r"\\.\WinRing0_1_2_0")
        apic_base, = struct.unpack("<Q", client.ioctl(handle, code(0x821), struct.pack("<I", 0x1B), 8))
        assert apic_base & 0xFFFFF000 == 0xFEE00000 and apic_base & 0x800
        line_status = client.ioctl(handle, code(0x833, access=1), struct.pack("<I", 0x3FD), 4)[0]
        assert line_status & 0x60 == 0x60  # COM1's transmitter is empty
        identity, = struct.unpack("<I", client.ioctl(handle, code(0x851, access=1), struct.pack("<II", 0, 0), 4))
        assert identity == {"micro": 0x00081B36, "q35": 0x29C08086}[machine.profile]
        client.close_handle(handle)
        unload_leaves_nothing(client, "WinRing0x64")


def test_inpout_writes_a_port_and_reads_it_back(machine, corpus):
    image = loaded(machine, corpus, "inpoutx64.sys")
    with machine.client() as client:
        assert client.load("inpoutx64", image).missing_imports == 0
        handle = client.open(r"\\.\inpoutx64")
        for value in (0x5A, 0xA5):
            client.ioctl(handle, code(0x802), struct.pack("<HB", 0x3FF, value), 3)  # COM1's scratch register
            assert client.ioctl(handle, code(0x801), struct.pack("<HB", 0x3FF, 0), 3)[0] == value
        client.close_handle(handle)
        unload_leaves_nothing(client, "inpoutx64")


@pytest.mark.parametrize("name", ["toaster", "winpmem_x64", "com0com"])
def test_other_drivers_load_or_say_what_they_lack(corpus, name):
    path = corpus_driver(corpus, f"{name}.sys")
    result = rsl("run", path, "--json", "--timeout", "20")
    assert result.code in (0, 2, 3), result
    if result.code == 0:
        assert result.json["driver"]["entry_status"]["name"] == "STATUS_SUCCESS"


def test_check_names_what_the_corpus_lacks(corpus):
    result = rsl("check", corpus, "--json")
    assert result.code == 0, result
    files = {entry["file"].rsplit("/", 1)[-1]: entry for entry in result.json["files"]}
    for name in ("sioctl.sys", "WinRing0x64.sys", "inpoutx64.sys"):
        if name in files:
            assert files[name]["missing"] == []
