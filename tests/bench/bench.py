"""Measures the engine against the Hugging Face pipeline and other engines, in one run.

    python bench.py BUILD [OUT.json]

Every competitor works on one core (the same one), on the same texts and with the
same weights, text in and label out; rounds are interleaved and medians of rounds
compared. Texts: 200 headlines made of models/train/templates.py (HEADLINES=FILE
takes others), and for DistilRoBERTa's shape 32 of them. MODEL=DIR takes
another checkpoint than the bundled one, PEERS=0 leaves the other engines out,
SHAPES="bundled distilroberta" one of the two.
"""
import dataclasses
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


@dataclasses.dataclass
class Shape:
    """A checkpoint, what it is measured on, and what was set as a goal for it."""
    title: str
    model: str
    texts: list
    rounds: int
    # Ours, theirs, and the least ratio of the best batches.
    bars: list
    # Of what oneDNN's own product does on the shapes of its linear layers, %.
    shares: dict
    # Labels that another engine has to share with fp32: random weights leave many near ties.
    agreement: float = .9
    rows: list = dataclasses.field(default_factory=list)
    skipped: dict = dataclasses.field(default_factory=dict)
    memory: dict = dataclasses.field(default_factory=dict)  # MB of a process, by precision
    of_gemm: dict = dataclasses.field(default_factory=dict)


ORT8 = "ONNX Runtime int8 (dynamic)"
OPENVINO8 = "OpenVINO int8 (static, NNCF)"
PIPELINE = "Hugging Face pipeline, batch 1"
OTHERS = [("fp32", "ONNX Runtime f32", 2), ("int8", ORT8, 2.1), ("fp32", "OpenVINO f32", 1.25),
          ("bf16", "OpenVINO bf16", 1.25), ("int8", OPENVINO8, 1.3), ("fp32", "CTranslate2 f32", 1.25),
          ("int8", "CTranslate2 int8", 1.5)]
LATENCY = .8  # of what a lone text takes ONNX Runtime's int8


def bundled(texts):
    return Shape("bundled model", os.environ.get("MODEL", "models/finsent-minilm"), texts, ROUNDS,
                 OTHERS + [("fp32", PIPELINE, 4.8), ("bf16", PIPELINE, 8.5), ("int8", PIPELINE, 13)],
                 {"fp32": 80, "bf16": 80, "int8": 60})


def distilroberta(texts):
    import distilroberta as maker
    folder = "build/peers/distilroberta-shape" + ("" if maker.is_own() else "-small-tokenizer")
    maker.make(folder)
    return Shape("DistilRoBERTa's shape, random weights" + ("" if maker.is_own() else ", the tests' small tokenizer"),
                 folder, texts[::6][:32], min(ROUNDS, 3),
                 OTHERS + [("fp32", PIPELINE, 4.3), ("bf16", PIPELINE, 8), ("int8", PIPELINE, 14)],
                 {"fp32": 92, "bf16": 88, "int8": 78}, agreement=.8)


class Ours:
    def __init__(self, build, mode, shape, texts, *rest):
        self.command = [f"{build}/tests/bench_engine", mode, shape.model, texts, str(SECONDS), *rest]
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


def hugging_face(shape):
    import torch
    import transformers
    torch.set_num_threads(1)
    pipe = transformers.pipeline("text-classification", model=shape.model, dtype=torch.float32, device="cpu")
    pipe(shape.texts[:2])
    return {f"Hugging Face pipeline, batch {batch}":
            lambda batch=batch: timed(lambda: pipe(shape.texts, batch_size=batch), len(shape.texts))
            for batch in (32, 1)}


def other_engines(build, shape):
    """See peers.py. Their int8 is calibrated on other sentences of the same kind."""
    import templates
    try:
        import peers
    except ImportError as why:
        return {}, {"other engines": str(why)}
    out = subprocess.run([f"{build}/bin/sentiment-cli", "classify", "--precision", "fp32", "--model", shape.model],
                         input="\n".join(shape.texts), check=True, capture_output=True, text=True).stdout
    with open(f"{shape.model}/config.json", encoding="utf-8") as f:
        labels = {name: int(i) for i, name in json.load(f)["id2label"].items()}
    reference = [labels[json.loads(line)["label"]] for line in out.splitlines()]
    calibration = [t for t, _ in templates.sample(300, 7)]
    found, skipped = peers.contestants(shape.model, f"build/peers/{weights_name(shape.model)}", shape.texts,
                                       calibration, reference, shape.agreement)
    return {name: (lambda work=work: timed(work, len(shape.texts))) for name, work in found.items()}, skipped


