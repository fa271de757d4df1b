-- Why: how late a protocol recorded a loss that the market saw: section 8 of the accounting method asks for the
-- first block with a shortfall at market prices, report.loss_history has that of the oracle. Prices may
-- be imported long after a valuation, so the market's view is looked back at, debtor by debtor.

-- The shortfall of one account by imported prices of a kind, shared by debt: what
-- report.bad_debt_views_at says of it, without looking at the others.
CREATE FUNCTION redink.market_shortfall_of(of_market integer, at_block bigint, of_kind text, of_account bytea)
RETURNS TABLE (reserve_id integer, state text, shortfall numeric)
LANGUAGE plpgsql STABLE ROWS 4 SET jit = off AS $$
DECLARE
    chain bigint := (SELECT m.chain_id FROM redink.market m WHERE m.market_id = of_market);
    now bigint := redink.block_time(of_market, at_block);
    terms record;
    base text;
BEGIN
    SELECT * INTO terms FROM redink.price_terms(of_market, at_block);
    EXECUTE format('SELECT %s($1, $2)', redink.protocol_function(of_market, 'unit')) INTO base USING of_market, at_block;
    RETURN QUERY EXECUTE format($q$
    WITH exposed AS MATERIALIZED (
        SELECT e.*, e.is_collateral AND e.supply_amount > 0 AS counts FROM %s($1, $2, $9) e
    ), valued AS (
        SELECT e.*, p.price AS market_price, p.is_stale,
               redink.mul_div_down(e.collateral_value, 10000, greatest(e.bonus_bps, 10000)) AS realisable,
               redink.mul_div_down(redink.mul_div_down(e.supply_amount, p.price, redink.pow10(e.decimals)),
                                   10000 - $7, 10000) AS sale_value
          FROM exposed e
          LEFT JOIN LATERAL (
            SELECT redink.mul_div_down(f.price, redink.pow10(u.scale), redink.pow10(f.scale)) AS price,
                   $4 - f.updated_at > $8 AS is_stale
              FROM redink.price_in_force($3, $5, e.asset, $2, $4) f
              JOIN (SELECT substring($6 FROM '_e([0-9]+)$')::integer AS scale,
                           lower(regexp_replace($6, '_e[0-9]+$', '')) AS name) u ON lower(f.unit) = u.name
             WHERE e.counts) p ON true
    ), sums AS (
        SELECT CASE WHEN bool_or(v.debt_amount > 0 AND v.debt_value IS NULL OR v.counts AND v.collateral_value IS NULL)
                    THEN NULL ELSE coalesce(sum(v.debt_value) FILTER (WHERE v.debt_amount > 0), 0) END AS d,
               CASE WHEN bool_or(v.counts AND v.market_price IS NULL) THEN 'missing'
                    WHEN coalesce(bool_or(v.is_stale), false) THEN 'stale' ELSE 'valued' END AS state,
               coalesce(sum(least(v.realisable, v.sale_value)) FILTER (WHERE v.counts), 0) AS by_market
          FROM valued v
    ), told AS (
        SELECT s.d, CASE WHEN s.d IS NULL THEN 'missing' ELSE s.state END AS state,
               CASE WHEN s.state = 'valued' THEN greatest(s.d - s.by_market, 0) END AS short
          FROM sums s
    )
    SELECT e.reserve_id, t.state,
           CASE WHEN t.state <> 'valued' THEN NULL
                WHEN t.short = 0 THEN 0 ELSE redink.mul_div_up(e.debt_amount, t.short, t.d) END
      FROM exposed e CROSS JOIN told t WHERE e.debt_amount > 0
    $q$, redink.protocol_function(of_market, 'account_exposures'))
    USING of_market, at_block, chain, now, of_kind, base, terms.slippage_bps, terms.max_price_age_seconds, of_account;
END
$$;

CREATE INDEX valued_debt_short ON derived.valued_debt (market_id, account, reserve_id, from_block)
    WHERE shortfall > 0;

-- First block of the unbroken run of valuations, ending with the newest below a block, at which a
-- debt was short by a view of the prices; empty when it was not. `state` says where the run began:
-- valued (it was not short before), or for lack of which price nobody can tell.
CREATE FUNCTION redink.first_short(of_market integer, of_kind text, of_account bytea, of_reserve integer,
                                   below bigint)
RETURNS TABLE (first_block bigint, state text) LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    candidate bigint;
    found record;
