"""Writes vectors.jsonl: texts and the fp32 logits transformers gives for them.

    python make_vectors.py MODEL_DIR OOD_DEV_JSONL > vectors.jsonl

Every text goes through the model alone, unpadded, cut at 512 tokens, with the
stored fp16 weights widened to fp32. The first line names the versions that
wrote the file; the others are {"text", "ids": number of tokens, "logits"}. All texts are our own
(ood_dev and checklist.jsonl are CC0, the rest is written below).
"""
import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import tokenizers
import torch
import transformers
from transformers import AutoModelForSequenceClassification, AutoTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKLIST = os.path.join(HERE, "../../../models/train/checklist.jsonl")

ODD = [
    "", " ", "\n", ".", "?", "a", "Profit", "loss", "NEUTRAL", "42", "$", "%", "\t\t",
    "🚀", "🚀🚀🚀 to the moon", "📉 down bad", "👩‍👩‍👧‍👦", "株価が上昇した", "業績は悪化しました。", "삼성전자 주가 하락",
    "利润 fell 12%", "Прибыль выросла", "الأرباح ارتفعت", "กำไรเพิ่มขึ้น", "Κέρδη", "Ünïcödé prôfït rosé", "ﬁnancial ﬂow",
    "e\u0301clair profits", "zero\u200bwidth joiner", "soft\u00adhyphen profit", "null\u0000byte", "bell\u0007 rings",
    "no\u00a0break space", "\ufeffbyte order mark", "replacement \ufffd character", "[CLS] profit rose [SEP]",
    "[MASK] fell", "[UNK]", "[PAD] [PAD]", "##ing", "don't won't can't", "U.S.-China trade-war", "3.5%-4.0%", "€1,234.56",
    "£9.99", "¥100", "₹5 crore", "$AAPL", "$TSLA $AMZN", "@user #stocks", "https://example.com/a?b=c", "A" * 99,
    "A" * 101, "antidisestablishmentarianism " * 3, "x" * 5000, "!!!!!!!!!!!!", "...", "———", "“Quoted”", "‘single’",
    "1 2 3 4 5 6 7 8 9", "PROFIT ROSE SHARPLY", "pRoFiT fElL", "\U0001d54f\U0001d550 maths letters", "½ of sales", "x² growth",
    "İstanbul stocks", "straße", "ÅNGSTRÖM Åland", "Nguyễn profits rose", "mixed 中文 and English profit rose", "。，、",
]


def long_texts():
    """Around and above the limit of 512 tokens."""
    line = "Net sales rose to EUR 13.1 mn while the operating loss narrowed in the quarter. "
    bad = "The plant will close and the dividend is cut because demand collapsed. "
    yield from (line * n for n in (5, 12, 20, 25, 26, 27, 30, 60, 400))
    yield line * 10 + bad * 40
    yield bad * 40 + line * 10
    yield from ("profit " * n for n in (509, 510, 511, 512, 2000))
    yield "🚀" * 600
    yield "株" * 700


def texts(ood_dev):
    for path in (ood_dev, CHECKLIST):
        with open(path, encoding="utf-8") as f:
            yield from (json.loads(line)["text"] for line in f)
    yield from ODD
    yield from long_texts()


def main(model_dir, ood_dev):
    torch.set_num_threads(1)
    tok = AutoTokenizer.from_pretrained(model_dir)
    model = AutoModelForSequenceClassification.from_pretrained(model_dir, dtype=torch.float32).eval()
    print(json.dumps({"meta": {
        "model": os.path.basename(os.path.normpath(model_dir)), "max_length": 512,
        "labels": [model.config.id2label[i] for i in range(3)],
        "transformers": transformers.__version__, "tokenizers": tokenizers.__version__,
        "torch": torch.__version__}}))
    with torch.inference_mode():
        for text in texts(ood_dev):
            enc = tok(text, truncation=True, max_length=512, return_tensors="pt")
            z = model(**enc).logits[0].tolist()
            print(json.dumps({"text": text, "ids": enc["input_ids"].shape[1], "logits": z}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
