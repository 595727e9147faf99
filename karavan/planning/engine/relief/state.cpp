#include "state.hpp"

#include <algorithm>
#include <cstdlib>

namespace karavan::relief {

namespace {

constexpr double kConvoyShare = 0.03;

}  // namespace

State::State(std::shared_ptr<const World> its, bool hours, std::vector<Start> starts)
    : scheduler(std::move(its), hours) {
    const std::size_t count = world().vehicles.size();
    scheduler.starts = std::move(starts);
    scheduler.crews.resize(count);
    trips.resize(count);
    times.resize(count);
    fixed.assign(count, 0);
    changes_.assign(count, 0);
    spots.resize(count);
    rooms.resize(count);
    free_at.assign(count, 0);
    visitors.resize(world().places.size());
}

void State::set_task(int number, Task task) {
    auto& tasks = scheduler.tasks;
    if (number >= static_cast<int>(tasks.size())) tasks.resize(number + 1), haste_.resize(number + 1);
    haste_[number] = task.unit_weight / static_cast<double>(std::max<std::int64_t>(1, world().items[task.item].mass_g));
    tasks[number] = std::move(task);
}

void State::set_pool(int number, Pool pool) {
    auto& pools = scheduler.pools;
    if (number >= static_cast<int>(pools.size())) pools.resize(number + 1), scheduler.drawn.resize(number + 1);
    pool.coming.clear();
    for (const Batch& batch : pool.batches) pool.coming.emplace_back(batch.available_s, batch.quantity);
    std::sort(pool.coming.begin(), pool.coming.end());
    pools[number] = std::move(pool);
}

double State::value() const {
    double sum = 0;
    for (const Schedule& one : times) sum += one.gain;
    for (double change : changes_) sum -= change;
    for (std::size_t task = 0; task < promised.size(); ++task)
        if (!keeps_promise(static_cast<int>(task))) sum -= change_cost;
    return short_ ? sum - static_cast<double>(short_) * convoy_penalty_ : sum;
}

double State::on_the_way() const {
    double sum = 0;
    if (std::all_of(tasks().begin(), tasks().end(), [](const Task& task) { return task.final; })) return sum;
    for (std::size_t v = 0; v < trips.size(); ++v)
        for (std::size_t k = 0; k < trips[v].size(); ++k)
            for (const StopTime& stop : times[v].trips[k]->stops)
                scheduler.hand_overs(stop, trips[v][k]->visits, [&](const HandOver& one) {
                    const Task& task = tasks()[one.task];
                    if (!task.final) sum += scheduler.value(task, one.quantity, one.moment);
                });
    return sum;
}

void State::refresh() {
    double weight = 0;
    for (const Task& task : tasks()) weight += task.unit_weight * static_cast<double>(task.limit);
    convoy_penalty_ = kConvoyShare * (static_cast<double>(world().horizon_s) / kHourS) * weight + 1.0;
    for (std::size_t v = 0; v < times.size(); ++v) changes_[v] = changed(static_cast<int>(v), trips[v], times[v]);
}

double State::changed(int vehicle, const Trips& its, const Schedule& when) const {
    if (before.empty()) return 0;
    int count = 0;
    for (std::size_t k = 0; k < its.size(); ++k) {
        if (its[k]->source < 0) continue;
        for (const StopTime& stop : when.trips[k]->stops)
            for (int i = stop.first; i < stop.last; ++i) {
                const auto known = before.find(tasks()[its[k]->visits[i].task].need);
                if (known == before.end()) continue;
                const auto moments = known->second.find(vehicle);
                const bool as_before = moments != known->second.end() &&
                                       std::any_of(moments->second.begin(), moments->second.end(), [&](Second moment) {
                                           return std::abs(stop.end - moment) < kNotableS;
                                       });
                count += !as_before;
            }
    }
    return change_cost * count;
}

bool State::schedule(int vehicle, const Trips& its, int first, Schedule& result, bool anew) {
    const std::vector<int>& homes = world().vehicles[vehicle].homes;
    if (its.empty() && std::find(homes.begin(), homes.end(), scheduler.starts[vehicle].place) != homes.end()) {
        result = Schedule();
        return true;
    }
    times[vehicle].each_slot([&](Slot slot) { --scheduler.taken[slot]; });
    const bool done = scheduler.schedule(vehicle, its, {trips[vehicle], times[vehicle]}, first, result, anew);
    times[vehicle].each_slot([&](Slot slot) { ++scheduler.taken[slot]; });
    return done;
}

void State::commit(int vehicle, Trips its, Schedule when) {
    if (changing) changing(vehicle);
    std::size_t first = 0;
    const std::size_t shared = std::min(its.size(), trips[vehicle].size());
    while (first < shared && its[first] == trips[vehicle][first] && when.trips[first] == times[vehicle].trips[first])
        ++first;
    count(vehicle, first, -1);
    trips[vehicle] = std::move(its);
    times[vehicle] = std::move(when);
    count(vehicle, first, +1);
    changes_[vehicle] = changed(vehicle, trips[vehicle], times[vehicle]);
    survey(vehicle);
}

void State::add_taken(Slot slot, std::int64_t more) {
    std::int64_t& count = scheduler.taken[slot];
    short_ -= lacking_of(count);
    count += more;
    short_ += lacking_of(count);
}

bool State::has_slot(int vehicle, Slot slot) const {
    bool found = false;
    times[vehicle].each_slot([&](Slot one) { found = found || one == slot; });
    return found;
}

// Note where the vehicle's trips could take more, from the last stop back to the first.
void State::survey(int vehicle) {
    const Trips& its = trips[vehicle];
    const Vehicle& truck = world().vehicles[vehicle];
    std::vector<Spot>& behind = spots[vehicle];
    std::vector<Room>& within = rooms[vehicle];
    behind.clear();
    within.assign(its.size(), {});
    free_at[vehicle] = its.empty() ? scheduler.starts[vehicle].clock.time : times[vehicle].trips.back()->clock.time;
    double after = 0;
    for (int k = static_cast<int>(its.size()) - 1; k >= 0; --k) {
        const Trip& trip = *its[k];
        const std::vector<StopTime>& stops = times[vehicle].trips[k]->stops;
        std::int64_t volume = truck.volume_cm3();
        int following = -1;
        for (auto stop = stops.rbegin(); stop != stops.rend(); ++stop) {
            behind.push_back({k, stop->place, following, stop->end, stop->last, after});
            for (int i = stop->first; i < stop->last; ++i) {
                const Task& task = tasks()[trip.visits[i].task];
                after += task.unit_weight * static_cast<double>(trip.visits[i].quantity);
                volume -= world().items[task.item].volume_cm3 * trip.visits[i].quantity;
            }
            following = stop->place;
        }
        within[k] = {trip.source, truck.payload_g - trip.packing.mass_g, volume, after};
    }
}

void State::visit(int place, int vehicle, int sign) {
    auto& here = visitors[place];
    auto entry = std::lower_bound(here.begin(), here.end(), std::pair(vehicle, 0));
    if (entry == here.end() || entry->first != vehicle) entry = here.insert(entry, {vehicle, 0});
    entry->second += sign;
    if (!entry->second) here.erase(entry);
}

void State::count(int vehicle, std::size_t first, int sign) {
    const Schedule& when = times[vehicle];
    for (std::size_t k = first; k < trips[vehicle].size(); ++k) {
        const Trip& trip = *trips[vehicle][k];
        for (const Visit& one : trip.visits) {
            const Task& task = tasks()[one.task];
            left[one.task] -= sign * one.quantity;
            if (trip.source >= 0) used[task.from(trip.source)->pool] += sign * one.quantity;
            visit(task.place, vehicle, sign);
        }
        const TripTimes& part = *when.trips[k];
        for (const Slot& slot : part.slots) add_taken(slot, sign);
        for (const PoolDraw& one : part.draws) {
            if (scheduler.pools[one.pool].simple) continue;
            auto& drawn = scheduler.drawn[one.pool];
            const Scheduler::Drawn entry{one.draw, vehicle};
            const auto at = std::lower_bound(drawn.begin(), drawn.end(), entry);
            if (sign > 0)
                drawn.insert(at, entry);
            else
                drawn.erase(at);
        }
    }
    if (when.home)
        for (const Slot& slot : when.home->slots) add_taken(slot, sign);
}

TripPtr State::make_trip(int vehicle, int source, Visits visits) const {
    for (auto first = visits.begin(); first != visits.end();) {
        const int place = tasks()[first->task].place;
        const auto last =
            std::find_if(first, visits.end(), [&](const Visit& it) { return tasks()[it.task].place != place; });
        std::stable_sort(first, last, [&](const Visit& a, const Visit& b) { return haste_[a.task] > haste_[b.task]; });
        first = last;
    }
    std::vector<std::pair<int, Count>> goods;
    for (const Visit& one : visits) goods.emplace_back(tasks()[one.task].item, one.quantity);
    auto trip = std::make_shared<Trip>();
    if (!pack(world(), vehicle, goods, trip->packing)) return nullptr;
    trip->source = source;
    trip->visits = std::move(visits);
    return trip;
}

}  // namespace karavan::relief
