-- Why: every figure has to be traceable. One function gives everything that is known of how an entry
-- came about: its legs and place, what it reverses, block, logs, who told them and how they are
-- proved, the valuation and its prices, the document.

-- The block, with its finality.
CREATE FUNCTION ledger.trail_block(of_chain bigint, at_block bigint, with_hash bytea) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'number', at_block, 'hash', redink.hex(with_hash), 'parent_hash', redink.hex(b.parent_hash),
        'timestamp', b."timestamp",
        'finality', CASE WHEN b.number IS NULL THEN 'not stored'
                         WHEN NOT b.canonical THEN 'orphaned'
                         WHEN b.number <= f.block_number THEN 'finalized'
                         ELSE 'provisional' END)
      FROM (SELECT 1) one
      LEFT JOIN redink.block b
             ON b.chain_id = of_chain AND b.number = at_block AND b.hash = with_hash
      LEFT JOIN redink.finalized f ON f.chain_id = of_chain
$$;

-- A log by its place in a canonical block: event, topics, data.
CREATE FUNCTION ledger.trail_log(of_chain bigint, at_block bigint, at_index bigint) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'block', l.block_number, 'log_index', l.log_index, 'tx', redink.hex(l.txn_hash),
        'address', redink.hex(l.address),
        'event', (SELECT min(e.name) FROM redink.event e
                   WHERE e.topic0 = l.topic0
                     AND e.topic_count = num_nonnulls(l.topic0, l.topic1, l.topic2, l.topic3)),
        'topics', array_remove(ARRAY[redink.hex(l.topic0), redink.hex(l.topic1),
                                     redink.hex(l.topic2), redink.hex(l.topic3)], NULL),
        'data', redink.hex(l.data))
      FROM redink.log l
      JOIN redink.block b
        ON b.chain_id = l.chain_id AND b.number = l.block_number AND b.fork = l.fork
     WHERE l.chain_id = of_chain AND l.block_number = at_block AND l.log_index = at_index
       AND b.canonical
$$;

-- Which endpoint gave a block to the sources of a market, and how it is proved.
CREATE FUNCTION ledger.trail_proof(of_market integer, at_block bigint) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(json_build_object('source', v.source_id, 'proof', v.proof,
                                               'endpoint', p.name) ORDER BY v.source_id), '[]')
      FROM redink.coverage v
      JOIN redink.source s USING (source_id)
      JOIN redink.endpoint p USING (endpoint_id)
     WHERE s.market_id = of_market AND at_block BETWEEN v.from_block AND v.to_block
$$;

-- The valuation behind an economic entry: policy, the debts of the entry's debtors then, and the
-- newest price of every asset, each with the log that told it.
CREATE FUNCTION ledger.trail_valuation(of_market integer, of_chain bigint, at_block bigint,
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
                            ORDER BY x.asset, x.from_block DESC, x.log_index DESC) p))
      FROM derived.valuation v
     WHERE v.market_id = of_market AND v.from_block = at_block AND v.evidence = with_evidence
$$;

-- What accounts owed and held in the market at the end of a block.
CREATE FUNCTION ledger.trail_positions(of_market text, at_block bigint, accounts bytea[])
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(json_build_object(
               'account', p.account, 'reserve', p.reserve, 'side', p.side,
               'is_collateral', p.is_collateral, 'scaled', p.scaled::text, 'amount', p.amount::text)
               ORDER BY p.account, p.reserve, p.side), '[]')
      FROM report.positions_at(of_market, at_block) p
     WHERE cardinality(accounts) > 0
       AND p.account IN (SELECT redink.hex(a) FROM unnest(accounts) a)
$$;

CREATE FUNCTION report.entry_trail(market text, entry_id text) RETURNS json
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
    of_market redink.market%ROWTYPE;
    wanted text := lower(regexp_replace(entry_id, '^0[xX]', ''));
    low bytea;
    high bytea;
    e ledger.entry%ROWTYPE;
    found_ids text;
    parties bytea[];
    trail json;
