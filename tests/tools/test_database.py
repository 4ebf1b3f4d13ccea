#!/usr/bin/env python3
"""The verbs that read the database, on a private PostgreSQL with rows laid by hand:
test_database.py PATH_OF_KOUAN SOURCE_ROOT."""

import csv
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from xml.etree import ElementTree

KOUAN, ROOT = sys.argv[1], sys.argv[2]
BIN = os.environ.get("PG_BINDIR", "/usr/lib/postgresql/15/bin")
FOLDER = tempfile.mkdtemp(prefix="kouan-sql-")
DATABASE = f"host={FOLDER} dbname=postgres user=postgres"
READER = f"host={FOLDER} dbname=postgres user=kouan_reader"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("KOUAN_")}


class Postgres:
    """A private server on a socket; it refuses to run as root."""

    def __init__(self):
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.user:
            os.chown(FOLDER, self.user.pw_uid, self.user.pw_gid)
        options = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        self.log = open(f"{FOLDER}/log", "wb")
        subprocess.run([f"{BIN}/initdb", "-D", f"{FOLDER}/data", "-U", "postgres", "-A", "trust", "-N", "-E",
                        "UTF8", "--locale=C.UTF-8"], check=True, stdout=self.log, stderr=self.log, cwd="/",
                       **options)
        self.server = subprocess.Popen(
            [f"{BIN}/postgres", "-D", f"{FOLDER}/data", "-k", FOLDER, "-c", "listen_addresses="],
            stdout=self.log, stderr=self.log, cwd="/", **options)
        for _ in range(600):
            if subprocess.run([f"{BIN}/pg_isready", "-q", "-h", FOLDER], check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait()
        self.log.close()
        shutil.rmtree(FOLDER)


def sql(text):
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", DATABASE], input=text, text=True, check=True,
                   capture_output=True)


def run(*words):
    result = subprocess.run([KOUAN, *words], capture_output=True, check=False, text=True, timeout=120,
                            env=ENVIRONMENT)
    return result.returncode, result.stdout, result.stderr


# number, owner, purpose, currency, subject
ACCOUNTS = (
    (1, 0, 1, 156, ""),            # money:bank.settlement:house CNY
    (2, 7, 3, 156, ""),            # money:merchant.payable:tai-lai CNY
    (3, 7, 3, 840, ""),            # the same in USD
    (4, 0, 1, 840, ""),
    (5, 7, 18, 156, "26CN0 :x%"),  # memo:guarantee.available, a subject hledger would trip over
    (6, 7, 19, 156, "26CN0 :x%"),
    (7, 9, 3, 156, ""),            # an owner no party has
)
# seq, debit, credit, amount, pending, command, recorded at, kind
TRANSFERS = (
    (1, 1, 2, 100000, None, 1, "2026-11-22T15:59:59.999999Z", 1),
    (2, 4, 3, 5, None, 1, "2026-11-22T16:00:00Z", 1),
    (3, 5, 6, 3000, None, 2, "2026-11-23T00:00:00Z", 2),
    (4, 5, 6, 1000, 3, 3, "2026-11-23T01:00:00Z", 3),
    (5, 5, 6, 2000, 3, 3, "2026-11-23T01:00:00Z", 4),
    (6, 2, 7, 9223372036854675, None, 4, "2026-11-24T01:00:00Z", 1),
    (7, 5, 6, 1, None, 5, "2026-11-24T02:00:00Z", 2),
    (8, 5, 6, 1, 7, 6, "2026-11-25T02:00:00Z", 5),
)


