#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "indexer/store/connection.hpp"
#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/store/market_writer.hpp"

namespace redink::test {

/// First block of every market of StoredChain.
inline constexpr std::uint64_t kFirstBlock = 100;

/// The block of a made-up chain; a branch is named by a letter.
[[nodiscard]] chain::BlockRef block_ref(std::uint64_t number, char branch = 'A');

/// Its header; the first block of a branch has the parent of branch `parent`.
[[nodiscard]] store::StoredHeader header_of(std::uint64_t number, char branch, char parent);

/// A log in it. Other `content` makes another log.
[[nodiscard]] chain::Log log_at(std::uint64_t number,
                                std::uint32_t log_index,
                                std::uint8_t content = 0,
                                char branch = 'A');

/// A migrated database with chain 1, market "aave" from block kFirstBlock on, and two endpoints.
class StoredChain {
  public:
    StoredChain();

    /// A source of the contracts address_of(n).
    std::int32_t add_source(std::initializer_list<std::uint8_t> contracts);

    /// Another market of chain 1.
    [[nodiscard]] store::MarketRecord add_market(const std::string& name,
                                                 std::uint64_t chain_id = 1);

    /// All headers of the range and these logs, for all sources of the market.
    [[nodiscard]] store::RangeFacts facts(std::uint64_t first,
                                          std::uint64_t last,
                                          std::vector<chain::Log> logs = {},
                                          const std::string& proof = "headers",
                                          char branch = 'A',
                                          char parent = 'A');

    /// Commits facts behind the cursor, without derived rows.
    void commit(const store::RangeFacts& facts);

    /// The rows of a statement, fields separated by `|`, rows by newlines.
    std::string ask(const std::string& sql);

    std::string url;
    store::Connection connection;
    store::MarketRegistry registry{connection};
    store::MarketRecord market;
    store::MarketWriter writer;
    std::int32_t first_endpoint = 0;
    std::int32_t second_endpoint = 0;
};

}  // namespace redink::test
