"""dlq: dead letters listed, shown, and sent again as the records that they were."""
import datetime
import json
import os
import pty
import subprocess
import time

import records
from records import Record
from stage import CLI, destinations, once, settings
from suite import Case, name
from test_dead_letters import BAD, MEGABYTE, noise

WORDS = [Record("profit rose", "good")] + BAD


class Letters(Case):
    """A topic with good records and bad ones; the bad ones are letters."""

    def setUp(self):
        self.topic = name("news")
        self.letters = f"unknown-{self.topic}"
        records.make_topics(self.brokers, self.topic, *destinations(self.topic), partitions=3)

    def enrich(self, *options):
        code, _, said = once(self.brokers, self.topic, *options)
        self.assertEqual(code, 0, said)

    def make_letters(self):
        for partition in 0, 2:
            records.send(self.brokers, self.topic,
                         [Record(r.value, r.key, r.headers, 1600000000000 + i, partition)
                          for i, r in enumerate(WORDS)])
        self.enrich()

    def dlq(self, *arguments, exit_status=0, brokers=None):
        """Standard output and error of the command."""
        done = subprocess.run([CLI, "dlq", *arguments], capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              check=False, env=settings(REDPANDA_BROKERS=brokers or self.brokers,
                                                        REDPANDA_TOPIC=self.topic))
        self.assertEqual(done.returncode, exit_status, done.stderr)
        return done.stdout, done.stderr.decode()

    def listed(self, *options):
        return [json.loads(line) for line in self.dlq("list", *options)[0].splitlines()]

    def found(self, topic=None):
        return records.read(self.brokers, topic or self.topic)


class Listing(Letters):
    def test_says_why_from_where_and_when(self):
        before = int(time.time() * 1000) / 1000
        self.make_letters()
        listed = self.listed()
        self.assertEqual(len(listed), 2 * len(BAD))
        for letter in listed:
            self.assertEqual(list(letter), sorted(letter))
        for partition in 0, 2:
            mine = sorted((r for r in listed if r["source_partition"] == partition),
                          key=lambda r: r["source_offset"])
            self.assertEqual([r["source_offset"] for r in mine], [1, 2, 3, 4])
            self.assertEqual([r["key"] for r in mine], ["tombstone", "empty", "latin 1", None])
            self.assertEqual([r["bytes"] for r in mine], [0, 0, 4, 10])
            self.assertEqual([r["error"] for r in mine][:2], ["tombstone", "empty"])
            self.assertIn("UTF-8", mine[2]["error"])
        stored = {f"{r.partition}:{r.offset}": r for r in self.found(self.letters)}
        for letter in listed:
            self.assertEqual((letter["source"], letter["topic"], letter["headers_only"]),
                             (self.topic, self.letters, False))
            self.assertEqual(stored[letter["id"]].header("sentiment-offset"), b"%d" % letter["source_offset"])
            given_up = datetime.datetime.fromisoformat(letter["time"].replace("Z", "+00:00")).timestamp()
            self.assertGreaterEqual(given_up, before)
            self.assertLess(given_up, time.time())

    def test_shows_those_that_are_asked_for(self):
        self.make_letters()
        everything = self.listed()
        self.assertEqual([r["error"] for r in self.listed("--reason", "TOMB")], ["tombstone"] * 2)
        self.assertEqual(len(self.listed("--partition", "2")), len(BAD))
        self.assertEqual(self.listed("--partition", "1"), [])
        self.assertEqual(len(self.listed("--partition", "0", "--reason", "utf-8")), 2)
        middle = sorted(r["time"] for r in everything)[4]
        late, early = self.listed("--from", middle), self.listed("--until", middle)
        self.assertEqual(len(late) + len(early), len(everything), (middle, everything, late, early))
        self.assertTrue(all(r["time"] >= middle for r in late))
        self.assertTrue(all(r["time"] < middle for r in early))

    def test_is_one_array_or_a_table(self):
        self.make_letters()
        self.assertEqual(json.loads(self.dlq("list", "--format", "json")[0]), self.listed())
        table = self.dlq("list", "--format", "table")[0].decode().splitlines()
        self.assertEqual(table[0].split()[0], "LETTER")
        self.assertEqual(len(table), 1 + 2 * len(BAD))
        for line, letter in zip(table[1:], self.listed()):
            self.assertEqual(line.split()[:2], [letter["id"], letter["time"]])
            self.assertTrue(line.endswith(letter["error"]), line)
        self.assertEqual(len({line.index(self.topic) for line in table[1:]}), 1)

    def test_of_nothing_is_empty(self):
        self.assertEqual(self.dlq("list"), (b"", ""))
        self.assertEqual(self.dlq("list", "--format", "json"), (b"[]\n", ""))
        self.assertIn("no such", self.dlq("list", "--format", "table")[1])

    def test_leaves_out_what_was_aborted(self):
        """The letters of a transaction that never was are no letters."""
        records.send(self.brokers, self.letters, [Record("a", partition=0), Record("b", partition=0)],
                     [(1, False), (1, True)])
        self.assertEqual([(r["bytes"], r["error"], r["source"], r["time"]) for r in self.listed()],
                         [(1, None, None, None)])
        self.assertEqual(self.listed("--from", "2000-01-01"), [])

    def test_joins_no_group(self):
        self.make_letters()
        admin = records.AdminClient({"bootstrap.servers": self.brokers})
        before = {g.id for g in admin.list_groups()}
        self.listed()
        self.assertEqual({g.id for g in admin.list_groups()}, before)


