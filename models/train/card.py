"""Writes the model card, LICENSE and NOTICE into a finished directory.

    python card.py WORK_DIR OUT_DIR

The figures come from WORK_DIR/metrics.json and the failures from
WORK_DIR/errors.jsonl, both left there by finish.py; the words are in card.md, and
the licence texts in LICENSE and NOTICE beside this file.
"""
import json
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def interval(f):
    return f"**{f['value']:.4f}** ± {f['se']:.4f} [{f['low']:.4f}, {f['high']:.4f}]"


def figures(sets):
    out = ["| set | rows | accuracy | macro-F1 | calibration error |",
           "| --- | --- | --- | --- | --- |"]
    for name, s in sets.items():
        out.append(f"| {name} | {s['rows']:,} | " + " | ".join(
            interval(s[k]) for k in ("accuracy", "macro_f1", "ece")) + " |")
    return "\n".join(out)


def classes(sets):
    out = ["| set | class | precision | recall |", "| --- | --- | --- | --- |"]
    for name, s in sets.items():
        for label, c in s["classes"].items():
            out.append(f"| {name} | {label} | {c['precision']:.4f} | {c['recall']:.4f} |")
    return "\n".join(out)


def kinds(sets):
    out = ["| kind of news | selection | sealed |", "| --- | --- | --- |"]
    parts = sets["selection"]["parts"], sets["sealed"]["parts"]
    for kind in dict.fromkeys([*parts[0], *parts[1]]):
        cells = (f"{p[kind][0]} of {p[kind][1]}" if kind in p else "" for p in parts)
        out.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(out)


def families(sets):
    out = ["| family | right | changed by the guise |", "| --- | --- | --- |"]
    for family, (hits, of) in sets["families"]["parts"].items():
        flips = sets["families"]["flips"].get(family)
        share = f"{hits / of:.1%}" if hits >= .9 * of else f"**{hits / of:.1%}**"
        out.append(f"| {family} | {hits} of {of}, {share} | " + (f"{flips[0]} of {flips[1]} |" if flips else "|"))
    return "\n".join(out)


def failures(work):
    """Errors on our own sentences: the others' texts are not repeated here."""
    out = ["| text | right | answered |", "| --- | --- | --- |"]
    with open(os.path.join(work, "errors.jsonl"), encoding="utf-8") as f:
        for name, right, got, p, text in map(json.loads, f):
            if name in ("ood_dev", "sealed"):
                out.append(f"| {text} | {right} | {got} ({p:.2f}) |")
    return "\n".join(out)


def main(work, out):
    with open(os.path.join(work, "metrics.json"), encoding="utf-8") as f:
        m = json.load(f)
    with open(os.path.join(HERE, "card.md"), encoding="utf-8") as f:
        card = f.read()
    for key, value in (("FIGURES", figures(m["sets"])), ("CLASSES", classes(m["sets"])),
                       ("KINDS", kinds(m["sets"])), ("FAMILIES", families(m["sets"])),
                       ("FAILURES", failures(work)), ("TEMPERATURE", str(m["temperature"])),
                       ("CALIBRATION_ROWS", str(m["calibration_rows"])),
                       ("RUNS", ", ".join(r.upper() for r in m["runs"]))):
        card = card.replace("@" + key + "@", value)
    with open(os.path.join(out, "README.md"), "w", encoding="utf-8") as f:
        f.write(card)
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(os.path.join(HERE, name), os.path.join(out, name))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
