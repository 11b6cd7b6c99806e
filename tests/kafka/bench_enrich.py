"""bench_enrich.py - how much of the engine's own speed is left behind Kafka.

    make bench-enrich     ENRICH_TEXTS (40000) unique texts, the bundled model

The same texts are labelled by classify, from a file, before and after those
runs of enrich that are set against it, so that a busy machine slows both. What
loading and joining cost is taken off: a run over one text is subtracted. The
broker shares the CPUs with the engine; "alone" is the ratio that enrich would
have with those CPU seconds for itself. Where others use the machine, who gets
the CPUs decides the rates; what stays true is the last ratio, of texts for a CPU
second of the two processes themselves. Figures only: never a pass or fail.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

import records
from broker import Broker
from records import Record
from stage import CLI, Stage, destinations, settings

COUNT = int(os.environ.get("ENRICH_TEXTS", "40000"))
WHO = "Harbor Foods", "Velmar Motors", "Lindqvist Paper", "Orion Bank", "Castell Steel", "Nimbus Software"
WHAT = ("raises its outlook for the year after record sales of EUR {} mn", "cuts {} jobs as demand falls in Europe",
        "keeps its dividend at {} cents a share", "reports an operating loss of USD {} mn for the quarter",
        "signs a contract worth SEK {} mn with a supplier")
TICK = os.sysconf("SC_CLK_TCK")


def texts(n):
    return [f"{WHO[i % len(WHO)]} {WHAT[i % len(WHAT)].format(100 + i)}" for i in range(n)]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def own_cpu():
    """CPU seconds of the processes that have ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_mb(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def classify_seconds(lines):
    """The wall time and CPU seconds of one run of classify."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        begun, used = time.monotonic(), own_cpu()
        subprocess.run([CLI, "classify", file.name], check=True, stdout=subprocess.DEVNULL, env=settings())
        return time.monotonic() - begun, own_cpu() - used


def enrich_seconds(broker, topic, options):
    """Wall time, CPU seconds, those of the broker, and the peak of memory of
    one run."""
    busy, begun, used, peak = cpu_seconds(broker.pid()), time.monotonic(), own_cpu(), 0
    with Stage(broker.plain, topic, "--once", *options, model=()) as stage:
        while stage.process.poll() is None:
            peak = max(peak, peak_mb(stage.process.pid))
            time.sleep(0.05)
        if stage.process.returncode:
            raise SystemExit(f"bench-enrich: {stage.said()}")
    return time.monotonic() - begun, own_cpu() - used, cpu_seconds(broker.pid()) - busy, peak


def measure(broker, delivery, partitions, lines):
    """Texts a second, texts a CPU second, the broker's share of the CPUs, MB."""
    topic = f"bench-{delivery}-{partitions}"
    options = "--delivery", delivery
    records.make_topics(broker.plain, topic, *destinations(topic), partitions=partitions)
    records.send(broker.plain, topic, ["Profit rose."])
    start, start_own, start_cpu, _ = enrich_seconds(broker, topic, options)
    records.send(broker.plain, topic, [Record(text, f"key {i}") for i, text in enumerate(lines)])
    wall, used, busy, peak = enrich_seconds(broker, topic, options)
    found = len(records.read(broker.plain, *destinations(topic)))
    if found != len(lines) + 1:
        raise SystemExit(f"bench-enrich: {found} of {len(lines) + 1} results are there")
    return (len(lines) / (wall - start), len(lines) / (used - start_own),
            (busy - start_cpu) / (wall - start) / os.cpu_count(), peak)


class Engine:
    """The engine's own rates: the mean of the run before and the run after."""

    def __init__(self, lines):
        self.lines = lines
        self.start = classify_seconds(lines[:1])
        self.last = self.run()

    def run(self):
        return [len(self.lines) / (spent - start) for spent, start in zip(classify_seconds(self.lines), self.start)]

    def around(self):
        before, self.last = self.last, self.run()
        return [(a + b) / 2 for a, b in zip(before, self.last)]


def main():
    lines = texts(COUNT)
    broker = Broker(tempfile.mkdtemp(prefix="bench-")).start()
    print(f"{COUNT} unique texts, the bundled model, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    print(f"{'delivery':<15}{'partitions':>10}{'engine/s':>10}{'enrich/s':>10}{'ratio':>7}"
          f"{'broker CPU':>12}{'alone':>7}{'a CPU s':>9}{'ratio':>7}{'peak MB':>9}", flush=True)
    try:
        engine = Engine(lines)
        for delivery in "at-least-once", "exactly-once":
            for partitions in 1, 4:
                rate, thrift, share, peak = measure(broker, delivery, partitions, lines)
                own, own_thrift = engine.around()
                print(f"{delivery:<15}{partitions:>10}{own:>10.0f}{rate:>10.0f}{rate / own:>7.2f}"
                      f"{share:>12.1%}{rate / own / (1 - share):>7.2f}{thrift:>9.0f}{thrift / own_thrift:>7.2f}{peak:>9.0f}", flush=True)
    finally:
        broker.remove()


if __name__ == "__main__":
    sys.exit(main())
