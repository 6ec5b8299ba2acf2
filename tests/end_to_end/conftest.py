# SPDX-License-Identifier: GPL-2.0-only
"""What end-to-end tests share: the rsl command, a VM that stays, the samples, the driver corpus."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import uuid

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))  # waiting.py

from librsl import BUILD, Client, NtError

RSL = BUILD / "bin" / "rsl"
SAMPLES = BUILD / "samples"
DRIVERS = BUILD / "test_drivers"


class Run:
    """What one call of rsl came to."""

    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


def rsl(*arguments, timeout=60, env=None):
    process = subprocess.run([str(RSL), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                             env={**os.environ, "NO_COLOR": "1", **(env or {})}, stdin=subprocess.DEVNULL)
    return Run(process)


class Vm:
    """A VM that stays, stopped by its own name at the end."""

    def __init__(self, runtime, *options):
        self.name = "test-" + uuid.uuid4().hex[:8]
        self.runtime = runtime
        started = self.rsl("start", "--vm", self.name, *options)
        assert started.code == 0, started

    def rsl(self, *arguments, timeout=60):
        return rsl(*arguments, timeout=timeout, env={"XDG_RUNTIME_DIR": str(self.runtime), "XDG_STATE_HOME": str(self.runtime / "state")})

    def __call__(self, *arguments, timeout=60):
        """A verb against this VM."""
        return self.rsl(*arguments, "--vm", self.name, timeout=timeout)

    def status(self):
        return self("status", "--json").json

    def client(self, program=None, keep_memory=False):
        os.environ["XDG_RUNTIME_DIR"] = str(self.runtime)
        return Client(self.name, program, keep_memory)

    def load(self, name):
        loaded = self("driver", "load", SAMPLES / f"{name}.sys")
        assert loaded.code == 0, loaded

    def stop(self):
        self.rsl("stop", "--vm", self.name)


@pytest.fixture(params=[1, 2], ids=["1cpu", "2cpus"])
def processors(request):
    return request.param


@pytest.fixture
def runtime(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def vm(runtime, processors):
    machine = Vm(runtime, "--smp", processors)
    yield machine
    machine.stop()


@pytest.fixture(scope="session")
def corpus():
    """The folder of public drivers that RSL_DRIVER_CORPUS names."""
    folder = os.environ.get("RSL_DRIVER_CORPUS")
    if not folder:
        pytest.skip("RSL_DRIVER_CORPUS is not set: public drivers are not part of the project "
                    "(docs/guides/driver-corpus.md)")
    return pathlib.Path(folder)


def corpus_driver(folder, name):
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not in RSL_DRIVER_CORPUS")
    return path


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill(pid):
    os.kill(pid, signal.SIGKILL)


@pytest.fixture(params=["micro", "q35"])
def profile(request):
    return request.param


def refused(call, *arguments):
    """The status with which the VM refuses a call."""
    with pytest.raises(NtError) as error:
        call(*arguments)
    return error.value.status
