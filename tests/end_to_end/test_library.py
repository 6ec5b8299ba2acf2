# SPDX-License-Identifier: GPL-2.0-only
"""libRSL.so against a VM that stays: every kind of call, from one client and from many."""
import os
import select
import struct
import threading

import pytest

from conftest import DRIVERS, SAMPLES
from librsl import CANCELLED, OP_READ, READ, NtError

BUFFERED, IN_DIRECT, OUT_DIRECT, NEITHER = 0x222000, 0x222005, 0x22200A, 0x22200F
INVALID_HANDLE, INVALID_REQUEST, NOT_FOUND = 0xC0000008, 0xC0000010, 0xC0000034
QUEUE_COUNTS, QUEUE_FLUSH = 0x222000, 0x222004


def counts_of(client, handle):
    names = ("waiting", "completed", "cancelled", "opened")
    return dict(zip(names, struct.unpack("<4I", client.ioctl(handle, QUEUE_COUNTS, b"", 16))))


@pytest.mark.parametrize("code", [BUFFERED, IN_DIRECT, OUT_DIRECT, NEITHER], ids=hex)
@pytest.mark.parametrize("size", [1, 64, 4095, 4096, 65536])
def test_echo_answers_by_every_method(vm, code, size):
    vm.load("echo")
    data = os.urandom(size)
    with vm.client() as client:
        handle = client.open(r"\\.\Echo")
        assert client.ioctl(handle, code, data, size) == data


def test_echo_gives_no_more_than_the_caller_has_room_for(vm):
    vm.load("echo")
    with vm.client() as client:
        handle = client.open(r"\\.\Echo")
        for code in (BUFFERED, IN_DIRECT, OUT_DIRECT, NEITHER):
            assert client.ioctl(handle, code, b"0123456789", 4) == b"0123"
            assert client.ioctl(handle, code, b"", 0) == b""


def test_reads_return_what_was_written(vm):
    vm.load("echo")
    with vm.client() as client:
        handle = client.open(r"\\.\Echo")
        for size in (0, 1, 4097, 65536):
            data = os.urandom(size)
            assert client.write(handle, data) == size
            assert client.read(handle, 65536) == data


def test_statuses_of_wrong_calls(vm):
    vm.load("echo")
    with vm.client() as client:
        with pytest.raises(NtError) as refused:
            client.open(r"\\.\NoSuchDevice")
        assert refused.value.status == NOT_FOUND
        handle = client.open(r"\\.\Echo")
        with pytest.raises(NtError) as refused:
            client.ioctl(handle, 0x222FFC, b"", 0)
        assert refused.value.status == INVALID_REQUEST
        client.close_handle(handle)
        with pytest.raises(NtError) as refused:
            client.close_handle(handle)
        assert refused.value.status == INVALID_HANDLE


def test_duplicate_keeps_the_file_open(vm):
    vm.load("queue")
    with vm.client() as client:
        handle = client.open(r"\\.\Queue")
        copy = client.duplicate(handle)
        client.close_handle(handle)
        assert counts_of(client, copy)["opened"] == 1


def test_reads_wait_and_writes_feed_them_in_order(vm):
    vm.load("queue")
    with vm.client() as client:
        handle = client.open(r"\\.\Queue")
        reads = [client.pend(OP_READ, handle, 16) for _ in range(8)]
        while counts_of(client, handle)["waiting"] < 8:
            pass
        for number in range(8):
            client.write(handle, b"item %d" % number)
        for number, read in enumerate(reads):
            client.finish(read)
            assert (read["status"], read["data"]) == (0, b"item %d" % number)


def test_a_cancelled_read_ends_once_and_alone(vm):
    vm.load("queue")
    with vm.client() as client:
        handle = client.open(r"\\.\Queue")
        first, second = client.pend(OP_READ, handle, 16), client.pend(OP_READ, handle, 16)
        while counts_of(client, handle)["waiting"] < 2:
            pass
        assert client.cancel(first) == 0
        assert client.finish(first)["status"] == CANCELLED
        assert not second["done"]
        client.write(handle, b"x")
        assert client.finish(second)["data"] == b"x"
        assert counts_of(client, handle)["cancelled"] == 1


def test_the_poll_descriptor_tells_of_completions(vm):
    vm.load("queue")
    with vm.client() as client, vm.client() as writer:
        handle = client.open(r"\\.\Queue")
        read = client.submit(OP_READ, handle, 16)
        fd = client.poll_fd()
        client.dispatch(0)
        assert not select.select([fd], [], [], 0.2)[0]
        feed = writer.open(r"\\.\Queue")
        while counts_of(writer, feed)["waiting"] < 1:
            pass
        writer.write(feed, b"wake")
        assert select.select([fd], [], [], 10)[0]
        client.finish(read)
        assert read["data"] == b"wake"


