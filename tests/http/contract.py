"""The service's promises, one test each: statuses, dialects, limits, keys, TLS, signals.

    python3 tests/http/contract.py BUILD [NAME…]

Most tests run with the tests' engine, whose devices cpu:slow (20 ms a batch), cpu:held
and cpu:fail do what they say. The ones called fault_… are faults of the demo that
this service replaces, and fail on its behaviour. One line a failure.
"""
import concurrent.futures
import ctypes
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from server import Server, serve

JSON = {"Content-Type": "application/json"}
DEMO = "The latest recall of Happy Fun Ball has sent ACME's stock plummeting."


def ask(s, path, body=None, headers={}, method=None):
    """Status, headers, body as JSON where it is."""
    if isinstance(body, str):
        body = body.encode()
    status, headers, reply = s.ask(method or ("GET" if body is None else "POST"), path, body, headers)
    if headers.get("Content-Type", "") == "application/json":
        assert reply.endswith(b"\n"), reply
        reply = json.loads(reply)
    return status, headers, reply


def post_json(s, path, value):
    return ask(s, path, json.dumps(value), JSON)


def expect(found, status, *parts):
    assert found[0] == status, (status, found)
    for part in parts:
        assert part in json.dumps(found[2]), (part, found[2])
    return found[2]


def metric(s, name, **labels):
    """The value of a sample, or 0."""
    wanted = {f'{k}="{v}"' for k, v in labels.items()}
    for line in s.ask("GET", "/metrics")[2].decode().splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if found and found[1] == name and wanted <= set(re.findall(r'\w+="[^"]*"', found[2] or "")):
            return float(found[3])
    return 0


def fake(build):
    """Options for the tests' engine."""
    return ["--engine", f"{build}/lib/libfake_engine.so", "--model", "tests/vectors/tiny/bert"]


def cannot_publish(build, test):
    if "tsan" not in build:
        return False
    print(f"http/contract: {test} is skipped: librdkafka does not run under TSan, which knows no thrd_create(3) up to GCC 12")
    return True


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(.01)


class held:
    """While it lasts, the engine of a server with --device cpu:held and this .env ends no batch."""

    def __enter__(self):
        self.file = tempfile.NamedTemporaryFile()
        self.env = {"FAKE_ENGINE_HELD": self.file.name}
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.file.close()


def together(n, call):
    with concurrent.futures.ThreadPoolExecutor(n) as pool:
        return list(pool.map(call, range(n)))


# ---- the demo's dialect ----

def the_demos_request_gets_the_demos_json(build):
    with serve(build) as s:
        status, headers, raw = s.ask("POST", "/sentiment", DEMO.encode(),
                                     {"Content-Type": "application/x-www-form-urlencoded"})
        reply = json.loads(raw)
        assert status == 200 and headers["Content-Type"] == "application/json"
        assert list(reply) == ["label", "metadata", "score", "text"], raw
        assert reply["metadata"] == {"cache_hit": False, "sha1": "d7452c7cc882d1c690635cac92945e815947708d"}, raw
        assert reply["text"] == DEMO and 0 < reply["score"] <= 1
        again = json.loads(s.ask("POST", "/sentiment", DEMO.encode())[2])
        assert again["metadata"]["cache_hit"] is True
        again["metadata"]["cache_hit"] = False
        assert again == reply


def the_body_is_taken_raw_under_every_content_type(build):
    with serve(build) as s:
        for body in (b'{"text": "Profit rose"}', b"a=b&c=%20d", " Gewinn stieg: 5 \u20ac ".encode(), b"\xef\xbb\xbfx"):
            for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain", "image/png"):
                reply = expect(ask(s, "/sentiment", body, {"Content-Type": kind}), 200)
                assert reply["text"].encode() == body, reply
                assert reply["metadata"]["sha1"] == hashlib.sha1(body).hexdigest()


def all_scores_come_on_request(build):
    with serve(build) as s:
        assert "scores" not in expect(ask(s, "/sentiment", DEMO), 200)
        for query in ("?scores", "?scores=1", "?scores=true"):
            reply = expect(ask(s, "/sentiment" + query, DEMO), 200)
            assert reply["scores"][reply["label"]] == reply["score"] == max(reply["scores"].values())
            assert abs(sum(reply["scores"].values()) - 1) < 1e-5
        assert "scores" not in expect(ask(s, "/sentiment?scores=0", DEMO), 200)


def a_cut_text_says_so(build):
    text = "profit " * 2000
    with serve(build) as s:
        assert expect(ask(s, "/sentiment", text), 200)["metadata"]["truncated"] is True
        assert "truncated" not in expect(ask(s, "/sentiment", "profit"), 200)["metadata"]
    with serve(build, "--long", "window") as s:
        assert expect(ask(s, "/sentiment", text), 200)["metadata"]["windows"] > 1
    with serve(build, "--long", "error") as s:
        expect(ask(s, "/sentiment", text), 422, "over the model's")


def an_answer_lives_as_long_as_it_is_told(build):
    with serve(build, "--cache-ttl", "1500") as s:
        hits = [expect(ask(s, "/sentiment", DEMO), 200)["metadata"]["cache_hit"] for _ in range(2)]
        time.sleep(1.6)
        hits.append(expect(ask(s, "/sentiment", DEMO), 200)["metadata"]["cache_hit"])
        assert hits == [False, True, False], hits
    with serve(build, "--no-cache") as s:
        assert not any(expect(ask(s, "/sentiment", DEMO), 200)["metadata"]["cache_hit"] for _ in range(2))


