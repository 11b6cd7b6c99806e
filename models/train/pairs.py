"""How well a finished directory compares two figures, by how far they are apart.

    python pairs.py MODEL_DIR

Of each kind of figure and each ratio 150 pairs from a fixed seed, told as fewer and as
more than the year before; then 600 sentences of the third lesson (compared.py) whose
figures are close.
"""
import math
import random
import sys

import compared
import evaluate
import templates

SENTENCE = "Net profit was {}, compared with {} a year earlier."
PAIRS = 150
RATIOS = [(1.02, 1.1), (1.1, 1.3), (1.3, 2), (2, 5)]
KINDS = [("EUR {} mn", 1, 2, 90), ("${}m", 0, 100, 900), ("SEK {} million", 0, 1000, 9000), ("${}", 2, .1, 4)]


def pairs(rng, kind, ratio):
    """(smaller, larger), which do not read the same."""
    style, digits, low, high = kind
    out = []
    while len(out) < PAIRS:
        a = math.exp(rng.uniform(math.log(low), math.log(high)))
        small, large = (compared.show(x, style, digits) for x in (a, a * rng.uniform(*ratio)))
        if small != large:
            out.append((small, large))
    return out


def main(model_dir):
    model, tok = evaluate.load(model_dir)

    def share(rows):
        answers = evaluate.logits(model, tok, [text for text, _ in rows]).argmax(1)
        return sum(int(a == label) for a, (_, label) in zip(answers, rows)) / len(rows)

    rng = random.Random(5)
    print("| fewer, more | " + " | ".join(f"{a:g} to {b:g}" for a, b in RATIOS) + " |")
    print("| --- " * (len(RATIOS) + 1) + "|")
    for kind in KINDS:
        cells = []
        for ratio in RATIOS:
            found = pairs(rng, kind, ratio)
            fewer = share([(SENTENCE.format(a, b), 0) for a, b in found])
            more = share([(SENTENCE.format(b, a), 2) for a, b in found])
            cells.append(f"{fewer:.2f}, {more:.2f}")
        print(f"| {kind[0].format('N')} | " + " | ".join(cells) + " |")
    rng = random.Random(99)
    print(f"third lesson, close: {share([compared.full(rng, templates.fill, 0) for _ in range(600)]):.3f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
