#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "indexer/rows/batch.hpp"

namespace redink::protocols::aave_v3 {

/// What AaveOracle.getAssetPrice answers, as far as feeds tell by event: the last answer of the
/// source that the current oracle names for the asset. An answer of zero or less is no price.
class Prices {
  public:
    /// Another oracle takes over: every asset is priced anew.
    void set_oracle(const chain::Address& oracle, const rows::LogRef& log, rows::Batch& batch);

    /// The base currency and its unit: it prices itself (BaseCurrencySet).
    void set_base(const chain::Address& currency, const U256& unit);

    /// An oracle names the source of an asset.
    void set_source(const rows::AssetSource& source, rows::Batch& batch);

    /// A feed answered.
    void set_answer(const rows::FeedAnswer& answer, rows::Batch& batch);

    /// The price of an asset in the base unit now; empty when there is none.
    [[nodiscard]] std::optional<U256> find(const chain::Address& asset) const;

    /// Takes up a stored state; nothing is written.
    void restore(const rows::Snapshot& snapshot, const chain::Address& oracle);

  private:
    void reprice(const chain::Address& asset, const rows::LogRef& log, rows::Batch& batch);
    [[nodiscard]] std::optional<chain::Address> source_of(const chain::Address& asset) const;

    chain::Address oracle_;
    std::optional<std::pair<chain::Address, U256>> base_;
    std::map<std::pair<chain::Address, chain::Address>, chain::Address> sources_;
    std::unordered_map<chain::Address, std::vector<chain::Address>> assets_;  ///< by source
    std::unordered_map<chain::Address, std::optional<U256>> answers_;         ///< by source
    std::map<chain::Address, std::optional<U256>> prices_;                    ///< by asset
};

}  // namespace redink::protocols::aave_v3
