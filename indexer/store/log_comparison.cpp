#include "indexer/store/log_comparison.hpp"

#include <algorithm>
#include <map>

namespace redink::store {
namespace {

using Place = std::pair<chain::BlockNumber, std::uint32_t>;

std::map<Place, const chain::Log*> by_place(std::span<const chain::Log> logs) {
    std::map<Place, const chain::Log*> places;
    for (const chain::Log& log : logs) {
        places.emplace(Place{log.block, log.log_index}, &log);
    }
    return places;
}

}  // namespace

std::string_view name_of(Refutation refutation) {
    return refutation == Refutation::altered ? "altered" : "invented";
}

std::optional<chain::BlockNumber> LogDifference::first() const {
    std::optional<chain::BlockNumber> first;
    const auto see = [&first](const chain::Log& log) {
        first = std::min(first.value_or(log.block), log.block);
    };
    for (const RefutedLog& one : refuted) {
        see(one.log);
    }
    std::for_each(missing.begin(), missing.end(), see);
    return first;
}

LogDifference compare_logs(std::span<const chain::Log> stored,
                           std::span<const chain::Log> proved,
                           const std::function<bool(const chain::Log&)>& is_asked_for) {
    LogDifference difference;
    std::map<Place, const chain::Log*> absent = by_place(proved);
    for (const chain::Log& log : stored) {
        const auto found = absent.find({log.block, log.log_index});
        if (found == absent.end()) {
            if (is_asked_for(log)) {
                difference.refuted.push_back({log, Refutation::invented});
            }
        } else if (*found->second == log) {
            absent.erase(found);
        } else {
            difference.refuted.push_back({log, Refutation::altered});
        }
    }
    for (const auto& [place, log] : absent) {
        difference.missing.push_back(*log);
    }
    return difference;
}

}  // namespace redink::store
