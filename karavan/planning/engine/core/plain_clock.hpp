// The clock for days without windows, reloads or goods that come later: every insertion is weighed in O(1).
//
// A visit put between p and n delays all who come after by the same detour, so it costs its own people's waiting and
// the detour times the people behind it (Ngueveu, Prins and Wolfler Calvo 2010 were the first to use this).
#pragma once

#include <algorithm>

#include "day.hpp"

namespace karavan {

enum class Aim { distance, waiting, mixed };

template <Aim aim>
class PlainClock {
  public:
    struct Marks {
        std::vector<double> leave;         // when the vehicle leaves
        std::vector<double> behind;        // people served at this position and later
        double distance = 0, duration = 0;
    };
    using Its = Day<Marks>;

    static constexpr bool kReloads = false, kRetypes = aim != Aim::waiting;
    static constexpr int kMany = 1500;  // from so many tasks on only near days are looked at: weighing one costs little
    static constexpr double kHeat = 1, kRange = 100;
    static constexpr double kExchanges = aim == Aim::distance ? 0.5 : 0.1;  // share of iterations
    static constexpr int kWork = aim == Aim::distance ? 150 : 600;

    // Notes everything about the day; false: it breaks a limit.
    static bool build(const Problem& problem, Its& day) {
        Marks& m = day.marks;
        const VehicleType& type = problem.types[day.type];
        const int last = day.last(), end = day.open_end() ? last - 1 : last;
        day.cost = day.empty() ? 0 : type.fixed;
        load(problem, day);
        if constexpr (aim != Aim::waiting) {
            day.look_up(problem.distance[type.profile], day.hop_m);
            m.distance = 0;
            for (int i = 0; i < end; ++i) m.distance += day.hop_m[i];
            day.cost += type.per_distance * m.distance;
        }
        if constexpr (aim != Aim::distance) time(problem, day, end);
        if constexpr (aim == Aim::mixed) {
            day.cost += type.per_duration * m.duration;
            if (m.distance > type.max_distance || m.duration > type.max_duration) return false;
        }
        return day.widest >= 0;
    }

    // Finds the cheapest place in the day for `amount` of `task`, if it is cheaper than `spot`.
    static void scan(const Problem& problem, const Its& day, int number, int task, std::int64_t amount, Spot& spot,
                     Blink& blink) {
        if (amount > day.widest || !fits(problem, day, task, amount, day.type)) return;
        const double base = day.empty() ? problem.types[day.type].fixed : 0;
        weigh(problem, day, number, task, amount, spot, blink, day.type, base);
    }

    // The same with the day's stops in a vehicle of another type, of its kin, that has room.
    static void scan_as(const Problem& problem, const Its& day, int number, int task, std::int64_t amount, Spot& spot,
                        Blink& blink, int other) {
        const double dearer = cost_by(problem, day, other) - day.cost;
        if (dearer < spot.cost) weigh(problem, day, number, task, amount, spot, blink, other, dearer);
    }

    static bool has_room(const Problem& problem, const Its& day, int task, std::int64_t amount, int other) {
        const std::int64_t more = problem.capacity(other)[0] - problem.capacity(day.type)[0];
        return amount <= day.room[0] + more && fits(problem, day, task, amount, other);
    }

    static double cost_by(const Problem& problem, const Its& day, int other) {
        const VehicleType &own = problem.types[day.type], &its = problem.types[other];
        double cost = day.cost + its.fixed - own.fixed;
        if constexpr (aim != Aim::waiting) cost += (its.per_distance - own.per_distance) * day.marks.distance;
        if constexpr (aim == Aim::mixed) cost += (its.per_duration - own.per_duration) * day.marks.duration;
        return cost;
    }

