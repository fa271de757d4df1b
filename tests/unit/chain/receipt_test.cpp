#include "indexer/chain/receipt.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/keccak.hpp"
#include "tests/unit/chain/chain_data.hpp"

namespace redink::chain {
namespace {

using test::Document;

struct Block {
    Header header;
    std::vector<Receipt> receipts;
};

std::vector<Block> load_blocks(const std::string& name) {
    std::vector<Block> blocks;
    for (const std::string& line : test::load_lines("blocks/" + name + ".jsonl.gz")) {
        const Document document{line};
        Result<Header> header = parse_verified_header(document["block"]);
        Result<std::vector<Receipt>> receipts = parse_receipts(document["receipts"]);
        REQUIRE(header.has_value());
        REQUIRE(receipts.has_value());
        blocks.push_back({*header, *receipts});
    }
    return blocks;
}

bool proven(const Block& block) {
    const Result<void> verdict = verify_receipts(block.receipts, block.header);
    if (verdict.has_error()) {
        CHECK(verdict.error().code == ChainErrc::bad_receipts);
    }
    return verdict.has_value();
}

bool same_root(const Block& block) {
    return receipts_root(block.receipts) == block.header.receipts_root;
}

std::string receipt_text(const std::string& outcome) {
    const std::string hash = "\"0x" + std::string(64, '1') + "\"";
    return R"({"blockHash":)" + hash + R"(,"blockNumber":"0x5","transactionHash":)" + hash +
           R"(,"transactionIndex":"0x0","cumulativeGasUsed":"0x5208","logs":[],)" + outcome + "}";
}

Result<std::vector<Receipt>> parsed(const std::string& receipt) {
    return parse_receipts(Document{"[" + receipt + "]"}.root());
}

}  // namespace

TEST_CASE("the receipts of real blocks hash to the receipts root and fill the bloom") {
    for (const std::string name : {"ethereum-1000000",
                                   "ethereum-4369999",
                                   "ethereum-18000000",
                                   "ethereum-18090213",
                                   "ethereum-18090218",
                                   "ethereum-1000001-1000030",
                                   "polygon-50000000",
                                   "arbitrum-150000000"}) {
        CAPTURE(name);
        for (const Block& block : load_blocks(name)) {
            const Result<void> verdict = verify_receipts(block.receipts, block.header);
            if (verdict.has_error()) {
                FAIL(verdict.error().text);
            }
            Bloom bloom;
            for (const Receipt& receipt : block.receipts) {
                bloom.merge(logs_bloom(receipt.logs));
            }
            CHECK(bloom == block.header.logs_bloom);
        }
    }
}

TEST_CASE("receipts before Byzantium carry a state root, later ones an outcome") {
    const Block early = load_blocks("ethereum-4369999").at(0);
    CHECK(early.receipts[0].state_root);
    CHECK_FALSE(early.receipts[0].succeeded.has_value());
    const Block late = load_blocks("ethereum-18090213").at(0);
    CHECK_FALSE(late.receipts[0].state_root);
    CHECK(late.receipts[0].succeeded == true);
    CHECK(load_blocks("arbitrum-150000000").at(0).receipts[0].type == 0x6a);
}

TEST_CASE("a removed, added, altered or moved log changes the receipts root") {
    const Block honest = load_blocks("ethereum-18000000").at(0);
    const auto many = [](const Receipt& receipt) { return receipt.logs.size() > 2; };
    const auto at = std::find_if(honest.receipts.begin(), honest.receipts.end(), many);
    REQUIRE(at != honest.receipts.end());
    const auto index = static_cast<std::size_t>(at - honest.receipts.begin());
    Block block = honest;
    std::vector<Log>& logs = block.receipts[index].logs;

    SUBCASE("removed") {
        logs.pop_back();
    }
    SUBCASE("added") {
        logs.push_back(logs.back());
    }
    SUBCASE("moved") {
        std::swap(logs[0], logs[1]);
    }
    SUBCASE("other data") {
        logs[1].data[0] ^= 1;
    }
    SUBCASE("other address") {
        logs[1].address = Address{};
    }
    SUBCASE("other topic") {
        logs[1].topics[0] = Hash32{};
    }
    SUBCASE("fewer topics") {
        --logs[1].topic_count;
    }
    SUBCASE("other outcome") {
        block.receipts[index].succeeded = !*block.receipts[index].succeeded;
    }
    SUBCASE("other gas") {
        ++block.receipts[index].cumulative_gas_used;
    }
    SUBCASE("other type") {
        block.receipts[index].type ^= 1;
    }
    SUBCASE("receipt missing at the end") {
        block.receipts.pop_back();
    }
    SUBCASE("no receipts") {
        block.receipts.clear();
    }
    CHECK(same_root(honest));
    CHECK_FALSE(same_root(block));
    CHECK_FALSE(proven(block));
}

TEST_CASE("what the root does not commit to is checked besides") {
    Block block = load_blocks("ethereum-1000000").at(0);
    REQUIRE(proven(block));
    REQUIRE(block.receipts[0].logs.size() + block.receipts[1].logs.size() > 0);
    SUBCASE("another block's receipts") {
        block.receipts[1].block.hash = Hash32{};
    }
    SUBCASE("a log with a wrong index") {
        for (Receipt& receipt : block.receipts) {
            for (Log& log : receipt.logs) {
                ++log.log_index;
            }
        }
    }
    CHECK(same_root(block));
    CHECK_FALSE(proven(block));
}

TEST_CASE("receipts out of order, or with logs of others, are refused") {
    const std::string line = test::load_lines("blocks/ethereum-1000000.jsonl.gz").at(0);
    const Document document{line};
    std::string first = simdjson::minify(document["receipts"].at(0).value());
    const std::string second = simdjson::minify(document["receipts"].at(1).value());
    CHECK(parse_receipts(Document{"[" + first + "," + second + "]"}.root()).has_value());
    CHECK(parse_receipts(Document{"[" + second + "," + first + "]"}.root()).error().code ==
          ChainErrc::bad_receipts);
    std::string& with_log = first;
    const std::string key = "\"transactionHash\":\"0x";
    const std::size_t logs = with_log.find("\"logs\":[{");
    const std::size_t at = with_log.find(key, logs) + key.size();
    with_log[at] = with_log[at] == '0' ? '1' : '0';
    const auto verdict = parse_receipts(Document{"[" + with_log + "]"}.root());
    REQUIRE(verdict.has_error());
    CHECK(verdict.error().text.find("is of another transaction") != std::string::npos);
}

TEST_CASE("the outcome of a receipt is told in several ways") {
    CHECK(parsed(receipt_text(R"("status":"0x1")"))->at(0).succeeded == true);
    CHECK(parsed(receipt_text(R"("status":"0x0")"))->at(0).succeeded == false);
    CHECK(parsed(receipt_text(R"("status":"0x1","root":"0x","type":null)")).has_value());
    CHECK(parsed(receipt_text(R"("status":"0x1","root":null)")).has_value());
    CHECK(parsed(receipt_text(R"("status":null)")).has_error());
    CHECK(parsed(receipt_text(R"("status":"0x2")")).has_error());
    CHECK(parsed(receipt_text(R"("root":"0x00")")).has_error());
    CHECK(parsed(receipt_text(R"("status":"0x1","type":"0x80")")).has_error());
    CHECK(parse_receipts(Document{"{}"}.root()).has_error());
    CHECK(parse_receipts(Document{"[]"}.root())->empty());
}

TEST_CASE("deposits are hashed with nonce and version only when they have a version") {
    const std::string early = R"("status":"0x1","type":"0x7e","depositNonce":"0x9")";
    const Receipt regolith = parsed(receipt_text(early))->at(0);
    Receipt plain = regolith;
    plain.deposit_nonce.reset();
    CHECK(encode_receipt(regolith) == encode_receipt(plain));
    CHECK(encode_receipt(regolith)[0] == 0x7e);
    const Receipt canyon = parsed(receipt_text(early + R"(,"depositReceiptVersion":"0x1")"))->at(0);
    const std::string tail = to_hex(encode_receipt(canyon));
    CHECK(tail.substr(tail.size() - 4) == "0901");
}

TEST_CASE("the receipt of Polygon's state sync is told by its hash") {
    const Block block = load_blocks("polygon-50000000").at(0);
    for (const Receipt& receipt : block.receipts) {
        CHECK_FALSE(is_bor_state_sync(receipt));
    }
    Receipt receipt = block.receipts[0];
    receipt.txn_hash =
        keccak256(*from_hex("0x6d617469632d626f722d726563656970742d0000000002faf080" +
                            receipt.block.hash.hex().substr(2)));
    CHECK(is_bor_state_sync(receipt));
}

}  // namespace redink::chain
