// Best insertion: where a task could go, by a quick estimate; then exactly, the most promising ones only.
#include <algorithm>

#include "search.hpp"

namespace karavan::relief {

namespace {

constexpr int kNear = 16;
constexpr int kLatestTrips = 3;
constexpr int kMostSources = 6;
constexpr std::size_t kMostNeighbours = 256;
constexpr std::array<Count, 3> kSmaller = {2, 4, 8};

}  // namespace

void Shortlist::offer(const Candidate& candidate) {
    if (size_ == kTried && !(candidate < its_[kTried - 1])) return;
    if (random_.chance(kBlink)) return;
    if (size_ < kTried) ++size_;
    int at = size_ - 1;
    for (; at > 0 && candidate < its_[at - 1]; --at) its_[at] = its_[at - 1];
    its_[at] = candidate;
}

Search::Search(State& state, Random& random, std::vector<int> twin)
    : state_(state), random_(random), twin_(std::move(twin)), shortlist_(random) {
    const std::size_t vehicles = state.trips.size(), tasks = state.tasks().size(), places = state.world().places.size();
    near_.resize(places);
    near_stamp_.assign(places, 0);
    idle_stamp_.assign(vehicles, 0);
    close_stamp_.assign(vehicles, 0);
    tasks_at_.resize(places);
    for (std::size_t task = 0; task < tasks; ++task) tasks_at_[state.tasks()[task].place].push_back(static_cast<int>(task));
    for (std::size_t place = 0; place < places; ++place)
        if (!tasks_at_[place].empty()) task_places_.push_back(static_cast<int>(place));
    by_way_.assign(state.network().profiles(), std::vector<std::vector<std::pair<Second, int>>>(tasks));
    capacity_.assign(vehicles * state.world().items.size(), -1);
    soonest_.assign(state.network().profiles(), kFar);
    for (const Vehicle& truck : state.world().vehicles)
        briefs_.push_back({truck.profile, state.scheduler.cost_weight * truck.cost_fixed});
    touched_.assign(vehicles, -1);
    is_changed_.assign(vehicles, 0);
    absent_at_.assign(tasks, -1);
    removed_in_.assign(tasks, -1);
    state.refresh();
}

void Search::build(const std::function<bool(std::size_t)>& late) {
    const std::vector<Task>& tasks = state_.tasks();
    std::vector<int> order(tasks.size());
    for (std::size_t t = 0; t < order.size(); ++t) order[t] = static_cast<int>(t);
    const auto weight = [&](int t) { return tasks[t].unit_weight * static_cast<double>(tasks[t].limit); };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return weight(a) > weight(b); });
    // The first vehicle on a road for convoys is alone there: that is not held against it until all are in.
    alone_costs_ = false;
    for (std::size_t done = 0; done < order.size() && !late(done); ++done) {
        state_.network().trim();
        insert(order[done], false);
    }
    alone_costs_ = true;
    mend_convoys(state_);
}

void Search::insert(int task, bool searching) {
    Found found;
    while (open(task)) {
        bool any = find(task, 1, found);
        for (std::size_t i = 0; i < kSmaller.size() && !any && !searching; ++i) any = find(task, kSmaller[i], found);
        if (!any) return;
        if (searching)
            replace(found.vehicle, std::move(found.trips), std::move(found.times));
        else
            state_.commit(found.vehicle, std::move(found.trips), std::move(found.times));
    }
}

bool Search::find(int task, Count parts, Found& found) {
    found.vehicle = -1;
    found.gain = 0;
    shortlist(task);
    for (const Candidate& place : shortlist_) {
        // Estimates are seldom too low: what is known to gain more than the next one's is taken.
        if (parts == 1 && found.vehicle >= 0 && found.gain >= -place.cost) break;
        attempt(task, place, parts, found);
    }
    return found.vehicle >= 0;
}

