#pragma once

#include <cstdint>
#include <span>

#include "indexer/chain/log.hpp"
#include "indexer/protocols/declaration.hpp"
#include "indexer/protocols/protocol.hpp"

namespace redink::protocols::aave_v3 {

/// Which contract emits an event.
enum class Role : std::uint8_t {
    provider,
    configurator,
    oracle,
    pool,
    supply_token,
    debt_token,
    stable_debt_token,
    feed
};

/// The name of a role in reports and in the store.
[[nodiscard]] std::string_view role_name(Role role);

/// The inverse of role_name.
[[nodiscard]] std::optional<Role> role_of(std::string_view name);

/// The events whose meaning the adapter knows. The other events of its table are kept as raw logs.
enum class EventId : std::uint8_t {
    other,
    proxy_created,
    address_set,
    address_set_as_proxy,
    price_oracle_updated,
    upgraded,
    reserve_initialized,
    collateral_configuration_changed,
    reserve_factor_changed,
    liquidation_fee_changed,
    emode_asset_category_changed,
    emode_category_added,
    emode_collateral_changed,
    reserve_borrowing,
    reserve_active,
    reserve_frozen,
    reserve_paused,
    reserve_dropped,
    flash_premium_to_protocol,
    bridge_fee,
    base_currency_set,
    asset_source_updated,
    answer_updated,
    supply,
    withdraw,
    borrow,
    repay,
    flash_loan,
    liquidation_call,
    reserve_data_updated,
    deficit_created,
    deficit_covered,
    minted_to_treasury,
    collateral_enabled,
    collateral_disabled,
    user_emode_set,
    mint_unbacked,
    back_unbacked,
    swap_rate_mode,
    rebalance_stable_rate,
    token_initialized,
    debt_token_initialized,
    transfer,
    mint,
    burn,
    balance_transfer,
    stable_mint,
    stable_burn
};

/// One event of the table: what it is, and how to read it.
struct KnownEvent {
    EventId id = EventId::other;
    Declaration declaration;
    bool raises_proof = false;
    bool discovers = false;
};

/// Every event of Aave v3, 3.0 to 3.7 (sources: aave-v3-core 1.16.2 and 1.19.3,
/// aave-v3-origin 3.1.0 to 3.7, Chainlink AggregatorInterface).
[[nodiscard]] std::span<const KnownEvent> known_events();

/// The event of a log by topic0 and number of topics; null when it is none of ours.
[[nodiscard]] const KnownEvent* find_event(const chain::Log& log);

}  // namespace redink::protocols::aave_v3
