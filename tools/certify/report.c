#include "tools/certify/report.h"

#include <assert.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define US_PER_DAY (86400 * INSTANT_US_PER_SECOND)

static const char *const mac_names[] = {
    [LINK_MAC_NONE] = "none",
    [LINK_MAC_UNIONPAY_ECB] = "UnionPay ECB",
    [LINK_MAC_X9_19] = "ANSI X9.19",
    [LINK_MAC_AES_CMAC] = "AES-CMAC",
    [LINK_MAC_SM4_CBC] = "SM4-CBC",
};

/* ---- the transcript ---- */

static void result_print(const struct run *run, size_t index, const char *margin, FILE *file)
{
    const struct result *result = &run->results[index];
    const struct plan_row *row = &plan_rows[result->step->kind];
    fprintf(file,
            "%sstep %zu %s: %s\n%s  expected: %s\n%s  came: %s\n",
            margin,
            index + 1,
            row->name,
            verdict_name(result->verdict),
            margin,
            result->expected,
            margin,
            result->came);
    for (size_t i = 0; i < result->entry_count; i++) {
        transcript_print(&run->transcript->entries[result->entry_first + i], margin, file);
    }
}

void report_create(struct report *report, const struct run *run, const char *version)
{
    *report = (struct report){.run = run, .version = version};
    FILE *file = open_memstream(&report->transcript, &report->transcript_size);
    assert(file != NULL);
    for (size_t i = 0; i < run->result_count; i++) {
        result_print(run, i, "", file);
    }
    int error = fclose(file);
    assert(error == 0);
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    int is_done =
        EVP_Digest(report->transcript, report->transcript_size, digest, &size, EVP_sha256(), NULL);
    assert(is_done == 1 && size == 32);
    for (unsigned int i = 0; i < size; i++) {
        (void)snprintf(report->digest + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
}

void report_destroy(struct report *report)
{
    free(report->transcript);
}

/* ---- Markdown ---- */

/* A cell of a table: no bar, no line end. */
static void cell(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|') {
            fputs("\\|", file);
        } else {
            fputc((uint8_t)*text < 0x20 ? ' ' : *text, file);
        }
    }
}

static void row(FILE *file, const char *name, const char *text)
{
    fprintf(file, "| %s | ", name);
    cell(file, text);
    fputs(" |\n", file);
}

static void write_facts(const struct report *report, FILE *file)
{
    const struct run *run = report->run;
    const struct link_config *config = run->setting.config;
    char text[400];
    char at[INSTANT_TEXT_SIZE];
    (void)instant_format(run->started_at, at);
    fputs("# Certification of a bank link · 银行联机认证报告\n\n| | |\n|---|---|\n", file);
    row(file, "Link 链路", config->name);
    row(file, "Institution 机构号", config->institution);
    row(file, "Dialect 报文格式", config->dialect.name);
    row(file, "Authentication code 报文鉴别码", mac_names[config->mac]);
    row(file, "Bank's address 银行端地址", run->was_connected ? run->peer : config->hosts[0]);
    if (run->is_tls) {
        (void)snprintf(text, sizeof text, "%s, %s", run->session.protocol, run->session.cipher);
        row(file, "TLS", text);
        (void)instant_format(run->session.not_after, at);
        (void)snprintf(text,
                       sizeof text,
                       "%s, until %.10s, days left: %" PRId64,
                       run->session.subject,
                       at,
                       (run->session.not_after - run->started_at) / US_PER_DAY);
        row(file, "Bank's certificate 银行证书", text);
        (void)instant_format(run->started_at, at);
    } else {
        row(file, "TLS", config->certificate[0] == '\0' ? "no, plain TCP" : "no connection");
    }
    row(file, "Began 开始时间 (UTC)", at);
    row(file, "Software 软件版本", report->version);
    (void)snprintf(text,
                   sizeof text,
                   "%zu passed, %zu failed, %zu skipped",
                   run_count(run, VERDICT_PASS),
                   run_count(run, VERDICT_FAIL),
                   run_count(run, VERDICT_SKIP));
    row(file, "Result 结果", text);
}

static void write_steps(const struct report *report, FILE *file)
{
    const struct run *run = report->run;
    fputs("\n## Steps · 认证步骤\n\n"
          "| # | step 步骤 | expected 预期 | came 实际 | ms | verdict 结论 |\n"
          "|---|---|---|---|---|---|\n",
          file);
    for (size_t i = 0; i < run->result_count; i++) {
        const struct result *result = &run->results[i];
        const struct plan_row *plan = &plan_rows[result->step->kind];
        fprintf(file, "| %zu | %s: %s %s | ", i + 1, plan->name, plan->title, plan->title_chinese);
        cell(file, result->expected);
        fputs(" | ", file);
        cell(file, result->came);
        fprintf(file,
                " | %" PRId64 " | %s |\n",
                result->duration_us / 1000,
                verdict_name(result->verdict));
    }
}

