// The search: ruin and recreate, accepted by annealing; anytime, with what it needs to be watched and stopped.
#pragma once

#include <algorithm>
#include <atomic>
#include <ctime>
#include <functional>

#include "recreate.hpp"
#include "ruin.hpp"

namespace karavan {

struct Budget {
    std::int64_t iterations = -1;  // -1: as many as the seconds allow
    double seconds = -1;           // of this thread's processor time; -1: as many as the iterations take
};

struct Found {
    std::vector<int> types;
    std::vector<std::vector<int>> nodes;
    std::vector<std::vector<std::int64_t>> quantities;
    std::vector<int> missing;
    double cost = kNever;
    std::int64_t iterations = 0;
    double seconds = 0;
};

inline double thread_seconds() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Clock>
class Search {
  public:
    using Watch = std::function<bool(const Search&)>;  // false: stop

    Search(const Problem& problem, std::uint64_t seed, Budget budget)
        : problem_(problem), random_(seed), budget_(budget), plan_(problem), ruin_(plan_, random_, {}),
          recreate_(plan_, random_, {}), counters_(problem.tasks.size(), 0) {}

    void run(const Watch& watch) {
        began_ = thread_seconds();
        construct();
        const double scale = required_missing_ ? first_cost_ : cost_;
        const double tasks = std::max<double>(1, static_cast<double>(problem_.tasks.size()));
        hot_ = (problem_.waiting > 0 ? 1.0 : 0.5) * scale / tasks;
        for (iterations = 0;; ++iterations) {
            if (iterations % kBetweenLooks == 0) {
                share_ = done();
                if (share_ >= 1 || !watch(*this)) break;
                temperature_ = hot_ * exponential(-natural_log(kCooling) * share_);
                refresh();
            }
            step();
        }
        seconds = thread_seconds() - began_;
    }

    Found found() const {
        Found result = best_;
        result.iterations = iterations;
        result.seconds = seconds;
        return result;
    }

    double best_cost() const { return best_.cost; }
    double elapsed() const { return thread_seconds() - began_; }

    std::int64_t iterations = 0;
    double seconds = 0;

  private:
    static constexpr int kBetweenLooks = 64;
    static constexpr double kCooling = 100;

    double done() const {
        double share = 0;
        if (budget_.iterations >= 0)
            share = static_cast<double>(iterations) / std::max<double>(1, static_cast<double>(budget_.iterations));
        if (budget_.seconds >= 0) share = std::max(share, elapsed() / std::max(1e-9, budget_.seconds));
        return share;
    }

    void construct() {
        plan_.begin();
        recreate_.all_at_once = true;
        cost_ = 0;
        recreate_(cost_, kNever, false, left_out_);
        recreate_.all_at_once = false;
        count_missing();
        first_cost_ = cost_ + left_out_;
        cost_ += left_out_;
        if (!required_missing_) keep_best();
    }

    void count_missing() {
        required_missing_ = 0;
        for (int task : plan_.absent) required_missing_ += problem_.tasks[task].required;
    }

    void step() {
        const int missing_before = required_missing_;
        const double before = cost_;
        double limit = kNever;
        if (!missing_before) limit = before - temperature_ * natural_log(random_.positive_unit());
        plan_.begin();
        const bool sound = ruin_();
        double now = cost_ - left_out_;
        if (sound) now = plan_.cost_after_touch(now);
        double left_out = 0;
        bool accepted = sound && recreate_(now, limit, !missing_before, left_out);
        if (accepted && missing_before) accepted = fewer_missing();
        if (!accepted) {
            plan_.take_back();
            return;
        }
        cost_ = now + left_out;
        left_out_ = left_out;
        count_missing();
        if (!required_missing_ && cost_ < best_.cost - 1e-9) keep_best();
    }

    // While required tasks are absent: fewer of them, or such that have been absent less often.
    bool fewer_missing() {
        std::int64_t sum = 0, sum_before = 0;
        int count = 0;
        for (int task : recreate_.missing)
            if (problem_.tasks[task].required) sum += counters_[task], ++count;
        for (int task : plan_.absent_before()) 
            if (problem_.tasks[task].required) sum_before += counters_[task];
        for (int task : recreate_.missing) ++counters_[task];
        if (count == 0) return true;
        return count < required_missing_ || sum < sum_before;
    }

    void refresh() {
        cost_ = plan_.days_cost() + left_out_;
    }

    void keep_best() {
        best_.cost = cost_;
        best_.types.clear();
        best_.nodes.clear();
        best_.quantities.clear();
        for (const auto& day : plan_.days) {
            if (day.empty()) continue;
            best_.types.push_back(day.type);
            best_.nodes.emplace_back(day.node.begin() + 1, day.node.end() - 1);
            best_.quantities.emplace_back(day.quantity.begin() + 1, day.quantity.end() - 1);
        }
        best_.missing = plan_.absent;
    }

    const Problem& problem_;
    Random random_;
    Budget budget_;
    Plan<Clock> plan_;
    Ruin<Clock> ruin_;
    Recreate<Clock> recreate_;
    std::vector<std::int64_t> counters_;
    Found best_;
    double began_ = 0, share_ = 0, hot_ = 0, temperature_ = 0;
    double cost_ = 0, left_out_ = 0, first_cost_ = 0;
    int required_missing_ = 0;
};

}  // namespace karavan
