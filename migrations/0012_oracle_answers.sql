-- Why: most price sources stand behind a proxy or compute their answer, and emit nothing. What the
-- protocol's oracle says of their assets is asked by eth_call where the books are valued, and kept
-- for ever: a fact like a log, so that a rebuild without a node gives the same books.
CREATE TABLE redink.oracle_answer (
    chain_id     bigint NOT NULL REFERENCES redink.chain,
    oracle       bytea NOT NULL CHECK (octet_length(oracle) = 20),
    asset        bytea NOT NULL CHECK (octet_length(asset) = 20),
    block_number bigint NOT NULL CHECK (block_number >= 0),
    block_hash   bytea NOT NULL CHECK (octet_length(block_hash) = 32),  -- another branch, another answer
    answer       redink.uint256 CHECK (answer > 0),  -- empty: the oracle reverted or said 0, so there is no price
    endpoint_id  integer NOT NULL REFERENCES redink.endpoint,
    fetched_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (chain_id, oracle, asset, block_number, block_hash)
);
CREATE TRIGGER oracle_answer_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON redink.oracle_answer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The newest answer of an oracle at or below a block, of the canonical chain.
CREATE FUNCTION redink.oracle_answer_at(of_chain bigint, of_oracle bytea, of_asset bytea, at_block bigint)
RETURNS TABLE (answer numeric, block_number bigint, answered_at bigint, endpoint_id integer)
LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT a.answer, a.block_number, b."timestamp", a.endpoint_id
      FROM redink.oracle_answer a
      JOIN redink.block b ON b.chain_id = a.chain_id AND b.number = a.block_number AND b.hash = a.block_hash
                         AND b.canonical
     WHERE a.chain_id = of_chain AND a.oracle = of_oracle AND a.asset = of_asset AND a.block_number <= at_block
     ORDER BY a.block_number DESC LIMIT 1
$$;

CREATE VIEW report.oracle_answers AS
    SELECT c.name AS chain, redink.hex(a.oracle) AS oracle, redink.hex(a.asset) AS asset, t.symbol,
           a.block_number AS block, redink.hex(a.block_hash) AS block_hash, a.answer::numeric AS price,
           e.name AS endpoint, a.fetched_at,
           EXISTS (SELECT FROM redink.block b WHERE b.chain_id = a.chain_id AND b.number = a.block_number
                      AND b.hash = a.block_hash AND b.canonical) AS canonical
      FROM redink.oracle_answer a
      JOIN redink.chain c USING (chain_id)
      JOIN redink.endpoint e USING (endpoint_id)
      LEFT JOIN redink.token t ON t.chain_id = a.chain_id AND t.address = a.asset;

CREATE TYPE redink.oracle_price_row AS (market text, asset text, symbol text, price numeric, state text,
               price_block bigint, age_seconds bigint, source text, unit text, block bigint);
CREATE FUNCTION report.oracle_prices_at(market text, block bigint) RETURNS SETOF redink.oracle_price_row
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id integer := redink.market_id($1);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT $3, p.asset, p.symbol, p.price, p.state, p.price_block, p.age_seconds, p.source, p.unit, $2
           FROM %s($1, $2) p',
        redink.protocol_function(id, 'prices')) USING id, $2, $1;
END
$$;

-- How each debt of a market was valued, and how many debtors no price could be found for.
CREATE VIEW report.valuations AS
    SELECT m.name AS market, v.from_block AS block, v.block_time AS "timestamp", v.debtors, v.unpriced,
           btrim(replace(v.policy, E'\n', ' ')) AS policy, redink.hex(v.price_digest) AS price_digest, redink.hex(v.evidence) AS evidence
      FROM derived.valuation v JOIN redink.market m USING (market_id);

