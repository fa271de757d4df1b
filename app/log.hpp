#pragma once

#include <iosfwd>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace redink::app {

/// What a daemon tells its operator: one line an event, `key=value`, with the time in UTC. Any
/// thread may write.
class Log {
  public:
    explicit Log(std::ostream& out);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Something an operator may want to know.
    void info(const std::string& line);

    /// Something an operator has to act on.
    void error(const std::string& line);

  private:
    std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace redink::app
