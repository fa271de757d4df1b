#include "indexer/store/price_book.hpp"

#include <algorithm>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

// "pric" in ASCII: the first of the two numbers of this advisory lock; the second is the chain.
constexpr int kLockSpace = 0x70726963;

AssetId asset_of(const pqxx::field& field) {
    return AssetId{fixed_of<chain::Address>(field.c_str()).bytes()};
}

std::string to_array(const std::vector<AssetId>& assets) {
    std::vector<chain::Address> addresses;
    addresses.reserve(assets.size());
    for (const AssetId& asset : assets) {
        addresses.emplace_back(asset.bytes);
    }
    return to_bytea_array(addresses);
}

// Sources of one block are compared, so an asset is counted in one unit in all sets of a kind.
std::optional<UnitClash> find_clash(pqxx::work& txn, const PriceImport& import) {
    std::vector<AssetId> assets;
    for (const valuation::PriceRow& row : import.set.rows) {
        if (std::find(assets.begin(), assets.end(), row.asset) == assets.end()) {
            assets.push_back(row.asset);
        }
    }
    for (const auto& known : txn.exec_params(
             "SELECT a.asset, k.unit FROM unnest($3::bytea[]) a (asset) CROSS JOIN LATERAL (SELECT "
             "p.unit FROM ledger.price p JOIN ledger.price_set s USING (price_set_id) WHERE "
             "s.chain_id = $1 AND s.kind = $2 AND p.asset = a.asset LIMIT 1) k",
             import.chain_id,
             import.set.kind,
             to_array(assets))) {
        const AssetId asset = asset_of(known[0]);
        const auto clashes = [&](const valuation::PriceRow& row) {
            return row.asset == asset && row.unit != known[1].c_str();
        };
        const auto row = std::find_if(import.set.rows.begin(), import.set.rows.end(), clashes);
        if (row != import.set.rows.end()) {
            return UnitClash{asset, row->unit, known[1].c_str()};
        }
    }
    return std::nullopt;
}

void write_rows(Connection& connection,
                std::int32_t set,
                const std::vector<valuation::PriceRow>& rows) {
    CopyWriter out{connection,
                   "ledger.price",
                   {"price_set_id",
                    "asset",
                    "block_number",
                    "source",
                    "price",
                    "scale",
                    "unit",
                    "round_id",
                    "updated_at"}};
    for (const valuation::PriceRow& row : rows) {
        out.begin_row();
        out.int4(set);
        out.bytea(row.asset.bytes);
        out.int8(static_cast<std::int64_t>(row.block));
        out.text(row.source);
        out.numeric(row.price);
        out.int2(row.scale);
        out.text(row.unit);
        out.text(row.round_id);
        out.int8(static_cast<std::int64_t>(row.updated_at));
    }
    out.finish();
}

valuation::PriceRow price_of(const pqxx::row& row) {
    valuation::PriceRow price;
    price.asset = asset_of(row[0]);
    price.price = number_of(row[1].c_str());
    price.scale = static_cast<std::uint8_t>(row[2].as<int>());
    price.unit = row[3].c_str();
    price.source = row[4].c_str();
    price.round_id = row[5].c_str();
    price.updated_at = row[6].as<std::uint64_t>();
    price.block = row[7].as<std::uint64_t>();
    return price;
}

}  // namespace

PriceImportResult PriceBook::save(const PriceImport& import) {
    pqxx::work txn{connection_.session()};
    // One import at a time, so that no two of them bring different units.
    txn.exec_params("SELECT pg_advisory_xact_lock($1, hashint8($2))", kLockSpace, import.chain_id);
    const auto added = txn.exec_params(
        "INSERT INTO ledger.price_set (chain_id, kind, digest, file) SELECT $1, $2, $3, $4 WHERE "
        "NOT EXISTS (SELECT FROM ledger.price_set WHERE chain_id = $1 AND digest = $3) RETURNING "
        "price_set_id",
        import.chain_id,
        import.set.kind,
        to_bytea(import.digest.bytes),
        import.file);
    if (added.empty()) {
        return {};
    }
    if (const auto clash = find_clash(txn, import)) {
        return {false, clash};
    }
    write_rows(connection_, added[0][0].as<std::int32_t>(), import.set.rows);
    txn.commit();
    return {true, std::nullopt};
}

std::vector<valuation::PriceRow> PriceBook::load_prices(const PriceSelection& selection,
                                                        const std::vector<AssetId>& assets) {
    pqxx::work txn{connection_.session()};
    std::vector<valuation::PriceRow> prices;
    for (const auto& row : txn.exec_params(
             "SELECT DISTINCT ON (p.asset, p.source) p.asset, p.price, p.scale, p.unit, p.source, "
             "p.round_id, p.updated_at, p.block_number FROM unnest($5::bytea[]) a (asset) CROSS "
             "JOIN LATERAL (SELECT x.block_number FROM ledger.price x JOIN ledger.price_set s "
             "USING "
             "(price_set_id) WHERE s.chain_id = $1 AND s.kind = $2 AND x.asset = a.asset AND "
             "x.block_number <= $3 AND x.updated_at <= $4 ORDER BY x.block_number DESC LIMIT 1) n "
             "JOIN ledger.price p ON p.asset = a.asset AND p.block_number = n.block_number AND "
             "p.updated_at <= $4 JOIN ledger.price_set t ON t.price_set_id = p.price_set_id AND "
             "t.chain_id = $1 AND t.kind = $2 ORDER BY p.asset, p.source, p.price_set_id DESC",
             selection.chain_id,
             selection.kind,
             selection.block,
             selection.time,
             to_array(assets))) {
        prices.push_back(price_of(row));
    }
    return prices;
}

bool PriceBook::has_kind(std::uint64_t chain_id, const std::string& kind) {
    pqxx::work txn{connection_.session()};
    return !txn.exec_params(
                   "SELECT FROM ledger.price_set WHERE chain_id = $1 AND kind = $2 LIMIT 1",
                   chain_id,
                   kind)
                .empty();
}

std::optional<std::uint64_t> PriceBook::find_chain(const std::string& name) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params("SELECT chain_id FROM redink.chain WHERE name = $1", name);
    return found.empty() ? std::nullopt : std::optional{found[0][0].as<std::uint64_t>()};
}

std::vector<std::string> PriceBook::load_chain_names() {
    pqxx::work txn{connection_.session()};
    std::vector<std::string> names;
    for (const auto& row : txn.exec("SELECT name FROM redink.chain ORDER BY chain_id")) {
        names.push_back(row[0].c_str());
    }
    return names;
}

}  // namespace redink::store
