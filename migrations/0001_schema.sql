-- Why: the first schema. Three kinds of tables, in three schemas that answer three questions:
--   redink   what was asked and what the nodes said (facts: appended, marked, never deleted)
--   derived  what follows from the facts (can be thrown away and derived again, byte for byte)
--   report   what people read (functions and views; the only schema that is a contract)
-- Large tables are partitioned by chain, and their keys begin with the chain, so that a chain's
-- partitions can move to another server. Every version table holds the state from `from_block` on,
-- until the next row of the same key: rows are appended, never updated.

CREATE SCHEMA IF NOT EXISTS redink;
CREATE SCHEMA IF NOT EXISTS derived;
CREATE SCHEMA IF NOT EXISTS report;

-- An integer of the EVM: 0 <= n < 2^256.
CREATE DOMAIN redink.uint256 AS numeric(78, 0)
    CHECK (VALUE >= 0 AND VALUE <= 115792089237316195423570985008687907853269984665640564039457584007913129639935);

-- ---------------------------------------------------------------------------- facts

CREATE TABLE redink.chain (
    chain_id bigint PRIMARY KEY CHECK (chain_id > 0),
    name     text NOT NULL UNIQUE
);

CREATE TABLE redink.endpoint (
    endpoint_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id    bigint NOT NULL REFERENCES redink.chain,
    name        text NOT NULL,               -- scheme://host:port, never a key
    UNIQUE (chain_id, name)
);

CREATE TABLE redink.market (
    market_id              integer PRIMARY KEY,
    chain_id               bigint NOT NULL REFERENCES redink.chain,
    name                   text NOT NULL UNIQUE,
    protocol               text NOT NULL,
    address                bytea NOT NULL,
    from_block             bigint NOT NULL,
    adapter_version        integer NOT NULL,
    known_reserves         text NOT NULL DEFAULT '',  -- as configured: "asset supply debt decimals" lines
    configured_version     text,
    min_debt_value         redink.uint256,   -- policy; empty: the default for the base unit
    liquidation_cost_value redink.uint256    -- policy; empty: the default for the base unit
);

CREATE TABLE redink.event (
    protocol    text NOT NULL,
    topic0      bytea NOT NULL,
    topic_count smallint NOT NULL,
    name        text NOT NULL,
    signature   text NOT NULL,
    PRIMARY KEY (protocol, topic0, topic_count)
);

CREATE TABLE redink.contract (
    market_id integer NOT NULL REFERENCES redink.market,
    ordinal   integer NOT NULL,              -- order of discovery
    address   bytea NOT NULL,
    role      text NOT NULL,
    subject   bytea NOT NULL,                -- the asset that it serves; zero for the whole market
    PRIMARY KEY (market_id, address)
);

-- What only the node could tell: the answer to an eth_call that the adapter needs.
CREATE TABLE redink.fact (
    market_id  integer NOT NULL REFERENCES redink.market,
    key        text NOT NULL,
    from_block bigint NOT NULL,
    value      text NOT NULL,
    endpoint_id integer REFERENCES redink.endpoint,
    PRIMARY KEY (market_id, key, from_block)
);

CREATE TABLE redink.token (
    chain_id bigint NOT NULL REFERENCES redink.chain,
    address  bytea NOT NULL,
    symbol   text,
    decimals smallint CHECK (decimals BETWEEN 0 AND 77),
    PRIMARY KEY (chain_id, address)
);

-- A set of contracts whose logs are fetched together, and how far.
CREATE TABLE redink.source (
    source_id integer PRIMARY KEY,
    market_id integer NOT NULL REFERENCES redink.market,
    addresses bytea[] NOT NULL
);

CREATE TABLE redink.coverage (
    source_id   integer NOT NULL REFERENCES redink.source,
    from_block  bigint NOT NULL,
    to_block    bigint NOT NULL CHECK (to_block >= from_block),
    proof       text NOT NULL CHECK (proof IN ('headers', 'bloom', 'receipts', 'second-source')),
    endpoint_id integer NOT NULL REFERENCES redink.endpoint,
    PRIMARY KEY (source_id, from_block)
);

CREATE TABLE redink.cursor (
    market_id    integer PRIMARY KEY REFERENCES redink.market,
    block_number bigint NOT NULL,
    block_hash   bytea NOT NULL
);