def weights_name(model):
    with open(f"{model}/model.safetensors", "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()[:16]


def judge(shape):
    def best(name):
        return max((r["median"] for r in shape.rows if r["name"].startswith(name)), default=None)
    print("\n| ours, best batch | against | ratio | goal |\n| --- | --- | --- | --- |")
    for precision, peer, least in shape.bars:
        ours, theirs = best(f"libsentiment {precision},"), best(peer)
        if ours and theirs:
            met = "met" if ours / theirs >= least else "missed"
            print(f"| {precision} | {peer} | {ours / theirs:.2f}× | {least}×, {met} |")
    ours, theirs = best("libsentiment int8, batch 1"), best(f"{ORT8}, batch 1")
    if ours and theirs:
        met = "met" if theirs / ours <= LATENCY else "missed"
        print(f"| int8, time of a lone text | {ORT8} | {theirs / ours:.2f} | at most {LATENCY}, {met} |")


def gemm_shares(build, shape, texts):
    """By sentiment-cli bench, which measures oneDNN's product beside each precision."""
    print("\n| precision | of the speed of oneDNN's product alone | goal |\n| --- | --- | --- |")
    for precision, least in shape.shares.items():
        run = subprocess.run([f"{build}/bin/sentiment-cli", "bench", "--model", shape.model, "-p", precision, "-w", "1",
                              "-b", str(len(shape.texts)), "-s", "2", "-f", "json", texts],
                             capture_output=True, text=True)
        rows = json.loads(run.stdout or "{}").get("results", [])
        if not rows or "of_gemm" not in rows[0]:
            print(f"| {precision} | skipped: {run.stderr.strip() or 'not known here'} | |")
            continue
        shape.of_gemm[precision] = share = 100 * rows[0]["of_gemm"]
        print(f"| {precision} | {share:.0f} % | {least} %, {'met' if share >= least else 'missed'} |")


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


def our_contestants(build, shape, path):
    found = {}
    for precision in os.environ.get("PRECISIONS", "fp32 bf16 int8").split():
        for batch in BATCHES:
            ours = Ours(build, str(batch), shape, path, precision)
            probe = subprocess.run(ours.command, env=ours.env, capture_output=True, text=True)
            if probe.returncode:
                shape.skipped[f"libsentiment {precision}"] = probe.stderr.strip()
                break
            shape.memory[precision] = json.loads(probe.stdout)["rss_mb"]
            found[f"libsentiment {precision}, batch {batch}"] = ours
    return found


def compare(shape, contestants):
    """contestants: name to callable; the last is the baseline."""
    rounds = {name: [] for name in contestants}
    for _ in range(shape.rounds):
        for name, run in contestants.items():
            rounds[name].append(run())
    base = statistics.median(rounds[list(contestants)[-1]])
    print("\n| who | median | range | ratio |\n| --- | --- | --- | --- |")
    for name, values in rounds.items():
        m = statistics.median(values)
        shape.rows.append(dict(name=name, median=m, low=min(values), high=max(values), ratio=m / base))
        print(f"| {name} | {m:,.1f} texts/s | {min(values):,.1f}–{max(values):,.1f} | {m / base:.2f}× |", flush=True)


def measure(build, shape):
    path = write(shape.texts)
    weights = os.path.getsize(f"{shape.model}/model.safetensors") / 1e6
    print(f"\n## {shape.title[0].upper() + shape.title[1:]}\n\n{len(shape.texts)} headlines, {shape.rounds} rounds, "
          f"{weights:.0f} MB of weights", flush=True)
    contestants = our_contestants(build, shape, path)
    print("MB of memory: " + ", ".join(f"{p} {mb}" for p, mb in shape.memory.items()))
    if os.environ.get("PEERS", "1") == "1":
        others, left_out = other_engines(build, shape)
        contestants.update(others)
        shape.skipped.update(left_out)
    try:
        contestants.update(hugging_face(shape))
    except ImportError as why:
        shape.skipped["Hugging Face pipeline"] = str(why)
    for name, why in shape.skipped.items():
        print(f"skipped: {name}: {why}")
    compare(shape, contestants)
    judge(shape)
    gemm_shares(build, shape, path)
    os.unlink(path)


def versions():
    from importlib import metadata
    names = ("transformers", "torch", "onnxruntime", "openvino", "nncf", "ctranslate2")
    found = {d.metadata["Name"]: d.version for d in metadata.distributions()}
    return ", ".join(f"{name} {found[name]}" for name in names if name in found)


def main(build, out=None):
    # Before anything is imported that starts threads.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    heads, heads_from = headlines()
    facts = dict(date=datetime.date.today().isoformat(), cpu=cpu_name(), kernel=platform.release(),
                 headlines=heads_from, others=versions(), command="make bench")
    facts["memory of libtorch alone, MB"] = libtorch_alone(build)
    print("\n".join(f"{k}: {v}" for k, v in facts.items()))
    made, shapes = {"bundled": bundled, "distilroberta": distilroberta}, []
    for name in os.environ.get("SHAPES", "bundled distilroberta").split():
        try:
            shapes.append(made[name](heads))
        except ImportError as why:
            print(f"skipped: {name}: {why}")
            continue
        measure(build, shapes[-1])
    if out:
        with open(out, "w", encoding="utf-8") as f:
            json.dump(dict(facts=facts, shapes=[dataclasses.asdict(shape) for shape in shapes]), f, indent=1)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
