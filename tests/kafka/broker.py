"""broker.py - one Apache Kafka broker (KRaft) on 127.0.0.1, for tests.

    python3 broker.py start DIR [--secure] [--property KEY=VALUE]…
    python3 broker.py stop DIR [--kill]
    python3 broker.py jars

start prints the addresses of its listeners and returns; DIR used before is
started again with its own ports and data. jars fetches what is needed, once per
user, through Maven; KAFKA_VERSION takes another release than pom.xml's.

Listeners: PLAIN; PROXIED, which tells clients to come to the port `proxy`
instead, where a test puts itself between; and with --secure SASL, SASL_TLS and
TLS. There, an authorizer lets those who come without a name and the user
`demo` do everything, and the users `guest` and `reader` what a test lets them.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SECURE = {"SASL": "SASL_PLAINTEXT", "SASL_TLS": "SASL_SSL", "TLS": "SSL"}
USERS = {"demo": "demo-secret", "guest": "guest-secret", "reader": "reader-secret"}
SCRAM = "SCRAM-SHA-256", "SCRAM-SHA-512"

# One node: every internal topic has one replica; no waiting for more members.
# Records of tests are older than a week, and are to stay.
SETTINGS = """
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAIN
num.partitions=4
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
transaction.abort.timed.out.transaction.cleanup.interval.ms=500
broker.heartbeat.interval.ms=300
broker.session.timeout.ms=3000
message.max.bytes=12000000
replica.fetch.max.bytes=12000000
log.retention.ms=-1
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.backoff.ms=500
num.network.threads=2
num.io.threads=4
background.threads=2
""".strip()

LOG = """
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
""".strip()


# What 3.9 has instead.
LOG_BEFORE_4 = """
log4j.rootLogger=INFO, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
""".strip()


class Unavailable(Exception):
    """Why there can be no broker here."""


def jars():
    """The folder of the jars, fetched when it is not there."""
    version = os.environ.get("KAFKA_VERSION", "4.4.0")
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    kept = pathlib.Path(cache) / "libsentiment" / f"kafka-{version}"
    for program in "java", *(() if kept.exists() else ("mvn",)):
        if not shutil.which(program):
            raise Unavailable(f"there is no {program}")
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = pathlib.Path(tempfile.mkdtemp(dir=kept.parent))
    print(f"Fetching Apache Kafka {version} (50 MB, once per user)", flush=True)
    done = subprocess.run(
        ["mvn", "-B", "-q", "-f", HERE / "pom.xml", f"-Dkafka.version={version}",
         "-DincludeScope=runtime", f"-DoutputDirectory={part}",
         "dependency:copy-dependencies"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        shutil.rmtree(part)
        raise Unavailable("Maven fetches no jars: " + "".join(
            line for line in done.stdout.splitlines(True) if "ERROR" in line)[:300])
    part.rename(kept)
    return kept


def java(*arguments, heap="256m", **how):
    """A Java program with the jars on its path, as arguments for Popen."""
    return ["java", f"-Xmx{heap}", "-XX:+UseSerialGC", *how.get("jvm", ()),
            "-cp", f"{jars()}/*", *arguments]


def free_ports(n):
    """Ports below those that Linux gives to outgoing connections, so that they
    stay free while the broker is down."""
    ports = set()
    while len(ports) < n:
        port = random.SystemRandom().randrange(12000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                ports.add(port)
            except OSError:
                pass
    return list(ports)


def make_certificates(folder):
    """A CA, and a key and certificate of 127.0.0.1 in one PEM file."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True,
                       capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
            "-subj", "/CN=tests", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "3650", "-extfile", "names",
            "-out", "server.crt")
    (folder / "server.pem").write_text("".join(
        (folder / name).read_text() for name in ("server.key", "server.crt", "ca.pem")))


