#include "indexer/recording/gzip_lines.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <zlib.h>

namespace redink::recording {
namespace {

constexpr unsigned kReadBytes = 1U << 18;

// A line holds one block with its receipts; a longer one is not a recording.
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 30;

}  // namespace

GzipLines::GzipLines(const std::string& path) : path_{path}, file_{gzopen(path.c_str(), "rb")} {
    if (file_ == nullptr) {
        throw std::runtime_error{"cannot open recording " + path + ": " + std::strerror(errno)};
    }
    gzbuffer(static_cast<gzFile>(file_), kReadBytes);
}

GzipLines::~GzipLines() {
    gzclose(static_cast<gzFile>(file_));
}

bool GzipLines::next(std::string& line) {
    std::size_t searched = at_;
    for (;;) {
        const std::size_t end = buffer_.find('\n', searched);
        if (end != std::string::npos) {
            line.assign(buffer_, at_, end - at_);
            at_ = end + 1;
            ++number_;
            return true;
        }
        buffer_.erase(0, at_);
        at_ = 0;
        searched = buffer_.size();
        if (searched > kMaxLineBytes) {
            throw std::runtime_error{"recording " + path_ + ": line " +
                                     std::to_string(number_ + 1) + " is longer than 1 GiB"};
        }
        if (!fill()) {
            line.swap(buffer_);
            buffer_.clear();
            ++number_;
            return !line.empty();
        }
    }
}

bool GzipLines::fill() {
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kReadBytes);
    auto* file = static_cast<gzFile>(file_);
    const int got = gzread(file, buffer_.data() + before, kReadBytes);
    int code = Z_OK;
    const char* message = gzerror(file, &code);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
        throw std::runtime_error{"recording " + path_ + " is damaged after line " +
                                 std::to_string(number_) + " (" +
                                 (code == Z_BUF_ERROR ? "the gzip stream ends early" : message) +
                                 "); copy the file again from its source"};
    }
    buffer_.resize(before + static_cast<std::size_t>(got));
    return got > 0;
}

}  // namespace redink::recording
