#include <doctest/doctest.h>

#include "tests/support/program.hpp"
#include "tests/support/verified_chain.hpp"

namespace redink::test {
namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string remarks_of(const app::Verification& verification) {
    std::string text;
    for (const std::string& remark : verification.remarks) {
        text += remark + "\n";
    }
    return text;
}

// Everything that a verification may have changed.
std::string everything(const std::string& url) {
    return query(url,
                 "SELECT (SELECT count(*) || '/' || max(position) FROM ledger.entry) || "
                 "(SELECT count(*)::text FROM ledger.snapshot) || (SELECT count(*) FROM "
                 "ledger.assertion) "
                 "|| (SELECT count(*) FROM ledger.halt)")
               .front() +
           digest_facts(url) +
           query(url,
                 "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) "
                 "FROM derived.valued_debt t")
               .front();
}

struct Tampering {
    std::string table;
    std::string change;
    std::string found;  ///< in the findings
};

// ledger_id is twice the market's number for the contract book, one more for the economic one.
const std::vector<Tampering> kTamperings{
    {"ledger.entry",
     "UPDATE ledger.entry SET narrative = narrative || '.' WHERE position = 50 AND book = 0",
     "I10 hash chain: contract ledger of market \"m\", position 50, entry 0x"},
    {"ledger.entry",
     "UPDATE ledger.entry SET leg_units = (SELECT array_agg(u + 1) FROM unnest(leg_units) u) "
     "WHERE position = 3 AND book = 1",
     "I10 hash chain: economic ledger of market \"m\", position 3, entry 0x"},
    {"ledger.entry",
     "DELETE FROM ledger.entry WHERE book = 0 AND position = (SELECT max(position) FROM "
     "ledger.entry WHERE book = 0)",
     "end of the ledger is no entry"},
    {"derived.reserve_state",
     "UPDATE derived.reserve_state SET deficit = deficit + 1 WHERE (reserve_id, from_block) = "
     "(SELECT reserve_id, from_block FROM derived.reserve_state WHERE deficit > 0 "
     "ORDER BY from_block LIMIT 1)",
     "derived: derived.reserve_state, block "},
    {"derived.position_version",
     "UPDATE derived.position_version SET scaled = scaled + 1 WHERE (position_id, from_block) = "
     "(SELECT position_id, from_block FROM derived.position_version ORDER BY from_block DESC, "
     "position_id LIMIT 1)",
     "derived: derived.position_version, block "},
    {"derived.valued_debt",
     "UPDATE derived.valued_debt SET gross = gross + 1 WHERE from_block = "
     "(SELECT max(from_block) FROM derived.valued_debt)",
     "I9 replay: valuation, block "},
    {"redink.coverage",
     "UPDATE redink.coverage SET to_block = to_block - 5 WHERE to_block = "
     "(SELECT max(to_block) FROM redink.coverage)",
     "coverage: blocks 352 to 356"},
    {"redink.block",
     "DELETE FROM redink.block b WHERE number = (SELECT max(number) FROM redink.block x WHERE NOT "
     "EXISTS (SELECT FROM redink.log l WHERE l.block_number = x.number) AND number < 350)",
     "missing block: block "},
    {"redink.block",
     "UPDATE redink.block SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE number = 200",
     "parent hash: block 201"},
};

}  // namespace

TEST_CASE("what nobody touched verifies, with the node's own answers, and nothing is changed") {
    const VerifiedChain chain;
    const std::string before = everything(chain.url);
    const app::Verification found = chain.verify();
    CHECK(text_of(found) == "");
    CHECK(remarks_of(found) == "");
    CHECK(found.booked->number.value() == VerifiedChain::kLast);
    std::string checked;
    for (const std::string& line : found.checked) {
        checked += line + "\n";
    }
    MESSAGE(checked);
    CHECK(holds(checked, "reconciled with the node: 42 answers at block 356"));
    CHECK(everything(chain.url) == before);
    const app::Verification elsewhere = chain.verify(350);
    CHECK(text_of(elsewhere) == "");
    CHECK(holds(remarks_of(elsewhere), "not reconciled: "));
}

