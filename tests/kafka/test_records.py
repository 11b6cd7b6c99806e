"""What becomes of a record: value, key, headers, time, partition, topic."""
import json
import time

import records
from records import Record
from stage import LABELS, TWO_PHASES, Stage, destinations, label, once, results
from suite import BUILD, Case, name

TEXTS = ["profit rose", "shares fell 14%", "the bank leaves its rate unchanged",
         "Ünïcode €\U0001f4c8 \"quoted\" back\\slash", "x", "tab\tand\nline"]


class Enriching(Case):
    """Both ways of delivery must give the same records."""

    def setUp(self):
        self.topic = name("news")
        self.out = destinations(self.topic)

    def make(self, partitions=4, **config):
        records.make_topics(self.brokers, self.topic, *self.out, partitions=partitions, **config)

    def enrich(self, *options, exit_status=0):
        code, out, said = once(self.brokers, self.topic, *options)
        self.assertEqual(code, exit_status, said)
        return out

    def found(self, *names):
        return records.read(self.brokers, *(names or self.out))


class ResultsOfRecords(Enriching):
    def check_all_kept(self, *options):
        self.make()
        sent = [Record(text, f"key {i}" if i % 3 else None,
                       [("traceparent", b"00-%d" % i), ("twice", b"1"), ("twice", b"2"), ("none", None)],
                       1600000000000 + i)
                for i, text in enumerate(TEXTS * 3)]
        records.send(self.brokers, self.topic, sent)
        self.enrich(*options)
        found = {r.timestamp: r for r in self.found()}
        self.assertEqual(sorted(found), [r.timestamp for r in sent])
        for want, line in zip(sent, results(r.value for r in sent)):
            got = found[want.timestamp]
            self.assertEqual(got.value, line)
            self.assertEqual(got.topic, f"{json.loads(line)['label']}-{self.topic}")
            self.assertEqual(got.key, want.key and want.key.encode())
            self.assertEqual(got.headers[:4], want.headers)
            self.assertEqual(got.headers[4:], [("schema", b"enrich/1")])
        self.assertEqual(records.lag(self.brokers, f"group-of-{self.topic}", self.topic), 0)

    def test_keep_key_headers_and_time(self):
        self.check_all_kept()

    def test_keep_them_exactly_once_too(self):
        self.check_all_kept(*TWO_PHASES)

    def test_go_where_the_java_client_would_put_their_keys(self):
        """test_broker.py shows that records.py partitions as Java does."""
        twin = name("twin")
        self.make(partitions=5)
        records.make_topics(self.brokers, twin, partitions=5)
        sent = [Record("one text", key) for key in ("", "a", "ключ", b"\xff\xfe\0", *map(str, range(300)))]
        for topic in self.topic, twin:
            records.send(self.brokers, topic, sent)
        self.enrich()
        self.assertEqual({r.key: r.partition for r in self.found()},
                         {r.key: r.partition for r in records.read(self.brokers, twin)})

    def test_keep_the_order_of_a_partition(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [Record(f"text {i}", "k") for i in range(3000)])
        self.enrich()
        for topic in self.out:
            order = [int(r.json()["text"][5:]) for r in self.found(topic)]
            self.assertEqual(order, sorted(order))
        self.assertEqual(len(self.found()), 3000)

    def test_come_from_what_was_committed_upstream(self):
        """Aborted records, control records and holes are no records, not even
        at the end of a partition, where --once must still find its end."""
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [f"text {i}" for i in range(9)],
                     [(2, True), (3, False), (3, True), (1, False)])
        for options in (), TWO_PHASES:
            self.enrich(*options)
        texts = sorted(r.json()["text"] for r in self.found())
        self.assertEqual(texts, ["text 0", "text 1", "text 5", "text 6", "text 7"])

    def test_come_from_a_compacted_topic(self):
        self.make(partitions=1)
        compacted = name("compacted")
        records.make_topics(
            self.brokers, compacted, partitions=1, cleanup_policy="compact",
            min_cleanable_dirty_ratio="0.01", segment_ms=100, max_compaction_lag_ms=100, min_compaction_lag_ms=0)
        records.make_topics(self.brokers, *destinations(compacted))
        for wave in range(3):
            records.send(self.brokers, compacted, [Record(f"wave {wave} text {i}", f"k{i}") for i in range(3)])
            time.sleep(0.15)
        self.wait_for_holes(compacted)
        code, _, said = once(self.brokers, compacted)
        self.assertEqual(code, 0, said)
        left = sorted(r.value.decode() for r in records.read(self.brokers, compacted))
        found = records.read(self.brokers, *destinations(compacted))
        self.assertEqual(sorted(r.json()["text"] for r in found), left)

    def wait_for_holes(self, topic):
        for _ in range(200):
            if len(records.read(self.brokers, topic)) < 9:
                return
            records.send(self.brokers, topic, [Record("last", "last")])
            time.sleep(0.1)
        self.fail("the broker compacts nothing")


