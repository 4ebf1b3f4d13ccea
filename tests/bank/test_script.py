"""Scripts: what is refused and where, what each rule does, and that a seed repeats a run."""

import subprocess
import tempfile

import house

# A line, and what is said of it; "" = a right one.
LINES = """
on pay 3% drop_request                   |
on pay 0.25% drop_reply                  |
on pay always delay 200..900ms           |
on inquire 100% late_reply 25s           |
on reverse 5% stands                     |
on totals 1% code 96                     |
on management 1% disconnect_mid_message  |
on advice 2% duplicate                   |
on pay 1% pending                        |
on pay 1% pending 2s                     |
at 10s cut_over                          |
at 10s cut_over 2026-11-25               |
every 5s echo   # a comment              |
# only a comment                         |
return 1% of payments after 2s           |
statement lose 1%                        |
advise 10 rate 5/s amount 1..2 reference D-# |
frob                                     | rules start with
on                                       | expected: on EVENT CHANCE ACTION
on pay 3%                                | expected: on EVENT CHANCE ACTION
on lunch 3% drop_reply                   | events are pay
on pay 3 drop_reply                      | chances are
on pay 101% drop_reply                   | chances are
on pay -1% drop_reply                    | chances are
on pay 1.23456% drop_reply               | chances are
on pay 1.% drop_reply                    | chances are
on pay 3% explode                        | no such action
on pay 3% drop_reply 5s                  | takes nothing behind it
on pay 3% code                           | code needs two characters
on pay 3% code 5                         | code needs two characters
on pay 3% delay                          | needs a duration
on pay 3% delay 5                        | needs a duration
on pay 3% delay 9..2s                    | needs a duration
on pay 3% delay 5 s                      | expected: on EVENT CHANCE ACTION
on inquire 3% pending                    | only payments can be pending
on advice 3% code 51                     | an advice is not answered by us
at 10 echo                               | expected: at|every DURATION COMMAND
at 10s                                   | expected: at|every DURATION COMMAND
at 10s frobnicate                        | no such command
every 0s echo                            | expected: at|every DURATION COMMAND
return 1% of everything after 2s         | expected: return
return 1% of payments after 1..2s        | expected: return
statement lose                           | expected: statement
statement eat 1%                         | expected: statement
""".strip().splitlines()


class Text(house.Case):
    def test_lines(self):
        for row in LINES:
            line, wanted = row.rsplit(" | ", 1) if " | " in row else (row.rstrip("|"), "")
            wanted = wanted.strip()
            with tempfile.NamedTemporaryFile("w") as script:
                script.write("\n# first\n" + line.strip() + "\n")
                script.flush()
                done = subprocess.run([house.PROGRAM, "--script", script.name, "--stdin-control",
                                       "1", "--listen", "127.0.0.1:0"], input="quit\n",
                                      capture_output=True, text=True, timeout=house.PATIENCE)
            if wanted:
                self.assertEqual(1, done.returncode, line)
                self.assertIn(f"{script.name}:3: ", done.stderr, line)
                self.assertIn(wanted, done.stderr, line)
            else:
                self.assertEqual(0, done.returncode, line)
                self.assertNotIn("error", done.stderr, line)

    def test_options(self):
        for arguments in (["--frob", "1"], ["--seed"], ["--seed", "x"], ["--seed", "-1"],
                          ["--sign-on", "nobody"], ["--day", "2026-02-30"], ["--window", "0"],
                          ["--institution", "12x"], ["frob"]):
            done = subprocess.run([house.PROGRAM, *arguments], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=house.PATIENCE)
            self.assertEqual(2, done.returncode, arguments)
        printed = subprocess.run([house.PROGRAM, "options"], capture_output=True, check=True)
        with tempfile.NamedTemporaryFile(suffix=".yaml") as config:
            config.write(printed.stdout.replace(b"127.0.0.1:7001", b"127.0.0.1:0"))
            config.flush()
            done = subprocess.run([house.PROGRAM, "--config", config.name, "--stdin-control", "1"],
                                  input="status\nfrob\nquit\n", capture_output=True, text=True,
                                  timeout=house.PATIENCE)
        lines = done.stdout.splitlines()
        self.assertTrue(lines[0].startswith("listening on port "), done)
        self.assertTrue(lines[1].startswith('ok {"day":'), done)
        self.assertEqual(["error: no such command", "ok"], lines[2:])


