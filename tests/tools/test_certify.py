#!/usr/bin/env python3
"""kouan certify against the simulated bank, honest and not: test_certify.py KOUAN KOUAN_BANK SOURCE_ROOT."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

KOUAN, BANK, ROOT = sys.argv[1:4]
sys.path.insert(0, os.path.join(ROOT, "tests/bank"))
import house  # noqa: E402
import iso87  # noqa: E402

KEY, MASTER = "000102030405060708090a0b0c0d0e0f", "f0e0d0c0b0a090807060504030201000"
ACCOUNT, PAYEE, NAME = "6222000000004711", "6222000000004712", "Bolormaa"
SETTINGS = f"""set quiet_ms 250
set debtor_account {ACCOUNT}
set creditor_account {PAYEE}
set creditor_name {NAME}
"""
DEFAULT = subprocess.run([KOUAN, "link", "script"], capture_output=True, check=True, text=True).stdout
DEFAULT = re.sub(r"(?m)^(set|#).*\n", "", DEFAULT)


class Certified:
    """What one run said."""

    def __init__(self, code, report, errors):
        self.code, self.text, self.errors = code, report, errors
        self.json = json.loads(report) if report.startswith("{") else None
        self.steps = {} if self.json is None else {step["step"]: step for step in self.json["steps"]}

    def verdict(self, step):
        return self.steps[step]["verdict"]

    def of(self, verdict):
        return [step["step"] for step in self.json["steps"] if step["verdict"] == verdict]


class Case(house.Case):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kouan-certify."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.write("key", KEY)
        self.write("master", MASTER)

    def write(self, name, text):
        (self.directory / name).write_text(text)
        return str(self.directory / name)

    def link(self, port, **keys):
        keys = {"name": "test", "institution": '"4100"', "hosts": f'["127.0.0.1:{port}"]',
                "reply_ms": 20000, **keys}
        return self.write("link.yaml", "".join(f"{name}: {value}\n" for name, value in keys.items()))

    def signed(self, mac="aes_cmac"):
        return {"mac": mac, "mac_key_file": self.directory / "key",
                "master_key_file": self.directory / "master"}

    def signed_bank(self, script="", mac="aes_cmac", **options):
        return self.bank(script, mac_algorithm=mac, mac_key_file=self.directory / "key",
                         mac_master_key_file=self.directory / "master", day="", skew_seconds=900,
                         **options)

    def run_kouan(self, *words):
        done = subprocess.run([KOUAN, *words], capture_output=True, check=False, timeout=120, text=True)
        self.assertNotIn("Sanitizer", done.stderr)
        return done.returncode, done.stdout, done.stderr

    def certify(self, link, *options, bank=None, script=DEFAULT, wait="20", form="--json"):
        words = ["certify", link, "--script", self.write("steps", SETTINGS + script), "--wait", wait]
        words += [form] if form else []
        words += ["--control", bank.options["control"]] if bank else []
        done = Certified(*self.run_kouan(*words, *options))
        for secret in (KEY, MASTER, KEY.upper(), ACCOUNT, PAYEE, NAME):
            self.assertNotIn(secret, done.text + done.errors)
        return done


class Honest(Case):
    def check_all(self, done, skipped=()):
        self.assertEqual((0, []), (done.code, done.of("fail")), done.errors)
        self.assertEqual(sorted(skipped), sorted(done.of("skipped")))
        self.assertEqual((len(done.json["steps"]) - len(skipped), 0), (done.json["passed"], done.json["failed"]))

    def test_all_steps_with_codes(self):
        bank = self.signed_bank()
        done = self.certify(self.link(bank.port, **self.signed()), bank=bank)
        self.check_all(done)
        for step, code in (("sign_on", "00"), ("pay", "00"), ("repeat", "00"), ("inquire_unknown", "25"),
                           ("reverse_repeat", "00"), ("reverse_unknown", "25"), ("late_original", "68"),
                           ("wrong_mac", "A0"), ("stale", "30"), ("unknown_mti", "40")):
            self.assertEqual(f"code {code}", done.steps[step]["came"])
        self.assertEqual(("AES-CMAC", "iso87-ascii", None),
                         (done.json["mac"], done.json["dialect"], done.json["tls"]))
        books = bank.books()
        self.assertEqual(0, bank.status()["double_paid"])
        today = next(day for day in books["days"] if day["paid"]["count"])
        self.assertEqual([2, 3], [today["paid"]["count"], today["paid"]["minor"]])
        self.assertEqual(2, today["acknowledged"]["count"])
        # Again on the same day: what was before is asked for first.
        again = self.certify(self.link(bank.port, **self.signed()), bank=bank)
        self.check_all(again)
        self.assertIn("code 79: paid 2 for 0.03, reversed 1 for 0.02", again.steps["totals_before"]["came"])

    def test_other_codes_and_dialects(self):
        for mac, bank_mac, dialect in (("x9_19", "x919", "iso87-ascii"),
                                       ("unionpay_ecb", "unionpay_ecb", "unionpay-interbank"),
                                       ("sm4_cbc", "sm4_cbc", "unionpay-interbank")):
            with self.subTest(mac=mac):
                bank = self.signed_bank(mac=bank_mac, dialect=dialect, repeat_ms=100)
                done = self.certify(self.link(bank.port, dialect=dialect, **self.signed(mac)), bank=bank)
                self.check_all(done)

    def test_without_codes(self):
        bank = self.bank(day="", skew_seconds=900)
        done = self.certify(self.link(bank.port), bank=bank)
        self.check_all(done, ["wrong_mac", "key_exchange", "key_send"])
        self.assertEqual("none", done.json["mac"])

    def test_tls(self):
        paper = TlsPapers(self.directory)
        bank = self.signed_bank(certificate=paper("bank.pem"), key=paper("bank.key"), ca=paper("ca.pem"),
                                peer_name="gateway.test")
        tls = {"certificate": paper("gateway.pem"), "key": paper("gateway.key"), "ca": paper("ca.pem"),
               "peer_name": "bank.test"}
        done = self.certify(self.link(bank.port, **self.signed(), **tls), bank=bank)
        self.check_all(done)
        self.assertEqual(("TLSv1.3", "CN=bank.test"),
                         (done.json["tls"]["protocol"], done.json["tls"]["subject"]))
        self.assertRegex(done.steps["connect"]["came"], r"TLSv1.3, certificate CN=bank.test, days left: [12]$")
        text = self.certify(self.link(bank.port, **self.signed(), **tls), bank=bank, script="connect\n", form=None).text
        self.assertRegex(text, r"\| TLS \| TLSv1.3, TLS_AES")
        self.assertRegex(text, r"\| CN=bank.test, until 20\d\d-\d\d-\d\d, days left: [12] \|")
        other = self.certify(self.link(bank.port, **{**tls, "peer_name": "other.test"}), script="connect\necho\n")
        self.assertEqual(3, other.code)
        self.assertIn("does not name other.test", other.steps["connect"]["came"])
        self.assertEqual("skipped", other.verdict("echo"))

    def test_the_bank_connects_and_signs_on(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        bank = self.bank(day="", connect=f"127.0.0.1:{port}", sign_on="bank", skew_seconds=900)
        done = self.certify(self.link(port, role="server", sign_on="bank"), bank=bank,
                            script="connect\nsign_on\npay\ninquire\nmalformed\ntotals\n")
        self.check_all(done)

    def test_cut_over(self):
        bank = self.signed_bank()
        done = self.certify(self.link(bank.port, **self.signed()), bank=bank,
                            script="totals_before\npay\ncut_over\ntotals\npay\ntotals\nsign_off\n")
        self.check_all(done)
        self.assertRegex(done.steps["cut_over"]["came"], r"^to 20\d\d-\d\d-\d\d, answered 00$")
        self.assertIn("paid 1 for 0.01", done.steps["totals"]["came"])

    def test_nobody_there_to_ask(self):
        bank = self.signed_bank()
        done = self.certify(self.link(bank.port, **self.signed()), wait="1",
                            script="connect\nfunds amount=3.00\nfunds_repeat\ncut_over\nkey_exchange\ntotals\n")
        self.check_all(done, ["funds", "funds_repeat", "cut_over"])
        self.assertRegex(done.errors, r"please have the bank advise 3.00 CNY to our account, reference C\d+-01")

    def test_report_for_people(self):
        bank = self.signed_bank()
        path = str(self.directory / "report.md")
        done = self.certify(self.link(bank.port, **self.signed()), "--report", path, bank=bank, form=None)
        self.assertEqual((0, ""), (done.code, done.text))
        text = pathlib.Path(path).read_text()
        for part in ("银行联机认证报告", "| Institution 机构号 | 4100 |", "| AES-CMAC |", "经办", "复核", "kouan 0.",
                     "25 passed, 0 failed, 0 skipped", "************4711", "Transmission date and time"):
            self.assertIn(part, text)
        self.assertNotIn("Failures", text)
        for secret in (KEY, ACCOUNT, PAYEE, NAME):
            self.assertNotIn(secret, text)
        transcript = text.split("```text\n")[1].split("```\n")[0]
        self.assertTrue(text.endswith(f"`{hashlib.sha256(transcript.encode()).hexdigest()}`\n"))
        as_json = self.certify(self.link(bank.port, **self.signed()), bank=bank, script="connect\nsign_on\n").json
        self.assertEqual(hashlib.sha256(as_json["transcript"].encode()).hexdigest(), as_json["transcript_sha256"])


class TlsPapers:
    def __init__(self, directory):
        self.directory = directory
        self.make("ca")
        for name in ("bank", "gateway"):
            self.make(name, "ca")

    def __call__(self, name):
        return str(self.directory / name)

    def make(self, name, issuer=None):
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-days", "2", "-subj", f"/CN={name}.test", "-keyout", self(name + ".key"), "-out",
                 self(name + ".pem")]
        if issuer:
            words += ["-CA", self(issuer + ".pem"), "-CAkey", self(issuer + ".key"), "-addext",
                      f"subjectAltName=DNS:{name}.test", "-addext", "basicConstraints=critical,CA:FALSE"]
        subprocess.run(words, capture_output=True, check=True)


class Misbehaving(Case):
    """The right steps fail, the others do not, and the report says why."""

    PAYING = "totals_before\npay\ndecline\nrepeat\ninquire\ninquire_unknown\nreverse_unknown\ntotals\nsign_off\n"
    # The bank's script; the steps that fail; of the step `looked_at` what came, and what stands at the caret.
    ROWS = (
        ("on pay always drop_reply", {"pay", "decline", "repeat"}, "pay",
         "no answer within 400 ms; the inquiry afterwards: code 00", None),
        ("on pay always wrong_mac", {"pay", "decline", "repeat"}, "pay",
         "the answer's authentication code is wrong; the inquiry afterwards: code 00",
         r"64  Message authentication code .*\n +\^ the answer's authentication code is wrong\n"),
        ("on pay always wrong_amount", {"pay", "decline", "repeat"}, "pay",
         "field 4 is not equal to the question's; the inquiry afterwards: code 00",
         r"4  Amount, transaction +\(12\) 000000000002\n +\^ field 4 is not equal"),
        ("on pay always code 51", {"pay"}, "pay", "code 51",
         r"39  Response code +\(2\) 51\n {44}\^ expected: 0210, confirmed \(00\)\n"),
        ("on pay always disconnect_mid_message", {"pay", "decline", "repeat"}, "pay",
         "the connection ended: closed by the other side; the inquiry afterwards: code 00", None),
        ("on inquire always code 00", {"inquire_unknown"}, "inquire_unknown", "code 00", r"\^ expected: 0210, not found"),
        ("on inquire always drop_request", {"inquire", "inquire_unknown", "repeat"}, "repeat",
         "code 00; the inquiry afterwards: no answer within 400 ms", None),
        ("on reverse always code 00", {"reverse_unknown"}, "reverse_unknown", "code 00", r"\^ expected: 0430, not found"),
        ("on totals always code 96", {"totals", "totals_before"}, "totals", "code 96", r"\^ expected: 0530, equal"),
        ("on totals always duplicate\non pay always duplicate\non management always duplicate", set(), "pay", "code 00", None),
    )

    def test_rows(self):
        for script, failing, looked_at, came, caret in self.ROWS:
            with self.subTest(script=script):
                bank = self.signed_bank(script + "\n")
                done = self.certify(self.link(bank.port, **{**self.signed(), "reply_ms": 400}), bank=bank,
                                    script=self.PAYING)
                self.assertEqual((4 if failing else 0, failing), (done.code, set(done.of("fail"))), done.errors)
                self.assertEqual(came, done.steps[looked_at]["came"])
                texts = "".join(message["text"] for message in done.steps[looked_at]["messages"])
                if caret:
                    self.assertRegex(texts, caret)

    def test_declined_as_agreed(self):
        bank = self.signed_bank("on pay always code 51\n")
        link = self.link(bank.port, **self.signed())
        for code, verdict in (("51", "pass"), ("05,51", "pass"), ("61", "fail")):
            done = self.certify(link, script=f"decline amount=51.00 account=6222000000004799 code={code}\n")
            self.assertEqual((verdict, "code 51", f"code {code}"),
                             (done.verdict("decline"), done.steps["decline"]["came"], done.steps["decline"]["expected"]))
            self.assertNotIn("6222000000004799", done.text)
        done = self.certify(link, script="pay\nrepeat\ninquire\nreverse\nreverse_repeat\nlate_original\n")
        self.assertEqual((["pay"], 5), (done.of("fail"), len(done.of("skipped"))))

    def test_advices_that_do_not_come(self):
        bank = self.signed_bank("on advice always drop\n")
        done = self.certify(self.link(bank.port, **self.signed()), bank=bank, wait="1", script="funds\nfunds_repeat\necho\n")
        self.assertEqual((4, ["funds", "funds_repeat"]), (done.code, done.of("fail")))
        self.assertEqual("no advice came in time", done.steps["funds"]["came"])
        done = self.certify(self.link(bank.port, **self.signed()), "--control", self.write("nothing", ""), script="funds\n")
        self.assertIn("Connection refused", done.steps["funds"]["came"])

    def test_stale_payment_taken(self):
        bank = self.bank(day="")
        done = self.certify(self.link(bank.port), bank=bank, script="totals_before\nstale\ntotals\n")
        self.assertEqual(["stale"], done.of("fail"))
        self.assertEqual("code 00; the inquiry afterwards: code 00", done.steps["stale"]["came"])

    def test_bank_that_goes_away(self):
        bank = self.bank("at 1500ms quit\n", day="")
        done = self.certify(self.link(bank.port, connect_ms=500), wait="30", script="pay\nfunds\necho\nsign_off\n")
        self.assertEqual((4, "pass", "fail"), (done.code, done.verdict("pay"), done.verdict("echo")))
        # Skipped, or failed when its connection ended while it was being made.
        self.assertIn(done.verdict("sign_off"), ("skipped", "fail"))

    def test_other_keys(self):
        bank = self.signed_bank()
        self.write("key", KEY[::-1])
        done = self.certify(self.link(bank.port, **self.signed()), script="connect\nsign_on\n")
        self.assertEqual((4, "the answer's authentication code is wrong"), (done.code, done.steps["sign_on"]["came"]))
        self.assertNotIn(KEY[::-1], done.text + done.errors)


class Cheat(threading.Thread):
    """A bank that pays a repeated message once more, or answers in a way of its own."""

    def __init__(self, spoil=None):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.spoil, self.paid = spoil, 0

    def answer(self, mti, fields):
        kept = {n: v for n, v in fields.items() if n in (3, 4, 7, 11, 12, 13, 15, 32, 37, 41, 42, 49, 70, 90)}
        reply = {**kept, 39: "00"}
        if mti == "0200" and fields[3] == "400000":
            self.paid += 1
        if mti == "0520":
            said = {74: 0, 76: self.paid, 77: 0, 86: 0, 88: self.paid, 89: 0}
            is_equal = all(int(fields[n]) == value for n, value in said.items())
            reply.update({n: f"{value:0{iso87.FIELDS[n]}d}" for n, value in said.items()})
            reply[39] = "00" if is_equal else "79"
        return iso87.frame(iso87.pack(mti[:2] + "10" if mti[2] == "0" else mti[:2] + "30", reply))

    def run(self):
        line, _ = self.listener.accept()
        with line, line.makefile("rb") as stream:
            while head := stream.read(2):
                mti, fields = iso87.unpack(stream.read(int.from_bytes(head, "big")))
                answer = self.answer(mti, fields)
                line.sendall(self.spoil(mti, answer) if self.spoil else answer)


class Cheated(Case):
    def certify_cheat(self, spoil=None, script="totals_before\npay\nrepeat\ntotals\nsign_off\n"):
        cheat = Cheat(spoil)
        cheat.start()
        self.addCleanup(cheat.listener.close)
        done = self.certify(self.link(cheat.port, reply_ms=2000), script=script)
        cheat.join(house.PATIENCE)
        return done

    def test_paid_twice(self):
        done = self.certify_cheat()
        self.assertEqual((4, ["repeat", "totals"]), (done.code, done.of("fail")))
        self.assertEqual("the totals afterwards differ; ours: paid 1 for 0.01, reversed 0 for 0.00, received 0 for 0.00; "
                         "the bank's: paid 2 for 0.02, reversed 0 for 0.00, received 0 for 0.00",
                         done.steps["repeat"]["came"])

    def test_answers_nobody_can_read(self):
        def letters_in_amount(mti, answer):
            return answer.replace(b"000000000001", b"00000000000Z") if mti == "0200" else answer
        done = self.certify_cheat(letters_in_amount, "pay\nsign_off\n")
        self.assertEqual(["pay"], done.of("fail"))
        self.assertIn("cannot be read: field 4, a character the field may not have", done.steps["pay"]["came"])
        self.assertRegex(done.steps["pay"]["messages"][3]["text"], r"fault: a character.*\n.*5A.*\n +\^\^\n")

    def test_answers_of_another_kind(self):
        for old, new, said in ((b"0210", b"0230", "message type 0210 is expected, 0230 came"),
                               (b"KOUAN001", b"KOUAN002", "field 41 is not equal to the question's")):
            done = self.certify_cheat(lambda mti, answer, a=old, b=new: answer.replace(a, b) if mti == "0200" else answer,
                                      "pay\nsign_off\n")
            self.assertTrue(done.steps["pay"]["came"].startswith(said), done.steps["pay"]["came"])


class Refused(Case):
    def test_bad_scripts(self):
        link = self.link(1)
        for script, said in (("", "1: no step"), ("pay\nfly\n", '2: there is no step "fly"'),
                             ("pay amount=x\n", "1: amount: 0.00 to 1000000.00"),
                             ("# x\n\npay colour=red\n", '3: pay takes no "colour"'),
                             ("echo amount=1.00\n", '1: echo takes no "amount"'),
                             ("pay code=5\n", "1: code: two characters each"),
                             ("pay code=51;61\n", "1: code: two characters each"),
                             ("pay account=62é\n", "1: account: digits"),
                             ("pay 0.01\n", '1: "0.01": name=value is expected'),
                             ("set\n", "1: set NAME VALUE"), ("set colour red\n", '1: there is no setting "colour"'),
                             ("set currency GBP\n", "1: currency"), ("set quiet_ms 0\n", "1: quiet_ms"),
                             ("set creditor_bank 1234567890123456\n", "1: creditor_bank: at most 14"),
                             ("unknown_mti mti=06\n", "1: mti: four digits"), ("malformed spoil=x\n", "1: spoil:"),
                             ("pay\n" * 65, "65: more than 64 steps"), ("pay " + "x" * 400, "1: the line is too long")):
            path = self.write("bad", script)
            code, out, err = self.run_kouan("certify", link, "--script", path)
            self.assertEqual((2, ""), (code, out), script)
            self.assertIn(f"{path}:{said}", err)

    def test_bad_files_and_options(self):
        good = self.link(1)
        for words, code, said in (((good, "--wait", "0"), 2, "--wait: 1 to 3600"),
                                  ((good, "--script", "/nowhere"), 2, "/nowhere"),
                                  (("/nowhere.yaml",), 2, "/nowhere.yaml"),
                                  ((good, "--report", "/nowhere/report"), 7, "/nowhere/report: No such file"),
                                  ((), 2, "usage: kouan certify LINK")):
            got, _, err = self.run_kouan("certify", *words)
            self.assertEqual(code, got)
            self.assertIn(said, err)
        for text, said in (("hosts: 1\n", "link.yaml: "), ("colour: red\n", "colour"),
                           ('hosts: ["127.0.0.1:1"]\n', "institution: is required"),
                           ('hosts: ["127.0.0.1:1"]\ninstitution: "1"\nmac: x9_19\n', "mac_key_file")):
            got, out, err = self.run_kouan("certify", self.write("link.yaml", text))
            self.assertEqual((2, ""), (got, out))
            self.assertIn(said, err)

    def test_nobody_listens(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            done = self.certify(self.link(probe.getsockname()[1]), script="connect\nsign_on\npay\n")
        self.assertEqual((3, ["connect"], ["sign_on", "pay"]), (done.code, done.of("fail"), done.of("skipped")))
        self.assertIn("refused", done.steps["connect"]["came"])

    def test_keys_of_a_link(self):
        code, out, _ = self.run_kouan("link", "keys")
        self.assertEqual(0, code)
        text = out.replace('# hosts: ["127.0.0.1:7001"]', 'hosts: ["127.0.0.1:1"]')
        text = text.replace('# institution: ""', 'institution: "4100"')
        link = self.write("all.yaml", text)
        self.assertEqual(3, self.certify(link, script="connect\n").code)


if __name__ == "__main__":
    house.PROGRAM = BANK
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
