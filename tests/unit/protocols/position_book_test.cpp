#include "indexer/protocols/position_book.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

namespace redink::protocols {
namespace {

rows::PositionKey key(std::uint8_t account, rows::ReserveId reserve = 1) {
    std::array<std::uint8_t, 20> bytes{};
    bytes[19] = account;
    return {reserve, chain::Address{bytes}, rows::Side::supply};
}

}  // namespace

TEST_CASE("positions are numbered in the order of their first change") {
    PositionBook book;
    rows::Batch batch;
    book.change(key(2)).scaled = 5;
    book.change(key(1)).scaled = 7;
    book.change(key(2)).scaled = 6;
    book.end_block(chain::BlockNumber{10}, batch);
    REQUIRE(batch.positions.size() == 2);
    CHECK(batch.positions[0].key == key(2));
    CHECK(batch.positions[0].id == 1);
    CHECK(batch.position_versions[0].state.scaled == 6);
    CHECK(batch.position_versions[1].id == 2);
}

TEST_CASE("a position that ends a block as it began it gets no version and no number") {
    PositionBook book;
    rows::Batch batch;
    book.change(key(1)).scaled = 5;
    book.change(key(1)).scaled = 0;
    book.end_block(chain::BlockNumber{1}, batch);
    CHECK(batch.positions.empty());
    CHECK(batch.position_versions.empty());
    CHECK(book.next_id() == 1);
}

TEST_CASE("a book that holds a part asks for what it lacks, once, and refuses to guess") {
    PositionBook book{8};
    book.set_stored_reserves(1);
    CHECK(book.missing({key(1), key(1), key(2)}).size() == 2);
    CHECK_THROWS_AS(static_cast<void>(book.get(key(1))), InvariantBroken);
    book.insert(key(1), 3, {U256{9}, true, 0, 0});
    CHECK(book.missing({key(1)}).empty());
    CHECK(book.get(key(1)).scaled == 9);
    // Reserves that are not stored yet have no positions to load.
    CHECK(book.get(key(1, 2)).scaled == 0);
}

TEST_CASE("a trimmed book forgets everything and knows that it does") {
    PositionBook book;
    rows::Batch batch;
    book.change(key(1)).scaled = 5;
    book.end_block(chain::BlockNumber{1}, batch);
    book.trim(1);
    CHECK(book.size() == 1);
    book.trim(0);
    CHECK(book.size() == 0);
    book.set_stored_reserves(1);
    CHECK(book.missing({key(1)}).size() == 1);
    CHECK(book.next_id() == 2);
}

}  // namespace redink::protocols
