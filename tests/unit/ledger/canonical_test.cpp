#include "accounting/ledger/canonical.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "indexer/chain/hex.hpp"
#include "indexer/chain/sha256.hpp"

namespace redink::ledger {
namespace {

using Json = nlohmann::json;

/// The checked-in vectors; canonical_vectors.py beside them is where they come from.
const Json& vectors() {
    static const Json document = [] {
        std::ifstream file{std::string{REDINK_TEST_DATA} + "/ledger/canonical.json"};
        return Json::parse(file);
    }();
    return document;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
    return chain::to_hex(bytes).substr(2);
}

chain::Bytes bytes_of(const Json& text) {
    return chain::from_hex("0x" + text.get<std::string>()).value();
}

template <class Id>
Id id_of(const Json& text) {
    Id id;
    REQUIRE(chain::from_hex_exact("0x" + text.get<std::string>(), id.bytes));
    return id;
}

std::array<std::uint8_t, 20> address_of(const Json& text) {
    return id_of<PartyId>(text).bytes;
}

Origin origin_of(const Json& json) {
    Origin origin;
    origin.block.number = json.at("block_number").get<std::uint64_t>();
    origin.block.hash = id_of<Digest>(json.at("block_hash"));
    origin.block.time = json.at("block_time").get<std::uint64_t>();
    if (!json.at("log_index").is_null()) {
        origin.log_index = json.at("log_index").get<std::uint32_t>();
    }
    origin.txn_hash = id_of<Digest>(json.at("txn_hash"));
    origin.ordinal = json.at("ordinal").get<std::uint32_t>();
    origin.evidence = id_of<Digest>(json.at("evidence"));
    origin.revision = json.at("revision").get<std::uint32_t>();
    return origin;
}

Entry entry_of(const Json& json) {
    Entry entry;
    entry.book = static_cast<Book>(json.at("book").get<int>());
    entry.rule = static_cast<Rule>(json.at("rule").get<int>());
    entry.entity.pool = bytes_of(json.at("pool"));
    entry.entity.reserve = address_of(json.at("reserve"));
    entry.entity.asset = id_of<AssetId>(json.at("asset"));
    entry.origin = origin_of(json);
    entry.narrative = json.at("narrative").get<std::string>();
    if (!json.at("reverses").is_null()) {
        entry.reverses = id_of<Digest>(json.at("reverses"));
    }
    for (const Json& leg : json.at("legs")) {
        entry.legs.push_back({static_cast<Account>(leg.at("account").get<int>()),
                              static_cast<Side>(leg.at("side").get<int>()),
                              from_decimal(leg.at("units").get<std::string>()).value(),
                              id_of<PartyId>(leg.at("party"))});
    }
    return entry;
}

Digest genesis_of_vectors() {
    const Json& json = vectors().at("ledger");
    const std::string protocol = json.at("protocol").get<std::string>();
    return genesis({json.at("chain_id").get<std::uint64_t>(),
                    protocol,
                    address_of(json.at("market")),
                    static_cast<Book>(json.at("book").get<int>())},
                   chain::sha256);
}

}  // namespace

TEST_CASE("genesis, identities, bytes and hashes equal those of the second implementation") {
    const Digest ledger = genesis_of_vectors();
    CHECK(hex_of(ledger.bytes) == vectors().at("genesis"));
    Digest head = ledger;
    std::uint64_t position = 0;
    for (const Json& row : vectors().at("entries")) {
        CAPTURE(position);
        const Entry entry = entry_of(row.at("entry"));
        const Digest identity = identity_of(ledger, entry, chain::sha256);
        const std::vector<std::uint8_t> bytes = canonical_bytes(identity, entry);
        head = chain_hash(++position, head, bytes, chain::sha256);
        CHECK(hex_of(identity.bytes) == row.at("identity"));
        CHECK(hex_of(bytes) == row.at("canonical"));
        CHECK(hex_of(head.bytes) == row.at("hash"));
    }
    CHECK(position == 4);
}

TEST_CASE("mirror_of gives the mirror of the vectors") {
    const Digest ledger = genesis_of_vectors();
    const Entry entry = entry_of(vectors().at("entries").at(0).at("entry"));
    const Entry mirror = mirror_of(entry, identity_of(ledger, entry, chain::sha256));
    CHECK(mirror == entry_of(vectors().at("entries").at(3).at("entry")));
}

TEST_CASE("an identity tells where an entry comes from and not what it says") {
    const Digest ledger = genesis_of_vectors();
    const Entry entry = entry_of(vectors().at("entries").at(1).at("entry"));
    const auto identity = [&](auto change) {
        Entry changed = entry;
        change(changed);
        return identity_of(ledger, changed, chain::sha256);
    };
    const Digest same = identity([](Entry&) {});
    CHECK(identity([](Entry& e) { e.narrative = "other"; }) == same);
    CHECK(identity([](Entry& e) { e.legs.pop_back(); }) == same);
    CHECK(identity([](Entry& e) { e.origin.block.hash.bytes[0] ^= 1; }) != same);
    CHECK(identity([](Entry& e) { e.origin.log_index = 0; }) != same);
    CHECK(identity([](Entry& e) { e.rule = Rule::interest; }) != same);
    CHECK(identity([](Entry& e) { ++e.origin.ordinal; }) != same);
    CHECK(identity([](Entry& e) { e.origin.evidence.bytes[0] ^= 1; }) != same);
    CHECK(identity([](Entry& e) { ++e.origin.revision; }) != same);
    CHECK(identity([](Entry& e) { e.reverses = Digest{}; }) != same);
    CHECK(identity_of(Digest{{1}}, entry, chain::sha256) != same);
}

TEST_CASE("every field changes the canonical bytes") {
    const Entry entry = entry_of(vectors().at("entries").at(0).at("entry"));
    const auto bytes = [&](auto change) {
        Entry changed = entry;
        change(changed);
        return canonical_bytes(Digest{}, changed);
    };
    const std::vector<std::uint8_t> same = bytes([](Entry&) {});
    CHECK(canonical_bytes(Digest{{1}}, entry) != same);
    CHECK(bytes([](Entry& e) { e.book = Book::economic; }) != same);
    CHECK(bytes([](Entry& e) { e.entity.pool.push_back(0); }) != same);
    CHECK(bytes([](Entry& e) { e.entity.reserve[0] ^= 1; }) != same);
    CHECK(bytes([](Entry& e) { e.entity.asset.bytes[0] ^= 1; }) != same);
    CHECK(bytes([](Entry& e) { ++e.origin.block.number; }) != same);
    CHECK(bytes([](Entry& e) { ++e.origin.block.time; }) != same);
    CHECK(bytes([](Entry& e) { e.origin.log_index.reset(); }) != same);
    CHECK(bytes([](Entry& e) { e.origin.txn_hash.bytes[0] ^= 1; }) != same);
    CHECK(bytes([](Entry& e) { e.narrative += "."; }) != same);
    CHECK(bytes([](Entry& e) { e.legs.at(0).party.bytes[0] ^= 1; }) != same);
    CHECK(bytes([](Entry& e) { e.legs.at(0).side = Side::credit; }) != same);
    CHECK(bytes([](Entry& e) { e.legs.at(0).units += 1U; }) != same);
}

TEST_CASE("the same bytes at another position, or after another entry, hash otherwise") {
    const std::vector<std::uint8_t> bytes{1, 2, 3};
    const Digest first = chain_hash(1, Digest{}, bytes, chain::sha256);
    CHECK(chain_hash(1, Digest{}, bytes, chain::sha256) == first);
    CHECK(chain_hash(2, Digest{}, bytes, chain::sha256) != first);
    CHECK(chain_hash(1, Digest{{1}}, bytes, chain::sha256) != first);
    CHECK(chain_hash(1, Digest{}, std::vector<std::uint8_t>{1, 2}, chain::sha256) != first);
}

TEST_CASE("ledgers of other chains, protocols, markets and books begin otherwise") {
    const LedgerId id{1, "aave-v3", {{1}}, Book::contract};
    const auto of = [](LedgerId changed) { return genesis(changed, chain::sha256); };
    CHECK(of(id) == of(id));
    CHECK(of({2, "aave-v3", {{1}}, Book::contract}) != of(id));
    CHECK(of({1, "aave-v2", {{1}}, Book::contract}) != of(id));
    CHECK(of({1, "aave-v3", {{2}}, Book::contract}) != of(id));
    CHECK(of({1, "aave-v3", {{1}}, Book::economic}) != of(id));
}

}  // namespace redink::ledger
