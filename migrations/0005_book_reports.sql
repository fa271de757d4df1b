-- Why: what people read of the books. Balances at a block are the best snapshot plus the entries that
-- it does not hold, by index. `known_at` is a position: what the ledger said when it ended there.

-- Debits and credits of a ledger that take effect up to a block, of entries up to a position: what is
-- to be summed. Of the snapshots that hold nothing else, the one with the most entries is taken.
-- Unless by_party, rows of a snapshot are sums over parties; parties of rows have no meaning then.
CREATE FUNCTION ledger.movements(of_chain bigint, of_ledger integer, at_block bigint, known_at bigint,
                                 by_party boolean)
RETURNS TABLE (entity_id integer, account smallint, party bytea, net numeric)
LANGUAGE plpgsql STABLE ROWS 20000 SET jit = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    held ledger.snapshot%ROWTYPE;
BEGIN
    SELECT * INTO held FROM ledger.snapshot s
     WHERE s.chain_id = of_chain AND s.ledger_id = of_ledger AND s.position <= known_at
       AND s.block_number <= at_block AND s.by_party = movements.by_party
     ORDER BY s.entries DESC LIMIT 1;
    IF held.position IS NULL THEN
        held.position := 0;
        held.block_number := -1;
    ELSE
        RETURN QUERY
            SELECT b.entity_id, b.account, b.party, b.net FROM ledger.snapshot_balance b
             WHERE b.chain_id = of_chain AND b.ledger_id = of_ledger
               AND b.by_party = held.by_party AND b.position = held.position
               AND b.block_number = held.block_number;
    END IF;
    RETURN QUERY
        SELECT e.entity_id, l.account, l.party, CASE WHEN l.debit THEN l.units ELSE -l.units END
          FROM (SELECT x.entity_id, x.leg_account, x.leg_debit, x.leg_units, x.leg_party
                  FROM ledger.entry x
                 WHERE x.chain_id = of_chain AND x.ledger_id = of_ledger AND x.position <= known_at
                   AND x.block_number BETWEEN held.block_number AND at_block
                   AND (x.block_number > held.block_number OR x.position > held.position)
                UNION ALL
                SELECT x.entity_id, x.leg_account, x.leg_debit, x.leg_units, x.leg_party
                  FROM ledger.entry x
                 WHERE x.chain_id = of_chain AND x.ledger_id = of_ledger AND x.position <= known_at
                   AND x.block_number < held.block_number AND x.block_number < x.high_block
                   AND x.position > held.position) e
         CROSS JOIN LATERAL unnest(e.leg_account, e.leg_debit, e.leg_units, e.leg_party)
                         AS l (account, debit, units, party);
END
$$;

-- Keeps the balances of all entries up to the end of a ledger that take effect up to a block.
CREATE FUNCTION ledger.take_snapshot(of_chain bigint, of_ledger integer, up_to_block bigint,
                                     by_party boolean) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    head record;
    at_block bigint;
    held bigint;
    kept bigint;
BEGIN
    SELECT e.position, e.hash, e.high_block INTO head FROM ledger.entry e
     WHERE e.chain_id = of_chain AND e.ledger_id = of_ledger ORDER BY e.position DESC LIMIT 1;
    at_block := least(up_to_block, head.high_block);
    IF head.position IS NULL OR EXISTS (
        SELECT FROM ledger.snapshot s
         WHERE s.chain_id = of_chain AND s.ledger_id = of_ledger AND s.position = head.position
           AND s.block_number = at_block AND s.by_party = take_snapshot.by_party) THEN
        RETURN;
    END IF;
    INSERT INTO ledger.snapshot_balance
        SELECT of_chain, of_ledger, head.position, at_block, by_party, m.entity_id, m.account,
               CASE WHEN by_party THEN m.party END, sum(m.net)
          FROM ledger.movements(of_chain, of_ledger, at_block, head.position, by_party) m
         GROUP BY m.entity_id, m.account, CASE WHEN by_party THEN m.party END
        HAVING sum(m.net) <> 0;
    GET DIAGNOSTICS kept = ROW_COUNT;
    held := head.position;
    IF at_block < head.high_block THEN
        SELECT count(*) INTO held FROM ledger.entry e
         WHERE e.chain_id = of_chain AND e.ledger_id = of_ledger AND e.block_number <= at_block;
    END IF;
    INSERT INTO ledger.snapshot
        VALUES (of_chain, of_ledger, head.position, at_block, by_party, held, kept, head.hash);
