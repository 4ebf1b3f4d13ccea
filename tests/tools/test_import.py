#!/usr/bin/env python3
"""`kouan import` through its own door: test_import.py PATH_OF_KOUAN SOURCE_ROOT."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import gateway as fake

KOUAN = sys.argv[1]
FOLDER = tempfile.TemporaryDirectory(prefix="kouan-import-")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("KOUAN_")}


def run(*words):
    result = subprocess.run([KOUAN, *words], capture_output=True, check=False, timeout=120, env=ENVIRONMENT)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def path(name):
    return os.path.join(FOLDER.name, name)


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path(name)


TARIFF_HEADER = "hs_code,valid_from,tariff_percent,vat_percent,source\n"
TARIFF_LINE = "1901101000,2026-01-01,10.00,13.00,2026 tariff\n"


class Imports(unittest.TestCase):
    """Files of reference data that are refused before anything is sent."""

    WRONG = (  # kind, content, what is said
        ("tariff", "", "line 1: nothing to set"),
        ("tariff", TARIFF_HEADER, "line 1: nothing to set"),
        ("tariff", "hs_code,rate\n1901101000,5\n", "line 2: tariff_set has no field rate"),
        ("tariff", "hs_code\n1901101000\n", "line 2: valid_from is missing"),
        ("tariff", "hs_code,hs_code\n1901101000,1901101000\n", "line 2: hs_code is given twice"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE + "1901101000,2026-02-30,,13.00,x\n", "line 3: valid_from"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE + "\n1901101000,2026-01-01,ten,13.00,x\n", "line 4: tariff_percent"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE + "1901101000,2026-01-01,5.001,13.00,x\n", "line 3: tariff_percent"),
        ("tariff", TARIFF_HEADER + '1901101000,2026-01-01,,13.00,"two\nlines"\n', "line 2: source"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE.replace("2026 tariff", "x" * 201), "line 2: source"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE.replace("2026 tariff", "x" * 300), "line 2: not a line of CSV"),
        ("tariff", TARIFF_HEADER + '1901101000,2026-01-01,,13.00,"x"y\n', "line 2: not a line of CSV"),
        ("tariff", TARIFF_HEADER + "1901101000,2026-01-01\n", "line 2: fewer cells than columns"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE.strip() + ",more\n", "line 2: more cells than columns"),
        ("tariff", TARIFF_HEADER + TARIFF_LINE + "\0", "not text"),
        ("tariff", TARIFF_HEADER.encode() + b"1901101000,2026-01-01,,13.00,\xff\n", "line 2: "),
        ("tariff", ",".join(["source"] * 17) + "\n", "line 1: too many columns"),
        ("calendar", "day,kind,source\n2026-10-01,feast,x\n", "line 2: kind"),
        ("calendar", "day,kind,source\r\n2026-10-01,holiday,x\r\n2026-10-02,holiday,\r\n", "line 3: source is missing"),
        ("terms", "name,valid_from,value,source\nlate_fee,2026-01-01,5,x\n", "line 2: name"),
        ("terms", "name,valid_from,value,source\nlate_fee_bp,2026-01-01,5.5,x\n", "line 2: value: want a whole number"),
        ("terms", "name,valid_from,value,source\nlate_fee_bp,2026-01-01,-5,x\n", "line 2: value"),
    )

    def test_wrong_files(self):
        for kind, content, said in self.WRONG:
            with self.subTest(kind=kind, content=content[:90]):
                code, out, errors = run("import", kind, write("rows.csv", content))
                self.assertEqual((code, out), (7, ""), errors)
                self.assertIn(said, errors)

    def test_wrong_kind(self):
        code, _, errors = run("import", "weather", write("rows.csv", "a\n"))
        self.assertEqual(code, 2)
        self.assertIn("not weather", errors)


class Sending(unittest.TestCase):
    def setUp(self):
        self.gateway = fake.Gateway(FOLDER.name).__enter__()
        self.addCleanup(self.gateway.__exit__)

    def talk(self, *words, script):
        self.gateway.script = list(script)
        return run(*words, "--gateway", self.gateway.url, "--ca", path("ca.pem"), "--cert", path("client.pem"),
                   "--key", path("client.key"))

    def test_an_import_is_tried_first(self):
        done = {"status": 200, "command": 1, "replayed": False, "answer": {}}
        refused = {"status": 409, "problem": {"title": "Too many dated rates", "code": "tariff.full"}}
        rows = write("rows.csv", "\ufeff" + TARIFF_HEADER + TARIFF_LINE + '1901101000,2027-01-01,,9.00,"a ""new"", one"\n')
        code, out, err = self.talk("import", "tariff", rows, script=[{"body": {"results": [done, refused]}}])
        self.assertEqual((code, out), (1, ""))
        self.assertEqual([sent["path"] for sent in self.gateway.requests], ["/v1/batch?dry_run=true"])
        self.assertIn("rows.csv: line 3:", err)
        self.assertIn("tariff.full", err)
        self.assertIn("nothing was set", err)
        self.gateway.requests.clear()
        again = dict(done, replayed=True)
        code, out, err = self.talk("import", "tariff", rows,
                                   script=[{"body": {"results": [done, done]}}, {"body": {"results": [done, again]}}])
        self.assertEqual((code, out), (0, "set  1\n"), err)
        self.assertIn("1 lines were set by this very file before", err)
        self.assertEqual([sent["path"] for sent in self.gateway.requests], ["/v1/batch?dry_run=true", "/v1/batch"])
        sent = json.loads(self.gateway.requests[1]["body"])
        self.assertEqual(sent["mode"], "independent")
        self.assertEqual(sent["commands"][1]["command"], "tariff.set")
        self.assertEqual(sent["commands"][1]["body"], {"hs_code": "1901101000", "valid_from": "2027-01-01",
                                                       "vat_percent": "9.00", "source": 'a "new", one'})
        self.assertRegex(sent["commands"][1]["idempotency_key"], r"^import/[0-9a-f]{40}/3$")

    def test_a_long_import_goes_in_batches(self):
        done = {"status": 200, "command": 1, "replayed": False, "answer": {}}
        rows = write("rows.csv", "day,kind,source\n" + "2026-10-01,holiday,x\n" * 1500)
        script = [{"body": {"results": [done] * count}} for count in (1000, 500)]
        code, out, _ = self.talk("import", "calendar", rows, "--dry-run", script=script)
        self.assertEqual((code, out), (0, "tried  1500\n"))
        self.assertEqual([len(json.loads(sent["body"])["commands"]) for sent in self.gateway.requests], [1000, 500])

    def test_each_kind_is_its_command(self):
        for kind, row, command in (
                ("rates", "currency,day,rate,source\nUSD,2026-11-02,708.5000,x\n", "fx_rate.set"),
                ("screening", "kind,value,action,valid_from,source\ncountry,KP,reject,2026-11-02,x\n", "screening.set")):
            done = {"status": 200, "command": 1, "replayed": False, "answer": {}}
            code, out, err = self.talk("import", kind, write("rows.csv", row), "--dry-run",
                                       script=[{"body": {"results": [done]}}])
            self.assertEqual((code, out), (0, "tried  1\n"), err)
            sent = json.loads(self.gateway.requests[-1]["body"])
            self.assertEqual(sent["commands"][0]["command"], command)


if __name__ == "__main__":
    fake.make_folder(FOLDER.name)
    unittest.main(argv=sys.argv[:1])
