"""Runs what docs/http-api.md, README.md and docs/commands.md show of curl, against a service.

    python3 tests/http/docs.py BUILD

A route that openapi.json knows and no command of docs/http-api.md asks for is a failure too.
"""
import json
import os
import re
import shutil
import sys
import tempfile

from server import serve

sys.path.insert(1, os.path.join(os.path.dirname(__file__), ".."))
import sessions

PAGE = "docs/http-api.md"


def commands(page):
    return [c for c in sessions.commands(page) if c[1].split()[0] in ("curl", "printf")]


def main(build):
    if not shutil.which("curl"):
        print("what is shown of curl: skipped: no curl")
        return 0
    page = commands(PAGE)
    others = [c for p in ("README.md", "docs/commands.md") for c in commands(p)]
    with open("cli/page/openapi.json", encoding="utf-8") as f:
        paths = set(json.load(f)["paths"])
    asked = {m for _, c, _ in page for m in re.findall(r"localhost:8080([^\s'\"?]*)", c)}
    failed = 0
    for path in sorted(paths - asked):
        print(f"{PAGE}: no command asks for {path}")
        failed += 1
    with serve(build, engine="bundled") as server, tempfile.TemporaryDirectory() as folder:
        for where, command, shown in page + others:
            failed += sessions.run(where, command, shown, cwd=folder,
                                   change=lambda text: text.replace("localhost:8080", server.address),
                                   back=lambda text: text.replace(server.address, "localhost:8080"))
    print(f"what is shown of curl: {len(page + others)} run, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
