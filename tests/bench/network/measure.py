# SPDX-License-Identifier: GPL-2.0-only
"""Throughput and latency between two network interfaces in namespaces of their own, and of a Linux guest that bridges them.

  measure.py linux    A - virtio-net - Linux's bridge - DEVICE - B
  measure.py rsl      A - rsl net up - e1000.sys in RSL - DEVICE - B
  measure.py compare  both, and how we do against Linux

Prints one line of JSON. Takes root (network namespaces, TAP interfaces) and tools/install_packages --linux-guest."""
import argparse
import fcntl
import json
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
# In build/share/rsl/bench, beside what it needs; or where its source is.
BUILT = (HERE / "tap_end.py").exists()
BUILD = HERE.parents[2] if BUILT else pathlib.Path(os.environ.get("RSL_BUILD", HERE.parents[2] / "build"))
sys.path.insert(0, str(HERE if BUILT else HERE.parents[1] / "end_to_end"))
sys.dont_write_bytecode = True
from tap_end import IFF_NO_PI, IFF_TAP, TUNSETIFF, Namespace, make_tap  # noqa: E402

ADDRESS = {"a": "10.71.0.1", "b": "10.71.0.2"}
MACHINES = {
    "q35": "q35,accel=tcg,smm=off,sata=off,smbus=off,usb=off,vmport=off,hpet=off",
    "micro": "microvm,accel=tcg,pcie=on,isa-serial=on",
}
START_S = 180