END
$$;

-- Makes the snapshots of earlier blocks anew when many corrections were recorded after them.
CREATE FUNCTION ledger.renew_snapshots(of_chain bigint, of_ledger integer, fewest bigint)
RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    renewed bigint;
    late bigint;
    old record;
BEGIN
    SELECT coalesce(max(s.position), 0) INTO renewed FROM ledger.snapshot s
     WHERE s.chain_id = of_chain AND s.ledger_id = of_ledger AND s.entries < s.position;
    SELECT count(*) INTO late FROM ledger.entry e
     WHERE e.chain_id = of_chain AND e.ledger_id = of_ledger AND e.block_number < e.high_block
       AND e.position > renewed;
    IF late < fewest THEN
        RETURN;
    END IF;
    FOR old IN SELECT DISTINCT s.block_number, s.by_party FROM ledger.snapshot s
                WHERE s.chain_id = of_chain AND s.ledger_id = of_ledger ORDER BY 1, 2 LOOP
        PERFORM ledger.take_snapshot(of_chain, of_ledger, old.block_number, old.by_party);
    END LOOP;
    DELETE FROM ledger.snapshot_balance b USING ledger.snapshot s
     WHERE s.chain_id = of_chain AND s.ledger_id = of_ledger AND s.entries < s.position
       AND s.position <= renewed AND b.chain_id = s.chain_id AND b.ledger_id = s.ledger_id
       AND b.by_party = s.by_party AND b.position = s.position
       AND b.block_number = s.block_number;
    DELETE FROM ledger.snapshot s
     WHERE s.chain_id = of_chain AND s.ledger_id = of_ledger AND s.entries < s.position
       AND s.position <= renewed;
END
$$;

-- Whether the books of a market can tell a block: refuses what is not indexed or not booked. True
-- when provisional entries are needed for it.
CREATE FUNCTION ledger.is_provisional(market_id integer, at_block bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    m redink.market%ROWTYPE;
    head bigint;
    booked bigint;
    shown bigint;
    stopped ledger.halt%ROWTYPE;
BEGIN
    SELECT * INTO m FROM redink.market x WHERE x.market_id = is_provisional.market_id;
    SELECT c.block_number INTO head FROM redink.cursor c WHERE c.market_id = m.market_id;
    IF head IS NULL OR at_block > head OR at_block < m.from_block THEN
        RAISE EXCEPTION 'block % of market "%" is not indexed', at_block, m.name
            USING HINT = format('Indexed: blocks %s to %s. redink sync --to BLOCK goes on.',
                                m.from_block, coalesce(head::text, 'none'));
    END IF;
    SELECT c.block_number INTO booked FROM ledger.cursor c WHERE c.market_id = m.market_id;
    IF at_block <= booked THEN
        RETURN false;
    END IF;
    SELECT p.from_block INTO shown FROM derived.provisional_head p WHERE p.market_id = m.market_id;
    IF at_block <= shown AND booked IS NOT NULL THEN
        RETURN true;
    END IF;
    SELECT * INTO stopped FROM ledger.halt h WHERE h.market_id = m.market_id;
    IF FOUND THEN
        RAISE EXCEPTION 'market "%" is not booked beyond block %: %', m.name, stopped.block_number, stopped.reason
            USING HINT = 'report.halts lists what stopped; correct it, then remove the row of ledger.halt.';
    END IF;
    RAISE EXCEPTION 'block % of market "%" is indexed, but not in the books yet', at_block, m.name
        USING HINT = format('Booked: up to block %s. redink sync --to finalized goes on.',
                            coalesce(booked::text, 'none'));
END
$$;

CREATE FUNCTION ledger.head_hash(of_chain bigint, of_ledger integer, known_at bigint) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT e.hash FROM ledger.entry e
                      WHERE e.chain_id = of_chain AND e.ledger_id = of_ledger AND e.position <= known_at
                      ORDER BY e.position DESC LIMIT 1), g.genesis)
      FROM ledger.ledger g WHERE g.chain_id = of_chain AND g.ledger_id = of_ledger
