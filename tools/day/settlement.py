"""What a merchant is owed: charged by a schedule, and frozen when a court orders it."""

BALANCES = {
    "money:fee.income:operator": "5.00",
}


def tell(day):
    charge(day)
    freeze(day)


def charge(day):
    day.chapter("Settlement: what the house charges (人民币结算)")
    day.by_two("operator", "supervisor", "5 per mille of what is collected, from 1.00 to 50.00", "fee-collection.json",
               expect={"party": "merchant", "kind": "collection", "rate_count": 1})
    day.submit("bank", "reports 1,000.00 of a customer's; 5.00 of them are the house's", "collection-funds.json",
               expect={"state": "credited"}, show="state")


def freeze(day):
    day.chapter("A court freezes 50,000.00 (冻结)")
    day.by_two("operator", "supervisor", "the court's order", "freeze.json",
               expect={"state": "frozen", "frozen": "50000.00 CNY"}, show="frozen")
    day.submit("merchant", "pays 190,000.00: what is frozen is not its to pay", "payment-frozen.json",
               refused="payment.insufficient", expect={"available": "186695.00", "needed": "190000.00"})
    day.by_two("operator", "supervisor", "the court lets go of it", "unfreeze.json",
               expect={"state": "released", "frozen": "0.00 CNY"}, show="state")