class Choices(Enriching):
    def test_a_field_of_json_is_classified_and_the_object_gains(self):
        self.make(partitions=1)
        good = {"id": 7, "title": "profit rose", "nested": {"ä": [1.0, None]}}
        sent = [json.dumps(good), json.dumps({"id": 8}), '{"title": 5}', "not json", "[1]"]
        records.send(self.brokers, self.topic, sent)
        self.enrich("--input-format", "jsonl", "--field", "title")
        found = self.found()
        scored = [r for r in found if not r.topic.startswith("unknown-")]
        self.assertEqual(len(scored), 1)
        answer = json.loads(results(["profit rose"])[0])
        self.assertEqual(scored[0].json(), good | {"label": answer["label"], "score": answer["score"]})
        dead = [r.value.decode() for r in found if r.topic.startswith("unknown-")]
        self.assertEqual(dead, sent[1:])

    def test_rules_route(self):
        self.make(partitions=1)
        alerts, rest = f"alerts-{self.topic}", f"rest-{self.topic}"
        records.make_topics(self.brokers, alerts, rest)
        records.send(self.brokers, self.topic, TEXTS)
        self.enrich("--route", "negative score>=0 -> alerts-{topic}; * -> rest-{topic}")
        found = {r.json()["text"]: r.topic for r in records.read(self.brokers, alerts, rest)}
        self.assertEqual(found, {t: alerts if label(t) == "negative" else rest for t in TEXTS})

    def test_makes_missing_topics_when_asked(self):
        records.make_topics(self.brokers, self.topic, partitions=3)
        records.send(self.brokers, self.topic, TEXTS)
        self.enrich("--create-topics")
        there = records.topics(self.brokers)
        self.assertEqual([there.get(t) for t in self.out], [3] * 4)
        self.assertEqual(len(self.found()), len(TEXTS))

    def test_dry_run_writes_and_commits_nothing(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, TEXTS)
        out = self.enrich("--dry-run")
        self.assertEqual(len(out.splitlines()), len(TEXTS), out)
        self.assertEqual(self.found(), [])
        self.assertEqual(records.committed(self.brokers, f"group-of-{self.topic}", self.topic), {0: 0})
        self.assertEqual(self.enrich("--dry-run", *TWO_PHASES), out)

    def test_from_and_until(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [Record(f"text {i}", timestamp=1600000000000 + 1000 * i)
                                                for i in range(10)])
        self.enrich("--from", "3", "--until", "6")
        self.assertEqual(sorted(r.json()["text"] for r in self.found()), ["text 3", "text 4", "text 5"])

    def test_until_the_end_ends_even_where_nothing_is_left(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, TEXTS)
        for _ in range(2):
            with Stage(self.brokers, self.topic, "--until", "end") as stage:
                self.assertEqual(stage.wait(40), 0, stage.said())
        self.assertEqual(len(self.found()), len(TEXTS))

    def test_from_a_time_and_from_the_begin(self):
        self.make(partitions=2)
        for partition in 0, 1:
            records.send(self.brokers, self.topic, [
                Record(f"text {partition}{i}", timestamp=1600000000000 + 1000 * i, partition=partition)
                for i in range(5 + partition)])
        self.enrich("--from", "2020-09-13T12:26:43Z")  # 1600000003 s
        self.assertEqual(sorted(r.json()["text"][5:] for r in self.found()), ["03", "04", "13", "14", "15"])
        self.enrich("--from", "2020-09-13T12:26:45Z")  # of one partition that is the end
        self.assertEqual(len(self.found()), 6)
        for done in range(6):
            self.enrich("--from", "begin")
            self.assertEqual(len(self.found()), 6 + 11 * (done + 1), "some were passed over")
        self.enrich("--from", "end")
        self.assertEqual(len(self.found()), 6 + 11 * 6)

    def test_once_ends_on_an_empty_topic(self):
        self.make()
        self.enrich()
        self.assertEqual(self.found(), [])


class Envelopes(Enriching):
    def test_the_value_stays_and_the_result_is_in_headers(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [Record("profit rose", "k", [("a", b"b")])])
        self.enrich("--envelope", "headers")
        (found,) = self.found()
        answer = json.loads(results(["profit rose"])[0])
        self.assertEqual((found.value, found.key, found.headers[0]), (b"profit rose", b"k", ("a", b"b")))
        self.assertIn(answer["label"].encode(), [value for _, value in found.headers])
        self.assertTrue(any(value == repr(answer["score"]).encode() for _, value in found.headers), found.headers)

    def test_the_object_is_enriched(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, ['{"text": "profit rose", "id": 1}'])
        self.enrich("--envelope", "object", "--input-format", "jsonl")
        self.assertEqual(self.found()[0].json().keys(), {"id", "label", "score", "text"})

    def test_the_bundled_model_says_what_it_says_to_classify(self):
        if not list((BUILD / "lib" / "sentiment").glob("libsentiment_torch*")):
            self.skipTest("the engine is not built")
        self.make(partitions=1)
        texts = [f"Profit rose {i}% at Harbor Foods" for i in range(20)] + [f"{i} jobs are cut" for i in range(20)]
        records.send(self.brokers, self.topic, texts)
        code, _, said = once(self.brokers, self.topic, "--deterministic", model=())
        self.assertEqual(code, 0, said)
        self.assertEqual({r.value for r in self.found()}, set(results(texts, ("--deterministic",))))

    def test_every_label_can_be_a_destination(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [f"text {i}" for i in range(60)])
        self.enrich()
        self.assertEqual({r.topic.split("-")[0] for r in self.found()}, set(LABELS))
