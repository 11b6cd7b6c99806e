"""A committed transaction must be there, whatever was lost on the way.

The broker writes the batch of one topic, whose reply is lost, and answers for
another topic with an error that ends the transaction; then the connection
closes. A producer that aborts and goes on gives the same sequence numbers out
again, in the same epoch: the broker takes the same number of records for the
batch that it has, says that all is well, and the commit holds nothing. Only a
new producer, in a new epoch, is safe; mutants.sh builds one that goes on.
"""
import threading
import time

import records
from proxy import Cut, Proxy, commits, produces_to, refused
from stage import TWO_PHASES, Stage, destinations, label
from suite import Case, name

ROUNDS, UNKNOWN_SERVER_ERROR = 20, -1


class LostReply:
    """Hooks of a proxy: once armed, and after every commit, the next
    transaction meets its fault."""

    def __init__(self, proxy, lost, refusing):
        self.lost, self.refusing = lost, refusing
        self.armed, self.cuts, self.rounds = True, False, 0
        self.held = {}
        self.lock = threading.Lock()
        proxy.answers, proxy.answered = self.answers, self.answered

    def answers(self, request, reply):
        with self.lock:
            for topic in self.lost, self.refusing:
                if self.armed and produces_to(request, topic):
                    self.held[topic] = request, reply
                    return self.fault()
        return reply

    def fault(self):
        """Both are written: one is told that it failed, the other nothing."""
        if len(self.held) < 2:
            return None
        request, reply = self.held[self.refusing]
        self.held.clear()
        self.armed, self.cuts = False, True
        self.rounds += 1
        return refused(request, reply, self.refusing, UNKNOWN_SERVER_ERROR)

    def answered(self, request):
        with self.lock:
            if commits(request):
                self.armed = True
            if not self.cuts or request.api != "Produce":
                return
            self.cuts = False
        time.sleep(0.1)  # what the client has not yet read would be cut off too
        raise Cut


class Proxied(Case):
    def setUp(self):
        self.topic = name("news")
        self.out = destinations(self.topic)
        records.make_topics(self.brokers, self.topic, *self.out, partitions=1)
        self.at = self.broker.addresses["proxy"]
        self.proxy = Proxy(self.at, self.broker.proxied)
        self.addCleanup(self.proxy.close)


class ALostReply(Proxied):
    def test_loses_no_result(self):
        texts = [f"text {i}" for i in range(30)]
        self.assertEqual(len({label(t) for t in texts}), 3)
        fault = LostReply(self.proxy, self.out[0], self.out[2])
        with Stage(self.at, self.topic, *TWO_PHASES) as stage:
            for n in range(1, ROUNDS + 1):
                records.send(self.brokers, self.topic, texts)
                stage.until(lambda n=n: sum(records.committed(self.brokers, stage.group, self.topic).values())
                            >= n * len(texts))
            self.assertEqual(stage.stop(), 0)
        self.assertGreaterEqual(fault.rounds, ROUNDS)
        found = [r.json()["text"] for r in records.read(self.brokers, *self.out)]
        self.assertEqual({t: found.count(t) for t in texts}, dict.fromkeys(texts, ROUNDS))
