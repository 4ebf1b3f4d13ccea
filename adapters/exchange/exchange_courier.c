#include "adapters/exchange/exchange_courier.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum {
    BODY_SIZE_MAX = 1 << 20,
    CONNECTION_COUNT_MAX = 32,
    STATUS_OK_MIN = 200,
    STATUS_OK_MAX = 299,
};

struct parcel {
    struct exchange_courier *courier;
    struct parcel *previous;
    struct parcel *next;
    uint64_t errand;
    CURL *curl;
    uint8_t *body;
    size_t body_size;
    char error[CURL_ERROR_SIZE];
};

struct exchange_courier {
    const struct exchange_config *config;
    exchange_courier_done *done;
    void *context;
    CURLM *multi;
    struct curl_slist *headers;
    struct parcel *parcels;
};

struct exchange_courier *exchange_courier_create(const struct exchange_config *config,
                                                 exchange_courier_done *done,
                                                 void *context)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return NULL;
    }
    struct exchange_courier *courier = calloc(1, sizeof *courier);
    if (courier == NULL) {
        abort();
    }
    *courier = (struct exchange_courier){
        .config = config, .done = done, .context = context, .multi = curl_multi_init()};
    courier->headers = curl_slist_append(NULL, "Content-Type: application/xml; charset=utf-8");
    if (courier->multi == NULL || courier->headers == NULL) {
        abort();
    }
    curl_multi_setopt(courier->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTION_COUNT_MAX);
    /* No waiting for 100 Continue. */
    struct curl_slist *more = curl_slist_append(courier->headers, "Expect:");
    if (more == NULL) {
        abort();
    }
    return courier;
}

static void parcel_free(struct parcel *parcel)
{
    struct exchange_courier *courier = parcel->courier;
    if (parcel->previous != NULL) {
        parcel->previous->next = parcel->next;
    } else {
        courier->parcels = parcel->next;
    }
    if (parcel->next != NULL) {
        parcel->next->previous = parcel->previous;
    }
    curl_multi_remove_handle(courier->multi, parcel->curl);
    curl_easy_cleanup(parcel->curl);
    free(parcel->body);
    free(parcel);
}

void exchange_courier_destroy(struct exchange_courier *courier)
{
    struct parcel *next = courier->parcels;
    while (next != NULL) {
        struct parcel *parcel = next;
        next = parcel->next;
        parcel_free(parcel);
    }
    curl_slist_free_all(courier->headers);
    curl_multi_cleanup(courier->multi);
    free(courier);
    curl_global_cleanup();
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct parcel *parcel = context;
    size_t part = size * count;
    if (part > BODY_SIZE_MAX - parcel->body_size) {
        return 0; /* ends the transfer with an error */
    }
    uint8_t *larger = realloc(parcel->body, parcel->body_size + part + 1);
    if (larger == NULL) {
        abort();
    }
    memcpy(larger + parcel->body_size, data, part);
    parcel->body = larger;
    parcel->body_size += part;
    return part;
}

static void set_security(CURL *curl, const struct exchange_config *config)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_CAINFO, config->ca);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_SSLCERT, config->certificate);
    curl_easy_setopt(curl, CURLOPT_SSLKEY, config->key);
    if (config->crl[0] != '\0') {
        curl_easy_setopt(curl, CURLOPT_CRLFILE, config->crl);
    }
}

void exchange_courier_post(struct exchange_courier *courier, uint64_t errand, struct bytes message)
{
    const struct exchange_config *config = courier->config;
    struct parcel *parcel = calloc(1, sizeof *parcel);
    CURL *curl = curl_easy_init();
    if (parcel == NULL || curl == NULL) {
        abort();
    }
    *parcel = (struct parcel){
        .courier = courier, .next = courier->parcels, .errand = errand, .curl = curl};
    if (parcel->next != NULL) {
        parcel->next->previous = parcel;
    }
    courier->parcels = parcel;
    set_security(curl, config);
    curl_easy_setopt(curl, CURLOPT_URL, config->url);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, courier->headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)message.size);
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, message.data);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)config->reply_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, parcel);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, parcel->error);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, parcel);
    CURLMcode code = curl_multi_add_handle(courier->multi, curl);
    assert(code == CURLM_OK);
}

static enum exchange_post judge(CURL *curl, CURLcode code, long status)
{
    long request_size = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &request_size);
    if (code != CURLE_OK) {
        return request_size == 0 ? EXCHANGE_POST_NOT_SENT : EXCHANGE_POST_UNKNOWN;
    }
    return status >= STATUS_OK_MIN && status <= STATUS_OK_MAX ? EXCHANGE_POST_TAKEN
                                                              : EXCHANGE_POST_UNKNOWN;
}

static void finish(struct exchange_courier *courier, CURL *curl, CURLcode code)
{
    struct parcel *parcel = NULL;
    long status = 0;
    char reason[32] = "";
    curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&parcel);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    struct exchange_posted posted = {
        .errand = parcel->errand,
        .post = judge(curl, code, status),
        .body = {.data = parcel->body, .size = parcel->body_size},
        .reason = reason,
    };
    if (code != CURLE_OK) {
        posted.body = (struct bytes){0}; /* cut short */
        posted.reason = parcel->error[0] == '\0' ? curl_easy_strerror(code) : parcel->error;
    } else if (posted.post != EXCHANGE_POST_TAKEN) {
        snprintf(reason, sizeof reason, "HTTP status %ld", status);
    }
    courier->done(courier->context, &posted);
    parcel_free(parcel);
}

void exchange_courier_run(struct exchange_courier *courier)
{
    int running = 0;
    int left = 0;
    curl_multi_perform(courier->multi, &running);
    const CURLMsg *message = curl_multi_info_read(courier->multi, &left);
    while (message != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finish(courier, message->easy_handle, message->data.result);
        }
        message = curl_multi_info_read(courier->multi, &left);
    }
}

void exchange_courier_wait(struct exchange_courier *courier,
                           const int descriptors[2],
                           int64_t timeout_us)
{
    struct curl_waitfd watched[2];
    unsigned int count = 0;
    for (size_t i = 0; i < 2; i++) {
        if (descriptors[i] >= 0) {
            watched[count++] =
                (struct curl_waitfd){.fd = descriptors[i], .events = CURL_WAIT_POLLIN};
        }
    }
    int timeout_ms = timeout_us <= 0 ? 0 : (int)((timeout_us + 999) / 1000);
    curl_multi_poll(courier->multi, watched, count, timeout_ms, NULL);
}
