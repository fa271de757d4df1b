#include "indexer/sync/proof.hpp"

#include <algorithm>

#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

std::string at(chain::BlockNumber block) {
    return "block " + std::to_string(block.value()) + ": ";
}

std::string at(const chain::Log& log) {
    return "block " + std::to_string(log.block.value()) + " log " + std::to_string(log.log_index) +
           ": ";
}

Result<void> check_headers(const RangeAnswer& answer, const std::optional<chain::Hash32>& parent) {
    const chain::Header* before = nullptr;
    for (const chain::Header& header : answer.headers) {
        if (header.number < answer.range.first || header.number > answer.range.last ||
            (before != nullptr && header.number <= before->number)) {
            return fail(SyncErrc::lie, at(header.number) + "a header that was not asked for");
        }
        const bool follows = before != nullptr && before->number + 1 == header.number;
        if (follows && header.parent_hash != before->hash) {
            return fail(SyncErrc::lie,
                        at(header.number) + "its parent hash " + header.parent_hash.hex() +
                            " is not the hash of the block before, " + before->hash.hex());
        }
        if (before == nullptr && parent && header.number == answer.range.first &&
            header.parent_hash != *parent) {
            return fail(SyncErrc::lie,
                        at(header.number) + "its parent hash " + header.parent_hash.hex() +
                            " is not that of the last indexed block, " + parent->hex());
        }
        before = &header;
    }
    return {};
}

Result<void> check_log(const chain::Log& log,
                       const RangeAnswer& answer,
                       const LogFilter& filter,
                       BloomTrust trust) {
    if (!filter.wants(log)) {
        return fail(SyncErrc::lie, at(log) + "a log that was not asked for");
    }
    if (log.block < answer.range.first || log.block > answer.range.last) {
        return fail(SyncErrc::lie, at(log) + "a log from outside the range that was asked for");
    }
    const chain::Header* header = find_header(answer, log.block);
    if (header == nullptr || header->hash != log.block_hash) {
        return fail(SyncErrc::lie,
                    at(log) + "the log says block hash " + log.block_hash.hex() + ", the header " +
                        (header == nullptr ? "is missing" : header->hash.hex()));
    }
    if (trust == BloomTrust::trusted && !admits_log(header->logs_bloom, log)) {
        return fail(SyncErrc::lie, at(log) + "the log is not in the block's logs bloom");
    }
    return {};
}

bool in_order(const chain::Log& a, const chain::Log& b) {
    if (a.block != b.block) {
        return a.block < b.block;
    }
    const bool same_txn = a.txn_index == b.txn_index;
    return a.log_index < b.log_index && a.txn_index <= b.txn_index &&
           same_txn == (a.txn_hash == b.txn_hash);
}

std::string short_list(const std::vector<std::uint32_t>& indices) {
    std::string text;
    for (std::size_t i = 0; i < indices.size() && i < 5; ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(indices[i]);
    }
    return text + (indices.size() > 5 ? " …" : "");
}

}  // namespace

const chain::Header* find_header(const RangeAnswer& answer, chain::BlockNumber block) {
    const auto found = std::lower_bound(answer.headers.begin(),
                                        answer.headers.end(),
                                        block,
                                        [](const chain::Header& header, chain::BlockNumber wanted) {
                                            return header.number < wanted;
                                        });
    return found == answer.headers.end() || found->number != block ? nullptr : &*found;
}

std::string_view name_of(ProofLevel level) {
    switch (level) {
        case ProofLevel::headers:
            return "headers";
        case ProofLevel::bloom:
            return "bloom";
        case ProofLevel::second_source:
            return "second-source";
        case ProofLevel::receipts:
            return "receipts";
    }
    return "";
}

std::optional<ProofLevel> proof_level_of(std::string_view name) {
    for (const ProofLevel level : {ProofLevel::headers,
                                   ProofLevel::bloom,
                                   ProofLevel::second_source,
                                   ProofLevel::receipts}) {
        if (name_of(level) == name) {
            return level;
        }
    }
    return std::nullopt;
}

