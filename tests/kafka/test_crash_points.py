"""kill -9 before and after each step of a batch. The steps are what the stage
says to the broker: it is killed when a request is about to reach the broker,
when the broker has done it but the stage does not know, and when it knows."""
import signal

import records
from stage import TWO_PHASES, Stage
from suite import name
from test_lost_reply import Proxied

WHEN = "asked", "answers", "answered"
FAST = "-X", "session.timeout.ms=1500", "-X", "heartbeat.interval.ms=300", "--instance-id", "one"
AT_LEAST_ONCE = "Produce", "OffsetCommit"
EXACTLY_ONCE = ("InitProducerId", "AddPartitionsToTxn", "Produce", "AddOffsetsToTxn",
                "TxnOffsetCommit", "EndTxn")
N = 40


class CrashPoints(Proxied):
    def kill_at(self, stage, api, when):
        """From now on, the stage dies at this step."""
        def strike(request, reply=None):
            if request.api == api:
                stage.process.send_signal(signal.SIGKILL)
                stage.process.wait()
            return reply
        setattr(self.proxy, when, strike)

    def crash(self, api, when, options):
        """One stage that works, and dies there. Records of its own come once
        it is under way, but for the step that only happens at the start."""
        send = lambda part: records.send(
            self.brokers, self.topic, [f"{api} {when} {i} {part}" for i in range(N)])
        with Stage(self.at, self.topic, *FAST, *options) as stage:
            if api != "InitProducerId":
                send("before")
                stage.until_caught_up(self.brokers)
            self.kill_at(stage, api, when)
            send("after")
            self.assertEqual(stage.wait(), -signal.SIGKILL, f"{api} {when}: {stage.said()}")
        self.proxy.calm()
        return {f"{api} {when} {i} {part}" for i in range(N)
                for part in (("before",) if api != "InitProducerId" else ()) + ("after",)}

    def check(self, steps, exact, *options):
        sent = set()
        for api in steps:
            for when in WHEN:
                sent |= self.crash(api, when, options)
        with Stage(self.at, self.topic, *FAST, *options) as stage:
            stage.until_caught_up(self.brokers)
            self.assertEqual(stage.stop(), 0, stage.said())
        found = [r.json()["text"] for r in records.read(self.brokers, *self.out)]
        self.assertEqual(sorted(sent - set(found)), [], "lost")
        self.assertEqual(sorted(set(found) - sent), [])
        if exact:
            self.assertEqual(sorted(t for t in set(found) if found.count(t) > 1), [], "doubled")

    def test_lose_nothing_at_least_once(self):
        self.check(AT_LEAST_ONCE, False)

    def test_lose_and_double_nothing_exactly_once(self):
        self.check(EXACTLY_ONCE, True, *TWO_PHASES)
