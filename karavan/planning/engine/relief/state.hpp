// The plan being built, and everything that is counted from it.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>

#include "schedule.hpp"

namespace karavan::relief {

inline constexpr Second kNotableS = 1800;  // a hand-over that moves by less is no change: nobody has to be told
inline constexpr std::int64_t kForbidden = 1'000'000;

// Behind a stop of a committed trip: where another visit may go. `position`: in the trip's visits; `after`:
// person-hours that an hour of delay here costs all who come later.
struct Spot {
    int trip, place, following;
    Second end;
    int position;
    double after;
};

// What a committed trip has left, roughly: compartments are looked at when it is tried.
struct Room {
    int source;
    std::int64_t mass_g, volume_cm3;
    double after;
};

// A vehicle's trips and their times, as they were before a change.
struct Day {
    Trips trips;
    Schedule times;
};

// For each need the vehicles that brought it in the plan before, and when each did.
using Before = std::unordered_map<int, std::map<int, std::vector<Second>>>;

class State {
  public:
    State(std::shared_ptr<const World> world, bool hours, std::vector<Start> starts);

    // Tell the tasks, pools and crews: once, and again whenever one was added or changed.
    void set_task(int number, Task task);
    void set_pool(int number, Pool pool);
    void set_crew(int vehicle, Crew crew) { scheduler.crews[vehicle] = std::move(crew); }
    void set_task_count(int count) { scheduler.tasks.resize(count), haste_.resize(count); }
    void set_limit(int task, Count limit) { scheduler.tasks[task].limit = limit; }

    // Weighted person-hours gained over delivering nothing, less cost, lone convoys and changes.
    double value() const;
    // Sum up again what `value` keeps: after limits, or what was planned before, have changed.
    void refresh();
    // What `value` holds for goods that are put down to change vehicles: nobody has them yet.
    double on_the_way() const;
    double convoy_penalty() const { return convoy_penalty_; }
    // What it costs that these trips bring what others brought in the plan before, or bring it at another hour.
    double changed(int vehicle, const Trips& trips, const Schedule& times) const;
    // Vehicles that convoys still lack to the smallest size allowed.
    std::int64_t short_convoys() const { return short_; }
    std::int64_t lacking(Slot slot) const { return lacking_of(scheduler.taken.at(slot)); }

    // The trips by the clock, with everybody else where they are; false: some rule cannot be kept. What follows the
    // changed trips is driven again only if the vehicle comes to it otherwise, or `anew`: when convoys have been closed
    // since.
    bool schedule(int vehicle, const Trips& trips, int first, Schedule& result, bool anew = false);
    // The only writer: replace a vehicle's trips and everything that is counted from them.
    void commit(int vehicle, Trips trips, Schedule times);

    void add_taken(Slot slot, std::int64_t count);
    bool has_slot(int vehicle, Slot slot) const;

    // A trip with its load packed, the visits of each stop in the order in which people wait least; null: too much.
    TripPtr make_trip(int vehicle, int source, Visits visits) const;
    // Person-hours that an hour of unloading costs, per gram: Smith's rule for a task's place within its stop.
    double haste(int task) const { return haste_[task]; }
    Count step(int task) const { return world().items[scheduler.tasks[task].item].step; }

    const World& world() const { return *scheduler.world; }
    Network& network() const { return *scheduler.world->network; }
    const std::vector<Task>& tasks() const { return scheduler.tasks; }

    Scheduler scheduler;
    int convoy_min = 1;
    std::function<void(int)> changing;  // told of a vehicle before a commit, while somebody wants to take it back
    std::vector<Trips> trips;
    std::vector<Schedule> times;
    std::vector<Count> fixed;  // leading trips that may not be changed: dispatched, or feeding a later stage
    std::vector<Count> left;   // what of each task is not carried yet
    std::vector<Count> used;   // what of each pool is taken
    std::set<int> barred;      // dispatched vehicles that take on nothing more
    Before before;
    double change_cost = 0;
    // By task what the plan before would bring: to bring less costs a change too.
    std::vector<Count> promised;
    // Whether the task brings what the plan before would have, `more` with it.
    bool keeps_promise(int task, Count more = 0) const {
        return task >= static_cast<int>(promised.size()) || tasks()[task].limit - left[task] + more >= promised[task];
    }

    std::vector<std::vector<std::pair<int, int>>> visitors;  // by place: vehicles that visit it, and how often
    std::vector<std::vector<Spot>> spots;
    std::vector<std::vector<Room>> rooms;
    std::vector<Second> free_at;  // by vehicle: when its last trip ends

  private:
    std::int64_t lacking_of(std::int64_t count) const {
        return 0 < count && count < convoy_min ? convoy_min - count : 0;
    }
    void count(int vehicle, std::size_t first, int sign);
    void survey(int vehicle);
    void visit(int place, int vehicle, int sign);

    std::vector<double> haste_;
    std::vector<double> changes_;  // by vehicle: what its changes cost
    double convoy_penalty_ = 1;
    std::int64_t short_ = 0;
};

}  // namespace karavan::relief
