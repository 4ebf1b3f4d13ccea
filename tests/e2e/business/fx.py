"""Individuals receive dollars from abroad; what a sale stands behind or the quota covers is converted, some goes back."""

import datetime

from season import Wrong

HOLDERS = 30
QUOTA = 50_000_00
BANK = "bank"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_card(number):
    """18 characters with the check character of GB 11643."""
    stem = f"99999919900101{number:03d}"
    return stem + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(stem, WEIGHTS)) % 11]


def usd(cents):
    return {"currency": "USD", "value": f"{cents // 100}.{cents % 100:02d}"}


def rate_text(rate):
    return f"{rate // 10000}.{rate % 10000:04d}"


class Fx:
    def __init__(self, month):
        self.month = month
        self.chance = month.random
        self.count = 0
        self.used = [0] * HOLDERS
        self.converted = self.went_back = 0

    def prepare(self):
        operator = self.month.who("operator")
        self.references = []
        for holder in range(HOLDERS):
            operator.run("party.register", id=f"holder-{holder}", kind="individual", person_name=f"示例{holder}",
                         id_card=id_card(holder))
            operator.run("party.activate", id=f"holder-{holder}")
            self.references.append(operator.run("fx_account.open", holder=f"holder-{holder}")["payment_reference"])

    def open_day(self):
        """The day's middle rate, and the bank's own for a day."""
        today = self.month.today
        self.rate = self.chance.randint(700_0000, 720_0000)
        self.month.who("operator").run("fx_rate.set", currency="USD", day=today.isoformat(), rate=rate_text(self.rate), source="sample")
        self.month.who(BANK).run("fx_quote.publish", currency="USD", side="buy_spot", rate=rate_text(self.rate),
                                 valid_from=f"{today.isoformat()}T00:00:00Z",
                                 valid_until=f"{(today + datetime.timedelta(1)).isoformat()}T00:00:00Z")

    def day(self, share):
        """A fifth of the receipts are sales, shown by three documents; the rest use the quota while it lasts."""
        self.open_day()
        month, today = self.month, self.month.today.isoformat()
        receipts = [(self.chance.randrange(HOLDERS), self.chance.randint(1, 300_00)) for _ in range(share // 5)]
        results = month.batch(BANK, [("funds.receive", {
            "bank_reference": f"X{self.count + i}", "payment_reference": self.references[holder], "amount": usd(cents),
            "value_date": today, "payer_name": "OOO Primer", "payer_bank": "TESTRUMM", "payer_country": "RU"})
            for i, (holder, cents) in enumerate(receipts)])
        named = [(result["answer"]["fx_receipt"], holder, cents, self.count + i)
                 for i, (result, (holder, cents)) in enumerate(zip(results, receipts))]
        self.count += len(receipts)
        sales = [row for row in named if row[3] % 5 == 0]
        self.match(sales)
        ready = sales + self.use_quota([row for row in named if row[3] % 5 != 0])
        self.convert([row for row in ready if row[3] % 11 != 0])
        self.give_back([row for row in ready if row[3] % 11 == 0])

    def match(self, sales):
        done_at = f"{(self.month.today - datetime.timedelta(5)).isoformat()}T02:00:00Z"
        documents = []
        for _, holder, cents, number in sales:
            common = {"platform": "platform", "order_no": f"O-{number}", "name": f"示例{holder}", "done_at": done_at}
            person = {"id_number": id_card(holder), "amount": usd(cents)}
            goods = {"goods": "桦木勺", "enterprise_code": "9999P0EBC1"}
            documents += [("trade_evidence.submit", {"kind": "order", **common, **person, **goods}),
                          ("trade_evidence.submit", {"kind": "payment", "payment_serial": f"P-{number}", **common, **person}),
                          ("trade_evidence.submit", {"kind": "logistics", **common, **goods})]
        self.month.batch("operator", documents)
        for result in self.month.batch("operator", [("fx_match.compare", {
                "receipt": receipt, "platform": "platform", "order_no": f"O-{number}"}) for receipt, _, _, number in sales]):
            if result["answer"]["state"] != "agrees":
                raise Wrong(f"a sale does not agree: {result}")

    def use_quota(self, rows):
        fits = []
        for row in rows:
            _, holder, cents, _ = row
            fits.append(self.used[holder] + cents <= QUOTA)
            self.used[holder] += cents if fits[-1] else 0
        results = self.month.batch("operator", [("fx_receipt.use_quota", {"receipt": row[0]}) for row in rows],
                                   may_refuse=("fx_quota.exceeded"))
        if [result["status"] == 200 for result in results] != fits:
            raise Wrong("the quota says otherwise")
        return [row for row, is_done in zip(rows, fits) if is_done]

    def convert(self, rows):
        quotes = self.month.batch("operator", [("fx_quote.lock", {
            "holder": f"holder-{holder}", "bank": BANK, "currency": "USD", "side": "buy_spot", "rate": rate_text(self.rate)})
            for _, holder, _, _ in rows])
        results = self.month.batch("operator", [("conversion.execute", {"quote": quote["answer"]["id"], "receipt": row[0]})
                                                for quote, row in zip(quotes, rows)])
        for result, (_, _, cents, _) in zip(results, rows):
            fen = (cents * self.rate + 500_000) // 1_000_000
            if result["answer"]["paid"] != {"currency": "CNY", "value": f"{fen // 100}.{fen % 100:02d}"}:
                raise Wrong(f"{cents} cents at {self.rate}: {result}")
            self.converted += cents

    def give_back(self, rows):
        self.month.batch(BANK, [("fx_receipt.return", {"receipt": receipt, "amount": usd(cents)}) for receipt, _, cents, _ in rows])
        for _, holder, cents, number in rows:
            self.went_back += cents
            self.used[holder] -= cents if number % 5 != 0 else 0

    def audit(self):
        rows = self.month.rows("SELECT bought, rate, paid, residue FROM business.conversion")
        if not rows or any(int(bought) * int(rate) != int(paid) * 1_000_000 + int(residue) for bought, rate, paid, residue in rows):
            raise Wrong("a conversion is not exact")
        sums = [sum(int(row[i]) for row in rows) for i in range(4)]
        days = self.month.rows("SELECT sum(bought), sum(paid), sum(residue) FROM (SELECT DISTINCT ON (key) bought, paid, residue"
                               " FROM business.fx_position ORDER BY key, version DESC) d")[0]
        if [int(day) for day in days] != [sums[0], sums[2], sums[3]] or sums[0] != self.converted:
            raise Wrong(f"positions {days}, conversions {sums}, converted {self.converted}")
        books = {(purpose, currency): int(balance) for purpose, currency, balance in self.month.rows(
            "SELECT purpose, currency, sum(balance) FROM ledger.account_balance WHERE purpose IN"
            " ('fx.position', 'individual.fx', 'quota.used') GROUP BY 1, 2")}
        if abs(books["fx.position", "USD"]) != sums[0] or abs(books["fx.position", "CNY"]) != sums[2]:
            raise Wrong(f"positions {sums}, the books {books}")
        if books["quota.used", "USD"] != sum(self.used) or books["individual.fx", "CNY"] != sums[2]:
            raise Wrong(f"quota {sum(self.used)}, paid {sums[2]}, the books {books}")
