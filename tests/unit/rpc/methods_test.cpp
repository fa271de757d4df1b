#include "indexer/rpc/methods.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

using chain::Address;
using chain::BlockNumber;
using chain::Hash32;

const char* const kPool = "0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2";
const char* const kWord = "0x00000000000000000000000000000000000000000000000000000000000000aa";

Address pool() {
    return *Address::parse(kPool);
}

Hash32 word() {
    return *Hash32::parse(kWord);
}

}  // namespace

TEST_CASE("calls without parameters carry an empty list") {
    CHECK(methods::chain_id() == Call{"eth_chainId", "[]"});
    CHECK(methods::block_number() == Call{"eth_blockNumber", "[]"});
    CHECK(methods::client_version() == Call{"web3_clientVersion", "[]"});
}

TEST_CASE("a block is named by its height or by a tag") {
    CHECK(methods::block_header(BlockNumber{0}) ==
          Call{"eth_getBlockByNumber", R"(["0x0",false])"});
    CHECK(methods::block_header(BlockNumber{16'291'127}).params == R"(["0xf89537",false])");
    CHECK(methods::block_header(BlockTag::earliest).params == R"(["earliest",false])");
    CHECK(methods::block_header(BlockTag::latest).params == R"(["latest",false])");
    CHECK(methods::block_header(BlockTag::safe).params == R"(["safe",false])");
    CHECK(methods::block_header(BlockTag::finalized).params == R"(["finalized",false])");
    CHECK(methods::block_header(BlockTag::pending).params == R"(["pending",false])");
    CHECK(methods::block_receipts(BlockNumber{255}) == Call{"eth_getBlockReceipts", R"(["0xff"])"});
}

TEST_CASE("a log filter leaves out what it does not restrict") {
    const chain::BlockRange range{BlockNumber{1}, BlockNumber{16}};
    CHECK(methods::logs({range, {}, {}}) ==
          Call{"eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x10"}])"});
    const std::string address = "\"" + std::string{kPool} + "\"";
    CHECK(methods::logs({range, {pool(), pool()}, {}}).params ==
          R"([{"fromBlock":"0x1","toBlock":"0x10","address":[)" + address + "," + address + "]}]");
}

TEST_CASE("topics are lists by position, and null where any will do") {
    const std::string topic = "\"" + std::string{kWord} + "\"";
    const LogFilter filter{{BlockNumber{1}, BlockNumber{1}}, {}, {{word(), word()}, {}, {word()}}};
    CHECK(methods::logs(filter).params == R"([{"fromBlock":"0x1","toBlock":"0x1","topics":[[)" +
                                              topic + "," + topic + "],null,[" + topic + "]]}]");
}

TEST_CASE("a contract call carries address, data and block") {
    CHECK(methods::contract_call({pool(), {0x01, 0xff}}, BlockNumber{2}) ==
          Call{"eth_call", R"([{"to":")" + std::string{kPool} + R"(","data":"0x01ff"},"0x2"])"});
    CHECK(methods::contract_call({pool(), {}}, BlockTag::latest).params ==
          R"([{"to":")" + std::string{kPool} + R"(","data":"0x"},"latest"])");
}

}  // namespace redink::rpc