class Broker:
    """A broker whose configuration, data, log and pid live in one folder."""

    def __init__(self, folder=None, secure=False, properties=()):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="kafka-"))
        self.folder = self.folder.resolve()
        self.process = None
        if not (self.folder / "ready").exists():
            self._prepare(secure, properties)
        lines = (self.folder / "ready").read_text().split()
        self.addresses = dict(line.split("=", 1) for line in lines)
        self.plain = self.addresses["PLAIN"]
        self.proxied = self.addresses["PROXIED"]
        self.ca = str(self.folder / "ca.pem")

    # ---- making one ----

    def _prepare(self, secure, properties):
        self.folder.mkdir(parents=True, exist_ok=True)
        protocols = {"PLAIN": "PLAINTEXT", "PROXIED": "PLAINTEXT"} | (SECURE if secure else {})
        control, proxy, *ports = (f"127.0.0.1:{p}" for p in free_ports(2 + len(protocols)))
        at = dict(zip(protocols, ports))
        listen = [f"{name}://{address}" for name, address in at.items()]
        told = [f"{name}://{proxy if name == 'PROXIED' else address}"
                for name, address in at.items()]
        kinds = [f"{n}:{p}" for n, p in protocols.items()] + ["CONTROLLER:PLAINTEXT"]
        settings = [
            SETTINGS, f"log.dirs={self.folder}/data",
            f"controller.quorum.voters=1@{control}",
            f"listeners={','.join(listen + ['CONTROLLER://' + control])}",
            f"advertised.listeners={','.join(told)}",
            f"listener.security.protocol.map={','.join(kinds)}",
            *(self._security() if secure else ()), *properties]
        (self.folder / "server.properties").write_text("\n".join(settings) + "\n")
        (self.folder / "log4j2.properties").write_text(LOG)
        (self.folder / "log4j.properties").write_text(LOG_BEFORE_4)
        self._format(secure)
        (self.folder / "ready").write_text("\n".join(
            f"{k}={v}" for k, v in (at | {"proxy": proxy}).items()) + "\n")

    def _security(self):
        make_certificates(self.folder)
        plain = " ".join(f'user_{name}="{word}"' for name, word in USERS.items())
        module = "org.apache.kafka.common.security"
        yield "sasl.enabled.mechanisms=PLAIN,OAUTHBEARER," + ",".join(SCRAM)
        for listener in "sasl", "sasl_tls":
            prefix = f"listener.name.{listener}"
            yield (f"{prefix}.plain.sasl.jaas.config={module}.plain.PlainLoginModule"
                   f" required {plain};")
            yield (f"{prefix}.oauthbearer.sasl.jaas.config={module}.oauthbearer.OAuthBearerLoginModule"
                   ' required unsecuredLoginStringClaim_sub="demo";')
            for mechanism in SCRAM:
                yield (f"{prefix}.{mechanism.lower()}.sasl.jaas.config="
                       f"{module}.scram.ScramLoginModule required;")
        for store, name in ("keystore", "server.pem"), ("truststore", "ca.pem"):
            yield f"ssl.{store}.type=PEM"
            yield f"ssl.{store}.location={self.folder}/{name}"
        yield "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"
        yield "super.users=User:ANONYMOUS;User:demo"

    def _format(self, secure):
        users = [f"{m}=[name={name},password={word}]"
                 for m in SCRAM for name, word in USERS.items()] if secure else []
        arguments = [word for user in users for word in ("--add-scram", user)]
        cluster = "".join(random.SystemRandom().choices("abcdefghijklmnopqrstuvwxyz", k=22))
        done = subprocess.run(
            java("kafka.tools.StorageTool", "format", "-t", cluster, "-c",
                 self.folder / "server.properties", *arguments, jvm=self._jvm()),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise Unavailable("Kafka formats no storage: " + done.stdout[-300:])

    def _jvm(self):
        """KAFKA_JVM replaces what halves the start-up; for load, set it empty."""
        return [*os.environ.get("KAFKA_JVM", "-XX:TieredStopAtLevel=1").split(),
                f"-Dlog4j2.configurationFile={self.folder}/log4j2.properties",
                f"-Dlog4j.configuration=file:{self.folder}/log4j.properties"]

    # ---- its life ----

    def start(self, wait=60):
        """Returns when the broker serves all its listeners."""
        log = self.folder / "broker.log"
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                java("kafka.Kafka", self.folder / "server.properties", heap="512m",
                     jvm=self._jvm()), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True)
        (self.folder / "pid").write_text(str(self.process.pid))
        end = time.monotonic() + wait
        while "Kafka Server started" not in log.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise Unavailable(f"the broker does not start: see {log}")
            time.sleep(0.1)
        return self

    def stop(self, how=signal.SIGTERM):
        """Stops it, gently or, with SIGKILL, not; its data stay."""
        pid = self.pid()
        if pid:
            os.kill(pid, how)
            end = time.monotonic() + 30
            while self.pid() and time.monotonic() < end:
                if self.process:
                    self.process.poll()
                time.sleep(0.05)
            if self.pid():
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process = None

    def kill(self):
        self.stop(signal.SIGKILL)

    def pid(self):
        """Its number while it lives: one that was given to another is not it."""
        try:
            pid = int((self.folder / "pid").read_text())
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.folder).encode() in command else None

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("act", choices=("start", "stop", "jars"))
    parser.add_argument("dir", nargs="?")
    parser.add_argument("--secure", action="store_true")
    parser.add_argument("--property", action="append", default=[])
    parser.add_argument("--kill", action="store_true")
    args = parser.parse_args()
    try:
        if args.act == "jars":
            jars()
        elif args.act == "start":
            broker = Broker(args.dir, args.secure, args.property).start()
            for item in broker.addresses.items():
                print("=".join(item))
        else:
            Broker(args.dir).stop(signal.SIGKILL if args.kill else signal.SIGTERM)
    except Unavailable as why:
        sys.exit(f"broker: {why}")


if __name__ == "__main__":
    main()
