"""Soft labels for plain sentences of data/text, for one run of the average.

    python pseudo.py DATA_DIR WORK_DIR

A sentence is kept where runs a and b name the same label, each with more than
.6; its target is the mean of their probabilities; at most 2,000 a class.
Writes WORK_DIR/pseudo.jsonl.
"""
import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from transformers import BertForSequenceClassification

import data
import train

PER_FILE = 3500
PER_CLASS = 2000


def probabilities(path, texts, ids):
    """[n, 3] by the run at PATH, in bf16: it only has to be good enough to agree."""
    model = BertForSequenceClassification.from_pretrained(path).eval()
    order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
    out = torch.zeros(len(texts), 3)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for j in range(0, len(order), 64):
            part = order[j:j + 64]
            x, mask = train.padded([ids[i] for i in part])
            z = model(input_ids=x, attention_mask=mask).logits.float()
            out[torch.tensor(part)] = torch.softmax(z, -1)
    return out


def main(data_dir, work):
    target = os.path.join(work, "pseudo.jsonl")
    if os.path.exists(target):
        return
    torch.set_num_threads(1)
    texts = list(data.sentences(data_dir, PER_FILE))
    ids = [e.ids for e in train.tokenizer(train.MAX_TOKENS).encode_batch(texts)]
    a = probabilities(os.path.join(work, "a"), texts, ids)
    b = probabilities(os.path.join(work, "b"), texts, ids)
    p = (a + b) / 2
    agree = (a.argmax(1) == b.argmax(1)) & (a.amax(1) > .6) & (b.amax(1) > .6)
    taken = [0, 0, 0]
    with open(target + ".part", "w", encoding="utf-8") as f:
        for i in range(len(texts)):
            label = int(p[i].argmax())
            if agree[i] and taken[label] < PER_CLASS:
                taken[label] += 1
                row = {"text": texts[i], "p": [round(v, 4) for v in p[i].tolist()]}
                f.write(json.dumps(row, ensure_ascii=False) + "\n")
    os.replace(target + ".part", target)
    print(f"pseudo-labels: {dict(zip(data.LABELS, taken))} of {len(texts)} sentences")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
