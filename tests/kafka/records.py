"""records.py - writing and reading topics, apart from what is tested.

    python3 records.py BROKERS TOPIC…     every committed record, a JSON line each

Records are read by kafka-python, which shares no code with librdkafka: what
aborted transactions left is not seen, and neither is what is still open. They
are written by confluent-kafka, a librdkafka that brings every codec.
"""
import base64
import dataclasses
import json
import sys
import time

import confluent_kafka
import kafka
from confluent_kafka.admin import (
    AclBinding, AclOperation, AclPermissionType, AdminClient, NewTopic, ResourcePatternType, ResourceType)


@dataclasses.dataclass
class Record:
    """A record of Kafka; text stands for its bytes in UTF-8."""
    value: bytes | None = None
    key: bytes | None = None
    headers: list = dataclasses.field(default_factory=list)
    timestamp: int = 0
    partition: int = -1
    topic: str = ""
    offset: int = -1

    def header(self, name):
        """The last value of a header; None when there is none."""
        return dict(self.headers).get(name)

    def json(self):
        return json.loads(self.value)


def _bytes(text):
    return text.encode() if isinstance(text, str) else text


def _settled(futures):
    for future in futures.values():
        future.result()


def make_topics(brokers, *names, partitions=4, **config):
    admin = AdminClient({"bootstrap.servers": brokers})
    config = {k.replace("_", "."): str(v) for k, v in config.items()}
    _settled(admin.create_topics(
        [NewTopic(name, partitions, 1, config=config) for name in names]))
    # The answer comes before every listener knows.
    while set(names) - set(topics(brokers)):
        time.sleep(0.02)


def let(brokers, user, rights):
    """Lets somebody do what pairs of an operation and a topic say; all groups,
    transactional ids and what makes a producer idempotent are free."""
    kinds = ResourceType, ResourcePatternType, AclOperation
    free = [("READ", kinds[0].GROUP), ("WRITE", kinds[0].TRANSACTIONAL_ID), ("DESCRIBE", kinds[0].TRANSACTIONAL_ID)]
    wanted = [(kinds[0].TOPIC, topic, operation) for operation, topic in rights]
    wanted += [(kind, "*", operation) for operation, kind in free]
    wanted.append((kinds[0].BROKER, "kafka-cluster", "IDEMPOTENT_WRITE"))
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 0})
    _settled(admin.create_acls([
        AclBinding(kind, topic, kinds[1].LITERAL, f"User:{user}", "*", kinds[2][operation], AclPermissionType.ALLOW)
        for kind, topic, operation in wanted]))


def topics(brokers):
    """The partitions of every topic, by name."""
    found = AdminClient({"bootstrap.servers": brokers}).list_topics(timeout=20).topics
    return {name: len(topic.partitions) for name, topic in found.items()}


def _produce(producer, topic, record):
    if not isinstance(record, Record):
        record = Record(record)
    while True:
        try:
            producer.produce(
                topic, _bytes(record.value), _bytes(record.key), partition=record.partition,
                timestamp=record.timestamp, headers=record.headers or None)
            return
        except BufferError:
            producer.poll(0.1)


def send(brokers, topic, records, transactions=(), **config):
    """Writes records (or values) and waits until all are stored. With
    transactions, pairs of a number of records and whether they are committed,
    the records are written in such ones, in turn."""
    failed = []
    settings = {"partitioner": "murmur2_random", "message.max.bytes": 12000000,
                "linger.ms": 5, "log_level": 0, "bootstrap.servers": brokers,
                "on_delivery": lambda error, _: error and failed.append(error)}
    settings |= {k.replace("_", "."): v for k, v in config.items()}
    if transactions:
        settings["transactional.id"] = f"tests-{time.time_ns()}"
    producer = confluent_kafka.Producer(settings)
    records = iter(records)
    if transactions:
        producer.init_transactions()
    for n, commits in transactions:
        producer.begin_transaction()
        for _ in range(n):
            _produce(producer, topic, next(records))
        producer.flush()
        if commits:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    for record in () if transactions else records:
        _produce(producer, topic, record)
    if producer.flush(60) or failed:
        raise RuntimeError(f"{topic}: not written: {failed[:1]}")


def read(brokers, *names, isolation="read_committed"):
    """Every record of the topics up to their ends of now, partition by
    partition in order."""
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=brokers, isolation_level=isolation, enable_auto_commit=False,
        auto_offset_reset="earliest", max_partition_fetch_bytes=12000000,
        fetch_max_bytes=50000000, check_crcs=False)
    found = []
    try:
        parts = [kafka.TopicPartition(name, p) for name in names
                 for p in consumer.partitions_for_topic(name) or ()]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts) if parts else {}
        while any(consumer.position(part) < ends[part] for part in parts):
            for records in consumer.poll(500).values():
                found += [_record(r) for r in records if r.offset < ends[r[0], r[1]]]
    finally:
        consumer.close()
    return sorted(found, key=lambda r: (r.topic, r.partition, r.offset))


def _record(r):
    return Record(r.value, r.key, list(r.headers), r.timestamp, r.partition, r.topic, r.offset)


def committed(brokers, group, topic):
    """What the group has committed of the topic: offsets by partition."""
    client = confluent_kafka.Consumer({"bootstrap.servers": brokers, "group.id": group,
                                       "isolation.level": "read_committed"})
    parts = [confluent_kafka.TopicPartition(topic, p) for p in range(topics(brokers)[topic])]
    found = _patiently(lambda: client.committed(parts, timeout=20))
    client.close()
    return {p.partition: max(p.offset, 0) for p in found}


def _patiently(ask, seconds=20):
    """The answer, once a broker that has just begun gives one."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except confluent_kafka.KafkaException as error:
            if time.monotonic() > end:
                raise error
        time.sleep(0.1)


def lag(brokers, group, topic):
    """How many offsets of the topic the group has not committed; control
    records and what was compacted away count too."""
    done = committed(brokers, group, topic)
    client = confluent_kafka.Consumer({"bootstrap.servers": brokers, "group.id": group})
    ends = {p: _patiently(lambda p=p: client.get_watermark_offsets(
        confluent_kafka.TopicPartition(topic, p), timeout=20))[1] for p in done}
    client.close()
    return sum(ends[p] - done[p] for p in done)


def main():
    def plain(value):
        if value is None:
            return None
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(value).decode()}

    for record in read(*sys.argv[1:]):
        fields = dataclasses.asdict(record) | {
            "key": plain(record.key), "value": plain(record.value),
            "headers": [[name, plain(value)] for name, value in record.headers]}
        print(json.dumps(fields, ensure_ascii=False, sort_keys=True))


if __name__ == "__main__":
    main()