def test_cleanup_cancels_only_the_closed_handles_reads(vm):
    vm.load("queue")
    with vm.client() as one, vm.client() as two:
        first, second = one.open(r"\\.\Queue"), two.open(r"\\.\Queue")
        one.submit(OP_READ, first, 16)
        waits = two.submit(OP_READ, second, 16)
        while counts_of(two, second)["waiting"] < 2:
            pass
        one.close_handle(first)
        while counts_of(two, second)["waiting"] > 1:
            pass
        counts = counts_of(two, second)
        assert (counts["cancelled"], counts["opened"]) == (1, 1)
        two.write(second, b"y")
        assert two.finish(waits)["data"] == b"y"


def test_many_clients_and_threads_at_once(vm):
    vm.load("echo")
    failures = []

    def work(client, seed):
        try:
            handle = client.open(r"\\.\Echo")
            for turn in range(100):
                data = struct.pack("<II", seed, turn) * 8
                if client.ioctl(handle, BUFFERED, data, len(data)) != data:
                    failures.append((seed, turn))
            client.close_handle(handle)
        except Exception as error:  # noqa: BLE001: the main thread reports it
            failures.append((seed, error))

    clients = [vm.client() for _ in range(4)]
    threads = [threading.Thread(target=work, args=(client, 10 * c + t))
               for c, client in enumerate(clients) for t in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert len({client.process_id for client in clients}) == 4
    for client in clients:
        client.close()


def test_handles_of_one_client_mean_nothing_to_another(vm):
    vm.load("echo")
    with vm.client() as one, vm.client() as two:
        handle = one.open(r"\\.\Echo")
        with pytest.raises(NtError) as refused:
            two.ioctl(handle, BUFFERED, b"a", 1)
        assert refused.value.status == INVALID_HANDLE


def test_events_wait_and_wake(vm):
    with vm.client() as client:
        import ctypes

        from librsl import _lib
        event = ctypes.c_uint32()
        assert _lib.rsl_create_event(client.pointer, 1, 0, ctypes.byref(event)) == 0
        assert _lib.rsl_wait(client.pointer, event, 50) == 0x102
        waker = threading.Timer(0.2, lambda: _lib.rsl_set_event(client.pointer, event))
        waker.start()
        assert _lib.rsl_wait(client.pointer, event, 10000) == 0
        waker.join()


def test_namespace_shows_devices_and_links(vm):
    vm.load("echo")
    with vm.client() as client:
        assert client.list_directory(r"\Device")["Echo"] == "Device"
        assert client.list_directory(r"\Driver")["echo"] == "Driver"
        assert client.read_link(r"\??\Echo") == r"\Device\Echo"


def test_timer_sample_counts_at_the_right_level(vm):
    vm.load("timer")
    with vm.client() as client:
        handle = client.open(r"\\.\Timer")
        slept = struct.unpack("<Q", client.ioctl(handle, 0x222010, struct.pack("<I", 20), 8))[0]
        assert slept >= 20_000_000, "a delay ends early"
        client.ioctl(handle, 0x222000, struct.pack("<I", 5))
        while True:
            dpcs, wakes, wrong, running = struct.unpack("<4I", client.ioctl(handle, 0x222004, b"", 16))
            if wakes >= 5:
                break
        client.ioctl(handle, 0x222008)
        assert (wrong, running) == (0, 1) and dpcs >= wakes


def test_seh_sample_passes_every_case(vm):
    vm.load("seh")
    with vm.client() as client:
        handle = client.open(r"\\.\Seh")
        cases, failed, mask = struct.unpack("<3I", client.ioctl(handle, 0x222000, b"", 12))
        assert cases >= 11 and failed == 0, f"failed cases: {mask:#x}"


def test_a_driver_without_unload_stays(vm):
    with vm.client() as client:
        client.load("no_unload", (DRIVERS / "no_unload.sys").read_bytes())
        with pytest.raises(NtError) as refused:
            client.unload("no_unload")
        assert refused.value.status == INVALID_REQUEST


def test_what_a_driver_leaves_behind_is_named(vm):
    with vm.client() as client:
        client.load("leaves_things", (DRIVERS / "leaves_things.sys").read_bytes())
        report = client.unload("leaves_things")
        text = report.text.decode()
        assert "Left" in text and "LeavesThings" in text


def test_drivers_import_from_drivers(vm):
    with vm.client() as client:
        client.load("library", (DRIVERS / "library.sys").read_bytes())
        report = client.load("uses_library", (DRIVERS / "uses_library.sys").read_bytes())
        assert report.entry_status == 0 and report.missing_imports == 0
        client.unload("uses_library")
        client.unload("library")


def test_loading_twice_is_refused(vm):
    image = (SAMPLES / "echo.sys").read_bytes()
    with vm.client() as client:
        client.load("echo", image)
        with pytest.raises(NtError) as refused:
            client.load("echo", image)
        assert refused.value.status == 0xC000010E  # STATUS_IMAGE_ALREADY_LOADED
        client.unload("echo")
        client.load("echo", image)


def test_a_pending_ioctl_is_cancelled_when_its_handle_closes(vm):
    vm.load("queue")
    with vm.client() as client:
        handle = client.open(r"\\.\Queue", READ)
        read = client.pend(OP_READ, handle, 16)
        client.close_handle(handle)
        assert client.finish(read)["status"] == CANCELLED
