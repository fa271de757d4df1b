-- Settings and prices of Aave v3 at any block. What feeds tell by event is derived from logs; of a
-- source that emits nothing (an aggregator's proxy, a capped or computed price) only the oracle knows,
-- and what it answered when it was called is in redink.oracle_answer. Applied before report.sql.
CREATE SCHEMA IF NOT EXISTS aave_v3;

-- A function whose arguments grew since an earlier version.
DROP FUNCTION IF EXISTS aave_v3.price_at(integer, bytea, bigint);

-- A setting of the market at a block.
CREATE OR REPLACE FUNCTION aave_v3.setting_at(market_id integer, setting text, at_block bigint) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT s.value FROM derived.setting s
     WHERE s.market_id = setting_at.market_id AND s.key = setting AND s.from_block <= at_block
     ORDER BY s.from_block DESC LIMIT 1
$$;

-- The base unit by name: usd_e8, or the base currency's address with its unit.
CREATE OR REPLACE FUNCTION aave_v3.unit_at(market_id integer, at_block bigint) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN c.currency IS NULL THEN NULL
                WHEN c.currency = '0x0000000000000000000000000000000000000000' THEN 'usd'
                ELSE c.currency END || '_e' || (length(c.unit) - 1)
      FROM (SELECT aave_v3.setting_at(market_id, 'base_currency', at_block) AS currency,
                   aave_v3.setting_at(market_id, 'base_unit', at_block) AS unit) c
$$;

-- The price that events tell; empty when there is none, or when they cannot tell it.
CREATE OR REPLACE FUNCTION aave_v3.told_price_at(market_id integer, priced_asset bytea, at_block bigint)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT p.price FROM derived.price p
     WHERE p.market_id = told_price_at.market_id AND p.asset = priced_asset AND p.from_block <= at_block
     ORDER BY p.from_block DESC, p.log_index DESC LIMIT 1
$$;

-- The oracle of the market at a block.
CREATE OR REPLACE FUNCTION aave_v3.oracle_at(market_id integer, at_block bigint) RETURNS bytea
    LANGUAGE sql STABLE AS $$ SELECT decode(substr(aave_v3.setting_at($1, 'oracle', $2), 3), 'hex') $$;

-- What the oracle said last when it was called, since it has its present source for the asset. No
-- price in it: the oracle has none. Stale: older than the policy takes.
CREATE OR REPLACE FUNCTION aave_v3.called_price_at(market_id integer, priced_asset bytea, at_block bigint)
RETURNS TABLE (price numeric, price_block bigint, age_seconds bigint, is_stale boolean)
LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT a.answer, a.block_number, redink.block_time($1, at_block) - a.answered_at,
           redink.block_time($1, at_block) - a.answered_at > t.max_price_age_seconds
      FROM redink.market m
     CROSS JOIN LATERAL redink.oracle_answer_at(m.chain_id, aave_v3.oracle_at($1, at_block), priced_asset,
                                                at_block) a
     CROSS JOIN LATERAL redink.price_terms($1, at_block) t
     WHERE m.market_id = $1
       AND a.block_number >= coalesce(
           (SELECT max(s.from_block) FROM derived.asset_source s
             WHERE s.market_id = $1 AND s.oracle = aave_v3.oracle_at($1, at_block) AND s.asset = priced_asset
               AND s.from_block <= at_block), 0)
$$;

-- The price of an asset in the base unit at a block; empty when there is none. Where events do not
-- tell it: what the oracle said when it was called at that block (`exact`, for the books), or not
-- too long before.
CREATE OR REPLACE FUNCTION aave_v3.price_at(market_id integer, priced_asset bytea, at_block bigint,
                                            exact boolean DEFAULT false) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(aave_v3.told_price_at($1, priced_asset, at_block),
                    (SELECT c.price FROM aave_v3.called_price_at($1, priced_asset, at_block) c
                      WHERE CASE WHEN exact THEN c.price_block = at_block ELSE NOT c.is_stale END))
$$;

-- An e-mode category's price source overrides an asset's own price, unless it has none (to 3.1). One
-- that nobody asked leaves the price empty.
CREATE OR REPLACE FUNCTION aave_v3.category_price_at(market_id integer, price_source bytea, own_price numeric,
                                                     at_block bigint, exact boolean) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(aave_v3.price_at($1, price_source, at_block, exact),
                    (SELECT own_price FROM aave_v3.called_price_at($1, price_source, at_block) c
                      WHERE c.price IS NULL
                        AND CASE WHEN exact THEN c.price_block = at_block ELSE NOT c.is_stale END))
$$;

-- Assets whose prices valuations at a block need: reserves with anything in them, and the price
-- sources of e-mode categories where the rules know them.
CREATE OR REPLACE FUNCTION aave_v3.needed_prices_at(market_id integer, at_block bigint) RETURNS TABLE (asset bytea)
LANGUAGE sql STABLE AS $$
    WITH reserves AS (
        SELECT r.asset, s.supply_scaled + s.debt_scaled + s.stable_principal > 0 AS is_used, c.rules
          FROM redink.market m
          JOIN derived.reserve r ON r.market_id = m.market_id AND r.from_block <= at_block
         CROSS JOIN LATERAL (SELECT x.* FROM derived.reserve_state x
                              WHERE x.chain_id = m.chain_id AND x.market_id = $1 AND x.reserve_id = r.reserve_id
                                AND x.from_block <= at_block ORDER BY x.from_block DESC LIMIT 1) s
         CROSS JOIN LATERAL (SELECT x.rules FROM derived.reserve_config x
                              WHERE x.market_id = $1 AND x.reserve_id = r.reserve_id
                                AND x.from_block <= at_block ORDER BY x.from_block DESC LIMIT 1) c
         WHERE m.market_id = $1
    ), categories AS (
        SELECT DISTINCT ON (e.category) e.price_source FROM derived.emode_category e
         WHERE e.market_id = $1 AND e.from_block <= at_block
         ORDER BY e.category, e.from_block DESC
    )
    SELECT r.asset FROM reserves r WHERE r.is_used
     UNION
    SELECT e.price_source FROM categories e
     WHERE e.price_source <> '\x0000000000000000000000000000000000000000'::bytea
       AND EXISTS (SELECT FROM reserves r WHERE r.is_used AND r.rules < 320)
$$;

-- What the oracle has to be asked for a valuation at a block, and was not asked yet.
CREATE OR REPLACE FUNCTION aave_v3.unasked_prices_at(market_id integer, at_block bigint)
RETURNS TABLE (oracle bytea, asset bytea) LANGUAGE sql STABLE AS $$
    SELECT o.oracle, n.asset
      FROM (SELECT aave_v3.oracle_at($1, at_block) AS oracle, m.chain_id FROM redink.market m
             WHERE m.market_id = $1) o, aave_v3.needed_prices_at($1, at_block) n
     WHERE o.oracle IS NOT NULL AND aave_v3.told_price_at($1, n.asset, at_block) IS NULL
       AND NOT EXISTS (SELECT FROM redink.oracle_answer_at(o.chain_id, o.oracle, n.asset, at_block) a
                        WHERE a.block_number = at_block)
     ORDER BY n.asset
$$;

-- The price of everything that is listed, and how it is known.
CREATE OR REPLACE FUNCTION aave_v3.prices_at(market_id integer, at_block bigint)
RETURNS TABLE (asset text, symbol text, price numeric, state text, price_block bigint, age_seconds bigint,
               source text, unit text)
LANGUAGE sql STABLE AS $$
    WITH assets AS (
        SELECT r.asset, m.chain_id FROM redink.market m
          JOIN derived.reserve r ON r.market_id = m.market_id AND r.from_block <= at_block
         WHERE m.market_id = $1
         UNION
        SELECT n.asset, m.chain_id FROM redink.market m, aave_v3.needed_prices_at($1, at_block) n
         WHERE m.market_id = $1
    )
    SELECT redink.hex(a.asset), t.symbol, coalesce(told.price, called.price),
           CASE WHEN told.price IS NOT NULL THEN 'event' WHEN called.price_block IS NULL THEN 'missing'
                WHEN called.is_stale THEN 'stale' WHEN called.price IS NULL THEN 'none' ELSE 'called' END,
           coalesce(told.from_block, called.price_block),
           coalesce(redink.block_time($1, at_block) - b."timestamp", called.age_seconds),
           redink.hex(s.source), aave_v3.unit_at($1, at_block)
      FROM assets a
      LEFT JOIN redink.token t ON t.chain_id = a.chain_id AND t.address = a.asset
      LEFT JOIN LATERAL (
        SELECT x.price, x.from_block FROM (
            SELECT p.price, p.from_block FROM derived.price p
             WHERE p.market_id = $1 AND p.asset = a.asset AND p.from_block <= at_block
             ORDER BY p.from_block DESC, p.log_index DESC LIMIT 1) x
         WHERE x.price IS NOT NULL) told ON true
      LEFT JOIN redink.block b ON b.chain_id = a.chain_id AND b.number = told.from_block AND b.canonical
      LEFT JOIN LATERAL aave_v3.called_price_at($1, a.asset, at_block) called ON told.price IS NULL
      LEFT JOIN LATERAL (
        SELECT x.source FROM derived.asset_source x
         WHERE x.market_id = $1 AND x.oracle = aave_v3.oracle_at($1, at_block) AND x.asset = a.asset
           AND x.from_block <= at_block
         ORDER BY x.from_block DESC, x.log_index DESC LIMIT 1) s ON true
     ORDER BY a.asset
$$;
