#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes the boot archive: a cpio of the "newc" format, the same bytes for the same files.

usage: make_archive.py OUTPUT FILE[=NAME]...   files that do not exist are left out if written as FILE?
"""
import pathlib
import sys


def entry(name, data):
    encoded = name.encode() + b"\0"
    fields = [0, 0o100644 if data is not None else 0, 0, 0, 1, 0, len(data or b""), 0, 0, 0, 0, len(encoded), 0]
    head = b"070701" + b"".join(b"%08X" % f for f in fields) + encoded
    return head + b"\0" * (-len(head) % 4) + (data or b"") + b"\0" * (-len(data or b"") % 4)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.strip())
    out = b""
    for argument in sys.argv[2:]:
        optional = argument.endswith("?")
        path, _, name = argument.rstrip("?").partition("=")
        if optional and not pathlib.Path(path).exists():
            continue
        out += entry(name or pathlib.Path(path).name, pathlib.Path(path).read_bytes())
    pathlib.Path(sys.argv[1]).write_bytes(out + entry("TRAILER!!!", None))


main()
