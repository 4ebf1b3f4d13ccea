/* The messages about money: recalls and their resolution, statements and notifications. */
#include "adapters/iso20022/mx_row.h"

/* Macros as in mx_row.h. NOLINTBEGIN(bugprone-macro-parentheses) */
/* clang-format off: one row a line */
#define CASE(path, type, member)                                                                   \
    ROW(path "/Id", MX_TEXT, 0, 35, type, member.id), AGENT(path "/Cretr/Agt", type, member.creator)

static const struct mx_row recall_rows[] = {
    ROW("CxlId", MX_TEXT, 0, 35, iso20022_recall, recall_id),
    CASE("Case", iso20022_recall, inquiry),
    ORIGINAL(iso20022_recall, original),
    ROW("OrgnlIntrBkSttlmAmt", MX_PAYMENT, 0, 0, iso20022_recall, original_amount),
    ROW("OrgnlIntrBkSttlmDt", MX_DATE, 0, 0, iso20022_recall, original_date),
    REASONS("CxlRsnInf", iso20022_recall, reasons),
};

static const struct mx_row resolution_rows[] = {
    ROW("CxlStsId", MX_TEXT, 0, 35, iso20022_resolution, status_id),
    CASE("RslvdCase", iso20022_resolution, inquiry),
    ORIGINAL(iso20022_resolution, original),
    WORD("TxCxlSts", 0, mx_recall_words, iso20022_resolution, status),
    REASONS("CxlStsRsnInf", iso20022_resolution, reasons),
    ROW("OrgnlIntrBkSttlmAmt", MX_PAYMENT, 0, 0, iso20022_resolution, original_amount),
    ROW("OrgnlIntrBkSttlmDt", MX_DATE, 0, 0, iso20022_resolution, original_date),
};

static const struct mx_row balance_rows[] = {
    ROW("Tp/CdOrPrtry/Cd", MX_CODE, MX_REQUIRED | MX_OR_NEXT, 4, iso20022_balance, code),
    ROW("Tp/CdOrPrtry/Prtry", MX_TEXT, 0, 35, iso20022_balance, proprietary),
    ROW("Amt", MX_AMOUNT, MX_REQUIRED, 0, iso20022_balance, amount),
    WORD("CdtDbtInd", MX_REQUIRED, mx_side_words, iso20022_balance, side),
    ROW("Dt/Dt", MX_DATE, MX_REQUIRED | MX_OR_NEXT, 0, iso20022_balance, date),
    ROW("Dt/DtTm", MX_DAY, MX_READ_ONLY, 0, iso20022_balance, date),
};

/* Up to camt.053.001.07 a party's name stood in the party itself; its address there is
 * not read. */
#define RELATED(path, member)                                                                      \
    ROW("RltdPties/" path "/Nm",                                                                   \
        MX_TEXT,                                                                                   \
        MX_READ_ONLY | MX_OR_NEXT,                                                                 \
        140,                                                                                       \
        iso20022_detail,                                                                           \
        member.name),                                                                              \
        ROW("RltdPties/" path "/Pty/Nm", MX_TEXT, 0, 140, iso20022_detail, member.name),           \
        ROW("RltdPties/" path "/Pty/PstlAdr/Ctry",                                                 \
            MX_COUNTRY,                                                                            \
            0,                                                                                     \
            2,                                                                                     \
            iso20022_detail,                                                                       \
            member.country),                                                                       \
        ACCOUNT("RltdPties/" path "Acct", 0, iso20022_detail, member.account)

static const struct mx_row detail_rows[] = {
    ROW("Refs/MsgId", MX_TEXT, 0, 35, iso20022_detail, message_id),
    ROW("Refs/AcctSvcrRef", MX_TEXT, 0, 35, iso20022_detail, bank_reference),
    ROW("Refs/InstrId", MX_TEXT, 0, 35, iso20022_detail, instruction_id),
    ROW("Refs/EndToEndId", MX_TEXT, 0, 35, iso20022_detail, end_to_end_id),
    ROW("Refs/TxId", MX_TEXT, 0, 35, iso20022_detail, transaction_id),
    ROW("Refs/UETR", MX_UETR, 0, 36, iso20022_detail, uetr),
    ROW("Amt", MX_AMOUNT, 0, 0, iso20022_detail, amount),
    WORD("CdtDbtInd", 0, mx_side_words, iso20022_detail, side),
    RELATED("Dbtr", debtor),
    RELATED("Cdtr", creditor),
    ROW("RltdAgts/DbtrAgt/FinInstnId/BICFI", MX_BIC, 0, 11, iso20022_detail, debtor.agent.bic),
    ROW("RmtInf/Ustrd", MX_LINES, 0, 140, iso20022_detail, remittance),
};

