#pragma once

#include <string>

#include <pqxx/transaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/migrations.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::test {

inline const std::string kUsdc = "0x1111111111111111111111111111111111111111";
inline const std::string kOdd = "0x2222222222222222222222222222222222222222";
inline const std::string kAlice = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
inline const std::string kBob = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// Runs statements in one transaction.
inline void run_sql(store::Connection& connection, const std::string& sql) {
    pqxx::work tx{connection.session()};
    tx.exec(sql);
    tx.commit();
}

/// A migrated database with market "aave", indexed from block 100 to 110, written by hand: a token
/// USDC of 6 decimals and one of unknown decimals and odd symbol; from block 100 on Alice supplies
/// 1.5 USDC, from 105 on Bob owes 2^255 units of the odd one. No interest.
class ReportDatabase {
  public:
    ReportDatabase() : url{fresh_database()}, connection{url} {
        store::migrate(connection, store::embedded_sql());
        run_sql(connection, R"(
SELECT redink.add_chain(1, 'ethereum');
INSERT INTO redink.market VALUES (1, 1, 'aave', 'aave-v3', '\xab', 100, 1);
INSERT INTO redink.block SELECT 1, n, 0, decode(lpad(to_hex(n), 64, '0'), 'hex'), '\x00', 1000 + n
  FROM generate_series(100, 110) n;
INSERT INTO redink.cursor VALUES (1, 110, '\x6e');
INSERT INTO ledger.cursor VALUES (1, 110, '\x6e', 0, '\x00', 0, '\x00');
INSERT INTO redink.token VALUES (1, decode(repeat('11', 20), 'hex'), 'USDC', 6),
                                (1, decode(repeat('22', 20), 'hex'), 'o"dd, one', NULL);
INSERT INTO derived.setting VALUES
  (1, 'base_currency', 100, '0x0000000000000000000000000000000000000000'),
  (1, 'base_unit', 100, '100000000');
INSERT INTO derived.reserve
SELECT 1, i, 100, '\xcc', a, a, '\x01', '\x02', '\x03', d FROM (VALUES
  (1, decode(repeat('11', 20), 'hex'), 6), (2, decode(repeat('22', 20), 'hex'), NULL)) v (i, a, d);
INSERT INTO derived.reserve_state
SELECT 1, 1, i, 100, 1e27, 1e27, 0, 0, 1100, 1500000, 0, 0, 0, 0, 0, 0, 7
  FROM generate_series(1, 2) i;
INSERT INTO derived.reserve_config
SELECT 1, i, 100, 360, 8000, 8500, 10500, 1000, 1000, 0, true, false, false, true
  FROM generate_series(1, 2) i;
INSERT INTO derived.position VALUES (1, 1, 1, 100, 1, decode(repeat('aa', 20), 'hex'), 0),
                                    (1, 1, 2, 105, 2, decode(repeat('bb', 20), 'hex'), 1);
INSERT INTO derived.position_version VALUES (1, 1, 1, 100, 1500000, true, 0, 0),
                                            (1, 1, 2, 105, 2::numeric ^ 255, false, 0, 0);
INSERT INTO derived.price
SELECT 1, decode(repeat('11', 20), 'hex'), n, 0, '\x77', 100000000 + n, '\x99'
  FROM generate_series(100, 109) n;
)");
    }

    std::string url;
    store::Connection connection;
};

}  // namespace redink::test
