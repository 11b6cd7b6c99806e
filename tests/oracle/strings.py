"""Strings that hit what tokenizers get wrong, by named rule, from a seed."""
import random
import unicodedata

SPECIALS = ["<s>", "</s>", "<pad>", "<unk>", "<mask>", "[CLS]", "[SEP]", "[PAD]", "[UNK]",
            "[MASK]", "<S>", "</s >", "<", "[", "]", "<|endoftext|>", "madeupword0000"]
SPACES = [chr(c) for c in (9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
                           0x2028, 0x2029, 0x202F, 0x205F, 0x3000)]
NOT_SPACES = [chr(c) for c in (0x180E, 0x200B, 0x200C, 0x200D, 0xFEFF, 0x1C, 0x1D, 0x1E, 0x1F,
                               0xAD, 0x2060, 0, 1, 7, 0x7F, 0xFFFD)]
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "’s", "''", "'", "'l", "'r"]
WORDS = ("profit loss Revenue EBITDA quarter rose fell UP down narrowed widening shares the of and a "
         "Nokia's isn't they're U.S. $AAPL EUR 3.5% 1,234.56 Q3 2023 year-on-year non-GAAP Ünïcödé "
         "naïve façade Straße İstanbul ΑΣ Σίσυφος ñandú Żółć résumé ﬁnance Ｆｕｌｌ ½ ² Ⅳ №5 ™ © € £").split()
EMOJI = ["🚀", "📉", "👩‍👩‍👧‍👦", "❤️", "🇫🇮", "👍🏽", "😂", "☃", "✈️"]
SCRIPTS = ["株価が上昇した", "利润", "삼성전자", "가각힣", "Прибыль", "الأرباح", "กำไร", "Κέρδη", "हिन्दी", "ქართული", "אבג",
           "𝕏𝕐", "𠀀𫝀", "각", "豈", "゙か゛"]
MARKS = [chr(c) for c in (0x300, 0x301, 0x327, 0x323, 0x334, 0x302E, 0x1D165, 0x1D16D, 0x5B0, 0x64B, 0x345,
                          0x8D4, 0x1E000, 0x11442, 0xE38, 0xF71, 0x1A60)]


def any_character(r):
    while True:
        c = r.choice((r.randrange(0x80), r.randrange(0x250), r.randrange(0x3000), r.randrange(0x10000),
                      r.randrange(0x110000)))
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def words(r):
    return " ".join(r.choice(WORDS) for _ in range(r.randint(1, 14)))


def specials(r):
    parts = SPECIALS + SPACES[:6] + WORDS[:8] + [""]
    return "".join(r.choice(parts) for _ in range(r.randint(1, 8)))


def spaces(r):
    parts = SPACES + NOT_SPACES + WORDS[:10] + [" ", "  ", " "]
    return "".join(r.choice(parts) for _ in range(r.randint(1, 12)))


def contractions(r):
    parts = CONTRACTIONS + WORDS[:8] + [" ", "\n", "!", "1", "é"]
    return "".join(r.choice(parts) for _ in range(r.randint(1, 10)))


def unicode_text(r):
    return "".join(any_character(r) for _ in range(r.randint(1, 16)))


def emoji(r):
    parts = EMOJI + [" ", "a", "\ufe0f", "\u200d"]
    return "".join(r.choice(parts) for _ in range(r.randint(1, 8)))


def scripts(r):
    return r.choice(["", " "]).join(r.choice(SCRIPTS + WORDS) for _ in range(r.randint(1, 6)))


def marks(r):
    parts = MARKS + ["a", "e", "é", "Å", "ǖ", "가", " ", "\u0f43"]
    return "".join(r.choice(parts) for _ in range(r.randint(1, 12)))


def decomposed(r):
    return unicodedata.normalize(r.choice(("NFC", "NFD", "NFKC", "NFKD")), scripts(r) + " " + words(r))


def case(r):
    return "".join(r.choice((str.upper, str.lower, str.title, str.swapcase))(w) for w in words(r).split(" "))


def numbers(r):
    return "".join(r.choice("0123456789.,%$€£ -+/()¹²½Ⅷ٣") for _ in range(r.randint(1, 24)))


def punctuation(r):
    return "".join(r.choice("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ a1…—–«»“”„‚¿¡·、。") for _ in range(r.randint(1, 16)))


def runs(r):
    part = r.choice(["a", "ab", "é", " ", "1", "!", "🚀", "株", "\n", "x ", "Z", "profit", "="])
    return part * r.choice((2, 3, 5, 14, 15, 16, 17, 31, 32, 33, 34, 60, 99, 100, 101, 130))


def long_words(r):
    letters = r.choice(["abcdefghijklmnopqrstuvwxyz", "etaoinshr", "aé", "aA", "01a"])
    return "".join(r.choice(letters) for _ in range(r.choice((13, 14, 15, 16, 17, 31, 32, 33, 64, 99, 100, 101, 200))))


def unbroken(r):
    """Over a kilobyte without a blank of ASCII's."""
    parts = SCRIPTS + MARKS + ["é", "e\u0301", "a", "。", "-", "\u3000", "\u200d", "\u0f43", "ﬁ", "🚀", "[SEP]"]
    few = [r.choice(parts) for _ in range(r.randint(1, 4))]
    return "".join(r.choice(few) for _ in range(r.randint(300, 1500)))


def mixture(r):
    rules = [words, specials, spaces, contractions, unicode_text, emoji, scripts, marks, numbers, punctuation]
    return r.choice(["", " ", "  "]).join(r.choice(rules)(r) for _ in range(r.randint(1, 4)))


RULES = [words, specials, spaces, contractions, unicode_text, emoji, scripts, marks, decomposed, case, numbers,
         punctuation, runs, long_words, mixture]
LONG = [unbroken]  # too long to be kept as vectors


def generate(rule, n, seed):
    r = random.Random(f"{rule.__name__} {seed}")
    return [rule(r) for _ in range(n)]