BEGIN
    state := 'valued';
    IF of_kind = 'oracle' THEN
        SELECT min(s.from_block) INTO first_block
          FROM (SELECT d.from_block, row_number() OVER (ORDER BY d.from_block DESC) AS place
                  FROM derived.valued_debt d
                 WHERE d.market_id = of_market AND d.account = of_account AND d.reserve_id = of_reserve
                   AND d.shortfall > 0 AND d.from_block < below) s
          JOIN (SELECT v.from_block, row_number() OVER (ORDER BY v.from_block DESC) AS place
                  FROM derived.valuation v WHERE v.market_id = of_market AND v.from_block < below) v
            ON v.place = s.place AND v.from_block = s.from_block;
        RETURN NEXT;
        RETURN;
    END IF;
    FOR candidate IN SELECT v.from_block FROM derived.valuation v
                      WHERE v.market_id = of_market AND v.from_block < below ORDER BY v.from_block DESC LOOP
        SELECT s.state, s.shortfall INTO found
          FROM redink.market_shortfall_of(of_market, candidate, of_kind, of_account) s
         WHERE s.reserve_id = of_reserve;
        IF NOT coalesce(found.shortfall > 0, false) THEN
            state := coalesce(found.state, 'valued');
            EXIT;
        END IF;
        first_block := candidate;
    END LOOP;
    RETURN NEXT;
END
$$;

CREATE TYPE redink.recognition_lag_row AS (market text, pool text, reserve text, asset text, account text,
               kind text, state text, first_seen_block bigint, recognised_block bigint, lag_blocks bigint,
               is_recognised boolean, block bigint);
CREATE FUNCTION report.recognition_lag_at(market text, block bigint, account text)
RETURNS SETOF redink.recognition_lag_row LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
    only_account bytea := decode(substr($3, 3), 'hex');
    valued bigint := redink.newest_valuation(id, $2);
BEGIN
    RETURN QUERY
        WITH recorded AS MATERIALIZED (
            SELECT r.reserve_id, l.party, min(l.block_number) AS recognised
              FROM ledger.loss_legs(id) l
              JOIN derived.reserve r ON r.market_id = id AND r.pool = l.pool AND r.reserve = l.reserve
                                    AND r.asset = l.asset
             WHERE l.account = 103 AND l.debit AND l.rule IN (6, 15) AND l.block_number <= $2
               AND l.party IS NOT NULL AND (only_account IS NULL OR l.party = only_account)
             GROUP BY 1, 2),
        debt AS MATERIALIZED (
            SELECT c.reserve_id, c.party, c.recognised, c.recognised AS below FROM recorded c
            UNION ALL
            SELECT d.reserve_id, d.account, NULL, $2 + 1 FROM derived.valued_debt d
             WHERE d.market_id = id AND d.from_block = valued AND d.shortfall > 0
               AND (only_account IS NULL OR d.account = only_account)
               AND NOT EXISTS (SELECT FROM recorded c
                                WHERE c.reserve_id = d.reserve_id AND c.party = d.account))
        SELECT $1, redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), redink.hex(d.party), k.kind,
               f.state, f.first_block, d.recognised,
               CASE WHEN f.first_block IS NOT NULL THEN coalesce(d.recognised, $2) - f.first_block
                    WHEN f.state = 'valued' AND d.recognised IS NOT NULL THEN 0 END,
               d.recognised IS NOT NULL, $2
          FROM debt d
          JOIN derived.reserve r ON r.market_id = id AND r.reserve_id = d.reserve_id
         CROSS JOIN (VALUES (1, 'oracle'), (2, 'market')) AS k (place, kind)
         CROSS JOIN LATERAL redink.first_short(id, k.kind, d.party, d.reserve_id, d.below) f
         ORDER BY d.recognised NULLS LAST, d.party, d.reserve_id, k.place;
END
$$;
CREATE FUNCTION report.recognition_lag_at(market text, block bigint) RETURNS SETOF redink.recognition_lag_row
LANGUAGE sql STABLE AS $$ SELECT * FROM report.recognition_lag_at($1, $2, NULL) $$;

COMMENT ON FUNCTION report.recognition_lag_at(text, bigint) IS 'How many blocks each loss was there, by oracle and by market prices, before the protocol recorded it.';
COMMENT ON FUNCTION report.recognition_lag_at(text, bigint, text) IS 'The same of one debtor, by address.';
COMMENT ON COLUMN redink.recognition_lag_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.recognition_lag_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.recognition_lag_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.recognition_lag_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.recognition_lag_row.account IS 'the debtor';
COMMENT ON COLUMN redink.recognition_lag_row.kind IS 'of the prices: oracle or market';
COMMENT ON COLUMN redink.recognition_lag_row.state IS 'valued (before, the debt was not short), or stale or missing: for lack of a price nobody can tell, so the lag is this or longer';
COMMENT ON COLUMN redink.recognition_lag_row.first_seen_block IS 'block of the first valuation of the run; empty when the newest found no shortfall or has no price';
COMMENT ON COLUMN redink.recognition_lag_row.recognised_block IS 'where the protocol first recorded a loss of this debtor and reserve; empty when it did not';
COMMENT ON COLUMN redink.recognition_lag_row.lag_blocks IS 'from first_seen_block to recognised_block or the block; 0 when it was recorded at once; empty when nobody can tell';
COMMENT ON COLUMN redink.recognition_lag_row.is_recognised IS 'the protocol recorded it; else the lag still grows';
COMMENT ON COLUMN redink.recognition_lag_row.block IS 'height of the block';
