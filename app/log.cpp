#include "app/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>

namespace redink::app {

Log::Log(std::ostream& out) {
    // The last argument: every line is flushed, so that a killed process has told everything.
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true);
    logger_ = std::make_unique<spdlog::logger>("redink", std::move(sink));
    logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc));
}

Log::~Log() = default;

void Log::info(const std::string& line) {
    logger_->info(line);
}

void Log::error(const std::string& line) {
    logger_->error(line);
}

}  // namespace redink::app
