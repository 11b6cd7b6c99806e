"""Measures the engine against the Hugging Face pipeline, in one run.

    python bench.py BUILD [OUT.json]

Every competitor works on one core (the same one), on the same texts and with the
same weights, text in and label out; rounds are interleaved and medians of rounds
compared. Texts: 200 headlines made of models/train/templates.py (HEADLINES=FILE
takes others).
"""
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false",
                  HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS_A_ROUND", "1"))
MODEL = "models/finsent-minilm"

def headlines():
    if os.environ.get("HEADLINES"):
        with open(os.environ["HEADLINES"], encoding="utf-8") as f:
            return f.read().splitlines(), os.environ["HEADLINES"]
    sys.path.insert(0, "models/train")
    import templates
    return sorted({t for t, _ in templates.sample(400, 99)})[:200], "models/train/templates.py"


def write(texts):
    f = tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8")
    f.write("\n".join(texts))
    f.close()
    return f.name


class Ours:
    def __init__(self, build, mode, texts, *rest):
        self.command = [f"{build}/tests/bench_engine", mode, MODEL, texts, str(SECONDS), *rest]
        self.env = dict(os.environ, ENGINE=f"{build}/lib/sentiment/libsentiment_torch.so")

    def __call__(self):
        out = subprocess.run(self.command, env=self.env, check=True, stdout=subprocess.PIPE).stdout
        return json.loads(out)["texts_per_s"]


def timed(work, amount):
    """amount per second, over passes for SECONDS; the median pass."""
    took, began = [], time.perf_counter()
    while len(took) < 3 or time.perf_counter() - began < SECONDS:
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return amount / statistics.median(took)


def hugging_face(texts, batch):
    import torch
    import transformers
    torch.set_num_threads(1)
    pipe = transformers.pipeline("text-classification", model=MODEL, dtype=torch.float32, device="cpu")
    pipe(texts[:2])
    return (lambda: timed(lambda: pipe(texts, batch_size=batch), len(texts)),
            f"transformers {transformers.__version__}, torch {torch.__version__}")


def cpu_name():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def compare(title, unit, contestants):
    """contestants: name to callable; the last is the baseline."""
    rounds = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            rounds[name].append(run())
    base = statistics.median(rounds[list(contestants)[-1]])
    rows = []
    for name, values in rounds.items():
        m = statistics.median(values)
        rows.append(dict(name=name, median=m, low=min(values), high=max(values), ratio=m / base))
        print(f"| {title} | {name} | {m:,.1f} {unit} | {min(values):,.1f}–{max(values):,.1f} | {m / base:.2f}× |",
              flush=True)
    return dict(title=title, unit=unit, rows=rows)


def main(build, out=None):
    # Before anything is imported that starts threads.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    heads, heads_from = headlines()
    short = write(heads)
    try:
        one, peer = hugging_face(heads, 1)
        many, _ = hugging_face(heads, 32)
    except ImportError as why:
        one, many, peer = None, None, f"the Hugging Face pipeline is skipped: {why}"
    facts = dict(date=datetime.date.today().isoformat(), cpu=cpu_name(), kernel=platform.release(),
                 headlines=heads_from, peer=peer, rounds=ROUNDS, command="make bench")
    print("\n".join(f"{k}: {v}" for k, v in facts.items()) + "\n")
    print("| measurement | who | median | range | ratio |\n| --- | --- | --- | --- | --- |")
    contestants = {}
    for precision in os.environ.get("PRECISIONS", "fp32 bf16 int8").split():
        ours = Ours(build, "classify", short, precision)
        probe = subprocess.run(ours.command, env=ours.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if probe.returncode:
            print(f"| classify, 200 headlines | libsentiment {precision} | skipped: "
                  f"{probe.stderr.decode().strip()} | | |")
            continue
        contestants[f"libsentiment {precision}"] = ours
        contestants[f"libsentiment {precision}, one at a time"] = Ours(
            build, "single", short, precision)
    if one:
        contestants["Hugging Face pipeline, batch 32"] = many
        contestants["Hugging Face pipeline, batch 1"] = one
    tables = [compare("classify, 200 headlines", "texts/s", contestants)]
    if out:
        with open(out, "w", encoding="utf-8") as f:
            json.dump(dict(facts=facts, tables=tables), f, indent=1)
    os.unlink(short)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
