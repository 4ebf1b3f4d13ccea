-- Readable faces of the rows; exact at the snapshot of whoever asks.

CREATE OR REPLACE VIEW ledger.entry AS
SELECT t.seq, e.account, e.side, e.counterpart, t.amount, ledger.kind_name(t.kind) AS kind,
       t.code, t.pending_seq, t.command_seq, t.recorded_at, t.expires_at, e.account_prev,
       e.sign * ledger.posted_sign(t.kind) * t.amount AS posted_credit
FROM ledger.transfer t
CROSS JOIN LATERAL (VALUES (t.debit, 'debit', t.credit, t.debit_prev, -1),
                           (t.credit, 'credit', t.debit, t.credit_prev, 1))
    AS e (account, side, counterpart, account_prev, sign);

-- The last checkpoint and the transfers since.
CREATE OR REPLACE VIEW ledger.account_balance AS
WITH point AS (
    SELECT coalesce(max(seq), 0) AS seq FROM ledger.checkpoint
), base AS (
    SELECT coalesce(max(c.base), 0) AS base FROM ledger.checkpoint c, point WHERE c.seq = point.seq
), part AS (
    SELECT DISTINCT ON (b.account) b.account, b.posted_debits, b.posted_credits, b.pending_debits,
           b.pending_credits, b.last_seq
    FROM ledger.balance b
    WHERE b.checkpoint BETWEEN (SELECT base FROM base) AND (SELECT seq FROM point)
    ORDER BY b.account, b.checkpoint DESC
), tail AS (
    SELECT e.account,
           sum(e.debit * ledger.posted_sign(e.kind)) AS posted_debits,
           sum(e.credit * ledger.posted_sign(e.kind)) AS posted_credits,
           sum(e.debit * ledger.pending_sign(e.kind)) AS pending_debits,
           sum(e.credit * ledger.pending_sign(e.kind)) AS pending_credits,
           max(e.seq) AS last_seq
    FROM (SELECT seq, kind, debit AS account, amount AS debit, 0::bigint AS credit
          FROM ledger.transfer WHERE seq > (SELECT seq FROM point)
          UNION ALL
          SELECT seq, kind, credit, 0, amount
          FROM ledger.transfer WHERE seq > (SELECT seq FROM point)) e
    GROUP BY e.account
), sums AS (
    SELECT a.number,
           (coalesce(p.posted_debits, 0) + coalesce(t.posted_debits, 0))::bigint AS posted_debits,
           (coalesce(p.posted_credits, 0) + coalesce(t.posted_credits, 0))::bigint AS posted_credits,
           (coalesce(p.pending_debits, 0) + coalesce(t.pending_debits, 0))::bigint AS pending_debits,
           (coalesce(p.pending_credits, 0) + coalesce(t.pending_credits, 0))::bigint
               AS pending_credits,
           coalesce(t.last_seq, p.last_seq, 0) AS last_seq
    FROM ledger.account a
    LEFT JOIN part p ON p.account = a.number
    LEFT JOIN tail t ON t.account = a.number
), bounds AS (
    SELECT DISTINCT ON (account) account, bound_min, bound_max
    FROM ledger.bounds ORDER BY account, command_seq DESC, ordinal DESC
)
SELECT a.number AS account, a.owner, p.name AS purpose, c.code AS currency, a.subject,
       p.book, p.side, s.posted_debits, s.posted_credits, s.pending_debits, s.pending_credits,
       CASE p.side WHEN 'debit' THEN s.posted_debits - s.posted_credits
                   ELSE s.posted_credits - s.posted_debits END AS balance,
       coalesce(b.bound_min, a.bound_min) AS bound_min,
       coalesce(b.bound_max, a.bound_max) AS bound_max, s.last_seq
FROM ledger.account a
JOIN sums s ON s.number = a.number
LEFT JOIN bounds b ON b.account = a.number
LEFT JOIN ledger.purpose p ON p.number = a.purpose
LEFT JOIN ledger.currency c ON c.number = a.currency;

