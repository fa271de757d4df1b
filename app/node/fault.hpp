#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/node/chain_view.hpp"

namespace redink::node {

/// One fault as it was asked for, and how often it showed.
class Fault {
  public:
    /// Reads KIND[:key=value,...]; a backslash takes the next character as it is. Throws
    /// std::runtime_error that names the accepted kinds and keys.
    explicit Fault(const std::string& spec);

    [[nodiscard]] const std::string& kind() const {
        return kind_;
    }

    /// A number, or `otherwise` where none was given.
    [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t otherwise) const;

    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;

    /// False once it showed `times` times.
    [[nodiscard]] bool is_left() const;

    /// True when it is left, and request number `request` is picked by `every` and `chance`.
    [[nodiscard]] bool is_due(std::uint64_t request) const;

    [[nodiscard]] bool is_at(const recording::RecordedBlock& block) const;

    /// The log is the one named by block and index.
    [[nodiscard]] bool is_at(const VisibleLog& log) const;

    /// Counts that it showed.
    void use() {
        ++used_;
    }

  private:
    void read(const std::string& spec, std::size_t at);
    void check(const std::string& key) const;

    std::string kind_;
    std::map<std::string, std::string, std::less<>> values_;
    std::uint64_t used_ = 0;
};

}  // namespace redink::node
