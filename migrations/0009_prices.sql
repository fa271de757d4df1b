-- Why: what the protocol's oracle says of collateral and what a market says are two figures, and both
-- are shown. The arithmetic is that of accounting/valuation/{price_set,shortfall}.cpp; a test holds
-- both equal. A price that is missing or too old leaves a figure empty: it is never zero.

-- Names of scenarios as docs/prices.md has them.
ALTER TABLE ledger.price_set DROP CONSTRAINT price_set_kind_check;
ALTER TABLE ledger.price_set ADD CONSTRAINT price_set_kind_check
    CHECK (kind ~ '^(market|scenario:[A-Za-z0-9._-]{1,64})$');
CREATE INDEX price_set_kind ON ledger.price_set (chain_id, kind);

CREATE FUNCTION redink.pow10(exponent integer) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ('1' || repeat('0', exponent))::numeric $$;

-- The imported price of an asset that counts at a block: of the newest block at or below it that has
-- one not updated after its time, the median by worth of what the sources said, the lower middle one
-- of an even number. What was imported later replaces what the same source said of the same block.
CREATE FUNCTION redink.price_in_force(of_chain bigint, of_kind text, of_asset bytea, at_block bigint, at_time bigint)
RETURNS TABLE (price numeric, scale integer, unit text, updated_at bigint, price_set_id integer)
LANGUAGE sql STABLE ROWS 1 AS $$
    WITH newest AS MATERIALIZED (
        SELECT p.block_number FROM ledger.price p JOIN ledger.price_set s USING (price_set_id)
         WHERE s.chain_id = of_chain AND s.kind = of_kind AND p.asset = of_asset
           AND p.block_number <= at_block AND p.updated_at <= at_time
         ORDER BY p.block_number DESC LIMIT 1
    ), told AS (
        SELECT DISTINCT ON (p.source) p.*
          FROM ledger.price p JOIN ledger.price_set s USING (price_set_id)
         WHERE s.chain_id = of_chain AND s.kind = of_kind AND p.asset = of_asset
           AND p.block_number = (SELECT n.block_number FROM newest n) AND p.updated_at <= at_time
         ORDER BY p.source, p.price_set_id DESC
    ), ranked AS (
        SELECT t.*, count(*) OVER () AS sources,
               row_number() OVER (ORDER BY t.price * redink.pow10(77 - t.scale), t.source COLLATE "C") AS place
          FROM told t
    )
    SELECT r.price, r.scale::integer, r.unit, r.updated_at, r.price_set_id
      FROM ranked r WHERE r.place = (r.sources + 1) / 2
$$;

-- What valuations of a market go by at a block: as stored, else the usual.
CREATE FUNCTION redink.price_terms(of_market integer, at_block bigint)
RETURNS TABLE (slippage_bps integer, max_price_age_seconds bigint) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT coalesce(t.slippage_bps, 100), coalesce(t.max_price_age_seconds, 86400)
      FROM (SELECT) one
      LEFT JOIN LATERAL (
        SELECT x.* FROM ledger.terms x WHERE x.market_id = of_market
         ORDER BY x.from_block > at_block, CASE WHEN x.from_block > at_block THEN x.from_block ELSE -x.from_block END
         LIMIT 1) t ON true
$$;

CREATE TYPE redink.bad_debt_view_row AS (market text, pool text, reserve text, asset text, account text, kind text,
               debt_amount numeric, oracle_state text, oracle_shortfall numeric, oracle_shortfall_value numeric,
               market_state text, market_shortfall numeric, market_shortfall_value numeric,
               market_price_age_seconds bigint, price_set text, slippage_bps integer, unit text, block bigint);

CREATE FUNCTION report.bad_debt_views_at(market text, block bigint, kind text)
RETURNS SETOF redink.bad_debt_view_row LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer := redink.market_id($1);
    now bigint := redink.block_time(id, $2);
    chain bigint := (SELECT m.chain_id FROM redink.market m WHERE m.market_id = id);
    terms record;
    base text;
