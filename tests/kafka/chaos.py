"""chaos.py - three instances of the stage in one group, and everything that goes
wrong around them: kill -9, processes that stop and wake up, brokers that
restart, connections that are cut, replies that are lost or late. Afterwards a
read_committed reader counts what is lost, doubled, or out of order for its key.

    make chaos     both ways of delivery, CHAOS_SECONDS (60) of faults each,
                   in the order that SEED gives (default: another every time)
"""
import argparse
import collections
import random
import signal
import sys
import tempfile
import threading
import time

import records
from broker import Broker
from proxy import Cut, Proxy
from stage import CLI, TWO_PHASES, Stage, destinations
from records import Record

INSTANCES = "a", "b", "c"
KEYS = 200
FAST = "-X", "session.timeout.ms=3000", "-X", "heartbeat.interval.ms=500"
LOSABLE = ("Produce", "OffsetCommit", "InitProducerId", "AddPartitionsToTxn",
           "AddOffsetsToTxn", "TxnOffsetCommit", "EndTxn")


class Source(threading.Thread):
    """Writes numbered records, the numbers of a key in order, until told to
    stop. The plain listener and retries keep it clear of the faults."""

    def __init__(self, broker, topic, rate):
        super().__init__(daemon=True)
        self.broker, self.topic, self.rate = broker, topic, rate
        self.n, self.stops, self.failure = 0, threading.Event(), None

    def run(self):
        try:
            while not self.stops.is_set():
                wave = [Record(f"text {i}", f"key {i % KEYS}") for i in range(self.n, self.n + self.rate)]
                # Idempotent, so that the source itself neither doubles nor reorders.
                records.send(self.broker.plain, self.topic, wave, enable_idempotence=True,
                             reconnect_backoff_max_ms=500)
                self.n += len(wave)
                self.stops.wait(0.2)
        except Exception as failure:
            self.failure = failure


