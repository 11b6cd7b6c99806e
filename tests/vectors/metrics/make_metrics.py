"""Writes rows.txt and figures.txt, what cli/metrics.c is measured against.

    python3 make_metrics.py          (CPython 3.11, numpy 2.4.6)

The calibration error and macro-F1 are the definitions of
models/train/evaluate.py, in numpy; the per-class figures are spelled out. Row:
truth, predicted label, top probability.
"""
import numpy as np


def main():
    rng = np.random.default_rng(7)
    n, labels = 997, 3
    z = rng.normal(size=(n, labels)) * 1.7
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    p[:4] = [[1, 0, 0], [0, 1, 0], [0.4, 0.2, 0.4], [1 / 3, 1 / 3, 1 / 3]]
    guess = p.argmax(1)
    y = np.where(rng.random(n) < 0.7, guess, rng.integers(0, 2, n))  # few of the last label
    top, right = p.max(1), guess == y
    bins = np.minimum((top * 15).astype(int), 14)
    ece = sum(abs(right[bins == b].sum() - top[bins == b].sum()) for b in range(15)) / n
    f1 = []
    classes = []
    for c in range(labels):
        hit = np.sum((y == c) & (guess == c))
        f1.append(2 * hit / max(1, np.sum(y == c) + np.sum(guess == c)))
        classes.append((hit / max(1, np.sum(guess == c)), hit / max(1, np.sum(y == c)), f1[-1]))
    with open("rows.txt", "w") as f:
        for row in zip(y, guess, top):
            f.write("%d %d %r\n" % (row[0], row[1], float(row[2])))
    with open("figures.txt", "w") as f:
        f.write("%r %r %r\n" % (float(np.mean(right)), float(np.mean(f1)), float(ece)))
        for c in classes:
            f.write("%r %r %r\n" % tuple(float(x) for x in c))


main()
