#pragma once

#include <chrono>
#include <vector>

#include "app/node/lies.hpp"

namespace redink::node {

/// What happens to an answer on its way.
enum class Disturbance {
    none,
    http_500,  ///< status 500 instead of the answer; a WebSocket ends
    http_429,  ///< status 429 instead of the answer; over a WebSocket an error object
    close,     ///< the connection ends without a word
    reset,     ///< the connection ends with TCP RST
    hang,      ///< no answer, until the client leaves
    truncate,  ///< the connection ends in the middle of the body
    cut_json,  ///< a whole message with half of the JSON
    bad_json,  ///< a whole message of full length that is no JSON
};

/// What befalls one request: all of these at once.
struct Treatment {
    Disturbance disturbance = Disturbance::none;
    std::chrono::milliseconds delay{0};  ///< before the answer
    std::size_t drip = 0;                ///< bytes at a time; 0: all at once
    std::chrono::milliseconds pause{0};  ///< between them
};

/// The text of an answer after a disturbance that alters texts.
[[nodiscard]] std::string disturbed(std::string text, Disturbance disturbance);

/// Lies and failures of a node, for tests. Each is KIND[:key=value,...]; kinds() lists them.
/// Faults in logs and headers leave the receipts right.
class Faults {
  public:
    /// Throws std::runtime_error that names the accepted kinds and keys.
    explicit Faults(const std::vector<std::string>& specs = {});

    /// The kinds with their keys, a line each.
    [[nodiscard]] static std::string kinds();

    /// What befalls the next request: an HTTP request, or a message on a WebSocket.
    [[nodiscard]] Treatment next_treatment();

    /// Alters the answer of eth_getLogs, or the logs of a notification.
    void alter_logs(std::vector<ServedLog>& logs, const LogRequest& request);

    /// The error for an eth_getLogs over `range`, if it is refused.
    [[nodiscard]] std::optional<RpcError> refusal(chain::BlockRange range);

    /// Alters a block of an answer; empty when it stays as it is.
    [[nodiscard]] std::string altered_header(const recording::RecordedBlock& block);

    /// Alters the receipts of an answer; empty when they stay as they are.
    [[nodiscard]] std::string altered_receipts(const recording::RecordedBlock& block);

    /// The id that an answer carries; `id` is the one of the request.
    [[nodiscard]] std::string answered_id(std::string id);

    /// True when receipts and state of that block are gone.
    [[nodiscard]] bool is_pruned(chain::BlockNumber block);

    /// True when a batch is refused.
    [[nodiscard]] bool refuses_batch();

    /// Brings the answers to a batch into another order.
    void shuffle(std::vector<std::string>& answers);

    /// True when the node pretends not to know the method.
    [[nodiscard]] bool denies(std::string_view method);

    /// True when a request to become a WebSocket is ignored.
    [[nodiscard]] bool denies_websocket();

    /// True when a notification is not sent.
    [[nodiscard]] bool silences();

    /// True when a WebSocket ends, after so many notifications.
    [[nodiscard]] bool ends_socket(std::uint64_t notifications);

    /// Blocks by which the node lags.
    [[nodiscard]] std::uint64_t lag() const;

  private:
    /// The first one of this kind that shows now; `use` counts it.
    [[nodiscard]] Fault* find(std::string_view kind);
    bool use(std::string_view kind);

    std::vector<Fault> faults_;
    std::uint64_t requests_ = 0;
};

}  // namespace redink::node