class Chaos:
    """One run."""

    def __init__(self, broker, program, delivery, seed, rate):
        self.broker, self.program = broker, program
        self.exact = delivery == "exactly-once"
        self.options = FAST + (TWO_PHASES if self.exact else ())
        self.random = random.Random(seed)
        self.topic = f"news-{delivery}-{seed}"
        self.group = f"group-{self.topic}"
        self.out = destinations(self.topic)
        records.make_topics(broker.plain, self.topic, *self.out)
        self.proxy = Proxy(broker.addresses["proxy"], broker.proxied)
        self.counts = collections.Counter()
        self.stages = {}
        self.source = Source(broker, self.topic, rate)

    # ---- the instances ----

    def launch(self, name):
        self.stages[name] = Stage(
            self.broker.addresses["proxy"], self.topic, "--instance-id", name, *self.options,
            group=self.group, program=self.program)

    def end(self, name):
        stage = self.stages[name]
        stage.__exit__()

    def look_after(self):
        """Starts again what ended by itself, as a service manager does."""
        for name, stage in self.stages.items():
            if stage.process.poll() is not None:
                self.counts[f"exit {stage.process.returncode}"] += 1
                self.last_words = stage.said()
                self.end(name)
                self.launch(name)

    # ---- the faults ----

    def kill(self):
        name = self.random.choice(INSTANCES)
        self.counts["kills"] += 1
        self.end(name)
        time.sleep(self.random.choice((0, 0, 1, 4)))
        self.launch(name)

    def stop_and_wake(self):
        stage = self.stages[self.random.choice(INSTANCES)]
        self.counts["stops"] += 1
        stage.signal(signal.SIGSTOP)
        time.sleep(self.random.choice((0.5, 2, 5)))
        stage.signal(signal.SIGCONT)

    def restart_broker(self):
        self.counts["broker restarts"] += 1
        self.broker.stop(self.random.choice((signal.SIGKILL, signal.SIGTERM)))
        time.sleep(self.random.choice((0, 1)))
        self.broker.start()

    def cut(self):
        self.counts["connections cut"] += self.proxy.cut()

    def lose_a_reply(self):
        """The broker does what it is asked; nobody hears of it."""
        api = self.random.choice(LOSABLE)

        def lose(request, reply):
            if request.api != api:
                return reply
            self.proxy.calm()
            self.counts["replies lost"] += 1
            raise Cut
        self.proxy.answers = lose

    def delay(self):
        self.counts["delays"] += 1
        late = self.random.choice((0.05, 0.3))

        def wait(_request, reply):
            time.sleep(late)
            return reply
        self.proxy.answers = wait
        time.sleep(2)
        self.proxy.calm()

    def faults(self, seconds):
        end = time.monotonic() + seconds
        menu = ([self.kill] * 5 + [self.stop_and_wake] * 3 + [self.cut] * 3 + [self.lose_a_reply] * 6
                + [self.delay] + [self.restart_broker])
        while time.monotonic() < end:
            time.sleep(self.random.uniform(0.2, 1.5))
            self.look_after()
            self.random.choice(menu)()

    # ---- the verdict ----

    def settle(self, seconds=120):
        """No more faults: waits until all is committed, so that what is only
        late is not taken for lost."""
        self.proxy.calm()
        self.source.stops.set()
        self.source.join(90)
        if self.source.failure or self.source.is_alive():
            raise SystemExit(f"chaos: the source failed: {self.source.failure}")
        end = time.monotonic() + seconds
        while records.lag(self.broker.plain, self.group, self.topic):
            self.look_after()
            if time.monotonic() > end:
                for name, stage in self.stages.items():
                    print(f"--- {name}\n{stage.said()[-1500:]}")
                raise SystemExit(f"chaos: not caught up {seconds} s after the last fault (stuck)")
            time.sleep(0.5)
        return [stage.stop() for stage in self.stages.values()]

    def count(self):
        found = records.read(self.broker.plain, *self.out)
        times = collections.Counter(int(r.json()["text"][5:]) for r in found)
        sent = {int(r.value[5:]) for r in records.read(self.broker.plain, self.topic)}
        latest, disorder, seen = {}, 0, set()
        for r in found:
            n = int(r.json()["text"][5:])
            place = r.topic, r.key
            # What comes again is counted as doubled, not as out of order.
            if n not in seen and n < latest.get(place, -1):
                disorder += 1
            seen.add(n)
            latest[place] = max(n, latest.get(place, -1))
        return {"records": len(sent), "lost": len(sent - set(times)),
                "doubled": sum(times.values()) - len(times), "strange": len(set(times) - sent),
                "out of order": disorder}

    def run(self, seconds):
        self.last_words = ""
        try:
            for name in INSTANCES:
                self.launch(name)
            self.source.start()
            self.faults(seconds)
            codes = self.settle()
        finally:
            self.source.stops.set()
            for stage in self.stages.values():
                stage.signal(signal.SIGCONT)
                stage.__exit__()
            self.proxy.close()
        verdict = self.count() | {"bad exits": sum(map(bool, codes))}
        failing = {"lost", "strange", "bad exits"} | ({"doubled", "out of order"} if self.exact else set())
        return verdict, not any(verdict[name] for name in failing)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--rate", type=int, default=500, help="records a wave, about one a second")
    parser.add_argument("--program", default=CLI)
    parser.add_argument("--delivery", nargs="*", default=["at-least-once", "exactly-once"])
    args = parser.parse_args()
    seed = random.randrange(10**6) if args.seed is None else args.seed
    broker = Broker(tempfile.mkdtemp(prefix="chaos-")).start()
    well = True
    try:
        for delivery in args.delivery:
            chaos = Chaos(broker, args.program, delivery, seed, args.rate)
            verdict, good = chaos.run(args.seconds)
            well = well and good
            print(f"chaos: {delivery}, seed {seed}, {args.seconds} s:",
                  ", ".join(f"{n} {what}" for what, n in sorted(chaos.counts.items())) + ":",
                  ", ".join(f"{n} {what}" for what, n in verdict.items()),
                  "- ok" if good else "- FAILED", flush=True)
            if not good:
                print(chaos.last_words[-1500:])
    finally:
        broker.remove()
    sys.exit(not well)


if __name__ == "__main__":
    main()
