#include "tools/bank/control.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/bank/bank.h"
#include "tools/bank/command.h"

enum {
    CALLER_COUNT_MAX = 16,
    COMMAND_SIZE_MAX = 4096,
};

struct caller {
    struct control *control;
    struct bufferevent *stream; /* NULL: free */
};

struct control {
    struct bank *bank;
    struct evconnlistener *listener;
    struct bufferevent *input; /* standard input */
    struct caller callers[CALLER_COUNT_MAX];
};

/* False when the lines are too long to be commands. */
static bool lines_run(struct bank *bank, struct bufferevent *stream, struct bufferevent *to)
{
    struct evbuffer *input = bufferevent_get_input(stream);
    char *line;
    while ((line = evbuffer_readln(input, NULL, EVBUFFER_EOL_LF)) != NULL) {
        char *text = NULL;
        size_t size = 0;
        FILE *answer = to == NULL ? stdout : open_memstream(&text, &size);
        if (answer != NULL) {
            command_run(bank, line, answer);
            fflush(answer);
        }
        if (to != NULL && answer != NULL) {
            fclose(answer);
            bufferevent_write(to, text, size);
            free(text);
        }
        free(line);
    }
    return evbuffer_get_length(input) < COMMAND_SIZE_MAX;
}

static void caller_end(struct caller *caller)
{
    bufferevent_free(caller->stream);
    caller->stream = NULL;
}

static void on_caller_read(struct bufferevent *stream, void *context)
{
    struct caller *caller = context;
    if (!lines_run(caller->control->bank, stream, stream)) {
        caller_end(caller);
    }
}

static void on_caller_event(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    (void)what;
    caller_end(context);
}

static void on_call(struct evconnlistener *listener,
                    evutil_socket_t socket,
                    struct sockaddr *address,
                    int size,
                    void *context)
{
    (void)listener;
    (void)address;
    (void)size;
    struct control *control = context;
    for (size_t i = 0; i < CALLER_COUNT_MAX; i++) {
        struct caller *caller = &control->callers[i];
        if (caller->stream != NULL) {
            continue;
        }
        caller->control = control;
        caller->stream = bufferevent_socket_new(control->bank->base, socket, BEV_OPT_CLOSE_ON_FREE);
        if (caller->stream == NULL) {
            break;
        }
        bufferevent_setcb(caller->stream, on_caller_read, NULL, on_caller_event, caller);
        bufferevent_enable(caller->stream, EV_READ | EV_WRITE);
        return;
    }
    close(socket);
}

static void on_input_read(struct bufferevent *stream, void *context)
{
    struct control *control = context;
    if (!lines_run(control->bank, stream, NULL)) {
        control->bank->is_stopping = true;
    }
}

static void on_input_event(struct bufferevent *stream, short what, void *context)
{
    (void)what;
    struct control *control = context;
    bufferevent_disable(stream, EV_READ);
    control->bank->is_stopping = true;
}

static bool listen_unix(struct control *control, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    (void)unlink(path);
    control->listener = evconnlistener_new_bind(control->bank->base,
                                                on_call,
                                                control,
                                                LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                                8,
                                                (struct sockaddr *)&address,
                                                sizeof address);
    return control->listener != NULL;
}

static bool listen_input(struct control *control)
{
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    if (flags < 0 || fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) < 0) {
        return false;
    }
    control->input = bufferevent_socket_new(control->bank->base, STDIN_FILENO, 0);
    if (control->input == NULL) {
        return false;
    }
    bufferevent_setcb(control->input, on_input_read, NULL, on_input_event, control);
    return bufferevent_enable(control->input, EV_READ) == 0;
}

struct control *control_create(struct bank *bank, char *reason_out, size_t reason_size)
{
    const struct bank_config *config = bank->config;
    struct control *control = calloc(1, sizeof *control);
    if (control == NULL) {
        (void)snprintf(reason_out, reason_size, "out of memory");
        return NULL;
    }
    control->bank = bank;
    bool is_open = config->control[0] == '\0' || listen_unix(control, config->control);
    is_open = is_open && (config->stdin_control == 0 || listen_input(control));
    if (!is_open) {
        (void)snprintf(reason_out, reason_size, "control: %s", strerror(errno));
        control_destroy(control);
        return NULL;
    }
    return control;
}

void control_destroy(struct control *control)
{
    if (control == NULL) {
        return;
    }
    if (control->listener != NULL) {
        evconnlistener_free(control->listener);
        (void)unlink(control->bank->config->control);
    }
    if (control->input != NULL) {
        bufferevent_free(control->input);
    }
    for (size_t i = 0; i < CALLER_COUNT_MAX; i++) {
        if (control->callers[i].stream != NULL) {
            caller_end(&control->callers[i]);
        }
    }
    free(control);
}
