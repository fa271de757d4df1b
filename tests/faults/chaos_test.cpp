#include <random>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include "app/node/node_server.hpp"
#include "indexer/recording/gzip_lines.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

constexpr std::uint64_t kHead = 330;

// The recorded node's finalized block lies 64 below its head; nothing above is proved again.
constexpr std::uint64_t kFinalized = kHead - 64;

// What a run is made of, told when it fails.
struct Chaos {
    std::vector<std::vector<std::string>> endpoints;  // faults of each
    app::ProofLevel level = app::ProofLevel::bloom;
    bool must_succeed = true;
    bool takes_receipts = false;  // to tell the lie

    [[nodiscard]] std::string describe() const {
        std::string text{app::to_text(level)};
        for (const auto& faults : endpoints) {
            text += "\n  endpoint:";
            for (const std::string& fault : faults) {
                text += " " + fault;
            }
        }
        return text;
    }
};

class ChaosMaker {
  public:
    explicit ChaosMaker(std::uint64_t seed) : random_{seed} {
        recording::GzipLines lines{REDINK_TEST_DATA "/rpc/refusals.jsonl"};
        for (std::string line; lines.next(line);) {
            const auto captured = nlohmann::json::parse(line);
            const std::string kind = captured.value("class", "");
            const bool about_size = kind == "range_too_wide" || kind == "too_many_results";
            if (about_size && captured.contains("error") && captured["error"].is_object()) {
                refusals_.push_back(captured["error"]);
            }
        }
    }

    Chaos make() {
        Chaos chaos;
        chaos.level = below(2) == 0 ? app::ProofLevel::bloom : app::ProofLevel::receipts;
        const std::uint64_t kind = below(4);
        if (kind == 0) {
            // One endpoint that stumbles.
            chaos.endpoints = {stumbles(1 + below(3))};
        } else if (kind == 1) {
            // An honest one, and one or two that stumble and lie.
            chaos.endpoints = {{}, stumbles(below(3)), stumbles(below(2))};
            chaos.endpoints[1].push_back(lie(chaos));
            chaos.endpoints[2].push_back(unfit());
            std::shuffle(chaos.endpoints.begin(), chaos.endpoints.end(), random_);
        } else if (kind == 2) {
            // A liar alone: it is refused, or did not come to lie.
            chaos.endpoints = {{lie(chaos)}};
            chaos.must_succeed = false;
        } else {
            // A provider that refuses ranges in the words of one that exists.
            chaos.endpoints = {{refusal()}};
            if (below(2) == 0) {
                chaos.endpoints[0].push_back("shuffle-batch");
            }
        }
        return chaos;
    }

  private:
    std::uint64_t below(std::uint64_t end) {
        return random_() % end;
    }

    std::string chance(std::uint64_t percent) {
        return ":chance=" + std::to_string(percent) + ",seed=" + std::to_string(random_() % 1'000);
    }

    std::vector<std::string> stumbles(std::uint64_t count) {
        static const std::vector<std::string> kinds{"http-429",
                                                    "http-500",
                                                    "hang",
                                                    "drip",
                                                    "reset",
                                                    "close",
                                                    "truncate",
                                                    "cut-json",
                                                    "bad-json",
                                                    "wrong-id",
                                                    "shuffle-batch"};
        std::vector<std::string> faults;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::string& kind = kinds[below(kinds.size())];
            const std::string more = kind == "drip" ? ",bytes=2000,ms=1" : "";
            faults.push_back(kind + chance(4 + below(9)) + more);
        }
        if (below(4) == 0) {
            faults.emplace_back("refuse-batch");
        }
        return faults;
    }

    // Blooms tell of whole blocks. One of several logs, and what is in a log, takes receipts: at
    // level bloom such a lie may stay until the range is proved to them.
    std::string lie(Chaos& chaos) {
        static const std::vector<std::string> by_bloom{"drop-block-logs",
                                                       "duplicate-logs",
                                                       "wrong-hash",
                                                       "bad-header",
                                                       "repeat-log",
                                                       "move-log"};
        static const std::vector<std::string> by_receipts{"alter-log", "alter-topic", "drop-log"};
        const bool deep = below(2) == 0;
        chaos.takes_receipts = deep && chaos.level == app::ProofLevel::bloom;
        const std::vector<std::string>& kinds = deep ? by_receipts : by_bloom;
        const std::string& kind = kinds[below(kinds.size())];
        return kind + ":block=" + std::to_string(100 + below(kFinalized - 110)) +
               (kind.ends_with("-log") ? ",index=" + std::to_string(below(4)) : "");
    }

    std::string unfit() {
        static const std::vector<std::string> kinds{"lag:blocks=40",
                                                    "pruned:below=200",
                                                    "no-receipts",
                                                    "lag-logs:blocks=30",
                                                    "refuse-batch"};
        return kinds[below(kinds.size())];
    }

