-- Why: the books. An entry is one row that carries its legs as arrays, so that a late or a missing leg
-- cannot exist. Entries are appended and never change: checks refuse what does not balance, triggers
-- refuse what does not append, for the owner of the tables too. What is found wrong later is taken
-- back by a mirror entry (rule 18). Two times: an entry takes effect at its block, and is recorded
-- at its position. Snapshots are a cache of balances; everything else is what happened.

CREATE SCHEMA ledger;

-- ---------------------------------------------------------------------------- the chart

CREATE TABLE ledger.account (
    account smallint PRIMARY KEY,
    name    text NOT NULL UNIQUE,
    book    smallint NOT NULL CHECK (book IN (0, 1)),
    nature  text NOT NULL CHECK (nature IN ('debit', 'credit'))
);
INSERT INTO ledger.account VALUES
    (101, 'cash', 0, 'debit'),
    (102, 'loans', 0, 'debit'),
    (103, 'deficit.open', 0, 'debit'),
    (104, 'deficit.slashed', 0, 'debit'),
    (105, 'deficit.auction', 0, 'debit'),
    (106, 'collateral.inventory', 0, 'debit'),
    (201, 'claims.lenders', 0, 'credit'),
    (202, 'claims.treasury', 0, 'credit'),
    (203, 'capital.reserve', 0, 'credit'),
    (204, 'capital.slack', 0, 'credit'),
    (205, 'conversion', 0, 'credit'),
    (301, 'insurance.stake', 0, 'debit'),
    (302, 'insurance.capital', 0, 'credit'),
    (401, 'loss.impairment', 1, 'debit'),
    (402, 'interest.suspended', 1, 'debit'),
    (501, 'allowance', 1, 'credit'),
    (502, 'written_off', 1, 'credit'),
    (511, 'borne.reserve', 1, 'credit'),
    (512, 'borne.treasury', 1, 'credit'),
    (513, 'borne.insurance', 1, 'credit'),
    (514, 'borne.recap', 1, 'credit'),
    (515, 'borne.lenders', 1, 'credit'),
    (521, 'recovered.borrower', 1, 'credit'),
    (522, 'recovered.collateral', 1, 'credit'),
    (523, 'recovered.third_party', 1, 'credit'),
    (601, 'memo.claim', 1, 'debit'),
    (602, 'memo.offset', 1, 'credit');

CREATE TABLE ledger.rule (
    rule smallint PRIMARY KEY,
    name text NOT NULL UNIQUE
);
INSERT INTO ledger.rule VALUES
    (1, 'supply'), (2, 'borrow'), (3, 'interest'), (4, 'valuation'), (5, 'liquidation'), (6, 'deficit'),
    (7, 'reserve_used'), (8, 'treasury_paid'), (9, 'insurance_slashed'), (10, 'slashed_burned'),
    (11, 'auction'), (12, 'socialised'), (13, 'recovered_open'), (14, 'recovered_late'),
    (15, 'forgiven'), (16, 'write_off'), (17, 'seized_collateral'), (18, 'reversal'), (19, 'rounding');

