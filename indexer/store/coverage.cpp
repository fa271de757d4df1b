#include "indexer/store/coverage.hpp"

#include <pqxx/pqxx>

namespace redink::store {
namespace {

void save_changed(pqxx::transaction_base& txn,
                  std::int32_t source,
                  const std::vector<ProofStretch>& before,
                  const std::vector<ProofStretch>& after) {
    const auto holds = [](const std::vector<ProofStretch>& all, const ProofStretch& one) {
        return std::find(all.begin(), all.end(), one) != all.end();
    };
    for (const ProofStretch& stretch : before) {
        if (!holds(after, stretch)) {
            txn.exec_params("DELETE FROM redink.coverage WHERE source_id = $1 AND from_block = $2",
                            source,
                            stretch.range.first.value());
        }
    }
    for (const ProofStretch& stretch : after) {
        if (!holds(before, stretch)) {
            txn.exec_params("INSERT INTO redink.coverage VALUES ($1, $2, $3, $4, $5)",
                            source,
                            stretch.range.first.value(),
                            stretch.range.last.value(),
                            stretch.proof,
                            stretch.endpoint);
        }
    }
}

template <class Change>
void change_coverage(pqxx::transaction_base& txn, const RangeFacts& facts, Change change) {
    const ProofStretch stretch{facts.range, facts.proof, facts.endpoint};
    for (const std::int32_t source : facts.sources) {
        const std::vector<ProofStretch> before = load_stretches(txn, source, facts.range);
        save_changed(txn, source, before, change(before, stretch));
    }
}

}  // namespace

std::vector<ProofStretch> load_stretches(pqxx::transaction_base& txn,
                                         std::int32_t source,
                                         const chain::BlockRange& range) {
    std::vector<ProofStretch> stretches;
    for (const auto& row : txn.exec_params(
             "SELECT from_block, to_block, proof, endpoint_id FROM redink.coverage WHERE "
             "source_id = $1 AND from_block <= $3 + 1 AND to_block >= $2 - 1 ORDER BY 1",
             source,
             static_cast<std::int64_t>(range.first.value()),
             static_cast<std::int64_t>(range.last.value()))) {
        stretches.push_back({{chain::BlockNumber{row[0].as<std::uint64_t>()},
                              chain::BlockNumber{row[1].as<std::uint64_t>()}},
                             row[2].c_str(),
                             row[3].as<std::int32_t>()});
    }
    return stretches;
}

void fill_coverage(pqxx::transaction_base& txn, const RangeFacts& facts) {
    change_coverage(txn, facts, fill);
}

void raise_coverage(pqxx::transaction_base& txn, const RangeFacts& facts) {
    change_coverage(txn, facts, replace);
}

}  // namespace redink::store
