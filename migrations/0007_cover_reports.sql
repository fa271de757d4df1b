-- Why: what covers bad debt and who bears what is left: accounting/waterfall where the books are.
-- Tests hold SQL and C++ equal. Ratios are decimals with 18 digits, rounded so that nothing looks better than it is,
-- and empty where there is nothing to divide by ("no exposure").

-- ---------------------------------------------------------------------------- arithmetic

CREATE FUNCTION redink.ratio_down(part numeric, whole numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN whole <> 0
                THEN div(part * 1000000000000000000, whole) * 0.000000000000000001 END
$$;
CREATE FUNCTION redink.ratio_up(part numeric, whole numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN whole <> 0 THEN div(part * 1000000000000000000 + whole - 1, whole)
                                     * 0.000000000000000001 END
$$;

-- The haircut of claims: nobody loses more than all (accounting/coverage/run_risk.cpp).
CREATE FUNCTION redink.haircut(loss numeric, claims numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redink.ratio_up(least(loss, claims), claims) $$;

-- What each layer takes of a loss, in order (accounting/waterfall/allocate.cpp). A capacity that is
-- empty is no limit; a share is of the whole loss, basis points, rounded down.
CREATE FUNCTION redink.allocate(loss numeric, capacities numeric[], shares integer[]) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    rest numeric := loss;
    part numeric;
    taken numeric[] := '{}';
BEGIN
    FOR i IN 1 .. cardinality(shares) LOOP
        part := least(rest, capacities[i], redink.mul_div_down(loss, shares[i], 10000));
        rest := rest - part;
        taken := taken || part;
    END LOOP;
    RETURN taken;
END
$$;

-- Parts of a total by weights: largest remainders, of equal ones the first
-- (accounting/waterfall/apportion.cpp).
CREATE FUNCTION redink.apportion(total numeric, weights numeric[]) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET jit = off AS $$
DECLARE
    whole numeric := (SELECT sum(w) FROM unnest(weights) w);
BEGIN
    IF total = 0 THEN
        RETURN array_fill(0::numeric, ARRAY[cardinality(weights)]);
    END IF;
    IF coalesce(whole, 0) = 0 THEN
        RAISE EXCEPTION 'a total of % and nobody to bear it', total;
    END IF;
    RETURN (
        WITH part AS MATERIALIZED (
            SELECT i, div(total * w, whole) AS units, mod(total * w, whole) AS remainder
              FROM unnest(weights) WITH ORDINALITY AS x (w, i)),
        ranked AS (
            SELECT i, units, row_number() OVER (ORDER BY remainder DESC, i) AS place FROM part)
        SELECT array_agg(r.units + CASE WHEN r.place <= l.units THEN 1 ELSE 0 END ORDER BY r.i)
          FROM ranked r, (SELECT total - sum(p.units) AS units FROM part p) l);
END
$$;

-- ---------------------------------------------------------------------------- what the books say

-- Balances of a market by reserve, in the accounts' natures.
CREATE FUNCTION ledger.totals_at(of_market integer, at_block bigint)
RETURNS TABLE (pool bytea, reserve bytea, asset bytea, cash numeric, loans numeric, deficits numeric,
               lenders numeric, treasury numeric, capital numeric, allowance numeric,
               written_off numeric, borne_reserve numeric, borne_treasury numeric,
               borne_insurance numeric, borne_recap numeric, borne_lenders numeric)
LANGUAGE sql STABLE AS $$
    SELECT b.pool, b.reserve, b.asset,
           coalesce(sum(b.net) FILTER (WHERE b.account = 101), 0),
           coalesce(sum(b.net) FILTER (WHERE b.account = 102), 0),
           coalesce(sum(b.net) FILTER (WHERE b.account IN (103, 104, 105)), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 201), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 202), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 203), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 501), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 502), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 511), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 512), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 513), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 514), 0),
           coalesce(-sum(b.net) FILTER (WHERE b.account = 515), 0)
      FROM ledger.balances_at(of_market, at_block, NULL, NULL, false) b
     GROUP BY b.pool, b.reserve, b.asset
$$;

-- Entries that speak of a loss are few among those of a ledger.
CREATE INDEX entry_loss ON ledger.entry (chain_id, ledger_id, position)
    WHERE leg_account && '{103,104,105,502,511,512,513,514,515,521,522,523}'::smallint[];

