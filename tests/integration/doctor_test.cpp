#include "app/doctor/doctor.hpp"

#include <filesystem>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/node/node_server.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"
#include "tests/unit/node/recorded_node.hpp"

namespace redink::app {
namespace {

using test::Recorded;

/// Just after the last block of the recording.
constexpr std::uint64_t kNow_s = 1'721'611'080;

node::NodeOptions node_with(std::vector<std::string> faults) {
    node::NodeOptions options = test::serving(test::recorded_v36(), {});
    options.faults = std::move(faults);
    return options;
}

std::unique_ptr<node::NodeServer> serve(std::vector<std::string> faults = {}) {
    return std::make_unique<node::NodeServer>(test::recorded("aave-v3"),
                                              node_with(std::move(faults)));
}

Config config_of(const std::vector<std::string>& endpoints, const std::string& database) {
    Config config;
    config.database.url = database;
    ChainConfig chain;
    chain.name = "local";
    chain.id = 31337;
    for (const std::string& endpoint : endpoints) {
        chain.endpoints.push_back(rpc::Url::parse(endpoint).value());
    }
    config.chains.push_back(std::move(chain));
    MarketConfig market;
    market.name = "m";
    market.protocol = "aave-v3";
    market.chain = "local";
    market.from_block = chain::BlockNumber{2};
    config.markets.push_back(std::move(market));
    return config;
}

ProbeOptions hasty() {
    ProbeOptions options;
    options.call_limit = std::chrono::milliseconds{3000};
    return options;
}

/// "check: verdict: measured" of the lines about endpoints; all of them, or those that are not ok.
std::string lines_of(const Diagnosis& diagnosis, bool all) {
    std::string text;
    for (const Finding& finding : diagnosis.findings) {
        const bool is_endpoint = finding.about.find("://") != std::string::npos;
        const bool is_latency = finding.check == "latency";
        if (is_endpoint && !is_latency && (all || finding.verdict != Verdict::ok)) {
            text += finding.check + ": " + std::string{to_text(finding.verdict)} + ": " +
                    finding.measured + "\n";
        }
    }
    return text;
}

std::string trouble_of(const std::vector<std::string>& endpoints,
                       const ProbeOptions& options = hasty()) {
    static const std::string database = test::fresh_database();
    return lines_of(diagnose(config_of(endpoints, database), options, kNow_s), false);
}

std::string trouble_with(std::vector<std::string> faults) {
    const auto server = serve(std::move(faults));
    return trouble_of({server->url()});
}

}  // namespace

TEST_CASE("a healthy database and a healthy node have no trouble") {
    const auto server = serve();
    const Config config =
        config_of({server->url(), "ws" + server->url().substr(4)}, test::fresh_database());
    const Diagnosis diagnosis = diagnose(config, hasty(), kNow_s);
    for (const Finding& finding : diagnosis.findings) {
        if (finding.check == "durability") {
            continue;  // tests run on a server without fsync
        }
        CHECK_MESSAGE(finding.verdict == Verdict::ok, finding.check << ": " << finding.measured);
    }
    CHECK(diagnosis.database_answered);
    CHECK(diagnosis.endpoint_answered);
    const std::string usual =
        "chain id: ok: 31337\n"
        "client: ok: redink\n"
        "head: ok: block 718, 7 s old\n"
        "finalized: ok: block 654, 64 behind the head\n"
        "history: ok: has block 2\n"
        "receipts: ok: has those of block 2\n"
        "state: ok: eth_call works at block 2\n"
        "eth_getLogs: ok: takes 655 blocks at once, more was not tried\n"
        "batches: ok: answered\n"
        "proofs: ok: bloom and receipts root agree in 3 blocks\n";
    CHECK(lines_of(diagnosis, true) == usual + usual + "newHeads: ok: subscription accepted\n");
}

TEST_CASE("the cap of eth_getLogs is found exactly") {
    for (const std::uint64_t cap : {1U, 64U, 100U, 654U}) {
        CAPTURE(cap);
        node::NodeOptions options = node_with({});
        options.traits.max_range = cap;
        const node::NodeServer server{test::recorded("aave-v3"), options};
        CHECK(trouble_of({server.url()}) == "eth_getLogs: warn: at most " + std::to_string(cap) +
                                                (cap == 1 ? " block" : " blocks") + " at once\n");
    }
    const std::string refused = trouble_with({"no-method:name=eth_getLogs"});
    CHECK(refused.find("eth_getLogs: FAIL: ") == 0);
    CHECK(refused.find("does not exist") != std::string::npos);
    ProbeOptions few = hasty();
    few.most_log_blocks = 50;
    const auto server = serve({R"(refuse:max=50,text=too wide)"});
    CHECK(trouble_of({server->url()}, few).empty());
}

TEST_CASE("another chain, and an endpoint that lags, are told") {
    node::NodeOptions options = node_with({});
    options.chain_id = 5;
    const node::NodeServer other{options};
    CHECK(trouble_of({other.url()}) == "chain id: FAIL: 5\n");
    const auto good = serve();
    const auto late = serve({"lag:blocks=10"});
    const std::string trouble = trouble_of({late->url(), good->url()});
    CHECK(trouble.find("behind: warn: 10 blocks (") != std::string::npos);
    CHECK(trouble.find("FAIL") == std::string::npos);
}

TEST_CASE("an old head is a warning") {
    const auto server = serve();
    const Config config = config_of({server->url()}, test::fresh_database());
    CHECK(lines_of(diagnose(config, hasty(), kNow_s + 86'400), false) ==
          "head: warn: block 718, 1 d 0 h old\n");
}

TEST_CASE("an endpoint without receipts, batches or state is told what it lacks") {
    const std::string receipts = trouble_with({"no-receipts"});
    CHECK(receipts.find("receipts: FAIL: eth_getBlockReceipts: ") != std::string::npos);
    CHECK(receipts.find("proofs: FAIL: ") != std::string::npos);
    CHECK(trouble_with({"refuse-batch"}) == "batches: warn: refused\n");
    CHECK(trouble_with({"pruned:below=300"}) ==
          "receipts: FAIL: those of block 2 are gone\n"
          "state: FAIL: state from block 300 on, not at block 2\n");
    const std::string state = trouble_with({"no-method:name=eth_call"});
    CHECK(state.find("state: FAIL: eth_call is refused: the method eth_call") == 0);
}

TEST_CASE("receipts and headers that do not agree are found") {
    CHECK(trouble_with({"bad-receipts:block=654"}).find("proofs: FAIL: block 654: ") == 0);
    CHECK(
        trouble_with({"bad-header:block=653,field=logsBloom"}).find("proofs: FAIL: block 653: ") ==
        0);
}

TEST_CASE("an endpoint that stops answering half-way ends the examination in time") {
    ProbeOptions options = hasty();
    options.call_limit = std::chrono::milliseconds{300};
    options.total = std::chrono::milliseconds{1000};
    const auto hanging = serve({"hang"});
    CHECK(trouble_of({hanging->url()}, options).find("reachable: FAIL: no answer within") == 0);
    const auto later = serve({"hang:every=2"});
    CHECK(trouble_of({later->url()}, options).find("reachable") == std::string::npos);
}

TEST_CASE("a WebSocket without subscriptions is a warning") {
    const auto server = serve({"no-method:name=eth_subscribe"});
    const std::string trouble = trouble_of({"ws" + server->url().substr(4)});
    CHECK(trouble.find("newHeads: warn: ") == 0);
    const auto plain = serve({"no-websocket"});
    CHECK(trouble_of({"ws" + plain->url().substr(4)}) ==
          "chain id: FAIL: no WebSocket: HTTP 405: redink node: POST a JSON-RPC request \n");
}

TEST_CASE("an endpoint is judged alone: a dead one beside a good one is one line") {
    const auto server = serve();
    const Diagnosis diagnosis = diagnose(
        config_of({"http://127.0.0.1:9/0123456789abcdef", server->url()}, test::fresh_database()),
        hasty(),
        kNow_s);
    CHECK(lines_of(diagnosis, false) == "reachable: FAIL: Connection refused\n");
    CHECK(diagnosis.endpoint_answered);
}

TEST_CASE("without a database URL the private server is planned, and nothing is made") {
    const test::TemporaryFolder folder;
    Config config = config_of({}, "");
    config.database.url.reset();
    config.database.data_dir = folder.path() / "data";
    const Diagnosis diagnosis = diagnose(config, hasty(), kNow_s);
    std::string checks;
    for (const Finding& finding : diagnosis.findings) {
        checks += finding.check + " ";
    }
    CHECK(checks == "file disk server ");
    CHECK(diagnosis.findings.back().measured.find("will be made in ") != std::string::npos);
    CHECK_FALSE(diagnosis.database_answered);
    CHECK_FALSE(std::filesystem::exists(config.database.data_dir));
}

TEST_CASE("the program tells it all, and ends with the right code") {
    const Recorded recorded = test::recorded_v36();
    const auto server = serve();
    const test::TemporaryFolder folder;
    const std::string good = test::toml_of(recorded, server->url(), test::fresh_database());
    const auto doctor = [&](const std::string& text, std::vector<std::string> more = {}) {
        const std::string file = test::write_file(folder, "redink.toml", text);
        more.insert(more.begin(), {"doctor", "--config", file});
        return test::run_program(more);
    };
    const test::ProgramResult fine = doctor(good);
    CHECK_MESSAGE(fine.exit_code == 0, fine.out << fine.err);
    CHECK(fine.out.find("  warn  head ") != std::string::npos);
    CHECK(fine.out.find("  ok    chain id          31337\n") != std::string::npos);
    CHECK(fine.out.find('\x1b') == std::string::npos);
    CHECK(doctor(good, {"--quiet"}).out.empty());

    const test::ProgramResult json = doctor(good, {"--json"});
    CHECK(nlohmann::json::parse(json.out)["verdict"] == "warn");

    const test::ProgramResult down =
        doctor(good, {"--database", "postgresql://nobody:s3cret@127.0.0.1:9/x"});
    CHECK(down.exit_code == 1);
    CHECK(down.out.find("  FAIL  reachable") != std::string::npos);
    const std::string nowhere = "http://127.0.0.1:9/0123456789abcdef";
    const test::ProgramResult nothing =
        doctor(good, {"--database", "postgresql://nobody:s3cret@127.0.0.1:9/x", "--rpc", nowhere});
    CHECK(nothing.exit_code == 3);
    for (const test::ProgramResult* each : {&down, &nothing}) {
        CHECK((each->out + each->err).find("s3cret") == std::string::npos);
        CHECK((each->out + each->err).find("0123456789abcdef") == std::string::npos);
    }
    CHECK(doctor(good, {"--rpc", nowhere}).exit_code == 1);

    CHECK(doctor(good + "colour = 1\n").exit_code == 2);
    const test::ProgramResult wrong = doctor(good + "colour = 1\n", {"--json"});
    CHECK(wrong.exit_code == 2);
    CHECK(nlohmann::json::parse(wrong.out)["findings"][0]["about"] == "config");
}

}  // namespace redink::app
