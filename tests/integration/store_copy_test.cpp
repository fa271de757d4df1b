#include <random>

#include <doctest/doctest.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;
using store::Connection;
using store::CopyWriter;
using store::Sign;

namespace {

constexpr std::uint64_t kSeed = 20240607;
constexpr std::size_t kRandomNumbers = 10'000;

pqxx::result query(Connection& connection, const std::string& sql) {
    pqxx::nontransaction tx{connection.session()};
    return tx.exec(sql);
}

// Where carries, digit groups and limbs begin and end.
std::vector<U256> boundary_numbers() {
    std::vector<U256> numbers{0};
    for (unsigned bit = 0; bit < 256; ++bit) {
        const U256 power = U256{1} << bit;
        numbers.insert(numbers.end(), {power - 1, power, power + 1});
    }
    for (unsigned exponent = 0; exponent < 78; ++exponent) {
        const U256 power = pow10(exponent);
        numbers.insert(numbers.end(), {power - 1, power, power + 1});
    }
    for (const unsigned byte : {0x55U, 0x7fU, 0x80U, 0xaaU, 0xffU}) {
        U256 number = 0;
        for (int i = 0; i < 32; ++i) {
            number = (number << 8U) | U256{byte};
        }
        numbers.push_back(number);
    }
    numbers.push_back(max_u256() - 1);
    return numbers;
}

// Every width is equally likely, and some numbers end in many zeros.
U256 random_number(std::mt19937_64& random) {
    U256 number = 0;
    for (int i = 0; i < 4; ++i) {
        number = (number << 64U) | U256{random()};
    }
    number >>= static_cast<unsigned>(random() % 256);
    if (random() % 4 == 0) {
        const U256 zeros = pow10(static_cast<unsigned>(random() % 78));
        number = number / zeros * zeros;
    }
    return number;
}

std::vector<U256> tested_numbers() {
    std::vector<U256> numbers = boundary_numbers();
    std::mt19937_64 random{kSeed};
    for (std::size_t i = 0; i < kRandomNumbers; ++i) {
        numbers.push_back(random_number(random));
    }
    return numbers;
}

template <class F>
std::string invariant_text(F action) {
    try {
        action();
    } catch (const InvariantBroken& broken) {
        return broken.what();
    }
    return "";
}

}  // namespace

TEST_CASE("every number comes back equal through NUMERIC(78,0), with either sign") {
    INFO("seed ", kSeed);
    Connection connection{test::fresh_database()};
    query(connection, "CREATE TABLE n (i integer, up numeric(78,0), down numeric(78,0))");
    const std::vector<U256> numbers = tested_numbers();
    pqxx::work tx{connection.session()};
    CopyWriter writer{connection, "n", {"i", "up", "down"}};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        writer.begin_row();
        writer.int4(static_cast<std::int32_t>(i));
        writer.numeric(numbers[i]);
        writer.numeric(Sign::minus, numbers[i]);
    }
    CHECK(writer.finish() == numbers.size());
    // Compared as text, and by the server with its own reading of that text.
    const pqxx::result rows = tx.exec(
        "SELECT up::text, down::text, up = up::text::numeric AND up + down = 0 FROM n ORDER BY i");
    REQUIRE(rows.size() == numbers.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::string expected = to_decimal(numbers[i]);
        const std::string minus = numbers[i].is_zero() ? "0" : "-" + expected;
        const auto row = rows[static_cast<pqxx::result::size_type>(i)];
        wrong += row[0].c_str() != expected || row[1].c_str() != minus || !row[2].as<bool>();
    }
    CHECK(wrong == 0);
}

TEST_CASE("every type of field arrives") {
    Connection connection{test::fresh_database()};
    query(connection,
          "CREATE TABLE t (a smallint, b integer, c bigint, d boolean, e text, f bytea, g numeric,"
          " h numeric)");
    pqxx::work tx{connection.session()};
    CopyWriter writer{connection, "public.t", {"a", "b", "c", "d", "e", "f", "g", "h"}};
    const std::vector<std::uint8_t> bytes{0, 0xff, 0x5c};
    writer.begin_row();
    writer.int2(-2);
    writer.int4(-4);
    writer.int8(std::numeric_limits<std::int64_t>::min());
    writer.boolean(true);
    writer.text("tab\tquote' \\ é");
    writer.bytea(bytes);
    writer.numeric_or_null(U256{7});
    writer.numeric_or_null(std::nullopt);
    writer.begin_row();
    for (int i = 0; i < 8; ++i) {
        writer.null();
    }
    CHECK(writer.finish() == 2);
    const pqxx::result rows = tx.exec("SELECT * FROM t ORDER BY a NULLS LAST");
    CHECK(rows[0][0].as<int>() == -2);
    CHECK(rows[0][1].as<int>() == -4);
    CHECK(rows[0][2].as<std::int64_t>() == std::numeric_limits<std::int64_t>::min());
    CHECK(rows[0][3].as<bool>());
    CHECK(rows[0][4].as<std::string>() == "tab\tquote' \\ é");
    CHECK(rows[0][5].as<std::string>() == "\\x00ff5c");
    CHECK(rows[0][6].as<std::string>() == "7");
    CHECK(rows[0][7].is_null());
    CHECK(rows[1][0].is_null());
    CHECK(rows[1][6].is_null());
}

