"""The proxy does to a connection what it says."""
import socket
import time

import confluent_kafka

import records
from proxy import Cut, Proxy, produces_to
from suite import Case, name


class TheProxy(Case):
    def setUp(self):
        self.proxy = Proxy(self.broker.addresses["proxy"], self.broker.proxied)
        self.addCleanup(self.proxy.close)
        self.at = self.broker.addresses["proxy"]

    def test_all_of_a_client_goes_through_it(self):
        topic, seen = name("through"), set()
        records.make_topics(self.brokers, topic)
        self.proxy.asked = lambda request: seen.add(request.api)
        records.send(self.at, topic, "abc")
        self.assertEqual(len(records.read(self.at, topic)), 3)
        self.assertLessEqual({"Metadata", "Produce", "Fetch"}, seen)

    def test_a_lost_reply_leaves_the_record_written_twice_without_idempotence(self):
        topic, lost = name("lost"), []
        records.make_topics(self.brokers, topic, partitions=1)

        def lose(request, reply):
            if produces_to(request, topic) and not lost:
                lost.append(request)
                raise Cut
            return reply
        self.proxy.answers = lose
        records.send(self.at, topic, "a")
        self.assertEqual([r.value for r in records.read(self.brokers, topic)], [b"a", b"a"])

    def test_refuses_and_cuts(self):
        topic = name("cut")
        records.make_topics(self.brokers, topic)
        records.send(self.at, topic, "a")
        host, port = self.at.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as idle:
            time.sleep(0.3)  # until it is accepted
            self.assertGreater(self.proxy.cut(), 0)
            self.assertEqual(idle.recv(1), b"")
        self.proxy.refuses = True
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": self.at, "message.timeout.ms": 1500, "log_level": 0})
        producer.produce(topic, "b")
        producer.flush(5)
        self.assertEqual([r.value for r in records.read(self.brokers, topic)], [b"a"])