$$;

-- Balances of a market, by party or summed. Without positions: as recorded now, provisional entries
-- included.
CREATE FUNCTION ledger.balances_at(of_market integer, at_block bigint, contract_known_at bigint,
                                   economic_known_at bigint, by_party boolean)
RETURNS TABLE (pool bytea, reserve bytea, asset bytea, book smallint, account smallint, party bytea, net numeric)
LANGUAGE plpgsql STABLE ROWS 1000 SET jit = off AS $$
DECLARE
    shown boolean := ledger.is_provisional(of_market, at_block);
    g ledger.ledger%ROWTYPE;
BEGIN
    IF shown AND contract_known_at IS NOT NULL THEN
        RAISE EXCEPTION 'block % is provisional: nothing was recorded about it', at_block
            USING HINT = 'With positions, ask for a block that is booked.';
    END IF;
    FOR g IN SELECT * FROM ledger.ledger x WHERE x.market_id = of_market LOOP
        RETURN QUERY
            WITH summed AS MATERIALIZED (
                SELECT m.entity_id, m.account, CASE WHEN by_party THEN m.party END AS party,
                       sum(m.net) AS net
                  FROM ledger.movements(g.chain_id, g.ledger_id, at_block,
                           CASE WHEN contract_known_at IS NULL THEN 9223372036854775807
                                WHEN g.book = 0 THEN contract_known_at ELSE economic_known_at END,
                           by_party) m
                 GROUP BY 1, 2, 3)
            SELECT n.pool, n.reserve, n.asset, g.book, v.account, v.party, v.net
              FROM summed v
              JOIN ledger.entity n
                ON n.chain_id = g.chain_id AND n.market_id = of_market AND n.entity_id = v.entity_id
             WHERE v.net <> 0;
    END LOOP;
    IF shown THEN
        RETURN QUERY
            SELECT p.pool, p.reserve, p.asset, p.book, l.account,
                   CASE WHEN by_party THEN l.party END,
                   sum(CASE WHEN l.debit THEN l.units ELSE -l.units END)
              FROM derived.provisional_entry p
             CROSS JOIN LATERAL unnest(p.leg_account, p.leg_debit, p.leg_units, p.leg_party)
                             AS l (account, debit, units, party)
             WHERE p.market_id = of_market AND p.from_block <= at_block
             GROUP BY 1, 2, 3, 4, 5, 6;
    END IF;
END
$$;

-- ---------------------------------------------------------------------------- report

CREATE TYPE redink.account_balance_row AS (market text, pool text, reserve text, asset text, symbol text,
               book text, account text, party text, debit numeric, credit numeric, balance numeric,
               block bigint, booked_block bigint, finality text, ledger_head text);
CREATE TYPE redink.trial_balance_row AS (market text, pool text, reserve text, asset text, symbol text,
               book text, account text, debit numeric, credit numeric, balance numeric,
               block bigint, booked_block bigint, finality text, ledger_head text);

CREATE FUNCTION ledger.account_rows(market text, at_block bigint, contract_known_at bigint,
                                    economic_known_at bigint, by_party boolean)
RETURNS SETOF redink.account_balance_row
LANGUAGE plpgsql STABLE SET jit = off SET work_mem = '64MB' AS $$
DECLARE
    id integer := redink.market_id(market);
BEGIN
    RETURN QUERY
        WITH heads AS MATERIALIZED (
            SELECT g.book, redink.hex(ledger.head_hash(g.chain_id, g.ledger_id,
                       CASE WHEN contract_known_at IS NULL THEN 9223372036854775807
                            WHEN g.book = 0 THEN contract_known_at ELSE economic_known_at END)) AS head
              FROM (SELECT x.chain_id, x.market_id, 2 * x.market_id + y.book AS ledger_id, y.book
                      FROM redink.market x CROSS JOIN (VALUES (0::smallint), (1::smallint)) y (book)
                     WHERE x.market_id = id) g)
        SELECT $1, redink.hex(b.pool), redink.hex(b.reserve), redink.hex(b.asset), t.symbol,
               ledger.book_name(h.book), a.name, redink.hex(b.party), greatest(b.net, 0),
               greatest(-b.net, 0), CASE a.nature WHEN 'debit' THEN b.net ELSE -b.net END,
               at_block, k.block_number,
               CASE WHEN at_block <= k.block_number THEN 'booked' ELSE 'provisional' END,
               h.head
          FROM (SELECT x.pool, x.reserve, x.asset, x.book, x.account, x.party, sum(x.net) AS net
                  FROM ledger.balances_at(id, at_block, contract_known_at, economic_known_at,
                                          by_party) x
                 GROUP BY 1, 2, 3, 4, 5, 6) b
          JOIN heads h USING (book)
          JOIN redink.market m ON m.market_id = id
          JOIN ledger.cursor k ON k.market_id = id
          JOIN ledger.account a ON a.account = b.account
          LEFT JOIN redink.token t ON t.chain_id = m.chain_id AND t.address = b.asset
         WHERE b.net <> 0
         ORDER BY b.pool, b.reserve, b.asset, b.account, b.party NULLS FIRST;
