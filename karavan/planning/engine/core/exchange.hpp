// Exchange: two visits near each other become neighbours by a small move, weighed at once and taken by annealing.
//
// Ruin and recreate finds these moves too, but seldom: tails of two days change places (2-opt*), a stretch of a day is
// turned round (2-opt), two visits swap (exchange), or some move to another day (or-opt).
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "plan.hpp"

namespace karavan {

template <class Clock>
class Exchange {
  public:
    Exchange(Plan<Clock>& plan, Random& random) : plan_(plan), problem_(plan.problem_), random_(random) {}

    // Tries one move; true: it was made, and `cost` is that of all days now. `limit` is for the days alone.
    bool operator()(double& cost, double limit) {
        const int tasks = static_cast<int>(problem_.tasks.size());
        const int task = random_.below(tasks);
        const int other = problem_.neighbours(task)[random_.below(std::min(problem_.near_count, kNear))];
        const int a = plan_.a_carrier(task, random_), b = plan_.a_carrier(other, random_);
        if (task == other || a == kNone || b == kNone) return false;
        const int kind = random_.below(4);
        const int spare = kind == 3 && Clock::kRetypes ? spare_day(a) : kNone;
        if (spare != kNone) {
            begin(a, spare);
            return keep(tails(a, position(a, task), spare, 1), a, spare, cost, limit);
        }
        const int i = position(a, task), j = position(b, other);
        begin(a, b);
        const bool made = a == b ? (kind < 2 ? turn(a, i, j) : swap(a, i, b, j))
                                 : (kind == 0 ? swap(a, i, b, j) : kind == 1 ? move(a, i, b, j) : tails(a, i, b, j));
        return keep(made, a, b, cost, limit);
    }

  private:
    static constexpr int kNear = 16;

    void begin(int a, int b) {
        plan_.begin();
        plan_.touch(a);
        plan_.touch(b);
    }

    bool keep(bool made, int a, int b, double& cost, double limit) {
        if (made && built(a, kNone) && (a == b || built(b, a))) {
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

    // An empty day of the same kin, where a fleet is mixed: two smaller vehicles may do the work of one.
    int spare_day(int a) {
        const int type = plan_.days[a].type;
        const auto& kin = problem_.kin[type];
        if (kin.empty() || random_.below(2)) return kNone;
        for (int number = 0; number < static_cast<int>(plan_.days.size()); ++number) {
            const auto& day = plan_.days[number];
            const bool akin = day.type == type || std::find(kin.begin(), kin.end(), day.type) != kin.end();
            if (day.empty() && akin && plan_.may_open(day.type)) return number;
        }
        return kNone;
    }

    int position(int number, int task) const {
        const auto& node = plan_.days[number].node;
        return static_cast<int>(std::find(node.begin() + 1, node.end() - 1, task) - node.begin());
    }

    bool built(int number, int settled) {
        auto& day = plan_.days[number];
        if (problem_.split) unite(day);
        if constexpr (Clock::kReloads) Clock::tidy(problem_, day);
        const bool sound = Clock::build(problem_, day);
        if constexpr (Clock::kRetypes) {
            if (!problem_.kin[day.type].empty()) return (sound || day.widest < 0) && plan_.refit(number, settled);
        }
        return sound;
    }

    // Parts of a task that a move has brought into the same trip become one visit.
    void unite(typename Clock::Its& day) {
        ++stamp_;
        seen_.resize(problem_.tasks.size(), {0, 0});
        for (int i = 1; i < day.last(); ++i) {
            if (day.node[i] < 0) {
                ++stamp_;
                continue;
            }
            auto& [stamp, at] = seen_[day.node[i]];
            if (stamp != stamp_) {
                stamp = stamp_, at = i;
                continue;
            }
            day.quantity[at] += day.quantity[i];
            day.erase(i, i + 1);
            --i;
        }
    }

    bool carries(int number, int node) const {
        const int type = plan_.days[number].type;
        return node >= 0 ? problem_.may(node, type) : problem_.reloads_at(type, depot_of(node));
    }

    // Behind `i` of day a goes on what begins at `j` of day b, and the other way round.
    bool tails(int a, int i, int b, int j) {
        auto &one = plan_.days[a], &two = plan_.days[b];
        for (int k = i + 1; k < one.last(); ++k)
            if (!carries(b, one.node[k])) return false;
        for (int k = j; k < two.last(); ++k)
            if (!carries(a, two.node[k])) return false;
        const int from_one = i + 1, from_two = j;
        cut_.take(one, from_one);
        const int keep = one.last();
        one.append(two, from_two, keep);
        two.replace_tail(cut_, from_two);
        if (problem_.types[one.type].profile != problem_.types[two.type].profile) {
            one.forget();
            two.forget();
        }
        return true;
    }

    // What lies between two visits of a day, the second included, is driven backwards.
    bool turn(int a, int i, int j) {
        auto& day = plan_.days[a];
        if (i > j) std::swap(i, j);
        if (j - i < 2) return false;
        day.turn(i + 1, j + 1);
        return true;
    }

    // A visit changes places with one next to its neighbour.
    bool swap(int a, int i, int b, int j) {
        auto &one = plan_.days[a], &two = plan_.days[b];
        const int k = random_.below(2) ? j + 1 : j - 1;
        if (k <= 0 || k >= two.last() || two.node[k] < 0 || (a == b && k == i)) return false;
        if (!carries(b, one.node[i]) || !carries(a, two.node[k])) return false;
        one.exchange(i, two, k);
        return true;
    }

    // Up to three visits move behind or before their neighbour, perhaps turned round.
    bool move(int a, int i, int b, int j) {
        auto &one = plan_.days[a], &two = plan_.days[b];
        const int length = std::min(1 + random_.below(3), one.last() - i);
        for (int k = i; k < i + length; ++k)
            if (one.node[k] < 0 || !carries(b, one.node[k])) return false;
        const bool turned = random_.below(2);
        for (int k = 0; k < length; ++k) {
            const int from = turned ? i + length - 1 - k : i + k;
            two.insert(problem_, j + 1 + k, one.node[from], one.quantity[from]);
        }
        one.erase(i, i + length);
        return true;
    }

    Plan<Clock>& plan_;
    const Problem& problem_;
    Random& random_;
    Tail cut_;
    std::vector<std::pair<std::int64_t, int>> seen_;  // where a task was last seen
    std::int64_t stamp_ = 0;
};

}  // namespace karavan
