"""fakehub.py - an imitation of the Hugging Face hub, with faults on demand.

What huggingface_hub 1.x and 2.x ask of the real one: the commit of a revision, the
listing of a commit in pages, files at once or through a redirect to another host
(here another port, whose server refuses requests that carry a token). Standard
library only. Every request is kept in `log`.
"""
import gzip
import hashlib
import json
import re
import ssl
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Fault:
    """Does `kind` to requests whose path matches, `times` times."""

    def __init__(self, pattern, kind, value=None, times=1, headers=None):
        self.pattern = re.compile(pattern)
        self.kind, self.value, self.times, self.headers = kind, value, times, headers or {}


class Repo:
    def __init__(self, files, large=(), token=None, gated=False, branches=None):
        self.files = files  # path -> bytes
        self.large = set(large)  # kept elsewhere, named by their SHA-256
        self.token, self.gated = token, gated
        digest = hashlib.sha1(json.dumps(sorted((k, sha256(v)) for k, v in files.items())).encode())
        self.commit = digest.hexdigest()
        self.branches = {"main": self, **(branches or {})}

    def revision(self, name):
        for repo in self.branches.values():
            if repo.commit == name:
                return repo
        return self.branches.get(name)

    def etag(self, path):
        data = self.files[path]
        return sha256(data) if path in self.large else git_sha1(data)

    def listing(self):
        entries = []
        for path, data in sorted(self.files.items()):
            entry = {"type": "file", "oid": git_sha1(data), "size": len(data), "path": path}
            if path in self.large:
                entry["oid"] = git_sha1(b"version https://git-lfs")
                entry["lfs"] = {"oid": sha256(data), "size": len(data), "pointerSize": 134}
            entries.append(entry)
        for folder in sorted({p.split("/")[0] for p in self.files if "/" in p}):
            entries.append({"type": "directory", "oid": "0" * 40, "size": 0, "path": folder})
        return entries


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    # ---- what every reply does ----

    def setup(self):
        super().setup()
        self.hub = self.server.hub

    def take_fault(self):
        with self.hub.lock:
            for fault in self.hub.faults:
                if fault.times and fault.pattern.search(self.path):
                    fault.times -= 1
                    return fault
        return None

    def send(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code=None, message="refused", headers=None):
        found = dict(headers or {})
        if code:
            found.update({"X-Error-Code": code, "X-Error-Message": message})
        self.send(status, json.dumps({"error": message}).encode(), found)

    def log(self):
        with self.hub.lock:
            self.hub.log.append({
                "where": self.server.where, "path": self.path, "host": self.headers.get("Host"),
                "range": self.headers.get("Range"), "token": self.headers.get("Authorization"),
                "agent": self.headers.get("User-Agent"), "encoding": self.headers.get("Accept-Encoding")})

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.path.startswith("http://"):  # as a proxy is asked
            self.path = "/" + self.path.split("/", 3)[3]
        self.log()
        fault = self.take_fault()
        if fault and fault.kind == "status":
            self.refuse(fault.value, fault.headers.pop("code", None), "made to fail", fault.headers)
        elif fault and fault.kind == "redirect":
            self.send(307, headers={"Location": fault.value})
        elif fault and fault.kind == "hang":
            self.hub.release.wait(fault.value)
            self.close_connection = True
        elif fault and fault.kind == "body":
            self.send(200, fault.value)
        else:
            self.route(fault)

    # ---- a file's bytes, whole or from somewhere, damaged when asked to ----

    def send_file(self, data, headers, fault):
        kind = fault.kind if fault else None
        begin = 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        status = 200
        if kind == "gzip":
            return self.send_packed(data, headers)
        if asked and kind not in ("norange", "norange-cut"):
            begin = int(asked.group(1))
            if begin >= len(data):
                return self.send(416, headers={"Content-Range": "bytes */%d" % len(data)})
            headers["Content-Range"] = "bytes %d-%d/%d" % (begin, len(data) - 1, len(data))
            status = 206
        body = data[begin:]
        if kind == "flip":
            body = body[:-1] + bytes([body[-1] ^ 1])
        elif kind == "longer":
            body += bytes(fault.value)
        elif kind == "shorter":
            body = body[:-1]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return None
        if kind in ("cut", "stall", "norange-cut"):
            self.wfile.write(body[:fault.value])
            self.wfile.flush()
            if kind == "stall":
                self.hub.stalled.set()
                self.hub.release.wait(60)
            self.close_connection = True
            return None
        return self.wfile.write(body)

    def send_packed(self, data, headers):
        """gzip in chunks: no length, whatever the client said it takes."""
        packed = gzip.compress(data)
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for i in range(0, len(packed), 100):
            piece = packed[i:i + 100]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


