#include "indexer/protocols/aave_v3/contracts.hpp"

#include <algorithm>
#include <string_view>

#include "indexer/protocols/event.hpp"

namespace redink::protocols::aave_v3 {
namespace {

// PoolAddressesProvider.sol: identifiers are the text, padded with zeros on the right.
chain::Hash32 id_of(std::string_view text) {
    std::array<std::uint8_t, 32> bytes{};
    std::copy(text.begin(), text.end(), bytes.begin());
    return chain::Hash32{bytes};
}

const chain::Hash32 kPoolId = id_of("POOL");
const chain::Hash32 kConfiguratorId = id_of("POOL_CONFIGURATOR");
const chain::Hash32 kOracleId = id_of("PRICE_ORACLE");

bool is_provider_event(EventId id) {
    return id == EventId::proxy_created || id == EventId::address_set ||
           id == EventId::address_set_as_proxy || id == EventId::price_oracle_updated;
}

}  // namespace

Contracts::Contracts(const MarketSpec& spec)
    : configured_{spec.address}, reserves_known_{!spec.reserves.empty()} {
    // Until its logs show otherwise, the configured address is a Pool.
    add(Role::pool, spec.address, {});
    for (const KnownReserve& reserve : spec.reserves) {
        add(Role::supply_token, reserve.supply_token, reserve.asset);
        add(Role::debt_token, reserve.debt_token, reserve.asset);
        pool_ = spec.address;
    }
}

void Contracts::discover(const chain::Log& log) {
    const ContractInfo* contract = find(log.address);
    const KnownEvent* event = find_event(log);
    if (contract == nullptr || event == nullptr || event->id == EventId::other) {
        return;
    }
    const auto decoded = Event::decode(event->declaration, log);
    if (!decoded) {
        return;
    }
    const Event& args = decoded.value();
    if (is_provider_event(event->id) && (log.address == configured_ || log.address == provider_)) {
        set_provider(log.address);
        on_provider(*event, args);
    } else if (event->id == EventId::reserve_initialized && contract->role == Role::configurator) {
        const chain::Address asset = args.address(0);
        add(Role::supply_token, args.address(1), asset);
        add(Role::stable_debt_token, args.address(2), asset);
        add(Role::debt_token, args.address(3), asset);
    } else if (event->id == EventId::asset_source_updated && contract->role == Role::oracle) {
        add(Role::feed, args.address(1), args.address(0));
    } else if (event->id == EventId::reserve_data_updated && contract->role == Role::pool) {
        pool_ = log.address;
    }
}

void Contracts::set_provider(const chain::Address& provider) {
    provider_ = provider;
    const auto known = by_address_.find(provider);
    if (known == by_address_.end()) {
        pool_ = configured_;
        add(Role::provider, provider, {});
    } else if (known->second.role != Role::provider) {
        known->second.role = Role::provider;
        for (rows::Contract& contract : all_) {
            if (contract.address == provider) {
                contract.role = role_name(Role::provider);
            }
        }
    }
}

void Contracts::on_provider(const KnownEvent& event, const Event& args) {
    if (event.id == EventId::price_oracle_updated) {
        add(Role::oracle, args.address(1), {});
    } else if (event.id == EventId::address_set) {
        set_by_id(args.word(0), args.address(2));
    } else {
        set_by_id(args.word(0), args.address(1));
    }
}

void Contracts::set_by_id(const chain::Hash32& id, const chain::Address& address) {
    if (address.is_zero()) {
        return;
    }
    if (id == kPoolId) {
        add(Role::pool, address, {});
        pool_ = address;
    } else if (id == kConfiguratorId) {
        add(Role::configurator, address, {});
    } else if (id == kOracleId) {
        add(Role::oracle, address, {});
    }
}

void Contracts::restore(const std::vector<rows::Contract>& stored) {
    for (const rows::Contract& contract : stored) {
        const std::optional<Role> role = role_of(contract.role);
        if (!role) {
            continue;
        }
        if (*role == Role::provider) {
            set_provider(contract.address);
            continue;
        }
        add(*role, contract.address, contract.subject);
        if (*role == Role::pool && contract.address != configured_) {
            pool_ = contract.address;
        }
    }
    if (provider_ && *provider_ != configured_) {
        pool_ = configured_;
    }
}

const ContractInfo* Contracts::find(const chain::Address& address) const {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &found->second;
}

bool Contracts::lacks_provider() const {
    return !provider_ && !reserves_known_;
}

void Contracts::add(Role role, const chain::Address& address, const chain::Address& asset) {
    if (address.is_zero() || !by_address_.emplace(address, ContractInfo{role, asset}).second) {
        return;
    }
    all_.push_back({address, std::string{role_name(role)}, asset});
}

}  // namespace redink::protocols::aave_v3
