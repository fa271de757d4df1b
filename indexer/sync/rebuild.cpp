#include "indexer/sync/rebuild.hpp"

#include "accounting/money/invariant.hpp"
#include "indexer/store/fact_reader.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

std::vector<BlockLogs> blocks_of(const std::vector<store::StoredBlock>& stored) {
    std::vector<BlockLogs> blocks;
    for (const store::StoredBlock& block : stored) {
        // The facts are what they are: there is nobody left to ask for a proof.
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

}  // namespace

Result<std::uint64_t> rebuild_market(const store::MarketRecord& market,
                                     std::unique_ptr<protocols::Market> adapter,
                                     store::Connection& facts,
                                     store::Connection& writing,
                                     const std::function<void(const SyncStatus&)>& report) {
    store::MarketWriter writer{writing, market};
    const auto cursor = writer.load_cursor();
    if (!cursor) {
        return std::uint64_t{0};
    }
    store::FactReader stored{facts, market, addresses_of(*adapter), cursor->number};
    Deriver deriver{std::move(adapter)};
    std::uint64_t logs = 0;
    std::optional<Error> failed;
    const auto derive = [&](const auto& write, store::DerivedReader& reader) {
        const auto load = [&reader](const std::vector<rows::PositionKey>& keys) {
            return reader.load_positions(keys);
        };
        for (;;) {
            const std::vector<store::StoredBlock> next = stored.load_next();
            if (next.empty()) {
                return;
            }
            auto batch = deriver.apply(blocks_of(next), load);
            if (!batch) {
                failed = batch.error();
                throw InvariantBroken{"market " + market.name +
                                      " cannot be derived again: " + failed->text};
            }
            write(batch.value());
            for (const store::StoredBlock& block : next) {
                logs += block.logs.size();
            }
            if (report) {
                report({market.name,
                        "derive",
                        market.from_block.value(),
                        cursor->number.value(),
                        next.back().header.number.value(),
                        logs});
            }
        }
    };
    try {
        writer.replace_derived(derive);
    } catch (const InvariantBroken&) {
        if (failed) {
            return *failed;
        }
        throw;
    }
    return logs;
}

}  // namespace redink::sync
