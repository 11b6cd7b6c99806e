"""stage.py - sentiment-cli enrich as the tests run it: a tiny checkpoint and the
tests' engine, whose answers depend on the token ids alone."""
import functools
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import records
from suite import BUILD, ROOT

CLI = str(BUILD / "bin" / "sentiment-cli")
FAKE = ("--engine", str(BUILD / "lib" / "libfake_engine.so"),
        "--model", str(ROOT / "tests" / "vectors" / "tiny" / "bert"))
LABELS = "negative", "neutral", "positive"
TWO_PHASES = ("--delivery", "exactly-once")


def settings(**more):
    """The environment without what would configure the command."""
    return {k: v for k, v in os.environ.items()
            if not k.startswith(("REDPANDA_", "DEMO_", "SENTIMENT_"))} | more


def results(texts, model=FAKE):
    """What classify says of every text: its line, as bytes."""
    lines = "".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in texts)
    done = subprocess.run([CLI, "classify", "--input-format", "jsonl", *model], check=True,
                          input=lines.encode(), capture_output=True, env=settings())
    return done.stdout.splitlines()


@functools.cache
def label(text):
    return json.loads(results([text])[0])["label"]


def destinations(topic):
    return [f"{name}-{topic}" for name in (*LABELS, "unknown")]


class Stage:
    """One instance. Its standard error goes to the file log."""

    def __init__(self, brokers, topic, *options, group=None, model=FAKE, program=CLI, env=()):
        self.brokers, self.topic, self.group = brokers, topic, group or f"group-of-{topic}"
        self.log = tempfile.NamedTemporaryFile(mode="w+", prefix="enrich-", suffix=".log")
        names = {"REDPANDA_BROKERS": brokers, "REDPANDA_TOPIC": topic,
                 "REDPANDA_CONSUMER_GROUP": self.group}
        self.process = subprocess.Popen(
            [program, "enrich", *model, *options], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log, env=settings(**names, **dict(env)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.process.stdout.close()
        self.log.close()

    def said(self):
        """All of its standard error so far."""
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def wait(self, seconds=60):
        """Its exit status."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"enrich has not ended after {seconds} s: {self.said()[-2000:]}") from None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=30):
        """As an operator does: its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def until(self, what, seconds=60):
        """Waits for what() to hold; the process must live meanwhile."""
        end = time.monotonic() + seconds
        while not what():
            if self.process.poll() is not None:
                raise AssertionError(f"enrich ended by itself ({self.process.returncode}): {self.said()[-2000:]}")
            if time.monotonic() > end:
                raise AssertionError(f"not after {seconds} s: {self.said()[-2000:]}")
            time.sleep(0.1)

    def until_it_says(self, words, seconds=60):
        self.until(lambda: words in self.said(), seconds)

    def until_caught_up(self, at=None, seconds=60):
        """Waits until all of the topic is committed."""
        at = at or self.brokers
        self.until(lambda: records.lag(at, self.group, self.topic) == 0, seconds)


def once(brokers, topic, *options, **more):
    """A run over what is there; its exit status, standard output and error."""
    with Stage(brokers, topic, "--once", *options, **more) as stage:
        try:
            out, _ = stage.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            stage.wait(0)
        return stage.process.returncode, out, stage.said()
