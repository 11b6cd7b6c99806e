"""suite.py - what the tests share: one broker, and sentiment-cli beside it."""
import atexit
import functools
import itertools
import os
import pathlib
import unittest

from broker import Broker

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
_numbers = itertools.count(1)


@functools.cache
def broker():
    """The broker of this run, with every listener; gone at the end of it."""
    found = Broker(secure=True)
    atexit.register(found.kill if os.environ.get("KEEP") else found.remove)
    return found.start()


def name(stem):
    """A name that nobody has used: for a topic, a group."""
    return f"{stem}-{next(_numbers)}"


class Case(unittest.TestCase):
    longMessage = True

    @classmethod
    def setUpClass(cls):
        cls.broker = broker()
        cls.brokers = cls.broker.plain
