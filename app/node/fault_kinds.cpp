#include "app/node/fault_kinds.hpp"

#include <algorithm>
#include <array>

namespace redink::node {
namespace {

constexpr std::array kKinds{
    FaultKind{"alter-log", ",block,index,", "block", "a byte of a log's data is wrong"},
    FaultKind{"alter-topic", ",block,index,topic,", "block", "a topic (the last one) is wrong"},
    FaultKind{"drop-log", ",block,index,", "block", "a log is missing"},
    FaultKind{"move-log", ",block,index,", "block", "a log is served as one of the next block"},
    FaultKind{"repeat-log", ",block,index,", "block", "a log comes twice"},
    FaultKind{"drop-block-logs", ",block,", "block", "all logs of a block are missing"},
    FaultKind{"duplicate-logs", ",block,", "block", "all logs of a block come twice"},
    FaultKind{"wrong-hash", ",block,", "block", "logs of a block carry another block hash"},
    FaultKind{"empty-logs", ",", "", "eth_getLogs finds nothing"},
    FaultKind{"lag-logs", ",blocks,", "", "eth_getLogs finds nothing in the last blocks"},
    FaultKind{"pruned", ",below,", "below", "no logs, receipts and state of older blocks"},
    FaultKind{"refuse",
              ",text,code,max,data,",
              "text",
              "eth_getLogs over more than max blocks is refused in these words; {N} is max,\n"
              "      {A} and {B} the ends of a range that works; write \\, for a comma"},
    FaultKind{"bad-header", ",block,field,", "block", "a member (stateRoot) of a block is wrong"},
    FaultKind{"bad-receipts", ",block,", "block", "gas in a block's receipts is wrong"},
    FaultKind{"no-receipts", ",", "", "eth_getBlockReceipts is unknown"},
    FaultKind{"no-method", ",name,", "name", "a method is unknown"},
    FaultKind{"no-websocket", ",", "", "there is HTTP only"},
    FaultKind{"refuse-batch", ",", "", "batches are refused"},
    FaultKind{"shuffle-batch", ",", "", "answers to a batch come in another order"},
    FaultKind{"wrong-id", ",", "", "an answer carries another id"},
    FaultKind{"lag", ",blocks,", "", "the node is some blocks behind"},
    FaultKind{"http-500", ",", "", "status 500; over a WebSocket it ends"},
    FaultKind{"http-429", ",", "", "status 429; over a WebSocket an error with that code"},
    FaultKind{"close", ",", "", "the connection ends without an answer"},
    FaultKind{"reset", ",", "", "the connection is reset (TCP RST)"},
    FaultKind{"hang", ",", "", "no answer, and the connection stays"},
    FaultKind{"truncate", ",", "", "the connection ends within the answer"},
    FaultKind{"cut-json", ",", "", "half of the JSON in a whole HTTP message"},
    FaultKind{"bad-json", ",", "", "an answer of full length that is no JSON"},
    FaultKind{"slow", ",ms,", "", "the answer waits (1000 ms)"},
    FaultKind{"drip", ",bytes,ms,", "", "the answer comes in pieces (64 bytes every 10 ms)"},
    FaultKind{"ws-silent", ",", "", "subscriptions are accepted and never notified"},
    FaultKind{"ws-drop", ",", "", "a WebSocket ends after every=N notifications"},
};

}  // namespace

const FaultKind* find_fault_kind(std::string_view name) {
    const auto* kind = std::find_if(
        kKinds.begin(), kKinds.end(), [&](const FaultKind& each) { return each.name == name; });
    return kind == kKinds.end() ? nullptr : kind;
}

std::string list_fault_kinds() {
    std::string text;
    for (const FaultKind& kind : kKinds) {
        text += "  " + std::string{kind.name};
        const std::string_view keys = kind.keys.substr(1);
        if (!keys.empty()) {
            text += ":" + std::string{keys.substr(0, keys.size() - 1)};
        }
        text += "  " + std::string{kind.meaning} + "\n";
    }
    return text +
           "  Each takes also times=N (it shows N times), every=N (at every N-th request) and\n"
           "  chance=PERCENT,seed=S (at requests that chance picks, the same ones for a seed).\n";
}

}  // namespace redink::node
