"""Measures a finished directory the way its card prints it.

    python evaluate.py MODEL_DIR DATA_DIR [ERRORS_FILE]

fp32 arithmetic on the stored weights, texts cut at 512 tokens, batches of texts
of one length so that nothing is ever padded. Calibration error: 15 equal-width
bins on the top probability. Intervals: 2,000 bootstrap resamples, seed 0.
"""
import collections
import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

import data

HERE = os.path.dirname(os.path.abspath(__file__))


def load(model_dir):
    model = BertForSequenceClassification.from_pretrained(model_dir, dtype=torch.float32)
    tok = Tokenizer.from_file(os.path.join(model_dir, "tokenizer.json"))
    tok.no_padding()
    tok.enable_truncation(512)
    return model.eval(), tok


def logits(model, tok, texts):
    """[n, 3] fp32 logits; no text is padded."""
    torch.set_num_threads(1)
    ids = [e.ids for e in tok.encode_batch(texts)]
    of_length = collections.defaultdict(list)
    for i, x in enumerate(ids):
        of_length[len(x)].append(i)
    out = np.zeros((len(texts), 3), np.float32)
    with torch.inference_mode():
        for rows in of_length.values():
            for j in range(0, len(rows), 32):
                part = rows[j:j + 32]
                x = torch.tensor([ids[i] for i in part])
                out[part] = model(input_ids=x, attention_mask=torch.ones_like(x)).logits.numpy()
    return out


def softmax(z):
    e = np.exp(z.astype(np.float64) - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def macro_f1(y, guess):
    f = []
    for c in range(3):
        hit = np.sum((y == c) & (guess == c))
        f.append(2 * hit / max(1, np.sum(y == c) + np.sum(guess == c)))
    return float(np.mean(f))


def calibration_error(y, p):
    top, right = p.max(1), p.argmax(1) == y
    bins = np.minimum((top * 15).astype(int), 14)
    gaps = [abs(right[bins == b].sum() - top[bins == b].sum()) for b in range(15)]
    return float(sum(gaps) / len(y))


def measure(y, z):
    y, p = np.array(y), softmax(z)
    guess = p.argmax(1)
    figures = {
        "accuracy": lambda i: float(np.mean(guess[i] == y[i])),
        "macro_f1": lambda i: macro_f1(y[i], guess[i]),
        "ece": lambda i: calibration_error(y[i], p[i]),
    }
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(y), len(y)) for _ in range(2000)]
    out = {"rows": len(y)}
    for name, f in figures.items():
        sampled = [f(i) for i in draws]
        low, high = np.quantile(sampled, [0.025, 0.975])
        out[name] = {"value": f(slice(None)), "se": float(np.std(sampled)),
                     "low": float(low), "high": float(high)}
    out["classes"] = {}
    for c, label in enumerate(data.LABELS):
        hit = np.sum((y == c) & (guess == c))
        out["classes"][label] = {"precision": float(hit / max(1, np.sum(guess == c))),
                                 "recall": float(hit / max(1, np.sum(y == c)))}
    return out


def own(path):
    """Rows written for this project, never trained on: {"text", "label", "kind" or "family"}."""
    with open(os.path.join(HERE, path), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def labelled(rows):
    return [{"text": text, "label": data.LABELS[y]} for text, y in rows]


def sets(data_dir):
    s = data.splits(data_dir)
    return {"twitter_fin_news.valid": labelled(s["twitter_valid"]),
            "SEntFiN test tenth": labelled(s["sentfin_test"]),
            "ood_dev": labelled(data.read(data_dir, "ood_dev")),
            "checklist": own("checklist.jsonl"),
            "selection": own("../eval/selection.jsonl"),
            "sealed": own("../eval/sealed.jsonl"),
            "families": own("../eval/families.jsonl")}


def parts(rows, guess):
    """{kind or family: [right, rows]}, and of the families' groups [odd answers, answers]."""
    out, groups = {}, collections.defaultdict(list)
    for row, g in zip(rows, guess):
        part = row.get("family") or row.get("kind")
        if part:
            hits = out.setdefault(part, [0, 0])
            hits[0] += int(data.LABELS[g] == row["label"])
            hits[1] += 1
        if "group" in row:
            groups[row["family"], row["group"]].append(int(g))
    flips = {}
    for (family, _), answers in groups.items():
        odd = flips.setdefault(family, [0, 0])
        odd[0] += len(answers) - max(map(answers.count, answers))
        odd[1] += len(answers)
    return {"parts": out, "flips": flips}


def main(model_dir, data_dir, errors=None):
    model, tok = load(model_dir)
    report, wrong = {}, []
    for name, rows in sets(data_dir).items():
        z = logits(model, tok, [r["text"] for r in rows])
        report[name] = measure([data.LABELS.index(r["label"]) for r in rows], z)
        report[name].update(parts(rows, z.argmax(1)))
        for row, scores in zip(rows, softmax(z)):
            answer = data.LABELS[scores.argmax()]
            if answer != row["label"]:
                wrong.append([name, row["label"], answer, round(float(scores.max()), 2), row["text"]])
        r = report[name]
        print(f"{name:24} n {r['rows']:5}  accuracy {r['accuracy']['value']:.4f} "
              f"(se {r['accuracy']['se']:.4f})  macro-F1 {r['macro_f1']['value']:.4f}  "
              f"ECE {r['ece']['value']:.4f}", file=sys.stderr)
    if errors:
        with open(errors, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(w, ensure_ascii=False) + "\n" for w in wrong)
    return report


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    print(json.dumps(main(*sys.argv[1:]), indent=1))
