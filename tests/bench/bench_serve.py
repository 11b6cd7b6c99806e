"""Measures `serve` with wrk, beside a bare libmicrohttpd and the engine alone.

    python bench_serve.py BUILD [OUT.json]

Baselines run in the same rounds, interleaved; medians of rounds are compared.
Everything is on one machine, wrk too. Prints Markdown; never a pass or a fail.
"""
import contextlib
import datetime
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path[:0] = ["tests/bench", "models/train"]
from bench import cpu_name  # noqa: E402
import templates  # noqa: E402

MODEL = "models/finsent-minilm"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS_A_ROUND", "5"))
OVERLOAD_SECONDS = int(os.environ.get("OVERLOAD_SECONDS", "60"))
PRECISION = os.environ.get("PRECISION", "int8")
CPUS = len(os.sched_getaffinity(0))
DEADLINE_MS = 2000
DEMO = 18400  # requests/s of the demo's own server, on a busy two-core machine


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


@contextlib.contextmanager
def process(command):
    p = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield p
    finally:
        p.send_signal(signal.SIGTERM)
        p.wait()


@contextlib.contextmanager
def echo_server(build):
    """The address of the yardstick."""
    with process([f"{build}/tests/echo"]) as p:
        yield f"127.0.0.1:{int(p.stdout.readline())}"


@contextlib.contextmanager
def serve(build, *options):
    """(address, pid) of a server that need not be ready yet."""
    port = free_port()
    with process([f"{build}/bin/sentiment-cli", "serve", "--model", MODEL, "--host", "127.0.0.1", "--port",
                  str(port), "--log", "off", *options]) as p:
        yield f"127.0.0.1:{port}", p.pid


def wait_ready(address, since=None):
    """Seconds from since to the first 200 of /ready."""
    since = since or time.perf_counter()
    while True:
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://{address}/ready", timeout=1) as reply:
                if reply.status == 200:
                    return time.perf_counter() - since
        time.sleep(.002)


def wrk(address, connections, seconds, *args, path="/sentiment"):
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s",
                          "tests/bench/serve.lua", f"http://{address}{path}", "--", *map(str, args)],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    found = json.loads(out.splitlines()[-1])
    found["per_s"] = found["requests"] / found["seconds"]
    return found


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} | {min(values):,.{digits}f}–{max(values):,.{digits}f}"


def hits(build):
    """One text, known to the cache, by 64 connections; the echo in the same rounds."""
    ours, echo, p99, failed = [], [], [], 0
    with serve(build) as (address, _), echo_server(build) as yardstick:
        wait_ready(address)
        wrk(address, 1, 1, "hit")
        for _ in range(ROUNDS):
            echo.append(wrk(yardstick, 64, SECONDS, "hit")["per_s"])
            found = wrk(address, 64, SECONDS, "hit")
            ours.append(found["per_s"])
            p99.append(found["p99_ms"])
            failed += found["failed"] + found["statuses"].get("0", 0)
    ratios = [a / b for a, b in zip(ours, echo)]
    row("answers from the cache, 64 connections", f"{spread(ours)} requests/s")
    row("bare libmicrohttpd, the same", f"{spread(echo)} requests/s")
    row("ratio (bar .70)", spread(ratios, 2))
    row(f"against the demo's {DEMO:,} (bar 4)", spread([a / DEMO for a in ours], 2))
    row("p99, and answers that were not 200", f"{statistics.median(p99):.1f} ms | {failed}")
    return dict(ours=ours, echo=echo, p99_ms=p99, not_200=failed)


def texts_file(n):
    """So many different headlines."""
    f = tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8")
    f.write("".join(t.replace("\n", " ") + "\n" for t, _ in templates.sample(n, 99)))
    f.close()
    return f.name


def engine(build, texts, workers):
    out = subprocess.run([f"{build}/tests/bench_engine", "classify", MODEL, texts, str(SECONDS), PRECISION,
                          str(workers)], check=True, stdout=subprocess.PIPE,
                         env=dict(os.environ, ENGINE=f"{build}/lib/sentiment/libsentiment_torch.so")).stdout
    return json.loads(out)["texts_per_s"]


def overhead(build, texts, few):
    """Texts never seen, computed behind HTTP and by the engine alone."""
    alone, http, at = [], [], 0
    with serve(build, "--precision", PRECISION, "--workers", str(CPUS)) as (address, _):
        wait_ready(address)
        at += wrk(address, 64, 1, "file", texts, at)["requests"]
        for _ in range(ROUNDS):
            alone.append(engine(build, few, CPUS))
            found = wrk(address, 64, SECONDS, "file", texts, at)
            at += found["requests"] + 64
            http.append(found["statuses"].get("200", 0) / found["seconds"])
    row(f"unique texts over HTTP, {PRECISION}, {CPUS} workers, 64 connections", f"{spread(http)} texts/s")
    row("the engine alone, all texts at once", f"{spread(alone)} texts/s")
    row("what HTTP costs (bar 5 %)", spread([100 * (1 - a / b) for a, b in zip(http, alone)], 1) + " %")
    return dict(http=http, engine=alone, capacity=statistics.median(http))


