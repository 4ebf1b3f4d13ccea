"""What the test of the webhooks does as the parties, and what it checks of the receiver's record.

drive.py URL CERTS RECORD VERB ARGUMENT...
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

URL, CERTS, RECORD, VERB, *ARGUMENTS = sys.argv[1:]
SECRETS = RECORD + ".secrets"
DER_ED25519 = bytes.fromhex("302a300506032b6570032100")


class Party:
    def __init__(self, name):
        context = ssl.create_default_context(cafile=f"{CERTS}/ca.pem")
        context.load_cert_chain(f"{CERTS}/{name}.pem", f"{CERTS}/{name}.key")
        parts = urllib.parse.urlsplit(URL)
        self.connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=30, context=context)

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{uuid.uuid4()}"'} if body else {}
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        reply = self.connection.getresponse()
        content = reply.read()
        if reply.status >= 300:
            sys.exit(f"{method} {path}: {reply.status} {content.decode()}")
        return json.loads(content)

    def events(self):
        found, cursor = [], "0"
        while True:
            items = self.ask("GET", f"/v1/event?cursor={cursor}&limit=500")["items"]
            if not items:
                return found
            found += items
            cursor = str(items[-1]["number"])

    def webhook(self, name, party):
        return self.ask("GET", f"/v1/webhook/{party}/{name}")


def record():
    try:
        with open(RECORD, encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def number_of(line):
    return json.loads(line["body"])["data"]["number"]


def secrets():
    try:
        with open(SECRETS, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def secret_new(name):
    known = secrets()
    known.setdefault(name, []).append("whsec_" + base64.b64encode(os.urandom(24 + len(known) % 41)).decode())
    with open(SECRETS, "w", encoding="utf-8") as file:
        json.dump(known, file)
    return known[name][-1]


def register(party, name, url, prefix=None):
    """Names ending in -ed are signed with the gateway's key."""
    body = {"name": name, "url": url, "signature": "ed25519" if name.endswith("-ed") else "hmac"}
    if body["signature"] == "hmac":
        body["secret"] = secret_new(name)
    if prefix:
        body["types"] = [{"prefix": prefix}]
    Party(party).ask("POST", "/v1/webhook/register", body)


def rotate(party, name):
    Party(party).ask("POST", "/v1/webhook/rotate_secret", {"name": name, "secret": secret_new(name)})


def command(party, name, body):
    print(json.dumps(Party(party).ask("POST", "/v1/" + name.replace(".", "/"), json.loads(body))))


def events(party, count):
    """Makes events of the party, a hundred at a time."""
    merchant, left = Party(party), int(count)
    while left > 0:
        part = min(left, 100)
        commands = [{"command": "webhook.change", "idempotency_key": str(uuid.uuid4()),
                     "body": {"name": "spare", "state": "paused"}} for _ in range(part)]
        merchant.ask("POST", "/v1/batch", {"mode": "independent", "commands": commands})
        left -= part


def await_all(party, *names):
    """Until the ledger says that each of them has come to the end."""
    asks, until = Party(party), time.time() + 120
    while True:
        last = asks.events()[-1]["number"]
        behind = {name: asks.webhook(name, party)["delivered_to"] for name in names}
        behind = {name: to for name, to in behind.items() if to < last}
        if not behind:
            return
        if time.time() > until:
            sys.exit(f"of {last} events delivered: {behind}")
        time.sleep(0.2)


def await_field(party, path, field, value):
    asks, until = Party(party), time.time() + 60
    while True:
        found = asks.ask("GET", "/v1/" + path)
        if str(found.get(field)) == value:
            return
        if time.time() > until:
            sys.exit(f"{path}: {field} is {found.get(field)}, not {value}: {found}")
        time.sleep(0.2)


def is_registration(event, key):
    data = json.loads(event["data"])
    return event["type"] == "webhook.changed" and data["webhook"] == key and data["what"] == "registered"


def check_order(party, name, prefix=""):
    """What was taken, repeats left out, is every event from the registration on, in order."""
    events_there = Party(party).events()
    since = next(e["number"] for e in events_there if is_registration(e, f"{party}/{name}"))
    wanted = [e["number"] for e in events_there if e["number"] >= since and e["type"].startswith(prefix)]
    taken, repeats = [], 0
    for line in record():
        if line["path"] != "/" + name or not 200 <= line["status"] < 300:
            continue
        if taken and number_of(line) <= taken[-1]:
            repeats += 1
        else:
            taken.append(number_of(line))
    if taken != wanted:
        missing = sorted(set(wanted) - set(taken))
        sys.exit(f"{name}: {len(taken)} taken of {len(wanted)}, missing {missing[:10]}, "
                 f"extra {sorted(set(taken) - set(wanted))[:10]}")
    print(f"{name}: {len(taken)} in order, {repeats} repeated")


