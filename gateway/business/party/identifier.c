#include "gateway/business/party/identifier.h"

#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/party/party.h"

const struct name identifier_kinds[] = {
    {IDENTIFIER_CUSTOMS_CODE, "customs_code", "customs registration code (海关注册编码)"       },
    {IDENTIFIER_USCC,         "uscc",         "unified social credit code (统一社会信用代码)"},
    {IDENTIFIER_BIC,          "bic",          "business identifier code, ISO 9362"                   },
    {IDENTIFIER_DISTRICT,     "district",     "customs district (关区代码)"                      },
    {IDENTIFIER_ID_CARD,      "id_card",      "citizen identity number (公民身份号码)"         },
    {0,                       NULL,           NULL                                                   },
};

static const struct field fields[] = {
    TEXT(identifier, code, FIELD_KEY | FIELD_REQUIRED, .meaning = "the number itself"),
    FIELD(identifier,
          kind,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = identifier_kinds,
          .meaning = "what kind of number"),
    TEXT(identifier, party, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the party it belongs to"),
};

const struct record identifier_record =
    RECORD(identifier, fields, "A number a party is known by (企业代码)");

enum character_class {
    CLASS_DIGIT = 1,
    CLASS_CAPITAL = 2,
};

static bool is_made_of(const char *text, size_t size, unsigned classes)
{
    for (size_t i = 0; i < size; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        bool is_capital = text[i] >= 'A' && text[i] <= 'Z';
        if (!(is_digit && (classes & CLASS_DIGIT)) && !(is_capital && (classes & CLASS_CAPITAL))) {
            return false;
        }
    }
    return true;
}

/* GB 32100-2015 annex: value in this alphabet times 3^i mod 31, the check makes 31. */
static bool is_uscc(const char *code)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    enum {
        MODULUS = 31,
        BODY_SIZE = 17
    };
    if (strlen(code) != BODY_SIZE + 1) {
        return false;
    }
    int sum = 0;
    int weight = 1;
    int value = 0;
    for (int i = 0; i <= BODY_SIZE; i++) {
        const char *at = strchr(alphabet, code[i]);
        if (at == NULL) {
            return false;
        }
        value = (int)(at - alphabet);
        if (i < BODY_SIZE) {
            sum += value * weight;
            weight = weight * 3 % MODULUS;
        }
    }
    return value == (MODULUS - sum % MODULUS) % MODULUS;
}

/* GB 11643-1999: ISO 7064 MOD 11-2 over 17 digits; the birth date must be a date. */
static bool is_id_card(const char *code)
{
    enum {
        BODY_SIZE = 17
    };
    if (strlen(code) != BODY_SIZE + 1 || !is_made_of(code, BODY_SIZE, CLASS_DIGIT)) {
        return false;
    }
    char birth[DATE_TEXT_SIZE] = {
        code[6], code[7], code[8], code[9], '-', code[10], code[11], '-', code[12], code[13], '\0'};
    int year =
        (code[6] - '0') * 1000 + (code[7] - '0') * 100 + (code[8] - '0') * 10 + code[9] - '0';
    if (year >= 1970) {
        date_days born;
        if (!date_parse(birth, DATE_TEXT_SIZE - 1, &born)) {
            return false;
        }
    } else if (year < 1850) {
        return false;
    }
    int remainder = 0;
    for (int i = 0; i < BODY_SIZE; i++) {
        remainder = (remainder + code[i] - '0') * 2 % 11;
    }
    return code[BODY_SIZE] == "10X98765432"[remainder];
}

static bool is_bic(const char *code)
{
    size_t size = strlen(code);
    return (size == 8 || size == 11) && is_made_of(code, 6, CLASS_CAPITAL) &&
           is_made_of(code + 6, size - 6, CLASS_CAPITAL | CLASS_DIGIT);
}

bool identifier_is_valid(enum identifier_kind kind, const char *code)
{
    switch (kind) {
    case IDENTIFIER_CUSTOMS_CODE:
        return strlen(code) == 10 && is_made_of(code, 10, CLASS_CAPITAL | CLASS_DIGIT);
    case IDENTIFIER_USCC:
        return is_uscc(code);
    case IDENTIFIER_BIC:
        return is_bic(code);
    case IDENTIFIER_DISTRICT:
        return strlen(code) == 4 && is_made_of(code, 4, CLASS_DIGIT);
    case IDENTIFIER_ID_CARD:
        return is_id_card(code);
    }
    return false;
}

const struct party *identifier_party(struct context *context, const char *code)
{
    const struct identifier *identifier =
        code[0] == '\0' ? NULL : state_find(context->state, DOCUMENT_IDENTIFIER, code);
    return identifier == NULL ? NULL : party_find(context, identifier->party);
}
