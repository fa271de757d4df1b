#include <ostream>

#include "app/report/row_writer.hpp"

namespace redink::app {
namespace {

class CsvWriter final : public RowWriter {
  public:
    explicit CsvWriter(std::ostream& out) : out_{out} {
    }

    void begin(const std::vector<store::ReportColumn>& columns) override {
        if (has_header_) {
            return;
        }
        has_header_ = true;
        line_.clear();
        for (const store::ReportColumn& column : columns) {
            append(column.name);
        }
        flush();
    }

    void row(const store::ReportRow& row) override {
        line_.clear();
        for (const auto& value : row) {
            if (value) {
                append(*value);
            } else {
                line_ += ',';
            }
        }
        flush();
    }

    void end() override {
    }

  private:
    // Every field is followed by a comma; the last one gives way to the end of the line.
    void append(const std::string& text) {
        if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) {
            line_ += text;
        } else {
            line_ += '"';
            for (const char c : text) {
                line_.append(c == '"' ? 2 : 1, c);
            }
            line_ += '"';
        }
        line_ += ',';
    }

    void flush() {
        line_.back() = '\n';
        out_ << line_;
    }

    std::ostream& out_;
    std::string line_;
    bool has_header_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_csv_writer(std::ostream& out) {
    return std::make_unique<CsvWriter>(out);
}

}  // namespace redink::app
