#include "tools/bank/script.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    WORD_COUNT_MAX = 16,
    LINE_SIZE = 512,
};

struct words {
    char text[LINE_SIZE];
    char *items[WORD_COUNT_MAX];
    size_t count;
};

enum argument {
    ARGUMENT_NONE,
    ARGUMENT_CODE,
    ARGUMENT_DURATION,
    ARGUMENT_MAYBE_DURATION,
};

static const char *const event_names[] = {
    "pay", "inquire", "reverse", "totals", "management", "advice"};

static const struct {
    const char *name;
    enum script_action action;
    enum argument argument;
    int64_t from_us;
    int64_t to_us;
    const char *code;
} actions[] = {
    {"drop_request",           SCRIPT_DROP_REQUEST,           ARGUMENT_NONE,           0,    0,     ""  },
    {"drop_reply",             SCRIPT_DROP_REPLY,             ARGUMENT_NONE,           0,    0,     ""  },
    {"duplicate_reply",        SCRIPT_DUPLICATE,              ARGUMENT_NONE,           0,    0,     ""  },
    {"drop",                   SCRIPT_DROP_REQUEST,           ARGUMENT_NONE,           0,    0,     ""  },
    {"duplicate",              SCRIPT_DUPLICATE,              ARGUMENT_NONE,           0,    0,     ""  },
    {"delay",                  SCRIPT_DELAY,                  ARGUMENT_DURATION,       0,    0,     ""  },
    {"late_reply",             SCRIPT_DELAY,                  ARGUMENT_DURATION,       0,    0,     ""  },
    {"reorder",                SCRIPT_DELAY,                  ARGUMENT_NONE,           1000, 30000, ""  },
    {"wrong_mac",              SCRIPT_WRONG_MAC,              ARGUMENT_NONE,           0,    0,     ""  },
    {"wrong_amount",           SCRIPT_WRONG_AMOUNT,           ARGUMENT_NONE,           0,    0,     ""  },
    {"code",                   SCRIPT_CODE,                   ARGUMENT_CODE,           0,    0,     ""  },
    {"stands",                 SCRIPT_CODE,                   ARGUMENT_NONE,           0,    0,     "21"},
    {"pending",                SCRIPT_PENDING,                ARGUMENT_MAYBE_DURATION, -1,   -1,    ""  },
    {"disconnect_mid_message", SCRIPT_DISCONNECT_MID_MESSAGE, ARGUMENT_NONE,           0,    0,     ""  },
};

static bool number_parse(const char *text, size_t size, int64_t *number_out)
{
    int64_t number = 0;
    if (size == 0 || size > 12) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        number = number * 10 + (text[i] - '0');
    }
    *number_out = number;
    return true;
}

bool script_parse_range(const char *word, int64_t *from_out, int64_t *to_out)
{
    const char *dots = strstr(word, "..");
    if (dots == NULL) {
        bool is_number = number_parse(word, strlen(word), from_out);
        *to_out = is_number ? *from_out : 0;
        return is_number;
    }
    return number_parse(word, (size_t)(dots - word), from_out) &&
           number_parse(dots + 2, strlen(dots + 2), to_out) && *from_out <= *to_out;
}

bool script_parse_duration(const char *word, int64_t *from_us_out, int64_t *to_us_out)
{
    static const struct {
        const char *name;
        int64_t us;
    } units[] = {
        {"ms", 1000               },
        {"s",  1000000            },
        {"m",  60000000           },
        {"h",  INT64_C(3600000000)},
    };
    char digits[40];
    size_t size = strspn(word, "0123456789.");
    if (size == 0 || size >= sizeof digits) {
        return false;
    }
    memcpy(digits, word, size);
    digits[size] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        int64_t from;
        int64_t to;
        if (strcmp(word + size, units[i].name) == 0) {
            if (!script_parse_range(digits, &from, &to) || to > 1000000) {
                return false;
            }
            *from_us_out = from * units[i].us;
            *to_us_out = to * units[i].us;
            return true;
        }
    }
    return false;
}

