#include "schedule.hpp"

#include <algorithm>

namespace karavan::relief {

namespace {

constexpr int kWaits = 3;  // later batches that a vehicle waits for before a trip is given up
constexpr double kTypicalKmPerH = 40;
constexpr double kLongJourneyKm = 1000;
constexpr double kLeastWorth = 1e-3;
constexpr double kKmM = 1000;
constexpr double kCostAlone = 1e-3;

}  // namespace

Scheduler::Scheduler(std::shared_ptr<const World> its, bool by_hours) : world(std::move(its)), hours(by_hours) {
    cost_weight = (hours ? world->cost_weight : kCostAlone) * world->cost_person_h;
    // Serving a whole need is worth a long journey by the dearest vehicle: no need is left behind for its cost.
    double dearest = 0;
    for (const Vehicle& truck : world->vehicles)
        dearest = std::max(dearest, truck.cost_fixed + truck.cost_per_km * kLongJourneyKm);
    worth = kLeastWorth + cost_weight * dearest;
}

double Scheduler::value(const Task& task, Count quantity, Second second) const {
    const double horizon_h = static_cast<double>(world->horizon_s) / kHourS;
    const double most_h = static_cast<double>(world->horizon_s - task.since_s) / kHourS;
    const double waited = hours ? std::max(0.0, static_cast<double>(second - task.since_s) / kHourS) : 0.0;
    const double even = (most_h * most_h - waited * waited) * world->inequity_weight / horizon_h;
    return static_cast<double>(quantity) *
           (task.unit_weight * (most_h - waited + even) + worth / static_cast<double>(task.need_quantity));
}

double Scheduler::hourly_price(int vehicle) const {
    return cost_weight * world->vehicles[vehicle].cost_per_km * kTypicalKmPerH;
}

double Scheduler::cost(int vehicle, std::int64_t distance_m, int journeys) const {
    const Vehicle& truck = world->vehicles[vehicle];
    return cost_weight * (truck.cost_fixed * journeys + truck.cost_per_km * static_cast<double>(distance_m) / kKmM);
}

bool Scheduler::schedule(int vehicle, const Trips& trips, const Known& known, int first, Schedule& result, bool anew) {
    const auto begin = known.times.trips.begin();
    result.trips.assign(begin, begin + first);
    result.trips.reserve(trips.size());
    const Start& start = starts[vehicle];
    const auto at = [&]() -> At {
        if (result.trips.empty()) return {start.clock, start.place, start.held};
        const TripTimes& last = *result.trips.back();
        return {last.clock, last.place, last.held};
    };
    bool done = false;
    for (std::size_t k = first; k < trips.size() && !done; ++k) {
        TimesPtr times = trip(vehicle, at(), *trips[k], result.trips);
        if (!times) return false;
        result.trips.push_back(std::move(times));
        done = !anew && goes_on_as_before(vehicle, trips, known, first, result);
    }
    if (!done) result.home = home(vehicle, at());
    if (!result.home) return false;
    result.gain = 0;
    for (const TimesPtr& part : result.trips) result.gain += part->gain;
    result.gain += result.home->gain;
    return true;
}

// Whether the vehicle stands again where and as it stood before its remaining trips, which are then not driven again.
bool Scheduler::goes_on_as_before(int vehicle, const Trips& trips, const Known& known, int first,
                                  Schedule& result) const {
    const std::size_t done = result.trips.size(), rest = trips.size() - done;
    if (!known.times.home || rest >= known.trips.size()) return false;
    const std::size_t from = known.trips.size() - rest;  // the first of the remaining trips, as it was numbered before
    if (!std::equal(known.trips.begin() + static_cast<std::ptrdiff_t>(from), known.trips.end(),
                    trips.begin() + static_cast<std::ptrdiff_t>(done)))
        return false;
    const TripTimes &now = *result.trips.back(), &then = *known.times.trips[from - 1];
    if (now.clock != then.clock || now.place != then.place || now.held != then.held) return false;
    const std::size_t kept = result.trips.size();
    result.trips.insert(result.trips.end(), known.times.trips.begin() + static_cast<std::ptrdiff_t>(from),
                        known.times.trips.end());
    // What the changed trips draw may leave too little for those that remain.
    for (std::size_t k = static_cast<std::size_t>(first); k < kept && rest; ++k)
        for (const PoolDraw& one : result.trips[k]->draws)
            if (!pools[one.pool].simple && !covered(vehicle, one.pool, TripTimes(), result.trips)) {
                result.trips.resize(kept);
                return false;
            }
    result.home = known.times.home;
    return true;
}

// One trip; where a pool fills over time, loading waits until it holds enough that is fresh enough.
TimesPtr Scheduler::trip(int vehicle, const At& at, const Trip& trip, const std::vector<TimesPtr>& done) {
    std::vector<std::pair<int, Count>> timed;
    if (trip.source >= 0)
        for (const Visit& visit : trip.visits) {
            const int pool = tasks[visit.task].from(trip.source)->pool;
            if (pools[pool].simple) continue;
            auto entry = std::find_if(timed.begin(), timed.end(), [&](const auto& it) { return it.first == pool; });
            if (entry == timed.end())
                timed.emplace_back(pool, visit.quantity);
            else
                entry->second += visit.quantity;
        }
    auto times = std::make_shared<TripTimes>();
    if (timed.empty()) return run(vehicle, at, trip, 0, *times) ? times : nullptr;
    Second ready = 0;
    for (const auto& [pool, quantity] : timed) ready = std::max(ready, enough(vehicle, pool, quantity, done));
    for (int wait = 0; wait < kWaits; ++wait) {
        if (ready >= world->horizon_s) return nullptr;
        *times = TripTimes();
        if (!run(vehicle, at, trip, ready, *times)) return nullptr;
        const bool all = std::all_of(timed.begin(), timed.end(),
                                     [&](const auto& it) { return covered(vehicle, it.first, *times, done); });
        if (all) return times;
        ready = next_batch(timed, times->stops.front().start);
    }
    return nullptr;
}

// When something more comes into one of the pools.
Second Scheduler::next_batch(const std::vector<std::pair<int, Count>>& timed, Second after) const {
    Second next = kNone;
    for (const auto& entry : timed)
        for (const Batch& batch : pools[entry.first].batches)
            if (batch.available_s > after && (next == kNone || batch.available_s < next)) next = batch.available_s;
    return next == kNone ? world->horizon_s : next;
}

bool Scheduler::loaded_from(int vehicle, const Trip& trip, Second ready, Second& loaded, Second& ended) {
    TripTimes times;
    const Start& start = starts[vehicle];
    if (!run(vehicle, {start.clock, start.place, start.held}, trip, ready, times)) return false;
    loaded = times.stops.front().start;
    ended = times.stops.back().end;
    return true;
}

bool Scheduler::run(int vehicle, const At& at, const Trip& trip, Second ready, TripTimes& result) {
    const Visits& visits = trip.visits;
    result.clock = at.clock;
    result.clock.time = std::max(result.clock.time, trip.leave);
    result.place = at.place;
    result.held = at.held;
    result.stops.reserve(visits.size() + 1);
    std::int64_t distance_m = 0;
    const auto drive_to = [&](StopTime& next, std::int64_t mass_g, Second when) {
        if (!stop(vehicle, result.clock, result.place, mass_g, when, result, next)) return false;
        result.place = next.place;
        distance_m += next.path ? next.path->distance_m : 0;
        result.stops.push_back(next);
        return true;
    };
    if (trip.source >= 0) {
        StopTime next;
        next.place = trip.source;
        next.loading = true;
        next.clean = soiled(result.held, trip.packing.classes);
        if (next.clean)
            result.held = trip.packing.classes;
        else
            for (std::size_t c = 0; c < result.held.size(); ++c) result.held[c] |= trip.packing.classes[c];
        if (!drive_to(next, trip.packing.mass_g, ready)) return false;
    }
    const Second loaded = trip.source < 0 ? result.clock.time : result.stops.front().start;
    for (int i = 0; i < static_cast<int>(visits.size());) {
        StopTime next;
        next.place = tasks[visits[i].task].place;
        next.first = next.last = i;
        std::int64_t mass_g = 0;
        for (; next.last < static_cast<int>(visits.size()) && tasks[visits[next.last].task].place == next.place;
             ++next.last)
            mass_g += visits[next.last].quantity * world->items[tasks[visits[next.last].task].item].mass_g;
        if (!drive_to(next, mass_g, 0)) return false;
        hand_overs(next, visits,
                   [&](const HandOver& one) { result.gain += value(tasks[one.task], one.quantity, one.moment); });
        for (; i < next.last && trip.source >= 0; ++i) {
            const Task& task = tasks[visits[i].task];
            // However long the way on is: nothing is handed over after the horizon.
            const Second until =
                std::min(next.end + task.life_s, world->horizon_s + world->items[task.item].remaining_life_s);
            result.draws.push_back({task.from(trip.source)->pool, {loaded, until, visits[i].quantity, visits[i].task}});
        }
        i = next.last;
    }
    result.gain -= cost(vehicle, distance_m, 1);
    return true;
}

TimesPtr Scheduler::home(int vehicle, const At& at) {
    auto times = std::make_shared<TripTimes>();
    times->clock = at.clock;
    times->place = at.place;
    times->held = at.held;
    const std::vector<int>& homes = world->vehicles[vehicle].homes;
    if (std::find(homes.begin(), homes.end(), at.place) != homes.end()) return times;
    PathPtr way;
    for (int home : homes) {
        Clock clock = at.clock;
        std::vector<Slot> slots;
        const PathPtr path = drive(vehicle, clock, at.place, home, slots);
        if (!path || (way && clock.time >= times->clock.time)) continue;
        way = path;
        times->clock = clock;
        times->place = home;
        times->slots = std::move(slots);
    }
    if (!way) return strays.count(vehicle) ? times : nullptr;
    StopTime stop;
    stop.place = times->place;
    stop.arrive = stop.start = stop.end = times->clock.time;
    stop.path = way;
    stop.depart = at.clock.time;
    stop.before = at.clock;
    stop.last_slot = static_cast<int>(times->slots.size());
    times->stops.push_back(stop);
    times->gain = -cost(vehicle, way->distance_m, 0);
    return times;
}

// Drive there and handle `mass_g`; moves the clock on.
bool Scheduler::stop(int vehicle, Clock& clock, int here, std::int64_t mass_g, Second ready, TripTimes& times,
                     StopTime& stop) {
    const Crew& crew = crews[vehicle];
    const Place& place = world->places[stop.place];
    stop.depart = clock.time;
    stop.before = clock;
    stop.first_slot = static_cast<int>(times.slots.size());
    if (here != stop.place) {
        stop.path = drive(vehicle, clock, here, stop.place, times.slots);
        if (!stop.path) return false;
    }
    stop.last_slot = static_cast<int>(times.slots.size());
    stop.arrive = clock.time;
    Second duration = place.handling_fixed_s + rounded_up(mass_g * 3600, place.handling_g_per_h);
    if (stop.clean) duration += world->cleaning_s;
    clock.time = std::max(clock.time, ready);
    stop.start = clock.time;
    const int spans = static_cast<int>(crew.spans.size());
    const bool at_once = place.always_open && clock.span < spans && crew.spans[clock.span].first <= clock.time &&
                         clock.time + duration <= crew.spans[clock.span].last;
    if (!at_once) {
        if (place.always_open)
            stop.start = earliest(crew, clock, duration, 0, 0, at_any_time);
        else
            stop.start = earliest(crew, clock, duration, 0, 0,
                                  [&](Second start) { return fitted(place.opening, start, duration); });
        if (stop.start == kNone) return false;
    }
    stop.end = stop.start + duration;
    worked(crew, clock, stop.end);
    return true;
}

// The way that arrives first, where it need not be alone in a convoy that is too small; moves the clock on.
PathPtr Scheduler::drive(int vehicle, Clock& clock, int here, int there, std::vector<Slot>& slots) {
    const Crew& crew = crews[vehicle];
    Network& network = *world->network;
    const Paths& paths = network.paths(world->vehicles[vehicle].profile, here, there);
    if (paths.empty()) return nullptr;
    if (paths.front()->plain && drove_at_once(crew, clock, paths.front()->drive_s)) return paths.front();
    PathPtr best;
    Clock arrival;
    Second least = kFar;
    for (const auto& path : paths) {
        Clock trial = clock;
        trial_slots_.clear();
        if (!network.drive(crew, trial, *path, taken, trial_slots_)) continue;
        Second weighed = trial.time;
        for (Slot slot : trial_slots_)
            if (taken.at(slot) + 1 < network.rules.convoy_min) weighed += network.rules.slot_s;
        if (best && weighed >= least) continue;
        least = weighed;
        best = path;
        arrival = trial;
        best_slots_ = trial_slots_;
    }
    if (!best) return nullptr;
    clock = arrival;
    slots.insert(slots.end(), best_slots_.begin(), best_slots_.end());
    return best;
}

// Whether something was carried since the last cleaning that the new load must not meet.
bool Scheduler::soiled(const std::vector<Mask>& held, const std::vector<Mask>& classes) const {
    Mask all = 0;
    for (Mask mask : held) all |= mask;
    for (std::size_t c = 0; c < held.size(); ++c)
        for (int number = 0; number < 64 && classes[c] >> number; ++number)
            if ((classes[c] >> number & 1) &&
                ((held[c] & world->compartment_conflicts[number]) || (all & world->vehicle_conflicts[number])))
                return true;
    return false;
}

}  // namespace karavan::relief
