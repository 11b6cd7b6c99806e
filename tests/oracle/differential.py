"""Compares our tokenizer with the official library, string by string.

    python differential.py ENCODE_STREAM STRINGS_PER_RULE SEED TOKENIZER...

TOKENIZER is a tokenizer.json or a directory that holds one. Ids and offsets (in
bytes) must be equal; the first differences are printed. Every character of
Unicode is tried too, alone and inside words, but for tokenizers whose
every_character.txt `make test` has read, and their like (tests/vectors).
"""
import json
import os
import struct
import subprocess
import sys

import tokenizers

import strings


def official(path):
    if os.path.isdir(path):
        path = os.path.join(path, "tokenizer.json")
    tok = tokenizers.Tokenizer.from_file(path)
    tok.no_padding()
    tok.no_truncation()
    return tok


def byte_offsets(text, offsets):
    """The official library counts characters: [start, end, start, end, …] in bytes."""
    at = [0]
    for c in text:
        at.append(at[-1] + len(c.encode()))
    return [at[i] for span in offsets for i in span]


def expected(tok, texts):
    out = []
    for i in range(0, len(texts), 4096):
        part = texts[i:i + 4096]
        for text, e in zip(part, tok.encode_batch(part)):
            at = byte_offsets(text, e.offsets)
            out.append(" ".join(f"{id} {at[2 * k]} {at[2 * k + 1]}" for k, id in enumerate(e.ids)))
    return out


def ours(program, path, texts, cap=0):
    data = b"".join(struct.pack("<I", len(b)) + b for b in (t.encode() for t in texts))
    done = subprocess.run([program, path, str(cap)], input=data, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split("\n")[:-1]


def compare(name, texts, want, got):
    wrong = [i for i in range(len(texts)) if want[i] != got[i]]
    for i in wrong[:3]:
        print(f"  {name}: {texts[i]!r}\n    official {want[i][:300]}\n    ours     {got[i][:300]}")
    if len(want) != len(got):
        print(f"  {name}: {len(want)} texts, {len(got)} results")
        return len(texts)
    return len(wrong)


def every_character():
    for c in range(0x110000):
        if not 0xD800 <= c < 0xE000:
            yield "a" + chr(c) + "b " + chr(c) + chr(c) + " \u0301" + chr(c)


def truncated(program, path, tok, seed):
    wrong = n = 0
    texts = strings.generate(strings.words, 300, seed) + strings.generate(strings.mixture, 300, seed)
    for cap in (3, 4, 5, 8, 16):
        for direction in ("right", "left"):
            tok.enable_truncation(cap, direction=direction)
            got = ours(program, path, texts, cap if direction == "right" else -cap)
            wrong += compare(f"truncation {direction} {cap}", texts, expected(tok, texts), got)
            n += len(texts)
    tok.no_truncation()
    return n, wrong


def main(program, per_rule, seed, *paths):
    total = bad = 0
    print(f"tokenizers {tokenizers.__version__}, seed {seed}")
    for path in paths:
        tok = official(path)
        print(path)
        for rule in strings.RULES + strings.LONG:
            texts = strings.generate(rule, int(per_rule), seed)
            wrong = compare(rule.__name__, texts, expected(tok, texts), ours(program, path, texts))
            print(f"  {rule.__name__:14} {len(texts):7} strings, {wrong} wrong")
            total, bad = total + len(texts), bad + wrong
        if "tests/vectors" not in path:
            texts = list(every_character())
            wrong = compare("every character", texts, expected(tok, texts), ours(program, path, texts))
            print(f"  every character {len(texts):6} strings, {wrong} wrong")
            total, bad = total + len(texts), bad + wrong
        n, wrong = truncated(program, path, tok, seed)
        print(f"  truncation     {n:7} strings, {wrong} wrong")
        total, bad = total + n, bad + wrong
    print(f"{total - bad} passed, {bad} failed")
    return bad > 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
