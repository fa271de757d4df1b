-- Why: what becomes of losses, as section 8 of the accounting method has it: cures, vintages, and how
-- long income takes to cover what is open. The formulas are those of accounting/coverage; tests hold SQL and C++
-- equal. Ratios are decimals with 18 digits, rounded so that nothing looks better than it is.

-- ---------------------------------------------------------------------------- cures

-- What became of the debts that were in stage 3 at the newest valuation before the period: recorded as
-- a loss since then, still in stage 3 by the newest valuation, or neither (cured).
CREATE TYPE redink.cure_rate_row AS (market text, pool text, reserve text, asset text, period_days integer,
               from_block bigint, impaired numeric, lost numeric, still_impaired numeric, cured numeric,
               cure_rate numeric, valued_block bigint, block bigint);
CREATE FUNCTION report.cure_rates_at(market text, block bigint) RETURNS SETOF redink.cure_rate_row
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
    now bigint := redink.block_time(id, $2);
    last bigint := redink.newest_valuation(id, $2);
BEGIN
    RETURN QUERY
        WITH period AS MATERIALIZED (
            SELECT p.days, redink.newest_valuation(id, redink.block_at_time(id, now - p.days * 86400::bigint, $2)) AS first
              FROM unnest(ARRAY[1, 7, 30, 90]) AS p (days)),
        recorded AS MATERIALIZED (
            SELECT r.reserve_id, l.party, l.block_number, l.units
              FROM ledger.loss_legs(id) l
              JOIN derived.reserve r ON r.market_id = id AND r.pool = l.pool AND r.reserve = l.reserve
                                    AND r.asset = l.asset
             WHERE l.account = 103 AND l.debit AND l.rule IN (6, 15) AND l.block_number <= $2),
        fate AS (
            SELECT p.days, d.reserve_id, d.gross, coalesce(e.stage >= 3, false) AS is_impaired,
                   least(d.gross, coalesce((SELECT sum(x.units) FROM recorded x
                                             WHERE x.reserve_id = d.reserve_id AND x.party = d.account
                                               AND x.block_number > p.first), 0)) AS lost
              FROM period p
              JOIN derived.valued_debt d ON d.market_id = id AND d.from_block = p.first AND d.stage >= 3
              LEFT JOIN derived.valued_debt e ON e.market_id = id AND e.from_block = last
                                             AND e.account = d.account AND e.reserve_id = d.reserve_id),
        summed AS (
            SELECT f.days, f.reserve_id, sum(f.gross) AS impaired, sum(f.lost) AS lost,
                   coalesce(sum(f.gross - f.lost) FILTER (WHERE f.is_impaired), 0) AS still,
                   coalesce(sum(f.gross - f.lost) FILTER (WHERE NOT f.is_impaired), 0) AS cured
              FROM fate f GROUP BY 1, 2)
        SELECT $1, redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), p.days, p.first,
               coalesce(s.impaired, 0), coalesce(s.lost, 0), coalesce(s.still, 0), coalesce(s.cured, 0),
               redink.ratio_down(s.cured, s.impaired), last, $2
          FROM derived.reserve r
         CROSS JOIN period p
          LEFT JOIN summed s ON s.days = p.days AND s.reserve_id = r.reserve_id
         WHERE r.market_id = id AND r.from_block <= $2 AND p.first IS NOT NULL
         ORDER BY r.reserve_id, p.days;
END
$$;

-- ---------------------------------------------------------------------------- vintages