static const struct mx_record detail = RECORD(detail_rows, iso20022_detail, NULL);

/* Up to camt.053.001.07 an entry's status stood in Sts itself. */
static const struct mx_row entry_rows[] = {
    ROW("NtryRef", MX_TEXT, 0, 35, iso20022_entry, reference),
    ROW("Amt", MX_AMOUNT, MX_REQUIRED, 0, iso20022_entry, amount),
    WORD("CdtDbtInd", MX_REQUIRED, mx_side_words, iso20022_entry, side),
    ROW("RvslInd", MX_FLAG, 0, 0, iso20022_entry, is_reversal),
    WORD("Sts", MX_REQUIRED | MX_OR_NEXT | MX_READ_ONLY, mx_entry_words, iso20022_entry, status),
    WORD("Sts/Cd", 0, mx_entry_words, iso20022_entry, status),
    ROW("BookgDt/Dt", MX_DATE, MX_OR_NEXT, 0, iso20022_entry, booking_date),
    ROW("BookgDt/DtTm", MX_DAY, MX_READ_ONLY, 0, iso20022_entry, booking_date),
    ROW("ValDt/Dt", MX_DATE, MX_OR_NEXT, 0, iso20022_entry, value_date),
    ROW("ValDt/DtTm", MX_DAY, MX_READ_ONLY, 0, iso20022_entry, value_date),
    ROW("AcctSvcrRef", MX_TEXT, 0, 35, iso20022_entry, bank_reference),
    ROW("BkTxCd/Domn/Cd", MX_CODE, 0, 4, iso20022_entry, domain),
    ROW("BkTxCd/Domn/Fmly/Cd", MX_CODE, 0, 4, iso20022_entry, family),
    ROW("BkTxCd/Domn/Fmly/SubFmlyCd", MX_CODE, 0, 4, iso20022_entry, sub_family),
    ROW("BkTxCd/Prtry/Cd", MX_TEXT, 0, 35, iso20022_entry, bank_code),
    LIST("NtryDtls/TxDtls",
         0,
         ISO20022_DETAIL_COUNT_MAX,
         iso20022_entry,
         details,
         detail_count,
         &detail),
    ROW("AddtlNtryInf", MX_TEXT, 0, 500, iso20022_entry, info),
};

static const struct mx_record recall = RECORD(recall_rows, iso20022_recall, mx_check_recall);
static const struct mx_record resolution =
    RECORD(resolution_rows, iso20022_resolution, mx_check_resolution);
static const struct mx_record balance = RECORD(balance_rows, iso20022_balance, NULL);
static const struct mx_record entry = RECORD(entry_rows, iso20022_entry, mx_check_entry);

#define PAGES(path)                                                                                \
    ROW("Id", MX_TEXT, MX_REQUIRED, 35, iso20022_statement, id),                                   \
        ROW(path "/PgNb", MX_NUMBER, 0, 5, iso20022_statement, page),                              \
        ROW(path "/LastPgInd", MX_ANSWER, 0, 0, iso20022_statement, is_last_page),                 \
        ROW("ElctrncSeqNb", MX_NUMBER, 0, 18, iso20022_statement, sequence),                       \
        ROW("CreDtTm", MX_TIME, 0, 0, iso20022_statement, created_at),                             \
        ROW("FrToDt/FrDtTm", MX_TIME, 0, 0, iso20022_statement, from),                             \
        ROW("FrToDt/ToDtTm", MX_TIME, 0, 0, iso20022_statement, to),                               \
        ACCOUNT("Acct", MX_REQUIRED, iso20022_statement, account),                                 \
        ROW("Acct/Ccy", MX_CURRENCY, 0, 3, iso20022_statement, currency),                          \
        ROW("Acct/Ownr/Nm", MX_TEXT, 0, 140, iso20022_statement, owner_name),                      \
        AGENT("Acct/Svcr", iso20022_statement, servicer)
