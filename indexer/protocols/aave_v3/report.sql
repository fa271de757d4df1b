-- Aave v3 in SQL: the same arithmetic as accounting/positions/aave_interest.cpp and
-- accounting/valuation/aave_account.cpp, for queries at any block. Tests hold both equal to the
-- contracts' own answers. `rules` is the version as a number: 301 for 3.0.1 … 360 for 3.6.
-- Settings and prices: prices.sql, which is applied before.

-- Functions whose columns or arguments grew since an earlier version.
DROP FUNCTION IF EXISTS aave_v3.position_now(integer, bigint, bytea);
DROP FUNCTION IF EXISTS aave_v3.holding_now(integer, bigint, bytea);
DROP FUNCTION IF EXISTS aave_v3.total_now(integer, bigint, bytea);
DROP FUNCTION IF EXISTS aave_v3.reserve_now(integer, bigint);
DROP FUNCTION IF EXISTS aave_v3.holding_now(integer, bigint, bytea, boolean);
DROP FUNCTION IF EXISTS aave_v3.total_now(integer, bigint, bytea, boolean);
DROP FUNCTION IF EXISTS aave_v3.exposures_at(integer, bigint);

CREATE OR REPLACE FUNCTION aave_v3.ray() RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 1000000000000000000000000000::numeric $$;

