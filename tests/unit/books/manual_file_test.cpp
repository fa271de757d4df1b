#include "app/books/manual_file.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "app/books/manual_keys.hpp"
#include "app/config/issues.hpp"
#include "indexer/chain/sha256.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::app {
namespace {

const std::string kDebtor = "0x0000000000000000000000000000000000000abc";

// A debt is written off, and later the treasury pays for it by a plain transfer.
const std::string kSound = R"(market = "aave"
reason = "collateral drained, no claim process"
reference = "proposal 467"
author = "Ada"
signed_off_by = "Grace"
date = 2026-04-20

[[entry]]
rule = "write_off"
block = 100
pool = "0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2"
reserve = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
asset = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
legs = [
  { account = "allowance", side = "debit", units = "21000", party = ")" +
                           kDebtor + R"(" },
  { account = "written_off", side = "credit", units = 21000, party = ")" +
                           kDebtor + R"(" },
]

[[entry]]
rule = "treasury_paid"
block = 101
pool = "0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2"
reserve = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
asset = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
tx = "0x1111111111111111111111111111111111111111111111111111111111111111"
legs = [
  { account = "cash", side = "debit", units = "5000" },
  { account = "deficit.open", side = "credit", units = "5000" },
]
)";

// Blocks up to 101 are final.
std::optional<ledger::BlockStamp> find_block(std::uint64_t number) {
    if (number > 101) {
        return std::nullopt;
    }
    ledger::BlockStamp block;
    block.number = number;
    block.hash.bytes.fill(static_cast<std::uint8_t>(number));
    block.time = 1'000 + number;
    return block;
}

ManualEntries parsed(const std::string& text) {
    return parse_manual_entries(text, "m.toml", find_block);
}

