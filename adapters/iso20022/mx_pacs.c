/* The messages between banks: transfers, their status, their return; and the header before them. */
#include "adapters/iso20022/mx_row.h"

/* Macros as in mx_row.h. NOLINTBEGIN(bugprone-macro-parentheses) */
/* clang-format off: one row a line */
static const struct mx_row header_rows[] = {
    AGENT("Fr/FIId", iso20022_header, from),
    AGENT("To/FIId", iso20022_header, to),
    ROW("BizMsgIdr", MX_TEXT, MX_REQUIRED, 35, iso20022_header, message_id),
    ROW("MsgDefIdr", MX_TEXT, MX_REQUIRED, 35, iso20022_header, message_name),
    ROW("BizSvc", MX_TEXT, 0, 35, iso20022_header, service),
    ROW("CreDt", MX_TIME, MX_REQUIRED, 0, iso20022_header, created_at),
};

static const struct mx_row reason_rows[] = {
    ROW("Rsn/Cd", MX_CODE, MX_OR_NEXT, 4, iso20022_reason, code),
    ROW("Rsn/Prtry", MX_TEXT, 0, 35, iso20022_reason, proprietary),
    ROW("AddtlInf", MX_LINES, 0, 105, iso20022_reason, info),
};

#define PAYMENT_ID                                                                                 \
    ROW("PmtId/InstrId", MX_TEXT, 0, 35, iso20022_transfer, instruction_id),                       \
        ROW("PmtId/EndToEndId", MX_TEXT, MX_REQUIRED, 35, iso20022_transfer, end_to_end_id),       \
        ROW("PmtId/TxId", MX_TEXT, 0, 35, iso20022_transfer, transaction_id),                      \
        ROW("PmtId/UETR", MX_UETR, 0, 36, iso20022_transfer, uetr),                                \
        ROW("IntrBkSttlmAmt", MX_PAYMENT, MX_REQUIRED, 0, iso20022_transfer, amount),              \
        ROW("IntrBkSttlmDt", MX_DATE, 0, 0, iso20022_transfer, value_date)

/* What CIPS calls entity id, type and country is organisation or person, and residence, here. */
#define PARTY(path, member)                                                                        \
    ROW(path "/Nm", MX_TEXT, MX_REQUIRED, 140, iso20022_transfer, member.name),                    \
        ROW(path "/Id/OrgId/Othr/Id",                                                              \
            MX_TEXT,                                                                               \
            MX_OR_NEXT | MX_FIRST | MX_EXTENSION,                                                  \
            35,                                                                                    \
            iso20022_transfer,                                                                     \
            member.organisation_id),                                                               \
        ROW(path "/Id/PrvtId/Othr/Id",                                                             \
            MX_TEXT,                                                                               \
            MX_FIRST | MX_EXTENSION,                                                               \
            35,                                                                                    \
            iso20022_transfer,                                                                     \
            member.person_id),                                                                     \
        ROW(path "/CtryOfRes", MX_COUNTRY, MX_EXTENSION, 2, iso20022_transfer, member.country)

static const struct mx_row customer_rows[] = {
    PAYMENT_ID,
    WORD("ChrgBr", MX_REQUIRED, mx_bearer_words, iso20022_transfer, charge_bearer),
    AGENT("InstgAgt", iso20022_transfer, instructing),
    AGENT("InstdAgt", iso20022_transfer, instructed),
    PARTY("Dbtr", debtor),
    ACCOUNT("DbtrAcct", 0, iso20022_transfer, debtor.account),
    AGENT("DbtrAgt", iso20022_transfer, debtor.agent),
    AGENT("CdtrAgt", iso20022_transfer, creditor.agent),
    PARTY("Cdtr", creditor),
    ACCOUNT("CdtrAcct", 0, iso20022_transfer, creditor.account),
    ROW("Purp/Cd", MX_CODE, MX_OR_NEXT, 4, iso20022_transfer, purpose_code),
    ROW("Purp/Prtry", MX_TEXT, 0, 35, iso20022_transfer, purpose_text),
    ROW("RltdRmtInf/RmtId", MX_TEXT, MX_FIRST | MX_EXTENSION, 35, iso20022_transfer, order_id),
    ROW("RmtInf/Ustrd", MX_LINES, 0, 140, iso20022_transfer, remittance),
};

static const struct mx_row institution_rows[] = {
    PAYMENT_ID,
    AGENT("InstgAgt", iso20022_transfer, instructing),
    AGENT("InstdAgt", iso20022_transfer, instructed),
    AGENT("Dbtr", iso20022_transfer, debtor.agent),
    ACCOUNT("DbtrAcct", 0, iso20022_transfer, debtor.account),
    AGENT("Cdtr", iso20022_transfer, creditor.agent),
    ACCOUNT("CdtrAcct", 0, iso20022_transfer, creditor.account),
    ROW("Purp/Cd", MX_CODE, MX_OR_NEXT, 4, iso20022_transfer, purpose_code),
    ROW("Purp/Prtry", MX_TEXT, 0, 35, iso20022_transfer, purpose_text),
    ROW("RmtInf/Ustrd", MX_LINES, 0, 140, iso20022_transfer, remittance),
};

static const struct mx_row group_result_rows[] = {
    ROW("OrgnlMsgId", MX_TEXT, MX_REQUIRED, 35, iso20022_group_result, message_id),
    ROW("OrgnlMsgNmId", MX_TEXT, MX_REQUIRED, 35, iso20022_group_result, message_name),
    WORD("GrpSts", 0, mx_status_words, iso20022_group_result, status),
    REASONS("StsRsnInf", iso20022_group_result, reasons),
};