  private:
    static void weigh(const Problem& problem, const Its& day, int number, int task, std::int64_t amount, Spot& spot,
                      Blink& blink, int as, double base) {
        const VehicleType& type = problem.types[as];
        const int here = problem.tasks[task].place, last = day.last();
        const double* to_m = nullptr;
        const double* from_m = nullptr;
        const double* to_s = nullptr;
        const double* from_s = nullptr;
        if constexpr (aim != Aim::waiting) {
            to_m = problem.distance[type.profile].to(here);
            from_m = problem.distance[type.profile].from(here);
        }
        if constexpr (aim != Aim::distance) {
            to_s = problem.duration[type.profile].to(here);
            from_s = problem.duration[type.profile].from(here);
        }
        const Marks& m = day.marks;
        const int* place = day.place.data();
        // Held here: the compiler cannot know that `spot` and the random numbers leave the day as it is.
        const double *leave = m.leave.data(), *behind = m.behind.data();
        const double *hop_m = day.hop_m.data(), *hop_s = day.hop_s.data();
        const double weight = problem.weight(task, amount), service = problem.tasks[task].service;
        const double own = problem.waiting_at_end ? service * weight : 0;
        const int stop = day.open_end() ? last - 1 : last;
        double best = spot.cost - base;
        int found = kNone;
        for (int i = 0; i < last; ++i) {
            const int p = place[i];
            const bool inside = i < stop;
            double cost;
            if constexpr (aim == Aim::distance) {
                cost = inside ? to_m[p] + from_m[place[i + 1]] - hop_m[i] : to_m[p];
                cost *= type.per_distance;
            } else if constexpr (aim == Aim::waiting) {
                cost = weight * (leave[i] + to_s[p]) + own;
                if (inside) cost += (to_s[p] + service + from_s[place[i + 1]] - hop_s[i]) * behind[i + 1];
            } else {
                const double more_m = inside ? to_m[p] + from_m[place[i + 1]] - hop_m[i] : to_m[p];
                const double more_s = to_s[p] + service + (inside ? from_s[place[i + 1]] - hop_s[i] : 0);
                cost = weight * (leave[i] + to_s[p]) + own + (inside ? more_s * behind[i + 1] : 0) +
                       type.per_distance * more_m + type.per_duration * more_s;
                if (cost < best && (m.distance + more_m > type.max_distance ||
                                    m.duration + more_s + loading(problem, day) > type.max_duration))
                    continue;
            }
            if (cost < best && !blink()) {
                best = cost;
                found = i;
            }
        }
        if (found != kNone) spot = {best + base, number, found, kNone, kNone, as == day.type ? kNone : as};
    }

    static double loading(const Problem& problem, const Its& day) {
        return day.empty() ? problem.depots[problem.types[day.type].start].service : 0;
    }

    static bool fits(const Problem& problem, const Its& day, int task, std::int64_t amount, int as) {
        const std::int64_t *own = problem.capacity(day.type), *its = problem.capacity(as);
        for (int k = 1; k < problem.dimensions; ++k)
            if (problem.share(task, k, amount) > day.room[k] + its[k] - own[k]) return false;
        return true;
    }

    static void load(const Problem& problem, Its& day) {
        const std::int64_t* capacity = problem.capacity(day.type);
        day.room.assign(capacity, capacity + problem.dimensions);
        for (int k = 0; k < problem.dimensions; ++k) {
            std::int64_t room = capacity[k];
            for (int i = 1, last = day.last(); i < last; ++i) room -= problem.share(day.node[i], k, day.quantity[i]);
            day.room[k] = room;
        }
        day.widest = problem.dimensions ? *std::min_element(day.room.begin(), day.room.end()) : 0;
        if (day.widest >= 0 && problem.dimensions) day.widest = day.room[0];
    }

    static void time(const Problem& problem, Its& day, int end) {
        Marks& m = day.marks;
        const VehicleType& type = problem.types[day.type];
        const int last = day.last();
        day.look_up(problem.duration[type.profile], day.hop_s);
        m.leave.resize(last + 1);
        m.behind.resize(last + 1);
        double *leave = m.leave.data(), *behind = m.behind.data();
        const double* hop = day.hop_s.data();
        const int* node = day.node.data();
        const bool at_end = problem.waiting_at_end;
        double now = type.earliest + problem.depots[type.start].service, cost = day.cost;
        leave[0] = now;
        for (int i = 0; i < end; ++i) {
            now += hop[i];
            if (i + 1 < last) {
                const double weight = problem.weight(node[i + 1], day.quantity[i + 1]);
                const double service = problem.tasks[node[i + 1]].service;
                cost += weight * (at_end ? now + service : now);
                behind[i + 1] = weight;
                now += service;
                leave[i + 1] = now;
            }
        }
        day.cost = cost;
        m.duration = day.empty() ? 0 : now - type.earliest;
        behind[last] = 0;
        for (int i = last - 1; i > 0; --i) behind[i] += behind[i + 1];
    }
};

}  // namespace karavan
