#include "tools/certify/plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum parameter {
    PARAMETER_AMOUNT,
    PARAMETER_ACCOUNT,
    PARAMETER_CODE,
    PARAMETER_MTI,
    PARAMETER_SPOIL,
    PARAMETER_COUNT,
};

enum {
    AMOUNT_MINOR_MAX = 100000000,
    QUIET_MS_MAX = 60000,
    WORD_SIZE_MAX = 160,
};

#define BIT(parameter) (1U << (parameter))
#define PAYS           (BIT(PARAMETER_AMOUNT) | BIT(PARAMETER_ACCOUNT) | BIT(PARAMETER_CODE))
#define CODE           BIT(PARAMETER_CODE)

/* clang-format off */
const struct plan_row plan_rows[PLAN_KIND_COUNT] = {
    [PLAN_CONNECT] = {"connect", "connection", "建立连接", "TLS 1.3 with certificates on both sides, if configured", 0},
    [PLAN_SIGN_ON] = {"sign_on", "sign-on", "签到", "0810, code 00", CODE},
    [PLAN_ECHO] = {"echo", "echo test", "线路测试", "0810, code 00", CODE},
    [PLAN_TOTALS_BEFORE] = {"totals_before", "the day's totals before the first payment", "首笔支付前的当日总额", "0530, code 00, or 79 with the bank's totals", CODE},
    [PLAN_PAY] = {"pay", "payment", "支付", "0210, confirmed (00)", PAYS},
    [PLAN_DECLINE] = {"decline", "payment the bank declines", "应被银行拒绝的支付", "0210, rejected (13, 51 and the like)", PAYS},
    [PLAN_REPEAT] = {"repeat", "the same payment again, same trace", "同一流水号重复支付", "the same answer or 94; paid once", CODE},
    [PLAN_INQUIRE] = {"inquire", "inquiry of a payment that was made", "查询已支付交易", "0210, paid (00)", CODE},
    [PLAN_INQUIRE_UNKNOWN] = {"inquire_unknown", "inquiry of a payment that was never sent", "查询不存在的交易", "0210, not found (25)", CODE},
    [PLAN_REVERSE] = {"reverse", "reversal of a payment that was made", "冲正已支付交易", "0430, reversed (00); the inquiry no longer says paid", CODE},
    [PLAN_REVERSE_REPEAT] = {"reverse_repeat", "the same reversal again", "重复冲正", "0430 to the 0421, reversed (00)", CODE},
    [PLAN_REVERSE_UNKNOWN] = {"reverse_unknown", "reversal of a payment that was never sent", "冲正不存在的交易", "0430, not found (25)", CODE},
    [PLAN_LATE_ORIGINAL] = {"late_original", "that payment, coming after its reversal", "冲正之后迟到的原交易", "refused (68, 94), never paid", CODE},
    [PLAN_WRONG_MAC] = {"wrong_mac", "payment with a wrong authentication code", "MAC 错误的支付", "A0 or silence; nothing is paid", CODE},
    [PLAN_MALFORMED] = {"malformed", "malformed payment", "格式错误的支付", "30, A0 or silence; nothing is paid; an echo is answered", CODE | BIT(PARAMETER_SPOIL)},
    [PLAN_STALE] = {"stale", "payment whose field 7 is two days old", "传输时间过期的重放", "refused (30); nothing is paid", PAYS},
    [PLAN_UNKNOWN_MTI] = {"unknown_mti", "message type nobody knows", "未知报文类型", "12, 30, 40 or silence; an echo is answered", CODE | BIT(PARAMETER_MTI)},
    [PLAN_FUNDS] = {"funds", "advice of funds received", "来账通知", "0220 or 0200 that we can read; we answer 00", BIT(PARAMETER_AMOUNT)},
    [PLAN_FUNDS_REPEAT] = {"funds_repeat", "advice without an answer, told again", "未应答来账通知的重发", "the same again as 0221; we answer 00", BIT(PARAMETER_AMOUNT)},
    [PLAN_TOTALS] = {"totals", "totals of the day", "当日总额对账", "0530, equal (00)", CODE},
    [PLAN_KEY_EXCHANGE] = {"key_exchange", "new working key", "工作密钥更换", "0800/161 with a key whose check value fits; an echo under it is answered", 0},
    [PLAN_KEY_SEND] = {"key_send", "new working key of ours", "我方发起的工作密钥更换", "0810, code 00; an echo under the new key is answered", CODE},
    [PLAN_CUT_OVER] = {"cut_over", "cut-over to the next business day", "日切", "0800/201 with the new day in field 15; we answer 00", 0},
    [PLAN_SIGN_OFF] = {"sign_off", "sign-off", "签退", "0810, code 00", CODE},
};

