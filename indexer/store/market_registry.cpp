#include "indexer/store/market_registry.hpp"

#include <stdexcept>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

constexpr const char* kMarketColumns =
    "SELECT m.market_id, m.chain_id, c.name, m.name, m.protocol, m.address, m.from_block, "
    "m.adapter_version, m.known_reserves, m.configured_version, m.min_debt_value, "
    "m.liquidation_cost_value FROM redink.market m JOIN redink.chain c USING (chain_id) ";

std::optional<std::string> text_or_none(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{field.as<std::string>()};
}

const char* or_null(const std::optional<std::string>& text) {
    return text ? text->c_str() : nullptr;
}

MarketRecord record_of(const pqxx::row& row) {
    MarketRecord market;
    market.id = row[0].as<std::int32_t>();
    market.chain_id = row[1].as<std::uint64_t>();
    market.chain = row[2].c_str();
    market.name = row[3].c_str();
    market.protocol = row[4].c_str();
    market.address = fixed_of<chain::Address>(row[5].c_str());
    market.from_block = chain::BlockNumber{row[6].as<std::uint64_t>()};
    market.adapter_version = row[7].as<int>();
    market.known_reserves = row[8].c_str();
    market.version = text_or_none(row[9]);
    market.min_debt_value = text_or_none(row[10]);
    market.liquidation_cost_value = text_or_none(row[11]);
    return market;
}

void refuse_if(bool different, const MarketRecord& market, const std::string& what) {
    if (different) {
        throw std::invalid_argument{
            "market \"" + market.name + "\" is stored with another " + what +
            "; give the changed market another name, or index it into another database"};
    }
}

void check_same(const MarketRecord& stored, const MarketRecord& market) {
    refuse_if(stored.chain_id != market.chain_id, market, "chain");
    refuse_if(stored.protocol != market.protocol, market, "protocol");
    refuse_if(stored.address != market.address, market, "address");
    refuse_if(stored.from_block != market.from_block, market, "from_block");
    refuse_if(stored.version != market.version, market, "version");
    refuse_if(stored.known_reserves != market.known_reserves, market, "list of reserves");
}

void ensure_chain(pqxx::work& txn, const MarketRecord& market) {
    const auto same_name =
        txn.exec_params("SELECT chain_id FROM redink.chain WHERE name = $1", market.chain);
    if (!same_name.empty() && same_name[0][0].as<std::uint64_t>() != market.chain_id) {
        throw std::invalid_argument{"chain \"" + market.chain + "\" is stored with id " +
                                    same_name[0][0].c_str() + ", not " +
                                    std::to_string(market.chain_id) +
                                    "; correct id in [[chain]], or give the chain another name"};
    }
    const auto known =
        txn.exec_params("SELECT name FROM redink.chain WHERE chain_id = $1", market.chain_id);
    if (known.empty()) {
        txn.exec_params("SELECT redink.add_chain($1, $2)", market.chain_id, market.chain);
    } else if (market.chain != known[0][0].c_str()) {
        throw std::invalid_argument{"chain id " + std::to_string(market.chain_id) +
                                    " is stored under the name \"" + known[0][0].c_str() +
                                    "\"; use that name in [[chain]]"};
    }
}

}  // namespace

MarketRecord MarketRegistry::register_market(MarketRecord market) {
    pqxx::work txn{connection_.session()};
    txn.exec("LOCK TABLE redink.market IN SHARE ROW EXCLUSIVE MODE");
    ensure_chain(txn, market);
    const auto found =
        txn.exec_params(std::string{kMarketColumns} + "WHERE m.name = $1", market.name);
    if (found.empty()) {
        market.id = txn.exec_params1(
                           "INSERT INTO redink.market SELECT coalesce(max(market_id), 0) + 1, $1, "
                           "$2, $3, $4, $5, $6, $7, $8, $9, $10 FROM redink.market "
                           "RETURNING market_id",
                           market.chain_id,
                           market.name,
                           market.protocol,
                           to_bytea(market.address.view()),
                           market.from_block.value(),
                           market.adapter_version,
                           market.known_reserves,
                           or_null(market.version),
                           or_null(market.min_debt_value),
                           or_null(market.liquidation_cost_value))[0]
                        .as<std::int32_t>();
    } else {
        const MarketRecord stored = record_of(found[0]);
        check_same(stored, market);
        market.id = stored.id;
        market.adapter_version = stored.adapter_version;
        txn.exec_params(
            "UPDATE redink.market SET min_debt_value = $2, liquidation_cost_value = $3 "
            "WHERE market_id = $1",
            market.id,
            or_null(market.min_debt_value),
            or_null(market.liquidation_cost_value));
    }
    txn.commit();
    return market;
}

std::optional<MarketRecord> MarketRegistry::find_market(const std::string& name) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(std::string{kMarketColumns} + "WHERE m.name = $1", name);
    return found.empty() ? std::nullopt : std::optional{record_of(found[0])};
}