def rows_insert():
    lines = ["BEGIN;"]
    for account in ACCOUNTS:
        lines.append("INSERT INTO ledger.account VALUES (%d, %d, %d, %d, '%s',"
                     " -9223372036854775808, 9223372036854775807, 1);" % account)
    last = {}
    lines.append("SELECT ledger.leaf_ahead(100, 100);")
    for seq, debit, credit, amount, pending, command, at, kind in TRANSFERS:
        lines.append(f"INSERT INTO ledger.transfer VALUES ({seq}, {debit}, {credit}, {amount},"
                     f" {pending or 'NULL'}, {command}, '{at}', NULL, {last.get(debit, 0)},"
                     f" {last.get(credit, 0)}, {kind}, {min(kind, 5)});")
        last[debit] = last[credit] = seq
    for command in range(1, 7):
        lines.append(f"INSERT INTO ledger.command VALUES ({command}, 7, 'k{command}', 'test.command', '', now(),"
                     " '', '', '');")
    lines.append(f"INSERT INTO ledger.batch VALUES (1, 1, 1, {len(ACCOUNTS)}, 1, {len(TRANSFERS)}, 1, 6, now(),"
                 " '', '', '', '');")
    for version, kind in ((1, "merchant"), (2, "platform")):
        lines.append("INSERT INTO business.party (key, version, number, kind, state)"
                     f" VALUES ('tai-lai', {version}, 7, '{kind}', 'active');")
    lines.append("COMMIT;")
    sql("\n".join(lines))


