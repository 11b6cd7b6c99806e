"""Feeds random csv, jsonl and lines to the command; Python's own readers judge.

    python3 differential.py BUILD [ROWS] [SEED]       (CPython 3.11, no packages)

Texts hold what readers trip over: quotes, commas, newlines, tabs, NUL, escapes,
emoji, lone CR; other members hold numbers that do not fit a double. What comes
back is read by Python's csv and json, and must be what went in, in order, with
numbers compared as they are written.
"""
import csv
import decimal
import io
import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PIECES = ["Profit", " rose ", "12%", '"', '""', ",", "\n", "\r\n", "\t", "\\", "\\n", "é", "日本",
          "😀", "{", "}", "[", "]", ":", "\u2028", "\x7f", "\x01", "null", "0.10", "'", ";", "/"]


def text(rng, avoid=""):
    while True:
        s = "".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 12)))
        for c in avoid:
            s = s.replace(c, "x")
        if s.strip(" \t\r\n\v\f"):
            return s


def number(rng):
    return rng.choice(["0", "-1", "0.10", "1e400", "-0.0", "1E+2", "123456789012345678901234567890",
                       "9007199254740993", "3.141592653589793238462643"])


def value(rng, depth=0):
    kind = rng.randrange(7 if depth < 3 else 5)
    if kind == 5:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 6:
        return {text(rng): value(rng, depth + 1) for _ in range(rng.randrange(4))}
    return [None, True, text(rng), Number(number(rng)), Number(number(rng))][kind]


class Number(str):
    """A number as it is written."""


def dump(rng, v):
    if isinstance(v, Number):
        return str(v)
    if isinstance(v, str):
        return json.dumps(v, ensure_ascii=rng.random() < 0.5)
    gap = rng.choice(["", " ", "  ", "\t"])
    if isinstance(v, list):
        return "[" + gap + ("," + gap).join(dump(rng, x) for x in v) + gap + "]"
    if isinstance(v, dict):
        return "{" + gap + ("," + gap).join(
            dump(rng, k) + gap + ":" + gap + dump(rng, x) for k, x in v.items()) + gap + "}"
    return json.dumps(v)


def load(line):
    return json.loads(line, parse_int=Number, parse_float=Number)


def run(build, data, *options):
    command = [f"{build}/bin/sentiment-cli", "classify", "--engine",
               f"{build}/lib/libfake_engine.so", "--model", f"{HERE}/../vectors/tiny/bert", *options]
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode:
        sys.exit(f"exit status {done.returncode}: {done.stderr.decode()[:500]}")
    return done.stdout


def check(kind, i, expected, found):
    if expected != found:
        sys.exit(f"{kind}, row {i}:\n  expected {expected!r}\n  found    {found!r}")


def jsonl(build, rng, rows):
    given = [{**{text(rng): value(rng) for _ in range(rng.randrange(4))}, "text": text(rng)}
             for _ in range(rows)]
    lines = run(build, "\n".join(dump(rng, g) for g in given).encode(), "--input-format", "jsonl")
    back = [load(line) for line in lines.decode().split("\n")[:-1]]
    check("jsonl", "count", rows, len(back))
    for i, (g, b) in enumerate(zip(given, back)):
        check("jsonl keys", i, sorted(b, key=lambda k: k.encode()), list(b))
        check("jsonl score", i, True, decimal.Decimal(b.pop("score")) > 0)
        check("jsonl label", i, True, b.pop("label") in ("negative", "neutral", "positive"))
        check("jsonl", i, g, b)


def rows_of_csv(build, rng, rows, ending):
    given = [[text(rng), str(i), text(rng)] for i in range(rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ending,
                        quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer.writerow(["note", "id", "body"])
    writer.writerows(given)
    data = out.getvalue().encode()
    for fmt in ("csv", "ndjson"):
        found = run(build, data, "--input-format", "csv", "--field", "body", "--format", fmt).decode()
        if fmt == "csv":
            back = list(csv.DictReader(io.StringIO(found, newline="")))
        else:
            back = [load(line) for line in found.split("\n")[:-1]]
        check(fmt, "count", rows, len(back))
        for i, (g, b) in enumerate(zip(given, back)):
            check(f"csv to {fmt}", i, g, [b["note"], b["id"], b["text"]])


def plain(build, rng, rows):
    given = [text(rng, "\n").rstrip("\r") or "x" for _ in range(rows)]
    ending = rng.choice(["\n", "\r\n"])
    found = run(build, "".join(g + ending for g in given).encode())
    back = [load(line)["text"] for line in found.decode().split("\n")[:-1]]
    for i, (g, b) in enumerate(zip(given, back)):
        check("lines", i, g, b)
    check("lines", "count", rows, len(back))


def main(build, rows=20000, seed=1):
    rng = random.Random(int(seed))
    rows = int(rows)
    jsonl(build, rng, rows)
    rows_of_csv(build, rng, rows, "\n")
    rows_of_csv(build, rng, rows, "\r\n")
    plain(build, rng, rows)
    print(f"differential: {4 * rows} rows came back as Python reads them")


main(*sys.argv[1:])
