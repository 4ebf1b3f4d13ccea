"""A person sells abroad: dollars received, screened, held against the sale, converted, declared."""

BALANCES = {
    "money:bank.settlement:bank USD": "1200.00",
    "money:individual.fx:seller": "8502.00",
    "money:fx.position:bank USD": "1200.00",
    "money:fx.position:bank:USD": "-8502.00",
}


def tell(day):
    receive(day)
    convert(day)


def receive(day):
    day.chapter("Dollars for a person who sells abroad (个人外汇收款)")
    day.by_two("operator", "supervisor", "a payer whose money is to be held", "screening.json",
               expect={"version": 1})
    day.submit("seller", "opens an FX account", "fx-account.json",
               expect={"holder": "seller"}, save={"fx_reference": "payment_reference"},
               show="payment_reference")
    day.submit("bank", "reports USD 1,200.00 received for it from Russia", "fx-funds.json",
               expect={"state": "credited"}, save={"receipt": "fx_receipt"}, show="fx_receipt")
    day.get("seller", "sees it screened and clear", "fx_receipt", day.names["receipt"],
            {"state": "cleared", "unused": "1200.00 USD", "list_version": 1, "basis": "none"})


def convert(day):
    day.chapter("Held against the sale, converted, declared (比对、结汇、申报)")
    day.submit("bank", "publishes CNY 708.5000 for USD 100", "fx-publish.json",
               expect={"rate": "708.5000"})
    day.submit("seller", "locks that rate", "fx-lock.json",
               expect={"state": "locked", "rate": "708.5000"}, save={"quote": "id"}, show="expires_at")
    day.submit("seller", "converts with no sale to show", "fx-convert.json", refused="conversion.basis")
    day.submit("platform", "tells the order", "fx-order.json", expect={"state": "incomplete"})
    day.submit("paynet", "tells its payment", "fx-payment.json", expect={"state": "incomplete"})
    day.submit("logistics", "tells its transport; all three agree", "fx-transport.json",
               expect={"state": "agrees", "difference_count": 0})
    day.submit("seller", "holds the receipt against the sale", "fx-match.json",
               expect={"state": "agrees"}, show="state")
    day.submit("seller", "converts", "fx-convert.json",
               expect={"paid": "8502.00 CNY", "residue": 0, "basis": "evidence"}, show="paid")
    day.get("bank", "sees what is declared of it: small, so not one by one", "bop_record", day.names["receipt"],
            {"state": "exempt", "code": "122030", "country": "RU", "restored": "1200.00 USD"})