# ---- text-embeddings-inference's dialect ----

def predict_ranks_every_label(build):
    with serve(build) as s:
        one = expect(post_json(s, "/predict", {"inputs": "a"}), 200)
        assert [p["score"] for p in one] == sorted((p["score"] for p in one), reverse=True) and len(one) > 1
        assert expect(post_json(s, "/predict", {"inputs": ["a"]}), 200) == one
        two = expect(post_json(s, "/predict", {"inputs": [["a"], ["profit"]]}), 200)
        assert two[0] == one and len(two) == 2
        assert expect(post_json(s, "/predict", {"inputs": [["a"]]}), 200) == [one]


def predict_gives_logits_for_raw_scores(build):
    from math import exp
    with serve(build) as s:
        soft = expect(post_json(s, "/predict", {"inputs": "profit"}), 200)
        raw = expect(post_json(s, "/predict", {"inputs": "profit", "raw_scores": True}), 200)
        total = sum(exp(p["score"]) for p in raw)
        for p in raw:
            there = next(q["score"] for q in soft if q["label"] == p["label"])
            assert abs(exp(p["score"]) / total - there) < 1e-6, (raw, soft)
        assert expect(post_json(s, "/predict", {"inputs": "profit"}), 200) == soft  # not out of a spoilt cache


def predict_refuses_what_it_cannot_do(build):
    with serve(build) as s:
        for value in ({"inputs": ["a", "b"]}, {"inputs": [["a", "b"]]}):
            expect(post_json(s, "/predict", value), 422, "pairs are not supported", "error_type")
        for value in ({}, {"inputs": 5}, {"inputs": []}, {"inputs": ""}, {"inputs": [["a"], 5]}, {"inputs": None},
                      {"inputs": "a", "truncate": 1}, {"inputs": "a", "raw_scores": "yes"},
                      {"inputs": "a", "truncation_direction": "Left"}):
            expect(post_json(s, "/predict", value), 422, "error")
        expect(post_json(s, "/predict", {"inputs": "a", "truncation_direction": "right", "truncate": True}), 200)
        expect(post_json(s, "/predict", {"inputs": "profit " * 2000, "truncate": False}), 422, "limit")
        expect(post_json(s, "/predict", {"inputs": "profit " * 2000}), 200)
        expect(post_json(s, "/predict", {"inputs": [["a"], ["profit " * 2000]], "truncate": False}), 422, "text 1")


# ---- /v1/classify ----

def v1_classify_answers_as_vllm(build):
    with serve(build) as s:
        reply = expect(post_json(s, "/v1/classify", {"model": "any", "input": ["profit", "loss"]}), 200)
        assert reply["object"] == "list" and [d["index"] for d in reply["data"]] == [0, 1]
        for d in reply["data"]:
            assert len(d["probs"]) == d["num_classes"] and abs(sum(d["probs"]) - 1) < 1e-5
        assert reply["usage"]["prompt_tokens"] == reply["usage"]["total_tokens"] > 2
        one = expect(post_json(s, "/v1/classify", {"input": "profit"}), 200)
        assert one["data"][0]["label"] == reply["data"][0]["label"]
        for value in ({}, {"input": []}, {"input": 3}, {"input": ["a", 3]}, {"input": ""}):
            error = expect(post_json(s, "/v1/classify", value), 422)["error"]
            assert set(error) == {"message", "type", "code"} and error["code"] == 422, error


# ---- /batch ----

LINES = b"""{"text":"Profit rose 12%","id":9007199254740993,"x":[1, 2.50]}
"A string is a text too"

{"text":" "}
{"id":7}
{"text":5}
no JSON
{"text":"\xff"}
{"text":"Loss widened"}
{"text":"a","error":"of before","score":9,"truncated":true}
"""


def batch_answers_each_line_as_classify_does(build):
    objects = b"".join(line + b"\n" for line in LINES.splitlines() if line[:1] == b"{")
    for scores in (False, True):
        said = subprocess.run(
            [f"{build}/bin/sentiment-cli", "classify", *fake(build), "--input-format", "jsonl",
             *(["--scores"] if scores else [])], input=objects, capture_output=True).stdout
        with serve(build) as s:
            status, headers, body = s.ask("POST", "/batch" + "?scores" * scores, objects)
            assert status == 200 and headers["Content-Type"] == "application/x-ndjson"
            assert body == said, (body, said)


def batch_names_the_lines_it_cannot_answer(build):
    with serve(build) as s:
        lines = [json.loads(line) for line in s.ask("POST", "/batch", LINES)[2].splitlines()]
        assert [line.get("line") for line in lines] == [None, None, None, 5, 6, 7, 8, None, None], lines
        assert "not UTF-8 at byte" in lines[6]["error"] and lines[3]["id"] == 7
        assert lines[2]["label"] is None and lines[1]["text"] == "A string is a text too"
        assert set(lines[8]) == {"label", "score", "text"}, lines[8]


