#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "indexer/rpc/errc.hpp"

namespace redink::rpc {

/// Unpacks one gzip stream (RFC 1952) piece by piece, without ever holding more than a limit.
class Inflate {
  public:
    Inflate();
    ~Inflate();
    Inflate(Inflate&&) noexcept;
    Inflate& operator=(Inflate&&) noexcept;
    Inflate(const Inflate&) = delete;
    Inflate& operator=(const Inflate&) = delete;

    /// Appends what `packed` unpacks to onto `out`. RpcErrc::too_large once `out` would pass
    /// `limit` bytes, RpcErrc::bad_encoding for damage and for bytes after the end.
    [[nodiscard]] std::error_code feed(std::string_view packed,
                                       std::string& out,
                                       std::size_t limit);

    /// True once the checksum at the end was read and right.
    [[nodiscard]] bool complete() const {
        return complete_;
    }

  private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    bool complete_ = false;
};

}  // namespace redink::rpc
