#include "app/chain/node_calls.hpp"

#include <thread>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "indexer/recording/recording.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using app::NoAnswer;

// The precompile that gives back what it gets: nodes answer for it without a recording.
const chain::Address kIdentity =
    *chain::Address::parse("0x0000000000000000000000000000000000000004");

// A chain of nodes with the same recording and faults of their own, in order.
class Nodes {
  public:
    explicit Nodes(const std::vector<std::vector<std::string>>& faults_by_node) {
        for (const std::vector<std::string>& faults : faults_by_node) {
            RunOptions options;
            options.faults = faults;
            nodes_.push_back(
                std::make_unique<node::NodeServer>(serving(recorded_fronted(), options)));
            chain.endpoints.push_back(rpc::Url::parse(nodes_.back()->url()).value());
        }
        chain.name = "recording";
        chain.id = 31337;
    }

    [[nodiscard]] std::string name(std::size_t node) const {
        return chain.endpoints[node].name();
    }

    app::ChainConfig chain;
    rpc::Clock clock{50};

  private:
    std::vector<std::unique_ptr<node::NodeServer>> nodes_;
};

app::BlockCalls echo(std::uint64_t block, std::size_t calls = 1) {
    app::BlockCalls asked{chain::BlockNumber{block}, std::nullopt, {}};
    for (std::size_t i = 0; i < calls; ++i) {
        asked.calls.push_back({kIdentity, {static_cast<std::uint8_t>(i)}});
    }
    return asked;
}

app::BlockResult ask(Nodes& nodes, const app::BlockCalls& asked) {
    app::NodeCalls calls{nodes.chain, {{}, &nodes.clock}};
    return std::move(calls.ask({asked}).front());
}

}  // namespace

TEST_CASE("many blocks with many calls are answered in their order") {
    Nodes nodes{{{}}};
    app::NodeCalls calls{nodes.chain, {{}, &nodes.clock}};
    std::vector<app::BlockCalls> asked;
    for (std::uint64_t block = 100; block < 130; ++block) {
        asked.push_back(echo(block, block));
    }
    for (int round = 0; round < 2; ++round) {
        const auto results = calls.ask(asked);
        REQUIRE(results.size() == asked.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            REQUIRE(results[i].has_value());
            const app::BlockAnswers& answers = results[i].value();
            CHECK(answers.endpoint == nodes.name(0));
            REQUIRE(answers.results.size() == asked[i].calls.size());
            CHECK(answers.results.back() == asked[i].calls.back().data);
        }
    }
    CHECK(calls.ask({}).empty());
}

TEST_CASE("an endpoint without the block's state is passed over, whatever its place") {
    for (const std::size_t good : {0U, 1U}) {
        std::vector<std::vector<std::string>> faults(2, {"pruned:below=200"});
        faults[good].clear();
        Nodes nodes{faults};
        const auto result = ask(nodes, echo(150));
        REQUIRE_MESSAGE(result.has_value(), result.error().error.text);
        CHECK(result.value().endpoint == nodes.name(good));
    }
}

TEST_CASE("where no endpoint has the state, asking again is of no use") {
    Nodes nodes{{{"pruned:below=200"}, {"no-method:name=eth_call"}}};
    const auto result = ask(nodes, echo(150));
    REQUIRE(result.has_error());
    CHECK(result.error().until == NoAnswer::Until::never);
    CHECK_MESSAGE(result.error().error.text.find("missing trie node") != std::string::npos,
                  result.error().error.text);
    CHECK(ask(nodes, echo(250)).has_value());
}

TEST_CASE("while one endpoint fails, another's lack of state settles nothing") {
    Nodes nodes{{{"pruned:below=200"}, {"close:every=1"}}};
    const auto result = ask(nodes, echo(150));
    REQUIRE(result.has_error());
    CHECK(result.error().until == NoAnswer::Until::now);
}

TEST_CASE("a block that the endpoints do not have yet is worth waiting for") {
    Nodes nodes{{{}}};
    const auto result = ask(nodes, echo(1'000));
    REQUIRE(result.has_error());
    CHECK(result.error().until == NoAnswer::Until::now);
}

TEST_CASE("who has another block there, or a header that cannot be, is passed over") {
    Nodes nodes{{{"bad-header:block=150,field=stateRoot"}, {}}};
    for (int i = 0; i < 3; ++i) {
        const auto result = ask(nodes, echo(150));
        REQUIRE_MESSAGE(result.has_value(), result.error().error.text);
        CHECK(result.value().endpoint == nodes.name(1));
    }
    app::BlockCalls of_another_branch = echo(150);
    of_another_branch.hash = chain::Hash32{};
    const auto result = ask(nodes, of_another_branch);
    REQUIRE(result.has_error());
    CHECK(result.error().until == NoAnswer::Until::now);
    of_another_branch.hash = ask(nodes, echo(150)).value().hash;
    CHECK(ask(nodes, of_another_branch).has_value());
}

TEST_CASE("a stop ends what waits for an endpoint") {
    Nodes nodes{{{"hang:every=1"}}};
    std::atomic<bool> stop{false};
    app::NodeCalls calls{nodes.chain, {}, &stop};
    std::thread stopper{[&stop] { stop = true; }};
    const auto results = calls.ask({echo(150), echo(151)});
    stopper.join();
    REQUIRE(results.size() == 2);
    CHECK(results[0].has_error());
    CHECK(results[1].error().until == NoAnswer::Until::now);
}

}  // namespace redink::test
