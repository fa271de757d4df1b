#include "indexer/protocols/aave_v3/prices.hpp"

#include <algorithm>

namespace redink::protocols::aave_v3 {

void Prices::set_oracle(const chain::Address& oracle, const rows::LogRef& log, rows::Batch& batch) {
    oracle_ = oracle;
    for (const auto& [key, source] : sources_) {
        reprice(key.second, log, batch);
    }
}

void Prices::set_base(const chain::Address& currency, const U256& unit) {
    base_ = {currency, unit};
}

void Prices::set_source(const rows::AssetSource& source, rows::Batch& batch) {
    sources_[{source.oracle, source.asset}] = source.source;
    std::vector<chain::Address>& assets = assets_[source.source];
    if (std::find(assets.begin(), assets.end(), source.asset) == assets.end()) {
        assets.push_back(source.asset);
    }
    batch.sources.push_back(source);
    reprice(source.asset, source.log, batch);
}

void Prices::set_answer(const rows::FeedAnswer& answer, rows::Batch& batch) {
    answers_[answer.source] = answer.answer;
    batch.answers.push_back(answer);
    const auto served = assets_.find(answer.source);
    if (served == assets_.end()) {
        return;
    }
    for (const chain::Address& asset : served->second) {
        reprice(asset, answer.log, batch);
    }
}

std::optional<U256> Prices::find(const chain::Address& asset) const {
    const auto found = prices_.find(asset);
    return found == prices_.end() ? std::nullopt : found->second;
}

void Prices::restore(const rows::Snapshot& snapshot, const chain::Address& oracle) {
    oracle_ = oracle;
    rows::Batch unused;
    for (const rows::AssetSource& source : snapshot.sources) {
        set_source(source, unused);
    }
    for (const rows::FeedAnswer& answer : snapshot.answers) {
        set_answer(answer, unused);
    }
}

void Prices::reprice(const chain::Address& asset, const rows::LogRef& log, rows::Batch& batch) {
    const std::optional<chain::Address> source = source_of(asset);
    std::optional<U256> price;
    if (base_ && asset == base_->first) {
        price = base_->second;
    } else if (source) {
        const auto answer = answers_.find(*source);
        price = answer == answers_.end() ? std::nullopt : answer->second;
    }
    const auto [known, added] = prices_.try_emplace(asset);
    if (!added && known->second == price) {
        return;
    }
    known->second = price;
    batch.prices.push_back({asset, log, price, source.value_or(chain::Address{})});
}

std::optional<chain::Address> Prices::source_of(const chain::Address& asset) const {
    const auto found = sources_.find({oracle_, asset});
    return found == sources_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace redink::protocols::aave_v3
