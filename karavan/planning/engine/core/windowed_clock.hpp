// The clock for days with opening windows, waiting, reloads and goods that leave a depot not before a release time.
//
// Each position keeps the earliest moment at which it begins and the latest one at which all that follows can still be
// done (Savelsbergh's slack): whether an insertion is possible is then O(1). What it costs in waiting is not, because
// a delay is absorbed where a vehicle waits anyway: the days behind are walked until nothing of it is left.
#pragma once

#include <algorithm>

#include "day.hpp"

namespace karavan {

// A stretch of a day: how long it takes at least, and within which moments it may begin without taking longer
// (Vidal, Crainic, Gendreau and Prins 2013, without their time warps: what comes too late is never kept).
struct Stretch {
    double takes = 0, earliest = 0, latest = kNever;

    Stretch then(double travel, const Stretch& next) const {
        const double lead = takes + travel;
        if (earliest + lead > next.latest) return {kNever, 0, -kNever};
        const double wait = std::max(next.earliest - lead - latest, 0.0);
        return {lead + next.takes + wait, std::max(next.earliest - lead, earliest) - wait,
                std::min(next.latest - lead, latest)};
    }
};

class WindowedClock {
  public:
    struct Marks {
        std::vector<double> start, leave, latest;
        std::vector<double> weight;          // people served here
        std::vector<double> release_behind;  // latest release among the visits from here to the trip's end
        std::vector<int> trip;
        std::vector<int> first;              // position at which each trip loads
        std::vector<std::int64_t> behind;    // load from here to the trip's end, `dimensions` each
        std::vector<Stretch> ahead, rest;    // up to each position and from it on; only where duration counts
        double distance = 0, duration = 0;
    };
    using Its = Day<Marks>;

    static constexpr bool kReloads = true, kRetypes = false;
    static constexpr int kMany = 100;  // from so many tasks on only near days are looked at: weighing a day costs more
    static constexpr double kHeat = 3, kRange = 300;
    static constexpr double kExchanges = 0.3;  // share of iterations

    static bool build(const Problem& problem, Its& day) {
        Marks& m = day.marks;
        const VehicleType& type = problem.types[day.type];
        sort_trips(problem, day);
        if (day.widest < 0) return false;
        m.distance = 0;
        if (!drive(problem, day)) return false;
        look_back(problem, day);
        day.cost = 0;
        if (!day.empty()) {
            day.cost = type.fixed + type.per_distance * m.distance + type.per_duration * m.duration;
            for (int i = 1; i < day.last(); ++i)
                day.cost += m.weight[i] * (problem.waiting_at_end ? m.leave[i] : m.start[i]);
        }
        if (static_cast<int>(m.first.size()) - (m.first.size() > 1 && m.first[1] == 1) > type.max_trips) return false;
        return m.distance <= type.max_distance && m.duration <= type.max_duration;
    }

    static void scan(const Problem& problem, const Its& day, int number, int task, std::int64_t amount, Spot& spot,
                     Blink& blink) {
        const VehicleType& type = problem.types[day.type];
        if (amount > day.widest && static_cast<int>(day.marks.first.size()) >= type.max_trips) return;
        const Scan scan(problem, day, number, task, amount);
        const Marks& m = day.marks;
        int trip = kNone;
        bool room = false;
        for (int i = scan.first_position(); i < day.last() && m.leave[i] <= scan.closes; ++i) {
            if (m.trip[i] != trip) room = scan.fits(trip = m.trip[i]);
            if (room) scan.weigh(i, kNone, kNone, spot, blink);
            if (!scan.more_trips) continue;
            const bool begins = day.node[i] < 0, ends = day.node[i + 1] < 0;
            if (room && !begins && !ends) continue;
            for (int depot : type.reload) {
                if (scan.fits_behind(i)) scan.weigh(i, depot, kNone, spot, blink);
                if (!ends && scan.fits_before(i)) scan.weigh(i, kNone, depot, spot, blink);
            }
        }
    }

