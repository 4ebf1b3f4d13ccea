/* Random squaring of what banks bought. */
#include <stdio.h>

#include "gateway/business/fx/fx_position.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

void square_position(struct random_world *random)
{
    const struct fx_position *position = sample(random, DOCUMENT_FX_POSITION);
    if (position == NULL) {
        return;
    }
    struct fx_position_square square = {.rate = 1 + (int64_t)draw(random, 9000000)};
    TEXT_PUT(square.position, position->key);
    snprintf(square.bank_reference,
             sizeof(square.bank_reference),
             "S%d",
             draw(random, 8) == 0 ? 1 : (int)random->command_count);
    run(random, ROLE_OPERATOR, "ops", "fx_position.square", &square);
}
