# SPDX-License-Identifier: GPL-2.0-only
"""--cpus and --memory hold for the whole VM: a spinning driver shows it."""
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time

import pytest

from conftest import SAMPLES, Vm, rsl

TICKS = os.sysconf("SC_CLK_TCK")
SPIN = 0x22200C


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def share_while_spinning(vm):
    """CPUs that QEMU used while a driver spun for two seconds of the VM's time."""
    vm.load("timer")
    pid = vm.status()["qemu_pid"]
    with vm.client() as client:
        handle = client.open(r"\\.\Timer")
        used, started = cpu_seconds(pid), time.monotonic()
        client.ioctl(handle, SPIN, struct.pack("<I", 2000))
        return (cpu_seconds(pid) - used) / (time.monotonic() - started)


@pytest.mark.parametrize("limit", [0.25, 0.5])
def test_a_fraction_of_a_processor_holds(runtime, limit):
    vm = Vm(runtime, "--cpus", limit)
    try:
        assert share_while_spinning(vm) < limit * 1.25
    finally:
        vm.stop()


def test_the_group_is_gone_after_the_vm(runtime):
    def groups():
        return {path for path in pathlib.Path("/sys/fs/cgroup").rglob("*rsl*") if path.is_dir()}

    before = groups()
    vm = Vm(runtime, "--cpus", 0.5, "--memory", "96M")
    assert groups() != before
    vm.stop()
    assert groups() == before


@pytest.mark.parametrize("arguments", [("--cpus", "0"), ("--cpus", "many"), ("--memory", "1K"), ("--memory", "lots")])
def test_a_limit_that_makes_no_sense_is_wrong_use(arguments):
    result = rsl("run", "/nonexistent.sys", *arguments)
    assert result.code == 1 and arguments[0].lstrip("-") in result.err, result


NO_FOLDERS = ("--drive-c", "none", "--registry", "none")


@pytest.mark.parametrize("options", [NO_FOLDERS, ()], ids=["no-folders", "folders"])
def test_an_idle_vm_is_small(runtime, processors, options):
    """The promise, less what other QEMUs on this machine share with it."""
    vm = Vm(runtime, "--smp", processors, *options)
    try:
        time.sleep(0.5)  # what belongs to the start is over
        used = vm.status()["private_bytes"]
    finally:
        vm.stop()
    assert used <= 40 << 20


def test_qemu_runs_without_libraries_that_no_vm_of_ours_uses(vm):
    maps = pathlib.Path(f"/proc/{vm.status()['qemu_pid']}/maps").read_text()
    paths = {words[5] for line in maps.splitlines() if len(words := line.split()) > 5}
    ours = {pathlib.Path(path).name for path in paths if "/lib/rsl/" in path}
    assert {"libgnutls.so.30", "librdmacm.so.1", "libibverbs.so.1"} <= ours, paths
    assert not any(name in path for path in paths - ours for name in ("p11-kit", "libnl", "libelf", "libcrypto", "libmount")), paths
    assert all("/lib/rsl/" in path for path in paths if "libcapstone" in path or "libpmem" in path)


def test_a_qemu_that_needs_more_of_a_library_gets_the_systems(tmp_path):
    with tempfile.TemporaryDirectory() as prefix:  # not pytest's own: QEMU's user has to get there
        qemu = pathlib.Path(prefix) / "bin" / "qemu"
        qemu.parent.mkdir()
        shutil.copy("/usr/bin/qemu-system-x86_64", qemu.parent / "real")
        subprocess.run(["clang-19", "-x", "c", "-", "-o", qemu, "-Wl,-z,now", "-l:libgnutls.so.30"], check=True, text=True, input=f"""
            #include <stdlib.h>
            #include <unistd.h>
            extern void gnutls_x509_trust_list_init(void);  /* which no stand-in has */
            int main(int count, char** words) {{
                if (count > 99) gnutls_x509_trust_list_init();
                setenv("QEMU_MODULE_DIR", "/usr/lib/x86_64-linux-gnu/qemu", 1);  /* QEMU looks beside itself */
                execv("{qemu.parent}/real", words);
                return 1;
            }}""")
        for path in (qemu, qemu.parent, qemu.parent.parent):
            path.chmod(0o755)
        environment = {"RSL_QEMU": str(qemu), "XDG_CACHE_HOME": str(tmp_path)}
        for _ in range(2):  # tried, then remembered
            ran = rsl("run", SAMPLES / "echo.sys", env=environment)
            assert ran.code == 0 and "DriverEntry returned STATUS_SUCCESS" in ran.out, ran
            assert (tmp_path / "rsl" / "stand_ins").read_text().endswith(" no\n")
        assert "needs more of them" in rsl("doctor", env=environment).out
