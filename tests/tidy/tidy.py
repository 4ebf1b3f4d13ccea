#!/usr/bin/env python3
"""Style as a test: arrows, purity, sizes, banned calls, what may lie where. tidy.py [root]"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rules

SKIPPED_FOLDERS = {".git", "build", "var", "node_modules", "__pycache__"}


def list_files(root):
    """Everything git would commit; without git, everything outside build folders."""
    git = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True, check=False)
    if git.returncode == 0 and os.path.exists(os.path.join(root, ".git")):
        names = sorted(set(git.stdout.decode().split("\0")) - {""})
    else:
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
            names += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return sorted(n for n in names if os.path.isfile(os.path.join(root, n)))


def strip_code(text):
    """C without comments and literals; line numbers stay."""
    def blank(match):
        piece = match.group(0)
        if piece.startswith("/"):
            return re.sub(r"[^\n]", " ", piece)
        return piece[0] + " " * (len(piece) - 2) + piece[-1]
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                  blank, text, flags=re.S)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def room_of(name):
    prefixes = [p for p in rules.ARROWS if name.startswith(p)]
    return max(prefixes, key=len) if prefixes else None


def own_folder(name, room):
    if room in rules.FAMILIES:
        return "/".join(name.split("/")[:2]) + "/"
    return room


def check_arrows(name, text):
    room = room_of(name)
    if room is None:
        return
    allowed = rules.ARROWS[room] + (own_folder(name, room),)
    for match in re.finditer(r'^\s*#\s*include\s+"([^"]+)"', text, re.M):
        if not match.group(1).startswith(allowed):
            yield line_of(text, match.start()), f"{room} may not include {match.group(1)}"


def check_purity(name, text, code):
    for match in re.finditer(r"^\s*#\s*include\s+<([^>]+)>", text, re.M):
        header = match.group(1)
        if name.startswith(rules.PURE_ROOMS) and rules.IO_HEADERS.match(header):
            yield line_of(text, match.start()), f"a pure room may not include <{header}>"
        owners = rules.OWNED_HEADERS.get(header)
        if owners and not name.startswith(owners):
            yield line_of(text, match.start()), f"<{header}> belongs to {owners[0]}"
    if name in rules.MEMORY_KEEPERS or not name.startswith(rules.PURE_ROOMS):
        return
    for match in rules.IO_NAMES.finditer(code):
        yield line_of(code, match.start()), f"{match.group(1)}: a pure room has no I/O and no clock"
    for match in rules.ALLOCATION.finditer(code):
        yield line_of(code, match.start()), f"{match.group(1)}: a pure room is given its memory"


def check_calls(name, code):
    for match in rules.BANNED_CALLS.finditer(code):
        yield line_of(code, match.start()), f"banned call {match.group(1)}"
    if not name.startswith("tests/"):
        for match in rules.BANNED_IN_PRODUCT.finditer(code):
            yield line_of(code, match.start()), f"banned call {match.group(1)}"
    if not name.startswith(rules.PRINTING_ROOMS):
        for match in rules.PRINTING.finditer(code):
            yield line_of(code, match.start()), f"{match.group(1)}: only tools and tests print"
    if name.startswith(rules.FLOATLESS_ROOMS) and "metrics" not in os.path.basename(name):
        for match in rules.FLOATING.finditer(code):
            yield line_of(code, match.start()), f"{match.group(1)}: no floating point near money"


def check_functions(code):
    """A body stands between a '{' and a '}' in column 0; its head ends with ')'."""
    opened, last = None, ""
    for number, line in enumerate(code.split("\n"), 1):
        if line.rstrip() == "{" and last.endswith(")"):
            opened = number
        elif line.startswith("}") and opened is not None:
            if number - opened + 1 > rules.FUNCTION_LINES_MAX:
                yield opened, f"function of {number - opened + 1} lines"
            opened = None
        if line.strip():
            last = line.rstrip()


def check_text(name, text):
    if name.endswith(rules.SOURCE_SUFFIXES):
        count = len(text.splitlines())
        if count > rules.FILE_LINES_MAX:
            yield count, f"file of {count} lines"
    for match in rules.UNFINISHED.finditer(text):
        yield line_of(text, match.start()), f"{match.group(1)}: finish it or file an issue"
    if name.endswith(".h") and not text.startswith("#pragma once\n"):
        yield 1, "a header starts with #pragma once"
    if os.path.basename(name) == "README.md" and "/" in name:
        count = len(text.splitlines())
        if count > rules.README_LINES_MAX:
            yield count, f"folder README of {count} lines"


def check_file(root, name):
    with open(os.path.join(root, name), "rb") as file:
        raw = file.read()
    if rules.KEY_FILES.search(name) or rules.PRIVATE_KEY.search(raw):
        yield 1, "private keys are made at run time, never committed"
    if b"\0" in raw or "/corpus/" in name or name.endswith((".svg", "package-lock.json")):
        return
    text = raw.decode("utf-8", "replace")
    yield from check_text(name, text)
    if name.endswith((".c", ".h")):
        code = strip_code(text)
        yield from check_arrows(name, text)
        yield from check_purity(name, text, code)
        yield from check_calls(name, code)
        yield from check_functions(code)


def check_layout(names):
    for entry in sorted({n.split("/")[0] for n in names}):
        if entry not in rules.TOP_LEVEL and not entry.startswith("."):
            yield entry, 1, "does not belong at the top level"
    present = set(names)
    for entry in sorted(rules.TOP_LEVEL):
        if not any(n == entry or n.startswith(entry + "/") for n in names):
            yield entry, 1, "is missing at the top level"
    folders = set()
    for name in names:
        parts = name.split("/")
        if len(parts) >= 2 and not parts[0].startswith("."):
            folders.add(parts[0])
        if len(parts) >= 3 and parts[0] in ("ledger", "adapters", "gateway", "tools"):
            folders.add("/".join(parts[:2]))
    for folder in sorted(folders):
        if folder + "/README.md" not in present:
            yield folder, 1, "has no README.md"


def check_tree(root):
    names = list_files(root)
    problems = list(check_layout(names))
    for name in names:
        problems += [(name, line, what) for line, what in check_file(root, name)]
    return names, problems


def main(arguments):
    root = arguments[0] if arguments else os.path.join(os.path.dirname(__file__), "..", "..")
    names, problems = check_tree(os.path.abspath(root))
    for name, line, what in problems:
        print(f"{name}:{line}: {what}")
    print(f"tidy: {len(names)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