-- Legs of entries that speak of a loss, without those that were taken back, in the order of their
-- recording; provisional ones last. `recovers`: the entry brings money back.
CREATE FUNCTION ledger.loss_legs(of_market integer)
RETURNS TABLE (place bigint, book smallint, rule smallint, entry_id bytea, pool bytea, reserve bytea,
               asset bytea, block_number bigint, block_time bigint, log_index bigint, txn_hash bytea,
               evidence bytea, recovers boolean, account smallint, debit boolean, units numeric,
               party bytea)
LANGUAGE sql STABLE ROWS 10000 AS $$
    SELECT e.place, e.book, e.rule, e.entry_id, e.pool, e.reserve, e.asset, e.block_number,
           e.block_time, e.log_index, e.txn_hash, e.evidence,
           e.leg_account && '{521,522,523}'::smallint[], l.account, l.debit, l.units, l.party
      FROM (SELECT x.position AS place, x.book, x.rule, x.entry_id, n.pool, n.reserve, n.asset,
                   x.block_number, x.block_time, x.log_index, x.txn_hash, x.evidence,
                   x.leg_account, x.leg_debit, x.leg_units, x.leg_party
              FROM ledger.ledger g
              JOIN ledger.entry x ON x.chain_id = g.chain_id AND x.ledger_id = g.ledger_id
              JOIN ledger.entity n ON n.chain_id = g.chain_id AND n.market_id = g.market_id
                                  AND n.entity_id = x.entity_id
             WHERE g.market_id = of_market AND x.rule <> 18
               AND x.leg_account && '{103,104,105,502,511,512,513,514,515,521,522,523}'::smallint[]
               AND NOT EXISTS (SELECT FROM ledger.entry r
                                WHERE r.chain_id = x.chain_id AND r.ledger_id = x.ledger_id
                                  AND r.reverses = x.entry_id)
            UNION ALL
            SELECT 4611686018427387904 + row_number() OVER (ORDER BY p.from_block, p.sequence),
                   p.book, p.rule, NULL, p.pool, p.reserve, p.asset, p.from_block, p.block_time,
                   p.log_index, p.txn_hash, p.evidence, p.leg_account, p.leg_debit, p.leg_units,
                   p.leg_party
              FROM derived.provisional_entry p
             WHERE p.market_id = of_market AND p.rule <> 18) e
     CROSS JOIN LATERAL unnest(e.leg_account, e.leg_debit, e.leg_units, e.leg_party)
                     AS l (account, debit, units, party)
     WHERE l.account IN (103, 104, 105, 502, 511, 512, 513, 514, 515, 521, 522, 523, 601)
$$;

-- ---------------------------------------------------------------------------- cover

-- The layers that pay for bad debt in an asset, in order, the lenders last. Without any in the
-- configuration: the reserve and the treasury, as the books have them. Kinds that are not
-- configured for the asset follow, without capacity: what they bore is shown all the same.
CREATE FUNCTION redink.layers_of(of_market integer, of_asset bytea)
RETURNS TABLE (place integer, layer_order integer, kind text, name text, payer bytea,
               capacity numeric, share_bps integer, is_first boolean, is_shown boolean)
LANGUAGE sql STABLE AS $$
    WITH configured AS (
        SELECT c.* FROM redink.cover_layer c
         WHERE c.market_id = of_market AND c.kind <> 'lenders'),
    layer AS (
        SELECT c.layer_order, c.kind, c.name, c.payer, c.capacity::numeric AS capacity, c.share_bps,
               true AS is_shown
          FROM configured c WHERE c.asset IS NULL OR c.asset = of_asset
        UNION ALL
        SELECT v.number + coalesce((SELECT max(c.layer_order) FROM configured c), 0), v.kind, v.kind,
               NULL, CASE WHEN n.usual THEN NULL ELSE 0 END, 10000, n.usual
          FROM (VALUES (1, 'reserve'), (2, 'treasury'), (3, 'insurance'), (4, 'recap')) v (number, kind)
         CROSS JOIN LATERAL (SELECT v.number <= 2 AND NOT EXISTS (SELECT FROM configured) AS usual) n
         WHERE NOT EXISTS (SELECT FROM configured c
                            WHERE c.kind = v.kind AND (c.asset IS NULL OR c.asset = of_asset))
        UNION ALL
        SELECT coalesce((SELECT max(c.layer_order) FROM configured c), 0) + 5, 'lenders',
               coalesce((SELECT c.name FROM redink.cover_layer c
                          WHERE c.market_id = of_market AND c.kind = 'lenders'), 'lenders'),
               NULL, NULL, 10000, true)
    SELECT row_number() OVER (ORDER BY l.layer_order)::integer, l.layer_order, l.kind, l.name, l.payer,
           l.capacity, l.share_bps,
           row_number() OVER (PARTITION BY l.kind ORDER BY l.layer_order) = 1, l.is_shown
      FROM layer l