std::vector<MarketRecord> MarketRegistry::load_markets() {
    pqxx::work txn{connection_.session()};
    std::vector<MarketRecord> markets;
    for (const auto& row : txn.exec(std::string{kMarketColumns} + "ORDER BY m.market_id")) {
        markets.push_back(record_of(row));
    }
    return markets;
}

std::int32_t MarketRegistry::register_endpoint(std::uint64_t chain_id, const std::string& name) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "INSERT INTO redink.endpoint (chain_id, name) SELECT $1, $2 WHERE NOT EXISTS (SELECT "
        "FROM redink.endpoint WHERE chain_id = $1 AND name = $2) ON CONFLICT DO NOTHING",
        chain_id,
        name);
    const auto id = txn.exec_params1(
        "SELECT endpoint_id FROM redink.endpoint WHERE chain_id = $1 AND name = $2",
        chain_id,
        name)[0];
    const auto number = id.as<std::int32_t>();
    txn.commit();
    return number;
}

void MarketRegistry::save_events(const std::string& protocol,
                                 const std::vector<EventRecord>& events) {
    pqxx::work txn{connection_.session()};
    for (const EventRecord& event : events) {
        txn.exec_params(
            "INSERT INTO redink.event VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            protocol,
            to_bytea(event.topic0.view()),
            static_cast<int>(event.topic_count),
            event.name,
            event.signature);
    }
    txn.commit();
}

void MarketRegistry::save_contracts(std::int32_t market,
                                    const std::vector<rows::Contract>& contracts) {
    pqxx::work txn{connection_.session()};
    int ordinal = 0;
    for (const rows::Contract& contract : contracts) {
        txn.exec_params(
            "INSERT INTO redink.contract VALUES ($1, $2, $3, $4, $5) ON CONFLICT (market_id, "
            "address) DO UPDATE SET role = excluded.role, subject = excluded.subject",
            market,
            ++ordinal,
            to_bytea(contract.address.view()),
            contract.role,
            to_bytea(contract.subject.view()));
    }
    txn.commit();
}

std::vector<rows::Contract> MarketRegistry::load_contracts(std::int32_t market) {
    pqxx::work txn{connection_.session()};
    std::vector<rows::Contract> contracts;
    for (const auto& row :
         txn.exec_params("SELECT address, role, subject FROM redink.contract WHERE market_id = $1 "
                         "ORDER BY ordinal, address",
                         market)) {
        contracts.push_back({fixed_of<chain::Address>(row[0].c_str()),
                             row[1].c_str(),
                             fixed_of<chain::Address>(row[2].c_str())});
    }
    return contracts;
}

void MarketRegistry::save_version(std::int32_t market,
                                  const VersionFact& fact,
                                  std::int32_t endpoint) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "INSERT INTO redink.fact VALUES ($1, 'version', $2, $3, $4) ON CONFLICT DO NOTHING",
        market,
        fact.block.value(),
        fact.value,
        endpoint);
    txn.commit();
}

std::vector<VersionFact> MarketRegistry::load_versions(std::int32_t market) {
    pqxx::work txn{connection_.session()};
    std::vector<VersionFact> facts;
    for (const auto& row : txn.exec_params(
             "SELECT from_block, value FROM redink.fact WHERE market_id = $1 AND key = 'version' "
             "ORDER BY from_block",
             market)) {
        facts.push_back({chain::BlockNumber{row[0].as<std::uint64_t>()}, row[1].c_str()});
    }
    return facts;
}

void MarketRegistry::save_token(std::uint64_t chain_id, const TokenRecord& token) {
    pqxx::work txn{connection_.session()};
    const std::optional<std::string> decimals =
        token.decimals ? std::optional{std::to_string(*token.decimals)} : std::nullopt;
    txn.exec_params("INSERT INTO redink.token VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    chain_id,
                    to_bytea(token.address.view()),
                    or_null(token.symbol),
                    or_null(decimals));
    txn.commit();
}

std::vector<TokenRecord> MarketRegistry::load_tokens(std::uint64_t chain_id) {
    pqxx::work txn{connection_.session()};
    std::vector<TokenRecord> tokens;
    for (const auto& row :
         txn.exec_params("SELECT address, symbol, decimals FROM redink.token WHERE chain_id = $1 "
                         "ORDER BY address",
                         chain_id)) {
        TokenRecord token{fixed_of<chain::Address>(row[0].c_str()), text_or_none(row[1]), {}};
        if (!row[2].is_null()) {
            token.decimals = static_cast<std::uint8_t>(row[2].as<int>());
        }
        tokens.push_back(std::move(token));
    }
    return tokens;
}

std::vector<SourceRecord> MarketRegistry::load_sources(std::int32_t market) {
    pqxx::work txn{connection_.session()};
    std::vector<SourceRecord> sources;
    for (const auto& row : txn.exec_params(
             "SELECT source_id, market_id, addresses FROM redink.source WHERE market_id = $1 "
             "ORDER BY source_id",
             market)) {
        sources.push_back(
            {row[0].as<std::int32_t>(), row[1].as<std::int32_t>(), addresses_of(row[2].c_str())});
    }
    return sources;
}

}  // namespace redink::store
