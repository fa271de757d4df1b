#include "indexer/sync/log_filter.hpp"

#include <algorithm>

namespace redink::sync {
namespace {

bool admits_any(const chain::Bloom& bloom, const std::vector<chain::BloomBits>& items) {
    return std::any_of(items.begin(), items.end(), [&bloom](const chain::BloomBits& bits) {
        return bloom.may_contain(bits);
    });
}

std::vector<chain::BloomBits> bits_of(const std::vector<chain::Address>& addresses) {
    std::vector<chain::BloomBits> bits;
    for (const chain::Address& address : addresses) {
        bits.push_back(chain::bloom_bits(address.view()));
    }
    return bits;
}

}  // namespace

LogFilter::LogFilter(std::vector<chain::Address> addresses,
                     std::span<const protocols::EventSpec> events)
    : addresses_{std::move(addresses)},
      address_set_{addresses_.begin(), addresses_.end()},
      address_bits_{bits_of(addresses_)} {
    for (const protocols::EventSpec& event : events) {
        add_topic(event.topic0, event.raises_proof);
    }
}

LogFilter LogFilter::discovery(std::vector<chain::Address> addresses,
                               std::span<const protocols::EventSpec> events) {
    LogFilter filter;
    filter.address_set_ = {addresses.begin(), addresses.end()};
    filter.address_bits_ = bits_of(addresses);
    filter.addresses_ = std::move(addresses);
    for (const protocols::EventSpec& event : events) {
        if (event.discovers) {
            filter.add_topic(event.topic0, false);
        }
    }
    return filter;
}

void LogFilter::add_topic(const chain::Hash32& topic, bool critical) {
    if (!topic_set_.insert(topic).second) {
        return;
    }
    topics_.push_back(topic);
    topic_bits_.push_back(chain::bloom_bits(topic.view()));
    if (critical) {
        critical_bits_.push_back(topic_bits_.back());
    }
}

bool LogFilter::wants(const chain::Log& log) const {
    return log.topic_count > 0 && address_set_.contains(log.address) &&
           topic_set_.contains(log.topics[0]);
}

bool LogFilter::admits(const chain::Bloom& bloom) const {
    return admits_any(bloom, address_bits_) && admits_any(bloom, topic_bits_);
}

bool LogFilter::admits_critical(const chain::Bloom& bloom) const {
    return admits_any(bloom, critical_bits_) && admits_any(bloom, address_bits_);
}

bool admits_log(const chain::Bloom& bloom, const chain::Log& log) {
    if (!bloom.may_contain(chain::bloom_bits(log.address.view()))) {
        return false;
    }
    return std::all_of(log.topic_span().begin(), log.topic_span().end(), [&](const auto& topic) {
        return bloom.may_contain(chain::bloom_bits(topic.view()));
    });
}

}  // namespace redink::sync
