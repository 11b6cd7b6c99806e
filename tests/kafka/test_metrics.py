"""--metrics: what Prometheus reads, and a /health that tells a standstill from work."""
import json
import re
import time
import urllib.error
import urllib.request

import records
from broker import free_ports
from records import Record
from stage import LABELS, TWO_PHASES, Stage, once
from test_operation import SLOW, Running

SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)*)\})? (\S+)')


class Watched(Stage):
    """A stage with --metrics."""

    def __init__(self, brokers, topic, *options):
        self.address = f"127.0.0.1:{free_ports(1)[0]}"
        super().__init__(brokers, topic, "--metrics", self.address, *options)

    def __enter__(self):
        self.until(lambda: "metrics: " in self.said())
        self.until(lambda: self.get("/metrics")[1])
        return self

    def get(self, path, method="GET"):
        """Status, body and headers."""
        request = urllib.request.Request(f"http://{self.address}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return reply.status, reply.read().decode(), reply.headers
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode(), refusal.headers

    def health(self):
        status, body, _ = self.get("/health")
        return status, json.loads(body)

    def metrics(self):
        """Samples by name and labels; the text is held to the format."""
        status, text, headers = self.get("/metrics")
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        assert text.endswith("\n"), text[-80:]
        found, family, families = {}, None, set()
        for line in text.splitlines():
            if line.startswith("# HELP "):
                family = line.split()[2]
                assert family not in families, f"{family} comes twice"
                families.add(family)
            elif line.startswith("# TYPE "):
                assert line.split()[2] == family, line
            else:
                sample = SAMPLE.fullmatch(line)
                assert sample and sample[1].startswith(family), line
                assert (sample[1], sample[2]) not in found, line
                found[sample[1], sample[2]] = float(sample[3])
        return found

    def sum(self, metric):
        return sum(value for (name, _), value in self.metrics().items() if name == metric)


class Metrics(Running):
    def check_counts(self, *options):
        self.send(4000)
        records.send(self.brokers, self.topic, [Record(None, "tombstone"), Record("", "empty")])
        with Watched(self.brokers, self.topic, *SLOW, *options) as stage:
            stage.until(lambda: stage.sum("sentiment_enrich_records_total") > 50)
            early, rate = stage.sum("sentiment_enrich_lag"), stage.sum("sentiment_enrich_records_per_second")
            stage.until_caught_up()
            stage.until(lambda: not stage.sum("sentiment_enrich_lag"), 10)
            found = stage.metrics()
            self.assertEqual(stage.stop(), 0)
        self.assertGreater(early, 1000)
        self.assertGreater(rate, 0)
        labels = {label: len(records.read(self.brokers, f"{label}-{self.topic}")) for label in LABELS}
        self.assertEqual({label: found["sentiment_enrich_records_total", f'label="{label}"'] for label in LABELS},
                         labels)
        self.assertEqual(found["sentiment_enrich_dead_letters_total", None], 2)
        self.assertEqual(found["sentiment_enrich_fetched_total", None], 4002)
        self.assertGreaterEqual(found["sentiment_enrich_rebalances_total", None], 1)
        self.assertEqual(found["sentiment_broker_up", None], 1)
        self.assertEqual({p for n, p in found if n == "sentiment_enrich_lag"},
                         {f'topic="{self.topic}",partition="{i}"' for i in range(4)})
        return found

    def test_count_what_is_done(self):
        self.assertGreater(self.check_counts()["sentiment_enrich_commits_total", None], 0)

    def test_count_transactions_and_their_time(self):
        found = self.check_counts(*TWO_PHASES)
        n = found["sentiment_enrich_transaction_seconds_count", None]
        self.assertEqual(n, found["sentiment_enrich_commits_total", None])
        self.assertGreater(n, 1)
        self.assertGreater(found["sentiment_enrich_transaction_seconds_sum", None], 0)

    def check_standstill(self, *options):
        """The broker goes away with work left: a standstill, until it is back."""
        self.send(6000)
        with Watched(self.brokers, self.topic, *SLOW, "--stall-seconds", "2", *options) as stage:
            stage.until(lambda: stage.sum("sentiment_enrich_records_total") > 50)
            self.assertEqual(stage.health(), (200, {"status": "ok"}))
            self.broker.stop()
            try:
                stage.until(lambda: stage.health()[0] == 503, 30)
                status, body = stage.health()
                self.assertEqual((status, body["status"]), (503, "stalled"))
                self.assertGreaterEqual(body["seconds"], 2)
                if not options:
                    self.assertIn(body["partition"], range(4))
                    stage.until(lambda: not stage.sum("sentiment_broker_up"), 20)
                    self.assertGreater(stage.sum("sentiment_enrich_broker_errors_total"), 0)
            finally:
                self.broker.start()
            stage.until(lambda: stage.health()[0] == 200, 60)
            stage.until_caught_up(seconds=90)
            stage.until(lambda: stage.sum("sentiment_broker_up"), 20)
            self.assertEqual(stage.stop(), 0)

    def test_health_tells_a_standstill_and_its_end(self):
        self.check_standstill()

    def test_health_tells_a_transaction_that_hangs(self):
        self.check_standstill(*TWO_PHASES)

    def test_having_nothing_to_do_is_no_standstill(self):
        """Nor is the first record after a long rest, at the moment it comes."""
        self.send(100)
        with Watched(self.brokers, self.topic, "--stall-seconds", "2") as stage:
            stage.until_caught_up()
            time.sleep(4)
            for i in range(5):
                self.send(1, 100 + i)
                for _ in range(5):
                    self.assertEqual(stage.health(), (200, {"status": "ok"}))
                    time.sleep(0.1)
            self.assertEqual(stage.stop(), 0)

    def test_the_address_serves_nothing_else(self):
        with Watched("127.0.0.1:9", self.topic) as stage:
            self.assertEqual(stage.health()[0], 200)  # it waits for its broker
            self.assertEqual(stage.sum("sentiment_enrich_fetched_total"), 0)
            self.assertEqual(stage.get("/")[0], 404)
            status, _, headers = stage.get("/metrics", "POST")
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
            self.assertEqual(stage.get("/metrics", "HEAD")[:2], (200, ""))
            code, _, said = once(self.brokers, self.topic, "--metrics", stage.address)
            self.assertEqual(code, 1, said)
            self.assertIn(stage.address, said)
            self.assertEqual(stage.stop(), 0)

    def test_what_is_no_address_is_wrong_usage(self):
        for address in "nowhere", "127.0.0.1:", ":9100", "::1:9100", "127.0.0.1:http":
            code, _, said = once(self.brokers, self.topic, "--metrics", address)
            self.assertEqual((code, len(said.splitlines())), (2, 1), said)
            self.assertIn(address, said)
