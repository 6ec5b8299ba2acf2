#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes linker inputs of the export table, abi/exports/*.tsv.

usage: exports.py TABLE_DIR OUTPUT_DIR

A line of the table: name, module, kind, header, irql, state, test, note (tab-separated).
  module  ntoskrnl, hal, or a class library such as wmilib
  kind    func or data
  irql    as documented: 0, <=1, <=2, any
  state   done     as documented, and the conformance or unit test named in `test` shows it
          partial  `note` says what is missing
          stub     links, and traps with its name when called
  test    file that tests it, from the root of the tree; empty unless done: a file of tests/conformance that holds a
          test of that name, CONFORMANCE(NAME, ...). Private services (Rsl...) may name a test of another kind

Fails when a line is wrong, and when the source of the kernel or of a class library defines an export (RSL_EXPORT) that has no
line. A line without a definition fails in the linker.

Writes MODULE.def (hal forwards into ntoskrnl, ksecdd into cng), export_stubs.c and exports_table.inc.
"""
import functools
import pathlib
import re
import sys

# Modules that forward every export of another one.
FORWARDERS = {"ksecdd": "cng"}
COLUMNS = ["name", "module", "kind", "header", "irql", "state", "test", "note"]


CONFORMANCE, PRIVATE = "tests/conformance/", "Rsl"

# The first name in front of a parenthesis; calling conventions and types have none.
DEFINITION = re.compile(r"^RSL_EXPORT\s(?:__attribute__\(\(.*?\)\)|[^(;={#])*?\b(?!__attribute__)(\w+)\s*\(", re.MULTILINE)


@functools.lru_cache(maxsize=None)
def functions_tested_in(path):
    """What a conformance test file tests; None when there is no such file."""
    if not path.is_file():
        return None
    return set(re.findall(r"^CONFORMANCE(?:_IN_CALLER|_BUG_CHECK)?\((\w+),", path.read_text(), re.MULTILINE))


def check_test(root, row, where):
    """A done function's test is there and is about it."""
    if not row["test"].startswith(CONFORMANCE):
        if not row["name"].startswith(PRIVATE):
            sys.exit(f"{where}: {row['name']} is done, so it names its test in {CONFORMANCE}")
        if not (root / row["test"]).exists():
            sys.exit(f"{where}: {row['name']} names {row['test']}, which is not there")
        return
    tested = functions_tested_in(root / row["test"])
    if tested is None:
        sys.exit(f"{where}: {row['name']} names {row['test']}, which is not there")
    if row["name"] not in tested:
        sys.exit(f"{where}: {row['name']} is done, but {row['test']} has no CONFORMANCE({row['name']}, ...)")


def read_table(directory):
    rows, seen = [], {}
    root = pathlib.Path(directory).resolve().parents[1]
    for path in sorted(pathlib.Path(directory).glob("*.tsv")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = line.split("\t")
            fields += [""] * (len(COLUMNS) - len(fields))
            row = dict(zip(COLUMNS, (f.strip() for f in fields)))
            where = f"{path.name}:{number}"
            if row["state"] not in ("done", "partial", "stub") or row["kind"] not in ("func", "data"):
                sys.exit(f"{where}: state is done, partial or stub, and kind func or data; got "
                         f"'{row['state']}' and '{row['kind']}'")
            if row["state"] == "done" and row["kind"] == "func" and not row["test"]:
                sys.exit(f"{where}: {row['name']} is done, so it names its test")
            if row["state"] == "done":
                check_test(root, row, where)
            if row["state"] == "partial" and not row["note"]:
                sys.exit(f"{where}: {row['name']} is partial, so its note says what is missing")
            key = (row["module"], row["name"])
            if key in seen:
                sys.exit(f"{where}: {row['name']} is already in {seen[key]}")
            seen[key] = where
            rows.append(row)
    return rows


def check_definitions(root, rows):
    """Every RSL_EXPORT in the sources has its line."""
    known = {row["name"] for row in rows}
    for top in ("kernel", "classes"):
        for path in sorted((root / top).rglob("*.c*")):
            text = path.read_text()
            for match in DEFINITION.finditer(text):
                name = match.group(1)
                if name not in known:
                    line = text.count("\n", 0, match.start()) + 1
                    sys.exit(f"{path.relative_to(root)}:{line}: {name} is an export, but no line of abi/exports names it")


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    table, output = sys.argv[1:3]
    rows = read_table(table)
    check_definitions(pathlib.Path(table).resolve().parents[1], rows)
    out = pathlib.Path(output)
    out.mkdir(parents=True, exist_ok=True)
    kernel = [r for r in rows if r["module"] in ("ntoskrnl", "hal")]
    hal = [r for r in rows if r["module"] == "hal"]

    def export(row):
        return "    " + row["name"] + (" DATA" if row["kind"] == "data" else "") + "\n"

    write_if_changed(out / "ntoskrnl.def", "LIBRARY ntoskrnl.exe\nEXPORTS\n" + "".join(map(export, kernel)))
    write_if_changed(out / "hal.def", "LIBRARY hal.dll\nEXPORTS\n" +
                     "".join(f"    {r['name']}=ntoskrnl.{r['name']}\n" for r in hal))
    write_if_changed(out / "hal_import.def", "LIBRARY hal.dll\nEXPORTS\n" + "".join(map(export, hal)))
    stubs = [r["name"] for r in kernel if r["state"] == "stub" and r["kind"] == "func"]
    write_if_changed(out / "export_stubs.c",
                     "/* Made by tools/exports.py. */\n_Noreturn void RslStubCalled(const char* name);\n" +
                     "".join(f"void {n}(void) {{ RslStubCalled(\"{n}\"); }}\n" for n in stubs))
    for module in sorted({r["module"] for r in rows} - {"ntoskrnl", "hal"}):
        write_if_changed(out / f"{module}.def", f"LIBRARY {module}.sys\nEXPORTS\n" +
                         "".join(export(r) for r in rows if r["module"] == module))
    for module, target in FORWARDERS.items():
        forwarded = [dict(r, module=module) for r in rows if r["module"] == target]
        write_if_changed(out / f"{module}.def", f"LIBRARY {module}.sys\nEXPORTS\n" +
                         "".join(f"    {r['name']}={target}.{r['name']}\n" for r in forwarded))
        write_if_changed(out / f"{module}_import.def", f"LIBRARY {module}.sys\nEXPORTS\n" + "".join(map(export, forwarded)))
        rows = rows + forwarded
    file_of = {"ntoskrnl": "ntoskrnl.exe", "hal": "hal.dll"}
    write_if_changed(out / "exports_table.inc", "".join(
        'RSL_EXPORT_ROW("{}", "{}", "{}", "{}", "{}", "{}", "{}")\n'.format(
            file_of.get(r["module"], r["module"] + ".sys"), r["name"], r["state"], r["header"], r["irql"],
            r["test"], r["note"].replace('"', "'")) for r in rows))


main()
