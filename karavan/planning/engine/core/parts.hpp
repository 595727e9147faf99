// Parts: moves between two days that need no room, because a task gives away as much as comes instead.
//
// Where vehicles are full, nothing fits anywhere else as a whole. So some visits of one day go to another, and a visit
// of that one goes the other way, or as much of it as there is room for; what goes lies down where it costs least, or
// with what the day brings to the same place already (SD-SWAP* of Alkaid-SDVRP, DIMACS 2022, is such a move).
#pragma once

#include <algorithm>
#include <utility>

#include "plan.hpp"

namespace karavan {

template <class Clock>
class Parts {
  public:
    Parts(Plan<Clock>& plan, Random& random) : plan_(plan), problem_(plan.problem_), random_(random) {}

    // Tries one move; true: it was made, and `cost` is that of all days now. `limit` is for the days alone.
    bool operator()(double& cost, double limit) {
        const int task = random_.below(static_cast<int>(problem_.tasks.size()));
        const int other = problem_.neighbours(task)[random_.below(std::min(problem_.near_count, kNear))];
        const int a = plan_.a_carrier(task, random_), b = plan_.a_carrier(other, random_);
        if (a == kNone || b == kNone || a == b) return false;
        plan_.begin();
        plan_.touch(a);
        plan_.touch(b);
        if (moved(a, task, b, other)) {
            const double now = plan_.cost_after_touch(cost);
            if (now < limit) {
                plan_.keep_touched();
                cost = now;
                return true;
            }
        }
        plan_.restore_touched();
        return false;
    }

  private:
    static constexpr int kNear = 16;

    int how_many(const typename Clock::Its& day, int j) {
        if (random_.below(3) == 0 && day.node[j + 1] >= 0) return 2;
        return random_.below(4) ? 1 : 0;
    }

    // Of day b `other` and perhaps the next visit go to day a; of day a as much of `task` as fits goes to day b.
    bool moved(int a, int task, int b, int other) {
        auto &one = plan_.days[a], &two = plan_.days[b];
        const int i = position(one, task), j = position(two, other);
        const int count = how_many(two, j);
        std::int64_t comes = 0;
        for (int k = 0; k < count; ++k) {
            const int node = two.node[j + k];
            if (node == task || !problem_.may(node, one.type)) return false;
            come_[k] = {node, two.quantity[j + k]};
            comes += two.quantity[j + k];
        }
        if (!problem_.may(task, two.type)) return false;
        const std::int64_t has = one.quantity[i], step = problem_.tasks[task].step;
        std::int64_t goes = std::min(has, comes + std::max<std::int64_t>(0, two.widest));
        if (goes < has) goes = step ? goes / step * step : 0;  // what stays is a multiple where the whole is one
        if (goes <= 0 || one.widest + goes < comes) return false;
        two.erase(j, j + count);
        one.quantity[i] -= goes;
        if (goes == has) one.erase(i, i + 1);
        if (!built(one) || (count && !built(two))) return false;
        for (int k = 0; k < count; ++k)
            if (!put(a, come_[k].first, come_[k].second)) return false;
        return put(b, task, goes);
    }

    bool put(int number, int task, std::int64_t amount) {
        auto& day = plan_.days[number];
        const int at = position(day, task);
        if (at < day.last()) {
            day.quantity[at] += amount;
            return built(day);
        }
        Spot spot;
        Blink never{random_, 0};
        Clock::scan(problem_, day, number, task, amount, spot, never);
        if (spot.day == kNone) return false;
        if constexpr (Clock::kReloads)
            Clock::put(problem_, day, spot, task, amount);
        else
            day.insert(problem_, spot.position + 1, task, amount);
        return Clock::build(problem_, day);
    }

    bool built(typename Clock::Its& day) {
        if constexpr (Clock::kReloads) Clock::tidy(problem_, day);
        return Clock::build(problem_, day);
    }

    static int position(const typename Clock::Its& day, int task) {
        return static_cast<int>(std::find(day.node.begin() + 1, day.node.end() - 1, task) - day.node.begin());
    }

    Plan<Clock>& plan_;
    const Problem& problem_;
    Random& random_;
    std::pair<int, std::int64_t> come_[2];
};

}  // namespace karavan
