#include "indexer/recording/log_index.hpp"

#include <algorithm>
#include <span>

namespace redink::recording {
namespace {

using Numbers = std::vector<std::uint32_t>;
using Positions = std::vector<LogPosition>;

template <class Word>
std::uint32_t number_of(std::unordered_map<Word, std::uint32_t>& numbers, const Word& word) {
    return numbers.try_emplace(word, static_cast<std::uint32_t>(numbers.size())).first->second;
}

template <class Word>
std::optional<Numbers> known(const std::unordered_map<Word, std::uint32_t>& numbers,
                             const std::vector<Word>& words) {
    if (words.empty()) {
        return std::nullopt;
    }
    Numbers found;
    for (const Word& word : words) {
        const auto at = numbers.find(word);
        if (at != numbers.end()) {
            found.push_back(at->second);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

void enter(std::vector<Positions>& lists, std::uint32_t number, LogPosition position) {
    if (number >= lists.size()) {
        lists.resize(number + 1);
    }
    Positions& list = lists[number];
    if (list.empty() || list.back() != position) {
        list.push_back(position);
    }
}

/// The parts of some lists that lie in a range of blocks.
class Selection {
  public:
    Selection(const std::vector<Positions>& lists,
              const Numbers& numbers,
              LogPosition first,
              LogPosition end) {
        for (const std::uint32_t number : numbers) {
            if (number >= lists.size()) {
                continue;  // numbered for a replaced block only
            }
            const Positions& list = lists[number];
            const auto from = std::lower_bound(list.begin(), list.end(), first);
            const auto to = std::lower_bound(from, list.end(), end);
            parts_.emplace_back(from, to);
            size_ += parts_.back().size();
        }
    }

    [[nodiscard]] std::size_t size() const {
        return size_;
    }

    [[nodiscard]] Positions merged() const {
        Positions all;
        all.reserve(size_);
        for (const std::span<const LogPosition> part : parts_) {
            all.insert(all.end(), part.begin(), part.end());
        }
        if (parts_.size() > 1) {
            std::sort(all.begin(), all.end());
            all.erase(std::unique(all.begin(), all.end()), all.end());
        }
        return all;
    }

  private:
    std::vector<std::span<const LogPosition>> parts_;
    std::size_t size_ = 0;
};

bool holds(const Numbers& numbers, std::uint32_t number) {
    return std::binary_search(numbers.begin(), numbers.end(), number);
}

}  // namespace

bool NumberedFilter::admits(const RecordedLog& log) const {
    if (addresses_ && !holds(*addresses_, log.address)) {
        return false;
    }
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        if (topics_[i] && (i >= log.topic_count || !holds(*topics_[i], log.topics[i]))) {
            return false;
        }
    }
    return true;
}

RecordedLog LogIndex::number(const chain::Log& log, Slice text) {
    RecordedLog numbered{text, number_of(addresses_, log.address), {}, log.topic_count};
    for (std::size_t i = 0; i < log.topic_count; ++i) {
        numbered.topics[i] = number_of(topics_, log.topics[i]);
    }
    return numbered;
}

void LogIndex::add(std::uint32_t place, const RecordedBlock& block) {
    for (std::uint32_t i = 0; i < block.logs.size(); ++i) {
        const RecordedLog& log = block.logs[i];
        enter(by_address_, log.address, {place, i});
        for (std::size_t topic = 0; topic < log.topic_count; ++topic) {
            enter(by_topic_, log.topics[topic], {place, i});
        }
    }
}

NumberedFilter LogIndex::number(const LogFilter& filter) const {
    NumberedFilter numbered;
    numbered.addresses_ = known(addresses_, filter.addresses);
    for (std::size_t i = 0; i < filter.topics.size(); ++i) {
        numbered.topics_[i] = known(topics_, filter.topics[i]);
    }
    return numbered;
}

std::optional<std::vector<LogPosition>> LogIndex::candidates(const NumberedFilter& filter,
                                                             std::uint32_t first,
                                                             std::uint32_t last) const {
    const LogPosition from{first, 0};
    const LogPosition end{last + 1, 0};
    std::optional<Selection> best;
    const auto consider = [&](const std::vector<Positions>& lists,
                              const std::optional<Numbers>& numbers) {
        if (!numbers) {
            return;
        }
        Selection selection{lists, *numbers, from, end};
        if (!best || selection.size() < best->size()) {
            best = std::move(selection);
        }
    };
    consider(by_address_, filter.addresses_);
    for (const std::optional<Numbers>& topics : filter.topics_) {
        consider(by_topic_, topics);
    }
    if (!best) {
        return std::nullopt;
    }
    return best->merged();
}

}  // namespace redink::recording
