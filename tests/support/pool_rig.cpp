#include "tests/support/pool_rig.hpp"

namespace redink::tests {

using std::chrono::milliseconds;

rpc::PoolOptions quick_options(const rpc::Clock& clock) {
    rpc::PoolOptions options;
    options.chain_id = 1;
    options.clock = &clock;
    options.client.http.exchange_limit = milliseconds{30'000};
    options.client.http.connect_limit = milliseconds{30'000};
    // A busy machine loses minutes of a clock that runs a thousand times faster.
    options.client.retry.total = std::chrono::hours{24};
    return options;
}

PoolRig::PoolRig(std::size_t count, unsigned speed)
    : clock{speed}, options{quick_options(clock)}, targets(count, "/") {
    for (std::size_t i = 0; i < count; ++i) {
        nodes.push_back(std::make_unique<ScriptedNode>(io));
    }
}

rpc::EndpointPool& PoolRig::pool() {
    if (!pool_) {
        std::vector<rpc::Url> urls;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            urls.push_back(rpc::Url::parse(nodes[i]->url(targets[i])).value());
        }
        pool_ = std::make_unique<rpc::EndpointPool>(io.get_executor(), urls, options);
    }
    return *pool_;
}

rpc::PoolResult<rpc::PoolAnswers> PoolRig::ask(std::vector<rpc::Call> calls, rpc::Need need) {
    return run(io, pool().ask(std::move(calls), std::move(need)));
}

rpc::PoolResult<rpc::PoolAnswers> PoolRig::ask_first() {
    rpc::Need need;
    need.prefer = 0;
    return ask({plain_call()}, need);
}

rpc::Call plain_call() {
    return {"eth_getLogs", "[{}]"};
}

Script http_answer(unsigned status, std::string body) {
    Script script;
    script.status = status;
    script.body = std::move(body);
    return script;
}

std::function<std::optional<Script>(const SeenRequest&, std::size_t)> always(Script script) {
    return [script = std::move(script)](const SeenRequest&, std::size_t) { return script; };
}

std::function<std::optional<Script>(const SeenRequest&, std::size_t)> first_few(std::size_t count,
                                                                                Script script) {
    return [count, script = std::move(script)](const SeenRequest&,
                                               std::size_t number) -> std::optional<Script> {
        return number < count ? std::optional{script} : std::nullopt;
    };
}

std::function<std::string(const AskedCall&)> refusing(const std::string& error) {
    return [error](const AskedCall&) { return R"("error":{)" + error + "}"; };
}

}  // namespace redink::tests
