"""The broker and the reader that the other tests rely on."""
import subprocess
import unittest

import records
from broker import java
from records import Record
from suite import Case, name


class TheReader(Case):
    def test_sees_all_of_a_record(self):
        topic = name("all")
        records.make_topics(self.brokers, topic, partitions=3)
        sent = [Record("värde", "k", [("a", b"1"), ("a", b"2"), ("n", None)], 1234567890123),
                Record(None, b"\xff\0"), Record(b"", None), Record(b"\xfe" * 1000000, "big")]
        for codec in "none", "gzip", "snappy", "lz4", "zstd":
            records.send(self.brokers, topic, sent, compression_type=codec)
        found = records.read(self.brokers, topic)
        self.assertEqual(len(found), 5 * len(sent))
        for record in sent:
            same = [r for r in found if r.value == records._bytes(record.value)
                    and r.key == records._bytes(record.key)]
            self.assertEqual(len(same), 5, record.key)
            self.assertEqual({repr(r.headers) for r in same}, {repr(record.headers)})
        self.assertEqual({r.timestamp for r in found if r.key == b"k"}, {1234567890123})

    def test_sees_no_record_of_an_aborted_transaction(self):
        topic = name("aborted")
        records.make_topics(self.brokers, topic, partitions=1)
        records.send(self.brokers, topic, "abcdefghi", [(3, True), (3, False), (3, True)])
        self.assertEqual(
            b"".join(r.value for r in records.read(self.brokers, topic)), b"abcghi")
        dirty = records.read(self.brokers, topic, isolation="read_uncommitted")
        self.assertEqual(b"".join(r.value for r in dirty), b"abcdefghi")


class TheBroker(Case):
    def test_keeps_its_data_when_it_is_killed(self):
        topic = name("kept")
        records.make_topics(self.brokers, topic)
        records.send(self.brokers, topic, "abc")
        self.broker.kill()
        self.broker.start()
        self.assertEqual(sorted(r.value for r in records.read(self.brokers, topic)),
                         [b"a", b"b", b"c"])

    def test_partitions_by_key_as_the_java_client_does(self):
        """What the tests call murmur2 is what Kafka's own producer does."""
        ours, theirs = name("ours"), name("theirs")
        records.make_topics(self.brokers, ours, theirs, partitions=7)
        keys = [f"key-{i}" for i in range(200)]
        records.send(self.brokers, ours, [Record("v", key) for key in keys])
        send_with_java(self.brokers, theirs, [(key, "v") for key in keys])
        self.assertEqual(places(self.brokers, ours), places(self.brokers, theirs))


def send_with_java(brokers, topic, pairs):
    subprocess.run(
        java("org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", brokers,
             "--topic", topic, "--property", "parse.key=true"), check=True, text=True,
        input="".join(f"{key}\t{value}\n" for key, value in pairs), capture_output=True)


def places(brokers, topic):
    """The partition of every key."""
    return {r.key: r.partition for r in records.read(brokers, topic)}


if __name__ == "__main__":
    unittest.main()
