-- What the writer cannot do with INSERT alone, each as narrow as it can be.

CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'KA001';
END
$$;

CREATE OR REPLACE FUNCTION ledger.protect(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'append_only') THEN
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', target);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
END
$$;

-- Holds the epoch still until the transaction ends; a newer epoch refuses the older engine.
CREATE OR REPLACE FUNCTION ledger.fence(expected bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM ledger.epoch WHERE epoch = expected FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'epoch % is over', expected USING ERRCODE = 'KF001';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION ledger.epoch_bump(name text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bumped bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND classid = 1263490382 AND objid = 1 AND granted) THEN
        RAISE EXCEPTION 'only the holder of the engine lock may begin an epoch'
            USING ERRCODE = 'KF002';
    END IF;
    UPDATE ledger.epoch SET epoch = epoch + 1, holder = name, since = clock_timestamp()
        RETURNING epoch INTO bumped;
    RETURN bumped;
END
$$;

CREATE OR REPLACE FUNCTION ledger.leaf_name(first_seq bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'transfer_' || lpad(first_seq::text, 12, '0')
$$;

-- Sees to it that the leaf of transfer `seq` exists, adding leaves of `count` rows. Attaching a
-- table locks the parent less than creating a partition in place would. A leaf gets its index once
-- it is full: any index at all would cost as much for each row as the row itself.
CREATE OR REPLACE FUNCTION ledger.leaf_ahead(seq bigint, count bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    next_seq bigint;
    leaf text;
BEGIN
    IF count < 1 THEN
        RAISE EXCEPTION 'a leaf has at least one row';
    END IF;
    PERFORM pg_advisory_xact_lock(1263490382, 2);
    LOOP
        SELECT coalesce(max(last_seq), 0) + 1 INTO next_seq FROM ledger.leaf;
        EXIT WHEN next_seq > seq;
        leaf := ledger.leaf_name(next_seq);
        EXECUTE format('CREATE TABLE ledger.%I (LIKE ledger.transfer INCLUDING CONSTRAINTS)'
                       ' WITH (autovacuum_enabled = off)', leaf);
        EXECUTE format('ALTER TABLE ledger.transfer ATTACH PARTITION ledger.%I'
                       ' FOR VALUES FROM (%s) TO (%s)', leaf, next_seq, next_seq + count);
        PERFORM ledger.protect(format('ledger.%I', leaf)::regclass);
        EXECUTE format('GRANT SELECT, INSERT ON ledger.%I TO kouan_writer', leaf);
        EXECUTE format('GRANT SELECT ON ledger.%I TO kouan_reader', leaf);
        INSERT INTO ledger.leaf (first_seq, last_seq) VALUES (next_seq, next_seq + count - 1);
    END LOOP;
END
$$;

-- One step of sealing a full leaf: first the index, then, when readers let it, the primary key.
-- Says 'open' when the leaf is not full yet, 'indexed' after step one, 'sealed' after step two.
CREATE OR REPLACE FUNCTION ledger.leaf_seal(first bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaf text := ledger.leaf_name(first);
    filled bigint;
BEGIN
    IF EXISTS (SELECT FROM ledger.seal WHERE first_seq = first) THEN
        RETURN 'sealed';
    END IF;
    IF to_regclass(format('ledger.%I', leaf || '_seq')) IS NULL THEN
        SELECT max(last_transfer) INTO filled FROM ledger.batch
            WHERE number = (SELECT max(number) FROM ledger.batch);
        IF NOT EXISTS (SELECT FROM ledger.leaf WHERE first_seq = first AND last_seq <= filled) THEN
            RETURN 'open';
        END IF;
        EXECUTE format('REVOKE INSERT ON ledger.%I FROM kouan_writer', leaf);
        EXECUTE format('CREATE UNIQUE INDEX %I ON ledger.%I (seq) WITH (fillfactor = 100)',
                       leaf || '_seq', leaf);
        RETURN 'indexed';
    END IF;
    EXECUTE format('ALTER TABLE ledger.%I ADD PRIMARY KEY USING INDEX %I', leaf, leaf || '_seq');
    -- The server's own vacuum freezes the leaf once, now that no row comes any more.
    EXECUTE format('ALTER TABLE ledger.%I SET (autovacuum_enabled = on,'
                   ' autovacuum_vacuum_insert_scale_factor = 0,'
                   ' autovacuum_vacuum_insert_threshold = 0, autovacuum_freeze_min_age = 0)', leaf);
    INSERT INTO ledger.seal (first_seq) VALUES (first);
    RETURN 'sealed';
END
$$;

-- One transfer. An open leaf has no index, but its rows lie in the order of seq: between two pages
-- with lower and higher rows the page is guessed by proportion, then by halves. Only a row that was
-- moved by somebody is found by reading everything.
CREATE OR REPLACE FUNCTION ledger.transfer_at(wanted bigint) RETURNS ledger.transfer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found ledger.transfer;
    leaf text;
    low bigint := 0;
    low_seq bigint;
    high bigint;
    high_seq bigint;
    middle bigint;
    middle_seq bigint;
BEGIN
    SELECT ledger.leaf_name(l.first_seq), l.first_seq, l.last_seq + 1 INTO leaf, low_seq, high_seq
        FROM ledger.leaf l
        WHERE wanted BETWEEN l.first_seq AND l.last_seq
        AND NOT EXISTS (SELECT FROM ledger.seal s WHERE s.first_seq = l.first_seq);
    IF leaf IS NOT NULL THEN
        high := pg_relation_size(format('ledger.%I', leaf)::regclass)
                / current_setting('block_size')::bigint;
        SELECT least(high_seq, max(b.last_transfer) + 1) INTO high_seq FROM ledger.batch b
            WHERE b.number = (SELECT max(number) FROM ledger.batch);
        FOR step IN 1..64 LOOP
            EXIT WHEN high - low <= 1;
            middle := CASE WHEN step > 8 THEN (low + high) / 2
                ELSE low + (wanted - low_seq) * (high - low) / greatest(high_seq - low_seq, 1) END;
            middle := least(greatest(middle, low + 1), high - 1);
            EXECUTE format('SELECT seq FROM ledger.%I WHERE ctid >= $1 LIMIT 1', leaf)
                INTO middle_seq USING format('(%s,0)', middle)::tid;
            IF middle_seq <= wanted THEN
                low := middle;
                low_seq := middle_seq;
            ELSE
                high := middle;
                high_seq := coalesce(middle_seq, high_seq);
            END IF;
        END LOOP;
        EXECUTE format('SELECT * FROM ledger.%I WHERE ctid >= $1 AND ctid < $2 AND seq = $3', leaf)
            INTO found USING format('(%s,0)', low)::tid, format('(%s,0)', low + 1)::tid, wanted;
    END IF;
    IF found.seq IS NULL THEN
        SELECT * INTO found FROM ledger.transfer t WHERE t.seq = wanted;
    END IF;
    RETURN found;
END
$$;

CREATE OR REPLACE FUNCTION ledger.kind_name(kind smallint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind WHEN 1 THEN 'single' WHEN 2 THEN 'pending' WHEN 3 THEN 'post'
                     WHEN 4 THEN 'void' WHEN 5 THEN 'expire' END
$$;

-- What a transfer of this kind does to the posted and to the pending sums, times its amount.
CREATE OR REPLACE FUNCTION ledger.posted_sign(kind smallint) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind IN (1, 3) THEN 1 ELSE 0 END
$$;
CREATE OR REPLACE FUNCTION ledger.pending_sign(kind smallint) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind = 2 THEN 1 WHEN kind IN (3, 4, 5) THEN -1 ELSE 0 END
$$;
