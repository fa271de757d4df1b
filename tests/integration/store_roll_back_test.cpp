#include <chrono>

#include <doctest/doctest.h>

#include "indexer/store/chain_journal.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using namespace std::chrono_literals;

namespace {

constexpr const char* kFill = R"(
INSERT INTO redink.block SELECT 1, n, 0, sha256(n::text::bytea), sha256((n - 1)::text::bytea), n
  FROM generate_series(100, 100099) n;
INSERT INTO redink.log SELECT 1, 100 + n / 10, 0, n % 10, 0, '\x01', '\x02', '\x03', NULL, NULL,
       NULL, '\x04' FROM generate_series(0, 999999) n;
INSERT INTO derived.position SELECT 1, 1, n, 100 + n, 1, sha256(n::text::bytea), 0
  FROM generate_series(1, 99999) n;
INSERT INTO derived.position_version SELECT 1, 1, 1 + n * 7 % 99999, 100 + n / 10, n, false, 0, 0
  FROM generate_series(0, 999999) n ON CONFLICT DO NOTHING;
INSERT INTO derived.account SELECT 1, sha256(n::text::bytea), 100 + n, 1
  FROM generate_series(1, 99999) n;
INSERT INTO derived.price SELECT 1, decode(lpad(to_hex(n % 50), 40, '0'), 'hex'), 100 + n, 0,
       '\x01', n, '\x02' FROM generate_series(1, 99999) n;
INSERT INTO redink.source VALUES (1, 1, ARRAY['\x02'::bytea]);
INSERT INTO redink.coverage VALUES (1, 100, 100099, 'bloom', 1);
INSERT INTO redink.cursor SELECT 1, number, hash FROM redink.block WHERE number = 100099;
)";

}  // namespace

TEST_CASE("64 blocks of a large database are taken back at once") {
    test::StoredChain chain;
    chain.ask(kFill);
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(chain.writer.roll_back(chain::BlockNumber{100'035}).has_value());
    const auto took = std::chrono::steady_clock::now() - start;
    const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    MESSAGE("took " << took_ms << " ms");
    CHECK(took < 1s);
    CHECK(chain.ask("SELECT count(*) FROM redink.block WHERE NOT canonical") == "64");
    CHECK(chain.ask("SELECT count(*) FROM redink.log") == "1000000");
    CHECK(chain.ask("SELECT max(from_block) FROM derived.position_version") == "100035");
    CHECK(chain.ask("SELECT max(from_block) FROM derived.account") == "100035");
    CHECK(chain.ask("SELECT to_block FROM redink.coverage") == "100035");
    CHECK(chain.ask("SELECT block_number FROM redink.cursor") == "100035");
    CHECK(chain.ask("SELECT depth FROM report.reorgs") == "64");
}
