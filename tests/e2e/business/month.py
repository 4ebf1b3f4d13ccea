"""A season's parcels and, on each of its days, the other businesses; then the banks heal and all of it is audited."""

import datetime
import json
import os
import socket
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(HERE, "..", "..", "..", "tools", "season")]
from compensation import Compensation
from fx import Fx
from guarantees import Guarantees
from payments import Payments
from season import Season, Wrong, options_read
from settlement import Settlement

BATCH_COUNT = 1000
BUSINESSES = (Guarantees, Payments, Settlement, Fx, Compensation)
BANKS = ("bank", "second")
UNDECIDED = """SELECT (count(*) = 0)::int FROM (SELECT DISTINCT ON (key) state FROM business.payment
    ORDER BY key, version DESC) p WHERE state NOT IN ('confirmed', 'rejected', 'returned', 'cancelled')"""


class Month(Season):
    def __init__(self, options):
        super().__init__(options)
        self.businesses = [business(self) for business in BUSINESSES]
        self.share = options.others // (options.days * len(BUSINESSES))
        self.accepted = 0
        self.last = self.start + datetime.timedelta(options.days - 1)

    def prepare(self):
        super().prepare()
        operator = self.who("operator")
        for name, kind, code in (("second", "bank", {"bic": "KOUBCNBM"}), ("insurer", "insurer", {"uscc": "91999999MA00000B0Y"})):
            operator.run("party.register", id=name, kind=kind, name=f"示例 {name}", **code)
            operator.run("party.activate", id=name)
        operator.run("bank_link.register", bank="second", business_day=self.start.isoformat())
        for business in self.businesses:
            business.prepare()

    def batch(self, party, commands, may_refuse=()):
        """Sends (command, body) pairs, each under a key of its own; the results in their order."""
        results = []
        for first in range(0, len(commands), BATCH_COUNT):
            numbered = [{"command": name, "idempotency_key": f"month-{party}-{self.tally['commands'] + i}", "body": body}
                        for i, (name, body) in enumerate(commands[first:first + BATCH_COUNT])]
            self.tally["commands"] += len(numbered)
            status, answer = self.who(party).ask("POST", "/v1/batch", {"mode": "independent", "commands": numbered})
            if status != 200:
                raise Wrong(f"batch of {party}: {status} {answer}")
            for command, result in zip(numbered, answer["results"]):
                self.count(command, result, may_refuse)
            results += answer["results"]
        return results

    def count(self, command, result, may_refuse):
        if result["status"] == 200:
            self.accepted += 1
            self.tally[command["command"]] += 1
            return
        code = result["problem"]["code"]
        if code not in may_refuse:
            raise Wrong(f"{command}: {result}")
        self.tally[f"{command['command']} {code}"] += 1

    def bank(self, name, *words):
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(os.path.join(self.options.banks, name))
            control.sendall(" ".join(words).encode() + b"\n")
            answer = control.makefile(encoding="utf-8").readline().strip()
        if answer.startswith("error"):
            raise Wrong(f"{name} {words}: {answer}")
        return answer

    def report(self, day):
        if day < self.options.days:
            for business in self.businesses:
                business.day(self.share)
        super().report(day)

    def next_day(self):
        super().next_day()
        for name in BANKS:
            self.bank(name, "cut_over", self.today.isoformat())

    def await_count(self, what, sql, count):
        for _ in range(1200):
            if int(self.rows(sql)[0][0]) >= count:
                return
            time.sleep(0.1)
        raise Wrong(f"{what}: not {count} within two minutes")

    def heal(self):
        for name in BANKS:
            self.bank(name, "behave")
        self.await_count("decided payments", UNDECIDED, 1)


def main():
    month = Month(options_read(texts=("banks",), numbers=("others",)))
    start = time.monotonic()
    try:
        month.play()
        month.heal()
        ends, _ = month.audit()
        for business in month.businesses:
            business.audit()
    except Wrong as wrong:
        print(f"wrong on {month.today} (seed {month.options.seed}): {wrong}\n{dict(month.tally)}", file=sys.stderr)
        return 1
    commands = int(month.rows("SELECT count(*) FROM ledger.command")[0][0])
    print(json.dumps({"seed": month.options.seed, "seconds": round(time.monotonic() - start), "commands": commands,
                      "declarations": ends, "tally": month.tally}, indent=1, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
