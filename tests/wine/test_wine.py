# SPDX-License-Identifier: GPL-2.0-only
"""Windows programs under the distribution's Wine, with their drivers in RSL. Each program prints a line a test."""
import json
import os
import re
import shlex
import signal
import subprocess
import time

import pytest

from conftest import BUILD, HAS_WOW64, ROOT, WINE

PROGRAMS = ["driver_service", "transfers", "overlapped", "handles", "information", "names", "parameters", "registry", "shared_handles", "notify_routines", "own_objects", "pointers"]
if HAS_WOW64:
    PROGRAMS += [f"32/{name}" for name in PROGRAMS]


def outcomes(text):
    """{test: 'ok' or why it failed}"""
    found = {}
    for line in text.splitlines():
        if match := re.match(r"ok (\w+)$", line):
            found.setdefault(match[1], "ok")
        elif match := re.match(r"FAIL (\w+): (.*)", line):
            found[match[1]] = match[2]
    return found


def program_tests(name):
    """What the program says it tests: its RUN lines."""
    folder, _, name = name.rpartition("/")
    source = (ROOT / "tests" / "wine" / "programs" / f"{name}.c").read_text()
    if folder == "32":
        source = re.sub(r"^#ifdef _WIN64.*?^#endif", "", source, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^\s+RUN\((\w+)\);", source, re.MULTILINE)


@pytest.fixture(scope="session")
def results(wine):
    cache = {}

    def of(name):
        if name not in cache:
            code, text = wine.run(wine.program(name))
            cache[name] = code, outcomes(text), text
            assert "wine client error" not in text, text  # such as a thread that Wine could not end
        return cache[name]
    return of


@pytest.mark.parametrize("name,test", [(name, test) for name in PROGRAMS for test in program_tests(name)])
def test_program(results, name, test):
    code, found, text = results(name)
    assert found.get(test) == "ok", found.get(test, f"did not come so far, exit {code}:\n{text}")


STOCK_LIMIT_S = 20  # a program that waits there for its driver waits for ever


def differences():
    """{(program, test): what stock Wine does}"""
    lines = (ROOT / "tests" / "wine" / "differences.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(program, test): what for program, test, what in rows}


DIFFERENCES = differences()
IN_STOCK = [name for name in PROGRAMS if "/" not in name and (name, "*") not in DIFFERENCES]


@pytest.fixture(scope="session")
def stock_results(wine):
    """The same programs, with their drivers in Wine's own host."""
    cache = {}

    def of(name):
        if name not in cache:
            wine.end_session()
            _, text = wine.stock(wine.program(name), "stock", timeout=STOCK_LIMIT_S)
            wine.end_session()
            cache[name] = outcomes(text), text
        return cache[name]
    return of


@pytest.mark.skipif(HAS_WOW64, reason="the table is about Debian 12's Wine")
@pytest.mark.parametrize("name,test", [(name, test) for name in IN_STOCK for test in program_tests(name)
                                       if test != "EachProcessHearsOfItsOwnRequests"])
def test_stock_wine_differs_only_where_it_is_said(stock_results, name, test):
    found, text = stock_results(name)
    if (name, test) in DIFFERENCES:
        assert found.get(test) != "ok", f"stock Wine does as we do: {DIFFERENCES[name, test]}"
    else:
        assert found.get(test) == "ok", found.get(test, text)


def test_programs_that_use_no_driver_are_as_ever(wine):
    code, text = wine.run("cmd", "/c", "echo", "hello")
    assert code == 0 and text.strip() == "hello", text


def test_an_unhooked_session_is_noticed(wine):
    wine.end_session()
    keeper = subprocess.Popen([str(WINE / "wine64"), "cmd", "/c", "pause"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=wine.environment)
    try:
        wine.stock("sc", "query")  # the service manager is up
        code, text = wine.run("cmd", "/c", "echo", "hello")
        assert code == 1 and "without RSL" in text and "wineserver -k" in text, text
    finally:
        keeper.communicate(b"x\n", timeout=20)
        wine.end_session()


def test_a_wrong_wine_says_what_to_install(wine):
    wine.environment["WINE"] = "/nonexistent/wine"
    try:
        code, text = wine.run("notepad")
        assert code == 1 and "$WINE" in text, text
    finally:
        del wine.environment["WINE"]


def test_the_library_is_inert_elsewhere():
    """Preloaded into a program that is not Wine, it changes nothing and says nothing."""
    plain = subprocess.run(["/bin/sh", "-c", "echo same"], capture_output=True)
    loaded = subprocess.run(["/bin/sh", "-c", "echo same"], capture_output=True, env={"LD_PRELOAD": str(BUILD / "lib" / "libRSL.so")})
    assert (plain.stdout, plain.stderr) == (loaded.stdout, loaded.stderr)


def test_a_program_killed_in_a_call_leaves_nothing(wine):
    """kill -9 while a read waits in the driver: the file is closed, the next program works."""
    code, text = wine.run(wine.program("overlapped"))
    assert code == 0, text
    waiting = subprocess.Popen([str(BUILD / "bin" / "rsl"), "wine", "--", str(wine.program("dies_waiting"))], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, env=wine.environment)
    assert waiting.stdout.readline().strip() == b"waiting"
    waiting.kill()
    waiting.wait(timeout=10)
    code, text = wine.run(wine.program("dies_waiting"), "check")
    assert code == 0, text


@pytest.mark.parametrize("folder", ["", "32/"] if HAS_WOW64 else [""])
def test_threads_that_are_stopped_in_the_midst_of_calls_hold_nobody_up(wine, folder):
    code, text = wine.run(wine.program(folder + "stops_threads"))
    assert code == 0, text
    assert "fine after" in text and "wine client error" not in text, text


def test_a_driver_that_outlived_its_session_starts_anew(wine):
    """Nothing stops a driver when the session's last program ends; the next session's start of it is a first one all the same."""
    code, text = wine.run("cmd", "/c", r"sc create writes_registry type= kernel binPath= C:\drivers\writes_registry.sys & sc start writes_registry")
    assert "RUNNING" in text, text
    wine.end_session()
    parameters = r"HKLM\System\CurrentControlSet\Services\writes_registry\Parameters"
    code, text = wine.run("cmd", "/c", f"reg delete {parameters} /v Started /f & sc start writes_registry & reg query {parameters}")
    assert "RUNNING" in text and "Started" in text, text
    code, text = wine.run("cmd", "/c", "sc stop writes_registry & sc delete writes_registry")
    assert "STOPPED" in text, text


def test_a_service_whose_vm_died_is_stopped_and_can_be_started(wine):
    keeper = subprocess.Popen([str(BUILD / "bin" / "rsl"), "wine", "--", "cmd", "/c", "pause"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=wine.environment)
    try:
        for service in ("writes_registry", "echo"):
            code, text = wine.run("cmd", "/c", rf"sc create {service} type= kernel binPath= C:\drivers\{service}.sys & sc start {service}")
            assert "RUNNING" in text, text
        code, text = wine.run("cmd", "/c", "sc stop echo")
        name = json.loads(wine.rsl("list", "--json")[1])[0]["name"]
        status = json.loads(wine.rsl("status", "--vm", name, "--json")[1])
        os.kill(status["qemu_pid"], signal.SIGKILL)
        while json.loads(wine.rsl("status", "--vm", name, "--json")[1])["state"] == status["state"]:
            time.sleep(0.01)  # rsld has not noticed yet
        for _ in range(100):  # `rsl wine` starts another VM
            code, text = wine.run("cmd", "/c", "sc query writes_registry")
            if "STOPPED" in text:
                break
            time.sleep(0.1)
        assert "STOPPED" in text and "1067" in text, text  # ERROR_PROCESS_ABORTED
        code, text = wine.run("cmd", "/c", "sc query echo")
        assert "STOPPED" in text and "1067" not in text, text
        code, text = wine.run("cmd", "/c", "sc start writes_registry")
        assert "RUNNING" in text, text
        code, text = wine.run("cmd", "/c", "sc stop writes_registry & sc delete writes_registry & sc delete echo")
        assert "STOPPED" in text, text
    finally:
        keeper.communicate(b"x\n", timeout=20)
        wine.end_session()


def test_programs_that_start_together_share_one_vm(wine):
    """None of them finds a VM, each starts one: one is there in the end, and all work with it."""
    for _ in range(5):
        for vm in json.loads(wine.rsl("list", "--json")[1]):
            wine.rsl("stop", "--vm", vm["name"])
        programs = [subprocess.Popen([str(BUILD / "bin" / "rsl"), "wine", "--", "cmd", "/c", "exit 0"], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=wine.environment) for _ in range(4)]
        for program in programs:
            _, errors = program.communicate(timeout=60)
            assert program.returncode == 0, errors
        assert len(json.loads(wine.rsl("list", "--json")[1])) == 1


def test_net_starts_and_stops_a_driver(wine):
    code, text = wine.run("cmd", "/c", r"sc create echo type= kernel binPath= C:\drivers\echo.sys & net start echo & sc query echo")
    assert "RUNNING" in text, text
    code, text = wine.run("cmd", "/c", "net start echo")
    assert code != 0, text  # it runs already
    code, text = wine.run("cmd", "/c", "net stop echo & sc query echo & sc delete echo")
    assert "STOPPED" in text, text


@pytest.mark.parametrize("start", ["boot", "system", "auto"])
def test_a_driver_that_starts_with_the_session_is_there(wine, start):
    code, text = wine.run("cmd", "/c", rf"sc create echo type= kernel start= {start} binPath= C:\drivers\echo.sys")
    assert code == 0, text
    try:
        wine.end_session()
        for vm in json.loads(wine.rsl("list", "--json")[1]):
            wine.rsl("stop", "--vm", vm["name"])
        for _ in range(50):  # services start beside the session's first program
            code, text = wine.run("cmd", "/c", "sc query echo")
            if "RUNNING" in text:
                break
            time.sleep(0.1)
        assert "RUNNING" in text, text
        vm, = json.loads(wine.rsl("list", "--json")[1])
        code, text = wine.rsl("ioctl", r"\\.\Echo", "0x222000", "--in", "text:hello", "--vm", vm["name"])
        assert code == 0 and "hello" in text, text
    finally:
        wine.run("cmd", "/c", "sc stop echo & sc delete echo")


def test_drivers_see_the_prefixs_drive_as_theirs(wine):
    code, text = wine.run("cmd", "/c", r"echo from a program> C:\seen.txt & type C:\seen.txt")
    assert code == 0 and "from a program" in text, text
    vm, = json.loads(wine.rsl("list", "--json")[1])
    code, text = wine.rsl("read", r"\??\C:\seen.txt", "--raw", "--vm", vm["name"])
    assert code == 0 and "from a program" in text, text
    code, text = wine.rsl("write", r"\??\C:\seen.txt", "text:FROM", "--vm", vm["name"])
    assert code == 0, text
    code, text = wine.run("cmd", "/c", r"type C:\seen.txt & del C:\seen.txt")
    assert "FROM a program" in text, text


def test_menu_entries_lead_through_rsl_and_back(wine, tmp_path):
    """As Wine's menu builder makes them, and as a desktop starts them."""
    entry = tmp_path / "applications" / "wine" / "Programs" / "tool.desktop"
    entry.parent.mkdir(parents=True)
    command = r"C:\\\\windows\\\\system32\\\\cmd.exe /c echo started"
    entry.write_text(f'[Desktop Entry]\nName=Tool\nExec=env WINEPREFIX="{wine.prefix}" wine {command}\nType=Application\n')
    before = entry.read_text()
    wine.environment["XDG_DATA_HOME"] = str(tmp_path)
    try:
        code, text = wine.rsl("wine", "enable", wine.prefix)
        assert code == 0 and "1 of 1 menu entries changed" in text, text
        line, = re.findall(r"^Exec=(.*)$", entry.read_text(), re.MULTILINE)
        words = shlex.split(line.replace(r"\\", "\\"))  # the escapes of a string, then those of a command
        wine.end_session()
        code, text = wine._run(words, 60)
        assert code == 0 and "started" in text, (words, code, text)
        assert len(json.loads(wine.rsl("list", "--json")[1])) == 1
        code, text = wine.rsl("wine", "disable", wine.prefix)
        assert code == 0 and entry.read_text() == before, text
    finally:
        del wine.environment["XDG_DATA_HOME"]
