#include <map>
#include <set>

#include <doctest/doctest.h>

#include "indexer/store/proof_book.hpp"
#include "indexer/store/proof_stretches.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using test::RandomSource;

namespace {

constexpr std::uint64_t kBlocks = 60;
const std::vector<std::string> kLevels{"headers", "bloom", "second-source", "receipts"};

// What is true of one source, block by block.
struct Level {
    std::string proof;
    std::int32_t endpoint = 0;

    friend bool operator==(const Level&, const Level&) = default;
};

using Model = std::map<std::uint64_t, Level>;

chain::BlockRange range_in(RandomSource& random, std::uint64_t first, std::uint64_t last) {
    const std::uint64_t a = first + random.below(last - first + 1);
    const std::uint64_t b = first + random.below(last - first + 1);
    return {chain::BlockNumber{std::min(a, b)}, chain::BlockNumber{std::max(a, b)}};
}

Model model_of(const std::vector<store::ProofStretch>& stretches) {
    Model model;
    for (const store::ProofStretch& stretch : stretches) {
        for (chain::BlockNumber at = stretch.range.first; at <= stretch.range.last; ++at) {
            CHECK(model.emplace(at.value(), Level{stretch.proof, stretch.endpoint}).second);
        }
    }
    return model;
}

bool is_shortest(const std::vector<store::ProofStretch>& stretches) {
    for (std::size_t i = 1; i < stretches.size(); ++i) {
        const store::ProofStretch& a = stretches[i - 1];
        const store::ProofStretch& b = stretches[i];
        const bool is_joint = a.range.last + 1 == b.range.first;
        if (b.range.first <= a.range.last ||
            (is_joint && a.proof == b.proof && a.endpoint == b.endpoint)) {
            return false;
        }
    }
    return true;
}

std::vector<store::ProofStretch> stored_stretches(test::StoredChain& chain, std::int32_t source) {
    std::vector<store::ProofStretch> stretches;
    const std::string text = chain.ask(
        "SELECT from_block || ' ' || to_block || ' ' || proof || ' ' || endpoint_id FROM "
        "redink.coverage WHERE source_id = " +
        std::to_string(source) + " ORDER BY from_block");
    std::istringstream rows{text};
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    store::ProofStretch stretch;
    while (rows >> first >> last >> stretch.proof >> stretch.endpoint) {
        stretch.range = {chain::BlockNumber{first}, chain::BlockNumber{last}};
        stretches.push_back(stretch);
    }
    return stretches;
}

}  // namespace

TEST_CASE("filling and replacing stretches do what they do block by block") {
    RandomSource random{test::kSeed};
    INFO("seed " << test::kSeed);
    for (int round = 0; round < 200; ++round) {
        CAPTURE(round);
        std::vector<store::ProofStretch> stretches;
        Model model;
        for (int step = 0; step < 12; ++step) {
            const store::ProofStretch change{range_in(random, 1, kBlocks),
                                             kLevels.at(random.below(2)),
                                             static_cast<std::int32_t>(random.below(2))};
            const bool replaces = random.below(2) == 0;
            stretches = replaces ? replace(stretches, change) : fill(stretches, change);
            for (auto at = change.range.first; at <= change.range.last; ++at) {
                const Level level{change.proof, change.endpoint};
                replaces ? model.insert_or_assign(at.value(), level)
                         : model.emplace(at.value(), level);
            }
            REQUIRE(model_of(stretches) == model);
            REQUIRE(is_shortest(stretches));
        }
    }
}

