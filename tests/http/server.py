"""`sentiment-cli serve` for a test: started on a free port, ended with its block."""
import contextlib
import http.client
import os
import re
import signal
import subprocess
import tempfile
import time


class Server:
    def __init__(self, build, *options, engine="fake", env=None, ready="/ready"):
        self.build = build
        self.log = tempfile.TemporaryFile("w+")
        model = ["--model", "models/finsent-minilm"]
        if engine == "fake":
            model = ["--engine", f"{build}/lib/libfake_engine.so", "--model", "tests/vectors/tiny/bert"]
        self.process = subprocess.Popen(
            [f"{build}/bin/sentiment-cli", "serve", *model, "--host", "127.0.0.1", "--port", "0", *options],
            stdout=self.log, stderr=self.log, env={**os.environ, **(env or {})})
        self.pid = self.process.pid
        self.address = self.wait(self.find_address, "an address")
        self.host, port = self.address.rsplit(":", 1)
        self.port = int(port)
        self.url = f"http://{self.address}"
        self.wait(lambda: self.ask("GET", ready)[0] == 200, ready)

    def said(self):
        """Everything on standard output and standard error so far."""
        return os.pread(self.log.fileno(), 1 << 24, 0).decode(errors="replace")

    def find_address(self):
        found = re.search(r"listening on (127\.0\.0\.1:\d+)", self.said())
        return found and found.group(1)

    def wait(self, condition, what, seconds=30):
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(ConnectionError):
                if value := condition():
                    return value
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"serve gave no {what}: {self.said()}")
            time.sleep(.01)

    def ask(self, method, path, body=None, headers={}):
        """Status, headers, body."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def files(self):
        """How many descriptors it holds."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def rss_kib(self):
        with open(f"/proc/{self.pid}/status") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))

    def stop(self, number=signal.SIGTERM, seconds=30):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


@contextlib.contextmanager
def serve(build, *options, **more):
    server = Server(build, *options, **more)
    try:
        yield server
    finally:
        code = server.stop()
    assert code == 0, f"serve ended with {code}: {server.said()}"