static const struct {
    const char *name;
    const char *meaning;
} parameters[PARAMETER_COUNT] = {
    [PARAMETER_AMOUNT] = {"amount", "amount=0.01, in the currency of the settings"},
    [PARAMETER_ACCOUNT] = {"account", "account=..., the creditor's of this payment alone"},
    [PARAMETER_CODE] = {"code", "code=51,61: the codes (field 39) that pass; else as the link's file reads codes"},
    [PARAMETER_MTI] = {"mti", "mti=0600"},
    [PARAMETER_SPOIL] = {"spoil", "spoil=character: no digit in field 4; spoil=length: the last bytes are missing"},
};

#define SETTING(name, default_text) {#name, offsetof(struct plan_settings, name), sizeof(((struct plan_settings *)0)->name), default_text}
static const struct {
    const char *name;
    size_t offset;
    size_t size;
    const char *text;
} settings[] = {
    SETTING(debtor_name, "Kouan"),
    SETTING(debtor_account, ""),
    SETTING(creditor_name, "Certification"),
    SETTING(creditor_account, "6222000000000002"),
    SETTING(creditor_bank, "105100000017"),
    SETTING(remittance, "certification"),
};
/* clang-format on */

enum {
    SETTING_COUNT = sizeof settings / sizeof settings[0]
};

const char plan_default[] = "connect\n"
                            "sign_on\n"
                            "echo\n"
                            "totals_before\n"
                            "pay amount=0.01\n"
                            "decline amount=0.00\n"
                            "repeat\n"
                            "inquire\n"
                            "inquire_unknown\n"
                            "pay amount=0.02\n"
                            "reverse\n"
                            "reverse_repeat\n"
                            "reverse_unknown\n"
                            "late_original\n"
                            "wrong_mac\n"
                            "malformed spoil=character\n"
                            "malformed spoil=length\n"
                            "stale amount=0.01\n"
                            "unknown_mti mti=0600\n"
                            "funds amount=0.01\n"
                            "funds_repeat amount=0.02\n"
                            "totals\n"
                            "key_exchange\n"
                            "key_send\n"
                            "sign_off\n";

struct parse {
    const char *name;
    int line;
    struct plan *plan;
    char *message;
};

__attribute__((format(printf, 2, 3))) static bool
complain(const struct parse *parse, const char *format, ...)
{
    va_list words;
    int size = snprintf(parse->message, PLAN_MESSAGE_SIZE, "%.120s:%d: ", parse->name, parse->line);
    va_start(words, format);
    (void)vsnprintf(parse->message + size, (size_t)PLAN_MESSAGE_SIZE - (size_t)size, format, words);
    va_end(words);
    return false;
}

static bool codes_are_good(const char *codes)
{
    size_t size = strlen(codes);
    for (size_t i = 0; i < size; i++) {
        char c = codes[i];
        bool is_place = i % 3 == 2;
        bool is_code = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        if (is_place ? c != ',' : !is_code) {
            return false;
        }
    }
    return size % 3 == 2;
}

