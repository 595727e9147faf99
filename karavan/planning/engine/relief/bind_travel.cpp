#include <nanobind/ndarray.h>

#include "bind.hpp"

namespace karavan::relief {

namespace {

using Pairs = std::vector<std::pair<Second, Second>>;

// A path with its steps, and the network that it belongs to.
struct PathSeen {
    std::shared_ptr<Network> network;
    PathPtr path;
};

nb::tuple steps_of(const PathSeen& seen) {
    nb::list steps;
    for (const Stretch& stretch : seen.network->steps(*seen.path)) {
        if (stretch.passage) steps.append(nb::cast(*stretch.passage));
        for (const Leg& leg : stretch.legs) steps.append(nb::cast(leg));
    }
    return nb::tuple(steps);
}

nb::tuple legs_of(const PathSeen& seen) {
    nb::list legs;
    for (const Stretch& stretch : seen.network->steps(*seen.path))
        for (const Leg& leg : stretch.passage ? stretch.passage->legs : stretch.legs) legs.append(nb::cast(leg));
    return nb::tuple(legs);
}

std::vector<PathSeen> paths_of(const std::shared_ptr<Network>& network, int profile, int origin, int destination) {
    std::vector<PathSeen> result;
    for (const auto& path : network->paths(profile, origin, destination)) result.push_back({network, path});
    return result;
}

// Drives a path; `taken`: vehicles of others by slot. Returns the slots taken, None if it is not within the horizon.
nb::object drive(const std::shared_ptr<Network>& network, const Crew& crew, Clock& clock, const PathSeen& path,
                 const nb::dict& taken) {
    Convoys convoys;
    for (int number = 0; number < network->passages(); ++number) {
        const Passage& passage = network->passage(number);
        for (int index = 0; index < static_cast<int>(passage.slots.size()); ++index) {
            const nb::object key = slot_of(*network, {number, index});
            if (taken.contains(key)) convoys[{number, index}] = nb::cast<std::int64_t>(taken[key]);
        }
    }
    std::vector<Slot> slots;
    if (!network->drive(crew, clock, *path.path, convoys, slots)) return nb::none();
    nb::list result;
    for (Slot slot : slots) result.append(slot_of(*network, slot));
    return result;
}

// The legs of a stop's drive: (leg, departure, arrival, whether in a convoy).
nb::list driven(Network& network, const Crew& crew, const StopSeen& stop) {
    nb::list result;
    if (stop.path)
        for (const auto& one : network.legs_driven(crew, stop.before, *stop.path, stop.slots.data()))
            result.append(nb::make_tuple(one.leg, one.depart, one.arrive, one.passage != nullptr));
    return result;
}

// A row of the table as an array that stays valid when the network forgets it.
nb::object row_of(Network& network, int profile, int stop) {
    using Row = std::shared_ptr<const std::vector<std::int32_t>>;
    auto* kept = new Row(network.kept_row(profile, stop));
    nb::capsule owner(kept, [](void* it) noexcept { delete static_cast<Row*>(it); });
    return nb::cast(nb::ndarray<nb::numpy, const std::int32_t, nb::ndim<1>>((*kept)->data(), {(*kept)->size()}, owner));
}

Second earliest_of(const Crew& crew, const Clock& clock, Second duration, Second drive_s,
                   const std::optional<Pairs>& windows) {
    if (!windows) return earliest(crew, clock, duration, drive_s, drive_s, at_any_time);
    const Spans spans = spans_of(*windows);
    return earliest(crew, clock, duration, drive_s, drive_s,
                    [&](Second start) { return fitted(spans, start, duration); });
}

void bind_clocks(nb::module_& module) {
    nb::class_<Crew>(module, "Crew")
        .def(
            "__init__",
            [](Crew* self, const Pairs& spans, Second driving_limit_s, Second rest_s, Second break_after_s,
               Second break_s) { new (self) Crew{spans_of(spans), driving_limit_s, rest_s, break_after_s, break_s}; },
            nb::arg("spans"), nb::arg("driving_limit_s"), nb::arg("rest_s"), nb::arg("break_after_s"),
            nb::arg("break_s"))
        .def(
            "with_spans",
            [](const Crew& self, const Pairs& spans) {
                Crew other = self;
                other.spans = spans_of(spans);
                return other;
            },
            nb::arg("spans"))
        .def_prop_ro("spans", [](const Crew& self) { return spans_out(self.spans); })
        .def_ro("driving_limit_s", &Crew::driving_limit_s)
        .def_ro("rest_s", &Crew::rest_s)
        .def_ro("break_after_s", &Crew::break_after_s)
        .def_ro("break_s", &Crew::break_s);
    nb::class_<Clock>(module, "Clock")
        .def(
            "__init__",
            [](Clock* self, Second time, Second stood_since, Second since_break_s, int span, Second driven_s,
               Second worked_until) {
                new (self) Clock{time, stood_since, since_break_s, span, driven_s, worked_until};
            },
            nb::arg("time"), nb::arg("stood_since") = -kFar, nb::arg("since_break_s") = 0, nb::arg("span") = 0,
            nb::arg("driven_s") = 0, nb::arg("worked_until") = -kFar)
        .def_rw("time", &Clock::time)
        .def_rw("stood_since", &Clock::stood_since)
        .def_rw("since_break_s", &Clock::since_break_s)
        .def_rw("span", &Clock::span)
        .def_rw("driven_s", &Clock::driven_s)
        .def_rw("worked_until", &Clock::worked_until);
    module.attr("FAR") = kFar;
    module.def("breaks_inside", &breaks_inside, nb::arg("drive_s"), nb::arg("break_after_s"));
    module.def(
        "earliest",
        [](const Crew& crew, const Clock& clock, Second duration, Second drive_s, const std::optional<Pairs>& windows) {
            const Second found = earliest_of(crew, clock, duration, drive_s, windows);
            return found == kNone ? std::optional<Second>() : std::optional<Second>(found);
        },
        nb::arg("crew"), nb::arg("clock"), nb::arg("duration"), nb::arg("drive_s"), nb::arg("windows").none());
    module.def("drove",
               [](const Crew& crew, Clock& clock, Second depart, Second duration, Second drive_s) {
                   drove(crew, clock, depart, duration, drive_s);
               },
               nb::arg("crew"), nb::arg("clock"), nb::arg("depart"), nb::arg("duration"), nb::arg("drive_s"));
    module.def("worked", &worked, nb::arg("crew"), nb::arg("clock"), nb::arg("end"));
}

void bind_paths(nb::module_& module) {
    nb::class_<Leg>(module, "PathLeg")
        .def("__init__", [](Leg* self, int road, int origin, int destination, Second drive_s) {
            new (self) Leg{road, origin, destination, drive_s};
        }, nb::arg("road"), nb::arg("origin"), nb::arg("destination"), nb::arg("drive_s"))
        .def_ro("road", &Leg::road)
        .def_ro("origin", &Leg::origin)
        .def_ro("destination", &Leg::destination)
        .def_ro("drive_s", &Leg::drive_s);
    nb::class_<Passage>(module, "Passage")
        .def_prop_ro("key", [](const Passage& self) { return pairs_out(self.key); })
        .def_ro("drive_s", &Passage::drive_s)
        .def_prop_ro("slots", [](const Passage& self) { return tuple_out(self.slots); });
    nb::class_<PathSeen>(module, "Path")
        .def_prop_ro("steps", &steps_of)
        .def_prop_ro("legs", &legs_of)
        .def_prop_ro("drive_s", [](const PathSeen& self) { return self.path->drive_s; })
        .def_prop_ro("distance_m", [](const PathSeen& self) { return self.path->distance_m; })
        .def_prop_ro("plain", [](const PathSeen& self) { return self.path->plain; });
}

}  // namespace

nb::tuple slot_of(const Network& network, Slot slot) {
    const Passage& passage = network.passage(slot.passage);
    return nb::make_tuple(pairs_out(passage.key), passage.slots[slot.index]);
}

void bind_travel(nb::module_& module) {
    bind_clocks(module);
    bind_paths(module);
    nb::class_<TravelRules>(module, "TravelRules")
        .def(nb::init<>())
        .def_rw("horizon_s", &TravelRules::horizon_s)
        .def_rw("break_after_s", &TravelRules::break_after_s)
        .def_rw("break_s", &TravelRules::break_s)
        .def_rw("convoy_min", &TravelRules::convoy_min)
        .def_rw("convoys_from", &TravelRules::convoys_from)
        .def_rw("first_slot_s", &TravelRules::first_slot_s)
        .def_rw("slot_s", &TravelRules::slot_s)
        .def_rw("convoy_max", &TravelRules::convoy_max)
        .def_rw("detour_permille", &TravelRules::detour_permille)
        .def_rw("straight_speed_m_per_h", &TravelRules::straight_speed_m_per_h);
    nb::class_<Network>(module, "Roads")
        .def(nb::init<int, std::vector<int>, TravelRules>(), nb::arg("places"), nb::arg("stops"), nb::arg("rules"))
        .def("add_road", [](Network& self, int origin, int destination, std::int64_t distance_m, bool one_way,
                            bool convoy_only, bool restricted, const Pairs& windows) {
            self.add_road({origin, destination, distance_m, one_way, convoy_only, restricted, spans_of(windows)});
        })
        .def("add_profile", [](Network& self, std::int64_t speed_permille, const std::vector<bool>& may_enter) {
            self.add_profile(speed_permille, {may_enter.begin(), may_enter.end()});
        })
        .def("add_variant", &Network::add_variant)
        .def("go_straight", &Network::go_straight)
        .def("paths", &paths_of, nb::arg("profile"), nb::arg("origin"), nb::arg("destination"))
        .def("drive", &drive, nb::arg("crew"), nb::arg("clock"), nb::arg("path"), nb::arg("taken"))
        .def("driven", &driven, nb::arg("crew"), nb::arg("stop"))
        .def("time", &Network::time, nb::arg("profile"), nb::arg("origin"), nb::arg("destination"))
        .def("row", &row_of, nb::arg("profile"), nb::arg("stop"));
}

}  // namespace karavan::relief
