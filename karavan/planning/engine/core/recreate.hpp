// Recreate: what is absent comes back, one task after the other, each where it costs least.
#pragma once

#include <algorithm>
#include <utility>

#include "plan.hpp"

namespace karavan {

struct RecreateSettings {
    double blink = 0.01;
    double split_share = 0.5;  // how often a task that fits whole is put in parts all the same
    int near = 40;             // neighbours whose days are looked at, where there are many tasks
    int old_tried = 20;        // optional tasks, absent since before, that are tried again
};

template <class Clock>
class Recreate {
  public:
    Recreate(Plan<Clock>& plan, Random& random, RecreateSettings settings)
        : plan_(plan), problem_(plan.problem_), random_(random), settings_(settings) {
        const int tasks = static_cast<int>(problem_.tasks.size());
        far_.assign(tasks, kNever);
        const Matrix& matrix = problem_.waiting > 0 ? problem_.duration[0] : problem_.distance[0];
        for (int task = 0; task < tasks; ++task)
            for (const VehicleType& type : problem_.types) {
                const int start = problem_.depots[type.start].place;
                far_[task] = std::min(far_[task], matrix.at(start, problem_.tasks[task].place));
            }
        for (const Task& task : problem_.tasks) {
            timed_ = timed_ || task.windows > 0;
            released_ = released_ || task.release > 0;
        }
        granular_ = tasks > Clock::kMany;
    }

    // Brings back what it can. `cost` is that of all days and goes along; false: the plan would cost `limit` or more,
    // or, if `strict`, a required task found no place.
    bool operator()(double& cost, double limit, bool strict, double& left_out) {
        choose();
        left_out = untried_;
        missing.clear();
        Blink blink{random_, settings_.blink};
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const int task = order_[i].second;
            const double prize = problem_.tasks[task].required ? kNever : problem_.tasks[task].prize;
            const double bound = std::min(prize, limit - cost - left_out);
            if (!place(task, bound, cost, blink)) {
                if (problem_.tasks[task].required ? strict : cost + left_out + prize >= limit) return false;
                if (!problem_.tasks[task].required) left_out += prize;
                missing.push_back(task);
            }
        }
        plan_.absent = missing;
        plan_.absent.insert(plan_.absent.end(), waiting_.begin(), waiting_.end());
        return cost + left_out < limit;
    }

  private:
    // Which of the absent are tried now, and in which order.
    void choose() {
        order_.clear();
        waiting_.clear();
        untried_ = 0;
        const int kinds = timed_ ? 17 : 11;
        int kind = random_.below(kinds + (released_ ? 4 : 0));
        if (released_ && kind >= kinds) kind = 20;
        for (int task : plan_.absent) order_.push_back({key(kind, task), task});
        const int most = settings_.old_tried + 4 * 10;
        if (static_cast<int>(order_.size()) > most && !all_at_once) {
            // Of many that were left out for long only some are tried, another few every time.
            for (std::size_t i = 0; i < order_.size(); ++i)
                std::swap(order_[i], order_[i + random_.below(static_cast<int>(order_.size() - i))]);
            std::stable_partition(order_.begin(), order_.end(),
                                  [&](const auto& its) { return problem_.tasks[its.second].required; });
            while (static_cast<int>(order_.size()) > most && !problem_.tasks[order_.back().second].required) {
                waiting_.push_back(order_.back().second);
                untried_ += problem_.tasks[order_.back().second].prize;
                order_.pop_back();
            }
        }
        std::sort(order_.begin(), order_.end());
    }

    double key(int kind, int task) {
        const Task& its = problem_.tasks[task];
        if (kind < 4) return random_.unit();
        if (kind < 8) return -static_cast<double>(problem_.quantity(task));
        if (kind < 10) return -far_[task];
        if (kind < 11) return far_[task];
        if (kind == 20) return its.release;
        if (!its.windows) return kind < 13 ? kNever : 0;
        const Window& first = problem_.windows[its.first_window];
        const Window& last = problem_.windows[its.first_window + its.windows - 1];
        if (kind < 13) return last.closes - first.opens;
        return kind < 15 ? first.opens : -last.closes;
    }

    bool place(int task, double bound, double& cost, Blink& blink) {
        const std::int64_t amount = problem_.quantity(task);
        const bool splits = problem_.tasks[task].step > 0;
        if (splits && random_.chance(settings_.split_share)) return place_parts(task, bound, cost, blink);
        Spot spot;
        spot.cost = bound;
        find(task, amount, spot, blink);
        if (spot.day == kNone) return splits && place_parts(task, bound, cost, blink);
        put(spot, task, amount, cost);
        return true;
    }

    void put(const Spot& spot, int task, std::int64_t amount, double& cost) {
        const double before = plan_.days[spot.day].cost;
        plan_.insert(spot, task, amount);
        cost += plan_.days[spot.day].cost - before;
    }

    void find(int task, std::int64_t amount, Spot& spot, Blink& blink) {
        if (!granular_) return find_among(task, amount, spot, blink, false);
        ++stamp_;
        near_.resize(plan_.days.size(), 0);
        const int* near = problem_.neighbours(task);
        const int count = std::min(problem_.near_count, settings_.near);
        for (int k = 0; k < count; ++k)
            if (plan_.day_of[near[k]] != kNone) near_[plan_.day_of[near[k]]] = stamp_;
        find_among(task, amount, spot, blink, true);
        if (spot.day == kNone) find_among(task, amount, spot, blink, false);
    }