def a_line_of_a_batch_is_no_larger_than_a_body(build):
    with serve(build, "--max-body-bytes", "1000") as s:
        body = b'"a"\n"%s"\n"%s"\n"b"' % (b"x" * 998, b"x" * 999)
        lines = [json.loads(line) for line in s.ask("POST", "/batch", body)[2].splitlines()]
        assert [line.get("error", "")[-10:] for line in lines] == ["", "", "1000 bytes", ""], lines


def batch_streams_while_it_computes(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1") as s:
        connection = http.client.HTTPConnection(s.host, s.port, timeout=60)
        body = b"".join(b'{"text":"%s %d"}\n' % (b"profit " * 60, i) for i in range(200))
        began = time.monotonic()
        connection.request("POST", "/batch", body)
        reply = connection.getresponse()
        assert reply.headers["Transfer-Encoding"] == "chunked"
        reply.readline()
        first = time.monotonic() - began
        rest = reply.read().splitlines()
        assert len(rest) == 199 and first < (time.monotonic() - began) / 2, first
        assert [json.loads(line)["text"].split()[-1] for line in rest] == [str(i) for i in range(1, 200)]


def a_large_batch_does_not_starve_a_single_text(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1", "--max-queue", "8192") as s:
        body = b"".join(b'{"text":"%s %d"}\n' % (b"profit " * 60, i) for i in range(1000))
        batch = threading.Thread(target=lambda: s.ask("POST", "/batch", body))
        batch.start()
        until(lambda: metric(s, "sentiment_texts_in_hand") > 100)
        began = time.monotonic()
        expect(ask(s, "/sentiment", "a single one"), 200)
        alone = time.monotonic() - began
        batch.join()
        assert alone < (time.monotonic() - began) / 2, alone


# ---- the table of statuses ----

def an_empty_body_or_malformed_json_is_400(build):
    with serve(build) as s:
        for path in ("/sentiment", "/predict", "/v1/classify", "/batch"):
            expect(ask(s, path, b"", JSON), 400, "empty")
        for path in ("/predict", "/v1/classify"):
            for body in ("{", "[]", "5", '{"inputs": "a"} x', '{"inputs":"a","inputs":"b"}'):
                expect(ask(s, path, body, JSON), 400, "error")


def keys_are_asked_for(build):
    with tempfile.NamedTemporaryFile("w+") as keys:
        keys.write("# ours\nfirst-key\n\n  second-key  \n")
        keys.flush()
        with serve(build, "--api-keys", keys.name) as s:
            for path in ("/health", "/ready", "/ping", "/", "/page.js", "/openapi.json"):
                assert s.ask("GET", path)[0] == 200, path
            for path in ("/info", "/metrics"):
                assert s.ask("GET", path)[0] == 401, path
            for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer"},
                           {"Authorization": "Basic first-key"}, {"Authorization": "Bearer first-key2"},
                           {"Authorization": "Bearer # ours"}):
                reply = ask(s, "/sentiment", DEMO, header)
                expect(reply, 401, "API key")
                assert reply[1]["WWW-Authenticate"] == "Bearer"
            assert "code" in expect(ask(s, "/v1/classify", "{}", JSON), 401)["error"]
            for key in ("first-key", "second-key"):
                expect(ask(s, "/sentiment", DEMO, {"Authorization": "bearer " + key}), 200)
            keys.seek(0)
            keys.truncate()
            keys.write("third-key\n")
            keys.flush()
            s.process.send_signal(signal.SIGHUP)
            until(lambda: ask(s, "/sentiment", DEMO, {"Authorization": "Bearer third-key"})[0] == 200)
            expect(ask(s, "/sentiment", DEMO, {"Authorization": "Bearer first-key"}), 401)
            until(lambda: "loaded the model anew" in s.said())
            assert not re.search("first-key|third-key", s.said()), s.said()


def nothing_else_is_404_and_a_wrong_method_405(build):
    with serve(build) as s:
        for path in ("/sentiments", "/sentiment/", "/..", "/metrics/x", "/Sentiment"):
            expect(ask(s, path), 404, "NotFound")
        reply = ask(s, "/sentiment")
        expect(reply, 405, "MethodNotAllowed")
        assert "POST" in reply[1]["Allow"]
        for method in ("POST", "DELETE", "PUT", "PATCH"):
            reply = ask(s, "/health", b"x", method=method)
            expect(reply, 405)
            assert "GET" in reply[1]["Allow"] and "POST" not in reply[1]["Allow"]


def too_much_is_413(build):
    with serve(build, "--max-body-bytes", "1000", "--max-batch-bytes", "2000", "--max-texts", "3") as s:
        expect(ask(s, "/sentiment", b"x" * 1000), 200)
        for path in ("/sentiment", "/predict"):
            expect(ask(s, path, b"x" * 1001, JSON), 413, "1000 bytes")
        expect(ask(s, "/v1/classify", b"x" * 1001, JSON), 413, "code")
        assert ask(s, "/batch", b'"%s"' % (b"x" * 1500))[0] == 200
        expect(ask(s, "/batch", b'"%s"' % (b"x" * 2000)), 413, "2000 bytes")
        expect(post_json(s, "/predict", {"inputs": [["a"]] * 4}), 413, "at most 3")
        expect(post_json(s, "/v1/classify", {"input": ["a"] * 4}), 413, "at most 3")
        assert s.ask("GET", "/health", headers={"X": "y" * 100000})[0] == 431


def json_routes_take_json_only(build):
    with serve(build) as s:
        body = json.dumps({"inputs": "a", "input": "a"})
        for path in ("/predict", "/v1/classify", "/batch"):
            for kind in ("application/x-www-form-urlencoded", "image/png", "multipart/form-data"):
                expect(ask(s, path, body, {"Content-Type": kind}), 415, "JSON")
        for kind in ("application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json"):
            expect(ask(s, "/predict", body, {"Content-Type": kind}), 200)


def what_is_not_utf8_is_422(build):
    with serve(build) as s:
        expect(ask(s, "/sentiment", b"ab\xff"), 422, "not UTF-8 at byte 2")
        for body in (b'{"inputs":"\xff"}', b'{"input":"\xc3\x28"}'):
            expect(ask(s, "/predict", body, JSON), 422, "not UTF-8")
        assert s.ask("POST", "/sentiment", b"ab\xff")[0] == 422  # not out of the cache


def a_full_queue_is_an_immediate_answer(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1", "--max-queue", "2") as s:
        def one(i):
            began = time.monotonic()
            path, body = (("/predict", json.dumps({"inputs": f"text {i}"})) if i % 2 else ("/sentiment", f"text {i}"))
            status, headers, reply = ask(s, path, body, JSON)
            return path, status, headers.get("Retry-After"), time.monotonic() - began

        found = together(60, one)
        refused = [f for f in found if f[1] != 200]
        assert len(refused) >= 20 and len(refused) < 60, found
        for path, status, retry, _ in refused:
            assert status == (429 if path == "/predict" else 503) and int(retry) > 0, (path, status, retry)
        assert metric(s, "sentiment_texts_refused_total") == len(refused)


def it_says_503_while_it_loads(build):
    if not os.path.exists(f"{build}/lib/sentiment/libsentiment_torch.so"):
        return print("http/contract: it_says_503_while_it_loads is skipped: this build has no libtorch")
    with serve(build, engine="real") as s:
        assert metric(s, "sentiment_ready") == 1
        before = metric(s, "sentiment_http_requests_total", route="/ready", status="503")
        assert before > 0, "every /ready before the model was there was answered 200"


def it_says_503_while_it_drains(build):
    s = Server(build, "--device", "cpu:slow", "--workers", "1")
    body = b"".join(b'{"text":"%s %d"}\n' % (b"profit " * 60, i) for i in range(60))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        batch = pool.submit(s.ask, "POST", "/batch", body)
        until(lambda: metric(s, "sentiment_texts_in_hand") > 5)
        s.process.send_signal(signal.SIGTERM)
        until(lambda: s.ask("GET", "/ready")[0] == 503)
        assert s.ask("GET", "/health")[0] == 200
        reply = ask(s, "/sentiment", DEMO)
        expect(reply, 503, "shutting down")
        assert int(reply[1]["Retry-After"]) > 0
        lines = [json.loads(line) for line in batch.result()[2].splitlines()]
    assert len(lines) == 60
    assert s.process.wait(20) == 0, s.said()


def every_line_of_the_log_is_json_where_it_should_be(build):
    if cannot_publish(build, "every_line_of_the_log_…"):
        return
    s = Server(build, "--log", "json", "--output-mode", "both", "--brokers", "127.0.0.1:1", "--drain-timeout", "0")
    until(lambda: "no broker" in s.said())
    ask(s, "/sentiment", DEMO)
    assert s.stop() == 0
    lines = [json.loads(line) for line in s.said().splitlines()]
    assert all({"time", "level", "message"} <= set(line) or "status" in line for line in lines), lines


def no_path_breaks_the_log_or_a_terminal(build):
    for form in ("json", "text"):
        with serve(build, "--log", form) as s:
            for path in (b"/\xff", b"/\x9b31m", b"/\xc2\x9b31m\x7f", "/\u20ac".encode(), b"/\xe2\x82"):
                with socket.create_connection((s.host, s.port)) as c:
                    c.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    assert c.recv(100).startswith(b"HTTP/1.1 404"), path
            until(lambda: s.said().count("404") == 5)
            said = os.pread(s.log.fileno(), 1 << 20, 0).decode()
            assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f]", said), repr(said)
            assert "\ufffd" in said and "\u20ac" in said and "\\u009b31m\\u007f" in said, said


def what_cannot_be_meant_is_refused_at_the_start(build):
    for options, why in ((["--cache-ttl", "0"], "--cache-ttl: expected 1 or more"),
                         (["--max-header-bytes", "100"], "--max-header-bytes: expected 1024 or more"),
                         (["--create-topics"], "need --output-mode both or redpanda")):
        done = subprocess.run([f"{build}/bin/sentiment-cli", "serve", "--port", "0", *options],
                              capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and why in done.stderr and done.stderr.count("\n") == 1, done


def an_unknown_path_is_told_in_the_shape_of_its_kind(build):
    with serve(build) as s:
        assert "message" in expect(ask(s, "/v1/models"), 404)["error"]
        assert isinstance(expect(ask(s, "/models"), 404)["error"], str)


def before_it_drains_it_answers_for_the_delay(build):
    s = Server(build, "--drain-delay", "1500")
    s.process.send_signal(signal.SIGTERM)
    until(lambda: s.ask("GET", "/ready")[0] == 503)
    began = time.monotonic()
    while time.monotonic() < began + 1:
        expect(ask(s, "/sentiment", DEMO), 200)
        assert s.ask("GET", "/ready")[0] == 503
    assert metric(s, "sentiment_ready") == 0
    assert s.process.wait(20) == 0, s.said()
    assert "leaving" in s.said() and time.monotonic() - began > 1.2, s.said()


def what_takes_longer_than_the_drain_is_given_up(build):
    options = ("--device", "cpu:held", "--workers", "1", "--drain-timeout", "300")
    with held() as hold, concurrent.futures.ThreadPoolExecutor(150) as pool:
        s = Server(build, *options, env=hold.env)
        asked = [pool.submit(ask, s, "/sentiment", "profit " * 200 + str(i)) for i in range(150)]
        until(lambda: metric(s, "sentiment_texts_in_hand") == 150)
        s.process.send_signal(signal.SIGTERM)
        until(lambda: any(a.done() for a in asked))
        hold.end()
        assert s.process.wait(30) == 0, s.said()
        statuses = {a.result()[0] for a in asked}
    assert statuses == {503}, statuses
    body = b"".join(b'{"text":"%s %d"}\n' % (b"profit " * 60, i) for i in range(2000))
    with held() as hold, concurrent.futures.ThreadPoolExecutor(1) as pool:
        s = Server(build, *options, env=hold.env)
        batch = pool.submit(s.ask, "POST", "/batch", body)
        until(lambda: metric(s, "sentiment_texts_in_hand") > 5)
        s.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        hold.end()
        assert s.process.wait(30) == 0, s.said()
        lines = [json.loads(line) for line in batch.result()[2].splitlines()]
    assert len(lines) == 2000 and "shutting down" in lines[-1]["error"], (len(lines), lines[-1])


def an_engine_that_fails_is_500_and_tells_the_log_only(build):
    with serve(build, "--device", "cpu:fail") as s:
        for path, body in (("/sentiment", DEMO), ("/predict", '{"inputs":"a"}'), ("/v1/classify", '{"input":"a"}')):
            _, _, raw = s.ask("POST", path, body.encode(), JSON)
            expect(ask(s, path, body, JSON), 500, "could not be classified")
            assert b"fail" not in raw, raw
        line = json.loads(s.ask("POST", "/batch", b'"a"\n')[2])
        assert line == {"error": "the text could not be classified", "line": 1}, line
        assert re.search("status=500.*error=", s.said()), s.said()


def a_deadline_that_passes_is_504(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1", "--timeout", "50") as s:
        found = together(60, lambda i: ask(s, "/sentiment", "profit " * 200 + str(i))[0])
        assert set(found) <= {200, 504} and 504 in found, found


# ---- operation ----

def a_request_has_an_id_and_its_trace_goes_on(build):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with serve(build, "--log", "json") as s:
        reply = ask(s, "/sentiment", DEMO, {"X-Request-Id": "mine-1", "traceparent": trace})
        assert reply[1]["X-Request-Id"] == "mine-1"
        made = {ask(s, "/health", None, {"X-Request-Id": bad})[1]["X-Request-Id"] for bad in ("a b", "x" * 200, "\xe9")}
        assert len(made) == 3 and all(re.fullmatch("[0-9a-f-]+", m) for m in made), made
        until(lambda: "mine-1" in s.said())
        lines = [json.loads(line) for line in s.said().splitlines()]
        mine = next(line for line in lines if line.get("request_id") == "mine-1")
        assert (mine["status"], mine["path"], mine["traceparent"], mine["texts"]) == (200, "/sentiment", trace, 1), mine
        assert "Happy Fun Ball" not in s.said()


def the_log_can_be_off(build):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [f"{build}/bin/sentiment-cli", "serve", *fake(build), "--port", str(port), "--log", "off"],
        stderr=subprocess.PIPE)
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def answers():
        try:
            c.request("GET", "/ready")
            return c.getresponse().read() and True
        except OSError:
            c.close()

    until(answers)
    process.terminate()
    assert process.communicate(timeout=20)[1] == b"" and process.returncode == 0


def a_path_cannot_write_into_the_log(build):
    with serve(build) as s, socket.create_connection((s.host, s.port)) as c:
        c.sendall(b"GET /a\x01b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        c.settimeout(20)
        while c.recv(4096):
            pass
        s.ask("GET", "/health")
        assert not re.search("[\x00-\x08\x0b-\x1f]", s.said()), s.said()


def pages_of_other_origins_need_leave(build):
    origin = {"Origin": "https://news.example"}
    with serve(build) as s:
        assert "Access-Control-Allow-Origin" not in ask(s, "/sentiment", DEMO, origin)[1]
    with serve(build, "--cors", "https://news.example") as s:
        assert ask(s, "/sentiment", DEMO, origin)[1]["Access-Control-Allow-Origin"] == "https://news.example"
        assert "Access-Control-Allow-Origin" not in ask(s, "/sentiment", DEMO, {"Origin": "https://x.example"})[1]
        status, headers, _ = s.ask("OPTIONS", "/sentiment", None, origin)
        assert status == 204 and "POST" in headers["Access-Control-Allow-Methods"]
        assert "authorization" in headers["Access-Control-Allow-Headers"].lower()


def a_client_that_goes_takes_its_work_along(build):
    with serve(build, "--device", "cpu:slow", "--workers", "1") as s:
        body = b"".join(b'{"text":"%s %d"}\n' % (b"profit " * 60, i) for i in range(2000))
        c = socket.create_connection((s.host, s.port))
        c.sendall(b"POST /batch HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        until(lambda: metric(s, "sentiment_texts_in_hand") > 100)
        c.close()
        until(lambda: metric(s, "sentiment_texts_in_hand") == 0, 10)
        assert metric(s, "sentiment_texts_computed_total") < 1500
        until(lambda: metric(s, "sentiment_http_requests_total", route="/batch", status="499") == 1)


def a_reload_loses_no_request(build):
    with serve(build) as s:
        stop, statuses = threading.Event(), []

        def load(i):
            n = 0
            while not stop.is_set():
                statuses.append(s.ask("POST", "/sentiment", b"text %d %d" % (i, n))[0])
                n += 1

        threads = [threading.Thread(target=load, args=(i,)) for i in range(4)]
        for t in threads:
            t.start()
        for n in range(1, 6):
            s.process.send_signal(signal.SIGHUP)
            until(lambda: metric(s, "sentiment_reloads_total") == n)
        stop.set()
        for t in threads:
            t.join()
        assert set(statuses) == {200} and len(statuses) > 20, (set(statuses), len(statuses))


def a_reload_that_fails_changes_nothing(build):
    with tempfile.TemporaryDirectory() as folder:
        for name in os.listdir("tests/vectors/tiny/bert"):
            with open(f"tests/vectors/tiny/bert/{name}", "rb") as f, open(f"{folder}/{name}", "wb") as out:
                out.write(f.read())
        with serve(build, "--model", folder) as s:
            with open(f"{folder}/config.json", "w") as f:
                f.write("{")
            s.process.send_signal(signal.SIGHUP)
            until(lambda: "the model stays as it is" in s.said())
            expect(ask(s, "/sentiment", DEMO), 200)
            assert metric(s, "sentiment_reload_failures_total") == 1


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def connections_beyond_the_limit_wait_on_each_socket(build):
    with tempfile.TemporaryDirectory() as folder, serve(
            build, "--unix", f"{folder}/s", "--max-connections", "1") as s, socket.socket(socket.AF_UNIX) as other:
        ping = b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"
        until(lambda: metric(s, "sentiment_http_connections") == 1)
        with socket.create_connection((s.host, s.port)) as first, socket.create_connection((s.host, s.port)) as second:
            first.sendall(ping)
            assert first.recv(1000).startswith(b"HTTP/1.1 200")
            second.sendall(ping)
            second.settimeout(.3)
            try:
                raise AssertionError(f"a second one is answered: {second.recv(1000)}")
            except TimeoutError:
                pass
            other.connect(f"{folder}/s")
            other.sendall(ping)
            assert other.recv(1000).startswith(b"HTTP/1.1 200")
            first.close()
            second.settimeout(10)
            assert second.recv(1000).startswith(b"HTTP/1.1 200")


def it_listens_on_a_unix_socket(build):
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/s"
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(path)
        stale.close()  # a socket that nobody listens on is replaced
        with serve(build, "--unix", path) as s:
            c = UnixConnection(path)
            c.request("POST", "/sentiment", DEMO)
            assert c.getresponse().status == 200
            until(lambda: "client=unix" in s.said())
        assert not os.path.exists(path)


def certificates(folder):
    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=folder)

    for ca in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                f"{ca}.key", "-out", f"{ca}.pem", "-subj", f"/CN={ca}", "-days", "2")
    for name, ca in (("server", "ca"), ("client", "ca"), ("stranger", "other")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", "2", "-copy_extensions", "copy")


class TlsServer(Server):
    """Asked over TLS, with a client's certificate when there is one."""
    folder, who = None, None

    def ask(self, method, path, body=None, headers={}):
        context = ssl.create_default_context(cafile=f"{self.folder}/ca.pem")
        if self.who:
            context.load_cert_chain(f"{self.folder}/{self.who}.pem", f"{self.folder}/{self.who}.key")
        c = http.client.HTTPSConnection(self.host, self.port, timeout=20, context=context)
        c.request(method, path, body, headers)
        reply = c.getresponse()
        return reply.status, reply.headers, reply.read()


def it_speaks_tls_and_knows_its_clients(build):
    with tempfile.TemporaryDirectory() as folder:
        certificates(folder)
        TlsServer.folder, TlsServer.who = folder, None
        pair = ["--tls-cert", f"{folder}/server.pem", "--tls-key", f"{folder}/server.key"]
        s = TlsServer(build, *pair)
        assert s.ask("POST", "/sentiment", DEMO.encode())[0] == 200
        assert s.stop() == 0
        TlsServer.who = "client"
        s = TlsServer(build, *pair, "--tls-client-ca", f"{folder}/ca.pem")
        assert s.ask("POST", "/sentiment", DEMO.encode())[0] == 200
        for who in (None, "stranger"):
            s.who = who
            try:
                assert not s.ask("GET", "/health"), f"{who} was let in"
            except (OSError, http.client.HTTPException):
                pass
        assert s.stop() == 0
        for options, part in ((["--tls-cert", f"{folder}/server.pem"], "go together"),
                              (["--tls-cert", f"{folder}/none.pem", "--tls-key", f"{folder}/server.key"], "none.pem"),
                              (["--tls-cert", f"{folder}/server.pem", "--tls-key", f"{folder}/ca.key"], "key fit"),
                              (["--tls-cert", "Makefile", "--tls-key", "Makefile"], "not a PEM file")):
            refuses(build, part, *options)


def refuses(build, part, *options, env={}):
    """It ends at once with a line that holds part."""
    done = subprocess.run([f"{build}/bin/sentiment-cli", "serve", *fake(build), "--port", "0", *options],
                          capture_output=True, text=True, timeout=60, env={**os.environ, **env})
    assert done.returncode in (1, 2), done
    lines = [line for line in done.stderr.splitlines() if "level=info" not in line]
    assert len(lines) == 1 and part in lines[0], done.stderr


def it_does_not_start_on_nonsense(build):
    with serve(build) as s:
        refuses(build, "cannot listen on 127.0.0.1", "--port", str(s.port))
    refuses(build, "cannot listen", "--host", "127.0.0.300")
    refuses(build, "is no port", "--port", "99999")
    refuses(build, "one argument too many", "operand")
    with tempfile.NamedTemporaryFile() as empty:
        refuses(build, "no key in it", "--api-keys", empty.name)
    refuses(build, "nowhere to listen", "--host", "")
    refuses(build, "set one", env={"DEMO_OUTPUT_MODE": "http", "REDPANDA_OUTPUT_MODE": "both"})
    refuses(build, "no/such/model", "--model", "no/such/model")


def it_warns_when_everybody_can_reach_it(build):
    process = subprocess.Popen([f"{build}/bin/sentiment-cli", "serve", *fake(build), "--host", "192.0.2.1", "--port", "0"],
                               stderr=subprocess.PIPE, text=True)
    said = process.communicate(timeout=20)[1]  # an address that nobody has: it ends by itself
    assert "level=warning" in said and "192.0.2.1 without --api-keys without --tls-cert" in said, said
    with serve(build) as s:
        assert "without --" not in s.said(), s.said()


def a_service_manager_hands_its_socket_over_and_is_told(build):
    with tempfile.TemporaryDirectory() as folder:
        said = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        said.bind(folder + "/notify")
        said.settimeout(30)
        listening = socket.create_server(("127.0.0.1", 0))
        # LISTEN_PID must be the server's own, which only the child knows.
        script = ("import os, sys; os.dup2(int(sys.argv[1]), 3, inheritable=True); "
                  "os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[2], sys.argv[2:])")
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(listening.fileno()), f"{build}/bin/sentiment-cli", "serve", *fake(build)],
            pass_fds=[listening.fileno()], stderr=subprocess.DEVNULL,
            env={**os.environ, "LISTEN_FDS": "1", "NOTIFY_SOCKET": folder + "/notify"})
        try:
            assert said.recv(100) == b"READY=1"
            c = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=20)
            c.request("POST", "/sentiment", DEMO)
            assert c.getresponse().status == 200
            process.terminate()
            assert said.recv(100) == b"STOPPING=1"
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()


