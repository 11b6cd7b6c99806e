"""Writes the texts that `sentiment-cli model tune` compares precisions on.

    python3 models/tune/texts.py > models/tune/texts.txt

All of them were written for this project: the sentences by hand of
models/eval/selection.jsonl (the first 345, as ever, so that versions compare) and
its families (CC0), and 700 sentences of models/train/templates.py. The sealed half of the evaluation set stays out of
it, since the verdict is a choice.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../train"))

import templates  # noqa: E402


def rows(name):
    with open(os.path.join(HERE, "../eval", name + ".jsonl"), encoding="utf-8") as f:
        return [json.loads(line)["text"] for line in f]


def main():
    texts = rows("selection")[:345] + rows("families") + [t for t, _ in templates.sample(700, 4)]
    for text in dict.fromkeys(texts):
        print(" ".join(text.split()))


if __name__ == "__main__":
    main()
