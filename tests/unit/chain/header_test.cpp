#include "indexer/chain/header.hpp"

#include <map>
#include <set>

#include <doctest/doctest.h>

#include "indexer/chain/errc.hpp"
#include "tests/unit/chain/chain_data.hpp"

namespace redink::chain {
namespace {

using test::Document;
using test::load_lines;

Result<Header> verified(const std::string& text) {
    return parse_verified_header(Document{text}.root());
}

/// The headers of a file, all of which must verify.
std::vector<Header> verified_headers(const std::string& name) {
    std::vector<Header> headers;
    for (const std::string& line : load_lines("headers/" + name + ".jsonl.gz")) {
        const Result<Header> header = verified(line);
        if (header.has_error()) {
            FAIL(name << ": " << header.error().text);
        }
        headers.push_back(*header);
    }
    return headers;
}

void check_linked(const std::vector<Header>& headers) {
    for (std::size_t i = 1; i < headers.size(); ++i) {
        CHECK(headers[i].parent_hash == headers[i - 1].hash);
        CHECK(headers[i].number == headers[i - 1].number + 1);
    }
}

/// The header of block `number` in a file, as text.
std::string header_text(const std::string& name, const std::string& number) {
    for (const std::string& line : load_lines("headers/" + name + ".jsonl.gz")) {
        if (line.find("\"number\":\"" + number + "\"") != std::string::npos) {
            return line;
        }
    }
    FAIL("no block " << number);
    return {};
}

/// `text` with the last digit of member `name` changed.
std::string altered(std::string text, const std::string& name) {
    const std::size_t start = text.find("\"" + name + "\":");
    REQUIRE(start != std::string::npos);
    std::size_t end = text.find_first_of(",}", start);
    while (text[end - 1] == '"') {
        --end;
    }
    text[end - 1] = text[end - 1] == '1' ? '2' : '1';
    return text;
}

void check_every_member_counts(const std::string& text, const std::vector<std::string>& names) {
    REQUIRE(verified(text).has_value());
    for (const std::string& name : names) {
        CAPTURE(name);
        const Result<Header> header = verified(altered(text, name));
        REQUIRE(header.has_error());
        CHECK(header.error().code == ChainErrc::bad_header);
    }
}

}  // namespace

TEST_CASE("recorded headers of ten chains hash to their hash") {
    std::map<std::uint64_t, int> chains;
    int aura = 0;
    for (const std::string& line : load_lines("headers/recorded.jsonl.gz")) {
        const Document document{line};
        const Result<Header> header = parse_verified_header(document["header"]);
        if (header.has_error()) {
            FAIL(header.error().text);
        }
        ++chains[std::uint64_t{document["chainId"]}];
        aura += header->aura_signature ? 1 : 0;
        CHECK(header->aura_signature.has_value() !=
              (std::string_view{document["seal"]} == "ethereum"));
    }
    CHECK(chains.size() == 10);
    CHECK(aura == 7);
}

TEST_CASE("headers of every fork hash to their hash") {
    const std::vector<Header> headers = verified_headers("fork-boundaries");
    CHECK(headers.size() == 23);
    CHECK(verified_headers("full-ethereum-22431088").size() == 1);
    CHECK(verified_headers("full-optimism-109279678").size() == 1);
}

TEST_CASE("real chains are linked, across a fork too") {
    check_linked(verified_headers("ethereum-18090205-18090218"));
    check_linked(verified_headers("optimism-109279674-109279681"));
    check_linked(verified_headers("ethereum-0-400-canonical"));
    const auto prague = verified_headers("ethereum-22431080-22431090-prague-activation");
    check_linked(prague);
    for (const Header& header : prague) {
        CHECK(header.requests_hash.has_value() == (header.number >= BlockNumber{22431084}));
    }
}

TEST_CASE("orphaned headers hash to their own hash and share a parent with the canonical one") {
    std::map<BlockNumber, Header> canonical;
    for (const Header& header : verified_headers("ethereum-0-400-canonical")) {
        canonical.emplace(header.number, header);
    }
    const auto orphans = verified_headers("ethereum-0-400-orphans");
    CHECK(orphans.size() == 110);
    for (const Header& orphan : orphans) {
        CHECK(orphan.hash != canonical.at(orphan.number).hash);
        CHECK(orphan.parent_hash == canonical.at(orphan.number).parent_hash);
    }
    std::map<BlockNumber, std::set<Hash32>> rivals;
    for (const Header& header : verified_headers("ethereum-two-orphans")) {
        rivals[header.number].insert(header.hash);
    }
    CHECK(rivals.size() == 30);
    for (const auto& [number, hashes] : rivals) {
        CHECK(hashes.size() >= 3);
    }
}

TEST_CASE("any altered member of a header changes its hash") {
    check_every_member_counts(header_text("fork-boundaries", "0x1757960"),
                              {"hash",         "parentHash",    "sha3Uncles",
                               "miner",        "stateRoot",     "transactionsRoot",
                               "receiptsRoot", "logsBloom",     "difficulty",
                               "number",       "gasLimit",      "gasUsed",
                               "timestamp",    "extraData",     "mixHash",
                               "nonce",        "baseFeePerGas", "withdrawalsRoot",
                               "blobGasUsed",  "excessBlobGas", "parentBeaconBlockRoot",
                               "requestsHash"});
}

TEST_CASE("any altered part of an AuRa seal changes the hash") {
    for (const std::string& line : load_lines("headers/recorded.jsonl.gz")) {
        const Document document{line};
        if (std::string_view{document["seal"]} != "ethereum") {
            check_every_member_counts(simdjson::minify(document["header"]),
                                      {"step", "signature", "difficulty", "extraData"});
        }
    }
}

TEST_CASE("a member that a fork added cannot be left out or invented") {
    std::string text = header_text("fork-boundaries", "0x1757960");
    std::string renamed = text;
    renamed.replace(renamed.find("requestsHash"), 12, "requestsHush");
    CHECK(verified(renamed).error().code == ChainErrc::bad_header);
    text.insert(1, R"("slotNumber":"0x1",)");
    CHECK(verified(text).error().code == ChainErrc::bad_header);
}

TEST_CASE("the refusal names the block, the claimed and the computed hash") {
    const std::string text = header_text("ethereum-0-400-canonical", "0x1");
    const Header honest = *verified(text);
    Result<Header> header = verified(altered(text, "gasLimit"));
    REQUIRE(header.has_error());
    CHECK(header.error().text.find("block 1 claims hash " + honest.hash.hex()) !=
          std::string::npos);
    CHECK(header.error().text.find("hashes to 0x") != std::string::npos);
}

TEST_CASE("a header without what an indexer needs is refused") {
    const std::string text = header_text("ethereum-0-400-canonical", "0x1");
    for (const std::string name :
         {"hash", "parentHash", "number", "timestamp", "logsBloom", "receiptsRoot"}) {
        std::string without = text;
        without.replace(without.find("\"" + name + "\""), name.size() + 2, "\"other\"");
        const Result<Header> header = parse_header(Document{without}.root());
        REQUIRE(header.has_error());
        CHECK(header.error().code == ChainErrc::bad_json);
        CHECK(header.error().text.find("\"" + name + "\" is missing") != std::string::npos);
    }
    CHECK(parse_header(Document{"null"}.root()).has_error());
}

TEST_CASE("other spellings of the same values give the same header") {
    std::string text = header_text("ethereum-0-400-canonical", "0x1");
    text.replace(text.find(R"("gasUsed":"0x0")"), 15, R"("gasUsed":"0x")");
    text.replace(text.find(R"("timestamp":"0x55ba4224")"), 24, R"("timestamp":"0x0055BA4224")");
    text.insert(1, R"("withdrawalsRoot":null,"extra":{"gasUsed":"0x7"},)");
    CHECK(verified(text).has_value());
}

TEST_CASE("a seal of OpenEthereum's spelling is read") {
    std::string text = header_text("ethereum-0-400-canonical", "0x1");
    text.insert(1, R"("step":"317642634","signature":"c8aa",)");
    const Header header = *parse_header(Document{text}.root());
    CHECK(header.aura_step == 317642634U);
    CHECK(header.aura_signature == Bytes{0xc8, 0xaa});
    text.replace(text.find("317642634"), 9, "31764263x");
    CHECK(parse_header(Document{text}.root()).has_error());
}

}  // namespace redink::chain
