#pragma once

#include <array>

namespace redink::store {

/// The tables of schema derived that write_derived fills from what an adapter says.
inline constexpr std::array kAdapterTables{"reserve",
                                           "reserve_state",
                                           "reserve_config",
                                           "emode_category",
                                           "account",
                                           "position",
                                           "position_version",
                                           "price",
                                           "feed_answer",
                                           "asset_source",
                                           "liquidation",
                                           "deficit",
                                           "domain_event",
                                           "setting",
                                           "drift"};

/// The tables of schema derived that the bookkeeper fills.
inline constexpr std::array kBookTables{
    "valuation", "valued_debt", "provisional_entry", "provisional_head"};

}  // namespace redink::store