-- A block seen. `fork` counts the versions of one height, 0 for the first; one of them at most is
-- canonical. A replaced block stays, and so do its logs.
CREATE TABLE redink.block (
    chain_id    bigint NOT NULL,
    number      bigint NOT NULL,
    fork        smallint NOT NULL DEFAULT 0,
    hash        bytea NOT NULL,
    parent_hash bytea NOT NULL,
    "timestamp" bigint NOT NULL,
    canonical   boolean NOT NULL DEFAULT true,
    PRIMARY KEY (chain_id, number, fork)
) PARTITION BY LIST (chain_id);

CREATE TABLE redink.log (
    chain_id     bigint NOT NULL,
    block_number bigint NOT NULL,
    fork         smallint NOT NULL DEFAULT 0,
    log_index    integer NOT NULL,
    txn_index    integer NOT NULL,
    txn_hash     bytea NOT NULL,
    address      bytea NOT NULL,
    topic0       bytea,
    topic1       bytea,
    topic2       bytea,
    topic3       bytea,
    data         bytea NOT NULL,
    PRIMARY KEY (chain_id, block_number, fork, log_index)
) PARTITION BY LIST (chain_id);

-- ---------------------------------------------------------------------------- derived

CREATE TABLE derived.reserve (
    market_id    integer NOT NULL,
    reserve_id   integer NOT NULL,
    from_block   bigint NOT NULL,
    pool         bytea NOT NULL,
    reserve      bytea NOT NULL,
    asset        bytea NOT NULL,
    supply_token bytea NOT NULL,
    debt_token   bytea NOT NULL,
    stable_debt_token bytea NOT NULL,
    decimals     smallint,
    PRIMARY KEY (market_id, reserve_id)
);

CREATE TABLE derived.reserve_state (
    chain_id            bigint NOT NULL,
    market_id           integer NOT NULL,
    reserve_id          integer NOT NULL,
    from_block          bigint NOT NULL,
    supply_index        numeric(78, 0) NOT NULL,
    debt_index          numeric(78, 0) NOT NULL,
    supply_rate         numeric(78, 0) NOT NULL,
    debt_rate           numeric(78, 0) NOT NULL,
    last_update         bigint NOT NULL,
    supply_scaled       numeric(78, 0) NOT NULL,
    debt_scaled         numeric(78, 0) NOT NULL,
    stable_principal    numeric(78, 0) NOT NULL,
    stable_average_rate numeric(78, 0) NOT NULL,
    stable_last_update  bigint NOT NULL,
    treasury_accrued    numeric(78, 0) NOT NULL,
    deficit             numeric(78, 0) NOT NULL,
    cash                numeric(78, 0),
    PRIMARY KEY (chain_id, market_id, reserve_id, from_block)
) PARTITION BY LIST (chain_id);

CREATE TABLE derived.reserve_config (
    market_id                 integer NOT NULL,
    reserve_id                integer NOT NULL,
    from_block                bigint NOT NULL,
    rules                     integer NOT NULL,   -- the protocol's own number for the rules in force
    ltv_bps                   bigint NOT NULL,
    liquidation_threshold_bps bigint NOT NULL,
    liquidation_bonus_bps     bigint NOT NULL,
    reserve_factor_bps        bigint NOT NULL,
    liquidation_fee_bps       bigint NOT NULL,
    emode_category            bigint NOT NULL,
    active                    boolean NOT NULL,
    frozen                    boolean NOT NULL,
    paused                    boolean NOT NULL,
    borrowing                 boolean NOT NULL,
    PRIMARY KEY (market_id, reserve_id, from_block)
);

CREATE TABLE derived.emode_category (
    market_id                 integer NOT NULL,
    category                  bigint NOT NULL,
    from_block                bigint NOT NULL,
    ltv_bps                   bigint NOT NULL,
    liquidation_threshold_bps bigint NOT NULL,
    liquidation_bonus_bps     bigint NOT NULL,
    price_source              bytea NOT NULL,
    label                     text NOT NULL,
    collateral                text NOT NULL,      -- reserve ids: ",1,4,"
    PRIMARY KEY (market_id, category, from_block)
);

CREATE TABLE derived.account (
    market_id      integer NOT NULL,
    account        bytea NOT NULL,
    from_block     bigint NOT NULL,
    emode_category bigint NOT NULL,
    PRIMARY KEY (market_id, account, from_block)
);

CREATE TABLE derived.position (
    chain_id    bigint NOT NULL,
    market_id   integer NOT NULL,
    position_id bigint NOT NULL,
    from_block  bigint NOT NULL,
    reserve_id  integer NOT NULL,
    account     bytea NOT NULL,
    side        smallint NOT NULL CHECK (side BETWEEN 0 AND 3),  -- supply, debt, stable_debt, collateral
    PRIMARY KEY (chain_id, market_id, position_id)
) PARTITION BY LIST (chain_id);
CREATE UNIQUE INDEX position_account ON derived.position (chain_id, market_id, account, reserve_id, side);