/* "3%", "0.25%" (at most four decimals) or "always". */
static bool chance_parse(const char *word, int64_t *chance_out)
{
    size_t size = strlen(word);
    if (strcmp(word, "always") == 0) {
        *chance_out = SCRIPT_CERTAIN;
        return true;
    }
    if (size < 2 || word[size - 1] != '%') {
        return false;
    }
    size_t whole_size = strcspn(word, ".%");
    int64_t whole;
    int64_t part = 0;
    if (!number_parse(word, whole_size, &whole)) {
        return false;
    }
    if (word[whole_size] == '.') {
        char decimals[5] = "0000";
        size_t part_size = size - whole_size - 2;
        if (part_size == 0 || part_size > 4) {
            return false;
        }
        memcpy(decimals, word + whole_size + 1, part_size);
        if (!number_parse(decimals, 4, &part)) {
            return false;
        }
    }
    *chance_out = whole * 10000 + part;
    return *chance_out <= SCRIPT_CERTAIN;
}

static const char *
argument_parse(const struct words *words, size_t action, struct script_rule *rule)
{
    const char *word = words->count == 5 ? words->items[4] : NULL;
    switch (actions[action].argument) {
    case ARGUMENT_NONE:
        return word == NULL ? NULL : "this action takes nothing behind it";
    case ARGUMENT_CODE:
        if (word == NULL || strlen(word) != 2) {
            return "code needs two characters, such as 51";
        }
        memcpy(rule->code, word, sizeof rule->code);
        return NULL;
    case ARGUMENT_MAYBE_DURATION:
        if (word == NULL) {
            return NULL;
        }
        break;
    case ARGUMENT_DURATION:
        break;
    }
    bool is_parsed = word != NULL && script_parse_duration(word, &rule->from_us, &rule->to_us);
    return is_parsed ? NULL : "needs a duration such as 25s or 200..900ms";
}

static const char *on_parse(const struct words *words, struct script *script)
{
    struct script_rule rule = {.chance = 0};
    size_t event = 0;
    size_t action = 0;
    if (words->count < 4 || words->count > 5) {
        return "expected: on EVENT CHANCE ACTION";
    }
    while (event < sizeof event_names / sizeof event_names[0] &&
           strcmp(event_names[event], words->items[1]) != 0) {
        event++;
    }
    if (event == sizeof event_names / sizeof event_names[0]) {
        return "events are pay, inquire, reverse, totals, management, advice";
    }
    if (!chance_parse(words->items[2], &rule.chance)) {
        return "chances are 0% to 100% or always";
    }
    while (action < sizeof actions / sizeof actions[0] &&
           strcmp(actions[action].name, words->items[3]) != 0) {
        action++;
    }
    if (action == sizeof actions / sizeof actions[0]) {
        return "no such action";
    }
    rule.event = (enum script_event)event;
    rule.action = actions[action].action;
    rule.from_us = actions[action].from_us;
    rule.to_us = actions[action].to_us;
    (void)snprintf(rule.code, sizeof rule.code, "%s", actions[action].code);
    const char *why = argument_parse(words, action, &rule);
    if (why == NULL && rule.action == SCRIPT_PENDING && rule.event != SCRIPT_PAY) {
        why = "only payments can be pending";
    }
    if (why == NULL && rule.action == SCRIPT_CODE && rule.event == SCRIPT_ADVICE) {
        why = "an advice is not answered by us";
    }
    if (why == NULL) {
        script->rules[script->rule_count++] = rule;
    }
    return why;
}

static const char *timer_add(const struct words *words,
                             size_t first,
                             bool (*command_is_known)(const char *word),
                             struct script *script,
                             struct script_timer timer)
{
    size_t size = 0;
    if (first >= words->count || !command_is_known(words->items[first])) {
        return "no such command";
    }
    for (size_t i = first; i < words->count; i++) {
        int added = snprintf(timer.command + size,
                             sizeof timer.command - size,
                             "%s%s",
                             i == first ? "" : " ",
                             words->items[i]);
        size += (size_t)added;
        if (size >= sizeof timer.command) {
            return "command too long";
        }
    }
    script->timers[script->timer_count++] = timer;
    return NULL;
}

