#include "tests/exchange/till.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "adapters/exchange/exchange.h"
#include "ledger/base/date.h"

enum {
    PATIENCE_S = 20,
};

static void on_answered(void *context, const struct adapter_answer *answer)
{
    struct till *till = context;
    pthread_mutex_lock(&till->mutex);
    assert(till->answer_count < TILL_COUNT_MAX);
    till->answers[till->answer_count++] = *answer;
    pthread_cond_broadcast(&till->changed);
    pthread_mutex_unlock(&till->mutex);
}

static void
on_advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    struct till *till = context;
    pthread_mutex_lock(&till->mutex);
    assert(till->advice_count < TILL_COUNT_MAX);
    till->tickets[till->advice_count] = ticket;
    till->advices[till->advice_count++] = *advice;
    enum till_habit habit = till->habit;
    pthread_cond_broadcast(&till->changed);
    pthread_mutex_unlock(&till->mutex);
    if (habit != TILL_IS_SILENT) {
        adapter_reply(
            till->adapter, ticket, habit == TILL_ACCEPTS ? ADAPTER_ACCEPTED : ADAPTER_REFUSED);
    }
}

static void on_strayed(void *context, const struct adapter_stray *stray)
{
    struct till *till = context;
    pthread_mutex_lock(&till->mutex);
    assert(till->stray_count < TILL_COUNT_MAX);
    till->strays[till->stray_count++] = *stray;
    pthread_cond_broadcast(&till->changed);
    pthread_mutex_unlock(&till->mutex);
}

static void on_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    (void)context;
    (void)totals;
    (void)ticket;
    abort();
}

static void on_cut_over(void *context, date_days new_day)
{
    (void)context;
    (void)new_day;
    abort();
}

static void on_changed(void *context, enum adapter_state state, const char *reason)
{
    struct till *till = context;
    (void)reason;
    pthread_mutex_lock(&till->mutex);
    till->is_up = state == ADAPTER_UP;
    pthread_cond_broadcast(&till->changed);
    pthread_mutex_unlock(&till->mutex);
}

void till_create(struct till *till)
{
    *till = (struct till){.directory = "/tmp/kouan-exchange-XXXXXX"};
    if (mkdtemp(till->directory) == NULL) {
        abort();
    }
    snprintf(till->config, sizeof till->config, "%s/bank.iso20022.yaml", till->directory);
    pthread_mutex_init(&till->mutex, NULL);
    pthread_cond_init(&till->changed, NULL);
}

void till_destroy(struct till *till)
{
    char line[TILL_PATH_SIZE];
    snprintf(line, sizeof line, "rm -r %s", till->directory);
    if (system(line) != 0) {
        abort();
    }
    pthread_cond_destroy(&till->changed);
    pthread_mutex_destroy(&till->mutex);
}

void till_open(struct till *till, const char *more)
{
    const struct adapter_events events = {.context = till,
                                          .answered = on_answered,
                                          .advised = on_advised,
                                          .told_totals = on_totals,
                                          .cut_over = on_cut_over,
                                          .changed = on_changed,
                                          .strayed = on_strayed};
    char message[400] = "";
    FILE *file = fopen(till->config, "w");
    assert(file != NULL);
    fprintf(file,
            "directory: %s/spool\nour_bic: ZZZACNBJ\nbank_bic: ZZZBCNBJ\n"
            "bank_member: \"103196123456\"\nscan_ms: 20\nretry_ms: 50\n%s%s",
            till->directory,
            strstr(more, "reply_ms") == NULL ? "reply_ms: 300\n" : "",
            more);
    fclose(file);
    /* Replies of the other thread need the adapter, which is there when the lock is free. */
    pthread_mutex_lock(&till->mutex);
    till->adapter = exchange_create(till->config, &events, message, sizeof message);
    pthread_mutex_unlock(&till->mutex);
    if (till->adapter == NULL) {
        fprintf(stderr, "exchange: %s\n", message);
        abort();
    }
}