    // The fault's own syntax takes commas and backslashes for its own.
    static std::string escaped(const std::string& text) {
        std::string out;
        for (const char c : text) {
            if (c == ',' || c == '\\') {
                out += '\\';
            }
            out += c;
        }
        return out;
    }

    std::string refusal() {
        const nlohmann::json& error = refusals_[below(refusals_.size())];
        std::string fault = "refuse:max=" + std::to_string(40 + below(80)) +
                            ",text=" + escaped(error.value("message", ""));
        if (error.contains("code") && error["code"].is_number_integer()) {
            fault += ",code=" + error["code"].dump();
        }
        if (error.contains("data")) {
            const auto& data = error["data"];
            fault += ",data=" + escaped(data.is_string() ? data.get<std::string>() : data.dump());
        }
        return fault;
    }

    std::mt19937_64 random_;
    std::vector<nlohmann::json> refusals_;
};

// Databases of a thousand runs would fill the disk.
void drop_database(const std::string& url) {
    const std::string name = query(url, "SELECT current_database()").front();
    pqxx::connection connection{maintenance_database()};
    pqxx::nontransaction plain{connection};
    plain.exec("DROP DATABASE " + name + " WITH (FORCE)");
}

}  // namespace

TEST_CASE("whatever endpoints do, the rows are those of a faultless run, or there are fewer") {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    RunOptions smooth;
    smooth.to = chain::BlockNumber{kHead};
    const std::string truth = fresh_database();
    REQUIRE(sync_recorded(recorded, truth, smooth).has_value());
    const unsigned seed = seed_from_environment();
    const int runs = number_from_environment("REDINK_CHAOS_RUNS", 12);
    int succeeded = 0;
    for (int run = 0; run < runs; ++run) {
        ChaosMaker maker{seed + static_cast<std::uint64_t>(run)};
        const Chaos chaos = maker.make();
        INFO("seed " << seed << " run " << run << ": " << chaos.describe());
        std::vector<std::unique_ptr<node::NodeServer>> nodes;
        std::vector<std::string> endpoints;
        for (const auto& faults : chaos.endpoints) {
            RunOptions options;
            options.faults = faults;
            node::NodeOptions serve = serving(recorded, options);
            serve.head = kHead;
            nodes.push_back(std::make_unique<node::NodeServer>(serve));
            endpoints.push_back(nodes.back()->url());
        }
        const std::string url = fresh_database();
        RunOptions options = smooth;
        options.level = chaos.level;
        options.exchange_limit = std::chrono::milliseconds{400};
        options.speed = 20;
        const auto outcome = sync_from(endpoints, recorded, url, options);
        if (!outcome) {
            CHECK_MESSAGE(!chaos.must_succeed, outcome.error().text);
            CHECK_MESSAGE(outcome.error().text.find("block") != std::string::npos,
                          outcome.error().text);
        }
        succeeded += outcome ? 1 : 0;
        if (chaos.takes_receipts) {
            node::NodeOptions serve = serving(recorded, {});
            serve.head = kHead;
            node::NodeServer honest{serve};
            RunOptions again = smooth;
            again.level = app::ProofLevel::receipts;
            const auto mended = sync_from(honest.url(), recorded, url, again);
            REQUIRE_MESSAGE(mended.has_value(), mended.error().text);
        }
        const auto cursor = query(url, "SELECT block_number FROM redink.cursor");
        const std::uint64_t head = cursor.empty() ? 0 : std::stoull(cursor.front());
        CHECK(head == (outcome || chaos.takes_receipts ? kHead : head));
        CHECK(digest_derived(url, head) == digest_derived(truth, head));
        CHECK(digest_facts(url, head) == digest_facts(truth, head));
        drop_database(url);
    }
    MESSAGE(succeeded << " of " << runs << " runs reached the head");
    CHECK(succeeded > runs / 2);
}

TEST_CASE("of two providers the one that lies is named, and the chain is indexed from the other") {
    const Recorded recorded = recorded_v36();
    const std::string truth = fresh_database();
    REQUIRE(sync_recorded(recorded, truth).has_value());
    for (const char* lie : {"drop-block-logs:block=300",
                            "alter-log:block=302,index=2",
                            "drop-log:block=500,index=4",
                            "wrong-hash:block=301",
                            "bad-header:block=333"}) {
        CAPTURE(lie);
        RunOptions lying;
        lying.faults = {lie};
        node::NodeServer liar{serving(recorded, lying)};
        node::NodeServer honest{serving(recorded, {})};
        const std::string url = fresh_database();
        const auto outcome = sync_from({liar.url(), honest.url()}, recorded, url);
        REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
        CHECK(digest_derived(url) == digest_derived(truth));
        CHECK(digest_facts(url) == digest_facts(truth));
        for (const std::string& named : query(url, "SELECT endpoint FROM report.endpoint_faults")) {
            CHECK(named == liar.url());
        }
    }
}

}  // namespace redink::test