TEST_CASE("random raises leave every block of every source at its last accepted level") {
    RandomSource random{test::kSeed};
    INFO("seed " << test::kSeed);
    test::StoredChain chain;
    const std::vector<std::int32_t> sources{chain.add_source({1}), chain.add_source({2, 3})};
    const std::uint64_t last = test::kFirstBlock + kBlocks - 1;
    chain.commit(chain.facts(test::kFirstBlock, last));
    std::map<std::int32_t, Model> model;
    for (const std::int32_t source : sources) {
        for (std::uint64_t at = test::kFirstBlock; at <= last; ++at) {
            model[source][at] = {"headers", chain.first_endpoint};
        }
    }
    store::ProofBook book{chain.connection, chain.market};
    int accepted = 0;
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        const chain::BlockRange range = range_in(random, test::kFirstBlock, last);
        const chain::BlockRange part{range.first, std::min(range.last, range.first + 3)};
        store::RangeFacts proved = chain.facts(
            part.first.value(), part.last.value(), {}, kLevels.at(random.below(kLevels.size())));
        proved.endpoint = random.below(2) == 0 ? chain.first_endpoint : chain.second_endpoint;
        if (random.below(2) == 0) {
            proved.sources = {sources.at(random.below(2))};
        }
        bool is_higher = true;
        for (const std::int32_t source : proved.sources) {
            for (auto at = part.first; at <= part.last; ++at) {
                is_higher = is_higher && store::proof_strength(model[source][at.value()].proof) <
                                             store::proof_strength(proved.proof);
            }
        }
        REQUIRE(book.raise(proved).has_value() == is_higher);
        accepted += is_higher ? 1 : 0;
        for (const std::int32_t source : proved.sources) {
            for (auto at = part.first; is_higher && at <= part.last; ++at) {
                model[source][at.value()] = {proved.proof, proved.endpoint};
            }
        }
        for (const std::int32_t source : sources) {
            const auto stretches = stored_stretches(chain, source);
            REQUIRE(model_of(stretches) == model[source]);
            REQUIRE(is_shortest(stretches));
        }
    }
    CHECK(accepted > 20);
    CHECK(chain.ask("SELECT sum(share_percent) FROM report.proof_share") == "100.0000");
}

TEST_CASE("the audit of weak ranges ends with everything at the target, and no lie left") {
    RandomSource random{test::kSeed};
    INFO("seed " << test::kSeed);
    test::StoredChain chain;
    chain.add_source({1});
    const std::uint64_t last = test::kFirstBlock + kBlocks - 1;
    std::vector<chain::Log> truth;
    std::vector<chain::Log> told;
    for (std::uint64_t block = test::kFirstBlock; block <= last; ++block) {
        for (std::uint32_t index = 0; index < 4; ++index) {
            const bool is_true = random.below(2) == 0;
            const chain::Log log = test::log_at(block, index, 1);
            if (is_true) {
                truth.push_back(log);
            }
            const std::size_t lie = random.below(8);
            if (lie == 1) {
                told.push_back(test::log_at(block, index, 2));
            } else if (is_true != (lie == 0)) {
                told.push_back(log);
            }
        }
    }
    chain.commit(chain.facts(test::kFirstBlock, last, told));
    store::ProofBook book{chain.connection, chain.market};
    const store::WeakSearch search{"receipts", chain::BlockNumber{last}, 7};
    std::uint64_t refuted = 0;
    while (const auto weak = book.load_weakest(search)) {
        std::vector<chain::Log> of_range;
        for (const chain::Log& log : truth) {
            if (log.block >= weak->range.first && log.block <= weak->range.last) {
                of_range.push_back(log);
            }
        }
        const auto raised = book.raise(
            chain.facts(weak->range.first.value(), weak->range.last.value(), of_range, "receipts"));
        REQUIRE(raised.has_value());
        refuted += raised->refuted;
    }
    CHECK(refuted > 10);
    CHECK(chain.ask("SELECT count(*) FROM report.refuted_logs") == std::to_string(refuted));
    CHECK(chain.ask("SELECT count(*), count(*) FILTER (WHERE data = '\\x01') FROM redink.log") ==
          std::to_string(truth.size()) + "|" + std::to_string(truth.size()));
    CHECK(chain.ask("SELECT from_block, to_block, proof FROM redink.coverage") ==
          "100|159|receipts");
}