-- As before, with the answers that were called for where no event told a price.
CREATE OR REPLACE FUNCTION ledger.trail_valuation(of_market integer, of_chain bigint, at_block bigint,
                                                  with_evidence bytea, of_accounts bytea[]) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'block', v.from_block, 'timestamp', v.block_time, 'evidence', redink.hex(v.evidence),
        'price_digest', redink.hex(v.price_digest), 'policy', v.policy,
        'debtors', v.debtors, 'unpriced', v.unpriced,
        'debts', (SELECT coalesce(json_agg(json_build_object(
                      'account', redink.hex(d.account), 'reserve', redink.hex(r.reserve),
                      'gross', d.gross::text, 'shortfall', d.shortfall::text, 'kind', d.kind, 'stage', d.stage,
                      'health_factor_wad', d.health_factor::text, 'below_since', d.below_since,
                      'hopeless_since', d.hopeless_since, 'written_off', d.written_off::text)
                      ORDER BY d.account, d.reserve_id), '[]')
                    FROM derived.valued_debt d
                    JOIN derived.reserve r USING (market_id, reserve_id)
                   WHERE d.market_id = of_market AND d.from_block = v.from_block
                     AND d.account = ANY (of_accounts)),
        'prices', (SELECT coalesce(json_agg(json_build_object(
                       'asset', redink.hex(p.asset), 'price', p.price::text, 'source', redink.hex(p.source),
                       'log', ledger.trail_log(of_chain, p.from_block, p.log_index))
                       ORDER BY p.asset), '[]')
                     FROM (SELECT DISTINCT ON (x.asset) x.* FROM derived.price x
                            WHERE x.market_id = of_market AND x.from_block <= v.from_block
                            ORDER BY x.asset, x.from_block DESC, x.log_index DESC) p),
        'called_prices', (SELECT coalesce(json_agg(json_build_object(
                       'oracle', redink.hex(a.oracle), 'asset', redink.hex(a.asset), 'price', a.answer::text,
                       'block', a.block_number, 'endpoint', e.name) ORDER BY a.oracle, a.asset), '[]')
                     FROM redink.oracle_answer a
                     JOIN redink.endpoint e USING (endpoint_id)
                     JOIN redink.block b ON b.chain_id = a.chain_id AND b.number = a.block_number
                                        AND b.hash = a.block_hash AND b.canonical
                    WHERE a.chain_id = of_chain AND a.block_number = v.from_block
                      AND a.oracle IN (SELECT decode(substr(s.value, 3), 'hex') FROM derived.setting s
                                        WHERE s.market_id = of_market AND s.key = 'oracle')))
      FROM derived.valuation v
     WHERE v.market_id = of_market AND v.from_block = at_block AND v.evidence = with_evidence
$$;

COMMENT ON VIEW report.oracle_answers IS 'What protocols'' oracles answered to eth_call, once asked and kept for ever: prices of assets whose source emits nothing.';
COMMENT ON COLUMN report.oracle_answers.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.oracle_answers.oracle IS 'the protocol''s oracle that was asked';
COMMENT ON COLUMN report.oracle_answers.asset IS 'the token';
COMMENT ON COLUMN report.oracle_answers.symbol IS 'the token''s own symbol';
COMMENT ON COLUMN report.oracle_answers.block IS 'the answer is of the end of this block';
COMMENT ON COLUMN report.oracle_answers.block_hash IS 'its hash';
COMMENT ON COLUMN report.oracle_answers.price IS 'base units of the oracle for one whole token; empty: the oracle reverted or said 0';
COMMENT ON COLUMN report.oracle_answers.endpoint IS 'node that answered, without its key';
COMMENT ON COLUMN report.oracle_answers.fetched_at IS 'when it was asked';
COMMENT ON COLUMN report.oracle_answers.canonical IS 'false: the block was replaced, and the answer counts nowhere';
COMMENT ON FUNCTION report.oracle_prices_at(text, bigint) IS 'The oracle''s price of every listed asset of a market at the end of a block, how it is known, and how old it is.';
COMMENT ON VIEW report.valuations IS 'Every valuation of the debts of a market that its economic book follows.';
COMMENT ON COLUMN report.valuations.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.valuations.block IS 'height of the block';
COMMENT ON COLUMN report.valuations.timestamp IS 'Unix seconds of the block';
COMMENT ON COLUMN report.valuations.debtors IS 'accounts with debt that were looked at';
COMMENT ON COLUMN report.valuations.unpriced IS 'of them, those without a price of something that counts: they keep what was found before';
COMMENT ON COLUMN report.valuations.policy IS 'policy of the valuation, as text';
COMMENT ON COLUMN report.valuations.price_digest IS 'digest of the prices that it used';
COMMENT ON COLUMN report.valuations.evidence IS 'digest of both: the evidence of its entries in report.journal';
