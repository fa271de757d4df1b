#include "indexer/sync/stage_watch.hpp"

namespace redink::sync {
namespace {

std::size_t place(Stage stage) {
    return static_cast<std::size_t>(stage);
}

}  // namespace

void StageWatch::enter(Stage stage, Time now) {
    if (stage == stage_) {
        return;
    }
    spent_[place(stage_)] += std::chrono::duration_cast<Milliseconds>(now - since_);
    if (stage == Stage::idle || stage_ == Stage::idle) {
        progressed_ = now;
    }
    stage_ = stage;
    since_ = now;
}

void StageWatch::on_progress(Time now) {
    progressed_ = now;
}

bool StageWatch::is_stalled(Time now) const {
    return stage_ != Stage::idle && now - progressed_ >= kStalled;
}

std::string_view StageWatch::judge(Time now) const {
    const bool stalled = is_stalled(now);
    switch (stage_) {
        case Stage::idle:
            return "idle";
        case Stage::fetch:
            return stalled ? "stalled on fetch" : "fetching";
        case Stage::write:
            return stalled ? "stalled on write" : "writing";
        case Stage::rest:
            return stalled ? "stalled on fetch" : "resting";
    }
    return "idle";
}

StageWatch::Milliseconds StageWatch::spent(Stage stage, Time now) const {
    Milliseconds spent = spent_[place(stage)];
    if (stage == stage_) {
        spent += std::chrono::duration_cast<Milliseconds>(now - since_);
    }
    return spent;
}

}  // namespace redink::sync
