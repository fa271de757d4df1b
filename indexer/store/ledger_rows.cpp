#include "indexer/store/ledger_rows.hpp"

#include <algorithm>
#include <limits>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/chain/sha256.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/copy_reader.hpp"
#include "indexer/store/copy_writer.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

std::int64_t signed_of(std::uint64_t value) {
    invariant(value <= std::numeric_limits<std::int64_t>::max(), "a number of 2^63 or more");
    return static_cast<std::int64_t>(value);
}

template <std::size_t N>
std::array<std::uint8_t, N> array_of(chain::ByteView bytes) {
    std::array<std::uint8_t, N> out{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), N), out.begin());
    return out;
}

void put(CopyWriter& out, const Digest& digest) {
    digest.is_none() ? out.null() : out.bytea(digest.bytes);
}

void put_origin(CopyWriter& out, const ledger::Origin& origin) {
    out.bytea(origin.block.hash.bytes);
    out.int8(signed_of(origin.block.time));
    origin.log_index ? out.int8(*origin.log_index) : out.null();
    put(out, origin.txn_hash);
    out.int8(origin.ordinal);
    put(out, origin.evidence);
    out.int8(origin.revision);
}

void put_legs(CopyWriter& out, const std::vector<ledger::Leg>& legs) {
    out.begin_array(ElementType::int2, legs.size());
    for (const ledger::Leg& leg : legs) {
        out.int2(static_cast<std::int16_t>(leg.account));
    }
    out.begin_array(ElementType::boolean, legs.size());
    for (const ledger::Leg& leg : legs) {
        out.boolean(leg.side == ledger::Side::debit);
    }
    out.begin_array(ElementType::numeric, legs.size());
    for (const ledger::Leg& leg : legs) {
        out.numeric(leg.units);
    }
    out.begin_array(ElementType::bytea, legs.size());
    for (const ledger::Leg& leg : legs) {
        leg.party.is_nobody() ? out.null() : out.bytea(leg.party.bytes);
    }
}

void put_words(CopyWriter& out, const ledger::Entry& entry) {
    entry.reverses ? out.bytea(entry.reverses->bytes) : out.null();
    out.text(entry.narrative);
    put_legs(out, entry.legs);
}

constexpr const char* kEntryColumns =
    "position, entry_id, book, rule, entity_id, block_number, block_hash, block_time, log_index, "
    "txn_hash, ordinal, evidence, revision, reverses, narrative, leg_account, leg_debit, "
    "leg_units, leg_party, high_block, payload, hash";

Digest take_digest(CopyReader& in) {
    const auto bytes = in.bytea_or_null();
    return bytes ? digest_of(*bytes) : Digest{};
}

// As stored, even where it is nonsense: whoever reads checks it.
void take_origin(CopyReader& in, ledger::Origin& origin) {
    origin.block.number = static_cast<std::uint64_t>(in.int8());
    origin.block.hash = take_digest(in);
    origin.block.time = static_cast<std::uint64_t>(in.int8());
    if (const auto log_index = in.int8_or_null()) {
        origin.log_index = static_cast<std::uint32_t>(*log_index);
    }
    origin.txn_hash = take_digest(in);
    origin.ordinal = static_cast<std::uint32_t>(in.int8());
    origin.evidence = take_digest(in);
    origin.revision = static_cast<std::uint32_t>(in.int8());
}

void take_legs(CopyReader& in, std::vector<ledger::Leg>& legs) {
    legs.resize(in.begin_array());
    for (ledger::Leg& leg : legs) {
        leg.account = static_cast<ledger::Account>(in.int2());
    }
    invariant(in.begin_array() == legs.size(), "arrays of legs differ in length");
    for (ledger::Leg& leg : legs) {
        leg.side = in.boolean() ? ledger::Side::debit : ledger::Side::credit;
    }
    invariant(in.begin_array() == legs.size(), "arrays of legs differ in length");
    for (ledger::Leg& leg : legs) {
        leg.units = in.numeric().units();
    }
    invariant(in.begin_array() == legs.size(), "arrays of legs differ in length");
    for (ledger::Leg& leg : legs) {
        const auto party = in.bytea_or_null();
        leg.party = party ? PartyId{array_of<20>(*party)} : PartyId{};
    }
}

void take_entry(CopyReader& in, const Entities& entities, StoredEntry& row) {
    row.position = static_cast<std::uint64_t>(in.int8());
    row.identity = take_digest(in);
    row.entry.book = static_cast<ledger::Book>(in.int2());
    row.entry.rule = static_cast<ledger::Rule>(in.int2());
    row.entity_id = in.int4();
    const auto entity = entities.find(row.entity_id);
    row.entry.entity = entity == entities.end() ? ledger::Entity{} : entity->second;
    row.entry.origin.log_index.reset();
    take_origin(in, row.entry.origin);
    const auto reverses = in.bytea_or_null();
    row.entry.reverses = reverses ? std::optional{digest_of(*reverses)} : std::nullopt;
    row.entry.narrative = in.text();
    take_legs(in, row.entry.legs);
    row.high_block = static_cast<std::uint64_t>(in.int8());
    row.payload = take_digest(in);
    row.hash = take_digest(in);
}

}  // namespace

std::int32_t ledger_number(const MarketRecord& market, ledger::Book book) {
    return 2 * market.id + static_cast<std::int32_t>(book);
}

