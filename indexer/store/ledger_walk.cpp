#include "indexer/store/ledger_walk.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"

namespace redink::store {
namespace {

constexpr std::array kBooks{ledger::Book::contract, ledger::Book::economic};

// Entries of a book in memory at once, but for those of a single block.
constexpr std::uint64_t kEntriesAtOnce = 5'000;

// The last block of a piece that begins at a block and holds some entries of either book.
std::uint64_t piece_end(pqxx::transaction_base& txn, const MarketRecord& market, Span blocks) {
    std::uint64_t end = blocks.last;
    for (const ledger::Book book : kBooks) {
        const auto found = txn.exec_params(
            "SELECT block_number FROM ledger.entry WHERE chain_id = $1 AND ledger_id = $2 AND "
            "block_number >= $3 ORDER BY block_number, position OFFSET $4 LIMIT 1",
            market.chain_id,
            ledger_number(market, book),
            blocks.first,
            kEntriesAtOnce);
        if (!found.empty()) {
            end = std::min(end, std::max(blocks.first, found[0][0].as<std::uint64_t>()));
        }
    }
    return end;
}

void tell(const std::vector<StoredEntry>& entries, const BookVisitor& visitor) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::uint64_t block = entries[i].entry.origin.block.number;
        visitor.entry(entries[i]);
        if (i + 1 == entries.size() || entries[i + 1].entry.origin.block.number != block) {
            visitor.block_ended(block);
        }
    }
}

}  // namespace

void walk_books(Connection& connection,
                const MarketRecord& market,
                chain::BlockNumber last,
                const BookVisitor& visitor) {
    pqxx::work txn{connection.session()};
    txn.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const Entities entities = read_entities(txn, market);
    std::uint64_t next = 0;
    while (next <= last.value()) {
        const std::uint64_t end = piece_end(txn, market, {next, last.value()});
        std::vector<StoredEntry> piece;
        for (const ledger::Book book : kBooks) {
            read_entries(connection,
                         market,
                         book,
                         {{}, {next, end}},
                         entities,
                         [&piece](const StoredEntry& entry) {
                             piece.push_back(entry);
                             return true;
                         });
        }
        // Books and positions are in order already.
        std::stable_sort(piece.begin(), piece.end(), [](const auto& a, const auto& b) {
            return a.entry.origin.block.number < b.entry.origin.block.number;
        });
        tell(piece, visitor);
        next = end + 1;
    }
}

}  // namespace redink::store
