"""What a merchant is owed is paid out: half of the orders gross, half in a window of each working day, netted between the banks."""

from season import Wrong, yuan

ENDS = {"confirmed", "rejected", "returned"}


class Settlement:
    def __init__(self, month):
        self.month = month
        self.chance = month.random
        self.count = self.received = 0

    def prepare(self):
        self.reference = self.month.who("merchant").run("collection.open")["payment_reference"]
        self.month.who("operator").run("fee_schedule.set", party="merchant", kind="payout", valid_from=self.month.day(0),
                                       per_mille="1.00", source="for the month")

    def day(self, share):
        part = share // 4
        self.month.bank("bank", "advise", str(part), "rate 20000/s amount 50000..100000", f"reference {self.reference}", "payer Buyer")
        self.received += part
        self.month.await_count("proceeds", "SELECT count(*) FROM business.funds WHERE bank = 'bank' AND"
                               f" payment_reference = '{self.reference}'", self.received)
        self.order(part, {"mode": "gross", "bank": "second"})
        if self.month.today.weekday() < 5:
            self.settle(part)

    def order(self, count, how):
        orders = [("settlement_order.create", {
            "reference": f"S{self.count + i}", "purpose": "cgoddr", "amount": yuan(self.chance.randint(100, 40000)),
            "creditor_name": "Supplier", "creditor_account": f"62220000{self.chance.randrange(10**8):08d}",
            "creditor_bank": "102100099996", **how}) for i in range(count)]
        self.count += count
        self.month.batch("merchant", orders)

    def settle(self, count):
        """The money lies at one bank, the suppliers are paid by the other: one transfer between them."""
        month, operator = self.month, self.month.who("operator")
        window = operator.run("window.open", settlement_day=month.today.isoformat())["window"]
        self.order(count, {"mode": "window", "window": window, "bank": "bank", "payout_bank": "second"})
        closed = operator.run("window.close", window=window)
        if (closed["transfer_count"], closed["gross"]) != (1, closed["net"]):
            raise Wrong(f"one way is netted to one transfer: {closed}")
        operator.run("window.settle", window=window)
        month.await_count("the transfer", f"SELECT count(*) FROM business.window_transfer_current WHERE key LIKE '{window}/%'"
                          " AND state = 'confirmed'", 1)
        carried, amount = month.rows(f"SELECT key, amount FROM business.payment_current WHERE settlement = '{window}/01'"
                                     " AND state = 'confirmed'")[0]
        month.bank("second", "advise", carried, amount, "Operator")
        month.await_count("the window", f"SELECT count(*) FROM business.window_current WHERE key = '{window}' AND state = 'settled'", 1)

    def audit(self):
        rows = self.month.rows("SELECT state, count(*), sum(fee) FROM business.settlement_order_current GROUP BY state")
        counts, fees = ({row[0]: int(row[column]) for row in rows} for column in (1, 2))
        if set(counts) - ENDS or sum(counts.values()) != self.count:
            raise Wrong(f"orders: {counts} of {self.count}")
        income = int(self.month.rows("SELECT sum(balance) FROM ledger.account_balance WHERE purpose = 'fee.income'")[0][0])
        if not fees["confirmed"] <= income <= fees["confirmed"] + fees.get("returned", 0):
            raise Wrong(f"fees {fees}, income {income}")
        wrong = self.month.rows('SELECT w.key FROM business.window_current w WHERE w.gross <> (SELECT sum(o.amount) FROM'
                                ' business.settlement_order_current o WHERE o."window" = w.key)')
        if wrong:
            raise Wrong(f"windows that pay out something else than their orders: {wrong}")
