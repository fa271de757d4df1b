#pragma once

#include <chrono>
#include <vector>

#include "app/node/chain_view.hpp"

namespace redink::node {

/// A log in an answer; a fault may have altered its text.
struct ServedLog {
    VisibleLog log;
    std::string altered;

    [[nodiscard]] std::string_view json() const {
        return altered.empty() ? log.block->slice(log.log().text) : std::string_view{altered};
    }
};

/// What the server does to an answer on its way.
enum class Disturbance {
    none,
    http_500,  ///< status 500 instead of the answer
    http_429,  ///< status 429 instead of the answer
    close,     ///< the connection ends without a word
    truncate,  ///< the connection ends in the middle of the body
    cut_json,  ///< a whole HTTP message with half of the JSON
};

/// Lies and failures of a node, for tests. Each is KIND[:key=value,...]; kinds() lists them.
/// Faults in logs and headers leave the receipts right. With times=N a fault shows N times.
class Faults {
  public:
    /// Throws std::runtime_error that names the accepted kinds and keys.
    explicit Faults(const std::vector<std::string>& specs = {});
    ~Faults();
    Faults(const Faults&) = delete;
    Faults& operator=(const Faults&) = delete;

    /// The kinds with their keys, a line each.
    [[nodiscard]] static std::string kinds();

    /// What befalls the next request, and how long its answer waits.
    [[nodiscard]] Disturbance next_disturbance(std::chrono::milliseconds& delay);

    /// Alters the answer of eth_getLogs over `range`.
    void alter_logs(std::vector<ServedLog>& logs,
                    chain::BlockRange range,
                    const recording::NumberedFilter& filter,
                    const ChainView& view);

    /// Alters a block of an answer; empty when it stays as it is.
    [[nodiscard]] std::string altered_header(const recording::RecordedBlock& block);

    /// Alters the receipts of an answer; empty when they stay as they are.
    [[nodiscard]] std::string altered_receipts(const recording::RecordedBlock& block);

    /// True when a batch is refused.
    [[nodiscard]] bool refuses_batch();

    /// True when the node pretends not to know the method.
    [[nodiscard]] bool denies(std::string_view method);

    /// Blocks by which the node lags.
    [[nodiscard]] std::uint64_t lag();

  private:
    struct Fault;

    [[nodiscard]] Fault* find(std::string_view kind);
    [[nodiscard]] Fault* find(std::string_view kind, const recording::RecordedBlock& block);

    std::vector<Fault> faults_;
    std::uint64_t requests_ = 0;
};

}  // namespace redink::node
