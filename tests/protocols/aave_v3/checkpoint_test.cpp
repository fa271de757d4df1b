#include "indexer/protocols/aave_v3/checkpoint.hpp"

#include <doctest/doctest.h>

#include "indexer/chain/hex.hpp"

using namespace redink;
using protocols::Expectation;

namespace {

chain::Address address(std::uint8_t number) {
    std::array<std::uint8_t, 20> bytes{};
    bytes.back() = number;
    return chain::Address{bytes};
}

protocols::ReserveAt reserve_at(std::int32_t rules) {
    protocols::ReserveAt at;
    at.rules = rules;
    at.block = chain::BlockNumber{9};
    at.reserve.pool = chain::Bytes(20, 0xaa);
    at.reserve.asset = address(1);
    at.reserve.supply_token = address(2);
    at.reserve.debt_token = address(3);
    at.reserve.stable_debt_token = address(4);
    at.state.supply_index = U256{1} << 90;
    at.state.debt_index = at.state.supply_index;
    at.state.supply_scaled = 100;
    at.state.debt_scaled = 50;
    at.state.deficit = 7;
    return at;
}

const Expectation* find(const std::vector<Expectation>& all, const std::string& what) {
    for (const Expectation& one : all) {
        if (one.what == what) {
            return &one;
        }
    }
    return nullptr;
}

}  // namespace

TEST_CASE("a checkpoint asks tokens and Pool for what is stored of a reserve") {
    protocols::ReserveAt at = reserve_at(360);
    at.state.cash = U256{43};
    const auto all = protocols::aave_v3::checkpoint_of(at);
    CHECK(all.size() == 6);
    const Expectation* deficit = find(all, "deficit");
    REQUIRE(deficit != nullptr);
    CHECK(deficit->expected == 7);
    CHECK(deficit->account == ledger::Account::deficit_open);
    CHECK(deficit->question.block == chain::BlockNumber{9});
    CHECK(deficit->question.contract.hex() == "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    CHECK(chain::to_hex(deficit->question.calldata) ==
          "0xc952485d0000000000000000000000000000000000000000000000000000000000000001");
    CHECK(chain::to_hex(find(all, "cash")->question.calldata).starts_with("0x6fb07f96"));
    CHECK(find(all, "scaled supply")->expected == 100);
    CHECK(find(all, "scaled debt")->question.contract == address(3));
    CHECK(find(all, "debt")->account == ledger::Account::loans);
}

TEST_CASE("versions without deficits and virtual cash are not asked for them") {
    const auto all = protocols::aave_v3::checkpoint_of(reserve_at(301));
    CHECK(all.size() == 4);
    CHECK(find(all, "deficit") == nullptr);
    CHECK(find(all, "cash") == nullptr);
}

TEST_CASE("stable debt is asked of its own token, apart from variable debt") {
    protocols::ReserveAt at = reserve_at(301);
    at.state.stable_principal = 11;
    const auto all = protocols::aave_v3::checkpoint_of(at);
    const Expectation* stable = find(all, "stable debt");
    REQUIRE(stable != nullptr);
    CHECK(stable->question.contract == address(4));
    CHECK(stable->expected == 11);
    CHECK_FALSE(find(all, "debt")->account);
}
