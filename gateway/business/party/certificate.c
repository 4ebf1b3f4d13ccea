#include "gateway/business/party/certificate.h"

#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {CERTIFICATE_ACTIVE,  "active",  "signs for the party (有效)"},
    {CERTIFICATE_REVOKED, "revoked", "signs no more (吊销)"      },
    {0,                   NULL,      NULL                          },
};

#define HASH_FIELD(struct_, flags_)                                                                \
    TEXT(struct_,                                                                                  \
         hash,                                                                                     \
         FIELD_REQUIRED | (flags_),                                                                \
         .meaning = "SHA-256 of the certificate, in hexadecimal")

#define STATE_FIELD(struct_)                                                                       \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = states,                                                                         \
          .meaning = "whether it still signs")

#define CERTIFICATE_FIELD(struct_)                                                                 \
    FIELD(struct_,                                                                                 \
          certificate,                                                                             \
          FIELD_BYTES,                                                                             \
          FIELD_REQUIRED,                                                                          \
          .size = CERTIFICATE_SIZE_MAX,                                                            \
          .meaning = "X.509 in DER, with an RSA or SM2 key (签名证书)")

static const struct field certificate_fields[] = {
    HASH_FIELD(customs_certificate, FIELD_KEY),
    TEXT(customs_certificate,
         party,
         FIELD_REQUIRED | FIELD_INDEX,
         .meaning = "who signs with it (持有人)"),
    STATE_FIELD(customs_certificate),
    TEXT(customs_certificate, serial, FIELD_REQUIRED, .meaning = "its serial number (序列号)"),
    FIELD(customs_certificate, valid_from, FIELD_INSTANT, 0, .meaning = "begins to be valid"),
    FIELD(customs_certificate, valid_to, FIELD_INSTANT, 0, .meaning = "last second of validity"),
    CERTIFICATE_FIELD(customs_certificate),
    FIELD(customs_certificate, registered_on, FIELD_DATE, 0, .meaning = "registered on"),
    FIELD(customs_certificate, revoked_on, FIELD_DATE, 0, .meaning = "revoked on"),
    TEXT(customs_certificate, reason, 0, .meaning = "why it was revoked"),
};
const struct record customs_certificate_record =
    RECORD(customs_certificate, certificate_fields, "A certificate that signs customs messages");

static const struct field register_fields[] = {
    TEXT(certificate_register,
         party,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the company that signs with it"),
    CERTIFICATE_FIELD(certificate_register),
};
const struct record certificate_register_record =
    RECORD(certificate_register, register_fields, "Register a signing certificate (登记签名证书)");

static const struct field revoke_fields[] = {
    HASH_FIELD(certificate_revoke, FIELD_CODE),
    TEXT(certificate_revoke, reason, 0, .meaning = "why (原因)"),
};
const struct record certificate_revoke_record =
    RECORD(certificate_revoke, revoke_fields, "Revoke a signing certificate (吊销签名证书)");

static const struct field answer_fields[] = {
    HASH_FIELD(certificate_answer, 0),
    TEXT(certificate_answer, party, FIELD_REQUIRED, .meaning = "who signs with it"),
    STATE_FIELD(certificate_answer),
};
const struct record certificate_answer_record =
    RECORD(certificate_answer, answer_fields, "The certificate's state");

void certificate_hash_format(const uint8_t hash[CERTIFICATE_HASH_SIZE],
                             char text_out[CERTIFICATE_HASH_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < CERTIFICATE_HASH_SIZE; i++) {
        text_out[2 * i] = digits[hash[i] >> 4];
        text_out[2 * i + 1] = digits[hash[i] & 15];
    }
    text_out[CERTIFICATE_HASH_TEXT_SIZE - 1] = '\0';
}

static void answer_certificate(struct context *context,
                               const char *event,
                               const struct customs_certificate *certificate,
                               struct certificate_answer *answer)
{
    const struct party *party = party_find(context, certificate->party);
    struct notice notice;
    notice_begin(&notice, event, certificate->hash);
    notice_text(&notice, "party", certificate->party);
    if (party != NULL) {
        notice_to(&notice, party->number);
    }
    notice_send(context, &notice);
    *answer = (struct certificate_answer){.state = certificate->state};
    TEXT_PUT(answer->hash, certificate->hash);
    TEXT_PUT(answer->party, certificate->party);
}

static enum verdict
check_facts(struct context *context, struct bytes der, struct certificate *facts_out)
{
    if (!certificate_parse(der, facts_out) || facts_out->key == CERTIFICATE_KEY_OTHER) {
        return refuse_field(context, REFUSAL_CERTIFICATE_MALFORMED, "/certificate");
    }
    if (facts_out->valid_to < context->now) {
        return refuse_field(context, REFUSAL_CERTIFICATE_EXPIRED, "/certificate");
    }
    return VERDICT_DONE;
}

enum verdict certificate_register(struct context *context, const void *command_, void *answer_out)
{
    const struct certificate_register *command = command_;
    const struct party *party = NULL;
    struct certificate facts;
    enum verdict verdict =
        party_check(context, command->party, PARTY_COMPANY_KINDS, "/party", &party);
    if (verdict == VERDICT_DONE) {
        verdict = check_facts(context, command->certificate, &facts);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct customs_certificate certificate = {
        .state = CERTIFICATE_ACTIVE,
        .valid_from = facts.valid_from,
        .valid_to = facts.valid_to,
        .certificate = command->certificate,
        .registered_on = context->today,
    };
    certificate_hash_format(facts.hash, certificate.hash);
    TEXT_PUT(certificate.party, command->party);
    TEXT_PUT(certificate.serial, facts.serial);
    if (state_find(context->state, DOCUMENT_CUSTOMS_CERTIFICATE, certificate.hash) != NULL) {
        return refuse_field(context, REFUSAL_CERTIFICATE_EXISTS, "/certificate");
    }
    state_put(context->state, DOCUMENT_CUSTOMS_CERTIFICATE, &certificate);
    answer_certificate(context, "party.certificate_registered", &certificate, answer_out);
    return rule_done(context);
}

enum verdict certificate_revoke(struct context *context, const void *command_, void *answer_out)
{
    const struct certificate_revoke *command = command_;
    const struct customs_certificate *found =
        state_find(context->state, DOCUMENT_CUSTOMS_CERTIFICATE, command->hash);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_CERTIFICATE_UNKNOWN, "/hash");
    }
    if (found->state != CERTIFICATE_ACTIVE) {
        return refuse(context, REFUSAL_CERTIFICATE_REVOKED);
    }
    struct customs_certificate certificate = *found;
    certificate.state = CERTIFICATE_REVOKED;
    certificate.revoked_on = context->today;
    TEXT_PUT(certificate.reason, command->reason);
    state_put(context->state, DOCUMENT_CUSTOMS_CERTIFICATE, &certificate);
    answer_certificate(context, "party.certificate_revoked", &certificate, answer_out);
    return rule_done(context);
}