void till_close(struct till *till)
{
    adapter_destroy(till->adapter);
    till->adapter = NULL;
}

int till_set_up(void **state)
{
    struct till *till = *state;
    till_create(till);
    till_open(till, "");
    return 0;
}

int till_tear_down(void **state)
{
    struct till *till = *state;
    if (till->adapter != NULL) {
        till_close(till);
    }
    till_destroy(till);
    return 0;
}

struct adapter_request till_request(enum adapter_act act, const char *reference, int64_t attempt)
{
    struct adapter_request request = {
        .act = act,
        .attempt = attempt,
        .order = {.amount = {.minor = 123456, .currency = CURRENCY_CNY},
                  .trace = 7,
                  .sent_at = INT64_C(1795401660000000),
                  .business_day = date_from_civil(2026, 11, 23),
                  .debtor_name = "满洲里跨境电商有限公司",
                  .debtor_account = "6217000010001234567",
                  .creditor_name = "Müller & Söhne <Import> GmbH",
                  .creditor_account = "DE89370400440532013000",
                  .creditor_bank = "ZZZDDEFF500",
                  .remittance = "货款 order 4711"}
    };
    snprintf(request.order.reference, sizeof request.order.reference, "%s", reference);
    return request;
}

void till_ask(struct till *till, enum adapter_act act, const char *reference, int64_t attempt)
{
    struct adapter_request request = till_request(act, reference, attempt);
    enum status status = adapter_request(till->adapter, &request);
    assert(status == STATUS_OK);
}

static struct timespec patience(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    return until;
}

static void await_count(struct till *till, const size_t *count, size_t least)
{
    struct timespec until = patience();
    int error = 0;
    while (*count < least && error == 0) {
        error = pthread_cond_timedwait(&till->changed, &till->mutex, &until);
    }
    if (*count < least) {
        fprintf(stderr, "only %zu of %zu came\n", *count, least);
        abort();
    }
}

struct adapter_answer till_answer(struct till *till, size_t index)
{
    pthread_mutex_lock(&till->mutex);
    await_count(till, &till->answer_count, index + 1);
    struct adapter_answer answer = till->answers[index];
    pthread_mutex_unlock(&till->mutex);
    return answer;
}

struct adapter_advice till_advice(struct till *till, size_t index)
{
    pthread_mutex_lock(&till->mutex);
    await_count(till, &till->advice_count, index + 1);
    struct adapter_advice advice = till->advices[index];
    pthread_mutex_unlock(&till->mutex);
    return advice;
}

struct adapter_stray till_stray(struct till *till, size_t index)
{
    pthread_mutex_lock(&till->mutex);
    await_count(till, &till->stray_count, index + 1);
    struct adapter_stray stray = till->strays[index];
    pthread_mutex_unlock(&till->mutex);
    return stray;
}

size_t till_advice_count(struct till *till)
{
    pthread_mutex_lock(&till->mutex);
    size_t count = till->advice_count;
    pthread_mutex_unlock(&till->mutex);
    return count;
}

void till_set_habit(struct till *till, enum till_habit habit)
{
    pthread_mutex_lock(&till->mutex);
    till->habit = habit;
    pthread_mutex_unlock(&till->mutex);
}

void till_reply(struct till *till, size_t index, enum adapter_reply reply)
{
    pthread_mutex_lock(&till->mutex);
    await_count(till, &till->advice_count, index + 1);
    struct adapter_ticket ticket = till->tickets[index];
    pthread_mutex_unlock(&till->mutex);
    adapter_reply(till->adapter, ticket, reply);
}

struct adapter_report till_report(struct till *till)
{
    struct adapter_report report;
    adapter_read_report(till->adapter, &report);
    return report;
}

