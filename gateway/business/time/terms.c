#include "gateway/business/time/terms.h"

/* Newest first. A change of law is a new row on top, with the day it takes force. */
static const struct terms rows[] = {
    {
     .valid_from = 17897, /* 2019-01-01 */
        .source =
            "MOF/GACC/STA 2018-49 (limits, 70 %); GACC 2018-194 (days 31-45); "
            "GACC 2020-45 (returns); Customs Law Art. 60, GACC 2022-61 (late fee 0.05 % a "
            "day); SAFE 2007-1 Art. 2 (FX quota); claim window, demand, warnings, approval "
            "of payments, grace, cycle, leads, tolerance and how long a rate is locked or "
            "counts, cut-off and fees of banks by agreement; SAFE 2022-22 (balance of payments)", .single_limit_minor = 500000,
     .reduced_percent = 70,
     .return_days = 30,
     .window_day = 31,
     .payment_days = 45,
     .claim_window_days = 15,
     .demand_days = 15,
     .expiry_warning_days = 30,
     .payment_approval_above_minor = 50000000,
     .utilisation_levels = {70, 85, 95},
     .year_limit_minor = 2600000,
     .late_fee_bp = 5,
     .assess_tolerance_minor = 2,
     .return_arrival_days = 45,
     .grace_days = 15,
     .statement_lead_days = 3,
     .statement_cycle = CYCLE_HALF_MONTH,
     .statement_final_days = 2,
     .statement_remind_days = 1,
     .fx_lock_seconds = 300,
     .bop_exempt_minor = 500000,
     .bop_due_days = 5,
     .settlement_cut_off_seconds = 61200,
     .bank_transfer_fee_minor = 500,
     .bop_remind_days = 1,
     .fx_rate_days = 10,
     .fx_quota_minor = 5000000,
     },
};

const struct terms *terms_on(date_days date)
{
    const struct terms *last = rows + sizeof(rows) / sizeof(rows[0]) - 1;
    const struct terms *row = rows;
    while (row != last && row->valid_from > date) {
        row++;
    }
    return row;
}
