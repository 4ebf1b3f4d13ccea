"""The books when the day is over: as expected, balanced, proved, and the same for hledger."""

import json
import os
import string
import subprocess
from decimal import Decimal

from steps import Wrong


def check(day, expected):
    day.chapter("Night: the books")
    rows = json.loads(day.database("balances", "--json"))
    wanted = {string.Template(name).substitute(day.names): value for name, value in expected.items()}
    found = {name_of(row): row["balance"] for row in rows if row["balance"] != "0.00"}
    print_table(rows)
    for name in sorted(set(wanted) | set(found)):
        if wanted.get(name) != found.get(name):
            raise Wrong(f"the books: {name} is {found.get(name)}, not {wanted.get(name)}")
    check_sums(rows)
    day.tell("auditor", "adds up every book and currency", "debits equal credits")
    check_statement(day, rows)
    report = json.loads(day.database("verify", "--json"))
    day.tell("auditor", "recomputes every hash and every law from SQL",
             f"{report['commands']} commands, {report['transfers']} transfers, clean")
    check_hledger(day, rows)
    day.tell("auditor", "asks hledger about the same transfers", "the same balances")


def name_of(row):
    """The account; one in another currency than ours says which."""
    return row["account"] + ("" if row["currency"] == "CNY" else " " + row["currency"])


def print_table(rows):
    width = max(len(row["account"]) for row in rows)
    for row in rows:
        print(f"      {row['account']:{width}}  {Decimal(row['balance']):>14,.2f} {row['currency']}")


def check_sums(rows):
    sums = {}
    for row in rows:
        key = (row["account"].split(":")[0], row["currency"])
        sums[key] = sums.get(key, 0) + Decimal(row["debits"]) - Decimal(row["credits"])
    for (book, currency), difference in sums.items():
        if difference != 0:
            raise Wrong(f"the {book} book is out of balance by {difference} {currency}")


def check_statement(day, rows):
    """An account's statement ends where its balance stands."""
    row = next(r for r in rows if "guarantee.available:merchant" in r["account"])
    entries = json.loads(day.database("statement", str(row["number"]), "--json"))
    entries = entries.get("entries", []) if isinstance(entries, dict) else entries
    last = max(entries, key=lambda entry: entry["seq"])
    if last["balance"] != row["balance"]:
        raise Wrong(f"the statement of {row['account']} ends at {last['balance']}, not {row['balance']}")
    day.tell("merchant", "reads the statement of the free part", f"{len(entries)} entries, {last['balance']}")


def check_hledger(day, rows):
    """An independent program computes the balances from the exported transfers."""
    path = os.path.join(day.work, "day.journal")
    with open(path, "w", encoding="utf-8") as file:
        file.write(day.database("export", "--format", "hledger"))
    done = subprocess.run(["hledger", "-f", path, "balance", "--flat", "-N", "-E", "-O", "csv"],
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        raise Wrong(f"hledger: {done.stderr}")
    theirs = {}
    for line in done.stdout.splitlines()[1:]:
        name, amounts = line.strip('"').split('","')
        for amount in amounts.split(", "):
            value, _, currency = amount.partition(" ")
            theirs[name, currency] = Decimal(value)
    for row in rows:
        ours = Decimal(row["debits"]) - Decimal(row["credits"])
        found = theirs.get((row["account"], row["currency"]), Decimal(0))
        if found != ours:
            raise Wrong(f"hledger: {name_of(row)} is {found}, not {ours}")
