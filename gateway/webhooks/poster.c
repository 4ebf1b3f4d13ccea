#include "gateway/webhooks/poster.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/date.h"

enum {
    ANSWER_SIZE_MAX = 16 << 10,
    HEADERS_SIZE_MAX = 32 << 10,
    KEPT_CONNECTION_COUNT = 64,
    CONNECTION_AGE_S = 60,
    RETRY_AFTER_S_MAX = 86400,
};

struct parcel {
    struct poster *poster;
    struct parcel *next;
    struct parcel *previous;
    void *owner;
    CURL *curl;
    struct curl_slist *headers;
    size_t answer_size;
    size_t headers_size;
    bool is_cut;     /* the answer goes on, unread */
    bool is_refused; /* by the guard, at least once */
};

struct poster {
    struct poster_config config;
    poster_done *done;
    void *context;
    CURLM *multi;
    struct parcel *parcels;
};

/* Where even a list of headers finds no memory, nothing can be promised. */
static void require(bool is_there)
{
    if (!is_there) {
        fputs("out of memory: webhooks\n", stderr);
        abort();
    }
}

struct poster *poster_create(const struct poster_config *config, poster_done *done, void *context)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return NULL;
    }
    struct poster *poster = calloc(1, sizeof *poster);
    require(poster != NULL);
    *poster = (struct poster){
        .config = *config, .done = done, .context = context, .multi = curl_multi_init()};
    require(poster->multi != NULL);
    curl_multi_setopt(poster->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTION_COUNT);
    return poster;
}

static void parcel_free(struct parcel *parcel)
{
    struct poster *poster = parcel->poster;
    if (parcel->previous != NULL) {
        parcel->previous->next = parcel->next;
    } else {
        poster->parcels = parcel->next;
    }
    if (parcel->next != NULL) {
        parcel->next->previous = parcel->previous;
    }
    curl_multi_remove_handle(poster->multi, parcel->curl);
    curl_easy_cleanup(parcel->curl);
    curl_slist_free_all(parcel->headers);
    free(parcel);
}

void poster_destroy(struct poster *poster)
{
    struct parcel *next = poster->parcels;
    while (next != NULL) {
        struct parcel *parcel = next;
        next = parcel->next;
        parcel_free(parcel);
    }
    curl_multi_cleanup(poster->multi);
    free(poster);
    curl_global_cleanup();
}

/* --- what libcurl asks --- */

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct parcel *parcel = context;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !guard_allows(parcel->poster->config.guard, &address->addr)) {
        parcel->is_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct parcel *parcel = context;
    (void)data;
    parcel->answer_size += size * count;
    parcel->is_cut = parcel->answer_size > ANSWER_SIZE_MAX;
    return parcel->is_cut ? 0 : size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *context)
{
    struct parcel *parcel = context;
    (void)data;
    parcel->headers_size += size * count;
    return parcel->headers_size > HEADERS_SIZE_MAX ? 0 : size * count;
}

/* --- a post --- */

static void set_security(CURL *curl, struct parcel *parcel)
{
    const struct poster_config *config = &parcel->poster->config;
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (config->ca_file[0] != '\0') {
        curl_easy_setopt(curl, CURLOPT_CAINFO, config->ca_file);
    }
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, parcel);
}

static void set_bounds(CURL *curl, struct parcel *parcel)
{
    const struct poster_config *config = &parcel->poster->config;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)config->whole_ms);
    curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, (long)CONNECTION_AGE_S);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, parcel);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, parcel);
}

static void header_add(struct parcel *parcel, const char *header)
{
    struct curl_slist *longer = curl_slist_append(parcel->headers, header);
    require(longer != NULL);
    parcel->headers = longer;
}

void poster_post(struct poster *poster, void *owner, const struct post *post)
{
    struct parcel *parcel = calloc(1, sizeof *parcel);
    CURL *curl = curl_easy_init();
    require(parcel != NULL && curl != NULL);
    *parcel =
        (struct parcel){.poster = poster, .next = poster->parcels, .owner = owner, .curl = curl};
    if (parcel->next != NULL) {
        parcel->next->previous = parcel;
    }
    poster->parcels = parcel;
    header_add(parcel, "Content-Type: application/json");
    header_add(parcel, "User-Agent: Kouan-Webhooks");
    header_add(parcel, "Expect:"); /* no waiting for 100 Continue */
    for (size_t i = 0; i < POST_HEADER_COUNT_MAX && post->headers[i] != NULL; i++) {
        header_add(parcel, post->headers[i]);
    }
    set_security(curl, parcel);
    set_bounds(curl, parcel);
    curl_easy_setopt(curl, CURLOPT_URL, post->url);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, parcel->headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.size);
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, post->body.data);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, parcel);
    require(curl_multi_add_handle(poster->multi, curl) == CURLM_OK);
}

/* --- what came of it --- */

static void judge(const struct parcel *parcel, CURLcode code, struct posted *posted_out)
{
    long status = 0;
    curl_off_t retry_after = 0;
    *posted_out = (struct posted){0};
    if (code == CURLE_OK || parcel->is_cut) {
        curl_easy_getinfo(parcel->curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(parcel->curl, CURLINFO_RETRY_AFTER, &retry_after);
        if (retry_after > RETRY_AFTER_S_MAX) {
            retry_after = RETRY_AFTER_S_MAX;
        }
        posted_out->status = status;
        posted_out->retry_after_us = (int64_t)retry_after * INSTANT_US_PER_SECOND;
        (void)snprintf(posted_out->reason, POSTED_REASON_SIZE, "HTTP status %ld", status);
        return;
    }
    (void)snprintf(posted_out->reason,
                   POSTED_REASON_SIZE,
                   "%s",
                   parcel->is_refused && code == CURLE_COULDNT_CONNECT
                       ? "the name leads to an address that is not public"
                       : curl_easy_strerror(code));
}

void poster_run(struct poster *poster)
{
    int running = 0;
    int left = 0;
    curl_multi_perform(poster->multi, &running);
    const CURLMsg *message = curl_multi_info_read(poster->multi, &left);
    while (message != NULL) {
        if (message->msg == CURLMSG_DONE) {
            struct parcel *parcel = NULL;
            struct posted posted;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&parcel);
            judge(parcel, message->data.result, &posted);
            void *owner = parcel->owner;
            parcel_free(parcel);
            poster->done(poster->context, owner, &posted);
        }
        message = curl_multi_info_read(poster->multi, &left);
    }
}

void poster_wait(struct poster *poster, int64_t timeout_ms)
{
    curl_multi_poll(poster->multi, NULL, 0, (int)timeout_ms, NULL);
}

void poster_wake(struct poster *poster)
{
    curl_multi_wakeup(poster->multi);
}