$$;

-- What a layer can pay: as configured, else what the books show for its kind. The balance of the
-- books counts once, for the first layer of the kind. The lenders have no limit.
CREATE FUNCTION redink.capacity_of(kind text, configured numeric, is_first boolean, capital numeric,
                                   treasury numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN kind = 'lenders' THEN NULL
                WHEN configured IS NOT NULL THEN configured
                WHEN NOT is_first THEN 0
                WHEN kind = 'reserve' THEN greatest(capital, 0)
                WHEN kind = 'treasury' THEN greatest(treasury, 0)
                ELSE 0 END
$$;

-- The planned waterfall of every reserve's open bad debt.
CREATE FUNCTION redink.cover_at(of_market integer, at_block bigint)
RETURNS TABLE (reserve_id integer, pool bytea, reserve bytea, asset bytea, open numeric, claims numeric,
               place integer, layer_order integer, kind text, name text, capacity numeric,
               absorbed numeric, planned numeric, residual numeric, is_shown boolean)
LANGUAGE plpgsql STABLE SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY EXECUTE format($query$
        WITH books AS MATERIALIZED (SELECT * FROM ledger.totals_at($1, $2)),
        unrecognised AS MATERIALIZED (
            SELECT d.reserve_id, sum(d.amount) AS amount FROM %s($1, $2) d
             WHERE d.kind <> 'dust' GROUP BY d.reserve_id),
        paid AS MATERIALIZED (
            SELECT e.reserve_id, e.account, sum(e.amount) AS amount FROM derived.domain_event e
             WHERE e.chain_id = (SELECT m.chain_id FROM redink.market m WHERE m.market_id = $1)
               AND e.market_id = $1 AND e.from_block <= $2 AND e.kind = 13
               AND EXISTS (SELECT FROM redink.cover_layer c WHERE c.market_id = $1
                            GROUP BY c.kind HAVING count(*) > 1)
             GROUP BY e.reserve_id, e.account),
        owed AS (
            SELECT r.reserve_id, r.pool, r.reserve, r.asset,
                   coalesce(b.deficits, 0) + coalesce(u.amount, 0) AS open,
                   coalesce(b.lenders, 0) AS claims, coalesce(b.treasury, 0) AS treasury,
                   coalesce(b.capital, 0) AS capital, coalesce(b.borne_reserve, 0) AS borne_reserve,
                   coalesce(b.borne_treasury, 0) AS borne_treasury,
                   coalesce(b.borne_insurance, 0) AS borne_insurance,
                   coalesce(b.borne_recap, 0) AS borne_recap,
                   coalesce(b.borne_lenders, 0) AS borne_lenders
              FROM derived.reserve r
              LEFT JOIN books b ON b.pool = r.pool AND b.reserve = r.reserve AND b.asset = r.asset
              LEFT JOIN unrecognised u ON u.reserve_id = r.reserve_id
             WHERE r.market_id = $1 AND r.from_block <= $2),
        layer AS (
            SELECT o.reserve_id, o.pool, o.reserve, o.asset, o.open, o.claims, l.place,
                   l.layer_order, l.kind, l.name, l.share_bps, l.is_shown, l.is_first,
                   redink.capacity_of(l.kind, l.capacity, l.is_first, o.capital, o.treasury) AS capacity,
                   CASE l.kind WHEN 'reserve' THEN o.borne_reserve WHEN 'treasury' THEN o.borne_treasury
                               WHEN 'insurance' THEN o.borne_insurance WHEN 'recap' THEN o.borne_recap
                               ELSE o.borne_lenders END AS borne,
                   CASE WHEN l.is_first THEN 0 ELSE coalesce(p.amount, 0) END AS told
              FROM owed o
             CROSS JOIN LATERAL redink.layers_of($1, o.asset) l
              LEFT JOIN paid p ON p.reserve_id = o.reserve_id AND p.account = l.payer),
        plan AS (
            SELECT l.reserve_id, redink.allocate(min(l.open), array_agg(l.capacity ORDER BY l.place),
                                                 array_agg(l.share_bps ORDER BY l.place)) AS taken
              FROM layer l GROUP BY l.reserve_id),
        covered AS (
            SELECT l.*, p.taken[l.place] AS planned,
                   CASE WHEN l.is_first
                        THEN greatest(l.borne - sum(l.told) OVER (PARTITION BY l.reserve_id, l.kind), 0)
                        ELSE l.told END AS absorbed
              FROM layer l JOIN plan p USING (reserve_id))
        SELECT c.reserve_id, c.pool, c.reserve, c.asset, c.open, c.claims, c.place, c.layer_order,
               c.kind, c.name, CASE WHEN c.kind = 'lenders' THEN c.claims ELSE c.capacity END,
               c.absorbed, c.planned,
               c.open - sum(c.planned) OVER (PARTITION BY c.reserve_id ORDER BY c.place),
               c.is_shown OR c.absorbed <> 0
          FROM covered c ORDER BY c.reserve_id, c.place
        $query$, redink.protocol_function(of_market, 'impaired_debt')) USING of_market, at_block;
END
$$;

CREATE VIEW report.cover_layers AS
    SELECT m.name AS market, c.layer_order, c.name AS layer, c.kind, redink.hex(c.payer) AS payer,
           redink.hex(c.asset) AS asset, c.capacity::numeric AS capacity, c.share_bps,
           c.in_cooldown::numeric AS in_cooldown
      FROM redink.cover_layer c JOIN redink.market m USING (market_id);

CREATE TYPE redink.coverage_row AS (market text, pool text, reserve text, asset text,
               open_bad_debt numeric, layer text, layer_order integer, capacity numeric,
               absorbed numeric, planned numeric, cover_ratio numeric, residual numeric,
               haircut numeric, block bigint);
CREATE FUNCTION report.coverage_at(market text, block bigint) RETURNS SETOF redink.coverage_row
LANGUAGE sql STABLE AS $$
    SELECT $1, redink.hex(c.pool), redink.hex(c.reserve), redink.hex(c.asset), c.open, c.name,
           row_number() OVER (PARTITION BY c.reserve_id ORDER BY c.place)::integer, c.capacity,
           c.absorbed, c.planned, redink.ratio_down(c.planned, c.open), c.residual,
           CASE WHEN c.kind = 'lenders' THEN redink.haircut(c.planned, c.claims) END, $2
      FROM redink.cover_at(redink.market_id($1), $2) c
     WHERE c.is_shown
     ORDER BY c.reserve_id, c.place
$$;

-- ---------------------------------------------------------------------------- who bears it

-- What lenders are owed, in underlying units, of one reserve or of one account where told.
CREATE FUNCTION redink.claims_at(of_market integer, at_block bigint, only_reserve integer DEFAULT NULL,
                                 only_account bytea DEFAULT NULL)
RETURNS TABLE (reserve_id integer, account bytea, amount numeric)
LANGUAGE plpgsql STABLE ROWS 1000 AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT c.reserve_id, c.account, c.amount FROM %s($1, $2, $3, $4) c WHERE c.amount > 0',
        redink.protocol_function(of_market, 'claims')) USING of_market, at_block, only_reserve, only_account;
