"""A day at the border, step by step. $names in the files are filled from here and from answers."""

import json

import compensation
import fx
import settlement

# What must stand in the books when the day is over, account by account (memo accounts as well);
# one in another currency says which.
BALANCES = {
    "money:bank.settlement:bank": "621000.00",
    "money:merchant.payable:merchant": "236695.00",
    "money:deposit.held:merchant:$deposit": "95000.00",
    "money:tax.payable:customs": "25000.00",
    "memo:guarantee.limit:merchant:$deposit": "100000.00",
    "memo:guarantee.available:merchant:$deposit": "90470.50",
    "memo:guarantee.reserved:merchant:$deposit": "4529.50",
    "memo:guarantee.called:merchant:$deposit": "5000.00",
    "memo:guarantee.limit:agent:$letter_grn": "50000.00",
    "memo:guarantee.available:agent:$letter_grn": "50000.00",
    **compensation.BALANCES,
    **settlement.BALANCES,
    **fx.BALANCES,
}
BATCH_COUNT = 100


def tell(day):
    register(day)
    deposit(day)
    letter(day)
    parcels(day)
    taxes(day)
    refusals(day)
    batch(day)
    calls(day)
    payments(day)
    compensation.tell(day)
    settlement.tell(day)
    fx.tell(day)
    day_end(day)


def register(day):
    day.chapter("Morning: who is who (备案)")
    day.submit("operator", "registers itself, the first of all", "operator.json",
               expect={"state": "active"})
    day.submit("operator", "registers eleven parties in one batch", "parties.json")
    day.submit("operator", "tries to activate them alone", "activate.json", refused="approval.required")
    day.by_two("operator", "supervisor", "they may act", "activate.json", expect={"state": "active"})
    day.by_two("operator", "supervisor", "the tariff of milk powder", "tariff-milk.json")
    day.by_two("operator", "supervisor", "the tariff of face cream", "tariff-cream.json")


def deposit(day):
    day.chapter("A cash deposit (保证金)")
    day.submit("merchant", "opens a deposit of 100,000.00", "deposit-open.json",
               expect={"state": "draft", "limit": "0.00 CNY"},
               save={"deposit": "grn", "deposit_reference": "payment_reference"}, show="grn")
    day.submit("bank", "reports 60,000.00 received yesterday", "deposit-funds-1.json",
               expect={"state": "credited", "grn": day.names["deposit"]})
    day.get("merchant", "looks: not whole yet", "guarantee", day.names["deposit"],
            {"state": "draft", "available": "60000.00 CNY"})
    day.submit("bank", "reports the same payment again", "deposit-funds-1.json", replayed=True)
    day.by_two("operator", "supervisor", "the link to the bank (ISO 8583 over TLS)", "link.json",
               expect={"state": "open"}, show="business_day")
    day.bank("advises the other 40,000.00 over the link (0220)", "advise",
             day.names["deposit_reference"], "4000000", "Buyer")
    day.get("merchant", "looks: the deposit may be used", "guarantee", day.names["deposit"],
            {"state": "active", "available": "100000.00 CNY"}, wait=True)


def letter(day):
    day.chapter("A bank letter (税款保函)")
    key, public = day.new_key("bank-letters.key")
    forged_key, _ = day.new_key("forger.key")
    day.set(bank_public_key=public)
    day.by_two("operator", "supervisor", "the bank's signing key", "key.json")
    day.sign("bank", "signs a letter over 50,000.00", "letter.json", key, "bank-letters-1", "letter")
    day.sign("forger", "signs the same letter with another key", "letter.json", forged_key,
             "bank-letters-1", "forged_letter")
    day.submit("bank", "lodges the forgery", "letter-lodge-forged.json", refused="letter.signature")
    day.submit("bank", "lodges the letter", "letter-lodge.json", expect={"state": "lodged"},
               save={"letter_grn": "grn"}, show="grn")
    day.submit("customs", "accepts it", "letter-accept.json",
               expect={"state": "active", "limit": "50000.00 CNY", "available": "50000.00 CNY"})


def parcel(day, number, invt=""):
    day.set(cop_no=f"KA{day.names['day']}-{number:04d}", cop_day=f"{number:012d}", invt_no=invt,
            assure_code="1509SELL02")


def receipt(day, who, title, status, text, options=(), **expected):
    day.set(status=status, status_text=text)
    return day.submit(who, title, "receipt.xml", *options, **expected)


def parcels(day):
    day.chapter("Parcels, in the customs' own messages (清单)")
    invt = f"0609{day.names['year']}I30000000"
    grn = day.names["deposit"]
    held = {"available": "99704.50 CNY", "reserved": "295.50 CNY"}
    answer = "results/0/answer/"
    parcel(day, 1)
    day.submit("agent", "declares goods for 2,000.00 (621); the tax is estimated", "inventory.xml",
               expect={answer + "state": "provisional", answer + "grn": grn,
                       answer + "consumption_tax": "99.44 CNY", answer + "vat": "196.06 CNY"},
               show=answer + "tax_total")
    day.get("merchant", "sees it set aside", "guarantee", grn, held)
    parcel(day, 2)
    day.submit("agent", "declares a second parcel (621)", "inventory.xml",
               expect={answer + "state": "provisional"}, show=answer + "tax_total")
    parcel(day, 1, invt + "1")
    receipt(day, "customs", "releases the first (622, 800); payment is due", "800", "放行",
            expect={answer + "state": "released",
                    answer + "payment_due": day.names["in_45_days"]}, show=answer + "payment_due")
    receipt(day, "customs", "sends the release again: nothing changes", "800", "放行",
            options=("--idempotency-key", f"again-{day.names['day']}"),
            expect={"results/0/replayed": True, answer + "state": "released"})
    parcel(day, 2, invt + "2")
    receipt(day, "customs", "turns the second back (622, 100)", "100", "海关退单",
            expect={answer + "state": "rejected"})
    day.get("merchant", "sees only the first one held", "guarantee", grn, held)


