#include "indexer/store/copy_reader.hpp"

#include <doctest/doctest.h>
#include <pqxx/transaction>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer.hpp"
#include "indexer/store/errors.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;
using store::CopyReader;
using store::CopyWriter;
using store::ElementType;

TEST_CASE("what is written as arrays is read back, nulls and every width of number included") {
    INFO("seed ", test::kSeed);
    store::Connection connection{test::fresh_database()};
    pqxx::work txn{connection.session()};
    txn.exec(
        "CREATE TABLE t (n bigint, a smallint[], b boolean[], c numeric(78, 0)[], d bytea[], "
        "e bytea)");
    test::RandomSource random{test::kSeed};
    std::vector<std::vector<U256>> numbers;
    CopyWriter out{connection, "t", {"n", "a", "b", "c", "d", "e"}};
    for (std::int64_t row = 0; row < 2'000; ++row) {
        auto& units = numbers.emplace_back(1 + random.below(6));
        out.begin_row();
        out.int8(row);
        out.begin_array(ElementType::int2, units.size());
        for (std::size_t i = 0; i < units.size(); ++i) {
            out.int2(static_cast<std::int16_t>(i));
        }
        out.begin_array(ElementType::boolean, units.size());
        for (std::size_t i = 0; i < units.size(); ++i) {
            out.boolean(i % 2 == 0);
        }
        out.begin_array(ElementType::numeric, units.size());
        for (U256& value : units) {
            value = random.number();
            out.numeric(value);
        }
        out.begin_array(ElementType::bytea, units.size());
        for (std::size_t i = 0; i < units.size(); ++i) {
            i == 1 ? out.null() : out.bytea(chain::Bytes{static_cast<std::uint8_t>(i)});
        }
        out.null();
    }
    CHECK(out.finish() == numbers.size());
    std::size_t wrong = 0;
    CopyReader in{connection, "SELECT n, a, b, c, d, e FROM t ORDER BY n"};
    for (const auto& units : numbers) {
        REQUIRE(in.next());
        static_cast<void>(in.int8());
        wrong += in.begin_array() != units.size();
        for (std::size_t i = 0; i < units.size(); ++i) {
            wrong += in.int2() != static_cast<std::int16_t>(i);
        }
        wrong += in.begin_array() != units.size();
        for (std::size_t i = 0; i < units.size(); ++i) {
            wrong += in.boolean() != (i % 2 == 0);
        }
        wrong += in.begin_array() != units.size();
        for (const U256& value : units) {
            wrong += in.numeric() != SignedUnits::plus(value);
        }
        wrong += in.begin_array() != units.size();
        for (std::size_t i = 0; i < units.size(); ++i) {
            const auto bytes = in.bytea_or_null();
            wrong += bytes.has_value() != (i != 1) || (bytes && bytes->front() != i);
        }
        wrong += in.bytea_or_null().has_value();
    }
    CHECK_FALSE(in.next());
    CHECK(wrong == 0);
}

TEST_CASE("negative numbers, text and missing values are read") {
    store::Connection connection{test::fresh_database()};
    pqxx::work txn{connection.session()};
    CopyReader in{
        connection,
        "SELECT -(2::numeric ^ 255), 0::numeric, 10000::numeric, 'a'::text, NULL::bigint, "
        "7::bigint, 5::int, '{}'::smallint[]"};
    REQUIRE(in.next());
    CHECK(in.numeric() == SignedUnits::minus(U256{1} << 255));
    CHECK(in.numeric().is_zero());
    CHECK(in.numeric() == SignedUnits::plus(10'000));
    CHECK(in.text() == "a");
    CHECK_FALSE(in.int8_or_null());
    CHECK(in.int8_or_null() == 7);
    CHECK(in.int4() == 5);
    CHECK(in.begin_array() == 0);
    CHECK_FALSE(in.next());
    CHECK(txn.exec("SELECT 1")[0][0].as<int>() == 1);
}

TEST_CASE("rows that are not wanted are left, and misuse is our own error") {
    store::Connection connection{test::fresh_database()};
    {
        pqxx::work txn{connection.session()};
        CopyReader in{connection, "SELECT n FROM generate_series(1, 1000000) n"};
        REQUIRE(in.next());
        CHECK(in.int4() == 1);
        CHECK_THROWS_AS(static_cast<void>(in.int4()), InvariantBroken);
    }
    pqxx::work txn{connection.session()};
    CHECK(txn.exec("SELECT 1")[0][0].as<int>() == 1);
    {
        CopyReader in{connection, "SELECT 1::bigint"};
        REQUIRE(in.next());
        CHECK_THROWS_AS(static_cast<void>(in.int4()), InvariantBroken);
    }
    CHECK_THROWS_AS((CopyReader{connection, "SELECT * FROM nothing"}), store::StoreError);
}

TEST_CASE("an array with too few elements is our own error") {
    store::Connection connection{test::fresh_database()};
    pqxx::work txn{connection.session()};
    txn.exec("CREATE TABLE t (a smallint[], b bigint)");
    CopyWriter out{connection, "t", {"a", "b"}};
    out.begin_row();
    out.begin_array(ElementType::int2, 2);
    out.int2(1);
    CHECK_THROWS_AS(out.begin_row(), InvariantBroken);
    CHECK_THROWS_AS(out.begin_array(ElementType::int2, 0), InvariantBroken);
}