def is_hmac_good(secret, content, signature):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return signature == "v1," + made


def is_ed25519_good(public, content, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("key", DER_ED25519 + base64.b64decode(public.removeprefix("whpk_"))),
                           ("content", content), ("signature", base64.b64decode(signature.removeprefix("v1a,")))):
            with open(f"{folder}/{name}", "wb") as file:
                file.write(data)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", f"{folder}/key", "-rawin",
             "-in", f"{folder}/content", "-sigfile", f"{folder}/signature"],
            capture_output=True, check=False).returncode == 0


def check_signatures(party):
    """Every request by what the spec says, with other code; ids name one event each."""
    public = Party(party).ask("GET", "/v1/webhook-key")["public_key"]
    known, bodies, counts = secrets(), {}, {}
    for line in record():
        name = line["path"].strip("/")
        content = f'{line["id"]}.{line["timestamp"]}.{line["body"]}'.encode()
        signatures = line["signature"].split(" ")
        if name.endswith("-ed"):
            good = len(signatures) == 1 and (counts.get(name, 0) > 40 or is_ed25519_good(public, content, signatures[0]))
        else:
            good = all(any(is_hmac_good(s, content, signature) for s in known[name]) for signature in signatures)
        if not good or abs(int(line["timestamp"]) - line["at"]) > 60:
            sys.exit(f"bad signature or time: {line}")
        if bodies.setdefault(line["id"], line["body"]) != line["body"]:
            sys.exit(f'{line["id"]} names two events')
        kind = f"{name} with {len(signatures)}" if len(signatures) > 1 else name
        counts[kind] = counts.get(kind, 0) + 1
    print("signatures: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))


def check_rotation(name):
    """The last request carries two signatures: the new secret's first, then the old one's."""
    line = [line for line in record() if line["path"] == "/" + name][-1]
    content = f'{line["id"]}.{line["timestamp"]}.{line["body"]}'.encode()
    old, new = secrets()[name][-2:]
    first, second = line["signature"].split(" ")
    if not is_hmac_good(new, content, first) or not is_hmac_good(old, content, second):
        sys.exit(f"not both secrets sign: {line}")


def check_replay(party, name, before):
    """Since so many posts: every event there is, from the first one on."""
    taken = [number_of(line) for line in record()[int(before):] if line["path"] == "/" + name]
    if taken != [event["number"] for event in Party(party).events()]:
        sys.exit(f"replayed: {taken}")


def letters_of(party, name):
    return Party(party).ask("GET", f"/v1/dead_letter?webhook={party}/{name}")["items"]


def dead_letters(party, name):
    letters = letters_of(party, name)
    if any((letter["state"], letter["attempt_count"], letter["last_status"]) != ("dead", 4, 500) for letter in letters):
        sys.exit(f"dead letters: {letters}")
    print(*[letter["number"] for letter in letters])


def await_refused(party, name):
    """A dead letter that says why nobody was asked."""
    until = time.time() + 60
    while not letters_of(party, name):
        if time.time() > until:
            sys.exit(f"{name}: no dead letter")
        time.sleep(0.2)
    letter = letters_of(party, name)[0]
    if "not public" not in letter["last_reason"] or "last_status" in letter:
        sys.exit(f"{name}: {letter}")


def check_count(path, status, count):
    """So many requests of the path were given this status."""
    found = sum(1 for line in record() if line["path"] == "/" + path and line["status"] == int(status))
    if found != int(count):
        sys.exit(f"/{path} was answered {status} {found} times, not {count}")


def check_hidden(party, *files):
    """No secret is shown by the gateway or stands in these files."""
    asks = Party(party)
    shown = json.dumps(asks.ask("GET", "/v1/webhook")) + json.dumps(asks.events())
    needles = [secret.removeprefix("whsec_") for each in secrets().values() for secret in each]
    for file in files:
        with open(file, "rb") as content:
            shown += content.read().decode("utf-8", "replace")
    for needle in needles:
        if needle in shown or needle.encode().hex() in shown:
            sys.exit("a secret is shown")
    if re.search(r'"(previous_)?secret"', shown):
        sys.exit("the field of a secret is shown")


globals()[VERB](*ARGUMENTS)
