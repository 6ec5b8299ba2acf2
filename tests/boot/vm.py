# SPDX-License-Identifier: GPL-2.0-only
"""One run of the VM for the boot tests: QEMU as host/vm starts it, without its confinement."""
import ctypes
import os
import pathlib
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Exit codes of QEMU: 2 * value + 1 of boot/boot_info.h's RSL_EXIT_*.
POWER_OFF, TESTS_PASSED, BOOT_FAILED, TESTS_FAILED, BUG_CHECK = 33, 49, 65, 81, 97

MACHINES = {
    "micro": ["-M", "microvm,accel=tcg,pcie=on,pic=off,pit=off,rtc=off,isa-serial=on",
              "-global", "virtio-mmio.force-legacy=off"],
    "q35": ["-M", "q35,accel=tcg,smm=off,sata=off,smbus=off,usb=off,vmport=off,hpet=off",
            "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"],
}
CPUS = {1: "1,maxcpus=2", 2: "2"}  # with one possible CPU, TCG loses atomic operations


def die_with_parent():
    """Runs in the child: no QEMU outlives its test."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def command(profile, cpus, shim, archive, append="", extra=(), memory=64):
    line = ["qemu-system-x86_64", *MACHINES[profile], "-bios", "qboot.rom", "-cpu", "max", "-m", str(memory),
            "-smp", CPUS[cpus], "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", str(shim), "-append", append, "-serial", "stdio",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=1", *extra]
    return line + (["-initrd", str(archive)] if archive else [])


def start(*args, close_fds=True, **kwargs):
    return subprocess.Popen(command(*args, **kwargs), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, preexec_fn=die_with_parent, close_fds=close_fds)


def run(*args, timeout=60, **kwargs):
    """Returns (exit code or None when time ran out, what the serial port said)."""
    vm = start(*args, **kwargs)
    try:
        out, _ = vm.communicate(timeout=timeout)
        code = vm.returncode
    except subprocess.TimeoutExpired:
        vm.kill()
        out, _ = vm.communicate()
        code = None
    return code, out.decode(errors="replace")


def share_directory():
    return pathlib.Path(os.environ.get("RSL_BUILD", ROOT / "build")) / "share" / "rsl"
