"""Writes the tokenizers of this folder and what the official library makes of texts.

    pip install -r ../../oracle/requirements.txt
    python make_vectors.py

Each folder is a tokenizer, trained here on sentences of our own or put together
by hand. vectors.jsonl in it holds {"text", "ids", "offsets"}: offsets are bytes,
[start, end, start, end, …]. "cap" and "side" say how the text was cut, "special":
false that no special tokens stand around it, "as_text" that special tokens in it
are text. every_character.txt holds a CRC-32 for each range of characters, over the
ids and offsets of each character among others (see characters()).
"""
import array
import json
import os
import random
import sys
import zlib

import tokenizers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../../..")
sys.path.insert(0, os.path.join(ROOT, "models/train"))
sys.path.insert(0, os.path.join(ROOT, "tests/oracle"))
import strings
import templates
from differential import byte_offsets
from texts import BERT_TRAPS, NAUGHTY, TRAPS, blocks

ROBERTA = ["<s>", "<pad>", "</s>", "<unk>"]
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LIMIT = 512


def corpus():
    rules = [strings.words, strings.scripts, strings.emoji, strings.numbers, strings.contractions, strings.punctuation]
    signs = ["## # ### ----- ### ## ===== ***"] * 60
    return signs + [t for t, _ in templates.sample(4000, 11)] + [t for r in rules for t in strings.generate(r, 300, 11)]


# ---- byte-level BPE ----

def train_byte_level(size):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=size, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return json.loads(tok.to_str())["model"]


def added(content, id, **flags):
    out = dict(id=id, content=content, single_word=False, lstrip=False, rstrip=False, normalized=True, special=True)
    return out | flags


def roberta(size, prefix_space=False, trim=True, pairs=False):
    """As RoBERTa's own: ids in another order than ranks, entries that no merge makes, <mask> last."""
    model = train_byte_level(size)
    names = sorted(model["vocab"], key=model["vocab"].get)
    random.Random(3).shuffle(names)
    names = ROBERTA + names + ["<|endoftext|>", "madeupword0000", "<mask>"]
    merges = model["merges"] if pairs else [" ".join(m) for m in model["merges"]]
    byte_level = {"type": "ByteLevel", "add_prefix_space": prefix_space, "trim_offsets": trim}
    return {
        "version": "1.0", "truncation": {"max_length": 16, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 1,
                    "pad_type_id": 0, "pad_token": "<pad>"},
        "added_tokens": [added(t, i) for i, t in enumerate(ROBERTA)] +
                        [added("<mask>", len(names) - 1, lstrip=True)],
        "normalizer": None, "pre_tokenizer": byte_level,
        "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
                           "trim_offsets": trim, "add_prefix_space": prefix_space},
        "decoder": byte_level,
        "model": {"dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
                  "fuse_unk": False, "vocab": {t: i for i, t in enumerate(names)}, "merges": merges}}


def odd_bpe():
    """Merges out of order and repeated, ids with holes, added tokens of every kind."""
    vocab = {c: 3 * i for i, c in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges = ["a b", "b c", "\u0120 a", "ab c", "d e", "e f", "a b", "de f", "g h", "gh gh", "\u00c3 \u00a9",
              "\u0120 \u0120", "\u0120\u0120 \u0120\u0120", "e d", "j k", "i j", "jk l", "i jk"]
    for merge in merges:
        vocab.setdefault(merge.replace(" ", ""), 1000 + len(vocab))
    flags = [("<a>", {}), ("<a>b", {}), ("<right>", {"rstrip": True}), ("<both>", {"lstrip": True, "rstrip": True}),
             ("<late>", {"normalized": True}), ("<late>x", {"normalized": True, "special": False}),
             ("hab", {"special": False}), ("é!", {"special": False, "normalized": True}), ("ab", {"special": False})]
    out = roberta(300)
    out["model"] |= {"type": "BPE", "vocab": vocab, "merges": [m.split() for m in merges], "fuse_unk": True,
                     "byte_fallback": False, "ignore_merges": False, "dropout": 0.0}
    out["added_tokens"] = [added(c, 900, **({"normalized": False} | f)) for c, f in flags]
    out["post_processor"] = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    return out


# ---- WordPiece ----

def bert(lowercase, size, post="template", **normal):
    tok = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=lowercase, **normal)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.train_from_iterator(corpus(), trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=BERT, show_progress=False, limit_alphabet=400))
    if post == "template":
        tok.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    else:
        tok.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return json.loads(tok.to_str())


def odd_bert():
    """Nothing cleaned, Chinese and accents kept, short words, a token of our own."""
    out = bert(True, 600, "bert", clean_text=False, handle_chinese_chars=False, strip_accents=False)
    out["model"]["max_input_chars_per_word"] = 9
    out["added_tokens"].append(added("$TICK", 600, normalized=False, special=False, rstrip=True))
    return out


def letters():
    """Every character that lower case or decomposition gives, so that none hides behind [UNK]."""
    normal = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=False)
    seen = set()
    for c in every_scalar():
        out = normal.normalize_str(chr(c))
        if out != chr(c):
            seen.update(out)
    seen = sorted(c for c in seen if not c.isspace())
    return BERT + list("ab") + ["##a", "##b"] + [c for c in seen if c not in "ab"] + ["##" + c for c in seen if c not in "ab"]