BEGIN
    IF $3 <> 'market' AND NOT EXISTS (
        SELECT FROM ledger.price_set s WHERE s.chain_id = chain AND s.kind = $3) THEN
        RAISE EXCEPTION 'there are no prices of kind "%" on the chain of market "%"', $3, $1
            USING HINT = 'report.price_sets lists what was imported; redink prices import FILE --kind scenario:NAME imports.';
    END IF;
    SELECT * INTO terms FROM redink.price_terms(id, $2);
    EXECUTE format('SELECT %s($1, $2)', redink.protocol_function(id, 'unit')) INTO base USING id, $2;
    -- The protocol's exposures are read once.
    RETURN QUERY EXECUTE format($q$
    WITH exposed AS MATERIALIZED (
        SELECT e.*, e.is_collateral AND e.supply_amount > 0 AS counts FROM %s($1, $2) e
    ), priced AS MATERIALIZED (
        SELECT a.asset, redink.mul_div_down(p.price, redink.pow10(u.scale), redink.pow10(p.scale)) AS price,
               $4 - p.updated_at AS age, $4 - p.updated_at > $8 AS is_stale, redink.hex(s.digest) AS price_set
          FROM (SELECT DISTINCT e.asset FROM exposed e WHERE e.counts) a
         CROSS JOIN (SELECT substring($6 FROM '_e([0-9]+)$')::integer AS scale,
                            lower(regexp_replace($6, '_e[0-9]+$', '')) AS name) u
         CROSS JOIN LATERAL redink.price_in_force($3, $5, a.asset, $2, $4) p
          JOIN ledger.price_set s USING (price_set_id)
         WHERE lower(p.unit) = u.name
    ), valued AS (
        SELECT e.*, p.price AS market_price, p.age, p.is_stale, p.price_set,
               redink.mul_div_down(e.collateral_value, 10000, greatest(e.bonus_bps, 10000)) AS realisable,
               redink.mul_div_down(redink.mul_div_down(e.supply_amount, p.price, redink.pow10(e.decimals)),
                                   10000 - $7, 10000) AS sale_value
          FROM exposed e LEFT JOIN priced p ON p.asset = e.asset AND e.counts
    ), sums AS (
        SELECT v.account,
               CASE WHEN bool_or(v.debt_amount > 0 AND v.debt_value IS NULL OR v.counts AND v.collateral_value IS NULL)
                    THEN NULL ELSE coalesce(sum(v.debt_value) FILTER (WHERE v.debt_amount > 0), 0) END AS d,
               CASE WHEN bool_or(v.counts AND v.market_price IS NULL) THEN 'missing'
                    WHEN coalesce(bool_or(v.is_stale), false) THEN 'stale' ELSE 'valued' END AS market_state,
               coalesce(sum(v.realisable) FILTER (WHERE v.counts), 0) AS by_oracle,
               coalesce(sum(least(v.realisable, v.sale_value)) FILTER (WHERE v.counts), 0) AS by_market,
               max(v.age) AS age, string_agg(DISTINCT v.price_set, ',' ORDER BY v.price_set) AS price_set
          FROM valued v GROUP BY v.account
    ), views AS (
        SELECT s.account, s.d, s.age, s.price_set,
               CASE WHEN s.d IS NULL THEN 'missing' ELSE 'valued' END AS oracle_state,
               CASE WHEN s.d IS NULL THEN 'missing' ELSE s.market_state END AS market_state,
               greatest(s.d - s.by_oracle, 0) AS oracle,
               CASE WHEN s.market_state = 'valued' THEN greatest(s.d - s.by_market, 0) END AS market
          FROM sums s
    ), told AS (
        SELECT w.account, w.d, w.age, w.price_set, w.oracle_state, w.market_state,
               CASE WHEN w.d IS NOT NULL THEN w.oracle END AS oracle,
               CASE WHEN w.d IS NOT NULL THEN w.market END AS market
          FROM views w
    )
    SELECT $9, redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), redink.hex(t.account), $5,
           e.debt_amount, t.oracle_state,
           CASE WHEN t.oracle = 0 THEN 0 ELSE redink.mul_div_up(e.debt_amount, t.oracle, t.d) END,
           CASE WHEN t.oracle = 0 THEN 0 ELSE redink.mul_div_up(e.debt_value, t.oracle, t.d) END,
           t.market_state,
           CASE WHEN t.market = 0 THEN 0 ELSE redink.mul_div_up(e.debt_amount, t.market, t.d) END,
           CASE WHEN t.market = 0 THEN 0 ELSE redink.mul_div_up(e.debt_value, t.market, t.d) END,
           t.age, t.price_set, $7, $6, $2
      FROM told t
      JOIN exposed e ON e.account = t.account AND e.debt_amount > 0
      JOIN derived.reserve r ON r.market_id = $1 AND r.reserve_id = e.reserve_id
     WHERE t.oracle IS DISTINCT FROM 0 OR t.market IS DISTINCT FROM 0
     ORDER BY greatest(t.oracle, t.market) DESC NULLS LAST, t.account, e.reserve_id
    $q$, redink.protocol_function(id, 'exposures'))
    USING id, $2, chain, now, $3, base, terms.slippage_bps, terms.max_price_age_seconds, $1;
END
$$;

CREATE FUNCTION report.bad_debt_views_at(market text, block bigint)
RETURNS SETOF redink.bad_debt_view_row LANGUAGE sql STABLE AS
$$ SELECT * FROM report.bad_debt_views_at($1, $2, 'market') $$;

