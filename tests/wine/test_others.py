# SPDX-License-Identifier: GPL-2.0-only
"""Windows programs and drivers that nobody here wrote, together (docs/guides/driver-corpus.md). Skipped without them."""
import os
import pathlib
import shutil

import pytest

NEEDED = {"openlibsys": ("WinRing0x64.sys", "programs/WinRing0x64.dll"), "imdisk": ("imdisk.sys", "programs/imdisk.exe", "programs/imdisk.cpl")}


@pytest.fixture
def folder(wine, request):
    """A folder on C: with the pair in it."""
    corpus = os.environ.get("RSL_DRIVER_CORPUS")
    if not corpus:
        pytest.skip("RSL_DRIVER_CORPUS is not set: public drivers are not part of the project (docs/guides/driver-corpus.md)")
    folder = wine.prefix / "drive_c" / request.param
    folder.mkdir(exist_ok=True)
    for name in NEEDED[request.param]:
        source = pathlib.Path(corpus) / name
        if not source.exists():
            pytest.skip(f"{source} is missing (docs/guides/driver-corpus.md)")
        shutil.copy(source, folder)
    return folder


@pytest.mark.parametrize("folder", ["openlibsys"], indirect=True)
def test_openlibsys_reads_msr_port_and_pci_of_the_vm(wine, folder):
    shutil.copy(wine.program("openlibsys"), folder)
    code, text = wine.run(folder / "openlibsys.exe")
    assert code == 0 and text.count("ok ") == 4, text


@pytest.mark.parametrize("folder", ["imdisk"], indirect=True)
def test_imdisk_makes_uses_and_removes_a_disk(wine, folder):
    imdisk = folder / "imdisk.exe"
    # One session for all of it: its service manager knows that the driver runs.
    script = folder / "all.cmd"
    script.write_text("\r\n".join([
        "@echo off", r"sc create ImDisk type= kernel binPath= C:\imdisk\imdisk.sys", "sc start ImDisk",
        r"C:\imdisk\imdisk.exe -a -t vm -s 8M -m R:", r"C:\imdisk\imdisk.exe -l -m R:", rf"{dos_path(wine, 'raw_disk')} \\.\R: 0x800000",
        r"C:\imdisk\imdisk.exe -d -m R:",
        *[r"C:\imdisk\imdisk.exe -l"] * 10,  # the driver's own thread removes the device, a little later
        "sc stop ImDisk", "sc delete ImDisk"]) + "\r\n")
    assert imdisk.exists()
    code, text = wine.run("cmd", "/c", r"C:\imdisk\all.cmd")
    for sentence in ("Created device 0: R: -> Image in memory", "Size: 8388608 bytes (8 MB), Virtual Memory, HDD.", "ok raw_disk",
                     "Locking volume...", "Dismounting filesystem...", "Removing device...", "No virtual disks."):
        assert sentence in text, (sentence, text)
    assert "Failed" not in text and text.rstrip().count("STOPPED") == 1, text


def dos_path(wine, program):
    return "Z:" + str(wine.program(program)).replace("/", "\\")
