#include <csignal>
#include <future>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>

#include "app/node/run.hpp"
#include "tests/integration/node_client.hpp"

namespace redink::node {
namespace {

const std::string kFolder = std::string{REDINK_TEST_DATA} + "/chains/aave-v3";

/// A text that others can wait for: it is complete at the first flush.
class Announcement : public std::stringbuf {
  public:
    std::string wait() {
        return text_.get_future().get();
    }

  private:
    int sync() override {
        text_.set_value(str());
        return 0;
    }

    std::promise<std::string> text_;
};

std::uint16_t port_in(const std::string& text) {
    return static_cast<std::uint16_t>(std::stoul(text.substr(text.rfind(':') + 1)));
}

TEST_CASE("the node says where it listens, serves, and ends at a signal with 0") {
    for (const int signal : {SIGINT, SIGTERM}) {
        NodeOptions options;
        options.files = {kFolder};
        options.port = 0;
        options.head = 400;
        options.orphans = kFolder + "/orphans.jsonl.gz";
        options.faults = {"lag:blocks=1"};
        Announcement announcement;
        std::ostream out{&announcement};
        std::ostringstream err;
        std::promise<int> code;
        std::thread thread{[&] { code.set_value(run_node(options, out, err)); }};
        const std::string text = announcement.wait();
        CHECK(text.find("Serving chain 31337, blocks 0 to 399 of 718, 8018 calls\n") == 0);
        CHECK(text.find("Listening on http://127.0.0.1:") != std::string::npos);
        test::NodeClient client{port_in(text)};
        CHECK(client.call("eth_blockNumber")["result"] == "0x18f");
        std::raise(signal);
        thread.join();
        CHECK(code.get_future().get() == 0);
        CHECK(client.is_closed());
        CHECK(err.str().find("1 of 6 branches will not be shown") == 0);
        CHECK(err.str().find("--fault") != std::string::npos);
    }
}

TEST_CASE("what cannot be served is an error before anything listens") {
    std::ostringstream out;
    std::ostringstream err;
    NodeOptions options;
    options.port = 0;
    const auto problem = [&] {
        try {
            run_node(options, out, err);
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    CHECK(problem().find("no recording") == 0);
    options.files = {"absent.jsonl.gz"};
    CHECK(problem().find("absent.jsonl.gz") != std::string::npos);
    options.files = {kFolder};
    options.head = 100'000;
    CHECK(problem().find("the head 100000 is not in the recording") == 0);
    options.head.reset();
    options.faults = {"nonsense"};
    CHECK(problem().find("unknown fault nonsense") == 0);
    options.faults.clear();
    options.orphans = "absent.jsonl.gz";
    CHECK(problem().find("absent.jsonl.gz") != std::string::npos);
    CHECK(out.str().empty());
}

}  // namespace
}  // namespace redink::node