static const char *return_parse(const struct words *words, struct script *script)
{
    int64_t to_us;
    bool is_right = words->count == 6 && strcmp(words->items[2], "of") == 0 &&
                    strcmp(words->items[3], "payments") == 0 &&
                    strcmp(words->items[4], "after") == 0 &&
                    chance_parse(words->items[1], &script->return_chance) &&
                    script_parse_duration(words->items[5], &script->return_after_us, &to_us) &&
                    to_us == script->return_after_us;
    return is_right ? NULL : "expected: return CHANCE of payments after DURATION";
}

static const char *statement_parse(const struct words *words, struct script *script)
{
    const char *what = words->count == 3 ? words->items[1] : "";
    int64_t *chance = strcmp(what, "lose") == 0        ? &script->lose_chance
                      : strcmp(what, "duplicate") == 0 ? &script->duplicate_chance
                      : strcmp(what, "alter") == 0     ? &script->alter_chance
                                                       : NULL;
    bool is_right = chance != NULL && chance_parse(words->items[2], chance);
    return is_right ? NULL : "expected: statement lose|duplicate|alter CHANCE";
}

static const char *line_parse(const struct words *words,
                              bool (*command_is_known)(const char *word),
                              struct script *script)
{
    const char *first = words->items[0];
    struct script_timer timer = {.is_repeated = strcmp(first, "every") == 0};
    int64_t to_us;
    if (script->rule_count == SCRIPT_RULE_COUNT_MAX ||
        script->timer_count == SCRIPT_RULE_COUNT_MAX) {
        return "too many rules";
    }
    if (strcmp(first, "on") == 0) {
        return on_parse(words, script);
    }
    if (strcmp(first, "return") == 0) {
        return return_parse(words, script);
    }
    if (strcmp(first, "statement") == 0) {
        return statement_parse(words, script);
    }
    if (strcmp(first, "advise") == 0) {
        return timer_add(words, 0, command_is_known, script, timer);
    }
    if (strcmp(first, "at") != 0 && !timer.is_repeated) {
        return "rules start with on, at, every, advise, return or statement";
    }
    bool is_parsed = words->count > 2 &&
                     script_parse_duration(words->items[1], &timer.after_us, &to_us) &&
                     to_us == timer.after_us && (!timer.is_repeated || to_us > 0);
    return is_parsed ? timer_add(words, 2, command_is_known, script, timer)
                     : "expected: at|every DURATION COMMAND";
}

static bool words_split(struct words *words)
{
    char *rest = NULL;
    words->count = 0;
    for (char *word = strtok_r(words->text, " \t\r\n", &rest); word != NULL && word[0] != '#';
         word = strtok_r(NULL, " \t\r\n", &rest)) {
        if (words->count == WORD_COUNT_MAX) {
            return false;
        }
        words->items[words->count++] = word;
    }
    return true;
}

bool script_load(const char *path,
                 bool (*command_is_known)(const char *word),
                 struct script *script_out,
                 char reason_out[SCRIPT_REASON_SIZE])
{
    struct words words;
    const char *why = NULL;
    int number = 0;
    *script_out = (struct script){.rule_count = 0};
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        (void)snprintf(reason_out, SCRIPT_REASON_SIZE, "%s: %s", path, strerror(errno));
        return false;
    }
    while (why == NULL && fgets(words.text, sizeof words.text, file) != NULL) {
        number++;
        bool is_whole = strlen(words.text) < sizeof words.text - 1;
        if (!is_whole || !words_split(&words)) {
            why = "line too long";
        } else if (words.count > 0) {
            why = line_parse(&words, command_is_known, script_out);
        }
    }
    fclose(file);
    if (why != NULL) {
        (void)snprintf(reason_out, SCRIPT_REASON_SIZE, "%s:%d: %s", path, number, why);
    }
    return why == NULL;
}
