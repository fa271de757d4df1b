#include <doctest/doctest.h>

#include "accounting/money/ratio.hpp"
#include "accounting/waterfall/allocate.hpp"
#include "accounting/waterfall/haircut.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/synced_chain.hpp"

using namespace redink;

namespace {

using test::booked_v36;
using test::Fields;
using test::rows_of;

std::string at(const std::string& function, int block) {
    return "report." + function + "_at('m', " + std::to_string(block) + ")";
}

U256 number(const std::string& text) {
    return from_decimal(text).value();
}

// "0.5…" with 18 digits as wad.
std::string wad_text(const Ratio& ratio) {
    std::string text = to_decimal(ratio.value());
    text.insert(0, text.size() > 18 ? 0 : 19 - text.size(), '0');
    return text.insert(text.size() - 18, ".");
}

// Before any loss, with latent debt, with deficits, and above the finalized block.
constexpr std::array kBlocks{120, 256, 300, 445, 454, 530, 632, 654, 700, 718};

PartyId party(const std::string& account) {
    PartyId id;
    const auto address = chain::Address::parse(account).value();
    std::copy(address.view().begin(), address.view().end(), id.bytes.begin());
    return id;
}

// Cover that is configured while one of these lives.
class Cover {
  public:
    explicit Cover(const std::string& layers) {
        test::query(booked_v36(),
                    "INSERT INTO redink.cover_layer SELECT m.market_id, v.* FROM redink.market m, "
                    "(VALUES " +
                        layers +
                        ") v (a, b, c, d, e, f, g, h) ON CONFLICT (market_id, layer_order) DO "
                        "UPDATE SET kind = excluded.kind, name = excluded.name, payer = "
                        "excluded.payer, asset = excluded.asset, capacity = excluded.capacity, "
                        "share_bps = excluded.share_bps");
    }

    Cover(const Cover&) = delete;
    Cover& operator=(const Cover&) = delete;

    ~Cover() {
        test::query(booked_v36(), "DELETE FROM redink.cover_layer");
    }
};

}  // namespace

TEST_CASE("planned cover sums to the open bad debt of every reserve, at every block") {
    const std::string& url = booked_v36();
    bool is_exposed = false;
    for (const int block : kBlocks) {
        CAPTURE(block);
        const auto rows =
            rows_of(url,
                    "SELECT open_bad_debt, sum(planned), (array_agg(residual ORDER BY layer_order "
                    "DESC))[1],"
                    " count(cover_ratio), count(*), count(DISTINCT open_bad_debt) FROM " +
                        at("coverage", block) + " GROUP BY reserve, open_bad_debt");
        CHECK(rows.size() >= 7);
        for (const Fields& row : rows) {
            CHECK(row.at(0) == row.at(1));
            CHECK(row.at(2) == "0");
            // No exposure is not the same as full cover.
            CHECK(row.at(3) == (row.at(0) == "0" ? "0" : row.at(4)));
            is_exposed = is_exposed || row.at(0) != "0";
        }
        CHECK(
            test::query(url,
                        "SELECT open_bad_debt FROM " + at("coverage", block) +
                            " WHERE layer_order = 1 ORDER BY reserve") ==
            test::query(url,
                        "SELECT coalesce(sum(d.amount) FILTER (WHERE d.kind <> 'dust'), 0) FROM " +
                            at("reserves", block) + " r LEFT JOIN " + at("bad_debt", block) +
                            " d USING (reserve) GROUP BY reserve ORDER BY reserve"));
    }
    CHECK(is_exposed);
}

TEST_CASE("what was covered by an event shows as absorbed") {
    const std::string& url = booked_v36();
    for (const int block : {300, 454, 718}) {
        CAPTURE(block);
        const auto absorbed =
            test::query(url,
                        "SELECT reserve, absorbed FROM " + at("coverage", block) +
                            " WHERE absorbed > 0 AND layer = 'treasury' ORDER BY reserve");
        CHECK(!absorbed.empty());
        CHECK(absorbed ==
              test::query(url,
                          "SELECT reserve, sum(amount) FROM report.bad_debt_history "
                          "WHERE event = 'covered' AND block <= " +
                              std::to_string(block) + " GROUP BY reserve ORDER BY reserve"));
        CHECK(test::query(url,
                          "SELECT count(*) FROM " + at("coverage", block) +
                              " WHERE absorbed > 0 AND layer <> 'treasury'")
                  .front() == "0");
    }
    CHECK(
        test::query(url, "SELECT sum(amount) FROM report.write_offs WHERE borne_by = 'treasury'") ==
        test::query(url,
                    "SELECT sum(amount) FROM report.bad_debt_history WHERE event = 'covered'"));
}

