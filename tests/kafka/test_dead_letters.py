"""What cannot be classified, or not be written, stops nothing and is not lost."""
import hashlib
import random
import string
import struct

import records
from proxy import Proxy
from records import Record
from stage import TWO_PHASES, Stage, once
from suite import name
from test_records import Enriching

GOOD = "profit rose"
BAD = [Record(None, "tombstone"), Record("", "empty"), Record(b"caf\xe9", "latin 1"),
       Record(b"\xff" * 10, None, [("mine", b"kept")], 1600000000000)]
MEGABYTE = 1000000
LETTERS = string.ascii_letters + string.digits


def noise(n, letters=LETTERS):
    """Text that no codec makes much smaller."""
    return "".join(random.Random(n).choices(letters, k=n))


class DeadLetters(Enriching):
    def tells_where_from(self, dead, partition, offset):
        """Some header says which topic, which partition, which offset, and why."""
        told = [value for _, value in dead.headers]
        for value in self.topic, str(partition), str(offset):
            self.assertIn(value.encode(), told, dead.headers)
        self.assertTrue(any("reason" in key or "error" in key for key, _ in dead.headers), dead.headers)

    def check_bad_ones(self, *options):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [r for bad in BAD for r in (Record(GOOD), bad)] + [GOOD])
        self.enrich(*options)
        dead = self.found(f"unknown-{self.topic}")
        self.assertEqual([(r.key, r.value) for r in dead],
                         [(records._bytes(r.key), records._bytes(r.value)) for r in BAD])
        for i, record in enumerate(dead):
            self.tells_where_from(record, 0, 2 * i + 1)
        self.assertEqual((dead[3].header("mine"), dead[3].timestamp), (b"kept", 1600000000000))
        self.assertEqual(len(self.found()), 2 * len(BAD) + 1)

    def test_are_unchanged_and_say_where_they_come_from(self):
        self.check_bad_ones()

    def test_are_part_of_the_transaction(self):
        self.check_bad_ones(*TWO_PHASES)

    def test_hold_what_is_over_the_limit_when_asked_to_refuse_it(self):
        self.make(partitions=1)
        records.send(self.brokers, self.topic, [GOOD, "word " * 2000, GOOD])
        self.enrich("--long", "error")
        self.assertEqual([r.value for r in self.found(f"unknown-{self.topic}")], [b"word " * 2000])

    def large(self, unknown_bytes, value, *options):
        """A record larger than the topics of labels take."""
        records.make_topics(self.brokers, self.topic, partitions=1, max_message_bytes=12 * MEGABYTE)
        records.make_topics(self.brokers, *self.out[:3], max_message_bytes=MEGABYTE)
        records.make_topics(self.brokers, self.out[3], max_message_bytes=unknown_bytes)
        records.send(self.brokers, self.topic, [Record("one"), Record(value, "large", [("a", b"b")]), Record("two")])
        self.enrich("-X", f"message.max.bytes={12 * MEGABYTE}", *options)
        # At least once: what was in one batch with it may come twice.
        texts = [r.json()["text"] for r in self.found(*self.out[:3])]
        self.assertEqual(sorted(texts if options else set(texts)), ["one", "two"])
        (dead,) = self.found(self.out[3])
        self.assertEqual((dead.key, dead.header("a")), (b"large", b"b"))
        self.tells_where_from(dead, 0, 1)
        return dead

    def test_hold_ten_megabytes_whole_when_their_topic_takes_them(self):
        value = noise(10 * MEGABYTE)
        self.assertEqual(self.large(12 * MEGABYTE, value).value, value.encode())

    def test_hold_what_its_result_makes_too_large(self):
        value = noise(990 * 1000, LETTERS + '"')
        self.assertEqual(self.large(MEGABYTE, value).value, value.encode())

    def check_headers_only(self, *options):
        value = noise(10 * MEGABYTE)
        dead = self.large(MEGABYTE, value, *options)
        self.assertFalse(dead.value)
        told = b" ".join(v for _, v in dead.headers if v)
        self.assertIn(str(len(value)).encode(), told)
        digests = hashlib.sha1(value.encode()).hexdigest(), hashlib.sha256(value.encode()).hexdigest()
        self.assertTrue(any(digest.encode() in told for digest in digests), dead.headers)

    def test_are_headers_alone_when_even_their_topic_is_too_small(self):
        self.check_headers_only()

    def test_are_headers_alone_in_a_transaction_too(self):
        self.check_headers_only(*TWO_PHASES)

    def check_time(self, *options):
        """Topics may refuse records that are too old."""
        records.make_topics(self.brokers, self.topic, partitions=1)
        records.make_topics(self.brokers, *self.out, message_timestamp_before_max_ms=3600000)
        old = [Record(f"old {i}", "k", timestamp=1600000000000) for i in range(3)]
        records.send(self.brokers, self.topic, [Record("one"), *old, Record("two")])
        self.enrich(*options)
        texts = [r.json()["text"] for r in self.found(*self.out[:3])]
        self.assertEqual(sorted(texts if options else set(texts)), ["one", "two"])
        dead = self.found(self.out[3])
        self.assertEqual([(d.key, d.value) for d in dead], [(b"k", b"old 0"), (b"k", b"old 1"), (b"k", b"old 2")])
        for i, letter in enumerate(dead):
            self.assertGreater(letter.timestamp, 1700000000000)
            self.tells_where_from(letter, 0, 1 + i)

    def test_hold_what_is_too_old_for_the_topic_of_its_label(self):
        self.check_time()

    def test_hold_what_is_too_old_in_a_transaction_too(self):
        self.check_time(*TWO_PHASES)

    def test_stand_for_a_batch_in_a_codec_that_nobody_knows(self):
        """No broker stores such a batch, so the proxy makes one: the second of
        three, as it passes."""
        self.make(partitions=1)
        for text in "one", "two", "three":
            records.send(self.brokers, self.topic, [text])
        proxy = Proxy(self.broker.addresses["proxy"], self.broker.proxied)
        self.addCleanup(proxy.close)
        proxy.answers = lambda request, reply: with_codec(7, 1, reply) if request.api == "Fetch" else reply
        code, _, said = once(self.broker.addresses["proxy"], self.topic)
        self.assertEqual(code, 0, said)
        self.assertEqual(sorted(r.json()["text"] for r in self.found(*self.out[:3])), ["one", "three"])
        (dead,) = self.found(self.out[3])
        self.tells_where_from(dead, 0, 1)
        self.assertFalse(dead.value)


def with_codec(codec, offset, reply):
    """The batch that begins at this offset, marked as compressed so: base
    offset, length, leader epoch, magic 2, checksum, attributes."""
    start = struct.pack(">q", offset)
    at = reply.find(start)
    while at >= 0 and reply[at + 16:at + 17] != b"\2":
        at = reply.find(start, at + 1)
    return reply if at < 0 else reply[:at + 22] + bytes([codec]) + reply[at + 23:]
