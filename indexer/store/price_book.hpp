#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounting/money/ids.hpp"
#include "accounting/valuation/price_set.hpp"

namespace redink::store {

class Connection;

/// Prices that are to be kept, and where they come from.
struct PriceImport {
    std::uint64_t chain_id = 0;
    valuation::PriceSet set;
    Digest digest;     ///< of the set
    std::string file;  ///< name of the file
};

/// Prices of one asset would be counted in two units.
struct UnitClash {
    AssetId asset;
    std::string unit;        ///< of the import
    std::string known_unit;  ///< of the same kind of prices that are kept
};

/// What became of an import. With a clash nothing was kept.
struct PriceImportResult {
    bool is_new = false;  ///< false without a clash: a set of that digest was there already
    std::optional<UnitClash> clash;
};

/// Which prices of a chain.
struct PriceSelection {
    std::uint64_t chain_id = 0;
    std::string kind;         ///< "market" or "scenario:<name>"
    std::uint64_t block = 0;  ///< those at or below it
    std::uint64_t time = 0;   ///< of that block: those not updated later
};

/// Imported price sets: added whole, never changed. Each call is one transaction; database trouble
/// throws.
class PriceBook {
  public:
    explicit PriceBook(Connection& connection) : connection_{connection} {
    }

    /// Keeps a set, or finds that it is there already.
    [[nodiscard]] PriceImportResult save(const PriceImport& import);

    /// What was said of assets in the newest block that has a price of them, for find_price: of
    /// several sets that have a price of one source there, the one that was imported last counts.
    [[nodiscard]] std::vector<valuation::PriceRow> load_prices(const PriceSelection& selection,
                                                               const std::vector<AssetId>& assets);

    /// Whether any prices of that kind were imported.
    [[nodiscard]] bool has_kind(std::uint64_t chain_id, const std::string& kind);

    /// The id of a chain by its configured name.
    [[nodiscard]] std::optional<std::uint64_t> find_chain(const std::string& name);

    /// Names of the chains in the database.
    [[nodiscard]] std::vector<std::string> load_chain_names();

  private:
    Connection& connection_;
};

}  // namespace redink::store
