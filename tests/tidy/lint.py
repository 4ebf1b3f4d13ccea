#!/usr/bin/env python3
"""clang-tidy over a compile database, in parallel; a file whose text, headers and command are as
they were when it last passed is not looked at again. lint.py BUILD_DIR [deep]

The analyser follows calls only when asked to be deep: that takes twelve times as long."""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

TOOL = os.environ.get("CLANG_TIDY", "clang-tidy-14")
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.M)
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# gcc's own flags, which clang does not know, and the ones that only change the code generated.
DROPPED = re.compile(r"^-(fsanitize|fno-sanitize|ftrivial-auto-var-init|fstack|fcf-protection|Werror)")

SHALLOW = ["-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def closure(path, seen):
    """The file and every header of ours that it reaches, as a map path -> bytes."""
    if path in seen or not os.path.isfile(path):
        return seen
    seen[path] = read(path)
    for name in INCLUDE.findall(seen[path]):
        relative = name.decode()
        closure(os.path.join(ROOT, relative), seen)
        closure(os.path.join(os.path.dirname(path), relative), seen)
    return seen


def fingerprint(path, arguments, version):
    digest = hashlib.sha256(version + read(os.path.join(ROOT, ".clang-tidy")))
    digest.update("\0".join(arguments).encode())
    for name, text in sorted(closure(path, {}).items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(text).digest())
    return digest.hexdigest()


def lint(path, arguments):
    result = subprocess.run([TOOL, "--quiet", path, "--", *arguments, "-Wno-unknown-warning-option"],
                            capture_output=True, text=True, cwd=ROOT, check=False)
    return result.returncode, result.stdout


def read_database(build):
    seen = {}
    for entry in json.loads(read(os.path.join(build, "compile_commands.json"))):
        path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        if path.startswith(ROOT + "/") and not path.startswith(os.path.realpath(build) + "/"):
            words = entry.get("arguments") or shlex.split(entry["command"])
            kept, skip = [], False
            for word in words[1:]:
                if skip or word == "-c" or DROPPED.match(word):
                    skip = False
                elif word == "-o":
                    skip = True
                elif os.path.realpath(os.path.join(entry["directory"], word)) != path:
                    kept.append(word)
            seen.setdefault(path, kept)
    return seen


def main(arguments):
    if len(arguments) not in (1, 2) or arguments[1:] not in ([], ["deep"]):
        print(__doc__, file=sys.stderr)
        return 2
    effort = [] if len(arguments) == 2 else SHALLOW
    build = os.path.abspath(arguments[0])
    version = subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout
    cache = os.path.join(build, "lint-cache")
    os.makedirs(cache, exist_ok=True)
    waiting, passed = {}, 0
    for path, flags in read_database(build).items():
        flags += effort
        mark = os.path.join(cache, fingerprint(path, flags, version))
        if os.path.exists(mark):
            passed += 1
        else:
            waiting[path] = (flags, mark)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = {pool.submit(lint, path, flags): (path, mark)
                for path, (flags, mark) in sorted(waiting.items())}
        for done in concurrent.futures.as_completed(work):
            path, mark = work[done]
            code, output = done.result()
            if code == 0:
                open(mark, "wb").close()
            else:
                failed += 1
                print(os.path.relpath(path, ROOT), output, sep="\n", flush=True)
    print(f"lint: {len(waiting)} files read, {passed} unchanged, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
