#include <algorithm>
#include <ostream>

#include "app/report/row_writer.hpp"
#include "app/report/table_cell.hpp"

namespace redink::app {
namespace {

// Widths are taken from the first rows, so that memory stays bounded; a longer cell further down
// moves its row.
constexpr std::size_t kRowsForWidths = 1'000;
constexpr std::string_view kGap = "  ";

class TableWriter final : public RowWriter {
  public:
    TableWriter(std::ostream& out, TableStyle style) : out_{out}, style_{std::move(style)} {
    }

    void begin(const std::vector<store::ReportColumn>& columns) override {
        if (columns_.empty()) {
            columns_ = columns;
            find_tokens();
        }
    }

    void row(const store::ReportRow& row) override {
        ++rows_;
        std::vector<std::string> cells;
        cells.reserve(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            cells.push_back(cell(row, i));
        }
        if (is_started_) {
            print(cells);
        } else {
            waiting_.push_back(std::move(cells));
            if (waiting_.size() == kRowsForWidths) {
                start();
            }
        }
    }

    void end() override {
        if (!is_started_ && !columns_.empty()) {
            start();
        }
        out_ << "(" << rows_ << (rows_ == 1 ? " row)\n" : " rows)\n");
    }

  private:
    // For each column, the column of its token; its own number when it counts no tokens.
    void find_tokens() {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string_view token = token_column(style_.report, columns_[i].name);
            std::size_t at = i;
            for (std::size_t other = 0; other < columns_.size() && !token.empty(); ++other) {
                at = columns_[other].name == token ? other : at;
            }
            tokens_.push_back(at);
        }
    }

    [[nodiscard]] std::string cell(const store::ReportRow& row, std::size_t i) const {
        if (!row[i]) {
            return "-";
        }
        const store::ColumnKind kind = columns_.at(i).kind;
        if (kind == store::ColumnKind::boolean) {
            return *row[i] == "t" ? "yes" : "no";
        }
        if (kind == store::ColumnKind::text && style_.shortens_hex) {
            return shortened_hex(*row[i]);
        }
        const std::size_t token = tokens_.at(i);
        if (style_.decimals != nullptr && token != i && row[token]) {
            const auto decimals = style_.decimals->find(*row[token]);
            if (decimals != style_.decimals->end()) {
                return scaled_by(*row[i], decimals->second);
            }
        }
        return *row[i];
    }

    void start() {
        is_started_ = true;
        std::vector<std::string> names;
        for (const store::ReportColumn& column : columns_) {
            names.push_back(column.name);
            widths_.push_back(width_of(column.name));
        }
        for (const auto& cells : waiting_) {
            for (std::size_t i = 0; i < cells.size(); ++i) {
                widths_.at(i) = std::max(widths_.at(i), width_of(cells[i]));
            }
        }
        print(names);
        for (const auto& cells : waiting_) {
            print(cells);
        }
        waiting_.clear();
    }

    void print(const std::vector<std::string>& cells) {
        line_.clear();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::size_t width = width_of(cells[i]);
            const std::string fill(std::max(widths_.at(i), width) - width, ' ');
            const bool is_right = columns_[i].kind == store::ColumnKind::number;
            line_.append(i == 0 ? "" : kGap).append(is_right ? fill + cells[i] : cells[i] + fill);
        }
        line_.erase(line_.find_last_not_of(' ') + 1);
        out_ << line_ << '\n';
    }

    std::ostream& out_;
    TableStyle style_;
    std::vector<store::ReportColumn> columns_;
    std::vector<std::size_t> tokens_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<std::string>> waiting_;
    std::string line_;
    std::uint64_t rows_ = 0;
    bool is_started_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_table_writer(std::ostream& out, TableStyle style) {
    return std::make_unique<TableWriter>(out, std::move(style));
}

}  // namespace redink::app