def of_lines(lines):
    tok = Tokenizer(models.WordPiece({t: i for i, t in enumerate(lines)}, unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=True)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.add_special_tokens([AddedToken(t, normalized=False) for t in BERT])
    tok.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tok


# ---- vectors ----

def every_scalar():
    return (c for c in range(0x110000) if not 0xD800 <= c < 0xE000)


def official(content):
    tok = Tokenizer.from_str(json.dumps(content))
    tok.no_truncation()
    tok.no_padding()
    return tok


def vector(tok, text, cap=None, side="right", special=True, as_text=False):
    if cap:
        tok.enable_truncation(cap, direction=side)
    tok.encode_special_tokens = as_text
    e = tok.encode(text, add_special_tokens=special)
    tok.encode_special_tokens = False
    tok.no_truncation()
    out = {"text": text, "ids": e.ids, "offsets": byte_offsets(text, e.offsets)}
    if cap:
        out |= {"cap": cap, "side": side}
    if not special:
        out["special"] = False
    if as_text:
        out["as_text"] = True
    return out


def vectors(tok, per_rule, traps):
    plain = traps + NAUGHTY + blocks()
    plain += [t for r in strings.RULES for t in strings.generate(r, per_rule, 5)]
    plain += [t for t in strings.generate(strings.long_words, 120, 8) if len(t) > 30]
    out = [vector(tok, t) for t in plain]
    some = traps[:60] + strings.generate(strings.specials, 40, 6)
    out += [vector(tok, t, special=False) for t in some[::3]]
    out += [vector(tok, t, as_text=True) for t in some]
    long = strings.generate(strings.mixture, 6, 7) + strings.generate(strings.words, 4, 7) + ["", "a", "🚀🚀🚀"]
    out += [vector(tok, t, cap=cap, side=side, special=special) for t in long for cap in (3, 4, 6, 11)
            for side in ("right", "left") for special in (True, False)]
    return out


RANGES = [(c, c + 64) for c in range(0, 0x10000, 64)] + [(c, c + 1024) for c in range(0x10000, 0x110000, 1024)]


def characters(tok):
    """For each range of characters a CRC-32 over "a?b ?? \u0301?" for each of them: u32 id, start, end, …"""
    lines = []
    for first, after in RANGES:
        texts = [f"a{chr(c)}b {chr(c)}{chr(c)} \u0301{chr(c)}" for c in range(first, after) if not 0xD800 <= c < 0xE000]
        crc = 0
        for text, e in zip(texts, tok.encode_batch(texts)):
            spans = byte_offsets(text, e.offsets)
            flat = [x for i, id in enumerate(e.ids) for x in (id, spans[2 * i], spans[2 * i + 1])]
            crc = zlib.crc32(array.array("I", flat).tobytes(), crc)
        if texts:
            lines.append(f"{first:06X} {crc:08x}")
    return lines


def write(name, file, text):
    os.makedirs(os.path.join(HERE, name), exist_ok=True)
    with open(os.path.join(HERE, name, file), "w", encoding="utf-8", newline="\n") as out:
        out.write(text)


def write_vectors(name, tok, per_rule, traps):
    lines = [json.dumps(v, ensure_ascii=False, separators=(",", ":")) for v in vectors(tok, per_rule, traps)]
    write(name, "vectors.jsonl", "\n".join(lines) + "\n")
    print(f"{name}: {len(lines)} texts")


def write_json(name, content, config):
    write(name, "tokenizer.json", json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    write(name, "tokenizer_config.json", json.dumps(config) + "\n")


def main():
    base = roberta(1500)
    huge = {"model_max_length": int(1e30)}
    all = {"roberta": (base, 6, TRAPS, {"model_max_length": LIMIT, "add_prefix_space": False}),
           "roberta-prefix": (roberta(500, prefix_space=True, pairs=True), 2, TRAPS, huge),
           "roberta-untrimmed": (roberta(400, prefix_space=True, trim=False), 2, TRAPS, huge),
           "odd-bpe": (odd_bpe(), 2, TRAPS, {}),
           "uncased": (bert(True, 1500), 6, BERT_TRAPS, {"model_max_length": LIMIT, "do_lower_case": True}),
           "cased": (bert(False, 1500), 6, BERT_TRAPS, {"model_max_length": LIMIT, "do_lower_case": False}),
           "odd-bert": (odd_bert(), 2, BERT_TRAPS, {})}
    for name, (content, per_rule, traps, config) in all.items():
        write_json(name, content, config)
        write_vectors(name, official(content), per_rule, traps)
    with open(os.path.join(ROOT, "models/finsent-minilm/tokenizer.json"), encoding="utf-8") as file:
        write_vectors("finsent-minilm", official(json.load(file)), 6, BERT_TRAPS)
    # The older files of the same tokenizers: their vectors are those above.
    write("roberta-files", "vocab.json", json.dumps(base["model"]["vocab"], ensure_ascii=False))
    write("roberta-files", "merges.txt", "\n".join(["#version: 0.2"] + base["model"]["merges"]) + "\n")
    write("roberta-files", "tokenizer_config.json", json.dumps(
        {"tokenizer_class": "RobertaTokenizer", "model_max_length": LIMIT}) + "\n")
    vocab = all["cased"][0]["model"]["vocab"]
    write("cased-files", "vocab.txt", "\n".join(sorted(vocab, key=vocab.get)) + "\n")
    write("cased-files", "tokenizer_config.json", json.dumps(
        {"tokenizer_class": "DistilBertTokenizer", "do_lower_case": False, "model_max_length": LIMIT}) + "\n")
    lines = letters()
    write("letters", "vocab.txt", "\n".join(lines) + "\n")
    for name, tok in (("roberta", official(base)), ("cased", official(all["cased"][0])), ("letters", of_lines(lines))):
        write(name, "every_character.txt", "\n".join(characters(tok)) + "\n")
    write(".", "VERSIONS", f"tokenizers {tokenizers.__version__}\n")


if __name__ == "__main__":
    main()
