#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "indexer/rpc/errc.hpp"

namespace redink::rpc {

/// Nesting of an answer; a receipt with its logs needs six levels.
inline constexpr std::size_t kMaxDepth = 64;

/// One parsed answer of a node. Strings are unescaped and checked to be UTF-8; the bytes that came
/// over the network are no longer needed.
class Document {
  public:
    [[nodiscard]] simdjson::dom::element root() const {
        return tape_.root();
    }

  private:
    friend class DocumentParser;
    simdjson::dom::document tape_;
};

/// Parses answers one after another and keeps its work memory in between.
class DocumentParser {
  public:
    DocumentParser();

    /// Parses `text` in place; it grows room behind itself when it has none. RpcErrc::bad_json with
    /// the reason otherwise.
    [[nodiscard]] CallResult<std::shared_ptr<const Document>> parse(std::string& text);

  private:
    std::unique_ptr<simdjson::dom::parser> parser_;
};

/// The `result` of one call. Answers of one batch share their document; the last one frees it.
class Answer {
  public:
    Answer(std::shared_ptr<const Document> document, simdjson::dom::element result)
        : document_{std::move(document)}, result_{result} {
    }

    /// Valid as long as this Answer or a copy lives. May be null: nodes say so for a block that
    /// they do not have.
    [[nodiscard]] simdjson::dom::element result() const {
        return result_;
    }

  private:
    std::shared_ptr<const Document> document_;
    simdjson::dom::element result_;
};

/// The result as a 64-bit quantity (eth_blockNumber, eth_chainId).
[[nodiscard]] CallResult<std::uint64_t> to_quantity(const Answer& answer);

/// The result as text (web3_clientVersion, the hexadecimal of eth_call).
[[nodiscard]] CallResult<std::string> to_text(const Answer& answer);

}  // namespace redink::rpc
