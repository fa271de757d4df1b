-- Why: what was written off, how sound the loans are, who could leave first, how old open losses are
-- and how late they were recognised: section 8 of the accounting method, by the formulas of accounting/coverage. Tests hold
-- SQL and C++ equal.

-- ---------------------------------------------------------------------------- what was written off

-- Every write-off and every loss that a layer bore, one row for an entry, an account and a debtor.
-- Money that comes back later, and claims that end, count for the oldest of the debtor's rows first.
CREATE FUNCTION ledger.write_offs_of(of_market integer)
RETURNS TABLE (place bigint, entry_id bytea, pool bytea, reserve bytea, asset bytea, party bytea,
               amount numeric, kind text, borne_by text, recovered_later numeric, memo_claim numeric,
               recovered_so_far numeric, block_number bigint, block_time bigint, log_index bigint,
               txn_hash bytea, evidence bytea)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
    WITH leg AS MATERIALIZED (SELECT * FROM ledger.loss_legs(of_market)),
    lost AS (
        SELECT l.place, l.entry_id, l.pool, l.reserve, l.asset, l.party, l.account, l.rule,
               l.block_number, l.block_time, l.log_index, l.txn_hash, l.evidence, sum(l.units) AS amount
          FROM leg l
         WHERE l.book = 1 AND NOT l.debit AND l.account IN (502, 511, 512, 513, 514, 515)
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
    remembered AS (
        SELECT l.place, l.party, sum(l.units) AS units FROM leg l
         WHERE l.account = 601 AND l.debit GROUP BY 1, 2),
    forgotten AS (
        SELECT l.pool, l.reserve, l.asset, l.party, sum(l.units) AS units FROM leg l
         WHERE l.account = 601 AND NOT l.debit GROUP BY 1, 2, 3, 4),
    recovered AS (
        SELECT l.pool, l.reserve, l.asset, l.party, l.account, sum(l.units) AS units FROM leg l
         WHERE l.book = 1 AND l.debit AND l.recovers AND l.account IN (502, 511, 512, 513, 514, 515)
         GROUP BY 1, 2, 3, 4, 5),
    forgiven AS (
        SELECT DISTINCT l.pool, l.reserve, l.asset, l.party, l.block_number, l.log_index FROM leg l
         WHERE l.book = 0 AND l.rule = 15),
    running AS (
        SELECT x.place, sum(x.units) OVER (PARTITION BY x.pool, x.reserve, x.asset ORDER BY x.place) AS units
          FROM (SELECT l.place, l.pool, l.reserve, l.asset,
                       sum(l.units) FILTER (WHERE l.account BETWEEN 521 AND 523 AND NOT l.debit) AS units
                  FROM leg l WHERE l.book = 1 GROUP BY 1, 2, 3, 4) x),
    counted AS (
        SELECT o.*, coalesce(m.units, 0) AS memo,
               sum(o.amount) OVER older AS amount_up_to,
               sum(coalesce(m.units, 0)) OVER older AS memo_up_to
          FROM lost o
          LEFT JOIN remembered m ON o.account = 502 AND m.place = o.place
                                AND m.party IS NOT DISTINCT FROM o.party
        WINDOW older AS (PARTITION BY o.pool, o.reserve, o.asset, o.party, o.account ORDER BY o.place))
    SELECT c.place, c.entry_id, c.pool, c.reserve, c.asset, c.party, c.amount,
           CASE WHEN c.account <> 502 THEN 'borne'
                WHEN c.rule = 15 OR f.block_number IS NOT NULL THEN 'forgiven' ELSE 'written_off' END,
           CASE c.account WHEN 511 THEN 'reserve' WHEN 512 THEN 'treasury' WHEN 513 THEN 'insurance'
                          WHEN 514 THEN 'recap' WHEN 515 THEN 'lenders' END,
           least(c.amount, greatest(coalesce(r.units, 0) - (c.amount_up_to - c.amount), 0)),
           c.memo - least(c.memo, greatest(coalesce(g.units, 0) - (c.memo_up_to - c.memo), 0)),
           coalesce(w.units, 0), c.block_number, c.block_time, c.log_index, c.txn_hash, c.evidence
      FROM counted c
      LEFT JOIN recovered r ON r.pool = c.pool AND r.reserve = c.reserve AND r.asset = c.asset
                           AND r.account = c.account AND r.party IS NOT DISTINCT FROM c.party
      LEFT JOIN forgotten g ON c.account = 502 AND g.pool = c.pool AND g.reserve = c.reserve
                           AND g.asset = c.asset AND g.party IS NOT DISTINCT FROM c.party
      LEFT JOIN forgiven f ON f.pool = c.pool AND f.reserve = c.reserve AND f.asset = c.asset
                          AND f.party IS NOT DISTINCT FROM c.party
                          AND f.block_number = c.block_number AND f.log_index = c.log_index
      JOIN running w ON w.place = c.place
$$;

CREATE VIEW report.write_offs AS
    SELECT m.name AS market, redink.hex(w.pool) AS pool, redink.hex(w.reserve) AS reserve,
           redink.hex(w.asset) AS asset, redink.hex(w.party) AS account, w.amount, w.kind, w.borne_by,
           w.recovered_later, w.memo_claim, w.recovered_so_far, w.block_number AS block,
           w.block_time AS "timestamp", w.log_index, redink.hex(w.txn_hash) AS tx,
           redink.hex(w.entry_id) AS entry_id, d.digest IS NOT NULL AS by_hand, d.reason, d.reference,
           d.author, CASE WHEN w.entry_id IS NULL THEN 'provisional' ELSE 'booked' END AS finality
      FROM redink.market m
     CROSS JOIN LATERAL ledger.write_offs_of(m.market_id) w
      LEFT JOIN ledger.document d ON d.market_id = m.market_id AND d.digest = w.evidence;

-- Something over nothing: 2^256 - 1 units of 10^-18, as accounting/coverage has it.
CREATE FUNCTION redink.endless() RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 115792089237316195423570985008687907853269984665640564039457584007913129639935
         * 0.000000000000000001
$$;

-- ---------------------------------------------------------------------------- quality of the loans

-- Stages as of the newest valuation at or below the block; the books as of that valuation too, so
-- that parts and wholes are of one time.
CREATE TYPE redink.loan_quality_row AS (market text, pool text, reserve text, asset text,
               gross_loans numeric, gross_stage_2 numeric, gross_stage_3 numeric, allowance numeric,
               allowance_stage_3 numeric, written_off numeric, reserve_capital numeric,
               npl_ratio numeric, npl_cover numeric, texas_ratio numeric, valued_block bigint,
               block bigint);
CREATE FUNCTION report.loan_quality_at(market text, block bigint) RETURNS SETOF redink.loan_quality_row
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    id integer := redink.market_id($1);
    shown boolean := ledger.is_provisional(id, $2);
    valued bigint;
BEGIN
    SELECT max(v.from_block) INTO valued FROM derived.valuation v
     WHERE v.market_id = id AND v.from_block <= $2;
    IF valued IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH staged AS (
            SELECT d.reserve_id, coalesce(sum(d.gross) FILTER (WHERE d.stage = 2), 0) AS second,
                   coalesce(sum(d.gross) FILTER (WHERE d.stage = 3), 0) AS third,
                   coalesce(sum(greatest(d.shortfall - d.written_off, 0)) FILTER (WHERE d.stage = 3), 0)
                       AS held
              FROM derived.valued_debt d WHERE d.market_id = id AND d.from_block = valued
             GROUP BY d.reserve_id),
        books AS MATERIALIZED (SELECT * FROM ledger.totals_at(id, valued)),
        loan AS (
            SELECT r.*, coalesce(b.loans, 0) AS loans, coalesce(s.second, 0) AS second,
                   coalesce(s.third, 0) AS third, coalesce(b.allowance, 0) AS allowance,
                   coalesce(s.held, 0) AS held, coalesce(b.written_off, 0) AS written_off,
                   coalesce(b.capital, 0) AS capital
              FROM derived.reserve r
              LEFT JOIN books b ON b.pool = r.pool AND b.reserve = r.reserve AND b.asset = r.asset
              LEFT JOIN staged s ON s.reserve_id = r.reserve_id
             WHERE r.market_id = id AND r.from_block <= valued)
        SELECT $1, redink.hex(l.pool), redink.hex(l.reserve), redink.hex(l.asset), l.loans, l.second,
               l.third, l.allowance, l.held, l.written_off, l.capital,
               redink.ratio_up(l.third, l.loans), redink.ratio_down(l.held, l.third),
               CASE WHEN l.third > 0
                    THEN coalesce(redink.ratio_up(l.third, greatest(l.capital, 0) + l.allowance),
                                  redink.endless()) END,
               valued, $2
          FROM loan l ORDER BY l.reserve_id;
END
$$;

-- ---------------------------------------------------------------------------- runs

CREATE TYPE redink.run_risk_row AS (market text, pool text, reserve text, asset text, cash numeric,
               loans numeric, claims numeric, utilisation numeric, withdrawable_share numeric,
               lenders bigint, top_1_share numeric, top_5_share numeric, top_20_share numeric,
               unshared_loss numeric, haircut numeric, haircut_max numeric,
               first_mover_advantage numeric, net_assets numeric, nav_per_claim numeric,
               book_share_price numeric, block bigint);
CREATE FUNCTION report.run_risk_at(market text, block bigint) RETURNS SETOF redink.run_risk_row
LANGUAGE sql STABLE SET jit = off AS $$
    WITH cover AS (
        SELECT c.reserve_id, c.pool, c.reserve, c.asset,
               sum(c.planned) FILTER (WHERE c.kind = 'lenders') AS loss,
               sum(c.planned) FILTER (WHERE c.kind <> 'lenders') AS covered
          FROM redink.cover_at(redink.market_id($1), $2) c
         GROUP BY c.reserve_id, c.pool, c.reserve, c.asset),
    books AS MATERIALIZED (SELECT * FROM ledger.totals_at(redink.market_id($1), $2)),
    ranked AS (
        SELECT c.reserve_id, c.amount,
               row_number() OVER (PARTITION BY c.reserve_id ORDER BY c.amount DESC) AS place
          FROM redink.claims_at(redink.market_id($1), $2) c),
    largest AS (
        SELECT r.reserve_id, count(*) AS lenders, sum(r.amount) AS total,
               sum(r.amount) FILTER (WHERE r.place <= 1) AS one,
               sum(r.amount) FILTER (WHERE r.place <= 5) AS five,
               sum(r.amount) FILTER (WHERE r.place <= 20) AS twenty
          FROM ranked r GROUP BY r.reserve_id),
    risk AS (
        SELECT c.reserve_id, redink.hex(c.pool) AS pool, redink.hex(c.reserve) AS reserve,
               redink.hex(c.asset) AS asset, greatest(coalesce(b.cash, 0), 0) AS cash,
               coalesce(b.loans, 0) AS loans, coalesce(b.lenders, 0) AS claims, c.loss,
               coalesce(b.cash + b.loans + b.deficits - b.allowance - b.written_off, 0) + c.covered AS net
          FROM cover c
          LEFT JOIN books b ON b.pool = c.pool AND b.reserve = c.reserve AND b.asset = c.asset)
    SELECT $1, r.pool, r.reserve, r.asset, r.cash, r.loans, r.claims,
           redink.ratio_up(r.loans, r.cash + r.loans),
           redink.ratio_down(least(r.cash, r.claims), r.claims), coalesce(l.lenders, 0),
           redink.ratio_up(l.one, l.total), redink.ratio_up(l.five, l.total),
           redink.ratio_up(l.twenty, l.total), r.loss, h.now, h.most, h.most - h.now, r.net,
           redink.ratio_down(r.net, r.claims),
           redink.ratio_down(s.supply_amount, s.supply_scaled), $2
      FROM risk r
     CROSS JOIN LATERAL (
        SELECT redink.haircut(r.loss, r.claims) AS now,
               CASE WHEN r.claims > r.cash THEN redink.haircut(r.loss, r.claims - r.cash) END AS most) h
      LEFT JOIN largest l ON l.reserve_id = r.reserve_id
      LEFT JOIN report.reserves_at($1, $2) s
             ON s.pool = r.pool AND s.reserve = r.reserve AND s.asset = r.asset
     ORDER BY r.reserve_id
$$;

-- ---------------------------------------------------------------------------- age

CREATE TYPE redink.ageing_row AS (market text, pool text, reserve text, asset text, kind text, age text,
               amount numeric, debts bigint, oldest_block bigint, block bigint);
CREATE FUNCTION report.ageing_at(market text, block bigint) RETURNS SETOF redink.ageing_row
LANGUAGE sql STABLE SET jit = off AS $$
    WITH debt AS (
        SELECT d.pool, d.reserve, d.asset, d.kind, d.amount, s.since_block,
               redink.block_time(m.market_id, $2) - redink.block_time(m.market_id, s.since_block) AS age
          FROM redink.market m
         CROSS JOIN LATERAL report.bad_debt_at($1, $2) d
         CROSS JOIN LATERAL (
            SELECT coalesce(d.recognised_block, d.first_seen_block, $2) AS since_block) s
         WHERE m.name = $1 AND d.kind <> 'dust'),
    aged AS (
        SELECT d.*, CASE WHEN d.age <= 86400 THEN 1 WHEN d.age <= 604800 THEN 2
                         WHEN d.age <= 2592000 THEN 3 WHEN d.age <= 7776000 THEN 4 ELSE 5 END AS bucket
          FROM debt d)
    SELECT $1, a.pool, a.reserve, a.asset, a.kind,
           (ARRAY['0-1 d', '1-7 d', '7-30 d', '30-90 d', '>90 d'])[a.bucket], sum(a.amount), count(*),
           min(a.since_block), $2
      FROM aged a
     GROUP BY a.pool, a.reserve, a.asset, a.kind, a.bucket
     ORDER BY a.pool, a.reserve, a.asset,
              array_position(ARRAY['realised', 'orphaned', 'blocked', 'latent'], a.kind), a.bucket
$$;

-- ---------------------------------------------------------------------------- how late, how long

-- Shortfall by debtor and reserve: unbroken runs of valuations that found one.
CREATE FUNCTION redink.shortfall_runs(of_market integer)
RETURNS TABLE (account bytea, reserve_id integer, first_block bigint, last_block bigint, is_open boolean,
               next_block bigint)
LANGUAGE sql STABLE ROWS 1000 AS $$
    WITH valued AS (
        SELECT v.from_block, row_number() OVER (ORDER BY v.from_block) AS number,
               lead(v.from_block) OVER (ORDER BY v.from_block) AS next_block
          FROM derived.valuation v WHERE v.market_id = of_market),
    short AS (
        SELECT d.account, d.reserve_id, v.from_block, v.next_block,
               v.number - row_number() OVER (PARTITION BY d.account, d.reserve_id ORDER BY v.number) AS run
          FROM derived.valued_debt d JOIN valued v ON v.from_block = d.from_block
         WHERE d.market_id = of_market AND d.shortfall > 0)
    SELECT s.account, s.reserve_id, min(s.from_block), max(s.from_block), bool_or(s.next_block IS NULL),
           (array_agg(s.next_block ORDER BY s.from_block DESC))[1]
      FROM short s GROUP BY s.account, s.reserve_id, s.run
$$;

-- One row for each debtor and reserve that ever had a shortfall or a recognised loss. The first block
-- is that of the run of valuations that the first recognition ended, else of the newest run.
CREATE FUNCTION ledger.loss_history_of(of_market integer)
RETURNS TABLE (pool bytea, reserve bytea, asset bytea, account bytea, first_block bigint,
               recognised_block bigint, recognised numeric, lag_blocks bigint, lag_seconds bigint,
               covered_block bigint, cover_seconds bigint, open numeric, recovered numeric, state text)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
    WITH leg AS MATERIALIZED (SELECT * FROM ledger.loss_legs(of_market)),
    market AS (SELECT * FROM redink.market m WHERE m.market_id = of_market),
    moved AS (
        SELECT l.pool, l.reserve, l.asset, l.party, l.place, l.block_number, l.block_time,
               sum(CASE WHEN l.debit THEN l.units ELSE -l.units END) AS net,
               coalesce(sum(l.units) FILTER (WHERE l.debit AND l.account = 103
                                               AND l.rule IN (6, 15)), 0) AS recognised
          FROM leg l WHERE l.account IN (103, 104, 105) AND l.party IS NOT NULL
         GROUP BY 1, 2, 3, 4, 5, 6, 7),
    running AS (
        SELECT m.*, sum(m.net) OVER (PARTITION BY m.pool, m.reserve, m.asset, m.party
                                     ORDER BY m.block_number, m.place) AS open
          FROM moved m),
    loss AS (
        SELECT r.pool, r.reserve, r.asset, r.party, sum(r.recognised) AS recognised, sum(r.net) AS open,
               min(r.block_number) FILTER (WHERE r.recognised > 0) AS recognised_block,
               min(r.block_time) FILTER (WHERE r.recognised > 0) AS recognised_time,
               max(r.block_number) FILTER (WHERE r.open = 0) AS zero_block,
               max(r.block_time) FILTER (WHERE r.open = 0) AS zero_time
          FROM running r GROUP BY 1, 2, 3, 4),
    returned AS (
        SELECT l.pool, l.reserve, l.asset, l.party,
               sum(CASE WHEN l.debit THEN -l.units ELSE l.units END) AS units
          FROM leg l WHERE l.account BETWEEN 521 AND 523 GROUP BY 1, 2, 3, 4),
    run AS (
        SELECT s.*, r.pool, r.reserve, r.asset FROM redink.shortfall_runs(of_market) s
          JOIN derived.reserve r ON r.market_id = of_market AND r.reserve_id = s.reserve_id),
    debtor AS (
        SELECT l.pool, l.reserve, l.asset, l.party AS account FROM loss l
        UNION SELECT s.pool, s.reserve, s.asset, s.account FROM run s),
    seen AS (
        SELECT d.*, l.recognised, l.open, l.recognised_block, l.recognised_time, l.zero_block,
               l.zero_time, s.first_block, s.is_open, n.last_valued
          FROM debtor d
         CROSS JOIN (SELECT max(v.from_block) AS last_valued FROM derived.valuation v
                      WHERE v.market_id = of_market) n
          LEFT JOIN loss l ON l.pool = d.pool AND l.reserve = d.reserve AND l.asset = d.asset
                          AND l.party = d.account
          LEFT JOIN LATERAL (
            SELECT x.* FROM run x
             WHERE x.pool = d.pool AND x.reserve = d.reserve AND x.asset = d.asset
               AND x.account = d.account
               AND (l.recognised_block IS NULL
                    OR (x.first_block < l.recognised_block
                        AND coalesce(x.next_block, l.recognised_block) >= l.recognised_block))
             ORDER BY x.first_block DESC LIMIT 1) s ON true),
    timed AS (
        SELECT s.*, coalesce(s.first_block, s.recognised_block) AS since,
               coalesce(s.recognised_block, CASE WHEN s.is_open THEN s.last_valued END) AS until
          FROM seen s)
    SELECT t.pool, t.reserve, t.asset, t.account, t.since, t.recognised_block,
           coalesce(t.recognised, 0), t.until - t.since,
           CASE WHEN t.until IS NOT NULL
                THEN redink.block_time(of_market, t.until) - redink.block_time(of_market, t.since) END,
           CASE WHEN t.open = 0 THEN t.zero_block END,
           CASE WHEN t.open = 0 THEN t.zero_time - t.recognised_time END,
           coalesce(t.open, 0), coalesce(r.units, 0),
           CASE WHEN t.open > 0 THEN 'recognised' WHEN t.recognised_block IS NOT NULL THEN 'covered'
                WHEN t.is_open THEN 'unrecognised' ELSE 'cured' END
      FROM timed t
      LEFT JOIN returned r ON r.pool = t.pool AND r.reserve = t.reserve AND r.asset = t.asset
                          AND r.party = t.account
$$;

CREATE VIEW report.loss_history AS
    SELECT m.name AS market, redink.hex(h.pool) AS pool, redink.hex(h.reserve) AS reserve,
           redink.hex(h.asset) AS asset, redink.hex(h.account) AS account, h.state,
           h.first_block AS block, h.recognised_block, h.recognised, h.lag_blocks, h.lag_seconds,
           h.covered_block, h.cover_seconds AS time_to_cover_seconds, h.open, h.recovered,
           redink.ratio_down(h.recovered, h.recognised) AS recovered_share
      FROM redink.market m CROSS JOIN LATERAL ledger.loss_history_of(m.market_id) h;

-- ---------------------------------------------------------------------------- leakage

-- Withdrawals up to a block, each with the loss that would have fallen on the lenders at the end of
-- its block: recognised deficits, and the shortfall that the newest valuation found (without dust),
-- less what the layers above the lenders would have paid.
CREATE FUNCTION ledger.early_withdrawals(of_market integer, at_block bigint)
RETURNS TABLE (reserve_id integer, block_number bigint, amount numeric, loss numeric, claims numeric)
LANGUAGE plpgsql STABLE ROWS 1000 SET jit = off AS $$
#variable_conflict use_column
DECLARE
    m redink.market%ROWTYPE;
    first bigint;
BEGIN
    SELECT * INTO m FROM redink.market x WHERE x.market_id = of_market;
    -- Before the first loss there is nothing to leak.
    SELECT least((SELECT min(e.from_block) FROM derived.domain_event e
                   WHERE e.chain_id = m.chain_id AND e.market_id = of_market AND e.kind IN (12, 21, 23)),
                 (SELECT min(d.from_block) FROM derived.valued_debt d
                   WHERE d.market_id = of_market AND d.shortfall > 0)) INTO first;
    IF first IS NULL OR first > at_block THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH leg AS (
            SELECT b.pool, b.reserve, b.asset, m.from_block - 1 AS block_number, b.account, b.net
              FROM ledger.balances_at(of_market, greatest(first - 1, m.from_block), NULL, NULL, false) b
             WHERE first > m.from_block
            UNION ALL
            SELECT n.pool, n.reserve, n.asset, e.block_number, l.account,
                   CASE WHEN l.debit THEN l.units ELSE -l.units END
              FROM ledger.entry e
              JOIN ledger.entity n ON n.chain_id = m.chain_id AND n.market_id = of_market
                                  AND n.entity_id = e.entity_id
             CROSS JOIN LATERAL unnest(e.leg_account, e.leg_debit, e.leg_units)
                             AS l (account, debit, units)
             WHERE e.chain_id = m.chain_id AND e.ledger_id = 2 * of_market
               AND e.block_number BETWEEN first AND at_block
            UNION ALL
            SELECT p.pool, p.reserve, p.asset, p.from_block, l.account,
                   CASE WHEN l.debit THEN l.units ELSE -l.units END
              FROM derived.provisional_entry p
             CROSS JOIN LATERAL unnest(p.leg_account, p.leg_debit, p.leg_units)
                             AS l (account, debit, units)
             WHERE p.market_id = of_market AND p.book = 0 AND p.from_block BETWEEN first AND at_block),
        changed AS (
            SELECT r.reserve_id, l.block_number,
                   coalesce(sum(l.net) FILTER (WHERE l.account IN (103, 104, 105)), 0) AS deficits,
                   coalesce(-sum(l.net) FILTER (WHERE l.account = 201), 0) AS claims,
                   coalesce(-sum(l.net) FILTER (WHERE l.account = 202), 0) AS treasury,
                   coalesce(-sum(l.net) FILTER (WHERE l.account = 203), 0) AS capital
              FROM leg l
              JOIN derived.reserve r ON r.market_id = of_market AND r.pool = l.pool
                                    AND r.reserve = l.reserve AND r.asset = l.asset
             GROUP BY 1, 2),
        running AS (
            SELECT c.reserve_id, c.block_number, sum(c.deficits) OVER upto AS deficits,
                   sum(c.claims) OVER upto AS claims, sum(c.treasury) OVER upto AS treasury,
                   sum(c.capital) OVER upto AS capital
              FROM changed c WINDOW upto AS (PARTITION BY c.reserve_id ORDER BY c.block_number)),
        valued AS MATERIALIZED (
            SELECT d.from_block, d.reserve_id, sum(d.shortfall) AS shortfall FROM derived.valued_debt d
             WHERE d.market_id = of_market AND d.shortfall > 0 AND d.kind <> 'dust' GROUP BY 1, 2),
        layer AS (
            SELECT r.reserve_id, l.* FROM derived.reserve r
             CROSS JOIN LATERAL redink.layers_of(of_market, r.asset) l WHERE r.market_id = of_market),
        left_in AS (
            SELECT e.reserve_id, e.from_block, e.amount, r.claims, r.treasury, r.capital,
                   r.deficits + coalesce((
                       SELECT v.shortfall FROM valued v
                        WHERE v.reserve_id = e.reserve_id AND v.from_block = (
                              SELECT max(x.from_block) FROM derived.valuation x
                               WHERE x.market_id = of_market AND x.from_block <= e.from_block)), 0) AS open
              FROM derived.domain_event e
              JOIN running r ON r.reserve_id = e.reserve_id AND r.block_number = e.from_block
             WHERE e.chain_id = m.chain_id AND e.market_id = of_market AND e.kind = 2
               AND e.from_block BETWEEN first AND at_block)
        SELECT w.reserve_id, w.from_block, w.amount, p.taken[cardinality(p.taken)], w.claims
          FROM left_in w
         CROSS JOIN LATERAL (
            SELECT redink.allocate(w.open,
                       array_agg(redink.capacity_of(l.kind, l.capacity, l.is_first, w.capital, w.treasury)
                                 ORDER BY l.place),
                       array_agg(l.share_bps ORDER BY l.place)) AS taken
              FROM layer l WHERE l.reserve_id = w.reserve_id) p
         WHERE w.open > 0;
END
$$;

CREATE TYPE redink.leakage_row AS (market text, pool text, reserve text, asset text, withdrawals bigint,
               withdrawn numeric, leakage numeric, block bigint);
CREATE FUNCTION report.leakage_at(market text, block bigint) RETURNS SETOF redink.leakage_row
LANGUAGE sql STABLE SET jit = off AS $$
    SELECT $1, redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), count(w.amount),
           coalesce(sum(w.amount), 0),
           coalesce(sum(redink.mul_div_down(w.amount, least(w.loss, w.claims), w.claims))
                        FILTER (WHERE w.claims > 0), 0), $2
      FROM redink.market m
      JOIN derived.reserve r ON r.market_id = m.market_id AND r.from_block <= $2
      LEFT JOIN ledger.early_withdrawals(m.market_id, $2) w ON w.reserve_id = r.reserve_id
     WHERE m.market_id = redink.market_id($1)
       AND ledger.is_provisional(m.market_id, $2) IS NOT NULL
     GROUP BY r.reserve_id, r.pool, r.reserve, r.asset ORDER BY r.reserve_id