class HubHandler(Handler):
    def route(self, fault):
        parts = urllib.parse.urlsplit(self.path)
        api = re.fullmatch(r"/api/models/([^/]+/[^/]+)/(revision|tree)/([^/]+)", parts.path)
        resolve = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", parts.path)
        found = api or resolve
        if not found:
            return self.refuse(404)
        repo = self.hub.repos.get(found.group(1))
        if not repo or (repo.token and self.headers.get("Authorization") != "Bearer " + repo.token):
            if repo and repo.gated and resolve:
                return self.refuse(403, "GatedRepo", "Access to it is restricted")
            if not (repo and repo.gated):
                return self.refuse(401, "RepoNotFound", "Repository not found")
        at = repo.revision(urllib.parse.unquote(found.group(3 if api else 2)))
        if not at:
            return self.refuse(404, "RevisionNotFound", "Invalid rev id")
        if api and api.group(2) == "revision":
            return self.send(200, json.dumps({"id": api.group(1), "sha": at.commit}).encode())
        if api:
            return self.list(at, urllib.parse.parse_qs(parts.query), parts.path)
        return self.resolve(at, urllib.parse.unquote(resolve.group(3)), fault)

    def list(self, at, query, path):
        first = int(query.get("cursor", ["0"])[0])
        page = at.listing()[first:first + self.hub.page]
        headers = {}
        if first + len(page) < len(at.listing()):
            host = self.hub.url if self.hub.whole_links else ""
            headers["Link"] = '<%s%s?cursor=%d>; rel="next"' % (host, path, first + len(page))
        self.send(200, json.dumps(page).encode(), headers)

    def resolve(self, at, path, fault):
        if path not in at.files:
            return self.refuse(404, "EntryNotFound", "Entry not found")
        headers = {"X-Repo-Commit": at.commit}
        if path not in at.large:
            headers["ETag"] = '"%s"' % at.etag(path)
            return self.send_file(at.files[path], headers, fault)
        headers.update({
            "X-Linked-ETag": '"%s"' % at.etag(path), "X-Linked-Size": str(len(at.files[path])),
            "Location": "%s/%s?signature=secret" % (self.hub.cdn_url, at.etag(path))})
        return self.send(302, headers=headers)


class CdnHandler(Handler):
    def route(self, fault):
        if self.headers.get("Authorization"):
            return self.refuse(400, None, "two ways to authenticate")
        wanted = self.path.split("?")[0][1:]
        for repo in self.hub.repos.values():
            for at in repo.branches.values():
                for path in at.large:
                    if at.etag(path) == wanted:
                        return self.send_file(at.files[path], {"ETag": '"other"'}, fault)
        return self.refuse(404)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # clients that go away are what is tested


class FakeHub:
    def __init__(self, certificate=None):
        self.repos, self.faults, self.log = {}, [], []
        self.page, self.whole_links = 1000, True
        self.lock = threading.Lock()
        self.stalled, self.release = threading.Event(), threading.Event()
        scheme = "https" if certificate else "http"
        self.servers = []
        for handler, where in ((HubHandler, "hub"), (CdnHandler, "cdn")):
            server = Server(("127.0.0.1", 0), handler)
            server.hub, server.where = self, where
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            self.servers.append(server)
        # The same machine under two names, so that they are two hosts.
        self.url = "%s://127.0.0.1:%d" % (scheme, self.servers[0].server_port)
        self.cdn_url = "%s://localhost:%d" % (scheme, self.servers[1].server_port)

    def fail(self, *args, **kwargs):
        self.faults.append(Fault(*args, **kwargs))

    def requests(self, pattern):
        with self.lock:
            return [r for r in self.log if re.search(pattern, r["path"])]

    def close(self):
        self.release.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()