void Search::shortlist(int task) {
    shortlist_.clear();
    const Task& goods = state_.tasks()[task];
    const Count step = state_.step(task);
    const bool any = std::any_of(goods.sources.begin(), goods.sources.end(), [&](const Source& source) {
        return state_.scheduler.pools[source.pool].total - state_.used[source.pool] >= step;
    });
    if (!any) return;
    ++stamp_;
    const std::vector<int>& near = neighbours(goods.place);
    for (std::size_t i = 0; i < near.size() && i < kNear; ++i) {
        near_stamp_[near[i]] = stamp_;
        for (const auto& [vehicle, visits] : state_.visitors[near[i]]) close_stamp_[vehicle] = stamp_;
    }
    look_out(task);
    for (int vehicle : goods.vehicles->all) {
        if (!state_.barred.empty() && state_.barred.count(vehicle)) continue;
        const bool close = close_stamp_[vehicle] == stamp_;
        if (close) {
            inside(task, vehicle);
        } else if (state_.trips[vehicle].empty()) {
            if (idle_stamp_[twin_[vehicle]] == stamp_) continue;
            idle_stamp_[twin_[vehicle]] = stamp_;
        } else if (too_late(task, vehicle)) {
            continue;
        }
        new_trips(task, vehicle, close ? kLatestTrips : 0);
    }
}

// For each profile how soon after loading anything of the task can be there.
void Search::look_out(int task) {
    const Task& goods = state_.tasks()[task];
    for (int profile = 0; profile < static_cast<int>(soonest_.size()); ++profile) {
        soonest_[profile] = kFar;
        for (const auto& [out, place] : sources_by_way(task, profile)) {
            const int pool = goods.from(place)->pool;
            if (state_.scheduler.pools[pool].total - state_.used[pool] < state_.step(task)) continue;
            soonest_[profile] = out;
            break;
        }
    }
}

// Whether one more trip in the end comes too late to be among the most promising, as most vehicles' would.
bool Search::too_late(int task, int vehicle) {
    const Brief& brief = briefs_[vehicle];
    const Task& goods = state_.tasks()[task];
    const Count most = std::min(state_.left[task], capacity(vehicle, goods.item));
    const Second arrive = state_.free_at[vehicle] + soonest_[brief.profile];
    return !shortlist_.open(-state_.scheduler.value(goods, most, arrive) + brief.fixed);
}

// Positions in the vehicle's trips beside visits near the task.
void Search::inside(int task, int vehicle) {
    const Task& goods = state_.tasks()[task];
    const World& world = state_.world();
    const Item& item = world.items[goods.item];
    const Count left = state_.left[task];
    const double price = state_.scheduler.hourly_price(vehicle);
    Network& network = state_.network();
    const int profile = world.vehicles[vehicle].profile;
    for (const Spot& spot : state_.spots[vehicle]) {
        if (spot.trip < state_.fixed[vehicle]) continue;
        const bool near = near_stamp_[spot.place] == stamp_ || (spot.following >= 0 && near_stamp_[spot.following] == stamp_);
        if (!near) continue;
        const Room& room = state_.rooms[vehicle][spot.trip];
        Count fits = item.mass_g ? std::min(left, room.mass_g / item.mass_g) : left;
        if (item.volume_cm3) fits = std::min(fits, room.volume_cm3 / item.volume_cm3);
        if (fits < item.step) continue;
        const Source* source = goods.from(room.source);
        if (!source || !source->carriers->has(vehicle)) continue;
        if (state_.scheduler.pools[source->pool].total - state_.used[source->pool] < item.step) continue;
        const Second out = network.time(profile, spot.place, goods.place);
        Second delay = out;
        if (spot.following >= 0)
            delay += network.time(profile, goods.place, spot.following) -
                     network.time(profile, spot.place, spot.following);
        if (spot.end + out >= world.horizon_s) continue;
        const double late = static_cast<double>(delay) / kHourS;
        const double gain = state_.scheduler.value(goods, fits, spot.end + out) -
                            ((state_.scheduler.hours ? spot.after : 0.0) + price) * late;
        shortlist_.offer({-gain, vehicle, spot.trip, spot.position, -1});
    }
}

