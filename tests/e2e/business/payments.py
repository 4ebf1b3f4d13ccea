"""A merchant's proceeds come in at both banks, by their own advices, and are paid out through the worse one."""

from season import Wrong, yuan

STATES = ("confirmed", "rejected", "returned")


class Payments:
    def __init__(self, month):
        self.month = month
        self.chance = month.random
        self.count = 0

    def prepare(self):
        self.reference = self.month.who("merchant").run("collection.open")["payment_reference"]

    def day(self, share):
        """Half of it comes in, half goes out."""
        half = share // 2
        self.month.bank("second", "advise", str(half), "rate 20000/s amount 50000..100000", f"reference {self.reference}",
                        "payer Buyer")
        self.month.await_count("funds of the day", "SELECT count(*) FROM business.funds WHERE bank = 'second' AND"
                               f" payment_reference = '{self.reference}'",
                               self.count + half)
        commands = []
        for _ in range(half):
            self.count += 1
            commands.append(("payment.create", {
                "bank": "second", "reference": f"P{self.count}", "creditor_name": "Supplier",
                "creditor_account": f"62220000{self.chance.randrange(10**8):08d}", "creditor_bank": "102100099996",
                "amount": yuan(self.chance.randint(1, 50000))}))
        self.month.batch("merchant", commands)

    def audit(self):
        rows = self.month.rows("SELECT state, count(*) FROM (SELECT DISTINCT ON (key) state FROM business.payment"
                               " WHERE bank = 'second' AND coalesce(settlement, '') = '' ORDER BY key, version DESC) p"
                               " GROUP BY state")
        found = {state: int(count) for state, count in rows}
        if sum(found.values()) != self.count or set(found) - set(STATES):
            raise Wrong(f"payments: {found}, {self.count} were made")
