-- The ledger's tables, all append-only. Zero or NULL where the C side says "none".
CREATE SCHEMA ledger;
CREATE SCHEMA business;

CREATE TABLE ledger.schema (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version integer NOT NULL,
    fingerprint text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ledger.purpose (
    number smallint PRIMARY KEY,
    name text NOT NULL UNIQUE,
    side text NOT NULL CHECK (side IN ('debit', 'credit', 'either')),
    book text NOT NULL CHECK (book IN ('money', 'memo')),
    meaning text NOT NULL
);

CREATE TABLE ledger.currency (
    number smallint PRIMARY KEY,
    code text NOT NULL UNIQUE
);

CREATE TABLE ledger.account (
    number bigint PRIMARY KEY,
    owner bigint NOT NULL,
    purpose smallint NOT NULL,
    currency smallint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    bound_min bigint NOT NULL,
    bound_max bigint NOT NULL,
    command_seq bigint NOT NULL,
    UNIQUE (owner, purpose, currency, subject),
    CHECK (bound_min <= bound_max)
);

-- Bounds changed after transfer `after_seq`; `ordinal` orders the changes of one batch.
CREATE TABLE ledger.bounds (
    command_seq bigint NOT NULL,
    ordinal integer NOT NULL,
    account bigint NOT NULL,
    bound_min bigint NOT NULL,
    bound_max bigint NOT NULL,
    after_seq bigint NOT NULL,
    PRIMARY KEY (command_seq, ordinal),
    CHECK (bound_min <= bound_max)
);
CREATE INDEX bounds_account ON ledger.bounds (account, command_seq, ordinal);

-- debit_prev and credit_prev are the previous transfers of the two accounts, 0 for the first: a
-- statement is a walk along them, so that the hot table needs no index per account.
CREATE TABLE ledger.transfer (
    seq bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL,
    pending_seq bigint,
    command_seq bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    expires_at timestamptz,
    debit_prev bigint NOT NULL,
    credit_prev bigint NOT NULL,
    kind smallint NOT NULL,
    code smallint NOT NULL,
    CHECK (amount > 0),
    CHECK (debit <> credit)
) PARTITION BY RANGE (seq);

-- Partitions of ledger.transfer, and those among them that are full and indexed.
CREATE TABLE ledger.leaf (
    first_seq bigint PRIMARY KEY,
    last_seq bigint NOT NULL
);
CREATE TABLE ledger.seal (
    first_seq bigint PRIMARY KEY REFERENCES ledger.leaf,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger.command (
    seq bigint PRIMARY KEY,
    party bigint NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    body bytea NOT NULL,
    answer bytea NOT NULL,
    party_user text COLLATE "C" NOT NULL, -- the person of the party, '' when the certificate names none
    UNIQUE (party, idempotency_key)
);

CREATE TABLE ledger.event (
    party bigint NOT NULL,
    party_seq bigint NOT NULL,
    command_seq bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    body json NOT NULL,
    PRIMARY KEY (party, party_seq)
);

-- One row per committed batch. A range is empty when last = first - 1. `streams` lists name, row
-- count and SHA-256 of each table's rows; `marks` has four bytes per row, in the same order;
-- `hash` covers everything here and `previous`.
CREATE TABLE ledger.batch (
    number bigint PRIMARY KEY,
    epoch bigint NOT NULL,
    first_account bigint NOT NULL,
    last_account bigint NOT NULL,
    first_transfer bigint NOT NULL,
    last_transfer bigint NOT NULL,
    first_command bigint NOT NULL,
    last_command bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    streams bytea NOT NULL,
    marks bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL
);
ALTER TABLE ledger.batch ALTER COLUMN marks SET STORAGE EXTERNAL;
ALTER TABLE ledger.batch ALTER COLUMN streams SET STORAGE EXTERNAL;

-- A checkpoint at `seq` is its own balances over those of the checkpoints from `base` on.
CREATE TABLE ledger.checkpoint (
    seq bigint PRIMARY KEY,
    base bigint NOT NULL,
    changed_since bigint NOT NULL,
    balance_count bigint NOT NULL,
    pending_count bigint NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE ledger.balance (
    checkpoint bigint NOT NULL,
    account bigint NOT NULL,
    posted_debits bigint NOT NULL,
    posted_credits bigint NOT NULL,
    pending_debits bigint NOT NULL,
    pending_credits bigint NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (checkpoint, account)
);
CREATE INDEX balance_account ON ledger.balance (account, checkpoint);
CREATE TABLE ledger.checkpoint_pending (
    checkpoint bigint NOT NULL,
    seq bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    remaining bigint NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (checkpoint, seq)
);

-- The only row that ever changes, through ledger.epoch_bump alone.
CREATE TABLE ledger.epoch (
    is_single boolean PRIMARY KEY DEFAULT true CHECK (is_single),
    epoch bigint NOT NULL,
    holder text NOT NULL,
    since timestamptz NOT NULL
);
INSERT INTO ledger.epoch (epoch, holder, since) VALUES (0, '', now());

-- The columns of business.<kind>, and the first batch whose rows had them.
CREATE TABLE ledger.document_kind (
    name text COLLATE "C" PRIMARY KEY,
    since_batch bigint NOT NULL
);
CREATE TABLE ledger.document_column (
    kind text COLLATE "C" NOT NULL REFERENCES ledger.document_kind,
    position smallint NOT NULL,
    name text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    since_batch bigint NOT NULL,
    PRIMARY KEY (kind, position)
);
