# SPDX-License-Identifier: GPL-2.0-only
"""The examples do what they say, against a VM with echo.sys."""
import os
import subprocess

from conftest import SAMPLES
from librsl import BUILD


def run_example(vm, name, *arguments):
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(vm.runtime), "RSL_VM": vm.name}
    return subprocess.run([str(BUILD / "examples" / name), *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, env=environment, stdin=subprocess.DEVNULL)


def test_hello_device(vm):
    vm.load("echo")
    result = run_example(vm, "hello_device")
    assert result.returncode == 0 and "hello" in result.stdout.lower(), result


def test_many_at_once(vm):
    vm.load("echo")
    result = run_example(vm, "many_at_once")
    assert result.returncode == 0 and result.stdout, result


def test_load_driver(vm):
    result = run_example(vm, "load_driver", SAMPLES / "timer.sys")
    assert result.returncode == 0 and "Timer" in result.stdout, result
