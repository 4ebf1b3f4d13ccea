#include "gateway/business/transfer_code.h"

static const struct {
    const char *name;
    const char *meaning;
} codes[TRANSFER_CODE_COUNT] = {
    [TRANSFER_CODE_NONE] = {"",                              ""                                         },
    [TRANSFER_CODE_DEPOSIT_RECEIVED] = {"deposit.received",              "cash deposit received (收到保证金)"  },
    [TRANSFER_CODE_FUNDS_SUSPENDED] = {"funds.suspended",               "received, owner not known (待查)"       },
    [TRANSFER_CODE_LIMIT_RAISED] = {"guarantee.limit_raised",        "guarantee limit up (增额)"              },
    [TRANSFER_CODE_LIMIT_LOWERED] = {"guarantee.limit_lowered",       "guarantee limit down (减额)"            },
    [TRANSFER_CODE_RESERVED] = {"guarantee.reserved",            "set aside for a tax (占用)"             },
    [TRANSFER_CODE_RESERVATION_RAISED] = {"guarantee.reservation_raised",
                            "reservation adjusted up (调增占用)"                                    },
    [TRANSFER_CODE_RESERVATION_LOWERED] = {"guarantee.reservation_lowered",
                            "reservation adjusted down (调减占用)"                                  },
    [TRANSFER_CODE_RESTORED] = {"guarantee.restored",            "reservation given back (恢复)"          },
    [TRANSFER_CODE_CONSUMED] = {"guarantee.consumed",            "single guarantee used up by a tax paid"   },
    [TRANSFER_CODE_CALLED] = {"guarantee.called",              "reservation called (执行担保)"        },
    [TRANSFER_CODE_DEPOSIT_CALLED] = {"deposit.called",                "deposit turned into tax (保证金转税)"},
    [TRANSFER_CODE_GUARANTOR_CALLED] = {"guarantor.called",              "guarantor owes a tax (向担保人索赔)"},
    [TRANSFER_CODE_CALL_PAID] = {"call.paid",                     "guarantor paid a demand (担保人赔付)"},
    [TRANSFER_CODE_CALL_SETTLED] = {"call.settled",                  "called amount settled"                    },
    [TRANSFER_CODE_DEPOSIT_RELEASED] = {"deposit.released",              "free deposit given back (退还保证金)"},
    [TRANSFER_CODE_DISCHARGED] = {"guarantee.discharged",          "guarantee ended (解除担保)"           },
    [TRANSFER_CODE_PAYMENT_HELD] = {"payment.held",                  "held for a payment (付款冻结)"        },
    [TRANSFER_CODE_PAYMENT_RELEASED] = {"payment.released",              "no longer held (解除冻结)"            },
    [TRANSFER_CODE_PAYMENT_SENT] = {"payment.sent",                  "in flight to a bank (付款在途)"       },
    [TRANSFER_CODE_PAYMENT_NOT_SENT] = {"payment.not_sent",              "never left the house (未发出)"         },
    [TRANSFER_CODE_PAYMENT_CONFIRMED] = {"payment.confirmed",             "paid (付款成功)"                      },
    [TRANSFER_CODE_PAYMENT_SETTLED] = {"payment.settled",               "no longer in flight (在途核销)"       },
    [TRANSFER_CODE_PAYMENT_REJECTED] = {"payment.rejected",              "never left the bank (付款被拒)"       },
    [TRANSFER_CODE_PAYMENT_RETURNED] = {"payment.returned",              "paid and come back (退汇)"              },
    [TRANSFER_CODE_DIFFERENCE_OPENED] = {"difference.opened",             "the bank's books differ (对账差异)"   },
    [TRANSFER_CODE_DIFFERENCE_WITHDRAWN] = {"difference.withdrawn",
                            "the bank has it after all (差异撤销)"                                  },
    [TRANSFER_CODE_DIFFERENCE_ADJUSTED] = {"difference.adjusted",           "where it belongs (调账)"                },
    [TRANSFER_CODE_COLLECTED] = {"collection.received",           "collected for a merchant (收款)"        },
    [TRANSFER_CODE_DIFFERENCE_TOLERATED] = {"difference.tolerated",
                            "within the link's tolerance (容差入账)"                                },
    [TRANSFER_CODE_TAX_DIFFERENCE] = {"tax.difference",                "assessed less estimated (核定差额)"   },
    [TRANSFER_CODE_REFUND_OWED] = {"refund.owed",                   "withheld and no longer due (应退税款)"},
};

const char *transfer_code_name(uint16_t code)
{
    return code < TRANSFER_CODE_COUNT ? codes[code].name : "";
}

const char *transfer_code_meaning(uint16_t code)
{
    return code < TRANSFER_CODE_COUNT ? codes[code].meaning : "";
}
