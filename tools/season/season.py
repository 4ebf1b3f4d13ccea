"""Plays an invented season against a gateway on a virtual clock, and audits what came of it."""

import argparse
import base64
import collections
import csv
import datetime
import http.client
import io
import json
import os
import random
import ssl
import subprocess
import sys
import time

DISTRICTS = 5
LAST_DAY = 115  # after the days of declaring
POOR, LEAVING = 7, 8  # an agent whose deposit is small, and one whose letter ends in the season
DEPOSIT = 100_000_000_00
UNPAID, LATE = "unpaid", "late"


class Wrong(Exception):
    """Something is not as it must be."""


def yuan(fen):
    return {"currency": "CNY", "value": f"{fen // 100}.{fen % 100:02d}"}


def fen(money):
    return int(money["value"].replace(".", ""))


class Party:
    """A client certificate and one connection."""

    def __init__(self, options, name):
        self.name = name
        self.context = ssl.create_default_context(cafile=f"{options.certs}/ca.pem")
        self.context.load_cert_chain(f"{options.certs}/{name}.pem", f"{options.certs}/{name}.key")
        self.address = options.gateway
        self.connection = None
        self.count = 0

    def ask(self, method, path, body=None, key=None):
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPSConnection(self.address, context=self.context, timeout=120)
                self.connection.request(method, path, body=json.dumps(body) if body is not None else None,
                                        headers=headers)
                answer = self.connection.getresponse()
                return answer.status, json.loads(answer.read() or b"{}")
            except (http.client.HTTPException, OSError):
                self.connection = None
                if attempt == 2:
                    raise
        return None

    def run(self, command, expect=200, **body):
        self.count += 1
        status, answer = self.ask("POST", "/v1/" + command.replace(".", "/"), body,
                                  f"{self.name}-{self.count}")
        if status != expect:
            raise Wrong(f"{self.name} {command} {body}: {status} {answer}")
        return answer

    def list(self, document, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        cursor, items = "", []
        while True:
            status, page = self.ask("GET", f"/v1/{document}?limit=500&{query}{cursor}")
            if status != 200:
                raise Wrong(f"list of {document}: {status} {page}")
            items += page["items"]
            if "next_cursor" not in page:
                return items
            cursor = "&cursor=" + page["next_cursor"]


class Season:
    def __init__(self, options):
        self.options = options
        self.parties = {}
        self.random = random.Random(options.seed)
        self.habits = {}  # of statements: how they are paid
        self.tally = collections.Counter()
        self.seconds = collections.Counter()
        self.start = datetime.date.fromisoformat(options.start)
        self.today = self.start
        self.withheld = collections.Counter()
        self.plan = []

    def who(self, name):
        if name not in self.parties:
            self.parties[name] = Party(self.options, name)
        return self.parties[name]

    def agent(self, number):
        return self.who(f"agent-{number:02d}")

    def tool(self, *arguments):
        o = self.options
        done = subprocess.run([o.season, *arguments, "--seed", str(o.seed), "--parcels", str(o.parcels), "--from",
                               self.start.isoformat(), "--days", str(o.days), "--agents",
                               str(o.agents)], capture_output=True, check=False)
        if done.returncode != 0:
            raise Wrong(f"{arguments}: {done.stderr.decode()}")
        return done.stdout.decode()

    # --- before the first day ---

    def prepare(self):
        operator = self.who("operator")
        operator.run("party.register", id="operator", kind="operator", name="Operator")
        operator.run("clock.move", until=f"{self.start.isoformat()}T00:00:00Z")
        parties = [("bank", "bank", {"bic": "KOUACNBM"}), ("customs", "customs", {"district": "9999"}),
                   ("platform", "platform", {"customs_code": "9999P0EBP1"}),
                   ("merchant", "merchant", {"customs_code": "9999P0EBC1"}),
                   ("logistics", "logistics", {"customs_code": "9999P0LOG1"})]
        parties += [(f"district-{i}", "customs", {"district": f"999{i}"}) for i in range(1, DISTRICTS + 1)]
        parties += [(f"agent-{i:02d}", "agent", {"customs_code": f"9999P0A{i:03d}"}) for i in range(self.options.agents)]
        for party, kind, code in parties:
            operator.run("party.register", id=party, kind=kind, name=f"示例 {party}", **code)
            operator.run("party.activate", id=party)
        for code, consumption, vat in (("1901101000", "0.00", "13.00"), ("3303000010", "15.00", "13.00"),
                                       ("4901990000", "0.00", "9.00")):
            operator.run("tariff.set", hs_code=code, valid_from="2026-01-01", tariff_percent="10.00",
                         consumption_percent=consumption, vat_percent=vat, source="for the season")
        operator.run("bank_link.register", bank="bank", business_day=self.start.isoformat())
        for i in range(1, DISTRICTS + 1):
            operator.run("treasury.set_account", customs_code=f"999{i}", creditor_name="示例国库",
                         creditor_account=f"62220000000000{i}", creditor_bank="TREASURY0001")
        self.references = {}
        for i in range(self.options.agents):
            if i == LEAVING:
                self.lodge_letter(i)
            else:
                self.deposit(i, DEPOSIT // 2000 if i == POOR else DEPOSIT)
            self.references[i] = self.agent(i).run("collection.open")["payment_reference"]
        self.await_time()

    def fund(self, reference, amount):
        self.tally["receipts"] += 1
        self.who("bank").run("funds.receive", bank_reference=f"F{self.tally['receipts']:09d}",
                             payment_reference=reference, amount=yuan(amount), value_date=self.today.isoformat())

    def deposit(self, number, amount):
        opened = self.agent(number).run("guarantee.open_deposit", beneficiary="customs", amount=yuan(amount),
                                        scopes=["retail_import"])
        self.fund(opened["payment_reference"], amount)

    def kouan(self, *arguments):
        done = subprocess.run([self.options.kouan, *arguments], capture_output=True, check=False)
        if done.returncode != 0:
            raise Wrong(f"kouan {arguments}: {done.stderr.decode()}")
        return done.stdout

    def day(self, number):
        return (self.start + datetime.timedelta(number)).isoformat()

    def lodge_letter(self, number):
        """A letter that is valid until day 75: from day 30 on nothing new fits behind it."""
        key = os.path.join(self.options.work, "letters.key")
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True,
                       capture_output=True)
        public = subprocess.run(["openssl", "ec", "-in", key, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout
        self.who("operator").run("party.register_key", party="bank", key_id="letters-1",
                                 public_key=base64.urlsafe_b64encode(public).decode().rstrip("="))
        path = os.path.join(self.options.work, "letter.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"letter_number": "LG-1", "principal": f"agent-{number:02d}", "beneficiary": "customs",
                       "amount": yuan(DEPOSIT), "liability_percentage": 100, "scopes": ["retail_import"],
                       "valid_from": self.day(0), "valid_to": self.day(75), "claim_until": self.day(90), "revolving": True}, file)
        letter = self.kouan("letter", "sign", path, "--key", key, "--kid", "letters-1")
        lodged = self.who("bank").run("guarantee.lodge_letter",
                                      letter=base64.urlsafe_b64encode(letter).decode().rstrip("="))
        self.who("customs").run("guarantee.accept", grn=lodged["grn"])

    # --- a day ---

    def send(self, what, numbers=None):
        o = self.options
        refused = os.path.join(o.work, "refused")
        start = time.monotonic()
        arguments = ["send", "--what", str(what), "--on", self.today.isoformat(), "--gateway", o.gateway, "--ca",
                     f"{o.certs}/ca.pem", "--cert", f"{o.certs}/customs.pem", "--key", f"{o.certs}/customs.key",
                     "--refused", refused]
        if numbers is not None:
            path = os.path.join(o.work, "numbers")
            with open(path, "w", encoding="utf-8") as file:
                file.write("".join(f"{number}\n" for number in numbers))
            arguments += ["--numbers", path]
        summary = json.loads(self.tool(*arguments))
        self.seconds[what] += time.monotonic() - start
        self.tally[f"sent {what}"] += summary["sent"]
        for outcome, count in summary["outcomes"].items():
            self.tally[f"{what} {outcome}"] += count
        with open(refused, encoding="utf-8") as file:
            return [line.split() for line in file]

    def declare(self):
        """What is refused for want of a guarantee, or until arrears are paid, is declared again after that."""
        refused = self.send(621)
        for agent, code in sorted({(int(self.plan[int(number)]["agent"]), code) for number, code in refused}):
            if code == "party.in_arrears":
                for statement in self.who("operator").list("tax_statement", state="overdue"):
                    if statement["agent"] == f"agent-{agent:02d}":
                        self.pay_one(statement)
                self.await_none("tax_statement", "paying")
            elif code in ("guarantee.insufficient", "guarantee.validity"):
                self.tally["guarantees added"] += 1
                self.deposit(agent, DEPOSIT // 10)
            else:
                raise Wrong(f"621 of agent {agent}: {code}")
        if refused:
            again = self.send(621, [number for number, _ in refused])
            if again:
                raise Wrong(f"refused again: {again[:3]}")

    def withhold(self):
        """Every agent puts aside what it withheld from the buyers of the day."""
        sums = collections.Counter()
        for row in self.by_day.get(self.today.isoformat(), ()):
            sums[int(row["agent"])] += int(row["tax_assessed"])
        for agent, amount in sorted(sums.items()):
            self.put_aside(agent, amount)

    def put_aside(self, agent, amount):
        self.fund(self.references[agent], amount)
        self.agent(agent).run("tax.withhold", agent=f"agent-{agent:02d}", amount=yuan(amount),
                              reference=f"W{self.tally['receipts']}")
        self.withheld[agent] += amount

    def habit(self, statement):
        name = statement["statement"] if "statement" in statement else statement["id"]
        if name not in self.habits:
            share = self.random.random()
            self.habits[name] = UNPAID if share < 0.01 else self.random.randint(3, 12) if share < 0.02 else 0
        return self.habits[name]

    def pay(self):
        operator = self.who("operator")
        for state in ("final", "overdue"):
            for statement in operator.list("tax_statement", state=state):
                due = datetime.date.fromisoformat(statement["due_on"])
                habit = self.habit(statement)
                if habit == UNPAID:
                    self.call(statement, due)
                elif self.today >= due + datetime.timedelta(habit):
                    self.pay_one(statement)

    def pay_one(self, statement):
        due = datetime.date.fromisoformat(statement["due_on"])
        agent = int(statement["agent"].split("-")[1])
        days = max(0, (self.today - due).days)
        fee = (fen(statement["total"]) * days * 5 + 5000) // 10000
        if fee:
            self.put_aside(agent, fee)
            self.withheld[agent] -= fee
            self.tally["late fees"] += fee
        answer = self.agent(agent).run("tax_statement.pay", statement=statement["id"], bank="bank", fund="withheld")
        if fen(answer["late_fee"]) != fee if "late_fee" in answer else fee:
            raise Wrong(f"{statement['id']}: late fee {answer} is not {fee}")
        self.tally["statements paid late" if days else "statements paid"] += 1

    def call(self, statement, due):
        if (self.today - due).days <= 16:
            return
        district = self.who(f"district-{statement['customs_code'][3]}")
        answer = district.run("tax_statement.call", statement=statement["id"], reason="not paid")
        self.tally["statements called"] += 1
        if answer.get("uncovered") and fen(answer["uncovered"]):
            agent = int(statement["agent"].split("-")[1])
            self.put_aside(agent, fen(answer["uncovered"]))
            self.withheld[agent] -= fen(answer["uncovered"])
            self.agent(agent).run("tax_statement.settle", statement=statement["id"], fund="withheld")

    def pay_calls(self):
        for call in [c for c in self.who("operator").list("call") if c["state"] in ("demanded", "overdue")]:
            self.tally["calls paid by a bank"] += 1
            self.who("bank").run("guarantee.pay_call", call=call["key"], amount=call["amount"],
                                 bank_reference=f"C{self.tally['calls paid by a bank']:06d}",
                                 value_date=self.today.isoformat())

    def await_none(self, document, state):
        for _ in range(6000):
            if not self.who("operator").list(document, state=state):
                return
            time.sleep(0.05)
        raise Wrong(f"{document} stays {state}")

    def await_time(self):
        want = f"{self.today.isoformat()}T"
        for _ in range(6000):
            clock = self.who("operator").ask("GET", "/v1/clock/virtual")[1]
            if clock.get("now", "") >= want and clock.get("now") == clock.get("target"):
                return
            time.sleep(0.02)
        raise Wrong(f"the clock does not reach {want}: {clock}")

    def next_day(self):
        self.today += datetime.timedelta(1)
        self.who("operator").run("clock.move", until=f"{self.today.isoformat()}T00:00:00Z")
        self.await_time()
        self.await_none("tax_statement", "cutting")

    def play(self):
        self.plan = list(csv.DictReader(io.StringIO(self.tool("plan"))))
        self.by_day = collections.defaultdict(list)
        for row in self.plan:
            self.by_day[row["released_on"]].append(row)
        self.prepare()
        days = self.options.days
        while (day := (self.today - self.start).days) < days + LAST_DAY:
            if day < days:
                self.declare()
                for what in (622, 816, 818):
                    self.refuse_none(self.send(what))
                self.withhold()
            if day < days + 60:
                self.returns()
            self.pay()
            self.await_none("tax_statement", "paying")
            self.pay_calls()
            self.report(day)
            if day >= days + 45 and self.is_over():
                return
            self.next_day()
        raise Wrong("the season does not end")

    def refuse_none(self, refused):
        if refused:
            raise Wrong(f"refused: {refused[:3]} and {len(refused)} in all")

    def returns(self):
        for number, code in self.send(625):
            if code != "return.window_closed" or self.plan[int(number)]["fate"] != "applied_late":
                raise Wrong(f"625 of {number}: {code}")
        self.refuse_none(self.send(626))

    def is_over(self):
        operator = self.who("operator")
        return not any(operator.list("tax_statement", state=state)
                       for state in ("cutting", "preliminary", "final", "paying", "overdue", "called"))

    def report(self, day):
        if day % 10 == 0:
            print(f"{self.today} sent {sum(v for k, v in self.tally.items() if k.startswith('sent'))},"
                  f" statements paid {self.tally['statements paid']}", flush=True)

    # --- what came of it ---

    def rows(self, sql):
        done = subprocess.run(["psql", "-X", "-At", "-F", "\t", "-d", self.options.database, "-c", sql],
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise Wrong(done.stderr.decode())
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def audit(self):
        newest = "NOT EXISTS (SELECT FROM business.{0} n WHERE n.key = {1}.key AND n.version > {1}.version)"
        found = {row[0]: row[1:] for row in self.rows(
            "SELECT d.key, d.state, b.state, coalesce(b.total, 0), coalesce(s.state, '') FROM business.declaration d"
            " LEFT JOIN business.tax_bill b ON b.declaration = d.key AND " + newest.format("tax_bill", "b") +
            " LEFT JOIN business.tax_statement s ON s.key = b.statement AND " + newest.format("tax_statement", "s") +
            " WHERE " + newest.format("declaration", "d"))}
        if len(found) != len(self.plan):
            raise Wrong(f"{len(found)} declarations of {len(self.plan)}")
        ends = collections.Counter()
        for row in self.plan:
            key = f"agent-{int(row['agent']):02d}/{row['declaration']}"
            declaration, bill, total, statement = found[key]
            ends[self.end_of(row, key, declaration, bill, int(total), statement)] += 1
        totals = {state: int(total) for state, total in self.rows(
            "SELECT s.state, sum(s.total) FROM business.tax_statement s WHERE " +
            newest.format("tax_statement", "s") + " GROUP BY s.state")}
        due = sum(int(row["tax_due"]) for row in self.plan)
        if sum(totals.values()) != due:
            raise Wrong(f"statements come to {totals}, the plan to {due}")
        self.audit_buyers(newest)
        self.audit_statistics()
        self.audit_books(totals)
        return ends, totals

    def end_of(self, row, key, declaration, bill, total, statement):
        if row["fate"] in ("returned", "returned_twice"):
            if (declaration, bill, total) != ("returned", "cancelled", 0):
                raise Wrong(f"{key} {row}: {declaration} {bill} {total} {statement}")
            return "returned"
        if bill != "stated" or total != int(row["tax_due"]) or statement not in ("paid", "settled"):
            raise Wrong(f"{key} {row}: {declaration} {bill} {total} {statement}")
        return statement

    def audit_buyers(self, newest):
        counted = int(self.rows("SELECT sum(y.taxable) FROM business.buyer_year y WHERE " +
                                newest.format("buyer_year", "y"))[0][0])
        wanted = sum(int(row["value_counted"]) for row in self.plan)
        if counted != wanted:
            raise Wrong(f"the buyers' years come to {counted}, the plan to {wanted}")

    def audit_statistics(self):
        """What the supervisors are told: by district, returns off the day of release."""
        wanted = collections.defaultdict(lambda: [0, 0])
        for row in self.plan:
            counts = wanted[f"999{int(row['district']) + 1}"]
            counts[0] += 1
            counts[1] += int(row["value_counted"])
        told = json.loads(self.kouan("statistics", self.start.isoformat(), self.day(self.options.days - 1), "--by", "district",
                                     "--json", "--database", self.options.database))
        found = {row["district"]: [int(row["released_count"]), int(row["net_value"].replace(".", ""))] for row in told}
        if found != dict(wanted):
            raise Wrong(f"the statistics say {found}, the plan {dict(wanted)}")
        table = self.kouan("statistics", self.start.isoformat(), self.day(self.options.days - 1), "--by", "mode", "--database",
                           self.options.database).decode().splitlines()
        if len(table) != 2 or not table[0].startswith("mode,") or not table[1].startswith(f"1210,{len(self.plan)},"):
            raise Wrong(f"the statistics by mode: {table}")

    def audit_books(self, totals):
        rows = json.loads(self.kouan("balances", "--all", "--json", "--database", self.options.database))
        sums, purposes = collections.Counter(), collections.Counter()
        for row in rows:
            book, purpose = row["account"].split(":")[:2]
            sums[book, row["currency"]] += int(row["debits"].replace(".", "")) - int(row["credits"].replace(".", ""))
            purposes[purpose] += int(row["balance"].replace(".", ""))
        if any(sums.values()):
            raise Wrong(f"trial balance: {dict(sums)}")
        for purpose in ("guarantee.reserved", "bank.in_flight", "payment.clearing", "suspense"):
            if purposes[purpose]:
                raise Wrong(f"{purpose} is {purposes[purpose]}")
        returned = sum(int(row["tax_assessed"]) - int(row["tax_due"]) for row in self.plan)
        left = sum(self.withheld.values()) - totals.get("paid", 0) - purposes["refund.payable"]
        if purposes["refund.payable"] != returned or purposes["tax.withheld"] != left:
            raise Wrong(f"withheld {purposes['tax.withheld']}, not {left}; to be given back"
                        f" {purposes['refund.payable']}, not {returned}")


def options_read(texts=(), numbers=()):
    parser = argparse.ArgumentParser()
    for name in ("gateway", "certs", "kouan", "season", "database", "work", "start", *texts):
        parser.add_argument(f"--{name}", required=True)
    for name in ("parcels", "seed", "days", "agents", *numbers):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


def main():
    season = Season(options_read())
    start = time.monotonic()
    try:
        season.play()
        ends, totals = season.audit()
    except Wrong as wrong:
        print(f"wrong on {season.today} (seed {season.options.seed}): {wrong}\n{dict(season.tally)}", file=sys.stderr)
        return 1
    print(json.dumps({"seed": season.options.seed, "seconds": round(time.monotonic() - start), "ends": ends,
                      "statement_totals_fen": totals, "tally": season.tally,
                      "sending_seconds": {str(k): round(v, 1) for k, v in season.seconds.items()}},
                     indent=1, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
