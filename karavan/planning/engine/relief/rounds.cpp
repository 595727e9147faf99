// Ruin, recreate, accept: a round.
#include <algorithm>

#include "search.hpp"

namespace karavan::relief {

namespace {

constexpr int kNearAbsent = 4, kFarAbsent = 2;
constexpr std::size_t kNearPlaces = 16;
constexpr double kAroundAbsent = 0.1;
constexpr int kMeanRemoved = 10;
constexpr int kLongestString = 8;
constexpr double kHeat = 0.05;  // of what one visit gains on the mean
constexpr double kWholeTrip = 0.15, kSplitString = 0.3, kWholeDays = 0.03;
constexpr double kWholeConvoy = 0.06, kOneTrip = 0.5, kOverlooked = 0.3;

}  // namespace

void Search::begin() {
    cost_ = -state_.value();
    best_ = {{}, kNever, kNever, &state_.network()};
    for (std::size_t v = 0; v < state_.trips.size(); ++v) best_.days.push_back({state_.trips[v], state_.times[v]});
    for (int task = 0; task < tasks(); ++task) note_absent(task);
}

// A twentieth of what one visit gains on the mean: relative to the instance.
double Search::heat() const {
    double gain = 0, visits = 0;
    for (const Trips& trips : state_.trips)
        for (const TripPtr& trip : trips) visits += static_cast<double>(trip->visits.size());
    for (const Schedule& times : state_.times) gain += times.gain;
    return kHeat * std::max(gain, 1.0) / std::max(1.0, visits);
}

bool Search::step(double temperature) {
    ++round_;
    const double limit = threshold(cost_, temperature, random_);
    ruin();
    recreate();
    const bool kept = !convoy_out_ || mend();
    const double fresh = -state_.value();
    if (!kept || !(fresh < limit)) {
        take_back();
        return false;
    }
    cost_ = fresh;
    undo_.clear();
    return true;
}

void Search::keep() {
    best_.cost = cost_;
    best_.said = cost_ + state_.on_the_way();
    for (int v : changed_) {
        best_.days[v] = {state_.trips[v], state_.times[v]};
        is_changed_[v] = 0;
    }
    changed_.clear();
}

void Search::finish() {
    for (int v : changed_) {
        is_changed_[v] = 0;
        state_.commit(v, best_.days[v].trips, best_.days[v].times);
    }
    changed_.clear();
}

void Search::note_absent(int task) {
    const bool out = open(task);
    int& at = absent_at_[task];
    if (out == (at >= 0)) return;
    if (out) {
        at = static_cast<int>(absent_.size());
        absent_.push_back(task);
        return;
    }
    absent_at_[absent_.back()] = at;
    absent_[at] = absent_.back();
    absent_.pop_back();
    at = -1;
}

void Search::replace(int vehicle, Trips trips, Schedule times) {
    remember(vehicle);
    commit(vehicle, std::move(trips), std::move(times));
}

// As it is before this round changes it.
void Search::remember(int vehicle) {
    if (!touched(vehicle)) {
        touched_[vehicle] = round_;
        undo_.emplace_back(vehicle, Day{state_.trips[vehicle], state_.times[vehicle]});
    }
    if (!is_changed_[vehicle]) {
        is_changed_[vehicle] = 1;
        changed_.push_back(vehicle);
    }
}

// Into the state, and into the list of what is absent.
void Search::commit(int vehicle, Trips trips, Schedule times) {
    const Trips old = state_.trips[vehicle];
    state_.commit(vehicle, std::move(trips), std::move(times));
    const auto note = [&](const Trips& its) {
        for (const TripPtr& trip : its)
            for (const Visit& visit : trip->visits) note_absent(visit.task);
    };
    note(old);
    note(state_.trips[vehicle]);
}

void Search::take_back() {
    for (auto& [vehicle, day] : undo_) commit(vehicle, std::move(day.trips), std::move(day.times));
    undo_.clear();
}

void Search::ruin() {
    undo_.clear();
    removed_.clear();
    const int place = state_.tasks()[seed()].place;
    convoy_out_ = state_.convoy_min > 1 && random_.chance(kWholeConvoy) && ruin_convoy(place);
    if (!convoy_out_ && (!random_.chance(kWholeDays) || !ruin_days(place))) ruin_strings(place);
    gather(place);
}

// Any task; now and then one that has not got in.
int Search::seed() {
    if (!absent_.empty() && random_.chance(kAroundAbsent))
        return absent_[random_.below(static_cast<int>(absent_.size()))];
    return random_.below(static_cast<int>(state_.tasks().size()));
}

// Everything that one or two vehicles near the place do.
bool Search::ruin_days(int place) {
    int wanted = 1 + random_.below(2);
    for (int near : neighbours(place)) {
        const auto visitors = state_.visitors[near];
        for (const auto& [vehicle, visits] : visitors) {
            const std::size_t fixed = static_cast<std::size_t>(state_.fixed[vehicle]);
            const Trips& old = state_.trips[vehicle];
            if (touched(vehicle) || old.size() <= fixed) continue;
            Trips trips(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(fixed));
            Schedule times;
            if (!state_.schedule(vehicle, trips, static_cast<int>(fixed), times)) continue;
            for (std::size_t k = fixed; k < old.size(); ++k)
                for (const Visit& visit : old[k]->visits) removed_.push_back(visit.task);
            replace(vehicle, std::move(trips), std::move(times));
            if (--wanted == 0) return true;
        }
    }
    return !removed_.empty();
}

// The slots, not fixed, of whoever visits the nearest place that is visited through any.
std::vector<Slot> Search::slots_around(int place) {
    std::vector<Slot> slots;
    for (int near : neighbours(place)) {
        for (const auto& [vehicle, visits] : state_.visitors[near]) {
            const Schedule& times = state_.times[vehicle];
            const auto fixed = static_cast<std::size_t>(state_.fixed[vehicle]);
            for (std::size_t k = fixed; k < times.trips.size(); ++k)
                slots.insert(slots.end(), times.trips[k]->slots.begin(), times.trips[k]->slots.end());
        }
        if (!slots.empty()) break;
    }
    return slots;
}

// The trips of all that leave with one convoy, now and then what follows them too. No vehicle leaves it for another
// slot alone, so none of them leaves by strings.
bool Search::ruin_convoy(int place) {
    const std::vector<Slot> slots = slots_around(place);
    if (slots.empty()) return false;
    const Slot slot = slots[random_.below(static_cast<int>(slots.size()))];
    for (int vehicle = 0; vehicle < static_cast<int>(state_.trips.size()); ++vehicle) {
        const Trips old = state_.trips[vehicle];
        std::size_t k = static_cast<std::size_t>(state_.fixed[vehicle]);
        const auto goes = [&] {
            const std::vector<Slot>& its = state_.times[vehicle].trips[k]->slots;
            return std::find(its.begin(), its.end(), slot) != its.end();
        };
        while (k < old.size() && !goes()) ++k;
        if (k == old.size()) continue;
        const std::size_t end = random_.chance(kOneTrip) ? k + 1 : old.size();
        Trips trips(old);
        trips.erase(trips.begin() + static_cast<std::ptrdiff_t>(k), trips.begin() + static_cast<std::ptrdiff_t>(end));
        Schedule times;
        if (!state_.schedule(vehicle, trips, static_cast<int>(k), times)) continue;
        for (std::size_t n = k; n < end; ++n)
            for (const Visit& visit : old[n]->visits) removed_.push_back(visit.task);
        replace(vehicle, std::move(trips), std::move(times));
    }
    return !removed_.empty();
}

// Convoys that recreating has left too small, by remedies drawn at random; false: what is fixed would have to change.
bool Search::mend() {
    const std::vector<Count> fixed = state_.fixed;
    const std::set<int> barred = state_.barred, strays = state_.scheduler.strays;
    bool free = true;
    std::vector<int> tasks;
    const auto note = [&](int vehicle) {
        for (const TripPtr& trip : state_.trips[vehicle])
            for (const Visit& visit : trip->visits) tasks.push_back(visit.task);
    };
    state_.changing = [&](int vehicle) {
        free = free && !fixed[vehicle];
        remember(vehicle);
        note(vehicle);
    };
    mend_convoys(state_, [&] { return random_.chance(kOverlooked); });
    state_.changing = nullptr;
    for (const auto& [vehicle, day] : undo_) note(vehicle);
    for (int task : tasks) note_absent(task);
    state_.fixed = fixed;
    state_.barred = barred;
    state_.scheduler.strays = strays;
    return free;
}

// Strings of visits out of vehicles around the place.
void Search::ruin_strings(int place) {
    int wanted = 1 + random_.below(2 * kMeanRemoved);
    for (int near : neighbours(place)) {
        const auto visitors = state_.visitors[near];
        for (const auto& [vehicle, visits] : visitors) {
            if (touched(vehicle) || wanted <= 0) continue;
            Trips trips;
            int first = 0, removed = 0;
            const std::size_t before = removed_.size();
            Schedule times;
            if (!cut(vehicle, near, trips, first, removed) || !state_.schedule(vehicle, trips, first, times)) {
                removed_.resize(before);
                continue;
            }
            replace(vehicle, std::move(trips), std::move(times));
            wanted -= removed;
        }
        if (wanted <= 0) return;
    }
}

// What is to be put in again: all that was taken out, and some of what is absent, near the place and elsewhere.
void Search::gather(int place) {
    std::size_t kept = 0;
    const auto add = [&](int task) {
        if (removed_in_[task] == round_ || !open(task)) return false;
        removed_in_[task] = round_;
        return true;
    };
    for (std::size_t i = 0; i < removed_.size(); ++i)
        if (add(removed_[i])) removed_[kept++] = removed_[i];
    removed_.resize(kept);
    int more = kNearAbsent;
    const std::vector<int>& near = neighbours(place);
    for (std::size_t i = 0; i < near.size() && i < kNearPlaces && more; ++i)
        for (int task : tasks_at_[near[i]])
            if (more && absent_at_[task] >= 0 && add(task)) removed_.push_back(task), --more;
    for (int n = 0; n < kFarAbsent && !absent_.empty(); ++n) {
        const int task = absent_[random_.below(static_cast<int>(absent_.size()))];
        if (add(task)) removed_.push_back(task);
    }
}

// The vehicle's trips without a random string of visits around `place`, now and then without a whole trip.
bool Search::cut(int vehicle, int place, Trips& trips, int& first, int& removed) {
    const Trips& old = state_.trips[vehicle];
    std::vector<std::pair<int, int>> spots;
    for (int k = static_cast<int>(state_.fixed[vehicle]); k < static_cast<int>(old.size()); ++k)
        for (int i = 0; i < static_cast<int>(old[k]->visits.size()); ++i)
            if (state_.tasks()[old[k]->visits[i].task].place == place) spots.emplace_back(k, i);
    if (spots.empty()) return false;
    const auto [k, i] = spots[random_.below(static_cast<int>(spots.size()))];
    const Visits& visits = old[k]->visits;
    const int size = static_cast<int>(visits.size());
    int length = random_.chance(kWholeTrip) ? size : 1 + random_.below(std::min(size, kLongestString));
    int preserved = 0;
    if (length > 1 && length < size && random_.chance(kSplitString))
        preserved = 1 + random_.below(std::min(size - length, length));
    const int window = length + preserved;
    const int from = std::max(0, i - window + 1), to = std::min(i, size - window);
    const int begin = from + random_.below(to - from + 1);
    const int gap = preserved ? begin + random_.below(length + 1) : begin + window;
    Visits rest;
    for (int n = 0; n < size; ++n) {
        const bool inside = n >= begin && n < begin + window && !(n >= gap && n < gap + preserved);
        if (inside)
            removed_.push_back(visits[n].task);
        else
            rest.push_back(visits[n]);
    }
    trips = old;
    if (rest.empty()) {
        trips.erase(trips.begin() + k);
    } else {
        TripPtr shorter = state_.make_trip(vehicle, old[k]->source, std::move(rest));
        if (!shorter) return false;
        trips[k] = std::move(shorter);
    }
    first = k;
    removed = length;
    return true;
}

void Search::recreate() {
    const std::vector<Task>& tasks = state_.tasks();
    std::vector<int>& waiting = removed_;
    for (std::size_t n = waiting.size(); n > 1; --n)
        std::swap(waiting[n - 1], waiting[random_.below(static_cast<int>(n))]);
    const double way = random_.unit();
    const auto weight = [&](int task) { return tasks[task].unit_weight * static_cast<double>(state_.left[task]); };
    if (way < 0.4)
        std::stable_sort(waiting.begin(), waiting.end(), [&](int a, int b) { return weight(a) > weight(b); });
    else if (way < 0.6)
        std::stable_sort(waiting.begin(), waiting.end(), [&](int a, int b) { return tasks[a].place < tasks[b].place; });
    // The first one of a convoy that is formed anew is alone.
    alone_costs_ = !convoy_out_;
    for (int task : waiting) insert(task, true);
    alone_costs_ = true;
}

}  // namespace karavan::relief
