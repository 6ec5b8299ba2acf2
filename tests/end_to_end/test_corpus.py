# SPDX-License-Identifier: GPL-2.0-only
"""Public drivers that nobody here wrote (docs/guides/driver-corpus.md). Skipped, with the reason, when
RSL_DRIVER_CORPUS does not name a folder that has them."""
import ctypes
import struct

import pytest

from conftest import Vm, corpus_driver, rsl
from librsl import BUILD, NtError

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


class Winpmem:
    """WinPmem's interface (rekall's tools/windows/winpmem, user side): one handle, reads at physical offsets."""

    SET_MODE, GET_INFO = 0x22 << 16 | 3 << 14 | 0x101 << 2, 0x22 << 16 | 3 << 14 | 0x103 << 2
    FIELDS = 3 + 1 + 32 + 3 + 1 + 0xFE + 1  # QWORDs; the last is the number of runs, which follow

    def __init__(self, client, mode):
        self.client, self.handle = client, client.open(r"\\.\pmem")
        client.ioctl(self.handle, self.SET_MODE, struct.pack("<I", mode))
        answer = client.ioctl(self.handle, self.GET_INFO, b"", 102400)
        head = struct.unpack_from(f"<{self.FIELDS}Q", answer)
        self.cr3, self.build, self.kernel_base, self.build_address = head[0], head[1], head[2], head[39]
        runs = struct.unpack_from(f"<{2 * head[-1]}Q", answer, 8 * self.FIELDS)
        self.runs = list(zip(runs[::2], runs[1::2]))

    def physical(self, address, count):
        return self.client.read(self.handle, count, address)

    def walk(self, virtual):
        """The physical address, by the page tables that the driver reads for us."""
        table = self.cr3 & ~0xFFF
        for shift in (39, 30, 21, 12):
            entry, = struct.unpack("<Q", self.physical(table + (virtual >> shift & 511) * 8, 8))
            assert entry & 1, f"{virtual:#x} is not mapped at level {shift}"
            table = entry & 0x000FFFFFFFFFF000
            if shift == 12 or entry & 0x80:
                return (table & -(1 << shift)) + (virtual & ((1 << shift) - 1))
        return None


@pytest.mark.parametrize("mode", [0, 1], ids=["MmMapIoSpace", "PhysicalMemory"])
def test_winpmem_reads_the_kernel_in_physical_memory(machine, corpus, mode):
    image = loaded(machine, corpus, "winpmem_x64.sys")
    kernel = (BUILD / "share" / "rsl" / "ntoskrnl.exe").read_bytes()
    with machine.client() as client:
        assert client.load("winpmem_x64", image).missing_imports == 0
        memory = Winpmem(client, mode)
        assert memory.build & 0xFFFF == 19045
        assert sum(length for _, length in memory.runs) > 16 << 20
        # The kernel where its page tables say: code that is in the file, and its own build number.
        start = memory.walk(memory.kernel_base)
        assert memory.physical(start, 2) == b"MZ"
        headers, = struct.unpack_from("<I", kernel, 0x3C)
        text = headers + 24 + struct.unpack_from("<H", kernel, headers + 20)[0]
        _, virtual, _, offset = struct.unpack_from("<4I", kernel, text + 8)
        page = memory.walk(memory.kernel_base + virtual)
        assert memory.physical(page, 4096) == kernel[offset:offset + 4096]
        if memory.build_address:
            assert memory.physical(memory.walk(memory.build_address), 2) == struct.pack("<H", 19045)
        assert any(first <= page < first + length for first, length in memory.runs)
        client.close_handle(memory.handle)
        unload_leaves_nothing(client, "winpmem_x64")


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


class UnicodeString(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("maximum", ctypes.c_uint16), ("text", ctypes.c_void_p)]


class ObjectAttributes(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint32), ("root", ctypes.c_void_p), ("name", ctypes.POINTER(UnicodeString)),
                ("attributes", ctypes.c_uint32), ("security", ctypes.c_void_p), ("quality", ctypes.c_void_p)]


def test_kprocesshacker_answers_through_pointers_in_its_buffers(machine, corpus):
    """KProcessHacker 2.8 (phlib's kphapi.h): METHOD_NEITHER, and everything by pointers into the program's memory."""
    def kph(number):
        return 0x9999 << 16 | (0x800 + number) << 2 | 3

    image = loaded(machine, corpus, "kprocesshacker.sys")
    with machine.client() as client:
        report = client.load("kprocesshacker", image)
        assert report.entry_status == 0 and report.missing_imports == 0  # BCrypt's are ksecdd.sys's
        handle = client.open(r"\Device\KProcessHacker3")

        features = ctypes.c_uint32(0xFFFFFFFF)
        client.ioctl(handle, kph(0), struct.pack("<Q", ctypes.addressof(features)), 0)
        assert features.value == 0  # no features defined

        text = ctypes.create_unicode_buffer("")
        encoded = ctypes.create_string_buffer("\\Driver\\kprocesshacker".encode("utf-16-le"))
        name = UnicodeString(len(encoded) - 1, len(encoded) - 1, ctypes.addressof(encoded))
        attributes = ObjectAttributes(ctypes.sizeof(ObjectAttributes), None, ctypes.pointer(name), 0x40, None, None)
        driver = ctypes.c_uint64(0)
        client.ioctl(handle, kph(200), struct.pack("<QIxxxxQ", ctypes.addressof(driver), 0x80000000, ctypes.addressof(attributes)), 0)
        assert driver.value != 0

        answer, returned = ctypes.create_string_buffer(512), ctypes.c_uint32(0)
        ask = struct.pack("<QIxxxxQIxxxxQ", driver.value, 0, ctypes.addressof(answer), 24, ctypes.addressof(returned))
        client.ioctl(handle, kph(201), ask, 0)
        flags, start, size = struct.unpack_from("<IxxxxQI", answer.raw)
        assert start == report.image_base and size == report.image_bytes and returned.value == 24, (flags, start, size)
        ask = struct.pack("<QIxxxxQIxxxxQ", driver.value, 1, ctypes.addressof(answer), 512, ctypes.addressof(returned))
        client.ioctl(handle, kph(201), ask, 0)
        length, _, at = struct.unpack_from("<HHxxxxQ", answer.raw)
        assert ctypes.string_at(at, length).decode("utf-16-le").lower() == r"\driver\kprocesshacker"

        with pytest.raises(NtError) as refused:  # a bad pointer raises in the driver, which says so
            client.ioctl(handle, kph(0), struct.pack("<Q", 0x10), 0)
        assert refused.value.status & 0xFFFFFFFF in (0xC0000005, 0x80000002), refused.value
        with pytest.raises(NtError):  # nobody has signed this program
            client.ioctl(handle, kph(1), struct.pack("<QQIxxxx", ctypes.addressof(text), ctypes.addressof(encoded), 16), 0)
        with pytest.raises(NtError):  # protected calls want the key of a verified program
            client.ioctl(handle, kph(50), struct.pack("<QIxxxxQIxxxx", ctypes.addressof(driver), 0x1F0FFF, ctypes.addressof(answer), 0), 0)
        client.close_handle(handle)
        unload_leaves_nothing(client, "kprocesshacker")
