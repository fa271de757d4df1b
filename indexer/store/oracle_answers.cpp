#include "indexer/store/oracle_answers.hpp"

#include <algorithm>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {

std::vector<OracleQuestion> OracleAnswers::load_unasked(chain::BlockNumber block) {
    std::string schema = market_.protocol;
    std::replace(schema.begin(), schema.end(), '-', '_');
    pqxx::work txn{connection_.session()};
    std::vector<OracleQuestion> questions;
    for (const auto& row : txn.exec_params(
             "SELECT oracle, asset FROM " + schema + ".unasked_prices_at($1, $2) ORDER BY 1, 2",
             market_.id,
             block.value())) {
        questions.push_back(
            {fixed_of<chain::Address>(row[0].c_str()), fixed_of<chain::Address>(row[1].c_str())});
    }
    return questions;
}

void OracleAnswers::save(std::span<const OracleAnswer> answers) {
    pqxx::work txn{connection_.session()};
    for (const OracleAnswer& answer : answers) {
        const auto price = answer.price ? std::optional{to_decimal(*answer.price)} : std::nullopt;
        txn.exec_params(
            "INSERT INTO redink.oracle_answer (chain_id, oracle, asset, block_number, block_hash, "
            "answer, endpoint_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            market_.chain_id,
            to_bytea(answer.question.oracle.view()),
            to_bytea(answer.question.asset.view()),
            answer.block.number.value(),
            to_bytea(answer.block.hash.view()),
            price,
            answer.endpoint);
    }
    txn.commit();
}

}  // namespace redink::store
