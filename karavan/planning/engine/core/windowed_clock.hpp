// The clock for days with opening windows, waiting, reloads and goods that leave a depot not before a release time.
//
// Whether an insertion is possible is told in O(1) by what the drive has noted. What it costs in waiting is not,
// because a delay is absorbed where a vehicle waits anyway: the day behind is walked until nothing of it is left.
#pragma once

#include "windowed_drive.hpp"

namespace karavan {

class WindowedClock {
  public:
    using Marks = WindowedDrive::Marks;
    using Its = WindowedDrive::Its;

    static constexpr bool kReloads = true, kRetypes = false;
    static constexpr int kMany = 100;  // from so many tasks on only near days are looked at: weighing a day costs more
    static constexpr double kHeat = 3, kRange = 300;
    static constexpr double kExchanges = 0.3;  // share of iterations
    static constexpr int kWork = 600;

    static bool build(const Problem& problem, Its& day) { return WindowedDrive::build(problem, day); }
    static void put(const Problem& problem, Its& day, const Spot& spot, int task, std::int64_t amount) {
        WindowedDrive::put(problem, day, spot, task, amount);
    }
    static bool mergeable(const Problem& problem, const Its& day, int i) {
        return WindowedDrive::mergeable(problem, day, i);
    }
    static void tidy(const Problem& problem, Its& day) { WindowedDrive::tidy(problem, day); }

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
                if (inside) {
                    const double ahead = after == kNone ? 0 : metres.at(depot_place(after), n);
                    more_m += (after == kNone ? from_m[n] : from_m[depot_place(after)] + ahead) -
                              (day.empty() ? 0 : day.hop_m[i]);
                }
                if (m.distance + more_m > type.max_distance) return;
            }
            double cost = base + type.per_distance * more_m;
            if (cost >= spot.cost) return;
            // At the beginning of a day it changes whether the vehicle loads where it starts.
            const bool elsewhere = i == 0 && (before != kNone || day.node[1] < 0);
            const bool odd = day.empty() ? before != kNone : elsewhere;
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
                const Stretch load{depot.service, std::max(depot.opens, goods), depot.closes};
                its = its.then(seconds.at(at, depot.place), load);
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
};

}  // namespace karavan
