"""What the bank says first: advices of funds, returns, totals, cut-over, echo."""

import json
import socket
import time

import house
import iso87


def take(gateway, code="00"):
    """Receives one advice and answers it; None leaves it without an answer."""
    mti, fields = gateway.receive()
    if code is not None:
        answer = {n: v for n, v in fields.items() if n not in (48,)}
        gateway.send({"0220": "0230", "0221": "0230"}[mti], {**answer, 39: code})
    return mti, fields


class Advices(house.Case):
    def test_taken(self):
        bank = self.bank(institution="4200")
        gateway = self.gateway(bank)
        self.assertEqual("ok B00000000001", bank.tell("advise D310-1 98765 Tai Lai"))
        mti, fields = take(gateway)
        self.assertEqual(("0220", "210000", "000000098765", "1123", "4200", "B00000000001", "156"),
                         (mti, fields[3], fields[4], fields[15], fields[32], fields[37], fields[49]))
        self.assertEqual({"REF": "D310-1", "PNM": "Tai Lai"}, iso87.private_read(fields[48]))
        gateway.quiet(self)
        books = bank.books()
        self.assertEqual({"count": 1, "minor": 98765}, self.day(books)["received"])
        self.assertEqual({"count": 1, "minor": 98765}, self.day(books)["acknowledged"])
        self.assertEqual("00", books["advices"][0]["code"])

    def test_repeated_until_taken(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        bank.tell("advise D1 100 满洲里")
        first = take(gateway, None)
        second = take(gateway, "96")
        third = take(gateway, "00")
        self.assertEqual(("0220", "0221", "0221"), (first[0], second[0], third[0]))
        self.assertEqual(first[1], second[1])
        self.assertEqual(first[1], third[1])
        self.assertEqual("满洲里".encode().hex().upper(), iso87.private_read(first[1][48])["PNX"])
        gateway.quiet(self)
        self.assertEqual(1, bank.status()["answered"])

    def test_refused_for_good(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        bank.tell("advise D1 100")
        take(gateway, "12")
        gateway.quiet(self)
        day = self.day(bank.books())
        self.assertEqual((1, 0), (day["received"]["count"], day["acknowledged"]["count"]))

    def test_round_trips_are_counted(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        for answers in (["00"], [None, "96", "00"], ["12"]):
            bank.tell("advise D1 100")
            for code in answers:
                take(gateway, code)
        gateway.quiet(self)
        timing = json.loads(bank.tell("timing")[3:])["advices"]
        self.assertEqual(3, timing["count"])
        self.assertTrue(0 < timing["p50_us"] <= timing["p99_us"] <= timing["max_us"] <= timing["took_us"])
        self.assertGreaterEqual(timing["max_us"], 200_000)  # told three times, 100 ms apart
        self.assertEqual("error: expected: timing [reset]", bank.tell("timing again"))
        self.assertEqual("ok", bank.tell("timing reset"))
        self.assertEqual({"count": 0, "took_us": 0, "p50_us": 0, "p99_us": 0, "max_us": 0},
                         json.loads(bank.tell("timing")[3:])["advices"])

    def test_told_after_a_crash(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        bank.tell("advise D1 100")
        self.assertEqual("B00000000001", take(gateway)[1][37])
        gateway.quiet(self)
        bank.tell("advise D2 200")
        self.assertEqual("B00000000002", take(gateway, None)[1][37])
        bank.kill()
        bank.start()
        gateway = self.gateway(bank)
        self.assertEqual(["B00000000002"], [fields[37] for fields in gateway.take_all(bank)])
        self.assertEqual({"count": 2, "minor": 300}, self.day(bank.books())["acknowledged"])

    def test_generated_within_a_window(self):
        bank = self.bank("advise 300 rate 100000/s amount 100..900 reference D310-# payer Tai Lai\n",
                         window=7, repeat_ms=60000)
        gateway = self.gateway(bank)
        seen = set()
        for _ in range(7):
            seen.add(take(gateway, None)[1][37])
        gateway.quiet(self)
        self.assertEqual(7, bank.status()["outgoing"])
        gateway.close()
        bank.kill()
        bank.start()
        gateway = self.gateway(bank)
        references = set()
        while bank.status()["answered"] < 300:
            for fields in gateway.take_all(bank):
                references.add(iso87.private_read(fields[48])["REF"])
                self.assertTrue(100 <= int(fields[4]) <= 900)
        self.assertGreaterEqual(len(references), 299)

    def test_returns(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        payment, _ = gateway.pay("P1", 100)
        self.assertEqual("error: no such payment", bank.tell("return P2"))
        self.assertEqual("ok", bank.tell("return P1"))
        self.assertTrue(bank.tell("return P1").startswith("error:"))
        _, fields = take(gateway)
        self.assertEqual(("200000", "000000000100"), (fields[3], fields[4]))
        self.assertEqual({"RET": "P1"}, iso87.private_read(fields[48]))
        answer = gateway.about("0200", payment)[1]
        self.assertEqual("00", answer[39])
        answer = gateway.about("0420", payment)[1]
        self.assertEqual(("21", "00 returned"), (answer[39], answer[44]))
        self.assertEqual({"count": 1, "minor": 100}, self.day(bank.books())["reversed"])

    def test_returns_by_script(self):
        bank = self.bank("return 50% of payments after 1ms\n", seed=7)
        gateway = self.gateway(bank)
        for number in range(40):
            gateway.send("0200", gateway.payment(f"P{number}", 100))
        gateway.take_all(bank)
        time.sleep(0.05)
        gateway.take_all(bank)
        returns = [entry for entry in bank.books()["advices"] if entry["is_return"]]
        self.assertTrue(10 < len(returns) < 30, len(returns))


class Days(house.Case):
    def totals(self, gateway, received, paid, reversed_, **more):
        fields = {15: "1123", 75: "0" * 10, 87: "0" * 16}
        for tally, count, minor in ((received, 74, 86), (paid, 76, 88), (reversed_, 77, 89)):
            fields[count] = f"{tally[0]:010d}"
            fields[minor] = f"{tally[1]:016d}"
        net = received[1] - paid[1] + reversed_[1]
        fields[97] = f"{'D' if net < 0 else 'C'}{abs(net):016d}"
        fields.update({int(name[1:]): value for name, value in more.items()})
        return gateway.ask("0520", fields)

    def test_totals_of_the_gateway(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        gateway.pay("P1", 100)
        second, _ = gateway.pay("P2", 300)
        gateway.about("0420", second)
        bank.tell("advise D1 5000")
        take(gateway)
        mti, answer = self.totals(gateway, (1, 5000), (2, 400), (1, 300))
        self.assertEqual(("0530", "00", "C0000000000004900"), (mti, answer[39], answer[97]))
        self.assertEqual("00", self.totals(gateway, (1, 5000), (1, 100), (0, 0))[1][39],
                         "what was reversed before it was called paid is not counted by either")
        for wrong in (((1, 5001), (2, 400), (1, 300)), ((1, 5000), (3, 400), (1, 300)),
                      ((1, 5000), (2, 401), (1, 300)), ((0, 5000), (2, 400), (1, 300))):
            self.assertEqual("79", self.totals(gateway, *wrong)[1][39], wrong)
        self.assertEqual("79", self.totals(gateway, (1, 5000), (2, 400), (1, 300), f15="1124")[1][39])
        self.assertEqual("30", gateway.ask("0520", {15: "1123", 74: "0" * 10})[1][39])

    def test_totals_of_the_bank(self):
        bank = self.bank()
        gateway = self.gateway(bank)
        gateway.pay("P1", 100)
        self.assertEqual("ok", bank.tell("totals"))
        mti, fields = gateway.receive()
        self.assertEqual(("0500", "1123", "0000000001", "0000000000000100", "D0000000000000100"),
                         (mti, fields[15], fields[76], fields[88], fields[97]))
        gateway.send("0510", {7: fields[7], 11: fields[11], 15: "1123", 39: "79"})
        gateway.quiet(self)
        self.assertEqual("79", bank.status()["totals"])

    def test_cut_over(self):
        bank = self.bank(repeat_ms=60000)
        gateway = self.gateway(bank)
        gateway.pay("P1", 100)
        self.assertEqual("ok", bank.tell("cut_over 2026-11-25"))
        self.assertTrue(bank.tell("cut_over 2026-11-24").startswith("error:"))
        _, answer = gateway.pay("P2", 200)
        self.assertEqual("1125", answer[1][15])
        gateway.quiet(self)
        self.assertEqual([("201", "1125"), ("202", "1125")], gateway.told)
        books = bank.books()
        self.assertEqual((100, 200), (self.day(books)["paid"]["minor"],
                                      self.day(books, "2026-11-25")["paid"]["minor"]))
        self.assertTrue(bank.status()["is_announced"])

    def test_cut_over_is_told_until_confirmed(self):
        bank = self.bank()
        self.assertEqual("ok", bank.tell("cut_over"))
        bank.kill()
        bank.start()
        gateway = self.gateway(bank)
        for _ in range(3):
            mti, fields = gateway.receive_any()
            self.assertEqual(("0800", "201", "1124"), (mti, fields[70], fields[15]))
        self.assertFalse(bank.status()["is_announced"])
        gateway.send("0810", {**fields, 39: "00"})
        gateway.quiet(self)
        self.assertTrue(bank.status()["is_announced"])

    def test_echo_and_signing(self):
        bank = self.bank(sign_on="bank")
        gateway = self.gateway(bank, is_signed_on=False)
        mti, fields = gateway.receive()
        self.assertEqual(("0800", "001"), (mti, fields[70]))
        self.assertEqual("error: nobody is signed on", bank.tell("echo"))
        gateway.send("0810", {**fields, 39: "00"})
        gateway.quiet(self)
        self.assertEqual("ok", bank.tell("echo"))
        mti, fields = gateway.receive()
        self.assertEqual(("0800", "301"), (mti, fields[70]))
        gateway.send("0810", {**fields, 39: "00"})
        gateway.quiet(self)
        self.assertEqual(1, bank.status()["echoes"])
        self.assertEqual("ok", bank.tell("sign_off"))
        self.assertEqual("002", gateway.receive()[1][70])
        self.assertEqual("77", gateway.pay("P1", 100)[1][1][39])

    def test_client_of_a_gateway_that_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(house.PATIENCE)
            bank = self.bank(connect=f"127.0.0.1:{listener.getsockname()[1]}")
            accepted, _ = listener.accept()
        gateway = house.Gateway.__new__(house.Gateway)
        gateway.take_over(accepted)
        self.addCleanup(gateway.close)
        gateway.ask("0800", {70: "001"})
        self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
        self.assertEqual(1, len(bank.books()["payments"]))


if __name__ == "__main__":
    house.main()