END
$$;

CREATE TYPE redink.haircut_row AS (market text, pool text, reserve text, asset text, account text,
               claim numeric, haircut_units numeric, haircut_ratio numeric, block bigint);
CREATE FUNCTION report.haircuts_at(market text, block bigint) RETURNS SETOF redink.haircut_row
LANGUAGE sql STABLE SET jit = off AS $$
    WITH claims AS (
        SELECT c.reserve_id, array_agg(c.account ORDER BY c.account) AS accounts,
               array_agg(c.amount ORDER BY c.account) AS amounts, sum(c.amount) AS total
          FROM redink.claims_at(redink.market_id($1), $2) c GROUP BY c.reserve_id)
    SELECT $1, redink.hex(b.pool), redink.hex(b.reserve), redink.hex(b.asset), redink.hex(s.account),
           s.claim, s.units, redink.haircut(b.planned, b.claims), $2
      FROM redink.cover_at(redink.market_id($1), $2) b
      JOIN claims c ON c.reserve_id = b.reserve_id
     CROSS JOIN LATERAL unnest(c.accounts, c.amounts,
                               redink.apportion(least(b.planned, c.total), c.amounts))
                     AS s (account, claim, units)
     WHERE b.kind = 'lenders'
     ORDER BY b.reserve_id, s.account
