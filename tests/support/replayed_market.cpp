#include "tests/support/replayed_market.hpp"

#include <algorithm>
#include <stdexcept>

#include <simdjson.h>

#include "accounting/positions/aave_interest.hpp"
#include "indexer/chain/receipt.hpp"
#include "indexer/recording/gzip_lines.hpp"

namespace redink::test {

nlohmann::json read_json(const std::string& path) {
    recording::GzipLines lines{path};
    std::string text;
    std::string line;
    while (lines.next(line)) {
        text += line;
    }
    return nlohmann::json::parse(text);
}

struct ReplayedMarket::Reader {
    explicit Reader(const std::string& path) : lines{path} {
    }

    bool next() {
        if (!lines.next(line)) {
            return false;
        }
        padded = simdjson::padded_string{line};
        row = parser.parse(padded);
        return true;
    }

    std::vector<chain::Receipt> receipts() {
        return chain::parse_receipts(row["receipts"]).value();
    }

    recording::GzipLines lines;
    simdjson::dom::parser parser;
    std::string line;
    simdjson::padded_string padded;
    simdjson::dom::element row;
};

ReplayedMarket::ReplayedMarket(const std::string& folder, const std::string& version)
    : meta(read_json(folder + "/meta.json")),
      reader_{std::make_unique<Reader>(folder + "/chain.jsonl.gz")} {
    protocols::MarketSpec spec;
    spec.name = folder;
    spec.address =
        chain::Address::parse(meta["contracts"]["addressesProvider"].get<std::string>()).value();
    spec.from_block = chain::BlockNumber{meta["deployBlock"].get<std::uint64_t>()};
    if (!version.empty()) {
        spec.version = version;
    }
    for (auto& protocol : protocols::make_all()) {
        if (protocol->name() == "aave-v3") {
            protocol_ = std::move(protocol);
        }
    }
    market_ = protocol_->open(spec).value();
    discover(folder + "/chain.jsonl.gz");
}

ReplayedMarket::~ReplayedMarket() = default;

// Contracts may emit before others name them (an oracle's constructor), so this looks first.
void ReplayedMarket::discover(const std::string& path) {
    std::size_t known = 0;
    while (known != market_->contracts().size()) {
        known = market_->contracts().size();
        Reader reader{path};
        while (reader.next()) {
            for (const chain::Receipt& receipt : reader.receipts()) {
                for (const chain::Log& log : receipt.logs) {
                    market_->discover(log);
                }
            }
        }
    }
}

void ReplayedMarket::advance_to(std::uint64_t block) {
    for (;;) {
        if (!reader_->next()) {
            throw std::runtime_error{"recording ends before block " + std::to_string(block)};
        }
        const auto header = chain::parse_verified_header(reader_->row["block"]).value();
        timestamp = header.timestamp;
        market_->begin_block({header.number, header.timestamp, false});
        for (const chain::Receipt& receipt : reader_->receipts()) {
            for (const chain::Log& log : receipt.logs) {
                market_->apply(log, book_).value();
            }
        }
        rows::Batch batch;
        market_->end_block(batch).value();
        book_.end_block(header.number, batch);
        absorb(batch);
        if (on_block) {
            on_block(header, batch);
        }
        if (header.number.value() == block) {
            return;
        }
    }
}

rows::ReserveTotals ReplayedMarket::totals(rows::ReserveId reserve, std::uint64_t time) const {
    return protocol_->totals(states.at(reserve), configs.at(reserve).rules, time);
}

rows::PositionState ReplayedMarket::position(rows::ReserveId reserve,
                                             const chain::Address& account,
                                             rows::Side side) const {
    return book_.get({reserve, account, side});
}

valuation::Holding ReplayedMarket::holding(positions::AaveVersion version,
                                           const rows::Reserve& reserve,
                                           const chain::Address& account) const {
    const rows::ReserveState& state = states.at(reserve.id);
    const rows::ReserveConfig& config = configs.at(reserve.id);
    const rows::PositionState supply = position(reserve.id, account, rows::Side::supply);
    const rows::PositionState debt = position(reserve.id, account, rows::Side::debt);
    const rows::PositionState stable = position(reserve.id, account, rows::Side::stable_debt);
    const U256 supply_index = positions::supply_index_at(
        {state.supply_index, state.supply_rate, state.last_update}, timestamp);
    const U256 debt_index = positions::debt_index_at(
        version, {state.debt_index, state.debt_rate, state.last_update}, timestamp);
    valuation::Holding out;
    out.supply_amount = positions::supply_amount(version, supply.scaled, supply_index);
    out.is_collateral = supply.is_collateral;
    out.debt_amount = positions::debt_amount(version, debt.scaled, debt_index) +
                      positions::stable_debt_amount(
                          version, {stable.scaled, stable.rate, stable.since}, timestamp);
    out.price = prices.at(reserve.asset);
    out.unit = pow10(reserve.decimals.value());
    out.own_threshold_bps = config.liquidation_threshold_bps;
    out.threshold_bps = config.liquidation_threshold_bps;
    out.bonus_bps = config.liquidation_bonus_bps;
    const auto chosen = account_emode.find(account);
    if (chosen == account_emode.end() || chosen->second == 0) {
        return out;
    }
    const rows::EmodeCategory& category = emode.at(chosen->second);
    const bool inside =
        version.emode_lists_collateral()
            ? std::count(category.collateral.begin(), category.collateral.end(), reserve.id) > 0
            : config.emode_category == chosen->second;
    if (inside) {
        out.threshold_bps = category.liquidation_threshold_bps;
        out.bonus_bps = category.liquidation_bonus_bps;
    }
    return out;
}

void ReplayedMarket::absorb(const rows::Batch& batch) {
    for (const auto& reserve : batch.reserves) {
        reserves[reserve.asset] = reserve;
    }
    for (const auto& version : batch.reserve_states) {
        states[version.id] = version.state;
    }
    for (const auto& version : batch.reserve_configs) {
        configs[version.id] = version.config;
    }
    for (const auto& version : batch.emode_categories) {
        emode[version.category] = version.state;
    }
    for (const auto& version : batch.accounts) {
        account_emode[version.account] = version.emode_category;
    }
    for (const auto& version : batch.prices) {
        prices[version.asset] = version.price;
    }
    drifts += batch.drifts.size();
}

}  // namespace redink::test
