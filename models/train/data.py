"""The data of the bundled model: reading, cleaning, splitting.

Every split is decided by a hash of a row's normalised text, so that it is the
same on any machine and does not depend on the order of the files:

    SEntFiN          hash mod 10 = 0    the test tenth, never trained on
    SEntFiN, twitter hash mod 20 = 7    the calibration slice: held out of the
                                        training rows, one temperature is fitted on it
    the rest                            training

Training rows that are near-duplicates of an evaluated row are dropped.

    python data.py sentfin-test DATA_DIR > sentfin_test.jsonl
    python data.py counts DATA_DIR

DATA_DIR holds `labelled/`; models/finsent-minilm/README.md says where
each file comes from and under which licence.
"""
import collections
import hashlib
import json
import os
import re
import sys

LABELS = ["negative", "neutral", "positive"]
URL = re.compile(r"https?://\S+")
WORD = re.compile(r"[a-z0-9]+")


def normalise(text):
    """Lower case, URLs gone, runs of white space as one space."""
    return " ".join(URL.sub(" ", text).lower().split())


def bucket(text, n):
    digest = hashlib.sha256(normalise(text).encode("utf-8")).hexdigest()
    return int(digest, 16) % n


def read(data_dir, name):
    """Rows of labelled/NAME.jsonl as (text, label index)."""
    path = os.path.join(data_dir, "labelled", name + ".jsonl")
    with open(path, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    return [(r["text"], LABELS.index(r["label"])) for r in rows]


def words(text):
    return frozenset(WORD.findall(normalise(text)))


class NearDuplicates:
    """Finds whether a text shares at least `at` of its words (Jaccard) with a kept one."""

    def __init__(self, texts, at=0.8):
        self.at = at
        self.sets = [words(t) for t in texts]
        self.of_word = collections.defaultdict(list)
        for i, s in enumerate(self.sets):
            for w in s:
                self.of_word[w].append(i)

    def has(self, text):
        s = words(text)
        shared = collections.Counter()
        for w in s:
            shared.update(self.of_word.get(w, ()))
        return any(n / (len(s) + len(self.sets[i]) - n) >= self.at
                   for i, n in shared.items())


def splits(data_dir):
    """{"train", "calibration", "twitter_valid", "sentfin_test"}: lists of (text, label)."""
    valid = read(data_dir, "twitter_fin_news.valid")
    sentfin = read(data_dir, "sentfin_single_label")
    test = [r for r in sentfin if bucket(r[0], 10) == 0]
    rest = read(data_dir, "twitter_fin_news.train") + \
        [r for r in sentfin if bucket(r[0], 10) != 0]
    seen = NearDuplicates([t for t, _ in valid + test])
    rest = [r for r in rest if not seen.has(r[0])]
    return {
        "train": [r for r in rest if bucket(r[0], 20) != 7],
        "calibration": [r for r in rest if bucket(r[0], 20) == 7],
        "twitter_valid": valid,
        "sentfin_test": test,
    }


def written():
    """Sentences written by hand for training (written.jsonl), as (text, label)."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "written.jsonl")
    with open(path, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    return [(r["text"], LABELS.index(r["label"])) for r in rows]


def main(argv):
    if len(argv) == 3 and argv[1] == "sentfin-test":
        for text, label in splits(argv[2])["sentfin_test"]:
            print(json.dumps({"text": text, "label": LABELS[label]}, ensure_ascii=False))
    elif len(argv) == 3 and argv[1] == "counts":
        for name, rows in splits(argv[2]).items():
            print(name, len(rows), dict(collections.Counter(LABELS[y] for _, y in rows)))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv)
