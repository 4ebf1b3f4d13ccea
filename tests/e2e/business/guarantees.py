"""Guarantees of one merchant, used by customs at random; whatever is still reserved is given back at the end."""

from season import Wrong, yuan

DEPOSIT = 50_000_000_00


class Guarantees:
    def __init__(self, month):
        self.month = month
        self.chance = month.random
        self.open = {}  # reference: fen
        self.count = 0

    def prepare(self):
        opened = self.month.who("merchant").run("guarantee.open_deposit", beneficiary="customs", amount=yuan(DEPOSIT),
                                                scopes=["aggregate"])
        self.grn = opened["grn"]
        self.month.fund(opened["payment_reference"], DEPOSIT)

    def day(self, share):
        commands = []
        last = self.month.today == self.month.last
        for _ in range(share - len(self.open) if last else share):
            commands.append(self.reserve() if not self.open or self.chance.random() < 0.45 else self.change())
        self.month.batch("customs", commands + ([self.restore(r) for r in list(self.open)] if last else []))

    def reserve(self):
        self.count += 1
        reference = f"G{self.month.options.seed}-{self.count}"
        self.open[reference] = self.chance.randint(1, 50000)
        return "guarantee.reserve", {"grn": self.grn, "reference": reference, "scope": "aggregate",
                                     "amount": yuan(self.open[reference])}

    def change(self):
        reference = self.chance.choice(list(self.open)) if len(self.open) < 50 else next(iter(self.open))
        if self.chance.random() < 0.2:
            self.open[reference] = self.chance.randint(1, 60000)
            return "guarantee.adjust", {"grn": self.grn, "reference": reference, "amount": yuan(self.open[reference])}
        return self.restore(reference)

    def restore(self, reference):
        del self.open[reference]
        return "guarantee.restore", {"grn": self.grn, "reference": reference,
                                     "reason": self.chance.choice(["void", "payment", "return"])}

    def audit(self):
        found = self.month.who("operator").ask("GET", f"/v1/guarantee/{self.grn}")[1]
        if found.get("state") != "active" or self.open:
            raise Wrong(f"guarantee: {found}, {len(self.open)} reserved")
