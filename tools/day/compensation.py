"""An export sale whose buyer does not pay: insured, compensated in advance, in part recovered."""

BALANCES = {
    "money:insurer.fund:insurer": "264300.00",
    "memo:policy.limit:insurer:$policy": "150000.00",
    "memo:policy.available:insurer:$policy": "60000.00",
    "memo:policy.used:insurer:$policy": "90000.00",
}


def tell(day):
    insure(day)
    claim(day)
    recover(day)


def insure(day):
    day.chapter("Credit insurance: a policy and a shipment (出口信用保险)")
    day.submit("insurer", "opens its fund", "insurer-fund.json",
               save={"fund_reference": "payment_reference"}, show="payment_reference")
    day.bank("advises 300,000.00 for it", "advise", day.names["fund_reference"], "30000000", "Insurer")
    day.submit("insurer", "insures the merchant's sales up to 150,000.00, 90 % of a loss", "policy.json",
               expect={"state": "registered"}, save={"policy": "policy"}, show="policy")
    day.by_two("operator", "supervisor", "the policy", "policy-activate.json",
               expect={"state": "active", "available": "150000.00 CNY"})
    day.submit("insurer", "bears 120,000.00 of this buyer", "buyer-limit.json",
               expect={"status": "active", "limit": "120000.00 CNY"})
    day.submit("merchant", "declares a shipment of 100,000.00 to it", "shipment.json",
               expect={"state": "declared", "covered": "100000.00 CNY"}, save={"shipment": "shipment"},
               show="covered")


def claim(day):
    day.chapter("The buyer is insolvent: compensated in advance (先行赔付)")
    day.submit("merchant", "claims with nothing in hand", "claim.json", refused="claim.evidence",
               expect={"count": 0, "needed": 4})
    day.submit("merchant", "submits contract and invoice", "evidence-merchant.json")
    day.submit("logistics", "submits the transport", "evidence-transport.json", expect={"agrees": True})
    day.submit("customs", "submits the declaration", "evidence-customs.json", expect={"agrees": True})
    day.submit("merchant", "gives notice of the loss", "loss-notice.json", show="notify_by")
    day.submit("merchant", "claims 100,000.00", "claim.json",
               expect={"state": "filed", "payable": "90000.00 CNY"}, save={"claim": "id"}, show="payable")
    day.by_two("insurer", "underwriter", "the claim; the fund pays the merchant at once", "claim-approve.json",
               retry=True, expect={"state": "paid", "compensation": "90000.00 CNY"}, show="compensation")


def recover(day):
    day.chapter("The buyer's estate pays 60,000.00 (追偿)")
    day.submit("merchant", "hands over what has come", "recovery.json",
               expect={"unshared": "60000.00 CNY"}, show="unshared")
    day.by_two("insurer", "underwriter", "its sharing: 3,000.00 of cost, the rest 90 to 10",
               "recovery-share.json",
               expect={"to_insurers": "51300.00 CNY", "to_insured": "5700.00 CNY"}, show="to_insured")
    day.get("insurer", "sees what it may still recover", "claim", day.names["claim"],
            {"state": "paid", "subrogation": "38700.00 CNY", "unshared": "0.00 CNY"})
