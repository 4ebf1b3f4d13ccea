#include <jansson.h>

#include "gateway/business/role.h"
#include "tools/kouan/certificate.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

static json_t *certificate_json(const struct client_certificate *certificate, instant_us now)
{
    char not_before[INSTANT_TEXT_SIZE];
    char not_after[INSTANT_TEXT_SIZE];
    const char *role = role_name(certificate->identity.role);
    int64_t left_us = certificate->not_after - now;
    instant_format(certificate->not_before, not_before);
    instant_format(certificate->not_after, not_after);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s}",
                     "party",
                     certificate->identity.party,
                     "role",
                     role ? role : "",
                     "user",
                     certificate->identity.user,
                     "subject",
                     certificate->subject,
                     "issuer",
                     certificate->issuer,
                     "serial",
                     certificate->serial,
                     "valid_from",
                     not_before,
                     "valid_to",
                     not_after,
                     "days_left",
                     (json_int_t)(left_us / (86400 * INSTANT_US_PER_SECOND)),
                     "uri",
                     certificate->uri,
                     "sha256",
                     certificate->fingerprint);
}

static bool certificate_load(const struct arguments *arguments,
                             struct client_certificate *certificate)
{
    char reason[512];
    if (!certificate_read(arguments->positionals[0], certificate, reason, sizeof reason)) {
        message("%s", reason);
        return false;
    }
    return true;
}

enum exit_code verb_cert_show(const struct arguments *arguments)
{
    struct client_certificate certificate;
    if (!certificate_load(arguments, &certificate)) {
        return EXIT_USAGE;
    }
    json_t *shown = certificate_json(&certificate, clock_now());
    if (arguments->values[OPTION_JSON]) {
        output_json(shown);
    } else {
        output_record(shown, stdout);
    }
    json_decref(shown);
    return EXIT_DONE;
}

enum exit_code verb_cert_check(const struct arguments *arguments)
{
    const char *faults[CERTIFICATE_FAULT_COUNT_MAX];
    struct client_certificate certificate;
    if (!certificate_load(arguments, &certificate)) {
        return EXIT_USAGE;
    }
    size_t count = certificate_check(&certificate, clock_now(), faults);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        message("%s", faults[i]);
        json_array_append_new(list, json_string(faults[i]));
    }
    if (arguments->values[OPTION_JSON]) {
        output_json(list);
    } else if (count == 0) {
        const char *user = certificate.identity.user;
        printf("good: party %s, role %s%s%s\n",
               certificate.identity.party,
               role_name(certificate.identity.role),
               user[0] == '\0' ? "" : ", user ",
               user);
    }
    json_decref(list);
    return count == 0 ? EXIT_DONE : EXIT_FAULT_FOUND;
}
