-- Why: the books are kept from what happened, not from how a balance changed. Adapters write down
-- every movement of money and every recognised loss in words that all protocols share.
CREATE TABLE derived.domain_event (
    chain_id   bigint NOT NULL,
    market_id  integer NOT NULL,
    from_block bigint NOT NULL,
    log_index  integer NOT NULL,
    txn_hash   bytea NOT NULL,
    ordinal    smallint NOT NULL,            -- tells the events of one log apart
    kind       smallint NOT NULL,            -- see redink.event_kind
    reserve_id integer NOT NULL,
    account    bytea NOT NULL,
    amount     numeric(78, 0) NOT NULL,
    proceeds   numeric(78, 0),               -- of a sale, units of the base asset
    PRIMARY KEY (chain_id, market_id, from_block, log_index, ordinal)
) PARTITION BY LIST (chain_id);

CREATE TABLE redink.event_kind (
    kind smallint PRIMARY KEY,
    name text NOT NULL UNIQUE
);
INSERT INTO redink.event_kind VALUES
    (1, 'supplied'), (2, 'withdrawn'), (3, 'borrowed'), (4, 'repaid'), (5, 'repaid_with_claims'),
    (6, 'fee_received'), (7, 'treasury_minted'), (8, 'reserve_added'), (9, 'reserve_reduced'),
    (10, 'liquidated'), (11, 'collateral_paid_out'), (12, 'deficit_created'), (13, 'deficit_covered'),
    (14, 'insurance_slashed'), (15, 'slashed_burned'), (16, 'auction_opened'), (17, 'auction_paid'),
    (18, 'loss_socialised'), (19, 'recovered_open'), (20, 'recovered_late'), (21, 'debt_forgiven'),
    (22, 'collateral_taken'), (23, 'debt_absorbed'), (24, 'collateral_sold');

-- Makes the partitions of a chain, or finds them.
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
    FOREACH parent IN ARRAY ARRAY['redink.block', 'redink.log', 'derived.reserve_state', 'derived.position',
                                  'derived.position_version', 'derived.domain_event'] LOOP
        EXECUTE format('CREATE TABLE %s_%s (LIKE %s INCLUDING ALL)', parent, new_chain_id, parent);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s_%s FOR VALUES IN (%s)',
                       parent, parent, new_chain_id, new_chain_id);
    END LOOP;
    PERFORM ledger.add_partition(new_chain_id);
END
$$;

DO $$
DECLARE
    known bigint;
BEGIN
    FOR known IN SELECT chain_id FROM redink.chain LOOP
        EXECUTE format('CREATE TABLE derived.domain_event_%s PARTITION OF derived.domain_event FOR VALUES IN (%s)',
                       known, known);
    END LOOP;
END
$$;

-- ---------------------------------------------------------------------------- valuations

-- When debts were valued, and by what: the policy's text, the prices' digest, and the digest of both
-- that economic entries carry.
CREATE TABLE derived.valuation (
    market_id     integer NOT NULL,
    from_block    bigint NOT NULL,
    block_time    bigint NOT NULL,
    evidence      bytea NOT NULL,
    price_digest  bytea NOT NULL,
    policy        text NOT NULL,
    debtors       integer NOT NULL,          -- accounts with debt that were looked at
    unpriced      integer NOT NULL,          -- of them, those that no price could be found for
    PRIMARY KEY (market_id, from_block)
);

-- Every debt that is not performing at a valuation, and what is owed of it.
CREATE TABLE derived.valued_debt (
    market_id     integer NOT NULL,
    from_block    bigint NOT NULL,
    account       bytea NOT NULL,
    reserve_id    integer NOT NULL,
    gross         numeric(78, 0) NOT NULL,   -- the debt, units of the asset
    shortfall     numeric(78, 0) NOT NULL,   -- of it, what collateral will not bring in
    kind          text,                      -- orphaned, blocked, dust, latent; empty: no shortfall
    stage         smallint NOT NULL,
    health_factor numeric(78, 0) NOT NULL,
    below_since   bigint,                    -- Unix seconds: health factor below 1 without a break
    hopeless_since bigint,                   -- Unix seconds: orphaned or blocked without a break
    written_off   numeric(78, 0) NOT NULL DEFAULT 0,
    PRIMARY KEY (market_id, from_block, account, reserve_id)
);

