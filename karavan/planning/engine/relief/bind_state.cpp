#include <chrono>

#include "bind.hpp"
#include "by_hand.hpp"

namespace karavan::relief {

namespace {

// One of a state's lists of numbers, to be read and changed in place.
struct Numbers {
    std::vector<Count>* its;
};

int checked(std::int64_t index, std::size_t size) {
    if (index < 0) index += static_cast<std::int64_t>(size);
    if (index < 0 || index >= static_cast<std::int64_t>(size)) throw nb::index_error();
    return static_cast<int>(index);
}

struct TripsSeen {
    State* state;
};
struct TimesSeen {
    State* state;
};

void set_task(State& self, int number, int need, int item, int place, bool final, Count limit, Count need_quantity,
              Second life_s, Second since_s, double unit_weight,
              const std::vector<std::tuple<int, int, std::shared_ptr<Vehicles>>>& sources,
              std::shared_ptr<Vehicles> vehicles) {
    Task task{need, item, place, final, limit, need_quantity, life_s, since_s, unit_weight, {}, std::move(vehicles)};
    for (const auto& [from, pool, carriers] : sources) task.sources.push_back({from, pool, carriers});
    self.set_task(number, std::move(task));
}

void set_pool(State& self, int number, int place, int item, bool simple, Count total,
              const std::vector<std::tuple<Count, Second, Second>>& batches) {
    Pool pool{place, item, simple, total, {}, {}};
    for (const auto& [quantity, available_s, expiry_s] : batches)
        pool.batches.push_back({quantity, available_s, expiry_s});
    self.set_pool(number, std::move(pool));
}

std::optional<Schedule> scheduled(State& self, int vehicle, const Trips& trips, int first) {
    Schedule result;
    return self.schedule(vehicle, trips, first, result, true) ? std::optional(std::move(result)) : std::nullopt;
}

TripPtr trip_of(const State& self, int vehicle, int source, const std::vector<std::pair<int, Count>>& pairs) {
    Visits visits;
    for (const auto& [task, quantity] : pairs) visits.push_back({task, quantity});
    return self.make_trip(vehicle, source, std::move(visits));
}

nb::dict taken_of(const State& self) {
    nb::dict result;
    self.scheduler.taken.each([&](Slot slot, std::int64_t count) { result[slot_of(self.network(), slot)] = count; });
    return result;
}

nb::list slots_of(const State& self, const Schedule& times) {
    nb::list result;
    times.each_slot([&](Slot slot) { result.append(slot_of(self.network(), slot)); });
    return result;
}

void set_before(State& self, const std::vector<std::tuple<int, int, std::vector<Second>>>& before) {
    self.before.clear();
    for (const auto& [need, vehicle, moments] : before) self.before[need][vehicle] = moments;
    self.refresh();
}

std::optional<std::pair<Second, Second>> loaded_from(State& self, int vehicle, const Trip& trip, Second ready) {
    Second loaded, ended;
    return self.scheduler.loaded_from(vehicle, trip, ready, loaded, ended) ? std::optional(std::pair(loaded, ended))
                                                                           : std::nullopt;
}

// Tells Python now and then how many tasks are in, and asks whether to leave out the rest.
void build(Search& self, const nb::callable& late) {
    auto last = std::chrono::steady_clock::time_point();
    nb::gil_scoped_release release;
    self.build([&](std::size_t done) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < std::chrono::milliseconds(20)) return false;
        last = now;
        nb::gil_scoped_acquire acquire;
        return nb::cast<bool>(late(done));
    });
}

void sent_by_hand(State& self, const nb::callable& late) {
    auto last = std::chrono::steady_clock::time_point();
    nb::gil_scoped_release release;
    send_all(self, [&] {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < std::chrono::milliseconds(20)) return false;
        last = now;
        nb::gil_scoped_acquire acquire;
        return nb::cast<bool>(late());
    });
}

std::int64_t rounds(Search& self, std::int64_t limit, std::int64_t begun, double stage, std::int64_t patience,
                    double enough, int lanes, const nb::object& ask) {
    Ask asking;
    if (!ask.is_none())
        asking = [&ask](const Heard& heard) {
            nb::gil_scoped_acquire acquire;
            return nb::cast<double>(ask(heard.iterations, -heard.cost));
        };
    nb::gil_scoped_release release;
    return self.rounds({limit, -1, -enough, begun, stage, patience}, lanes, asking);
}

void bind_views(nb::module_& module) {
    nb::class_<Numbers>(module, "Numbers")
        .def("__len__", [](const Numbers& self) { return self.its->size(); })
        .def("__getitem__",
             [](const Numbers& self, std::int64_t i) { return (*self.its)[checked(i, self.its->size())]; })
        .def("__setitem__",
             [](Numbers& self, std::int64_t i, Count value) { (*self.its)[checked(i, self.its->size())] = value; })
        .def(
            "__iter__", [](const Numbers& self) { return nb::iter(nb::cast(*self.its)); },
            nb::sig("def __iter__(self) -> collections.abc.Iterator[int]"))
        .def("append", [](Numbers& self, Count value) { self.its->push_back(value); });
    nb::class_<TripsSeen>(module, "TripsByVehicle")
        .def("__len__", [](const TripsSeen& self) { return self.state->trips.size(); })
        .def("__getitem__", [](const TripsSeen& self,
                               std::int64_t v) { return self.state->trips[checked(v, self.state->trips.size())]; })
        .def(
            "__iter__", [](const TripsSeen& self) { return nb::iter(nb::cast(self.state->trips)); },
            nb::sig("def __iter__(self) -> collections.abc.Iterator[list[Trip]]"));
    nb::class_<TimesSeen>(module, "TimesByVehicle")
        .def("__len__", [](const TimesSeen& self) { return self.state->times.size(); })
        .def("__getitem__", [](const TimesSeen& self,
                               std::int64_t v) { return self.state->times[checked(v, self.state->times.size())]; })
        .def(
            "__iter__", [](const TimesSeen& self) { return nb::iter(nb::cast(self.state->times)); },
            nb::sig("def __iter__(self) -> collections.abc.Iterator[Schedule]"));
}

}  // namespace

