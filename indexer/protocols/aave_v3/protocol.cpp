#include "indexer/protocols/protocol.hpp"

#include "accounting/money/invariant.hpp"
#include "indexer/protocols/aave_v3/checkpoint.hpp"
#include "indexer/protocols/aave_v3/events.hpp"
#include "indexer/protocols/aave_v3/market.hpp"
#include "indexer/protocols/errc.hpp"

namespace redink::protocols::aave_v3 {
namespace {

constexpr int kAdapterVersion = 2;

class AaveV3 : public Protocol {
  public:
    AaveV3() {
        for (const KnownEvent& event : known_events()) {
            const Declaration& text = event.declaration;
            specs_.push_back({text.name,
                              text.signature,
                              text.topic0,
                              text.topic_count,
                              event.raises_proof,
                              event.discovers});
        }
    }

    [[nodiscard]] std::string_view name() const override {
        return "aave-v3";
    }

    [[nodiscard]] int adapter_version() const override {
        return kAdapterVersion;
    }

    [[nodiscard]] std::span<const EventSpec> events() const override {
        return specs_;
    }

    [[nodiscard]] rows::ReserveTotals totals(const rows::ReserveState& state,
                                             std::int32_t rules,
                                             std::uint64_t time) const override {
        const auto version = positions::AaveVersion::from_code(rules);
        invariant(version.has_value(), "a reserve under rules that this program does not know");
        return totals_of(state, *version, time);
    }

    [[nodiscard]] std::vector<Expectation> checkpoint(const ReserveAt& reserve) const override {
        return checkpoint_of(reserve);
    }

    [[nodiscard]] Question price_question(const chain::Address& oracle,
                                          const chain::Address& asset) const override {
        return price_question_of(oracle, asset);
    }

    [[nodiscard]] Result<std::unique_ptr<Market>> open(const MarketSpec& spec) const override {
        std::optional<positions::AaveVersion> version;
        if (spec.version) {
            version = positions::AaveVersion::parse(*spec.version);
            if (!version) {
                return Error{make_error_code(ProtocolErrc::unknown_version),
                             "market " + spec.name + ": version \"" + *spec.version +
                                 "\" of aave-v3 is not known; use 3.0.0, 3.0, 3.1 … 3.7"};
            }
        }
        return std::unique_ptr<Market>{std::make_unique<AaveMarket>(spec, version)};
    }

  private:
    std::vector<EventSpec> specs_;
};

}  // namespace

std::unique_ptr<Protocol> make() {
    return std::make_unique<AaveV3>();
}

}  // namespace redink::protocols::aave_v3