def rss_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def overload(build, texts, capacity):
    """Ten times what the engine can do, for a minute. Without the cache, which would
    answer the texts when their file begins again."""
    connections, sizes, stop = 512, [], threading.Event()
    pause = max(1, round(1000 * connections / (10 * capacity)))
    with serve(build, "--precision", PRECISION, "--workers", str(CPUS), "--no-cache", "--max-queue", "128",
               "--timeout", str(DEADLINE_MS)) as (address, pid):
        wait_ready(address)

        def watch():
            while not stop.wait(1):
                sizes.append(rss_kib(pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        found = wrk(address, connections, OVERLOAD_SECONDS, "file", texts, 0, pause)
        stop.set()
        watcher.join()
    settled = sizes[len(sizes) // 6:]
    growth = settled[-1] / settled[0] - 1
    others = {s: n for s, n in found["statuses"].items() if s not in ("200", "503", "504")}
    row(f"offered for {OVERLOAD_SECONDS} s", f"{found['per_s']:,.0f} requests/s | {found['per_s'] / capacity:.1f}×")
    row("answers by status", json.dumps(found["statuses"]).replace('"', ""), f"others: {others or 'none'}, "
        f"failed connections: {found['failed']}")
    row(f"accepted: p50, p99, longest (deadline {DEADLINE_MS} ms)", f"{found['ok_p50_ms']:,.0f} ms | "
        f"{found['ok_p99_ms']:,.0f} ms, {found['ok_max_ms']:,.0f} ms")
    row("memory from the 10th second to the last", f"{settled[0] / 1024:,.1f} → {settled[-1] / 1024:,.1f} MiB | "
        f"{100 * growth:+.2f} %")
    return dict(found=found, rss_kib=sizes, growth=growth)


@contextlib.contextmanager
def kafka():
    """The address of a broker of our own, started for this."""
    sys.path.insert(0, "tests/kafka")
    from broker import Broker
    broker = Broker()
    try:
        broker.start()
        yield broker.plain
    finally:
        broker.remove()


def published(build, texts):
    """The same load with and without a broker, at a third of what the engine can do, so that nothing queues."""
    p99 = {"http": [], "both": []}
    try:
        with kafka() as address, serve(build, "--precision", PRECISION) as (alone, _), \
                serve(build, "--precision", PRECISION, "--output-mode", "both", "--brokers", address,
                      "--create-topics") as (both, _):
            wait_ready(alone)
            wait_ready(both)
            at = 0
            for _ in range(ROUNDS + 1):
                for mode, server in (("http", alone), ("both", both)):
                    found = wrk(server, 4, SECONDS, "file", texts, at, 10)
                    at += found["requests"] + 4
                    p99[mode].append(found["ok_p99_ms"])
    except Exception as failure:  # without Java or Maven there is no broker
        row("p99 with a broker", f"skipped: {failure!r}"[:150])
        return None
    p99 = {mode: values[1:] for mode, values in p99.items()}  # the first round warms up
    row("p99 of a reply, mode http", f"{spread(p99['http'], 1)} ms")
    row("p99 of a reply, mode both, Kafka on the same CPUs", f"{spread(p99['both'], 1)} ms")
    row("ratio (bar 1.2)", spread([a / b for a, b in zip(p99["both"], p99["http"])], 2))
    return p99


LOAD = "import ctypes, sys, time; t = time.perf_counter(); ctypes.CDLL(sys.argv[1]); print(time.perf_counter() - t)"


def first_label(build):
    """Seconds from exec to the first label of one text, and to the end."""
    began = time.perf_counter()
    with subprocess.Popen([f"{build}/bin/sentiment-cli", "classify", "--model", MODEL, "-t", "Profit rose."],
                          stdout=subprocess.PIPE) as p:
        p.stdout.readline()
        label = time.perf_counter() - began
    return label, time.perf_counter() - began


def cold(build):
    """From exec to the first 200 on /ready and to a first label, and loading libtorch alone."""
    ready, label, end, load = [], [], [], []
    for _ in range(ROUNDS):
        load.append(float(subprocess.run(
            [sys.executable, "-c", LOAD, f"{build}/lib/sentiment/libsentiment_torch.so"],
            check=True, stdout=subprocess.PIPE).stdout))
        began = time.perf_counter()
        with serve(build) as (address, _):
            ready.append(wait_ready(address, began))
        for times, seconds in zip((label, end), first_label(build)):
            times.append(seconds)
    row("loading libtorch alone", f"{spread([1e3 * s for s in load])} ms")
    for what, times in (("the first 200 on /ready", ready), ("the first label of classify", label),
                        ("the end of classify", end)):
        row(f"exec to {what}", f"{spread([1e3 * s for s in times])} ms")
        row("beside libtorch (bar 1.25)" if times is not end else "beside libtorch",
            spread([a / b for a, b in zip(times, load)], 2))
    return dict(ready_s=ready, label_s=label, end_s=end, load_s=load)


def main(build, out=None):
    facts = dict(date=datetime.date.today().isoformat(), cpu=cpu_name(), cpus=CPUS, rounds=ROUNDS,
                 seconds=SECONDS, load=os.getloadavg()[0], command="make bench-serve")
    print("\n".join(f"{k}: {v}" for k, v in facts.items()) + "\n")
    row("measurement", "median", "range")
    row("---", "---", "---")
    many, few = texts_file(60000), texts_file(500)
    try:
        results = dict(facts=facts, hits=hits(build), overhead=overhead(build, many, few))
        results["overload"] = overload(build, many, results["overhead"]["capacity"])
        results["published"] = published(build, many)
        results["cold"] = cold(build)
    finally:
        os.unlink(many)
        os.unlink(few)
    if out:
        with open(out, "w", encoding="utf-8") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