#define ENTRIES                                                                                    \
    LIST("Ntry", 0, ISO20022_ENTRY_COUNT_MAX, iso20022_statement, entries, entry_count, &entry)

static const struct mx_row statement_rows[] = {
    PAGES("StmtPgntn"),
    LIST("Bal",
         MX_REQUIRED,
         ISO20022_BALANCE_COUNT_MAX,
         iso20022_statement,
         balances,
         balance_count,
         &balance),
    ENTRIES,
};

static const struct mx_row notification_rows[] = {
    PAGES("NtfctnPgntn"),
    ENTRIES,
};

static const struct mx_record statement =
    RECORD(statement_rows, iso20022_statement, mx_check_statement);
static const struct mx_record notification =
    RECORD(notification_rows, iso20022_statement, mx_check_notification);

#define ASSIGNMENT(root)                                                                           \
    ROW(root "/Assgnmt/Id", MX_TEXT, MX_REQUIRED, 35, iso20022_document, message_id),              \
        AGENT(root "/Assgnmt/Assgnr/Agt", iso20022_document, sender),                              \
        AGENT(root "/Assgnmt/Assgne/Agt", iso20022_document, receiver),                            \
        ROW(root "/Assgnmt/CreDtTm", MX_TIME, MX_REQUIRED, 0, iso20022_document, created_at)

static const struct mx_row camt_056_rows[] = {
    ASSIGNMENT("FIToFIPmtCxlReq"),
    CASE("FIToFIPmtCxlReq/Case", iso20022_document, inquiry),
    ROW("FIToFIPmtCxlReq/CtrlData/NbOfTxs", MX_NUMBER, 0, 15, iso20022_document, transaction_count),
    LIST("FIToFIPmtCxlReq/Undrlyg/TxInf",
         MX_REQUIRED,
         ISO20022_TRANSACTION_COUNT_MAX,
         iso20022_document,
         recalls,
         recall_count,
         &recall),
};

static const struct mx_row camt_029_rows[] = {
    ASSIGNMENT("RsltnOfInvstgtn"),
    CASE("RsltnOfInvstgtn/RslvdCase", iso20022_document, inquiry),
    WORD("RsltnOfInvstgtn/Sts/Conf",
         MX_REQUIRED,
         mx_confirmation_words,
         iso20022_document,
         confirmation),
    LIST("RsltnOfInvstgtn/CxlDtls/TxInfAndSts",
         0,
         ISO20022_TRANSACTION_COUNT_MAX,
         iso20022_document,
         resolutions,
         resolution_count,
         &resolution),
};

#define STATEMENTS(root, element, child)                                                           \
    GROUP(root), LIST(root "/" element,                                                            \
                      MX_REQUIRED,                                                                 \
                      ISO20022_STATEMENT_COUNT_MAX,                                                \
                      iso20022_document,                                                           \
                      statements,                                                                  \
                      statement_count,                                                             \
                      child)

static const struct mx_row camt_053_rows[] = {STATEMENTS("BkToCstmrStmt", "Stmt", &statement)};
static const struct mx_row camt_054_rows[] = {
    STATEMENTS("BkToCstmrDbtCdtNtfctn", "Ntfctn", &notification),
};

const struct mx_record mx_camt_056 = RECORD(camt_056_rows, iso20022_document, mx_check_recalls);
const struct mx_record mx_camt_029 = RECORD(camt_029_rows, iso20022_document, mx_check_resolutions);
const struct mx_record mx_camt_053 = RECORD(camt_053_rows, iso20022_document, NULL);
const struct mx_record mx_camt_054 = RECORD(camt_054_rows, iso20022_document, NULL);
/* clang-format on */
/* NOLINTEND(bugprone-macro-parentheses) */