class Showing(Letters):
    def test_gives_what_kcat_would_give(self):
        self.make_letters()
        last = next(r for r in self.listed() if r["source_partition"] == 2 and r["source_offset"] == 4)
        shown = json.loads(self.dlq("show", last["id"])[0])
        self.assertEqual(shown["headers"][:2], ["mine", "kept"])
        self.assertEqual((shown["key"], shown["payload"], shown["topic"]), (None, "\ufffd" * 10, self.letters))
        self.assertEqual(self.dlq("show", "--format", "raw", last["id"])[0], b"\xff" * 10)
        text = self.dlq("show", "--format", "text", last["id"])[0].decode()
        for words in f"letter     {self.letters} {last['id']}", f"source     {self.topic} 2:4", "header     mine: kept", \
                f"reason     {last['error']}", "key        (null)", "value      ??????????":
            self.assertIn(words + "\n", text)

    def test_drives_no_terminal(self):
        records.send(self.brokers, self.letters, [Record("\x1b[2J\x07", "\x1b]0;x", [("\x1bh", b"\x1bv")], partition=0)])
        text = self.dlq("show", "--format", "text", "0:0")[0] + self.dlq("list", "--format", "table")[0]
        self.assertNotIn(b"\x1b", text)
        self.assertNotIn(b"\x07", text)

    def test_of_one_that_is_not_there_fails(self):
        self.make_letters()
        for letter in "0:999", "77:0":
            self.assertIn(letter, self.dlq("show", letter, exit_status=1)[1])

    def test_prints_text_on_a_terminal(self):
        records.send(self.brokers, self.letters, [Record("value", partition=0)])
        ours, its = pty.openpty()
        done = subprocess.run([CLI, "dlq", "show", "0:0"], stdout=its, check=True, stdin=subprocess.DEVNULL, timeout=60,
                              env=settings(REDPANDA_BROKERS=self.brokers, REDPANDA_TOPIC=self.topic))
        os.close(its)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"value      value", os.read(ours, 10000))
        os.close(ours)