-- What was realised of each debtor's debt, block by block: recorded by the protocol, or written off
-- before that; the larger sum counts, so that nothing counts twice. What came back goes to the
-- debtor's oldest loss first; what is left over to the last. One row for each loss and recovery of it.
CREATE FUNCTION ledger.recoveries_by_loss(of_market integer, at_block bigint)
RETURNS TABLE (pool bytea, reserve bytea, asset bytea, party bytea, block_number bigint, block_time bigint,
               loss numeric, recovered numeric, recovered_time bigint)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
    WITH leg AS MATERIALIZED (
        SELECT l.*, coalesce(l.party, '\x') AS debtor FROM ledger.loss_legs(of_market) l
         WHERE l.block_number <= at_block),
    realised AS (
        SELECT l.pool, l.reserve, l.asset, l.debtor, l.block_number, min(l.block_time) AS block_time,
               coalesce(sum(l.units) FILTER (WHERE l.account = 103 AND l.debit AND l.rule IN (6, 15)), 0) AS recorded,
               coalesce(sum(CASE WHEN l.debit THEN -l.units ELSE l.units END)
                            FILTER (WHERE l.account = 502 AND l.rule NOT BETWEEN 7 AND 14), 0) AS written_off
          FROM leg l GROUP BY 1, 2, 3, 4, 5),
    running AS (
        SELECT r.*, greatest(sum(r.recorded) OVER upto, sum(r.written_off) OVER upto) AS known
          FROM realised r
        WINDOW upto AS (PARTITION BY r.pool, r.reserve, r.asset, r.debtor ORDER BY r.block_number)),
    highest AS (
        SELECT r.*, max(r.known) OVER upto AS up_to
          FROM running r
        WINDOW upto AS (PARTITION BY r.pool, r.reserve, r.asset, r.debtor ORDER BY r.block_number)),
    stepped AS (
        SELECT h.*, coalesce(lag(h.up_to) OVER debt, 0) AS before
          FROM highest h WINDOW debt AS (PARTITION BY h.pool, h.reserve, h.asset, h.debtor ORDER BY h.block_number)),
    loss AS (
        SELECT s.*, lead(s.up_to) OVER debt IS NULL AS is_last FROM stepped s
         WHERE s.up_to > s.before
        WINDOW debt AS (PARTITION BY s.pool, s.reserve, s.asset, s.debtor ORDER BY s.block_number)),
    returned AS (
        SELECT x.*, sum(x.units) OVER (PARTITION BY x.pool, x.reserve, x.asset, x.debtor
                                       ORDER BY x.block_number) AS up_to
          FROM (SELECT l.pool, l.reserve, l.asset, l.debtor, l.block_number, min(l.block_time) AS block_time,
                       sum(l.units) AS units
                  FROM leg l WHERE l.account BETWEEN 521 AND 523 AND NOT l.debit GROUP BY 1, 2, 3, 4, 5) x)
    SELECT l.pool, l.reserve, l.asset, nullif(l.debtor, '\x'), l.block_number, l.block_time,
           l.up_to - l.before,
           CASE WHEN r.up_to IS NOT NULL
                THEN least(CASE WHEN l.is_last THEN r.up_to ELSE l.up_to END, r.up_to)
                     - greatest(l.before, r.up_to - r.units) END, r.block_time
      FROM loss l
      LEFT JOIN returned r ON r.pool = l.pool AND r.reserve = l.reserve AND r.asset = l.asset
                          AND r.debtor = l.debtor AND r.up_to > l.before
                          AND (l.is_last OR r.up_to - r.units < l.up_to)
$$;

CREATE TYPE redink.vintage_row AS (market text, pool text, reserve text, asset text, vintage bigint,
               vintage_seconds bigint, losses bigint, recognised numeric, recovered_1d numeric,
               recovered_7d numeric, recovered_30d numeric, recovered_90d numeric, recovered numeric,
               recovery_rate_1d numeric, recovery_rate_7d numeric, recovery_rate_30d numeric,
               recovery_rate_90d numeric, recovery_rate numeric, block bigint);
