"""Measures every GPU that is here, against the CPU in the same run.

    python3 bench_device.py BUILD [OUT.json]

By sentiment-cli bench, over the 2,492 sentences of models/tune/texts.txt: text in,
label out, in one call after the other and with one caller a worker. MODEL=DIR takes
another checkpoint, SECONDS_A_ROUND=N measures each setting longer, DEVICES="cpu:stock"
measures those instead ("cpu:stock": the code of a GPU on the CPU).
"""
import json
import os
import platform
import subprocess
import sys

MODEL = os.environ.get("MODEL", "models/finsent-minilm")
SECONDS = os.environ.get("SECONDS_A_ROUND", "3")
TEXTS = "models/tune/texts.txt"


def command(build, *args):
    return subprocess.run([f"{build}/bin/sentiment-cli", *args, "--model", MODEL], check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def name_of(device):
    if not device.startswith("cuda"):
        return platform.machine()
    index = device.partition(":")[2] or "0"
    try:
        return subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader", "-i", index],
                              check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "CUDA"


def measure(build, device, precisions, workers, batches):
    return json.loads(command(build, "bench", "--device", device, "-p", precisions, "-w", workers, "-b", batches,
                              "-s", SECONDS, "-f", "json", TEXTS))["results"]


def main(build, out=None):
    info = json.loads(command(build, "info", "--format", "json"))
    devices = os.environ.get("DEVICES", "").split() or [d for d in info["devices"] if not d.startswith("cpu")]
    if not devices:
        print("skipped: no CUDA or MPS device")
        return
    cpu = measure(build, "cpu", "fp32", "1", "1024")[0]
    print(f"libtorch {info['engine_version']}, {MODEL}, {TEXTS}; the CPU in fp32, one worker, 1024 texts a call: "
          f"{cpu['texts_per_s']:,.0f} texts/s")
    print("\n| device | precision | workers | texts a call | texts/s | p50 of a call, ms | p99, ms | of the CPU's |\n"
          "| --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = []
    for device in devices:
        name = f"{device} ({name_of(device)})"
        for workers, batches in (("1", "1,32,1024"), ("2", "1024,2492"), ("3", "1024")):
            for r in measure(build, device, "fp32,bf16,fp16", workers, batches):
                rows.append(dict(r, device=device, name=name))
                print(f"| {name} | {r['precision']} | {r['workers']} | {r['batch']} | {r['texts_per_s']:,.0f} | "
                      f"{r['p50_ms']:.2f} | {r['p99_ms']:.2f} | {r['texts_per_s'] / cpu['texts_per_s']:.1f}× |", flush=True)
    if out:
        with open(out, "w", encoding="utf-8") as f:
            json.dump(dict(engine=info["engine_version"], model=MODEL, cpu=cpu, rows=rows), f, indent=1)


main(*sys.argv[1:])
