// What is to be planned, in numbers: the situation, and the tasks and pools of the stage that is being planned.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "network.hpp"

namespace karavan::relief {

using Count = std::int64_t;
using Mask = std::uint64_t;  // of item classes

inline constexpr double kHourS = 3600;

struct Place {
    std::int64_t handling_g_per_h;
    Second handling_fixed_s;
    bool always_open;
    Spans opening;
};

struct Item {
    std::int64_t mass_g, volume_cm3;
    Count step;
    int item_class;
    Second remaining_life_s;
};

struct Vehicle {
    std::int64_t payload_g;
    std::vector<std::int64_t> compartments_cm3;
    double cost_fixed, cost_per_km;
    std::vector<int> homes;
    int profile;
    std::int64_t volume_cm3() const {
        std::int64_t sum = 0;
        for (std::int64_t room : compartments_cm3) sum += room;
        return sum;
    }
};

// What never changes while plans are made of a situation.
struct World {
    std::shared_ptr<Network> network;
    std::vector<Place> places;
    std::vector<Item> items;
    std::vector<Vehicle> vehicles;
    std::vector<Mask> compartment_conflicts, vehicle_conflicts;  // by class: the classes kept from it
    Second horizon_s = 0, cleaning_s = 0;
    double inequity_weight = 0, cost_weight = 0, cost_person_h = 0;
};

// `quantity` units, there from `available_s`, to be handed over by `expiry_s`.
struct Batch {
    Count quantity;
    Second available_s, expiry_s;
};

// What can be loaded of one item at one place; first expiry first.
struct Pool {
    int place = 0, item = 0;
    bool simple = false;  // everything is there from the start and outlasts the horizon: only the sum counts
    Count total = 0;
    std::vector<Batch> batches;
    std::vector<std::pair<Second, Count>> coming;  // the batches by moment
};

// Vehicles, sorted, with a quick answer to who is among them.
struct Vehicles {
    std::vector<int> all;
    std::vector<char> among;
    bool has(int vehicle) const { return among[vehicle] != 0; }
};

struct Source {
    int place, pool;
    std::shared_ptr<const Vehicles> carriers;
};

struct Task {
    int need = 0, item = 0, place = 0;
    bool final = false;
    Count limit = 0, need_quantity = 1;
    Second life_s = 0, since_s = 0;
    double unit_weight = 0;
    std::vector<Source> sources;
    std::shared_ptr<const Vehicles> vehicles;

    const Source* from(int place) const {
        for (const Source& source : sources)
            if (source.place == place) return &source;
        return nullptr;
    }
};

struct Visit {
    int task;
    Count quantity;
};
using Visits = std::vector<Visit>;

using Piece = std::pair<int, Count>;  // compartment, quantity
using Pieces = std::vector<Piece>;

// A vehicle's load: where each visit's goods are, and what each compartment holds and has left.
struct Packing {
    std::vector<Pieces> pieces;
    std::vector<Mask> classes;
    std::vector<std::int64_t> room_cm3;
    std::int64_t mass_g = 0;
};

Packing empty_load(const World& world, int vehicle);

// Adds `quantity` of `item` for a visit at `position`, or more for the visit that is there; false: it does not fit.
bool add_to_load(const World& world, int vehicle, Packing& packing, int position, int item, Count quantity, bool more);

// The largest quantity of `item`, at most `wanted`, that can be added.
Count room_for(const World& world, int vehicle, const Packing& packing, int item, Count wanted);

// All goods, pairs of item and quantity, with those of one class together; false: they do not fit.
bool pack(const World& world, int vehicle, const std::vector<std::pair<int, Count>>& goods, Packing& packing);

// The load when it is known where everything lies.
Packing packed(const World& world, int vehicle, const std::vector<std::pair<int, Pieces>>& goods);

}  // namespace karavan::relief
