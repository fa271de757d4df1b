#include "indexer/store/proof_book.hpp"

#include <map>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/proof_stretches.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

std::string to_integer_array(const std::vector<std::int32_t>& numbers) {
    std::string text = "{";
    for (const std::int32_t number : numbers) {
        text += (text.size() > 1 ? "," : "") + std::to_string(number);
    }
    return text + "}";
}

// The blocks from the first weak one on that the same sources have in common.
WeakRange shared_range(const std::map<std::int32_t, std::vector<ProofStretch>>& weak,
                       chain::BlockNumber first,
                       chain::BlockNumber last) {
    WeakRange shared{{first, last}, {}, {}};
    for (const auto& [source, runs] : weak) {
        for (const ProofStretch& run : runs) {
            if (run.range.first > first) {
                shared.range.last = std::min(shared.range.last, run.range.first - 1);
            } else {
                shared.range.last = std::min(shared.range.last, run.range.last);
                shared.sources.push_back(source);
            }
        }
    }
    return shared;
}

}  // namespace

std::optional<WeakRange> ProofBook::load_weakest(const WeakSearch& search) {
    invariant(search.most_blocks > 0, "a range has at least one block");
    const std::string weak =
        " FROM redink.coverage c JOIN redink.source s USING (source_id) WHERE s.market_id = $1 AND "
        "redink.proof_strength(c.proof) < $2 AND c.from_block <= $3";
    const int strength = proof_strength(search.target);
    pqxx::work txn{connection_.session()};
    const auto lowest = txn.exec_params(
        "SELECT min(c.from_block)" + weak, market_.id, strength, search.up_to.value());
    if (lowest[0][0].is_null()) {
        return std::nullopt;
    }
    const chain::BlockNumber first{lowest[0][0].as<std::uint64_t>()};
    const chain::BlockNumber last = std::min(search.up_to, first + (search.most_blocks - 1));
    std::map<std::int32_t, std::vector<ProofStretch>> runs;
    for (const auto& row :
         txn.exec_params("SELECT c.source_id, c.from_block, c.to_block" + weak + " ORDER BY 1, 2",
                         market_.id,
                         strength,
                         last.value())) {
        // Which of the weak levels it is makes no difference here: neighbours are one run.
        std::vector<ProofStretch>& of_source = runs[row[0].as<std::int32_t>()];
        of_source = fill(of_source,
                         {{chain::BlockNumber{row[1].as<std::uint64_t>()},
                           chain::BlockNumber{row[2].as<std::uint64_t>()}},
                          "headers",
                          0});
    }
    WeakRange range = shared_range(runs, first, last);
    range.contracts = load_contracts(txn, range.sources);
    return range;
}

std::vector<chain::Address> ProofBook::load_contracts(pqxx::transaction_base& txn,
                                                      const std::vector<std::int32_t>& sources) {
    std::vector<chain::Address> contracts;
    for (const auto& row : txn.exec_params(
             "SELECT addresses FROM redink.source WHERE market_id = $1 AND source_id = ANY "
             "($2::integer[]) ORDER BY source_id",
             market_.id,
             to_integer_array(sources))) {
        const std::vector<chain::Address> more = addresses_of(row[0].c_str());
        contracts.insert(contracts.end(), more.begin(), more.end());
    }
    return contracts;
}

}  // namespace redink::store
