"""What no well-behaved client sends: the server says so, or hangs up, and goes on.

    python3 tests/http/wire.py BUILD

Raw sockets against `serve` with the tests' engine. One line a failure.
"""
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from server import serve

TEXT = b"Profit rose."
READ_S, IDLE_S, SLACK_S = 1, 2, 3  # --read-timeout, --idle-timeout, and what a busy machine may add


class Client:
    """A socket that reads replies one by one."""

    def __init__(self, server, timeout=20):
        self.socket = socket.create_connection((server.host, server.port), timeout)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def more(self):
        data = self.socket.recv(65536)
        self.rest += data
        return bool(data)

    def until(self, mark):
        while mark not in self.rest:
            if not self.more():
                raise AssertionError(f"closed within {self.rest!r}")
        found, self.rest = self.rest.split(mark, 1)
        return found

    def take(self, n):
        while len(self.rest) < n:
            if not self.more():
                raise AssertionError(f"closed within {self.rest!r}")
        found, self.rest = self.rest[:n], self.rest[n:]
        return found

    def reply(self, head=False):
        """Status, headers in lower case, body."""
        first, *lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(first.split()[1])
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        if status in (100, 204) or head:
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self.until(b"\r\n"), 16):
                body += self.take(size)
                assert self.take(2) == b"\r\n"
            self.until(b"\r\n")
            return status, headers, body
        if "content-length" in headers:
            return status, headers, self.take(int(headers["content-length"]))
        while self.more():
            pass
        return status, headers, self.rest

    def closed(self, seconds=READ_S + SLACK_S):
        """Whether the server hangs up in time, whatever it says before."""
        self.socket.settimeout(seconds)
        try:
            while self.more():
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True