class Replay(Letters):
    def test_makes_the_records_that_they_were(self):
        self.make_letters()
        before = self.found()
        _, said = self.dlq("replay")
        self.assertIn("8 sent again, 0 not delivered", said)
        # Letters of different keys lie in different partitions: no order between them.
        again = sorted((r for r in self.found() if r not in before), key=lambda r: (r.partition, r.timestamp))
        bad = [r for r in before if r.key != b"good"]
        self.assertEqual(
            [(r.partition, r.key, r.value, r.headers, r.timestamp) for r in again],
            [(r.partition, r.key, r.value, r.headers, r.timestamp) for r in bad])
        # They are bad still, and become letters again.
        self.enrich()
        self.assertEqual(len(self.found(self.letters)), 4 * len(BAD))

    def test_sends_those_that_are_asked_for(self):
        self.make_letters()
        (one,) = self.listed("--reason", "empty", "--partition", "2")
        self.assertIn("1 sent again", self.dlq("replay", one["id"])[1])
        self.assertIn("2 sent again", self.dlq("replay", "--reason", "tombstone")[1])
        again = sorted((r.partition, r.key) for r in self.found() if r.offset >= len(WORDS))
        self.assertEqual(again, [(0, b"tombstone"), (2, b"empty"), (2, b"tombstone")])

    def test_goes_elsewhere_by_key(self):
        self.make_letters()
        there, twin = name("repaired"), name("twin")
        records.make_topics(self.brokers, there, twin, partitions=5)
        self.dlq("replay", "--to", there)
        keyed = [r for r in BAD if r.key]
        records.send(self.brokers, twin, keyed)
        self.assertEqual({r.key: r.partition for r in self.found(there) if r.key},
                         {r.key: r.partition for r in self.found(twin)})
        self.assertEqual(len(self.found(there)), 2 * len(BAD))
        self.assertEqual(len(self.found()), 2 * len(WORDS))

    def test_makes_the_topic_when_asked(self):
        self.make_letters()
        there = name("new")
        self.assertIn("does not exist", self.dlq("replay", "--to", there, exit_status=1)[1])
        self.dlq("replay", "--to", there, "--create-topics", "--partitions", "2")
        self.assertEqual(len(self.found(there)), 2 * len(BAD))

    def test_sends_nothing_in_a_dry_run(self):
        self.make_letters()
        out, said = self.dlq("replay", "--dry-run", "--partition", "2")
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertCountEqual([r["key"] for r in lines], ["tombstone", "empty", "latin 1", None])
        self.assertCountEqual([r["headers"] for r in lines], [[], [], [], ["mine", "kept"]])
        self.assertEqual({r["topic"] for r in lines}, {self.topic})
        self.assertEqual(said, "")
        self.assertEqual(len(self.found()), 2 * len(WORDS))

    def test_leaves_those_whose_value_was_not_kept(self):
        large = name("large")
        records.make_topics(self.brokers, large, partitions=1, max_message_bytes=12 * MEGABYTE)
        records.make_topics(self.brokers, *destinations(large), partitions=1, max_message_bytes=MEGABYTE)
        records.send(self.brokers, large, [Record(None, "tombstone")])
        self.topic = large
        self.enrich()
        records.send(self.brokers, large, [Record(noise(2 * MEGABYTE), "large")])
        self.enrich("-X", f"message.max.bytes={12 * MEGABYTE}")
        (stub,) = [r for r in self.listed() if r["headers_only"]]
        self.assertEqual(stub["bytes"], 2 * MEGABYTE)
        _, said = self.dlq("replay", exit_status=1)
        self.assertIn(f"unknown-{large} {stub['id']}: left", said)
        self.assertIn("1 sent again", said)
        self.assertEqual([r.key for r in self.found()][2:], [b"tombstone"])

    def test_says_what_was_not_delivered(self):
        self.make_letters()
        small = name("small")
        records.make_topics(self.brokers, small, partitions=1, max_message_bytes=200)
        records.send(self.brokers, self.letters, [Record(noise(1000), partition=1)])
        _, said = self.dlq("replay", "--to", small, "-X", "batch.num.messages=1", exit_status=1)
        self.assertIn("not delivered", said)
        self.assertIn(small, said)
        self.assertLess(len(self.found(small)), 2 * len(BAD) + 1)

    def test_repairs_what_has_a_cure(self):
        """What was over a limit is classified once the limit is gone."""
        records.send(self.brokers, self.topic, [Record("profit rose " * 50, f"key {i}") for i in range(20)])
        self.enrich("--max-text-bytes", "100")
        self.assertEqual(len(self.listed()), 20)
        self.dlq("replay", "--reason", "over the limit")
        self.enrich()
        self.assertEqual(len(records.read(self.brokers, *destinations(self.topic)[:3])), 20)
        self.assertEqual(len(self.listed()), 20)


class Refusals(Letters):
    def test_a_missing_topic(self):
        self.topic = name("nowhere")
        _, said = self.dlq("list", exit_status=1)
        self.assertEqual(said, f"sentiment-cli: topic unknown-{self.topic} does not exist\n")
        self.assertEqual(len(self.dlq("replay", exit_status=1)[1].splitlines()), 1)

    def test_wrong_usage(self):
        for arguments in (("list", "0:1"), ("list", "--partition", "x"), ("list", "--from", "yesterday"), ("show",),
                          ("show", "1"), ("show", "1:"), ("show", ":1"), ("show", "1:2:3"), ("replay", "a:b"), ()):
            _, said = self.dlq(*arguments, exit_status=2, brokers="127.0.0.1:9")
            self.assertTrue(said, arguments)

    def test_a_signal_ends_the_waiting(self):
        process = subprocess.Popen([CLI, "dlq", "list"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   env=settings(REDPANDA_BROKERS="127.0.0.1:9"))
        with process:
            self.assertIn(b"waiting", process.stderr.readline())
            process.terminate()
            self.assertEqual(process.wait(10), 128 + 15)
