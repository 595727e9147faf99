// Rounds in several threads: each has its own state and network, and a plan that goes to another is told in its ways.
#include "search.hpp"

namespace karavan::relief {

namespace {

std::shared_ptr<const World> with_own_network(const World& world) {
    world.network->settle();
    auto result = std::make_shared<World>(world);
    result->network = std::make_shared<Network>(*world.network);
    return result;
}

State with_own_world(const State& state) {
    State result = state;
    result.scheduler.world = with_own_network(state.world());
    return result;
}

// A search beside the first one, from where that one stands.
struct Beside {
    Beside(const State& its, std::uint64_t seed, const std::vector<int>& twin)
        : state(with_own_world(its)), random(seed), search(state, random, twin) {}
    State state;
    Random random;
    Search search;
};

// The same times by this network's own ways and passages.
TimesPtr retold(const TimesPtr& times, Network& network, const Network& other) {
    if (!times) return times;
    auto result = std::make_shared<TripTimes>(*times);
    for (StopTime& stop : result->stops)
        if (stop.path) stop.path = network.own(*stop.path);
    for (Slot& slot : result->slots) slot = network.own(other.passage(slot.passage), slot.index);
    return result;
}

}  // namespace

std::int64_t Search::rounds(const Budget& budget, int lanes, const Ask& ask) {
    std::vector<std::unique_ptr<Beside>> beside;
    std::vector<Search*> searches{this};
    for (int lane = 1; lane < lanes; ++lane) {
        beside.push_back(std::make_unique<Beside>(state_, random_.next(), twin_));
        searches.push_back(&beside.back()->search);
    }
    Lanes<Search> together(searches, budget);
    const std::size_t best = together.run(ask);
    if (best) take_over(searches[best]->best());
    return together.iterations(0);
}

void Search::take_over(const Best& other) {
    Network& network = state_.network();
    for (int v = 0; v < static_cast<int>(other.days.size()); ++v) {
        const Day& day = other.days[v];
        Day& own = best_.days[v];
        own.trips = day.trips;
        own.times = {{}, retold(day.times.home, network, *other.network), day.times.gain};
        for (const TimesPtr& trip : day.times.trips) own.times.trips.push_back(retold(trip, network, *other.network));
        commit(v, own.trips, own.times);
        is_changed_[v] = 0;
    }
    changed_.clear();
    undo_.clear();
    cost_ = -state_.value();
    best_.cost = other.cost;
    best_.said = other.said;
}

}  // namespace karavan::relief
