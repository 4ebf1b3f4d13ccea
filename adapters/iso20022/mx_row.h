#pragma once
/* How the tables of messages are written down. */
#include "adapters/iso20022/mx_check.h"
#include "adapters/iso20022/mx_rule.h"

/* Paths are joined as string literals and members named inside offsetof: neither can stand in
 * parentheses. NOLINTBEGIN(bugprone-macro-parentheses) */
/* clang-format off: one row a line */
#define ROW(path, kind, flags, length_max, type, member)                                           \
    {                                                                                              \
        path, kind, flags, length_max, offsetof(struct type, member), 0, NULL, NULL                \
    }
#define WORD(path, flags, words, type, member)                                                     \
    {                                                                                              \
        path, MX_WORD, flags, 0, offsetof(struct type, member), 0, words, NULL                     \
    }
#define LIST(path, flags, count_max, type, member, count, child)                                   \
    {                                                                                              \
        path, MX_LIST, flags, count_max, offsetof(struct type, member),                            \
            offsetof(struct type, count), NULL, child                                              \
    }
#define RECORD(rows, type, check)                                                                  \
    {                                                                                              \
        rows, sizeof(rows) / sizeof(rows)[0], sizeof(struct type), check                           \
    }

#define AGENT(path, type, member)                                                                  \
    ROW(path "/FinInstnId/BICFI", MX_BIC, 0, 11, type, member.bic),                                \
        ROW(path "/FinInstnId/ClrSysMmbId/ClrSysId/Cd",                                            \
            MX_CODE,                                                                               \
            MX_OR_NEXT,                                                                            \
            5,                                                                                     \
            type,                                                                                  \
            member.clearing_code),                                                                 \
        ROW(path "/FinInstnId/ClrSysMmbId/ClrSysId/Prtry",                                         \
            MX_TEXT,                                                                               \
            0,                                                                                     \
            35,                                                                                    \
            type,                                                                                  \
            member.clearing_name),                                                                 \
        ROW(path "/FinInstnId/ClrSysMmbId/MmbId", MX_CODE, 0, 35, type, member.member_id)

#define ACCOUNT(path, flags, type, member)                                                         \
    ROW(path "/Id/IBAN", MX_IBAN, (flags) | MX_OR_NEXT, 34, type, member.iban),                    \
        ROW(path "/Id/Othr/Id", MX_TEXT, 0, 34, type, member.other)

#define ORIGINAL(type, member)                                                                     \
    ROW("OrgnlGrpInf/OrgnlMsgId", MX_TEXT, 0, 35, type, member.message_id),                        \
        ROW("OrgnlGrpInf/OrgnlMsgNmId", MX_TEXT, 0, 35, type, member.message_name),                \
        ROW("OrgnlInstrId", MX_TEXT, 0, 35, type, member.instruction_id),                          \
        ROW("OrgnlEndToEndId", MX_TEXT, 0, 35, type, member.end_to_end_id),                        \
        ROW("OrgnlTxId", MX_TEXT, 0, 35, type, member.transaction_id),                             \
        ROW("OrgnlUETR", MX_UETR, 0, 36, type, member.uetr)

#define REASONS(path, type, member)                                                                \
    LIST(path, 0, ISO20022_REASON_COUNT_MAX, type, member.items, member.count, &mx_reason)

/* The group header of pacs messages up to the amounts. */
#define GROUP(root)                                                                                \
    ROW(root "/GrpHdr/MsgId", MX_TEXT, MX_REQUIRED, 35, iso20022_document, message_id),            \
        ROW(root "/GrpHdr/CreDtTm", MX_TIME, MX_REQUIRED, 0, iso20022_document, created_at)
#define GROUP_SETTLEMENT(root, sum_element)                                                        \
    ROW(root "/GrpHdr/NbOfTxs", MX_NUMBER, MX_REQUIRED, 15, iso20022_document, transaction_count), \
        ROW(root "/GrpHdr/" sum_element, MX_PAYMENT, 0, 0, iso20022_document, total),              \
        ROW(root "/GrpHdr/IntrBkSttlmDt", MX_DATE, 0, 0, iso20022_document, value_date),           \
        WORD(root "/GrpHdr/SttlmInf/SttlmMtd",                                                     \
             MX_REQUIRED,                                                                          \
             mx_settlement_words,                                                                  \
             iso20022_document,                                                                    \
             settlement)
#define GROUP_AGENTS(root)                                                                         \
    AGENT(root "/GrpHdr/InstgAgt", iso20022_document, sender),                                     \
        AGENT(root "/GrpHdr/InstdAgt", iso20022_document, receiver)
/* clang-format on */
/* NOLINTEND(bugprone-macro-parentheses) */

extern const struct mx_record mx_reason;
