"""Random valid business over HTTP: random_day.py URL CERTS GRN COUNT SEED

Sends independent batches until COUNT commands were accepted: funds known and unknown, top-ups,
reservations, adjustments, restorations, calls, releases. Prints how many of each were accepted.
"""

import collections
import datetime
import http.client
import json
import random
import ssl
import sys
import urllib.parse

BATCH_COUNT = 500
# Twelve hours behind is never a day ahead of Asia/Shanghai.
TODAY = (datetime.datetime.utcnow() - datetime.timedelta(hours=12)).date().isoformat()


class Party:
    def __init__(self, url, certs, name):
        parts = urllib.parse.urlsplit(url)
        context = ssl.create_default_context(cafile=f"{certs}/ca.pem")
        context.load_cert_chain(f"{certs}/{name}.pem", f"{certs}/{name}.key")
        self.connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=120, context=context)

    def send(self, commands):
        body = json.dumps({"mode": "independent", "commands": commands})
        self.connection.request("POST", "/v1/batch", body, {"Content-Type": "application/json"})
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status != 200:
            sys.exit(f"{reply.status} {text[:300]}")
        return json.loads(text)["results"]


def cny(fen):
    return {"currency": "CNY", "value": f"{fen // 100}.{fen % 100:02d}"}


class Day:
    def __init__(self, grn, seed):
        self.chance = random.Random(seed)
        self.name = f"day{seed}"
        self.grn = grn
        self.number = 0
        self.open = []  # references that may still be reserved

    def one_of_open(self):
        return self.chance.choice(self.open) if self.open else None

    def reserve(self):
        reference = f"{self.name}-R{self.number}"
        self.open.append(reference)
        return {"reference": reference, "scope": "aggregate",
                "amount": cny(self.chance.randint(1, 50000))}

    def adjust(self):
        return {"reference": self.one_of_open(), "amount": cny(self.chance.randint(1, 60000))}

    def restore(self):
        reference = self.one_of_open()
        self.open.remove(reference)
        return {"reference": reference, "reason": self.chance.choice(["void", "payment", "return"])}

    def call(self):
        reference = self.one_of_open()
        self.open.remove(reference)
        return {"reference": reference, "amount": cny(1), "reason": "unpaid"}

    def release(self):
        return {"amount": cny(self.chance.randint(1, 900))}

    def top_up(self):
        return {"amount": cny(self.chance.randint(1, 900000))}

    def funds(self):
        return {"bank_reference": f"{self.name}-B{self.number}", "value_date": TODAY,
                "payment_reference": f"nobody{self.number}", "amount": cny(self.chance.randint(1, 10**7))}

    def command(self, kind):
        self.number += 1
        body = getattr(self, kind)()
        if kind != "funds":
            body["grn"] = self.grn
        name = "funds.receive" if kind == "funds" else f"guarantee.{kind}"
        return {"command": name, "idempotency_key": f"{self.name}-{self.number}", "body": body}


KINDS = {"customs": (["reserve"] * 6 + ["adjust"] * 2 + ["restore"] * 3 + ["call"]),
         "merchant": ["release", "top_up"], "bank": ["funds"]}


def main():
    url, certs, grn, count, seed = sys.argv[1:]
    day = Day(grn, seed)
    parties = {name: Party(url, certs, name) for name in KINDS}
    accepted = collections.Counter()
    refused = collections.Counter()
    while sum(accepted.values()) < int(count):
        who = day.chance.choices(list(KINDS), [8, 1, 1])[0]
        commands = []
        for _ in range(BATCH_COUNT):
            kind = day.chance.choice(KINDS[who])
            if kind in ("adjust", "restore", "call") and not day.open:
                kind = "reserve"
            commands.append(day.command(kind))
        for command, result in zip(commands, parties[who].send(commands)):
            if result["status"] == 200:
                accepted[command["command"]] += 1
            else:
                refused[command["command"], result["problem"]["code"]] += 1
        if sum(refused.values()) > int(count):
            sys.exit(f"too many refused: {refused}")
    print("accepted", dict(accepted))
    print("refused", {f"{name} {code}": n for (name, code), n in refused.items()})


main()
