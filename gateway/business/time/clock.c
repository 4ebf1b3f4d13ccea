#include "gateway/business/time/clock.h"

#include "gateway/business/field.h"
#include "gateway/business/text.h"

static const struct field clock_fields[] = {
    TEXT(clock, name, FIELD_KEY | FIELD_REQUIRED, .meaning = "which clock"),
    FIELD(clock, now, FIELD_INSTANT, FIELD_REQUIRED, .meaning = "where it stands (当前时刻)"),
    FIELD(clock, target, FIELD_INSTANT, FIELD_REQUIRED, .meaning = "where it goes (目标时刻)"),
};
const struct record clock_record =
    RECORD(clock, clock_fields, "The virtual clock of a sandbox (虚拟时钟)");

static const struct field move_fields[] = {
    FIELD(clock_move, until, FIELD_INSTANT, FIELD_REQUIRED, .meaning = "where to (目标时刻)"),
};
const struct record clock_move_record = RECORD(clock_move, move_fields, "Move the virtual clock");

static struct clock clock_get(struct context *context)
{
    const struct clock *found = state_find(context->state, DOCUMENT_CLOCK, CLOCK_KEY);
    struct clock start = {.now = context->now, .target = context->now};
    TEXT_PUT(start.name, CLOCK_KEY);
    return found == NULL ? start : *found;
}

static enum verdict refuse_range(struct context *context, const struct clock *from)
{
    char text[INSTANT_TEXT_SIZE];
    enum verdict verdict = refuse_field(context, REFUSAL_CLOCK_RANGE, "/until");
    instant_format(from->target, text);
    refusal_text(context, "from", text);
    refusal_integer(context, "most_days", CLOCK_MOVE_DAYS_MAX);
    return verdict;
}

static enum verdict put(struct context *context, const struct clock *moved, void *answer_out)
{
    state_put(context->state, DOCUMENT_CLOCK, moved);
    *(struct clock *)answer_out = *moved;
    return rule_done(context);
}

enum verdict clock_move(struct context *context, const void *command_, void *answer_out)
{
    const struct clock_move *command = command_;
    if (context->clock != CLOCK_VIRTUAL) {
        return refuse(context, REFUSAL_CLOCK_SYSTEM);
    }
    struct clock moved = clock_get(context);
    instant_us most = date_start(date_of(moved.now) + CLOCK_MOVE_DAYS_MAX);
    if (command->until <= moved.target || command->until > most) {
        return refuse_range(context, &moved);
    }
    moved.target = command->until;
    return put(context, &moved, answer_out);
}

enum verdict clock_tick(struct context *context, const void *command_, void *answer_out)
{
    const struct clock_move *command = command_;
    struct clock moved = clock_get(context);
    if (command->until <= moved.now || command->until > moved.target) {
        return refuse_range(context, &moved);
    }
    moved.now = command->until;
    return put(context, &moved, answer_out);
}
