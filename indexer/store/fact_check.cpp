#include "indexer/store/fact_check.hpp"

#include <map>
#include <optional>

#include <pqxx/pqxx>

#include "indexer/store/errors.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

Error reorganised(chain::BlockNumber number,
                  const chain::Hash32& stored,
                  const chain::Hash32& told) {
    return {make_error_code(StoreErrc::reorganised),
            "block " + std::to_string(number.value()) + " is stored as " + stored.hex() +
                ", but told to be " + told.hex() +
                ": one of them was replaced by a reorganisation, or an endpoint lies"};
}

// Hash or parent's hash of the canonical block at a height.
std::optional<chain::Hash32> read_hash(pqxx::transaction_base& txn,
                                       const MarketRecord& market,
                                       chain::BlockNumber number,
                                       const char* column) {
    const auto found = txn.exec_params(std::string{"SELECT "} + column +
                                           " FROM redink.block WHERE chain_id = $1 AND number = $2 "
                                           "AND canonical",
                                       market.chain_id,
                                       number.value());
    return found.empty() ? std::nullopt
                         : std::optional{fixed_of<chain::Hash32>(found[0][0].c_str())};
}

}  // namespace

Result<void> check_same_blocks(pqxx::transaction_base& txn,
                               const MarketRecord& market,
                               const RangeFacts& facts) {
    std::map<chain::BlockNumber, chain::Hash32> told;
    for (const StoredHeader& header : facts.headers) {
        told.emplace(header.number, header.hash);
    }
    for (const auto& row : txn.exec_params(
             "SELECT number, hash FROM redink.block WHERE chain_id = $1 AND number BETWEEN $2 AND "
             "$3 AND canonical ORDER BY number",
             market.chain_id,
             facts.range.first.value(),
             facts.range.last.value())) {
        const chain::BlockNumber number{row[0].as<std::uint64_t>()};
        const auto stored = fixed_of<chain::Hash32>(row[1].c_str());
        const auto found = told.find(number);
        if (found != told.end() && found->second != stored) {
            return reorganised(number, stored, found->second);
        }
    }
    return {};
}

Result<void> check_links(pqxx::transaction_base& txn,
                         const MarketRecord& market,
                         const RangeFacts& facts) {
    if (facts.headers.empty()) {
        return {};
    }
    const auto [first, last] = facts.range;
    const StoredHeader& lowest = facts.headers.front();
    const StoredHeader& highest = facts.headers.back();
    if (lowest.number == first && first.value() > 0) {
        const auto before = read_hash(txn, market, first - 1, "hash");
        if (before && *before != lowest.parent_hash) {
            return reorganised(first - 1, *before, lowest.parent_hash);
        }
    }
    if (highest.number == last) {
        const auto told = read_hash(txn, market, last + 1, "parent_hash");
        if (told && *told != highest.hash) {
            return reorganised(last, *told, highest.hash);
        }
    }
    return {};
}

}  // namespace redink::store
