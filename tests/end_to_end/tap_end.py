# SPDX-License-Identifier: GPL-2.0-only
"""The far end of a network adapter's cable: a TAP interface in a network namespace of the test."""
import ctypes
import fcntl
import os
import select
import socket
import struct
import time

CLONE_NEWUSER, CLONE_NEWNET, ETH_P_ALL, PACKET_OUTGOING = 0x10000000, 0x40000000, 3, 4
TUNSETIFF, TUNSETPERSIST, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x400454CB, 2, 0x1000
SIOCSIFFLAGS, SIOCGIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x8913, 1, 0x40
LIBC = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace that lives as long as this object; with `with`, the thread is in it."""

    def __init__(self):
        self.outside = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "make a network namespace")
        self.inside = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._enter(self.outside)

    @staticmethod
    def _enter(descriptor):
        if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "enter a network namespace")

    def __enter__(self):
        self._enter(self.inside)
        return self

    def __exit__(self, *_):
        self._enter(self.outside)

    def close(self):
        os.close(self.inside)
        os.close(self.outside)


def make_tap(name):
    """In this namespace. Stays until the namespace goes."""
    with open("/dev/net/tun", "r+b", buffering=0) as tun:
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        fcntl.ioctl(tun, TUNSETPERSIST, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        # No address of its own, so that nothing but the test sends.
        with open(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6", "w", encoding="ascii") as switch:
            switch.write("1")
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), IFF_UP))


class TapEnd:
    """Frames on a TAP interface, from the side of the host."""

    def __init__(self, name):
        self.name = name
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind((name, 0))

    def send(self, frame):
        assert self.socket.send(frame) == len(frame)

    def receive(self, timeout=5):
        """The next frame that comes from the cable; b"" when none does in time."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.socket], [], [], left)[0]:
                break
            frame, address = self.socket.recvfrom(4096)
            if address[2] != PACKET_OUTGOING:
                return frame
        return b""

    def close(self):
        self.socket.close()
