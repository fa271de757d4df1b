#pragma once

#include <memory>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/node/methods.hpp"

namespace redink::test {

/// A recorded chain with its branches, loaded once.
inline std::shared_ptr<const recording::Recording> recorded(const std::string& name) {
    static std::map<std::string, std::shared_ptr<const recording::Recording>> all;
    auto& known = all[name];
    if (!known) {
        const std::string folder = std::string{REDINK_TEST_DATA} + "/chains/" + name;
        auto loaded = std::make_shared<recording::Recording>(recording::Recording::load({folder}));
        loaded->load_branches(folder + "/orphans.jsonl.gz");
        known = loaded;
    }
    return known;
}

/// A node without a socket.
class RecordedNode {
  public:
    explicit RecordedNode(const std::vector<std::string>& faults = {},
                          std::optional<std::uint64_t> head = std::nullopt,
                          node::NodeTraits traits = {},
                          const std::string& name = "aave-v3")
        : recording_{recorded(name)},
          view{*recording_, head ? std::optional{chain::BlockNumber{*head}} : std::nullopt},
          faults_{faults},
          methods_{view, faults_, std::move(traits)} {
    }

    /// The answer to a text.
    std::string raw(const std::string& request) {
        return methods_.answer(request);
    }

    nlohmann::json ask(const std::string& request) {
        return nlohmann::json::parse(raw(request));
    }

    /// The whole answer of a method with these parameters, as JSON text.
    nlohmann::json call(const std::string& method, const std::string& params = "[]") {
        return ask(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params +
                   "}");
    }

    nlohmann::json result(const std::string& method, const std::string& params = "[]") {
        const nlohmann::json answer = call(method, params);
        INFO(method, params, answer.dump().substr(0, 300));
        REQUIRE(answer.contains("result"));
        return answer.at("result");
    }

    /// Code and message, such as "-32602 missing value for required argument 0".
    std::string error(const std::string& method, const std::string& params = "[]") {
        return error_of(call(method, params));
    }

    static std::string error_of(const nlohmann::json& answer) {
        INFO(answer.dump().substr(0, 300));
        REQUIRE(answer.contains("error"));
        return std::to_string(answer["error"]["code"].get<int>()) + " " +
               answer["error"]["message"].get<std::string>();
    }

    [[nodiscard]] const recording::Recording& recording() const {
        return *recording_;
    }

  private:
    std::shared_ptr<const recording::Recording> recording_;

  public:
    node::ChainView view;

  private:
    node::Faults faults_;
    node::Methods methods_;
};

inline std::string quantity(std::uint64_t number) {
    return '"' + chain::to_quantity(number) + '"';
}

}  // namespace redink::test
