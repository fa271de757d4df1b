#include "indexer/chain/header.hpp"

#include <charconv>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/json_fields.hpp"
#include "indexer/chain/keccak.hpp"
#include "indexer/chain/rlp.hpp"

namespace redink::chain {
namespace {

/// Eight bytes, or a quantity where a provider shortens it.
bool read_nonce(Header& header, JsonElement json) {
    if (json::read(json, header.nonce)) {
        return true;
    }
    std::uint64_t number = 0;
    if (!json::read(json, number)) {
        return false;
    }
    const Hash32 word = to_word(U256{number});
    header.nonce = HeaderNonce{word.view().last<HeaderNonce::kSize>()};
    return true;
}

/// Nethermind sends a number, OpenEthereum a decimal string.
bool read_aura_step(Header& header, JsonElement json) {
    if (json::read(json, header.aura_step)) {
        return true;
    }
    std::string_view text;
    if (!json::read(json, text)) {
        return false;
    }
    std::uint64_t& step = header.aura_step.emplace();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    return error == std::errc{} && end == text.data() + text.size();
}

/// OpenEthereum leaves 0x away.
bool read_aura_signature(Header& header, JsonElement json) {
    std::string_view text;
    if (!json::read(json, text)) {
        return false;
    }
    Bytes& signature = header.aura_signature.emplace();
    return from_hex_into(text, signature) || from_hex_into("0x" + std::string{text}, signature);
}

constexpr json::FieldTable kHeaderFields{std::array{
    json::required<&Header::hash>("hash"),
    json::required<&Header::parent_hash>("parentHash"),
    json::field<&Header::ommers_hash>("sha3Uncles"),
    json::field<&Header::miner>("miner"),
    json::field<&Header::state_root>("stateRoot"),
    json::field<&Header::transactions_root>("transactionsRoot"),
    json::required<&Header::receipts_root>("receiptsRoot"),
    json::required<&Header::logs_bloom>("logsBloom"),
    json::field<&Header::difficulty>("difficulty"),
    json::required<&Header::number>("number"),
    json::field<&Header::gas_limit>("gasLimit"),
    json::field<&Header::gas_used>("gasUsed"),
    json::required<&Header::timestamp>("timestamp"),
    json::field<&Header::extra_data>("extraData"),
    json::field<&Header::mix_hash>("mixHash"),
    json::Field<Header>{"nonce", read_nonce, false},
    json::Field<Header>{"step", read_aura_step, false},
    json::Field<Header>{"signature", read_aura_signature, false},
    json::field<&Header::base_fee_per_gas>("baseFeePerGas"),
    json::field<&Header::withdrawals_root>("withdrawalsRoot"),
    json::field<&Header::blob_gas_used>("blobGasUsed"),
    json::field<&Header::excess_blob_gas>("excessBlobGas"),
    json::field<&Header::parent_beacon_block_root>("parentBeaconBlockRoot"),
    json::field<&Header::requests_hash>("requestsHash"),
    json::field<&Header::block_access_list_hash>("blockAccessListHash"),
    json::field<&Header::slot_number>("slotNumber"),
}};

void append_seal(Bytes& out, const Header& header) {
    if (header.aura_step && header.aura_signature) {
        rlp::append(out, *header.aura_step);
        rlp::append(out, *header.aura_signature);
        return;
    }
    if (header.mix_hash) {
        rlp::append(out, header.mix_hash->view());
    }
    if (header.nonce) {
        rlp::append(out, header.nonce->view());
    }
}

template <class T>
void append_present(Bytes& out, const std::optional<T>& value) {
    if (!value) {
        return;
    }
    if constexpr (requires { value->view(); }) {
        rlp::append(out, value->view());
    } else {
        rlp::append(out, *value);
    }
}

void append_forks(Bytes& out, const Header& header) {
    append_present(out, header.base_fee_per_gas);
    append_present(out, header.withdrawals_root);
    append_present(out, header.blob_gas_used);
    append_present(out, header.excess_blob_gas);
    append_present(out, header.parent_beacon_block_root);
    append_present(out, header.requests_hash);
    append_present(out, header.block_access_list_hash);
    append_present(out, header.slot_number);
}

}  // namespace

Result<Header> parse_header(JsonElement json) {
    Result<Header> parsed{Header{}};
    const json::Fault fault = kHeaderFields.read(json, *parsed);
    if (!fault.problem.empty()) {
        return fail(
            ChainErrc::bad_json,
            "header of block " + std::to_string(parsed->number.value()) + ": " + fault.text());
    }
    return parsed;
}

Hash32 header_hash(const Header& header) {
    constexpr std::size_t kUsualSize = 1024;
    Bytes out;
    out.reserve(kUsualSize);
    rlp::append(out, header.parent_hash.view());
    rlp::append(out, header.ommers_hash.view());
    rlp::append(out, header.miner.view());
    rlp::append(out, header.state_root.view());
    rlp::append(out, header.transactions_root.view());
    rlp::append(out, header.receipts_root.view());
    rlp::append(out, header.logs_bloom.view());
    rlp::append(out, header.difficulty);
    rlp::append(out, header.number.value());
    rlp::append(out, header.gas_limit);
    rlp::append(out, header.gas_used);
    rlp::append(out, header.timestamp);
    rlp::append(out, header.extra_data);
    append_seal(out, header);
    append_forks(out, header);
    rlp::wrap_list(out, 0);
    return keccak256(out);
}

Result<Header> parse_verified_header(JsonElement json) {
    Result<Header> parsed = parse_header(json);
    if (parsed.has_error()) {
        return parsed;
    }
    const Hash32 computed = header_hash(*parsed);
    if (computed != parsed->hash) {
        return fail(ChainErrc::bad_header,
                    "header of block " + std::to_string(parsed->number.value()) + " claims hash " +
                        parsed->hash.hex() + " but hashes to " + computed.hex());
    }
    return parsed;
}

}  // namespace redink::chain
