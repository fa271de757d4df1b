#include "accounting/ledger/canonical.hpp"

#include <array>
#include <cstddef>

namespace redink::ledger {
namespace {

constexpr std::string_view kLedgerTag = "redink.ledger.v1";
constexpr std::string_view kEntryTag = "redink.entry.v1";
constexpr std::string_view kChainTag = "redink.chain.v1";
constexpr std::size_t kFixedBytes = 320;  // what an entry takes beside its legs and texts
constexpr std::size_t kLegBytes = 55;

/// Appends big-endian integers and length-prefixed bytes.
class ByteWriter {
  public:
    explicit ByteWriter(std::size_t expected) {
        bytes_.reserve(expected);
    }

    void u8(std::uint8_t value) {
        bytes_.push_back(value);
    }

    void u16(std::uint16_t value) {
        integer<2>(value);
    }

    void u32(std::uint32_t value) {
        integer<4>(value);
    }

    void u64(std::uint64_t value) {
        integer<8>(value);
    }

    void u256(const U256& value) {
        using Limb = boost::multiprecision::limb_type;
        std::array<std::uint8_t, 32> word{};
        const auto& backend = value.backend();
        for (unsigned i = 0; i < backend.size(); ++i) {
            const Limb limb = backend.limbs()[i];
            for (std::size_t byte = 0; byte < sizeof(Limb); ++byte) {
                word.at(31 - (i * sizeof(Limb) + byte)) =
                    static_cast<std::uint8_t>(limb >> (8 * byte));
            }
        }
        raw(word);
    }

    void raw(std::span<const std::uint8_t> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }

    void sized(std::span<const std::uint8_t> bytes) {
        u32(static_cast<std::uint32_t>(bytes.size()));
        raw(bytes);
    }

    void sized(std::string_view text) {
        u32(static_cast<std::uint32_t>(text.size()));
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }

    void optional(const std::optional<std::uint32_t>& value) {
        u8(value ? 1 : 0);
        if (value) {
            u32(*value);
        }
    }

    void optional(const std::optional<Digest>& value) {
        u8(value ? 1 : 0);
        if (value) {
            raw(value->bytes);
        }
    }

    std::vector<std::uint8_t> take() {
        return std::move(bytes_);
    }

  private:
    template <unsigned N>
    void integer(std::uint64_t value) {
        for (unsigned i = N; i-- > 0;) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    }

    std::vector<std::uint8_t> bytes_;
};

void write_origin(ByteWriter& out, const Origin& origin) {
    out.u64(origin.block.number);
    out.raw(origin.block.hash.bytes);
    out.u64(origin.block.time);
    out.optional(origin.log_index);
    out.raw(origin.txn_hash.bytes);
    out.u32(origin.ordinal);
    out.raw(origin.evidence.bytes);
    out.u32(origin.revision);
}

}  // namespace

Digest genesis(const LedgerId& ledger, const Sha256& sha256) {
    ByteWriter out{kFixedBytes};
    out.sized(kLedgerTag);
    out.u64(ledger.chain_id);
    out.sized(ledger.protocol);
    out.raw(ledger.market);
    out.u8(static_cast<std::uint8_t>(ledger.book));
    return sha256(out.take());
}

Digest identity_of(const Digest& ledger, const Entry& entry, const Sha256& sha256) {
    ByteWriter out{kFixedBytes};
    out.sized(kEntryTag);
    out.raw(ledger.bytes);
    out.raw(entry.origin.block.hash.bytes);
    out.optional(entry.origin.log_index);
    out.u16(static_cast<std::uint16_t>(entry.rule));
    out.u32(entry.origin.ordinal);
    out.raw(entry.origin.evidence.bytes);
    out.u32(entry.origin.revision);
    out.optional(entry.reverses);
    return sha256(out.take());
}

std::vector<std::uint8_t> canonical_bytes(const Digest& identity, const Entry& entry) {
    ByteWriter out{kFixedBytes + entry.entity.pool.size() + entry.narrative.size() +
                   kLegBytes * entry.legs.size()};
    out.raw(identity.bytes);
    out.u8(static_cast<std::uint8_t>(entry.book));
    out.u16(static_cast<std::uint16_t>(entry.rule));
    out.sized(entry.entity.pool);
    out.raw(entry.entity.reserve);
    out.raw(entry.entity.asset.bytes);
    write_origin(out, entry.origin);
    out.optional(entry.reverses);
    out.sized(entry.narrative);
    out.u32(static_cast<std::uint32_t>(entry.legs.size()));
    for (const Leg& leg : entry.legs) {
        out.u16(static_cast<std::uint16_t>(leg.account));
        out.u8(static_cast<std::uint8_t>(leg.side));
        out.u256(leg.units);
        out.raw(leg.party.bytes);
    }
    return out.take();
}

Digest chain_hash(std::uint64_t position,
                  const Digest& previous,
                  std::span<const std::uint8_t> canonical,
                  const Sha256& sha256) {
    ByteWriter out{kFixedBytes + canonical.size()};
    out.sized(kChainTag);
    out.u64(position);
    out.raw(previous.bytes);
    out.sized(canonical);
    return sha256(out.take());
}

}  // namespace redink::ledger