-- MathUtils.calculateLinearInterest
CREATE OR REPLACE FUNCTION aave_v3.linear_interest(rate numeric, seconds bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT aave_v3.ray() + div(rate * seconds, 31536000) $$;

-- MathUtils.calculateCompoundedInterest, 3.0 to 3.3
CREATE OR REPLACE FUNCTION aave_v3.binomial_interest(rate numeric, seconds numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT aave_v3.ray() + div(rate * seconds, 31536000)
         + div(seconds * (seconds - 1) * p.two, 2)
         + div(seconds * (seconds - 1) * greatest(seconds - 2, 0) * p.three, 6)
      FROM (SELECT q.two,
                   div(redink.mul_div_half_up(q.two, rate, aave_v3.ray()), 31536000) AS three
              FROM (SELECT div(redink.mul_div_half_up(rate, rate, aave_v3.ray()),
                               31536000::numeric * 31536000) AS two) q) p
$$;

-- MathUtils.calculateCompoundedInterest, from 3.4
CREATE OR REPLACE FUNCTION aave_v3.exponential_interest(rate numeric, seconds numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT aave_v3.ray() + p.x
         + redink.mul_div_half_up(p.x, div(p.x, 2) + redink.mul_div_half_up(p.x, div(p.x, 6), aave_v3.ray()),
                                  aave_v3.ray())
      FROM (SELECT div(rate * seconds, 31536000) AS x) p
$$;

CREATE OR REPLACE FUNCTION aave_v3.compound_interest(rules integer, rate numeric, seconds bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN seconds = 0 THEN aave_v3.ray()
                WHEN rules >= 340 THEN aave_v3.exponential_interest(rate, seconds)
                ELSE aave_v3.binomial_interest(rate, seconds) END
$$;

-- Half up until 3.4; from 3.5 supply rounds down and debt up (TokenMath.sol).
CREATE OR REPLACE FUNCTION aave_v3.supply_amount(rules integer, scaled numeric, index numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN rules >= 350 THEN redink.mul_div_down(scaled, index, aave_v3.ray())
                ELSE redink.mul_div_half_up(scaled, index, aave_v3.ray()) END
$$;
CREATE OR REPLACE FUNCTION aave_v3.debt_amount(rules integer, scaled numeric, index numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN rules >= 350 THEN redink.mul_div_up(scaled, index, aave_v3.ray())
                ELSE redink.mul_div_half_up(scaled, index, aave_v3.ray()) END
$$;
CREATE OR REPLACE FUNCTION aave_v3.stable_debt_amount(rules integer, principal numeric, rate numeric, seconds bigint)
    RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN principal = 0 THEN 0
                ELSE redink.mul_div_half_up(principal, aave_v3.compound_interest(rules, rate, seconds),
                                            aave_v3.ray()) END
$$;

-- Reserves with their parameters, indexes accrued to the block, and prices.
CREATE OR REPLACE FUNCTION aave_v3.reserve_now(market_id integer, at_block bigint, exact boolean DEFAULT false)
RETURNS TABLE (reserve_id integer, pool bytea, reserve bytea, asset bytea, decimals smallint, rules integer,
               liquidation_threshold_bps bigint, liquidation_bonus_bps bigint, emode_category bigint,
               supply_index numeric, debt_index numeric, supply_index_now numeric, debt_index_now numeric,
               last_update bigint, supply_scaled numeric, debt_scaled numeric, treasury_accrued numeric,
               deficit numeric, cash numeric, price numeric, now bigint)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    chain bigint := (SELECT m.chain_id FROM redink.market m WHERE m.market_id = $1);
    seconds bigint := redink.block_time($1, at_block);
BEGIN
    RETURN QUERY
    SELECT r.reserve_id, r.pool, r.reserve, r.asset, r.decimals, c.rules,
           c.liquidation_threshold_bps, c.liquidation_bonus_bps, c.emode_category,
           s.supply_index, s.debt_index,
           CASE WHEN s.last_update = seconds THEN s.supply_index
                ELSE redink.mul_div_half_up(aave_v3.linear_interest(s.supply_rate, seconds - s.last_update),
                                            s.supply_index, aave_v3.ray()) END,
           CASE WHEN s.last_update = seconds THEN s.debt_index
                ELSE redink.mul_div_half_up(
                         aave_v3.compound_interest(c.rules, s.debt_rate, seconds - s.last_update),
                         s.debt_index, aave_v3.ray()) END,
           s.last_update, s.supply_scaled, s.debt_scaled, s.treasury_accrued, s.deficit, s.cash,
           aave_v3.price_at($1, r.asset, at_block, exact), seconds
      FROM derived.reserve r
     CROSS JOIN LATERAL (SELECT x.* FROM derived.reserve_state x
                          WHERE x.chain_id = chain AND x.market_id = $1 AND x.reserve_id = r.reserve_id
                            AND x.from_block <= at_block ORDER BY x.from_block DESC LIMIT 1) s
     CROSS JOIN LATERAL (SELECT x.* FROM derived.reserve_config x
                          WHERE x.market_id = $1 AND x.reserve_id = r.reserve_id
                            AND x.from_block <= at_block ORDER BY x.from_block DESC LIMIT 1) c
     WHERE r.market_id = $1 AND r.from_block <= at_block
     ORDER BY r.reserve_id;
END
$$;

-- Every position, or those of one account, or of accounts that ever had debt, with its amount.
CREATE OR REPLACE FUNCTION aave_v3.position_now(market_id integer, at_block bigint, only_account bytea DEFAULT NULL,
                                                only_debtors boolean DEFAULT false)
RETURNS TABLE (reserve_id integer, account bytea, side smallint, is_collateral boolean, scaled numeric, amount numeric)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    chain bigint := (SELECT m.chain_id FROM redink.market m WHERE m.market_id = $1);
BEGIN
    RETURN QUERY
    WITH reserves AS MATERIALIZED (SELECT * FROM aave_v3.reserve_now($1, at_block))
    SELECT p.reserve_id, p.account, p.side, v.is_collateral, v.scaled,
           CASE p.side WHEN 0 THEN aave_v3.supply_amount(r.rules, v.scaled, r.supply_index_now)
                       WHEN 1 THEN aave_v3.debt_amount(r.rules, v.scaled, r.debt_index_now)
                       ELSE aave_v3.stable_debt_amount(r.rules, v.scaled, v.rate, r.now - v.since) END
      FROM derived.position p
      JOIN reserves r ON r.reserve_id = p.reserve_id
     CROSS JOIN LATERAL (SELECT x.* FROM derived.position_version x
                          WHERE x.chain_id = chain AND x.market_id = $1 AND x.position_id = p.position_id
                            AND x.from_block <= at_block ORDER BY x.from_block DESC LIMIT 1) v
     WHERE p.chain_id = chain AND p.market_id = $1 AND p.from_block <= at_block
       AND (only_account IS NULL OR p.account = only_account)
       AND (NOT only_debtors OR EXISTS (SELECT FROM derived.position q
                                         WHERE q.chain_id = chain AND q.market_id = $1 AND q.account = p.account
                                           AND q.side IN (1, 2) AND q.from_block <= at_block));
END
$$;

-- What lenders are owed: supply, of one reserve or one account where told.
CREATE OR REPLACE FUNCTION aave_v3.claims_at(market_id integer, at_block bigint, only_reserve integer,
                                             only_account bytea)
RETURNS TABLE (reserve_id integer, account bytea, amount numeric)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    chain bigint := (SELECT m.chain_id FROM redink.market m WHERE m.market_id = $1);
BEGIN
    RETURN QUERY
    WITH reserves AS MATERIALIZED (SELECT * FROM aave_v3.reserve_now($1, at_block))
    SELECT p.reserve_id, p.account, aave_v3.supply_amount(r.rules, v.scaled, r.supply_index_now)
      FROM derived.position p
      JOIN reserves r ON r.reserve_id = p.reserve_id
     CROSS JOIN LATERAL (SELECT x.scaled FROM derived.position_version x
                          WHERE x.chain_id = chain AND x.market_id = $1 AND x.position_id = p.position_id
                            AND x.from_block <= at_block ORDER BY x.from_block DESC LIMIT 1) v
     WHERE p.chain_id = chain AND p.market_id = $1 AND p.side = 0 AND p.from_block <= at_block
       AND (only_reserve IS NULL OR p.reserve_id = only_reserve)
       AND (only_account IS NULL OR p.account = only_account);
END
$$;

CREATE OR REPLACE FUNCTION aave_v3.positions_at(market_id integer, at_block bigint)
RETURNS TABLE (pool text, reserve text, asset text, account text, side text, is_collateral boolean,
               scaled numeric, amount numeric)
LANGUAGE sql STABLE AS $$
    SELECT redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), redink.hex(p.account),
           redink.side_name(p.side), p.is_collateral, p.scaled, p.amount
      FROM aave_v3.position_now($1, $2) p
      JOIN derived.reserve r ON r.market_id = $1 AND r.reserve_id = p.reserve_id
     WHERE p.scaled <> 0 OR p.amount <> 0
     ORDER BY p.account, p.reserve_id, p.side
$$;

CREATE OR REPLACE FUNCTION aave_v3.reserves_at(market_id integer, at_block bigint)
RETURNS TABLE (pool text, reserve text, asset text, symbol text, decimals integer, supply_scaled numeric,
               supply_amount numeric, debt_scaled numeric, debt_amount numeric, supply_index numeric,
               debt_index numeric, supply_index_now numeric, debt_index_now numeric, last_update bigint,
               treasury_accrued numeric, reserves numeric, deficit numeric, cash numeric, price numeric, unit text)
LANGUAGE sql STABLE AS $$
    SELECT redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), t.symbol, r.decimals::integer,
           r.supply_scaled, aave_v3.supply_amount(r.rules, r.supply_scaled, r.supply_index_now),
           r.debt_scaled, aave_v3.debt_amount(r.rules, r.debt_scaled, r.debt_index_now),
           r.supply_index, r.debt_index, r.supply_index_now, r.debt_index_now, r.last_update,
           r.treasury_accrued, NULL::numeric, r.deficit, r.cash, r.price, aave_v3.unit_at($1, $2)
      FROM aave_v3.reserve_now($1, $2) r
      LEFT JOIN redink.token t ON t.address = r.asset
       AND t.chain_id = (SELECT m.chain_id FROM redink.market m WHERE m.market_id = $1)
     ORDER BY r.reserve_id
$$;

-- What each account has in each reserve, priced: GenericLogic.calculateUserAccountData's terms.
-- A missing price leaves the values of that holding empty; it is never zero.
CREATE OR REPLACE FUNCTION aave_v3.holding_now(market_id integer, at_block bigint, only_account bytea DEFAULT NULL,
                                               only_debtors boolean DEFAULT false, exact boolean DEFAULT false)
RETURNS TABLE (reserve_id integer, account bytea, counts boolean, debt_amount numeric, price numeric, unit numeric,
               collateral_value numeric, debt_value numeric, weighted_value numeric, realisable_value numeric,
               rules integer, supply_amount numeric, is_counted boolean, bonus_bps bigint)
LANGUAGE sql STABLE AS $$
    WITH held AS (
        SELECT p.account, p.reserve_id,
               coalesce(sum(p.amount) FILTER (WHERE p.side = 0), 0) AS supply_amount,
               coalesce(bool_or(p.is_collateral) FILTER (WHERE p.side = 0), false) AS is_collateral,
               coalesce(sum(p.amount) FILTER (WHERE p.side IN (1, 2)), 0) AS debt_amount
          FROM aave_v3.position_now($1, at_block, only_account, only_debtors) p
         GROUP BY p.account, p.reserve_id
        HAVING bool_or(p.scaled <> 0 OR p.amount <> 0 OR p.is_collateral)
    ), chosen AS (
        SELECT DISTINCT ON (a.account) a.account, a.emode_category
          FROM derived.account a
         WHERE a.market_id = $1 AND a.from_block <= at_block
           AND (only_account IS NULL OR a.account = only_account)
         ORDER BY a.account, a.from_block DESC
    ), category AS (
        SELECT DISTINCT ON (e.category) e.* FROM derived.emode_category e
         WHERE e.market_id = $1 AND e.from_block <= at_block
         ORDER BY e.category, e.from_block DESC
    ), applied AS (
        SELECT h.*, r.rules, ('1' || repeat('0', r.decimals))::numeric AS unit, r.liquidation_threshold_bps AS own_threshold_bps,
               CASE WHEN e.category IS NULL THEN r.liquidation_threshold_bps
                    ELSE e.liquidation_threshold_bps END AS threshold_bps,
               greatest(CASE WHEN e.category IS NULL THEN r.liquidation_bonus_bps
                             ELSE e.liquidation_bonus_bps END, 10000) AS bonus_bps,
               CASE WHEN r.rules < 320 AND e.category IS NOT NULL
                         AND e.price_source <> '\x0000000000000000000000000000000000000000'::bytea
                    THEN aave_v3.category_price_at($1, e.price_source, r.price, at_block, exact)
                    ELSE r.price END AS price
          FROM held h
          JOIN aave_v3.reserve_now($1, at_block, exact) r ON r.reserve_id = h.reserve_id
          LEFT JOIN chosen c ON c.account = h.account AND c.emode_category <> 0
          LEFT JOIN category e ON e.category = c.emode_category
               AND CASE WHEN r.rules >= 320 THEN e.collateral LIKE '%,' || r.reserve_id || ',%'
                        ELSE r.emode_category = e.category END
    ), valued AS (
        SELECT a.*, a.is_collateral AND (a.rules >= 360 OR a.own_threshold_bps <> 0) AS is_counted
          FROM applied a
    ), priced AS (
        SELECT v.*,
               CASE WHEN v.is_counted THEN redink.mul_div_down(v.supply_amount, v.price, v.unit) ELSE 0 END AS value,
               CASE WHEN v.debt_amount = 0 THEN 0
                    WHEN v.rules >= 350 THEN redink.mul_div_up(v.debt_amount, v.price, v.unit)
                    ELSE redink.mul_div_down(v.debt_amount, v.price, v.unit) END AS owed
          FROM valued v
    )
    SELECT p.reserve_id, p.account, p.is_counted OR p.debt_amount <> 0, p.debt_amount, p.price, p.unit,
           p.value, p.owed, p.value * p.threshold_bps, redink.mul_div_down(p.value, 10000, p.bonus_bps), p.rules,
           p.supply_amount, p.is_counted, p.bonus_bps
      FROM priced p
$$;

-- Totals by account. With a price missing, the totals are empty.
CREATE OR REPLACE FUNCTION aave_v3.total_now(market_id integer, at_block bigint, only_account bytea DEFAULT NULL,
                                             only_debtors boolean DEFAULT false, exact boolean DEFAULT false)
RETURNS TABLE (account bytea, collateral_value numeric, debt_value numeric, liquidation_threshold_bps bigint,
               health_factor numeric, realisable_value numeric)
LANGUAGE sql STABLE AS $$
    WITH sums AS (
        SELECT h.account, max(h.rules) AS rules,
               CASE WHEN bool_or(h.counts AND h.price IS NULL) THEN NULL ELSE sum(h.collateral_value) END AS c,
               CASE WHEN bool_or(h.counts AND h.price IS NULL) THEN NULL ELSE sum(h.debt_value) END AS d,
               sum(h.weighted_value) AS w, sum(h.realisable_value) AS r
          FROM aave_v3.holding_now($1, at_block, only_account, only_debtors, exact) h
         GROUP BY h.account
    ), averages AS (
        SELECT s.*, CASE WHEN s.c = 0 THEN 0 ELSE div(s.w, s.c) END AS lt FROM sums s
    )
    SELECT a.account, a.c, a.d, a.lt::bigint,
           CASE WHEN a.d = 0 THEN 115792089237316195423570985008687907853269984665640564039457584007913129639935
                WHEN a.rules >= 350 THEN div(redink.mul_div_half_up(a.w, 1000000000000000000, a.d), 10000)
                ELSE redink.mul_div_half_up(redink.mul_div_half_up(a.c, a.lt, 10000), 1000000000000000000, a.d) END,
           a.r
      FROM averages a
$$;

-- What every account with debt owes and what stands behind it: the input of valuations. `exact` is
-- as in price_at.
CREATE OR REPLACE FUNCTION aave_v3.exposures_at(market_id integer, at_block bigint, exact boolean DEFAULT false)
RETURNS TABLE (account bytea, reserve_id integer, asset bytea, decimals smallint, price numeric,
               debt_amount numeric, debt_value numeric, supply_amount numeric, is_collateral boolean,
               collateral_value numeric, bonus_bps bigint, health_factor numeric)
LANGUAGE sql STABLE AS $$
    WITH held AS MATERIALIZED (
        SELECT h.* FROM aave_v3.holding_now($1, at_block, NULL, true, exact) h WHERE h.counts
    ), debtors AS (
        SELECT t.account, t.health_factor FROM aave_v3.total_now($1, at_block, NULL, true, exact) t
         WHERE EXISTS (SELECT FROM held h WHERE h.account = t.account AND h.debt_amount > 0)
    )
    SELECT h.account, h.reserve_id, r.asset, r.decimals, h.price, h.debt_amount, h.debt_value,
           h.supply_amount, h.is_counted, h.collateral_value, h.bonus_bps, d.health_factor
      FROM held h
      JOIN debtors d ON d.account = h.account
      JOIN derived.reserve r ON r.market_id = $1 AND r.reserve_id = h.reserve_id
     ORDER BY h.account, h.reserve_id
$$;

CREATE OR REPLACE FUNCTION aave_v3.solvency_at(market_id integer, at_block bigint)
RETURNS TABLE (pool text, account text, collateral_value numeric, debt_value numeric,
               liquidation_threshold_bps bigint, health_factor numeric, liquidity numeric,
               shortfall numeric, unit text)
LANGUAGE sql STABLE AS $$
    SELECT (SELECT redink.hex(r.pool) FROM derived.reserve r WHERE r.market_id = $1 LIMIT 1),
           redink.hex(t.account), t.collateral_value, t.debt_value, t.liquidation_threshold_bps,
           t.health_factor, NULL::numeric, NULL::numeric, aave_v3.unit_at($1, at_block)
      FROM aave_v3.total_now($1, at_block) t
     ORDER BY t.health_factor, t.account
$$;

-- First block of the unbroken run, ending at `at_block`, in which the account's collateral does not
-- bring in its debt. Looked at wherever its positions, a price or a parameter changed.
CREATE OR REPLACE FUNCTION aave_v3.first_seen(market_id integer, impaired bytea, at_block bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    chain bigint := (SELECT m.chain_id FROM redink.market m WHERE m.market_id = $1);
    candidate bigint;
    is_impaired boolean;
    earliest bigint;
BEGIN
    FOR candidate IN
        SELECT c.from_block FROM (
            SELECT v.from_block FROM derived.position p
              JOIN derived.position_version v ON v.chain_id = p.chain_id AND v.market_id = p.market_id
                                             AND v.position_id = p.position_id
             WHERE p.chain_id = chain AND p.market_id = $1 AND p.account = impaired
            UNION
            SELECT x.from_block FROM derived.price x
             WHERE x.market_id = $1 AND x.asset IN (
                   SELECT r.asset FROM derived.position p
                     JOIN derived.reserve r ON r.market_id = p.market_id AND r.reserve_id = p.reserve_id
                    WHERE p.chain_id = chain AND p.market_id = $1 AND p.account = impaired)
            UNION
            SELECT x.block_number FROM redink.oracle_answer x, redink.market m
             WHERE m.market_id = $1 AND x.chain_id = chain AND x.block_number BETWEEN m.from_block AND at_block
               AND x.oracle IN (SELECT decode(substr(s.value, 3), 'hex') FROM derived.setting s
                                 WHERE s.market_id = $1 AND s.key = 'oracle') AND x.asset IN (
                   SELECT r.asset FROM derived.position p
                     JOIN derived.reserve r ON r.market_id = p.market_id AND r.reserve_id = p.reserve_id
                    WHERE p.chain_id = chain AND p.market_id = $1 AND p.account = impaired)
            UNION SELECT x.from_block FROM derived.reserve_config x WHERE x.market_id = $1
            UNION SELECT x.from_block FROM derived.emode_category x WHERE x.market_id = $1
            UNION SELECT x.from_block FROM derived.account x WHERE x.market_id = $1 AND x.account = impaired
            UNION SELECT at_block) c
         WHERE c.from_block <= at_block ORDER BY c.from_block DESC
    LOOP
        SELECT t.debt_value > t.realisable_value INTO is_impaired
          FROM aave_v3.total_now($1, candidate, impaired) t;
        EXIT WHEN NOT coalesce(is_impaired, false);
        earliest := candidate;
    END LOOP;
    RETURN earliest;
END
$$;

-- Debt of an account in a reserve, in underlying units.
CREATE OR REPLACE FUNCTION aave_v3.debt_of(market_id integer, debtor bytea, reserve integer, at_block bigint)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(p.amount), 0) FROM aave_v3.position_now($1, at_block, debtor) p
     WHERE p.reserve_id = $3 AND p.side IN (1, 2)
$$;

-- When a liquidation cannot pay: policy of the market, or 10 USD of debt and 2 USD of cost (in
-- another base currency 1/200 and 1/1000 of it).
CREATE OR REPLACE FUNCTION aave_v3.dust_policy(market_id integer, at_block bigint)
RETURNS TABLE (min_debt_value numeric, liquidation_cost_value numeric) LANGUAGE sql STABLE AS $$
    SELECT coalesce(m.min_debt_value::numeric, CASE WHEN u.is_usd THEN u.unit * 10 ELSE div(u.unit, 200) END),
           coalesce(m.liquidation_cost_value::numeric, CASE WHEN u.is_usd THEN u.unit * 2 ELSE div(u.unit, 1000) END)
      FROM redink.market m,
           (SELECT coalesce(aave_v3.setting_at($1, 'base_unit', at_block)::numeric, 100000000) AS unit,
                   coalesce(aave_v3.unit_at($1, at_block), 'usd') LIKE 'usd%' AS is_usd) u
     WHERE m.market_id = $1
$$;

-- Deficits that the Pool recorded and nobody covered yet; cover goes to the oldest first.
CREATE OR REPLACE FUNCTION aave_v3.open_deficit(market_id integer, at_block bigint)
RETURNS TABLE (reserve_id integer, account bytea, from_block bigint, txn_hash bytea, amount numeric,
               open numeric, value numeric)
LANGUAGE sql STABLE AS $$
    WITH created AS (
        SELECT d.*, sum(d.amount) OVER (PARTITION BY d.reserve_id ORDER BY d.from_block, d.log_index) AS up_to
          FROM derived.deficit d
         WHERE d.market_id = $1 AND d.created AND d.from_block <= at_block
    ), covered AS (
        SELECT d.reserve_id, sum(d.amount) AS amount FROM derived.deficit d
         WHERE d.market_id = $1 AND NOT d.created AND d.from_block <= at_block GROUP BY d.reserve_id
    )
    SELECT c.reserve_id, c.account, c.from_block, c.txn_hash, c.amount,
           least(c.amount, greatest(c.up_to - coalesce(k.amount, 0), 0)), c.value
      FROM created c LEFT JOIN covered k ON k.reserve_id = c.reserve_id
     ORDER BY c.from_block, c.log_index
$$;

-- Accounts whose collateral does not bring in their debt: debt, loss after a full liquidation, debt
-- above the collateral, and the kind of bad debt.
CREATE OR REPLACE FUNCTION aave_v3.impaired_now(market_id integer, at_block bigint)
RETURNS TABLE (account bytea, d numeric, l numeric, u numeric, kind text)
LANGUAGE sql STABLE AS $$
    SELECT t.account, t.debt_value, t.debt_value - t.realisable_value,
           greatest(t.debt_value - t.collateral_value, 0),
           CASE WHEN t.collateral_value = 0 THEN 'orphaned'
                WHEN t.debt_value < p.min_debt_value THEN 'dust'
                WHEN t.collateral_value - t.realisable_value <= p.liquidation_cost_value THEN 'blocked'
                ELSE 'latent' END
      FROM aave_v3.total_now($1, at_block, NULL, true) t, aave_v3.dust_policy($1, at_block) p
     WHERE t.debt_value > t.realisable_value
$$;

-- Bad debt that the Pool has not recorded, by debtor and reserve: what bad_debt_at shows of it,
-- without its history.
CREATE OR REPLACE FUNCTION aave_v3.impaired_debt_at(market_id integer, at_block bigint)
RETURNS TABLE (reserve_id integer, account bytea, kind text, amount numeric)
LANGUAGE sql STABLE AS $$
    SELECT h.reserve_id, i.account, i.kind, redink.mul_div_up(h.debt_amount, i.l, i.d)
      FROM aave_v3.impaired_now($1, at_block) i
      JOIN aave_v3.holding_now($1, at_block, NULL, true) h
        ON h.account = i.account AND h.debt_amount > 0
$$;

CREATE OR REPLACE FUNCTION aave_v3.bad_debt_at(market_id integer, at_block bigint)
RETURNS TABLE (pool text, reserve text, asset text, account text, kind text, amount numeric,
               liquidation_shortfall numeric, asset_gap numeric, principal_at_impairment numeric,
               nominal_claim numeric, value_at_recognition numeric, value_at_report numeric, unit text,
               first_seen_block bigint, recognised_block bigint, tx text)
LANGUAGE sql STABLE AS $$
    WITH reserves AS MATERIALIZED (
        SELECT r.*, ('1' || repeat('0', r.decimals))::numeric AS token_unit FROM aave_v3.reserve_now($1, at_block) r
    ), impaired AS MATERIALIZED (
        SELECT i.*, aave_v3.first_seen($1, i.account, at_block) AS first_seen
          FROM aave_v3.impaired_now($1, at_block) i
    ), recorded AS MATERIALIZED (
        SELECT o.*, coalesce(aave_v3.first_seen($1, o.account, greatest(o.from_block - 1, m.from_block)),
                             o.from_block) AS first_seen
          FROM aave_v3.open_deficit($1, at_block) o, redink.market m
         WHERE o.open > 0 AND m.market_id = $1
    ), rows AS (
        SELECT o.reserve_id, o.account, 'realised' AS kind, o.open AS amount, o.open AS shortfall, o.open AS gap,
               CASE WHEN o.first_seen < o.from_block
                    THEN aave_v3.debt_of($1, o.account, o.reserve_id, o.first_seen) ELSE o.amount END AS principal,
               o.amount AS claim, redink.mul_div_down(o.value, o.open, o.amount) AS value_then,
               o.first_seen, o.from_block AS recognised, o.txn_hash
          FROM recorded o
        UNION ALL
        SELECT h.reserve_id, i.account, i.kind, redink.mul_div_up(h.debt_amount, i.l, i.d),
               redink.mul_div_up(h.debt_amount, i.l, i.d), redink.mul_div_up(h.debt_amount, i.u, i.d),
               aave_v3.debt_of($1, i.account, h.reserve_id, i.first_seen), h.debt_amount, NULL::numeric,
               i.first_seen, NULL::bigint, NULL::bytea
          FROM impaired i
          JOIN aave_v3.holding_now($1, at_block) h ON h.account = i.account AND h.debt_amount > 0
    )
    SELECT redink.hex(r.pool), redink.hex(r.reserve), redink.hex(r.asset), redink.hex(x.account), x.kind,
           x.amount, x.shortfall, x.gap, x.principal, x.claim, x.value_then,
           redink.mul_div_down(x.amount, r.price, r.token_unit), aave_v3.unit_at($1, at_block),
           x.first_seen, x.recognised, redink.hex(x.txn_hash)
      FROM rows x JOIN reserves r ON r.reserve_id = x.reserve_id
     ORDER BY array_position(ARRAY['realised', 'orphaned', 'blocked', 'latent', 'dust'], x.kind),
              x.recognised, x.account, x.reserve_id
$$;

-- What exposures_at says of one account, without looking at the others.
CREATE OR REPLACE FUNCTION aave_v3.account_exposures_at(market_id integer, at_block bigint, only_account bytea)
RETURNS TABLE (reserve_id integer, asset bytea, decimals smallint, debt_amount numeric, debt_value numeric,
               supply_amount numeric, is_collateral boolean, collateral_value numeric, bonus_bps bigint)
LANGUAGE sql STABLE AS $$
    SELECT h.reserve_id, r.asset, r.decimals, h.debt_amount, h.debt_value, h.supply_amount, h.is_counted,
           h.collateral_value, h.bonus_bps
      FROM aave_v3.holding_now($1, at_block, only_account, true) h
      JOIN derived.reserve r ON r.market_id = $1 AND r.reserve_id = h.reserve_id
     WHERE h.counts
$$;

-- Reports are asked by those who only read.
DO $$
BEGIN
    GRANT USAGE ON SCHEMA aave_v3 TO redink_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'schema aave_v3 was not opened to redink_reader';
END
$$;
