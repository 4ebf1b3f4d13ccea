-- Every table protected against change; the writer appends only where its batches go.
REVOKE ALL ON SCHEMA ledger, business FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger, business TO kouan_writer, kouan_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger, business TO kouan_writer, kouan_reader;
GRANT INSERT ON ledger.account, ledger.bounds, ledger.command, ledger.event, ledger.batch,
    ledger.checkpoint, ledger.balance, ledger.checkpoint_pending TO kouan_writer;
GRANT INSERT ON ALL TABLES IN SCHEMA business TO kouan_writer;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.fence(bigint), ledger.epoch_bump(text),
    ledger.leaf_ahead(bigint, bigint), ledger.leaf_seal(bigint)
    TO kouan_writer;
GRANT EXECUTE ON FUNCTION ledger.leaf_name(bigint), ledger.kind_name(smallint), ledger.posted_sign(smallint),
    ledger.pending_sign(smallint), ledger.transfer_at(bigint), ledger.statement(bigint, bigint, integer)
    TO kouan_writer, kouan_reader;

SELECT ledger.protect(c.oid::regclass)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('ledger', 'business') AND c.relkind IN ('r', 'p')
  AND c.oid <> 'ledger.epoch'::regclass;
