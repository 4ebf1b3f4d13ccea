"""Shipments on credit, insured; buyers pay most of them, the insurer the rest in advance, and some of it is recovered."""

from season import Wrong, fen, yuan

LIMIT = 900_000_000_00
FAST_TRACK = 500_00
BUYERS = 20
DIGEST = "00" * 32
PAPERS = (("merchant", "contract"), ("merchant", "invoice"), ("operator", "transport"), ("customs", "customs"))
COMMANDS_OF_A_CLAIM = 1 + len(PAPERS) + 2  # declared, its papers, notice, claim
COMMANDS_OF_A_RECOVERY = 2


class Compensation:
    def __init__(self, month):
        self.month = month
        self.chance = month.random
        self.count = 0
        self.paid = self.recovered = 0

    def prepare(self):
        month = self.month
        operator, insurer = month.who("operator"), month.who("insurer")
        operator.run("party.register", id="insurer-2", kind="insurer", name="示例 insurer-2", uscc="91999999MA00000E02")
        operator.run("party.activate", id="insurer-2")
        for name in ("insurer", "insurer-2"):
            month.fund(operator.run("insurer_fund.open", insurer=name)["payment_reference"], LIMIT)
        self.policy = insurer.run(
            "policy.register", insured="merchant", limit=yuan(LIMIT), valid_from=month.day(0), valid_to=month.day(364),
            fast_track=yuan(FAST_TRACK), declaration_days=5, claim_days=365, decision_days=10,
            covers=[{"cause": "insolvency", "ratio_bp": 9000, "notice_days": 30, "waiting_days": 0}],
            shares=[{"insurer": "insurer", "share_bp": 6667}, {"insurer": "insurer-2", "share_bp": 3333}])["policy"]
        operator.run("policy.activate", policy=self.policy)
        for buyer in range(BUYERS):
            insurer.run("buyer_limit.set", policy=self.policy, buyer=f"B-{buyer}", buyer_name=f"Buyer {buyer}", country="RU",
                        status="active", limit=yuan(LIMIT // BUYERS), effective_from=month.day(0))

    def day(self, share):
        """Of ten shipments seven are paid by their buyers; two of three claims lead to a recovery."""
        month, today = self.month, self.month.today.isoformat()
        sent = {f"I{self.count + i}": self.chance.randint(1, 1000_00) for i in range(share // 5)}
        self.count += len(sent)
        month.batch("merchant", [("shipment.declare", {
            "policy": self.policy, "buyer": f"B-{self.chance.randrange(BUYERS)}", "invoice": invoice, "amount": yuan(amount),
            "shipped_on": today, "due_on": today}) for invoice, amount in sent.items()])
        lost = {invoice: amount for invoice, amount in sent.items() if self.chance.random() < 0.3}
        month.batch("merchant", [("shipment.paid", {"shipment": f"merchant/{invoice}"}) for invoice in sent if invoice not in lost])
        for who, kind in PAPERS:
            month.batch(who, [("claim_evidence.submit", {
                "shipment": f"merchant/{invoice}", "kind": kind, "number": invoice, "amount": yuan(amount), "dated_on": today,
                "digest": DIGEST}) for invoice, amount in lost.items()])
        month.batch("merchant", [("loss_notice.file", {
            "shipment": f"merchant/{invoice}", "cause": "insolvency", "loss": yuan(amount), "happened_on": today})
            for invoice, amount in lost.items()])
        claims = [result["answer"] for result in month.batch(
            "merchant", [("claim.file", {"shipment": f"merchant/{invoice}"}) for invoice in lost])]
        for claim, amount in zip(claims, lost.values()):
            self.check(claim, amount)
        month.batch("insurer", [("claim.approve", {"claim": claim["id"]}) for claim in claims if claim["state"] == "filed"])
        self.recover([claim for claim in claims if self.chance.random() < 0.67])

    def check(self, claim, amount):
        payable = (amount * 9000 + 5000) // 10000
        state = "paid" if payable <= FAST_TRACK else "filed"
        if (claim["state"], fen(claim["payable"])) != (state, payable):
            raise Wrong(f"a claim for {amount}: {claim}")
        self.paid += payable

    def recover(self, claims):
        amounts = [self.chance.randint(1, max(1, fen(claim["payable"]) // 2)) for claim in claims]
        self.month.batch("merchant", [("recovery.receive", {"claim": claim["id"], "amount": yuan(amount)})
                                      for claim, amount in zip(claims, amounts)])
        shared = self.month.batch("insurer", [("recovery.share", {"claim": claim["id"], "cost": yuan(min(amount, 3))})
                                              for claim, amount in zip(claims, amounts)])
        for result, amount in zip(shared, amounts):
            answer = result["answer"]
            if sum(fen(answer[part]) for part in ("to_insurers", "to_insured", "cost")) != amount:
                raise Wrong(f"a recovery of {amount}: {answer}")
        self.recovered += sum(amounts)

    def audit(self):
        policy = self.month.who("insurer").ask("GET", f"/v1/policy/{self.policy}")[1]
        funds = {row[0]: int(row[1]) for row in self.month.rows(
            "SELECT p.key, b.balance FROM ledger.account_balance b JOIN (SELECT DISTINCT ON (key) key, number FROM business.party"
            " ORDER BY key, version DESC) p ON p.number = b.owner WHERE b.purpose = 'insurer.fund'")}
        used = int(self.month.rows("SELECT sum(balance) FROM ledger.account_balance WHERE purpose = 'policy.used'")[0][0])
        if used != self.paid or used > LIMIT:
            raise Wrong(f"policy {policy}: {used} used, {self.paid} were paid")
        clearing = int(self.month.rows("SELECT coalesce(sum(balance), 0) FROM ledger.account_balance"
                                       " WHERE purpose = 'recovery.clearing'")[0][0])
        if clearing != 0 or not self.paid or not self.recovered or len(funds) != 2:
            raise Wrong(f"{clearing} recovered and not shared; funds {funds}")
