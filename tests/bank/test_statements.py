"""Statement files: what the books hold, and what a script loses, doubles or alters in them."""

import csv
import xml.etree.ElementTree
from decimal import Decimal

import house

SPACE = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


class Statements(house.Case):
    def busy(self, script=""):
        """A bank after a day of everything."""
        bank = self.bank(script, seed=5)
        gateway = self.gateway(bank)
        payments = [gateway.pay(f"PAY{number:012d}", 100 + number)[0] for number in range(20)]
        for payment in payments[:3]:
            gateway.about("0420", payment)
        bank.tell("return PAY000000000005")
        bank.tell('advise "D,1" 5000 Tai Lai')
        bank.tell("advise D2 6000 满洲里")
        gateway.take_all(bank)
        bank.tell("cut_over")
        gateway.pay("NEXTDAY", 1)
        return bank

    def csv_of(self, bank, day="2026-11-23"):
        path = bank.directory / "statement.csv"
        self.assertEqual("ok", bank.tell(f"statement csv {day} {path}"))
        with open(path, newline="") as file:
            return list(csv.DictReader(file))

    def test_csv(self):
        bank = self.busy()
        rows = self.csv_of(bank)
        kinds = {}
        for row in rows:
            self.assertEqual(("2026-11-23", "CNY"), (row["value_date"], row["currency"]))
            self.assertEqual("D" if row["kind"] == "payment" else "C", row["side"])
            kinds.setdefault(row["kind"], []).append(row)
        self.assertEqual({"payment": 20, "reversal": 3, "return": 1, "receipt": 2},
                         {kind: len(rows) for kind, rows in kinds.items()})
        self.assertEqual(("000000000000", "PAY000000000000", "1.00"),
                         tuple(kinds["payment"][0][name] for name in
                               ("bank_reference", "payment_reference", "amount")))
        self.assertEqual(("B00000000001", "PAY000000000005", "1.05"),
                         tuple(kinds["return"][0][name] for name in
                               ("bank_reference", "payment_reference", "amount")))
        self.assertEqual(['"D,1"', "D2"], [row["payment_reference"] for row in kinds["receipt"]])
        self.assertEqual(["NEXTDAY"],
                         [row["payment_reference"] for row in self.csv_of(bank, "2026-11-24")])
        self.assertEqual([], self.csv_of(bank, "2026-11-22"))

    def test_camt(self):
        bank = self.busy()
        for day, count, opening, closing in (("2026-11-23", 26, "0.00", "92.18"),
                                             ("2026-11-24", 1, "92.18", "92.17")):
            path = bank.directory / "statement.xml"
            self.assertEqual("ok", bank.tell(f"statement camt.053 {day} {path}"))
            statement = xml.etree.ElementTree.parse(path).find(f".//{SPACE}Stmt")
            self.assertEqual(count, len(statement.findall(f"{SPACE}Ntry")))
            balances = [balance.find(f"{SPACE}Amt").text
                        for balance in statement.findall(f"{SPACE}Bal")]
            self.assertEqual([Decimal(opening), Decimal(closing)],
                             [Decimal(text) for text in balances])

    def test_spoilt_lines(self):
        whole = self.csv_of(self.busy())
        for rule, is_right in (("lose", len(whole).__gt__), ("duplicate", len(whole).__lt__)):
            bank = self.busy(f"statement {rule} 30%\n")
            self.assertTrue(is_right(len(self.csv_of(bank))), rule)
            path = bank.directory / "statement.xml"
            self.assertEqual("ok", bank.tell(f"statement camt.053 2026-11-23 {path}"))
        altered = self.csv_of(self.busy("statement alter 30%\n"))
        self.assertEqual(len(whole), len(altered))
        differences = sum(a != b for a, b in zip(whole, altered))
        self.assertTrue(0 < differences < len(whole), differences)

    def test_refusals(self):
        bank = self.bank()
        for command in ("statement pdf 2026-11-23 x", "statement csv yesterday x",
                        "statement csv 2026-11-23 /nowhere/x", "statement csv 2026-11-23"):
            self.assertTrue(bank.tell(command).startswith("error: "), command)


if __name__ == "__main__":
    house.main()
