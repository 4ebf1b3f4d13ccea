#!/usr/bin/env python3
"""The command line through its own door: test_kouan.py PATH_OF_KOUAN SOURCE_ROOT."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import gateway as fake

KOUAN, ROOT = sys.argv[1], sys.argv[2]
FOLDER = tempfile.TemporaryDirectory(prefix="kouan-cli-")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("KOUAN_")}


def run(*words, stdin=b"", environment=None):
    result = subprocess.run([KOUAN, *words], input=stdin, capture_output=True, check=False, timeout=120,
                            env={**ENVIRONMENT, **(environment or {})})
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def path(name):
    return os.path.join(FOLDER.name, name)


def write(name, content):
    with open(path(name), "wb" if isinstance(content, bytes) else "w") as file:
        file.write(content)
    return path(name)


STATEMENT_HEADER = "side,amount,currency,bank_reference,payment_reference,value_date\n"


class Statements(unittest.TestCase):
    """Statement files that are refused before anything is sent."""

    WRONG = (  # content, what is said
        ("", "line 1: the columns"), ("side,amount\n", "line 1: the columns"),
        (STATEMENT_HEADER + "credit,1.00,CNY,B1,,2026-11-01\nup,1.00,CNY,B2,,2026-11-01\n", "line 3: side"),
        (STATEMENT_HEADER + "debit,0.00,CNY,B1,,2026-11-01\n", "line 2: not an amount above zero"),
        (STATEMENT_HEADER + "debit,-1.00,CNY,B1,,2026-11-01\n", "line 2: not an amount above zero"),
        (STATEMENT_HEADER + "debit,1e3,CNY,B1,,2026-11-01\n", "line 2: not an amount above zero"),
        (STATEMENT_HEADER + 'debit,"1.00"x,CNY,B1,,2026-11-01\n', "line 2: not a line of CSV"),
        (STATEMENT_HEADER + "debit," + "1" * 300 + ",CNY,B1,,2026-11-01\n", "line 2: not a line of CSV"),
        (STATEMENT_HEADER + "debit,90000000000000000.00,CNY,B1,,2026-11-01\n" * 2, "line 3: the sum is too large"),
        ("<Document/>", "namespace"),
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>", "malformed"),
        (STATEMENT_HEADER + "debit,1.00,CNY,B1,,2026-11-01,more\n", "line 2: more cells than columns"),
    )

    def test_wrong_files(self):
        for content, said in self.WRONG:
            with self.subTest(content=content[:80]):
                code, _, errors = run("reconcile", "bank", "2026-11-01", write("statement", content))
                self.assertEqual(code, 7, errors)
                self.assertIn(said, errors)

    def test_wrong_day(self):
        code, _, errors = run("reconcile", "bank", "2026-11-31", write("statement", STATEMENT_HEADER))
        self.assertEqual(code, 2)
        self.assertIn("is not a date", errors)


class CommandLine(unittest.TestCase):
    WRONG = (  # words, exit code, what is said
        ("", 2, "usage: kouan"),
        ("sbmit", 2, "did you mean submit?"),
        ("part register", 2, "did you mean party.register?"),
        ("get party", 2, "usage: kouan get KIND KEY"),
        ("get party a b", 2, "usage: kouan get KIND KEY"),
        ("get party a --kind b", 2, "--kind is not an option of this verb"),
        ("get party a --gateway", 2, "--gateway wants a value"),
        ("get party a --json --json", 2, "--json is given twice"),
        ("get party a --json=yes", 2, "takes no value"),
        ("get party a -j", 2, "two dashes"),
        ("get party a", 2, "--gateway is missing"),
        ("get party a --gateway http://127.0.0.1:1 --ca x --cert x --key x", 2, "https://host:port"),
        ("get party a --gateway https://127.0.0.1 --ca x --cert x --key x", 2, "https://host:port"),
        ("get party a --gateway https://127.0.0.1:1 --ca /none --cert x --key x", 2, "/none"),
        ("list party --filter kind", 2, "FIELD=VALUE"),
        ("list party --filter name=x", 2, "cannot be listed by name"),
        ("list party --filter kind=x --filter kind=y", 2, "given twice"),
        ("list party --limit 0 --gateway https://127.0.0.1:1", 2, "--limit wants a number"),
        ("list party --limit 1e3", 2, "--limit wants a number"),
        ("submit", 2, "give a FILE"),
        ("submit /none/such", 2, "/none/such"),
        ("submit --command party.unheard_of", 2, "no command party.unheard_of"),
        ("party register --id a --colour red", 2, "no field colour"),
        ("party register --id a --id b", 2, "--id is given twice"),
        ("party register --id a", 2, "--kind is missing"),
        ("party register --command x.y", 2, "--command has no place here"),
        ("party register --id a --kind merchant --config /none", 2, "/none"),
        ("export --format xls --database x", 2, "hledger or csv"),
        ("statement 1", 2, "--database is missing"),
        ("init --database x", 2, "--vault is missing"),
        ("cert show /none", 2, "/none"),
        ("letter sign x.json", 2, "--key is missing"),
    )

    def test_wrong_words(self):
        for words, code, said in self.WRONG:
            with self.subTest(words=words):
                got, out, err = run(*words.split())
                self.assertEqual((got, out), (code, ""), err)
                self.assertIn(said, err)
                self.assertLessEqual(len(err.splitlines()), 60)

    def test_help_needs_nothing(self):
        for words in (("help",), ("--help",), ("help", "submit"), ("submit", "--help"),
                      ("help", "letter", "sign"), ("party", "register", "--help")):
            code, out, err = run(*words)
            self.assertEqual((code, err), (0, ""), words)
            self.assertIn("usage: kouan", out)
        self.assertRegex(run("--version")[1], r"^kouan \d+\.\d+\.\d+\n$")

    def test_help_of_a_command_lists_its_fields(self):
        _, out, _ = run("help", "party", "register")
        self.assertRegex(out, r"--id TEXT .*\(required\)")
        self.assertIn("merchant", out)

    def test_commands_are_listed(self):
        code, out, _ = run("commands", "--json")
        self.assertEqual(code, 0)
        self.assertIn("party.register", [row["name"] for row in json.loads(out)])

    def test_manual_holds_every_verb_option_and_exit_code(self):
        with open(os.path.join(ROOT, "tools/kouan/kouan.1"), encoding="utf-8") as file:
            manual = file.read()
        _, overview, _ = run("help")
        verbs = re.findall(r"^    ([a-z0-9]+(?: [a-z0-9]+)?)(?: .*|$)",
                           overview.split("verbs:\n")[1].split("exit codes:")[0], re.M)
        self.assertGreater(len(verbs), 12)
        options, codes = set(), set()
        for verb in verbs:
            self.assertRegex(manual, rf"(?m)^\.(It )?Cm {verb}\b", verb)
            if verb != "help":
                code, out, err = run("help", *verb.split())
                self.assertEqual((code, err), (0, ""), verb)
                options |= set(re.findall(r"^    --([a-z-]+)", out, re.M))
                codes |= set(re.findall(r"^    (\d)  (.+?)  +(.+)$", out, re.M))
        for option in options:
            self.assertRegex(manual, rf"(?m)^\.It Fl -{option}( |$)", option)
        for code, name, meaning in codes:
            self.assertIn(f".It {code}\n{name}: {meaning}\n", manual)

    def test_manual_is_clean(self):
        try:
            lint = subprocess.run(["mandoc", "-Tlint", os.path.join(ROOT, "tools/kouan/kouan.1")],
                                  capture_output=True, check=False)
        except FileNotFoundError:
            self.skipTest("no mandoc here")
        self.assertEqual((lint.returncode, lint.stdout), (0, b""))


class Talking(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = fake.Gateway(FOLDER.name).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.__exit__()

    def setUp(self):
        self.gateway.script, self.gateway.requests = [], []

    def talk(self, *words, script=(), stdin=b"", cert="client", ca="ca", url=None):
        self.gateway.script = list(script)
        return run(*words, "--gateway", url or self.gateway.url, "--ca", path(f"{ca}.pem"), "--cert",
                   path(f"{cert}.pem"), "--key", path(f"{cert}.key"), stdin=stdin)

    def test_get_prints_for_people_and_for_programs(self):
        document = {"id": "a", "kind": "merchant", "limit": {"value": "12.50", "currency": "CNY"},
                    "name": "满洲里\x1b[31m", "parts": [{"n": 1, "of": "a"}, {"n": 22, "of": "b"}], "live": True,
                    "scopes": ["x", "y"]}
        code, out, err = self.talk("get", "party", "a/b c", script=[{"body": document}])
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out, "id      a\nkind    merchant\nlimit   12.50 CNY\nname    满洲里?[31m\n"
                              "parts\n   n  of\n   1  a\n  22  b\nlive    yes\nscopes  x,y\n")
        self.assertEqual(self.gateway.requests[0]["path"], "/v1/party/a/b%20c")
        code, out, _ = self.talk("get", "party", "a", "--json", script=[{"body": document}])
        self.assertEqual((code, json.loads(out)), (0, document))

    def test_simulate(self):
        """Worked days: a release of 1 November is cut on 13 December, due on the 16th, called on 1 January."""
        def money(text):
            return {"currency": "CNY", "value": text}

        def released(day, total):
            return {"key": f"broker/9999/{day}", "agent": "broker", "customs_code": "9999", "released_on": day,
                    "bill_count": 1, "total": money(total)}

        cycle = {"key": "broker/9999", "agent": "broker", "customs_code": "9999", "next_cut": "2026-12-13"}
        statement = {"id": "S1", "state": "final", "due_on": "2026-12-05", "total": money("43.00")}
        guarantee = {"grn": "G1", "state": "active", "limit": money("1000.00"), "reserved": money("200.00"),
                     "valid_to": "2027-01-05"}
        call = {"key": "G1/1", "due_on": "2026-12-20", "amount": money("9.00"), "paid": money("4.00")}
        days = [released("2026-11-01", "100.00"), released("2026-11-10", "50.00")]
        pages = [{"body": {"items": days, "next_cursor": "more"}},
                 {"body": {"items": [released("2026-11-20", "7.00")]}}]
        pages += [{"body": {"items": [item]}} for item in (cycle, statement, guarantee, call)]
        code, out, err = self.talk("simulate", "--from", "2026-12-01", "--days", "60", "--json", script=pages)
        self.assertEqual((code, err), (0, ""))
        told = json.loads(out)
        events = [(row["on"], row["event"], row["subject"], row["amount"]["value"]) for row in told["events"]]
        self.assertEqual(events[0], ("2026-12-01", "return_closes", "broker/9999/2026-11-01", "100.00"))
        for event in [("2026-12-02", "window_opens", "broker/9999/2026-11-01", "100.00"),
                      ("2026-12-05", "statement_due", "S1", "43.00"),
                      ("2026-12-13", "statement_cut", "broker/9999", "150.00"),
                      ("2026-12-16", "arrival_ends", "broker/9999/2026-11-01", "100.00"),
                      ("2026-12-16", "window_closes", "broker/9999/2026-11-01", "100.00"),
                      ("2026-12-16", "statement_due", "broker/9999", "150.00"),
                      ("2026-12-20", "call_due", "G1/1", "5.00"),
                      ("2026-12-21", "call_unless_paid", "S1", "43.00"),
                      ("2027-01-01", "call_unless_paid", "broker/9999", "150.00"),
                      ("2027-01-01", "statement_cut", "broker/9999", "7.00"),
                      ("2027-01-04", "statement_due", "broker/9999", "7.00"),
                      ("2027-01-05", "guarantee_ends", "G1", "1000.00")]:
            self.assertIn(event, events)
        used = {row["on"]: (row["limit"]["value"], row["reserved"]["value"], row["percent"])
                for row in told["utilisation"]}
        self.assertEqual(len(used), 60)
        self.assertEqual(used["2026-12-04"], ("1000.00", "200.00", 20))
        self.assertEqual(used["2026-12-05"], ("1000.00", "157.00", 16))
        self.assertEqual(used["2026-12-16"], ("1000.00", "7.00", 1))
        self.assertEqual(used["2027-01-06"], ("0.00", "0.00", 0))
        self.assertEqual({row["method"] for row in self.gateway.requests}, {"GET"})

    def test_list_follows_cursors_on_one_connection(self):
        pages = [{"body": {"items": [{"id": "甲", "n": 1}], "next_cursor": "c+1"}},
                 {"body": {"items": [{"id": "b", "n": 22}]}}]
        code, out, err = self.talk("list", "party", "--filter", "kind=a&b", script=pages)
        self.assertEqual((code, out, err), (0, "id   n\n甲   1\nb   22\n", ""))
        self.assertEqual([request["path"] for request in self.gateway.requests],
                         ["/v1/party?limit=100&kind=a%26b",
                          "/v1/party?limit=99&kind=a%26b&cursor=c%2B1"])
        self.assertEqual(len({request["connection"] for request in self.gateway.requests}), 1)

    def test_the_kind_may_come_first(self):
        code, out, _ = self.talk("party", "get", "a", script=[{"body": {"id": "a"}}])
        self.assertEqual((code, out), (0, "id  a\n"))
        self.talk("party", "list", script=[{"body": {"items": []}}])
        self.assertEqual([request["path"] for request in self.gateway.requests],
                         ["/v1/party/a", "/v1/party?limit=100"])

    def test_list_stops_at_its_limit(self):
        page = {"body": {"items": [{"id": "a"}], "next_cursor": "c"}}
        code, out, err = self.talk("list", "party", "--limit", "1", "--json", script=[page])
        self.assertEqual((code, json.loads(out)), (0, [{"id": "a"}]))
        self.assertIn("there are more", err)

    def test_fields_become_the_body(self):
        code, out, err = self.talk("party", "register", "--id", "tailai", "--kind=merchant",
                                   "--name-latin", "Tailai", script=[{"body": {"id": "tailai"}}])
        self.assertEqual((code, out), (0, "id  tailai\n"), err)
        request = self.gateway.requests[0]
        self.assertEqual((request["method"], request["path"]), ("POST", "/v1/party/register"))
        self.assertEqual(json.loads(request["body"]),
                         {"id": "tailai", "kind": "merchant", "name_latin": "Tailai"})
        self.assertEqual(request["headers"]["content-type"], "application/json")
        self.assertIn(request["headers"]["idempotency-key"], err)

    def test_one_content_has_one_key_in_either_encoding(self):
        write("one.json", json.dumps({"command": "party.register", "kind": "merchant", "id": "a"}))
        write("two.json", json.dumps({"id": "a", "kind": "merchant"}))
        ways = (("submit", path("one.json")), ("submit", path("two.json"), "--command", "party.register"),
                ("party", "register", "--kind", "merchant", "--id", "a"),
                ("submit", path("one.json"), "--cbor"))
        for way in ways:
            self.talk(*way, script=[{"body": {}}])
        self.talk("party", "register", "--kind", "merchant", "--id", "b", script=[{"body": {}}])
        keys = [request["headers"]["idempotency-key"] for request in self.gateway.requests]
        self.assertEqual(len(set(keys[:4])), 1)
        self.assertNotEqual(keys[0], keys[4])
        self.assertRegex(keys[0], r"^cli-[0-9a-f]{40}$")
        self.assertEqual(self.gateway.requests[3]["body"],
                         bytes.fromhex("a2626964616164") + b"kind" + bytes.fromhex("68") + b"merchant")
        self.assertEqual(self.gateway.requests[3]["headers"]["accept"], "application/cbor")

    def test_a_key_given_is_used_and_checked(self):
        words = ("party", "register", "--id", "a", "--kind", "bank", "--idempotency-key")
        self.talk(*words, "mine", script=[{"body": {}}])
        self.assertEqual(self.gateway.requests[0]["headers"]["idempotency-key"], "mine")
        for bad in ("two words", "x" * 256, "ключ"):
            self.assertEqual(self.talk(*words, bad)[0], 2)

    def test_dry_run_and_replay_are_said(self):
        words = ("party", "register", "--id", "a", "--kind", "bank")
        _, _, err = self.talk(*words, "--dry-run", script=[{"body": {}}])
        self.assertEqual(self.gateway.requests[0]["path"], "/v1/party/register?dry_run=true")
        self.assertIn("nothing was changed", err)
        _, _, err = self.talk(*words, script=[{"body": {}, "headers": {"Idempotency-Replayed": "true"}}])
        self.assertIn("was done before", err)

    def test_a_batch_numbers_its_keys_and_tells_refusals(self):
        commands = [{"command": "party.register", "id": "a", "kind": "bank"},
                    {"command": "party.register", "idempotency_key": "k", "body": {"id": "b"}}]
        results = {"results": [{"status": 200, "answer": {}}, {"status": 409, "problem": {
            "title": "A party with this id exists", "code": "party.exists"}}]}
        code, out, err = self.talk("submit", "-", "--independent", script=[{"body": results}],
                                   stdin=json.dumps(commands).encode())
        self.assertEqual((code, out), (1, "done      1\nnot done  1\n"))
        self.assertIn("command 1:", err)
        self.assertIn("A party with this id exists (party.exists)", err)
        sent = json.loads(self.gateway.requests[0]["body"])
        self.assertEqual(self.gateway.requests[0]["path"], "/v1/batch")
        self.assertEqual(sent["mode"], "independent")
        self.assertEqual(sent["commands"][0]["body"], {"id": "a", "kind": "bank"})
        self.assertRegex(sent["commands"][0]["idempotency_key"], r"^cli-[0-9a-f]{40}-0$")
        self.assertEqual(sent["commands"][1], {"command": "party.register", "idempotency_key": "k",
                                               "body": {"id": "b"}})

    def test_an_atomic_batch_names_the_one_at_fault(self):
        results = [{"status": 409, "problem": {"title": "Aborted", "code": "batch.aborted"}},
                   {"status": 409, "problem": {"title": "Too much", "code": "guarantee.insufficient"}}]
        code, out, err = self.talk("submit", "-", script=[{"body": {"results": results}}],
                                   stdin=b'[{"command": "a.b"}, {"command": "a.b"}]')
        self.assertEqual((code, out), (1, "done      0\nnot done  2\n"))
        self.assertIn("command 1:\nkouan: Too much (guarantee.insufficient)\n", err)
        self.assertNotIn("Aborted", err)
        self.assertEqual(json.loads(self.gateway.requests[0]["body"])["mode"], "atomic")

    def test_customs_messages_go_as_they_are(self):
        message = "\ufeff<?xml version=\"1.0\"?><CEB621Message/>\r\n".encode()
        code, _, _ = self.talk("submit", write("ceb.xml", message), script=[{"body": {"results": []}}])
        request = self.gateway.requests[0]
        self.assertEqual((code, request["path"], request["body"]), (0, "/v1/customs/messages", message))
        self.assertEqual(request["headers"]["content-type"], "application/xml")

    def test_a_refusal_is_explained(self):
        problem = {"type": "urn:kouan:problem:guarantee.insufficient", "status": 409, "code":
                   "guarantee.insufficient", "title": "Not enough is available", "pointer": "/amount",
                   "available": "120.50", "frees": [{"inventory": "I1", "amount": "9.00"}]}
        code, out, err = self.talk("party", "register", "--id", "a", "--kind", "bank", "--json",
                                   script=[{"status": 409, "body": problem,
                                            "type": "application/problem+json"}])
        self.assertEqual((code, json.loads(out)), (1, problem))
        for said in ("Not enough is available (guarantee.insufficient)", "at /amount",
                     "available  120.50", "  inventory  amount\n", "  I1         9.00"):
            self.assertIn(said, err)

    def test_a_refusal_in_cbor_says_the_same(self):
        ours = b"\xa1" + b"\x64code" + b"\x6cparty.exists"
        body = b"\xa2\x20\x63no!" + b"\x71urn:kouan:problem" + ours
        code, out, err = self.talk("submit", "--command", "party.register", "--id", "a", "--kind", "bank",
                                   "--cbor", "--json",
                                   script=[{"status": 409, "body": body,
                                            "type": "application/concise-problem-details+cbor"}])
        self.assertEqual((code, json.loads(out)), (1, {"title": "no!", "code": "party.exists"}))
        self.assertIn("no! (party.exists)", err)

    STATUSES = ((400, 1), (403, 1), (404, 1), (409, 1), (422, 1), (429, 6), (503, 6), (500, 5), (502, 5))

    def test_http_statuses_become_exit_codes(self):
        for status, wanted in self.STATUSES:
            code, out, err = self.talk("party", "register", "--id", "a", "--kind", "bank",
                                       script=[{"status": status, "body": {"title": "T"}}])
            self.assertEqual((code, out), (wanted, ""), status)
            self.assertIn("T", err)

    def test_a_lost_answer_is_asked_for_again_with_the_same_key(self):
        words = ("party", "register", "--id", "a", "--kind", "bank")
        code, out, err = self.talk(*words, script=[{"hang_up": True}, {"body": {"id": "a"}}])
        self.assertEqual((code, out), (0, "id  a\n"), err)
        keys = [request["headers"]["idempotency-key"] for request in self.gateway.requests]
        self.assertEqual((len(keys), keys[0]), (2, keys[1]))

    def test_an_answer_lost_twice_is_in_doubt(self):
        words = ("party", "register", "--id", "a", "--kind", "bank")
        code, out, err = self.talk(*words, script=[{"hang_up": True}, {"hang_up": True}])
        self.assertEqual((code, out, len(self.gateway.requests)), (5, "", 2))
        self.assertIn("--idempotency-key cli-", err)

    def test_half_an_answer_is_no_answer(self):
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
        code, _, _ = self.talk("party", "register", "--id", "a", "--kind", "bank",
                               script=[{"raw": half}] * 2)
        self.assertEqual(code, 5)

    def test_what_is_no_answer_is_in_doubt_but_a_read_is_not(self):
        wild = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        self.assertEqual(self.talk("party", "register", "--id", "a", "--kind", "bank",
                                   script=[{"raw": wild}])[0], 5)
        self.assertEqual(self.talk("get", "party", "a", script=[{"raw": wild}])[0], 3)

    def test_nobody_there(self):
        code, _, err = self.talk("party", "register", "--id", "a", "--kind", "bank", url="https://127.0.0.1:1")
        self.assertEqual(code, 3)
        self.assertIn("127.0.0.1:1", err)

    def test_certificates_are_checked_both_ways(self):
        code, _, err = self.talk("get", "party", "a", ca="stranger")
        self.assertEqual((code, self.gateway.requests), (3, []))
        self.assertIn("the gateway's certificate", err)
        code, _, err = self.talk("get", "party", "a", cert="unknown")
        self.assertEqual((code, self.gateway.requests), (3, []), err)
        other = self.gateway.url.replace("127.0.0.1", "localhost")
        code, _, err = self.talk("get", "party", "a", url=other)
        self.assertEqual((code, self.gateway.requests), (3, []), err)

    def test_settings_come_from_options_then_environment_then_file(self):
        settings = write("client.conf", f"# ours\nca = {path('stranger.pem')}\r\n\n  cert={path('client.pem')}"
                                        f"\nkey = {path('client.key')}\ndatabase = host=x dbname=y\n")
        words = ("get", "party", "a", "--gateway", self.gateway.url, "--config", settings)
        self.gateway.script = [{"body": {}}]
        self.assertEqual(run(*words)[0], 3)
        self.assertEqual(run(*words, environment={"KOUAN_CA": path("ca.pem")})[0], 0)
        for bad in ("nonsense\n", "limit = 3\n", "x" * 9000):
            self.assertEqual(run(*words[:-1], write("bad.conf", bad))[0], 2)


class Certificates(unittest.TestCase):
    def test_show(self):
        code, out, _ = run("cert", "show", path("client.pem"), "--json")
        shown = json.loads(out)
        self.assertEqual((code, shown["party"], shown["role"]), (0, "bank-1", "bank"))
        self.assertIn(shown["days_left"], (1, 2))
        end = subprocess.run(["openssl", "x509", "-in", path("client.pem"), "-noout", "-enddate", "-dateopt",
                              "iso_8601", "-fingerprint", "-sha256"], capture_output=True, check=True, text=True).stdout
        self.assertEqual(shown["valid_to"], re.search(r"notAfter=(.*)Z", end)[1].replace(" ", "T") + ".000000Z")
        self.assertEqual(shown["sha256"], re.search(r"Fingerprint=(.*)", end)[1].replace(":", "").lower())

    def test_check(self):
        self.assertEqual(run("cert", "check", path("client.pem")), (0, "good: party bank-1, role bank\n", ""))
        code, _, err = run("cert", "check", path("nameless.pem"))
        self.assertEqual(code, 4, err)
        self.assertIn("names no party", err)
        self.assertIn("extended key usage", err)
        self.assertIn("authority", run("cert", "check", path("ca.pem"))[2])


class Letters(unittest.TestCase):
    LETTER = {"letter_number": "BG-1", "principal": "tailai", "beneficiary": "manzhouli",
              "amount": {"value": "1000000.00", "currency": "CNY"}, "liability_percentage": 100,
              "scopes": ["retail_import"], "valid_from": "2026-11-23", "valid_to": "2027-11-22",
              "claim_until": "2028-02-22", "revolving": True}

    def sign(self, content, key="client.key"):
        return subprocess.run([KOUAN, "letter", "sign", write("letter.json", json.dumps(content)), "--key",
                               path(key), "--kid", "bank-key-1"], capture_output=True, check=False)

    def test_a_letter_goes_there_and_back(self):
        for content in (self.LETTER, {"grn": "26CN000000000001A", "valid_to": "2028-01-01"}):
            signed = self.sign(content)
            self.assertEqual(signed.returncode, 0, signed.stderr)
            code, out, _ = run("letter", "show", write("letter.cose", signed.stdout), "--json")
            shown = json.loads(out)
            found = (code, shown["algorithm"], shown["key_id"], shown["content"])
            self.assertEqual(found, (0, "ES256", "bank-key-1", content))

    def test_what_is_no_letter(self):
        self.assertEqual(self.sign({"hello": 1}).returncode, 2)
        self.assertEqual(self.sign({**self.LETTER, "liability_percentage": 101}).returncode, 2)
        self.assertEqual(self.sign(self.LETTER, key="client.pem").returncode, 7)
        self.assertEqual(run("letter", "show", write("no.cose", b"\xd2\x84"))[0], 4)


if __name__ == "__main__":
    fake.make_folder(FOLDER.name)
    unittest.main(argv=sys.argv[:1])
