#include "app/node/fault.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "app/node/fault_kinds.hpp"

namespace redink::node {
namespace {

constexpr std::string_view kCommonKeys = ",times,every,chance,seed,";
constexpr std::string_view kTextKeys = ",text,data,name,field,code,";
constexpr std::uint64_t kAlways = 100;

/// Members of a block that bad-header can make wrong.
constexpr std::array<std::string_view, 11> kFields{"hash",
                                                   "parentHash",
                                                   "miner",
                                                   "stateRoot",
                                                   "transactionsRoot",
                                                   "receiptsRoot",
                                                   "logsBloom",
                                                   "number",
                                                   "timestamp",
                                                   "gasUsed",
                                                   "extraData"};

bool has_word(std::string_view words, std::string_view word) {
    return words.find("," + std::string{word} + ",") != std::string_view::npos;
}

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): requests in a row are picked independently.
std::uint64_t mixed(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/// Text up to the next comma; `at` moves behind the comma.
std::string read_part(const std::string& spec, std::size_t& at) {
    std::string part;
    for (; at < spec.size() && spec[at] != ','; ++at) {
        if (spec[at] == '\\' && at + 1 < spec.size()) {
            ++at;
        }
        part += spec[at];
    }
    ++at;
    return part;
}

}  // namespace

Fault::Fault(const std::string& spec) : kind_{spec.substr(0, spec.find(':'))} {
    const FaultKind* kind = find_fault_kind(kind_);
    if (kind == nullptr) {
        throw std::runtime_error{"unknown fault " + spec + "; accepted:\n" + list_fault_kinds()};
    }
    read(spec, kind_.size() + 1);
    for (const auto& [key, value] : values_) {
        if (!has_word(kind->keys, key) && !has_word(kCommonKeys, key)) {
            throw std::runtime_error{"fault " + spec + " has the unknown key " + key +
                                     "; accepted:\n" + list_fault_kinds()};
        }
        check(key);
    }
    if (!kind->required.empty() && values_.count(kind->required) == 0) {
        const bool is_text = has_word(kTextKeys, kind->required);
        throw std::runtime_error{"fault " + spec + " needs " + std::string{kind->required} +
                                 (is_text ? "=TEXT" : "=NUMBER")};
    }
}

void Fault::read(const std::string& spec, std::size_t at) {
    while (at < spec.size()) {
        const std::string part = read_part(spec, at);
        const std::size_t equals = std::min(part.find('='), part.size());
        values_[part.substr(0, equals)] = equals < part.size() ? part.substr(equals + 1) : "";
    }
}

void Fault::check(const std::string& key) const {
    const std::string& value = values_.at(key);
    if (key == "field" && std::find(kFields.begin(), kFields.end(), value) == kFields.end()) {
        throw std::runtime_error{"fault " + kind_ + ": " + value + " is no member of a header"};
    }
    if (!has_word(kTextKeys, key)) {
        static_cast<void>(number(key, 0));
    }
}

std::uint64_t Fault::number(std::string_view key, std::uint64_t otherwise) const {
    const auto found = values_.find(key);
    if (found == values_.end()) {
        return otherwise;
    }
    std::uint64_t number = 0;
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::runtime_error{"fault " + kind_ + ": " + std::string{key} + "=" + text +
                                 " is not a number"};
    }
    return number;
}

std::optional<std::string> Fault::text(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional{found->second};
}

bool Fault::is_left() const {
    return used_ < number("times", ~std::uint64_t{0});
}

bool Fault::is_due(std::uint64_t request) const {
    const std::uint64_t chance = number("chance", kAlways);
    return is_left() && request % std::max<std::uint64_t>(number("every", 1), 1) == 0 &&
           mixed(mixed(number("seed", 1)) + request) % kAlways < chance;
}

bool Fault::is_at(const recording::RecordedBlock& block) const {
    return block.ref.number.value() == number("block", 0);
}

bool Fault::is_at(const VisibleLog& log) const {
    return is_at(*log.block) && log.index == number("index", 0);
}

}  // namespace redink::node
