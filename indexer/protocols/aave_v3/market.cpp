#include "indexer/protocols/aave_v3/market.hpp"

#include <algorithm>
#include <stdexcept>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"
#include "indexer/chain/abi.hpp"
#include "indexer/protocols/errc.hpp"

namespace redink::protocols::aave_v3 {
namespace {

using positions::AaveVersion;

constexpr const char* kOracleKey = "oracle";

std::optional<chain::Address> parse_address(const std::map<std::string, std::string>& settings,
                                            const char* key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::nullopt : chain::Address::parse(found->second);
}

}  // namespace

AaveMarket::AaveMarket(const MarketSpec& spec, std::optional<AaveVersion> version)
    : contracts_{spec}, spec_{spec}, version_{version} {
    if (version) {
        rules_.push_back({chain::BlockNumber{0}, *version});
    }
}

std::vector<rows::Contract> AaveMarket::contracts() const {
    return contracts_.all();
}

bool AaveMarket::leads_on(const rows::Contract& contract) const {
    if (!spec_.reserves.empty()) {
        return false;
    }
    const std::optional<Role> role = role_of(contract.role);
    return role == Role::provider || role == Role::pool || role == Role::configurator ||
           role == Role::oracle;
}

void AaveMarket::discover(const chain::Log& log) {
    contracts_.discover(log);
    const KnownEvent* event = find_event(log);
    if (event != nullptr && event->id == EventId::upgraded && log.address == contracts_.pool() &&
        std::find(upgrades_.begin(), upgrades_.end(), log.block) == upgrades_.end()) {
        upgrades_.insert(std::upper_bound(upgrades_.begin(), upgrades_.end(), log.block),
                         log.block);
    }
}

std::optional<Question> AaveMarket::discovery_question() const {
    if (!contracts_.lacks_provider()) {
        return std::nullopt;
    }
    return Question{spec_.address, std::nullopt, chain::abi::encode_call("ADDRESSES_PROVIDER()")};
}

bool AaveMarket::learn(chain::ByteView answer) {
    const auto provider = chain::abi::address_at(answer, 0);
    if (!provider || provider->is_zero()) {
        return false;
    }
    contracts_.set_provider(*provider);
    return true;
}

std::vector<Question> AaveMarket::version_questions() const {
    std::vector<Question> questions;
    if (spec_.version || !contracts_.pool()) {
        return questions;
    }
    const chain::Bytes calldata = chain::abi::encode_call("POOL_REVISION()");
    for (const chain::BlockNumber block : upgrades_) {
        questions.push_back({*contracts_.pool(), block, calldata});
    }
    if (questions.empty()) {
        questions.push_back({*contracts_.pool(), spec_.from_block, calldata});
    }
    return questions;
}

std::optional<std::string> AaveMarket::read_version(chain::ByteView answer) const {
    const auto revision = chain::abi::word(answer, 0);
    const auto version = revision ? AaveVersion::from_pool_revision(*revision) : std::nullopt;
    return version ? std::optional{version->text()} : std::nullopt;
}

Result<void> AaveMarket::set_versions(const std::vector<VersionFrom>& versions) {
    if (spec_.version) {
        return {};
    }
    rules_.clear();
    for (const VersionFrom& from : versions) {
        const auto version = AaveVersion::parse(from.version);
        if (!version) {
            return Error{make_error_code(ProtocolErrc::unknown_version),
                         "market " + spec_.name + ": version \"" + from.version +
                             "\" is not known to this program; a newer Redink may know it"};
        }
        rules_.push_back({from.block, *version});
    }
    if (!version_ && !rules_.empty()) {
        version_ = rules_.front().version;
    }
    return {};
}

void AaveMarket::restore(const rows::Snapshot& snapshot) {
    contracts_.restore(snapshot.contracts);
    for (const rows::MarketSetting& setting : snapshot.settings) {
        settings_[setting.key] = setting.value;
    }
    for (const rows::Reserve& row : snapshot.reserves) {
        add_reserve(row);
        reserves_.back()->is_new = false;
    }
    const auto at = [this](rows::ReserveId id) -> ReserveBook& {
        invariant(id >= 1 && static_cast<std::size_t>(id) <= reserves_.size(), "reserve id");
        return *reserves_[static_cast<std::size_t>(id) - 1];
    };
    for (const auto& version : snapshot.reserve_states) {
        at(version.id).state = version.state;
        at(version.id).stored_state = version.state;
    }
    for (const auto& version : snapshot.reserve_configs) {
        at(version.id).config = version.config;
        at(version.id).stored_config = version.config;
        version_ = AaveVersion::from_code(version.config.rules);
    }
    for (const auto& version : snapshot.emode_categories) {
        emode_[version.category] = version.state;
    }
    for (const rows::IndexDrift& drift : snapshot.drifts) {
        at(drift.reserve).drifting.insert(drift.field);
    }
    if (const auto unit = settings_.find("base_unit"); unit != settings_.end()) {
        const auto currency = parse_address(settings_, "base_currency");
        prices_.set_base(currency.value_or(chain::Address{}),
                         from_decimal(unit->second).value_or(U256{0}));
    }
    prices_.restore(snapshot, parse_address(settings_, kOracleKey).value_or(chain::Address{}));
}

void AaveMarket::begin_block(const BlockContext& block) {
    block_ = block;
    txn_ = {};
    transfers_.clear();
    if (reserves_.empty() && !spec_.reserves.empty()) {
        for (const KnownReserve& known : spec_.reserves) {
            add_reserve({0,
                         {spec_.address.view().begin(), spec_.address.view().end()},
                         known.asset,
                         known.asset,
                         known.supply_token,
                         known.debt_token,
                         {},
                         known.decimals,
                         block.number});
        }
    }
}

Result<void> AaveMarket::apply(const chain::Log& log, PositionBook& book) {
    const ContractInfo* contract = contracts_.find(log.address);
    const KnownEvent* event = find_event(log);
    if (contract == nullptr || event == nullptr) {
        return {};
    }
    if (log.txn_hash != txn_) {
        if (auto begun = begin_transaction(log.txn_hash); !begun) {
            return begun;
        }
    }
    const auto decoded = Event::decode(event->declaration, log);
    if (!decoded) {
        return decoded.error();
    }
    discover(log);
    try {
        return dispatch(*event, *contracts_.find(log.address), decoded.value(), book);
    } catch (const std::overflow_error&) {
        return fail(ProtocolErrc::contradiction, log, "a sum does not fit 256 bits");
    } catch (const std::range_error&) {
        return fail(ProtocolErrc::contradiction, log, "a sum falls below zero");
    }
}

Result<void> AaveMarket::dispatch(const KnownEvent& event,
                                  const ContractInfo& contract,
                                  const Event& args,
                                  PositionBook& book) {
    if (event.id == EventId::upgraded && args.log().address == contracts_.pool()) {
        follow_rules(block_.number);
        return {};
    }
    switch (contract.role) {
        case Role::provider:
            if (event.id == EventId::price_oracle_updated) {
                set(kOracleKey, args.address(1).hex());
                prices_.set_oracle(args.address(1), ref(args), events_);
            }
            return {};
        case Role::configurator:
            return on_configurator(event, args);
        case Role::oracle:
            if (event.id == EventId::asset_source_updated) {
                prices_.set_source(
                    {args.log().address, args.address(0), ref(args), args.address(1)}, events_);
            } else if (event.id == EventId::base_currency_set) {
                set("base_currency", args.address(0).hex());
                set("base_unit", to_decimal(args.number(1)));
                prices_.set_base(args.address(0), args.number(1));
            }
            return {};
        case Role::feed:
            if (event.id == EventId::answer_updated) {
                const bool negative = args.word(0).bytes().front() >= 0x80;
                const U256 answer = args.number(0);
                const bool none = negative || answer.is_zero();
                prices_.set_answer({args.log().address,
                                    ref(args),
                                    none ? std::nullopt : std::optional{answer},
                                    args.small(2)},
                                   events_);
            }
            return {};
        case Role::pool:
            return on_pool(event, args, book);
        case Role::supply_token:
        case Role::debt_token:
        case Role::stable_debt_token:
            return on_token(event, contract, args, book);
    }
    return {};
}

Result<void> AaveMarket::begin_transaction(const chain::Hash32& txn_hash) {
    for (const auto& reserve : reserves_) {
        if (!reserve->jump) {
            continue;
        }
        const IndexJump jump = *reserve->jump;
        reserve->jump.reset();
        if (reserve->drifting.contains("supply_index")) {
            continue;
        }
        if (!block_.proved) {
            return Error{make_error_code(ProtocolErrc::contradiction),
                         "block " + std::to_string(jump.log.block.value()) + " log " +
                             std::to_string(jump.log.log_index) + ": liquidity index of " +
                             reserve->row.asset.hex() + " is printed as " +
                             to_decimal(jump.printed) + " but accrues to " +
                             to_decimal(jump.computed) + ", and no flash loan explains it"};
        }
        reserve->drifting.insert("supply_index");
        events_.drifts.push_back(
            {reserve->row.id, "supply_index", jump.log, jump.computed, jump.printed});
    }
    txn_ = txn_hash;
    transfers_.clear();
    moves_.clear();
    ++action_;
    return {};
}

Result<void> AaveMarket::differs(const Event& args,
                                 ReserveBook& reserve,
                                 const char* field,
                                 const U256& computed,
                                 const U256& printed) {
    if (reserve.drifting.contains(field)) {
        return {};
    }
    if (!block_.proved) {
        return fail(ProtocolErrc::contradiction,
                    args.log(),
                    std::string{field} + " of " + reserve.row.asset.hex() + " is printed as " +
                        to_decimal(printed) + " but the rules give " + to_decimal(computed));
    }
    reserve.drifting.insert(field);
    events_.drifts.push_back({reserve.row.id, field, ref(args), computed, printed});
    return {};
}

Result<ReserveBook*> AaveMarket::reserve_of(const Event& args, const chain::Address& asset) {
    const auto found = by_asset_.find(asset);
    if (found == by_asset_.end()) {
        return fail(ProtocolErrc::contradiction,
                    args.log(),
                    "reserve " + asset.hex() +
                        " was never initialised; is from_block later than the market's first "
                        "block, or a [[market.reserve]] missing?");
    }
    if (!version_) {
        return fail(ProtocolErrc::unknown_version,
                    args.log(),
                    "the market's version is not known; set version = \"3.x\" in its [[market]]");
    }
    return found->second;
}

rows::LogRef AaveMarket::ref(const Event& args) const {
    return {block_.number, args.log().log_index, args.log().txn_hash};
}

void AaveMarket::add_reserve(rows::Reserve row) {
    auto reserve = std::make_unique<ReserveBook>();
    if (row.id == 0) {
        row.id = static_cast<rows::ReserveId>(reserves_.size() + 1);
    }
    reserve->row = std::move(row);
    reserve->state.supply_index = ray();
    reserve->state.debt_index = ray();
    if (version_) {
        reserve->config.rules = version_->code();
        if (version_->counts_cash() && spec_.reserves.empty()) {
            reserve->state.cash = 0;
        }
    }
    by_asset_[reserve->row.asset] = reserve.get();
    reserves_.push_back(std::move(reserve));
}

void AaveMarket::follow_rules(chain::BlockNumber block) {
    for (const RulesFrom& rules : rules_) {
        if (rules.block <= block) {
            version_ = rules.version;
        }
    }
    for (const auto& reserve : reserves_) {
        reserve->config.rules = version_ ? version_->code() : 0;
    }
}

Result<void> AaveMarket::end_block(rows::Batch& batch) {
    if (auto ended = begin_transaction({}); !ended) {
        return ended;
    }
    for (const auto& reserve : reserves_) {
        if (reserve->is_new) {
            batch.reserves.push_back(reserve->row);
            reserve->is_new = false;
        }
        if (reserve->stored_state != reserve->state) {
            batch.reserve_states.push_back({reserve->row.id, block_.number, reserve->state});
            reserve->stored_state = reserve->state;
        }
        if (reserve->stored_config != reserve->config) {
            batch.reserve_configs.push_back({reserve->row.id, block_.number, reserve->config});
            reserve->stored_config = reserve->config;
        }
    }
    for (const auto& [category, changed] : emode_changed_) {
        batch.emode_categories.push_back({category, block_.number, emode_[category]});
    }
    for (const auto& [account, category] : accounts_changed_) {
        batch.accounts.push_back({account, block_.number, category});
    }
    for (const auto& [key, changed] : settings_changed_) {
        batch.settings.push_back({key, block_.number, settings_[key]});
    }
    emode_changed_.clear();
    accounts_changed_.clear();
    settings_changed_.clear();
    const auto move = [](auto& from, auto& to) {
        to.insert(
            to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
        from.clear();
    };
    move(events_.prices, batch.prices);
    move(events_.answers, batch.answers);
    move(events_.sources, batch.sources);
    move(events_.liquidations, batch.liquidations);
    move(events_.deficits, batch.deficits);
    move(events_.domain_events, batch.domain_events);
    move(events_.drifts, batch.drifts);
    return {};
}

}  // namespace redink::protocols::aave_v3