// A trip of its own, last or before one of the `latest`, from the nearest places that have the goods.
void Search::new_trips(int task, int vehicle, int latest) {
    const Task& goods = state_.tasks()[task];
    const World& world = state_.world();
    const Scheduler& scheduler = state_.scheduler;
    Network& network = state_.network();
    const int profile = world.vehicles[vehicle].profile;
    const Count most = std::min(state_.left[task], capacity(vehicle, goods.item));
    if (!most) return;
    const Trips& trips = state_.trips[vehicle];
    const Schedule& times = state_.times[vehicle];
    const double price = scheduler.hourly_price(vehicle);
    const double fixed = scheduler.cost_weight * world.vehicles[vehicle].cost_fixed;
    const int size = static_cast<int>(trips.size());
    std::array<std::pair<Second, int>, kMostSources> able;
    int count = 0;
    for (const auto& [out, place] : sources_by_way(task, profile)) {
        const Source& source = *goods.from(place);
        if (scheduler.pools[source.pool].total - state_.used[source.pool] < state_.step(task)) continue;
        if (!source.carriers->has(vehicle)) continue;
        able[count] = {out, place};
        if (++count == kMostSources) break;
    }
    if (!count) return;
    for (int k = std::max(static_cast<int>(state_.fixed[vehicle]), size - latest); k <= size; ++k) {
        const Clock& clock = k ? times.trips[k - 1]->clock : scheduler.starts[vehicle].clock;
        const int start = k ? times.trips[k - 1]->place : scheduler.starts[vehicle].place;
        if (!shortlist_.open(-scheduler.value(goods, most, clock.time + able[0].first) + fixed)) continue;
        std::array<std::pair<Second, int>, kMostSources> ways;
        for (int i = 0; i < count; ++i)
            ways[i] = {network.time(profile, start, able[i].second) + able[i].first, able[i].second};
        const int tried = std::min(count, k == size ? 2 : 1);
        std::partial_sort(ways.begin(), ways.begin() + tried, ways.begin() + count);
        for (int i = 0; i < tried; ++i) {
            const auto [way, source] = ways[i];
            const Second arrive = clock.time + way;
            if (arrive >= world.horizon_s) continue;
            double gain = scheduler.value(goods, most, arrive) - price * static_cast<double>(way) / kHourS - fixed;
            if (k < size && trips[k]->source >= 0 && scheduler.hours) {
                const Second back = way + network.time(profile, goods.place, trips[k]->source);
                gain -= state_.rooms[vehicle][k].after * static_cast<double>(back) / kHourS;
            }
            shortlist_.offer({-gain, vehicle, k, 0, source});
        }
    }
}

// The most of an item that the empty vehicle takes.
Count Search::capacity(int vehicle, int item) {
    const World& world = state_.world();
    const std::size_t row = static_cast<std::size_t>(twin_[vehicle]) * world.items.size();
    Count& most = capacity_[row + static_cast<std::size_t>(item)];
    if (most < 0) most = room_for(world, vehicle, empty_load(world, vehicle), item, Count{1} << 40);
    return most;
}

const std::vector<std::pair<Second, int>>& Search::sources_by_way(int task, int profile) {
    auto& order = by_way_[profile][task];
    if (!order.empty()) return order;
    const Task& goods = state_.tasks()[task];
    for (const Source& source : goods.sources)
        order.emplace_back(state_.network().time(profile, source.place, goods.place), source.place);
    std::sort(order.begin(), order.end());
    return order;
}

// Places with tasks, nearest first by the quickest profile, the place itself first.
const std::vector<int>& Search::neighbours(int place) {
    std::vector<int>& found = near_[place];
    if (found.empty()) found = state_.network().nearest(place, task_places_, kMostNeighbours);
    return found;
}