TEST_CASE("the haircuts of lenders are those of accounting/waterfall and sum exactly") {
    const std::string& url = booked_v36();
    for (const int block : {454, 654, 718}) {
        CAPTURE(block);
        for (const Fields& layer :
             rows_of(url,
                     "SELECT reserve, planned, capacity, haircut FROM " + at("coverage", block) +
                         " WHERE layer = 'lenders'")) {
            std::vector<waterfall::Claim> claims;
            std::vector<U256> units;
            for (const Fields& row :
                 rows_of(url,
                         "SELECT account, claim, haircut_units, haircut_ratio "
                         "FROM " +
                             at("haircuts", block) + " WHERE reserve = '" + layer.at(0) + "'")) {
                claims.push_back({party(row.at(0)), number(row.at(1))});
                units.push_back(number(row.at(2)));
                CHECK(row.at(3) == layer.at(3));
            }
            const auto losses = waterfall::share_loss(number(layer.at(1)), claims);
            U256 sum = 0;
            for (std::size_t i = 0; i < losses.size(); ++i) {
                CHECK(losses[i].loss == units.at(i));
                sum += units.at(i);
            }
            CHECK(sum == number(layer.at(1)));
            CHECK(layer.at(3) ==
                  wad_text(to_wad(waterfall::haircut(number(layer.at(1)), number(layer.at(2))),
                                  Round::up)));
        }
        CHECK(test::query(url, "SELECT count(*) FROM " + at("haircuts", block)) ==
              test::query(url,
                          "SELECT count(*) FROM " + at("positions", block) +
                              " WHERE side = 'supply' AND amount > 0"));
    }
}

TEST_CASE("the haircut of one lender is the same as among all") {
    const std::string& url = booked_v36();
    for (const int block : {120, 454, 718}) {
        CAPTURE(block);
        const std::string all = "SELECT * FROM " + at("haircuts", block);
        const std::string one = "SELECT h.* FROM (SELECT DISTINCT account FROM " +
                                at("haircuts", block) + ") a, LATERAL report.haircuts_at('m', " +
                                std::to_string(block) + ", a.account) h";
        CHECK(test::query(url, all + " ORDER BY reserve, account") ==
              test::query(url, one + " ORDER BY reserve, account"));
    }
}

