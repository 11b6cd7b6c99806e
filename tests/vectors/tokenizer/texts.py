"""Texts that tokenizers get wrong: known traps, naughty strings, a text of every block of Unicode."""
import unicodedata

SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"

# Of byte-level BPE; the comments name the rule.
TRAPS = [
    "", " ", "  ", "\n", "\t\n", " \n", "a", " a", "a ", "Hello world!", " Hello world", "A, <mask> B sentence.",
    # contractions: lower case and ASCII only, and only where one can begin
    "it's", "it'S", "IT'S", "they're we've I'm you'll he'd don't", "they'RE", "'sup", "!'s", " 's", "\n's", "''s", "'s's",
    "l'l", "'l", "'ll", "'l l", "'ve'", "it’s", "'", "' s", "x'd've", "1's", "é's", "  'there", "'re'ad", "'tis",
    # one U+0020 joins what follows; other white space does not, and gives up its last character to nobody
    "  x", "   x", "a  b", "a   b", "a \t b", "a\t b", "a\tb", "a \n\n b", "x\u00a0y", "x \u00a0y", "x\u00a0 y", "\u3000x",
    "x\u2003\u2003y", " \u0085 a", "a\u200bb", "a\u180eb", "a\ufeffb", "\ufeffa", "a\x1cb", "a\x1fb", "trailing  ", "trailing\t ",
    "\r\nline\r\n", " " * 17 + "x", "x" + " " * 33, "\n" * 9 + "x", " ! x", " 1 2", "  1", "  !", "  é",
    # letters, numbers and the rest are split from each other
    "abc123", "123abc", "a1b2", "3.14%", "Q3 2023", "½x", "x²", "Ⅳth", "№5", "٣٤", "१२", "a_b", "a-b", "C++", "#1",
    "e\u0301te\u0301", "\u0301a", "a\u0301", "ª", "ǅ", "ʰ", "ａｂ", "一二三", "〇", "々",
    # characters that Unicode 15 and 16 brought are letters already, those of 17 are not
    "\U000105c0x", "\U00011f04x", "\U00031350x", "\U0001e4d0x", "\ua7dax", "\U00016ea0x", "\u0c5cx", "\U000323b0x",
    # emoji: sequences are one piece of the rest; offsets are those of whole characters
    "🚀", "🚀🚀", " 🚀", "🚀 a", "❤️", "👩‍👩‍👧‍👦!", "🇫🇮🇸🇪", "👍🏽👍", "1️⃣", "©®™", "a🚀b", "🏴\U000e0067\U000e0062\U000e007f",
    # special tokens in a text
    "a</s>b", "a </s> b", " </s>", "x  <mask>", "x \t\u3000<mask> y", "<mask><mask>", " <mask> <mask>", "  <mask>", "<mask>",
    "<s></s>", "<s>a</s>", "</s >", "<S>", "<s", "s>", "<", "<<s>>", "<pad>", "<unk>x", "a<pad> b", "<mask", "<|endoftext|>",
    "madeupword0000", "<s>'s", "</s>'s", "a</s> 's", "</s>\n\n</s>", "a\n<mask>\nb", "é<mask>", "🚀<s>🚀", "<s> ", " <s>",
    # what odd-bpe adds
    "ab", "abc", "abab", "babc", "def", "ded", "<a>b", "<a>", "<a>c", "x<a>bb", "hab", "ghabc", "<right>  a", "a  <both>  b",
    "<late>", "<late>x", "a<late>xb", "é!", "aé!", "<late><a>", "<a", "    a", "ghgh", "zzz", "z a", "a z", "\u20aca", "Aab",
    # long words: short tables, long keys, queues
    "ijkl", "ijkl" * 10, "#", "##", "###", "# #", "## x", "-----", "a" * 15, "a" * 16, "a" * 17, "profitability", "internationalization", "a" * 31, "a" * 32, "a" * 33, "a" * 300,
    "ab" * 100, "é" * 40, "=" * 80, "-" * 129, "株" * 50, "supercalifragilisticexpialidocious" * 4, "0123456789" * 7,
    # not text at all
    "\x00", "a\x00b", "\x00\x00", "\x7f", "\ufffd", "\uffff", "\U0010ffff", "\ud7ff\ue000", "\ufdd0",
]

