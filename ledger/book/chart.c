#include "ledger/book/chart.h"

#include <string.h>

#define MONEY(symbol, name, side, meaning)                                                         \
    [PURPOSE_##symbol] = {PURPOSE_##symbol, name, SIDE_##side, BOOK_MONEY, meaning}
#define MEMO(symbol, name, side, meaning)                                                          \
    [PURPOSE_##symbol] = {PURPOSE_##symbol, name, SIDE_##side, BOOK_MEMO, meaning}

/* clang-format off */
const struct chart_row chart[PURPOSE_COUNT] = {
    [PURPOSE_NONE] = {PURPOSE_NONE, "", SIDE_EITHER, BOOK_MONEY, ""},
    MONEY(BANK_SETTLEMENT, "bank.settlement", DEBIT, "our money at a bank"),
    MONEY(BANK_IN_FLIGHT, "bank.in_flight", DEBIT, "sent to a bank, not yet confirmed"),
    MONEY(MERCHANT_PAYABLE, "merchant.payable", CREDIT, "owed to a merchant, may be paid out"),
    MONEY(MERCHANT_FROZEN, "merchant.frozen", CREDIT, "the frozen part of it"),
    MONEY(DEPOSIT_HELD, "deposit.held", CREDIT, "cash held for a guarantee"),
    MONEY(TAX_WITHHELD, "tax.withheld", CREDIT, "taxes withheld from buyers, per agent"),
    MONEY(TAX_PAYABLE, "tax.payable", CREDIT, "due to the treasury, per district and tax kind"),
    MONEY(PARTY_RECEIVABLE, "party.receivable", DEBIT, "a party owes us"),
    MONEY(INDIVIDUAL_FX, "individual.fx", CREDIT, "an individual's FX or RMB account"),
    MONEY(FX_POSITION, "fx.position", EITHER, "where the two legs of a conversion meet"),
    MONEY(INSURER_FUND, "insurer.fund", CREDIT, "placed by an insurer for advance payments"),
    MONEY(RECOVERY_CLEARING, "recovery.clearing", CREDIT, "recovered, not yet shared"),
    MONEY(FEE_INCOME, "fee.income", CREDIT, "fees earned"),
    MONEY(FX_RESULT, "fx.result", EITHER, "gains and losses of conversion"),
    MONEY(TAX_ROUNDING, "tax.rounding", EITHER, "differences of rounding in taxes"),
    MONEY(SUSPENSE, "suspense", CREDIT, "received, owner not known"),
    MEMO(GUARANTEE_LIMIT, "guarantee.limit", DEBIT, "face amount of a guarantee"),
    MEMO(GUARANTEE_AVAILABLE, "guarantee.available", CREDIT, "the part that may be reserved"),
    MEMO(GUARANTEE_RESERVED, "guarantee.reserved", CREDIT, "the part reserved for declarations"),
    MEMO(GUARANTEE_CALLED, "guarantee.called", CREDIT, "the part called by customs"),
    MEMO(POLICY_LIMIT, "policy.limit", DEBIT, "limit of an insurance policy"),
    MEMO(POLICY_AVAILABLE, "policy.available", CREDIT, "the part not consumed"),
    MEMO(POLICY_USED, "policy.used", CREDIT, "the part consumed by claims"),
    MEMO(QUOTA_LIMIT, "quota.limit", DEBIT, "FX quota per person and year"),
    MEMO(QUOTA_AVAILABLE, "quota.available", CREDIT, "the part not consumed"),
    MEMO(QUOTA_USED, "quota.used", CREDIT, "the part consumed by receipts"),
    MONEY(RECONCILIATION_DIFFERENCE, "reconciliation.difference", EITHER, "not yet explained"),
    MONEY(BANK_CHARGES, "bank.charges", EITHER, "what banks charge us, less what they gave back"),
    MONEY(PAYMENT_CLEARING, "payment.clearing", CREDIT, "held for payments not yet confirmed"),
    MEMO(TAX_ESTIMATED, "tax.estimated", EITHER, "the other side of tax.difference"),
    MEMO(TAX_DIFFERENCE, "tax.difference", EITHER, "taxes assessed less taxes estimated, per agent"),
    MONEY(REFUND_PAYABLE, "refund.payable", CREDIT, "withheld and no longer due: owed to buyers"),
};
/* clang-format on */

enum purpose chart_find(const char *name, size_t size)
{
    for (size_t i = PURPOSE_NONE + 1; i < PURPOSE_COUNT; i++) {
        if (strlen(chart[i].name) == size && memcmp(chart[i].name, name, size) == 0) {
            return chart[i].purpose;
        }
    }
    return PURPOSE_NONE;
}
