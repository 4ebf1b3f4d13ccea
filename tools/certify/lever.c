#include "tools/certify/lever.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PATIENCE_SECONDS = 10,
    LINE_SIZE = 256,
};

static int dial(const char *path, char why_out[LEVER_WHY_SIZE])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    size_t size = strlen(path);
    int line = size < sizeof address.sun_path ? socket(AF_UNIX, SOCK_STREAM, 0) : -1;
    if (line >= 0) {
        memcpy(address.sun_path, path, size + 1);
        (void)setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        (void)setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (connect(line, (const struct sockaddr *)&address, sizeof address) == 0) {
            return line;
        }
        (void)snprintf(why_out, LEVER_WHY_SIZE, "%.120s: %s", path, strerror(errno));
        (void)close(line);
        return -1;
    }
    (void)snprintf(why_out, LEVER_WHY_SIZE, "%.120s: not usable as a socket", path);
    return -1;
}

/* One line of answer, without its end. False: none in time. */
static bool read_line(int line, char text_out[LINE_SIZE])
{
    size_t size = 0;
    while (size < LINE_SIZE - 1) {
        ssize_t got = read(line, text_out + size, 1);
        if (got <= 0 || text_out[size] == '\n') {
            text_out[size] = '\0';
            return got > 0;
        }
        size++;
    }
    text_out[size] = '\0';
    return true;
}

static bool write_all(int line, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t put = write(line, text, size);
        if (put <= 0) {
            return false;
        }
        text += put;
        size -= (size_t)put;
    }
    return true;
}

static bool command_send(const char *path, const char *command, char why_out[LEVER_WHY_SIZE])
{
    char text[LINE_SIZE];
    int size = snprintf(text, sizeof text, "%s\n", command);
    int line = dial(path, why_out);
    if (line < 0) {
        return false;
    }
    bool is_answered = size > 0 && size < (int)sizeof text && write_all(line, text, (size_t)size) &&
                       read_line(line, text);
    (void)close(line);
    if (!is_answered || strncmp(text, "ok", 2) != 0) {
        (void)snprintf(
            why_out, LEVER_WHY_SIZE, "control: %.150s", is_answered ? text : "no answer");
        return false;
    }
    return true;
}

bool lever_pull(const struct lever *lever,
                const char *command,
                const char *request,
                char why_out[LEVER_WHY_SIZE])
{
    if (lever->control != NULL) {
        return command_send(lever->control, command, why_out);
    }
    lever->say(request);
    return true;
}
