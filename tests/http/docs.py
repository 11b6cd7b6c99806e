"""Runs the commands of docs/http-api.md and compares what they say with what it shows.

    python3 tests/http/docs.py BUILD

In its blocks of sh a line after "$ " is a command (run when it is curl or
printf), what follows is its output, and … stands for anything. A route
that openapi.json knows and no command asks for is a failure too.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile

from server import serve

PAGE = "docs/http-api.md"


def commands(text):
    """(line, command, output) of every command."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```sh"
        elif inside and line.startswith("$ "):
            found.append([number, line[2:], ""])
        elif inside and found and found[-1][1].endswith("\\") and not found[-1][2]:
            found[-1][1] += "\n" + line
        elif inside and found:
            found[-1][2] += line + "\n"
    return [f for f in found if f[1].split()[0] in ("curl", "printf")]


def check(number, command, shown, server, folder):
    run = subprocess.run(["sh", "-c", command.replace("localhost:8080", server.address)], cwd=folder, timeout=60,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = run.stdout.replace("\r", "").replace(server.address, "localhost:8080")
    pattern = ".*?".join(map(re.escape, shown.rstrip("\n").split("…")))
    if not re.fullmatch(pattern, found.rstrip("\n"), re.DOTALL):
        print(f"{PAGE}:{number}: {command}\n  shown: {shown}  found: {found}")
        return 1
    return 0


def main(build):
    if not shutil.which("curl"):
        print("the commands of docs/http-api.md: skipped: no curl")
        return 0
    with open(PAGE, encoding="utf-8") as f:
        all_commands = commands(f.read())
    with open("cli/page/openapi.json", encoding="utf-8") as f:
        paths = set(json.load(f)["paths"])
    asked = {m for _, c, _ in all_commands for m in re.findall(r"localhost:8080([^\s'\"?]*)", c)}
    failed = 0
    for path in sorted(paths - asked):
        print(f"{PAGE}: no command asks for {path}")
        failed += 1
    with serve(build, engine="bundled") as server, tempfile.TemporaryDirectory() as folder:
        for number, command, shown in all_commands:
            failed += check(number, command, shown, server, folder)
    print(f"the commands of docs/http-api.md: {len(all_commands)} run, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
