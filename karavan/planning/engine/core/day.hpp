// One vehicle's day: a sequence of visits and reloads between where it starts and where it ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "numbers.hpp"
#include "problem.hpp"

namespace karavan {

// A place in the sequence is a task (>= 0) or a depot, written as its complement (< 0).
constexpr double kUnknown = -1;

constexpr int at_depot(int depot) { return ~depot; }
constexpr int depot_of(int node) { return ~node; }

// Position 0 is where the day starts, the last one where it ends: kNone as its place if it ends at its last stop.
// `Marks` are what a clock notes at each position, so that it can weigh an insertion without driving the day again.
template <class Marks>
struct Day {
    int type = 0;
    double cost = 0;
    std::vector<int> node, place;
    std::vector<std::int64_t> quantity;
    std::vector<double> hop_m, hop_s;  // distance and time to the next position; kUnknown until a clock looks it up
    std::vector<std::int64_t> room;  // what each trip has left, `dimensions` each
    std::int64_t widest = 0;         // most room of the first dimension in any trip
    Marks marks;

    int last() const { return static_cast<int>(node.size()) - 1; }
    // Whether another type carries every trip's load as well.
    bool fits(const Problem& problem, int other) const {
        const std::int64_t *its = problem.capacity(type), *others = problem.capacity(other);
        for (std::size_t r = 0; r < room.size(); ++r)
            if (room[r] + others[r % problem.dimensions] - its[r % problem.dimensions] < 0) return false;
        return true;
    }
    bool empty() const { return node.size() == 2; }
    bool open_end() const { return place.back() == kNone; }

    void begin(const Problem& problem, int vehicle_type) {
        const VehicleType& its = problem.types[vehicle_type];
        type = vehicle_type;
        node.assign({at_depot(its.start), at_depot(its.end == kNone ? its.start : its.end)});
        place.assign({problem.depots[its.start].place, its.end == kNone ? kNone : problem.depots[its.end].place});
        quantity.assign(2, 0);
        hop_m.assign(2, kUnknown);
        hop_s.assign(2, kUnknown);
    }
    // The same stops with another vehicle, from and to its own depots.
    void become(const Problem& problem, int vehicle_type) {
        const VehicleType& its = problem.types[vehicle_type];
        if (its.profile != problem.types[type].profile) {
            std::fill(hop_m.begin(), hop_m.end(), kUnknown);
            std::fill(hop_s.begin(), hop_s.end(), kUnknown);
        }
        type = vehicle_type;
        node.front() = at_depot(its.start);
        node.back() = at_depot(its.end == kNone ? its.start : its.end);
        place.front() = problem.depots[its.start].place;
        place.back() = its.end == kNone ? kNone : problem.depots[its.end].place;
        for (auto* hop : {&hop_m, &hop_s}) (*hop)[0] = (*hop)[last() - 1] = kUnknown;
    }
    // Looks up what an insertion or a removal has left open.
    void look_up(const Matrix& matrix, std::vector<double>& hop) {
        const int end = open_end() ? last() - 1 : last();
        for (int i = 0; i < end; ++i)
            if (hop[i] < 0) hop[i] = matrix.at(place[i], place[i + 1]);
        hop[end] = 0;
        if (empty()) hop[0] = 0;
    }
    void insert(const Problem& problem, int position, int what, std::int64_t amount) {
        const int where = what >= 0 ? problem.tasks[what].place : problem.depots[depot_of(what)].place;
        for (auto* hop : {&hop_m, &hop_s}) {
            (*hop)[position - 1] = kUnknown;
            hop->insert(hop->begin() + position, kUnknown);
        }
        node.insert(node.begin() + position, what);
        place.insert(place.begin() + position, where);
        quantity.insert(quantity.begin() + position, amount);
    }
    void erase(int first, int last) {
        if (first == last) return;
        for (auto* hop : {&hop_m, &hop_s}) {
            hop->erase(hop->begin() + first, hop->begin() + last);
            (*hop)[first - 1] = kUnknown;
        }
        node.erase(node.begin() + first, node.begin() + last);
        place.erase(place.begin() + first, place.begin() + last);
        quantity.erase(quantity.begin() + first, quantity.begin() + last);
    }
};

// Where a task could go: behind `position` of `day`, with a reload before or after it where those name a depot.
struct Spot {
    double cost = kNever;
    int day = kNone, position = kNone;
    int reload_before = kNone, reload_after = kNone;
    int type = kNone;  // the vehicle type that the day needs then, if another one
};

// Now and then a good position is overlooked: that is what keeps the search from repeating itself. Rolled only for a
// position that would be taken, which gives the same chances at almost no random numbers.
struct Blink {
    Random& random;
    double rate;

    bool operator()() { return rate > 0 && random.chance(rate); }
};

}  // namespace karavan
