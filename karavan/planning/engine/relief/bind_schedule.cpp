#include "bind.hpp"

namespace karavan::relief {

namespace {

using Goods = std::vector<std::pair<int, Count>>;
using Pairs = std::vector<std::pair<Second, Second>>;

nb::tuple visits_out(const Visits& visits) {
    nb::list result;
    for (const Visit& visit : visits) result.append(nb::make_tuple(visit.task, visit.quantity));
    return nb::tuple(result);
}

Visits visits_in(const Goods& pairs) {
    Visits visits;
    for (const auto& [task, quantity] : pairs) visits.push_back({task, quantity});
    return visits;
}

nb::tuple pieces_out(const Packing& packing) {
    nb::list result;
    for (const Pieces& pieces : packing.pieces) result.append(pairs_out(pieces));
    return nb::tuple(result);
}

std::optional<Packing> pack_of(const World& world, int vehicle, const Goods& goods) {
    Packing packing;
    return pack(world, vehicle, goods, packing) ? std::optional(std::move(packing)) : std::nullopt;
}

std::optional<Packing> added(const World& world, int vehicle, Packing packing, int position, int item, Count quantity,
                             bool more) {
    const bool done = add_to_load(world, vehicle, packing, position, item, quantity, more);
    return done ? std::optional(std::move(packing)) : std::nullopt;
}

nb::list stops_out(const TripTimes& times) {
    nb::list result;
    for (const StopTime& stop : times.stops) {
        StopSeen seen{stop, {}};
        seen.slots.assign(times.slots.begin() + stop.first_slot, times.slots.begin() + stop.last_slot);
        result.append(nb::cast(std::move(seen)));
    }
    return result;
}

nb::list draws_out(const TripTimes& times) {
    nb::list result;
    for (const auto& [pool, draw] : times.draws)
        result.append(nb::make_tuple(pool, nb::make_tuple(draw.loaded_s, draw.until_s, draw.quantity, draw.task)));
    return result;
}

using Draws = std::vector<std::tuple<Second, Second, Count, int>>;

// For each draw its (batch, quantity) pairs, in the order given.
std::optional<std::vector<Goods>> allotted(const std::vector<std::tuple<Count, Second, Second>>& batches, Count step,
                                           const Draws& draws) {
    std::vector<Batch> its;
    for (const auto& [quantity, available_s, expiry_s] : batches) its.push_back({quantity, available_s, expiry_s});
    std::vector<std::pair<Draw, std::size_t>> order;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        const auto& [loaded_s, until_s, quantity, task] = draws[i];
        order.push_back({{loaded_s, until_s, quantity, task}, i});
    }
    std::sort(order.begin(), order.end());
    std::vector<Draw> sorted;
    for (const auto& entry : order) sorted.push_back(entry.first);
    std::vector<Goods> shares(draws.size()), result(draws.size());
    if (!allot(its, step, sorted, &shares)) return std::nullopt;
    for (std::size_t i = 0; i < order.size(); ++i) result[order[i].second] = std::move(shares[i]);
    return result;
}

void bind_world(nb::module_& module) {
    nb::class_<World>(module, "World")
        .def("__init__",
             [](World* self, std::shared_ptr<Network> network, Second cleaning_s, double inequity_weight,
                double cost_weight, double cost_person_h) {
                 new (self) World();
                 self->horizon_s = network->rules.horizon_s;
                 self->network = std::move(network);
                 self->cleaning_s = cleaning_s;
                 self->inequity_weight = inequity_weight;
                 self->cost_weight = cost_weight;
                 self->cost_person_h = cost_person_h;
             })
        .def(
            "add_place",
            [](World& self, std::int64_t handling_g_per_h, Second handling_fixed_s,
               const std::optional<Pairs>& opening) {
                self.places.push_back(
                    {handling_g_per_h, handling_fixed_s, !opening, opening ? spans_of(*opening) : Spans()});
            },
            nb::arg("handling_g_per_h"), nb::arg("handling_fixed_s"), nb::arg("opening").none())
        .def("add_item",
             [](World& self, std::int64_t mass_g, std::int64_t volume_cm3, Count step, int item_class,
                Second remaining_life_s) {
                 self.items.push_back({mass_g, volume_cm3, step, item_class, remaining_life_s});
             })
        .def("add_vehicle",
             [](World& self, std::int64_t payload_g, std::vector<std::int64_t> compartments_cm3, double cost_fixed,
                double cost_per_km, std::vector<int> homes, int profile) {
                 self.vehicles.push_back(
                     {payload_g, std::move(compartments_cm3), cost_fixed, cost_per_km, std::move(homes), profile});
             })
        .def("add_class",
             [](World& self, Mask compartment_conflicts, Mask vehicle_conflicts) {
                 if (self.compartment_conflicts.size() == 64) throw nb::value_error("more than 64 classes of goods");
                 self.compartment_conflicts.push_back(compartment_conflicts);
                 self.vehicle_conflicts.push_back(vehicle_conflicts);
             })
        .def("empty", &empty_load, nb::arg("vehicle"))
        .def("pack", &pack_of, nb::arg("vehicle"), nb::arg("goods"))
        .def("packed", &packed, nb::arg("vehicle"), nb::arg("goods"))
        .def("added", &added, nb::arg("vehicle"), nb::arg("packing"), nb::arg("position"), nb::arg("item"),
             nb::arg("quantity"), nb::arg("more") = false)
        .def("room_for", &room_for, nb::arg("vehicle"), nb::arg("packing"), nb::arg("item"), nb::arg("wanted"));
}

void bind_trips(nb::module_& module) {
    nb::class_<Packing>(module, "Packing")
        .def_prop_ro("pieces", &pieces_out)
        .def_prop_ro("classes", [](const Packing& self) { return tuple_out(self.classes); })
        .def_prop_ro("room_cm3", [](const Packing& self) { return tuple_out(self.room_cm3); })
        .def_ro("mass_g", &Packing::mass_g);
    nb::class_<Trip>(module, "Trip")
        .def("__init__", [](Trip* self, int source, const Goods& visits, const Packing& packing, Second leave) {
            new (self) Trip{source, visits_in(visits), packing, leave};
        }, nb::arg("source"), nb::arg("visits"), nb::arg("packing"), nb::arg("leave") = 0)
        .def_ro("source", &Trip::source)
        .def_prop_ro("visits", [](const Trip& self) { return visits_out(self.visits); })
        .def_ro("packing", &Trip::packing)
        .def_ro("leave", &Trip::leave)
        .def("leaving", [](const Trip& self, Second moment) {
            Trip later = self;
            later.leave = moment;
            return later;
        }, nb::arg("moment"));
    nb::class_<StopSeen>(module, "StopTime")
        .def_ro("place", &StopSeen::place)
        .def_ro("arrive", &StopSeen::arrive)
        .def_ro("start", &StopSeen::start)
        .def_ro("end", &StopSeen::end)
        .def_prop_ro("drive_s", [](const StopSeen& self) { return self.path ? self.path->drive_s : 0; })
        .def_prop_ro("driven", [](const StopSeen& self) { return self.path != nullptr; })
        .def_ro("clean", &StopSeen::clean)
        .def_ro("loading", &StopSeen::loading)
        .def_ro("first", &StopSeen::first)
        .def_ro("last", &StopSeen::last);
    nb::class_<TripTimes>(module, "TripTimes")
        .def_prop_ro("stops", &stops_out)
        .def_ro("clock", &TripTimes::clock)
        .def_ro("place", &TripTimes::place)
        .def_ro("gain", &TripTimes::gain)
        .def_prop_ro("draws", &draws_out);
    nb::class_<Schedule>(module, "Schedule")
        .def_ro("trips", &Schedule::trips)
        .def_ro("home", &Schedule::home)
        .def_ro("gain", &Schedule::gain);
    nb::class_<Start>(module, "Start")
        .def("__init__", [](Start* self, const Clock& clock, int place, const std::vector<Mask>& held) {
            new (self) Start{clock, place, held};
        }, nb::arg("clock"), nb::arg("place"), nb::arg("held"))
        .def_ro("clock", &Start::clock)
        .def_ro("place", &Start::place)
        .def_prop_ro("held", [](const Start& self) { return tuple_out(self.held); });
}

}  // namespace

void bind_schedule(nb::module_& module) {
    bind_world(module);
    bind_trips(module);
    module.def("allot", &allotted, nb::arg("batches"), nb::arg("step"), nb::arg("draws"));
}

}  // namespace karavan::relief
