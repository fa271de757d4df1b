#pragma once

#include <string>

namespace redink::recording {

/// Reads a gzip file (or a plain one) line by line. Opening, a corrupt stream and a stream that
/// ends early throw std::runtime_error with the file's name and what to do.
class GzipLines {
  public:
    explicit GzipLines(const std::string& path);
    ~GzipLines();
    GzipLines(const GzipLines&) = delete;
    GzipLines& operator=(const GzipLines&) = delete;

    /// Puts the next line without its end into `line`; false after the last one.
    [[nodiscard]] bool next(std::string& line);

    /// Number of the line that next() gave last, from 1.
    [[nodiscard]] std::size_t number() const {
        return number_;
    }

  private:
    [[nodiscard]] bool fill();

    std::string path_;
    void* file_ = nullptr;  ///< a gzFile; zlib.h stays out of this header
    std::string buffer_;
    std::size_t at_ = 0;
    std::size_t number_ = 0;
};

}  // namespace redink::recording