$$;

-- The same of one lender: the claims of others are looked at only where there is a loss to share, and
-- are not put in order.
CREATE FUNCTION report.haircuts_at(market text, block bigint, account text)
RETURNS SETOF redink.haircut_row
LANGUAGE sql STABLE SET jit = off AS $$
    SELECT $1, redink.hex(b.pool), redink.hex(b.reserve), redink.hex(b.asset), redink.hex(m.account),
           m.amount, coalesce(s.units, 0), redink.haircut(b.planned, b.claims), $2
      FROM redink.claims_at(redink.market_id($1), $2, NULL, decode(substr($3, 3), 'hex')) m
      JOIN redink.cover_at(redink.market_id($1), $2) b
        ON b.reserve_id = m.reserve_id AND b.kind = 'lenders'
      LEFT JOIN LATERAL (
        WITH claim AS MATERIALIZED (
            SELECT c.account, c.amount FROM redink.claims_at(redink.market_id($1), $2, m.reserve_id) c
             WHERE b.planned > 0),
        whole AS (
            SELECT sum(c.amount) AS total, least(b.planned, sum(c.amount)) AS loss FROM claim c),
        part AS MATERIALIZED (
            SELECT c.account, div(w.loss * c.amount, w.total) AS units,
                   mod(w.loss * c.amount, w.total) AS remainder
              FROM claim c, whole w)
        SELECT x.units + CASE WHEN o.before < w.loss - o.given THEN 1 ELSE 0 END AS units
          FROM part x, whole w, LATERAL (
            SELECT sum(p.units) AS given,
                   count(*) FILTER (WHERE p.remainder > x.remainder
                                       OR (p.remainder = x.remainder AND p.account < x.account)) AS before
              FROM part p) o
         WHERE x.account = m.account) s ON true
     ORDER BY b.reserve_id
$$;

-- Losses that lenders really bore. The claims before are those of the ledger up to the entry.
CREATE VIEW report.haircuts AS
    SELECT m.name AS market, redink.hex(h.pool) AS pool, redink.hex(h.reserve) AS reserve,
           redink.hex(h.asset) AS asset, h.amount, h.claims_before,
           redink.haircut(h.amount, h.claims_before) AS haircut_ratio, h.block_number AS block,
           h.block_time AS "timestamp", h.log_index, redink.hex(h.txn_hash) AS tx,
           redink.hex(h.entry_id) AS entry_id,
           CASE WHEN h.entry_id IS NULL THEN 'provisional' ELSE 'booked' END AS finality
      FROM redink.market m
     CROSS JOIN LATERAL (
        SELECT s.*, b.lenders
                    - coalesce((SELECT sum(CASE WHEN l.debit THEN l.units ELSE -l.units END)
                                  FROM derived.provisional_entry p
                                 CROSS JOIN LATERAL unnest(p.leg_account, p.leg_debit, p.leg_units)
                                                 AS l (account, debit, units)
                                 WHERE s.entry_id IS NULL AND p.market_id = m.market_id
                                   AND p.pool = s.pool AND p.reserve = s.reserve
                                   AND p.asset = s.asset AND l.account = 201
                                   AND (p.from_block, p.sequence) < (s.block_number, s.sequence)), 0)
                    AS claims_before
          FROM (SELECT e.position, NULL::integer AS sequence, e.entry_id, n.entity_id, n.pool, n.reserve,
                       n.asset, e.block_number, e.block_time, e.log_index, e.txn_hash,
                       (SELECT sum(l.units) FROM unnest(e.leg_debit, e.leg_units) AS l (debit, units)
                         WHERE l.debit) AS amount
                  FROM ledger.ledger g
                  JOIN ledger.entry e ON e.chain_id = g.chain_id AND e.ledger_id = g.ledger_id
                  JOIN ledger.entity n ON n.chain_id = g.chain_id AND n.market_id = g.market_id
                                      AND n.entity_id = e.entity_id
                 WHERE g.market_id = m.market_id AND g.book = 0 AND e.rule = 12
                   AND e.leg_account && '{103,104,105,502,511,512,513,514,515,521,522,523}'::smallint[]
                   AND NOT EXISTS (SELECT FROM ledger.entry r
                                    WHERE r.chain_id = e.chain_id AND r.ledger_id = e.ledger_id
                                      AND r.reverses = e.entry_id)
                UNION ALL
                SELECT NULL, p.sequence, NULL,
                       (SELECT n.entity_id FROM ledger.entity n
                         WHERE n.market_id = m.market_id AND n.pool = p.pool
                           AND n.reserve = p.reserve AND n.asset = p.asset),
                       p.pool, p.reserve, p.asset, p.from_block, p.block_time, p.log_index, p.txn_hash,
                       (SELECT sum(l.units) FROM unnest(p.leg_debit, p.leg_units) AS l (debit, units)
                         WHERE l.debit)
                  FROM derived.provisional_entry p
                 WHERE p.market_id = m.market_id AND p.book = 0 AND p.rule = 12) s
         CROSS JOIN LATERAL (
            SELECT coalesce(-sum(v.net), 0) AS lenders
              FROM ledger.movements(m.chain_id, 2 * m.market_id, s.block_number,
                                    coalesce(s.position - 1, 9223372036854775807), false) v
             WHERE v.entity_id = s.entity_id AND v.account = 201) b) h;

