# SPDX-License-Identifier: GPL-2.0-only
"""Driver Verifier: each planted mistake of samples/verifier is found under its documented code, and clean drivers
run through all they can do without a finding."""
import re
import struct
import threading

import pytest

import test_corpus
from conftest import BUILD, SAMPLES, corpus_driver, rsl
from librsl import OP_READ, NtError

HEADER = BUILD.parent / "samples" / "verifier" / "verifier.h"
CODES = {"C1": "0xc1", "C4": "0xc4", "C7": "0xc7", "C9": "0xc9", "CB": "0xcb", "CC": "0xcc", "CD": "0xcd", "D1": "0xd1",
         "E6": "0xe6", "44": "0x44", "93": "0x93"}


def planted():
    """The table in the sample's header: name, number, bug check, first parameters that are right, when."""
    found, number = [], 0
    for line in HEADER.read_text().split("enum VerifierBug {")[1].split("};")[0].splitlines():
        match = re.match(r"\s+(\w+),\s+// (\w+)(?: (\w+)(?: or (\w+))?)?(?:, (\w+))?$", line)
        if match:
            name, code, first, other, how = match.groups()
            found.append((name, number, CODES[code], [hex(int(n, 16)) for n in (first, other) if n], how))
            number += 1
    return found


BUGS = planted()


def test_the_table_is_whole():
    assert len(BUGS) == len(re.findall(r"^    \w+,\s+//", HEADER.read_text(), re.MULTILINE)) > 80


def parametrised(wanted):
    bugs = [bug for bug in BUGS if (bug[4] == "queue") == wanted]
    return pytest.mark.parametrize("name, number, code, first, how", bugs, ids=[bug[0] for bug in bugs])


@parametrised(False)
def test_a_planted_bug_is_found(name, number, code, first, how, processors):
    result = rsl("run", SAMPLES / "verifier.sys", "--verify", "--smp", processors, "--json",
                 "--ioctl", hex(0x222000 + 4 * number))
    assert result.code == 3, result
    crash = result.json["crash"]
    assert crash["code"] == code, crash
    if first:
        which = 3 if code == "0xc1" else 0
        assert crash["parameters"][which] in first, crash
    assert crash["driver"] == "verifier.sys", crash
    assert crash["explanation"] and crash["advice"] and crash["address"].startswith("verifier.sys+0x"), crash
    if how == "unload":  # the call itself went well
        assert result.json["calls"][0]["status"]["name"] == "STATUS_SUCCESS", result


@parametrised(True)
def test_a_request_at_another_driver_is_left_alone(name, number, code, first, how, vm):
    assert vm("driver", "load", SAMPLES / "queue.sys").code == 0
    assert vm("driver", "load", SAMPLES / "verifier.sys", "--verify").code == 0
    result = vm("ioctl", "Verifier", hex(0x222000 + 4 * number))
    assert result.code == 3, result
    assert "DRIVER_VERIFIER_IOMANAGER_VIOLATION" in result.err and "a driver beneath it" in result.err, result


def test_the_report_says_rule_place_and_remedy():
    number = next(bug[1] for bug in BUGS if bug[0] == "LockTwoSpinLocks")
    result = rsl("run", SAMPLES / "verifier.sys", "--verify", "--ioctl", hex(0x222000 + 4 * number))
    assert result.code == 3, result
    for words in ("Driver Verifier found a mistake", "rule broken", "what to do", "while spin lock", "verifier.sys+0x"):
        assert words in result.out, result
    assert result.out.count("is taken at verifier.sys+0x") == 2, result  # the cycle


def test_leaks_are_listed_by_tag():
    number = next(bug[1] for bug in BUGS if bug[0] == "PoolLeak")
    result = rsl("run", SAMPLES / "verifier.sys", "--verify", "--json", "--ioctl", hex(0x222000 + 4 * number))
    crash = result.json["crash"]
    assert crash["parameters"][3] == "0x2", crash
    text = "\n".join(crash["facts"])
    assert "tag 'Vrig', 100 bytes of nonpaged pool" in text and "tag 'Vrig', 5000 bytes of paged pool" in text, crash
    assert text.count("allocated at verifier.sys+0x") == 2, crash


def test_without_verify_nothing_is_looked_at():
    number = next(bug[1] for bug in BUGS if bug[0] == "LockTwoSpinLocks")
    assert rsl("run", SAMPLES / "verifier.sys", "--ioctl", hex(0x222000 + 4 * number)).code == 0


def test_only_what_is_asked_for_is_looked_at():
    number = next(bug[1] for bug in BUGS if bug[0] == "LockTwoSpinLocks")
    ioctl = hex(0x222000 + 4 * number)
    assert rsl("run", SAMPLES / "verifier.sys", "--verify=io,special-pool", "--ioctl", ioctl).code == 0
    assert rsl("run", SAMPLES / "verifier.sys", "--verify=deadlock", "--ioctl", ioctl).code == 3