TEST_CASE("whatever a superuser changes is found, and the first bad entry is named") {
    const VerifiedChain chain;
    for (const Tampering& tampering : kTamperings) {
        CAPTURE(tampering.change);
        const std::string found = text_of(chain.verify_with(tampering.table, tampering.change));
        CAPTURE(found);
        CHECK(holds(found, tampering.found));
    }
    CHECK(text_of(chain.verify()) == "");
}

TEST_CASE("a byte of a log and a byte of a snapshot of balances are found") {
    const VerifiedChain chain;
    const std::string log = text_of(chain.verify_with(
        "redink.log",
        "UPDATE redink.log SET data = set_byte(data, 31, get_byte(data, 31) # 1) WHERE "
        "(block_number, log_index) = (SELECT block_number, log_index FROM redink.log WHERE "
        "octet_length(data) = 96 AND block_number > 200 ORDER BY block_number, log_index LIMIT "
        "1)"));
    CAPTURE(log);
    const bool is_found = holds(log, "logs: ") || holds(log, "derived: ");
    CHECK(is_found);
    query(chain.url,
          "SELECT ledger.take_snapshot(chain_id, ledger_id, 1000000, true) FROM ledger.ledger");
    CHECK(text_of(chain.verify()) == "");
    const std::string snapshot = text_of(
        chain.verify_with("ledger.snapshot_balance",
                          "UPDATE ledger.snapshot_balance SET net = net + 1 WHERE account = 102"));
    CAPTURE(snapshot);
    CHECK(holds(snapshot, "balance in a snapshot"));
}

TEST_CASE("drift from the node is found, and stops the books when it is to be recorded") {
    const VerifiedChain chain;
    const std::string change =
        "SET LOCAL session_replication_role = replica; UPDATE derived.reserve_state s SET deficit "
        "= deficit + 7, supply_scaled = supply_scaled + 1 WHERE reserve_id = 1 AND from_block = "
        "(SELECT max(from_block) FROM derived.reserve_state x WHERE x.reserve_id = 1)";
    query(chain.url, change);
    const std::string found = text_of(chain.verify());
    CAPTURE(found);
    CHECK(holds(found, "node: scaled supply of reserve 0x"));
    CHECK(holds(found, "node: deficit of reserve 0x"));
    CHECK(query(chain.url, "SELECT * FROM report.halts").empty());
    static_cast<void>(chain.verify(0, app::ReconcileRequest::Keep::drift));
    CHECK(query(chain.url, "SELECT block FROM report.halts") == std::vector<std::string>{"356"});
    CHECK(query(chain.url,
                "SELECT DISTINCT account FROM report.assertions WHERE source LIKE 'eth_call: %' "
                "ORDER BY 1") == std::vector<std::string>{"claims.lenders", "deficit.open"});
}

TEST_CASE("the program verifies and traces, with exit codes and JSON") {
    const VerifiedChain chain;
    const TemporaryFolder folder;
    Recorded v36 = recorded_v36();
    v36.version = "3.6";
    const std::string config =
        write_file(folder, "redink.toml", toml_of(v36, chain.node.url(), chain.url));
    const ProgramResult fine = run_program({"verify", "--config", config, "--progress", "plain"});
    CHECK(fine.exit_code == 0);
    CHECK(holds(fine.out, "m: everything that was checked holds"));
    CHECK(holds(fine.err, "hash chain"));
    const ProgramResult lost =
        run_program({"verify", "--config", config, "--rpc", "http://127.0.0.1:1", "--quiet"});
    CHECK(lost.exit_code == 3);
    query(chain.url,
          "SET LOCAL session_replication_role = replica; UPDATE ledger.entry SET ordinal = ordinal "
          "+ 1 WHERE book = 0 AND position = 9");
    const ProgramResult broken =
        run_program({"verify", "--config", config, "--quiet", "--format", "json"});
    CHECK(broken.exit_code == 1);
    const auto told = nlohmann::json::parse(broken.out);
    CHECK(told["holds"] == false);
    CHECK(holds(told["markets"][0]["findings"][0]["where"], "position 9, entry 0x"));
    CHECK(run_program({"verify", "--config", config, "--market", "nobody"}).exit_code == 2);
    CHECK(run_program({"verify", "--config", config, "--at", "9999"}).exit_code == 2);
}

}  // namespace redink::test
