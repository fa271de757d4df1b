#include <memory>

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"
#include "indexer/protocols/errc.hpp"
#include "indexer/protocols/protocol.hpp"
#include "tests/support/log_maker.hpp"

namespace redink::test {
namespace {

using protocols::Market;
using protocols::PositionBook;

constexpr const char* kTransfer =
    "Transfer(address indexed from, address indexed to, uint256 value)";
constexpr const char* kMint =
    "Mint(address indexed caller, address indexed onBehalfOf, uint256 value, uint256 "
    "balanceIncrease, uint256 index)";
constexpr const char* kBurn =
    "Burn(address indexed from, address indexed target, uint256 value, uint256 balanceIncrease, "
    "uint256 index)";
constexpr const char* kBalanceTransfer =
    "BalanceTransfer(address indexed from, address indexed to, uint256 value, uint256 index)";
constexpr const char* kReserveData =
    "ReserveDataUpdated(address indexed reserve, uint256 liquidityRate, uint256 stableBorrowRate, "
    "uint256 variableBorrowRate, uint256 liquidityIndex, uint256 variableBorrowIndex)";
constexpr const char* kSupply =
    "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint16 indexed referralCode)";
constexpr const char* kDeficitCreated =
    "DeficitCreated(address indexed user, address indexed debtAsset, uint256 amountCreated)";
constexpr const char* kDeficitCovered =
    "DeficitCovered(address indexed reserve, address caller, uint256 amountCovered)";

const chain::Address kPool = address_of(1);
const chain::Address kAsset = address_of(2);
const chain::Address kSupplyToken = address_of(3);
const chain::Address kDebtToken = address_of(4);
const chain::Address kAlice = address_of(5);
const chain::Address kBob = address_of(6);

// One reserve whose liquidity index is 1.5 ray.
class Bench {
  public:
    explicit Bench(const char* version, bool proved = false) {
        protocols::MarketSpec spec;
        spec.name = "m";
        spec.address = kPool;
        spec.version = version;
        spec.reserves.push_back({kAsset, kSupplyToken, kDebtToken, 18});
        for (const auto& protocol : protocols::make_all()) {
            if (protocol->name() == "aave-v3") {
                market_ = protocol->open(spec).value();
            }
        }
        market_->begin_block({chain::BlockNumber{1}, 1'000, true});
        apply(log(kPool, kReserveData, {argument(kAsset), 0, 0, 0, index, ray()})).value();
        end();
        market_->begin_block({chain::BlockNumber{2}, 1'000, proved});
    }

    Result<void> apply(const chain::Log& one) {
        return market_->apply(one, book_);
    }

    rows::Batch end() {
        rows::Batch batch;
        market_->end_block(batch).value();
        book_.end_block(chain::BlockNumber{2}, batch);
        return batch;
    }

    void mint(const chain::Address& to, std::uint64_t value) {
        apply(log(kSupplyToken, kTransfer, {0, argument(to), value})).value();
        apply(log(kSupplyToken, kMint, {argument(to), argument(to), value, 0, index})).value();
    }

    U256 scaled(const chain::Address& account, rows::Side side = rows::Side::supply) {
        return book_.get({1, account, side}).scaled;
    }

    const U256 index = ray() + ray() / 2U;
    LogMaker log;

  private:
    std::unique_ptr<Market> market_;
    PositionBook book_;
};

bool is_contradiction(const Result<void>& done) {
    return !done && done.error().code == make_error_code(protocols::ProtocolErrc::contradiction);
}

}  // namespace

TEST_CASE("a supply is scaled half up until 3.4 and down from 3.5") {
    for (const auto& [version, scaled] : std::initializer_list<std::pair<const char*, unsigned>>{
             {"3.0.0", 67}, {"3.0", 67}, {"3.4", 67}, {"3.5", 67}}) {
        CAPTURE(version);
        Bench bench{version};
        bench.mint(kAlice, 100);
        CHECK(bench.scaled(kAlice) == scaled);
    }
    Bench half_up{"3.4"};
    half_up.mint(kAlice, 101);  // 67.33
    CHECK(half_up.scaled(kAlice) == 67);
    // From 3.5 the value is the new balance, floor(scaled * 1.5): 67 gives 100, 68 gives 102.
    Bench directed{"3.5"};
    directed.mint(kAlice, 102);
    CHECK(directed.scaled(kAlice) == 68);
}

TEST_CASE("a transfer moves the scaled number wherever the version prints it") {
    // 3.0.0: Transfer has the scaled number and BalanceTransfer the amount; later the reverse.
    for (const auto& [version, transfer, balance_transfer] :
         std::initializer_list<std::tuple<const char*, unsigned, unsigned>>{
             {"3.0.0", 20, 30}, {"3.0", 30, 20}, {"3.6", 30, 20}}) {
        CAPTURE(version);
        Bench bench{version};
        bench.mint(kAlice, 150);
        REQUIRE(bench.scaled(kAlice) == 100);
        bench.log.next_transaction();
        bench
            .apply(bench.log(kSupplyToken, kTransfer, {argument(kAlice), argument(kBob), transfer}))
            .value();
        bench
            .apply(bench.log(kSupplyToken,
                             kBalanceTransfer,
                             {argument(kAlice), argument(kBob), balance_transfer, bench.index}))
            .value();
        CHECK(bench.scaled(kAlice) == 80);
        CHECK(bench.scaled(kBob) == 20);
    }
}

TEST_CASE("a burn smaller than the interest is printed as a mint") {
    Bench bench{"3.0"};
    bench.mint(kAlice, 150);
    bench.log.next_transaction();
    // Withdraws 30 while 45 of interest are due: Mint of 15 with an increase of 45.
    bench.apply(bench.log(kSupplyToken, kTransfer, {0, argument(kAlice), 15})).value();
    bench
        .apply(bench.log(
            kSupplyToken, kMint, {argument(kAlice), argument(kAlice), 15, 45, bench.index}))
        .value();
    CHECK(bench.scaled(kAlice) == 80);
}

TEST_CASE("a burn of more than there is, is a contradiction that names the account") {
    Bench bench{"3.6"};
    bench.mint(kAlice, 150);
    bench.log.next_transaction();
    bench.apply(bench.log(kSupplyToken, kTransfer, {argument(kAlice), 0, 300})).value();
    const auto burnt = bench.apply(
        bench.log(kSupplyToken, kBurn, {argument(kAlice), argument(kAlice), 300, 0, bench.index}));
    CHECK(is_contradiction(burnt));
    CHECK(burnt.error().text.find(kAlice.hex()) != std::string::npos);
}

TEST_CASE("an altered amount contradicts its twin, unless receipts prove it: then it is drift") {
    for (const bool proved : {false, true}) {
        CAPTURE(proved);
        Bench bench{"3.0", proved};
        bench.apply(bench.log(kSupplyToken, kTransfer, {0, argument(kAlice), 100})).value();
        const auto minted = bench.apply(bench.log(
            kSupplyToken, kMint, {argument(kAlice), argument(kAlice), 101, 0, bench.index}));
        CHECK(is_contradiction(minted) == !proved);
        if (proved) {
            const rows::Batch batch = bench.end();
            REQUIRE(batch.drifts.size() == 1);
            CHECK(batch.drifts[0].field == "transfer");
            CHECK(batch.drifts[0].printed == 101);
        }
    }
}

TEST_CASE("the amount of a Supply has to be what the token minted") {
    for (const char* version : {"3.0", "3.6"}) {
        CAPTURE(version);
        const auto supply = [version = version](std::uint64_t amount) {
            Bench bench{version};
            bench.mint(kAlice, 150);
            return bench.apply(bench.log(
                kPool, kSupply, {argument(kAsset), argument(kAlice), argument(kAlice), amount, 0}));
        };
        CHECK(is_contradiction(supply(160)));
        CHECK(supply(150).has_value());
    }
}

TEST_CASE("an index that the rules do not give is a contradiction") {
    Bench bench{"3.6"};
    const auto printed = bench.apply(
        bench.log(kPool, kReserveData, {argument(kAsset), 0, 0, 0, bench.index, U256{ray() + 1U}}));
    CHECK(is_contradiction(printed));
    CHECK(printed.error().text.find("debt_index") != std::string::npos);
}

TEST_CASE("deficits add up, and cover cannot exceed them") {
    Bench bench{"3.6"};
    bench.apply(bench.log(kPool, kDeficitCreated, {argument(kAlice), argument(kAsset), 500}))
        .value();
    bench.apply(bench.log(kPool, kDeficitCovered, {argument(kAsset), argument(kBob), 200})).value();
    CHECK(is_contradiction(
        bench.apply(bench.log(kPool, kDeficitCovered, {argument(kAsset), argument(kBob), 301}))));
    const rows::Batch batch = bench.end();
    REQUIRE(batch.deficits.size() == 2);
    CHECK(batch.deficits[0].created);
    CHECK(batch.deficits[0].account == kAlice);
    CHECK_FALSE(batch.deficits[0].value.has_value());
    CHECK(batch.reserve_states.back().state.deficit == 300);
}

TEST_CASE("hostile numbers end in an error, never in an exception") {
    Bench bench{"3.0"};
    bench.apply(bench.log(kSupplyToken, kTransfer, {0, argument(kAlice), max_u256()})).value();
    const auto minted = bench.apply(bench.log(
        kSupplyToken, kBurn, {argument(kAlice), argument(kAlice), max_u256(), max_u256(), ray()}));
    CHECK(is_contradiction(minted));
    const auto no_index =
        bench.apply(bench.log(kSupplyToken, kMint, {argument(kAlice), argument(kAlice), 1, 0, 0}));
    CHECK(is_contradiction(no_index));
}

TEST_CASE("a market without a known version says which key to set") {
    protocols::MarketSpec spec;
    spec.name = "m";
    spec.address = kPool;
    spec.reserves.push_back({kAsset, kSupplyToken, kDebtToken, 18});
    for (const auto& protocol : protocols::make_all()) {
        const auto market = protocol->open(spec).value();
        market->begin_block({chain::BlockNumber{1}, 1'000, true});
        PositionBook book;
        LogMaker log;
        const auto applied = market->apply(
            log(kPool, kReserveData, {argument(kAsset), 0, 0, 0, ray(), ray()}), book);
        REQUIRE_FALSE(applied.has_value());
        CHECK(applied.error().text.find("version") != std::string::npos);
        CHECK_FALSE(protocol->open({"m", kPool, {}, "9.9", {}}).has_value());
    }
}

}  // namespace redink::test
