#pragma once

#include <array>
#include <bit>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "indexer/chain/bloom.hpp"
#include "indexer/chain/json_element.hpp"
#include "indexer/chain/word.hpp"

/// Reads a JSON object into a struct in one pass over its members. Lookup by name would scan the
/// object again for each member; logs come by the hundred million.
namespace redink::chain::json {

/// Each reads one value; false when it is not of the type. Hexadecimal in either case.
[[nodiscard]] bool read(JsonElement json, std::string_view& out);
[[nodiscard]] bool read(JsonElement json, bool& out);
[[nodiscard]] bool read(JsonElement json, Bytes& out);
[[nodiscard]] bool read(JsonElement json, Bloom& out);
/// Quantities may be hexadecimal strings or plain JSON numbers.
[[nodiscard]] bool read(JsonElement json, std::uint64_t& out);
[[nodiscard]] bool read(JsonElement json, std::uint32_t& out);
[[nodiscard]] bool read(JsonElement json, BlockNumber& out);
[[nodiscard]] bool read(JsonElement json, U256& out);

template <std::size_t N, class Tag>
[[nodiscard]] bool read(JsonElement json, FixedBytes<N, Tag>& out) {
    std::string_view text;
    std::array<std::uint8_t, N> bytes;
    if (!read(json, text) || !from_hex_exact(text, bytes)) {
        return false;
    }
    out = FixedBytes<N, Tag>{bytes};
    return true;
}

template <class T>
[[nodiscard]] bool read(JsonElement json, std::optional<T>& out) {
    return read(json, out.emplace());
}

/// One member: its name, how to read it, and whether the object is nothing without it. A null
/// counts as absent.
template <class T>
struct Field {
    std::string_view name;
    bool (*read)(T& into, JsonElement json) = nullptr;
    bool required = false;
};

template <class T, class Member>
T owner_of(Member T::*);

/// A member that is read into the data member `Member`.
template <auto Member>
constexpr auto field(std::string_view name) {
    using Owner = decltype(owner_of(Member));
    return Field<Owner>{name,
                        [](Owner& into, JsonElement json) { return read(json, into.*Member); }};
}

/// As field(), for a member that must be there.
template <auto Member>
constexpr auto required(std::string_view name) {
    auto made = field<Member>(name);
    made.required = true;
    return made;
}

/// Why an object was refused; an empty problem means that it was not.
struct Fault {
    std::string_view name;
    std::string_view problem;

    [[nodiscard]] std::string text() const {
        return name.empty() ? std::string{problem}
                            : "\"" + std::string{name} + "\" " + std::string{problem};
    }
};

/// The members of an object, found by a perfect hash that is made while compiling. Members that are
/// not in the table are ignored.
template <class T, std::size_t N>
class FieldTable {
  public:
    consteval explicit FieldTable(const std::array<Field<T>, N>& fields) : fields_{fields} {
        static_assert(N < kSlots / 2 && N < 64);
        while (!try_multiplier()) {
            ++multiplier_;
        }
        for (std::size_t i = 0; i < N; ++i) {
            required_ |= std::uint64_t{fields_[i].required} << i;
        }
    }

    /// Fills `into`; stops at the first member that cannot be read.
    [[nodiscard]] Fault read(JsonElement json, T& into) const {
        simdjson::dom::object object;
        if (json.get(object) != simdjson::SUCCESS) {
            return {{}, "is not an object"};
        }
        std::uint64_t seen = 0;
        for (const auto member : object) {
            const std::uint8_t index = slots_[slot(member.key)];
            if (index == kFree || fields_[index].name != member.key || member.value.is_null()) {
                continue;
            }
            if (!fields_[index].read(into, member.value)) {
                return {fields_[index].name, "is not of its type"};
            }
            seen |= std::uint64_t{1} << index;
        }
        const std::uint64_t missing = required_ & ~seen;
        if (missing != 0) {
            return {fields_[static_cast<std::size_t>(std::countr_zero(missing))].name,
                    "is missing or null"};
        }
        return {};
    }

  private:
    static constexpr std::size_t kSlots = 128;
    static constexpr std::uint8_t kFree = 0xff;

    [[nodiscard]] constexpr std::size_t slot(std::string_view name) const {
        if (name.empty()) {
            return 0;
        }
        const auto first = static_cast<unsigned char>(name.front());
        const auto last = static_cast<unsigned char>(name.back());
        const std::size_t mixed = (name.size() * 31 + first) * multiplier_ + last;
        return (mixed ^ mixed >> 7) % kSlots;
    }

    constexpr bool try_multiplier() {
        slots_.fill(kFree);
        for (std::size_t i = 0; i < N; ++i) {
            std::uint8_t& taken = slots_[slot(fields_[i].name)];
            if (taken != kFree) {
                return false;
            }
            taken = static_cast<std::uint8_t>(i);
        }
        return true;
    }

    std::array<Field<T>, N> fields_;
    std::array<std::uint8_t, kSlots> slots_{};
    std::size_t multiplier_ = 1;
    std::uint64_t required_ = 0;
};

}  // namespace redink::chain::json