$$;

COMMENT ON FUNCTION report.loan_quality_at(text, bigint) IS 'Stages of the loans, allowance and NPL figures of each reserve, as of the newest valuation at or below the block.';
COMMENT ON FUNCTION report.run_risk_at(text, bigint) IS 'Who could leave each reserve first, what that would be worth, and what stands behind a claim.';
COMMENT ON FUNCTION report.ageing_at(text, bigint) IS 'Open bad debt of each reserve by age.';
COMMENT ON FUNCTION report.leakage_at(text, bigint) IS 'Value that moved from lenders who stayed to lenders who left while a loss was not shared.';
COMMENT ON VIEW report.write_offs IS 'Every debt that was written off or forgiven and every loss that a layer bore, by entry and debtor.';
COMMENT ON COLUMN report.write_offs.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.write_offs.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.write_offs.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.write_offs.asset IS 'token that was lent';
COMMENT ON COLUMN report.write_offs.account IS 'the debtor; empty for debts that are taken together';
COMMENT ON COLUMN report.write_offs.amount IS 'token units';
COMMENT ON COLUMN report.write_offs.kind IS 'written_off (no reasonable expectation of recovery), forgiven (extinguished, nobody paid in) or borne';
COMMENT ON COLUMN report.write_offs.borne_by IS 'of kind borne: reserve, treasury, insurance, recap or lenders';
COMMENT ON COLUMN report.write_offs.recovered_later IS 'of this amount, what came back since; to the oldest row of the debtor first';
COMMENT ON COLUMN report.write_offs.memo_claim IS 'of this amount, what could still be recovered; 0 for kind borne';
COMMENT ON COLUMN report.write_offs.recovered_so_far IS 'running sum of all recoveries of the reserve up to this entry';
COMMENT ON COLUMN report.write_offs.block IS 'block at whose end the entry takes effect';
COMMENT ON COLUMN report.write_offs."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.write_offs.log_index IS 'index of the log in its block; empty: the end of the block';
COMMENT ON COLUMN report.write_offs.tx IS 'transaction hash; empty where no transaction made the entry';
COMMENT ON COLUMN report.write_offs.entry_id IS 'identity of the entry; empty for a provisional one';
COMMENT ON COLUMN report.write_offs.by_hand IS 'the entry was posted from a signed document';
COMMENT ON COLUMN report.write_offs.reason IS 'of the document: why';
COMMENT ON COLUMN report.write_offs.reference IS 'of the document: what can be looked up';
COMMENT ON COLUMN report.write_offs.author IS 'of the document: who wrote it';
COMMENT ON COLUMN report.write_offs.finality IS 'booked, or provisional (the block may still be replaced)';
COMMENT ON VIEW report.loss_history IS 'When the loss of each debtor and reserve was there, when the protocol recorded it, and when it was covered.';
COMMENT ON COLUMN report.loss_history.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.loss_history.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.loss_history.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.loss_history.asset IS 'token that was lent';
COMMENT ON COLUMN report.loss_history.account IS 'the debtor';
COMMENT ON COLUMN report.loss_history.state IS 'recognised (and open), covered, unrecognised (short by the newest valuation) or cured (no longer short, nothing was recorded)';
COMMENT ON COLUMN report.loss_history.block IS 'first block with a shortfall; where no valuation found one, the recognition';
COMMENT ON COLUMN report.loss_history.recognised_block IS 'where the protocol first recorded a loss';
COMMENT ON COLUMN report.loss_history.recognised IS 'all that it recorded, token units';
COMMENT ON COLUMN report.loss_history.lag_blocks IS 'from block to recognised_block; unrecognised: to the newest valuation; empty when cured';
COMMENT ON COLUMN report.loss_history.lag_seconds IS 'the same in seconds';
COMMENT ON COLUMN report.loss_history.covered_block IS 'where the last of it was covered; empty while it is open';
COMMENT ON COLUMN report.loss_history.time_to_cover_seconds IS 'from recognition to there';
COMMENT ON COLUMN report.loss_history.open IS 'recorded and not covered';
COMMENT ON COLUMN report.loss_history.recovered IS 'paid by the borrower, by collateral or by a third party';
COMMENT ON COLUMN report.loss_history.recovered_share IS 'recovered / recognised, 18 digits, rounded down; empty when nothing was recorded';