BEGIN
    SELECT * INTO of_market FROM redink.market m WHERE m.market_id = redink.market_id($1);
    IF wanted !~ '^[0-9a-f]{8,64}$' THEN
        RAISE EXCEPTION 'entry "%" is no identity of an entry', entry_id
            USING HINT = 'Give 8 to 64 hexadecimal digits, with or without 0x: column entry_id of report.journal.';
    END IF;
    low := decode(rpad(wanted, 64, '0'), 'hex');
    high := decode(rpad(wanted, 64, 'f'), 'hex');
    SELECT string_agg(redink.hex(q.entry_id), ', ') INTO found_ids FROM (
        SELECT x.entry_id FROM ledger.entry x
         WHERE x.chain_id = of_market.chain_id AND x.entry_id BETWEEN low AND high
           AND x.ledger_id IN (2 * of_market.market_id, 2 * of_market.market_id + 1)
         ORDER BY x.entry_id LIMIT 3) q;
    IF found_ids IS NULL THEN
        RAISE EXCEPTION 'market "%" has no entry %', $1, entry_id
            USING HINT = 'redink report journal lists them.';
    ELSIF found_ids LIKE '%,%' THEN
        RAISE EXCEPTION 'entry % is ambiguous: %', entry_id, found_ids USING HINT = 'Give more digits.';
    END IF;
    SELECT x.* INTO e FROM ledger.entry x
     WHERE x.chain_id = of_market.chain_id AND x.entry_id BETWEEN low AND high
       AND x.ledger_id IN (2 * of_market.market_id, 2 * of_market.market_id + 1);
    parties := ARRAY(SELECT DISTINCT p FROM unnest(e.leg_party) p WHERE p IS NOT NULL ORDER BY p);
    SELECT json_build_object(
        'entry', (SELECT json_build_object(
            'entry_id', redink.hex(e.entry_id), 'market', of_market.name,
            'book', ledger.book_name(e.book), 'position', e.position,
            'rule', e.rule, 'rule_name', r.name, 'narrative', e.narrative,
            'pool', redink.hex(n.pool), 'reserve', redink.hex(n.reserve),
            'asset', redink.hex(n.asset), 'symbol', t.symbol,
            'log_index', e.log_index, 'ordinal', e.ordinal, 'revision', e.revision,
            'evidence', redink.hex(e.evidence), 'payload', redink.hex(e.payload),
            'previous_hash', redink.hex(coalesce(
                (SELECT x.hash FROM ledger.entry x WHERE x.chain_id = e.chain_id
                    AND x.ledger_id = e.ledger_id AND x.position = e.position - 1), g.genesis)),
            'hash', redink.hex(e.hash))
              FROM ledger.rule r
              JOIN ledger.ledger g ON g.chain_id = e.chain_id AND g.ledger_id = e.ledger_id
              JOIN ledger.entity n ON n.chain_id = e.chain_id AND n.market_id = g.market_id
                                  AND n.entity_id = e.entity_id
              LEFT JOIN redink.token t ON t.chain_id = e.chain_id AND t.address = n.asset
             WHERE r.rule = e.rule),
        'legs', (SELECT json_agg(json_build_object(
            'account', a.name, 'party', redink.hex(l.party),
            'debit', CASE WHEN l.debit THEN l.units::text END,
            'credit', CASE WHEN NOT l.debit THEN l.units::text END) ORDER BY l.leg)
              FROM unnest(e.leg_account, e.leg_debit, e.leg_units, e.leg_party)
                   WITH ORDINALITY AS l (account, debit, units, party, leg)
              JOIN ledger.account a ON a.account = l.account),
        'reverses', redink.hex(e.reverses),
        'reversed_by', (SELECT redink.hex(x.entry_id) FROM ledger.entry x
                         WHERE x.chain_id = e.chain_id AND x.reverses = e.entry_id
                           AND x.ledger_id = e.ledger_id),
        'block', ledger.trail_block(e.chain_id, e.block_number, e.block_hash),
        'tx', redink.hex(e.txn_hash),
        'log', CASE WHEN e.log_index IS NOT NULL
                    THEN ledger.trail_log(e.chain_id, e.block_number, e.log_index) END,
        'same_tx_logs', (SELECT json_agg(ledger.trail_log(l.chain_id, l.block_number, l.log_index)
                                         ORDER BY l.log_index)
                           FROM redink.log l
                           JOIN redink.block b ON b.chain_id = l.chain_id
                                AND b.number = l.block_number AND b.fork = l.fork AND b.canonical
                          WHERE e.txn_hash IS NOT NULL AND l.chain_id = e.chain_id
                            AND l.block_number = e.block_number AND l.txn_hash = e.txn_hash
                            AND l.log_index IS DISTINCT FROM e.log_index),
        'proof', ledger.trail_proof(of_market.market_id, e.block_number),
        'valuation', CASE WHEN e.evidence IS NOT NULL THEN ledger.trail_valuation(
            of_market.market_id, e.chain_id, e.block_number, e.evidence, parties) END,
        'positions', CASE WHEN e.book = 1
                          THEN ledger.trail_positions(of_market.name, e.block_number, parties) END,
        'document', (SELECT json_build_object(
            'digest', redink.hex(d.digest), 'reason', d.reason, 'reference', d.reference,
            'author', d.author, 'signed_off_by', d.signed_off_by, 'signed_on', d.signed_on,
            'after_block', d.after_block, 'recorded_at', d.recorded_at,
            'content', encode(d.content, 'escape'))
              FROM ledger.document d
             WHERE d.market_id = of_market.market_id AND d.digest = e.evidence)) INTO trail;
    RETURN trail;
END
$$;
COMMENT ON FUNCTION report.entry_trail(text, text) IS 'Everything behind one entry of a market as one JSON object: legs, place and hash, what it reverses, block, logs, who told them and how they are proved, valuation and prices, the debtors'' positions, the document. Amounts are text, since they may exceed what JSON readers take for a number. The identity may be a unique beginning of at least 8 hexadecimal digits.';