END
$$;

CREATE FUNCTION report.trial_balance_at(market text, block bigint, contract_known_at bigint,
                                        economic_known_at bigint)
RETURNS SETOF redink.trial_balance_row LANGUAGE sql STABLE AS $$
    SELECT r.market, r.pool, r.reserve, r.asset, r.symbol, r.book, r.account, r.debit, r.credit,
           r.balance, r.block, r.booked_block, r.finality, r.ledger_head
      FROM ledger.account_rows($1, $2, $3, $4, false) r
$$;

CREATE FUNCTION report.trial_balance_at(market text, block bigint, known_at bigint)
RETURNS SETOF redink.trial_balance_row LANGUAGE sql STABLE AS
$$ SELECT * FROM report.trial_balance_at($1, $2, $3, $3) $$;

CREATE FUNCTION report.trial_balance_at(market text, block bigint)
RETURNS SETOF redink.trial_balance_row LANGUAGE sql STABLE AS
$$ SELECT * FROM report.trial_balance_at($1, $2, NULL, NULL) $$;

CREATE FUNCTION report.account_balances_at(market text, block bigint)
RETURNS SETOF redink.account_balance_row LANGUAGE sql STABLE AS
$$ SELECT * FROM ledger.account_rows($1, $2, NULL, NULL, true) $$;

CREATE VIEW report.journal AS
    SELECT m.name AS market, ledger.book_name(e.book) AS book, e.position,
           redink.hex(e.entry_id) AS entry_id, e.rule, r.name AS rule_name,
           redink.hex(e.pool) AS pool, redink.hex(e.reserve) AS reserve, redink.hex(e.asset) AS asset,
           t.symbol, e.block_number AS block, e.block_time AS "timestamp", e.log_index,
           redink.hex(e.txn_hash) AS tx, l.leg, a.name AS account, redink.hex(l.party) AS party,
           CASE WHEN l.debit THEN l.units END AS debit,
           CASE WHEN NOT l.debit THEN l.units END AS credit,
           e.narrative, redink.hex(e.reverses) AS reverses, redink.hex(e.evidence) AS evidence,
           redink.hex(e.hash) AS hash, e.finality
      FROM (SELECT g.market_id, x.book, x.position, x.entry_id, x.rule, n.pool, n.reserve, n.asset,
                   x.block_number, x.block_time, x.log_index, x.txn_hash, x.narrative, x.reverses,
                   x.evidence, x.hash, 'booked' AS finality, x.leg_account, x.leg_debit, x.leg_units,
                   x.leg_party
              FROM ledger.entry x
              JOIN ledger.ledger g USING (chain_id, ledger_id)
              JOIN ledger.entity n USING (chain_id, market_id, entity_id)
            UNION ALL
            SELECT p.market_id, p.book, NULL, NULL, p.rule, p.pool, p.reserve, p.asset,
                   p.from_block, p.block_time, p.log_index, p.txn_hash, p.narrative, p.reverses,
                   p.evidence, NULL, 'provisional', p.leg_account, p.leg_debit, p.leg_units,
                   p.leg_party
              FROM derived.provisional_entry p) e
      JOIN redink.market m USING (market_id)
      JOIN ledger.rule r USING (rule)
      LEFT JOIN redink.token t ON t.chain_id = m.chain_id AND t.address = e.asset
     CROSS JOIN LATERAL unnest(e.leg_account, e.leg_debit, e.leg_units, e.leg_party)
                     WITH ORDINALITY AS l (account, debit, units, party, leg)
      JOIN ledger.account a ON a.account = l.account;