static bool is_account(const char *text)
{
    return text[strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")] == '\0';
}

static bool text_take(
    const struct parse *parse, const char *name, const char *value, char *text_out, size_t size)
{
    if (strlen(value) >= size) {
        return complain(parse, "%s: at most %zu characters", name, size - 1);
    }
    (void)snprintf(text_out, size, "%s", value);
    return true;
}

static bool amount_take(const struct parse *parse, const char *value, int64_t *minor_out)
{
    if (!amount_parse(value, strlen(value), minor_out) || *minor_out < 0 ||
        *minor_out > AMOUNT_MINOR_MAX) {
        return complain(parse, "amount: 0.00 to 1000000.00");
    }
    return true;
}

static bool parameter_take(const struct parse *parse,
                           struct plan_step *step,
                           enum parameter parameter,
                           const char *value)
{
    switch (parameter) {
    case PARAMETER_AMOUNT:
        return amount_take(parse, value, &step->amount_minor);
    case PARAMETER_ACCOUNT:
        return is_account(value)
                   ? text_take(parse, "account", value, step->account, sizeof step->account)
                   : complain(parse, "account: digits and capital letters");
    case PARAMETER_CODE:
        return codes_are_good(value)
                   ? text_take(parse, "code", value, step->codes, sizeof step->codes)
                   : complain(parse, "code: two characters each, with commas, such as 51,A0");
    case PARAMETER_MTI:
        return strlen(value) == 4 && strspn(value, "0123456789") == 4
                   ? text_take(parse, "mti", value, step->mti, sizeof step->mti)
                   : complain(parse, "mti: four digits");
    case PARAMETER_SPOIL:
        step->spoil = strcmp(value, "length") == 0 ? PLAN_SPOIL_LENGTH : PLAN_SPOIL_CHARACTER;
        return strcmp(value, "length") == 0 || strcmp(value, "character") == 0 ||
               complain(parse, "spoil: character or length");
    case PARAMETER_COUNT:
        break;
    }
    return false;
}

static bool word_take(const struct parse *parse, struct plan_step *step, char *word)
{
    char *equals = strchr(word, '=');
    if (equals == NULL) {
        return complain(parse, "\"%.40s\": name=value is expected", word);
    }
    *equals = '\0';
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        if (strcmp(parameters[i].name, word) == 0 &&
            (plan_rows[step->kind].parameters & BIT(i)) != 0) {
            return parameter_take(parse, step, (enum parameter)i, equals + 1);
        }
    }
    return complain(parse, "%s takes no \"%.40s\"", plan_rows[step->kind].name, word);
}

static bool step_take(const struct parse *parse, const char *name, char *rest)
{
    struct plan *plan = parse->plan;
    int kind = 0;
    while (kind < PLAN_KIND_COUNT && strcmp(plan_rows[kind].name, name) != 0) {
        kind++;
    }
    if (kind == PLAN_KIND_COUNT) {
        return complain(parse, "there is no step \"%.40s\"", name);
    }
    if (plan->step_count == PLAN_STEP_COUNT_MAX) {
        return complain(parse, "more than %d steps", PLAN_STEP_COUNT_MAX);
    }
    struct plan_step *step = &plan->steps[plan->step_count++];
    *step = (struct plan_step){
        .kind = (enum plan_kind)kind, .amount_minor = kind == PLAN_DECLINE ? 0 : 1, .mti = "0600"};
    char *state = NULL;
    for (char *word = strtok_r(rest, " \t", &state); word != NULL && word[0] != '#';
         word = strtok_r(NULL, " \t", &state)) {
        if (!word_take(parse, step, word)) {
            return false;
        }
    }
    return true;
}

static bool number_take(const struct parse *parse, const char *value)
{
    int64_t number = 0;
    size_t size = strlen(value);
    for (size_t i = 0; i < size && size <= 5 && value[i] >= '0' && value[i] <= '9'; i++) {
        number = 10 * number + (value[i] - '0');
    }
    parse->plan->settings.quiet_ms = number;
    return (number >= 1 && number <= QUIET_MS_MAX && strspn(value, "0123456789") == size) ||
           complain(parse, "quiet_ms: 1 to %d", QUIET_MS_MAX);
}

