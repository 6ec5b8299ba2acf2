# SPDX-License-Identifier: GPL-2.0-only
"""libRSL.so by ctypes, as a program in another language would use it."""
import ctypes
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RSL_BUILD", ROOT / "build"))

READ, WRITE = 0x80000000, 0x40000000
PENDING, CANCELLED, DISCONNECTED = 0x103, 0xC0000120, 0xC000020C
HAS_OFFSET = 1
KEEP_MEMORY = 2
FILE_OPEN = 1
OP_OPEN, OP_CLOSE, OP_DUPLICATE, OP_READ, OP_WRITE, OP_IOCTL = 1, 2, 3, 4, 5, 6

_lib = ctypes.CDLL(str(BUILD / "lib" / "libRSL.so"))
CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p)
LISTING = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)


class ConnectOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("vm", ctypes.c_char_p),
                ("socket_path", ctypes.c_char_p), ("program", ctypes.c_char_p), ("memory_bytes", ctypes.c_uint64)]


class Request(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("operation", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("handle", ctypes.c_uint32), ("code", ctypes.c_uint32), ("access", ctypes.c_uint32),
                ("attributes", ctypes.c_uint32), ("file_attributes", ctypes.c_uint32),
                ("share_access", ctypes.c_uint32), ("disposition", ctypes.c_uint32),
                ("options", ctypes.c_uint32), ("key", ctypes.c_uint32), ("offset", ctypes.c_int64),
                ("timeout_100ns", ctypes.c_int64), ("allocation_bytes", ctypes.c_uint64),
                ("text", ctypes.c_void_p), ("text_bytes", ctypes.c_uint64), ("in_", ctypes.c_void_p),
                ("in_bytes", ctypes.c_uint64), ("out", ctypes.c_void_p), ("out_bytes", ctypes.c_uint64)]


class Outcome(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("handle", ctypes.c_uint32), ("information", ctypes.c_uint64),
                ("value", ctypes.c_uint64)]


class DriverReport(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("entry_status", ctypes.c_int32), ("image_base", ctypes.c_uint64),
                ("image_bytes", ctypes.c_uint64), ("entry_ns", ctypes.c_uint64),
                ("missing_imports", ctypes.c_uint32), ("text", ctypes.c_char * 1028)]


for _name, _result, _arguments in [
    ("rsl_last_error", ctypes.c_char_p, []),
    ("rsl_status_name", ctypes.c_char_p, [ctypes.c_int32]),
    ("rsl_connect", ctypes.c_void_p, [ctypes.c_char_p]),
    ("rsl_connect_with", ctypes.c_void_p, [ctypes.POINTER(ConnectOptions)]),
    ("rsl_disconnect", None, [ctypes.c_void_p]),
    ("rsl_process_id", ctypes.c_uint32, [ctypes.c_void_p]),
    ("rsl_ping", ctypes.c_int32, [ctypes.c_void_p]),
    ("rsl_open", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)]),
    ("rsl_close", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32]),
    ("rsl_duplicate", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)]),
    ("rsl_read", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int64, ctypes.c_void_p, ctypes.c_size_t,
                                  ctypes.POINTER(ctypes.c_size_t)]),
    ("rsl_write", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int64, ctypes.c_void_p, ctypes.c_size_t,
                                   ctypes.POINTER(ctypes.c_size_t)]),
    ("rsl_ioctl", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_size_t,
                                   ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]),
    ("rsl_query_volume", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p,
                                          ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]),
    ("rsl_set_volume", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_char_p,
                                        ctypes.c_size_t]),
    ("rsl_submit", ctypes.c_int32, [ctypes.c_void_p, ctypes.POINTER(Request), CALLBACK, ctypes.c_void_p,
                                    ctypes.POINTER(ctypes.c_uint64)]),
    ("rsl_call_or_pend", ctypes.c_int32, [ctypes.c_void_p, ctypes.POINTER(Request), ctypes.POINTER(Outcome), CALLBACK,
                                          ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint64)]),
    ("rsl_poll_fd", ctypes.c_int, [ctypes.c_void_p]),
    ("rsl_dispatch", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int]),
    ("rsl_cancel", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint64]),
    ("rsl_cancel_handle", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32]),
    ("rsl_load_driver", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t,
                                         ctypes.POINTER(DriverReport)]),
    ("rsl_unload_driver", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(DriverReport)]),
    ("rsl_list_directory", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_char_p, LISTING, ctypes.c_void_p]),
    ("rsl_read_link", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t]),
    ("rsl_inspect", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t,
                                     ctypes.POINTER(ctypes.c_size_t)]),
    ("rsl_alloc", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t]),
    ("rsl_create_event", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_uint32)]),
    ("rsl_set_event", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32]),
    ("rsl_wait", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int]),
]:
    getattr(_lib, _name).restype = _result
    getattr(_lib, _name).argtypes = _arguments