CREATE OR REPLACE VIEW ledger.trial_balance AS
SELECT book, currency, purpose, count(*) AS accounts,
       sum(posted_debits)::bigint AS posted_debits, sum(posted_credits)::bigint AS posted_credits,
       sum(pending_debits)::bigint AS pending_debits,
       sum(pending_credits)::bigint AS pending_credits,
       sum(balance)::bigint AS balance
FROM ledger.account_balance
GROUP BY book, currency, purpose;

-- The statement of one account, latest first: the transfers at and before `from_seq` (NULL: the
-- latest), by walking the links, each with the posted balance after it on the normal side.
CREATE OR REPLACE FUNCTION ledger.statement(of_account bigint, from_seq bigint, row_limit integer)
RETURNS TABLE (seq bigint, side text, counterpart bigint, amount bigint, kind text, code smallint,
               command_seq bigint, recorded_at timestamptz, balance bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sign integer;
    anchor record;
    at_seq bigint := from_seq;
    moved ledger.transfer;
    running bigint := 0;
    step bigint;
    shown integer := 0;
BEGIN
    SELECT CASE p.side WHEN 'debit' THEN -1 ELSE 1 END INTO sign
        FROM ledger.account a JOIN ledger.purpose p ON p.number = a.purpose
        WHERE a.number = of_account;
    IF at_seq IS NULL THEN
        SELECT max(t.seq) INTO at_seq FROM ledger.transfer t
            WHERE (t.debit = of_account OR t.credit = of_account)
            AND t.seq > (SELECT coalesce(max(c.seq), 0) FROM ledger.checkpoint c);
        IF at_seq IS NULL THEN
            SELECT b.last_seq INTO at_seq FROM ledger.balance b
                WHERE b.account = of_account ORDER BY b.checkpoint DESC LIMIT 1;
        END IF;
    ELSE
        moved := ledger.transfer_at(from_seq);
        IF of_account IN (moved.debit, moved.credit) THEN
            at_seq := from_seq;
        ELSE
            at_seq := NULL;
        END IF;
    END IF;
    -- Backwards to the nearest written balance gives the balance at the start.
    SELECT b.last_seq, b.posted_credits - b.posted_debits AS net INTO anchor
        FROM ledger.balance b WHERE b.account = of_account AND b.last_seq <= at_seq
        ORDER BY b.checkpoint DESC LIMIT 1;
    step := at_seq;
    WHILE step > coalesce(anchor.last_seq, 0) LOOP
        moved := ledger.transfer_at(step);
        running := running + ledger.posted_sign(moved.kind) * moved.amount
                   * CASE WHEN moved.credit = of_account THEN 1 ELSE -1 END;
        step := CASE WHEN moved.credit = of_account THEN moved.credit_prev ELSE moved.debit_prev END;
    END LOOP;
    running := running + coalesce(anchor.net, 0);
    WHILE at_seq > 0 AND shown < row_limit LOOP
        moved := ledger.transfer_at(at_seq);
        EXIT WHEN moved.seq IS NULL;
        seq := moved.seq;
        side := CASE WHEN moved.credit = of_account THEN 'credit' ELSE 'debit' END;
        counterpart := CASE WHEN moved.credit = of_account THEN moved.debit ELSE moved.credit END;
        amount := moved.amount;
        kind := ledger.kind_name(moved.kind);
        code := moved.code;
        command_seq := moved.command_seq;
        recorded_at := moved.recorded_at;
        balance := sign * running;
        RETURN NEXT;
        running := running - ledger.posted_sign(moved.kind) * moved.amount
                   * CASE WHEN moved.credit = of_account THEN 1 ELSE -1 END;
        at_seq := CASE WHEN moved.credit = of_account THEN moved.credit_prev ELSE moved.debit_prev END;
        shown := shown + 1;
    END LOOP;
END
$$;
