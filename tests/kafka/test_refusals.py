"""What a broker refuses is one line and exit status 1, before a record is read."""
import os
import pathlib
import tempfile
import time
import unittest

import records
from broker import USERS, make_certificates
from stage import TWO_PHASES, Stage, destinations, label, once
from suite import Case, name


class Refusals(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.topic = name("guarded")
        cls.dir = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.dir.cleanup)
        records.make_topics(cls.brokers, cls.topic, *destinations(cls.topic))
        records.send(cls.brokers, cls.topic, ["profit rose"])

    def login(self, user="demo", password=None, mechanism="PLAIN", listener="SASL", ca=None):
        """Options and environment of somebody who logs in."""
        word = pathlib.Path(self.dir.name) / "password"
        word.write_text((password or USERS[user]) + "\n")
        options = ["--sasl-mechanism", mechanism, "--sasl-username", user, "--sasl-password-file", word]
        if "TLS" in listener:
            options += ["--tls", "-X", f"ssl.ca.location={ca or self.broker.ca}"]
        return self.broker.addresses[listener], options

    def refused(self, words, brokers, *options, topic=None, exit_status=1):
        code, _, said = once(brokers, topic or self.topic, *map(str, options))
        self.assertEqual(code, exit_status, said)
        lines = said.strip().splitlines()
        self.assertEqual(len(lines), 1, said)
        for word in words:
            self.assertIn(word.lower(), lines[0].lower())
        for secret in (*USERS.values(), "not-it"):
            self.assertNotIn(secret, said)
        return lines[0]

    def welcome(self, brokers, *options):
        group = name("welcome")
        code, _, said = once(brokers, self.topic, *map(str, options), group=group)
        self.assertEqual(code, 0, said)
        self.assertEqual(records.lag(self.brokers, group, self.topic), 0)
        return said

    def test_a_wrong_password(self):
        for listener in "SASL", "SASL_TLS":
            brokers, options = self.login(password="not-it", listener=listener)
            self.refused(["authentication"], brokers, *options)

    def test_an_unknown_certificate_authority(self):
        make_certificates(pathlib.Path(self.dir.name))
        ca = os.path.join(self.dir.name, "ca.pem")
        self.refused(["certificate"], self.broker.addresses["TLS"], "--tls", "-X", f"ssl.ca.location={ca}")

    def test_no_right_to_the_topic(self):
        brokers, options = self.login("guest")
        self.refused([self.topic], brokers, *options)

    def check_no_right_to_write(self, *more):
        """With a librdkafka that can ask (2.3), before a record is read; with
        an older one at the first record that goes there. One line either way."""
        topic = name("readable")
        out = destinations(topic)
        records.make_topics(self.brokers, topic, *out, partitions=1)
        records.send(self.brokers, topic, ["profit rose"] * 100)
        rights = [("READ", topic)] + [(operation, t) for t in out for operation in ("DESCRIBE", "WRITE")]
        forbidden = f"{label('profit rose')}-{topic}"
        rights.remove(("WRITE", forbidden))
        records.let(self.brokers, "reader", rights)
        brokers, options = self.login("reader")
        line = self.refused([forbidden, "authorization"], brokers, *options, *more, topic=topic)
        self.assertEqual(records.lag(self.brokers, f"group-of-{topic}", topic), 100, line)
        records.let(self.brokers, "reader", [("WRITE", forbidden)])
        code, _, said = once(brokers, topic, *map(str, options), *more)
        self.assertEqual(code, 0, said)
        self.assertEqual(len(records.read(self.brokers, *out)), 100)

    def test_no_right_to_write(self):
        self.check_no_right_to_write()

    def test_no_right_to_write_in_a_transaction(self):
        self.check_no_right_to_write(*TWO_PHASES)

    def test_a_missing_source(self):
        missing = name("nowhere")
        self.refused([missing], self.brokers, topic=missing)

    def test_a_missing_destination(self):
        topic = name("half")
        records.make_topics(self.brokers, topic, *destinations(topic)[:2])
        self.refused([f"-{topic}"], self.brokers, topic=topic)
        self.assertEqual(records.committed(self.brokers, f"group-of-{topic}", topic), dict.fromkeys(range(4), 0))

    def test_a_destination_that_is_no_topic(self):
        self.refused(["a$b"], self.brokers, "--route", "* -> a$b")
        self.refused(["a$b"], self.brokers, "--route", "* -> {topic}", topic="a$b")

    def test_a_rule_that_is_none_is_wrong_usage(self):
        self.refused(["rule 1"], self.brokers, "--route", "* a-b", exit_status=2)

    def test_plain_and_tls_are_let_in(self):
        self.welcome(*self.flat(self.login()))
        self.welcome(*self.flat(self.login(listener="SASL_TLS")))
        self.welcome(self.broker.addresses["TLS"], "--tls", "-X", f"ssl.ca.location={self.broker.ca}")

    def test_scram_is_let_in(self):
        """Or is said to be beyond the library: Debian 12's cannot log in to
        Kafka 4 so."""
        for mechanism in "SCRAM-SHA-256", "SCRAM-SHA-512":
            brokers, options = self.login(mechanism=mechanism, listener="SASL_TLS")
            code, _, said = once(brokers, self.topic, *map(str, options), group=name("scram"))
            if code and "librdkafka" in said and "SCRAM" in said:
                raise unittest.SkipTest("this librdkafka cannot; the command said so")
            self.assertEqual(code, 0, said)

    def oauth(self, principal):
        """By a token that nobody has signed, which librdkafka makes itself:
        Debian 12's crashes at the second, and is refused."""
        options = ["--sasl-mechanism", "OAUTHBEARER", "-X", "enable.sasl.oauthbearer.unsecure.jwt=true",
                   "-X", f"sasl.oauthbearer.config=principal={principal} lifeSeconds=60"]
        login = self.broker.addresses["SASL"], *options
        code, _, said = once(login[0], self.topic, *options, "--until", "0")
        if code == 2:
            self.assertRegex(said, r"^sentiment-cli: librdkafka .* crashes .*RDKAFKA=source\n$")
            raise unittest.SkipTest("this librdkafka cannot; the command said so")
        return login

    def test_oauthbearer_is_let_in(self):
        self.welcome(*self.oauth("demo"))
        self.welcome(*self.oauth("demo"), *TWO_PHASES)

    def test_oauthbearer_renews_its_token(self):
        """After eight tenths of its life, with or without somebody who polls.
        librdkafka 2.15.1 may lose the connection over it, and makes a new one."""
        brokers, *options = self.oauth("demo")
        options[-1] = options[-1].replace("60", "3")
        with Stage(brokers, self.topic, *options, group=name("renewed")) as stage:
            stage.until_caught_up(self.brokers)
            time.sleep(8)
            records.send(self.brokers, self.topic, ["profit rose"])
            stage.until_caught_up(self.brokers)
            self.assertEqual(stage.stop(), 0)

    def test_oauthbearer_of_somebody_without_rights(self):
        self.refused([self.topic, "authorization"], *self.oauth("guest"))

    def test_oauthbearer_without_a_token(self):
        self.refused(["tokens"], self.broker.addresses["SASL"], "--sasl-mechanism", "OAUTHBEARER", exit_status=2)

    def test_the_environment_of_the_demo_is_enough(self):
        env = {"REDPANDA_TLS": "true", "REDPANDA_SASL_MECHANISM": "PLAIN",
               "REDPANDA_SASL_USERNAME": "demo", "REDPANDA_SASL_PASSWORD": USERS["demo"]}
        code, _, said = once(self.broker.addresses["SASL_TLS"], self.topic, "-X",
                             f"ssl.ca.location={self.broker.ca}", group=name("demo"), env=env)
        self.assertEqual(code, 0, said)

    def test_a_password_shows_nowhere(self):
        brokers, options = self.login(listener="SASL_TLS")
        with Stage(brokers, self.topic, *map(str, options), "-X", "debug=security", group=name("quiet")) as stage:
            stage.until_caught_up(self.brokers)
            shown = pathlib.Path(f"/proc/{stage.process.pid}/cmdline").read_text()
            self.assertEqual(stage.stop(), 0)
            self.assertNotIn(USERS["demo"], shown + stage.said())

    @staticmethod
    def flat(login):
        return login[0], *login[1]