# Of BERT's normalizer and WordPiece.
BERT_TRAPS = TRAPS[:60] + [
    # clean_text removes controls and format characters, joins what they held apart, and turns white space into spaces
    "a\x00b", "a\x0bb", "a\x0cb", "a\x85b", "a\x1cb", "a\u00adb", "a\u200bb", "a\u200db", "a\ufeffb", "a\ufffdb", "a\u180eb",
    "a\ue000b", "a\U000f0000b", "a\u0378b", "a\ufdd0b", "a\u2028b", "a\u00a0b", "a\u3000b", "\u200b", "\u200b\u200b a",
    "👩‍👩‍👧‍👦", "❤️", "👍🏽", "🇫🇮", "a\u0890b", "a\u061cb", "a\U000e0001b",
    # Chinese characters stand alone; Japanese kana and Hangul do not; U+2B820 does not though U+2B920 does
    "株価が上昇した", "利润x利润", "a一b", "\U00020000a", "\U0002b820a", "\U0002b920a", "\U0002b81fa", "\U00030000a", "\u3400\u4dbf\u4dc0",
    "\uf900a\ufadaa", "\U0002f800a", "々〇", "삼성전자", "가각힣", "각",
    # accents: decomposed, marks dropped; marks that Unicode 9 did not know stay
    "é É è ñ Ñ ü ß ẞ ø Ø ł đ ħ ı İ", "İstanbul İ", "I\u0307", "Ǆ ǅ ǆ", "ΑΣ Σίσυφος ΟΔΟΣ", "Ὀδυσσεύς ᾼ", "ﬁ ﬂ ﬀ", "Ｆｕｌｌ", "Å \u212b \u212a \u2126",
    "e\u0301", "e\u0301\u0323", "e\u0323\u0301", "\u0301", "\u0301e", "a \u0301 b", "a\u0327\u0301\u0334b", "ཱི \u0f73", "\u0344", "\u1e69",
    "\u09cb \u09cc", "\U0001d15e", "\U0001d160", "\u0958", "\ufb2c", "שָׁלוֹם", "हिन्दी", "กำไร", "\u1885", "\u08d4a", "\U0001e000a", "\U00011442",
    "\U000105c9", "\U00016121", "\ud55c\uae00", "\u1112\u1161\u11ab", "Ꭰ ꭰ", "Ა ა", "\u2c2f", "\ua7dc", "\U00010d50", "\U00016ea0",
    # punctuation stands alone: all of ASCII's, and Unicode's P*, but no other symbol
    "a!b", "$AAPL", "a$b", "a+b", "a<b>c", "a=b", "a^b", "a`b", "a|b", "a~b", "€5", "£5", "a€b", "a©b", "a–b—c", "“q”", "a…b",
    "¿qué?", "a·b", "a、b。", "don't", "U.S.", "3.5%", "1,234.56", "a_b", "x/y", "#tag", "@user", "\u2e52a", "\u2010", "\U0001e95e", "\u2053",
    # special tokens are recognised as they are written, before lower case
    "[CLS]", "[cls]", "a[SEP]b", "[MASK] x", "[MASK][MASK]", "[ SEP ]", "[SEP", "[[SEP]]", "[UNK]", "[PAD]é", "[Mask]", "x [MASK]", "$TICK", "$TICK  x", "a$TICK", "$tick",
    # words: the longest piece first, all or nothing, a hundred characters at most after normalisation
    "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "e\u0301" * 100, "e\u0301" * 101, "İ" * 50, "İ" * 51, "a\u200b" * 100, "한" * 33, "한" * 34,
    "a" * 9, "a" * 10, "b" * 300, "##a", "a##a", "##", "#", "profitability", "unprofitable", "profit\u2603", "株" * 120, "🚀" * 101, "x" * 50 + "☃",
    "zq" * 60, "a" * 5000,
]