static void place_path(const struct till *till, const char *place, char path_out[TILL_PATH_SIZE])
{
    int size = snprintf(path_out, TILL_PATH_SIZE, "%s/spool/%s", till->directory, place);
    assert(size < TILL_PATH_SIZE);
}

void till_put(struct till *till, const char *place, const char *text)
{
    char path[TILL_PATH_SIZE];
    char part[TILL_PATH_SIZE + 8];
    place_path(till, place, path);
    snprintf(part, sizeof part, "%s.part", path);
    FILE *file = fopen(part, "w");
    assert(file != NULL);
    fputs(text, file);
    fclose(file);
    int error = rename(part, path);
    assert(error == 0);
}

void till_lay(struct till *till, const char *place, char *text)
{
    till_put(till, place, text);
    free(text);
}

bool till_has(struct till *till, const char *place)
{
    char path[TILL_PATH_SIZE];
    place_path(till, place, path);
    return access(path, F_OK) == 0;
}

static void await_file(struct till *till, const char *place, bool *is_there, bool wanted)
{
    instant_us until = clock_monotonic() + PATIENCE_S * INSTANT_US_PER_SECOND;
    const struct timespec moment = {.tv_nsec = 5000000};
    *is_there = till_has(till, place);
    while (*is_there != wanted) {
        if (clock_monotonic() > until) {
            fprintf(stderr, "%s is %s\n", place, wanted ? "not there" : "still there");
            abort();
        }
        nanosleep(&moment, NULL);
        *is_there = till_has(till, place);
    }
}

void till_await(struct till *till, const char *place)
{
    bool is_there;
    await_file(till, place, &is_there, true);
}

void till_await_gone(struct till *till, const char *place)
{
    bool is_there;
    await_file(till, place, &is_there, false);
}

char *till_take(struct till *till, const char *place)
{
    char path[TILL_PATH_SIZE];
    till_await(till, place);
    place_path(till, place, path);
    FILE *file = fopen(path, "r");
    assert(file != NULL);
    char *text = calloc(1, TILL_TEXT_SIZE);
    assert(text != NULL);
    size_t size = fread(text, 1, TILL_TEXT_SIZE - 1, file);
    assert(size < TILL_TEXT_SIZE - 1);
    fclose(file);
    return text;
}

size_t till_count(struct till *till, const char *folder)
{
    char path[TILL_PATH_SIZE];
    place_path(till, folder, path);
    DIR *open = opendir(path);
    assert(open != NULL);
    size_t count = 0;
    for (const struct dirent *each = readdir(open); each != NULL; each = readdir(open)) {
        count += each->d_name[0] != '.' ? 1 : 0;
    }
    closedir(open);
    return count;
}

__attribute__((format(printf, 1, 2))) static char *print(const char *format, ...)
{
    char *text = calloc(1, TILL_TEXT_SIZE);
    assert(text != NULL);
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, TILL_TEXT_SIZE, format, arguments);
    va_end(arguments);
    assert(size >= 0 && size < TILL_TEXT_SIZE);
    return text;
}

static const char *reason_open(const char *reason)
{
    return reason == NULL ? "<!--" : "<Rsn><Cd>";
}

char *
till_pacs_002(const char *message_id, const char *reference, const char *status, const char *reason)
{
    return print("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10\">"
                 "<FIToFIPmtStsRpt><GrpHdr><MsgId>%s</MsgId><CreDtTm>2026-11-23T06:45:00Z</CreDtTm>"
                 "</GrpHdr><TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts>"
                 "<StsRsnInf>%s%s%s</StsRsnInf><AcctSvcrRef>BR-9</AcctSvcrRef></TxInfAndSts>"
                 "</FIToFIPmtStsRpt></Document>",
                 message_id,
                 reference,
                 status,
                 reason_open(reason),
                 reason == NULL ? "" : reason,
                 reason == NULL ? "-->" : "</Cd></Rsn>");
}

