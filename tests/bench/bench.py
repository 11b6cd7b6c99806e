"""Measures the engine against the Hugging Face pipeline and other engines, in one run.

    python bench.py BUILD [OUT.json]

Every competitor works on one core (the same one), on the same texts and with the
same weights, text in and label out; rounds are interleaved and medians of rounds
compared. Texts: 200 headlines made of models/train/templates.py (HEADLINES=FILE
takes others). MODEL=DIR takes another checkpoint, PEERS=0 leaves the other engines out.
"""
import datetime
import hashlib
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
MODEL = os.environ.get("MODEL", "models/finsent-minilm")
BATCHES = (1, 8, 32)

sys.path.insert(0, "models/train")


def headlines():
    if os.environ.get("HEADLINES"):
        with open(os.environ["HEADLINES"], encoding="utf-8") as f:
            return f.read().splitlines(), os.environ["HEADLINES"]
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


def other_engines(build, texts):
    """See peers.py. Their int8 is calibrated on other sentences of the same kind."""
    import templates
    try:
        import peers
    except ImportError as why:
        return {}, {"other engines": str(why)}
    out = subprocess.run([f"{build}/bin/sentiment-cli", "classify", "--precision", "fp32", "--model", MODEL],
                         input="\n".join(texts), check=True, capture_output=True, text=True).stdout
    with open(f"{MODEL}/config.json", encoding="utf-8") as f:
        labels = {name: int(i) for i, name in json.load(f)["id2label"].items()}
    reference = [labels[json.loads(line)["label"]] for line in out.splitlines()]
    calibration = [t for t, _ in templates.sample(300, 7)]
    found, skipped = peers.contestants(MODEL, f"build/peers/{weights_name()}", texts, calibration, reference)
    return {name: (lambda work=work: timed(work, len(texts))) for name, work in found.items()}, skipped


def weights_name():
    with open(f"{MODEL}/model.safetensors", "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()[:16]


# Ours, theirs, and the least ratio of the best batches that was set as a goal.
BARS = [("fp32", "ONNX Runtime f32", 2), ("int8", "ONNX Runtime int8 (dynamic)", 2.1),
        ("fp32", "OpenVINO f32", 1.25), ("bf16", "OpenVINO bf16", 1.25),
        ("int8", "OpenVINO int8 (static, NNCF)", 1.3),
        ("fp32", "CTranslate2 f32", 1.25), ("int8", "CTranslate2 int8", 1.5),
        ("fp32", "Hugging Face pipeline, batch 1", 4.8), ("bf16", "Hugging Face pipeline, batch 1", 8.5),
        ("int8", "Hugging Face pipeline, batch 1", 13)]


def judge(rows):
    def best(name):
        return max((r["median"] for r in rows if r["name"].startswith(name)), default=None)
    print("\n| ours, best batch | against | ratio | goal |\n| --- | --- | --- | --- |")
    for precision, peer, least in BARS:
        ours, theirs = best(f"libsentiment {precision},"), best(peer)
        if ours and theirs:
            met = "met" if ours / theirs >= least else "missed"
            print(f"| {precision} | {peer} | {ours / theirs:.2f}× | {least}×, {met} |")


# Of what oneDNN's own product does on the shapes of this model, one core.
SHARES = {"fp32": 80, "bf16": 80, "int8": 60}


def gemm_shares(build, texts):
    """By sentiment-cli bench, which measures that product beside each precision."""
    print("\n| precision | of the speed of oneDNN's product alone | goal |\n| --- | --- | --- |")
    found = {}
    for precision, least in SHARES.items():
        run = subprocess.run([f"{build}/bin/sentiment-cli", "bench", "--model", MODEL, "-p", precision, "-w", "1",
                              "-b", "200", "-s", "2", "-f", "json", texts], capture_output=True, text=True)
        rows = json.loads(run.stdout or "{}").get("results", [])
        if not rows or "of_gemm" not in rows[0]:
            print(f"| {precision} | skipped: {run.stderr.strip() or 'not known here'} | |")
            continue
        found[precision] = share = 100 * rows[0]["of_gemm"]
        print(f"| {precision} | {share:.0f} % | {least} %, {'met' if share >= least else 'missed'} |")
    return found


def libtorch_alone(build):
    """MB that loading libtorch takes, with nothing of ours."""
    script = ("import ctypes, re\n"
              "def resident(): return int(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
              "before = resident()\n"
              f"ctypes.CDLL('{os.path.abspath(build)}/libtorch/lib/libtorch_cpu.so', ctypes.RTLD_GLOBAL)\n"
              "print((resident() - before) / 1024)")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return round(float(run.stdout)) if run.stdout else f"skipped: {run.stderr.strip().splitlines()[-1]}"


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
    contestants, skipped = {}, {}
    for precision in os.environ.get("PRECISIONS", "fp32 bf16 int8").split():
        for batch in BATCHES:
            ours = Ours(build, str(batch), short, precision)
            probe = subprocess.run(ours.command, env=ours.env, capture_output=True, text=True)
            if probe.returncode:
                skipped[f"libsentiment {precision}"] = probe.stderr.strip()
                break
            facts[f"memory of libsentiment {precision}, MB"] = json.loads(probe.stdout)["rss_mb"]
            contestants[f"libsentiment {precision}, batch {batch}"] = ours
    facts["memory of libtorch alone, MB"] = libtorch_alone(build)
    facts["weights, MB"] = os.path.getsize(f"{MODEL}/model.safetensors") / 1e6
    if os.environ.get("PEERS", "1") == "1":
        others, left_out = other_engines(build, heads)
        contestants.update(others)
        skipped.update(left_out)
    if one:
        contestants["Hugging Face pipeline, batch 32"] = many
        contestants["Hugging Face pipeline, batch 1"] = one
    print("\n".join(f"{k}: {v}" for k, v in facts.items()))
    print("\n".join(f"skipped: {name}: {why}" for name, why in skipped.items()) + "\n")
    print("| measurement | who | median | range | ratio |\n| --- | --- | --- | --- | --- |")
    tables = [compare("200 headlines", "texts/s", contestants)]
    judge(tables[0]["rows"])
    facts["of oneDNN's product, %"] = gemm_shares(build, short)
    if out:
        with open(out, "w", encoding="utf-8") as f:
            json.dump(dict(facts=facts, skipped=skipped, tables=tables), f, indent=1)
    os.unlink(short)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