TEST_CASE("configured layers pay in order, up to capacity and share, for their own asset") {
    const std::string& url = booked_v36();
    const Fields open = rows_of(url,
                                "SELECT asset, open_bad_debt FROM " + at("coverage", 454) +
                                    " ORDER BY open_bad_debt DESC LIMIT 1")
                            .front();
    const U256 loss = number(open.at(1));
    const U256 capacity = loss / 5U;
    const Cover cover{
        "(1, 'treasury', 'offset', NULL::bytea, NULL::bytea, " + to_decimal(capacity) +
        "::numeric, 10000, 0::numeric), (2, 'insurance', 'stake', NULL, '\\x" +
        open.at(0).substr(2) + "', NULL, 10000, 0), (3, 'insurance', 'stake-2', NULL, '\\x" +
        open.at(0).substr(2) + "', " + to_decimal(loss) + ", 2500, 0)"};
    waterfall::Layer offset{events::Layer::treasury, "offset", capacity, 10'000, {}, 0};
    waterfall::Layer stake{events::Layer::insurance, "stake", U256{0}, 10'000, {}, 0};
    waterfall::Layer second{events::Layer::insurance, "stake-2", loss, 2'500, {}, 0};
    const auto plan = waterfall::plan({AssetId{}, loss},
                                      std::vector{offset, stake, second, waterfall::lenders()});
    const auto rows = rows_of(url,
                              "SELECT layer, layer_order, planned, residual, cover_ratio FROM " +
                                  at("coverage", 454) + " WHERE asset = '" + open.at(0) + "'");
    REQUIRE(rows.size() == plan.size());
    for (std::size_t i = 0; i < plan.size(); ++i) {
        CHECK(rows[i].at(0) == plan[i].layer.name);
        CHECK(rows[i].at(1) == std::to_string(i + 1));
        CHECK(number(rows[i].at(2)) == plan[i].planned);
        CHECK(number(rows[i].at(3)) == plan[i].residual);
        CHECK(rows[i].at(4) == wad_text(plan[i].cover_ratio));
    }
    CHECK(test::query(url,
                      "SELECT count(*) FROM " + at("coverage", 454) + " WHERE asset <> '" +
                          open.at(0) + "' AND layer LIKE 'stake%'")
              .front() == "0");
}

TEST_CASE("of two layers of a kind, a cover belongs to the one whose payer paid") {
    const std::string& url = booked_v36();
    const std::string payer = test::query(url,
                                          "SELECT account FROM report.bad_debt_history WHERE event "
                                          "= 'covered' ORDER BY block LIMIT 1")
                                  .front();
    const std::string all = "SELECT sum(absorbed) FROM " + at("coverage", 718) + " WHERE layer = '";
    const std::string before = test::query(url, all + "treasury'").front();
    const Cover cover{
        "(1, 'treasury', 'first', NULL::bytea, NULL::bytea, NULL::numeric, 10000, 0::numeric), "
        "(2, 'treasury', 'second', '\\x" +
        payer.substr(2) + "', NULL, NULL, 10000, 0)"};
    CHECK(test::query(url, all + "second'").front() ==
          test::query(url,
                      "SELECT sum(amount) FROM report.bad_debt_history WHERE event = 'covered' AND "
                      "account = '" +
                          payer + "'")
              .front());
    CHECK(number(test::query(url, all + "first'").front()) +
              number(test::query(url, all + "second'").front()) ==
          number(before));
}

TEST_CASE("a kind that bore losses and is not configured is shown without capacity") {
    const std::string& url = booked_v36();
    const Cover cover{
        "(1, 'insurance', 'stake', NULL::bytea, NULL::bytea, 5::numeric, 10000, 0::numeric)"};
    CHECK(test::query(url,
                      "SELECT DISTINCT layer_order, capacity, planned FROM " + at("coverage", 718) +
                          " WHERE layer = 'treasury'")
              .front() == "2|0|0");
    CHECK(test::query(url, "SELECT layer, kind, capacity FROM report.cover_layers").front() ==
          "stake|insurance|5");
}

TEST_CASE("version 3.0 records nothing, and its orphaned debt counts as open") {
    const std::string url = test::fresh_database();
    REQUIRE(test::sync_recorded(test::recorded_v30(), url).has_value());
    const auto rows = rows_of(url,
                              "SELECT sum(open_bad_debt) FILTER (WHERE layer_order = 1), "
                              "sum(planned), sum(absorbed) FROM " +
                                  at("coverage", 734));
    CHECK(rows.front().at(0) != "0");
    CHECK(rows.front().at(0) == rows.front().at(1));
    CHECK(rows.front().at(2) == "0");
    CHECK(test::query(url, "SELECT sum(amount) FROM " + at("ageing", 734)).front() ==
          rows.front().at(0));
    CHECK(
        test::query(url,
                    "SELECT count(*) FROM report.loss_history WHERE state NOT IN ('unrecognised', "
                    "'cured') OR recognised <> 0")
            .front() == "0");
    CHECK(test::query(url, "SELECT count(*) > 0 FROM report.loss_history").front() == "t");
    // What the books wrote off is what the report lists.
    CHECK(test::query(url, "SELECT coalesce(sum(memo_claim), 0) FROM report.write_offs") ==
          test::query(url,
                      "SELECT coalesce(sum(balance), 0) FROM " + at("trial_balance", 734) +
                          " WHERE account = 'memo.claim'"));
}

TEST_CASE("who may only read gets every report of cover and losses") {
    const std::string& url = booked_v36();
    for (const char* relation : {"coverage_at('m', 454)",
                                 "haircuts_at('m', 454)",
                                 "loan_quality_at('m', 454)",
                                 "run_risk_at('m', 454)",
                                 "ageing_at('m', 454)",
                                 "leakage_at('m', 454)",
                                 "write_offs",
                                 "loss_history"}) {
        CAPTURE(relation);
        CHECK(test::query(url,
                          "SET LOCAL ROLE redink_reader; SELECT count(*) > 0 FROM report." +
                              std::string{relation}) == std::vector<std::string>{"t"});
    }
}
