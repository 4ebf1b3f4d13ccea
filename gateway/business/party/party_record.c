#include "gateway/business/party/party_record.h"

#include "gateway/business/field.h"

enum {
    PUBLIC_KEY_SIZE_MAX = 256
};

static const struct name kinds[] = {
    {PARTY_BANK,                "bank",                "bank (银行)"                       },
    {PARTY_MERCHANT,            "merchant",            "e-commerce enterprise (电商企业)"},
    {PARTY_PLATFORM,            "platform",            "e-commerce platform (电商平台)"  },
    {PARTY_AGENT,               "agent",               "declaring enterprise (申报企业)" },
    {PARTY_LOGISTICS,           "logistics",           "logistics enterprise (物流企业)" },
    {PARTY_PAYMENT_INSTITUTION, "payment_institution", "payment institution (支付机构)"  },
    {PARTY_CUSTOMS,             "customs",             "customs district (海关)"           },
    {PARTY_TREASURY,            "treasury",            "treasury (国库)"                   },
    {PARTY_INSURER,             "insurer",             "insurer (保险公司)"              },
    {PARTY_INDIVIDUAL,          "individual",          "domestic individual (境内个人)"  },
    {PARTY_OPERATOR,            "operator",            "operator of the gateway (运营方)" },
    {PARTY_AUDITOR,             "auditor",             "auditor (审计)"                    },
    {0,                         NULL,                  NULL                                  },
};

static const struct name states[] = {
    {PARTY_REGISTERED, "registered", "registered, not yet active (已备案)"},
    {PARTY_ACTIVE,     "active",     "may act (有效)"                      },
    {PARTY_SUSPENDED,  "suspended",  "may not act for now (暂停)"          },
    {PARTY_CLOSED,     "closed",     "closed for good (注销)"              },
    {0,                NULL,         NULL                                    },
};

#define IDENTIFIER_FIELDS(struct_)                                                                 \
    TEXT(struct_, name, 0, .meaning = "name of the company (企业名称)"),                           \
        TEXT(struct_, name_latin, 0, .meaning = "name in Latin letters (英文名称)"),               \
        TEXT(struct_,                                                                              \
             customs_code,                                                                         \
             FIELD_CODE,                                                                           \
             .meaning = "customs registration code (海关注册编码)"),                               \
        TEXT(struct_,                                                                              \
             uscc,                                                                                 \
             FIELD_CODE,                                                                           \
             .meaning = "unified social credit code (统一社会信用代码)"),                          \
        TEXT(struct_, bic, FIELD_CODE, .meaning = "BIC, ISO 9362"),                                \
        TEXT(struct_, district, FIELD_CODE, .meaning = "customs district code (关区代码)"),        \
        TEXT(struct_, person_name, FIELD_PERSONAL, .meaning = "name of the individual (姓名)"),    \
        TEXT(                                                                                      \
            struct_, id_card, FIELD_PERSONAL, .meaning = "citizen identity number (公民身份号码)")

static const struct field party_fields[] = {
    TEXT(party, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "chosen at registration"),
    FIELD(party, number, FIELD_INTEGER, FIELD_INDEX, .meaning = "owner of its accounts"),
    FIELD(party,
          kind,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = kinds,
          .meaning = "what it is (主体类型)"),
    FIELD(party, state, FIELD_ENUM, FIELD_REQUIRED, .names = states, .meaning = "where it stands"),
    IDENTIFIER_FIELDS(party),
    FIELD(party,
          open_call_count,
          FIELD_INTEGER,
          0,
          .meaning = "unpaid calls on its guarantors; above 0 it is in arrears (欠税)"),
    FIELD(party,
          overdue_statement_count,
          FIELD_INTEGER,
          0,
          .meaning = "statements not paid in time; above 0 it is in arrears (欠税)"),
    FIELD(party, registered_on, FIELD_DATE, 0, .meaning = "registered on (备案日期)"),
    TEXT(party, reason, 0, .meaning = "why it was last suspended or closed"),
};
const struct record party_record = RECORD(party, party_fields, "A party (备案主体)");

static const struct field register_fields[] = {
    TEXT(party_register,
         id,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "a-z, 0-9 and hyphens, 2 to 24 of them"),
    FIELD(party_register,
          kind,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = kinds,
          .meaning = "what it is (主体类型)"),
    IDENTIFIER_FIELDS(party_register),
};
const struct record party_register_record =
    RECORD(party_register, register_fields, "Register a party (备案)");

static const struct field change_fields[] = {
    TEXT(party_change, id, FIELD_REQUIRED | FIELD_CODE, .meaning = "the party"),
    TEXT(party_change, reason, 0, .meaning = "why (原因)"),
};
const struct record party_change_record =
    RECORD(party_change, change_fields, "Move a party to another state");

static const struct field answer_fields[] = {
    TEXT(party_answer, id, FIELD_REQUIRED, .meaning = "the party"),
    FIELD(party_answer, number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "owner of its accounts"),
    FIELD(party_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands now"),
};
const struct record party_answer_record = RECORD(party_answer, answer_fields, "A party's state");

#define KEY_FIELDS(struct_, flags_)                                                                \
    TEXT(struct_, party, FIELD_REQUIRED | (flags_), .meaning = "the bank or insurer"),             \
        TEXT(struct_, key_id, FIELD_REQUIRED | (flags_), .meaning = "the kid of its signatures")

#define PUBLIC_KEY_FIELD(struct_)                                                                  \
    FIELD(struct_,                                                                                 \
          public_key,                                                                              \
          FIELD_BYTES,                                                                             \
          FIELD_REQUIRED,                                                                          \
          .size = PUBLIC_KEY_SIZE_MAX,                                                             \
          .meaning = "DER SubjectPublicKeyInfo, P-256 or Ed25519")

static const struct field key_fields[] = {
    TEXT(signing_key, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "party and key id"),
    KEY_FIELDS(signing_key, 0),
    PUBLIC_KEY_FIELD(signing_key),
    FIELD(signing_key, registered_on, FIELD_DATE, 0, .meaning = "registered on"),
};
const struct record signing_key_record =
    RECORD(signing_key, key_fields, "A key that signs letters (签名公钥)");

static const struct field key_register_fields[] = {
    KEY_FIELDS(signing_key_register, FIELD_CODE),
    PUBLIC_KEY_FIELD(signing_key_register),
};
const struct record signing_key_register_record =
    RECORD(signing_key_register, key_register_fields, "Register a signing key (登记签名公钥)");

static const struct field key_answer_fields[] = {KEY_FIELDS(signing_key_answer, 0)};
const struct record signing_key_answer_record =
    RECORD(signing_key_answer, key_answer_fields, "The key registered");