    void find_among(int task, std::int64_t amount, Spot& spot, Blink& blink, bool near) {
        empties_.assign(problem_.types.size(), 0);
        for (int number = 0; number < static_cast<int>(plan_.days.size()); ++number) {
            const auto& day = plan_.days[number];
            if (day.empty()) {
                if (empties_[day.type] || !plan_.may_open(day.type)) continue;
                empties_[day.type] = 1;
            } else if (near && near_[number] != stamp_) {
                continue;
            }
            if (!problem_.may(task, day.type)) continue;
            Clock::scan(problem_, day, number, task, amount, spot, blink);
            if constexpr (Clock::kRetypes) grow(day, number, task, amount, spot, blink);
        }
    }

    // The same in a larger vehicle, the cheapest that has room, where the day's own has none.
    void grow(const typename Clock::Its& day, int number, int task, std::int64_t amount, Spot& spot, Blink& blink) {
        if (day.empty() || amount <= day.widest) return;
        int best = kNone;
        double least = spot.cost;
        for (int type : problem_.kin[day.type]) {
            if (!plan_.there_is(type) || !Clock::has_room(problem_, day, task, amount, type)) continue;
            const double dearer = Clock::cost_by(problem_, day, type) - day.cost;
            if (dearer < least) least = dearer, best = type;
        }
        if (best != kNone) Clock::scan_as(problem_, day, number, task, amount, spot, blink, best);
    }

    struct Offer {
        double price;  // for one unit
        int day;
        std::int64_t amount;
        Spot spot;
    };

    // Shares a task among the days that bring a unit of it at least cost (as Alkaid-SDVRP, DIMACS 2022, does).
    bool place_parts(int task, double bound, double& cost, Blink& blink) {
        const double before = cost;
        std::int64_t left = problem_.quantity(task);
        while (left > 0) {
            ask(task, left, before + bound - cost, blink);
            const std::int64_t asked = left;
            for (const Offer& offer : offers_) {
                if (left <= 0) break;
                if (offer.amount > left && left < asked && blink()) continue;
                put(offer.spot, task, std::min(left, offer.amount), cost);
                left -= std::min(left, offer.amount);
            }
            if (left == asked || cost - before >= bound) {
                withdraw(task, cost);
                return false;
            }
        }
        return true;
    }

    void ask(int task, std::int64_t left, double bound, Blink& blink) {
        offers_.clear();
        empties_.assign(problem_.types.size(), 0);
        for (int number = 0; number < static_cast<int>(plan_.days.size()); ++number) {
            const auto& day = plan_.days[number];
            if (!problem_.may(task, day.type)) continue;
            const std::int64_t amount = part_for(day, task, left);
            if (amount <= 0 || (day.empty() && (empties_[day.type] || !plan_.may_open(day.type)))) continue;
            if (day.empty()) empties_[day.type] = 1;
            Spot spot;
            spot.cost = bound;
            Clock::scan(problem_, day, number, task, amount, spot, blink);
            if (spot.day != kNone) offers_.push_back({spot.cost / static_cast<double>(amount), number, amount, spot});
        }
        std::sort(offers_.begin(), offers_.end(), [](const Offer& a, const Offer& b) {
            return a.price != b.price ? a.price < b.price : a.day < b.day;
        });
    }

    // How much of what is left of the task the day can take, in whole steps.
    std::int64_t part_for(const typename Clock::Its& day, int task, std::int64_t left) const {
        std::int64_t room = day.widest;
        if (Clock::kReloads && !problem_.types[day.type].reload.empty())
            room = std::max(room, problem_.capacity(day.type)[0]);
        const std::int64_t* whole = problem_.demand(task);
        for (int k = 1; k < problem_.dimensions; ++k)
            if (whole[k] > 0) room = std::min(room, problem_.capacity(day.type)[k] * whole[0] / whole[k]);
        return room >= left ? left : room / problem_.tasks[task].step * problem_.tasks[task].step;
    }

    void withdraw(int task, double& cost) {
        while (!plan_.carriers[task].empty()) {
            const int number = plan_.carriers[task].back();
            auto& day = plan_.days[number];
            const double before = day.cost;
            const auto found = std::find(day.node.begin() + 1, day.node.end() - 1, task);
            plan_.take_part(number, static_cast<int>(found - day.node.begin()));
            plan_.settle_again(number);
            cost += plan_.days[number].cost - before;
        }
    }

    Plan<Clock>& plan_;
    const Problem& problem_;
    Random& random_;
    RecreateSettings settings_;
    bool timed_ = false, released_ = false, granular_ = false;
    double untried_ = 0;
    std::vector<double> far_;
    std::vector<std::pair<double, int>> order_;
    std::vector<int> waiting_, near_;
    std::vector<char> empties_;
    std::vector<Offer> offers_;
    int stamp_ = 0;

  public:
    bool all_at_once = false;    // at the beginning everything is tried
    std::vector<int> missing;    // what the last call could not place
};

}  // namespace karavan
