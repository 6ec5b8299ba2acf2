# SPDX-License-Identifier: GPL-2.0-only
"""Everything that goes wrong is one sentence with the cause, and the right exit code."""
import json
import struct

import pytest

from conftest import DRIVERS, SAMPLES, rsl

WRONG_USE, REFUSED, CRASHED, VM_FAILED = 1, 2, 3, 4
ECHO = SAMPLES / "echo.sys"
MACHINE_AT, OPTIONAL_AT = 4, 24  # from the PE signature


def edited(tmp_path, change, name="changed.sys"):
    """A copy of echo.sys with change(bytes, offset of the PE signature) applied."""
    image = bytearray(ECHO.read_bytes())
    change(image, struct.unpack_from("<I", image, 0x3C)[0])
    path = tmp_path / name
    path.write_bytes(image)
    return path


def expect(result, code, *words):
    assert result.code == code, result
    text = result.err.lower()
    for word in words:
        assert word.lower() in text, (word, result)
    assert "traceback" not in text and len(result.err.strip().splitlines()) <= 8, result


def test_a_path_that_is_not_there(tmp_path):
    expect(rsl("run", tmp_path / "none.sys"), WRONG_USE, "none.sys", "no such file")


def test_a_folder_instead_of_a_driver(tmp_path):
    expect(rsl("run", tmp_path), WRONG_USE, "directory")


def test_a_text_file(tmp_path):
    path = tmp_path / "text.sys"
    path.write_text("this is no driver\n")
    expect(rsl("run", path), WRONG_USE, "text.sys")


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.sys"
    path.write_bytes(b"")
    expect(rsl("run", path), WRONG_USE, "empty")


def test_a_32_bit_driver(tmp_path):
    def change(image, pe):
        struct.pack_into("<H", image, pe + MACHINE_AT, 0x14C)
    expect(rsl("run", edited(tmp_path, change)), WRONG_USE, "32-bit", "x64")


def test_an_arm_driver(tmp_path):
    def change(image, pe):
        struct.pack_into("<H", image, pe + MACHINE_AT, 0xAA64)
    expect(rsl("run", edited(tmp_path, change)), WRONG_USE, "arm64", "x64")


def test_a_dll_for_user_mode(tmp_path):
    def change(image, pe):
        flags, = struct.unpack_from("<H", image, pe + 22)
        struct.pack_into("<H", image, pe + 22, flags | 0x2000)
        struct.pack_into("<H", image, pe + OPTIONAL_AT + 68, 2)  # the Windows GUI subsystem
    expect(rsl("run", edited(tmp_path, change, "library.dll")), WRONG_USE, "library.dll")


@pytest.mark.parametrize("keep", [64, 200, 1024, 0.5, 0.9])
def test_a_truncated_driver(tmp_path, keep):
    image = ECHO.read_bytes()
    path = tmp_path / "short.sys"
    path.write_bytes(image[:keep if isinstance(keep, int) else int(len(image) * keep)])
    expect(rsl("run", path), WRONG_USE, "short.sys")


def test_an_entry_that_fails_is_named():
    expect(rsl("run", DRIVERS / "entry_fails.sys"), REFUSED, "STATUS_DEVICE_CONFIGURATION_ERROR", "0xC0000182")


def test_a_driver_without_its_library_is_not_loaded_and_the_vm_lives_on(vm):
    expect(rsl("run", DRIVERS / "uses_library.sys"), REFUSED, "library.sys", "load it first", "STATUS_DLL_NOT_FOUND")
    expect(vm("driver", "load", DRIVERS / "uses_library.sys"), REFUSED, "library.sys", "STATUS_DLL_NOT_FOUND")
    assert "uses_library" not in vm("driver", "list").out
    for name in ("library", "uses_library"):
        assert vm("driver", "load", DRIVERS / f"{name}.sys").code == 0


def test_an_entry_that_never_returns():
    expect(rsl("run", DRIVERS / "entry_hangs.sys", "--timeout", 2), VM_FAILED, "DriverEntry", "--timeout")


def test_a_call_that_never_returns():
    result = rsl("run", SAMPLES / "crash.sys", "--ioctl", "0x222054", "--timeout", 2)
    expect(result, VM_FAILED, "--timeout")


def test_an_import_that_rsl_lacks_is_named_when_called():
    result = rsl("run", SAMPLES / "crash.sys", "--ioctl", "0x222050")
    expect(result, CRASHED, "RslNoKernelHasThisFunction", "crash.sys")


def test_check_names_the_missing_import():
    result = rsl("check", SAMPLES / "crash.sys", "--json")
    entry = json.loads(result.out)["files"][0]
    assert entry["missing"] == ["ntoskrnl.exe!RslNoKernelHasThisFunction"], entry


def test_bad_hexadecimal_input():
    expect(rsl("run", ECHO, "--ioctl", "0x222000", "--in", "xyz"), WRONG_USE, "xyz")
    expect(rsl("run", ECHO, "--ioctl", "0x222000", "--in", "abc"), WRONG_USE, "abc")
    expect(rsl("run", ECHO, "--ioctl", "banana"), WRONG_USE, "banana")


def test_a_device_that_is_not_there_lists_those_that_are():
    expect(rsl("run", ECHO, "--device", "Nothing", "--ioctl", "0x222000"), REFUSED, "Nothing", "Echo")


def test_an_ioctl_that_the_driver_refuses():
    expect(rsl("run", ECHO, "--ioctl", "0x222FFC"), REFUSED, "STATUS_INVALID_DEVICE_REQUEST", "0xC0000010")


def test_a_vm_that_does_not_run(runtime):
    result = rsl("status", "--vm", "nosuchvm", env={"XDG_RUNTIME_DIR": str(runtime)})
    expect(result, VM_FAILED, "nosuchvm", "rsl start")


def test_an_unknown_verb_and_an_unknown_option():
    expect(rsl("dance"), WRONG_USE, "dance")
    expect(rsl("run", ECHO, "--dance"), WRONG_USE, "--dance")
    assert rsl("run").code == WRONG_USE
