#pragma once

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/chain/endpoints.hpp"
#include "app/config/config.hpp"

namespace redink::app {

/// What contracts are asked at the end of one block.
struct BlockCalls {
    chain::BlockNumber block;
    std::optional<chain::Hash32> hash;  ///< endpoints that have another block there do not count
    std::vector<rpc::ContractCall> calls;
};

/// What they answered.
struct BlockAnswers {
    chain::Hash32 hash;
    std::string endpoint;                              ///< who told it, without its key
    std::vector<std::optional<chain::Bytes>> results;  ///< empty where the contract reverts
};

/// Why nobody answered.
struct NoAnswer {
    /// `never`: every endpoint refuses, as one without the block's state does; `now`: endpoints
    /// fail, lag or contradict each other, and may be asked again later.
    enum class Until : std::uint8_t { now, never } until = Until::now;

    Error error;
};

/// For BlockResult::value() on an error.
[[noreturn]] inline void throw_exception_from_error(const NoAnswer& none,
                                                    const boost::source_location&) {
    throw std::runtime_error{none.error.text};
}

using BlockResult = boost::system::result<BlockAnswers, NoAnswer>;

/// Calls of contracts for those who wait for the answer: has endpoints of its own and does their
/// I/O while it is asked, on the caller's thread. For one thread at a time.
class NodeCalls {
  public:
    /// `chain`, the clock in `options` and `stop` outlive this; a null `stop` never stops.
    NodeCalls(const ChainConfig& chain,
              const EndpointOptions& options,
              const std::atomic<bool>* stop = nullptr);
    ~NodeCalls();

    /// Asks for all blocks, several at a time, and gives their results in order. An endpoint that
    /// refuses or is wrong about the block is passed over for the next one. Once `stop` is set,
    /// what is under way is cancelled.
    [[nodiscard]] std::vector<BlockResult> ask(const std::vector<BlockCalls>& blocks);

  private:
    struct Run;

    void start_workers(Run& run, std::size_t workers);
    [[nodiscard]] Task<void> begin(Run& run);
    [[nodiscard]] Task<void> work(Run& run);
    [[nodiscard]] Task<BlockResult> ask_block(BlockCalls asked);
    [[nodiscard]] Task<BlockResult> ask_part(BlockCalls part);

    const std::atomic<bool>* stop_;
    asio::io_context io_;
    ChainEndpoints endpoints_;
    bool is_reached_ = false;
};

}  // namespace redink::app
