// The plan being searched: all days, what is absent, and a journal that takes back what an iteration has touched.
#pragma once

#include <algorithm>
#include <vector>

#include "day.hpp"
#include "found.hpp"

namespace karavan {

template <class Clock>
class Plan {
  public:
    using Its = typename Clock::Its;

    explicit Plan(const Problem& problem) : problem_(problem), day_of(problem.tasks.size(), kNone) {
        if (problem.split) carriers.resize(problem.tasks.size());
        for (int task = 0; task < static_cast<int>(day_of.size()); ++task) absent.push_back(task);
        used.assign(problem.types.size(), 0);
        made.assign(problem.types.size(), 0);
        for (int type = 0; type < static_cast<int>(made.size()); ++type) offer(type);
    }

    // Everything that is touched from here on can be taken back, or kept, at once.
    void begin() {
        touched.clear();
        ++stamp_;
        absent_before_ = absent;
    }

    void touch(int number) {
        if (stamps_[number] == stamp_) return;
        stamps_[number] = stamp_;
        backup_[number] = days[number];
        touched.push_back(number);
    }

    void take_back() {
        for (int number : touched) leave(number);
        for (int task : absent_before_) day_of[task] = kNone;
        for (int number : touched) {
            std::swap(days[number], backup_[number]);
            join(number);
        }
        absent = absent_before_;
    }

    // The touched days as they were, where nothing was noted of what happened to them.
    void restore_touched() {
        for (int number : touched) std::swap(days[number], backup_[number]);
    }
    // Notes what happened to them.
    void keep_touched() {
        for (int number : touched) {
            std::swap(days[number], backup_[number]);
            leave(number);
            std::swap(days[number], backup_[number]);
        }
        for (int number : touched) join(number);
        for (std::size_t i = 0, all = touched.size(); i < all; ++i) {
            offer(days[touched[i]].type);
            offer(backup_[touched[i]].type);
        }
    }

    // The cheapest vehicle of its kin that carries the day as it stands now; false: there is none. What the touched
    // days had before is free again, but for what `settled` has taken.
    bool refit(int number, int settled) {
        Its& day = days[number];
        int best = kNone;
        double least = kNever;
        const auto weigh = [&](int type) {
            if (!day.fits(problem_, type) || !is_free(type, settled)) return;
            const double cost = Clock::cost_by(problem_, day, type);
            if (cost < least) least = cost, best = type;
        };
        weigh(day.type);
        for (int type : problem_.kin[day.type]) weigh(type);
        if (best == kNone) return false;
        if (best == day.type) return true;
        day.become(problem_, best);
        return Clock::build(problem_, day);
    }

    bool insert(const Spot& spot, int task, std::int64_t amount) {
        touch(spot.day);
        Its& day = days[spot.day];
        const bool opened = day.empty();
        if (spot.type != kNone) retype(day, spot.type);
        if constexpr (Clock::kReloads)
            Clock::put(problem_, day, spot, task, amount);
        else
            day.insert(problem_, spot.position + 1, task, amount);
        carried_by(task, spot.day);
        if (opened) ++used[day.type];
        offer(day.type);
        return Clock::build(problem_, days[spot.day]);  // `offer` may have moved the days
    }

    // Takes positions first .. last - 1 out; the tasks among them become absent. Days are rebuilt by `settle`.
    void remove(int number, int first, int last) {
        touch(number);
        Its& day = days[number];
        for (int i = first; i < last; ++i)
            if (day.node[i] >= 0) {
                if (problem_.split)
                    drop(day.node[i], number);
                else
                    day_of[day.node[i]] = kNone;
                absent.push_back(day.node[i]);
            }
        if (Clock::kReloads) {  // reloads stay: they go when they have nothing to load
            for (int i = last - 1; i >= first; --i)
                if (day.node[i] >= 0) day.erase(i, i + 1);
        } else {
            day.erase(first, last);
        }
    }

    // Takes one part of a split task out, which is absent already.
    void take_part(int number, int position) {
        touch(number);
        drop(days[number].node[position], number);
        days[number].erase(position, position + 1);
    }

    // A day that carries the task or a part of it, any of them; kNone: absent.
    int a_carrier(int task, Random& random) const {
        if (!problem_.split) return day_of[task];
        const auto& its = carriers[task];
        return its.empty() ? kNone : its[random.below(static_cast<int>(its.size()))];
    }