static void write_failures(const struct report *report, FILE *file)
{
    const struct run *run = report->run;
    if (run_count(run, VERDICT_FAIL) == 0) {
        return;
    }
    fputs("\n## Failures · 未通过步骤\n", file);
    for (size_t i = 0; i < run->result_count; i++) {
        if (run->results[i].verdict == VERDICT_FAIL) {
            fputs("\n", file);
            result_print(run, i, "    ", file);
        }
    }
}

void report_write(const struct report *report, FILE *file)
{
    write_facts(report, file);
    write_steps(report, file);
    write_failures(report, file);
    fputs(
        "\n## Signatures · 签字\n\n"
        "| | our side 我方 | bank 银行方 |\n|---|---|---|\n"
        "| prepared by 经办 | | |\n| checked by 复核 | | |\n| date 日期 | | |\n| seal 盖章 | | |\n"
        "\n## Transcript · 报文记录\n\n"
        "Accounts, names, keys and card numbers are masked. 账号、姓名、密钥与卡号已脱敏。\n\n"
        "```text\n",
        file);
    fputs(report->transcript, file);
    fprintf(file,
            "```\n\n"
            "SHA-256 of the transcript (the lines between the fences) · 报文记录的 SHA-256:\n"
            "`%s`\n",
            report->digest);
}

/* ---- JSON ---- */

static json_t *messages_json(const struct run *run, const struct result *result)
{
    json_t *messages = json_array();
    for (size_t i = 0; i < result->entry_count; i++) {
        const struct transcript_entry *entry = &run->transcript->entries[result->entry_first + i];
        char at[INSTANT_TEXT_SIZE];
        (void)instant_format(entry->at, at);
        json_array_append_new(messages,
                              json_pack("{s:s,s:s,s:s,s:s}",
                                        "from",
                                        entry->side == TRANSCRIPT_US ? "us" : "bank",
                                        "mti",
                                        entry->mti,
                                        "at",
                                        at,
                                        "text",
                                        entry->text));
    }
    return messages;
}

static json_t *result_json(const struct run *run, const struct result *result)
{
    const struct plan_row *plan = &plan_rows[result->step->kind];
    static const char *const names[] = {
        [VERDICT_PASS] = "pass", [VERDICT_FAIL] = "fail", [VERDICT_SKIP] = "skipped"};
    char at[INSTANT_TEXT_SIZE];
    (void)instant_format(result->started_at, at);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:o}",
                     "step",
                     plan->name,
                     "verdict",
                     names[result->verdict],
                     "expected",
                     result->expected,
                     "came",
                     result->came,
                     "began_at",
                     at,
                     "duration_ms",
                     (json_int_t)(result->duration_us / 1000),
                     "messages",
                     messages_json(run, result));
}

static json_t *tls_json(const struct run *run)
{
    char not_after[INSTANT_TEXT_SIZE];
    if (!run->is_tls) {
        return json_null();
    }
    (void)instant_format(run->session.not_after, not_after);
    return json_pack("{s:s,s:s,s:s,s:s}",
                     "protocol",
                     run->session.protocol,
                     "cipher",
                     run->session.cipher,
                     "subject",
                     run->session.subject,
                     "not_after",
                     not_after);
}

json_t *report_json(const struct report *report)
{
    const struct run *run = report->run;
    const struct link_config *config = run->setting.config;
    json_t *steps = json_array();
    char at[INSTANT_TEXT_SIZE];
    for (size_t i = 0; i < run->result_count; i++) {
        json_array_append_new(steps, result_json(run, &run->results[i]));
    }
    (void)instant_format(run->started_at, at);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:s,s:I,s:I,s:I,s:o,s:s,s:s}",
                     "link",
                     config->name,
                     "institution",
                     config->institution,
                     "dialect",
                     config->dialect.name,
                     "mac",
                     mac_names[config->mac],
                     "address",
                     run->was_connected ? run->peer : config->hosts[0],
                     "tls",
                     tls_json(run),
                     "began_at",
                     at,
                     "version",
                     report->version,
                     "passed",
                     (json_int_t)run_count(run, VERDICT_PASS),
                     "failed",
                     (json_int_t)run_count(run, VERDICT_FAIL),
                     "skipped",
                     (json_int_t)run_count(run, VERDICT_SKIP),
                     "steps",
                     steps,
                     "transcript",
                     report->transcript,
                     "transcript_sha256",
                     report->digest);
}