char *
till_camt_029(const char *message_id, const char *reference, const char *status, const char *reason)
{
    return print("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.029.001.09\">"
                 "<RsltnOfInvstgtn><Assgnmt><Id>%s</Id>"
                 "<Assgnr><Agt><FinInstnId><BICFI>ZZZBCNBJ</BICFI></FinInstnId></Agt></Assgnr>"
                 "<Assgne><Agt><FinInstnId><BICFI>ZZZACNBJ</BICFI></FinInstnId></Agt></Assgne>"
                 "<CreDtTm>2026-11-23T09:00:00Z</CreDtTm></Assgnmt><Sts><Conf>%s</Conf></Sts>"
                 "<CxlDtls><TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId>"
                 "<TxCxlSts>%s</TxCxlSts><CxlStsRsnInf>%s%s%s</CxlStsRsnInf></TxInfAndSts>"
                 "</CxlDtls></RsltnOfInvstgtn></Document>",
                 message_id,
                 strcmp(status, "ACCR") == 0 ? "CNCL" : status,
                 reference,
                 status,
                 reason_open(reason),
                 reason == NULL ? "" : reason,
                 reason == NULL ? "-->" : "</Cd></Rsn>");
}

char *till_pacs_004(const char *message_id,
                    const char *return_id,
                    const char *reference,
                    const char *amount)
{
    return print("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09\"><PmtRtr>"
                 "<GrpHdr><MsgId>%s</MsgId><CreDtTm>2026-11-25T01:00:00Z</CreDtTm>"
                 "<NbOfTxs>1</NbOfTxs><IntrBkSttlmDt>2026-11-25</IntrBkSttlmDt>"
                 "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr><TxInf>"
                 "<RtrId>%s</RtrId><OrgnlEndToEndId>%s</OrgnlEndToEndId>"
                 "<OrgnlIntrBkSttlmAmt Ccy=\"CNY\">1234.56</OrgnlIntrBkSttlmAmt>"
                 "<RtrdIntrBkSttlmAmt Ccy=\"CNY\">%s</RtrdIntrBkSttlmAmt>"
                 "<RtrRsnInf><Rsn><Cd>AC01</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr></Document>",
                 message_id,
                 return_id,
                 reference,
                 amount);
}

char *till_camt_054(const char *message_id, size_t count)
{
    char *entries = calloc(1, TILL_TEXT_SIZE);
    assert(entries != NULL);
    size_t size = 0;
    for (size_t i = 1; i <= count; i++) {
        size += (size_t)snprintf(
            entries + size,
            TILL_TEXT_SIZE - size,
            "<Ntry><Amt Ccy=\"CNY\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            "<BookgDt><Dt>2026-11-23</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></"
            "ValDt><AcctSvcrRef>B%zu</AcctSvcrRef>"
            "<BkTxCd><Prtry><Cd>IN</Cd></Prtry></BkTxCd><NtryDtls><TxDtls>"
            "<Refs><EndToEndId>E-%zu</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Ромашка</Nm>"
            "<PstlAdr><Ctry>RU</Ctry></PstlAdr></Pty></Dbtr></RltdPties><RltdAgts><DbtrAgt>"
            "<FinInstnId><BICFI>TESTRUMMXXX</BICFI></FinInstnId></DbtrAgt></"
            "RltdAgts><RmtInf><Ustrd>KA%zu</Ustrd></RmtInf></TxDtls></NtryDtls>"
            "</Ntry>",
            i,
            i,
            i);
        assert(size < TILL_TEXT_SIZE);
    }
    char *text = print("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\">"
                       "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>%s</MsgId>"
                       "<CreDtTm>2026-11-23T15:00:00+08:00</CreDtTm></GrpHdr><Ntfctn><Id>N-1</Id>"
                       "<Acct><Id><Othr><Id>15001234567890</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
                       "%s</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>",
                       message_id,
                       entries);
    free(entries);
    return text;
}