    bool is_touched(int number) const { return stamps_[number] == stamp_; }

    int used_days() const {
        int sum = 0;
        for (int its : used) sum += its;
        return sum;
    }

    bool settle(int number, Random& random) {
        Its& day = days[number];
        if constexpr (Clock::kReloads) Clock::tidy(problem_, day);
        if (day.empty() && !backup_[number].empty()) --used[day.type];  // touched in this iteration
        if (!Clock::build(problem_, day)) return false;
        if (day.empty()) return true;
        if constexpr (Clock::kReloads) merge_trips(day);
        if constexpr (Clock::kRetypes) downsize(day);
        if (problem_.differ) try_other(day, random);
        return true;
    }

    bool there_is(int type) const {
        const int count = problem_.types[type].count;
        return count == kNone || used[type] < count;
    }

    // The same when the day lost what it had been given in this iteration.
    void settle_again(int number) {
        Its& day = days[number];
        if constexpr (Clock::kReloads) Clock::tidy(problem_, day);
        if (day.empty()) --used[day.type];
        Clock::build(problem_, day);
    }

    // Whether another vehicle of the type may go out.
    bool may_open(int type) const { return there_is(type) && (ceiling == kNone || used_days() < ceiling); }

    // One more empty day to open, if there is none and the fleet has it.
    void offer(int type) {
        const int count = problem_.types[type].count;
        if (made[type] > used[type] || (count != kNone && used[type] >= count) || reuse(type)) return;
        ++made[type];
        days.emplace_back();
        days.back().begin(problem_, type);
        Clock::build(problem_, days.back());
        backup_.emplace_back();
        stamps_.push_back(0);
    }

    // Becomes another plan. Days that cannot be driven are left out, and so is a task of which a part is missing.
    void assign(const Found& other) {
        days.clear();
        backup_.clear();
        stamps_.clear();
        std::fill(day_of.begin(), day_of.end(), kNone);
        for (auto& its : carriers) its.clear();
        std::fill(used.begin(), used.end(), 0);
        std::fill(made.begin(), made.end(), 0);
        std::vector<std::int64_t> brought(day_of.size(), 0);
        for (std::size_t i = 0; i < other.types.size(); ++i) add(other, i, brought);
        absent.clear();
        for (int task = 0; task < static_cast<int>(day_of.size()); ++task) {
            const bool whole = day_of[task] != kNone && brought[task] == problem_.quantity(task);
            if (!whole) absent.push_back(task);
            while (!whole && day_of[task] != kNone) take_out(task);
        }
        for (int type = 0; type < static_cast<int>(made.size()); ++type) offer(type);
    }

    // The days' cost, `cost` having been theirs before this iteration.
    double cost_after_touch(double cost) const {
        for (int number : touched) cost += days[number].cost - backup_[number].cost;
        return cost;
    }

    const std::vector<int>& absent_before() const { return absent_before_; }

    double days_cost() const {
        double sum = 0;
        for (const Its& day : days) sum += day.cost;
        return sum;
    }

    // Notes for every task of a day that the day carries it; `leave` takes the notes away.
    void join(int number) {
        Its& day = days[number];
        ++made[day.type];
        if (!day.empty()) ++used[day.type];
        for (int i = 1; i < day.last(); ++i)
            if (day.node[i] >= 0) carried_by(day.node[i], number);
    }
    void leave(int number) {
        Its& day = days[number];
        --made[day.type];
        if (!day.empty()) --used[day.type];
        for (int i = 1; i < day.last(); ++i)
            if (day.node[i] >= 0) {
                if (problem_.split)
                    drop(day.node[i], number);
                else
                    day_of[day.node[i]] = kNone;
            }
    }

    const Problem& problem_;
    std::vector<Its> days;
    std::vector<int> day_of;  // a day that carries the task; kNone: absent
    std::vector<std::vector<int>> carriers;  // all of them, one entry for each part; only where tasks may be split
    std::vector<int> absent;
    std::vector<int> touched;
    int ceiling = kNone;           // days at most; kNone: as many as there are vehicles
    std::vector<int> used, made;  // days of each type that have stops, and that exist

  private:
    // Days that change their type would leave more and more empty ones behind: a spare one of another type serves.
    bool reuse(int type) {
        if (problem_.kin[type].empty()) return false;
        for (int number = static_cast<int>(days.size()) - 1; number >= 0; --number) {
            const int other = days[number].type;
            if (!days[number].empty() || made[other] - used[other] < 2) continue;
            touch(number);
            leave(number);
            days[number].begin(problem_, type);
            Clock::build(problem_, days[number]);
            join(number);
            return true;
        }
        return false;
    }

