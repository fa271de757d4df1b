#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include "accounting/money/ratio.hpp"
#include "accounting/waterfall/allocate.hpp"
#include "accounting/waterfall/apportion.hpp"
#include "tests/property/random_source.hpp"
#include "tests/unit/store/report_database.hpp"

using namespace redink;

namespace {

constexpr std::uint64_t kSeed = 20'260'421;
constexpr int kCases = 1'000;
const AssetId kAsset{{1}};

// Amounts with room for sums and for 10^18 above them.
U256 amount(test::RandomSource& random) {
    return random.number() >> 72;
}

std::string array_of(const std::vector<U256>& numbers) {
    std::string text = "'{";
    for (const U256& number : numbers) {
        text += (text.size() > 2 ? "," : "") + to_decimal(number);
    }
    return text + "}'::numeric[]";
}

std::string braces_of(const std::vector<U256>& numbers) {
    const std::string text = array_of(numbers);
    return text.substr(1, text.find('}'));
}

std::string ask(pqxx::transaction_base& tx, const std::string& expression) {
    const pqxx::field field = tx.exec1("SELECT " + expression)[0];
    return field.is_null() ? "empty" : field.c_str();
}

// "0.021000000000000000" as wad.
std::string decimal_of(const Ratio& ratio) {
    if (!ratio) {
        return "empty";
    }
    std::string text = to_decimal(*ratio);
    text.insert(0, text.size() > 18 ? 0 : 19 - text.size(), '0');
    return text.insert(text.size() - 18, ".");
}

}  // namespace

TEST_CASE("SQL and C++ send every loss down the same layers") {
    test::ReportDatabase database;
    pqxx::nontransaction tx{database.connection.session()};
    test::RandomSource random{kSeed};
    INFO("seed ", kSeed);
    for (int i = 0; i < kCases; ++i) {
        CAPTURE(i);
        const U256 loss = random.below(10) == 0 ? U256{0} : amount(random);
        std::vector<waterfall::Layer> layers(random.below(5));
        std::string capacities = "ARRAY[";
        std::string shares = "ARRAY[";
        for (waterfall::Layer& layer : layers) {
            layer.kind = events::Layer::insurance;
            layer.share_bps = static_cast<std::uint32_t>(random.below(10'001));
            if (random.below(4) != 0) {
                layer.capacity =
                    random.below(2) == 0 ? loss / U256{random.below(5) + 1} : amount(random);
            }
            capacities += (layer.capacity ? to_decimal(*layer.capacity) : "NULL") + ",";
            shares += std::to_string(layer.share_bps) + ",";
        }
        layers.push_back(waterfall::lenders());
        const auto taken = waterfall::allocate({kAsset, loss}, layers);
        CHECK(ask(tx,
                  "redink.allocate(" + to_decimal(loss) + ", " + capacities + "NULL]::numeric[], " +
                      shares + "10000])") == braces_of(taken));
    }
}

TEST_CASE("SQL and C++ share every total in the same parts") {
    test::ReportDatabase database;
    pqxx::nontransaction tx{database.connection.session()};
    test::RandomSource random{kSeed};
    INFO("seed ", kSeed);
    for (int i = 0; i < kCases; ++i) {
        CAPTURE(i);
        std::vector<U256> weights(random.below(30) + 1);
        for (U256& weight : weights) {
            // Small ones tie.
            weight = random.below(2) == 0 ? U256{random.below(4)} : amount(random);
        }
        weights.front() += 1;
        const U256 total = random.below(3) == 0 ? U256{random.below(100)} : amount(random);
        CHECK(ask(tx, "redink.apportion(" + to_decimal(total) + ", " + array_of(weights) + ")") ==
              braces_of(waterfall::apportion(total, weights)));
    }
    CHECK_THROWS_AS(ask(tx, "redink.apportion(1, '{0,0}')"), pqxx::sql_error);
}

TEST_CASE("SQL and C++ round ratios alike") {
    test::ReportDatabase database;
    pqxx::nontransaction tx{database.connection.session()};
    test::RandomSource random{kSeed};
    INFO("seed ", kSeed);
    for (int i = 0; i < kCases; ++i) {
        CAPTURE(i);
        const Fraction fraction{amount(random), random.below(20) == 0 ? U256{0} : amount(random)};
        const std::string arguments =
            "(" + to_decimal(fraction.part) + ", " + to_decimal(fraction.whole) + ")";
        CHECK(ask(tx, "redink.ratio_down" + arguments) ==
              decimal_of(to_wad(fraction, Round::down)));
        CHECK(ask(tx, "redink.ratio_up" + arguments) == decimal_of(to_wad(fraction, Round::up)));
    }
    CHECK(ask(tx, "redink.haircut(3, 2)") == "1.000000000000000000");
    CHECK(ask(tx, "redink.endless()") == decimal_of(max_u256()));
}
