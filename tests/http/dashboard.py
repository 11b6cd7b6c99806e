"""Every metric that docs/grafana-dashboard.json asks for is in /metrics, with the labels it groups by.

    python3 tests/http/dashboard.py BUILD
"""
import json
import re
import sys

from server import serve

# Names in an expression that are no metrics.
WORDS = {"sum", "rate", "min", "by", "or", "vector", "histogram_quantile", "label_values"}


def walk(value, key):
    """Every string under this key, wherever it is."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == key and isinstance(member, str):
                yield member
            yield from walk(member, key)
    elif isinstance(value, list):
        for member in value:
            yield from walk(member, key)


def asked(dashboard):
    """(metric, labels it is grouped by) of every query."""
    for expr in [*walk(dashboard, "expr"), *walk(dashboard, "query")]:
        groups = {label.strip() for found in re.findall(r"by \(([^)]*)\)", expr) for label in found.split(",")}
        bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)|\"[^\"]*\"", " ", expr)
        for name in re.findall(r"\b(?:sentiment|process)_\w+", bare):
            yield name, groups - {"instance", "job"}
        for name in re.findall(r"\b[a-z_]{2,}\b", bare):
            assert name in WORDS | {"prometheus", "job", "instance"} or name.startswith(("sentiment_", "process_")), expr


def given(text):
    """Metric to the labels that its samples have; families without samples have none."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            for suffix in ("_bucket", "_sum", "_count") if kind == "histogram" else ("",):
                found.setdefault(name + suffix, set())
        elif match := re.match(r"(\w+)(?:\{(.*)\})? ", line):
            found.setdefault(match[1], set()).update(re.findall(r"(\w+)=\"", match[2] or ""))
    return found


def overlaps(panels):
    """Pairs of panels that cover each other."""
    boxes = [(p["title"], p["gridPos"]) for p in panels]
    return [(a, b) for i, (a, x) in enumerate(boxes) for b, y in boxes[i + 1:]
            if x["x"] < y["x"] + y["w"] and y["x"] < x["x"] + x["w"]
            and x["y"] < y["y"] + y["h"] and y["y"] < x["y"] + x["h"]]


def main(build):
    with open("docs/grafana-dashboard.json", encoding="utf-8") as f:
        dashboard = json.load(f)
    # With a broker that is not there, so that publishing is counted too.
    with serve(build, "--output-mode", "both", "--brokers", "127.0.0.1:1", "--drain-timeout", "1000") as server:
        server.ask("POST", "/sentiment", b"Profit rose.")
        text = server.ask("GET", "/metrics")[2].decode()
    there, failed = given(text), 0
    for name, labels in sorted(set((n, frozenset(g)) for n, g in asked(dashboard))):
        if name not in there or not labels <= there[name]:
            print(f"docs/grafana-dashboard.json: {name}{sorted(labels) or ''} is not in /metrics")
            failed += 1
    ids = [p["id"] for p in dashboard["panels"]]
    if len(set(ids)) < len(ids) or overlaps(dashboard["panels"]):
        print(f"docs/grafana-dashboard.json: {overlaps(dashboard['panels'])}")
        failed += 1
    if missing := [n for n in there if not text.endswith("\n") or f"# HELP {re.sub('_(bucket|sum|count)$', '', n)} " not in text]:
        print(f"/metrics: no HELP for {missing}")
        failed += 1
    print(f"the dashboard: {len(set(n for n, _ in asked(dashboard)))} metrics, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
