# SPDX-License-Identifier: GPL-2.0-only
"""Trace events and error log entries on their way to `rsl log --events`."""
import json
import struct
import time

import pytest

from conftest import DRIVERS, Vm

PROVIDER = "{0a0b0c0d-0e0f-1011-1213-141516171819}"
FLOOD = 0x222000


@pytest.fixture
def vm(runtime):
    vm = Vm(runtime)
    loaded = vm("driver", "load", DRIVERS / "events.sys")
    assert loaded.code == 0, loaded
    yield vm
    vm.stop()


def events(vm):
    shown = vm("log", "--events", "--json")
    assert shown.code == 0, shown
    return shown.json


def test_events_are_shown_with_provider_id_level_keywords_and_payload(vm):
    event, text, error = events(vm)
    assert event["kind"] == "etw" and event["provider"] == PROVIDER and event["provider_name"] == "Events"
    assert (event["id"], event["level"], event["keywords"]) == (3, 4, "0x10")
    assert event["source"] == "events.sys" and event["process"] == 4
    payload = struct.pack("<I", 42) + "hello, events\0".encode("utf-16-le")
    assert bytes.fromhex(event["payload"]) == payload and event["bytes"] == len(payload)
    assert event["text"] == "hello, events"
    assert text["kind"] == "string" and text["text"] == "a string event" and text["level"] == 2
    assert error["kind"] == "error-log" and error["error"] == "0x8000000e"
    assert error["text"] == "out of ink" and error["source"].endswith("events")


def test_people_read_one_line_an_event(vm):
    lines = vm("log", "--events").out.splitlines()
    assert any(f"etw {PROVIDER} Events id 3 level 4 keywords 0x10: hello, events" in line for line in lines)
    assert any("error 0x8000000e" in line and "out of ink" in line for line in lines)


def test_lines_and_events_stay_apart(vm):
    log = vm("log", "--json").json
    assert log and all("seq" not in line and not line["text"].startswith("{") for line in log)


def test_what_a_flood_loses_is_counted(vm):
    with vm.client() as client:
        device = client.open(r"\\.\Events")
        client.ioctl(device, FLOOD, struct.pack("<I", 20000))
        # A loss shows by the next event that arrives.
        deadline = time.monotonic() + 20
        while (shown := events(vm))[-1]["seq"] < 20003 and time.monotonic() < deadline:
            client.ioctl(device, FLOOD, struct.pack("<I", 1))
    last = shown[-1]["seq"]
    assert last >= 20003
    assert len(shown) + sum(event["lost"] for event in shown) == last + 1
    assert json.loads(vm("inspect", "kernel/etw/events", "--json").out)["written"] >= last + 1


def test_a_forgotten_provider_is_named_at_unload(vm):
    unloaded = vm("driver", "unload", "events")
    assert "left 1 event providers registered" in unloaded.out + unloaded.err
    assert json.loads(vm("inspect", "kernel/etw/events", "--json").out)["providers"] == []