def a_socket_handed_over_may_have_a_path_of_any_length(build):
    """108 bytes are a whole sun_path, without a NUL."""
    bind = ctypes.CDLL(None, use_errno=True).bind
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s" * (107 - len(folder)))
        listening = socket.socket(socket.AF_UNIX)
        assert bind(listening.fileno(), struct.pack("=H", socket.AF_UNIX) + path.encode(), 110) == 0, ctypes.get_errno()
        listening.listen()
        script = ("import os, sys; os.dup2(int(sys.argv[1]), 3, inheritable=True); "
                  "os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[2], sys.argv[2:])")
        with subprocess.Popen(
                [sys.executable, "-c", script, str(listening.fileno()), f"{build}/bin/sentiment-cli", "serve", *fake(build)],
                pass_fds=[listening.fileno()], stderr=subprocess.PIPE, env={**os.environ, "LISTEN_FDS": "1"}) as process:
            line = process.stderr.readline().decode(errors="replace")
            process.terminate()
            process.stderr.read()
        assert re.search(f'"listening on unix:{path}"', line), line


def any_timeout_goes_with_publishing(build):
    if cannot_publish(build, "any_timeout_…"):
        return
    for ms in ("300000000", "4294967295"):
        with serve(build, "--output-mode", "both", "--brokers", "127.0.0.1:1", "--timeout", ms, "--drain-timeout", "0") as s:
            assert s.ask("GET", "/health")[0] == 200


