// No convoy below its smallest size: others wait for it, or another vehicle takes half of what one of its vehicles
// carries and goes along, or its vehicles wait for others, or lose their last trip.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

#include "search.hpp"

namespace karavan::relief {

namespace {

// By departure, then by the roads of the passage: the same order however the passages were found.
bool sooner(const Network& network, Slot a, Slot b) {
    const Passage &one = network.passage(a.passage), &other = network.passage(b.passage);
    const Second at = one.slots[a.index], then = other.slots[b.index];
    return at != then ? at < then : one.key < other.key;
}

// Whether goods that are aboard already come no later: nobody looks again at how long they keep.
bool hands_over_as_before(const State& state, int vehicle, const Schedule& times) {
    if (state.trips[vehicle].empty() || state.trips[vehicle].front()->source >= 0) return true;
    const auto &old = state.times[vehicle].trips.front()->stops, &fresh = times.trips.front()->stops;
    for (std::size_t i = 0; i < old.size(); ++i)
        if (old[i].last > old[i].first && fresh[i].end > old[i].end) return false;
    return true;
}

// All slots of these roads, at any pace, that leave from `from` on and before the vehicles of `slot` have arrived.
std::vector<Slot> around(const State& state, Slot slot, Second from) {
    const Passage& its = state.network().passage(slot.passage);
    const Second end = its.slots[slot.index] + its.offsets.back().second;
    std::vector<Slot> result;
    for (const Passage* passage : state.network().at_any_pace(its))
        for (int index = 0; index < static_cast<int>(passage->slots.size()); ++index) {
            const Slot one{passage->number, index};
            const bool before = passage->slots[index] < (passage->number == slot.passage ? its.slots[slot.index] : end);
            if (passage->slots[index] >= from && before && !(one == slot)) result.push_back(one);
        }
    return result;
}

// Move all members to `slot` by closing the others; all or none.
bool moved(State& state, const std::vector<int>& members, Slot slot, Second from) {
    std::vector<Day> before;
    for (int vehicle : members) before.push_back({state.trips[vehicle], state.times[vehicle]});
    const std::vector<Slot> closed = around(state, slot, from);
    for (Slot one : closed) state.add_taken(one, kForbidden);
    bool together = true;
    for (int vehicle : members) {
        Schedule times;
        together = state.schedule(vehicle, state.trips[vehicle], 0, times, true);
        bool there = false;
        if (together) times.each_slot([&](Slot one) { there = there || one == slot; });
        together = together && there && hands_over_as_before(state, vehicle, times);
        if (!together) break;
        state.commit(vehicle, state.trips[vehicle], std::move(times));
    }
    for (std::size_t i = 0; i < members.size() && !together; ++i)
        state.commit(members[i], before[i].trips, before[i].times);
    for (Slot one : closed) state.add_taken(one, -kForbidden);
    return together;
}

// Let the vehicles of one convoy go with another one on the same roads, later or slower, if there is room for them.
bool joined(State& state, Slot one, Slot other) {
    const std::int64_t count = state.scheduler.taken.at(one), there = state.scheduler.taken.at(other);
    if (count <= 0 || count >= kForbidden || there <= 0 || there >= kForbidden) return false;
    std::vector<int> members;
    for (int v = 0; v < static_cast<int>(state.times.size()); ++v)
        if (state.has_slot(v, one) && !state.has_slot(v, other)) members.push_back(v);
    if (members.empty() || static_cast<std::int64_t>(members.size()) + there > state.network().rules.convoy_max)
        return false;
    return moved(state, members, other, state.network().passage(one.passage).slots[one.index]);
}

// Let a convoy that leaves before a short one on the same way wait for it, there or back; the last one before it is
// asked first: it waits least, and waiting costs less than to leave a load behind. Or let the short one go with a
// slower one. No pair is asked twice: the way back of those who wait may be another one, and they would wait for each
// other forever.
bool wait_for(State& state, Slot slot, std::set<std::array<int, 4>>& asked, const std::function<bool()>& overlooked) {
    const Network& network = state.network();
    const Passage& its = network.passage(slot.passage);
    const Second at = its.slots[slot.index];
    std::vector<std::pair<Second, Slot>> earlier, later;  // by how long somebody would wait
    for (const Passage* passage : network.at_any_pace(its))
        for (int index = 0; index < static_cast<int>(passage->slots.size()); ++index) {
            const Slot one{passage->number, index};
            const Second when = passage->slots[index];
            if (one == slot) continue;
            if (when <= at && passage->drive_s <= its.drive_s) earlier.push_back({at - when, one});
            if (when >= at && passage->drive_s > its.drive_s) later.push_back({when - at, one});
        }
    const auto shorter = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(earlier.begin(), earlier.end(), shorter);
    std::stable_sort(later.begin(), later.end(), shorter);
    const auto fresh = [&](Slot one, Slot other) {
        return state.scheduler.taken.at(one) > 0 && state.scheduler.taken.at(other) > 0 && !overlooked() &&
               asked.insert({one.passage, one.index, other.passage, other.index}).second;
    };
    for (const auto& [wait_s, one] : earlier)
        if (fresh(one, slot) && joined(state, one, slot)) return true;
    for (const auto& [wait_s, other] : later)
        if (fresh(slot, other) && joined(state, slot, other)) return true;
    return false;
}

// The visits in two halves by handling units; where each has but one, without the last, which is the other half.
std::pair<Visits, Visits> halves(const State& state, const Visits& all) {
    Visits kept, given;
    for (const Visit& one : all) {
        const Count step = state.step(one.task), half = one.quantity / 2 / step * step;
        kept.push_back({one.task, one.quantity - half});
        if (half) given.push_back({one.task, half});
    }
    if (given.empty() && kept.size() > 1) {
        given.push_back(kept.back());
        kept.pop_back();
    }
    return {std::move(kept), std::move(given)};
}

// The trip on which a vehicle goes with the convoy, out or back, if it may still be changed; else none.
int trip_with(const State& state, int vehicle, Slot slot) {
    const Schedule& times = state.times[vehicle];
    const int count = static_cast<int>(times.trips.size());
    int trip = count - 1;
    for (int k = 0; k < count; ++k)
        for (Slot one : times.trips[k]->slots)
            if (one == slot) trip = k;
    return trip >= state.fixed[vehicle] && state.trips[vehicle][trip]->source >= 0 ? trip : -1;
}

// A last trip with these visits for whoever gains most by it; -1: for nobody.
int taken_over(State& state, int giver, int source, const Visits& given) {
    const std::vector<Task>& tasks = state.tasks();
    const auto may = [&](int vehicle) {
        return vehicle != giver && !state.barred.count(vehicle) &&
               std::all_of(given.begin(), given.end(), [&](const Visit& it) {
                   const Source* from = tasks[it.task].from(source);
                   return from && from->carriers->has(vehicle);
               });
    };
    int best = -1;
    double most = 0;
    Trips trips;
    Schedule times;
    for (int vehicle : tasks[given.front().task].vehicles->all) {
        const TripPtr trip = may(vehicle) ? state.make_trip(vehicle, source, given) : nullptr;
        if (!trip) continue;
        Trips more = state.trips[vehicle];
        more.push_back(trip);
        Schedule when;
        if (!state.schedule(vehicle, more, static_cast<int>(more.size()) - 1, when)) continue;
        const double gain = when.gain - state.times[vehicle].gain;
        if (gain <= most) continue;
        best = vehicle;
        most = gain;
        trips = std::move(more);
        times = std::move(when);
    }
    if (best >= 0) state.commit(best, std::move(trips), std::move(times));
    return best;
}

// Another vehicle takes half of the load of the one that would be alone; who it is, or -1. That they leave together is
// seen to as with any two.
int accompanied(State& state, int vehicle, Slot slot) {
    const int k = trip_with(state, vehicle, slot);
    if (k < 0) return -1;
    const Day before{state.trips[vehicle], state.times[vehicle]};
    const auto [kept, given] = halves(state, before.trips[k]->visits);
    if (given.empty()) return -1;
    Trips less = before.trips;
    less[k] = state.make_trip(vehicle, before.trips[k]->source, kept);
    Schedule times;
    if (!less[k] || !state.schedule(vehicle, less, k, times)) return -1;
    state.commit(vehicle, std::move(less), std::move(times));
    const int other = taken_over(state, vehicle, before.trips[k]->source, given);
    if (other < 0) state.commit(vehicle, before.trips, before.times);
    return other;
}

// Without the last trip; of a dispatched one without its last visit, whose goods stay aboard.
void lessen(State& state, int vehicle, Trips& trips) {
    if (trips.back()->source >= 0) {
        trips.pop_back();
        return;
    }
    state.barred.insert(vehicle);
    auto shorter = std::make_shared<Trip>(*trips.back());
    if (!shorter->visits.empty()) shorter->visits.pop_back();
    trips.back() = std::move(shorter);
}

// The vehicle's trips when the slot is closed to it: fewer and fewer until they can be driven.
void move_on(State& state, int vehicle) {
    Trips trips = state.trips[vehicle];
    Schedule times;
    bool done = state.schedule(vehicle, trips, 0, times, true);
    while (!done && !trips.empty()) {
        lessen(state, vehicle, trips);
        done = state.schedule(vehicle, trips, 0, times, true);
        if (!done && trips.size() == 1 && trips.front()->source < 0 && trips.front()->visits.empty()) {
            state.scheduler.strays.insert(vehicle);
            done = state.schedule(vehicle, trips, 0, times, true);
        }
    }
    if (!done) throw std::logic_error("a vehicle may always stay where it is");
    const Count count = static_cast<Count>(trips.size());
    state.commit(vehicle, std::move(trips), std::move(times));
    state.fixed[vehicle] = std::min(state.fixed[vehicle], count);
}

}  // namespace

void mend_convoys(State& state, const std::function<bool()>& overlooked) {
    std::set<std::array<int, 4>> asked;
    std::map<int, int> helped;  // how often a vehicle has shared its load; who has taken a share gives none away
    std::vector<Slot> closed;
    while (state.convoy_min > 1) {
        bool any = false;
        Slot first{};
        state.scheduler.taken.each([&](Slot slot, std::int64_t) {
            if (!state.lacking(slot) || (any && !sooner(state.network(), slot, first))) return;
            any = true;
            first = slot;
        });
        if (!any) break;
        if (wait_for(state, first, asked, overlooked)) continue;
        std::vector<int> members;
        for (int v = 0; v < static_cast<int>(state.times.size()); ++v)
            if (state.has_slot(v, first)) members.push_back(v);
        int other = -1;
        for (std::size_t i = 0; i < members.size() && other < 0; ++i)
            if (helped[members[i]]++ < state.convoy_min - 1 && !overlooked()) other = accompanied(state, members[i], first);
        if (other >= 0) {
            helped[other] = state.convoy_min;
            continue;
        }
        state.add_taken(first, kForbidden);
        closed.push_back(first);
        for (int vehicle : members) move_on(state, vehicle);
    }
    // A plan from before that is taken up again may use these slots, and its convoys must be counted as any others.
    for (Slot slot : closed) state.add_taken(slot, -kForbidden);
}

}  // namespace karavan::relief
