// A vehicle's trips by the clock: when it loads, drives, hands over, and whether it can.
//
// One function says both what a sequence of trips gains and that every hard rule of the road holds in it. The plan's
// journeys are read off the same result, so that what was searched is what is driven.
#pragma once

#include <compare>
#include <set>

#include "problem.hpp"

namespace karavan::relief {

// Load at one place, hand over along the way. Source -1: loaded already, a dispatched journey that goes on. It begins,
// its way to the loading included, not before `leave`.
struct Trip {
    int source = -1;
    Visits visits;
    Packing packing;
    Second leave = 0;
};
using TripPtr = std::shared_ptr<const Trip>;
using Trips = std::vector<TripPtr>;

// A stop with how the vehicle came to it; visits `first` .. `last` of the trip are made here.
struct StopTime {
    int place = 0;
    Second arrive = 0, start = 0, end = 0;
    PathPtr path;
    Second depart = 0;
    Clock before;  // when it set out
    int first_slot = 0, last_slot = 0;
    bool clean = false, loading = false;
    int first = 0, last = 0;
};

// Moment of loading, moment until which the goods must last, quantity, task.
struct Draw {
    Second loaded_s, until_s;
    Count quantity;
    int task;
    auto operator<=>(const Draw&) const = default;
};

struct PoolDraw {
    int pool;
    Draw draw;
};

// A trip by the clock, and where it leaves the vehicle; `held`: classes carried in each compartment since cleaning.
struct TripTimes {
    std::vector<StopTime> stops;
    Clock clock;
    int place = 0;
    std::vector<Mask> held;
    double gain = 0;  // weighted person-hours of waiting that its hand-overs save, less its cost
    std::vector<PoolDraw> draws;
    std::vector<Slot> slots;
};
using TimesPtr = std::shared_ptr<const TripTimes>;

// All trips of a vehicle and its way home.
struct Schedule {
    std::vector<TimesPtr> trips;
    TimesPtr home;
    double gain = 0;

    template <class See>
    void each_slot(const See& see) const {
        for (const TimesPtr& part : trips)
            for (const Slot& slot : part->slots) see(slot);
        if (home)
            for (const Slot& slot : home->slots) see(slot);
    }
};

// Where and how a vehicle begins: at home, or wherever its dispatched journeys have brought it.
struct Start {
    Clock clock;
    int place = 0;
    std::vector<Mask> held;
};

struct HandOver {
    int task;
    Count quantity;
    Second moment;
};

// Share batches among draws sorted by loading, first expiry first: for each draw (batch, quantity); false: too little.
bool allot(const std::vector<Batch>& batches, Count step, const std::vector<Draw>& sorted,
           std::vector<std::vector<std::pair<int, Count>>>* shares);

class Scheduler {
  public:
    Scheduler(std::shared_ptr<const World> world, bool hours);

    // Weighted person-hours saved by handing `quantity` over at `second` instead of never, and its worth.
    double value(const Task& task, Count quantity, Second second) const;
    // What an hour of driving costs, roughly: a guide to where to try first.
    double hourly_price(int vehicle) const;
    struct Known {
        const Trips& trips;
        const Schedule& times;
    };
    // The trips by the clock, those before `first` as in `known`; false: some rule cannot be kept.
    bool schedule(int vehicle, const Trips& trips, const Known& known, int first, Schedule& result, bool anew);
    // A stop's visits with their moments, the last one first, as value.hand_overs counts them.
    template <class See>
    void hand_overs(const StopTime& stop, const Visits& visits, const See& see) const {
        const std::int64_t rate = world->places[stop.place].handling_g_per_h;
        std::int64_t after_g = 0;
        for (int i = stop.last - 1; i >= stop.first; --i) {
            see(HandOver{visits[i].task, visits[i].quantity, stop.end - after_g * 3600 / rate});
            after_g += visits[i].quantity * world->items[tasks[visits[i].task].item].mass_g;
        }
    }
    // The first moment from which on so much more can be drawn and all other draws still be covered, age aside.
    Second enough(int vehicle, int pool, Count quantity, const std::vector<TimesPtr>& done) const;
    // When a vehicle's first trip loads, not before `ready`, and when it ends; false: it cannot be driven.
    bool loaded_from(int vehicle, const Trip& trip, Second ready, Second& loaded, Second& ended);

    std::shared_ptr<const World> world;
    bool hours;  // whether an hour earlier is better; else every unit delivered counts alike and cost decides the rest
    std::vector<Task> tasks;
    std::vector<Pool> pools;
    std::vector<Crew> crews;
    std::vector<Start> starts;
    Convoys taken;       // the vehicle that is being scheduled left out
    std::set<int> strays;  // dispatched vehicles whose way home is shut: they may end anywhere
    double cost_weight, worth;

    struct Drawn {
        Draw draw;
        int vehicle;
        auto operator<=>(const Drawn&) const = default;
    };
    std::vector<std::vector<Drawn>> drawn;  // by pool that is not simple, sorted

  private:
    struct At {
        const Clock& clock;
        int place;
        const std::vector<Mask>& held;
    };

    bool goes_on_as_before(int vehicle, const Trips& trips, const Known& known, int first, Schedule& result) const;
    TimesPtr trip(int vehicle, const At& at, const Trip& trip, const std::vector<TimesPtr>& done);
    bool run(int vehicle, const At& at, const Trip& trip, Second ready, TripTimes& result);
    TimesPtr home(int vehicle, const At& at);
    bool stop(int vehicle, Clock& clock, int here, std::int64_t mass_g, Second ready, TripTimes& times, StopTime& stop);
    PathPtr drive(int vehicle, Clock& clock, int here, int there, std::vector<Slot>& slots);
    bool covered(int vehicle, int pool, const TripTimes& times, const std::vector<TimesPtr>& done) const;
    bool soiled(const std::vector<Mask>& held, const std::vector<Mask>& classes) const;
    double cost(int vehicle, std::int64_t distance_m, int journeys) const;
    Second next_batch(const std::vector<std::pair<int, Count>>& timed, Second after) const;

    std::vector<Slot> trial_slots_, best_slots_;
};

}  // namespace karavan::relief
