-- Why: what people read. Functions of a market and a block hand over to the functions of the
-- market's protocol (schema = the protocol's name with underscores), so that a protocol brings its
-- own arithmetic in its own folder. All arithmetic is on integers, with the rounding in the name.

CREATE FUNCTION redink.mul_div_down(a numeric, b numeric, d numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT div(a * b, d) $$;
CREATE FUNCTION redink.mul_div_up(a numeric, b numeric, d numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT div(a * b + d - 1, d) $$;
CREATE FUNCTION redink.mul_div_half_up(a numeric, b numeric, d numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT div(a * b + div(d, 2), d) $$;

CREATE FUNCTION redink.hex(bytes bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '0x' || encode(bytes, 'hex') $$;

CREATE FUNCTION redink.side_name(side smallint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (ARRAY['supply', 'debt', 'stable_debt', 'collateral'])[side + 1] $$;

-- The id of a market by its configured name.
CREATE FUNCTION redink.market_id(market text) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer;
BEGIN
    SELECT m.market_id INTO id FROM redink.market m WHERE m.name = market;
    IF id IS NULL THEN
        RAISE EXCEPTION 'there is no market "%" in this database', market
            USING HINT = 'SELECT name FROM redink.market lists the markets; redink sync adds those of redink.toml.';
    END IF;
    RETURN id;
END
$$;

-- Unix seconds of a block that is indexed for a market. Anything else is an error, never a guess.
CREATE FUNCTION redink.block_time(market_id integer, at_block bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    m redink.market%ROWTYPE;
    head bigint;
    seconds bigint;
BEGIN
    SELECT * INTO m FROM redink.market x WHERE x.market_id = block_time.market_id;
    SELECT c.block_number INTO head FROM redink.cursor c WHERE c.market_id = block_time.market_id;
    IF head IS NULL OR at_block > head OR at_block < m.from_block THEN
        RAISE EXCEPTION 'block % of market "%" is not indexed', at_block, m.name
            USING HINT = format('Indexed: blocks %s to %s. redink sync --to BLOCK goes on.',
                                m.from_block, coalesce(head::text, 'none'));
    END IF;
    SELECT b."timestamp" INTO seconds FROM redink.block b
     WHERE b.chain_id = m.chain_id AND b.number = at_block AND b.canonical;
    IF seconds IS NULL THEN
        RAISE EXCEPTION 'the header of block % is not stored', at_block
            USING HINT = 'At proof level "headers" only blocks with logs and the ends of ranges are; '
                         'choose such a block from report.blocks or index with proof = "bloom".';
    END IF;
    RETURN seconds;
END
$$;

-- Calls <protocol>.<report>_at(market_id, block).
CREATE FUNCTION redink.protocol_function(market_id integer, report text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format('%I.%I', replace(m.protocol, '-', '_'), report || '_at')
      FROM redink.market m WHERE m.market_id = protocol_function.market_id
$$;

CREATE TYPE redink.position_row AS (market text, pool text, reserve text, asset text, account text, side text,
               is_collateral boolean, scaled numeric, amount numeric, block bigint);
CREATE FUNCTION report.positions_at(market text, block bigint) RETURNS SETOF redink.position_row
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer := redink.market_id($1);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT $3, p.pool, p.reserve, p.asset, p.account, p.side, p.is_collateral, p.scaled, p.amount, $2 FROM %s($1, $2) p',
        redink.protocol_function(id, 'positions')) USING id, $2, $1;
END
$$;

CREATE TYPE redink.reserve_row AS (market text, pool text, reserve text, asset text, symbol text, decimals integer,
               supply_scaled numeric, supply_amount numeric, debt_scaled numeric, debt_amount numeric,
               supply_index numeric, debt_index numeric, supply_index_now numeric, debt_index_now numeric,
               last_update bigint, treasury_accrued numeric, reserves numeric, deficit numeric,
               cash numeric, price numeric, unit text, block bigint);
CREATE FUNCTION report.reserves_at(market text, block bigint) RETURNS SETOF redink.reserve_row
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer := redink.market_id($1);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT $3, r.pool, r.reserve, r.asset, r.symbol, r.decimals, r.supply_scaled, r.supply_amount,
                r.debt_scaled, r.debt_amount, r.supply_index, r.debt_index, r.supply_index_now,
                r.debt_index_now, r.last_update, r.treasury_accrued, r.reserves, r.deficit, r.cash,
                r.price, r.unit, $2 FROM %s($1, $2) r',
        redink.protocol_function(id, 'reserves')) USING id, $2, $1;
END
$$;

CREATE TYPE redink.solvency_row AS (market text, pool text, account text, collateral_value numeric, debt_value numeric,
               liquidation_threshold_bps bigint, health_factor numeric, liquidity numeric,
               shortfall numeric, unit text, block bigint);
CREATE FUNCTION report.solvency_at(market text, block bigint) RETURNS SETOF redink.solvency_row
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer := redink.market_id($1);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT $3, s.pool, s.account, s.collateral_value, s.debt_value, s.liquidation_threshold_bps,
                s.health_factor, s.liquidity, s.shortfall, s.unit, $2 FROM %s($1, $2) s',
        redink.protocol_function(id, 'solvency')) USING id, $2, $1;
END
$$;

CREATE TYPE redink.bad_debt_row AS (market text, pool text, reserve text, asset text, account text, kind text,
               amount numeric, liquidation_shortfall numeric, asset_gap numeric,
               principal_at_impairment numeric, nominal_claim numeric,
               value_at_recognition numeric, value_at_report numeric, unit text,
               first_seen_block bigint, recognised_block bigint, tx text, block bigint);
CREATE FUNCTION report.bad_debt_at(market text, block bigint) RETURNS SETOF redink.bad_debt_row
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer := redink.market_id($1);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT $3, d.pool, d.reserve, d.asset, d.account, d.kind, d.amount, d.liquidation_shortfall,
                d.asset_gap, d.principal_at_impairment, d.nominal_claim, d.value_at_recognition,
                d.value_at_report, d.unit, d.first_seen_block, d.recognised_block, d.tx, $2
           FROM %s($1, $2) d',
        redink.protocol_function(id, 'bad_debt')) USING id, $2, $1;
END
$$;

CREATE VIEW report.markets AS
    SELECT m.name AS market, m.protocol, c.name AS chain, m.chain_id, redink.hex(m.address) AS address,
           m.from_block, k.block_number AS head_block, redink.hex(k.block_hash) AS head_hash
      FROM redink.market m
      JOIN redink.chain c USING (chain_id)
      LEFT JOIN redink.cursor k USING (market_id);

-- Supply and debt of every account and reserve that ever had either: closed sides are zero, so that
-- a query over accounts finds both sides of each.
CREATE VIEW report.positions AS
    SELECT p.* FROM redink.market m
      JOIN redink.cursor k USING (market_id)
     CROSS JOIN LATERAL (
        WITH held AS MATERIALIZED (SELECT * FROM report.positions_at(m.name, k.block_number))
        SELECT * FROM held
        UNION ALL
        SELECT m.name, redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset),
               redink.hex(d.account), s.side, false, 0, 0, k.block_number
          FROM (SELECT DISTINCT x.account, x.reserve_id FROM derived.position x
                 WHERE x.chain_id = m.chain_id AND x.market_id = m.market_id AND x.side IN (0, 1)) d
          JOIN derived.reserve r ON r.market_id = m.market_id AND r.reserve_id = d.reserve_id
         CROSS JOIN (VALUES ('supply'), ('debt')) s(side)
         WHERE NOT EXISTS (SELECT FROM held h
                            WHERE h.account = redink.hex(d.account) AND h.reserve = redink.hex(r.reserve)
                              AND h.side = s.side)) p;

CREATE VIEW report.logs AS
    SELECT c.name AS chain, l.block_number AS block, b."timestamp", l.log_index,
           redink.hex(l.txn_hash) AS tx, redink.hex(l.address) AS address, e.name AS event,
           array_remove(ARRAY[redink.hex(l.topic0), redink.hex(l.topic1), redink.hex(l.topic2),
                              redink.hex(l.topic3)], NULL) AS topics,
           redink.hex(l.data) AS data, b.canonical
      FROM redink.log l
      JOIN redink.chain c ON c.chain_id = l.chain_id
      JOIN redink.block b ON b.chain_id = l.chain_id AND b.number = l.block_number AND b.fork = l.fork
      LEFT JOIN (SELECT DISTINCT topic0, topic_count, name FROM redink.event) e
             ON e.topic0 = l.topic0
            AND e.topic_count = num_nonnulls(l.topic0, l.topic1, l.topic2, l.topic3);

CREATE VIEW report.blocks AS
    SELECT c.name AS chain, b.number AS block, redink.hex(b.hash) AS hash,
           redink.hex(b.parent_hash) AS parent_hash, b."timestamp", b.fork, b.canonical
      FROM redink.block b JOIN redink.chain c USING (chain_id);

CREATE VIEW report.liquidations AS
    SELECT m.name AS market, redink.hex(c.pool) AS pool, l.from_block AS block, b."timestamp",
           l.log_index, redink.hex(l.txn_hash) AS tx, redink.hex(l.account) AS account,
           redink.hex(l.liquidator) AS liquidator, redink.hex(c.asset) AS collateral_asset,
           redink.hex(d.asset) AS debt_asset, l.debt_covered, l.collateral_seized,
           l.receives_shares, l.debt_value, l.collateral_value
      FROM derived.liquidation l
      JOIN redink.market m USING (market_id)
      JOIN derived.reserve c ON c.market_id = l.market_id AND c.reserve_id = l.collateral_reserve_id
      JOIN derived.reserve d ON d.market_id = l.market_id AND d.reserve_id = l.debt_reserve_id
      JOIN redink.block b ON b.chain_id = m.chain_id AND b.number = l.from_block AND b.canonical;

CREATE VIEW report.bad_debt_history AS
    SELECT m.name AS market, redink.hex(r.pool) AS pool, redink.hex(r.reserve) AS reserve,
           redink.hex(r.asset) AS asset, d.from_block AS block, b."timestamp", d.log_index,
           redink.hex(d.txn_hash) AS tx, CASE WHEN d.created THEN 'created' ELSE 'covered' END AS event,
           redink.hex(d.account) AS account, d.amount, d.value,
           sum(CASE WHEN d.created THEN d.amount ELSE -d.amount END)
               OVER (PARTITION BY d.market_id, d.reserve_id ORDER BY d.from_block, d.log_index) AS open_after
      FROM derived.deficit d
      JOIN redink.market m USING (market_id)
      JOIN derived.reserve r USING (market_id, reserve_id)
      JOIN redink.block b ON b.chain_id = m.chain_id AND b.number = d.from_block AND b.canonical;

CREATE VIEW report.prices AS
    SELECT m.name AS market, redink.hex(p.asset) AS asset, t.symbol, p.from_block AS block,
           b."timestamp", p.log_index, redink.hex(p.txn_hash) AS tx, p.price,
           'oracle'::text AS kind, redink.hex(p.source) AS source
      FROM derived.price p
      JOIN redink.market m USING (market_id)
      JOIN redink.block b ON b.chain_id = m.chain_id AND b.number = p.from_block AND b.canonical
      LEFT JOIN redink.token t ON t.chain_id = m.chain_id AND t.address = p.asset;

CREATE VIEW report.proofs AS
    SELECT m.name AS market, c.name AS chain, v.source_id AS source,
           cardinality(s.addresses) AS contracts, v.from_block, v.to_block,
           v.to_block - v.from_block + 1 AS blocks, v.proof, e.name AS endpoint
      FROM redink.coverage v
      JOIN redink.source s USING (source_id)
      JOIN redink.market m USING (market_id)
      JOIN redink.chain c ON c.chain_id = m.chain_id
      JOIN redink.endpoint e USING (endpoint_id);

CREATE VIEW report.drift AS
    SELECT m.name AS market, redink.hex(r.reserve) AS reserve, redink.hex(r.asset) AS asset, d.field,
           d.from_block AS block, d.log_index, redink.hex(d.txn_hash) AS tx, d.computed, d.printed
      FROM derived.drift d
      JOIN redink.market m USING (market_id)
      JOIN derived.reserve r USING (market_id, reserve_id);

COMMENT ON VIEW report.markets IS 'The markets in this database and how far they are indexed.';
COMMENT ON COLUMN report.markets.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.markets.protocol IS 'protocol of the market';
COMMENT ON COLUMN report.markets.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.markets.chain_id IS 'EIP-155 chain id';
COMMENT ON COLUMN report.markets.address IS 'contract address';
COMMENT ON COLUMN report.markets.from_block IS 'first block';
COMMENT ON COLUMN report.markets.head_block IS 'last block indexed';
COMMENT ON COLUMN report.markets.head_hash IS 'hash of the last block indexed';
COMMENT ON VIEW report.positions IS 'Supply and debt of every account and reserve that ever had either, and every other position, at the last indexed block of its market; closed ones are zero.';
COMMENT ON COLUMN report.positions.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.positions.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.positions.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.positions.asset IS 'underlying token';
COMMENT ON COLUMN report.positions.account IS 'holder or borrower';
COMMENT ON COLUMN report.positions.side IS 'supply, debt, stable_debt or collateral';
COMMENT ON COLUMN report.positions.is_collateral IS 'the account uses it as collateral';
COMMENT ON COLUMN report.positions.scaled IS 'the protocol''s own stored unit';
COMMENT ON COLUMN report.positions.amount IS 'underlying units at the end of the block, rounded as the protocol does';
COMMENT ON COLUMN report.positions.block IS 'height of the block';
COMMENT ON VIEW report.logs IS 'The raw facts: every log that was kept, with the name of its event.';
COMMENT ON COLUMN report.logs.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.logs.block IS 'height of the block';
COMMENT ON COLUMN report.logs."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.logs.log_index IS 'index of the log in its block';
COMMENT ON COLUMN report.logs.tx IS 'transaction hash';
COMMENT ON COLUMN report.logs.address IS 'contract address';
COMMENT ON COLUMN report.logs.event IS 'name of the event; empty when no known protocol has it';
COMMENT ON COLUMN report.logs.topics IS 'topics, first to last';
COMMENT ON COLUMN report.logs.data IS 'event data';
COMMENT ON COLUMN report.logs.canonical IS 'false: the block was replaced by a reorganisation';
COMMENT ON VIEW report.blocks IS 'The block headers that were verified and kept.';
COMMENT ON COLUMN report.blocks.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.blocks.block IS 'height of the block';
COMMENT ON COLUMN report.blocks.hash IS 'block hash';
COMMENT ON COLUMN report.blocks.parent_hash IS 'hash of the block before';
COMMENT ON COLUMN report.blocks."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.blocks.fork IS 'version of this height, 0 for the first seen';
COMMENT ON COLUMN report.blocks.canonical IS 'false: the block was replaced by a reorganisation';
COMMENT ON VIEW report.liquidations IS 'Every liquidation.';
COMMENT ON COLUMN report.liquidations.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.liquidations.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.liquidations.block IS 'height of the block';
COMMENT ON COLUMN report.liquidations."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.liquidations.log_index IS 'index of the log in its block';
COMMENT ON COLUMN report.liquidations.tx IS 'transaction hash';
COMMENT ON COLUMN report.liquidations.account IS 'holder or borrower';
COMMENT ON COLUMN report.liquidations.liquidator IS 'who liquidated';
COMMENT ON COLUMN report.liquidations.collateral_asset IS 'token seized';
COMMENT ON COLUMN report.liquidations.debt_asset IS 'token repaid';
COMMENT ON COLUMN report.liquidations.debt_covered IS 'debt repaid, underlying units';
COMMENT ON COLUMN report.liquidations.collateral_seized IS 'collateral received by the liquidator, underlying units';
COMMENT ON COLUMN report.liquidations.receives_shares IS 'the liquidator took the interest-bearing token';
COMMENT ON COLUMN report.liquidations.debt_value IS 'debt repaid in the market''s base unit at that block, rounded down; empty without a price';
COMMENT ON COLUMN report.liquidations.collateral_value IS 'collateral seized in the market''s base unit at that block, rounded down; empty without a price';
COMMENT ON VIEW report.bad_debt_history IS 'Bad debt that the protocol recorded (created) and that was paid for (covered), with the open balance after each.';
COMMENT ON COLUMN report.bad_debt_history.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.bad_debt_history.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.bad_debt_history.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.bad_debt_history.asset IS 'underlying token';
COMMENT ON COLUMN report.bad_debt_history.block IS 'height of the block';
COMMENT ON COLUMN report.bad_debt_history."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.bad_debt_history.log_index IS 'index of the log in its block';
COMMENT ON COLUMN report.bad_debt_history.tx IS 'transaction hash';
COMMENT ON COLUMN report.bad_debt_history.event IS 'created or covered';
COMMENT ON COLUMN report.bad_debt_history.account IS 'the borrower, or who covered';
COMMENT ON COLUMN report.bad_debt_history.amount IS 'underlying units';
COMMENT ON COLUMN report.bad_debt_history.value IS 'amount in the market''s base unit at that block, rounded down; empty without a price';
COMMENT ON COLUMN report.bad_debt_history.open_after IS 'recorded and not yet covered in this reserve, after this event';
COMMENT ON VIEW report.prices IS 'Every change of a price of the protocol''s oracle, from the block on.';
COMMENT ON COLUMN report.prices.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.prices.asset IS 'underlying token';
COMMENT ON COLUMN report.prices.symbol IS 'the token''s own symbol';
COMMENT ON COLUMN report.prices.block IS 'height of the block';
COMMENT ON COLUMN report.prices."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.prices.log_index IS 'index of the log in its block';
COMMENT ON COLUMN report.prices.tx IS 'transaction hash';
COMMENT ON COLUMN report.prices.price IS 'base units for one whole token; empty: there is none from here on';
COMMENT ON COLUMN report.prices.kind IS 'where the price comes from: the protocol''s oracle';
COMMENT ON COLUMN report.prices.source IS 'who tells it';
COMMENT ON VIEW report.proofs IS 'Which blocks of each source are proved to what level, by which node. A source is a set of contracts fetched together.';
COMMENT ON COLUMN report.proofs.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.proofs.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.proofs.source IS 'number of the source';
COMMENT ON COLUMN report.proofs.contracts IS 'number of contracts in the source';
COMMENT ON COLUMN report.proofs.from_block IS 'first block';
COMMENT ON COLUMN report.proofs.to_block IS 'last block';
COMMENT ON COLUMN report.proofs.blocks IS 'number of blocks';
COMMENT ON COLUMN report.proofs.proof IS 'headers, bloom, receipts or second-source';
COMMENT ON COLUMN report.proofs.endpoint IS 'node that gave the logs, without its key';
COMMENT ON VIEW report.drift IS 'Where a contract printed something that the rules of its version do not give: first occurrence by reserve and field.';
COMMENT ON COLUMN report.drift.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.drift.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.drift.asset IS 'underlying token';
COMMENT ON COLUMN report.drift.field IS 'what the rules do not give';
COMMENT ON COLUMN report.drift.block IS 'height of the block';
COMMENT ON COLUMN report.drift.log_index IS 'index of the log in its block';
COMMENT ON COLUMN report.drift.tx IS 'transaction hash';
COMMENT ON COLUMN report.drift.computed IS 'what the rules give';
COMMENT ON COLUMN report.drift.printed IS 'what the contract printed; this one is kept';

COMMENT ON FUNCTION report.positions_at(text, bigint) IS 'Every position of a market at the end of a block, without those that are zero. amount: underlying units, debt accrued to the block''s time, rounded as the protocol''s own view does.';
COMMENT ON FUNCTION report.reserves_at(text, bigint) IS 'Every reserve of a market at the end of a block. *_index as stored, *_index_now accrued to the block; treasury_accrued as stored (Aave: scaled); unit names the base unit of price.';
COMMENT ON FUNCTION report.solvency_at(text, bigint) IS 'Collateral, debt and health factor (wad) of every account of a market at the end of a block, as the protocol computes them; 2^256 - 1 without debt.';
COMMENT ON FUNCTION report.bad_debt_at(text, bigint) IS 'Bad debt of a market at the end of a block, by account and asset: realised (recorded by the protocol and not yet covered, oldest first), orphaned, blocked, dust and latent. Amounts in underlying units, values in unit.';

-- The role of those who only read. Without the right to make roles this is left to the operator.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redink_reader') THEN
        CREATE ROLE redink_reader NOLOGIN;
    END IF;
    GRANT USAGE ON SCHEMA redink, derived, report TO redink_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA redink, derived, report TO redink_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA redink, derived, report GRANT SELECT ON TABLES TO redink_reader;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role redink_reader was not made: this user may not create roles';
END
$$;
