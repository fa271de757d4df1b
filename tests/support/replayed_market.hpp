#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "accounting/valuation/aave_account.hpp"
#include "indexer/chain/header.hpp"
#include "indexer/protocols/protocol.hpp"

namespace redink::test {

/// A market that is rebuilt in memory from a recording, block by block, with everything that the
/// adapter wrote so far.
class ReplayedMarket {
  public:
    /// `folder` holds chain.jsonl.gz and meta.json. An empty `version` leaves the market without.
    ReplayedMarket(const std::string& folder, const std::string& version);
    ~ReplayedMarket();

    /// Applies blocks up to `block`, included.
    void advance_to(std::uint64_t block);

    /// The position, as the newest version says.
    [[nodiscard]] rows::PositionState position(rows::ReserveId reserve,
                                               const chain::Address& account,
                                               rows::Side side) const;

    /// What the account has in a reserve now, priced, with the parameters that apply to it.
    [[nodiscard]] valuation::Holding holding(positions::AaveVersion version,
                                             const rows::Reserve& reserve,
                                             const chain::Address& account) const;

    /// Called at the end of every block with what the adapter wrote in it.
    std::function<void(const chain::Header& header, const rows::Batch& batch)> on_block;

    /// The protocol's totals of a reserve at a time.
    [[nodiscard]] rows::ReserveTotals totals(rows::ReserveId reserve, std::uint64_t time) const;

    /// Newest versions by reserve.
    std::map<rows::ReserveId, rows::ReserveState> states;
    std::map<rows::ReserveId, rows::ReserveConfig> configs;
    std::map<chain::Address, rows::Reserve> reserves;
    std::map<std::uint32_t, rows::EmodeCategory> emode;
    std::map<chain::Address, std::uint32_t> account_emode;
    std::map<chain::Address, std::optional<U256>> prices;
    std::uint64_t timestamp = 0;
    nlohmann::json meta;
    std::size_t drifts = 0;

  private:
    struct Reader;
    void discover(const std::string& path);
    void absorb(const rows::Batch& batch);

    std::unique_ptr<Reader> reader_;
    std::unique_ptr<protocols::Protocol> protocol_;
    std::unique_ptr<protocols::Market> market_;
    protocols::PositionBook book_;
};

/// Reads a gzip JSON file.
nlohmann::json read_json(const std::string& path);

}  // namespace redink::test