CREATE VIEW report.ledgers AS
    SELECT m.name AS market, ledger.book_name(g.book) AS book, redink.hex(g.genesis) AS genesis,
           coalesce(e.position, 0) AS entries, redink.hex(coalesce(e.hash, g.genesis)) AS head,
           k.block_number AS booked_block, redink.hex(k.block_hash) AS booked_hash
      FROM ledger.ledger g
      JOIN redink.market m USING (market_id)
      LEFT JOIN ledger.cursor k USING (market_id)
      LEFT JOIN LATERAL (
        SELECT x.position, x.hash FROM ledger.entry x
         WHERE x.chain_id = g.chain_id AND x.ledger_id = g.ledger_id
         ORDER BY x.position DESC LIMIT 1) e ON true;

CREATE VIEW report.assertions AS
    SELECT m.name AS market, redink.hex(n.pool) AS pool, redink.hex(n.reserve) AS reserve,
           redink.hex(n.asset) AS asset, a.name AS account, s.block_number AS block, s.expected,
           s.observed, s.tolerance, s.passed, s.source
      FROM ledger.assertion s
      JOIN redink.market m USING (market_id)
      JOIN ledger.account a USING (account)
      JOIN ledger.entity n
        ON n.chain_id = s.chain_id AND n.market_id = s.market_id AND n.entity_id = s.entity_id;

CREATE VIEW report.halts AS
    SELECT m.name AS market, h.block_number AS block, h.reason, h.since, k.block_number AS booked_block,
           c.block_number AS indexed_block
      FROM ledger.halt h
      JOIN redink.market m USING (market_id)
      LEFT JOIN ledger.cursor k USING (market_id)
      LEFT JOIN redink.cursor c USING (market_id);

