"""Our tokenizer against the official library, and gigatoken where it can be had.

    python bench_tokenizer.py BENCH_TOKENIZER [TEXT] [ROUNDS]

Headlines are made from the templates; running text is the file TEXT, one
paragraph a line, or else sentences of the templates, thirty a paragraph. One
thread each, pinned to one CPU, round by round in turn; medians. The official
library's call is encode_batch_fast. Writes Markdown tables to standard output,
at last the times of 1 MiB of one character: time is linear. gigatoken gives ids without special
tokens and reads no WordPiece; it is asked for a batch on the calling thread.
"""
import datetime
import gzip
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import tokenizers

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, os.path.join(ROOT, "models/train"))
import templates

MOST_BYTES = 2_000_000
BARS = {"headlines": 40, "running text": 60}


def texts_of(path):
    if not path:
        rows = [t for t, _ in templates.sample(9000, 3)]
        return [" ".join(rows[i:i + 30]) for i in range(0, len(rows), 30)]
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        out, size = [], 0
        for line in file:
            out.append(line.rstrip("\n"))
            size += len(line.encode())
            if size > MOST_BYTES:
                break
    return [t for t in out if t]


class Ours:
    name = "libsentiment"

    def __init__(self, program, tokenizer, files):
        self.child = subprocess.Popen([program, tokenizer, *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      text=True, bufsize=1)

    def run(self, i, _texts):
        self.child.stdin.write(f"{i}\n")
        self.child.stdin.flush()
        seconds, tokens, _ = self.child.stdout.readline().split()
        return float(seconds), int(tokens)


class Official:
    name = f"tokenizers {tokenizers.__version__}"

    def __init__(self, tokenizer):
        self.tok = tokenizers.Tokenizer.from_file(tokenizer)
        self.tok.no_truncation()
        self.tok.no_padding()

    def run(self, _i, texts):
        start = time.perf_counter()
        out = self.tok.encode_batch_fast(texts)
        return time.perf_counter() - start, sum(map(len, out))


class Gigatoken:
    def __init__(self, tokenizer):
        import gigatoken
        from importlib.metadata import version
        self.name = f"gigatoken {version('gigatoken')}"
        self.tok = gigatoken.Tokenizer(tokenizer)

    def run(self, _i, texts):
        start = time.perf_counter()
        out = self.tok.encode_batch(texts, parallel=False)
        return time.perf_counter() - start, sum(map(len, out)) + 2 * len(texts)


def measure(sides, workloads, rounds):
    """Seconds of each side on each workload: {(side, workload): median}."""
    seen = {}
    for round in range(rounds + 1):
        for i, (name, texts) in enumerate(workloads.items()):
            counts = set()
            for side in sides:
                # One pass of ours is short: the middle of five is taken for each of theirs.
                many = [side.run(i, texts) for _ in range(1 if isinstance(side, Official) else 5)]
                counts.add(many[0][1])
                if round:
                    seen.setdefault((side.name, name), []).append(statistics.median(s for s, _ in many))
            if len(counts) > 1:
                sys.exit(f"{name}: token counts differ: {counts}")
    return {key: statistics.median(values) for key, values in seen.items()}


def tokenizer_files():
    roberta = os.environ.get("ROBERTA_TOKENIZER", os.path.join(ROOT, "../shared/data/roberta-tokenizer"))
    out = {"finsent-minilm (WordPiece)": "models/finsent-minilm"}
    if os.path.exists(os.path.join(roberta, "tokenizer.json")):
        return {"RoBERTa (BPE)": roberta} | out
    print("RoBERTa's own tokenizer: skipped: ROBERTA_TOKENIZER names no folder that holds it; a small one instead\n",
          file=sys.stderr)
    return {"a small RoBERTa (BPE)": os.path.join(ROOT, "tests/vectors/tokenizer/roberta")} | out


def monotonous(program, folder):
    """Texts that trip up whoever is not linear."""
    names = {"a": "letter a", " ": "spaces", "\U0001F680": "rocket emoji", "<": "less-than signs", "\u0301": "accents"}
    files = []
    for c in names:
        files.append(os.path.join(folder, f"one-{ord(c)}"))
        with open(files[-1], "w", encoding="utf-8") as file:
            file.write(c * (2 ** 20 // len(c.encode())))
    print("\n| 1 MiB of one character | " + " | ".join(names.values()) + " |")
    print("|" + " --- |" * (len(names) + 1))
    for label, tokenizer in tokenizer_files().items():
        ours = Ours(program, tokenizer, files)
        times = [statistics.median(ours.run(i, None)[0] for _ in range(3)) for i in range(len(files))]
        ours.child.stdin.close()
        print(f"| {label} | " + " | ".join(f"{1e3 * t:.1f} ms" for t in times) + " |")


def cpu():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main(program, path=None, rounds="7"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    workloads = {"headlines": [t for t, _ in templates.sample(5000, 2)], "running text": texts_of(path)}
    skipped = []
    print(f"{cpu()}, {datetime.date.today()}, one thread; running text: {path and os.path.basename(path) or 'templates'}\n")
    print("| tokenizer | text | ours, µs a text | ours, MB/s | official, µs a text | official, MB/s | gigatoken, MB/s | ratio | bar |")
    print("|" + " --- |" * 9)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, texts in workloads.items():
            files.append(os.path.join(folder, name))
            with open(files[-1], "w", encoding="utf-8") as file:
                file.write("\n".join(texts))
        size_of = [os.path.getsize(file) for file in files]
        for label, tokenizer in tokenizer_files().items():
            sides = [Ours(program, tokenizer, files), Official(os.path.join(tokenizer, "tokenizer.json"))]
            try:
                sides.append(Gigatoken(os.path.join(tokenizer, "tokenizer.json")))
            except Exception as why:
                skipped.append(f"gigatoken on {label}: skipped: {str(why).splitlines()[0]}")
            seconds = measure(sides, workloads, int(rounds))
            for i, (name, texts) in enumerate(workloads.items()):
                a, b = (seconds[side.name, name] for side in sides[:2])
                peer = f"{size_of[i] / seconds[sides[2].name, name] / 1e6:.0f}" if len(sides) > 2 else "–"
                size = size_of[i]
                met = b / a >= BARS[name]
                print(f"| {label} | {name} | {1e6 * a / len(texts):.2f} | {size / a / 1e6:.0f} | {1e6 * b / len(texts):.1f} "
                      f"| {size / b / 1e6:.1f} | {peer} | {b / a:.1f}× | {BARS[name]}×, {'met' if met else 'missed'} |")
            sides[0].child.stdin.close()
        monotonous(program, folder)
    print("\n" + "\n".join(skipped))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
