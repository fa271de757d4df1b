#include "app/progress/progress.hpp"

#include <ostream>

#include "app/progress/rate.hpp"

namespace redink::app {
namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds kRedrawGap{100};
constexpr std::chrono::seconds kPlainGap{5};
constexpr const char* kEraseLine = "\r\x1b[K";

std::string line_of(const std::string& what, const Milestone& milestone, const Rate& rate) {
    std::string line = what + "  " + grouped(milestone.blocks_done) + "/" +
                       grouped(milestone.blocks_total) + " blocks  " + percent_of(milestone) +
                       "  " + grouped(milestone.logs) + " logs";
    if (const auto speed = rate.logs_per_second()) {
        line += "  " + grouped(*speed) + " logs/s";
    }
    if (const auto left = rate.remaining();
        left && milestone.blocks_done != milestone.blocks_total) {
        line += "  " + to_text(*left) + " left";
    }
    return line;
}

class NoProgress final : public Progress {
  public:
    void begin(std::string_view) override {
    }

    void update(const Milestone&) override {
    }

    void note(std::string_view) override {
    }

    void end() override {
    }
};

class PlainProgress final : public Progress {
  public:
    PlainProgress(std::ostream& out, Clock clock) : out_{out}, clock_{std::move(clock)} {
    }

    void begin(std::string_view what) override {
        end();
        what_ = what;
        milestone_ = {};
        last_line_ = clock_();
        rate_.begin(last_line_);
    }

    void update(const Milestone& milestone) override {
        milestone_ = milestone;
        const Time now = clock_();
        rate_.add(now, milestone);
        if (now - last_line_ >= kPlainGap) {
            last_line_ = now;
            out_ << line_of(what_, milestone, rate_) << std::endl;
        }
    }

    void note(std::string_view line) override {
        out_ << line << std::endl;
    }

    void end() override {
        if (!what_.empty()) {
            out_ << what_ << "  " << grouped(milestone_.blocks_done) << " blocks  "
                 << grouped(milestone_.logs) << " logs  in " << to_text(rate_.elapsed())
                 << std::endl;
        }
        what_.clear();
    }

  private:
    std::ostream& out_;
    Clock clock_;
    std::string what_;
    Milestone milestone_;
    Rate rate_;
    Time last_line_;
};

class LiveProgress final : public Progress {
  public:
    LiveProgress(const ProgressTarget& target, Clock clock)
        : out_{target.out}, columns_{target.columns}, clock_{std::move(clock)} {
    }

    ~LiveProgress() override {
        erase();
    }

    void begin(std::string_view what) override {
        end();
        what_ = what;
        rate_.begin(clock_());
    }

    void update(const Milestone& milestone) override {
        const Time now = clock_();
        rate_.add(now, milestone);
        if (last_drawn_ && now - *last_drawn_ < kRedrawGap) {
            return;
        }
        last_drawn_ = now;
        // One column stays free: terminals wrap when the last one is written.
        line_ = line_of(what_, milestone, rate_).substr(0, columns_ > 1 ? columns_ - 1 : 1);
        out_ << kEraseLine << line_ << std::flush;
    }

    void note(std::string_view line) override {
        out_ << (line_.empty() ? "" : kEraseLine) << line << "\n" << line_ << std::flush;
    }

    void end() override {
        erase();
        last_drawn_.reset();
    }

  private:
    void erase() {
        if (!line_.empty()) {
            out_ << kEraseLine << std::flush;
            line_.clear();
        }
    }

    std::ostream& out_;
    std::size_t columns_;
    Clock clock_;
    std::string what_;
    std::string line_;
    Rate rate_;
    std::optional<Time> last_drawn_;
};

}  // namespace

std::unique_ptr<Progress> make_progress(ProgressMode mode, ProgressTarget target, Clock clock) {
    if (mode == ProgressMode::none) {
        return std::make_unique<NoProgress>();
    }
    if (mode == ProgressMode::automatic && target.is_terminal) {
        return std::make_unique<LiveProgress>(target, std::move(clock));
    }
    return std::make_unique<PlainProgress>(target.out, std::move(clock));
}

}  // namespace redink::app