def run(namespace, *words, timeout=120):
    with namespace:
        done = subprocess.run(words, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def give_address(namespace, interface, side):
    run(namespace, "ip", "link", "set", "lo", "up")
    run(namespace, "ip", "address", "add", f"{ADDRESS[side]}/24", "dev", interface)
    run(namespace, "ip", "link", "set", interface, "up")


def ping(a, count=1000):
    """Milliseconds of each, their median, and how many were lost."""
    out = run(a, "ping", "-n", "-i", "0.002", "-c", str(count), ADDRESS["b"], timeout=300)
    times = [float(t) for t in re.findall(r"time=([0-9.]+) ms", out)]
    return {"median_ms": statistics.median(times), "lost": count - len(times), "samples_ms": times}


def tcp(a, b, seconds):
    """Megabits a second from A to B and back, as the receiver counts them."""
    with b:
        server = subprocess.Popen(["iperf3", "-s", "--forceflush", "-B", ADDRESS["b"]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True)
    try:
        while "listening" not in (line := server.stdout.readline()):
            assert line, "iperf3's server ended"
        rates = {}
        for name, more in (("a_to_b", ()), ("b_to_a", ("-R",))):
            out = run(a, "iperf3", "-c", ADDRESS["b"], "-t", str(seconds), "-J", *more, timeout=seconds + 60)
            told = json.loads(out)
            assert "sum_received" in told["end"], told.get("error", told)
            rates[f"{name}_mbit"] = round(told["end"]["sum_received"]["bits_per_second"] / 1e6, 1)
            rates[f"{name}_samples_mbit"] = [round(each["sum"]["bits_per_second"] / 1e6, 1) for each in told["intervals"]]
        return rates
    finally:
        server.terminate()
        server.wait()


def measure(a, b, seconds=10):
    """Between two namespaces that have their addresses."""
    run(a, "ping", "-n", "-c", "3", "-W", "5", ADDRESS["b"])  # addresses are resolved, links up
    return {"ping": ping(a), "tcp": tcp(a, b, seconds)}


class LinuxGuest:
    """QEMU with Debian's kernel, which bridges virtio-net on TAP A to the adapter on TAP B."""

    def __init__(self, a, b, device, machine, folder):
        image = folder / "guest.cpio"
        kernel = subprocess.run([str(HERE / "make_initramfs"), str(image)], check=True, capture_output=True, text=True).stdout.strip()
        words = ["qemu-system-x86_64", "-M", MACHINES[machine], "-cpu", "max", "-m", "256", "-smp", "2", "-nodefaults", "-no-user-config",
                 "-display", "none", "-kernel", kernel, "-initrd", str(image), "-append", "console=ttyS0 quiet panic=-1",
                 "-serial", "stdio"]
        descriptors = []
        for index, (namespace, kind, options) in enumerate(((a, "virtio-net-pci", ",disable-legacy=on"), (b, device, ""))):
            with namespace:
                tap = open_tap("tap")
            descriptors.append(tap)
            words += ["-netdev", f"tap,id=net{index},fd={tap.fileno()}",
                      "-device", f"{kind},netdev=net{index},mac=52:54:00:12:35:{index:02x},romfile={options}"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace",
                                        pass_fds=[tap.fileno() for tap in descriptors])
        for tap in descriptors:
            tap.close()
        self.lines = []
        self.ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self.ready.wait(START_S) and "READY" in self.lines, self.lines

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if self.lines[-1] == "READY":
                self.ready.set()
        self.ready.set()

    def close(self):
        self.process.kill()
        self.process.wait()


def open_tap(name):
    """Attached to, for a program that gets the descriptor."""
    tun = open("/dev/net/tun", "r+b", buffering=0)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return tun


def linux(device, machine, seconds):
    a, b = Namespace(), Namespace()
    for side, namespace in (("a", a), ("b", b)):
        with namespace:
            make_tap("tap")
        give_address(namespace, "tap", side)
    with tempfile.TemporaryDirectory() as folder:
        guest = LinuxGuest(a, b, device, machine, pathlib.Path(folder))
        try:
            time.sleep(3)  # the bridge's ports forward
            result = measure(a, b, seconds)
        finally:
            guest.close()
            a.close()
            b.close()
    result["guest"] = [line for line in guest.lines if line.startswith("bridged")]
    return result


def rsl(device, machine, seconds):
    a, b = Namespace(), Namespace()
    with b:
        make_tap("tap")
    give_address(b, "tap", "b")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_RUNTIME_DIR": folder, "XDG_STATE_HOME": folder + "/state", "NO_COLOR": "1"}

        def command(namespace, *words):
            with namespace:
                done = subprocess.run([str(BUILD / "bin" / "rsl"), *words, *([] if words[:2] == ("net", "down") else ["--vm", "network"])], capture_output=True, text=True, timeout=120,
                                      env=environment, stdin=subprocess.DEVNULL)
            assert done.returncode == 0, (words, done.stdout, done.stderr)
            return done.stdout

        try:
            command(b, "start", "--profile", machine, "--smp", "2", "--device", f"{device},tap=tap")
            command(b, "driver", "install", str(BUILD / "samples" / "e1000.inf"))
            command(a, "net", "up", "e1000", "--tap", "rsl0")
            give_address(a, "rsl0", "a")
            result = measure(a, b, seconds)
            command(a, "net", "down", "rsl0")
        finally:
            command(b, "stop")
            a.close()
            b.close()
    return result


def compare(device, machine, seconds):
    theirs, ours = linux(device, machine, seconds), rsl(device, machine, seconds)
    return {"linux": theirs, "rsl": ours,
            "throughput_ratio": {way: round(ours["tcp"][way] / theirs["tcp"][way], 2) for way in ("a_to_b_mbit", "b_to_a_mbit")},
            "latency_ratio": round(ours["ping"]["median_ms"] / theirs["ping"]["median_ms"], 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["linux", "rsl", "compare"])
    parser.add_argument("--device", default="e1000", choices=["e1000", "e1000e"])
    parser.add_argument("--machine", default="q35", choices=list(MACHINES))
    parser.add_argument("--seconds", type=int, default=10)
    given = parser.parse_args()
    print(json.dumps({"device": given.device, "machine": given.machine, **globals()[given.what](given.device, given.machine, given.seconds)}))


if __name__ == "__main__":
    main()
