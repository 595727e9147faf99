// The search: ruin and recreate, accepted by annealing; anytime, with what it needs to be watched and stopped.
#pragma once

#include <algorithm>
#include <functional>

#include "exchange.hpp"
#include "found.hpp"
#include "recreate.hpp"
#include "ruin.hpp"
#include "seconds.hpp"

namespace karavan {

template <class Clock>
class Search {
  public:
    using Watch = std::function<bool(double share)>;   // false: stop
    using Meet = std::function<void(double share)>;    // at each of kMeetings

    Search(const Problem& problem, std::uint64_t seed, Budget budget, Found start)
        : problem_(problem), random_(seed), budget_(budget), start_(std::move(start)), plan_(problem),
          ruin_(plan_, random_, {}), recreate_(plan_, random_, {}), exchange_(plan_, random_),
          counters_(problem.tasks.size(), 0) {}

    void run(const Watch& watch, const Meet& meet) {
        began_ = thread_seconds();
        if (!start_.types.empty()) plan_.assign(start_);
        construct();
        const double scale = required_missing_ ? first_cost_ : cost_;
        const double tasks = std::max<double>(1, static_cast<double>(problem_.tasks.size()));
        hot_ = (problem_.waiting > 0 ? 1.0 : 0.5) * scale / tasks;
        for (iterations = 0;; ++iterations) {
            if (iterations % kBetweenLooks == 0) {
                share_ = done();
                for (; next_meeting_ < std::size(kMeetings) && share_ >= kMeetings[next_meeting_]; ++next_meeting_)
                    meet(share_);
                ended_ = share_ >= 1;
                if (ended_ || !watch(share_)) break;
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

    // Goes on from another plan, which is complete and at least as good as any found here.
    void take_over(const Found& other) {
        plan_.assign(other);
        cost_ = plan_.days_cost();
        left_out_ = prizes();
        cost_ += left_out_;
        count_missing();
        best_ = other;
    }

    double best_cost() const { return best_.cost; }
    double elapsed() const { return thread_seconds() - began_; }
    bool ended() const { return ended_; }

    std::int64_t iterations = 0;
    double seconds = 0;

  private:
    static constexpr int kBetweenLooks = 64;
    static constexpr double kExchanges = 0.5;
    static constexpr double kCooling = 100;
    static constexpr double kMeetings[] = {0.3, 0.5, 0.7, 0.85, 0.95};

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
        cost_ = plan_.days_cost();
        recreate_(cost_, kNever, false, left_out_);
        recreate_.all_at_once = false;
        count_missing();
        first_cost_ = cost_ + left_out_;
        cost_ += left_out_;
        if (!required_missing_) keep_best();
    }

    double prizes() const {
        double sum = 0;
        for (int task : plan_.absent)
            if (!problem_.tasks[task].required) sum += problem_.tasks[task].prize;
        return sum;
    }

    void count_missing() {
        required_missing_ = 0;
        for (int task : plan_.absent) required_missing_ += problem_.tasks[task].required;
    }

    void step() {
        if (!required_missing_ && random_.chance(kExchanges)) return exchange();
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

    void exchange() {
        const double limit = cost_ - temperature_ * natural_log(random_.positive_unit());
        double days = cost_ - left_out_;
        if (!exchange_(days, limit - left_out_)) return;
        cost_ = days + left_out_;
        if (cost_ < best_.cost - 1e-9) keep_best();
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
    Found start_;
    Plan<Clock> plan_;
    Ruin<Clock> ruin_;
    Recreate<Clock> recreate_;
    Exchange<Clock> exchange_;
    std::vector<std::int64_t> counters_;
    Found best_;
    double began_ = 0, share_ = 0, hot_ = 0, temperature_ = 0;
    double cost_ = 0, left_out_ = 0, first_cost_ = 0;
    int required_missing_ = 0;
    std::size_t next_meeting_ = 0;
    bool ended_ = false;
};

}  // namespace karavan
