#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "accounting/money/ids.hpp"
#include "accounting/money/u256.hpp"
#include "accounting/valuation/shortfall.hpp"

namespace redink::valuation {

/// The largest scale: 10^77 is the last power of ten below 2^256.
inline constexpr std::uint8_t kMaxPriceScale = 77;

/// What one source said of one asset. Worth of one whole token: price / 10^scale of `unit`.
struct PriceRow {
    AssetId asset;
    U256 price;                    ///< never zero
    std::uint8_t scale = 0;        ///< digits behind the point, at most 77
    std::string unit;              ///< "usd", or whatever else prices are counted in
    std::string source;            ///< who said so
    std::string round_id;          ///< the source's own number for it; may be empty
    std::uint64_t updated_at = 0;  ///< Unix seconds
    std::uint64_t block = 0;       ///< from the end of this block on

    friend bool operator==(const PriceRow&, const PriceRow&) = default;
};

/// Prices that never change once they are used. `kind` is "market" or "scenario:<name>"; the
/// protocol's own prices are facts of the chain and not here.
struct PriceSet {
    std::string kind;
    std::vector<PriceRow> rows;
};

/// The order of the canonical form: asset, block, source, then the rest.
void sort_rows(std::vector<PriceRow>& rows);

/// The bytes that are hashed to the digest of a price set, whatever the order of its rows: sized
/// "redink.prices.v1", sized kind, u32 number of rows, and of each row in order asset (20 bytes),
/// u256 price, u8 scale, sized unit, sized source, sized round id, u64 updated_at, u64 block.
/// Integers are big-endian; `sized` is a u32 length and then the text, as in the ledger.
[[nodiscard]] std::vector<std::uint8_t> canonical_bytes(const PriceSet& set);

/// When and how a price is looked for.
struct PriceQuery {
    AssetId asset;
    std::uint64_t block = 0;  ///< of the valuation
    std::uint64_t time = 0;   ///< of that block, Unix seconds
    std::uint64_t max_age_seconds = 0;
};

/// A price and whether it may be used.
struct FoundPrice {
    PriceState state = PriceState::missing;
    std::optional<PriceRow> row;  ///< there unless missing; a stale one is for display only
};

/// The price in force: of the rows of the asset at or below the block and not updated after its
/// time, those of the newest block; of several sources the median by price (of an even number the
/// lower middle one). Stale when it was updated more than the largest age before the block's time.
/// InvariantBroken when sources of one block count in different units, which an import refuses.
[[nodiscard]] FoundPrice find_price(std::span<const PriceRow> rows, const PriceQuery& query);

/// A price with `to_scale` digits behind the point, rounded as told. Throws std::overflow_error
/// when it does not fit 256 bits.
[[nodiscard]] U256 rescale(const PriceRow& row, std::uint8_t to_scale, Round round);

}  // namespace redink::valuation
