// No convoy below its smallest size: others wait for it, or its vehicles wait for others, or lose their last trip.
#include <algorithm>
#include <array>
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
bool wait_for(State& state, Slot slot, std::set<std::array<int, 4>>& asked) {
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
        return state.scheduler.taken.at(one) > 0 && state.scheduler.taken.at(other) > 0 &&
               asked.insert({one.passage, one.index, other.passage, other.index}).second;
    };
    for (const auto& [wait_s, one] : earlier)
        if (fresh(one, slot) && joined(state, one, slot)) return true;
    for (const auto& [wait_s, other] : later)
        if (fresh(slot, other) && joined(state, slot, other)) return true;
    return false;
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

void mend_convoys(State& state) {
    std::set<std::array<int, 4>> asked;
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
        if (wait_for(state, first, asked)) continue;
        std::vector<int> members;
        for (int v = 0; v < static_cast<int>(state.times.size()); ++v)
            if (state.has_slot(v, first)) members.push_back(v);
        state.add_taken(first, kForbidden);
        closed.push_back(first);
        for (int vehicle : members) move_on(state, vehicle);
    }
    // A plan from before that is taken up again may use these slots, and its convoys must be counted as any others.
    for (Slot slot : closed) state.add_taken(slot, -kForbidden);
}

}  // namespace karavan::relief