CREATE TABLE derived.position_version (
    chain_id      bigint NOT NULL,
    market_id     integer NOT NULL,
    position_id   bigint NOT NULL,
    from_block    bigint NOT NULL,
    scaled        numeric(78, 0) NOT NULL,
    is_collateral boolean NOT NULL,
    rate          numeric(78, 0) NOT NULL,        -- stable debt only
    since         bigint NOT NULL,                -- stable debt only
    PRIMARY KEY (chain_id, market_id, position_id, from_block)
) PARTITION BY LIST (chain_id);

CREATE TABLE derived.price (
    market_id  integer NOT NULL,
    asset      bytea NOT NULL,
    from_block bigint NOT NULL,
    log_index  integer NOT NULL,
    txn_hash   bytea NOT NULL,
    price      numeric(78, 0),                    -- empty: there is none from here on
    source     bytea NOT NULL,
    PRIMARY KEY (market_id, asset, from_block, log_index)
);

CREATE TABLE derived.feed_answer (
    market_id  integer NOT NULL,
    source     bytea NOT NULL,
    from_block bigint NOT NULL,
    log_index  integer NOT NULL,
    txn_hash   bytea NOT NULL,
    answer     numeric(78, 0),                    -- empty: zero or less
    updated_at numeric(20, 0) NOT NULL,
    PRIMARY KEY (market_id, source, from_block, log_index)
);

CREATE TABLE derived.asset_source (
    market_id  integer NOT NULL,
    oracle     bytea NOT NULL,
    asset      bytea NOT NULL,
    from_block bigint NOT NULL,
    log_index  integer NOT NULL,
    txn_hash   bytea NOT NULL,
    source     bytea NOT NULL,
    PRIMARY KEY (market_id, oracle, asset, from_block, log_index)
);

CREATE TABLE derived.liquidation (
    market_id             integer NOT NULL,
    from_block            bigint NOT NULL,
    log_index             integer NOT NULL,
    txn_hash              bytea NOT NULL,
    collateral_reserve_id integer NOT NULL,
    debt_reserve_id       integer NOT NULL,
    account               bytea NOT NULL,
    liquidator            bytea NOT NULL,
    debt_covered          numeric(78, 0) NOT NULL,
    collateral_seized     numeric(78, 0) NOT NULL,
    receives_shares       boolean NOT NULL,
    debt_value            numeric(78, 0),
    collateral_value      numeric(78, 0),
    PRIMARY KEY (market_id, from_block, log_index)
);

CREATE TABLE derived.deficit (
    market_id  integer NOT NULL,
    from_block bigint NOT NULL,
    log_index  integer NOT NULL,
    txn_hash   bytea NOT NULL,
    reserve_id integer NOT NULL,
    account    bytea NOT NULL,                    -- the borrower, or who covered
    created    boolean NOT NULL,                  -- false: covered
    amount     numeric(78, 0) NOT NULL,
    value      numeric(78, 0),
    PRIMARY KEY (market_id, from_block, log_index)
);
CREATE INDEX deficit_reserve ON derived.deficit (market_id, reserve_id, from_block, log_index);

CREATE TABLE derived.setting (
    market_id  integer NOT NULL,
    key        text NOT NULL,
    from_block bigint NOT NULL,
    value      text NOT NULL,
    PRIMARY KEY (market_id, key, from_block)
);

CREATE TABLE derived.drift (
    market_id  integer NOT NULL,
    reserve_id integer NOT NULL,
    field      text NOT NULL,
    from_block bigint NOT NULL,
    log_index  integer NOT NULL,
    txn_hash   bytea NOT NULL,
    computed   numeric(78, 0) NOT NULL,
    printed    numeric(78, 0) NOT NULL,
    PRIMARY KEY (market_id, reserve_id, field)
);

-- Makes the partitions of a chain.
CREATE FUNCTION redink.add_chain(new_chain_id bigint, new_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
BEGIN
    INSERT INTO redink.chain (chain_id, name) VALUES (new_chain_id, new_name);
    FOREACH parent IN ARRAY ARRAY['redink.block', 'redink.log', 'derived.reserve_state',
                                  'derived.position', 'derived.position_version'] LOOP
        EXECUTE format('CREATE TABLE %s_%s PARTITION OF %s FOR VALUES IN (%s)',
                       parent, new_chain_id, parent, new_chain_id);
    END LOOP;
END
$$;
