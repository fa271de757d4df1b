#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/verified_chain.hpp"

namespace redink::test {
namespace {

struct TracedChain : VerifiedChain {
    TracedChain() {
        Recorded v36 = recorded_v36();
        v36.version = "3.6";
        config = write_file(folder, "redink.toml", toml_of(v36, node.url(), url));
    }

    [[nodiscard]] ProgramResult trace(const std::string& id, const std::string& format) const {
        return run_program(
            {"report", "journal", "--config", config, "--entry", id, "--format", format});
    }

    // The first entry of a condition, and its trail.
    [[nodiscard]] nlohmann::json trail_of(const std::string& condition) const {
        const auto ids =
            query(url,
                  "SELECT entry_id FROM report.journal WHERE finality = 'booked' AND " + condition +
                      " ORDER BY position LIMIT 1");
        REQUIRE(ids.size() == 1);
        const ProgramResult json = trace(ids.front(), "json");
        REQUIRE(json.exit_code == 0);
        auto trail = nlohmann::json::parse(json.out);
        CHECK(trail["entry"]["entry_id"] == ids.front());
        return trail;
    }

    TemporaryFolder folder;
    std::string config;
};

}  // namespace

TEST_CASE("a deficit is traced to its log, its block, its proof and its endpoint") {
    const TracedChain chain;
    const auto trail = chain.trail_of("rule_name = 'deficit' AND book = 'contract'");
    CHECK(trail["log"]["event"] == "DeficitCreated");
    CHECK(trail["log"]["tx"] == trail["tx"]);
    CHECK(trail["log"]["topics"].size() == 3);
    CHECK(trail["legs"].size() == 2);
    CHECK(trail["legs"][0]["account"] == "deficit.open");
    CHECK(trail["same_tx_logs"].size() >= 2);
    CHECK(trail["block"]["finality"] == "finalized");
    CHECK(trail["proof"][0]["proof"] == "bloom");
    CHECK(trail["proof"][0]["endpoint"] == chain.node.url());
    CHECK(trail["reversed_by"].is_null());
    const std::string id = trail["entry"]["entry_id"];
    const ProgramResult text = chain.trace(id.substr(2, 12), "table");
    CHECK(text.exit_code == 0);
    CHECK(text.out.find("DeficitCreated") != std::string::npos);
    CHECK(text.out.find(id) != std::string::npos);
}

TEST_CASE("a cover is traced to its payer's log, and shows what its debtors owe") {
    const TracedChain chain;
    const auto contract = chain.trail_of("rule_name = 'treasury_paid' AND book = 'contract'");
    CHECK(contract["log"]["event"] == "DeficitCovered");
    const auto economic = chain.trail_of("rule_name = 'treasury_paid' AND book = 'economic'");
    CHECK(economic["log"]["event"] == "DeficitCovered");
    CHECK(economic["positions"].is_array());
}

TEST_CASE("a valuation is traced to its policy, its debts and the logs of its prices") {
    const TracedChain chain;
    const auto trail = chain.trail_of("rule_name = 'valuation' AND evidence IS NOT NULL");
    const auto& valuation = trail["valuation"];
    CHECK(valuation["evidence"] == trail["entry"]["evidence"]);
    CHECK(valuation["policy"].get<std::string>().size() > 20);
    CHECK(valuation["prices"].size() >= 5);
    for (const auto& price : valuation["prices"]) {
        CHECK(price["price"].is_string());
        CHECK(price["log"]["event"].is_string());
    }
    CHECK(trail["log"].is_null());
}

TEST_CASE("an entry that is unknown, ambiguous or no identity is refused with what to do") {
    const TracedChain chain;
    const ProgramResult unknown = chain.trace("0x0123456789abcdef", "table");
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.err.find("has no entry") != std::string::npos);
    const ProgramResult malformed = chain.trace("0x12", "table");
    CHECK(malformed.exit_code == 2);
    CHECK(malformed.err.find("8 to 64 hexadecimal digits") != std::string::npos);
    query(chain.url,
          "SET LOCAL session_replication_role = replica; UPDATE ledger.entry SET entry_id = "
          "decode(repeat('ab', 31) || lpad(to_hex(position), 2, '0'), 'hex') WHERE position < 3 "
          "AND book = 0");
    const ProgramResult ambiguous = chain.trace("abababab", "table");
    CHECK(ambiguous.exit_code == 2);
    CHECK(ambiguous.err.find("is ambiguous: 0xabab") != std::string::npos);
    CHECK(run_program({"report", "reserves", "--config", chain.config, "--entry", "abababab"})
              .exit_code == 2);
}

}  // namespace redink::test
