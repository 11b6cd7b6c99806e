"""Writes unicode_tables.c by asking the official library about every character.

    pip install tokenizers==0.23.3
    python make_unicode.py > unicode_tables.c

No Unicode data file serves: the library's stages follow different versions of
Unicode (letters and numbers 16.0, BERT's punctuation, marks and controls 8.0,
decomposition 9.0, lower case 17.0). Combining classes are Python's, kept where
the library is seen to reorder by them.
"""
import sys
import unicodedata

import tokenizers
from tokenizers import Regex
from tokenizers.normalizers import NFD, BertNormalizer, Replace
from tokenizers.pre_tokenizers import BertPreTokenizer

ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
BLOCK = 128
# Bits of a character's byte; unicode.h names them too.
LETTER, NUMBER, SPACE = 1, 2, 3
REMOVED, PUNCTUATION, MARK, MAPPED = 4, 8, 16, 32
CHINESE = 64
CLASSED = 128


def bert(**on):
    flags = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False,
                 lowercase=False)
    flags.update(on)
    return BertNormalizer(**flags).normalize_str


def classes():
    text = "".join(map(chr, ALL))
    out = dict.fromkeys(ALL, 0)
    for pattern, bit in ((r"\p{L}", LETTER), (r"\p{N}", NUMBER), (r"\s", SPACE)):
        for mark in "!?":  # whatever already is the mark shows with the other one
            replaced = Replace(Regex(pattern), mark).normalize_str(text)
            assert len(replaced) == len(text)
            for c, r in zip(ALL, replaced):
                if r == mark and chr(c) != mark:
                    out[c] = bit
    return out


def known_class(c, nfd):
    k = unicodedata.combining(chr(c))
    if not k:
        return 0
    other = "\u0301" if k == 1 else "\u0334"
    pair = other + chr(c) if k == 1 else chr(c) + other
    return k if nfd(pair) == pair[::-1] else 0


def main():
    bits = classes()
    clean, chinese, strip, lower = (
        bert(clean_text=True), bert(handle_chinese_chars=True), bert(strip_accents=True),
        bert(lowercase=True))
    nfd, words = NFD().normalize_str, BertPreTokenizer().pre_tokenize_str
    decomposed, lowered, combining = {}, {}, {}
    for c in ALL:
        s = chr(c)
        spaced = clean(s)
        if spaced == "":
            bits[c] |= REMOVED
        else:
            assert spaced == (" " if bits[c] & 3 == SPACE else s), hex(c)
        parts = [p for p, _ in words("a" + s + "a")]
        if parts == ["a", s, "a"]:
            bits[c] |= PUNCTUATION
        else:
            assert parts == (["a", "a"] if bits[c] & 3 == SPACE else ["a" + s + "a"]), hex(c)
        if chinese(s) != s:
            assert chinese(s) == " " + s + " "
            bits[c] |= CHINESE
        d = nfd(s)
        if d == s:
            if strip(s) == "":
                bits[c] |= MARK
        elif not 0xAC00 <= c < 0xAC00 + 11172:
            decomposed[c] = d
        low = lower(s)
        if low != s:
            lowered[c] = low
        if c in decomposed or c in lowered:
            bits[c] |= MAPPED
        k = known_class(c, nfd)
        if k:
            combining[c] = k
            bits[c] |= CLASSED
    write(bits, decomposed, lowered, combining)


def array(name, kind, values, comment):
    print(f"/* {comment} */\nconst {kind} {name}[] = {{")
    line = "   "
    for v in values:
        item = f" {v},"
        if len(line) + len(item) > 80:
            print(line)
            line = "   "
        line += item
    print(line + "\n};\n")


def write(bits, decomposed, lowered, combining):
    flat = [bits.get(c, 0) for c in range(0x110000)]
    blocks, index = {}, []
    for i in range(0, 0x110000, BLOCK):
        index.append(blocks.setdefault(tuple(flat[i:i + BLOCK]), len(blocks)))
    print(f"/* unicode_tables.c - written by make_unicode.py with tokenizers "
          f"{tokenizers.__version__}\n * and Python's Unicode "
          f"{unicodedata.unidata_version}; do not edit. */")
    print('#include "unicode.h"\n')
    array("snt_unicode_block", "uint16_t", index, "[character / 128]: its block")
    array("snt_unicode_bits", "uint8_t", [b for block in blocks for b in block],
          "[block * 128 + character % 128]")
    for name, table in (("decomposed", decomposed), ("lowered", lowered)):
        pool, rows = [], []
        for c, text in sorted(table.items()):
            rows.append(f"{{{c}, {len(pool)}, {len(text)}}}")
            pool += map(ord, text)
        array(f"snt_unicode_{name}_pool", "uint32_t", pool, "what they become")
        array(f"snt_unicode_{name}", "snt_unicode_mapping", rows, "by character")
        print(f"const unsigned snt_unicode_n_{name} = {len(rows)};\n")
    array("snt_unicode_combining", "snt_unicode_class",
          [f"{{{c}, {k}}}" for c, k in sorted(combining.items())], "by character")
    print(f"const unsigned snt_unicode_n_combining = {len(combining)};")


if __name__ == "__main__":
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    main()
