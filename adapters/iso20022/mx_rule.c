#include "adapters/iso20022/mx_rule.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ISO_URI "urn:iso:std:iso:20022:tech:xsd:"
/* After the pattern of CNAPS, whose namespaces are urn:cnaps:std:...; the member bank's guide
 * decides. */
#define CIPS_URI "urn:cips:std:cips:2010:tech:xsd:"

const char *const mx_settlement_words[] = {"INDA", "INGA", "COVE", "CLRG", NULL};
const char *const mx_bearer_words[] = {"DEBT", "CRED", "SHAR", "SLEV", NULL};
const char *const mx_status_words[] = {"ACCC",
                                       "ACCP",
                                       "ACFC",
                                       "ACSC",
                                       "ACSP",
                                       "ACTC",
                                       "ACWC",
                                       "ACWP",
                                       "BLCK",
                                       "CANC",
                                       "PART",
                                       "PATC",
                                       "PDNG",
                                       "PRES",
                                       "RCVD",
                                       "RJCT",
                                       NULL};
const char *const mx_confirmation_words[] = {"CNCL", "PDCR", "RJCR", "PECR", "UWFW", "INFO", NULL};
const char *const mx_recall_words[] = {"RJCR", "ACCR", "PDCR", NULL};
const char *const mx_side_words[] = {"CRDT", "DBIT", NULL};
const char *const mx_entry_words[] = {"BOOK", "PDNG", "INFO", "FUTR", NULL};

/* The first row of a type is the one written; the others are read, because what the house needs
 * of them stands in the same places. */
static const struct mx_namespace namespaces[] = {
    {ISO_URI "pacs.008.001.08",  ISO20022_PACS_008,    8 },
    {ISO_URI "pacs.008.001.07",  ISO20022_PACS_008,    7 },
    {ISO_URI "pacs.008.001.09",  ISO20022_PACS_008,    9 },
    {ISO_URI "pacs.009.001.08",  ISO20022_PACS_009,    8 },
    {ISO_URI "pacs.009.001.07",  ISO20022_PACS_009,    7 },
    {ISO_URI "pacs.009.001.09",  ISO20022_PACS_009,    9 },
    {ISO_URI "pacs.002.001.10",  ISO20022_PACS_002,    10},
    {ISO_URI "pacs.002.001.09",  ISO20022_PACS_002,    9 },
    {ISO_URI "pacs.002.001.11",  ISO20022_PACS_002,    11},
    {ISO_URI "pacs.004.001.09",  ISO20022_PACS_004,    9 },
    {ISO_URI "pacs.004.001.08",  ISO20022_PACS_004,    8 },
    {ISO_URI "pacs.004.001.10",  ISO20022_PACS_004,    10},
    {ISO_URI "pacs.028.001.03",  ISO20022_PACS_028,    3 },
    {ISO_URI "pacs.028.001.02",  ISO20022_PACS_028,    2 },
    {ISO_URI "pacs.028.001.04",  ISO20022_PACS_028,    4 },
    {ISO_URI "camt.056.001.08",  ISO20022_CAMT_056,    8 },
    {ISO_URI "camt.056.001.07",  ISO20022_CAMT_056,    7 },
    {ISO_URI "camt.056.001.09",  ISO20022_CAMT_056,    9 },
    {ISO_URI "camt.029.001.09",  ISO20022_CAMT_029,    9 },
    {ISO_URI "camt.029.001.08",  ISO20022_CAMT_029,    8 },
    {ISO_URI "camt.029.001.10",  ISO20022_CAMT_029,    10},
    {ISO_URI "camt.053.001.08",  ISO20022_CAMT_053,    8 },
    {ISO_URI "camt.053.001.07",  ISO20022_CAMT_053,    7 },
    {ISO_URI "camt.053.001.09",  ISO20022_CAMT_053,    9 },
    {ISO_URI "camt.054.001.08",  ISO20022_CAMT_054,    8 },
    {ISO_URI "camt.054.001.07",  ISO20022_CAMT_054,    7 },
    {ISO_URI "camt.054.001.09",  ISO20022_CAMT_054,    9 },
    {CIPS_URI "cips.111.001.01", ISO20022_CIPS_111_01, 1 },
    {CIPS_URI "cips.111.001.02", ISO20022_CIPS_111_02, 2 },
};

