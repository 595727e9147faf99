// The search: ruin and recreate, accepted by annealing; anytime, with what it needs to be watched and stopped.
#pragma once

#include <algorithm>
#include <functional>

#include "cooling.hpp"
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
        if (problem_.tasks.empty()) return;
        take_measure();
        for (iterations = 0;; ++iterations) {
            if (iterations % kBetweenLooks == 0 || iterations == budget_.iterations) {
                share_ = done();
                for (; next_meeting_ < std::size(kMeetings) && share_ >= kMeetings[next_meeting_]; ++next_meeting_)
                    meet(share_);
                ended_ = share_ >= 1;
                if (ended_ || !watch(share_)) break;
                look();
            }
            step();
        }
        if (best_.cost == kNever) keep_incomplete();
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
    static constexpr double kFleetShare = 0.15;  // of the budget, for fewer vehicles where they cost more than their ways
    static constexpr double kFirstGuess = 0.03;  // of the budget, until the speed is known
    static constexpr double kFixedFirst = 10;
    static constexpr double kMeetings[] = {0.3, 0.5, 0.7, 0.85, 0.95};

    double done() const {
        double share = budget_.iterations == 0 ? 1 : 0;
        if (budget_.iterations > 0)
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
        cost_ += left_out_;
        if (!required_missing_ && cost_ < best_.cost - 1e-9) keep_best();
    }

    // How hot to begin, relative to what a visit costs, and whether vehicles count so much that they come first.
    void take_measure() {
        double fixed = 0;
        for (const auto& day : plan_.days)
            if (!day.empty()) fixed += problem_.types[day.type].fixed;
        const double all = cost_;
        fewest_ = !problem_.split && fixed > kFixedFirst * (all - fixed);
        const double tasks = std::max<double>(1, static_cast<double>(problem_.tasks.size()));
        hot_ = (problem_.waiting > 0 ? 1.0 : 0.5) * Clock::kHeat * (fewest_ ? all - fixed : all) / tasks;
        if (budget_.seconds < 0 && !fewest_) cooling_.plan(static_cast<double>(budget_.iterations), tasks);
        guessed_ = budget_.seconds < 0 || fewest_;
    }

    void look() {
        if (!guessed_ && share_ > kFirstGuess) {
            const double tasks = std::max<double>(1, static_cast<double>(problem_.tasks.size()));
            cooling_.plan(static_cast<double>(iterations) / share_, tasks);
            guessed_ = true;
        }
        if (cooling_.round(share_) != round_) {
            round_ = cooling_.round(share_);
            if (!required_missing_) begin_round();
        }
        temperature_ = hot_ * cooling_.temperature(share_, Clock::kRange);
        cost_ = plan_.days_cost() + left_out_;  // what adding and subtracting has rounded away
        if (fewest_) save_vehicles();
    }

    void begin_round() {
        if (cooling_.from_best(round_) && best_.cost < kNever) {
            take_over(Found(best_));
        } else {
            plan_.assign(Found());
            construct();
        }
    }

    // While everybody has a place, the day goes whose visits were absent least: they fit elsewhere most easily.
    void save_vehicles() {
        if (share_ >= kFleetShare) {
            fewest_ = false;
            if (required_missing_ && best_.cost < kNever) take_over(Found(best_));
            plan_.ceiling = plan_.used_days();
            return;
        }
        if (required_missing_) return;
        int least = kNone;
        std::int64_t least_sum = 0;
        for (int number = 0; number < static_cast<int>(plan_.days.size()); ++number) {
            const auto& day = plan_.days[number];
            if (day.empty()) continue;
            std::int64_t sum = 0;
            for (int node : day.node)
                if (node >= 0) sum += counters_[node];
            if (least == kNone || sum < least_sum) least = number, least_sum = sum;
        }
        if (least == kNone) return;
        plan_.begin();
        plan_.remove(least, 1, plan_.days[least].last());
        plan_.settle(least, random_);
        plan_.ceiling = plan_.used_days();
        cost_ = plan_.days_cost() + left_out_;
        count_missing();
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
        if (!required_missing_ && random_.chance(Clock::kExchanges)) return exchange();
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

    // Better than nothing: the plan as it stands, at the price of a broken rule.
    void keep_incomplete() {
        keep_best();
        best_.cost = kNever;
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
    double cost_ = 0, left_out_ = 0;
    int required_missing_ = 0;
    Cooling cooling_;
    int round_ = 0;
    bool fewest_ = false, guessed_ = false;
    std::size_t next_meeting_ = 0;
    bool ended_ = false;
};

}  // namespace karavan