CREATE FUNCTION ledger.book_name(book smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (ARRAY['contract', 'economic'])[book + 1] $$;

-- ---------------------------------------------------------------------------- the journal

-- One book of one market. Its hash chain begins with `genesis`.
CREATE TABLE ledger.ledger (
    chain_id  bigint NOT NULL REFERENCES redink.chain,
    ledger_id integer NOT NULL,
    market_id integer NOT NULL REFERENCES redink.market,
    book      smallint NOT NULL CHECK (book IN (0, 1)),
    genesis   bytea NOT NULL CHECK (octet_length(genesis) = 32),
    PRIMARY KEY (chain_id, ledger_id),
    UNIQUE (market_id, book),
    CHECK (ledger_id = 2 * market_id + book)
);

-- Whose books: numbered by first use in a market.
CREATE TABLE ledger.entity (
    chain_id  bigint NOT NULL REFERENCES redink.chain,
    market_id integer NOT NULL REFERENCES redink.market,
    entity_id integer NOT NULL CHECK (entity_id > 0),
    pool      bytea NOT NULL,
    reserve   bytea NOT NULL CHECK (octet_length(reserve) = 20),
    asset     bytea NOT NULL CHECK (octet_length(asset) = 20),
    PRIMARY KEY (chain_id, market_id, entity_id),
    UNIQUE (market_id, pool, reserve, asset)
);

CREATE FUNCTION ledger.balances(debit boolean[], units numeric[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    net numeric := 0;
BEGIN
    FOR i IN 1 .. cardinality(units) LOOP
        net := CASE WHEN debit[i] THEN net + units[i] ELSE net - units[i] END;
    END LOOP;
    RETURN net = 0;
END
$$;

-- An address each, or empty for nobody; the zero address is nobody and is written as empty.
CREATE FUNCTION ledger.are_parties(parties bytea[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    party bytea;
BEGIN
    FOREACH party IN ARRAY parties LOOP
        IF octet_length(party) <> 20 OR party = '\x0000000000000000000000000000000000000000' THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END
$$;

CREATE TABLE ledger.entry (
    chain_id     bigint NOT NULL,
    ledger_id    integer NOT NULL,
    position     bigint NOT NULL CHECK (position > 0),
    entry_id     bytea NOT NULL CHECK (octet_length(entry_id) = 32),
    book         smallint NOT NULL,
    rule         smallint NOT NULL CHECK (rule BETWEEN 1 AND 19),
    entity_id    integer NOT NULL,
    block_number bigint NOT NULL CHECK (block_number >= 0),
    block_hash   bytea NOT NULL CHECK (octet_length(block_hash) = 32),
    block_time   bigint NOT NULL CHECK (block_time >= 0),
    log_index    bigint CHECK (log_index BETWEEN 0 AND 4294967295),         -- empty: the end of the block
    txn_hash     bytea CHECK (octet_length(txn_hash) = 32),
    ordinal      bigint NOT NULL CHECK (ordinal BETWEEN 0 AND 4294967295),
    evidence     bytea CHECK (octet_length(evidence) = 32),
    revision     bigint NOT NULL CHECK (revision BETWEEN 0 AND 4294967295),
    reverses     bytea CHECK (octet_length(reverses) = 32),
    narrative    text NOT NULL,
    leg_account  smallint[] NOT NULL,
    leg_debit    boolean[] NOT NULL,
    leg_units    numeric(78, 0)[] NOT NULL,
    leg_party    bytea[] NOT NULL,                       -- an element is empty for nobody
    high_block   bigint NOT NULL,                        -- highest block up to this position
    payload      bytea NOT NULL CHECK (octet_length(payload) = 32),  -- SHA-256 of the canonical bytes
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (chain_id, ledger_id, position),
    CONSTRAINT entry_reversal CHECK ((rule = 18) = (reverses IS NOT NULL)),
    CONSTRAINT entry_none_is_empty CHECK (num_nonnulls(nullif(txn_hash, decode(repeat('00', 32), 'hex')),
        nullif(evidence, decode(repeat('00', 32), 'hex'))) = num_nonnulls(txn_hash, evidence)),
    CONSTRAINT entry_has_legs CHECK (cardinality(leg_account) >= 2),
    CONSTRAINT entry_legs_whole CHECK (
        array_ndims(leg_account) = 1 AND array_lower(leg_account, 1) = 1
        AND array_dims(leg_debit) = array_dims(leg_account)
        AND array_dims(leg_units) = array_dims(leg_account)
        AND array_dims(leg_party) = array_dims(leg_account)
        AND array_position(leg_account, NULL) IS NULL AND array_position(leg_debit, NULL) IS NULL
        AND array_position(leg_units, NULL) IS NULL),
    CONSTRAINT entry_legs_in_range CHECK (0 < ALL (leg_units)
        AND 115792089237316195423570985008687907853269984665640564039457584007913129639935 >= ALL (leg_units)),
    CONSTRAINT entry_legs_of_book CHECK (CASE book
        WHEN 0 THEN leg_account <@ '{101,102,103,104,105,106,201,202,203,204,205,301,302}'::smallint[]
        WHEN 1 THEN leg_account <@ '{401,402,501,502,511,512,513,514,515,521,522,523,601,602}'::smallint[]
        ELSE false END),
    CONSTRAINT entry_legs_of_parties CHECK (ledger.are_parties(leg_party)),
    CONSTRAINT entry_legs_balance CHECK (ledger.balances(leg_debit, leg_units))
) PARTITION BY LIST (chain_id);
-- The market's name may be configured twice: the same entry may then stand in two ledgers.
CREATE UNIQUE INDEX entry_identity ON ledger.entry (chain_id, entry_id, ledger_id);
CREATE UNIQUE INDEX entry_reversed_once ON ledger.entry (chain_id, reverses, ledger_id)
    WHERE reverses IS NOT NULL;
CREATE INDEX entry_block ON ledger.entry (chain_id, ledger_id, block_number, position);
-- Entries that were recorded after one of a later block: corrections.
CREATE INDEX entry_late ON ledger.entry (chain_id, ledger_id, block_number, position)
    WHERE block_number < high_block;

-- ---------------------------------------------------------------------------- what stays as it is

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME LIKE 'entry%' THEN
        RAISE EXCEPTION 'entries of the ledger are never changed or removed (% on %.%)',
                        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING HINT = 'To correct an entry, post its mirror (rule 18, reverses = its entry_id) and then the right one.';
    END IF;
    RAISE EXCEPTION '%.% is only ever added to (% refused)', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING HINT = 'Entries depend on this row; add another one instead.';
END
$$;

-- What a statement added to a ledger continues it without a gap, and fits it.
CREATE FUNCTION ledger.check_append() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    part record;
    bad record;
    high bigint;
BEGIN
    FOR part IN SELECT a.chain_id, a.ledger_id, min(a.position) AS first, max(a.position) AS last,
                       count(*) AS entries, max(a.block_number) AS top
                  FROM added a GROUP BY a.chain_id, a.ledger_id LOOP
        SELECT e.high_block INTO high FROM ledger.entry e
         WHERE e.chain_id = part.chain_id AND e.ledger_id = part.ledger_id
           AND e.position = part.first - 1;
        IF part.last - part.first + 1 <> part.entries OR (part.first > 1 AND high IS NULL) THEN
            RAISE EXCEPTION 'entries % to % of ledger % of chain % do not follow its last entry without a gap',
                            part.first, part.last, part.ledger_id, part.chain_id
                USING HINT = 'Positions count up from 1; append behind the last one, in one transaction that holds the ledger''s lock.';
        END IF;
        SELECT h.* INTO bad FROM ledger.halt h JOIN ledger.ledger g USING (market_id)
         WHERE g.chain_id = part.chain_id AND g.ledger_id = part.ledger_id AND part.top > h.block_number;
        IF FOUND THEN
            RAISE EXCEPTION 'market % is not booked beyond block %: %', bad.market_id, bad.block_number, bad.reason
                USING HINT = 'Correct what is wrong by reversing entries, then remove the row of ledger.halt.';
        END IF;
        SELECT a.position INTO bad
          FROM (SELECT x.position, x.high_block,
                       greatest(high, max(x.block_number) OVER (ORDER BY x.position)) AS expected
                  FROM added x WHERE x.chain_id = part.chain_id AND x.ledger_id = part.ledger_id) a
         WHERE a.high_block <> a.expected LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'high_block of entry % is not the highest block up to there', bad.position;
        END IF;
    END LOOP;
    SELECT d.* INTO bad
      FROM (SELECT DISTINCT a.chain_id, a.ledger_id, a.book, a.entity_id FROM added a) d
      LEFT JOIN ledger.ledger g USING (chain_id, ledger_id, book)
      LEFT JOIN ledger.entity n
             ON n.chain_id = d.chain_id AND n.market_id = g.market_id AND n.entity_id = d.entity_id
     WHERE n.entity_id IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger % of chain % has no book % or no entity %',
                        bad.ledger_id, bad.chain_id, bad.book, bad.entity_id
            USING HINT = 'Add the ledger and the entity first.';
    END IF;
    SELECT a.position INTO bad FROM added a
      LEFT JOIN LATERAL (
        -- Without statistics the planner would look through the whole ledger instead of the index
        -- of identities; + 0 keeps it from that.
        SELECT x.* FROM ledger.entry x
         WHERE x.chain_id = a.chain_id AND x.entry_id = a.reverses AND x.ledger_id + 0 = a.ledger_id
        OFFSET 0) e ON true
     WHERE a.reverses IS NOT NULL AND (
        e.position IS NULL OR e.position > a.position OR e.entity_id <> a.entity_id
        OR e.block_number <> a.block_number OR e.block_hash <> a.block_hash
        OR e.leg_account <> a.leg_account OR e.leg_units <> a.leg_units
        OR e.leg_party IS DISTINCT FROM a.leg_party
        OR EXISTS (SELECT FROM unnest(e.leg_debit, a.leg_debit) AS l (before, after)
                    WHERE l.before = l.after))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not the mirror of the entry that it reverses', bad.position
            USING HINT = 'A reversing entry has the block, the entity and the legs of an entry that is in the ledger before it, with sides swapped.';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER entry_never_changes BEFORE UPDATE OR DELETE ON ledger.entry
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();

-- Row triggers follow to partitions by themselves, statement triggers do not.
CREATE FUNCTION ledger.guard(entries regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER entry_never_truncated BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', entries);
    EXECUTE format('CREATE TRIGGER entry_appends AFTER INSERT ON %s REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_append()', entries);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'redink_writer') THEN
        EXECUTE format('GRANT SELECT, INSERT ON %s TO redink_writer', entries);
    END IF;
END
$$;
SELECT ledger.guard('ledger.entry');

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['account', 'rule', 'ledger', 'entity'] LOOP
        EXECUTE format('CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.%s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', name);
    END LOOP;
END
$$;

-- ---------------------------------------------------------------------------- around the journal

-- Balances of all entries up to a position that take effect up to a block, by party or summed over
-- parties. A cache.
CREATE TABLE ledger.snapshot (
    chain_id     bigint NOT NULL,
    ledger_id    integer NOT NULL,
    position     bigint NOT NULL,
    block_number bigint NOT NULL,
    by_party     boolean NOT NULL,
    entries      bigint NOT NULL,            -- how many they are
    balances     bigint NOT NULL,            -- rows of snapshot_balance
    hash         bytea NOT NULL,             -- of the entry at the position
    PRIMARY KEY (chain_id, ledger_id, by_party, position, block_number),
    FOREIGN KEY (chain_id, ledger_id) REFERENCES ledger.ledger
);

CREATE TABLE ledger.snapshot_balance (
    chain_id     bigint NOT NULL,
    ledger_id    integer NOT NULL,
    position     bigint NOT NULL,
    block_number bigint NOT NULL,
    by_party     boolean NOT NULL,
    entity_id    integer NOT NULL,
    account      smallint NOT NULL,
    party        bytea,                      -- empty: nobody, or all
    net          numeric NOT NULL     -- debits less credits, never zero
);
CREATE INDEX snapshot_balance_at
    ON ledger.snapshot_balance (chain_id, ledger_id, by_party, position, block_number);

-- How far a market is booked, and where its ledgers ended then.
CREATE TABLE ledger.cursor (
    market_id         integer PRIMARY KEY REFERENCES redink.market,
    block_number      bigint NOT NULL,
    block_hash        bytea NOT NULL,
    contract_position bigint NOT NULL,
    contract_hash     bytea NOT NULL,
    economic_position bigint NOT NULL,
    economic_hash     bytea NOT NULL
);

-- A market that must not be booked beyond a block before somebody looked at it.
CREATE TABLE ledger.halt (
    market_id    integer PRIMARY KEY REFERENCES redink.market,
    block_number bigint NOT NULL,
    reason       text NOT NULL,
    since        timestamptz NOT NULL DEFAULT now()
);

-- What the chain or a document says that a balance is at the end of a block, and what the books said.
CREATE TABLE ledger.assertion (
    assertion_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id     bigint NOT NULL,
    market_id    integer NOT NULL,
    entity_id    integer NOT NULL,
    account      smallint NOT NULL REFERENCES ledger.account,
    block_number bigint NOT NULL,
    expected     numeric NOT NULL,    -- in the account's nature
    tolerance    redink.uint256 NOT NULL,
    source       text NOT NULL,              -- who says so: a call, an event, a document
    observed     numeric NOT NULL,
    passed       boolean NOT NULL GENERATED ALWAYS AS (abs(observed - expected) <= tolerance) STORED,
    FOREIGN KEY (chain_id, market_id, entity_id) REFERENCES ledger.entity
);
CREATE INDEX assertion_block ON ledger.assertion (market_id, block_number);

-- Entries of blocks that may still be replaced: as they would be posted, thrown away at will. The
-- head says up to which block they are complete.
CREATE TABLE derived.provisional_entry (
    market_id   integer NOT NULL,
    from_block  bigint NOT NULL,             -- the block at whose end it takes effect
    sequence    integer NOT NULL,            -- in the order of posting
    book        smallint NOT NULL,
    rule        smallint NOT NULL,
    pool        bytea NOT NULL,
    reserve     bytea NOT NULL,
    asset       bytea NOT NULL,
    block_hash  bytea NOT NULL,
    block_time  bigint NOT NULL,
    log_index   bigint,
    txn_hash    bytea,
    ordinal     bigint NOT NULL,
    evidence    bytea,
    revision    bigint NOT NULL,
    reverses    bytea,
    narrative   text NOT NULL,
    leg_account smallint[] NOT NULL,
    leg_debit   boolean[] NOT NULL,
    leg_units   numeric(78, 0)[] NOT NULL,
    leg_party   bytea[] NOT NULL,
    PRIMARY KEY (market_id, from_block, sequence)
);

CREATE TABLE derived.provisional_head (
    market_id  integer PRIMARY KEY,
    from_block bigint NOT NULL,
    block_hash bytea NOT NULL
);

-- ---------------------------------------------------------------------------- partitions

CREATE FUNCTION ledger.add_partition(of_chain bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE ledger.entry_%s (LIKE ledger.entry INCLUDING ALL)', of_chain);
    EXECUTE format('ALTER TABLE ledger.entry ATTACH PARTITION ledger.entry_%s FOR VALUES IN (%s)',
                   of_chain, of_chain);
    PERFORM ledger.guard(format('ledger.entry_%s', of_chain)::regclass);
END
$$;
SELECT ledger.add_partition(chain_id) FROM redink.chain;

CREATE OR REPLACE FUNCTION redink.add_chain(new_chain_id bigint, new_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    known text;
    parent text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('redink.add_chain'));
    SELECT name INTO known FROM redink.chain WHERE chain_id = new_chain_id;
    IF known = new_name THEN
        RETURN;
    END IF;
    INSERT INTO redink.chain (chain_id, name) VALUES (new_chain_id, new_name);
    FOREACH parent IN ARRAY ARRAY['redink.block', 'redink.log', 'derived.reserve_state',
                                  'derived.position', 'derived.position_version'] LOOP
        EXECUTE format('CREATE TABLE %s_%s (LIKE %s INCLUDING ALL)', parent, new_chain_id, parent);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s_%s FOR VALUES IN (%s)',
                       parent, parent, new_chain_id, new_chain_id);
    END LOOP;
    PERFORM ledger.add_partition(new_chain_id);
END
$$;
