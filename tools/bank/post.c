#include "tools/bank/post.h"

#include <curl/curl.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/base/log.h"

enum {
    PATH_SIZE = 1024,
    FILE_SIZE_MAX = 8 << 20,
    LOOK_US = 100 * 1000,
    BUSY_US = 2 * 1000,
    AGAIN_US = 1000 * 1000,
    TIMEOUT_MS = 10000,
    TAKEN = 202,
};

struct post {
    const struct bank_config *config;
    CURLM *multi;
    CURL *curl; /* NULL: nothing is under way */
    struct curl_slist *headers;
    char path[PATH_SIZE]; /* of what is under way */
    instant_us due;
};

struct post *post_open(const struct bank_config *config)
{
    struct post *post = calloc(1, sizeof *post);
    if (post == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(post);
        return NULL;
    }
    post->config = config;
    post->multi = curl_multi_init();
    post->headers = curl_slist_append(NULL, "Content-Type: application/xml");
    return post;
}

static void let_go(struct post *post)
{
    if (post->curl != NULL) {
        curl_multi_remove_handle(post->multi, post->curl);
        curl_easy_cleanup(post->curl);
        post->curl = NULL;
    }
}

void post_close(struct post *post)
{
    if (post != NULL) {
        let_go(post);
        curl_slist_free_all(post->headers);
        curl_multi_cleanup(post->multi);
        free(post);
    }
}

static size_t ignore(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

static void begin(struct post *post, const void *bytes, size_t size)
{
    const struct bank_config *config = post->config;
    CURL *curl = curl_easy_init();
    if (curl == NULL) {
        return;
    }
    curl_easy_setopt(curl, CURLOPT_URL, config->exchange_post);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    curl_easy_setopt(curl, CURLOPT_CAINFO, config->ca);
    curl_easy_setopt(curl, CURLOPT_SSLCERT, config->exchange_certificate);
    curl_easy_setopt(curl, CURLOPT_SSLKEY, config->exchange_key);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, bytes);
    post->curl = curl;
    (void)curl_multi_add_handle(post->multi, curl);
}

static bool is_document(const char *name)
{
    size_t size = strlen(name);
    return name[0] != '.' && size > 4 && strcmp(name + size - 4, ".xml") == 0;
}

/* The first of them by name; false when there is none. */
static bool next_find(struct post *post)
{
    const char *place = post->config->exchange_out;
    char first[256] = "";
    DIR *directory = opendir(place);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        bool is_before = first[0] == '\0' || strcmp(entry->d_name, first) < 0;
        if (is_document(entry->d_name) && is_before) {
            (void)snprintf(first, sizeof first, "%s", entry->d_name);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    int size = snprintf(post->path, sizeof post->path, "%s/%s", place, first);
    return first[0] != '\0' && size < (int)sizeof post->path;
}

static void next_begin(struct post *post)
{
    uint8_t *bytes = malloc(FILE_SIZE_MAX);
    FILE *file = bytes == NULL ? NULL : fopen(post->path, "rb");
    if (file != NULL) {
        size_t size = fread(bytes, 1, FILE_SIZE_MAX, file);
        if (ferror(file) == 0 && size < FILE_SIZE_MAX) {
            begin(post, bytes, size);
        }
        fclose(file);
    }
    free(bytes);
}

/* True: it went, and the next may go at once. */
static bool ended(struct post *post, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(post->curl, CURLINFO_RESPONSE_CODE, &status);
    let_go(post);
    if (code == CURLE_OK && status == TAKEN) {
        (void)unlink(post->path);
        return true;
    }
    LOG(LOG_WARNING,
        "bank.not_posted",
        LOG_NUMBER("status", status),
        LOG_TEXT("reason", curl_easy_strerror(code)));
    return false;
}

static instant_us go_on(struct post *post, instant_us now)
{
    int count = 0;
    (void)curl_multi_perform(post->multi, &count);
    const CURLMsg *message = curl_multi_info_read(post->multi, &count);
    if (message == NULL || message->msg != CURLMSG_DONE) {
        return now + BUSY_US;
    }
    return ended(post, message->data.result) ? now : now + AGAIN_US;
}

void post_run(struct post *post, instant_us now)
{
    if (post->due > now) {
        return;
    }
    if (post->curl != NULL) {
        post->due = go_on(post, now);
    } else if (next_find(post)) {
        next_begin(post);
        post->due = now + (post->curl == NULL ? AGAIN_US : 0);
    } else {
        post->due = now + LOOK_US;
    }
}

instant_us post_due(const struct post *post)
{
    return post->due;
}
