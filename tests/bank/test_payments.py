"""Payments, inquiries, reversals: what the bank says and what its books hold, across kill -9."""

import datetime

import house
import iso87


class Payments(house.Case):
    def test_paid_once(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        payment, (mti, answer) = gateway.pay("PAY2026112300001", 12345)
        self.assertEqual(("0210", "00", "1123"), (mti, answer[39], answer[15]))
        for number in (3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49):
            self.assertEqual(payment[number], answer[number], number)
        gateway.send("0200", payment)
        self.assertEqual(answer, gateway.receive()[1], "a repeat gets the same answer")
        gateway.send("0200", {**payment, 4: "000000012346"})
        self.assertEqual("94", gateway.receive()[1][39])
        self.assertEqual({"count": 1, "minor": 12345}, self.day(bank.books())["paid"])

    def test_answers_to_what_is_missing(self):
        gateway = self.gateway(self.bank())
        good = gateway.payment("P1", 100)
        for changed, code in (({48: "REF005P1"}, "30"), ({48: "CBK0011"}, "30"),
                              ({4: "000000000000"}, "30"), ({3: "990000"}, "40"),
                              ({48: "REF000"}, "30"), ({49: "000"}, "30")):
            gateway.send("0200", {**good, **changed})
            self.assertEqual(code, gateway.receive()[1][39], changed)
        for absent in (4, 7, 11, 48, 49):
            gateway.send("0200", {n: v for n, v in good.items() if n != absent})
            self.assertEqual("30", gateway.receive()[1][39], absent)

    def test_stale_payments(self):
        """Far from now only when asked to look; a payment that is known is answered as it was."""
        bank = self.bank(skew_seconds=600)
        gateway = self.gateway(bank)
        shanghai = datetime.timezone(datetime.timedelta(hours=8))
        now = datetime.datetime.now(shanghai)
        for seconds, code in ((0, "00"), (-500, "00"), (500, "00"), (-700, "30"), (700, "30"),
                              (-2 * 86400, "30")):
            stamp = (now + datetime.timedelta(seconds=seconds)).strftime("%m%d%H%M%S")
            _, (_, answer) = gateway.pay(f"P{abs(seconds)}", 100, _7=stamp)
            self.assertEqual(code, answer[39], seconds)
        gateway.send("0200", {**gateway.payment("P9", 100), 7: "0231250000"})
        self.assertEqual("30", gateway.receive()[1][39])
        self.assertEqual(3, len(bank.books()["payments"]))

    def test_nothing_before_sign_on(self):
        bank = self.bank()
        gateway = self.gateway(bank, is_signed_on=False)
        self.assertEqual("77", gateway.pay("P1", 100)[1][1][39])
        self.assertEqual("00", gateway.ask("0800", {70: "301"})[1][39])
        self.assertEqual("00", gateway.ask("0800", {70: "001"})[1][39])
        self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
        self.assertEqual("00", gateway.ask("0800", {70: "002"})[1][39])
        self.assertEqual("77", gateway.pay("P2", 100)[1][1][39])
        self.assertEqual(1, len(bank.books()["payments"]))

    def test_inquiries(self):
        bank = self.bank("on pay always pending\n")
        gateway = self.gateway(bank)
        payment, (_, answer) = gateway.pay("P1", 100)
        self.assertEqual("09", answer[39])
        self.assertEqual("09", gateway.about("0200", payment)[1][39])
        self.assertEqual("ok", bank.tell("decide P1 51"))
        answer = gateway.about("0200", payment)[1]
        self.assertEqual(("51", "51 rejected"), (answer[39], answer[44]))
        self.assertTrue(bank.tell("decide P1 00").startswith("error:"))
        second, _ = gateway.pay("P2", 200)
        bank.tell("decide P2 00")
        self.assertEqual("00", gateway.about("0200", second)[1][39])
        self.assertEqual("25", gateway.about("0200", {**second, 11: "777777"})[1][39])

    def test_reversals(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        payment, _ = gateway.pay("P1", 100)
        mti, answer = gateway.about("0420", payment)
        self.assertEqual(("0430", "00"), (mti, answer[39]))
        mti, answer = gateway.about("0421", payment)
        self.assertEqual(("0430", "00"), (mti, answer[39]))
        answer = gateway.about("0200", payment)[1]
        self.assertEqual(("05", "00 reversed"), (answer[39], answer[44]))
        day = self.day(bank.books())
        self.assertEqual({"count": 1, "minor": 100}, day["paid"])
        self.assertEqual({"count": 1, "minor": 100}, day["reversed"])

    def test_reversal_before_its_payment(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        payment = gateway.payment("P1", 100)
        self.assertEqual("25", gateway.about("0420", payment)[1][39])
        self.assertEqual("25", gateway.about("0421", payment)[1][39])
        self.assertEqual("25", gateway.about("0200", payment)[1][39])
        gateway.send("0200", payment)
        self.assertEqual("68", gateway.receive()[1][39])
        answer = gateway.about("0200", payment)[1]
        self.assertEqual(("05", "68 rejected"), (answer[39], answer[44]))
        self.assertEqual("00", gateway.about("0421", payment)[1][39])
        self.assertEqual({"count": 0, "minor": 0}, self.day(bank.books())["paid"])

    def test_double_payment_is_counted(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        gateway.pay("P1", 100)
        self.assertEqual(0, bank.books()["double_paid"])
        gateway.pay("P1", 100)
        self.assertEqual(1, bank.books()["double_paid"])

    def test_names_in_other_alphabets(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        reference = "货款-1"
        private = iso87.private(REX=reference.encode().hex(), CNX="满洲里".encode().hex())
        self.assertEqual("00", gateway.pay("P1", 100, f48=private)[1][1][39])
        self.assertEqual(reference, bank.books()["payments"][0]["reference"])


class Memory(house.Case):
    def test_killed_and_started_again(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        payments = [gateway.pay(f"P{i}", 100 + i)[0] for i in range(50)]
        for payment in payments[:10]:
            gateway.about("0420", payment)
        gateway.about("0420", gateway.payment("LATE", 1))
        books = bank.books()
        for round in range(3):
            bank.kill()
            self.assertEqual(books, bank.books_of_journal())
            bank.start()
            self.assertEqual(books, bank.books())
        gateway = self.gateway(bank)
        for payment in payments:
            gateway.send("0200", payment)
            self.assertIn(gateway.receive()[1][39], ("00", "68"))
        self.assertEqual(books, bank.books())

    def test_torn_line(self):
        bank = self.bank()
        self.gateway(bank).pay("P1", 100)
        books = bank.books()
        bank.kill()
        with open(bank.options["journal"], "a") as journal:
            journal.write('{"fact":"payment","day":"2026-11')
        bank.start()
        self.assertEqual(books, bank.books())
        gateway = self.gateway(bank)
        gateway.trace = 500
        gateway.pay("P2", 100)
        bank.kill()
        self.assertEqual(2, len(bank.books_of_journal()["payments"]))
        bank.start()

    def test_journals_that_lie(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        gateway.about("0420", gateway.pay("P1", 100)[0])
        bank.kill()
        path = bank.options["journal"]
        with open(path) as journal:
            right = journal.read()
        day, payment, reversal = right.splitlines()
        for lines, number in (([day, payment, payment], 3), ([day, payment, reversal, reversal], 4),
                              ([payment], 1), ([day, reversal], 2), ([day, day], 2),
                              ([day, payment[:-1]], 2), ([day, payment.replace("100", "-1")], 2),
                              ([day, payment[:-1] + ',"more":1}'], 2), ([day, "{}"], 2),
                              ([day, "x" * 5000], 2)):
            with open(path, "w") as journal:
                journal.write("\n".join(lines) + "\n")
            with self.assertRaises(AssertionError, msg=lines) as raised:
                bank.start()
            self.assertIn(f"journal:{number}: ", str(raised.exception))
        with open(path, "w") as journal:
            journal.write(right)
        bank.start()


class Bytes(house.Case):
    ECHO = bytes.fromhex("002d" "30383030" "8220000100000000" "0400000000000000"
                         "31313233313230303030" "303030303031" "303434313030" "333031")

    def setUp(self):
        self.opened = self.bank()
        self.line = self.gateway(self.opened)

    def test_echo(self):
        self.line.socket.sendall(self.ECHO)
        self.assertEqual(("0810", {7: "1123120000", 11: "000001", 32: "4100", 39: "00", 70: "301"}),
                         self.line.receive())

    def test_in_pieces(self):
        for byte in self.ECHO:
            self.line.socket.sendall(bytes([byte]))
        self.assertEqual("00", self.line.receive()[1][39])

    def test_bad_twins(self):
        """Malformed messages change nothing and are not answered."""
        twins = [(5, 0x5A), (6, 0x02), (22, 0x41), (38, 0x39), (39, 0x35)]
        for at, value in twins:
            twin = bytearray(self.ECHO)
            twin[at] = value
            self.line.socket.sendall(bytes(twin))
        self.line.quiet(self)
        self.assertEqual(len(twins), self.opened.status()["malformed"])


if __name__ == "__main__":
    house.main()
