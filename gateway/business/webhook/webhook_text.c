/* What may stand in a webhook: names, addresses, secrets. */
#include <string.h>

#include "gateway/business/webhook/webhook.h"

enum {
    HOST_SIZE_MAX = 253,
    PORT_HTTPS = 443,
    PORT_FREE_MIN = 1024,
    PORT_MAX = 65535,
    SECRET_BYTES_MIN = 24,
    SECRET_BYTES_MAX = 64,
};

#define LOWER    "abcdefghijklmnopqrstuvwxyz"
#define UPPER    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"
#define IN_HOST  LOWER UPPER DIGITS "-."
#define IN_IPV6  "0123456789abcdefABCDEF:."
#define IN_PATH  LOWER UPPER DIGITS "-._~!$&'()*+,;=:@%/?"
#define IN_NAME  LOWER DIGITS "-"
#define BASE64   LOWER UPPER DIGITS "+/"
#define SCHEME   "https://"
#define SECRET_0 "whsec_"

bool webhook_name_is_good(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && strspn(name, IN_NAME) == size;
}

/* The characters of the host at `text`; 0: there is none. */
static size_t host_size(const char *text)
{
    if (text[0] != '[') {
        size_t size = strspn(text, IN_HOST);
        return size <= HOST_SIZE_MAX && text[0] != '.' && text[0] != '-' ? size : 0;
    }
    size_t size = strspn(text + 1, IN_IPV6);
    return size > 0 && text[1 + size] == ']' ? size + 2 : 0;
}

/* Past ":<port>", or where there is none; NULL: not a port for webhooks. */
static const char *port_pass(const char *at)
{
    if (*at != ':') {
        return at;
    }
    size_t size = strspn(at + 1, DIGITS);
    int port = 0;
    for (size_t i = 0; i < size && i < 5; i++) {
        port = port * 10 + (at[1 + i] - '0');
    }
    bool is_good = size > 0 && size <= 5 && at[1] != '0' &&
                   (port == PORT_HTTPS || (port >= PORT_FREE_MIN && port <= PORT_MAX));
    return is_good ? at + 1 + size : NULL;
}

bool webhook_url_is_good(const char *url)
{
    size_t scheme = sizeof(SCHEME) - 1;
    if (strncmp(url, SCHEME, scheme) != 0) {
        return false;
    }
    size_t host = host_size(url + scheme);
    const char *path = host == 0 ? NULL : port_pass(url + scheme + host);
    return path != NULL && (*path == '\0' || *path == '/' || *path == '?') &&
           strspn(path, IN_PATH) == strlen(path);
}

bool webhook_secret_is_good(const char *secret)
{
    size_t start = sizeof(SECRET_0) - 1;
    if (strncmp(secret, SECRET_0, start) != 0) {
        return false;
    }
    const char *text = secret + start;
    size_t size = strlen(text);
    size_t digits = strspn(text, BASE64);
    size_t padding = strspn(text + digits, "=");
    size_t bytes = size / 4 * 3 - padding;
    return size % 4 == 0 && digits + padding == size && padding <= 2 && bytes >= SECRET_BYTES_MIN &&
           bytes <= SECRET_BYTES_MAX;
}

bool webhook_wants(const struct webhook *webhook, const char *type)
{
    const struct webhook_type *types = webhook->types.items;
    for (size_t i = 0; i < webhook->types.count; i++) {
        if (strncmp(type, types[i].prefix, strlen(types[i].prefix)) == 0) {
            return true;
        }
    }
    return webhook->types.count == 0;
}
