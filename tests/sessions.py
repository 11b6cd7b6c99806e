"""sessions.py - the terminal sessions that documents show, for the tests that run them.

In a fenced block a line after "$ " is a command, continued where it ends in a
backslash; the lines below it are what it prints, where … stands for anything,
and a line of … for any lines. A command without such lines prints what it likes.
"""
import re
import subprocess


def commands(path):
    """(where, command, output shown) of every command of the document at PATH."""
    found, fence = [], None
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f.read().splitlines(), 1):
            if line.startswith("```"):
                fence = line[3:] or "sh" if fence is None else None
                begun = False
            elif fence != "sh":
                continue
            elif line.startswith("$ "):
                found.append([f"{path}:{number}", line[2:], ""])
                begun = True
            elif begun and found[-1][1].endswith("\\") and not found[-1][2]:
                found[-1][1] += "\n" + line
            elif begun:
                found[-1][2] += line + "\n"
    return found


def comment(command):
    """What stands behind the command's #, if anything."""
    return command.rpartition(" #")[2] if " #" in command else ""


def alike(shown, said):
    """Whether SAID is what SHOWN stands for."""
    shown = re.sub(r"^…\n", "…", shown, flags=re.M).rstrip("\n")
    pattern = ".*?".join(map(re.escape, shown.split("…")))
    return re.fullmatch(pattern, said.rstrip("\n"), re.DOTALL) is not None


def run(where, command, shown, change=lambda text: text, back=lambda text: text, **how):
    """Runs COMMAND, changed by CHANGE, and compares; 1 after a line about a difference, else 0.

    BACK undoes in what it says what CHANGE did.
    """
    done = subprocess.run(["sh", "-c", change(command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120, **how)
    said = back(done.stdout.replace("\r", ""))
    if done.returncode:
        print(f"{where}: exit status {done.returncode}: {command}\n{said}")
    elif shown and not alike(shown, said):
        print(f"{where}: {command}\n  shown: {shown}  said: {said}")
    else:
        return 0
    return 1