  private:
    struct Scan {
        const Problem& problem;
        const Its& day;
        const VehicleType& type;
        const int number, task;
        const std::int64_t amount;
        const int here;
        const double weight, service, release, base;
        double opens, closes;
        bool more_trips, limited;
        const double *to_m, *from_m, *to_s, *from_s;

        Scan(const Problem& p, const Its& d, int n, int t, std::int64_t a)
            : problem(p), day(d), type(p.types[d.type]), number(n), task(t), amount(a), here(p.tasks[t].place),
              weight(p.weight(t, a)), service(p.tasks[t].service), release(p.tasks[t].release),
              base(d.empty() ? type.fixed : 0) {
            opens = p.open(t, 0);
            closes = p.last_open(t, kNever);
            more_trips = static_cast<int>(d.marks.first.size()) < type.max_trips && !type.reload.empty();
            limited = type.per_duration > 0 || type.max_duration < kNever;
            to_m = p.distance[type.profile].to(here);
            from_m = p.distance[type.profile].from(here);
            to_s = p.duration[type.profile].to(here);
            from_s = p.duration[type.profile].from(here);
        }

        // Before it all that follows would be too late: latest moments only grow along a day.
        int first_position() const {
            const auto begin = day.marks.latest.begin() + 1, end = day.marks.latest.begin() + day.last();
            return static_cast<int>(std::lower_bound(begin, end, opens + service) - begin);
        }

        bool fits(int trip) const {
            for (int k = 0; k < problem.dimensions; ++k)
                if (problem.share(task, k, amount) > day.room[trip * problem.dimensions + k]) return false;
            return true;
        }
        // Whether the task fits with what its trip carries behind position i, or up to it.
        bool fits_behind(int i) const {
            if (day.node[i + 1] < 0) return fits_load(nullptr, nullptr);
            return fits_load(&day.marks.behind[(i + 1) * problem.dimensions], nullptr);
        }
        bool fits_before(int i) const {
            const std::int64_t* whole = &day.marks.behind[day.marks.first[day.marks.trip[i]] * problem.dimensions];
            return fits_load(whole, &day.marks.behind[(i + 1) * problem.dimensions]);
        }
        bool fits_load(const std::int64_t* load, const std::int64_t* less) const {
            const std::int64_t* capacity = problem.capacity(day.type);
            for (int k = 0; k < problem.dimensions; ++k)
                if (problem.share(task, k, amount) + (load ? load[k] : 0) - (less ? less[k] : 0) > capacity[k])
                    return false;
            return true;
        }

        void weigh(int i, int before, int after, Spot& spot, Blink& blink) const {
            const Marks& m = day.marks;
            const bool inside = i + 1 < day.last() || !day.open_end();
            const int p = day.place[i], n = inside ? day.place[i + 1] : kNone;
            double more_m = 0;
            if (type.per_distance > 0 || type.max_distance < kNever) {
                const Matrix& metres = problem.distance[type.profile];
                more_m = before == kNone ? to_m[p] : metres.at(p, depot_place(before)) + to_m[depot_place(before)];
                if (inside)
                    more_m += (after == kNone ? from_m[n] : from_m[depot_place(after)] + metres.at(depot_place(after), n)) -
                              (day.empty() ? 0 : day.hop_m[i]);
                if (m.distance + more_m > type.max_distance) return;
            }
            double cost = base + type.per_distance * more_m;
            if (cost >= spot.cost) return;
            // At the beginning of a day it changes whether the vehicle loads where it starts.
            const bool odd = (i == 0 && !day.empty() && (before != kNone || day.node[1] < 0)) || (day.empty() && before != kNone);
            if (odd || (limited && !problem.stretches)) {
                rebuilt(i, before, after, spot, blink);
                return;
            }
            double now = m.leave[i];
            if (before != kNone) {
                const double goods = day.node[i + 1] < 0 ? release : std::max(release, m.release_behind[i + 1]);
                now = reload(before, now + problem.duration[type.profile].at(p, depot_place(before)), goods);
                now += to_s[depot_place(before)];
            } else {
                if (release > m.start[m.first[m.trip[i]]]) {
                    if (limited) {
                        rebuilt(i, before, after, spot, blink);
                        return;
                    }
                    now = held_up(i, cost);
                }
                now += to_s[p];
            }
            now = problem.open(task, now);
            if (now == kNever) return;
            cost += weight * (problem.waiting_at_end ? now + service : now);
            now += service;
            if (!inside) {
                if (now > type.latest) return;
            } else {
                if (after != kNone) {
                    now = reload(after, now + from_s[depot_place(after)], m.release_behind[i + 1]);
                    now += problem.duration[type.profile].at(depot_place(after), n);
                } else {
                    now += from_s[n];
                }
                if (!(now <= m.latest[i + 1])) return;
                if (problem.waiting > 0 && cost < spot.cost) cost += delay(i + 1, now, spot.cost - cost);
            }
            if (limited && cost + type.per_duration * -m.duration < spot.cost) {
                const double lasts = duration_with(i, before, after);
                if (!(lasts <= type.max_duration)) return;
                cost += type.per_duration * (lasts - m.duration);
            }
            if (cost < spot.cost && !blink()) spot = {cost, number, i, before, after, kNone};
        }

