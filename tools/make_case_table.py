#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes kernel/rtl/case_table.inc: the simple case mapping of the Basic Multilingual Plane.

usage: make_case_table.py > kernel/rtl/case_table.inc

A mapping is kept only if it goes from one UTF-16 unit to one and back: what NT's table keeps, so that
upcasing a name twice gives the same name. Two levels: a page number for each 256 characters, then the
distance to add (mod 65536) for each character of a page.
"""
import unicodedata


def simple(c, change):
    mapped = change(c)
    return ord(mapped) if len(mapped) == 1 and ord(mapped) < 0x10000 else ord(c)


def table(change, back):
    deltas = []
    for code in range(0x10000):
        mapped = code
        if not 0xD800 <= code < 0xE000:
            mapped = simple(chr(code), change)
            if mapped != code and simple(chr(mapped), back) != code:
                mapped = code  # several letters share one partner: only the one it maps back to counts
        deltas.append((mapped - code) & 0xFFFF)
    return deltas


def write(name, deltas):
    pages, numbers = [], []
    for first in range(0, 0x10000, 256):
        page = tuple(deltas[first:first + 256])
        if page not in pages:
            pages.append(page)
        numbers.append(pages.index(page))
    print(f"constexpr uint8_t k{name}Page[256] = {{")
    for row in range(0, 256, 32):
        print("    " + ", ".join(map(str, numbers[row:row + 32])) + ",")
    print(f"}};\nconstexpr uint16_t k{name}Delta[{len(pages)}][256] = {{")
    for page in pages:
        print("    {" + ", ".join(map(str, page)) + "},")
    print("};")


print("// SPDX-License-Identifier: GPL-2.0-only")
print(f"// Made by tools/make_case_table.py of Unicode {unicodedata.unidata_version}. clang-format off")
write("Upper", table(str.upper, str.lower))
write("Lower", table(str.lower, str.upper))