def taxes(day):
    day.chapter("Taxes (税款)")
    day.submit("customs", "reserves 30,000.00 for a declaration", "reserve.json",
               expect={"state": "reserved", "amount": "30000.00 CNY"})
    day.submit("customs", "assesses it at 28,000.00", "adjust.json",
               expect={"amount": "28000.00 CNY", "reserved": "28295.50 CNY"})
    day.submit("customs", "restores 20,000.00 that were paid", "restore.json",
               expect={"amount": "8000.00 CNY", "available": "91704.50 CNY"}, show="available")


def refusals(day):
    day.chapter("No, and why")
    day.submit("customs", "asks for 95,000.00", "reserve-too-much.json",
               refused="guarantee.insufficient",
               expect={"limit": "100000.00", "available": "91704.50", "needed": "95000.00"})
    day.submit("customs", "tries 10,000.00 without doing it", "reserve-dry.json", "--dry-run",
               expect={"available": "81704.50 CNY"}, show="available")
    day.get("merchant", "sees that nothing has moved", "guarantee", day.names["deposit"],
            {"available": "91704.50 CNY"})


def batch_file(day, name, amounts):
    path = f"{day.work}/{name}"
    commands = [{"command": "guarantee.reserve", "grn": day.names["deposit"],
                 "reference": f"0609{day.names['year']}I4{name[6]}{i:07d}", "scope": "aggregate",
                 "amount": {"currency": "CNY", "value": amount},
                 "payment_due": day.names["in_45_days"]} for i, amount in enumerate(amounts)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(commands, file)
    return path


def batch(day):
    day.chapter("A hundred at once")
    path = batch_file(day, "batch-1.json", ["12.34"] * (BATCH_COUNT - 1) + ["95000.00"])
    day.submit("customs", "reserves 100, of which the last is too much: none", path,
               refused="guarantee.insufficient")
    path = batch_file(day, "batch-2.json", ["12.34"] * BATCH_COUNT)
    day.submit("customs", "reserves 100 times 12.34, all or nothing", path)
    day.get("merchant", "sees 1,234.00 less", "guarantee", day.names["deposit"],
            {"available": "90470.50 CNY"})


def calls(day):
    day.chapter("Evening: nobody has paid (执行担保)")
    day.submit("customs", "calls 5,000.00 alone", "call-deposit.json", refused="approval.required")
    day.by_two("customs", "officer", "a call of 5,000.00; the deposit pays at once", "call-deposit.json",
               expect={"state": "paid", "called": "5000.00 CNY"}, show="called")
    day.submit("customs", "reserves 20,000.00 on the letter", "reserve-letter.json")
    day.by_two("customs", "officer", "a call of it; the bank gets a demand", "call-letter.json",
               expect={"state": "demanded", "called": "20000.00 CNY"},
               save={"call": "call", "call_reference": "payment_reference"}, show="due_on")
    day.submit("customs", "wants more for the agent in arrears", "reserve-in-arrears.json",
               refused="party.in_arrears")
    day.bank("pays the demand and says so over the link", "advise", day.names["call_reference"],
             "2000000", "Bank")
    day.get("customs", "sees the demand paid", "call", day.names["call"],
            {"state": "paid", "paid": "20000.00 CNY"}, wait=True)


def payments(day):
    day.chapter("Payments through the bank (付款)")
    day.submit("merchant", "opens a reference for its customers' money", "collection.json",
               save={"collection": "payment_reference"}, show="payment_reference")
    day.bank("advises 800,000.00 for it", "advise", day.names["collection"], "80000000", "Customer")
    day.submit("merchant", "pays a supplier 30,000.00", "payment-small.json", retry=True,
               expect={"state": "approved"}, save={"small": "payment"}, show="payment")
    day.get("merchant", "sees the bank's confirmation (0210)", "payment", day.names["small"],
            {"state": "confirmed", "amount": "30000.00 CNY"}, wait=True)
    day.submit("merchant", "pays another 600,000.00: more than it may alone", "payment-large.json",
               expect={"state": "created"}, save={"large": "payment"}, show="payment")
    day.submit("operator", "approves it", "payment-approve.json", expect={"state": "approved"})
    day.get("merchant", "sees it paid", "payment", day.names["large"], {"state": "confirmed"}, wait=True)
    day.bank("gives the 30,000.00 back: the account is closed (退汇)", "return", day.names["small"])
    day.get("merchant", "sees them returned", "payment", day.names["small"],
            {"state": "returned", "returned": "30000.00 CNY"}, wait=True)


def day_end(day):
    day.chapter("Day end: cut-over, totals, statement (日终对账)")
    bank_day = "bank/" + day.names["today"]
    day.bank("cuts over to its next day (0800)", "cut_over", day.names["tomorrow"])
    day.get("bank", "sees the day closed and both sides' totals equal (0520)", "bank_day", bank_day,
            {"state": "balanced", "paid": "630000.00 CNY", "received": "1160000.00 CNY",
             "reversed": "30000.00 CNY"}, wait=True)
    statement = day.bank_file("statement.xml")
    day.bank("writes its statement (camt.053)", "statement", "camt.053", day.names["today"], statement)
    day.reconcile("operator", "holds it against the books", "bank", day.names["today"], statement,
                  {"state": "closed", "taken_count": 7, "matched_count": 7})
    day.get("bank", "sees the day reconciled", "bank_day", bank_day, {"state": "reconciled"})