        double duration_with(int i, int before, int after) const {
            const Matrix& seconds = problem.duration[type.profile];
            const Marks& m = day.marks;
            const bool inside = i + 1 < day.last() || !day.open_end();
            Stretch its = m.ahead[i];
            int at = day.place[i];
            if (before != kNone) {
                const Depot& depot = problem.depots[before];
                const double goods = day.node[i + 1] < 0 ? release : std::max(release, m.release_behind[i + 1]);
                its = its.then(seconds.at(at, depot.place), {depot.service, std::max(depot.opens, goods), depot.closes});
                at = depot.place;
            }
            its = its.then(to_s[at], {service, opens, closes});
            at = here;
            if (after != kNone) {
                const Depot& depot = problem.depots[after];
                const double goods = std::max(depot.opens, m.release_behind[i + 1]);
                its = its.then(from_s[depot.place], {depot.service, goods, depot.closes});
                at = depot.place;
            }
            return its.then(inside ? seconds.at(at, day.place[i + 1]) : 0, m.rest[i + 1]).takes;
        }

        // When the vehicle leaves position i if its trip loads only at the task's release; adds the waiting it costs.
        double held_up(int i, double& cost) const {
            const Marks& m = day.marks;
            const int first = m.first[m.trip[i]];
            const Depot& depot = problem.depots[depot_of(day.node[first])];
            if (release > depot.closes) return kNever;
            double now = release + depot.service;
            for (int j = first + 1; j <= i; ++j) {
                const double start = problem.open(day.node[j], now + day.hop_s[j - 1]);
                if (start > m.latest[j]) return kNever;
                const double later = start - m.start[j];
                if (later <= 0) return m.leave[i];
                cost += later * m.weight[j];
                now = m.leave[j] + later;
            }
            return now;
        }

        int depot_place(int depot) const { return problem.depots[depot].place; }

        // When the vehicle leaves a depot again that it reaches at `arrive`.
        double reload(int depot, double arrive, double goods) const {
            const Depot& its = problem.depots[depot];
            const double start = std::max({arrive, its.opens, goods});
            return start > its.closes ? kNever : start + its.service;
        }

        // What the people behind wait longer if position j is reached at `arrive`; stops counting beyond `bound`.
        double delay(int j, double arrive, double bound) const {
            const Marks& m = day.marks;
            double cost = 0;
            for (; j < day.last(); ++j) {
                double start = arrive;
                if (day.node[j] >= 0)
                    start = problem.open(day.node[j], arrive);
                else
                    start = std::max(start, m.start[j]);
                const double later = start - m.start[j];
                if (later <= 0 || cost >= bound) break;
                cost += later * m.weight[j];
                arrive = m.leave[j] + later + day.hop_s[j];
            }
            return cost;
        }

