"""Draws texts a second by engine and batch, from what bench.py wrote, as SVG.

    python plot.py build/bench.json FOLDER

FOLDER/bench.svg is the bundled model, FOLDER/bench-2.svg the shape after it.
"""
import json
import os
import sys
from xml.sax.saxutils import escape

SHADES = {"1": "#9ecae1", "8": "#4292c6", "32": "#08519c"}
LEFT, WIDTH, BAR, GAP = 230, 470, 11, 10


def split(name):
    engine, _, batch = name.rpartition(", batch ")
    return engine, batch


def groups(rows):
    found = {}
    for row in rows:
        engine, batch = split(row["name"])
        if engine:
            found.setdefault(engine, {})[batch] = row["median"]
    return sorted(found.items(), key=lambda item: -max(item[1].values()))


def draw(facts, title, rows):
    most = max(row["median"] for row in rows)
    y, out = 46, []
    for engine, batches in groups(rows):
        height = len(batches) * BAR
        out.append(f'<text x="{LEFT - 8}" y="{y + height / 2 + 4}" text-anchor="end">{escape(engine)}</text>')
        for batch, value in batches.items():
            wide = WIDTH * value / most
            out.append(f'<rect x="{LEFT}" y="{y}" width="{wide:.1f}" height="{BAR - 1}" '
                       f'fill="{SHADES.get(batch, "#888")}"/>'
                       f'<text x="{LEFT + wide + 4:.1f}" y="{y + 9}" font-size="9">{value:,.0f}</text>')
            y += BAR
        y += GAP
    key = "".join(f'<rect x="{LEFT + 90 * i}" y="26" width="10" height="10" fill="{shade}"/>'
                  f'<text x="{LEFT + 14 + 90 * i}" y="35">batch {batch}</text>'
                  for i, (batch, shade) in enumerate(SHADES.items()))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {y + 6}" '
            f'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
            f'<text x="8" y="16">Texts a second on one core, {escape(facts["cpu"])}, {facts["date"]}: '
            f'{escape(title)}, text in, label out</text>{key}{"".join(out)}</svg>')


def main(path, folder):
    with open(path, encoding="utf-8") as f:
        bench = json.load(f)
    for i, shape in enumerate(bench["shapes"], 1):
        name = "bench.svg" if i == 1 else f"bench-{i}.svg"
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            print(draw(bench["facts"], shape["title"], shape["rows"]), file=f)


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 3 else sys.exit(__doc__)
