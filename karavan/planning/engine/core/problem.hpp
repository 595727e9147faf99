// What is to be planned, in numbers: nothing here changes during a search.
#pragma once

#include <cstdint>
#include <vector>

#include "numbers.hpp"

namespace karavan {

constexpr int kNone = -1;

struct Window {
    double opens, closes;
};

// A visit to be made: at one place, whole or in parts of at least `step` of its first demand.
struct Task {
    int place;
    double weight, service, release, prize;
    std::int64_t step;
    bool required;
    int first_window, windows;
};

struct Depot {
    int place;
    double opens, closes, service;
};

struct VehicleType {
    int count;  // kNone: as many as wanted
    int start, end;  // depots; end kNone: the day ends at its last stop
    int profile;
    double earliest, latest, max_duration, max_distance;
    int max_trips;
    std::vector<int> reload;
    double fixed, per_distance, per_duration;  // weighted by the objective already
};

// Travel of one profile, distance or time. `to(x)` is the row of what leads to x, read by the place it comes from.
struct Matrix {
    const double* rows = nullptr;
    std::vector<double> turned;  // kept only where there and back differ
    int places = 0;

    double at(int from, int to) const { return rows[static_cast<std::size_t>(from) * places + to]; }
    const double* from(int place) const { return rows + static_cast<std::size_t>(place) * places; }
    const double* to(int place) const {
        return (turned.empty() ? rows : turned.data()) + static_cast<std::size_t>(place) * places;
    }
};

struct Problem {
    std::vector<Matrix> distance, duration;
    std::vector<Depot> depots;
    std::vector<Task> tasks;
    std::vector<VehicleType> types;
    std::vector<Window> windows;
    std::vector<std::int64_t> demands;     // task by task, `dimensions` each
    std::vector<std::int64_t> capacities;  // type by type, `dimensions` each
    std::vector<char> allowed;             // task by task, one for each type; empty: all
    int dimensions = 0;
    double waiting = 0;        // weight of the people's waiting in the objective
    bool waiting_at_end = false;
    bool split = false;        // some task may be brought in parts
    bool stretches = false;    // durations count and every task has one window at most: they are weighed in O(1)
    bool differ = false;       // some types differ in more than `kin` tells
    bool one_price = true;     // every vehicle costs the same before it drives: fewer of them are cheaper ones
    std::vector<std::vector<int>> kin;  // types that differ in capacity, count and cost only

    std::vector<int> near;  // for each task the tasks nearest to it, itself first
    int near_count = 0;

    const std::int64_t* demand(int task) const { return demands.data() + static_cast<std::size_t>(task) * dimensions; }
    const std::int64_t* capacity(int type) const {
        return capacities.data() + static_cast<std::size_t>(type) * dimensions;
    }
    bool may(int task, int type) const {
        return allowed.empty() || allowed[static_cast<std::size_t>(task) * types.size() + type];
    }
    bool reloads_at(int type, int depot) const {
        for (int its : types[type].reload)
            if (its == depot) return true;
        return false;
    }
    const int* neighbours(int task) const { return near.data() + static_cast<std::size_t>(task) * near_count; }

    // What `quantity` of a task's first demand takes of dimension k: a part takes its share, rounded up.
    std::int64_t share(int task, int k, std::int64_t quantity) const {
        const std::int64_t* whole = demand(task);
        if (k == 0 || quantity == whole[0]) return k == 0 ? quantity : whole[k];
        return (whole[k] * quantity + whole[0] - 1) / whole[0];
    }
    double weight(int task, std::int64_t quantity) const {
        const double whole = tasks[task].weight * waiting;
        if (!tasks[task].step) return whole;
        return whole * (static_cast<double>(quantity) / static_cast<double>(demand(task)[0]));
    }
    std::int64_t quantity(int task) const { return dimensions ? demand(task)[0] : 0; }

    // The first moment from `moment` on at which the task may begin; kNever: none.
    double open(int task, double moment) const {
        const Task& t = tasks[task];
        if (!t.windows) return moment;
        for (int i = t.first_window; i < t.first_window + t.windows; ++i)
            if (moment <= windows[i].closes) return moment < windows[i].opens ? windows[i].opens : moment;
        return kNever;
    }
    // The last moment up to `moment` at which the task may begin; -kNever: none.
    double last_open(int task, double moment) const {
        const Task& t = tasks[task];
        if (!t.windows) return moment;
        for (int i = t.first_window + t.windows - 1; i >= t.first_window; --i)
            if (moment >= windows[i].opens) return moment > windows[i].closes ? windows[i].closes : moment;
        return -kNever;
    }

    void prepare();  // turned matrices, neighbours
};

}  // namespace karavan
