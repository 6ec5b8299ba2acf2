# SPDX-License-Identifier: GPL-2.0-only
"""An X server without a screen, of the test's own, and pictures of what is on it. Needs Debian's xvfb and nothing else."""
import os
import secrets
import shutil
import struct
import subprocess
import time
import zlib


class Picture:
    """24-bit pixels, as bytes (red, green, blue)."""

    def __init__(self, width, height, pixels):
        self.width, self.height, self.pixels = width, height, pixels

    def count(self, colour):
        """How many pixels have exactly this colour."""
        red, green, blue = (self.pixels[i::3] for i in range(3))
        return sum(1 for pixel in zip(red, green, blue) if pixel == colour)

    def box_of(self, colour):
        """Left, top, width and height of what has this colour; None when nothing has."""
        pattern, line = bytes(colour), self.width * 3
        found = [[x for x in range(self.width) if self.pixels[y * line + x * 3:][:3] == pattern] for y in range(self.height)]
        rows = [y for y, columns in enumerate(found) if columns]
        if not rows:
            return None
        left, right = min(columns[0] for columns in found if columns), max(columns[-1] for columns in found if columns)
        return left, rows[0], right - left + 1, rows[-1] - rows[0] + 1

    def cropped(self, left, top, width, height):
        rows = [self.pixels[((top + y) * self.width + left) * 3:][:width * 3] for y in range(height)]
        return Picture(width, height, b"".join(rows))

    def png(self):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        rows = b"".join(b"\0" + self.pixels[y * self.width * 3:][:self.width * 3] for y in range(self.height))
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", self.width, self.height, 8, 2, 0, 0, 0)) +
                chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


class VirtualDisplay:
    """Listens on a Unix socket only, and lets in who has its cookie. Ended by close()."""

    def __init__(self, folder, width=440, height=220):
        self.folder = folder
        self.cookies = folder / "cookies"
        cookie, name = secrets.token_bytes(16), b"MIT-MAGIC-COOKIE-1"
        field = lambda data: struct.pack(">H", len(data)) + data
        any_host = 0xFFFF
        self.cookies.write_bytes(struct.pack(">H", any_host) + field(b"") + field(b"") + field(name) + field(cookie))
        self.cookies.chmod(0o600)
        tell, said = os.pipe()[::-1]
        self.process = subprocess.Popen(
            [shutil.which("Xvfb"), "-displayfd", str(tell), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset",
             "-nocursor", "-auth", str(self.cookies), "-fbdir", str(folder)],
            pass_fds=(tell,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(folder / "Xvfb.log").open("w"))
        os.close(tell)
        with os.fdopen(said) as pipe:
            number = pipe.readline().strip()
        if not number:
            self.close()
            raise RuntimeError("Xvfb did not start: " + (folder / "Xvfb.log").read_text())
        self.environment = {"DISPLAY": f":{number}", "XAUTHORITY": str(self.cookies)}

    def picture(self):
        """What is on the screen now. Xvfb keeps it in a file in the format of xwd."""
        data = (self.folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", data[:100])
        header_bytes, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
        assert head[1] == 7 and head[11] == 32 and head[7] == 0, f"not the kind of picture that Xvfb makes: {head}"
        start = header_bytes + colours * 12
        pixels = bytearray(width * height * 3)
        for y in range(height):
            row = data[start + y * line:][:width * 4]  # blue, green, red, nothing
            for i in range(3):
                pixels[y * width * 3 + i:(y + 1) * width * 3:3] = row[2 - i::4]
        return Picture(width, height, bytes(pixels))

    def wait_for(self, condition, seconds=30):
        """The first picture for which it holds, or the last one."""
        until = time.monotonic() + seconds
        while True:
            picture = self.picture()
            if condition(picture) or time.monotonic() > until:
                return picture
            time.sleep(0.05)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
