#include "indexer/rpc/pool/refusal_pattern.hpp"

#include <limits>

namespace redink::rpc {
namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_word(char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

constexpr bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// A number that grows digit by digit, and is empty once it needs more than 64 bits.
class Growing {
  public:
    void shift(std::uint64_t base, std::uint64_t digit) {
        constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
        if (value_ && *value_ <= (kMost - digit) / base) {
            value_ = *value_ * base + digit;
        } else {
            value_.reset();
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> value() const {
        return value_;
    }

  private:
    std::optional<std::uint64_t> value_ = 0;
};

/// Reads one text from left to right; every step says whether it could be taken.
class Cursor {
  public:
    Cursor(std::string_view text, std::size_t at) : text_{text}, at_{at} {
    }

    [[nodiscard]] std::size_t at() const {
        return at_;
    }

    [[nodiscard]] bool take_space() {
        const std::size_t start = at_;
        while (is_space(peek())) {
            ++at_;
        }
        return at_ > start;
    }

    [[nodiscard]] bool take_letter(char lower) {
        if (at_ >= text_.size() || to_lower(text_[at_]) != lower) {
            return false;
        }
        ++at_;
        return true;
    }

    [[nodiscard]] bool take_count(Growing& number) {
        if (!starts_number() || !take_digits(number)) {
            return false;
        }
        const char unit = to_lower(peek());
        if ((unit == 'k' || unit == 'm') && !is_word(peek(1))) {
            ++at_;
            number.shift(unit == 'k' ? 1'000 : 1'000'000, 0);
        }
        return true;
    }

    [[nodiscard]] bool take_block(Growing& number) {
        if (!starts_number()) {
            return false;
        }
        if (peek() != '0' || to_lower(peek(1)) != 'x') {
            return take_digits(number);
        }
        at_ += 2;
        const std::size_t start = at_;
        for (int digit = hex(peek()); digit >= 0; digit = hex(peek())) {
            number.shift(16, static_cast<std::uint64_t>(digit));
            ++at_;
        }
        return at_ > start && !is_word(peek());
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    [[nodiscard]] char before(std::size_t back) const {
        return at_ >= back ? text_[at_ - back] : '\0';
    }

    [[nodiscard]] static int hex(char c) {
        const char lower = to_lower(c);
        if (is_digit(c)) {
            return c - '0';
        }
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    [[nodiscard]] bool starts_number() const {
        const char last = before(1);
        const bool within = is_word(last) || ((last == '.' || last == ',') && is_digit(before(2)));
        const bool negative = last == '-' && !is_digit(before(2));
        return is_digit(peek()) && !within && !negative;
    }

    /// Digits with or without commas between thousands.
    [[nodiscard]] bool take_digits(Growing& number) {
        while (is_digit(peek())) {
            number.shift(10, static_cast<std::uint64_t>(peek() - '0'));
            ++at_;
            const bool thousands =
                is_digit(peek(1)) && is_digit(peek(2)) && is_digit(peek(3)) && !is_digit(peek(4));
            const bool comma = peek() == ',' && thousands;
            at_ += comma ? 1 : 0;
        }
        return peek() != '.' || !is_digit(peek(1));
    }

    std::string_view text_;
    std::size_t at_;
};

/// Takes the placeholder with this letter.
bool take_placeholder(Cursor& cursor, char letter, PatternMatch& match) {
    Growing number;
    const bool taken = letter == 'N' ? cursor.take_count(number) : cursor.take_block(number);
    if (letter == 'N' && number.value() != std::uint64_t{0}) {
        match.number = number.value();
    }
    if (letter == 'H') {
        match.blocks.push_back(number.value());
    }
    return taken;
}

/// Takes one part of a pattern, without stars, at `at`; the end of what it took.
std::optional<std::size_t> take_part(std::string_view text,
                                     std::size_t at,
                                     std::string_view part,
                                     PatternMatch& match) {
    Cursor cursor{text, at};
    for (std::size_t i = 0; i < part.size(); ++i) {
        bool taken = false;
        if (part[i] == '{') {
            taken = take_placeholder(cursor, part[i + 1], match);
            i += 2;
        } else if (part[i] == ' ') {
            taken = cursor.take_space();
        } else {
            taken = cursor.take_letter(part[i]);
        }
        if (!taken) {
            return std::nullopt;
        }
    }
    return cursor.at();
}

/// Finds one part at or after `from`; the end of what it took.
std::optional<std::size_t> find_part(std::string_view text,
                                     std::size_t from,
                                     std::string_view part,
                                     PatternMatch& match) {
    const PatternMatch before = match;
    for (std::size_t at = from; at <= text.size(); ++at) {
        if (const auto end = take_part(text, at, part, match)) {
            return end;
        }
        match = before;
    }
    return std::nullopt;
}

}  // namespace

std::optional<PatternMatch> find_pattern(std::string_view text, std::string_view pattern) {
    PatternMatch match;
    std::size_t at = 0;
    for (;;) {
        const std::size_t star = pattern.find('*');
        const auto end = find_part(text, at, pattern.substr(0, star), match);
        if (!end) {
            return std::nullopt;
        }
        if (star == std::string_view::npos) {
            return match;
        }
        at = *end;
        pattern.remove_prefix(star + 1);
    }
}

}  // namespace redink::rpc
