#pragma once
/*
 * Why a rule says no. Codes are stable and public; each has one HTTP status and one title
 * (problem details, RFC 9457). Order within a subject is precedence.
 */
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/compensation/refusals.h"
#include "gateway/business/fx/refusals.h"
#include "gateway/business/settlement/refusals.h"
#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "ledger/book/outcome.h"

/* One row per refusal: symbol, code, HTTP status, title. refusal.c makes the table from the same
 * list; a room may keep its own rows. */
#define REFUSAL_LIST(ROW)                                                                          \
    ROW(NONE, "none", 200, "No refusal")                                                           \
    ROW(LEDGER, "ledger.refused", 409, "The ledger refuses the transfer")                          \
    ROW(ROLE_FORBIDDEN, "role.forbidden", 403, "This role may not do that")                        \
    ROW(IDEMPOTENCY_MISMATCH,                                                                      \
        "idempotency.mismatch",                                                                    \
        422,                                                                                       \
        "The idempotency key was used with other content")                                         \
    ROW(BATCH_ABORTED, "batch.aborted", 409, "Another command of the atomic batch was refused")    \
    ROW(ACCOUNT_UNKNOWN, "account.unknown", 404, "There is no such account, or it is not yours")   \
    ROW(PARTY_UNKNOWN, "party.unknown", 422, "No such party")                                      \
    ROW(PARTY_NOT_ACTIVE, "party.not_active", 409, "The party is not active")                      \
    ROW(PARTY_EXISTS, "party.exists", 409, "A party with this id exists")                          \
    ROW(PARTY_FORBIDDEN, "party.forbidden", 403, "That belongs to another party")                  \
    ROW(PARTY_ID_INVALID,                                                                          \
        "party.id_invalid",                                                                        \
        422,                                                                                       \
        "Not an id: a-z, 0-9 and hyphens, 2 to 24 of them")                                        \
    ROW(PARTY_KIND, "party.kind", 422, "A party of this kind cannot take that part")               \
    ROW(PARTY_STATE, "party.state", 409, "The party is not in a state that allows this")           \
    ROW(PARTY_IN_ARREARS, "party.in_arrears", 409, "The party is in arrears to customs")           \
    ROW(PARTY_IN_USE, "party.in_use", 409, "The party still has guarantees")                       \
    ROW(IDENTIFIER_MISSING, "identifier.missing", 422, "A party of this kind needs an identifier") \
    ROW(IDENTIFIER_INVALID,                                                                        \
        "identifier.invalid",                                                                      \
        422,                                                                                       \
        "The identifier or its check digit is wrong")                                              \
    ROW(IDENTIFIER_TAKEN, "identifier.taken", 409, "Another party has this identifier")            \
    ROW(KEY_EXISTS, "key.exists", 409, "A key with this id is registered")                         \
    ROW(KEY_UNKNOWN, "key.unknown", 422, "No key with this id is registered")                      \
    ROW(CURRENCY, "money.currency", 422, "Only CNY is taken here")                                 \
    ROW(DATE_ORDER, "date.order", 422, "The dates contradict each other")                          \
    ROW(DEADLINE_NOT_DUE, "deadline.not_due", 409, "Nothing of this kind is due")                  \
    ROW(GUARANTEE_UNKNOWN, "guarantee.unknown", 422, "No such guarantee")                          \
    ROW(GUARANTEE_STATE,                                                                           \
        "guarantee.state",                                                                         \
        409,                                                                                       \
        "The guarantee is not in a state that allows this")                                        \
    ROW(GUARANTEE_KIND, "guarantee.kind", 409, "Not for a guarantee of this kind")                 \
    ROW(GUARANTEE_SCOPE, "guarantee.scope", 409, "The guarantee does not cover this scope")        \
    ROW(GUARANTEE_VALIDITY,                                                                        \
        "guarantee.validity",                                                                      \
        409,                                                                                       \
        "The guarantee is not valid until the payment deadline")                                   \
    ROW(GUARANTEE_INSUFFICIENT,                                                                    \
        "guarantee.insufficient",                                                                  \
        409,                                                                                       \
        "Not enough of the guarantee is available")                                                \
    ROW(GUARANTEE_IN_USE, "guarantee.in_use", 409, "The guarantee is still in use")                \
    ROW(GUARANTEE_CLAIMS_CLOSED, "guarantee.claims_closed", 409, "The time to claim is over")      \
    ROW(POOL_GUARANTEE, "pool.guarantee", 422, "Not of the pool, or named twice")                  \
    ROW(ASSURANCE_FULL, "assurance.full", 409, "The principal has too many guarantees in use")     \
    ROW(LETTER_MALFORMED, "letter.malformed", 422, "Not a signed letter")                          \
    ROW(LETTER_SIGNATURE, "letter.signature", 422, "The signature does not verify")                \
    ROW(LETTER_EXISTS, "letter.exists", 409, "A letter with this number was lodged")               \
    ROW(AMENDMENT_UNKNOWN, "amendment.unknown", 422, "No amendment is open")                       \
    ROW(AMENDMENT_OPEN, "amendment.open", 409, "An amendment is already open")                     \
    ROW(AMENDMENT_EMPTY, "amendment.empty", 422, "The amendment changes nothing")                  \
    ROW(RESERVATION_UNKNOWN, "reservation.unknown", 422, "No such reservation")                    \
    ROW(RESERVATION_EXISTS, "reservation.exists", 409, "A reservation with this reference exists") \
    ROW(RESERVATION_CLOSED, "reservation.closed", 409, "The reservation is no longer open")        \
    ROW(RESERVATION_PROVISIONAL,                                                                   \
        "reservation.provisional",                                                                 \
        409,                                                                                       \
        "The declaration is not released yet")                                                     \
    ROW(RESERVATION_EXCEEDED, "reservation.exceeded", 409, "More than is reserved")                \
    ROW(CALL_UNKNOWN, "call.unknown", 422, "No such call")                                         \
    ROW(CALL_PAID, "call.paid", 409, "The call is already paid")                                   \
    ROW(CALL_EXCEEDED, "call.exceeded", 409, "More than is called")                                \
    ROW(FUNDS_REFERENCE_USED,                                                                      \
        "funds.reference_used",                                                                    \
        409,                                                                                       \
        "This bank reference was booked with other content")                                       \
    ROW(TARIFF_UNKNOWN, "tariff.unknown", 422, "No tariff for this HS code on this date")          \
    ROW(TARIFF_CODE, "tariff.code", 422, "Not a ten-digit HS code")                                \
    ROW(TARIFF_FULL, "tariff.full", 409, "Too many dated rates for this HS code")                  \
    ROW(TERMS_VALUE, "terms.value", 422, "Not a value this term can have")                         \
    ROW(TERMS_FULL, "terms.full", 409, "Too many terms are set")                                   \
    ROW(CLOCK_SYSTEM, "clock.system", 409, "The clock is the world's: it cannot be moved")         \
    ROW(CLOCK_RANGE, "clock.range", 422, "The clock moves forward only, ten years at most")        \
    ROW(TAX_AMOUNT, "tax.amount", 422, "The amounts cannot be taxed")                              \
    ROW(TAX_NOT_RETAIL, "tax.not_retail", 422, "Over the limit for cross-border retail import")    \
    ROW(TAX_YEAR_LIMIT, "tax.year_limit", 422, "Over what a buyer may bring in in a year")         \
    ROW(TRADE_NUMBER, "trade.number", 422, "The number is missing or too long")                    \
    ROW(DECLARATION_NUMBER,                                                                        \
        "declaration.number",                                                                      \
        422,                                                                                       \
        "The declaration needs its own number (copNo)")                                            \
    ROW(DECLARATION_APP_TYPE, "declaration.app_type", 422, "The report type is 1, 2 or 3")         \
    ROW(DECLARATION_UNKNOWN, "declaration.unknown", 422, "No such declaration")                    \
    ROW(DECLARATION_STATE, "declaration.state", 409, "The declaration can no longer be changed")   \
    ROW(DECLARATION_TIME, "declaration.time", 422, "Not a time")                                   \
    ROW(APPROVAL_FOUR_EYES, "approval.four_eyes", 403, "Somebody else has to approve this")        \
    ROW(PAYMENT_UNKNOWN, "payment.unknown", 422, "No such payment")                                \
    ROW(PAYMENT_EXISTS, "payment.exists", 409, "The payer has used this reference")                \
    ROW(PAYMENT_STATE, "payment.state", 409, "The payment is not in a state that allows this")     \
    ROW(PAYMENT_LIMIT, "payment.limit", 409, "Over the limit for one payment through this bank")   \
    ROW(PAYMENT_INSUFFICIENT, "payment.insufficient", 409, "The payer may not pay out so much")    \
    ROW(BANK_LINK_UNKNOWN, "bank_link.unknown", 422, "No link to this bank is registered")         \
    ROW(BANK_LINK_EXISTS, "bank_link.exists", 409, "The link to this bank is registered")          \
    ROW(BANK_LINK_OFF, "bank_link.off", 409, "The link is switched off")                           \
    ROW(BANK_LINK_DAY_LIMIT,                                                                       \
        "bank_link.day_limit",                                                                     \
        409,                                                                                       \
        "Over the limit of the business day of this bank")                                         \
    ROW(BANK_LINK_TRACE_EXHAUSTED,                                                                 \
        "bank_link.trace_exhausted",                                                               \
        409,                                                                                       \
        "No numbers are left for this business day")                                               \
    ROW(BANK_LINK_FUNDS, "bank_link.funds", 409, "Not enough of our money lies at this bank")      \
    ROW(BANK_DAY_OPEN, "bank_day.open", 409, "This business day is not over")                      \
    ROW(STATEMENT_UNKNOWN, "statement.unknown", 422, "No statement of this day was begun")         \
    ROW(STATEMENT_EXISTS, "statement.exists", 409, "The statement of this day was begun")          \
    ROW(STATEMENT_CLOSED, "statement.closed", 409, "The day is reconciled")                        \
    ROW(STATEMENT_LINE, "statement.line", 422, "The statement has fewer lines")                    \
    ROW(STATEMENT_LINE_USED, "statement.line_used", 409, "This line was taken with other content") \
    ROW(STATEMENT_SUM, "statement.sum", 422, "More than the statement says it adds up to")         \
    ROW(STATEMENT_ITEM, "statement.item", 409, "Not an item of this day that is still unmatched")  \
    ROW(STATEMENT_INCOMPLETE, "statement.incomplete", 409, "Something of the day is left over")    \
    ROW(DIFFERENCE_UNKNOWN, "difference.unknown", 422, "No such difference")                       \
    ROW(DIFFERENCE_STATE,                                                                          \
        "difference.state",                                                                        \
        409,                                                                                       \
        "The difference is not in a state that allows this")                                       \
    ROW(DIFFERENCE_ADJUSTMENT,                                                                     \
        "difference.adjustment",                                                                   \
        422,                                                                                       \
        "A difference of this kind cannot be adjusted so")                                         \
    ROW(TAX_BILL_UNKNOWN, "tax_bill.unknown", 422, "No such tax bill")                             \
    ROW(TAX_STATEMENT_UNKNOWN, "tax_statement.unknown", 422, "No such statement")                  \
    ROW(TAX_STATEMENT_STATE,                                                                       \
        "tax_statement.state",                                                                     \
        409,                                                                                       \
        "The statement is not in a state that allows this")                                        \
    ROW(TAX_STATEMENT_NOTHING,                                                                     \
        "tax_statement.nothing",                                                                   \
        409,                                                                                       \
        "No tax bill is old enough for a statement")                                               \
    ROW(TAX_STATEMENT_CUTTING, "tax_statement.cutting", 409, "A statement is being cut already")   \
    ROW(WEBHOOK_UNKNOWN, "webhook.unknown", 422, "No such webhook")                                \
    ROW(WEBHOOK_EXISTS, "webhook.exists", 409, "A webhook with this name exists")                  \
    ROW(WEBHOOK_NAME, "webhook.name", 422, "Not a name: a-z, 0-9 and hyphens")                     \
    ROW(WEBHOOK_URL, "webhook.url", 422, "Not an https address events can be posted to")           \
    ROW(WEBHOOK_SECRET, "webhook.secret", 422, "Not a secret, or none is wanted")                  \
    ROW(WEBHOOK_SIGNATURE, "webhook.signature", 409, "This webhook has no secret")                 \
    ROW(WEBHOOK_LIMIT, "webhook.limit", 409, "The party has too many webhooks")                    \
    ROW(DEAD_LETTER_UNKNOWN, "dead_letter.unknown", 422, "No such dead letter")                    \
    ROW(DEAD_LETTER_STATE, "dead_letter.state", 409, "It is already to be sent once more")         \
    ROW(TAX_BILL_FULL, "tax_bill.full", 409, "The declaration has too many tax bills")             \
    ROW(APPLICATION_APP_TYPE,                                                                      \
        "application.app_type",                                                                    \
        422,                                                                                       \
        "The report type of an application is 1")                                                  \
    ROW(RETURN_WINDOW_CLOSED,                                                                      \
        "return.window_closed",                                                                    \
        409,                                                                                       \
        "The time to apply for a return is over")                                                  \
    ROW(RETURN_LINE_UNKNOWN, "return.line_unknown", 422, "The declaration has no such line")       \
    ROW(RETURN_QUANTITY, "return.quantity", 422, "Not so much is left to be returned")             \
    ROW(RETURN_FULL, "return.full", 409, "The declaration has too many returns")                   \
    ROW(RETURN_UNKNOWN, "return.unknown", 422, "No such return of goods")                          \
    ROW(REFUND_SUBJECT, "refund.subject", 422, "Name a return or a claim, one of them")            \
    ROW(REFUND_EXCEEDED, "refund.exceeded", 409, "Not so much is owed to the buyer")               \
    ROW(REFUND_FULL, "refund.full", 409, "Too many payments for one refund")                       \
    ROW(APPROVAL_REQUIRED,                                                                         \
        "approval.required",                                                                       \
        403,                                                                                       \
        "This takes two people: propose it, and let the other approve")                            \
    ROW(APPROVAL_COMMAND, "approval.command", 422, "Not a command that takes two people")          \
    ROW(APPROVAL_CONTENT, "approval.content", 422, "The content is no body of this command")       \
    ROW(APPROVAL_UNKNOWN, "approval.unknown", 422, "No such approval")                             \
    ROW(APPROVAL_STATE, "approval.state", 409, "The approval is not open any more")                \
    ROW(APPROVAL_EXPIRED, "approval.expired", 409, "The time to decide is over")                   \
    ROW(TAX_STATEMENT_GRACE, "tax_statement.grace", 409, "The days of grace are not over")         \
    ROW(TREASURY_ACCOUNT_UNKNOWN,                                                                  \
        "treasury_account.unknown",                                                                \
        409,                                                                                       \
        "No account of the treasury is known for this district")                                   \
    ROW(TAX_WITHHOLDING_EXISTS,                                                                    \
        "tax_withholding.exists",                                                                  \
        409,                                                                                       \
        "The merchant has used this reference")                                                    \
    ROW(CERTIFICATE_MALFORMED,                                                                     \
        "certificate.malformed",                                                                   \
        422,                                                                                       \
        "Not a certificate with an RSA or SM2 key")                                                \
    ROW(CERTIFICATE_EXPIRED, "certificate.expired", 422, "The certificate is no longer valid")     \
    ROW(CERTIFICATE_EXISTS, "certificate.exists", 409, "This certificate is registered")           \
    ROW(CERTIFICATE_UNKNOWN, "certificate.unknown", 422, "No such certificate is registered")      \
    ROW(CERTIFICATE_REVOKED, "certificate.revoked", 409, "The certificate is revoked already")     \
    FX_REFUSALS(ROW)                                                                               \
    SETTLEMENT_REFUSALS(ROW)                                                                       \
    COMPENSATION_REFUSALS(ROW)

enum refusal_code {
#define REFUSAL_SYMBOL(symbol, code, status, title) REFUSAL_##symbol,
    REFUSAL_LIST(REFUSAL_SYMBOL)
#undef REFUSAL_SYMBOL
    REFUSAL_COUNT,
};

enum {
    REFUSAL_FACT_COUNT_MAX = 8
};

enum fact_type {
    FACT_MONEY,
    FACT_INTEGER,
    FACT_TEXT,
    FACT_DATE,
};

struct fact {
    const char *name;
    enum fact_type type;
    struct money money;
    int64_t integer; /* or date */
    char text[64];
};

struct refusal {
    enum refusal_code code;
    enum outcome outcome; /* for LEDGER: the ledger's own reason, given as "reason" */
    char pointer[64];     /* JSON pointer of the field at fault, "" for none */
    struct fact facts[REFUSAL_FACT_COUNT_MAX];
    size_t fact_count;
    char explain_grn[18]; /* set: say which of its reservations free what and when */
};

const char *refusal_code_text(enum refusal_code code);
int refusal_http_status(enum refusal_code code);
const char *refusal_title(enum refusal_code code);