Result<void> check_range(const RangeAnswer& answer,
                         const LogFilter& filter,
                         const std::optional<chain::Hash32>& parent,
                         BloomTrust trust) {
    if (auto linked = check_headers(answer, parent); !linked) {
        return linked;
    }
    for (std::size_t i = 0; i < answer.logs.size(); ++i) {
        if (auto checked = check_log(answer.logs[i], answer, filter, trust); !checked) {
            return checked;
        }
        if (i > 0 && !in_order(answer.logs[i - 1], answer.logs[i])) {
            return fail(SyncErrc::lie, at(answer.logs[i]) + "the log is repeated, or out of order");
        }
    }
    return {};
}

std::vector<chain::BlockNumber> blocks_to_settle(const RangeAnswer& answer,
                                                 const LogFilter& filter,
                                                 ProofLevel level,
                                                 BloomTrust trust) {
    std::vector<chain::BlockNumber> blocks;
    for (const chain::Header& header : answer.headers) {
        if (trust == BloomTrust::wrong && level != ProofLevel::headers) {
            blocks.push_back(header.number);
            continue;
        }
        if (!filter.admits(header.logs_bloom)) {
            continue;
        }
        const bool came_empty =
            level != ProofLevel::headers && logs_of(answer.logs, header.number).empty();
        if (level == ProofLevel::receipts || came_empty ||
            filter.admits_critical(header.logs_bloom)) {
            blocks.push_back(header.number);
        }
    }
    return blocks;
}

Result<std::vector<chain::Log>> proved_logs(const chain::Header& header,
                                            std::vector<chain::Receipt> receipts,
                                            const LogFilter& filter) {
    // Bor's state-sync receipt is in no root; nothing can be proved of its logs.
    std::erase_if(receipts, chain::is_bor_state_sync);
    if (auto verified = chain::verify_receipts(receipts, header); !verified) {
        return fail(SyncErrc::lie, verified.error().text);
    }
    std::vector<chain::Log> logs;
    for (chain::Receipt& receipt : receipts) {
        for (chain::Log& log : receipt.logs) {
            if (filter.wants(log)) {
                logs.push_back(std::move(log));
            }
        }
    }
    return logs;
}

Result<void> compare_block(const chain::Header& header,
                           std::span<const chain::Log> proved,
                           std::span<const chain::Log> came) {
    std::vector<std::uint32_t> missing;
    std::vector<std::uint32_t> altered;
    std::size_t matched = 0;
    for (const chain::Log& log : proved) {
        const auto same = std::find_if(came.begin(), came.end(), [&log](const chain::Log& other) {
            return other.log_index == log.log_index;
        });
        if (same == came.end()) {
            missing.push_back(log.log_index);
        } else if (*same == log) {
            ++matched;
        } else {
            altered.push_back(log.log_index);
        }
    }
    if (!missing.empty()) {
        return fail(SyncErrc::lie,
                    at(header.number) + "eth_getLogs left out log " + short_list(missing) +
                        ", which its receipts prove");
    }
    if (!altered.empty() || matched != came.size()) {
        return fail(SyncErrc::lie,
                    at(header.number) + "eth_getLogs gave log " + short_list(altered) +
                        " otherwise than its receipts prove");
    }
    return {};
}

std::vector<chain::BlockNumber> differing_blocks(std::span<const chain::Log> a,
                                                 std::span<const chain::Log> b) {
    std::vector<chain::BlockNumber> differing;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            ++i;
            ++j;
            continue;
        }
        const bool from_a = i < a.size() && (j == b.size() || a[i].block <= b[j].block);
        const chain::BlockNumber block = from_a ? a[i].block : b[j].block;
        differing.push_back(block);
        while (i < a.size() && a[i].block <= block) {
            ++i;
        }
        while (j < b.size() && b[j].block <= block) {
            ++j;
        }
    }
    return differing;
}

std::span<const chain::Log> logs_of(std::span<const chain::Log> logs, chain::BlockNumber block) {
    const auto less = [](const chain::Log& log, chain::BlockNumber wanted) {
        return log.block < wanted;
    };
    const auto first = std::lower_bound(logs.begin(), logs.end(), block, less);
    const auto last = std::lower_bound(first, logs.end(), block + 1, less);
    return {first, last};
}

}  // namespace redink::sync
