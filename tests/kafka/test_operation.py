"""Living with brokers, signals and other members of the group."""
import signal
import time

import records
from records import Record
from stage import TWO_PHASES, Stage, destinations, once
from suite import Case, name

# 50 short texts in 20 ms at most.
SLOW = "--device", "cpu:slow", "--workers", "1"
MANY = 12000


class Running(Case):
    """A topic of its own, and records for it; tests of what runs for long."""

    def setUp(self):
        self.topic = name("news")
        self.out = destinations(self.topic)
        records.make_topics(self.brokers, self.topic, *self.out)

    def send(self, n, start=0):
        records.send(self.brokers, self.topic, [Record(f"text {i}", f"key {i % 50}") for i in range(start, start + n)])


class Operation(Running):
    def texts(self):
        return [r.json()["text"] for r in records.read(self.brokers, *self.out)]

    def all_of(self, n, once_each):
        texts = self.texts()
        self.assertEqual(len(set(texts)), n)
        if once_each:
            self.assertEqual(len(texts), n)

    def check_drain(self, *options):
        self.send(MANY)
        with Stage(self.brokers, self.topic, *SLOW, *options) as stage:
            stage.until(lambda: len(self.texts()) > 50)
            self.assertEqual(stage.stop(20), 0, stage.said())
        done = len(self.texts())
        self.assertLess(done, MANY, "nothing was left to do at the signal")
        # What was in hand is committed: not a record is done a second time.
        self.assertEqual(records.lag(self.brokers, stage.group, self.topic), MANY - done)
        self.assertEqual(once(self.brokers, self.topic, *options)[0], 0)
        self.all_of(MANY, True)

    def test_a_signal_finishes_and_commits_what_is_in_hand(self):
        self.check_drain()

    def test_a_signal_ends_a_transaction_well(self):
        self.check_drain(*TWO_PHASES)

    def test_the_group_is_left_at_once(self):
        self.send(10)
        with Stage(self.brokers, self.topic) as first:
            first.until_caught_up()
            self.assertEqual(first.stop(), 0)
        start = time.monotonic()
        self.send(10, 10)
        with Stage(self.brokers, self.topic) as second:
            second.until_caught_up()
        self.assertLess(time.monotonic() - start, 20)

    def check_broker_away(self, *options):
        self.send(3000)
        with Stage(self.brokers, self.topic, *SLOW, *options) as stage:
            stage.until(lambda: len(self.texts()) > 50)
            self.broker.stop()
            try:
                stage.until_it_says("no broker can be reached", 30)
                time.sleep(2)
                said = stage.said()
            finally:
                self.broker.start()
            self.send(100, 3000)
            stage.until_caught_up(seconds=90)
            self.assertEqual(stage.stop(), 0)
        self.assertLess(len(said.splitlines()), 10, said)
        self.all_of(3100, options == TWO_PHASES)

    def test_a_broker_that_goes_is_waited_for(self):
        self.check_broker_away()

    def test_a_broker_that_goes_doubles_nothing_exactly_once(self):
        self.check_broker_away(*TWO_PHASES)

    def check_idle(self, *options):
        """With nothing in hand both are said as soon: nothing else would tell."""
        self.send(10)
        with Stage(self.brokers, self.topic, *options) as stage:
            stage.until_caught_up()
            self.broker.stop()
            try:
                stage.until_it_says("no broker can be reached", 20)
            finally:
                self.broker.start()
            stage.until_it_says("a broker is back", 20)
            self.send(10, 10)
            stage.until_caught_up()
            self.assertEqual(stage.stop(), 0)
            self.assertEqual(len(stage.said().splitlines()), 2, stage.said())
        self.all_of(20, True)

    def test_an_idle_stage_says_that_its_broker_goes_and_comes(self):
        self.check_idle()

    def test_an_idle_stage_says_it_exactly_once_too(self):
        self.check_idle(*TWO_PHASES)

    def test_a_broker_that_is_not_there_yet_is_waited_for(self):
        self.send(10)
        self.broker.stop()
        try:
            with Stage(self.brokers, self.topic) as stage:
                stage.until(lambda: stage.said().strip())
                self.broker.start()
                stage.until_caught_up()
                self.assertEqual(stage.stop(), 0)
        finally:
            if not self.broker.pid():
                self.broker.start()
        self.all_of(10, True)

    def test_a_signal_ends_the_waiting_too(self):
        with Stage("127.0.0.1:9", self.topic) as stage:
            stage.until(lambda: stage.said().strip())
            self.assertEqual(stage.stop(10), 0)

    def check_stop_without_broker(self, *options):
        self.send(MANY)
        # It cannot leave the group, nor end its transaction: that is the broker's.
        options = (*options, "-X", "session.timeout.ms=3000", "-X", "transaction.timeout.ms=5000")
        with Stage(self.brokers, self.topic, *SLOW, "--drain-timeout", "3", *options) as stage:
            stage.until(lambda: len(self.texts()) > 50)
            self.broker.stop()
            try:
                time.sleep(1)
                self.assertIn(stage.stop(25), (0, 1))
            finally:
                self.broker.start()
        self.assertEqual(once(self.brokers, self.topic, *options)[0], 0)
        self.all_of(MANY, TWO_PHASES[1] in options)

    def test_a_signal_ends_it_while_the_broker_is_away(self):
        self.check_stop_without_broker()

    def test_a_signal_ends_a_transaction_while_the_broker_is_away(self):
        self.check_stop_without_broker(*TWO_PHASES)

    def test_a_second_of_the_same_transactional_id_fences_the_first(self):
        self.send(4000)
        options = (*SLOW, *TWO_PHASES, "--transactional-id", name("fence"))
        with Stage(self.brokers, self.topic, *options) as first:
            first.until(lambda: len(self.texts()) > 50)
            with Stage(self.brokers, self.topic, *options) as second:
                self.assertEqual(first.wait(), 1)
                self.assertIn("fenced", first.said())
                second.until_caught_up(seconds=120)
                self.assertEqual(second.stop(), 0)
        self.all_of(4000, True)

    def test_members_share_and_hand_over(self):
        self.send(6000)
        with Stage(self.brokers, self.topic, *SLOW, *TWO_PHASES, "--instance-id", "a") as a:
            a.until(lambda: len(self.texts()) > 50)
            with Stage(self.brokers, self.topic, *SLOW, *TWO_PHASES, "--instance-id", "b") as b:
                b.until(lambda: len(self.texts()) > 2500)
                self.assertEqual(b.stop(), 0, b.said())
            a.until_caught_up(seconds=90)
            self.assertEqual(a.stop(), 0)
        self.all_of(6000, True)

    def test_a_stopped_process_that_wakes_up_doubles_nothing(self):
        """A zombie: the group has given its partitions to another meanwhile."""
        self.send(4000)
        # Until its transaction times out, the broker shows nobody what comes after it.
        fast = ("-X", "session.timeout.ms=1500", "-X", "heartbeat.interval.ms=300",
                "-X", "transaction.timeout.ms=5000")
        with Stage(self.brokers, self.topic, *SLOW, *TWO_PHASES, *fast, "--instance-id", "a") as a:
            a.until(lambda: len(self.texts()) > 50)
            a.signal(signal.SIGSTOP)
            with Stage(self.brokers, self.topic, *TWO_PHASES, *fast, "--instance-id", "b") as b:
                b.until(lambda: len(self.texts()) > 3000)
                a.signal(signal.SIGCONT)
                b.until_caught_up()
                self.assertEqual(b.stop(), 0)
            self.assertIn(a.stop(), (0, 1))
        self.all_of(4000, True)
