#include "indexer/chain/receipt.hpp"

#include <algorithm>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/json_fields.hpp"
#include "indexer/chain/keccak.hpp"
#include "indexer/chain/ordered_trie.hpp"
#include "indexer/chain/rlp.hpp"

namespace redink::chain {
namespace {

/// Room made before the elements are known to be receipts: a hostile array of zeros costs no
/// memory.
constexpr std::size_t kReserve = 1024;

/// The receipt's own members; its logs wait until the receipt knows where it belongs.
struct Draft {
    Receipt receipt;
    Hash32 block_hash;
    BlockNumber block;
    std::optional<JsonElement> logs;
};

template <auto Member>
bool into_receipt(Draft& draft, JsonElement json) {
    return json::read(json, draft.receipt.*Member);
}

bool read_type(Draft& draft, JsonElement json) {
    std::uint64_t type = 0;
    if (!json::read(json, type) || type > 0x7f) {
        return false;
    }
    draft.receipt.type = static_cast<std::uint8_t>(type);
    return true;
}

bool read_status(Draft& draft, JsonElement json) {
    std::uint64_t status = 0;
    if (!json::read(json, status) || status > 1) {
        return false;
    }
    draft.receipt.succeeded = status == 1;
    return true;
}

/// Some nodes send an empty root next to a status.
bool read_root(Draft& draft, JsonElement json) {
    std::string_view text;
    if (json::read(json, text) && text == "0x") {
        return true;
    }
    return json::read(json, draft.receipt.state_root);
}

bool keep_logs(Draft& draft, JsonElement json) {
    draft.logs = json;
    return json.is_array();
}

constexpr json::FieldTable kReceiptFields{std::array{
    json::required<&Draft::block_hash>("blockHash"),
    json::required<&Draft::block>("blockNumber"),
    json::Field<Draft>{"transactionHash", into_receipt<&Receipt::txn_hash>, true},
    json::Field<Draft>{"transactionIndex", into_receipt<&Receipt::txn_index>, true},
    json::Field<Draft>{"type", read_type, false},
    json::Field<Draft>{"status", read_status, false},
    json::Field<Draft>{"root", read_root, false},
    json::Field<Draft>{"cumulativeGasUsed", into_receipt<&Receipt::cumulative_gas_used>, true},
    json::Field<Draft>{"depositNonce", into_receipt<&Receipt::deposit_nonce>, false},
    json::Field<Draft>{
        "depositReceiptVersion", into_receipt<&Receipt::deposit_receipt_version>, false},
    json::Field<Draft>{"logs", keep_logs, true},
}};

bool belongs(const Log& log, const Receipt& receipt) {
    return log.txn_hash == receipt.txn_hash && log.txn_index == receipt.txn_index &&
           log.block == receipt.block.number && log.block_hash == receipt.block.hash;
}

Result<Receipt> parse_receipt(JsonElement json) {
    Draft draft;
    const json::Fault fault = kReceiptFields.read(json, draft);
    Receipt& receipt = draft.receipt;
    receipt.block = {draft.block, draft.block_hash};
    const auto refuse = [&](const std::string& why) {
        return fail(ChainErrc::bad_json,
                    "receipt " + std::to_string(receipt.txn_index) + " of block " +
                        std::to_string(draft.block.value()) + ": " + why);
    };
    if (!fault.problem.empty()) {
        return refuse(fault.text());
    }
    if (!receipt.succeeded && !receipt.state_root) {
        return refuse("has neither \"status\" nor \"root\"");
    }
    Result<std::vector<Log>> logs = parse_logs(*draft.logs);
    if (logs.has_error()) {
        return logs.error();
    }
    receipt.logs = std::move(*logs);
    for (const Log& log : receipt.logs) {
        if (!belongs(log, receipt)) {
            return refuse("log " + std::to_string(log.log_index) + " is of another transaction");
        }
    }
    return std::move(receipt);
}

void append_log(Bytes& out, const Log& log) {
    const std::size_t start = out.size();
    rlp::append(out, log.address.view());
    const std::size_t topics = out.size();
    for (const Hash32& topic : log.topic_span()) {
        rlp::append(out, topic.view());
    }
    rlp::wrap_list(out, topics);
    rlp::append(out, log.data);
    rlp::wrap_list(out, start);
}

Error unproven(const Header& header, const std::string& why) {
    return fail(ChainErrc::bad_receipts,
                "receipts of block " + std::to_string(header.number.value()) + ": " + why);
}

}  // namespace

Result<std::vector<Receipt>> parse_receipts(JsonElement json) {
    simdjson::dom::array array;
    if (json.get(array) != simdjson::SUCCESS) {
        return fail(ChainErrc::bad_json, "receipts: is not an array");
    }
    std::vector<Receipt> receipts;
    receipts.reserve(std::min(array.size(), kReserve));
    for (const JsonElement element : array) {
        Result<Receipt> receipt = parse_receipt(element);
        if (receipt.has_error()) {
            return receipt.error();
        }
        if (receipt->txn_index != receipts.size()) {
            return fail(ChainErrc::bad_receipts,
                        "receipts of block " + std::to_string(receipt->block.number.value()) +
                            ": number " + std::to_string(receipts.size()) + " is of transaction " +
                            std::to_string(receipt->txn_index));
        }
        receipts.push_back(std::move(*receipt));
    }
    return receipts;
}

Bloom logs_bloom(std::span<const Log> logs) {
    Bloom bloom;
    for (const Log& log : logs) {
        bloom.add(log.address.view());
        for (const Hash32& topic : log.topic_span()) {
            bloom.add(topic.view());
        }
    }
    return bloom;
}

Bytes encode_receipt(const Receipt& receipt) {
    Bytes out;
    if (receipt.type != 0) {
        out.push_back(receipt.type);
    }
    const std::size_t start = out.size();
    if (receipt.succeeded) {
        rlp::append(out, std::uint64_t{*receipt.succeeded});
    } else {
        rlp::append(out, receipt.state_root.value_or(Hash32{}).view());
    }
    rlp::append(out, receipt.cumulative_gas_used);
    rlp::append(out, logs_bloom(receipt.logs).view());
    const std::size_t logs = out.size();
    for (const Log& log : receipt.logs) {
        append_log(out, log);
    }
    rlp::wrap_list(out, logs);
    if (receipt.deposit_receipt_version) {
        rlp::append(out, receipt.deposit_nonce.value_or(0));
        rlp::append(out, *receipt.deposit_receipt_version);
    }
    rlp::wrap_list(out, start);
    return out;
}

Hash32 receipts_root(const std::vector<Receipt>& receipts) {
    std::vector<Bytes> values;
    values.reserve(receipts.size());
    for (const Receipt& receipt : receipts) {
        values.push_back(encode_receipt(receipt));
    }
    return ordered_trie_root(values);
}

bool is_bor_state_sync(const Receipt& receipt) {
    constexpr std::string_view kPrefix = "matic-bor-receipt-";
    Bytes key{kPrefix.begin(), kPrefix.end()};
    const Hash32 number = to_word(U256{receipt.block.number.value()});
    key.insert(key.end(), number.bytes().end() - 8, number.bytes().end());
    key.insert(key.end(), receipt.block.hash.bytes().begin(), receipt.block.hash.bytes().end());
    return keccak256(key) == receipt.txn_hash;
}

Result<void> verify_receipts(const std::vector<Receipt>& receipts, const Header& header) {
    std::uint32_t next = 0;
    for (const Receipt& receipt : receipts) {
        if (receipt.block != header.ref()) {
            return unproven(header, "of block hash " + receipt.block.hash.hex());
        }
        for (const Log& log : receipt.logs) {
            if (log.log_index != next) {
                return unproven(header,
                                "log " + std::to_string(next) + " calls itself " +
                                    std::to_string(log.log_index));
            }
            ++next;
        }
    }
    const Hash32 root = receipts_root(receipts);
    if (root != header.receipts_root) {
        return unproven(
            header, "hash to " + root.hex() + ", the header says " + header.receipts_root.hex());
    }
    return {};
}

}  // namespace redink::chain
