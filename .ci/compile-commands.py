"""Reads what make would run, writes compile_commands.json for editors.

    make -Bn V=1 all | python3 compile-commands.py > compile_commands.json
"""
import json
import os
import re
import shlex
import sys

commands = []
for line in re.sub(r"\\\n", " ", sys.stdin.read()).splitlines():
    if " -c " not in line:
        continue
    arguments = shlex.split(line)
    source = arguments[arguments.index("-c") + 1] if "-c" in arguments else ""
    if source.endswith((".c", ".cc")):
        commands.append({"directory": os.getcwd(), "file": source, "arguments": arguments})
json.dump(commands, sys.stdout, indent=1)
