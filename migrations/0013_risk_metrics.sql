-- Why: the metrics of section 8 of the accounting method that no report had: liquidity over time, cover
-- by formula, value of a claim, provision cover, cures, vintages, time to cover by income, stress.
-- The formulas are those of accounting/coverage; tests hold SQL and C++ equal. Ratios are decimals
-- with 18 digits, rounded so that nothing looks better than it is, and empty without exposure. How
-- long something takes has a state beside it: done (nothing left), finite, never.

-- ---------------------------------------------------------------------------- times

-- Newest stored block of a market up to a block whose time is not after `seconds`; empty when all are
-- later. Blocks are looked up by number: times grow with them.
CREATE FUNCTION redink.block_at_time(of_market integer, seconds bigint, at_block bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    m redink.market%ROWTYPE;
    low bigint;
    high bigint := at_block;
    middle bigint;
    probe record;
    found bigint;
BEGIN
    SELECT * INTO m FROM redink.market x WHERE x.market_id = of_market;
    low := m.from_block;
    WHILE low <= high LOOP
        middle := low + (high - low) / 2;
        SELECT b.number, b."timestamp" AS seconds INTO probe FROM redink.block b
         WHERE b.chain_id = m.chain_id AND b.number BETWEEN low AND middle AND b.canonical
         ORDER BY b.number DESC LIMIT 1;
        IF probe.number IS NULL THEN
            low := middle + 1;
        ELSIF probe.seconds <= block_at_time.seconds THEN
            found := probe.number;
            low := middle + 1;
        ELSE
            high := probe.number - 1;
        END IF;
    END LOOP;
    RETURN found;
END
$$;

-- Whole days for which a market's chain is known at a time.
CREATE FUNCTION redink.whole_days(of_market integer, now bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest((now - b."timestamp") / 86400, 0)
      FROM redink.market m
     CROSS JOIN LATERAL (
        SELECT x."timestamp" FROM redink.block x
         WHERE x.chain_id = m.chain_id AND x.number >= m.from_block AND x.canonical
         ORDER BY x.number LIMIT 1) b
     WHERE m.market_id = of_market
$$;

CREATE FUNCTION redink.newest_valuation(of_market integer, at_block bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT max(v.from_block) FROM derived.valuation v
     WHERE v.market_id = of_market AND v.from_block <= at_block
$$;

-- The middle one; of an even number the mean of the two middle ones, towards minus infinity
-- (median_income in accounting/coverage/recovery_time.cpp). Empty without any.
CREATE FUNCTION redink.median_down(amounts numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN s.n % 2 = 1 THEN s.v[s.n / 2 + 1]
                ELSE div(s.v[s.n / 2] + s.v[s.n / 2 + 1]
                         - CASE WHEN s.v[s.n / 2] + s.v[s.n / 2 + 1] < 0 THEN 1 ELSE 0 END, 2) END
      FROM (SELECT array_agg(a ORDER BY a) AS v, count(*)::integer AS n FROM unnest(amounts) a) s
$$;

-- ---------------------------------------------------------------------------- liquidity

-- What an entry moved on an account, debits less credits. An account that has more than one leg is rare.
CREATE FUNCTION ledger.sum_of(accounts smallint[], debit boolean[], units numeric[], account smallint)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(CASE WHEN l.debit THEN l.units ELSE -l.units END), 0)
      FROM unnest($1, $2, $3) AS l (account, debit, units) WHERE l.account = $4
$$;
CREATE FUNCTION ledger.net_of(accounts smallint[], debit boolean[], units numeric[], account smallint)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN array_position($1, $4, coalesce(array_position($1, $4) + 1, 1)) IS NOT NULL
                THEN ledger.sum_of($1, $2, $3, $4)
                WHEN $2[array_position($1, $4)] THEN $3[array_position($1, $4)]
                ELSE coalesce(-$3[array_position($1, $4)], 0) END
$$;

-- What each entry of the contract book moved that takes effect after a block, up to another; `place`
-- orders those of a block. `income`: what rule 3 gave the treasury and the reserve; an entry that
-- takes one back takes its income back.
CREATE FUNCTION ledger.moved_between(of_market integer, after_block bigint, up_to bigint)
RETURNS TABLE (reserve_id integer, block_number bigint, place bigint, block_time bigint, cash numeric,
               loans numeric, income numeric)
LANGUAGE plpgsql STABLE ROWS 10000 SET jit = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    m redink.market%ROWTYPE;
BEGIN
    SELECT * INTO m FROM redink.market x WHERE x.market_id = of_market;
    RETURN QUERY
        SELECT r.reserve_id, e.block_number, e.position, e.block_time,
               ledger.net_of(e.leg_account, e.leg_debit, e.leg_units, 101::smallint),
               ledger.net_of(e.leg_account, e.leg_debit, e.leg_units, 102::smallint),
               CASE WHEN e.rule = 3
                    THEN greatest(-ledger.net_of(e.leg_account, e.leg_debit, e.leg_units, 202::smallint), 0)
                         + greatest(-ledger.net_of(e.leg_account, e.leg_debit, e.leg_units, 203::smallint), 0)
                    WHEN e.rule = 18 AND (
                         -- One probe of the index of identities; + 0 keeps the planner to it.
                         SELECT o.rule FROM ledger.entry o
                          WHERE o.chain_id = m.chain_id AND o.entry_id = e.reverses
                            AND o.ledger_id + 0 = e.ledger_id) = 3
                    THEN - greatest(ledger.net_of(e.leg_account, e.leg_debit, e.leg_units, 202::smallint), 0)
                         - greatest(ledger.net_of(e.leg_account, e.leg_debit, e.leg_units, 203::smallint), 0)
                    ELSE 0 END
          FROM ledger.entry e
          JOIN ledger.entity n ON n.chain_id = m.chain_id AND n.market_id = of_market
                              AND n.entity_id = e.entity_id
          JOIN derived.reserve r ON r.market_id = of_market AND r.pool = n.pool
                                AND r.reserve = n.reserve AND r.asset = n.asset
         WHERE e.chain_id = m.chain_id AND e.ledger_id = 2 * of_market
           AND e.block_number > after_block AND e.block_number <= up_to
        UNION ALL
        SELECT r.reserve_id, p.from_block, 4611686018427387904 + p.sequence, p.block_time,
               ledger.net_of(p.leg_account, p.leg_debit, p.leg_units, 101::smallint),
               ledger.net_of(p.leg_account, p.leg_debit, p.leg_units, 102::smallint),
               CASE WHEN p.rule = 3
                    THEN greatest(-ledger.net_of(p.leg_account, p.leg_debit, p.leg_units, 202::smallint), 0)
                         + greatest(-ledger.net_of(p.leg_account, p.leg_debit, p.leg_units, 203::smallint), 0)
                    ELSE 0 END
          FROM derived.provisional_entry p
          JOIN derived.reserve r ON r.market_id = of_market AND r.pool = p.pool
                                AND r.reserve = p.reserve AND r.asset = p.asset
         WHERE p.market_id = of_market AND p.book = 0
           AND p.from_block > after_block AND p.from_block <= up_to;
END
$$;

-- Balances of the books by number of the reserve.
CREATE FUNCTION ledger.reserve_totals_at(of_market integer, at_block bigint)
RETURNS TABLE (reserve_id integer, pool bytea, reserve bytea, asset bytea, cash numeric, loans numeric,
               deficits numeric, claims numeric, treasury numeric, capital numeric, allowance numeric,
               written_off numeric)
LANGUAGE sql STABLE SET jit = off AS $$
    WITH books AS MATERIALIZED (SELECT * FROM ledger.totals_at(of_market, at_block))
    SELECT r.reserve_id, r.pool, r.reserve, r.asset, coalesce(b.cash, 0), coalesce(b.loans, 0),
           coalesce(b.deficits, 0), coalesce(b.lenders, 0), coalesce(b.treasury, 0),
           coalesce(b.capital, 0), coalesce(b.allowance, 0), coalesce(b.written_off, 0)
      FROM derived.reserve r
      LEFT JOIN books b ON b.pool = r.pool AND b.reserve = r.reserve AND b.asset = r.asset
     WHERE r.market_id = of_market AND r.from_block <= at_block
$$;

-- Blocks of a stretch, both ends included, at whose end loans / (cash + loans) was at least so much
-- (blocks_at_utilisation in accounting/coverage/liquidity.cpp).
CREATE FUNCTION ledger.full_blocks(of_market integer, first bigint, last bigint, at_least_bps integer)
RETURNS TABLE (reserve_id integer, blocks bigint)
LANGUAGE sql STABLE ROWS 100 SET jit = off AS $$
    WITH changed AS (
        SELECT t.reserve_id, $2 AS block_number, 0 AS place, t.cash, t.loans
          FROM ledger.reserve_totals_at($1, $2) t
        UNION ALL
        SELECT b.reserve_id, b.block_number, b.place, b.cash, b.loans FROM ledger.moved_between($1, $2, $3) b),
    version AS (
        SELECT c.reserve_id, c.block_number,
               sum(c.cash) OVER upto AS cash, sum(c.loans) OVER upto AS loans,
               lead(c.block_number, 1, $3 + 1) OVER upto AS next_block
          FROM changed c
        WINDOW upto AS (PARTITION BY c.reserve_id ORDER BY c.block_number, c.place))
    SELECT v.reserve_id, sum(v.next_block - v.block_number)::bigint
      FROM version v WHERE v.loans > 0 AND greatest(v.cash, 0) <= div(v.loans * (10000 - $4), $4)
     GROUP BY v.reserve_id
$$;

CREATE TYPE redink.liquidity_row AS (market text, pool text, reserve text, asset text, cash numeric,
               loans numeric, claims numeric, utilisation numeric, withdrawable_share numeric,
               net_outflow_24h numeric, hours_to_dry numeric, hours_to_dry_state text,
               blocks_24h bigint, full_blocks_24h bigint, blocks_30d bigint, full_blocks_30d bigint,
               block bigint);
CREATE FUNCTION report.liquidity_at(market text, block bigint) RETURNS SETOF redink.liquidity_row
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    m redink.market%ROWTYPE;
    shown boolean := ledger.is_provisional(redink.market_id($1), $2);
    now bigint;
    day_ago bigint;
    month_ago bigint;
BEGIN
    SELECT * INTO m FROM redink.market x WHERE x.name = $1;
    now := redink.block_time(m.market_id, $2);
    day_ago := redink.block_at_time(m.market_id, now - 86400, $2);
    month_ago := redink.block_at_time(m.market_id, now - 2592000, $2);
    RETURN QUERY
        WITH earlier AS MATERIALIZED (
            SELECT t.reserve_id, t.cash FROM ledger.reserve_totals_at(m.market_id, coalesce(day_ago, m.from_block)) t
             WHERE day_ago IS NOT NULL),
        day AS MATERIALIZED (
            SELECT * FROM ledger.full_blocks(m.market_id, coalesce(day_ago + 1, m.from_block), $2, 9900)),
        month AS MATERIALIZED (
            SELECT * FROM ledger.full_blocks(m.market_id, coalesce(month_ago + 1, m.from_block), $2, 9900)),
        flow AS (
            SELECT t.reserve_id, t.pool, t.reserve, t.asset, greatest(t.cash, 0) AS cash, t.loans, t.claims,
                   coalesce(e.cash, 0) - t.cash AS outflow
              FROM ledger.reserve_totals_at(m.market_id, $2) t
              LEFT JOIN earlier e ON e.reserve_id = t.reserve_id)
        SELECT $1, redink.hex(f.pool), redink.hex(f.reserve), redink.hex(f.asset), f.cash, f.loans, f.claims,
               redink.ratio_up(f.loans, f.cash + f.loans),
               redink.ratio_down(least(f.cash, f.claims), f.claims), f.outflow,
               CASE WHEN f.cash > 0 AND f.outflow > 0 THEN redink.ratio_down(f.cash * 24, f.outflow) END,
               CASE WHEN f.cash = 0 THEN 'done' WHEN f.outflow > 0 THEN 'finite' ELSE 'never' END,
               $2 - coalesce(day_ago, m.from_block - 1), coalesce(d.blocks, 0),
               $2 - coalesce(month_ago, m.from_block - 1), coalesce(o.blocks, 0), $2
          FROM flow f
          LEFT JOIN day d ON d.reserve_id = f.reserve_id
          LEFT JOIN month o ON o.reserve_id = f.reserve_id
         ORDER BY f.reserve_id;
END
$$;

-- ---------------------------------------------------------------------------- value of a claim

CREATE TYPE redink.lender_value_row AS (market text, pool text, reserve text, asset text, cash numeric,
               loans numeric, deficits numeric, allowance numeric, written_off numeric,
               expected_cover numeric, claims numeric, net_assets numeric, nav_per_claim numeric,
               nav_shortfall numeric, total_assets numeric, shares numeric, book_share_price numeric,
               block bigint);
CREATE FUNCTION report.lender_value_at(market text, block bigint) RETURNS SETOF redink.lender_value_row
LANGUAGE sql STABLE SET jit = off AS $$
    WITH covered AS MATERIALIZED (
        SELECT c.reserve_id, coalesce(sum(c.planned) FILTER (WHERE c.kind <> 'lenders'), 0) AS units
          FROM redink.cover_at(redink.market_id($1), $2) c GROUP BY c.reserve_id),
    value AS (
        SELECT t.*, c.units AS covered,
               t.cash + t.loans + t.deficits - t.allowance - t.written_off + c.units AS net
          FROM ledger.reserve_totals_at(redink.market_id($1), $2) t JOIN covered c USING (reserve_id))
    SELECT $1, redink.hex(v.pool), redink.hex(v.reserve), redink.hex(v.asset), v.cash, v.loans, v.deficits,
           v.allowance, v.written_off, v.covered, v.claims, v.net, redink.ratio_down(v.net, v.claims),
           redink.ratio_up(greatest(v.claims - v.net, 0), v.claims), s.supply_amount, s.supply_scaled,
           redink.ratio_down(s.supply_amount, s.supply_scaled), $2
      FROM value v
      LEFT JOIN report.reserves_at($1, $2) s ON s.pool = redink.hex(v.pool)
           AND s.reserve = redink.hex(v.reserve) AND s.asset = redink.hex(v.asset)
     WHERE ledger.is_provisional(redink.market_id($1), $2) IS NOT NULL
     ORDER BY v.reserve_id
$$;

-- ---------------------------------------------------------------------------- cover by formula

CREATE TYPE redink.cover_ratio_row AS (market text, pool text, reserve text, asset text,
               open_bad_debt numeric, reserve_capacity numeric, reserve_cover numeric,
               insurance_capacity numeric, insurance_offset numeric, insurance_cover numeric,
               absorbable numeric, residual numeric, whole numeric, open_value numeric,
               absorbable_value numeric, unit text, pool_cover numeric, block bigint);
CREATE FUNCTION report.cover_ratios_at(market text, block bigint) RETURNS SETOF redink.cover_ratio_row
LANGUAGE sql STABLE SET jit = off AS $$
    WITH layer AS MATERIALIZED (
        SELECT c.*, min(c.place) FILTER (WHERE c.kind = 'insurance' AND c.is_shown)
                        OVER (PARTITION BY c.reserve_id) AS insured_from
          FROM redink.cover_at(redink.market_id($1), $2) c),
    cover AS (
        SELECT l.reserve_id, redink.hex(l.pool) AS pool, redink.hex(l.reserve) AS reserve,
               redink.hex(l.asset) AS asset, l.open,
               coalesce(sum(l.capacity) FILTER (WHERE l.kind = 'reserve'), 0) AS reserves,
               coalesce(sum(l.capacity) FILTER (WHERE l.kind = 'insurance'), 0) AS insured,
               coalesce(sum(l.capacity) FILTER (WHERE l.place < l.insured_from), 0) AS before,
               coalesce(sum(l.planned) FILTER (WHERE l.kind <> 'lenders'), 0) AS absorbable
          FROM layer l GROUP BY l.reserve_id, l.pool, l.reserve, l.asset, l.open),
    valued AS (
        SELECT c.*, s.unit,
               CASE WHEN c.open = 0 THEN 0
                    ELSE redink.mul_div_down(c.open, s.price, redink.pow10(s.decimals)) END AS open_value,
               CASE WHEN c.open = 0 THEN 0
                    ELSE redink.mul_div_down(c.absorbable, s.price, redink.pow10(s.decimals)) END AS absorbable_value
          FROM cover c
          LEFT JOIN report.reserves_at($1, $2) s
                 ON s.pool = c.pool AND s.reserve = c.reserve AND s.asset = c.asset)
    SELECT $1, v.pool, v.reserve, v.asset, v.open, v.reserves, redink.ratio_down(least(v.reserves, v.open), v.open),
           v.insured, v.before, redink.ratio_down(least(v.insured, greatest(v.open - v.before, 0)), v.open),
           v.absorbable, v.open - v.absorbable, redink.ratio_down(v.absorbable, v.open),
           v.open_value, v.absorbable_value, v.unit,
           CASE WHEN NOT bool_or(v.open_value IS NULL) OVER pool
                THEN redink.ratio_down(sum(v.absorbable_value) OVER pool, sum(v.open_value) OVER pool) END, $2
      FROM valued v
     WHERE ledger.is_provisional(redink.market_id($1), $2) IS NOT NULL
    WINDOW pool AS (PARTITION BY v.pool) ORDER BY v.reserve_id
$$;

-- ---------------------------------------------------------------------------- stress

-- Losses of whole days (24 h each, back from the block), from the newest valuation at the beginning to
-- that at the end: by how much the shortfall grew, dust left out, and what the protocol recorded in
-- between. Expected shortfall at 99 %: mean of the worst hundredth of up to 365 days, of one at least.
CREATE TYPE redink.stress_cover_row AS (market text, pool text, reserve text, asset text, capacity numeric,
               days bigint, worst_days bigint, worst_day_loss numeric, expected_shortfall_99_24h numeric,
               stress_cover numeric, block bigint);
CREATE FUNCTION report.stress_cover_at(market text, block bigint) RETURNS SETOF redink.stress_cover_row
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
    now bigint := redink.block_time(id, $2);
    n integer := least(redink.whole_days(id, now), 365);
    worst integer := (n + 99) / 100;
BEGIN
    RETURN QUERY
        WITH day AS MATERIALIZED (
            SELECT d.day, redink.newest_valuation(id, redink.block_at_time(id, now - d.day * 86400, $2)) AS valued
              FROM generate_series(0, n) AS d (day)),
        short AS MATERIALIZED (
            SELECT v.valued, d.reserve_id, sum(d.shortfall) AS units
              FROM (SELECT DISTINCT x.valued FROM day x WHERE x.valued IS NOT NULL) v
              JOIN derived.valued_debt d ON d.market_id = id AND d.from_block = v.valued
             WHERE d.shortfall > 0 AND d.kind <> 'dust' GROUP BY 1, 2),
        stretch AS MATERIALIZED (
            SELECT a.day, e.valued AS first, a.valued AS last FROM day a JOIN day e ON e.day = a.day + 1),
        recorded AS MATERIALIZED (
            SELECT r.reserve_id, s.day, sum(l.units) AS units
              FROM ledger.loss_legs(id) l
              JOIN stretch s ON l.block_number > coalesce(s.first, -1) AND l.block_number <= s.last
              JOIN derived.reserve r ON r.market_id = id AND r.pool = l.pool AND r.reserve = l.reserve
                                    AND r.asset = l.asset
             WHERE l.account = 103 AND l.debit AND l.rule IN (6, 15) GROUP BY 1, 2),
        loss AS (
            SELECT r.reserve_id, s.day, greatest(coalesce(a.units, 0) - coalesce(b.units, 0)
                                                 + coalesce(c.units, 0), 0) AS units
              FROM derived.reserve r
             CROSS JOIN stretch s
              LEFT JOIN short a ON a.valued = s.last AND a.reserve_id = r.reserve_id
              LEFT JOIN short b ON b.valued = s.first AND b.reserve_id = r.reserve_id
              LEFT JOIN recorded c ON c.day = s.day AND c.reserve_id = r.reserve_id
             WHERE r.market_id = id AND r.from_block <= $2),
        ranked AS (
            SELECT l.*, row_number() OVER (PARTITION BY l.reserve_id ORDER BY l.units DESC, l.day) AS place FROM loss l),
        tail AS (
            SELECT r.reserve_id, max(r.units) AS most, redink.mul_div_up(sum(r.units), 1, worst) AS mean
              FROM ranked r WHERE r.place <= worst GROUP BY r.reserve_id),
        cover AS (
            SELECT t.reserve_id, t.pool, t.reserve, t.asset,
                   sum(redink.capacity_of(l.kind, l.capacity, l.is_first, t.capital, t.treasury)) AS capacity
              FROM ledger.reserve_totals_at(id, $2) t
             CROSS JOIN LATERAL redink.layers_of(id, t.asset) l
             WHERE l.kind <> 'lenders' GROUP BY 1, 2, 3, 4)
        SELECT $1, redink.hex(c.pool), redink.hex(c.reserve), redink.hex(c.asset), c.capacity, n::bigint,
               worst::bigint, t.most, t.mean, redink.ratio_down(c.capacity, t.mean), $2
          FROM cover c LEFT JOIN tail t ON t.reserve_id = c.reserve_id ORDER BY c.reserve_id;
END
$$;

-- ---------------------------------------------------------------------------- provisions

-- One row for each reserve and view of the prices: the protocol's oracle, imported market prices, and
-- each imported scenario.
CREATE TYPE redink.provision_cover_row AS (market text, pool text, reserve text, asset text, kind text,
               state text, allowance numeric, deficits numeric, shortfall numeric, written_off numeric,
               expected_loss numeric, provision_cover numeric, block bigint);
CREATE FUNCTION report.provision_cover_at(market text, block bigint) RETURNS SETOF redink.provision_cover_row
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
BEGIN
    RETURN QUERY
        WITH kinds AS (
            SELECT 'market' AS kind
            UNION SELECT s.kind FROM ledger.price_set s JOIN redink.market m USING (chain_id) WHERE m.market_id = id),
        seen AS MATERIALIZED (
            SELECT v.* FROM kinds k CROSS JOIN LATERAL report.bad_debt_views_at($1, $2, k.kind) v),
        told AS (
            SELECT s.kind, s.pool, s.reserve, s.asset, s.market_state AS state, s.market_shortfall AS shortfall FROM seen s
            UNION ALL
            SELECT 'oracle', s.pool, s.reserve, s.asset, s.oracle_state, s.oracle_shortfall
              FROM seen s WHERE s.kind = 'market'),
        summed AS (
            SELECT t.kind, t.pool, t.reserve, t.asset, bool_or(t.state = 'missing') AS is_missing,
                   bool_or(t.state = 'stale') AS is_stale, sum(t.shortfall) AS shortfall
              FROM told t GROUP BY 1, 2, 3, 4),
        view AS (
            SELECT b.*, k.kind,
                   CASE WHEN s.is_missing THEN 'missing' WHEN s.is_stale THEN 'stale' ELSE 'valued' END AS state,
                   CASE WHEN s.is_missing OR s.is_stale THEN NULL ELSE coalesce(s.shortfall, 0) END AS shortfall
              FROM ledger.reserve_totals_at(id, $2) b
             CROSS JOIN (SELECT 'oracle' AS kind UNION ALL SELECT x.kind FROM kinds x) k
              LEFT JOIN summed s ON s.kind = k.kind AND s.pool = redink.hex(b.pool)
                   AND s.reserve = redink.hex(b.reserve) AND s.asset = redink.hex(b.asset)),
        expected AS (
            SELECT v.*, CASE WHEN v.shortfall IS NOT NULL
                             THEN greatest(v.deficits + v.shortfall - v.written_off, 0) END AS loss
              FROM view v)
        SELECT $1, redink.hex(e.pool), redink.hex(e.reserve), redink.hex(e.asset), e.kind, e.state, e.allowance,
               e.deficits, e.shortfall, e.written_off, e.loss, redink.ratio_down(e.allowance, e.loss), $2
          FROM expected e
         ORDER BY e.reserve_id, array_position(ARRAY['oracle', 'market'], e.kind), e.kind;
END
$$;

COMMENT ON FUNCTION report.liquidity_at(text, bigint) IS 'What lenders of each reserve could take out, how long it lasts, and for how many blocks next to nothing was left.';
COMMENT ON COLUMN redink.liquidity_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.liquidity_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.liquidity_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.liquidity_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.liquidity_row.cash IS 'what can be withdrawn now, token units';
COMMENT ON COLUMN redink.liquidity_row.loans IS 'as booked';
COMMENT ON COLUMN redink.liquidity_row.claims IS 'of the lenders';
COMMENT ON COLUMN redink.liquidity_row.utilisation IS 'loans / (cash + loans), 18 digits, rounded up; empty with neither';
COMMENT ON COLUMN redink.liquidity_row.withdrawable_share IS 'cash / claims, rounded down, at most 1';
COMMENT ON COLUMN redink.liquidity_row.net_outflow_24h IS 'by how much the cash fell in the last 24 hours, token units; below zero when it grew';
COMMENT ON COLUMN redink.liquidity_row.hours_to_dry IS 'cash / net_outflow_24h, in hours, 18 digits, rounded down; empty unless finite';
COMMENT ON COLUMN redink.liquidity_row.hours_to_dry_state IS 'done (there is no cash), finite, or never (no net outflow)';
COMMENT ON COLUMN redink.liquidity_row.blocks_24h IS 'blocks of the last 24 hours';
COMMENT ON COLUMN redink.liquidity_row.full_blocks_24h IS 'of them, those at whose end the utilisation was at least 99 %';
COMMENT ON COLUMN redink.liquidity_row.blocks_30d IS 'blocks of the last 30 days';
COMMENT ON COLUMN redink.liquidity_row.full_blocks_30d IS 'of them, those at whose end the utilisation was at least 99 %';
COMMENT ON COLUMN redink.liquidity_row.block IS 'height of the block';
COMMENT ON FUNCTION report.lender_value_at(text, bigint) IS 'What stands behind a claim of each reserve by the books, beside the protocol''s own price of a share.';
COMMENT ON COLUMN redink.lender_value_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.lender_value_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.lender_value_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.lender_value_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.lender_value_row.cash IS 'as booked, token units';
COMMENT ON COLUMN redink.lender_value_row.loans IS 'as booked';
COMMENT ON COLUMN redink.lender_value_row.deficits IS 'deficit.open, deficit.slashed and deficit.auction';
COMMENT ON COLUMN redink.lender_value_row.allowance IS 'all allowance held';
COMMENT ON COLUMN redink.lender_value_row.written_off IS 'written off, and nobody bore or paid it yet';
COMMENT ON COLUMN redink.lender_value_row.expected_cover IS 'what layers above the lenders would pay of the open bad debt';
COMMENT ON COLUMN redink.lender_value_row.claims IS 'of the lenders';
COMMENT ON COLUMN redink.lender_value_row.net_assets IS 'cash + loans + deficits - allowance - written_off + expected_cover';
COMMENT ON COLUMN redink.lender_value_row.nav_per_claim IS 'net_assets / claims, 18 digits, rounded down; may be above 1';
COMMENT ON COLUMN redink.lender_value_row.nav_shortfall IS '(claims - net_assets) / claims, rounded up; 0 when the claims are whole';
COMMENT ON COLUMN redink.lender_value_row.total_assets IS 'what is lent by the protocol''s own count';
COMMENT ON COLUMN redink.lender_value_row.shares IS 'the protocol''s own stored unit of it (Aave: scaled)';
COMMENT ON COLUMN redink.lender_value_row.book_share_price IS 'total_assets / shares, rounded down';
COMMENT ON COLUMN redink.lender_value_row.block IS 'height of the block';
COMMENT ON FUNCTION report.cover_ratios_at(text, bigint) IS 'Cover of the open bad debt of each reserve and pool by formula: reserve cover, insurance cover, whole.';
COMMENT ON COLUMN redink.cover_ratio_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.cover_ratio_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.cover_ratio_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.cover_ratio_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.cover_ratio_row.open_bad_debt IS 'as in report.coverage_at, token units';
COMMENT ON COLUMN redink.cover_ratio_row.reserve_capacity IS 'what the reserve can pay';
COMMENT ON COLUMN redink.cover_ratio_row.reserve_cover IS 'min(reserve_capacity, open_bad_debt) / open_bad_debt, 18 digits, rounded down; empty without bad debt';
COMMENT ON COLUMN redink.cover_ratio_row.insurance_capacity IS 'what is staked and can be slashed';
COMMENT ON COLUMN redink.cover_ratio_row.insurance_offset IS 'the first loss: capacity of the layers before the first insurance; 0 without any';
COMMENT ON COLUMN redink.cover_ratio_row.insurance_cover IS 'min(insurance_capacity, open_bad_debt - insurance_offset) / open_bad_debt, rounded down';
COMMENT ON COLUMN redink.cover_ratio_row.absorbable IS 'what all layers above the lenders would pay, in order';
COMMENT ON COLUMN redink.cover_ratio_row.residual IS 'what is left for the lenders';
COMMENT ON COLUMN redink.cover_ratio_row.whole IS '1 - residual / open_bad_debt, rounded down';
COMMENT ON COLUMN redink.cover_ratio_row.open_value IS 'open_bad_debt in base units, rounded down; empty without a price';
COMMENT ON COLUMN redink.cover_ratio_row.absorbable_value IS 'absorbable in base units, rounded down';
COMMENT ON COLUMN redink.cover_ratio_row.unit IS 'base unit';
COMMENT ON COLUMN redink.cover_ratio_row.pool_cover IS 'of the pool: sum of absorbable_value / sum of open_value, rounded down; empty when a price is missing';
COMMENT ON COLUMN redink.cover_ratio_row.block IS 'height of the block';
COMMENT ON FUNCTION report.stress_cover_at(text, bigint) IS 'Capacity of the layers above the lenders against the historical expected shortfall of 24 hours, at 99 %.';
COMMENT ON COLUMN redink.stress_cover_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.stress_cover_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.stress_cover_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.stress_cover_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.stress_cover_row.capacity IS 'what layers above the lenders can pay, token units';
COMMENT ON COLUMN redink.stress_cover_row.days IS 'whole days that were looked at';
COMMENT ON COLUMN redink.stress_cover_row.worst_days IS 'of them, the worst hundredth, rounded up';
COMMENT ON COLUMN redink.stress_cover_row.worst_day_loss IS 'loss of the worst day; empty without a whole day';
COMMENT ON COLUMN redink.stress_cover_row.expected_shortfall_99_24h IS 'mean of the worst days, rounded up';
COMMENT ON COLUMN redink.stress_cover_row.stress_cover IS 'capacity / expected_shortfall_99_24h, 18 digits, rounded down; may be above 1; empty without a loss';
COMMENT ON COLUMN redink.stress_cover_row.block IS 'height of the block';
COMMENT ON FUNCTION report.provision_cover_at(text, bigint) IS 'Allowance of each reserve against the loss to expect, by oracle, market and scenario prices.';
COMMENT ON COLUMN redink.provision_cover_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.provision_cover_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.provision_cover_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.provision_cover_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.provision_cover_row.kind IS 'of the prices: oracle, market, or scenario:<name>';
COMMENT ON COLUMN redink.provision_cover_row.state IS 'valued, stale or missing';
COMMENT ON COLUMN redink.provision_cover_row.allowance IS 'all allowance held, token units';
COMMENT ON COLUMN redink.provision_cover_row.deficits IS 'recorded by the protocol and not covered';
COMMENT ON COLUMN redink.provision_cover_row.shortfall IS 'of all debts at these prices, dust included';
COMMENT ON COLUMN redink.provision_cover_row.written_off IS 'written off, and nobody bore or paid it yet';
COMMENT ON COLUMN redink.provision_cover_row.expected_loss IS 'deficits + shortfall - written_off, not below zero';
COMMENT ON COLUMN redink.provision_cover_row.provision_cover IS 'allowance / expected_loss, 18 digits, rounded down; may be above 1; empty without a loss';
COMMENT ON COLUMN redink.provision_cover_row.block IS 'height of the block';