def a_batch_whose_records_nobody_takes_says_so_on_each_line(build):
    if cannot_publish(build, "a_batch_whose_records_…"):
        return
    with serve(build, "--output-mode", "redpanda", "--brokers", "127.0.0.1:1", "--timeout", "500", ready="/health") as s:
        until(lambda: metric(s, "sentiment_workers") > 0)
        status, _, body = s.ask("POST", "/batch", b"".join(b'"text %d"\n' % i for i in range(1000)))
        lines = [json.loads(line) for line in body.splitlines()]
        assert status == 202 and [line["line"] for line in lines] == list(range(1, 1001)), (status, lines[:3])
        assert {line["error"] for line in lines} == {"the broker does not take records"}, lines[0]


def flags_win_over_environment_over_file(build):
    with tempfile.NamedTemporaryFile("w+") as f:
        f.write("# ours\nmax-body-bytes = 10\ntimeout = 70\nmax-texts = 5\n")
        f.flush()
        with serve(build, "--config", f.name, "--max-body-bytes", "20", env={"SENTIMENT_API_KEYS": ""}) as s:
            info = expect(ask(s, "/info"), 200)
            assert (info["max_body_bytes"], info["timeout_ms"], info["max_client_batch_size"]) == (20, 70, 5), info
        with serve(build, env={"DEMO_OUTPUT_MODE": "http", "REDPANDA_OUTPUT_MODE": "http"}):
            pass