void bind_state(nb::module_& module) {
    bind_views(module);
    module.attr("NOTABLE_S") = kNotableS;
    nb::class_<Random>(module, "Random").def("__init__", [](Random* self, const nb::int_& seed) {
        const nb::int_ most(std::numeric_limits<std::uint64_t>::max());
        new (self) Random(nb::cast<std::uint64_t>(nb::borrow<nb::object>(seed) & most));
    }, nb::arg("seed"));
    nb::class_<Vehicles>(module, "Vehicles").def("__init__", [](Vehicles* self, std::vector<int> sorted, int count) {
        new (self) Vehicles{std::move(sorted), std::vector<char>(count, 0)};
        for (int vehicle : self->all) self->among[vehicle] = 1;
    });
    const auto numbers = [](std::vector<Count> State::*list) {
        return [list](State& self) { return Numbers{&(self.*list)}; };
    };
    const auto renumbered = [](std::vector<Count> State::*list) {
        return [list](State& self, std::vector<Count> values) { self.*list = std::move(values); };
    };
    nb::class_<State>(module, "State", nb::is_weak_referenceable())
        .def(nb::init<std::shared_ptr<const World>, bool, std::vector<Start>>(), nb::arg("world"), nb::arg("hours"),
             nb::arg("starts"))
        .def("set_task", &set_task)
        .def("set_task_count", &State::set_task_count)
        .def("set_limit", &State::set_limit)
        .def("set_pool", &set_pool)
        .def("set_crew", &State::set_crew)
        .def("refresh", &State::refresh)
        .def("set_before", &set_before)
        .def_rw("convoy_min", &State::convoy_min)
        .def_rw("change_cost", &State::change_cost)
        .def_rw("promised", &State::promised)
        .def_rw("barred", &State::barred)
        .def_prop_rw(
            "strays", [](const State& self) { return self.scheduler.strays; },
            [](State& self, const std::set<int>& strays) { self.scheduler.strays = strays; })
        .def_prop_rw(
            "starts", [](const State& self) { return self.scheduler.starts; },
            [](State& self, const std::vector<Start>& starts) { self.scheduler.starts = starts; })
        .def(
            "start", [](const State& self, int vehicle) { return self.scheduler.starts[vehicle]; }, nb::arg("vehicle"))
        .def_prop_ro("worth", [](const State& self) { return self.scheduler.worth; })
        .def_prop_ro("taken", &taken_of)
        .def_prop_rw("fixed", numbers(&State::fixed), renumbered(&State::fixed), nb::for_getter(nb::keep_alive<0, 1>()))
        .def_prop_rw("left", numbers(&State::left), renumbered(&State::left), nb::for_getter(nb::keep_alive<0, 1>()))
        .def_prop_rw("used", numbers(&State::used), renumbered(&State::used), nb::for_getter(nb::keep_alive<0, 1>()))
        .def_prop_ro(
            "trips", [](State& self) { return TripsSeen{&self}; }, nb::keep_alive<0, 1>())
        .def_prop_ro(
            "times", [](State& self) { return TimesSeen{&self}; }, nb::keep_alive<0, 1>())
        .def("total", &State::value)
        .def_prop_ro("on_the_way", &State::on_the_way)
        .def_prop_ro("convoy_penalty", &State::convoy_penalty)
        .def("short_convoys", &State::short_convoys)
        .def("changed", &State::changed, nb::arg("vehicle"), nb::arg("trips"), nb::arg("times"))
        .def("timed", &scheduled, nb::arg("vehicle"), nb::arg("trips"), nb::arg("first"))
        .def("put", &State::commit, nb::arg("vehicle"), nb::arg("trips"), nb::arg("times"))
        .def("slots", &slots_of, nb::arg("times"))
        .def("packed_trip", &trip_of, nb::arg("vehicle"), nb::arg("source"), nb::arg("visits"))
        .def("loaded_from", &loaded_from, nb::arg("vehicle"), nb::arg("trip"), nb::arg("ready"))
        .def(
            "enough",
            [](const State& self, int vehicle, int pool, Count quantity) {
                return self.scheduler.enough(vehicle, pool, quantity, {});
            },
            nb::arg("vehicle"), nb::arg("pool"), nb::arg("quantity"))
        .def("send_all", &sent_by_hand, nb::arg("late"))
        .def("mend", [](State& state) { mend_convoys(state); }, nb::call_guard<nb::gil_scoped_release>());
    nb::class_<Search>(module, "Search")
        .def(nb::init<State&, Random&, std::vector<int>>(), nb::arg("state"), nb::arg("random"), nb::arg("twin"),
             nb::keep_alive<1, 2>(), nb::keep_alive<1, 3>())
        .def("build_until", &build, nb::arg("late"))
        .def("run", &rounds, nb::arg("rounds"), nb::arg("begun"), nb::arg("stage"), nb::arg("patience"),
             nb::arg("enough"), nb::arg("lanes"), nb::arg("ask").none())
        .def("insert", nb::overload_cast<int>(&Search::insert), nb::arg("task"),
             nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace karavan::relief

NB_MODULE(_relief, module) {
    karavan::relief::bind_travel(module);
    karavan::relief::bind_schedule(module);
    karavan::relief::bind_state(module);
}
