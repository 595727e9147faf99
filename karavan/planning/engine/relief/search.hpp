// The search: build a plan by best insertion, then ruin a part of it and recreate it, many times over.
//
// After Christiaens and Vanden Berghe, "Slack induction by string removals" (2020): strings of visits near each other
// are taken out of several vehicles and put back where they gain most; a worse plan is accepted while the temperature
// allows. The loop and its lanes are those of the core; `Search` is a world for them, and its cost is the gain negated.
#pragma once

#include <array>
#include <functional>

#include "../core/lanes.hpp"
#include "state.hpp"

namespace karavan::relief {

// Where a task could go: into `trip` of `vehicle` before `position`; a new trip from `source` if that is >= 0. `cost`:
// an estimate of person-hours lost, less those gained.
struct Candidate {
    double cost;
    int vehicle, trip, position, source;
    auto operator<=>(const Candidate&) const = default;
};

// The few most promising places; each is overlooked now and then, so that not everything is always decided alike.
class Shortlist {
  public:
    explicit Shortlist(Random& random) : random_(random) {}
    void clear() { size_ = 0; }
    // Whether a place of this cost could be among them.
    bool open(double cost) const { return size_ < kTried || cost < its_[kTried - 1].cost; }
    void offer(const Candidate& candidate);
    const Candidate* begin() const { return its_.data(); }
    const Candidate* end() const { return its_.data() + size_; }

  private:
    static constexpr int kTried = 3;
    static constexpr double kBlink = 0.02;
    Random& random_;
    std::array<Candidate, kTried> its_;
    int size_ = 0;
};

// The best plan that was seen, by the ways of `network`. `said`: its cost without what is only on its way.
struct Best {
    std::vector<Day> days;
    double cost = kNever, said = kNever;
    const Network* network = nullptr;
};

class Search {
  public:
    // `twin`: for each vehicle the first one that is just like it, at the start too.
    Search(State& state, Random& random, std::vector<int> twin);

    // Put every task in, those first whose waiting weighs most for the time they take; `late`: told how many are in.
    void build(const std::function<bool(std::size_t)>& late);
    // Ruin and recreate in `lanes` threads, each with its own seed; the state is then the best that was seen. Returns
    // the rounds run in the first of them.
    std::int64_t rounds(const Budget& budget, int lanes, const Ask& ask);
    // Put what is left of a task where it gains most, in as many parts as it takes; the rest stays out.
    void insert(int task) { insert(task, false); }

    // What the loop asks of its world (core/loop.hpp).
    using Kept = Best;
    static constexpr int kBetweenLooks = 1;
    static constexpr double kRange = 100;
    std::int64_t tasks() const { return static_cast<std::int64_t>(state_.tasks().size()); }
    void begin();
    double heat() const;
    bool step(double temperature);
    double cost() const { return cost_; }
    bool whole() const { return !state_.short_convoys(); }
    void keep();
    const Best& best() const { return best_; }
    double said() const { return best_.said; }
    void take_over(const Best& other);
    void look(double) { state_.network().trim(); }
    bool anew() const { return false; }
    void start_anew() {}
    void finish();

  private:
    struct Found {
        double gain = 0;
        int vehicle = -1;
        Trips trips;
        Schedule times;
    };

    void insert(int task, bool searching);
    bool find(int task, Count parts, Found& found);
    void attempt(int task, const Candidate& place, Count parts, Found& found);
    void quantities(int task, int vehicle, const Trip& old, const Candidate& place, std::vector<Count>& result) const;
    TripPtr grown(int task, Count quantity, int vehicle, const Trip& old, int position) const;
    double penalty(int vehicle, const Trips& trips, const Schedule& times) const;

    void shortlist(int task);
    void look_out(int task);
    bool too_late(int task, int vehicle);
    void inside(int task, int vehicle);
    void new_trips(int task, int vehicle, int latest);
    Count capacity(int vehicle, int item);
    const std::vector<std::pair<Second, int>>& sources_by_way(int task, int profile);
    const std::vector<int>& neighbours(int place);

    void ruin();
    int seed();
    void ruin_strings(int place);
    bool ruin_days(int place);
    bool ruin_convoy(int place);
    std::vector<Slot> slots_around(int place);
    bool mend();
    void gather(int place);
    bool cut(int vehicle, int place, Trips& trips, int& first, int& removed);
    void recreate();
    void replace(int vehicle, Trips trips, Schedule times);
    void remember(int vehicle);
    void commit(int vehicle, Trips trips, Schedule times);
    void take_back();
    bool open(int task) const { return state_.left[task] >= state_.step(task); }
    bool touched(int vehicle) const { return touched_[vehicle] == round_; }

    State& state_;
    Random& random_;
    std::vector<int> twin_;
    bool alone_costs_ = true;
    Shortlist shortlist_;
    std::vector<std::vector<int>> near_;                // by place: places with tasks, nearest first, itself first
    std::vector<int> task_places_;                      // places with tasks
    std::vector<std::vector<int>> tasks_at_;            // by place
    // By profile and task: seconds from its sources, and these, nearest first.
    std::vector<std::vector<std::vector<std::pair<Second, int>>>> by_way_;
    std::vector<Count> capacity_;                       // by twin and item; -1: not known yet
    struct Brief {
        int profile;
        double fixed;
    };
    std::vector<Brief> briefs_;     // by vehicle
    std::vector<Second> soonest_;  // by profile, of the task that is being put in
    std::vector<int> near_stamp_, idle_stamp_, close_stamp_;
    int stamp_ = 0;

    std::vector<std::pair<int, Day>> undo_;  // vehicles of this round as they were
    std::vector<std::int64_t> touched_;      // by vehicle: the round that touched it last
    std::vector<int> changed_;               // vehicles that are not as in the best plan
    std::vector<char> is_changed_;
    std::int64_t round_ = 0;
    bool convoy_out_ = false;  // whether this round has taken out a whole convoy
    double cost_ = 0;
    Best best_;
    std::vector<int> absent_, absent_at_;  // tasks of which something is left, and where each is in the list
    std::vector<int> removed_;
    std::vector<std::int64_t> removed_in_;  // by task: the round that took it out last

    void note_absent(int task);
};

// Leave no convoy below its smallest size; each remedy that is `overlooked` is left out.
void mend_convoys(
    State& state, const std::function<bool()>& overlooked = [] { return false; });

}  // namespace karavan::relief
