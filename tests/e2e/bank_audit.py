#!/usr/bin/env python3
"""Holds the simulated bank's books against the gateway's: bank_audit.py BOOKS.json CONNINFO BANK.

Written without looking at the code of either: only what a bank and its customer would compare."""

import collections
import json
import subprocess
import sys


def rows(conninfo, statement):
    done = subprocess.run(["psql", "-X", "-At", "-F", "\t", "-d", conninfo, "-c", statement],
                          check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def latest(table, columns, bank):
    return f"SELECT DISTINCT ON (key) key, {columns} FROM business.{table} WHERE bank = '{bank}' ORDER BY key, version DESC"


def main():
    books = json.load(open(sys.argv[1], encoding="utf-8"))
    conninfo, bank = sys.argv[2:]
    wrong = []
    theirs = collections.defaultdict(list)
    for payment in books["payments"]:
        if payment["reference"] or payment["state"] != "barred":  # barred before it came: only its key is known
            theirs[payment["reference"]].append(payment)
    ours = {key: (state, int(amount)) for key, state, amount in rows(conninfo, latest("payment", "state, amount", bank))}
    counts = collections.Counter()
    for key, (state, amount) in ours.items():
        paid = [p for p in theirs[key] if p["state"] in ("paid", "returned")]
        counts[state] += 1
        if len(paid) > 1:
            wrong.append(f"{key} was paid {len(paid)} times")
        elif any(p["amount_minor"] != amount for p in paid):
            wrong.append(f"{key} was paid with another amount")
        elif (state in ("confirmed", "returned")) != (len(paid) == 1):
            wrong.append(f"{key} is {state} here; the bank has {[p['state'] for p in theirs[key]]}")
    for reference in set(theirs) - set(ours):
        wrong.append(f"the bank has a payment {reference} that nobody made")
    if books["double_paid"] != 0:
        wrong.append(f"the bank says {books['double_paid']} payments came twice")
    funds = {key.split("/", 1)[1]: int(amount) for key, amount in rows(conninfo, latest("funds", "amount", bank))}
    advices = {advice["bank_reference"]: advice["amount_minor"] for advice in books["advices"]}
    counts["advices"] = len(advices)
    if funds != advices:
        different = set(funds.items()) ^ set(advices.items())
        wrong.append(f"{len(different)} advices and funds differ, such as {sorted(different)[:4]}")
    balances = dict(rows(conninfo, "SELECT purpose, sum(balance) FROM ledger.account_balance"
                                   " WHERE purpose IN ('bank.in_flight', 'bank.settlement') GROUP BY purpose"))
    if int(balances.get("bank.in_flight", 0)) != 0:
        wrong.append(f"{balances['bank.in_flight']} are still in flight")
    print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    if not ours or not advices:
        wrong.append("nothing was done: nothing is proved")
    for line in wrong[:20]:
        print("WRONG", line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
