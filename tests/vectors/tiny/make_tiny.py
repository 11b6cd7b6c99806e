"""Writes the tiny checkpoints of this folder and the logits transformers gives for them.

    pip install -r requirements.txt
    python make_tiny.py

Random weights from fixed seeds, wide enough that logits differ between texts;
tokenizers trained here on sentences of our own. Each folder is an unmodified
Hugging Face checkpoint; vectors.jsonl in it holds {"text", "ids", "logits"}, each
text alone, unpadded, in fp32, cut at the model's limit.
"""
import json
import os
import random
import shutil
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers, AddedToken
from transformers import (BertConfig, BertForSequenceClassification, DistilBertConfig,
                          DistilBertForSequenceClassification, RobertaConfig,
                          RobertaForSequenceClassification)

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../models/train"))
sys.path.insert(0, os.path.join(HERE, "../../oracle"))
import strings
import templates

LABELS = ["negative", "neutral", "positive"]
ROBERTA_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LIMIT = 64


def corpus():
    out = [t for t, _ in templates.sample(3000, 7)]
    return out + [" ".join(strings.WORDS)] * 5


def byte_level(vocab=900):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=vocab - 1, special_tokens=ROBERTA_SPECIALS, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tok.train_from_iterator(corpus(), trainer)
    tok.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=True)])
    tok.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tok


def wordpiece(lowercase, vocab=700):
    tok = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.train_from_iterator(corpus(), trainers.WordPieceTrainer(
        vocab_size=vocab, special_tokens=BERT_SPECIALS, show_progress=False))
    tok.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tok


def randomise(model, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "LayerNorm.weight" in name or "layer_norm.weight" in name:
                p.copy_(1 + 0.1 * torch.randn(p.shape, generator=g))
            elif p.ndim == 1:
                p.copy_(0.1 * torch.randn(p.shape, generator=g))
            else:
                p.copy_(torch.randn(p.shape, generator=g) * (0.5 if "embeddings" in name else 0.25))
    return model.eval()


def labels(config, n):
    config.id2label = {i: (LABELS[i] if n == 3 else f"{i + 1} stars") for i in range(n)}
    config.label2id = {v: k for k, v in config.id2label.items()}
    return config


def texts():
    r = random.Random(11)
    out = ["", " ", "Profit rose.", "The loss narrowed to EUR 0.4 mn.", "a" * 300, "株価 🚀 é", "null\0byte",
           "a <pad> b <pad>", "x  <mask> y", "[CLS] [PAD] [MASK]", "profit " * 200, "<" * 40]
    out += [t for t, _ in templates.sample(60, 12)]
    for rule in strings.RULES:
        out += [rule(r) for _ in range(3)]
    return out


def write_vectors(folder, model, tok, cut):
    tok.enable_truncation(cut)
    with open(os.path.join(folder, "vectors.jsonl"), "w", encoding="utf-8") as f, torch.inference_mode():
        for text in texts():
            ids = tok.encode(text).ids
            x = torch.tensor([ids])
            z = model(input_ids=x, attention_mask=torch.ones_like(x)).logits[0].tolist()
            f.write(json.dumps({"text": text, "ids": ids, "logits": z}) + "\n")
    tok.no_truncation()


def write(name, model, tok, cut, shards=None):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, **({"max_shard_size": shards} if shards else {}))
    for extra in ("training_args.bin", "generation_config.json"):
        if os.path.exists(os.path.join(folder, extra)):
            os.remove(os.path.join(folder, extra))
    tok.save(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"model_max_length": cut}, f)
    for file in os.listdir(folder):
        os.chmod(os.path.join(folder, file), 0o644)
    write_vectors(folder, model, tok, cut)
    return folder


def shrink(folder, dtype):
    """The same tensors in another type, as a folder beside."""
    other = folder + "-" + str(dtype).split(".")[1].replace("float", "f").replace("bf16", "bf16")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(folder, other)
    model = type_of(folder).from_pretrained(folder, dtype=torch.float32).eval()
    state = {k: v.to(dtype).contiguous() for k, v in model.state_dict().items()}
    save_file(state, os.path.join(other, "model.safetensors"), metadata={"format": "pt"})
    model.load_state_dict({k: v.float() for k, v in state.items()})
    write_vectors(other, model, Tokenizer.from_file(os.path.join(other, "tokenizer.json")), LIMIT)


def type_of(folder):
    with open(os.path.join(folder, "config.json")) as f:
        return getattr(transformers, json.load(f)["architectures"][0])


def pickled(folder):
    """The same checkpoint as pytorch_model.bin, two tensors sharing a storage."""
    other = folder + "-bin"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(folder, other)
    os.remove(os.path.join(other, "model.safetensors"))
    state = type_of(folder).from_pretrained(folder, dtype=torch.float32).state_dict()
    joined = torch.cat([state["classifier.out_proj.bias"], state["classifier.dense.bias"]])
    state["classifier.out_proj.bias"] = joined[:3]
    state["classifier.dense.bias"] = joined[3:]
    torch.save(state, os.path.join(other, "pytorch_model.bin"))


def main():
    torch.set_num_threads(1)
    bpe, uncased, cased = byte_level(), wordpiece(True), wordpiece(False)
    small = dict(hidden_size=32, intermediate_size=64, num_attention_heads=4, layer_norm_eps=1e-5)
    roberta = dict(small, vocab_size=bpe.get_vocab_size(), max_position_embeddings=LIMIT + 2, type_vocab_size=1,
                   pad_token_id=1, bos_token_id=0, eos_token_id=2)
    bert = dict(small, vocab_size=uncased.get_vocab_size(), max_position_embeddings=LIMIT, layer_norm_eps=1e-12)
    one = write("roberta", randomise(RobertaForSequenceClassification(labels(RobertaConfig(
        **roberta, num_hidden_layers=3), 3)), 1), bpe, LIMIT)
    write("distilroberta", randomise(RobertaForSequenceClassification(labels(RobertaConfig(
        **dict(roberta, hidden_size=48, num_attention_heads=3), num_hidden_layers=2), 5)), 2), bpe, LIMIT)
    two = write("bert", randomise(BertForSequenceClassification(labels(BertConfig(
        **bert, num_hidden_layers=2), 3)), 3), uncased, LIMIT)
    write("distilbert", randomise(DistilBertForSequenceClassification(labels(DistilBertConfig(
        vocab_size=cased.get_vocab_size(), max_position_embeddings=LIMIT, dim=40, hidden_dim=80, n_layers=2,
        n_heads=5), 2)), 4), cased, LIMIT)
    write("bert-sharded", randomise(BertForSequenceClassification(labels(BertConfig(
        **bert, num_hidden_layers=1, problem_type="multi_label_classification"), 3)), 5), uncased, LIMIT, "60KB")
    shrink(two, torch.float16)
    shrink(two, torch.bfloat16)
    pickled(one)
    with open(os.path.join(HERE, "VERSIONS"), "w") as f:
        import tokenizers
        f.write(f"torch {torch.__version__}\ntransformers {transformers.__version__}\n"
                f"tokenizers {tokenizers.__version__}\n")


if __name__ == "__main__":
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    main()