Digest genesis_of(const MarketRecord& market, ledger::Book book) {
    return ledger::genesis({market.chain_id, market.protocol, market.address.bytes(), book},
                           chain::sha256);
}

std::string ledger_name(const MarketRecord& market, ledger::Book book) {
    return std::string{book == ledger::Book::contract ? "contract" : "economic"} +
           " ledger of market \"" + market.name + "\"";
}

Digest digest_of(chain::ByteView bytes) {
    return Digest{array_of<32>(bytes)};
}

std::string hex_of(const Digest& digest) {
    return chain::to_hex(digest.bytes);
}

LedgerHead read_head(pqxx::transaction_base& txn, const MarketRecord& market, ledger::Book book) {
    const auto found = txn.exec_params(
        "SELECT position, hash, high_block FROM ledger.entry WHERE chain_id = $1 AND "
        "ledger_id = $2 ORDER BY position DESC LIMIT 1",
        market.chain_id,
        ledger_number(market, book));
    if (found.empty()) {
        return {0, genesis_of(market, book), 0};
    }
    return {found[0][0].as<std::uint64_t>(),
            digest_of(bytes_of(found[0][1].c_str())),
            found[0][2].as<std::uint64_t>()};
}

Entities read_entities(pqxx::transaction_base& txn, const MarketRecord& market) {
    Entities entities;
    for (const auto& row : txn.exec_params(
             "SELECT entity_id, pool, reserve, asset FROM ledger.entity WHERE market_id = $1",
             market.id)) {
        entities[row[0].as<std::int32_t>()] = {bytes_of(row[1].c_str()),
                                               array_of<20>(bytes_of(row[2].c_str())),
                                               AssetId{array_of<20>(bytes_of(row[3].c_str()))}};
    }
    return entities;
}

void read_entries(Connection& connection,
                  const MarketRecord& market,
                  ledger::Book book,
                  const EntrySlice& slice,
                  const Entities& entities,
                  const std::function<bool(const StoredEntry&)>& take) {
    const auto between = [](const Span& span) {
        return " BETWEEN " + std::to_string(span.first) + " AND " + std::to_string(span.last);
    };
    const bool all_blocks = slice.blocks.last == Span{}.last;
    CopyReader in{connection,
                  "SELECT " + std::string{kEntryColumns} +
                      " FROM ledger.entry WHERE chain_id = " + std::to_string(market.chain_id) +
                      " AND ledger_id = " + std::to_string(ledger_number(market, book)) +
                      " AND position" + between(slice.positions) +
                      (all_blocks ? "" : " AND block_number" + between(slice.blocks)) +
                      " ORDER BY position"};
    StoredEntry row;
    while (in.next()) {
        take_entry(in, entities, row);
        if (!take(row)) {
            return;
        }
    }
}

void write_entries(Connection& connection,
                   const MarketRecord& market,
                   std::span<const StoredEntry> entries) {
    CopyWriter out{
        connection,
        "ledger.entry_" + std::to_string(market.chain_id),
        {"chain_id",  "ledger_id",    "position",   "entry_id",   "book",      "rule",
         "entity_id", "block_number", "block_hash", "block_time", "log_index", "txn_hash",
         "ordinal",   "evidence",     "revision",   "reverses",   "narrative", "leg_account",
         "leg_debit", "leg_units",    "leg_party",  "high_block", "payload",   "hash"}};
    for (const StoredEntry& row : entries) {
        out.begin_row();
        out.int8(signed_of(market.chain_id));
        out.int4(ledger_number(market, row.entry.book));
        out.int8(signed_of(row.position));
        out.bytea(row.identity.bytes);
        out.int2(static_cast<std::int16_t>(row.entry.book));
        out.int2(static_cast<std::int16_t>(row.entry.rule));
        out.int4(row.entity_id);
        out.int8(signed_of(row.entry.origin.block.number));
        put_origin(out, row.entry.origin);
        put_words(out, row.entry);
        out.int8(signed_of(row.high_block));
        out.bytea(row.payload.bytes);
        out.bytea(row.hash.bytes);
    }
    out.finish();
}

void write_provisional(Connection& connection,
                       const MarketRecord& market,
                       std::span<const ledger::Entry> entries) {
    CopyWriter out{
        connection,
        "derived.provisional_entry",
        {"market_id", "from_block", "sequence",   "book",       "rule",      "pool",
         "reserve",   "asset",      "block_hash", "block_time", "log_index", "txn_hash",
         "ordinal",   "evidence",   "revision",   "reverses",   "narrative", "leg_account",
         "leg_debit", "leg_units",  "leg_party"}};
    std::int32_t sequence = 0;
    for (const ledger::Entry& entry : entries) {
        out.begin_row();
        out.int4(market.id);
        out.int8(signed_of(entry.origin.block.number));
        out.int4(++sequence);
        out.int2(static_cast<std::int16_t>(entry.book));
        out.int2(static_cast<std::int16_t>(entry.rule));
        out.bytea(entry.entity.pool);
        out.bytea(entry.entity.reserve);
        out.bytea(entry.entity.asset.bytes);
        put_origin(out, entry.origin);
        put_words(out, entry);
    }
    out.finish();
}

}  // namespace redink::store