    bool is_free(int type, int settled) const {
        const int count = problem_.types[type].count;
        if (count == kNone) return true;
        int out = used[type];
        for (int number : touched) out -= !backup_[number].empty() && backup_[number].type == type;
        if (settled != kNone) out += !days[settled].empty() && days[settled].type == type;
        return out < count;
    }

    void add(const Found& other, std::size_t i, std::vector<std::int64_t>& brought) {
        const int type = other.types[i];
        if (!there_is(type)) return;
        Its day;
        day.begin(problem_, type);
        for (std::size_t k = 0; k < other.nodes[i].size(); ++k) {
            const int node = other.nodes[i][k];
            if (node >= 0) {
                const auto here = std::find(day.node.begin(), day.node.end(), node);
                const bool again = day_of[node] != kNone || here != day.node.end();
                if (!problem_.may(node, type) || (again && !problem_.tasks[node].step)) continue;
            } else if (!Clock::kReloads) {
                continue;
            }
            day.insert(problem_, day.last(), node, other.quantities[i][k]);
        }
        if (!Clock::build(problem_, day) || day.empty()) return;
        for (int k = 1; k < day.last(); ++k)
            if (day.node[k] >= 0) brought[day.node[k]] += day.quantity[k];
        days.push_back(std::move(day));
        backup_.emplace_back();
        stamps_.push_back(0);
        join(static_cast<int>(days.size()) - 1);
    }

    void take_out(int task) {
        const int number = day_of[task];
        auto& node = days[number].node;
        const int at = static_cast<int>(std::find(node.begin() + 1, node.end() - 1, task) - node.begin());
        if (problem_.split)
            drop(task, number);
        else
            day_of[task] = kNone;
        days[number].erase(at, at + 1);
        settle_again(number);
    }

    void retype(Its& day, int type) {
        --made[day.type];
        ++made[type];
        if (!day.empty()) {
            --used[day.type];
            ++used[type];
        }
        day.become(problem_, type);
    }

    // A reload that the load no longer needs.
    void merge_trips(Its& day) {
        for (int i = day.last() - 1; i > 0; --i) {
            if (day.node[i] >= 0 || !Clock::mergeable(problem_, day, i)) continue;
            spare_ = day;
            day.erase(i, i + 1);
            if (!Clock::build(problem_, day) || day.cost > spare_.cost) std::swap(day, spare_);
        }
    }

    // Perhaps another vehicle, or one from another depot, does the rest of the day for less.
    void try_other(Its& day, Random& random) {
        const int type = random.below(static_cast<int>(problem_.types.size()));
        if (type == day.type || !there_is(type)) return;
        for (int i = 1; i < day.last(); ++i) {
            const int node = day.node[i];
            if (!(node >= 0 ? problem_.may(node, type) : problem_.reloads_at(type, depot_of(node)))) return;
        }
        spare_ = day;
        retype(day, type);
        if (Clock::build(problem_, day) && day.cost < spare_.cost) return;
        retype(day, spare_.type);
        std::swap(day, spare_);
    }

    // With less to carry a cheaper vehicle may do; it grows again with what is inserted.
    void downsize(Its& day) {
        if (day.empty()) return;
        int best = day.type;
        double least = day.cost - 1e-9;
        for (int type : problem_.kin[day.type]) {
            if (!there_is(type) || !day.fits(problem_, type)) continue;
            const double cost = Clock::cost_by(problem_, day, type);
            if (cost < least) {
                least = cost;
                best = type;
            }
        }
        if (best == day.type) return;
        retype(day, best);
        Clock::build(problem_, day);
    }

    void carried_by(int task, int number) {
        day_of[task] = number;
        if (problem_.split) carriers[task].push_back(number);
    }
    void drop(int task, int number) {
        auto& its = carriers[task];
        its.erase(std::find(its.begin(), its.end(), number));
        day_of[task] = its.empty() ? kNone : its.back();
    }

    std::vector<Its> backup_;
    Its spare_;
    std::vector<std::uint64_t> stamps_;
    std::uint64_t stamp_ = 0;
    std::vector<int> absent_before_;
};

}  // namespace karavan
