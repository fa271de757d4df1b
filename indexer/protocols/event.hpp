#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "accounting/money/u256.hpp"
#include "indexer/chain/log.hpp"
#include "indexer/chain/result.hpp"
#include "indexer/protocols/declaration.hpp"

namespace redink::protocols {

/// A log whose bytes fit a declaration; arguments are read by their place in it. Points into the
/// log, which must outlive it.
class Event {
  public:
    static constexpr std::size_t kMaxArgs = 12;

    /// Checks number of topics, length of data, padding of addresses, booleans and short numbers.
    [[nodiscard]] static Result<Event> decode(const Declaration& declaration,
                                              const chain::Log& log);

    /// The address at place `arg`.
    [[nodiscard]] chain::Address address(std::size_t arg) const;

    /// The unsigned number at place `arg`.
    [[nodiscard]] U256 number(std::size_t arg) const;

    /// The number at place `arg`, which the declaration keeps below 64 bits or the protocol does;
    /// larger ones are cut to 2^64 - 1.
    [[nodiscard]] std::uint64_t small(std::size_t arg) const;

    /// The boolean at place `arg`.
    [[nodiscard]] bool flag(std::size_t arg) const;

    /// The 32 bytes at place `arg`.
    [[nodiscard]] chain::Hash32 word(std::size_t arg) const;

    /// The string at place `arg`; empty when its offset or length points outside the data.
    [[nodiscard]] std::string text(std::size_t arg) const;

    [[nodiscard]] const chain::Log& log() const {
        return *log_;
    }

  private:
    [[nodiscard]] chain::ByteView view(std::size_t arg) const {
        return {words_.at(arg), 32};
    }

    const chain::Log* log_ = nullptr;
    std::array<const std::uint8_t*, kMaxArgs> words_{};
};

}  // namespace redink::protocols