TEST_CASE("rows are part of the transaction, together with other statements") {
    const std::string url = test::fresh_database();
    Connection connection{url};
    query(connection, "CREATE TABLE t (a bigint PRIMARY KEY)");
    {
        pqxx::work tx{connection.session()};
        CopyWriter writer{connection, "t", {"a"}};
        writer.begin_row();
        writer.int8(1);
        CHECK(writer.finish() == 1);
        tx.exec("INSERT INTO t VALUES (2)");
        CHECK(tx.exec("SELECT count(*) FROM t")[0][0].as<int>() == 2);
    }
    CHECK(query(connection, "SELECT count(*) FROM t")[0][0].as<int>() == 0);
}

TEST_CASE("a writer that is not finished aborts its transaction, and the connection goes on") {
    Connection connection{test::fresh_database()};
    query(connection, "CREATE TABLE t (a bigint)");
    {
        pqxx::work tx{connection.session()};
        {
            CopyWriter writer{connection, "t", {"a"}};
            writer.begin_row();
            writer.int8(1);
        }
        CHECK_THROWS(tx.exec("SELECT 1"));
    }
    CHECK(query(connection, "SELECT count(*) FROM t")[0][0].as<int>() == 0);
}

TEST_CASE("a refused row is an error of its kind when the load ends") {
    Connection connection{test::fresh_database()};
    query(connection, "CREATE TABLE t (a bigint PRIMARY KEY)");
    store::StoreErrc code{};
    std::string text;
    try {
        pqxx::work tx{connection.session()};
        CopyWriter writer{connection, "t", {"a"}};
        for (int i = 0; i < 2; ++i) {
            writer.begin_row();
            writer.int8(1);
        }
        writer.finish();
    } catch (const store::StoreError& error) {
        code = error.code();
        text = error.what();
    }
    CHECK(code == store::StoreErrc::constraint);
    CHECK(text.find("while loading t") != std::string::npos);
    CHECK(text.find("duplicate key") != std::string::npos);
    CHECK(query(connection, "SELECT count(*) FROM t")[0][0].as<int>() == 0);
}

TEST_CASE("a load outlasts many buffers and fields larger than one") {
    Connection connection{test::fresh_database()};
    query(connection, "CREATE TABLE t (a integer, b bytea)");
    constexpr std::int32_t kRows = 40;
    pqxx::work tx{connection.session()};
    CopyWriter writer{connection, "t", {"a", "b"}};
    for (std::int32_t i = 0; i < kRows; ++i) {
        const std::vector<std::uint8_t> blob(static_cast<std::size_t>(i) * 20'000,
                                             static_cast<std::uint8_t>(i));
        writer.begin_row();
        writer.int4(i);
        writer.bytea(blob);
    }
    CHECK(writer.finish() == kRows);
    CHECK(tx.exec("SELECT bool_and(length(b) = a * 20000) FROM t")[0][0].as<bool>());
}

TEST_CASE("misuse of a writer is our own error") {
    Connection connection{test::fresh_database()};
    query(connection, "CREATE TABLE t (a bigint, b bigint)");
    CHECK(invariant_text([&] {
              CopyWriter{connection, "t", {"a"}};
          }).find("transaction") != std::string::npos);
    pqxx::work tx{connection.session()};
    CopyWriter writer{connection, "t", {"a", "b"}};
    writer.begin_row();
    writer.int8(1);
    CHECK(invariant_text([&] { writer.begin_row(); }).find("too few") != std::string::npos);
    CHECK(invariant_text([&] { writer.finish(); }).find("too few") != std::string::npos);
    writer.int8(2);
    CHECK(invariant_text([&] { writer.null(); }).find("too many") != std::string::npos);
    CHECK(writer.finish() == 1);
}

TEST_CASE("a connection that breaks during a load is a lost connection") {
    const std::string url = test::fresh_database();
    Connection connection{url};
    Connection killer{url};
    query(connection, "CREATE TABLE t (a bytea)");
    const std::string pid = query(connection, "SELECT pg_backend_pid()")[0][0].c_str();
    store::StoreErrc code{};
    try {
        pqxx::work tx{connection.session()};
        CopyWriter writer{connection, "t", {"a"}};
        query(killer, "SELECT pg_terminate_backend(" + pid + ", 5000)");
        const std::vector<std::uint8_t> blob(1 << 20, 7);
        for (int i = 0; i < 64; ++i) {
            writer.begin_row();
            writer.bytea(blob);
        }
        writer.finish();
    } catch (const store::StoreError& error) {
        code = error.code();
    }
    CHECK(code == store::StoreErrc::connection_lost);
}
