#include "app/verify/derive_again.hpp"

#include <limits>

#include "accounting/money/invariant.hpp"
#include "app/config/market_spec.hpp"
#include "indexer/store/derived_check.hpp"
#include "indexer/store/fact_reader.hpp"
#include "indexer/sync/deriver.hpp"
#include "indexer/sync/stored_market.hpp"

namespace redink::app {
namespace {

constexpr const char* kMend =
    "redink rebuild derives the rows again; if a log was changed, restore redink.log from a backup "
    "or sync into a new database";

std::vector<sync::BlockLogs> logs_of(const std::vector<store::StoredBlock>& stored) {
    std::vector<sync::BlockLogs> blocks;
    for (const store::StoredBlock& block : stored) {
        blocks.push_back({block.header.number, block.header.timestamp, true, block.logs});
    }
    return blocks;
}

std::vector<chain::Address> addresses_of(const protocols::Market& market) {
    std::vector<chain::Address> addresses;
    for (const rows::Contract& contract : market.contracts()) {
        addresses.push_back(contract.address);
    }
    return addresses;
}

// Piece by piece; the error of the adapter when the stored logs cannot be what happened.
class DeriveRun {
  public:
    DeriveRun(const store::MarketRecord& market,
              std::unique_ptr<protocols::Market> adapter,
              store::Connection& facts,
              store::Connection& checking,
              chain::BlockNumber last)
        : stored_{facts, market, addresses_of(*adapter), last},
          deriver_{std::move(adapter), std::numeric_limits<std::size_t>::max()},
          check_{checking, market},
          from_{market.from_block},
          last_{last} {
    }

    Result<void> run(const BlockTold& told) {
        const auto none = [](const std::vector<rows::PositionKey>&) {
            return std::vector<store::StoredPosition>{};
        };
        while (from_ <= last_) {
            const std::vector<store::StoredBlock> next = stored_.load_next();
            const auto batch = deriver_.apply(logs_of(next), none);
            if (!batch) {
                return batch.error();
            }
            const chain::BlockNumber to = next.empty() ? last_ : next.back().header.number;
            check_.compare(batch.value(), {from_, to});
            for (const store::StoredBlock& block : next) {
                logs_ += block.logs.size();
            }
            told(to);
            from_ = to + 1;
        }
        return {};
    }

    [[nodiscard]] std::uint64_t logs() const {
        return logs_;
    }

    [[nodiscard]] const std::map<std::string, store::DerivedDifference>& differences() const {
        return check_.differences();
    }

  private:
    store::FactReader stored_;
    sync::Deriver deriver_;
    store::DerivedCheck check_;
    chain::BlockNumber from_;
    chain::BlockNumber last_;
    std::uint64_t logs_ = 0;
};

}  // namespace

void derive_again(const store::MarketRecord& market,
                  const protocols::Protocol& protocol,
                  store::Connection& facts,
                  store::Connection& checking,
                  const BlockTold& told,
                  Verification& into) {
    if (market.adapter_version != protocol.adapter_version()) {
        into.remarks.push_back(
            "derived rows not compared: they were derived by another version of the program; "
            "redink rebuild derives them again");
        return;
    }
    store::MarketRegistry registry{facts};
    auto adapter = sync::open_stored_market(registry, protocol, to_market_spec(market), market.id);
    if (!adapter) {
        into.discrepancies.push_back(
            {"derived", "contracts and versions", "stored", adapter.error().text, kMend});
        return;
    }
    DeriveRun run{market, std::move(adapter.value()), facts, checking, into.indexed->number};
    if (const auto done = run.run(told); !done) {
        into.discrepancies.push_back({"logs",
                                      "stored logs of the market",
                                      "logs that cannot have happened",
                                      done.error().text,
                                      kMend});
    }
    for (const auto& [table, difference] : run.differences()) {
        into.discrepancies.push_back({"derived",
                                      "derived." + table + ", block " +
                                          std::to_string(difference.block) + ", " + difference.row +
                                          " (" + std::to_string(difference.rows) + " rows in all)",
                                      difference.stored,
                                      difference.computed,
                                      kMend});
    }
    into.checked.push_back("derived rows follow from " + std::to_string(run.logs()) +
                           " stored logs");
}

}  // namespace redink::app
