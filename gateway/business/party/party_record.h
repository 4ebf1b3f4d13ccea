#pragma once
/* The commands about parties and their answers, as they come over the wire. */
#include "gateway/business/party/party.h"

struct party_register {
    char id[PARTY_ID_SIZE];
    int32_t kind;
    char name[201];
    char name_latin[201];
    char customs_code[11];
    char uscc[19];
    char bic[12];
    char district[5];
    char person_name[201];
    char id_card[19];
};

/* party.activate, party.suspend, party.close */
struct party_change {
    char id[PARTY_ID_SIZE];
    char reason[201];
};

struct party_answer {
    char id[PARTY_ID_SIZE];
    int64_t number;
    int32_t state;
};

struct signing_key_register {
    char party[PARTY_ID_SIZE];
    char key_id[41];
    struct bytes public_key;
};

struct signing_key_answer {
    char party[PARTY_ID_SIZE];
    char key_id[41];
};
