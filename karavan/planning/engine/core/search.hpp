// A world for the loop: days by a clock, ruined and recreated, and put together anew from plans seen before; fewer
// vehicles first where they cost most.
#pragma once

#include <algorithm>

#include "cover.hpp"
#include "exchange.hpp"
#include "found.hpp"
#include "loop.hpp"
#include "parts.hpp"
#include "recreate.hpp"
#include "ruin.hpp"

namespace karavan {

template <class Clock>
class Search {
  public:
    using Kept = Found;
    static constexpr int kBetweenLooks = 64;
    static constexpr double kRange = Clock::kRange;

    Search(const Problem& problem, std::uint64_t seed, const Found& start)
        : problem_(problem), random_(seed), start_(start), plan_(problem), ruin_(plan_, random_, ruins()),
          recreate_(plan_, random_, {}), exchange_(plan_, random_), parts_(plan_, random_), cover_(problem),
          covers_(tasks() <= kMostCovered && Cover::suits(problem)), counters_(problem.tasks.size(), 0) {}

    std::int64_t tasks() const { return static_cast<std::int64_t>(problem_.tasks.size()); }
    double cost() const { return cost_; }
    bool whole() const { return !required_missing_; }
    const Found& best() const { return best_; }
    double said() const { return best_.cost; }
    bool anew() const { return !fewest_; }

    void begin() {
        if (!start_.types.empty()) plan_.assign(start_);
        construct();
    }

    void start_anew() {
        plan_.assign(Found());
        construct();
    }

    // Relative to what a visit costs. Vehicles that count so much that they come first do not warm.
    double heat() {
        double fixed = 0;
        for (const auto& day : plan_.days)
            if (!day.empty()) fixed += problem_.types[day.type].fixed;
        fewest_ = problem_.one_price && !problem_.split && fixed > kFixedFirst * (cost_ - fixed);
        const double share = (problem_.waiting > 0 ? 1.0 : 0.5) * Clock::kHeat;
        return share * (fewest_ ? cost_ - fixed : cost_) / std::max(1.0, static_cast<double>(tasks()));
    }

    bool step(double temperature) {
        if (whole() && random_.chance(small_moves_)) return exchange(temperature);
        const bool whole_before = whole();
        const double limit = whole_before ? threshold(cost_, temperature, random_) : kNever;
        plan_.begin();
        const bool sound = ruin_();
        double now = cost_ - left_out_;
        if (sound) now = plan_.cost_after_touch(now);
        double left_out = 0;
        bool accepted = sound && recreate_(now, limit, whole_before, left_out);
        if (accepted && !whole_before) accepted = fewer_missing();
        if (!accepted) {
            plan_.take_back();
            return false;
        }
        cost_ = now + left_out;
        left_out_ = left_out;
        count_missing();
        note_touched();
        return true;
    }

    void look(double share) {
        cost_ = plan_.days_cost() + left_out_;  // what adding and subtracting has rounded away
        if (fewest_) save_vehicles(share);
        if (covers_) combine();
    }

    void take_over(const Found& other) {
        stand_at(other);
        best_ = other;
        for (const auto& day : plan_.days)
            if (covers_ && !day.empty()) cover_.seen.note(day, cost_);
    }

    void keep() {
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

    // Better than nothing: the plan as it stands, at the price of a broken rule.
    void finish() {
        if (best_.cost < kNever) return;
        keep();
        best_.cost = kNever;
    }

  private:
    static constexpr double kFleetShare = 0.15;  // of the budget, for fewer vehicles where these come first
    static constexpr double kFixedFirst = 10;
    static constexpr double kGood = 2;  // days are noted of plans that cost so many visits above the best one
    static constexpr int kMostCovered = 250;  // tasks: with more, what it takes is better spent on iterations
    static constexpr double kSharing = 0.7;  // small moves in so many iterations, where tasks may be split
    static constexpr double kFew = 5;        // and so many visits out on the mean otherwise
    static constexpr double kParts = 0.5;  // of the small moves, where tasks may be split
    static constexpr int kNews = 50;    // days that are new before days are put together again
    static constexpr int kBetweenCovers = 64;  // looks

    // Where tasks may be split, days are full: small steps do most. Measured where only driving counts.
    bool shares() const { return problem_.split && problem_.waiting == 0; }
    RuinSettings ruins() const {
        RuinSettings its;
        if (shares()) its.mean_removed = kFew;
        return its;
    }

    void construct() {
        plan_.begin();
        recreate_.all_at_once = true;
        cost_ = plan_.days_cost();
        recreate_(cost_, kNever, false, left_out_);
        recreate_.all_at_once = false;
        count_missing();
        cost_ += left_out_;
    }

    // While everybody has a place, the day goes whose visits were absent least: they fit elsewhere most easily.
    void save_vehicles(double share) {
        if (share >= kFleetShare) {
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

    // What the plan has become in this iteration, if it is a good one.
    void note_touched() {
        if (!covers_ || required_missing_ || cost_ > best_.cost * (1 + kGood / static_cast<double>(tasks()))) return;
        for (int number : plan_.touched)
            if (!plan_.days[number].empty()) cover_.seen.note(plan_.days[number], cost_);
    }

    // Days of several good plans may make a better one.
    void combine() {
        work_left_ += Clock::kWork * kBetweenLooks;
        if (++looks_ % kBetweenCovers || required_missing_ || cover_.seen.news < kNews) return;
        if (work_left_ < 2 * cover_.least_work()) return;
        Found found;
        const bool better = cover_(best_.cost, work_left_, found);
        work_left_ -= cover_.work;
        if (better) stand_at(found);
        if (required_missing_) stand_at(Found(best_));
    }

    void stand_at(const Found& other) {
        plan_.assign(other);
        left_out_ = prizes();
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

    bool exchange(double temperature) {
        const double limit = threshold(cost_, temperature, random_);
        double days = cost_ - left_out_;
        const bool parts = problem_.split && random_.chance(kParts);
        if (!(parts ? parts_(days, limit - left_out_) : exchange_(days, limit - left_out_))) return false;
        cost_ = days + left_out_;
        note_touched();
        return true;
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

    const Problem& problem_;
    Random random_;
    Found start_;
    Plan<Clock> plan_;
    Ruin<Clock> ruin_;
    Recreate<Clock> recreate_;
    Exchange<Clock> exchange_;
    Parts<Clock> parts_;
    Cover cover_;
    bool covers_;
    const double small_moves_ = shares() ? kSharing : Clock::kExchanges;
    std::vector<std::int64_t> counters_;
    Found best_;
    double cost_ = 0, left_out_ = 0;
    std::int64_t looks_ = 0, work_left_ = 0;
    int required_missing_ = 0;
    bool fewest_ = false;
};

}  // namespace karavan
