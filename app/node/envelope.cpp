#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/node/methods.hpp"

namespace redink::node {
namespace {

constexpr std::size_t kMaxNameInError = 80;

/// A JSON string. Names come from strangers: they are shortened.
std::string to_json_string(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void write_start(std::string& out, std::string_view id) {
    out += R"({"jsonrpc":"2.0","id":)";
    out += id;
}

void write_error(std::string& out, std::string_view id, const RpcError& error) {
    write_start(out, id);
    out += R"(,"error":)";
    if (error.json.empty()) {
        out += R"({"code":)" + std::to_string(static_cast<int>(error.code)) + R"(,"message":)" +
               to_json_string(error.message) + '}';
    } else {
        out += error.json;
    }
    out += '}';
}

void write_error(std::string& out, RpcCode code, std::string message) {
    write_error(out, "null", RpcError{code, std::move(message), {}});
}

/// The id as it is to be repeated; empty for a notification.
Answer<std::string> read_id(const chain::JsonElement& request) {
    simdjson::dom::element id;
    if (request["id"].get(id) != simdjson::SUCCESS) {
        return std::string{};
    }
    if (id.is_object() || id.is_array() || id.is_bool()) {
        return RpcError{RpcCode::invalid_request, "the id is not a string or a number", {}};
    }
    return std::string{simdjson::minify(id)};
}

/// The view as a first caller would find it.
ChainView& lagging(ChainView& view, const Faults& faults) {
    view.set_lag(faults.lag());
    return view;
}

/// Why an object is no request; empty when it is one.
std::string request_problem(const chain::JsonElement& request) {
    std::string_view text;
    if (!request.is_object()) {
        return "a request is an object";
    }
    if (request["jsonrpc"].get(text) != simdjson::SUCCESS || text != "2.0") {
        return "\"jsonrpc\" is not \"2.0\"";
    }
    if (request["method"].get(text) != simdjson::SUCCESS) {
        return "\"method\" is not a string";
    }
    return {};
}

}  // namespace

struct Methods::Parser {
    simdjson::dom::parser parser;
};

Methods::Methods(ChainView& view, Faults& faults, NodeTraits traits)
    : view_{view},
      faults_{faults},
      traits_{std::move(traits)},
      parser_{std::make_unique<Parser>()},
      feed_{lagging(view, faults)} {
}

Methods::~Methods() = default;

std::string Methods::answer(std::string_view request, Subscriptions* socket) {
    std::string out;
    socket_ = socket;
    simdjson::dom::element json;
    const auto error = parser_->parser.parse(request.data(), request.size()).get(json);
    view_.set_lag(faults_.lag());
    if (error != simdjson::SUCCESS) {
        write_error(out,
                    RpcCode::parse_error,
                    std::string{"parse error: "} + simdjson::error_message(error));
    } else if (json.is_array()) {
        answer_batch(json, out);
    } else {
        answer_one(json, out);
    }
    return out;
}

void Methods::answer_batch(const chain::JsonElement& batch, Text& out) {
    const simdjson::dom::array requests = batch;
    if (faults_.refuses_batch()) {
        write_error(out, RpcCode::invalid_request, "batch requests are not supported");
        return;
    }
    if (requests.begin() == requests.end()) {
        write_error(out, RpcCode::invalid_request, "empty batch");
        return;
    }
    if (requests.size() > kMaxBatch) {
        write_error(out, RpcCode::invalid_request, "batch too large");
        return;
    }
    std::vector<Text> answers;
    for (const chain::JsonElement request : requests) {
        Text answer;
        answer_one(request, answer);
        if (!answer.empty()) {
            answers.push_back(std::move(answer));
        }
    }
    faults_.shuffle(answers);
    for (const Text& answer : answers) {
        out += out.empty() ? '[' : ',';
        out += answer;
    }
    if (!out.empty()) {
        out += ']';
    }
}

void Methods::answer_one(const chain::JsonElement& request, Text& out) {
    const std::string problem = request_problem(request);
    if (!problem.empty()) {
        write_error(out, RpcCode::invalid_request, "invalid request: " + problem);
        return;
    }
    const Answer<std::string> asked = read_id(request);
    if (asked.has_error()) {
        write_error(out, "null", asked.error());
        return;
    }
    const std::string id = faults_.answered_id(*asked);
    const std::size_t start = out.size();
    write_start(out, id);
    out += R"(,"result":)";
    const Answer<void> done = run(request, out);
    if (done.has_error()) {
        out.resize(start);
        write_error(out, id, done.error());
    } else {
        out += '}';
    }
    if (id.empty()) {
        out.resize(start);
    }
}

Answer<void> Methods::run(const chain::JsonElement& request, Text& out) {
    const std::string_view name = request["method"];
    const auto entry = std::find_if(
        table().begin(), table().end(), [&](const Entry& each) { return each.name == name; });
    if (entry == table().end() || faults_.denies(name)) {
        return RpcError{RpcCode::unknown_method,
                        "the method " + std::string{name.substr(0, kMaxNameInError)} +
                            " does not exist/is not available",
                        {}};
    }
    const Answer<Params> params = Params::of(request);
    if (params.has_error()) {
        return params.error();
    }
    return (this->*entry->run)(*params, out);
}

}  // namespace redink::node