static const struct {
    enum iso20022_type type;
    const struct mx_record *document;
} documents[] = {
    {ISO20022_PACS_008,    &mx_pacs_008},
    {ISO20022_PACS_009,    &mx_pacs_009},
    {ISO20022_PACS_002,    &mx_pacs_002},
    {ISO20022_PACS_004,    &mx_pacs_004},
    {ISO20022_PACS_028,    &mx_pacs_028},
    {ISO20022_CAMT_056,    &mx_camt_056},
    {ISO20022_CAMT_029,    &mx_camt_029},
    {ISO20022_CAMT_053,    &mx_camt_053},
    {ISO20022_CAMT_054,    &mx_camt_054},
    {ISO20022_CIPS_111_01, &mx_pacs_008},
    {ISO20022_CIPS_111_02, &mx_pacs_008},
};

static const char *const header_uris[] = {
    MX_HEADER_URI,
    ISO_URI "head.001.001.01",
    ISO_URI "head.001.001.03",
};

static const char *const envelopes[] = {
    MX_ENVELOPE_NAME,
    "BizMsg",
    "BizMsgEnvlp",
    "BusinessMessage",
    "Envelope",
    "Hdr", /* of BizMsgEnvlp (nvlp.001), with Doc */
    "Doc",
};

#define COUNT_OF(table) (sizeof(table) / sizeof(table)[0])

const struct mx_namespace *mx_namespace_find(const char *uri, bool *is_family_out)
{
    size_t family_size = 0;
    *is_family_out = false;
    for (size_t i = 0; i < COUNT_OF(namespaces); i++) {
        if (strcmp(namespaces[i].uri, uri) == 0) {
            return &namespaces[i];
        }
        family_size = strlen(namespaces[i].uri) - strlen("08");
        *is_family_out |= strncmp(namespaces[i].uri, uri, family_size) == 0;
    }
    return NULL;
}

const struct mx_namespace *mx_namespace_of(enum iso20022_type type)
{
    for (size_t i = 0; i < COUNT_OF(namespaces); i++) {
        if (namespaces[i].type == type) {
            return &namespaces[i];
        }
    }
    assert(0 && "a type without a namespace");
    return NULL;
}

const char *mx_namespace_name(const struct mx_namespace *space)
{
    return strrchr(space->uri, ':') + 1;
}

const struct mx_record *mx_document_of(enum iso20022_type type)
{
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        if (documents[i].type == type) {
            return documents[i].document;
        }
    }
    assert(0 && "a type without a document");
    return NULL;
}

bool mx_is_header(const char *uri)
{
    for (size_t i = 0; i < COUNT_OF(header_uris); i++) {
        if (strcmp(header_uris[i], uri) == 0) {
            return true;
        }
    }
    return false;
}

bool mx_is_envelope(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(envelopes); i++) {
        if (strcmp(envelopes[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool mx_row_applies(const struct mx_row *row, enum iso20022_type type)
{
    return (row->flags & MX_EXTENSION) == 0 || type != ISO20022_CIPS_111_01;
}

const char *mx_row_element(const struct mx_row *row)
{
    const char *slash = strrchr(row->path, '/');
    return slash == NULL ? row->path : slash + 1;
}

bool mx_given_check(const struct mx_record *record, uint64_t given, struct xml_fault *fault_out)
{
    for (size_t i = 0; i < record->row_count; i++) {
        const struct mx_row *row = &record->rows[i];
        bool has_this = (given >> i & 1u) != 0;
        bool has_next = (row->flags & MX_OR_NEXT) != 0 && (given >> (i + 1) & 1u) != 0;
        if (has_this && has_next) {
            return mx_refuse(
                fault_out, "choice", mx_row_element(row), "two elements exclude each other");
        }
        if ((row->flags & MX_REQUIRED) != 0 && !has_this && !has_next) {
            return mx_refuse(
                fault_out, "missing", mx_row_element(row), "a required element is absent or empty");
        }
    }
    return true;
}

bool mx_refuse(struct xml_fault *fault, const char *code, const char *element, const char *detail)
{
    fault->code = code;
    snprintf(fault->element, sizeof fault->element, "%s", element);
    snprintf(fault->detail, sizeof fault->detail, "%s", detail);
    return false;
}

bool mx_is_absent(const char *text)
{
    return text == NULL || text[0] == '\0';
}