def test_wrong_options_are_refused():
    result = rsl("run", SAMPLES / "echo.sys", "--verify=everything")
    assert result.code == 1 and "special-pool" in result.err, result
    assert rsl("run", SAMPLES / "echo.sys", "--verify=seed=1").code == 1


# ---- Clean drivers

def clean(*arguments, smp):
    result = rsl("run", *arguments, "--verify=all", "--smp", smp, "--json")
    assert result.code == 0, result
    assert result.json["unload"]["done"] and result.json["unload"]["left_behind"] == "", result


def unload_is_clean(vm, service):
    unloaded = vm("driver", "unload", service, "--json")
    assert unloaded.code == 0 and unloaded.json["left_behind"] == "", unloaded


def test_echo_is_clean(processors):
    calls = []
    for code in (0x222000, 0x222005, 0x22200A, 0x22200F):
        calls += ["--ioctl", hex(code), "--in", "text:hello"]
    clean(SAMPLES / "echo.sys", *calls, smp=processors)


def test_echo_reads_and_writes_cleanly(vm):
    assert vm("driver", "load", SAMPLES / "echo.sys", "--verify").code == 0
    with vm.client() as client:
        handle = client.open(r"\\.\Echo")
        for size in (1, 16, 4096, 65536):
            client.write(handle, b"x" * size)
            assert client.read(handle, size) == b"x" * size
        client.close_handle(handle)
    unload_is_clean(vm, "echo")


def test_seh_is_clean(processors):
    clean(SAMPLES / "seh.sys", "--ioctl", "0x222000", "--out", "4096", smp=processors)


def test_timer_is_clean(vm):
    assert vm("driver", "load", SAMPLES / "timer.sys", "--verify=all").code == 0
    with vm.client() as client:
        handle = client.open(r"\\.\Timer")
        few_ms = struct.pack("<I", 2)
        client.ioctl(handle, 0x222000, few_ms)  # start
        while struct.unpack("<IIII", client.ioctl(handle, 0x222004, b"", 16))[0] < 5:
            client.ioctl(handle, 0x222010, few_ms, 8)  # sleep
        client.ioctl(handle, 0x22200C, few_ms)  # spin
        client.ioctl(handle, 0x222008)  # stop
        client.close_handle(handle)
    unload_is_clean(vm, "timer")


def test_queue_is_clean(vm):
    assert vm("driver", "load", SAMPLES / "queue.sys", "--verify=all").code == 0
    with vm.client() as client:
        handle = client.open(r"\\.\Queue")
        reads = [client.pend(OP_READ, handle, 16) for _ in range(8)]
        while struct.unpack("<IIII", client.ioctl(handle, 0x222000, b"", 16))[0] < 8:
            pass
        for number in range(4):
            client.write(handle, b"item %d" % number)
        for number, read in enumerate(reads[:4]):
            assert client.finish(read)["data"] == b"item %d" % number
        client.cancel(reads[4])
        client.finish(reads[4])
        client.ioctl(handle, 0x222004)  # flush
        for read in reads[5:]:
            client.finish(read)
        client.close_handle(handle)
    state = vm("inspect", "kernel/verifier", "--json").json
    assert state["drivers"][0]["service"] == "queue" and state["drivers"][0]["spin_lock_acquires"] > 16, state
    unload_is_clean(vm, "queue")


def test_dma_of_every_version_is_clean(vm):
    """The conformance tests of DMA adapters leave nothing, so that the verifier has nothing to say; what it counts it counts right."""
    operations = ("Dma", "AdapterChannel", "AdapterObject", "MapTransfer", "ScatterGather", "CommonBuffer", "FlushAdapter")
    driver = BUILD / "conformance" / "conformance_hal.sys"
    assert vm("driver", "load", driver, "--verify=dma,special-pool").code == 0
    with vm.client() as client:
        handle = client.open(r"\\.\Conformance_hal")
        tests = []
        while text := client.ioctl(handle, 0x222400, struct.pack("<I", len(tests)), 8192):
            tests += [line.decode().split(" ", 3) for line in text.splitlines()]
        right = [test for test in tests if not any(word in test[3] for word in ("Refuse", "IsRefused"))]
        run = [test for test in right if any(word in test[3].split(".")[0] for word in operations)]
        assert len(run) > 24
        for number, _, _, name in run:
            outcome = client.ioctl(handle, 0x222404, struct.pack("<I", int(number)), 8192)
            assert struct.unpack("<I", outcome[:4])[0] == 0, (name, outcome[4:])
        client.close_handle(handle)
    unload_is_clean(vm, "conformance_hal")