CREATE FUNCTION report.vintages_at(market text, block bigint, vintage_seconds bigint)
RETURNS SETOF redink.vintage_row LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
BEGIN
    IF $3 IS NULL OR $3 <= 0 THEN
        RAISE EXCEPTION 'a vintage of % seconds', coalesce($3::text, 'no')
            USING HINT = 'Say the length of a period in seconds, 2592000 for 30 days.';
    END IF;
    RETURN QUERY
        WITH aged AS (
            SELECT x.*, greatest(x.recovered_time - x.block_time, 0) AS age
              FROM ledger.recoveries_by_loss(id, $2) x),
        loss AS (
            SELECT a.pool, a.reserve, a.asset, a.block_time - mod(a.block_time, $3) AS since,
                   max(a.loss) AS units,
                   coalesce(sum(a.recovered) FILTER (WHERE a.age <= 86400), 0) AS day,
                   coalesce(sum(a.recovered) FILTER (WHERE a.age <= 604800), 0) AS week,
                   coalesce(sum(a.recovered) FILTER (WHERE a.age <= 2592000), 0) AS month,
                   coalesce(sum(a.recovered) FILTER (WHERE a.age <= 7776000), 0) AS quarter,
                   coalesce(sum(a.recovered), 0) AS whole
              FROM aged a GROUP BY a.pool, a.reserve, a.asset, a.party, a.block_number, a.block_time),
        vintage AS (
            SELECT l.pool, l.reserve, l.asset, l.since, count(*) AS losses, sum(l.units) AS units,
                   sum(l.day) AS day, sum(l.week) AS week, sum(l.month) AS month,
                   sum(l.quarter) AS quarter, sum(l.whole) AS whole
              FROM loss l GROUP BY 1, 2, 3, 4)
        SELECT $1, redink.hex(v.pool), redink.hex(v.reserve), redink.hex(v.asset), v.since, $3, v.losses,
               v.units, v.day, v.week, v.month, v.quarter, v.whole,
               redink.ratio_down(v.day, v.units), redink.ratio_down(v.week, v.units),
               redink.ratio_down(v.month, v.units), redink.ratio_down(v.quarter, v.units),
               redink.ratio_down(v.whole, v.units), $2
          FROM vintage v
          JOIN derived.reserve r ON r.market_id = id AND r.pool = v.pool AND r.reserve = v.reserve
                                AND r.asset = v.asset
         ORDER BY r.reserve_id, v.since;
END
$$;
CREATE FUNCTION report.vintages_at(market text, block bigint) RETURNS SETOF redink.vintage_row
LANGUAGE sql STABLE AS $$ SELECT * FROM report.vintages_at($1, $2, 2592000) $$;

-- ---------------------------------------------------------------------------- time to cover

-- Time at which the contract book of a reserve moved last, up to a block; empty when it never did.
CREATE FUNCTION ledger.moved_before(of_market integer, of_reserve integer, up_to bigint) RETURNS bigint
LANGUAGE sql STABLE SET jit = off AS $$
    SELECT greatest(
        (SELECT e.block_time FROM ledger.entry e
          WHERE e.chain_id = m.chain_id AND e.ledger_id = 2 * of_market AND e.block_number <= up_to
            AND e.entity_id = (SELECT n.entity_id FROM ledger.entity n
                                WHERE n.market_id = of_market AND n.pool = r.pool
                                  AND n.reserve = r.reserve AND n.asset = r.asset)
          ORDER BY e.block_number DESC, e.position DESC LIMIT 1),
        (SELECT max(p.block_time) FROM derived.provisional_entry p
          WHERE p.market_id = of_market AND p.book = 0 AND p.from_block <= up_to AND p.pool = r.pool
            AND p.reserve = r.reserve AND p.asset = r.asset))
      FROM redink.market m
      JOIN derived.reserve r ON r.market_id = m.market_id AND r.reserve_id = of_reserve
     WHERE m.market_id = of_market
$$;

-- Income of the treasury and the reserve on loans in stages 1 and 2, for each whole day (24 h, counted
-- back from the block) up to a number of days. What rule 3 credited to them accrued since the books of
-- the reserve moved before, evenly; each day gets its part, rounded down from the left, less the share
-- of loans that were in stage 3 by the newest valuation at the end of the day, rounded down.
CREATE FUNCTION ledger.daily_income(of_market integer, at_block bigint, days bigint)
RETURNS TABLE (reserve_id integer, day bigint, income numeric)
LANGUAGE plpgsql STABLE ROWS 1000 SET jit = off SET work_mem = '64MB' AS $$
#variable_conflict use_column
DECLARE
    now bigint := redink.block_time(of_market, at_block);
    counted bigint := least(days, redink.whole_days(of_market, now));
    since bigint := redink.block_at_time(of_market, now - counted * 86400, at_block);
