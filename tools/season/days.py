"""Plays the first days of a season, shows each on which something happens, and checks every figure shown."""

import datetime
import sys

sys.dont_write_bytecode = True
from season import Season, Wrong, fen, options_read

ROW = "{:>3}  {:10}  {:>8} {:>8} {:>8} {:>10}  {:>3} {:>5} {:>4}  {}"
TOLD = {"goods_return.applied": "applied to return", "goods_return.accepted": "back in time",
        "goods_return.late": "back too late", "tax_statement.overdue": "overdue", "payment.confirmed": "paid by the bank"}
ONE_DAY = datetime.timedelta(1)
WINDOW = 31  # the day after the last one to apply for a return
FINAL_DAYS = 2  # a statement is final so long before it is due
DAYS_LATE = 3


def day_of(text):
    return datetime.date.fromisoformat(text)


def money(amount):
    return f"{amount // 100:,}.{amount % 100:02d}"


class Days(Season):
    """The first agent pays one statement late; the clock passes over the days on which nothing arrives."""

    def __init__(self, options):
        super().__init__(options)
        self.late = None
        self.seen = 0
        self.shown = None
        self.fees = 0

    def prepare(self):
        sent = {day_of(row[name]) for row in self.plan for name in ("released_on", "applied_on", "back_on") if row[name]}
        self.sent = sent | {day + ONE_DAY for day in sent}  # some say everything twice
        super().prepare()
        print(ROW.format("day", "date", "declared", "released", "returned", "reserved", "cut", "final", "paid", "told"))
        self.seen = self.number("SELECT max(seq) FROM ledger.command")

    def number(self, sql):
        return int(self.rows(sql)[0][0] or 0)

    def habit(self, statement):
        if self.late is None and statement["agent"] == "agent-00" and fen(statement["total"]) >= 1000:
            self.late = statement["id"]
        return DAYS_LATE if statement["id"] == self.late else 0

    def next_day(self):
        """What falls due on the days between is done, one after another."""
        stops = self.sent | {day_of(row["released_on"]) + datetime.timedelta(WINDOW) for row in self.plan}
        for state in ("preliminary", "final", "overdue"):
            for statement in self.who("operator").list("tax_statement", state=state):
                due = day_of(statement["due_on"])
                stops |= {due + datetime.timedelta(days) for days in (-FINAL_DAYS, 0, DAYS_LATE)}
        self.today = min((stop for stop in stops if stop > self.today), default=self.today + ONE_DAY) - ONE_DAY
        super().next_day()

    def reserved(self, paid):
        """By the plan: what is released stays reserved until it is back, and then for what is kept, or is paid."""
        today, sum_ = self.today.isoformat(), -paid
        for row in self.plan:
            if row["released_on"] <= today:
                sum_ += int(row["tax_due" if row["back_on"] and row["back_on"] <= today else "tax_assessed"])
        return sum_

    def report(self, day):
        newest = self.number("SELECT max(seq) FROM ledger.command")
        told = self.rows("SELECT type, count(DISTINCT command_seq) FROM ledger.event"
                         f" WHERE command_seq > {self.seen} GROUP BY type")
        self.seen = newest
        states = {state: (int(count), int(total)) for state, count, total in self.rows(
            "SELECT state, count(*), sum(total) FROM business.tax_statement_current GROUP BY state")}
        reserved = self.number('SELECT sum("limit" - available) FROM business.guarantee_current')
        wanted = self.reserved(states.get("paid", (0, 0))[1])
        if reserved != wanted:
            raise Wrong(f"reserved {money(reserved)}, not {money(wanted)}")
        counts = [self.tally["621 applied"], self.tally["622 applied"],
                  self.number("SELECT count(*) FROM business.declaration_current WHERE state = 'returned'"),
                  money(reserved)] + [states.get(state, (0,))[0] for state in ("preliminary", "final", "paid")]
        words = [f"{count} {TOLD[name]}" for name, count in told if name in TOLD]
        if self.tally["late fees"] > self.fees:
            words.append(f"late fee {money(self.tally['late fees'] - self.fees)}")
            self.fees = self.tally["late fees"]
        if (words, counts) != ([], self.shown):
            print(ROW.format(day, self.today.isoformat(), *counts, ", ".join(words)), flush=True)
        self.shown = counts


def main():
    season = Days(options_read())
    try:
        season.play()
        ends, totals = season.audit()
        if not season.tally["late fees"] or not ends["returned"]:
            raise Wrong("nothing came back, or nobody paid late")
    except Wrong as wrong:
        print(f"\nWRONG  on {season.today}: {wrong}", file=sys.stderr)
        return 1
    print(f"\nThe season is over: {sum(ends.values())} parcels, {ends['returned']} of them returned whole,"
          f" {money(totals['paid'])} of tax paid, as planned to the fen.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
