"""Measures a model on this directory's sets with sentiment-cli, per kind and per family.

    python3 measure.py MODEL_DIR SET... [-- CLI OPTION...]

SET is `selection`, `sealed` or `families`; the options go to `sentiment-cli
classify` (`--precision int8`; fp32 unless told). The cli is $SENTIMENT_CLI or
build/bin/sentiment-cli of this repository. `sealed` is for the end: a choice
made on it spoils it.
"""
import collections
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CLI = os.environ.get("SENTIMENT_CLI", os.path.join(HERE, "../../build/bin/sentiment-cli"))
LABELS = ["negative", "neutral", "positive"]


def rows_of(name):
    with open(os.path.join(HERE, name + ".jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def answers(model, rows, options):
    """The label the model gives each row."""
    texts = "".join(json.dumps({"text": r["text"]}) + "\n" for r in rows)
    command = [CLI, "classify", "--model", model, "--input-format", "jsonl", "--format", "ndjson",
               "--precision", "fp32", *options]
    done = subprocess.run(command, input=texts, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [json.loads(line)["label"] for line in done.stdout.splitlines()]


def macro_f1(right, got):
    scores = []
    for label in LABELS:
        hit = sum(r == g == label for r, g in zip(right, got))
        scores.append(2 * hit / max(1, right.count(label) + got.count(label)))
    return sum(scores) / len(scores)


def flips(rows, got):
    """How many answers differ from the commonest one of their group, and of how many."""
    groups = collections.defaultdict(list)
    for row, label in zip(rows, got):
        if "group" in row:
            groups[row["group"]].append(label)
    odd = sum(len(g) - max(map(g.count, g)) for g in groups.values())
    return odd, sum(map(len, groups.values()))


def report(name, rows, got):
    right = [r["label"] for r in rows]
    accuracy = sum(map(str.__eq__, right, got)) / len(rows)
    error = (accuracy * (1 - accuracy) / len(rows)) ** 0.5
    print(f"{name}: {len(rows)} rows  accuracy {accuracy:.4f} (standard error {error:.4f})  macro-F1 {macro_f1(right, got):.4f}")
    for label in LABELS:
        print(f"  recall {label:9} {sum(r == g == label for r, g in zip(right, got)) / right.count(label):.4f}")
    parts = collections.defaultdict(list)
    for row, label in zip(rows, got):
        parts[row.get("family") or row["kind"]].append((row, label))
    for part, pairs in parts.items():
        hits = sum(row["label"] == label for row, label in pairs)
        odd, of = flips(*zip(*pairs))
        print(f"  {part:36} {hits:4}/{len(pairs):<4} {hits / len(pairs):6.1%}" + (f"  flips {odd}/{of}" if of else ""))
    if name == "families":
        print(f"  families at 90 % or more: {sum(sum(r['label'] == g for r, g in p) >= .9 * len(p) for p in parts.values())} of {len(parts)}")


def main(argv):
    options = argv[argv.index("--") + 1:] if "--" in argv else []
    model, *names = argv[:argv.index("--")] if "--" in argv else argv
    for name in names:
        rows = rows_of(name)
        report(name, rows, answers(model, rows, options))


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(sys.argv[1:])
