#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace redink::app {

/// How progress is shown: `automatic` is a live line on a terminal and plain lines elsewhere.
enum class ProgressMode : std::uint8_t { automatic, plain, none };

/// How far some work is. Counts only grow; `total` may.
struct Milestone {
    std::uint64_t blocks_done = 0;
    std::uint64_t blocks_total = 0;
    std::uint64_t logs = 0;
};

/// The time, given from outside so that tests need not wait.
using Clock = std::function<std::chrono::steady_clock::time_point()>;

/// Shows people how far a long piece of work is. For one thread at a time.
class Progress {
  public:
    virtual ~Progress() = default;

    /// Begins a piece of work ("aave-v3-ethereum"). Ends the one before.
    virtual void begin(std::string_view what) = 0;

    /// Tells how far it is; cheap to call often.
    virtual void update(const Milestone& milestone) = 0;

    /// A line that stays ("2 markets are up to date"), without disturbing a live line.
    virtual void note(std::string_view line) = 0;

    /// Ends the piece of work: a live line is erased, plain output gets a last line.
    virtual void end() = 0;
};

/// Where progress goes.
struct ProgressTarget {
    std::ostream& out;
    bool is_terminal = false;
    std::size_t columns = 80;  ///< width of the terminal
};

/// Makes the kind of progress that mode and target ask for.
[[nodiscard]] std::unique_ptr<Progress> make_progress(ProgressMode mode,
                                                      ProgressTarget target,
                                                      Clock clock);

}  // namespace redink::app