        // The exact answer where the quick one does not hold: the day is made and driven.
        void rebuilt(int i, int before, int after, Spot& spot, Blink& blink) const {
            static thread_local Its trial;
            trial = day;
            put(problem, trial, {0, number, i, before, after, kNone}, task, amount);
            if (!build(problem, trial)) return;
            const double cost = trial.cost - day.cost;
            if (cost < spot.cost && !blink()) spot = {cost, number, i, before, after, kNone};
        }
    };

  public:
    static void put(const Problem& problem, Its& day, const Spot& spot, int task, std::int64_t amount) {
        int position = spot.position + 1;
        if (spot.reload_before != kNone) day.insert(problem, position++, at_depot(spot.reload_before), 0);
        day.insert(problem, position++, task, amount);
        if (spot.reload_after != kNone) day.insert(problem, position, at_depot(spot.reload_after), 0);
    }

    // Whether the trips before and after the reload at i fit in one.
    static bool mergeable(const Problem& problem, const Its& day, int i) {
        const Marks& m = day.marks;
        const std::int64_t* capacity = problem.capacity(day.type);
        for (int k = 0; k < problem.dimensions; ++k)
            if (day.room[(m.trip[i] - 1) * problem.dimensions + k] + day.room[m.trip[i] * problem.dimensions + k] < capacity[k])
                return false;
        return true;
    }

    // Takes out reloads that load nothing.
    static void tidy(const Problem& problem, Its& day) {
        for (int i = day.last() - 1; i > 0; --i) {
            if (day.node[i] >= 0) continue;
            const bool unused = day.node[i + 1] < 0;
            const bool again = i == 1 && depot_of(day.node[1]) == problem.types[day.type].start;
            if (unused || again) day.erase(i, i + 1);
        }
    }

  private:
    static void sort_trips(const Problem& problem, Its& day) {
        Marks& m = day.marks;
        const int last = day.last(), dimensions = problem.dimensions;
        const std::int64_t* capacity = problem.capacity(day.type);
        m.trip.resize(last + 1);
        m.release_behind.assign(last + 1, 0);
        m.behind.assign(static_cast<std::size_t>(last + 1) * dimensions, 0);
        m.first.clear();
        for (int i = 0; i <= last; ++i) {
            if (i < last && day.node[i] < 0) m.first.push_back(i);
            m.trip[i] = static_cast<int>(m.first.size()) - 1;
        }
        day.room.resize(m.first.size() * dimensions);
        for (int i = last - 1; i >= 0; --i) {
            const int node = day.node[i];
            const bool linked = i + 1 < last && day.node[i + 1] >= 0;
            m.release_behind[i] = linked ? m.release_behind[i + 1] : 0;
            if (node >= 0) m.release_behind[i] = std::max(m.release_behind[i], problem.tasks[node].release);
            for (int k = 0; k < dimensions; ++k) {
                std::int64_t load = linked ? m.behind[(i + 1) * dimensions + k] : 0;
                if (node >= 0) load += problem.share(node, k, day.quantity[i]);
                m.behind[i * dimensions + k] = load;
                if (node < 0) day.room[m.trip[i] * dimensions + k] = capacity[k] - load;
            }
        }
        day.widest = dimensions ? day.room[0] : 0;
        bool over = false;
        for (std::size_t r = 0; r < day.room.size(); ++r) {
            over = over || day.room[r] < 0;
            if (r % dimensions == 0) day.widest = std::max(day.widest, day.room[r]);
        }
        if (over) day.widest = -1;
    }

