#include <ostream>

#include "app/report/json_text.hpp"
#include "app/report/row_writer.hpp"

namespace redink::app {
namespace {

class JsonWriter final : public RowWriter {
  public:
    explicit JsonWriter(std::ostream& out) : out_{out} {
    }

    void begin(const std::vector<store::ReportColumn>& columns) override {
        out_ << (has_begun_ ? "" : "[");
        has_begun_ = true;
        columns_ = columns;
        names_.clear();
        for (const store::ReportColumn& column : columns) {
            std::string name;
            append_json_string(name, column.name);
            names_.push_back(name + ":");
        }
    }

    void row(const store::ReportRow& row) override {
        line_.assign(has_rows_ ? ",\n{" : "\n{");
        has_rows_ = true;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line_.append(i == 0 ? "" : ",").append(names_.at(i));
            if (row[i]) {
                append(*row[i], columns_.at(i).kind);
            } else {
                line_ += "null";
            }
        }
        line_ += '}';
        out_ << line_;
    }

    void end() override {
        out_ << (has_begun_ ? "" : "[") << (has_rows_ ? "\n]\n" : "]\n");
    }

  private:
    void append(const std::string& text, store::ColumnKind kind) {
        if (kind == store::ColumnKind::boolean) {
            line_ += text == "t" ? "true" : "false";
        } else if (kind == store::ColumnKind::number && is_json_number(text)) {
            line_ += text;
        } else if (kind == store::ColumnKind::list) {
            line_ += '[';
            for (const std::string& element : array_elements(text)) {
                line_ += line_.back() == '[' ? "" : ",";
                append_json_string(line_, element);
            }
            line_ += ']';
        } else {
            append_json_string(line_, text);
        }
    }

    std::ostream& out_;
    std::vector<store::ReportColumn> columns_;
    std::vector<std::string> names_;
    std::string line_;
    bool has_begun_ = false;
    bool has_rows_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_json_writer(std::ostream& out) {
    return std::make_unique<JsonWriter>(out);
}

}  // namespace redink::app
