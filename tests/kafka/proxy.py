"""proxy.py - stands between clients and a broker, and knows where Kafka's
requests and replies begin and end.

A test sets the hooks, which may take their time, end a process, or raise Cut
to close the connection:

    proxy.asked(request)           before the broker gets it
    proxy.answers(request, reply)  the broker has done it: what the client is to
                                   get instead of reply; None is nothing at all
    proxy.answered(request)        the client has the reply

Hooks are called by the threads of the connections, one pair each.
"""
import collections
import socket
import struct
import threading

APIS = {0: "Produce", 1: "Fetch", 3: "Metadata", 8: "OffsetCommit", 9: "OffsetFetch",
        10: "FindCoordinator", 11: "JoinGroup", 12: "Heartbeat", 13: "LeaveGroup",
        14: "SyncGroup", 18: "ApiVersions", 22: "InitProducerId", 24: "AddPartitionsToTxn",
        25: "AddOffsetsToTxn", 26: "EndTxn", 28: "TxnOffsetCommit"}

Request = collections.namedtuple("Request", "api version correlation body")


class Cut(Exception):
    """Close this connection, in both directions."""


def _pass(_request):
    """A hook that lets everything through."""


def _same(_request, reply):
    return reply


class Proxy:
    """Listens on the one address, speaks to the broker at the other."""

    def __init__(self, listen, broker):
        self.broker = _pair(broker)
        self.calm()
        self._live = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(_pair(listen), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def calm(self):
        """No faults from here on."""
        self.asked, self.answers, self.answered = _pass, _same, _pass
        self.refuses = False

    def cut(self):
        """Closes every connection there is; returns how many."""
        with self._lock:
            live = list(self._live)
        for client, broker in live:
            _close(client, broker)
        return len(live)

    def close(self):
        self.refuses = True
        _close(self._listener)
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                if self.refuses:
                    raise ConnectionError
                broker = socket.create_connection(self.broker)
            except ConnectionError:
                _close(client)
                continue
            except OSError:
                return
            for side in client, broker:
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(client, broker)

    def _serve(self, client, broker):
        pair, waiting = (client, broker), {}
        with self._lock:
            self._live.add(pair)
        for pump in self._requests, self._replies:
            threading.Thread(target=self._pump, args=(pump, pair, waiting), daemon=True).start()

    def _pump(self, pump, pair, waiting):
        try:
            pump(*pair, waiting)
        except (OSError, EOFError, Cut):
            pass
        finally:
            _close(*pair)
            with self._lock:
                self._live.discard(pair)

    def _requests(self, client, broker, waiting):
        with client.makefile("rb") as stream:
            while True:
                frame = _frame(stream)
                api, version, correlation = struct.unpack_from(">hhi", frame)
                request = Request(APIS.get(api, str(api)), version, correlation, frame)
                waiting[correlation] = request
                self.asked(request)
                _send(broker, frame)

    def _replies(self, client, broker, waiting):
        with broker.makefile("rb") as stream:
            while True:
                reply = _frame(stream)
                request = waiting.pop(struct.unpack_from(">i", reply)[0])
                reply = self.answers(request, reply)
                if reply is not None:
                    _send(client, reply)
                    self.answered(request)


def _pair(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def _frame(stream):
    head = stream.read(4)
    size = struct.unpack(">i", head)[0] if len(head) == 4 else 0
    frame = stream.read(size)
    if size < 4 or len(frame) < size:
        raise EOFError
    return frame


def _send(to, frame):
    to.sendall(struct.pack(">i", len(frame)) + frame)


def _close(*sockets):
    for side in sockets:
        try:
            side.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        side.close()


# ---- what the tests look at inside a frame ----

def produces_to(request, topic):
    """Whether the request carries records for the topic. librdkafka sends one
    topic a request, whose name stands before its records."""
    return request.api == "Produce" and topic.encode() in request.body[:200]


def commits(request):
    """Whether the request asks for a transaction's commit, not its abort."""
    return request.api == "EndTxn" and request.body[-1 if request.version < 3 else -2] == 1


def refused(request, reply, topic, error):
    """The reply to a Produce request of one topic, with an error in its place:
    its name, the number of partitions, the partition, the error."""
    at = reply.index(topic.encode()) + len(topic) + (4 if request.version < 9 else 1) + 4
    return reply[:at] + struct.pack(">h", error) + reply[at + 2:]
