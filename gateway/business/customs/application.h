#pragma once
/*
 * What is applied for about a declaration that customs has taken in: its withdrawal (CEB 623) and
 * returns (CEB 625), and the answers to it (CEB 624 and 626), which have one form.
 */
#include "gateway/business/customs/declaration.h"

enum application_effect {
    APPLICATION_UNKNOWN,  /* no such status */
    APPLICATION_KEEP,     /* nothing decided */
    APPLICATION_APPROVED, /* 399; 800 as some relays send it */
    APPLICATION_REFUSED,  /* 100, or an error */
};

extern const struct record application_line_record;   /* of struct ceb_refund_line */
extern const struct record application_record;        /* of struct ceb_application */
extern const struct record application_answer_record; /* of struct ceb_application_return */

enum application_effect application_effect(const char *return_status);
/*
 * The declaration applied about, of this agent, and the key of the application. Refused: agent,
 * number or declaration unknown, another's.
 */
enum verdict application_check(struct context *context,
                               const struct ceb_application *application,
                               struct declaration *declaration_out,
                               char key_out[REFERENCE_SIZE]);
/* The key an answer is about: by its agent, else by that of the declaration. */
enum verdict application_answer_key(struct context *context,
                                    const struct ceb_application_return *answer,
                                    const struct party **agent_out,
                                    char key_out[REFERENCE_SIZE]);
