#include "indexer/protocols/aave_v3/events.hpp"

#include <array>
#include <unordered_map>
#include <utility>

namespace redink::protocols::aave_v3 {
namespace {

struct Row {
    EventId id;
    std::string_view declaration;
    bool raises_proof = false;
};

// One declaration a line: this is a table.
// clang-format off
constexpr auto kRows = std::to_array<Row>({
    // PoolAddressesProvider and its proxies
    {EventId::proxy_created, "ProxyCreated(bytes32 indexed id, address indexed proxy, address indexed implementation)"},
    {EventId::address_set, "AddressSet(bytes32 indexed id, address indexed oldAddress, address indexed newAddress)"},
    {EventId::address_set_as_proxy, "AddressSetAsProxy(bytes32 indexed id, address indexed proxy, address oldImplementation, address indexed newImplementation)"},
    {EventId::price_oracle_updated, "PriceOracleUpdated(address indexed oldAddress, address indexed newAddress)"},
    {EventId::upgraded, "Upgraded(address indexed implementation)"},
    {EventId::other, "PoolUpdated(address indexed oldAddress, address indexed newAddress)"},
    {EventId::other, "PoolConfiguratorUpdated(address indexed oldAddress, address indexed newAddress)"},
    {EventId::other, "PriceOracleSentinelUpdated(address indexed oldAddress, address indexed newAddress)"},
    {EventId::other, "PoolDataProviderUpdated(address indexed oldAddress, address indexed newAddress)"},
    {EventId::other, "ACLManagerUpdated(address indexed oldAddress, address indexed newAddress)"},
    {EventId::other, "ACLAdminUpdated(address indexed oldAddress, address indexed newAddress)"},
    // PoolConfigurator
    {EventId::reserve_initialized, "ReserveInitialized(address indexed asset, address indexed aToken, address stableDebtToken, address variableDebtToken, address interestRateStrategy)"},
    {EventId::collateral_configuration_changed, "CollateralConfigurationChanged(address indexed asset, uint256 ltv, uint256 liquidationThreshold, uint256 liquidationBonus)"},
    {EventId::reserve_factor_changed, "ReserveFactorChanged(address indexed asset, uint256 oldReserveFactor, uint256 newReserveFactor)"},
    {EventId::liquidation_fee_changed, "LiquidationProtocolFeeChanged(address indexed asset, uint256 oldFee, uint256 newFee)"},
    {EventId::emode_asset_category_changed, "EModeAssetCategoryChanged(address indexed asset, uint8 oldCategoryId, uint8 newCategoryId)"},
    {EventId::emode_category_added, "EModeCategoryAdded(uint8 indexed categoryId, uint256 ltv, uint256 liquidationThreshold, uint256 liquidationBonus, address oracle, string label)"},
    {EventId::emode_collateral_changed, "AssetCollateralInEModeChanged(address indexed asset, uint8 categoryId, bool collateral)"},
    {EventId::other, "AssetBorrowableInEModeChanged(address indexed asset, uint8 categoryId, bool borrowable)"},
    {EventId::other, "AssetLtvzeroInEModeChanged(address indexed asset, uint8 categoryId, bool ltvzero)"},
    {EventId::other, "EModeCategoryIsolationChanged(uint8 indexed categoryId, bool isolated)"},
    {EventId::reserve_borrowing, "ReserveBorrowing(address indexed asset, bool enabled)"},
    {EventId::reserve_active, "ReserveActive(address indexed asset, bool active)"},
    {EventId::reserve_frozen, "ReserveFrozen(address indexed asset, bool frozen)"},
    {EventId::reserve_paused, "ReservePaused(address indexed asset, bool paused)"},
    {EventId::reserve_dropped, "ReserveDropped(address indexed asset)"},
    {EventId::flash_premium_to_protocol, "FlashloanPremiumToProtocolUpdated(uint128 oldPremium, uint128 newPremium)"},
    {EventId::bridge_fee, "BridgeProtocolFeeUpdated(uint256 oldFee, uint256 newFee)"},
    {EventId::other, "FlashloanPremiumTotalUpdated(uint128 oldPremium, uint128 newPremium)"},
    {EventId::other, "PendingLtvChanged(address indexed asset, uint256 ltv)"},
    {EventId::other, "DebtCeilingChanged(address indexed asset, uint256 oldDebtCeiling, uint256 newDebtCeiling)"},
    {EventId::other, "SiloedBorrowingChanged(address indexed asset, bool oldState, bool newState)"},
    {EventId::other, "BorrowableInIsolationChanged(address asset, bool borrowable)"},
    {EventId::other, "ReserveFlashLoaning(address indexed asset, bool enabled)"},
    {EventId::other, "ReserveStableRateBorrowing(address indexed asset, bool enabled)"},
    {EventId::other, "SupplyCapChanged(address indexed asset, uint256 oldSupplyCap, uint256 newSupplyCap)"},
    {EventId::other, "BorrowCapChanged(address indexed asset, uint256 oldBorrowCap, uint256 newBorrowCap)"},
    {EventId::other, "UnbackedMintCapChanged(address indexed asset, uint256 oldCap, uint256 newCap)"},
    {EventId::other, "ReserveInterestRateStrategyChanged(address indexed asset, address oldStrategy, address newStrategy)"},
    {EventId::other, "ReserveInterestRateDataChanged(address indexed asset, address indexed strategy, bytes data)"},
    {EventId::other, "LiquidationGracePeriodChanged(address indexed asset, uint40 gracePeriodUntil)"},
    {EventId::other, "LiquidationGracePeriodDisabled(address indexed asset)"},
    {EventId::other, "ATokenUpgraded(address indexed asset, address indexed proxy, address indexed implementation)"},
    {EventId::other, "VariableDebtTokenUpgraded(address indexed asset, address indexed proxy, address indexed implementation)"},
    {EventId::other, "StableDebtTokenUpgraded(address indexed asset, address indexed proxy, address indexed implementation)"},
    // AaveOracle and price feeds
    {EventId::base_currency_set, "BaseCurrencySet(address indexed baseCurrency, uint256 baseCurrencyUnit)"},
    {EventId::asset_source_updated, "AssetSourceUpdated(address indexed asset, address indexed source)"},
    {EventId::other, "FallbackOracleUpdated(address indexed fallbackOracle)"},
    {EventId::answer_updated, "AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)"},
    // Pool
    {EventId::supply, "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referralCode)"},
    {EventId::withdraw, "Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 amount)"},
    {EventId::borrow, "Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)"},
    {EventId::repay, "Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 amount, bool useATokens)"},
    {EventId::flash_loan, "FlashLoan(address indexed target, address initiator, address indexed asset, uint256 amount, uint8 interestRateMode, uint256 premium, uint16 indexed referralCode)"},
    {EventId::liquidation_call, "LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken)", true},
    {EventId::reserve_data_updated, "ReserveDataUpdated(address indexed reserve, uint256 liquidityRate, uint256 stableBorrowRate, uint256 variableBorrowRate, uint256 liquidityIndex, uint256 variableBorrowIndex)"},
    {EventId::deficit_created, "DeficitCreated(address indexed user, address indexed debtAsset, uint256 amountCreated)", true},
    {EventId::deficit_covered, "DeficitCovered(address indexed reserve, address caller, uint256 amountCovered)", true},
    {EventId::minted_to_treasury, "MintedToTreasury(address indexed reserve, uint256 amountMinted)"},
    {EventId::collateral_enabled, "ReserveUsedAsCollateralEnabled(address indexed reserve, address indexed user)"},
    {EventId::collateral_disabled, "ReserveUsedAsCollateralDisabled(address indexed reserve, address indexed user)"},
    {EventId::user_emode_set, "UserEModeSet(address indexed user, uint8 categoryId)"},
    {EventId::mint_unbacked, "MintUnbacked(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referralCode)"},
    {EventId::back_unbacked, "BackUnbacked(address indexed reserve, address indexed backer, uint256 amount, uint256 fee)"},
    {EventId::swap_rate_mode, "SwapBorrowRateMode(address indexed reserve, address indexed user, uint8 interestRateMode)"},
    {EventId::rebalance_stable_rate, "RebalanceStableBorrowRate(address indexed reserve, address indexed user)"},
    {EventId::other, "IsolationModeTotalDebtUpdated(address indexed asset, uint256 totalDebt)"},
    {EventId::other, "PositionManagerApproved(address indexed user, address indexed positionManager)"},
    {EventId::other, "PositionManagerRevoked(address indexed user, address indexed positionManager)"},
    // aToken, VariableDebtToken, StableDebtToken
    {EventId::token_initialized, "Initialized(address indexed underlyingAsset, address indexed pool, address treasury, address incentivesController, uint8 aTokenDecimals, string aTokenName, string aTokenSymbol, bytes params)"},
    {EventId::debt_token_initialized, "Initialized(address indexed underlyingAsset, address indexed pool, address incentivesController, uint8 debtTokenDecimals, string debtTokenName, string debtTokenSymbol, bytes params)"},
    {EventId::transfer, "Transfer(address indexed from, address indexed to, uint256 value)"},
    {EventId::mint, "Mint(address indexed caller, address indexed onBehalfOf, uint256 value, uint256 balanceIncrease, uint256 index)"},
    {EventId::burn, "Burn(address indexed from, address indexed target, uint256 value, uint256 balanceIncrease, uint256 index)"},
    {EventId::balance_transfer, "BalanceTransfer(address indexed from, address indexed to, uint256 value, uint256 index)"},
    {EventId::stable_mint, "Mint(address indexed user, address indexed onBehalfOf, uint256 amount, uint256 currentBalance, uint256 balanceIncrease, uint256 newRate, uint256 avgStableRate, uint256 newTotalSupply)"},
    {EventId::stable_burn, "Burn(address indexed from, uint256 amount, uint256 currentBalance, uint256 balanceIncrease, uint256 avgStableRate, uint256 newTotalSupply)"},
    {EventId::other, "BorrowAllowanceDelegated(address indexed fromUser, address indexed toUser, address indexed asset, uint256 amount)"},
});
// clang-format on

constexpr auto kRoles = std::to_array<std::pair<Role, std::string_view>>({
    {Role::provider, "addresses provider"},
    {Role::configurator, "configurator"},
    {Role::oracle, "oracle"},
    {Role::pool, "pool"},
    {Role::supply_token, "supply token"},
    {Role::debt_token, "debt token"},
    {Role::stable_debt_token, "stable debt token"},
    {Role::feed, "price feed"},
});

bool discovers(EventId id) {
    switch (id) {
        case EventId::proxy_created:
        case EventId::address_set:
        case EventId::address_set_as_proxy:
        case EventId::price_oracle_updated:
        case EventId::upgraded:
        case EventId::reserve_initialized:
        case EventId::asset_source_updated:
            return true;
        default:
            return false;
    }
}

const std::vector<KnownEvent>& table() {
    static const std::vector<KnownEvent> events = [] {
        std::vector<KnownEvent> parsed;
        parsed.reserve(kRows.size());
        for (const Row& row : kRows) {
            parsed.push_back(
                {row.id, parse_declaration(row.declaration), row.raises_proof, discovers(row.id)});
        }
        return parsed;
    }();
    return events;
}

}  // namespace

std::string_view role_name(Role role) {
    for (const auto& [known, name] : kRoles) {
        if (known == role) {
            return name;
        }
    }
    return "";
}

std::optional<Role> role_of(std::string_view name) {
    for (const auto& [role, known] : kRoles) {
        if (known == name) {
            return role;
        }
    }
    return std::nullopt;
}

std::span<const KnownEvent> known_events() {
    return table();
}

const KnownEvent* find_event(const chain::Log& log) {
    static const std::unordered_map<chain::Hash32, const KnownEvent*> by_topic = [] {
        std::unordered_map<chain::Hash32, const KnownEvent*> map;
        for (const KnownEvent& event : table()) {
            map.emplace(event.declaration.topic0, &event);
        }
        return map;
    }();
    if (log.topic_count == 0) {
        return nullptr;
    }
    const auto found = by_topic.find(log.topics[0]);
    const bool ours =
        found != by_topic.end() && found->second->declaration.topic_count == log.topic_count;
    return ours ? found->second : nullptr;
}

}  // namespace redink::protocols::aave_v3