// Insert exactly, of what fits one of `parts`; `found` becomes the better of itself and this.
void Search::attempt(int task, const Candidate& place, Count parts, Found& found) {
    const int vehicle = place.vehicle;
    const Trips& trips = state_.trips[vehicle];
    Trip fresh;
    if (place.source >= 0) {
        fresh.source = place.source;
        fresh.packing = empty_load(state_.world(), vehicle);
    }
    const Trip& old = place.source >= 0 ? fresh : *trips[place.trip];
    std::vector<Count> most;
    quantities(task, vehicle, old, place, most);
    for (Count one : most) {
        const Count quantity = one / parts / state_.step(task) * state_.step(task);
        TripPtr trip = quantity ? grown(task, quantity, vehicle, old, place.position) : nullptr;
        if (!trip) continue;
        Trips changed = trips;
        if (place.source >= 0)
            changed.insert(changed.begin() + place.trip, std::move(trip));
        else
            changed[place.trip] = std::move(trip);
        Schedule times;
        if (!state_.schedule(vehicle, changed, place.trip, times)) continue;
        double gain = times.gain - state_.times[vehicle].gain - penalty(vehicle, changed, times);
        if (!state_.keeps_promise(task) && state_.keeps_promise(task, quantity)) gain += state_.change_cost;
        if (gain <= found.gain) continue;
        found = {gain, vehicle, std::move(changed), std::move(times)};
    }
}

double Search::penalty(int vehicle, const Trips& trips, const Schedule& times) const {
    double sum = 0;
    if (!state_.before.empty())
        sum = state_.changed(vehicle, trips, times) - state_.changed(vehicle, state_.trips[vehicle], state_.times[vehicle]);
    if (state_.convoy_min <= 1 || !alone_costs_) return sum;
    int lonely = 0;
    times.each_slot([&](Slot slot) {
        const std::int64_t others = state_.scheduler.taken.at(slot) - state_.has_slot(vehicle, slot);
        lonely += others + 1 < state_.convoy_min;
    });
    return sum + 0.5 * state_.convoy_penalty() * lonely;
}

// As much as fits; where the pool fills over time, also what is there when the vehicle could load.
void Search::quantities(int task, int vehicle, const Trip& old, const Candidate& place, std::vector<Count>& result) const {
    const Task& goods = state_.tasks()[task];
    const int number = goods.from(old.source)->pool;
    const Pool& pool = state_.scheduler.pools[number];
    const Count step = state_.step(task);
    const Count wanted = std::min(state_.left[task], (pool.total - state_.used[number]) / step * step);
    const Count most = room_for(state_.world(), vehicle, old.packing, goods.item, wanted);
    if (most <= 0) return;
    result.push_back(most);
    if (pool.simple) return;
    const Clock& begin = place.trip ? state_.times[vehicle].trips[place.trip - 1]->clock : state_.scheduler.starts[vehicle].clock;
    Count there = -state_.used[number];
    for (const Batch& batch : pool.batches)
        if (batch.available_s <= begin.time) there += batch.quantity / step * step;
    if (there > 0 && there < most) result.push_back(there);
}

// The trip with the task at its turn in the stop at `position`, or with more of it where it has one.
TripPtr Search::grown(int task, Count quantity, int vehicle, const Trip& old, int position) const {
    const std::vector<Task>& tasks = state_.tasks();
    const int place = tasks[task].place, size = static_cast<int>(old.visits.size());
    int first = position, last = position;
    while (first > 0 && tasks[old.visits[first - 1].task].place == place) --first;
    while (last < size && tasks[old.visits[last].task].place == place) ++last;
    int turn = last;
    bool more = false;
    for (int i = first; i < last && !more; ++i) {
        more = old.visits[i].task == task;
        if (more) turn = i;
    }
    for (int i = last - 1; i >= first && !more; --i)
        if (state_.haste(old.visits[i].task) < state_.haste(task)) turn = i;
    auto trip = std::make_shared<Trip>(old);
    if (!add_to_load(state_.world(), vehicle, trip->packing, turn, tasks[task].item, quantity, more)) return nullptr;
    if (more)
        trip->visits[turn].quantity += quantity;
    else
        trip->visits.insert(trip->visits.begin() + turn, {task, quantity});
    return trip;
}

}  // namespace karavan::relief