BEGIN
    RETURN QUERY
        WITH posted AS MATERIALIZED (
            SELECT b.reserve_id, b.block_time, b.income, b.loans,
                   lag(b.block_time) OVER (PARTITION BY b.reserve_id ORDER BY b.block_number, b.place) AS before
              FROM ledger.moved_between(of_market, coalesce(since, at_block), at_block) b),
        accrued AS MATERIALIZED (
            SELECT x.*, greatest((now - x.since - 1) / 86400, x.day) AS first_day
              FROM (SELECT p.reserve_id, p.income, p.loans, p.block_time AS until,
                           (now - p.block_time) / 86400 AS day,
                           coalesce(p.before, ledger.moved_before(of_market, p.reserve_id, since),
                                    p.block_time) AS since
                      FROM posted p) x),
        moved AS MATERIALIZED (
            SELECT a.reserve_id, a.day, sum(a.loans) AS loans,
                   sum(a.income) FILTER (WHERE a.first_day = a.day) AS income
              FROM accrued a GROUP BY 1, 2),
        part AS (
            SELECT m.reserve_id, m.day, m.income FROM moved m
            UNION ALL
            SELECT a.reserve_id, d.day,
                   div(a.income * (least(now - d.day * 86400, a.until) - a.since), a.until - a.since)
                   - div(a.income * (greatest(now - (d.day + 1) * 86400, a.since) - a.since), a.until - a.since)
              FROM accrued a CROSS JOIN LATERAL generate_series(a.day, a.first_day) AS d (day)
             WHERE a.first_day > a.day AND a.income <> 0),
        earned AS (
            SELECT p.reserve_id, p.day, sum(p.income) AS income FROM part p GROUP BY 1, 2),
        reserve AS MATERIALIZED (SELECT * FROM ledger.reserve_totals_at(of_market, at_block)),
        ended AS (
            SELECT t.reserve_id, d.day, coalesce(x.income, 0) AS income,
                   t.loans - coalesce(sum(v.loans) OVER (PARTITION BY t.reserve_id ORDER BY d.day
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS loans
              FROM reserve t
             CROSS JOIN generate_series(0, counted - 1) AS d (day)
              LEFT JOIN moved v ON v.reserve_id = t.reserve_id AND v.day = d.day
              LEFT JOIN earned x ON x.reserve_id = t.reserve_id AND x.day = d.day),
        valued AS MATERIALIZED (
            SELECT d.day, (SELECT v.from_block FROM derived.valuation v
                            WHERE v.market_id = of_market AND v.from_block <= at_block
                              AND v.block_time <= now - d.day * 86400
                            ORDER BY v.from_block DESC LIMIT 1) AS from_block
              FROM generate_series(0, counted - 1) AS d (day)),
        impaired AS MATERIALIZED (
            SELECT v.from_block, d.reserve_id, sum(d.gross) AS gross
              FROM (SELECT DISTINCT x.from_block FROM valued x) v
              JOIN derived.valued_debt d ON d.market_id = of_market AND d.from_block = v.from_block
             WHERE d.stage >= 3 GROUP BY 1, 2)
        SELECT e.reserve_id, e.day,
               CASE WHEN e.loans > 0
                    THEN div(e.income * greatest(e.loans - coalesce(i.gross, 0), 0), e.loans)
                    ELSE e.income END
          FROM ended e
          JOIN valued v ON v.day = e.day
          LEFT JOIN impaired i ON i.from_block = v.from_block AND i.reserve_id = e.reserve_id;
END
$$;

-- Realised and not absorbed: recorded deficits, and of debts that nobody recorded what the newest
-- valuation found orphaned or blocked, less what was recorded of them since.
CREATE FUNCTION ledger.open_losses_at(of_market integer, at_block bigint)
RETURNS TABLE (reserve_id integer, pool bytea, reserve bytea, asset bytea, open numeric)
LANGUAGE sql STABLE ROWS 100 SET jit = off AS $$
    WITH valued AS MATERIALIZED (
        SELECT redink.newest_valuation(of_market, at_block) AS from_block),
    recorded AS MATERIALIZED (
        SELECT r.reserve_id, l.party, sum(l.units) AS units
          FROM ledger.loss_legs(of_market) l
          JOIN derived.reserve r ON r.market_id = of_market AND r.pool = l.pool
                                AND r.reserve = l.reserve AND r.asset = l.asset
         WHERE l.account = 103 AND l.debit AND l.rule IN (6, 15) AND l.block_number <= at_block
           AND l.block_number > (SELECT v.from_block FROM valued v) GROUP BY 1, 2),
    unrecorded AS MATERIALIZED (
        SELECT d.reserve_id, sum(greatest(d.shortfall - coalesce(x.units, 0), 0)) AS units
          FROM derived.valued_debt d
          LEFT JOIN recorded x ON x.reserve_id = d.reserve_id AND x.party = d.account
         WHERE d.market_id = of_market AND d.from_block = (SELECT v.from_block FROM valued v)
           AND d.kind IN ('orphaned', 'blocked') GROUP BY d.reserve_id)
    SELECT t.reserve_id, t.pool, t.reserve, t.asset, t.deficits + coalesce(u.units, 0)
      FROM ledger.reserve_totals_at(of_market, at_block) t
      LEFT JOIN unrecorded u ON u.reserve_id = t.reserve_id
$$;

-- Days until income has paid the open loss, of the median day of 30 and of 90, as it is and when
-- borrows, and income with them, shrink.
CREATE TYPE redink.time_to_cover_row AS (market text, pool text, reserve text, asset text, open_loss numeric,
               window_days integer, days_counted bigint, median_daily_income numeric,
               borrow_decline_bps integer, days_to_cover numeric, days_to_cover_state text, block bigint);
CREATE FUNCTION report.time_to_cover_at(market text, block bigint, borrow_decline_bps integer[])
RETURNS SETOF redink.time_to_cover_row LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
BEGIN
    IF EXISTS (SELECT FROM unnest($3) x WHERE x IS NULL OR x < 0 OR x > 10000) THEN
        RAISE EXCEPTION 'borrows shrink by 0 to 10000 basis points, not by %', $3;
    END IF;
    RETURN QUERY
        WITH income AS MATERIALIZED (SELECT * FROM ledger.daily_income(id, $2, 90)),
        median AS (
            SELECT o.reserve_id, w.days, count(i.day) AS counted, redink.median_down(array_agg(i.income)
                       FILTER (WHERE i.day IS NOT NULL)) AS income
              FROM ledger.reserve_totals_at(id, $2) o
             CROSS JOIN unnest(ARRAY[30, 90]) AS w (days)
              LEFT JOIN income i ON i.reserve_id = o.reserve_id AND i.day < w.days
             GROUP BY o.reserve_id, w.days),
        scenario AS (
            SELECT o.*, m.days, m.counted, m.income, s.decline,
                   div(greatest(m.income, 0) * (10000 - s.decline), 10000) AS left_over
              FROM ledger.open_losses_at(id, $2) o
              JOIN median m ON m.reserve_id = o.reserve_id
             CROSS JOIN unnest($3) AS s (decline))
        SELECT $1, redink.hex(s.pool), redink.hex(s.reserve), redink.hex(s.asset), s.open, s.days, s.counted,
               s.income, s.decline,
               CASE WHEN s.open > 0 AND s.left_over > 0 THEN redink.mul_div_up(s.open, 1, s.left_over) END,
               CASE WHEN s.open = 0 THEN 'done' WHEN s.left_over > 0 THEN 'finite' ELSE 'never' END, $2
          FROM scenario s ORDER BY s.reserve_id, s.days, s.decline;
END
$$;
CREATE FUNCTION report.time_to_cover_at(market text, block bigint) RETURNS SETOF redink.time_to_cover_row
LANGUAGE sql STABLE AS $$ SELECT * FROM report.time_to_cover_at($1, $2, '{0,2500,5000}') $$;

COMMENT ON FUNCTION report.cure_rates_at(text, bigint) IS 'What became of debts that were in stage 3 when the last 1, 7, 30 and 90 days began.';
COMMENT ON COLUMN redink.cure_rate_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.cure_rate_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.cure_rate_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.cure_rate_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.cure_rate_row.period_days IS '1, 7, 30 or 90';
COMMENT ON COLUMN redink.cure_rate_row.from_block IS 'block of the valuation at the beginning';
COMMENT ON COLUMN redink.cure_rate_row.impaired IS 'debts in stage 3 then, token units';
COMMENT ON COLUMN redink.cure_rate_row.lost IS 'of them, recorded as a loss by the protocol since';
COMMENT ON COLUMN redink.cure_rate_row.still_impaired IS 'of the rest, in stage 3 by the newest valuation';
COMMENT ON COLUMN redink.cure_rate_row.cured IS 'of the rest, not in stage 3 any more: repaid, liquidated or sound again';
COMMENT ON COLUMN redink.cure_rate_row.cure_rate IS 'cured / impaired, 18 digits, rounded down; empty with nothing impaired';
COMMENT ON COLUMN redink.cure_rate_row.valued_block IS 'block of the newest valuation';
COMMENT ON COLUMN redink.cure_rate_row.block IS 'height of the block';
COMMENT ON FUNCTION report.vintages_at(text, bigint) IS 'Losses of each reserve by the period in which they were realised, and what came back by age.';
COMMENT ON FUNCTION report.vintages_at(text, bigint, bigint) IS 'The same by periods of another length, seconds.';
COMMENT ON COLUMN redink.vintage_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.vintage_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.vintage_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.vintage_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.vintage_row.vintage IS 'Unix seconds at which the period begins';
COMMENT ON COLUMN redink.vintage_row.vintage_seconds IS 'its length';
COMMENT ON COLUMN redink.vintage_row.losses IS 'number of losses, by debtor and block';
COMMENT ON COLUMN redink.vintage_row.recognised IS 'their sum, token units';
COMMENT ON COLUMN redink.vintage_row.recovered_1d IS 'of it, what came back within a day';
COMMENT ON COLUMN redink.vintage_row.recovered_7d IS 'within 7 days';
COMMENT ON COLUMN redink.vintage_row.recovered_30d IS 'within 30 days';
COMMENT ON COLUMN redink.vintage_row.recovered_90d IS 'within 90 days';
COMMENT ON COLUMN redink.vintage_row.recovered IS 'until the block';
COMMENT ON COLUMN redink.vintage_row.recovery_rate_1d IS 'recovered_1d / recognised, 18 digits, rounded down';
COMMENT ON COLUMN redink.vintage_row.recovery_rate_7d IS 'recovered_7d / recognised';
COMMENT ON COLUMN redink.vintage_row.recovery_rate_30d IS 'recovered_30d / recognised';
COMMENT ON COLUMN redink.vintage_row.recovery_rate_90d IS 'recovered_90d / recognised';
COMMENT ON COLUMN redink.vintage_row.recovery_rate IS 'recovered / recognised';
COMMENT ON COLUMN redink.vintage_row.block IS 'height of the block';
COMMENT ON FUNCTION report.time_to_cover_at(text, bigint) IS 'Days until the median daily income has paid the open loss of each reserve, as it is and when borrows shrink.';
COMMENT ON FUNCTION report.time_to_cover_at(text, bigint, integer[]) IS 'The same for other declines of borrows, basis points.';
COMMENT ON COLUMN redink.time_to_cover_row.market IS 'name of the market, as configured';
COMMENT ON COLUMN redink.time_to_cover_row.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN redink.time_to_cover_row.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN redink.time_to_cover_row.asset IS 'token that was lent';
COMMENT ON COLUMN redink.time_to_cover_row.open_loss IS 'deficits that are not covered, and what the newest valuation found orphaned or blocked; token units';
COMMENT ON COLUMN redink.time_to_cover_row.window_days IS '30 or 90';
COMMENT ON COLUMN redink.time_to_cover_row.days_counted IS 'whole days of the window that the market has';
COMMENT ON COLUMN redink.time_to_cover_row.median_daily_income IS 'of these days, token units, rounded down; empty without a day';
COMMENT ON COLUMN redink.time_to_cover_row.borrow_decline_bps IS 'by which borrows shrink, basis points';
COMMENT ON COLUMN redink.time_to_cover_row.days_to_cover IS 'open_loss / income after the decline, rounded up; empty unless finite';
COMMENT ON COLUMN redink.time_to_cover_row.days_to_cover_state IS 'done (nothing is open), finite, or never (no income)';
COMMENT ON COLUMN redink.time_to_cover_row.block IS 'height of the block';
