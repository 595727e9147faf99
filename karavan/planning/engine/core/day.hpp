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

// The end of a day, cut off.
struct Tail {
    std::vector<int> node, place;
    std::vector<std::int64_t> quantity;
    std::vector<double> hop_m, hop_s;

    template <class Its>
    void take(Its& day, int first) {
        cut(day.node, node, first);
        cut(day.place, place, first);
        cut(day.quantity, quantity, first);
        cut(day.hop_m, hop_m, first);
        cut(day.hop_s, hop_s, first);
    }
    template <class Value>
    static void cut(std::vector<Value>& from, std::vector<Value>& to, int first) {
        to.assign(from.begin() + first, from.end() - 1);
        from.erase(from.begin() + first, from.end() - 1);
    }
};

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
        if (its.profile != problem.types[type].profile) forget();
        type = vehicle_type;
        node.front() = at_depot(its.start);
        node.back() = at_depot(its.end == kNone ? its.start : its.end);
        place.front() = problem.depots[its.start].place;
        place.back() = its.end == kNone ? kNone : problem.depots[its.end].place;
        for (auto* hop : {&hop_m, &hop_s}) (*hop)[0] = (*hop)[last() - 1] = kUnknown;
    }
    // Takes over what another day has from `first` on, before its own end, which lies at `at`.
    void append(Day& other, int first, int at) {
        put(node, other.node, first, at);
        put(place, other.place, first, at);
        put(quantity, other.quantity, first, at);
        put(hop_m, other.hop_m, first, at);
        put(hop_s, other.hop_s, first, at);
        unknown_around(at);
    }
    void replace_tail(Tail& tail, int first) {
        swap_in(node, tail.node, first);
        swap_in(place, tail.place, first);
        swap_in(quantity, tail.quantity, first);
        swap_in(hop_m, tail.hop_m, first);
        swap_in(hop_s, tail.hop_s, first);
        unknown_around(first);
    }
    void turn(int first, int end) {
        std::reverse(node.begin() + first, node.begin() + end);
        std::reverse(place.begin() + first, place.begin() + end);
        std::reverse(quantity.begin() + first, quantity.begin() + end);
        for (auto* hop : {&hop_m, &hop_s}) std::fill(hop->begin() + first - 1, hop->begin() + end, kUnknown);
    }
    void exchange(int i, Day& other, int k) {
        std::swap(node[i], other.node[k]);
        std::swap(place[i], other.place[k]);
        std::swap(quantity[i], other.quantity[k]);
        unknown_at(i);
        other.unknown_at(k);
    }
    void forget() {
        for (auto* hop : {&hop_m, &hop_s}) std::fill(hop->begin(), hop->end(), kUnknown);
    }
    void unknown_at(int i) {
        for (auto* hop : {&hop_m, &hop_s}) (*hop)[i - 1] = (*hop)[i] = kUnknown;
    }
    // Where a tail was joined, and before the end.
    void unknown_around(int at) {
        for (auto* hop : {&hop_m, &hop_s}) (*hop)[at - 1] = (*hop)[last() - 1] = kUnknown;
    }
    // Looks up what an insertion or a removal has left open.
    void look_up(const Matrix& matrix, std::vector<double>& hop) {
        const int end = open_end() ? last() - 1 : last();
        double* its = hop.data();
        const int* stop = place.data();
        for (int i = 0; i < end; ++i)
            if (its[i] < 0) its[i] = matrix.at(stop[i], stop[i + 1]);
        its[end] = 0;
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

  private:
    template <class Value>
    static void put(std::vector<Value>& to, std::vector<Value>& from, int first, int at) {
        to.insert(to.begin() + at, from.begin() + first, from.end() - 1);
    }
    template <class Value>
    static void swap_in(std::vector<Value>& to, std::vector<Value>& from, int first) {
        to.erase(to.begin() + first, to.end() - 1);
        to.insert(to.begin() + first, from.begin(), from.end());
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
