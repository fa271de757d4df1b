#include "app/progress/rate.hpp"

namespace redink::app {
namespace {

constexpr std::chrono::seconds kSampleGap{1};
constexpr std::chrono::seconds kWindow{30};

std::string two_digits(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

void Rate::begin(Time now) {
    start_ = now;
    samples_.assign(1, {now, {}});
}

void Rate::add(Time now, const Milestone& milestone) {
    if (samples_.empty()) {
        begin(now);
    }
    // The last sample is always the latest state; the ones before are a second apart.
    if (samples_.size() > 1 && now - samples_[samples_.size() - 2].time < kSampleGap) {
        samples_.back() = {now, milestone};
    } else {
        samples_.push_back({now, milestone});
    }
    while (samples_.size() > 2 && now - samples_[1].time >= kWindow) {
        samples_.pop_front();
    }
}

std::optional<std::uint64_t> Rate::logs_per_second() const {
    if (samples_.size() < 2) {
        return std::nullopt;
    }
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(
        samples_.back().time - samples_.front().time);
    if (millis.count() <= 0) {
        return std::nullopt;
    }
    const std::uint64_t logs = samples_.back().milestone.logs - samples_.front().milestone.logs;
    return logs * 1000 / static_cast<std::uint64_t>(millis.count());
}

std::optional<std::chrono::seconds> Rate::remaining() const {
    if (samples_.size() < 2) {
        return std::nullopt;
    }
    const Milestone& now = samples_.back().milestone;
    const std::uint64_t moved = now.blocks_done - samples_.front().milestone.blocks_done;
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(
        samples_.back().time - samples_.front().time);
    if (moved == 0 || millis.count() <= 0 || now.blocks_done > now.blocks_total) {
        return std::nullopt;
    }
    // Blocks and milliseconds of a window multiply far below 2^63.
    const std::uint64_t left = now.blocks_total - now.blocks_done;
    const auto per_block = static_cast<std::uint64_t>(millis.count());
    return std::chrono::seconds{static_cast<std::int64_t>(left / moved * per_block / 1000 +
                                                          left % moved * per_block / moved / 1000)};
}

std::chrono::seconds Rate::elapsed() const {
    return samples_.empty()
               ? std::chrono::seconds{0}
               : std::chrono::duration_cast<std::chrono::seconds>(samples_.back().time - start_);
}

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ' ');
    }
    return text;
}

std::string to_text(std::chrono::seconds time) {
    const std::int64_t seconds = time.count();
    if (seconds >= 3600) {
        return std::to_string(seconds / 3600) + "h " + two_digits(seconds % 3600 / 60) + "m";
    }
    if (seconds >= 60) {
        return std::to_string(seconds / 60) + "m " + two_digits(seconds % 60) + "s";
    }
    return std::to_string(seconds) + "s";
}

std::string percent_of(const Milestone& milestone) {
    if (milestone.blocks_total == 0 || milestone.blocks_done >= milestone.blocks_total) {
        return "100.0%";
    }
    // Blocks are below 2^53 on any chain, so this does not overflow.
    const std::uint64_t permille = milestone.blocks_done * 1000 / milestone.blocks_total;
    return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + "%";
}

}  // namespace redink::app
