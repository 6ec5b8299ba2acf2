# SPDX-License-Identifier: GPL-2.0-only
"""The registry is kept in hive files (docs/nt/registry.md) that other tools read and write too."""
import shutil
import subprocess
import time

import pytest

from conftest import SAMPLES, Vm, rsl

SERVICE = r"ControlSet001\Services\echo"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "registry"
    path.mkdir()
    return path


@pytest.fixture(autouse=True)
def hivex():
    if not shutil.which("hivexsh"):
        pytest.skip("hivexsh (package libhivex-bin) is not installed")


def start(runtime, folder):
    return Vm(runtime, "--registry", folder, "--drive-c", "none")


def values(hive, key):
    process = subprocess.run(["hivexget", hive, key], capture_output=True, text=True)
    return process.stdout if process.returncode == 0 else None


def wait_for(condition):
    for _ in range(100):
        if condition():
            return True
        time.sleep(0.05)
    return False


def edit(hive, commands):
    process = subprocess.run(["hivexsh", "-w", hive], input=commands + "commit\n", capture_output=True, text=True)
    assert process.returncode == 0 and not process.stderr, process.stderr


def test_what_a_driver_load_writes_is_read_by_other_tools_and_by_the_next_vm(runtime, folder):
    vm = start(runtime, folder)
    vm.load("echo")
    vm.stop()
    assert '"ImagePath"=str(2):"\\\\SystemRoot\\\\System32\\\\drivers\\\\echo.sys"' in values(folder / "SYSTEM", SERVICE)
    listing = subprocess.run(["reglookup", "-p", "/ControlSet001/Services/echo", folder / "SYSTEM"], capture_output=True, text=True)
    assert listing.returncode == 0 and "ImagePath,EXPAND_SZ" in listing.stdout
    assert values(folder / "SOFTWARE", r"Microsoft\Windows NT\CurrentVersion")


def test_changes_are_written_a_moment_later_without_being_asked(runtime, folder):
    vm = start(runtime, folder)
    try:
        vm.load("echo")
        assert wait_for(lambda: values(folder / "SYSTEM", SERVICE))
    finally:
        vm.stop()


def test_what_other_tools_wrote_stays(runtime, folder):
    start(runtime, folder).stop()
    edit(folder / "SYSTEM", "add FromOutside\ncd FromOutside\nsetval 2\nText\nstring:grown outside\nNumber\ndword:42\nadd Child\n")
    vm = start(runtime, folder)
    vm.load("echo")
    vm.stop()
    text = values(folder / "SYSTEM", "FromOutside")
    assert '"Text"="grown outside"' in text and '"Number"=dword:0000002a' in text
    assert values(folder / "SYSTEM", SERVICE)
    assert values(folder / "SYSTEM", r"FromOutside\Child") is not None


def test_the_hive_of_the_last_start_is_kept(runtime, folder):
    start(runtime, folder).stop()
    before = (folder / "SYSTEM").read_bytes()
    vm = start(runtime, folder)
    vm.load("echo")
    vm.stop()
    assert (folder / "SYSTEM.bak").read_bytes() == before
    assert (folder / "SYSTEM").read_bytes() != before


def test_a_damaged_hive_is_refused_and_left_alone(runtime, folder):
    start(runtime, folder).stop()
    hive = folder / "SYSTEM"
    damaged = bytearray(hive.read_bytes())
    damaged[4096] ^= 0xFF
    hive.write_bytes(damaged)
    result = rsl("start", "--vm", "damaged", "--registry", folder, "--drive-c", "none",
                 env={"XDG_RUNTIME_DIR": str(runtime), "XDG_STATE_HOME": str(runtime / "state")})
    assert result.code != 0
    assert "SYSTEM is damaged" in result.err and "SYSTEM.bak" in result.err and "remove it" in result.err
    assert hive.read_bytes() == damaged


def test_two_vms_do_not_share_a_registry(runtime, folder):
    vm = start(runtime, folder)
    try:
        second = vm.rsl("start", "--vm", "second", "--registry", folder, "--drive-c", "none")
        assert second.code == 1 and "in use by another VM" in second.err
    finally:
        vm.stop()


def test_a_run_keeps_nothing_unless_asked(runtime, folder):
    environment = {"XDG_RUNTIME_DIR": str(runtime), "XDG_STATE_HOME": str(runtime / "state")}
    assert rsl("run", SAMPLES / "echo.sys", env=environment).code == 0
    assert not (runtime / "state").exists()
    assert rsl("run", SAMPLES / "echo.sys", "--registry", folder, env=environment).code == 0
    assert values(folder / "SYSTEM", SERVICE)
