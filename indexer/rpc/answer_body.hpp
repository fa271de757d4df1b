#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include "indexer/rpc/inflate.hpp"

namespace redink::rpc {

/// Largest answer we hold, unpacked: a getLogs answer of 10,000 logs is about 8 MB, and a full
/// block of receipts below 20 MB. Nodes that send more are asked for less.
inline constexpr std::size_t kMaxAnswerBytes = 128U * 1024 * 1024;

/// A Beast body (its `Body` concept) for answers: unpacks gzip while it arrives, never grows past a
/// limit, and leaves room behind the text so that simdjson can parse it in place.
struct AnswerBody {
    struct value_type {
        std::string text;
        std::size_t limit = kMaxAnswerBytes;
    };

    class reader {
      public:
        /// The header is still empty here; it has its fields when init() is called.
        template <bool isRequest, class Fields>
        reader(boost::beast::http::header<isRequest, Fields>& header, value_type& body)
            : body_{body} {
            // Beast checks its concept with a model of Fields that holds nothing.
            if constexpr (std::is_same_v<Fields, boost::beast::http::fields>) {
                fields_ = &header;
            }
        }

        void init(const boost::optional<std::uint64_t>& length, boost::beast::error_code& error) {
            error = start(length ? *length : 0);
        }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
            std::size_t taken = 0;
            for (const boost::asio::const_buffer buffer :
                 boost::beast::buffers_range_ref(buffers)) {
                const std::error_code failed =
                    append({static_cast<const char*>(buffer.data()), buffer.size()});
                if (failed) {
                    error = failed;
                    return taken;
                }
                taken += buffer.size();
            }
            error = {};
            return taken;
        }

        void finish(boost::beast::error_code& error) {
            error = end();
        }

      private:
        std::error_code start(std::uint64_t length);
        std::error_code append(std::string_view piece);
        std::error_code end();

        value_type& body_;
        const boost::beast::http::fields* fields_ = nullptr;
        std::optional<Inflate> inflate_;
    };
};

}  // namespace redink::rpc
