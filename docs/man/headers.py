"""Writes the manual pages of section 3 from the public headers.

    python3 docs/man/headers.py FOLDER

One page a header: sentiment(3), sentiment_classifier(3), …; every function has
a link to its header's page. A page says nothing that the header does
not: its first comment, then each declaration with the comment above it.
"""
import pathlib
import re
import sys

out = pathlib.Path(sys.argv[1])
include = pathlib.Path(__file__).resolve().parents[2] / "include"
number = dict(re.findall(r"define SENTIMENT_VERSION_(\w+) (\d+)", (include / "sentiment/base.h").read_text()))
version = ".".join(number[part] for part in ("MAJOR", "MINOR", "PATCH"))
ITEM = re.compile(
    r"(?P<comment>/\*(?:[^*]|\*(?!/))*\*/\s*)?"
    r"(?P<code>(?:#define[^\n]*\n)+|(?:[^;{/#]|/(?!\*))*(?:\{(?:[^{}]|\{[^{}]*\})*\}[^;]*)?;(?:[ \t]*/\*.*?\*/)?)", re.S)


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"[^\x00-\x7f]", lambda m: "\\[u%04X]" % ord(m[0]), text)
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.M)


def words_of(comment):
    """A comment's lines without its frame."""
    lines = re.sub(r"^\s*/\*+|\*/\s*$", "", comment, flags=re.M).split("\n")
    return [re.sub(r"^\s*\* ?", "", line).rstrip() for line in lines]


def prose(lines):
    """Paragraphs; what is indented stays as it stands."""
    done = []
    for block in re.split(r"\n\s*\n", "\n".join(lines).strip("\n")):
        block = block.rstrip()
        if not block.strip():
            continue
        shown = block.split("\n")
        if any(re.match(r" {4}|\w+\.? {2,}", line) for line in shown):
            done.append(".PP\n.EX\n" + escape(block) + "\n.EE")
        else:
            done.append(".PP\n" + escape(" ".join(line.strip() for line in shown)))
    return "\n".join(done)


def code(text):
    return ".PP\n.EX\n" + escape(text.strip("\n")) + "\n.EE"


def head(name, names, summary):
    return (".\\\" Written by docs/man/headers.py from the header.\n"
            f'.TH {escape(name.upper())} 3 "" "libsentiment {version}"\n'
            f".SH NAME\n{', '.join(names)} \\- {escape(summary)}")


def items_of(body):
    for match in ITEM.finditer(body):
        if match["code"].strip(" \n;"):
            yield match["comment"] or "", match["code"].strip()


def page(path):
    text = path.read_text()
    first = re.match(r"/\*.*?\*/", text, re.S)[0]
    title, *about = [line for line in words_of(first)][1:]
    while about and about[0]:  # a title of two lines
        title += " " + about.pop(0)
    summary = title.split(" - ", 1)[1].rstrip(".")
    body = text[len(first):]
    body = re.sub(r'extern "C" \{|^\}$|^#(?!define SENTIMENT_VERSION).*$', "", body, flags=re.M)
    items = list(items_of(body))
    functions = [f for _, c in items if not c.startswith("typedef") for f in re.findall(r"\b(sentiment_\w+)\(", c)]
    name = "sentiment" if path.name == "sentiment.h" else "sentiment_" + path.stem
    parts = [head(name, [name] + [f for f in functions if f != name], summary)]
    parts.append(".SH SYNOPSIS\n.EX\n#include <sentiment.h>\n\ncc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs sentiment)\n.EE")
    parts.append(".SH DESCRIPTION\n" + re.sub(r"^\.PP\n", "", prose(about)))
    if items:
        parts.append(".SH DECLARATIONS")
    for i, (comment, shown) in enumerate(items):
        called = re.findall(r"\b(sentiment_\w+)\(", shown) if not shown.startswith("typedef") else []
        called = called or re.findall(r"typedef (?:struct|enum) (sentiment_\w+)", shown) or ["constants"]
        parts.append(f".SS {called[0]}\n" + re.sub(r"^\.PP\n", "", code(shown)) + "\n" + prose(words_of(comment)))
    others = sorted("sentiment" if p.name == "sentiment.h" else "sentiment_" + p.stem for p in headers if p != path)
    parts.append(".SH \"SEE ALSO\"\n" + ",\n".join(f"\\fB{other}\\fR(3)" for other in others))
    (out / f"{name}.3").write_text("\n".join(part.strip("\n") for part in parts) + "\n")
    for function in functions:
        if function != name:
            link = out / f"{function}.3"
            link.unlink(missing_ok=True)
            link.symlink_to(f"{name}.3")


headers = [include / "sentiment.h", *sorted((include / "sentiment").glob("*.h"))]
out.mkdir(parents=True, exist_ok=True)
for header in headers:
    page(header)