CREATE VIEW report.price_sets AS
    SELECT c.name AS chain, s.kind, redink.hex(s.digest) AS price_set, p.prices, p.assets, p.sources,
           p.from_block, p.to_block, s.file, s.imported_at
      FROM ledger.price_set s
      JOIN redink.chain c USING (chain_id)
     CROSS JOIN LATERAL (
        SELECT count(*) AS prices, count(DISTINCT x.asset) AS assets,
               string_agg(DISTINCT x.source, ',' ORDER BY x.source) AS sources,
               min(x.block_number) AS from_block, max(x.block_number) AS to_block
          FROM ledger.price x WHERE x.price_set_id = s.price_set_id) p;

CREATE VIEW report.imported_prices AS
    SELECT c.name AS chain, s.kind, redink.hex(p.asset) AS asset, t.symbol, p.block_number AS block, p.source,
           p.price::numeric AS price, p.scale AS decimals, p.unit, p.round_id, p.updated_at,
           redink.hex(s.digest) AS price_set
      FROM ledger.price p
      JOIN ledger.price_set s USING (price_set_id)
      JOIN redink.chain c USING (chain_id)
      LEFT JOIN redink.token t ON t.chain_id = s.chain_id AND t.address = p.asset;

CREATE VIEW report.documents AS
    SELECT m.name AS market, redink.hex(d.digest) AS evidence, d.after_block AS block, d.reason, d.reference,
           d.author, d.signed_off_by, d.signed_on,
           (SELECT count(*) FROM ledger.entry e WHERE e.chain_id = m.chain_id
               AND e.ledger_id = 2 * m.market_id + 1 AND e.evidence = d.digest) AS entries,
           d.recorded_at
      FROM ledger.document d JOIN redink.market m USING (market_id);

COMMENT ON FUNCTION report.bad_debt_views_at(text, bigint) IS 'Shortfall of every debt of a market at the end of a block by the protocol''s oracle and, beside it, by imported market prices. A view that a price is missing or stale for is empty, never zero.';
COMMENT ON FUNCTION report.bad_debt_views_at(text, bigint, text) IS 'The same by the imported prices of a kind: market, or scenario:<name>.';
COMMENT ON VIEW report.price_sets IS 'The files of prices that were imported. A set never changes.';
COMMENT ON COLUMN report.price_sets.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.price_sets.kind IS 'market, or scenario:<name>';
COMMENT ON COLUMN report.price_sets.price_set IS 'digest of the set, see docs/prices.md';
COMMENT ON COLUMN report.price_sets.prices IS 'number of prices';
COMMENT ON COLUMN report.price_sets.assets IS 'number of tokens';
COMMENT ON COLUMN report.price_sets.sources IS 'who told them, separated by commas';
COMMENT ON COLUMN report.price_sets.from_block IS 'first block of a price';
COMMENT ON COLUMN report.price_sets.to_block IS 'last block of a price';
COMMENT ON COLUMN report.price_sets.file IS 'name of the file';
COMMENT ON COLUMN report.price_sets.imported_at IS 'when it was imported';
COMMENT ON VIEW report.imported_prices IS 'Every price that was imported.';
COMMENT ON COLUMN report.imported_prices.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.imported_prices.kind IS 'market, or scenario:<name>';
COMMENT ON COLUMN report.imported_prices.asset IS 'the token';
COMMENT ON COLUMN report.imported_prices.symbol IS 'the token''s own symbol';
COMMENT ON COLUMN report.imported_prices.block IS 'the price counts from the end of this block on';
COMMENT ON COLUMN report.imported_prices.source IS 'who said so';
COMMENT ON COLUMN report.imported_prices.price IS 'of one whole token, without the point';
COMMENT ON COLUMN report.imported_prices.decimals IS 'digits of price behind the point';
COMMENT ON COLUMN report.imported_prices.unit IS 'what prices are counted in';
COMMENT ON COLUMN report.imported_prices.round_id IS 'the source''s own number for it';
COMMENT ON COLUMN report.imported_prices.updated_at IS 'Unix seconds of when the source said so';
COMMENT ON COLUMN report.imported_prices.price_set IS 'digest of the set';
COMMENT ON VIEW report.documents IS 'The signed documents that entries were posted from by hand.';
COMMENT ON COLUMN report.documents.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.documents.evidence IS 'SHA-256 of the document: the evidence of its entries in report.journal';
COMMENT ON COLUMN report.documents.block IS 'last block that was booked before it';
COMMENT ON COLUMN report.documents.reason IS 'why';
COMMENT ON COLUMN report.documents.reference IS 'what can be looked up';
COMMENT ON COLUMN report.documents.author IS 'who wrote it';
COMMENT ON COLUMN report.documents.signed_off_by IS 'who answers for it';
COMMENT ON COLUMN report.documents.signed_on IS 'the day it was signed';
COMMENT ON COLUMN report.documents.entries IS 'number of entries posted from it';
COMMENT ON COLUMN report.documents.recorded_at IS 'when it was posted';

-- Who books may import prices and documents.
DO $$
BEGIN
    GRANT INSERT ON ledger.document, ledger.price_set, ledger.price TO redink_writer;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'ledger.document, price_set and price were not opened to redink_writer';
END
$$;