def post(body, path="/sentiment", *headers, version="1.1", length=True):
    lines = [f"POST {path} HTTP/{version}", "Host: test", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(path, method="GET", *headers):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: test", *headers, "", ""]).encode("latin-1")


def chunked(*chunks, end=b"0\r\n\r\n"):
    return post(b"", "/sentiment", "Transfer-Encoding: chunked", length=False) + b"".join(
        b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + end


def text_of(reply):
    status, _, body = reply
    assert status == 200, (status, body)
    return json.loads(body)["text"].encode()


def refused(reply, *statuses):
    status, headers, body = reply
    assert status in statuses, (status, body)
    if headers.get("content-type", "").startswith("application/json"):
        assert set(json.loads(body)) >= {"error"}, body
    return reply


# ---- well-formed, but rare ----

def pipelined_requests_are_answered_in_order(s):
    with Client(s) as c:
        c.send(b"".join(post(b"text %d" % i) for i in range(50)))
        for i in range(50):
            assert text_of(c.reply()) == b"text %d" % i, i


def a_chunked_body_is_one_text(s):
    with Client(s) as c:
        c.send(chunked(b"Profit ", b"ro", b"se."))
        assert text_of(c.reply()) == TEXT
        c.send(chunked(end=b"C;name=value\r\nProfit rose.\r\n0\r\nTrailer: x\r\n\r\n"))
        assert text_of(c.reply()) == TEXT
        c.send(chunked(end=b"0\r\n\r\n"))
        refused(c.reply(), 400)
        c.send(post(TEXT))
        assert text_of(c.reply()) == TEXT


def a_request_in_single_bytes_is_a_request(s):
    with Client(s) as c:
        c.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in post(TEXT):
            c.send(bytes([byte]))
        assert text_of(c.reply()) == TEXT


def a_client_that_waits_for_100_continue_gets_it(s):
    with Client(s) as c:
        c.send(post(b"", "/sentiment", "Expect: 100-continue", f"Content-Length: {len(TEXT)}", length=False))
        assert c.reply()[0] == 100
        c.send(TEXT)
        assert text_of(c.reply()) == TEXT


def a_body_announced_too_large_is_refused_before_it_comes(s):
    with Client(s) as c:
        c.send(post(b"", "/sentiment", "Expect: 100-continue", "Content-Length: 99999999", length=False))
        refused(c.reply(), 413)


def a_body_that_grows_too_large_is_refused(s):
    with Client(s) as c:
        with contextlib.suppress(ConnectionError):
            c.send(chunked(*[b"x" * 65536] * 40))
        refused(c.reply(), 413)


def an_answer_to_http_1_0_is_whole_and_ends_the_connection(s):
    with Client(s) as c:
        c.send(post(TEXT, version="1.0"))
        assert text_of(c.reply()) == TEXT
        assert c.closed()
    with Client(s) as c:
        c.send(post(b'{"text":"a"}\n{"text":"b"}\n', "/batch", "Content-Type: application/x-ndjson", version="1.0"))
        status, headers, body = c.reply()
        assert status == 200 and "transfer-encoding" not in headers, headers
        assert [json.loads(line)["text"] for line in body.splitlines()] == ["a", "b"], body


def connection_close_is_heeded(s):
    with Client(s) as c:
        c.send(post(TEXT, "/sentiment", "Connection: close"))
        assert text_of(c.reply()) == TEXT
        assert c.closed()


def head_has_the_headers_of_get_and_no_body(s):
    for path in ("/", "/health", "/ready", "/ping", "/info", "/openapi.json", "/page.js"):
        with Client(s) as c:
            c.send(get(path))
            status, headers, body = c.reply()
            c.send(get(path, "HEAD"))
            head_status, head_headers, _ = c.reply(head=True)
            assert head_status == status == 200, (path, head_status)
            assert head_headers.get("content-length") == str(len(body)), (path, head_headers)
            c.send(get("/health"))
            assert c.reply()[0] == 200, path


def a_wrong_method_is_answered_with_the_right_ones(s):
    for method, path, allowed in (("GET", "/sentiment", "POST"), ("DELETE", "/sentiment", "POST"),
                                  ("PUT", "/predict", "POST"), ("HEAD", "/batch", "POST"), ("BREW", "/sentiment", "POST"),
                                  ("POST", "/health", "GET"), ("POST", "/", "GET"), ("PATCH", "/metrics", "GET")):
        with Client(s) as c:
            c.send(get(path, method, "Content-Length: 0"))
            status, headers, _ = c.reply(head=method == "HEAD")
            assert status == 405 and allowed in headers.get("allow", ""), (method, path, status, headers)


def options_tells_what_is_allowed(s):
    for path in ("/sentiment", "/health"):
        with Client(s) as c:
            c.send(get(path, "OPTIONS"))
            status, headers, _ = c.reply()
            assert status in (200, 204, 405) and headers.get("allow"), (path, status, headers)
            assert "access-control-allow-origin" not in headers, "CORS is opt-in"


def only_the_exact_path_is_the_path(s):
    for path in ("/sentiment/", "//sentiment", "/SENTIMENT", "/sentiment%00", "/%00", "/sentiment%00x", "/%2e%2e/etc",
                 "/../sentiment", "/page.js.map", "/favicon.ico", "/%", "/%zz", "/\xe9"):
        with Client(s) as c:
            c.send(get(path, "POST", "Content-Length: 0"))
            refused(c.reply(), 400, 404)


def text_may_hold_any_utf8_even_nul(s):
    for text in (b"a\0b", b"\0", "\ufeffProfit".encode(), "\U0001f680".encode(), b"a\r\n\r\nGET / HTTP/1.1\r\n\r\n"):
        with Client(s) as c:
            c.send(post(text))
            assert text_of(c.reply()) == text, text


def an_error_leaves_the_connection_usable(s):
    with Client(s) as c:
        for bad, status in ((post(b""), 400), (post(b"\xff"), 422), (get("/nowhere"), 404), (get("/sentiment"), 405),
                            (post(b"{", "/predict", "Content-Type: application/json"), 400)):
            refused(c.send(bad).reply(), status)
            assert text_of(c.send(post(TEXT)).reply()) == TEXT, bad


# ---- malformed: an answer of 4xx, or the end of the connection; never a hang ----

def is_turned_away(s, data, *statuses):
    with Client(s) as c:
        with contextlib.suppress(ConnectionError):
            c.send(data)
        assert c.closed(), f"no answer to {data[:60]!r}"
        if c.rest:
            first = c.rest.split(b"\r\n", 1)[0]
            assert int(first.split()[1]) in (statuses or range(400, 500)), (data[:60], first)
        return c.rest


def nonsense_is_turned_away(s):
    for data in (b"\0\0\0\0\r\n\r\n", b"hello\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                 b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n: no name\r\n\r\n", os.urandom(4096),
                 b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        is_turned_away(s, data, *range(400, 600))


def bad_chunks_are_turned_away(s):
    head = post(b"", "/sentiment", "Transfer-Encoding: chunked", length=False)
    for chunk in (b"zz\r\nabc\r\n", b"-1\r\nabc\r\n", b"FFFFFFFFFFFFFFFFF\r\nabc\r\n", b"3\r\nabcdef\r\n0\r\n\r\n",
                  b"\r\n\r\n", b" \r\n", b"3" * 5000 + b"\r\n"):
        rest = is_turned_away(s, head + chunk)
        assert b'"label"' not in rest, (chunk, rest)


def lengths_that_lie_are_turned_away(s):
    for value in ("-1", "+5", "5x", "0x5", "5, 6", "99999999999999999999999", ""):
        data = post(b"hello", "/sentiment", f"Content-Length: {value}", "Connection: close", length=False)
        rest = is_turned_away(s, data)
        assert b'"label"' not in rest, (value, rest)
    for two in (("Content-Length: 5", "Content-Length: 6"), ("Content-Length: 5", "Transfer-Encoding: chunked"),
                ("Transfer-Encoding: gzip",), ("Transfer-Encoding: chunked, chunked",),
                ("Content-Length: 15", "Transfer-Encoding : chunked"), ("Content-Length: 15", "Transfer-Encoding\t: chunked"),
                ("Content-Length: 15", "Transfer-Encoding:\r\n chunked"), ("Content-Length: 15", "Content-Length : 5"),
                ("Content-Length: 15", "Content-Length:\r\n 5"), ("Content-Length: 15", "Name with blanks: 5")):
        data = post(b"5\r\nhello\r\n0\r\n\r\n", "/sentiment", *two, "Connection: close", length=False)
        rest = is_turned_away(s, data, *range(400, 502))
        assert b'"label"' not in rest, (two, rest)


def http_1_1_without_a_host_is_turned_away(s):
    is_turned_away(s, b"GET /health HTTP/1.1\r\n\r\n", 400)


def headers_that_are_too_large_are_turned_away(s):
    rest = is_turned_away(s, get("/health", "GET", "X: " + "x" * (1 << 20)))
    assert not rest or rest.split()[1] in (b"431", b"413"), rest[:60]
    is_turned_away(s, get("/health", "GET", *[f"X-{i}: {i}" for i in range(20000)]))
    is_turned_away(s, get("/" + "x" * (1 << 20)))


# ---- slow, half open, half closed ----

def drip(c, data, seconds):
    """One byte each 100 ms; seconds until the server hung up, or None."""
    began = time.monotonic()
    c.socket.settimeout(.1)
    for byte in data:
        try:
            c.send(bytes([byte]))
            if not c.more():
                return time.monotonic() - began
        except ConnectionError:
            return time.monotonic() - began
        except TimeoutError:
            pass
        if time.monotonic() - began > seconds:
            return None
    return None


def a_request_that_drips_is_hung_up_on(s):
    head = post(b"", "/sentiment", "Content-Length: 1000", length=False)
    for sent, slow in ((b"", head + b"x" * 1000), (head, b"x" * 1000),
                       (post(b"", "/sentiment", "Transfer-Encoding: chunked", length=False), b"1\r\nx\r\n" * 100),
                       (post(TEXT) + head[:20], head[20:] + b"x" * 1000)):
        with Client(s) as c:
            c.send(sent)
            took = drip(c, slow, IDLE_S + SLACK_S)
            assert took is not None, f"still open after {IDLE_S + SLACK_S} s: {slow[:20]!r}"


def who_says_nothing_is_hung_up_on(s):
    with Client(s) as c:
        assert c.closed()


def a_half_closed_client_is_answered_or_let_go(s):
    for data in (b"", b"POST /sent", post(b"", "/sentiment", "Content-Length: 10", length=False) + b"abc", post(TEXT)):
        with Client(s) as c:
            c.send(data)
            c.socket.shutdown(socket.SHUT_WR)
            assert c.closed(), data


def three_hundred_half_open_clients_block_nobody(s):
    with contextlib.ExitStack() as stack:
        for i in range(300):
            stack.enter_context(Client(s)).send(post(TEXT)[:20 + i % 30])
        began = time.monotonic()
        assert s.ask("POST", "/sentiment", TEXT)[0] == 200
        assert time.monotonic() - began < SLACK_S


def many_connections_are_all_served(s):
    """128 and 256 are where libmicrohttpd's epoll mode stalls."""
    for n in (127, 128, 129, 256, 512):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Client(s)) for _ in range(n)]
            began = time.monotonic()
            for turn in range(20):
                for c in clients:
                    c.send(post(TEXT))
                for c in clients:
                    assert text_of(c.reply()) == TEXT
            rate = 20 * n / (time.monotonic() - began)
            assert rate > 100, f"{n} connections: {rate:.0f} requests/s"


BATCHES = {"texts": b"".join(b'{"text":"%s %d"}\n' % (b"x" * 40, i) for i in range(60000)),
           "bad lines": b"x\n" * (2 << 20), "blank texts": b'""\n' * (1 << 20), "empty lines": b"\n" * (4 << 20)}


@contextlib.contextmanager
def unread_batch(s, body, room=4096):
    """A client that has sent a batch and takes nothing of its reply."""
    with Client(s) as c:
        c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        yield c.send(post(body, "/batch", "Content-Type: application/x-ndjson"))


def who_does_not_read_holds_no_memory(s):
    """A batch's reply is made as its reader takes it, so that a batch costs its body and little more."""
    for kind, body in BATCHES.items():
        before = s.rss_kib()
        with unread_batch(s, body):
            time.sleep(.5)
            held = s.rss_kib() - before
        if not any(san in s.build for san in ("asan", "tsan")):  # which keep what is freed, or shadow it
            assert held < len(body) / 1024 + 6 * 1024, f"{kind}: {held} KiB"
    s.wait(lambda: b"sentiment_http_requests_waiting 1\n" in s.ask("GET", "/metrics")[2], "rest")


def a_batch_makes_nobody_else_wait(s):
    worst = 0
    for body in BATCHES.values():
        for read in (False, True):
            with unread_batch(s, body) as c:
                c.socket.settimeout(.01)
                end = time.monotonic() + .5
                while (began := time.monotonic()) < end:
                    assert s.ask("GET", "/health")[0] == 200
                    worst = max(worst, time.monotonic() - began)
                    with contextlib.suppress(TimeoutError):
                        c.rest = c.socket.recv(1 << 20) if read else b""
    assert worst < SLACK_S / 2, f"{worst:.2f} s"


def who_reads_late_gets_every_line(s):
    for kind in ("texts", "bad lines"):
        body = BATCHES[kind][:1 << 19].rsplit(b"\n", 1)[0]
        with unread_batch(s, body, 1 << 17) as c:
            time.sleep(.5)
            status, _, reply = c.reply()
        lines = [json.loads(line) for line in reply.splitlines()]
        assert status == 200 and len(lines) == body.count(b"\n") + 1, (kind, len(lines))
        for i, line in enumerate(lines):
            assert line.get("text", "").split()[1:] == [str(i)] or line.get("line") == i + 1, (kind, i, line)


def clients_that_vanish_leave_nothing_behind(s):
    for _ in range(50):
        for data in (post(TEXT), post(TEXT)[:-3], post(b'{"text":"a"}\n' * 100, "/batch")):
            Client(s).send(data).socket.close()
    s.ask("GET", "/health")  # accepted behind all of them: no more will come
    s.wait(lambda: s.files() <= s.files_at_rest + 2, "rest", READ_S + SLACK_S)


# ---- servers of their own ----

def stopped_with_a_hundred_in_flight_it_answers_all(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1") as s:
        statuses, lock = [], threading.Lock()

        def one(i):
            try:
                status = s.ask("POST", "/sentiment", b"text %d" % i)[0]
            except OSError as failure:
                status = type(failure).__name__
            with lock:
                statuses.append(status)

        threads = [threading.Thread(target=one, args=(i,)) for i in range(100)]
        for t in threads:
            t.start()
        time.sleep(.05)
        began = time.monotonic()
        code = s.stop()
        for t in threads:
            t.join()
        assert code == 0 and time.monotonic() - began < 10, code
        odd = [x for x in statuses if x not in (200, 503, "ConnectionRefusedError", "ConnectionResetError",
                                                "RemoteDisconnected")]
        assert not odd, odd
        assert statuses.count(200) > 0, statuses


def clients_that_vanish_in_flight_do_not_hold_up_the_end(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1") as s:
        clients = [Client(s).send(post(b"text %d" % i)) for i in range(64)]
        clients += [Client(s).send(post(b"".join(b'"line %d"\n' % i for i in range(2000)), "/batch"))
                    for _ in range(8)]
        for c in clients[-8:]:
            c.until(b"\r\n\r\n")
        for c in clients:
            c.socket.close()
        s.wait(lambda: b"sentiment_texts_in_hand 0\n" in s.ask("GET", "/metrics")[2], "rest")
        assert b"sentiment_http_requests_waiting 1\n" in s.ask("GET", "/metrics")[2]
        began = time.monotonic()
        assert s.stop() == 0 and time.monotonic() - began < 5


def a_client_that_does_not_read_does_not_hold_up_the_end(build):
    with serve(build, "--drain-timeout", "300") as s:
        with contextlib.ExitStack() as stack:
            for body in BATCHES.values():
                c = stack.enter_context(unread_batch(s, body))
                c.until(b"\r\n\r\n") if b"x" in body else None
            began = time.monotonic()
            assert s.stop() == 0, s.said()
            assert time.monotonic() - began < 5, "it waits for its clients"


def an_upload_may_pause_for_longer_than_a_connection_may_idle(build):
    with serve(build, "--read-timeout", "20000", "--idle-timeout", "500") as s, Client(s) as c:
        data = post(TEXT)
        c.send(data[:-5])
        time.sleep(2.5)
        assert text_of(c.send(data[-5:]).reply()) == TEXT
        assert c.closed()


def a_second_head_that_drips_is_hung_up_on(build):
    with serve(build, "--read-timeout", "2000", "--idle-timeout", "20000") as s, Client(s) as c:
        assert text_of(c.send(post(TEXT)).reply()) == TEXT
        c.send(b"GET /health HTTP/1.1\r\nHost: test\r\nX-Slow: ")
        assert drip(c, b"x" * 1000, 2 * READ_S + SLACK_S) is not None, "still open"
        c = Client(s).send(b"POST /sentiment HTTP/1.1\r\nHost: test\r\n")
        time.sleep(1.5)
        c.send(b"Content-Length: 1000\r\n\r\n")
        began = time.monotonic()
        assert drip(c, b"x" * 1000, 2 * READ_S + SLACK_S) and time.monotonic() - began < 1.6, "a head gives its body more time"


LATER = """
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *now)
{
    long failed = syscall(SYS_clock_gettime, clock, now);
    if (clock == CLOCK_REALTIME)
        now->tv_sec += 3600;
    return (int)failed;
}
"""


def a_clock_that_was_set_back_stops_no_other(build):
    """The system's clock was an hour ahead when the server looked, and is right when it waits."""
    if any(san in build for san in ("asan", "tsan")):
        return print("http/wire: a_clock_that_was_set_back… is skipped: a sanitizer wants to be loaded first")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", f"{folder}/later.so"], input=LATER.encode(), check=True)
        with serve(build, "--read-timeout", "500", env={"LD_PRELOAD": f"{folder}/later.so"}) as s, Client(s) as c:
            assert c.closed()


OWN = [a_clock_that_was_set_back_stops_no_other, a_second_head_that_drips_is_hung_up_on, an_upload_may_pause_for_longer_than_a_connection_may_idle, a_client_that_does_not_read_does_not_hold_up_the_end, stopped_with_a_hundred_in_flight_it_answers_all, clients_that_vanish_in_flight_do_not_hold_up_the_end]
SHARED = [
    pipelined_requests_are_answered_in_order, a_chunked_body_is_one_text, a_request_in_single_bytes_is_a_request,
    a_client_that_waits_for_100_continue_gets_it, a_body_announced_too_large_is_refused_before_it_comes,
    a_body_that_grows_too_large_is_refused, an_answer_to_http_1_0_is_whole_and_ends_the_connection,
    connection_close_is_heeded, head_has_the_headers_of_get_and_no_body, a_wrong_method_is_answered_with_the_right_ones,
    options_tells_what_is_allowed, only_the_exact_path_is_the_path, text_may_hold_any_utf8_even_nul,
    an_error_leaves_the_connection_usable, nonsense_is_turned_away, bad_chunks_are_turned_away, lengths_that_lie_are_turned_away, http_1_1_without_a_host_is_turned_away,
    headers_that_are_too_large_are_turned_away, a_request_that_drips_is_hung_up_on, who_says_nothing_is_hung_up_on,
    a_half_closed_client_is_answered_or_let_go, three_hundred_half_open_clients_block_nobody,
    many_connections_are_all_served, who_does_not_read_holds_no_memory, a_batch_makes_nobody_else_wait,
    who_reads_late_gets_every_line, clients_that_vanish_leave_nothing_behind]


def attempt(test, arg):
    try:
        test(arg)
        return 0
    except (AssertionError, OSError) as failure:
        where = traceback.extract_tb(failure.__traceback__)[1]
        print(f"FAILED {test.__name__}: line {where.lineno}: {failure!r}"[:4000])
        return 1


def main(build):
    failed = 0
    with serve(build, "--read-timeout", str(1000 * READ_S), "--idle-timeout", str(1000 * IDLE_S),
               "--max-connections", "1000") as s:
        s.ask("POST", "/sentiment", TEXT)
        s.files_at_rest = s.files()
        for test in SHARED:
            failed += attempt(test, s)
            assert s.process.poll() is None, f"{test.__name__} has ended it: {s.process.returncode} {s.said()[-2000:]}"
            assert s.ask("GET", "/health")[0] == 200, test.__name__
    for test in OWN:
        failed += attempt(test, build)
    print(f"http/wire: {len(SHARED) + len(OWN)} tests, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