class Database(unittest.TestCase):
    def test_init_is_safe_to_repeat_and_keeps_the_key_file(self):
        vault = f"{FOLDER}/vault-again"
        for _ in range(2):
            code, out, err = run("init", "--database", DATABASE, "--vault", vault)
            self.assertEqual((code, out), (0, ""), err)
            self.assertIn("party register", err)
            with open(vault, "rb") as file:
                keys = file.read()
            self.assertEqual(stat.S_IMODE(os.stat(vault).st_mode), 0o600)
        self.assertGreaterEqual(len(keys), 128)
        self.assertEqual(run("migrate", "--database", DATABASE)[0], 0)
        with open(vault, "wb") as file:
            file.write(b"short")
        self.assertEqual(run("init", "--database", DATABASE, "--vault", vault)[0], 7)
        with open(vault, "rb") as file:
            self.assertEqual(file.read(), b"short")

    def test_balances(self):
        code, out, err = run("balances", "--json", "--database", READER)
        self.assertEqual((code, err), (0, ""))
        rows = {(row["account"], row["currency"]): row for row in json.loads(out)}
        self.assertEqual(len(rows), 7)
        self.assertEqual(rows["money:bank.settlement:house", "CNY"]["balance"], "1000.00")
        self.assertEqual(rows["money:merchant.payable:tai-lai", "USD"]["balance"], "0.05")
        self.assertEqual(rows["money:merchant.payable:tai-lai", "CNY"]["balance"], "-92233720367546.75")
        self.assertEqual(rows["money:merchant.payable:#9", "CNY"]["credits"], "92233720368546.75")
        memo = rows["memo:guarantee.reserved:tai-lai:26CN0%20%3Ax%25", "CNY"]
        self.assertEqual((memo["balance"], memo["pending_credits"]), ("10.00", "0.00"))
        text = run("balances", "--database", READER)[1].splitlines()
        self.assertEqual(len({len(line) for line in text}), 1, "amounts are not aligned")
        sql("INSERT INTO ledger.account VALUES (8, 7, 4, 156, '', 0, 1, 1)")
        self.assertEqual(len(json.loads(run("balances", "--json", "--database", READER)[1])), 7)
        self.assertEqual(len(json.loads(run("balances", "--json", "--all", "--database", READER)[1])), 8)

    def test_statement_by_number_and_by_name(self):
        for account in ("2", "tai-lai/merchant.payable/CNY", "7/merchant.payable/CNY/"):
            code, out, _ = run("statement", account, "--json", "--database", READER)
            rows = json.loads(out)
            self.assertEqual(code, 0)
            self.assertEqual([(row["seq"], row["date"], row["side"], row["amount"], row["balance"])
                              for row in rows],
                             [(1, "2026-11-22", "credit", "1000.00", "1000.00"),
                              (6, "2026-11-24", "debit", "92233720368546.75", "-92233720367546.75")])
            self.assertEqual(rows[0]["counterpart"], "money:bank.settlement:house")
        rows = json.loads(run("statement", "house/bank.settlement/USD", "--json", "--database", READER)[1])
        self.assertEqual([(row["date"], row["balance"]) for row in rows], [("2026-11-23", "0.05")])
        rows = json.loads(run("statement", "tai-lai/guarantee.reserved/CNY/26CN0 :x%", "--limit", "2",
                              "--json", "--database", READER)[1])
        self.assertEqual([row["kind"] for row in rows], ["pending", "expire"])
        for nobody in ("99", "tai-lai/merchant.payable", "nobody/merchant.payable/CNY",
                       "' OR true --/x/y/z", "9" * 30):
            code, out, err = run("statement", nobody, "--database", READER)
            self.assertEqual((code, out), (2, ""), nobody)
            self.assertIn("there is no account", err)

    def range_of(self, account, form, first="2026-11-23", last="2026-11-24", database=READER):
        code, out, err = run("statement", account, "--from", first, "--to", last, "--format", form,
                             "--database", database)
        self.assertEqual((code, err), (0, ""), form)
        return out

    def test_statement_of_a_range(self):
        rows = list(csv.DictReader(self.range_of("2", "csv").splitlines()))
        self.assertEqual([(row["line"], row["date"], row["in"], row["out"], row["balance"]) for row in rows],
                         [("opening", "2026-11-23", "", "", "1000.00"),
                          ("entry", "2026-11-24", "", "92233720368546.75", "-92233720367546.75"),
                          ("closing", "2026-11-24", "", "", "-92233720367546.75")])
        self.assertEqual(rows[1]["party"], "merchant.payable ***")
        memo = json.loads(self.range_of("6", "json", last="2026-11-26"))
        self.assertEqual([entry["amount"] for entry in memo["entries"]], ["10.00"], "only what is booked")
        self.assertEqual((memo["statement"]["opening"], memo["statement"]["closing"]), ("0.00", "10.00"))
        empty = json.loads(self.range_of("2", "json", "2026-11-23", "2026-11-23"))
        self.assertEqual((empty["entries"], empty["statement"]["opening"], empty["statement"]["closing"]),
                         ([], "1000.00", "1000.00"))
        page = self.range_of("2", "html")
        self.assertIn("期初余额 Opening balance", page)
        self.assertIn("-92233720367546.75", page)
        self.assertNotRegex(page, r"(src|href)=")
        self.assertIn("closing balance", self.range_of("2", "table"))
        for words in (("--from", "2026-11-24"), ("--from", "2026-11-24", "--to", "2026-11-23"),
                      ("--from", "2026-02-30", "--to", "2026-03-01"), ("--from", "2025-01-01", "--to", "2026-01-02"),
                      ("--from", "2026-11-24", "--to", "2026-11-24", "--format", "pdf")):
            code, out, _ = run("statement", "2", *words, "--database", READER)
            self.assertEqual((code, out), (2, ""), words)

    def test_a_statement_of_many_pages_adds_up(self):
        """5,100 entries in a database of their own: every format against psql."""
        count, first, last = 5100, "2026-11-01", "2026-11-05"
        sql("CREATE DATABASE many")
        owner, reader = (text.replace("dbname=postgres", "dbname=many") for text in (DATABASE, READER))
        self.assertEqual(run("init", "--database", owner, "--vault", f"{FOLDER}/vault-many")[0], 0)
        rows = f"""SELECT ledger.leaf_ahead({count}, {count});
            INSERT INTO ledger.account SELECT n, CASE n WHEN 2 THEN 7 ELSE 0 END, CASE n WHEN 2 THEN 3 ELSE 1 END,
              156, '', -9223372036854775808, 9223372036854775807, 1 FROM generate_series(1, 2) n;
            INSERT INTO business.party (key, version, number, kind, state) VALUES ('=cmd', 1, 7, 'merchant', 'active');
            INSERT INTO ledger.transfer SELECT n, 1 + (n % 3 = 0)::int, 2 - (n % 3 = 0)::int, n, NULL, 1,
              timestamptz '2026-11-01 00:00+08' + n * interval '60 seconds', NULL, n - 1, n - 1, 1, 1
              FROM generate_series(1, {count}) n;
            INSERT INTO ledger.batch VALUES (1, 1, 1, 2, 1, {count}, 1, 1, now(), '', '', '', '');
            SELECT ledger.leaf_seal(1);
            SELECT ledger.leaf_seal(1);"""  # a walk by primary key
        subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", owner], input=rows, text=True, check=True,
                       capture_output=True)
        asked = subprocess.run(["psql", "-XAtqF", ",", reader, "-c",
            f"""SELECT coalesce(sum(posted_credit) FILTER (WHERE recorded_at < '{first} 00:00+08'), 0),
            sum(posted_credit), count(*) FILTER (WHERE recorded_at >= '{first} 00:00+08') FROM ledger.entry
            WHERE account = 2 AND recorded_at < timestamptz '{last} 00:00+08' + interval '1 day'"""],
            text=True, check=True, capture_output=True).stdout.strip()
        opening, closing, entries = map(int, asked.split(","))
        self.assertGreater(entries, 5000, "more than one page of rows")
        minor = lambda text: int(text.replace(".", "") or 0)
        text = self.range_of("2", "csv", first, last, reader)
        table = list(csv.DictReader(text.splitlines()))
        self.assertEqual(table[0]["party"], "'=cmd", "a spreadsheet would run it")
        self.assertEqual((minor(table[0]["balance"]), minor(table[-1]["balance"])), (opening, closing))
        balance = opening
        for row in table[1:-1]:
            balance += minor(row["in"]) - minor(row["out"])
            self.assertEqual(minor(row["balance"]), balance)
        self.assertEqual((balance, len(table) - 2), (closing, entries))
        self.assertEqual([int(row["transfer"]) for row in table[1:-1]], list(range(1, count + 1)))
        camt = ElementTree.fromstring(self.range_of("2", "camt053", first, last, reader))
        space = {"d": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
        amounts = [minor(entry.find("d:Amt", space).text) * (1 if entry.find("d:CdtDbtInd", space).text == "CRDT" else -1)
                   for kind in ("Bal", "Ntry") for entry in camt.iterfind(f".//d:{kind}", space)]
        self.assertEqual((amounts[0], amounts[1], amounts[0] + sum(amounts[2:]), len(amounts) - 2),
                         (opening, closing, closing, entries))
        self.assertEqual(self.range_of("2", "html", first, last, reader).count("<tr><td>"), entries)

    def test_export_csv(self):
        code, out, err = run("export", "--format", "csv", "--database", READER)
        self.assertEqual((code, err), (0, ""))
        rows = list(csv.DictReader(out.splitlines()))
        self.assertEqual([int(row["seq"]) for row in rows], [transfer[0] for transfer in TRANSFERS])
        self.assertEqual([row["kind"] for row in rows], ["single", "single", "pending", "post", "void",
                                                         "single", "pending", "expire"])
        self.assertEqual(rows[0]["date"], "2026-11-22")
        self.assertEqual(rows[1]["date"], "2026-11-23")
        self.assertEqual(rows[3]["pending_seq"], "3")
        self.assertEqual(rows[5]["amount"], "92233720368546.75")
        self.assertEqual(rows[0]["command"], "test.command")

    def test_hledger_finds_the_same_balances(self):
        if not shutil.which("hledger"):
            self.skipTest("no hledger here")
        _, journal, _ = run("export", "--format", "hledger", "--database", READER)
        self.assertEqual(journal.count("\n    "), 2 * 4, "four transfers moved posted money")
        self.assertEqual(journal.count("\n; "), 4)
        compared = subprocess.run([f"{ROOT}/tests/tools/hledger-compare", KOUAN, READER], text=True,
                                  capture_output=True, check=False)
        self.assertEqual((compared.returncode, compared.stdout), (0, "7 balances agree with hledger\n"),
                         compared.stderr)

    def test_a_journal_not_as_sealed_is_found(self):
        code, out, err = run("verify", "--json", "--database", DATABASE)
        self.assertEqual(code, 4, err)
        self.assertTrue(json.loads(out)["first_bad"])

    def test_no_database(self):
        for words in (("balances",), ("verify",), ("migrate",), ("statement", "1"),
                      ("export", "--format", "csv")):
            code, out, err = run(*words, "--database", "host=/nonexistent dbname=x")
            self.assertEqual((code, out), (3, ""), words)
            self.assertTrue(err)

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "wb") as full:
            code = subprocess.run([KOUAN, "balances", "--database", READER], stdout=full, check=False,
                                  stderr=subprocess.DEVNULL, env=ENVIRONMENT).returncode
        self.assertEqual(code, 7)


if __name__ == "__main__":
    postgres = Postgres()
    try:
        made, _, why = run("init", "--database", DATABASE, "--vault", f"{FOLDER}/vault")
        if made != 0:
            sys.exit(f"init: {why}")
        rows_insert()
        unittest.main(argv=sys.argv[:1])
    finally:
        postgres.stop()