NAUGHTY = [
    "undefined", "NULL", "None", "NaN", "-0", "1e309", "0x7fffffff", "1/0", "true", "\\", "\\\\", "\\n", "%s%n%p", "{{7*7}}", "${HOME}",
    "'; DROP TABLE news; --", "\" OR 1=1", "<script>alert('x')</script>", "<img src=x onerror=y>", "&lt;&amp;&#x41;", "<!--", "]]>", "../../etc",
    "C:\\new\\table", "http://a.example/?q=1&r=%20", "a@b.example", "#hash @user $TSLA", "RT @x: $GME to the moon 🚀🚀", "LOL!!!!!1", ":-) ;-) <3",
    "¯\\_(ツ)_/¯", "(╯°□°)╯︵ ┻━┻", "ʇxǝʇ pǝddılɟ", "Z\u0351\u036b\u0343a\u030d\u0335l\u0310g\u0353o\u0322", "\u202eright to left\u202c", "\u2066x\u2069", "a\u0308\u0301\u0323",
    "Ω≈ç√∫˜µ≤≥÷", "åß∂ƒ©˙∆˚¬…æ", "œ∑´®†¥¨ˆøπ“‘", "¡™£¢∞§¶•ªº–≠", "⅛⅜⅝⅞", "ЁЂЃЄЅІЇ", "٠١٢٣٤٥٦٧٨٩", "⁰⁴⁵₀₁₂", "\u1160x", "ﷺ", "ﷺﷺ", "𝔉𝔯𝔞𝔨𝔱𝔲𝔯", "ｶﾅ", "🄰🅰", "①②",
    "\u0f0b\u0f0b", "က္က", "ក្ក", "\u200f\u200e", "\u2060\u2063", "A\u030a", "\ufe0f", "\u20e3", "\u00ad" * 5, "\u3164", "\u115f", "\u2800", "-" * 40, "." * 40, "?" * 33,
    "!?" * 20, "$" * 16, "0" * 50, "1,000,000.00", "(1.2)%", "+3.4 %", "EUR1.5mn", "€1,5 Mrd.", "£3bn-£4bn", "¥100", "₹1,00,000", "₿", "Q1-Q4/2024E", "y/y", "p.a.", "AT&T", "S&P 500", "3M's", "7-Eleven",
    "A.P. Møller–Mærsk", "L'Oréal", "Nestlé", "Škoda", "Türkiye İş Bankası", "Häagen-Dazs", "Bøhler & Søn", "三菱UFJ", "삼성전자 3분기", "ПАО «Газпром»", "شركة أرامكو", "बजाज फाइनेंस", "ปตท.",
    " leading", "trailing ", "\ttab", "new\nline", "cr\r\nlf", "nul\x00", "bell\x07", "esc\x1b[31m", "del\x7f", "\ufeffBOM", "soft\u00adhyphen", "nb\u00a0sp", "zero\u200bwidth", "ideo\u3000graphic",
]


def blocks():
    """Three characters of each stretch of 128 that holds assigned ones; large uniform ones once."""
    out, last = [], None
    for start in range(0, 0x110000, 128):
        here = [chr(c) for c in range(start, start + 128) if unicodedata.category(chr(c)) not in ("Cn", "Cs")]
        kind = here and (unicodedata.name(here[0], "").split(" ")[:1], unicodedata.category(here[0]))
        if here and (kind != last or start < 0x3000):
            out.append(f"a{here[0]}b {here[len(here) // 2]}{here[-1]}")
        last = kind or last
    return out
