-- Why: books that stopped because entries and chain disagreed go on by themselves once the entries
-- are computed again and fit. What somebody asserted stays until somebody looked at it.
ALTER TABLE ledger.halt ADD COLUMN cause text NOT NULL DEFAULT 'assertion'
    CHECK (cause IN ('books', 'assertion'));

CREATE OR REPLACE VIEW report.halts AS
    SELECT m.name AS market, h.block_number AS block, h.reason, h.since, k.block_number AS booked_block,
           c.block_number AS indexed_block, h.cause
      FROM ledger.halt h
      JOIN redink.market m USING (market_id)
      LEFT JOIN ledger.cursor k USING (market_id)
      LEFT JOIN redink.cursor c USING (market_id);
COMMENT ON COLUMN report.halts.cause IS 'books (goes when the entries are computed again and fit) or assertion (stays until it is lifted)';

-- Tables with a partition for each chain. A migration that adds one adds it here.
CREATE TABLE redink.partitioned_table (
    name text PRIMARY KEY
);
INSERT INTO redink.partitioned_table VALUES
    ('redink.block'), ('redink.log'), ('derived.reserve_state'), ('derived.position'),
    ('derived.position_version'), ('derived.domain_event');

-- Makes the partitions of a chain, or finds them.
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
    FOR parent IN SELECT t.name FROM redink.partitioned_table t ORDER BY 1 LOOP
        EXECUTE format('CREATE TABLE %s_%s (LIKE %s INCLUDING ALL)', parent, new_chain_id, parent);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s_%s FOR VALUES IN (%s)',
                       parent, parent, new_chain_id, new_chain_id);
    END LOOP;
    PERFORM ledger.add_partition(new_chain_id);
END
$$;