class Faults(house.Case):
    def test_dropped_request(self):
        bank = self.bank("on pay always drop_request\n")
        gateway = self.gateway(bank)
        payment = gateway.payment("P1", 100)
        gateway.send("0200", payment)
        gateway.quiet(self)
        self.assertEqual("25", gateway.about("0200", payment)[1][39])
        self.assertEqual([], bank.books()["payments"])

    def test_dropped_reply(self):
        bank = self.bank("on pay always drop_reply\n")
        gateway = self.gateway(bank)
        payment = gateway.payment("P1", 100)
        gateway.send("0200", payment)
        gateway.quiet(self)
        self.assertEqual("00", gateway.about("0200", payment)[1][39])

    def test_duplicated_reply(self):
        gateway = self.gateway(self.bank("on pay always duplicate_reply\n"))
        _, first = gateway.pay("P1", 100)
        self.assertEqual(first, gateway.receive())

    def test_late_reply(self):
        gateway = self.gateway(self.bank("on pay always late_reply 50ms\n"))
        payment = gateway.payment("P1", 100)
        gateway.send("0200", payment)
        gateway.quiet(self)
        self.assertEqual("00", gateway.receive()[1][39])

    def test_reordered(self):
        gateway = self.gateway(self.bank("on pay always reorder\n"))
        sent = [gateway.payment(f"P{number}", 100) for number in range(50)]
        for payment in sent:
            gateway.send("0200", payment)
        got = [gateway.receive()[1][11] for _ in sent]
        self.assertEqual(sorted(payment[11] for payment in sent), sorted(got))
        self.assertNotEqual([payment[11] for payment in sent], got)

    def test_wrong_amount_is_only_said(self):
        bank = self.bank("on pay always wrong_amount\n")
        _, (_, answer) = self.gateway(bank).pay("P1", 100)
        self.assertEqual("000000000101", answer[4])
        self.assertEqual(100, self.day(bank.books())["paid"]["minor"])

    def test_codes(self):
        bank = self.bank("on pay always code 51\non reverse always stands\n"
                         "on inquire always code 96\n")
        gateway = self.gateway(bank)
        payment, (_, answer) = gateway.pay("P1", 100)
        self.assertEqual(("51", "51 rejected"), (answer[39], answer[44]))
        self.assertEqual("96", gateway.about("0200", payment)[1][39])
        self.assertEqual("21", gateway.about("0420", payment)[1][39])
        self.assertEqual("rejected", bank.books()["payments"][0]["state"])

    def test_pending_is_decided(self):
        bank = self.bank("on pay always pending 20ms\n")
        gateway = self.gateway(bank)
        payment, (_, answer) = gateway.pay("P1", 100)
        self.assertEqual("09", answer[39])
        while gateway.about("0200", payment)[1][39] != "00":
            pass
        self.assertEqual(100, self.day(bank.books())["paid"]["minor"])

    def test_pending_is_decided_after_a_restart(self):
        bank = self.bank("on pay always pending 300ms\n")
        gateway = self.gateway(bank)
        payment, (_, answer) = gateway.pay("P1", 100)
        self.assertEqual("09", answer[39])
        bank.kill()
        bank.start()
        gateway = self.gateway(bank)
        while gateway.about("0200", payment)[1][39] != "00":
            pass
        self.assertEqual(100, self.day(bank.books())["paid"]["minor"])

    def test_cut_in_the_middle(self):
        bank = self.bank("on pay always disconnect_mid_message\n")
        gateway = self.gateway(bank)
        gateway.send("0200", gateway.payment("P1", 100))
        self.assertIsNone(gateway.receive())
        self.assertEqual(1, len(bank.books()["payments"]))

    def test_advices_are_lost_and_doubled(self):
        bank = self.bank("on advice 50% drop\non advice 50% duplicate\n", repeat_ms=20, seed=3)
        gateway = self.gateway(bank)
        for number in range(20):
            bank.tell(f"advise D{number} 100")
        seen = [fields[37] for fields in gateway.take_all(bank)]
        self.assertEqual(20, len(set(seen)))
        self.assertGreater(len(seen), 20)

    def test_timers(self):
        bank = self.bank("every 5ms echo\nat 20ms cut_over\n")
        gateway = self.gateway(bank)
        while len(gateway.told) < 2:
            mti, fields = gateway.receive()
            self.assertEqual(("0800", "301"), (mti, fields[70]))
            gateway.send("0810", {**fields, 39: "00"})
        self.assertEqual("1124", gateway.told[0][1])


class Seeds(house.Case):
    SCRIPT = ("on pay 10% code 51\non pay 10% drop_request\non pay 10% pending 1ms\n"
              "on pay 10% delay 1..20ms\non reverse 20% drop_reply\n"
              "return 10% of payments after 1ms\n")

    def books(self, seed):
        bank = self.bank(self.SCRIPT, seed=seed)
        gateway = self.gateway(bank)
        payments = [gateway.payment(f"P{number:04d}", 100 + number) for number in range(300)]
        for payment in payments:
            gateway.send("0200", payment)
        gateway.take_all(bank)
        for payment in payments[::7]:
            gateway.send("0420", {**gateway.stamped({3: "400000"}),
                                  90: house.iso87.original(payment)})
        gateway.take_all(bank)
        return sorted((entry["key"], entry["code"]) for entry in bank.books()["payments"])

    def test_same_seed_same_books(self):
        first = self.books(11)
        self.assertEqual(first, self.books(11))
        self.assertNotEqual(first, self.books(12))
        self.assertGreater(sum(code == "51" for _, code in first), 10)


if __name__ == "__main__":
    house.main()
