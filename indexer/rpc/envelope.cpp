#include "indexer/rpc/envelope.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "indexer/rpc/pool/refusals.hpp"
#include "indexer/rpc/retry.hpp"

namespace redink::rpc {
namespace {

using simdjson::dom::element;

/// Texts of nodes are kept to this length: hints are at their start, and some attach whole pages.
constexpr std::size_t kMaxRefusalText = 4096;

constexpr std::size_t kMaxShown = 300;

std::optional<element> field(element object, std::string_view key) {
    element value;
    if (object.at_key(key).get(value) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return value;
}

/// Cuts `text` to kMaxRefusalText bytes without cutting a UTF-8 character.
std::string cut(std::string_view text) {
    std::size_t end = std::min(text.size(), kMaxRefusalText);
    while (end > 0 && end < text.size() && (text[end] & 0xc0) == 0x80) {
        --end;
    }
    return std::string{text.substr(0, end)};
}

/// The text of a string, the JSON of anything else, nothing for null.
std::string to_shown(element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        return cut(text);
    }
    if (value.is_null()) {
        return {};
    }
    return cut(simdjson::minify(value));
}

/// Nodes send codes as numbers, and a few as text.
std::int64_t to_code(element value) {
    std::int64_t code = 0;
    std::string_view text;
    if (value.get(code) == simdjson::SUCCESS) {
        return code;
    }
    if (value.get(text) == simdjson::SUCCESS) {
        std::int64_t parsed = 0;
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, parsed);
        return error == std::errc{} && at == end ? parsed : 0;
    }
    return 0;
}

Refusal to_refusal(element error) {
    Refusal refusal;
    if (!error.is_object()) {
        refusal.message = to_shown(error);
        return refusal;
    }
    if (const auto code = field(error, "code")) {
        refusal.code = to_code(*code);
    }
    if (const auto message = field(error, "message")) {
        refusal.message = to_shown(*message);
    }
    if (const auto data = field(error, "data")) {
        refusal.data = to_shown(*data);
    }
    return refusal;
}

CallError refused(RpcErrc code, Refusal refusal) {
    std::string text = "refused with code " + std::to_string(refusal.code) + ": " +
                       excerpt(refusal.message, kMaxShown);
    if (!refusal.data.empty()) {
        text += " (" + excerpt(refusal.data, kMaxShown) + ")";
    }
    CallError error = fail(is_rate_limit(refusal) ? RpcErrc::rate_limited : code, std::move(text));
    error.refusal = std::move(refusal);
    return error;
}

std::optional<element> error_of(element object) {
    const auto error = field(object, "error");
    if (!error || error->is_null()) {
        return std::nullopt;
    }
    return error;
}

std::optional<std::uint64_t> id_of(element object) {
    std::uint64_t id = 0;
    const auto value = field(object, "id");
    if (!value || value->get(id) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return id;
}

/// The outcome of a response object whose id was checked.
CallResult<Answer> read_outcome(const std::shared_ptr<const Document>& document, element object) {
    if (const auto error = error_of(object)) {
        return refused(RpcErrc::refused, to_refusal(*error));
    }
    const auto result = field(object, "result");
    if (!result) {
        return fail(RpcErrc::bad_answer, "answer has neither result nor error");
    }
    return Answer{document, *result};
}

bool mentions_batch(const Refusal& refusal) {
    constexpr std::string_view kWord = "batch";
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    return !std::ranges::search(refusal.message, kWord, same).empty() ||
           !std::ranges::search(refusal.data, kWord, same).empty();
}

/// A node that reads no arrays calls one an invalid request, or fails to parse it
/// (JSON-RPC 2.0 section 5.1). The same codes also come with refusals of what was asked.
bool refuses_batches(const Refusal& refusal) {
    constexpr std::int64_t kInvalidRequest = -32600;
    constexpr std::int64_t kParseError = -32700;
    if (mentions_batch(refusal)) {
        return true;
    }
    CallError error = fail(RpcErrc::refused, "");
    error.refusal = refusal;
    const RefusalClass kind = read_refusal(error).kind;
    const bool says_nothing =
        kind == RefusalClass::unknown || kind == RefusalClass::invalid_request;
    return says_nothing && (refusal.code == kInvalidRequest || refusal.code == kParseError);
}

CallError refused_whole(Refusal refusal) {
    const bool about_batches = refuses_batches(refusal);
    return refused(about_batches ? RpcErrc::batch_refused : RpcErrc::refused, std::move(refusal));
}

void append_request(std::string& out, const Call& call, std::uint64_t id) {
    out += R"({"jsonrpc":"2.0","id":)";
    out += std::to_string(id);
    out += R"(,"method":")";
    out += call.method;
    out += R"(","params":)";
    out += call.params;
    out += '}';
}

