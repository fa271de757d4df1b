#include "indexer/rpc/answer.hpp"

#include "indexer/chain/hex.hpp"

namespace redink::rpc {
namespace {

/// What most answers need; set beforehand because simdjson fixes the depth with it.
constexpr std::size_t kFirstCapacity = 64 * 1024;

/// Work memory for larger answers is given back: it is four bytes for each byte of the largest.
constexpr std::size_t kKeptCapacity = 32 * 1024 * 1024;

std::unique_ptr<simdjson::dom::parser> make_parser() {
    auto parser = std::make_unique<simdjson::dom::parser>();
    if (parser->allocate(kFirstCapacity, kMaxDepth) != simdjson::SUCCESS) {
        throw std::bad_alloc{};
    }
    return parser;
}

}  // namespace

DocumentParser::DocumentParser() : parser_{make_parser()} {
}

CallResult<std::shared_ptr<const Document>> DocumentParser::parse(std::string& text) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    auto document = std::make_shared<Document>();
    const simdjson::error_code error =
        parser_->parse_into_document(document->tape_, text.data(), text.size(), false).error();
    if (parser_->capacity() > kKeptCapacity) {
        parser_ = make_parser();
    }
    if (error != simdjson::SUCCESS) {
        return fail(RpcErrc::bad_json,
                    std::string{"answer is not JSON: "} + simdjson::error_message(error));
    }
    return std::shared_ptr<const Document>{std::move(document)};
}

CallResult<std::string> to_text(const Answer& answer) {
    std::string_view text;
    if (answer.result().get(text) != simdjson::SUCCESS) {
        return fail(RpcErrc::bad_answer, "result is not a string");
    }
    return std::string{text};
}

CallResult<std::uint64_t> to_quantity(const Answer& answer) {
    const auto text = to_text(answer);
    if (!text) {
        return text.error();
    }
    const auto value = chain::parse_quantity(*text);
    if (!value) {
        return fail(RpcErrc::bad_answer, "result: " + value.error().text);
    }
    return *value;
}

}  // namespace redink::rpc