-- ---------------------------------------------------------------------------- the books, beside

-- Markets whose derived rows were thrown away at or below what is booked: the bookkeeper computes
-- their entries again and compares them with the ledger.
CREATE TABLE ledger.rederived (
    market_id integer PRIMARY KEY REFERENCES redink.market
);

-- Signed-off documents that entries were posted from by hand.
CREATE TABLE ledger.document (
    market_id     integer NOT NULL REFERENCES redink.market,
    digest        bytea NOT NULL CHECK (octet_length(digest) = 32),  -- SHA-256; the entries' evidence
    after_block   bigint NOT NULL,           -- last block that was booked before it
    reason        text NOT NULL,
    reference     text NOT NULL,
    author        text NOT NULL,
    signed_off_by text NOT NULL,
    signed_on     text NOT NULL,
    content       bytea NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market_id, digest)
);

-- Prices that were imported: sets never change. `kind` is market or scenario:<name>.
CREATE TABLE ledger.price_set (
    price_set_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id     bigint NOT NULL REFERENCES redink.chain,
    kind         text NOT NULL CHECK (kind ~ '^(market|scenario:[a-z0-9][a-z0-9_-]*)$'),
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    file         text NOT NULL,
    imported_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (chain_id, digest)
);
CREATE TABLE ledger.price (
    price_set_id integer NOT NULL REFERENCES ledger.price_set,
    asset        bytea NOT NULL CHECK (octet_length(asset) = 20),
    block_number bigint NOT NULL,
    source       text NOT NULL,
    price        redink.uint256 NOT NULL CHECK (price > 0),
    scale        smallint NOT NULL CHECK (scale BETWEEN 0 AND 77),
    unit         text NOT NULL,
    round_id     text NOT NULL,
    updated_at   bigint NOT NULL,
    PRIMARY KEY (price_set_id, asset, block_number, source)
);
CREATE INDEX price_asset ON ledger.price (asset, block_number);
CREATE TRIGGER document_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.document
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER price_set_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.price_set
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER price_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.price
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The layers that pay for a market's bad debt, in order, as configured; the lenders come last.
CREATE TABLE redink.cover_layer (
    market_id   integer NOT NULL REFERENCES redink.market,
    layer_order integer NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('reserve', 'treasury', 'insurance', 'recap', 'lenders')),
    name        text NOT NULL,
    payer       bytea,
    asset       bytea,                       -- empty: any asset of the market
    capacity    redink.uint256,              -- empty: what the books show for the kind, or no limit
    share_bps   integer NOT NULL CHECK (share_bps BETWEEN 0 AND 10000),
    in_cooldown redink.uint256 NOT NULL,
    PRIMARY KEY (market_id, layer_order)
);

-- What a market's valuations and covers go by, from a block on: what is booked once stays booked by
-- the terms of its time.
CREATE TABLE ledger.terms (
    market_id               integer NOT NULL REFERENCES redink.market,
    from_block              bigint NOT NULL,
    valuation_interval      bigint NOT NULL CHECK (valuation_interval > 0),  -- seconds
    increase_below_wad      redink.uint256 NOT NULL,
    grace_seconds           bigint NOT NULL,
    write_off_after_seconds bigint NOT NULL,
    slippage_bps            integer NOT NULL,
    max_price_age_seconds   bigint NOT NULL,
    min_debt_value          redink.uint256,  -- base units; empty: as the protocol takes it
    liquidation_cost_value  redink.uint256,
    payers                  bytea[] NOT NULL,
    payer_layers            text[] NOT NULL CHECK (cardinality(payer_layers) = cardinality(payers)),
    PRIMARY KEY (market_id, from_block)
);
