#include "app/config/near_miss.hpp"

#include <algorithm>
#include <vector>

namespace redink::app {
namespace {

// Longer words are no slips of the keyboard, and the table below grows with their product.
constexpr std::size_t kMaxLength = 64;

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                table[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
            }
        }
    }
    return table[a.size()][b.size()];
}

}  // namespace

std::optional<std::string_view> find_near_miss(std::string_view written,
                                               std::span<const std::string_view> accepted) {
    if (written.size() > kMaxLength) {
        return std::nullopt;
    }
    std::optional<std::string_view> best;
    std::size_t nearest = std::max<std::size_t>(1, written.size() / 3) + 1;
    for (const std::string_view word : accepted) {
        const std::size_t edits = distance(written, word);
        if (edits < nearest) {
            nearest = edits;
            best = word;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> accepted) {
    const auto near = find_near_miss(written, accepted);
    return near ? " (did you mean \"" + std::string{*near} + "\"?)" : "";
}

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        text.append(text.empty() ? "" : ", ").append(word);
    }
    return text;
}

}  // namespace redink::app
