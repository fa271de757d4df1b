#include "tests/support/stored_chain.hpp"

#include <pqxx/pqxx>

#include "indexer/chain/keccak.hpp"
#include "indexer/store/migrations.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::test {
namespace {

std::string migrated_database() {
    std::string url = fresh_database();
    store::Connection connection{url};
    store::migrate(connection, store::embedded_sql());
    return url;
}

store::MarketRecord record_of(const std::string& name, std::uint64_t chain_id) {
    store::MarketRecord market;
    market.chain_id = chain_id;
    market.chain = chain_id == 1 ? "ethereum" : "chain " + std::to_string(chain_id);
    market.name = name;
    market.protocol = "aave-v3";
    market.from_block = chain::BlockNumber{kFirstBlock};
    market.adapter_version = 7;
    return market;
}

}  // namespace

chain::BlockRef block_ref(std::uint64_t number, char branch) {
    return {chain::BlockNumber{number}, chain::keccak256(std::to_string(number) + branch)};
}

store::StoredHeader header_of(std::uint64_t number, char branch, char parent) {
    return {chain::BlockNumber{number},
            block_ref(number, branch).hash,
            block_ref(number - 1, parent).hash,
            1'000'000 + number};
}

chain::Log log_at(std::uint64_t number,
                  std::uint32_t log_index,
                  std::uint8_t content,
                  char branch) {
    chain::Log log;
    log.block = chain::BlockNumber{number};
    log.block_hash = block_ref(number, branch).hash;
    log.txn_hash = chain::keccak256("transaction");
    log.log_index = log_index;
    log.address = address_of(1);
    log.topics[0] = chain::keccak256("topic");
    log.topic_count = 1;
    log.data = {content};
    return log;
}

StoredChain::StoredChain()
    : url{migrated_database()},
      connection{url},
      market{registry.register_market(record_of("aave", 1))},
      writer{connection, market},
      first_endpoint{registry.register_endpoint(1, "http://first:1")},
      second_endpoint{registry.register_endpoint(1, "http://second:1")} {
}

std::int32_t StoredChain::add_source(std::initializer_list<std::uint8_t> contracts) {
    std::vector<chain::Address> addresses;
    for (const std::uint8_t contract : contracts) {
        addresses.push_back(address_of(contract));
    }
    writer.add_source(addresses);
    return registry.load_sources(market.id).back().id;
}

store::MarketRecord StoredChain::add_market(const std::string& name, std::uint64_t chain_id) {
    return registry.register_market(record_of(name, chain_id));
}

store::RangeFacts StoredChain::facts(std::uint64_t first,
                                     std::uint64_t last,
                                     std::vector<chain::Log> logs,
                                     const std::string& proof,
                                     char branch,
                                     char parent) {
    store::RangeFacts facts;
    facts.range = {chain::BlockNumber{first}, chain::BlockNumber{last}};
    for (std::uint64_t number = first; number <= last; ++number) {
        facts.headers.push_back(header_of(number, branch, number == first ? parent : branch));
    }
    facts.logs = std::move(logs);
    facts.proof = proof;
    facts.endpoint = first_endpoint;
    for (const store::SourceRecord& source : registry.load_sources(market.id)) {
        facts.sources.push_back(source.id);
    }
    return facts;
}

void StoredChain::commit(const store::RangeFacts& facts) {
    const store::StoredHeader& head = facts.headers.back();
    writer.commit(writer.load_cursor(), facts, {}, {head.number, head.hash});
}

std::string StoredChain::ask(const std::string& sql) {
    pqxx::work txn{connection.session()};
    std::string text;
    for (const pqxx::row& row : txn.exec(sql)) {
        text += text.empty() ? "" : "\n";
        for (const pqxx::field& field : row) {
            text += (field.num() == 0 ? "" : "|") + std::string{field.c_str()};
        }
    }
    txn.commit();
    return text;
}

}  // namespace redink::test