/* `rest` is "NAME VALUE". */
static bool setting_take(const struct parse *parse, char *rest)
{
    struct plan_settings *to = &parse->plan->settings;
    size_t size = strcspn(rest, " \t");
    char *value = rest + size + strspn(rest + size, " \t");
    rest[size] = '\0';
    if (*value == '\0' || value == rest + size) {
        return complain(parse, "set NAME VALUE is expected");
    }
    if (strcmp(rest, "currency") == 0) {
        to->currency = currency_parse(value, strlen(value));
        return to->currency != CURRENCY_NONE || complain(parse, "currency: such as CNY");
    }
    if (strcmp(rest, "quiet_ms") == 0) {
        return number_take(parse, value);
    }
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(settings[i].name, rest) == 0) {
            bool is_number = strstr(rest, "_account") != NULL || strstr(rest, "_bank") != NULL;
            return !is_number || is_account(value)
                       ? text_take(
                             parse, rest, value, (char *)to + settings[i].offset, settings[i].size)
                       : complain(parse, "%s: digits and capital letters", rest);
        }
    }
    return complain(parse, "there is no setting \"%.40s\"", rest);
}

static bool line_take(const struct parse *parse, char *line)
{
    for (char *at = strchr(line, '#'); at != NULL; at = strchr(at + 1, '#')) {
        if (at == line || at[-1] == ' ' || at[-1] == '\t') {
            *at = '\0';
            break;
        }
    }
    size_t size = strlen(line);
    while (size > 0 && strchr(" \t\r", line[size - 1]) != NULL) {
        line[--size] = '\0';
    }
    line += strspn(line, " \t");
    if (*line == '\0') {
        return true;
    }
    size = strcspn(line, " \t");
    char *rest = line + size + strspn(line + size, " \t");
    line[size] = '\0';
    return strcmp(line, "set") == 0 ? setting_take(parse, rest) : step_take(parse, line, rest);
}

bool plan_parse(const char *name,
                const char *text,
                struct plan *plan_out,
                char message_out[PLAN_MESSAGE_SIZE])
{
    struct parse parse = {.name = name, .plan = plan_out, .message = message_out};
    *plan_out = (struct plan){
        .settings = {.currency = CURRENCY_CNY, .quiet_ms = 2000}
    };
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        (void)snprintf((char *)&plan_out->settings + settings[i].offset,
                       settings[i].size,
                       "%s",
                       settings[i].text);
    }
    while (*text != '\0') {
        char line[2 * WORD_SIZE_MAX];
        size_t size = strcspn(text, "\n");
        parse.line++;
        if (size >= sizeof line) {
            return complain(&parse, "the line is too long");
        }
        memcpy(line, text, size);
        line[size] = '\0';
        if (!line_take(&parse, line)) {
            return false;
        }
        text += size + (text[size] == '\n' ? 1 : 0);
    }
    parse.line += parse.line == 0 ? 1 : 0;
    return plan_out->step_count > 0 || complain(&parse, "no step");
}

void plan_print(FILE *file)
{
    fputs("# kouan certify --script FILE: one step a line, in the order in which they are done.\n"
          "#\n# steps:\n",
          file);
    for (int i = 0; i < PLAN_KIND_COUNT; i++) {
        fprintf(
            file, "#   %-16s %s: %s", plan_rows[i].name, plan_rows[i].title, plan_rows[i].expected);
        for (int j = 0; j < PARAMETER_COUNT; j++) {
            if ((plan_rows[i].parameters & BIT(j)) != 0) {
                fprintf(file, " [%s]", parameters[j].name);
            }
        }
        fputs("\n", file);
    }
    fputs("#\n# parameters of steps:\n", file);
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        fprintf(file, "#   %s\n", parameters[i].meaning);
    }
    fputs("\n# defaults; those of the simulated bank, kouan-bank\nset currency CNY\n", file);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (settings[i].text[0] == '\0') {
            fprintf(file, "# set %s ...    # else that of the link's file\n", settings[i].name);
        } else {
            fprintf(file, "set %s %s\n", settings[i].name, settings[i].text);
        }
    }
    fprintf(file,
            "# silence this long after a message that may be ignored is its answer\n"
            "set quiet_ms 2000\n\n%s"
            "# cut_over     # moves the bank to its next day: say so by writing it\n",
            plan_default);
}

bool plan_code_is_listed(const char *codes, const char *code)
{
    for (; *codes != '\0'; codes += codes[2] == ',' ? 3 : 2) {
        if (memcmp(codes, code, 2) == 0) {
            return true;
        }
    }
    return false;
}