COMMENT ON VIEW report.journal IS 'Every leg of every entry of the ledgers, and of the provisional entries of blocks that are not final yet.';
COMMENT ON COLUMN report.journal.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.journal.book IS 'contract (what the protocol says) or economic (allowances, and who bore the loss)';
COMMENT ON COLUMN report.journal.position IS 'place in the ledger, counted from 1 for each market and book; empty for a provisional entry';
COMMENT ON COLUMN report.journal.entry_id IS 'identity, from where the entry comes from; empty for a provisional entry';
COMMENT ON COLUMN report.journal.rule IS 'number of the posting rule';
COMMENT ON COLUMN report.journal.rule_name IS 'its name';
COMMENT ON COLUMN report.journal.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.journal.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.journal.asset IS 'token that is counted';
COMMENT ON COLUMN report.journal.symbol IS 'the token''s own symbol';
COMMENT ON COLUMN report.journal.block IS 'block at whose end the entry takes effect';
COMMENT ON COLUMN report.journal."timestamp" IS 'Unix seconds of the block';
COMMENT ON COLUMN report.journal.log_index IS 'index of the log in its block; empty: the end of the block';
COMMENT ON COLUMN report.journal.tx IS 'transaction hash; empty where no transaction made the entry';
COMMENT ON COLUMN report.journal.leg IS 'number of the leg in its entry, from 1';
COMMENT ON COLUMN report.journal.account IS 'account of the chart';
COMMENT ON COLUMN report.journal.party IS 'whose loan, whose deficit; empty for nobody';
COMMENT ON COLUMN report.journal.debit IS 'token units; empty when the leg is a credit';
COMMENT ON COLUMN report.journal.credit IS 'token units; empty when the leg is a debit';
COMMENT ON COLUMN report.journal.narrative IS 'what happened, in words';
COMMENT ON COLUMN report.journal.reverses IS 'entry_id of the entry that this one takes back';
COMMENT ON COLUMN report.journal.evidence IS 'digest of the price set and policy, or of the document, behind the entry';
COMMENT ON COLUMN report.journal.hash IS 'hash of the chain up to this entry; empty for a provisional entry';
COMMENT ON COLUMN report.journal.finality IS 'booked, or provisional (the block may still be replaced)';
COMMENT ON VIEW report.ledgers IS 'The ledgers and where their hash chains end. A ledger is one book of one market.';
COMMENT ON COLUMN report.ledgers.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.ledgers.book IS 'contract or economic';
COMMENT ON COLUMN report.ledgers.genesis IS 'digest that names the ledger: the hash before its first entry';
COMMENT ON COLUMN report.ledgers.entries IS 'number of entries, and so the last position';
COMMENT ON COLUMN report.ledgers.head IS 'hash of the chain up to the last entry';
COMMENT ON COLUMN report.ledgers.booked_block IS 'last block that is booked; empty before the first';
COMMENT ON COLUMN report.ledgers.booked_hash IS 'its hash';
COMMENT ON VIEW report.assertions IS 'What balances have to be by the chain or a document, and what the books say.';
COMMENT ON COLUMN report.assertions.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.assertions.pool IS 'the protocol''s own isolated unit (Aave: the Pool)';
COMMENT ON COLUMN report.assertions.reserve IS 'contract that keeps the balance (Aave: the underlying token)';
COMMENT ON COLUMN report.assertions.asset IS 'token that is counted';
COMMENT ON COLUMN report.assertions.account IS 'account of the chart';
COMMENT ON COLUMN report.assertions.block IS 'height of the block at whose end the balance is meant';
COMMENT ON COLUMN report.assertions.expected IS 'what it has to be, token units, in the account''s nature';
COMMENT ON COLUMN report.assertions.observed IS 'what the books said';
COMMENT ON COLUMN report.assertions.tolerance IS 'by how much they may differ';
COMMENT ON COLUMN report.assertions.passed IS 'they differ by no more';
COMMENT ON COLUMN report.assertions.source IS 'who says what it has to be';
COMMENT ON VIEW report.halts IS 'Markets that are not booked further before somebody looked at them.';
COMMENT ON COLUMN report.halts.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.halts.block IS 'last block that may be booked';
COMMENT ON COLUMN report.halts.reason IS 'what does not hold';
COMMENT ON COLUMN report.halts.since IS 'when it was found';
COMMENT ON COLUMN report.halts.booked_block IS 'last block that is booked';
COMMENT ON COLUMN report.halts.indexed_block IS 'last block that is indexed';
COMMENT ON FUNCTION report.trial_balance_at(text, bigint) IS 'Balances of every account of the books at the end of a block, parties summed, without those that are zero. Blocks above the booked one include provisional entries.';
COMMENT ON FUNCTION report.trial_balance_at(text, bigint, bigint) IS 'The same as it was known when each ledger ended at this position at most: entries that were recorded later are left out.';
COMMENT ON FUNCTION report.trial_balance_at(text, bigint, bigint, bigint) IS 'The same as it was known when the contract ledger ended at the first position and the economic one at the second.';
COMMENT ON FUNCTION report.account_balances_at(text, bigint) IS 'Balances of every account of the books at the end of a block by party, without those that are zero. Blocks above the booked one include provisional entries.';

-- Who reads, and who books. Entries are only ever added; caches and cursors move.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redink_writer') THEN
        CREATE ROLE redink_writer NOLOGIN;
    END IF;
    GRANT USAGE ON SCHEMA redink, derived, report, ledger TO redink_writer;
    GRANT SELECT ON ALL TABLES IN SCHEMA redink, derived, report, ledger TO redink_writer;
    GRANT INSERT ON ALL TABLES IN SCHEMA ledger TO redink_writer;
    GRANT UPDATE ON ledger.cursor TO redink_writer;
    GRANT DELETE ON ledger.snapshot, ledger.snapshot_balance, ledger.halt TO redink_writer;
    REVOKE INSERT ON ledger.account, ledger.rule FROM redink_writer;
    GRANT INSERT, DELETE ON derived.provisional_entry, derived.provisional_head TO redink_writer;
    ALTER DEFAULT PRIVILEGES IN SCHEMA redink, derived, report, ledger GRANT SELECT ON TABLES TO redink_writer;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role redink_writer was not made: this user may not create roles';
END
$$;
DO $$
BEGIN
    GRANT USAGE ON SCHEMA ledger TO redink_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO redink_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA ledger GRANT SELECT ON TABLES TO redink_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'schema ledger was not opened to redink_reader';
END
$$;
