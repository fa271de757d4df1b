#pragma once

#include <fstream>
#include <map>
#include <string>

#include "app/config/load.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::test {

/// A redink.toml in a folder of its own, read with made-up environment variables.
class ConfigFile {
  public:
    explicit ConfigFile(const std::string& text) {
        request.file = folder_.path() / "redink.toml";
        request.file_is_given = true;
        request.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional{found->second};
        };
        std::ofstream{request.file} << text;
    }

    [[nodiscard]] app::Config load() const {
        return app::load_config(request);
    }

    /// All issues, one line each, without the folder; empty when there is none.
    [[nodiscard]] std::string problems() const {
        try {
            static_cast<void>(load());
        } catch (const app::ConfigError& error) {
            std::string text;
            for (app::ConfigIssue issue : error.issues()) {
                issue.file = issue.file.substr(issue.file.rfind('/') + 1);
                text += issue.to_line() + "\n";
            }
            return text;
        }
        return "";
    }

    app::ConfigRequest request;
    std::map<std::string, std::string> variables;

  private:
    TemporaryFolder folder_;
};

/// A small configuration that is right.
inline constexpr const char* kSoundConfig = R"([[chain]]
name = "ethereum"
id = 1
endpoints = ["https://node.example/key"]
[[market]]
name = "aave"
protocol = "aave-v3"
chain = "ethereum"
address = "0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e"
from_block = 16291127
)";

}  // namespace redink::test