def test_what_is_right_is_left_alone(vm):
    """Paged pool, pageable code, locks, IRPs and more from three clients at once, while pages come and go."""
    assert vm("driver", "load", SAMPLES / "verifier.sys", "--verify=all").code == 0
    failures = []

    def client():
        try:
            with vm.client() as program:
                handle = program.open(r"\\.\Verifier")
                for _ in range(12):
                    program.ioctl(handle, 0x223C04)
                program.close_handle(handle)
        except NtError as error:
            failures.append(str(error))

    threads = [threading.Thread(target=client) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    driver = vm("inspect", "kernel/verifier", "--json").json["drivers"][0]
    assert driver["trims"] > 50 and driver["irps_forwarded"] == 72, driver
    unload_is_clean(vm, "verifier")


# ---- In a VM that stays

def test_state_and_counters_are_shown(vm):
    assert vm("driver", "load", SAMPLES / "echo.sys", "--verify=special-pool,io").code == 0
    vm("ioctl", "Echo", "0x222000", "--in", "text:hello")
    state = vm("inspect", "kernel/verifier", "--json").json
    driver = state["drivers"][0]
    assert driver["service"] == "echo" and driver["options"] == ["special-pool", "io"], state
    assert driver["irps_dispatched"] >= 3 and driver["irps_completed"] >= 3, state
    assert vm("driver", "unload", "echo").code == 0
    assert vm("inspect", "kernel/verifier", "--json").json["drivers"] == []


def test_a_driver_is_verified_from_its_next_load_on(vm):
    assert vm("driver", "verify", "echo", "io").code == 0
    assert vm("driver", "load", SAMPLES / "echo.sys").code == 0
    assert vm("inspect", "kernel/verifier", "--json").json["drivers"][0]["flags"] == "0x10"
    assert vm("driver", "verify", "echo", "off").code == 0
    assert vm("driver", "unload", "echo").code == 0
    assert vm("driver", "load", SAMPLES / "echo.sys").code == 0
    assert vm("inspect", "kernel/verifier", "--json").json["drivers"] == []
    assert vm("driver", "verify", "*", "deadlock").code == 0
    assert vm("driver", "load", SAMPLES / "queue.sys").code == 0
    assert vm("inspect", "kernel/verifier", "--json").json["drivers"][0]["service"] == "queue"


@pytest.mark.parametrize("verify, answers", [([], (0, 0, 0, 0)), (["--verify=io,misc"], (1, 1, 1, 0x810))],
                         ids=["unverified", "verified"])
def test_a_driver_can_ask_whether_it_is_verified(verify, answers):
    result = rsl("run", SAMPLES / "verifier.sys", *verify, "--json", "--ioctl", "0x223C00", "--out", "16")
    assert result.code == 0, result
    assert struct.unpack("<IIII", bytes.fromhex(result.json["calls"][0]["output"])) == answers, result


# ---- Low resources

def low_resources(seed, rate=5000):
    return rsl("run", SAMPLES / "echo.sys", f"--verify=low-resources,seed={seed},rate={rate}", "--json",
               "--ioctl", "0x222000", "--in", "00")


def test_the_same_seed_fails_the_same_allocations():
    outcomes = {seed: low_resources(seed).code for seed in range(1, 7)}
    assert outcomes == {seed: low_resources(seed).code for seed in range(1, 7)}
    assert set(outcomes.values()) == {0, 2}, outcomes  # half of the loads lack the echo buffer
    assert low_resources(1, 0).code == 0
    refused = low_resources(1, 10000)
    assert refused.code == 2 and refused.json["verify"]["seed"] == 1, refused


def test_a_random_seed_is_shown():
    result = rsl("run", SAMPLES / "echo.sys", "--verify=low-resources,rate=0", "--json")
    assert result.code == 0 and isinstance(result.json["verify"]["seed"], int), result


# ---- Drivers of others

@pytest.mark.parametrize("use", [test_corpus.test_sioctl_greets_by_every_method,
                                 test_corpus.test_winring0_reads_msr_port_and_pci_of_the_vm],
                         ids=["sioctl", "WinRing0x64"])
def test_public_drivers_are_clean(corpus, use, vm):
    """All that test_corpus does with them, verified."""
    assert vm("driver", "verify", "*", "all").code == 0
    vm.profile = "micro"
    use(vm, corpus)
    assert vm.status()["state"] == "running"


def test_inpout_is_clean_but_for_its_information(corpus, vm):
    """It completes a port access with Information 10, whatever room there is: a finding, and a true one."""
    image = corpus_driver(corpus, "inpoutx64.sys").read_bytes()
    assert vm("driver", "verify", "inpoutx64", "all").code == 0
    with vm.client() as client:
        client.load("inpoutx64", image)
        handle = client.open(r"\\.\inpoutx64")
        client.ioctl(handle, test_corpus.code(0x802), struct.pack("<HB", 0x3FF, 0x5A), 16)
        assert client.ioctl(handle, test_corpus.code(0x801), struct.pack("<HB", 0x3FF, 0), 16)[0] == 0x5A
        client.close_handle(handle)
        test_corpus.unload_leaves_nothing(client, "inpoutx64")
        client.load("inpoutx64", image)
        handle = client.open(r"\\.\inpoutx64")
        with pytest.raises(NtError) as ended:
            client.ioctl(handle, test_corpus.code(0x802), struct.pack("<HB", 0x3FF, 0x5A), 3)
    assert "the driver set Information to more than the output buffer has room for" in str(ended.value)
