#pragma once

#include <optional>

#include "accounting/money/ratio.hpp"

namespace redink::coverage {

/// What stands behind the claims of lenders, in units of one asset.
struct LenderAssets {
    U256 cash;
    U256 loans;
    U256 deficits;  ///< deficit.open, deficit.slashed and deficit.auction
    U256 allowance;
    U256 written_off;
    U256 expected_cover;  ///< what layers above the lenders would pay of the open loss
    U256 claims;          ///< of the lenders
};

/// Two answers to "what is a claim of 1 worth": of the books, and of the protocol.
struct LenderValue {
    U256 net_assets;  ///< what is behind the claims
    Ratio per_claim;  ///< net assets / claims, rounded down; may be above 1
    Ratio shortfall;  ///< 1 - per_claim, rounded up; zero when the claims are whole
};

/// Lender NAV = cash + loans + deficit.* - allowance - written_off + expected cover, and per claim.
/// Show the protocol's own share price beside it: that one ignores what nobody recognised.
/// InvariantBroken when allowance and written_off exceed loans and deficits (I4).
[[nodiscard]] LenderValue lender_value(const LenderAssets& assets);

/// The book share price: total assets by the protocol's own count / shares, rounded down.
[[nodiscard]] Ratio book_share_price(const U256& total_assets, const U256& shares);

}  // namespace redink::coverage