    // Forward: when everything begins at the earliest; false: some window, depot or the end of the day is missed.
    static bool drive(const Problem& problem, Its& day) {
        Marks& m = day.marks;
        const VehicleType& type = problem.types[day.type];
        const int last = day.last(), size = last + 1;
        day.look_up(problem.distance[type.profile], day.hop_m);
        day.look_up(problem.duration[type.profile], day.hop_s);
        for (int i = 0; i < last; ++i) m.distance += day.hop_m[i];
        for (auto* array : {&m.start, &m.leave, &m.latest, &m.weight}) array->resize(size);
        double now = type.earliest;
        for (int i = 0; i <= last; ++i) {
            const int node = day.node[i];
            if (i > 0 && day.place[i] != kNone) now += day.hop_s[i - 1];
            m.weight[i] = 0;
            if (i == last) {
                m.start[i] = m.leave[i] = now;
                const double closes = day.open_end() ? kNever : problem.depots[depot_of(node)].closes;
                if (!day.empty() && now > std::min(type.latest, closes)) return false;
                break;
            }
            if (node >= 0) {
                now = problem.open(node, now);
                if (now == kNever) return false;
                m.weight[i] = problem.weight(node, day.quantity[i]);
                m.start[i] = now;
                now += problem.tasks[node].service;
            } else {
                const Depot& depot = problem.depots[depot_of(node)];
                const bool loads = i > 0 || last == 1 || day.node[1] >= 0;
                if (loads) {
                    now = std::max({now, depot.opens, m.release_behind[i]});
                    if (now > depot.closes) return false;
                }
                m.start[i] = now;
                if (loads) now += depot.service;
            }
            m.leave[i] = now;
        }
        return true;
    }

    static Stretch at(const Problem& problem, const Its& day, int i) {
        const VehicleType& type = problem.types[day.type];
        const int node = day.node[i];
        if (i == day.last()) return {0, 0, day.marks.latest[i]};
        if (node >= 0) return {problem.tasks[node].service, problem.open(node, 0), problem.last_open(node, kNever)};
        const Depot& depot = problem.depots[depot_of(node)];
        const double earliest = i ? 0 : type.earliest;
        if (i == 0 && day.last() > 1 && day.node[1] < 0) return {0, earliest, kNever};
        return {depot.service, std::max({earliest, depot.opens, day.marks.release_behind[i]}), depot.closes};
    }

    static void stretch(const Problem& problem, Its& day) {
        Marks& m = day.marks;
        const int last = day.last();
        m.ahead.resize(last + 1);
        m.rest.resize(last + 1);
        for (int i = 0; i <= last; ++i) m.ahead[i] = m.rest[i] = at(problem, day, i);
        for (int i = 1; i <= last; ++i) m.ahead[i] = m.ahead[i - 1].then(day.hop_s[i - 1], m.ahead[i]);
        for (int i = last - 1; i >= 0; --i) m.rest[i] = m.rest[i].then(day.hop_s[i], m.rest[i + 1]);
    }

    static double last_start(const Problem& problem, const Its& day, int i, double until) {
        const int node = day.node[i];
        if (node >= 0) return problem.last_open(node, until - problem.tasks[node].service);
        const bool loads = i > 0 || day.last() == 1 || day.node[1] >= 0;
        const Depot& depot = problem.depots[depot_of(node)];
        return loads ? std::min(until - depot.service, depot.closes) : until;
    }

    // Backward: the latest that everything may begin, and how late the day itself may.
    static void look_back(const Problem& problem, Its& day) {
        Marks& m = day.marks;
        const VehicleType& type = problem.types[day.type];
        const int last = day.last();
        const double closes = day.open_end() ? kNever : problem.depots[depot_of(day.node[last])].closes;
        m.latest[last] = std::min(type.latest, closes);
        m.duration = 0;
        if (problem.stretches) stretch(problem, day);
        for (int i = last - 1; i >= 0; --i) m.latest[i] = last_start(problem, day, i, m.latest[i + 1] - day.hop_s[i]);
        if (day.empty()) return;
        double depart;
        if (problem.waiting > 0) {
            // Nobody may wait longer for the sake of a shorter day.
            depart = last_start(problem, day, 0, m.start[1] - day.hop_s[0]);
        } else {
            depart = m.start[last];
            for (int i = last - 1; i >= 0; --i) depart = last_start(problem, day, i, depart - day.hop_s[i]);
        }
        m.duration = m.start[last] - depart;
    }
};

}  // namespace karavan