static const struct mx_row result_rows[] = {
    ROW("StsId", MX_TEXT, 0, 35, iso20022_result, status_id),
    ORIGINAL(iso20022_result, original),
    WORD("TxSts", MX_REQUIRED, mx_status_words, iso20022_result, status),
    REASONS("StsRsnInf", iso20022_result, reasons),
    ROW("AccptncDtTm", MX_TIME, 0, 0, iso20022_result, accepted_at),
    ROW("AcctSvcrRef", MX_TEXT, 0, 35, iso20022_result, bank_reference),
};

static const struct mx_row question_rows[] = {
    ROW("StsReqId", MX_TEXT, 0, 35, iso20022_question, question_id),
    ORIGINAL(iso20022_question, original),
};

static const struct mx_row return_rows[] = {
    ROW("RtrId", MX_TEXT, 0, 35, iso20022_return, return_id),
    ORIGINAL(iso20022_return, original),
    ROW("OrgnlIntrBkSttlmAmt", MX_PAYMENT, 0, 0, iso20022_return, original_amount),
    ROW("OrgnlIntrBkSttlmDt", MX_DATE, 0, 0, iso20022_return, original_date),
    ROW("RtrdIntrBkSttlmAmt", MX_PAYMENT, MX_REQUIRED, 0, iso20022_return, amount),
    ROW("IntrBkSttlmDt", MX_DATE, 0, 0, iso20022_return, value_date),
    WORD("ChrgBr", 0, mx_bearer_words, iso20022_return, charge_bearer),
    REASONS("RtrRsnInf", iso20022_return, reasons),
};

const struct mx_record mx_header = RECORD(header_rows, iso20022_header, mx_check_header);
const struct mx_record mx_reason = RECORD(reason_rows, iso20022_reason, NULL);
static const struct mx_record customer =
    RECORD(customer_rows, iso20022_transfer, mx_check_transfer);
static const struct mx_record institution =
    RECORD(institution_rows, iso20022_transfer, mx_check_transfer);
static const struct mx_record group_result = RECORD(group_result_rows, iso20022_group_result, NULL);
static const struct mx_record result = RECORD(result_rows, iso20022_result, mx_check_result);
static const struct mx_record question =
    RECORD(question_rows, iso20022_question, mx_check_question);
static const struct mx_record payment_return =
    RECORD(return_rows, iso20022_return, mx_check_return);

#define TRANSFERS(root, child)                                                                     \
    LIST(root "/CdtTrfTxInf",                                                                      \
         MX_REQUIRED,                                                                              \
         ISO20022_TRANSACTION_COUNT_MAX,                                                           \
         iso20022_document,                                                                        \
         transfers,                                                                                \
         transfer_count,                                                                           \
         child)

static const struct mx_row pacs_008_rows[] = {
    GROUP("FIToFICstmrCdtTrf"),
    GROUP_SETTLEMENT("FIToFICstmrCdtTrf", "TtlIntrBkSttlmAmt"),
    GROUP_AGENTS("FIToFICstmrCdtTrf"),
    TRANSFERS("FIToFICstmrCdtTrf", &customer),
};

static const struct mx_row pacs_009_rows[] = {
    GROUP("FICdtTrf"),
    GROUP_SETTLEMENT("FICdtTrf", "TtlIntrBkSttlmAmt"),
    GROUP_AGENTS("FICdtTrf"),
    TRANSFERS("FICdtTrf", &institution),
};

static const struct mx_row pacs_002_rows[] = {
    GROUP("FIToFIPmtStsRpt"),
    GROUP_AGENTS("FIToFIPmtStsRpt"),
    LIST("FIToFIPmtStsRpt/OrgnlGrpInfAndSts",
         0,
         ISO20022_TRANSACTION_COUNT_MAX,
         iso20022_document,
         group_results,
         group_result_count,
         &group_result),
    LIST("FIToFIPmtStsRpt/TxInfAndSts",
         0,
         ISO20022_TRANSACTION_COUNT_MAX,
         iso20022_document,
         results,
         result_count,
         &result),
};

static const struct mx_row pacs_028_rows[] = {
    GROUP("FIToFIPmtStsReq"),
    GROUP_AGENTS("FIToFIPmtStsReq"),
    LIST("FIToFIPmtStsReq/TxInf",
         MX_REQUIRED,
         ISO20022_TRANSACTION_COUNT_MAX,
         iso20022_document,
         questions,
         question_count,
         &question),
};

static const struct mx_row pacs_004_rows[] = {
    GROUP("PmtRtr"),
    GROUP_SETTLEMENT("PmtRtr", "TtlRtrdIntrBkSttlmAmt"),
    GROUP_AGENTS("PmtRtr"),
    LIST("PmtRtr/TxInf",
         MX_REQUIRED,
         ISO20022_TRANSACTION_COUNT_MAX,
         iso20022_document,
         returns,
         return_count,
         &payment_return),
};

const struct mx_record mx_pacs_008 = RECORD(pacs_008_rows, iso20022_document, mx_check_transfers);
const struct mx_record mx_pacs_009 = RECORD(pacs_009_rows, iso20022_document, mx_check_transfers);
const struct mx_record mx_pacs_002 = RECORD(pacs_002_rows, iso20022_document, mx_check_results);
const struct mx_record mx_pacs_028 = RECORD(pacs_028_rows, iso20022_document, mx_check_questions);
const struct mx_record mx_pacs_004 = RECORD(pacs_004_rows, iso20022_document, mx_check_returns);
/* clang-format on */
/* NOLINTEND(bugprone-macro-parentheses) */