def metrics_are_what_prometheus_reads(build):
    with serve(build) as s:
        for body in (DEMO, DEMO, "other"):
            expect(ask(s, "/sentiment", body), 200)
        text = s.ask("GET", "/metrics")[2].decode()
        types, seen = {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE"):
                _, _, name, kind = line.split()
                assert name not in types, f"{name} twice"
                types[name] = kind
            elif not line.startswith("#"):
                name, labels, value = re.fullmatch(r"([a-z_:]+)(\{.*\})? (\S+)", line).groups()
                family = next((name.removesuffix(x) for x in ("_bucket", "_sum", "_count", "")
                               if name.removesuffix(x) in types), None)
                assert family, f"{name} has no TYPE"
                assert (name, labels) not in seen, line
                seen[name, labels] = float(value)
                assert types[family] != "counter" or name.endswith("_total"), name
        buckets = [v for (n, l), v in seen.items()
                   if n == "sentiment_http_request_seconds_bucket" and '"/sentiment"' in l]
        assert buckets == sorted(buckets) and buckets[-1] == 3, buckets
        assert metric(s, "sentiment_cache_hits_total") == 1
        assert metric(s, "sentiment_compute_seconds_count") == metric(s, "sentiment_batch_texts_sum") == 2


# ---- faults of the demo ----

def fault_1_no_text_is_stored_under_anothers_digest(build):
    with serve(build) as s:
        for poison in (json.dumps({"text": DEMO}), json.dumps({"text": {"a": 1}}), json.dumps({"text": ""})):
            reply = expect(ask(s, "/sentiment", poison, JSON), 200)
            assert reply["metadata"]["sha1"] == hashlib.sha1(poison.encode()).hexdigest()
        reply = expect(ask(s, "/sentiment", DEMO), 200)
        assert reply["metadata"]["cache_hit"] is False and reply["text"] == DEMO


def fault_2_a_failure_is_no_hit(build):
    with serve(build, "--device", "cpu:fail") as s:
        for _ in range(3):
            expect(ask(s, "/sentiment", DEMO), 500)
        assert metric(s, "sentiment_cache_entries") == 0


def fault_6_both_names_of_the_output_mode_work(build):
    for name in ("DEMO_OUTPUT_MODE", "REDPANDA_OUTPUT_MODE"):
        refuses(build, name, env={name: "nonsense"})


def fault_8_many_ask_and_one_is_computed(build):
    with held() as hold, concurrent.futures.ThreadPoolExecutor(200) as pool, \
            serve(build, "--device", "cpu:held", "--workers", "1", env=hold.env) as s:
        replies = [pool.submit(ask, s, "/sentiment", DEMO) for _ in range(200)]
        until(lambda: metric(s, "sentiment_single_flight_joins_total") == 199)
        hold.end()
        assert len({json.dumps({**expect(r.result(), 200), "metadata": None}) for r in replies}) == 1
        assert metric(s, "sentiment_texts_computed_total") == 1
        assert metric(s, "sentiment_cache_hits_total") == 0


def fault_9_body_time_and_memory_are_bounded(build):
    with serve(build, "--read-timeout", "500", "--cache-entries", "100") as s:
        expect(ask(s, "/sentiment", b"x" * ((1 << 20) + 1)), 413)
        for i in range(300):
            expect(ask(s, "/sentiment", f"text {i}"), 200)
        assert metric(s, "sentiment_cache_entries") <= metric(s, "sentiment_cache_capacity") <= 100 + 64
        with socket.create_connection((s.host, s.port)) as c:
            c.sendall(b"POST /sentiment HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
            c.settimeout(10)
            assert c.recv(1000) == b"", "a body that does not come keeps its connection"


TESTS = [v for k, v in list(globals().items())
         if callable(v) and getattr(v, "__code__", None) and v.__code__.co_varnames[:1] == ("build",)
         and k not in ("serve", "main", "refuses", "fake", "cannot_publish")]


def main(build, *names):
    failed = 0
    chosen = [t for t in TESTS if not names or t.__name__ in names]
    for test in chosen:
        try:
            test(build)
        except (AssertionError, OSError, http.client.HTTPException, subprocess.TimeoutExpired) as failure:
            failed += 1
            where = traceback.extract_tb(failure.__traceback__)[1]
            print(f"FAILED {test.__name__}: line {where.lineno}: {failure!r}"[:4000])
    print(f"http/contract: {len(chosen)} tests, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