std::string problems_of(const std::string& text) {
    try {
        static_cast<void>(parsed(text));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

// What is wrong with kSound after its first `from` became `to`.
std::string changed(const std::string& from, const std::string& to) {
    std::string text = kSound;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return problems_of(text.replace(at, from.size(), to));
}

bool holds(const std::string& text, const std::string& part) {
    INFO(text);
    INFO(part);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a document gives its entries, each of the book of its accounts") {
    const ManualEntries document = parsed(kSound);
    CHECK(document.market == "aave");
    CHECK(document.signed_off_by == "Grace");
    CHECK(document.date == "2026-04-20");
    REQUIRE(document.entries.size() == 2);
    const ledger::Entry& written_off = document.entries[0];
    CHECK(written_off.book == ledger::Book::economic);
    CHECK(written_off.rule == ledger::Rule::write_off);
    CHECK(written_off.legs.size() == 2);
    CHECK(written_off.legs[0].account == ledger::Account::allowance);
    CHECK(written_off.legs[0].side == ledger::Side::debit);
    CHECK(written_off.legs[1].units == 21'000);
    CHECK(written_off.legs[1].party.bytes[19] == 0xbc);
    CHECK(written_off.narrative ==
          "manual: collateral drained, no claim process (proposal 467), by Ada");
    CHECK(written_off.entity.pool.size() == 20);
    CHECK(written_off.entity.asset.bytes[0] == 0xc0);
    CHECK(written_off.origin.block == find_block(100));
    CHECK_FALSE(written_off.origin.log_index.has_value());
    CHECK(written_off.origin.txn_hash.is_none());
    const ledger::Entry& paid = document.entries[1];
    CHECK(paid.book == ledger::Book::contract);
    CHECK(paid.origin.ordinal == 1);
    CHECK(paid.origin.txn_hash.bytes[31] == 0x11);
    CHECK(paid.legs[0].party.is_nobody());
}

TEST_CASE("the evidence of every entry is the digest of the bytes that were signed") {
    const ManualEntries document = parsed(kSound);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(kSound.data());
    CHECK(document.evidence == chain::sha256({bytes, kSound.size()}));
    for (const ledger::Entry& entry : document.entries) {
        CHECK(entry.origin.evidence == document.evidence);
        CHECK(check(entry) == ledger::EntryFault::none);
    }
    CHECK(parsed(kSound + "# more\n").evidence != document.evidence);
}

TEST_CASE("a document without reason, reference, author, sign-off or date is refused") {
    CHECK(holds(changed("reason = ", "# "), "m.toml:1: reason: is missing; accepted"));
    CHECK(holds(changed("reference = ", "# "), "reference: is missing"));
    CHECK(holds(changed("author = ", "# "), "author: is missing"));
    CHECK(holds(changed("signed_off_by = ", "# "), "signed_off_by: is missing"));
    CHECK(holds(changed("date = ", "# "), "date: is missing"));
    CHECK(holds(changed("market = ", "# "), "market: is missing"));
    CHECK(holds(changed("\"Ada\"", "\" \""), "m.toml:4: author: is no such text"));
    CHECK(holds(changed("\"Ada\"", "\"\""), "m.toml:4: author: is empty"));
    CHECK(holds(changed("\"Ada\"", "\"A\\nda\""), "author: is no such text"));
    CHECK(holds(changed("2026-04-20", "\"2026-02-30\""), "m.toml:6: date: is \"2026-02-30\""));
    CHECK(changed("2026-04-20", "\"2026-04-20\"").empty());
}

TEST_CASE("an account that is not in the chart, and a side that is none, are told by line") {
    CHECK(holds(changed("\"written_off\"", "\"writen_off\""),
                "m.toml:16: [[entry]] 1 legs account: is \"writen_off\" (did you mean "
                "\"written_off\"?); accepted: cash, loans"));
    CHECK(holds(changed("\"credit\"", "\"kredit\""), "m.toml:16: [[entry]] 1 legs side: is"));
}

TEST_CASE("an entry that does not balance is told with both sums") {
    CHECK(holds(changed("units = 21000", "units = 20999"),
                "m.toml:14: [[entry]] 1 legs: do not balance: 21000 debit, 20999 credit"));
}

TEST_CASE("a leg of nothing or of less is refused") {
    CHECK(holds(changed("units = 21000", "units = 0"), "m.toml:16: [[entry]] 1 legs units: is 0"));
    CHECK(holds(changed("units = 21000", "units = -1"), "legs units: is \"-1\"; accepted"));
    CHECK(holds(changed("units = 21000", "units = 1.5"), "legs units: is a number with a point"));
}

TEST_CASE("an account of the other book is refused within an entry") {
    CHECK(holds(changed("\"written_off\"", "\"deficit.open\""),
                "m.toml:16: [[entry]] 1 legs account: is \"deficit.open\" of the contract book, "
                "and this entry is of the economic book"));
}

TEST_CASE("an entry has at least two legs") {
    CHECK(holds(problems_of(kSound.substr(0, kSound.find("  { account = \"cash\"")) + "]\n"),
                "[[entry]] 2 legs: has 0; accepted: a list of tables, at least two"));
    CHECK(holds(changed("legs = [", "# ["), "m.toml"));
}

TEST_CASE("rules that come from the chain are not for hands") {
    for (const char* rule :
         {"supply", "interest", "valuation", "deficit", "reversal", "rounding"}) {
        CHECK(holds(changed("write_off", rule), "m.toml:9: [[entry]] 1 rule: is \""));
    }
    CHECK(manual_rules().size() == 10);
}

TEST_CASE("a block that is not final, and what is no address or hash, are refused") {
    CHECK(holds(changed("block = 100", "block = 102"),
                "m.toml:10: [[entry]] 1 block: is 102, which is not booked"));
    CHECK(holds(changed("0x87870bca", "87870bca"), "[[entry]] 1 pool: is \"87870bca"));
    CHECK(holds(changed("asset = \"0xc0", "asset = \"0xc"), "[[entry]] 1 asset: \"0xc2aaa"));
    CHECK(holds(changed("tx = \"0x11", "tx = \"0x1"), "m.toml:25: [[entry]] 2 tx: is"));
    CHECK(holds(changed("block = 100", "block = -1"), "[[entry]] 1 block: is -1; accepted"));
}

TEST_CASE("unknown keys are refused wherever they stand") {
    CHECK(holds(changed("author", "auther"), "m.toml:4: auther: is not a key of this table (did"));
    CHECK(holds(changed("tx = ", "txn = "), "m.toml:25: [[entry]] 2 txn: is not a key"));
    CHECK(holds(changed("party = ", "who = "), "m.toml:15: [[entry]] 1 legs who: is not a key"));
}

TEST_CASE("a document without entries, or that is no TOML, is refused") {
    const std::string head = kSound.substr(0, kSound.find("[[entry]]"));
    CHECK(holds(problems_of(head), "entry: is missing; accepted: tables [[entry]]"));
    CHECK(holds(problems_of(head + "entry = []\n"), "entry: is empty; accepted"));
    CHECK(holds(problems_of("reason = \n"), "m.toml:1: is not TOML: "));
    CHECK(holds(changed("\"Ada\"", "\"{env:USER}\""), "author: the environment variable USER"));
}

TEST_CASE("a document is read from disk, or told when it cannot be") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "entries.toml";
    CHECK_THROWS_AS((void)read_manual_entries(path, find_block), ConfigError);
    std::ofstream{path} << kSound;
    CHECK(read_manual_entries(path, find_block).entries.size() == 2);
}

}  // namespace redink::app