class NtError(Exception):
    """A call answered a failure status."""

    def __init__(self, status, text=""):
        self.status = status & 0xFFFFFFFF
        self.text = text
        name = _lib.rsl_status_name(status)
        super().__init__(f"0x{self.status:08X} {name.decode() if name else ''} {text}")


def check(status, text=""):
    if status < 0:
        raise NtError(status, text or (_lib.rsl_last_error() or b"").decode(errors="replace"))
    return status & 0xFFFFFFFF


class Client:
    """One connection to a VM, and its calls."""

    def __init__(self, vm, program=None, keep_memory=False):
        options = ConnectOptions(ctypes.sizeof(ConnectOptions), KEEP_MEMORY if keep_memory else 0, vm.encode() if vm else None, None,
                                 program.encode() if program else None, 0)
        self.pointer = _lib.rsl_connect_with(ctypes.byref(options))
        if not self.pointer:
            raise NtError(-1, _lib.rsl_last_error().decode())
        self._alive = {}  # callbacks and buffers of what is outstanding

    def close(self):
        if self.pointer:
            _lib.rsl_disconnect(self.pointer)
            self.pointer = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def process_id(self):
        return _lib.rsl_process_id(self.pointer)

    def ping(self):
        check(_lib.rsl_ping(self.pointer))

    def open(self, path, access=READ | WRITE):
        handle = ctypes.c_uint32()
        check(_lib.rsl_open(self.pointer, path.encode(), access, ctypes.byref(handle)))
        return handle.value

    def close_handle(self, handle):
        check(_lib.rsl_close(self.pointer, handle))

    def duplicate(self, handle):
        copy = ctypes.c_uint32()
        check(_lib.rsl_duplicate(self.pointer, handle, ctypes.byref(copy)))
        return copy.value

    def read(self, handle, count, offset=0):
        buffer, done = ctypes.create_string_buffer(max(count, 1)), ctypes.c_size_t()
        check(_lib.rsl_read(self.pointer, handle, offset, buffer, count, ctypes.byref(done)))
        return buffer.raw[:done.value]

    def write(self, handle, data, offset=0):
        done = ctypes.c_size_t()
        check(_lib.rsl_write(self.pointer, handle, offset, data, len(data), ctypes.byref(done)))
        return done.value

    def ioctl(self, handle, code, data=b"", out_bytes=0):
        buffer, done = ctypes.create_string_buffer(max(out_bytes, 1)), ctypes.c_size_t()
        check(_lib.rsl_ioctl(self.pointer, handle, code, data, len(data), buffer, out_bytes, ctypes.byref(done)))
        return buffer.raw[:min(done.value, out_bytes)]

    def ioctl_at(self, handle, code, source, in_bytes, target, out_bytes):
        """Buffers by their addresses."""
        done = ctypes.c_size_t()
        check(_lib.rsl_ioctl(self.pointer, handle, code, source, in_bytes, target, out_bytes, ctypes.byref(done)))
        return done.value

    def submit_at(self, operation, handle, code, data, target, out_bytes):
        """Starts a call whose output goes to an address."""
        return self.submit(operation, handle, data=data, code=code, target=(target, out_bytes))

    def allocate(self, count):
        return _lib.rsl_alloc(self.pointer, count)

    def query_volume(self, handle, info_class, out_bytes):
        buffer, done = ctypes.create_string_buffer(max(out_bytes, 1)), ctypes.c_size_t()
        check(_lib.rsl_query_volume(self.pointer, handle, info_class, buffer, out_bytes, ctypes.byref(done)))
        return buffer.raw[:done.value]

    def set_volume(self, handle, info_class, data):
        check(_lib.rsl_set_volume(self.pointer, handle, info_class, data, len(data)))

    def submit_read(self, handle, out_bytes, offset):
        """Starts a read somewhere in a device."""
        return self.submit(OP_READ, handle, out_bytes, offset=offset)

    def submit_open(self, path, access=READ | WRITE):
        """Starts an open of an NT path."""
        return self.submit(OP_OPEN, 0, text=path, access=access)

    def pend(self, operation, handle, out_bytes=0, data=b"", code=0):
        """As submit(), but the driver has the request when this returns, or it is done: later ones come after it."""
        return self.submit(operation, handle, out_bytes, data, code, arrives=True)

    def submit(self, operation, handle, out_bytes=0, data=b"", code=0, text="", access=0, target=None, offset=0, arrives=False):
        """Starts a call; returns a dict that gets 'status', 'information' and 'data' when it is done. Two of them may get to
        their driver in another order."""
        state = {"done": False}
        buffer = ctypes.create_string_buffer(max(out_bytes, 1))
        request = Request(size=ctypes.sizeof(Request), operation=operation, flags=HAS_OFFSET, handle=handle, code=code,
                          offset=offset, out=ctypes.addressof(buffer), out_bytes=out_bytes)
        if target is not None:
            request.out, request.out_bytes = target
        source = ctypes.create_string_buffer(data, max(len(data), 1))
        words = ctypes.create_string_buffer(text.encode("utf-16le"), max(len(text) * 2, 1))
        request.text, request.text_bytes, request.access = ctypes.addressof(words), len(text) * 2, access
        request.disposition = FILE_OPEN
        request.in_, request.in_bytes = ctypes.addressof(source), len(data)

        def settle(result):
            state.update(done=True, status=result.status & 0xFFFFFFFF, handle=result.handle, information=result.information,
                         data=buffer.raw[:min(result.information, out_bytes)])
            self._alive.pop(id(state), None)

        callback = CALLBACK(lambda _context, _identity, outcome: settle(Outcome.from_address(outcome)))
        identity = ctypes.c_uint64()
        self._alive[id(state)] = (callback, buffer, source, words, request)
        if arrives:
            outcome = Outcome()
            outcome.status = _lib.rsl_call_or_pend(self.pointer, ctypes.byref(request), ctypes.byref(outcome), callback, None,
                                                   ctypes.byref(identity))
            if outcome.status != PENDING:
                settle(outcome)
        else:
            check(_lib.rsl_submit(self.pointer, ctypes.byref(request), callback, None, ctypes.byref(identity)))
        state["id"] = identity.value
        return state

    def dispatch(self, timeout_ms):
        return _lib.rsl_dispatch(self.pointer, timeout_ms)

    def finish(self, state, timeout_ms=10000):
        """Runs callbacks until this one is done."""
        while not state["done"]:
            assert self.dispatch(timeout_ms) > 0, "no callback within the time limit"
        return state

    def poll_fd(self):
        return _lib.rsl_poll_fd(self.pointer)

    def cancel(self, state):
        return _lib.rsl_cancel(self.pointer, state["id"]) & 0xFFFFFFFF

    def load(self, service, image):
        report = DriverReport()
        status = _lib.rsl_load_driver(self.pointer, service.encode(), image, len(image), ctypes.byref(report))
        check(status, report.text.decode(errors="replace"))
        return report

    def unload(self, service):
        report = DriverReport()
        status = _lib.rsl_unload_driver(self.pointer, service.encode(), ctypes.byref(report))
        check(status, report.text.decode(errors="replace"))
        return report

    def list_directory(self, path):
        entries = {}

        def each(_context, name, kind):
            entries[name.decode()] = kind.decode()
            return 0

        check(_lib.rsl_list_directory(self.pointer, path.encode(), LISTING(each), None))
        return entries

    def read_link(self, path):
        target = ctypes.create_string_buffer(1024)
        check(_lib.rsl_read_link(self.pointer, path.encode(), target, len(target)))
        return target.value.decode()

    def inspect(self, path):
        import json
        buffer, needed = ctypes.create_string_buffer(1 << 18), ctypes.c_size_t()
        check(_lib.rsl_inspect(self.pointer, path.encode(), buffer, len(buffer), ctypes.byref(needed)))
        return json.loads(buffer.value.decode())
