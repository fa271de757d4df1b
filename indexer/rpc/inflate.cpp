#include "indexer/rpc/inflate.hpp"

#include <algorithm>
#include <new>

#include <zlib.h>

namespace redink::rpc {
namespace {

/// zlib: 15 bits of window, and 16 more to expect a gzip header.
constexpr int kGzipWindow = 15 + 16;

/// Growth of the output when it is full: JSON hex packs about five to one.
constexpr std::size_t kLeastRoom = 64 * 1024;

}  // namespace

struct Inflate::Stream {
    Stream() {
        if (inflateInit2(&z, kGzipWindow) != Z_OK) {
            throw std::bad_alloc{};
        }
    }

    ~Stream() {
        inflateEnd(&z);
    }

    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    z_stream z{};
};

Inflate::Inflate() : stream_{std::make_unique<Stream>()} {
}

Inflate::~Inflate() = default;
Inflate::Inflate(Inflate&&) noexcept = default;
Inflate& Inflate::operator=(Inflate&&) noexcept = default;

std::error_code Inflate::feed(std::string_view packed, std::string& out, std::size_t limit) {
    z_stream& z = stream_->z;
    // zlib does not write to its input; the type is older than const.
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    z.avail_in = static_cast<uInt>(packed.size());
    // Full output means that more may be waiting inside zlib, even with no input left.
    bool full = false;
    while (z.avail_in > 0 || full) {
        if (complete_) {
            return RpcErrc::bad_encoding;
        }
        // One byte past the limit tells "exactly at the limit" from "more than the limit".
        const std::size_t before = out.size();
        const std::size_t room = std::max(kLeastRoom, before / 2);
        const std::size_t space = std::min(room, limit + 1 - before);
        out.resize(before + space);
        z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        z.avail_out = static_cast<uInt>(space);
        const int status = inflate(&z, Z_NO_FLUSH);
        full = z.avail_out == 0;
        out.erase(out.size() - z.avail_out);
        if (out.size() > limit) {
            return RpcErrc::too_large;
        }
        complete_ = status == Z_STREAM_END;
        if (status == Z_BUF_ERROR) {
            break;
        }
        if (status != Z_OK && !complete_) {
            return RpcErrc::bad_encoding;
        }
        full = full && !complete_;
    }
    return {};
}

}  // namespace redink::rpc