COMMENT ON FUNCTION report.coverage_at(text, bigint) IS 'What would pay for the open bad debt of each reserve if it were shared now, layer by layer.';
COMMENT ON FUNCTION report.haircuts_at(text, bigint, text) IS 'The same of one lender, by address.';
COMMENT ON FUNCTION report.haircuts_at(text, bigint) IS 'What each lender would lose if the bad debt that no layer covers were shared now, pro rata to the claims.';
COMMENT ON VIEW report.cover_layers IS 'The layers that pay for bad debt before the lenders do, as configured.';
COMMENT ON COLUMN report.cover_layers.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.cover_layers.layer_order IS '1 for the first that pays';
COMMENT ON COLUMN report.cover_layers.layer IS 'name of the layer';
COMMENT ON COLUMN report.cover_layers.kind IS 'reserve, treasury, insurance, recap or lenders';
COMMENT ON COLUMN report.cover_layers.payer IS 'the address whose payments are this layer''s';
COMMENT ON COLUMN report.cover_layers.asset IS 'the only token that it pays for; empty: any';
COMMENT ON COLUMN report.cover_layers.capacity IS 'the most that it can pay, units of the asset; empty: see report.coverage_at';
COMMENT ON COLUMN report.cover_layers.share_bps IS 'the most that it pays of one loss, basis points';
COMMENT ON COLUMN report.cover_layers.in_cooldown IS 'the part of the capacity that is about to leave and still liable';
COMMENT ON VIEW report.haircuts IS 'Losses that lenders really bore: their claims were reduced (rule 12).';
COMMENT ON COLUMN report.haircuts.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.haircuts.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.haircuts.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.haircuts.asset IS 'token that was lent';
COMMENT ON COLUMN report.haircuts.amount IS 'by which the claims of all lenders fell, token units';
COMMENT ON COLUMN report.haircuts.claims_before IS 'claims of the lenders before the entry';
COMMENT ON COLUMN report.haircuts.haircut_ratio IS 'amount / claims_before, 18 digits, rounded up';
COMMENT ON COLUMN report.haircuts.block IS 'block at whose end the entry takes effect';
COMMENT ON COLUMN report.haircuts."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.haircuts.log_index IS 'index of the log in its block; empty: the end of the block';
COMMENT ON COLUMN report.haircuts.tx IS 'transaction hash; empty where no transaction made the entry';
COMMENT ON COLUMN report.haircuts.entry_id IS 'identity of the entry; empty for a provisional one';
COMMENT ON COLUMN report.haircuts.finality IS 'booked, or provisional (the block may still be replaced)';
