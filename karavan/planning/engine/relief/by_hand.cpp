// The plan of a careful person: whatever vehicle is free first is filled at the nearest store for the places nearest
// to it.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "by_hand.hpp"

namespace karavan::relief {

namespace {

constexpr int kGiveUpAfter = 5;

class ByHand {
  public:
    explicit ByHand(State& state)
        : state_(state), around_(state.network()), tasks_at_(state.world().places.size()) {
        for (int task = 0; task < static_cast<int>(state.tasks().size()); ++task) {
            if (state.left[task] <= 0) continue;
            tasks_at_[state.tasks()[task].place].push_back(task);
            for (const Source& source : state.tasks()[task].sources) tasks_from_[source.place].push_back(task);
        }
    }

    // One trip more for the vehicle, from the nearest place that has anything for it; false: none.
    bool send(int vehicle) {
        Network& network = state_.network();
        const int profile = state_.world().vehicles[vehicle].profile;
        const Schedule& times = state_.times[vehicle];
        const int here = times.trips.empty() ? state_.scheduler.starts[vehicle].place : times.trips.back()->place;
        std::vector<std::pair<Second, int>> near;
        for (const auto& entry : tasks_from_) near.emplace_back(network.time(profile, here, entry.first), entry.first);
        std::sort(near.begin(), near.end());
        return std::any_of(near.begin(), near.end(), [&](const auto& entry) { return fill(vehicle, entry.second); });
    }

  private:
    // What of a task still goes into a trip.
    Count quantity(int vehicle, const Trip& trip, int number) const {
        const Task& task = state_.tasks()[number];
        const Source* source = task.from(trip.source);
        if (state_.left[number] <= 0 || !source || !source->carriers->has(vehicle)) return 0;
        Count drawn = state_.used[source->pool];
        for (const Visit& visit : trip.visits) {
            if (visit.task == number) return 0;
            const Source* its = state_.tasks()[visit.task].from(trip.source);
            if (its->pool == source->pool) drawn += visit.quantity;
        }
        const Count step = state_.step(number);
        const Count there = (state_.scheduler.pools[source->pool].total - drawn) / step * step;
        const Count wanted = std::min(state_.left[number], there);
        return wanted <= 0 ? 0 : room_for(state_.world(), vehicle, trip.packing, task.item, wanted);
    }

    // Whether the place has anything at all that the vehicle may bring to anybody.
    bool useful(int vehicle, const Trip& trip) {
        auto& tasks = tasks_from_[trip.source];
        std::erase_if(tasks, [&](int task) { return state_.left[task] <= 0; });
        return std::any_of(tasks.begin(), tasks.end(), [&](int task) { return quantity(vehicle, trip, task) > 0; });
    }

    // The nearest task that has not been refused and of which something goes in; -1: none.
    int next(int vehicle, const Trip& trip, const std::vector<int>& refused) {
        std::vector<int> found;
        for (; !around_.here().empty(); around_.on()) {
            found.clear();
            for (int place : around_.here())
                for (int task : tasks_at_[place]) found.push_back(task);
            std::sort(found.begin(), found.end());
            for (int task : found) {
                if (std::find(refused.begin(), refused.end(), task) != refused.end()) continue;
                if (quantity(vehicle, trip, task) > 0) return task;
            }
        }
        return -1;
    }

    bool fill(int vehicle, int source) {
        const World& world = state_.world();
        Trip trip;
        trip.source = source;
        trip.packing = empty_load(world, vehicle);
        if (!useful(vehicle, trip)) return false;
        const Trips old = state_.trips[vehicle];
        std::vector<int> refused;
        Trips best;
        Schedule best_times;
        around_.start(world.vehicles[vehicle].profile, source);
        while (static_cast<int>(refused.size()) < kGiveUpAfter) {
            const int task = next(vehicle, trip, refused);
            if (task < 0) break;
            const Count most = quantity(vehicle, trip, task);
            Trip longer = trip;
            const int size = static_cast<int>(trip.visits.size());
            Schedule times;
            Trips trips = old;
            bool done = add_to_load(world, vehicle, longer.packing, size, state_.tasks()[task].item, most, false);
            if (done) {
                longer.visits.push_back({task, most});
                trips.push_back(std::make_shared<const Trip>(longer));
                done = state_.schedule(vehicle, trips, static_cast<int>(old.size()), times, true);
            }
            if (!done) {
                refused.push_back(task);
                continue;
            }
            trip = std::move(longer);
            best = std::move(trips);
            best_times = std::move(times);
            around_.start(world.vehicles[vehicle].profile, state_.tasks()[task].place);
        }
        if (best.empty()) return false;
        for (const Visit& visit : best.back()->visits) forget(visit);
        state_.commit(vehicle, std::move(best), std::move(best_times));
        return true;
    }

    // Nobody looks again at a task of which nothing is left.
    void forget(const Visit& visit) {
        if (state_.left[visit.task] > visit.quantity) return;
        auto& here = tasks_at_[state_.tasks()[visit.task].place];
        here.erase(std::find(here.begin(), here.end(), visit.task));
    }

    State& state_;
    Network::Around around_;
    std::vector<std::vector<int>> tasks_at_;      // by place, of which something is left
    std::map<int, std::vector<int>> tasks_from_;  // by place where they may be loaded
};

}  // namespace

void send_all(State& state, const std::function<bool()>& late) {
    ByHand hand(state);
    const auto turn = [&](int vehicle) {
        const Schedule& times = state.times[vehicle];
        const Clock& clock = times.trips.empty() ? state.scheduler.starts[vehicle].clock : times.trips.back()->clock;
        return std::tuple(clock.time, -state.world().vehicles[vehicle].payload_g, vehicle);
    };
    std::set<std::tuple<Second, std::int64_t, int>> idle;
    for (int vehicle = 0; vehicle < static_cast<int>(state.trips.size()); ++vehicle)
        if (!state.scheduler.crews[vehicle].spans.empty()) idle.insert(turn(vehicle));
    while (!idle.empty() && !late()) {
        const int vehicle = std::get<2>(*idle.begin());
        idle.erase(idle.begin());
        if (hand.send(vehicle)) idle.insert(turn(vehicle));
    }
}

}  // namespace karavan::relief
