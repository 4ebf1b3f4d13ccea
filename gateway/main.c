/* The house, top to bottom: configuration, banks, webhooks, engine, readers, doors, server; then
 * signals. */
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "gateway/api/api.h"
#include "gateway/api/customs_channel.h"
#include "gateway/config.h"
#include "gateway/gauges.h"
#include "gateway/links.h"
#include "gateway/news.h"
#include "ledger/base/log.h"

enum exit_code {
    EXIT_GOOD = 0,
    EXIT_CONFIGURATION = 2,
    EXIT_START = 3,   /* something it needs is missing or busy */
    EXIT_STOPPED = 4, /* the engine can never go on: fenced, or the journal is corrupt */
};

struct house {
    struct config config;
    struct journal_config journal;
    struct banks *banks;
    struct customs_channels *channels;
    struct webhooks *webhooks;
    struct news news;
    struct engine *engine;
    struct readers *readers;
    struct api *api;
    struct metrics *metrics;
    struct gauges *gauges;
    struct server *server;
    char message[256];
};

/* Secrets live in this process: no core file, no peeking by others of the same user. */
static void process_harden(void)
{
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static bool is_ready(void *context, char *reason_out, size_t size)
{
    struct engine_report report;
    engine_read_report(context, &report);
    if (report.state != ENGINE_ACTIVE) {
        (void)snprintf(reason_out, size, "%s", report.reason);
        return false;
    }
    return true;
}

static bool banks_find_links(struct house *house)
{
    const struct config *config = &house->config;
    struct banks_config banks = {
        .directory = config->links,
        .openers = link_openers,
        .opener_count = link_opener_count,
        .vault_file = config->vault,
        .open_count_max = (size_t)config->open_payments,
        .inquire_count = config->bank_inquiries,
        .retry_first_us = config->bank_retry_ms * 1000,
        .retry_max_us = config->bank_retry_max_ms * 1000,
    };
    house->banks = banks_create(&banks, house->message, sizeof house->message);
    return house->banks != NULL;
}

static bool webhooks_prepare(struct house *house)
{
    const struct config *config = &house->config;
    struct webhooks_config webhooks = {
        .vault_file = config->vault,
        .ca_file = config->webhook_ca,
        .allow = config->webhook_allow,
        .connect_ms = config->webhook_connect_ms,
        .whole_ms = config->webhook_reply_ms,
        .retry_us = config->webhook_retry_ms * 1000,
        .retry_max_us = config->webhook_retry_max_ms * 1000,
        .attempt_count_max = config->webhook_attempts,
    };
    house->webhooks = webhooks_create(&webhooks, house->message, sizeof house->message);
    return house->webhooks != NULL;
}

static bool engine_start(struct house *house)
{
    news_listen(&house->news, banks_news(house->banks));
    news_listen(&house->news, webhooks_news(house->webhooks));
    const struct config *config = &house->config;
    struct engine_config engine = {
        .news = news_all(&house->news),
        .clock = (enum clock_kind)config->clock,
        .four_eyes = (enum four_eyes)config->four_eyes,
        .conninfo = config->database,
        .vault_file = config->vault,
        .account_count_max = (size_t)config->accounts,
        .pending_count_max = (size_t)config->pendings,
        .document_count_max = (size_t)config->documents,
        .presence_key_count = (size_t)config->known_keys,
        .queue_count_max = (size_t)config->queue,
        .leaf_transfer_count = config->partition_transfers,
        .checkpoint_transfer_count = config->checkpoint_transfers,
        .lease_us = config->lease_seconds * INSTANT_US_PER_SECOND,
    };
    if (engine.four_eyes == FOUR_EYES_OFF) {
        LOG(LOG_WARNING, "one person may do what takes two", LOG_TEXT("four_eyes", "off"));
    }
    house->engine = engine_create(&engine, house->message, sizeof house->message);
    return house->engine != NULL &&
           banks_start(house->banks, house->engine, house->message, sizeof house->message) &&
           webhooks_start(house->webhooks, house->engine, house->message, sizeof house->message);
}

static bool doors_open(struct house *house)
{
    const struct config *config = &house->config;
    struct readers_config readers = {
        .journal = engine_journal_config(house->engine),
        .vault_file = config->vault,
        .thread_count = 2,
        .queue_count_max = (size_t)config->queue,
    };
    house->readers = readers_create(&readers);
    house->channels =
        customs_channels_load(config->customs_channels, house->message, sizeof house->message);
    if (house->channels == NULL) {
        return false;
    }
    struct api_config api = {
        .engine = house->engine,
        .readers = house->readers,
        .banks = house->banks,
        .channels = house->channels,
        .vault_file = config->vault,
        .thread_count = (size_t)config->threads,
        .signature = (enum customs_signature)config->customs_signature,
        .xmldsig = {.rsa_bits_min = (int)config->customs_rsa_bits,
                    .spelling = (enum xmldsig_spelling)config->customs_signature_spelling},
    };
    house->api = api_create(&api);
    house->metrics = metrics_create();
    house->gauges = gauges_create(house->metrics, house->banks, house->webhooks);
    struct server_config server = {
        .metrics = house->metrics,
        .listen_address = config->listen_address,
        .listen_port = (uint16_t)config->listen_port,
        .certificate_file = config->certificate,
        .key_file = config->key,
        .client_ca_file = config->client_ca,
        .crl_file = config->crl,
        .thread_count = (size_t)config->threads,
        .connection_count_max = (size_t)config->connections,
        .connection_count_per_party_max = (size_t)config->connections_per_party,
        .handshake_deadline_us = config->handshake_seconds * INSTANT_US_PER_SECOND,
        .header_deadline_us = config->header_seconds * INSTANT_US_PER_SECOND,
        .body_deadline_us = config->body_seconds * INSTANT_US_PER_SECOND,
        .idle_deadline_us = config->idle_seconds * INSTANT_US_PER_SECOND,
        .is_ready = is_ready,
        .ready_context = house->engine,
    };
    server.routes = api_routes(house->api, &server.route_count);
    house->server = server_create(&server, house->message, sizeof house->message);
    if (house->server == NULL) {
        return false;
    }
    api_attach(house->api, house->server);
    LOG(LOG_INFO,
        "listening",
        LOG_TEXT("address", config->listen_address),
        LOG_NUMBER("port", server_port(house->server)));
    return true;
}

/* First nobody new, then what is under way, then the engine, then what it stood on. */
static void house_close(struct house *house)
{
    if (house->server != NULL) {
        server_drain(house->server, house->config.drain_seconds * INSTANT_US_PER_SECOND);
    }
    if (house->banks != NULL) {
        banks_stop(house->banks);
    }
    if (house->webhooks != NULL) {
        webhooks_stop(house->webhooks);
    }
    if (house->engine != NULL) {
        engine_stop(house->engine);
    }
    if (house->readers != NULL) {
        readers_destroy(house->readers);
    }
    if (house->server != NULL) {
        server_destroy(house->server);
    }
    if (house->metrics != NULL) {
        gauges_destroy(house->gauges);
        metrics_destroy(house->metrics);
    }
    if (house->api != NULL) {
        api_destroy(house->api);
    }
    if (house->banks != NULL) {
        banks_destroy(house->banks);
    }
    customs_channels_free(house->channels);
    if (house->webhooks != NULL) {
        webhooks_destroy(house->webhooks);
    }
    if (house->engine != NULL) {
        engine_destroy(house->engine);
    }
}

/* Until SIGTERM or SIGINT, or until the engine can never go on. */
static enum exit_code house_live(struct house *house, const sigset_t *signals)
{
    struct timespec second = {.tv_sec = 1};
    for (;;) {
        int signal = sigtimedwait(signals, NULL, &second);
        if (signal == SIGHUP) {
            bool is_reloaded = server_reload(house->server, house->message, sizeof house->message);
            LOG(is_reloaded ? LOG_INFO : LOG_ERROR,
                "certificates and revocation list reloaded",
                LOG_TEXT("result", is_reloaded ? "ok" : house->message));
        } else if (signal == SIGTERM || signal == SIGINT) {
            LOG(LOG_INFO, "draining", LOG_NUMBER("signal", signal));
            return EXIT_GOOD;
        }
        struct engine_report report;
        engine_read_report(house->engine, &report);
        gauges_refresh(house->gauges, &report);
        if (report.state == ENGINE_STOPPED) {
            return EXIT_STOPPED;
        }
    }
}

static int usage(void)
{
    fputs("usage: kouan-gateway --config FILE | --print-config\n", stderr);
    return EXIT_CONFIGURATION;
}

/* Memory given back to the kernel is missed at the next request, and costs more to get again than
 * all the work on a small one. */
static void memory_keep(void)
{
    enum {
        KEPT_SIZE = 256 << 20,
        MAPPED_SIZE_MIN = 32 << 20
    };
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_SIZE);
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_SIZE_MIN);
}

int main(int argument_count, char **arguments)
{
    if (argument_count == 2 && strcmp(arguments[1], "--print-config") == 0) {
        config_print();
        return EXIT_GOOD;
    }
    if (argument_count != 3 || strcmp(arguments[1], "--config") != 0) {
        return usage();
    }
    static struct house house;
    process_harden();
    memory_keep();
    if (!config_load(arguments[2], &house.config, house.message, sizeof house.message)) {
        fprintf(stderr, "kouan-gateway: %s\n", house.message);
        return EXIT_CONFIGURATION;
    }
    log_set_level((enum log_level)house.config.log_level);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    /* Blocked before any thread starts, so that only this one receives them. */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    enum exit_code code = EXIT_START;
    if (banks_find_links(&house) && webhooks_prepare(&house) && engine_start(&house) &&
        doors_open(&house)) {
        code = house_live(&house, &signals);
    } else {
        fprintf(stderr, "kouan-gateway: %s\n", house.message);
    }
    house_close(&house);
    return (int)code;
}
