// Days with opening windows, waiting, reloads and goods that leave a depot not before a release time: driven, and noted
// position by position.
//
// Each position keeps the earliest moment at which it begins and the latest one at which all that follows can still be
// done (Savelsbergh's slack): whether an insertion is possible is then O(1).
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

class WindowedDrive {
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
        const std::int64_t* its = day.room.data() + m.trip[i] * problem.dimensions;
        const std::int64_t* before = its - problem.dimensions;
        for (int k = 0; k < problem.dimensions; ++k)
            if (before[k] + its[k] < capacity[k]) return false;
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
