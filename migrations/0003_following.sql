-- Why: a chain that is followed to its head is reorganised, is finalized behind the head, and is
-- fetched by several processes; and a range that was proved to a low level is proved to a higher one
-- later. Finality, reorganisations, faults of endpoints, refuted logs and leases become rows. Derived
-- tables get an index by block, so that what is above a fork is found without reading the rest.

-- The order of proof levels, weakest first.
CREATE FUNCTION redink.proof_strength(proof text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_position(ARRAY['headers', 'bloom', 'second-source', 'receipts'], proof) $$;

-- ---------------------------------------------------------------------------- facts

-- The newest finalized block that an endpoint told. `held_*` is the newest finalized block that was
-- also a canonical block here: what is at or below it can never be taken back.
CREATE TABLE redink.finality (
    chain_id     bigint PRIMARY KEY REFERENCES redink.chain,
    block_number bigint NOT NULL,
    block_hash   bytea NOT NULL,
    source       text NOT NULL CHECK (source IN ('tag', 'depth')),
    head_block   bigint NOT NULL,
    first_head   bigint NOT NULL,            -- the head when the chain was first followed
    held_block   bigint,
    held_hash    bytea,
    told_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE redink.reorg (
    reorg_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id       bigint NOT NULL REFERENCES redink.chain,
    found_at       timestamptz NOT NULL DEFAULT now(),
    fork_block     bigint NOT NULL,          -- the last block that both branches share
    fork_hash      bytea NOT NULL,
    old_head_block bigint NOT NULL,
    old_head_hash  bytea NOT NULL,
    new_head_block bigint,
    new_head_hash  bytea,
    depth          bigint NOT NULL CHECK (depth > 0)
);
CREATE INDEX reorg_chain ON redink.reorg (chain_id, found_at);

-- A lie or a contradiction of an endpoint; one that comes again is counted.
CREATE TABLE redink.endpoint_fault (
    fault_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint_id   integer NOT NULL REFERENCES redink.endpoint,
    block_number  bigint,
    what          text NOT NULL,
    times         bigint NOT NULL DEFAULT 1,
    found_at      timestamptz NOT NULL DEFAULT now(),
    last_found_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX endpoint_fault_same
    ON redink.endpoint_fault (endpoint_id, coalesce(block_number, -1), md5(what));

-- A log that was kept on a lower proof and that a higher one showed to be false.
CREATE TABLE redink.refuted_log (
    refuted_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id     bigint NOT NULL,
    block_number bigint NOT NULL,
    fork         smallint NOT NULL,
    log_index    integer NOT NULL,
    txn_index    integer NOT NULL,
    txn_hash     bytea NOT NULL,
    address      bytea NOT NULL,
    topic0       bytea,
    topic1       bytea,
    topic2       bytea,
    topic3       bytea,
    data         bytea NOT NULL,
    proof        text NOT NULL,              -- what it was kept on, and by whom it was told
    endpoint_id  integer NOT NULL REFERENCES redink.endpoint,
    refuted_at   timestamptz NOT NULL DEFAULT now(),
    reason       text NOT NULL CHECK (reason IN ('altered', 'invented')),
    refuting_proof       text NOT NULL,
    refuting_endpoint_id integer NOT NULL REFERENCES redink.endpoint
);
CREATE INDEX refuted_log_block ON redink.refuted_log (chain_id, block_number);

-- How far processes may fetch a market ahead of its cursor.
CREATE TABLE redink.backfill (
    market_id integer PRIMARY KEY REFERENCES redink.market,
    to_block  bigint NOT NULL,
    to_hash   bytea NOT NULL
);

-- Who fetches which blocks now. An expired lease may be taken over.
CREATE TABLE redink.lease (
    market_id  integer NOT NULL REFERENCES redink.market,
    from_block bigint NOT NULL,
    to_block   bigint NOT NULL CHECK (to_block >= from_block),
    worker     text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (market_id, from_block)
);

-- ---------------------------------------------------------------------------- derived

CREATE INDEX reserve_state_block ON derived.reserve_state (market_id, from_block);
CREATE INDEX position_block ON derived.position (market_id, from_block);
CREATE INDEX position_version_block ON derived.position_version (market_id, from_block);
CREATE INDEX account_block ON derived.account (market_id, from_block);
CREATE INDEX price_block ON derived.price (market_id, from_block);
CREATE INDEX feed_answer_block ON derived.feed_answer (market_id, from_block);

-- Makes the partitions of a chain, once. A table that is attached, unlike one that is made as a
-- partition, does not wait for those who write to the other chains.
CREATE OR REPLACE FUNCTION redink.add_chain(new_chain_id bigint, new_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    known text;
    parent text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('redink.add_chain'));
    SELECT name INTO known FROM redink.chain WHERE chain_id = new_chain_id;
    IF known = new_name THEN
        RETURN;
    END IF;
    INSERT INTO redink.chain (chain_id, name) VALUES (new_chain_id, new_name);
    FOREACH parent IN ARRAY ARRAY['redink.block', 'redink.log', 'derived.reserve_state',
                                  'derived.position', 'derived.position_version'] LOOP
        EXECUTE format('CREATE TABLE %s_%s (LIKE %s INCLUDING ALL)', parent, new_chain_id, parent);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s_%s FOR VALUES IN (%s)',
                       parent, parent, new_chain_id, new_chain_id);
    END LOOP;
END
$$;

-- ---------------------------------------------------------------------------- report

-- A stored block that contradicts the finalized one means that this branch is about to be taken back:
-- then only what was finalized before it counts.
CREATE VIEW redink.finalized AS
    SELECT f.chain_id, CASE WHEN b.hash IS NULL OR b.hash = f.block_hash THEN f.block_number
                            ELSE f.held_block END AS block_number
      FROM redink.finality f
      LEFT JOIN redink.block b
        ON b.chain_id = f.chain_id AND b.number = f.block_number AND b.canonical;

CREATE OR REPLACE VIEW report.blocks AS
    SELECT c.name AS chain, b.number AS block, redink.hex(b.hash) AS hash,
           redink.hex(b.parent_hash) AS parent_hash, b."timestamp", b.fork, b.canonical,
           CASE WHEN NOT b.canonical THEN 'orphaned'
                WHEN b.number <= f.block_number THEN 'finalized'
                ELSE 'provisional' END AS finality
      FROM redink.block b
      JOIN redink.chain c USING (chain_id)
      LEFT JOIN redink.finalized f USING (chain_id);

CREATE VIEW report.reorgs AS
    SELECT c.name AS chain, r.found_at, r.fork_block, r.depth, r.old_head_block AS old_head,
           redink.hex(r.old_head_hash) AS old_hash, r.new_head_block AS new_head,
           redink.hex(r.new_head_hash) AS new_hash
      FROM redink.reorg r JOIN redink.chain c USING (chain_id);

CREATE VIEW report.finality AS
    SELECT c.name AS chain, f.block_number AS finalized_block,
           redink.hex(f.block_hash) AS finalized_hash, f.source, f.head_block AS head,
           f.head_block - f.block_number AS lag_blocks, r.reorgs, r.deepest_reorg,
           r.reorg_depth_p99, f.head_block - f.first_head AS observed_blocks
      FROM redink.chain c
      LEFT JOIN redink.finality f USING (chain_id)
     CROSS JOIN LATERAL (
        SELECT count(*) AS reorgs, max(x.depth) AS deepest_reorg,
               percentile_disc(0.99) WITHIN GROUP (ORDER BY x.depth) AS reorg_depth_p99
          FROM redink.reorg x WHERE x.chain_id = c.chain_id) r;

CREATE VIEW report.endpoint_faults AS
    SELECT c.name AS chain, e.name AS endpoint, f.found_at, f.block_number AS block, f.what,
           f.times, f.last_found_at
      FROM redink.endpoint_fault f
      JOIN redink.endpoint e USING (endpoint_id)
      JOIN redink.chain c USING (chain_id);

CREATE VIEW report.refuted_logs AS
    SELECT c.name AS chain, l.block_number AS block, l.log_index, redink.hex(l.txn_hash) AS tx,
           redink.hex(l.address) AS address,
           array_remove(ARRAY[redink.hex(l.topic0), redink.hex(l.topic1), redink.hex(l.topic2),
                              redink.hex(l.topic3)], NULL) AS topics,
           redink.hex(l.data) AS data, l.reason, l.proof, e.name AS endpoint, l.refuted_at,
           l.refuting_proof, r.name AS refuting_endpoint
      FROM redink.refuted_log l
      JOIN redink.chain c USING (chain_id)
      JOIN redink.endpoint e USING (endpoint_id)
      JOIN redink.endpoint r ON r.endpoint_id = l.refuting_endpoint_id;

-- A block of a source counts once for each of its contracts. Shares are differences of rounded running
-- totals, so that those of a market make exactly 100.
CREATE VIEW report.proof_share AS
    WITH span AS (
        SELECT s.source_id, s.market_id, cardinality(s.addresses) AS contracts, m.from_block,
               greatest(k.block_number, v.last_block) AS to_block
          FROM redink.source s
          JOIN redink.market m USING (market_id)
          LEFT JOIN redink.cursor k USING (market_id)
          LEFT JOIN (SELECT x.market_id, max(y.to_block) AS last_block
                       FROM redink.coverage y JOIN redink.source x USING (source_id)
                      GROUP BY x.market_id) v USING (market_id)),
    proved AS (
        SELECT source_id, proof, min(from_block) AS from_block, max(to_block) AS to_block,
               sum(to_block - from_block + 1) AS blocks
          FROM redink.coverage GROUP BY source_id, proof),
    part AS (
        SELECT s.market_id, s.source_id, s.contracts, p.proof, p.from_block, p.to_block, p.blocks
          FROM proved p JOIN span s USING (source_id)
        UNION ALL
        SELECT s.market_id, s.source_id, s.contracts, 'none', NULL, NULL,
               s.to_block - s.from_block + 1 - coalesce(p.blocks, 0)
          FROM span s
          LEFT JOIN (SELECT source_id, sum(blocks) AS blocks FROM proved GROUP BY source_id) p
                 USING (source_id)
         WHERE s.to_block - s.from_block + 1 > coalesce(p.blocks, 0)),
    running AS (
        SELECT p.*, p.blocks * p.contracts AS weight,
               sum(p.blocks * p.contracts) OVER (
                   PARTITION BY p.market_id
                   ORDER BY p.source_id, redink.proof_strength(p.proof) NULLS FIRST) AS upto,
               sum(p.blocks * p.contracts) OVER (PARTITION BY p.market_id) AS total
          FROM part p)
    SELECT m.name AS market, r.source_id AS source, r.contracts, r.proof, r.from_block, r.to_block,
           r.blocks, round(100 * r.upto / r.total, 4) - round(100 * (r.upto - r.weight) / r.total, 4)
               AS share_percent
      FROM running r JOIN redink.market m USING (market_id);

COMMENT ON VIEW redink.finalized IS 'The newest finalized block of each chain that the stored blocks do not contradict.';
COMMENT ON COLUMN redink.finalized.chain_id IS 'EIP-155 chain id';
COMMENT ON COLUMN redink.finalized.block_number IS 'height of the block; empty when the stored branch has none';
COMMENT ON COLUMN report.blocks.finality IS 'finalized, provisional (may still be replaced) or orphaned (was replaced)';
COMMENT ON VIEW report.reorgs IS 'Every reorganisation that was found.';
COMMENT ON COLUMN report.reorgs.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.reorgs.found_at IS 'when it was found';
COMMENT ON COLUMN report.reorgs.fork_block IS 'last block that both branches share';
COMMENT ON COLUMN report.reorgs.depth IS 'number of blocks that were replaced';
COMMENT ON COLUMN report.reorgs.old_head IS 'last block of the branch that was replaced';
COMMENT ON COLUMN report.reorgs.old_hash IS 'its hash';
COMMENT ON COLUMN report.reorgs.new_head IS 'head of the new branch when it was found; empty when it was not told';
COMMENT ON COLUMN report.reorgs.new_hash IS 'its hash';
COMMENT ON VIEW report.finality IS 'How far each chain is finalized, and how deep its reorganisations went while it was followed.';
COMMENT ON COLUMN report.finality.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.finality.finalized_block IS 'newest finalized block; empty when none was told yet';
COMMENT ON COLUMN report.finality.finalized_hash IS 'its hash';
COMMENT ON COLUMN report.finality.source IS 'tag (the node says what is finalized) or depth (as configured)';
COMMENT ON COLUMN report.finality.head IS 'newest block when this was told';
COMMENT ON COLUMN report.finality.lag_blocks IS 'blocks from the finalized one to the head';
COMMENT ON COLUMN report.finality.reorgs IS 'number of reorganisations found';
COMMENT ON COLUMN report.finality.deepest_reorg IS 'most blocks that one of them replaced; empty without any';
COMMENT ON COLUMN report.finality.reorg_depth_p99 IS 'depth that 99 of 100 of them did not exceed; empty without any';
COMMENT ON COLUMN report.finality.observed_blocks IS 'blocks by which the head moved on since the chain was first followed';
COMMENT ON VIEW report.endpoint_faults IS 'What endpoints answered that cannot be true.';
COMMENT ON COLUMN report.endpoint_faults.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.endpoint_faults.endpoint IS 'node that answered, without its key';
COMMENT ON COLUMN report.endpoint_faults.found_at IS 'when it was found first';
COMMENT ON COLUMN report.endpoint_faults.block IS 'block that it is about; empty for none in particular';
COMMENT ON COLUMN report.endpoint_faults.what IS 'the lie or contradiction';
COMMENT ON COLUMN report.endpoint_faults.times IS 'how often it was found';
COMMENT ON COLUMN report.endpoint_faults.last_found_at IS 'when it was found last';
COMMENT ON VIEW report.refuted_logs IS 'Logs that a node told and that a higher proof showed to be false; they count nowhere.';
COMMENT ON COLUMN report.refuted_logs.chain IS 'name of the chain, as configured';
COMMENT ON COLUMN report.refuted_logs.block IS 'height of the block';
COMMENT ON COLUMN report.refuted_logs.log_index IS 'index of the log in its block';
COMMENT ON COLUMN report.refuted_logs.tx IS 'transaction hash';
COMMENT ON COLUMN report.refuted_logs.address IS 'contract address';
COMMENT ON COLUMN report.refuted_logs.topics IS 'topics, first to last';
COMMENT ON COLUMN report.refuted_logs.data IS 'event data';
COMMENT ON COLUMN report.refuted_logs.reason IS 'altered (another log has its place) or invented (there is none)';
COMMENT ON COLUMN report.refuted_logs.proof IS 'level that it was kept on';
COMMENT ON COLUMN report.refuted_logs.endpoint IS 'node that told it, without its key';
COMMENT ON COLUMN report.refuted_logs.refuted_at IS 'when it was refuted';
COMMENT ON COLUMN report.refuted_logs.refuting_proof IS 'level of the proof that refuted it';
COMMENT ON COLUMN report.refuted_logs.refuting_endpoint IS 'node that gave that proof, without its key';
COMMENT ON VIEW report.proof_share IS 'What share of a market''s history is proved to what level. A block of a source counts once for each of its contracts; the shares of a market make 100.';
COMMENT ON COLUMN report.proof_share.market IS 'name of the market, as configured';
COMMENT ON COLUMN report.proof_share.source IS 'number of the source';
COMMENT ON COLUMN report.proof_share.contracts IS 'number of contracts in the source';
COMMENT ON COLUMN report.proof_share.proof IS 'headers, bloom, second-source or receipts; none: not fetched yet';
COMMENT ON COLUMN report.proof_share.from_block IS 'first block at this level; empty for none';
COMMENT ON COLUMN report.proof_share.to_block IS 'last block at this level; empty for none';
COMMENT ON COLUMN report.proof_share.blocks IS 'number of blocks at this level';
COMMENT ON COLUMN report.proof_share.share_percent IS 'share of the market''s history, percent';
