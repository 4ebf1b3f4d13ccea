#!/usr/bin/env python3
"""Load that remembers what it was promised, and the comparison of the promises with the rows.

witness.py load URL CERTS LOG COMMAND SEED THREADS   until SIGTERM; COMMAND is a JSON template
witness.py audit LOG CONNINFO                        every promise kept, nothing twice, no half batch

In the template, "$REF" becomes a fresh reference. A request whose answer is lost is sent again with
the same idempotency key until it is answered: then the key is either promised or refused.
"""

import http.client
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

BATCH_COUNT_MAX = 20
stopping = threading.Event()


class Log:
    """Lines `sent KEY COUNT`, `promised KEY`, `refused KEY STATUS`, each whole, in order."""

    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(self, *words):
        os.write(self.file, (" ".join(str(w) for w in words) + "\n").encode())


class Client:
    def __init__(self, url, certs):
        self.url = urllib.parse.urlparse(url)
        self.tls = ssl.create_default_context(cafile=os.path.join(certs, "ca.pem"))
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self.tls.load_cert_chain(os.path.join(certs, "customs.pem"), os.path.join(certs, "customs.key"))
        self.connection = None

    def post_once(self, path, key, body):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                self.url.hostname, self.url.port, timeout=30, context=self.tls)
        try:
            self.connection.request("POST", path, body, {
                "Content-Type": "application/json", "Idempotency-Key": key})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            return None, b""

    def post(self, path, key, body):
        """The final status, or None when told to stop before there was one."""
        while True:
            status, text = self.post_once(path, key, body)
            if status is not None and status not in (503, 409) and status < 500:
                return status
            if status == 409 and b"in_flight" not in text and b"not_committed" not in text:
                return status
            if stopping.wait(0.05):
                return None


def fill(template, reference):
    return json.loads(json.dumps(template).replace("$REF", reference))


def run_thread(number, arguments, log):
    url, certs, _, template, seed = arguments
    chance = random.Random(f"{seed}-{number}")
    client = Client(url, certs)
    template = json.loads(template)
    name = f"w{os.getpid()}-{number}"
    attempt = 0
    while not stopping.is_set():
        attempt += 1
        key = f"{name}-{attempt}"
        count = chance.choice((1, chance.randint(2, BATCH_COUNT_MAX)))
        if count == 1:
            path = "/v1/" + template["command"].replace(".", "/")
            body = fill(template["body"], key)
        else:
            path = "/v1/batch"
            body = {"mode": "atomic", "commands": [
                {"command": template["command"], "idempotency_key": f"{key}-{i}",
                 "body": fill(template["body"], f"{key}-{i}")} for i in range(count)]}
        log.write("sent", key, count)
        status = client.post(path, key, json.dumps(body))
        if status is not None:
            log.write(*(("promised", key) if status < 300 else ("refused", key, status)))
        time.sleep(chance.random() * 0.02)  # a ledger that can be proven after every kill


def load(arguments):
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    log = Log(arguments[2])
    threads = [threading.Thread(target=run_thread, args=(n, arguments[:5], log))
               for n in range(int(arguments[5]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():  # a signal may land on another thread: wake up and see
            thread.join(0.2)
    return 0


def query(conninfo, statement):
    psql = subprocess.run(["psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", statement],
                          capture_output=True, text=True, check=True)
    return [line.split("|") for line in psql.stdout.splitlines()]


def read_log(path):
    """What was sent (key -> how many commands), promised, and refused (key -> status)."""
    sent, promised, refused = {}, [], {}
    with open(path, encoding="ascii") as file:
        for line in file:
            word, key, *rest = line.split()
            if word == "sent":
                sent[key] = int(rest[0])
            elif word == "promised":
                promised.append(key)
            else:
                refused[key] = rest[0]
    return sent, promised, refused


def parts_of(key, count):
    return [key] if count == 1 else [f"{key}-{i}" for i in range(count)]


def find_problems(sent, promised, refused, present):
    """`present`: idempotency key of a command -> how many rows. The rules of the house, negated."""
    for key, count in present.items():
        if count != 1:
            yield f"{key}: {count} times in the ledger"
    for key in promised:
        missing = [part for part in parts_of(key, sent[key]) if part not in present]
        if missing:
            yield f"{key}: promised, but {missing[0]} is not there"
    for key, count in sent.items():
        found = sum(part in present for part in parts_of(key, count))
        if found not in (0, count):
            yield f"{key}: {found} of {count} commands of an atomic batch are there"
        if found and key in refused:
            yield f"{key}: refused with {refused[key]}, but it is there"


def audit(arguments):
    sent, promised, refused = read_log(arguments[0])  # before the rows: they only grow
    rows = query(arguments[1], "SELECT idempotency_key, count(*) FROM ledger.command"
                               " WHERE idempotency_key ~ '^w[0-9]+-' GROUP BY 1")
    present = {key: int(count) for key, count in rows}
    problems = list(find_problems(sent, promised, refused, present))
    for problem in problems[:20]:
        print(problem)
    print(f"audit: {len(sent)} requests, {len(promised)} promised, {len(refused)} refused, "
          f"{len(present)} commands in the ledger, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    verb = {"load": load, "audit": audit}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if verb is None:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(verb(sys.argv[2:]))
