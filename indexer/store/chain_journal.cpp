#include "indexer/store/chain_journal.hpp"

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/chain_lock.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

std::optional<Finality> read_finality(pqxx::transaction_base& txn, std::uint64_t chain_id) {
    const auto found = txn.exec_params(
        "SELECT block_number, block_hash, head_block, source = 'tag' FROM redink.finality WHERE "
        "chain_id = $1",
        chain_id);
    if (found.empty()) {
        return std::nullopt;
    }
    return Finality{{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                     fixed_of<chain::Hash32>(found[0][1].c_str())},
                    chain::BlockNumber{found[0][2].as<std::uint64_t>()},
                    found[0][3].as<bool>() ? FinalitySource::tag : FinalitySource::depth};
}

Error changed(const chain::BlockRef& before, const chain::BlockRef& now) {
    return {make_error_code(StoreErrc::finality),
            "the chain's finalized block " + std::to_string(before.number.value()) +
                " changed: it was " + before.hash.hex() + " and is told to be " + now.hash.hex() +
                "; an endpoint lies or follows another network, or the network finalized two "
                "branches. Check the endpoints of the chain against a source you trust"};
}

// Before the newer block takes its place: the stored one, if our branch holds it.
void hold(pqxx::transaction_base& txn, std::uint64_t chain_id) {
    txn.exec_params(
        "UPDATE redink.finality f SET held_block = f.block_number, held_hash = f.block_hash FROM "
        "redink.block b WHERE f.chain_id = $1 AND b.chain_id = f.chain_id AND b.number = "
        "f.block_number AND b.canonical AND b.hash = f.block_hash",
        chain_id);
}

}  // namespace

Result<void> ChainJournal::save_finality(const Finality& told) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, chain_id_);
    const std::optional<Finality> before = read_finality(txn, chain_id_);
    if (before && told.finalized.number < before->finalized.number) {
        return {};
    }
    if (before && told.finalized.number == before->finalized.number &&
        told.finalized.hash != before->finalized.hash) {
        return changed(before->finalized, told.finalized);
    }
    hold(txn, chain_id_);
    txn.exec_params(
        "INSERT INTO redink.finality (chain_id, block_number, block_hash, source, head_block, "
        "first_head) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (chain_id) DO UPDATE SET "
        "block_number = excluded.block_number, block_hash = excluded.block_hash, source = "
        "excluded.source, head_block = excluded.head_block, told_at = now()",
        chain_id_,
        told.finalized.number.value(),
        to_bytea(told.finalized.hash.view()),
        told.source == FinalitySource::tag ? "tag" : "depth",
        told.head.value());
    hold(txn, chain_id_);
    txn.commit();
    return {};
}

std::optional<Finality> ChainJournal::load_finality() {
    pqxx::work txn{connection_.session()};
    return read_finality(txn, chain_id_);
}

std::optional<chain::BlockNumber> ChainJournal::load_held() {
    pqxx::work txn{connection_.session()};
    return load_held_block(txn, chain_id_);
}

void ChainJournal::save_reorg(const Reorg& reorg) {
    pqxx::work txn{connection_.session()};
    write_reorg(txn, chain_id_, reorg);
    txn.commit();
}

void ChainJournal::save_endpoint_fault(std::int32_t endpoint,
                                       std::optional<chain::BlockNumber> block,
                                       const std::string& what) {
    const std::optional<std::string> number =
        block ? std::optional{std::to_string(block->value())} : std::nullopt;
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "INSERT INTO redink.endpoint_fault (endpoint_id, block_number, what) VALUES ($1, $2, $3) "
        "ON CONFLICT (endpoint_id, coalesce(block_number, -1), md5(what)) DO UPDATE SET times = "
        "endpoint_fault.times + 1, last_found_at = now()",
        endpoint,
        number ? number->c_str() : nullptr,
        without_passwords(what));
    txn.commit();
}

void write_reorg(pqxx::transaction_base& txn, std::uint64_t chain_id, const Reorg& reorg) {
    invariant(reorg.old_head.number > reorg.fork.number, "a reorganisation replaces blocks");
    const std::optional<std::string> number =
        reorg.new_head ? std::optional{std::to_string(reorg.new_head->number.value())}
                       : std::nullopt;
    const std::optional<std::string> hash =
        reorg.new_head ? std::optional{to_bytea(reorg.new_head->hash.view())} : std::nullopt;
    txn.exec_params(
        "INSERT INTO redink.reorg (chain_id, fork_block, fork_hash, old_head_block, old_head_hash, "
        "new_head_block, new_head_hash, depth) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        chain_id,
        reorg.fork.number.value(),
        to_bytea(reorg.fork.hash.view()),
        reorg.old_head.number.value(),
        to_bytea(reorg.old_head.hash.view()),
        number ? number->c_str() : nullptr,
        hash ? hash->c_str() : nullptr,
        reorg.depth());
}

std::optional<chain::BlockNumber> load_held_block(pqxx::transaction_base& txn,
                                                  std::uint64_t chain_id) {
    hold(txn, chain_id);
    const auto found =
        txn.exec_params("SELECT held_block FROM redink.finality WHERE chain_id = $1", chain_id);
    if (found.empty() || found[0][0].is_null()) {
        return std::nullopt;
    }
    return chain::BlockNumber{found[0][0].as<std::uint64_t>()};
}

}  // namespace redink::store
