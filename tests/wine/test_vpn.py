# SPDX-License-Identifier: GPL-2.0-only
"""A VPN as Windows has it: OpenVPN's adapter tap0901.sys in the VM, a Windows program at its user side under Wine, and Linux,
which pings through both. Skipped without the driver (docs/guides/driver-corpus.md)."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading
import time
import uuid

import pytest

from conftest import BUILD, HAS_WOW64, ROOT

VM, PINGS = "vpn", 50


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


@pytest.fixture
def namespace():
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
        pytest.skip("needs root and /dev/net/tun")
    name = "rsl-vpn-" + uuid.uuid4().hex[:8]
    if run("ip", "netns", "add", name).returncode != 0:
        pytest.skip("this machine lets us make no network namespaces")
    yield name
    run("ip", "netns", "delete", name)


@pytest.fixture
def adapter(wine, tmp_path):
    """A VM with the adapter, and the {GUID} by which programs know it."""
    driver = pathlib.Path(os.environ.get("RSL_DRIVER_CORPUS", "/nowhere")) / "tap0901.sys"
    if not driver.exists():
        pytest.skip("tap0901.sys is not in RSL_DRIVER_CORPUS")
    shutil.copy(driver, tmp_path)
    shutil.copy(ROOT / "tests" / "end_to_end" / "drivers" / "tap0901.inf", tmp_path)
    for words in (("start", "--vm", VM), ("driver", "install", tmp_path / "tap0901.inf", "--hwid", r"root\tap0901", "--vm", VM)):
        code, text = wine.rsl(*words)
        assert code == 0, text
    try:
        code, text = wine.rsl("inspect", "kernel/pnp/interfaces", "--json", "--vm", VM)
        assert code == 0, text
        links = [each["link"] for each in json.loads(text) if "CAC88484" in each["link"].upper() and "TAP0901" in each["device"].upper()]
        yield re.search(r"\{[0-9A-Fa-f-]{36}\}$", links[0]).group()
    finally:
        wine.rsl("stop", "--vm", VM)


@pytest.mark.parametrize("bits", ["tap_answers", "32/tap_answers"])
def test_linux_pings_a_windows_program_through_tap0901(wine, adapter, namespace, bits):
    if bits.startswith("32/") and not HAS_WOW64:
        pytest.skip("this Wine runs no 32-bit programs by its 64-bit side")
    environment = wine.environment
    made = subprocess.run(["ip", "netns", "exec", namespace, BUILD / "bin" / "rsl", "net", "up", "tap0901", "--vm", VM], env=environment,
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert made.returncode == 0, made
    assert run("ip", "-n", namespace, "address", "add", "10.78.0.1/24", "dev", "rsl0").returncode == 0
    pinged = {}

    def ping():
        while "LOWER_UP" not in run("ip", "-n", namespace, "link", "show", "rsl0").stdout:
            if pinged:
                return
            time.sleep(0.02)
        pinged["out"] = run("ip", "netns", "exec", namespace, "ping", "-q", "-c", str(PINGS), "-i", "0.02", "-W", "10", "10.78.0.2").stdout

    thread = threading.Thread(target=ping)
    thread.start()
    try:
        code, text = wine.rsl("wine", "--vm", VM, "--", wine.program(bits), adapter, str(PINGS))
    finally:
        pinged.setdefault("end", True)
        thread.join(60)
    assert code == 0 and text.count("ok ") == 3, text
    assert f"{PINGS} packets transmitted, {PINGS} received" in pinged["out"], pinged
    down = wine.rsl("net", "down", "rsl0")
    assert down[0] == 0, down