/// Places one response object of a batch; an error spoils the whole batch.
std::optional<CallError> place(const std::shared_ptr<const Document>& document,
                               element object,
                               ExpectedIds ids,
                               std::vector<std::optional<CallResult<Answer>>>& places) {
    const auto id = id_of(object);
    if (!id) {
        if (const auto error = error_of(object)) {
            return refused_whole(to_refusal(*error));
        }
        return fail(RpcErrc::bad_answer, "batch: an answer without an id");
    }
    if (*id < ids.first || *id - ids.first >= ids.count) {
        return fail(RpcErrc::bad_answer,
                    "batch: an answer to id " + std::to_string(*id) + ", which was not asked");
    }
    auto& slot = places[static_cast<std::size_t>(*id - ids.first)];
    if (slot) {
        return fail(RpcErrc::bad_answer, "batch: two answers to id " + std::to_string(*id));
    }
    slot = read_outcome(document, object);
    return std::nullopt;
}

}  // namespace

std::string make_request(const Call& call, std::uint64_t id) {
    std::string text;
    append_request(text, call, id);
    return text;
}

std::string make_batch(std::span<const Call> calls, std::uint64_t first_id) {
    std::string text = "[";
    for (const Call& call : calls) {
        if (text.size() > 1) {
            text += ',';
        }
        append_request(text, call, first_id++);
    }
    text += ']';
    return text;
}

CallResult<Answer> read_single(const std::shared_ptr<const Document>& document, std::uint64_t id) {
    const element root = document->root();
    if (!root.is_object()) {
        return fail(RpcErrc::bad_answer, "answer is not an object");
    }
    const auto found = id_of(root);
    if (error_of(root) && !found) {
        return read_outcome(document, root);
    }
    if (found != id) {
        return fail(RpcErrc::bad_answer, "answer carries another id");
    }
    return read_outcome(document, root);
}

CallResult<Answers> read_batch(const std::shared_ptr<const Document>& document, ExpectedIds ids) {
    const element root = document->root();
    simdjson::dom::array objects;
    if (root.get(objects) != simdjson::SUCCESS) {
        if (const auto error = root.is_object() ? error_of(root) : std::nullopt) {
            return refused_whole(to_refusal(*error));
        }
        return fail(RpcErrc::bad_answer, "answer to a batch is not an array");
    }
    std::vector<std::optional<CallResult<Answer>>> places(ids.count);
    for (const element object : objects) {
        if (auto error = place(document, object, ids, places)) {
            return std::move(*error);
        }
    }
    Answers answers;
    answers.reserve(ids.count);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!places[i]) {
            return fail(RpcErrc::bad_answer,
                        "batch: no answer to id " + std::to_string(ids.first + i));
        }
        answers.push_back(std::move(*places[i]));
    }
    return answers;
}

std::string excerpt(std::string_view text, std::size_t limit) {
    std::string shown{text.substr(0, limit)};
    for (char& c : shown) {
        if (c < ' ' || c > '~') {
            c = c == '\n' || c == '\t' || c == '\r' ? ' ' : '?';
        }
    }
    return text.size() > limit ? shown + "..." : shown;
}

}  // namespace redink::rpc
