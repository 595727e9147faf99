// BRIDGE: arrays from Python -> a problem; the best plan -> lists. It translates and never decides.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "lanes.hpp"
#include "plain_clock.hpp"
#include "search.hpp"
#include "windowed_clock.hpp"

namespace nb = nanobind;

namespace karavan {

using Square = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Columns = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Whole = nb::ndarray<const std::int64_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

namespace {

template <class Array>
auto row(const Array& array, std::size_t i) {
    return array.data() + i * array.shape(1);
}

// The problem with the arrays that it reads in place.
struct Held : Problem {
    std::vector<Square> kept;
};

std::vector<Matrix> matrices(const std::vector<Square>& arrays) {
    std::vector<Matrix> result(arrays.size());
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        result[i].rows = arrays[i].data();
        result[i].places = static_cast<int>(arrays[i].shape(0));
    }
    return result;
}

// The columns are named in model.py's `tables`, which makes these arrays.
void read_tasks(Problem& problem, const Columns& numbers, const Whole& whole, const Whole& demands,
                const Columns& windows, const Whole& allowed) {
    problem.dimensions = static_cast<int>(demands.shape(1));
    for (std::size_t i = 0; i < numbers.shape(0); ++i) {
        const double* x = row(numbers, i);
        const std::int64_t* n = row(whole, i);
        problem.tasks.push_back({static_cast<int>(n[0]), x[0], x[1], x[2], x[3], n[1], n[2] != 0,
                                 static_cast<int>(n[3]), static_cast<int>(n[4])});
    }
    problem.demands.assign(demands.data(), demands.data() + demands.size());
    for (std::size_t i = 0; i < windows.shape(0); ++i)
        problem.windows.push_back({row(windows, i)[0], row(windows, i)[1]});
    for (std::size_t i = 0; i < allowed.size(); ++i) problem.allowed.push_back(allowed.data()[i] != 0);
}

void read_fleet(Problem& problem, const Columns& depots, const Columns& types, const Whole& whole,
                const Whole& capacities, const std::vector<std::vector<int>>& reload) {
    for (std::size_t i = 0; i < depots.shape(0); ++i) {
        const double* x = row(depots, i);
        problem.depots.push_back({static_cast<int>(x[0]), x[1], x[2], x[3]});
    }
    for (std::size_t i = 0; i < types.shape(0); ++i) {
        const double* x = row(types, i);
        const std::int64_t* n = row(whole, i);
        problem.types.push_back({static_cast<int>(n[0]), static_cast<int>(n[1]), static_cast<int>(n[2]),
                                 static_cast<int>(n[3]), x[0], x[1], x[2], x[3], static_cast<int>(n[4]), reload[i],
                                 x[4], x[5], x[6]});
    }
    problem.capacities.assign(capacities.data(), capacities.data() + capacities.size());
}

struct Asked {
    std::uint64_t seed;
    Budget budget;
    int lanes;
    Found start;
};

template <class Clock>
Found search(const Problem& problem, const Asked& asked, const Ask& ask) {
    std::vector<std::unique_ptr<Search<Clock>>> searches;
    std::vector<Search<Clock>*> worlds;
    for (int lane = 0; lane < asked.lanes; ++lane) {
        const std::uint64_t seed = asked.seed + 0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(lane);
        searches.push_back(std::make_unique<Search<Clock>>(problem, seed, asked.start));
        worlds.push_back(searches.back().get());
    }
    Lanes<Search<Clock>> lanes(worlds, asked.budget);
    Found result = worlds[lanes.run(ask)]->best();
    for (std::size_t lane = 0; lane < worlds.size(); ++lane) result.iterations += lanes.iterations(lane);
    result.seconds = lanes.seconds();
    return result;
}

Found search_by(const std::string& clock, const Problem& problem, const Asked& asked, const Ask& ask) {
    if (clock == "distance") return search<PlainClock<Aim::distance>>(problem, asked, ask);
    if (clock == "waiting") return search<PlainClock<Aim::waiting>>(problem, asked, ask);
    if (clock == "mixed") return search<PlainClock<Aim::mixed>>(problem, asked, ask);
    return search<WindowedClock>(problem, asked, ask);
}

// Asks Python whether to go on; Ctrl-C comes out as an exception.
Ask asking(const nb::object& report) {
    return [&report](const Heard& heard) {
        nb::gil_scoped_acquire acquire;
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
        return nb::cast<bool>(report(heard.cost, heard.iterations, heard.seconds)) ? 0.0 : 1.0;
    };
}

using Days = std::vector<std::tuple<int, std::vector<int>, std::vector<std::int64_t>>>;

Found from_python(const Days& days) {
    Found found;
    for (const auto& [type, nodes, quantities] : days) {
        found.types.push_back(type);
        found.nodes.push_back(nodes);
        found.quantities.push_back(quantities);
    }
    return found;
}

// What each day costs by a clock; infinite: it cannot be driven. For the tests that hold the judge and the core equal.
template <class Clock>
std::vector<double> price(const Problem& problem, const Found& plan) {
    std::vector<double> costs;
    for (std::size_t i = 0; i < plan.types.size(); ++i) {
        typename Clock::Its day;
        day.begin(problem, plan.types[i]);
        for (std::size_t k = 0; k < plan.nodes[i].size(); ++k)
            day.insert(problem, day.last(), plan.nodes[i][k], plan.quantities[i][k]);
        costs.push_back(Clock::build(problem, day) ? day.cost : kNever);
    }
    return costs;
}

std::vector<double> price_by(const std::string& clock, const Problem& problem, const Found& plan) {
    if (clock == "distance") return price<PlainClock<Aim::distance>>(problem, plan);
    if (clock == "waiting") return price<PlainClock<Aim::waiting>>(problem, plan);
    if (clock == "mixed") return price<PlainClock<Aim::mixed>>(problem, plan);
    return price<WindowedClock>(problem, plan);
}

nb::object to_python(const Found& found) {
    nb::list days;
    for (std::size_t i = 0; i < found.types.size(); ++i)
        days.append(nb::make_tuple(found.types[i], found.nodes[i], found.quantities[i]));
    return nb::make_tuple(days, found.missing, found.cost, found.iterations, found.seconds);
}

}  // namespace

NB_MODULE(_core, module) {
    nb::class_<Held>(module, "Problem")
        .def("__init__",
             [](Held* self, const std::vector<Square>& distance, const std::vector<Square>& duration, double waiting,
                bool at_end, const Columns& numbers, const Whole& whole, const Whole& demands, const Columns& windows,
                const Whole& allowed, const Columns& depots, const Columns& types, const Whole& fleet,
                const Whole& capacities, const std::vector<std::vector<int>>& reload) {
                 new (self) Held();
                 self->kept = distance;
                 self->kept.insert(self->kept.end(), duration.begin(), duration.end());
                 self->distance = matrices(distance);
                 self->duration = matrices(duration);
                 self->waiting = waiting;
                 self->waiting_at_end = at_end;
                 read_tasks(*self, numbers, whole, demands, windows, allowed);
                 read_fleet(*self, depots, types, fleet, capacities, reload);
                 nb::gil_scoped_release release;
                 self->prepare();
             })
        .def("price", [](const Held& self, const std::string& clock,
                         const Days& days) { return price_by(clock, self, from_python(days)); })
        .def("solve", [](const Held& self, const std::string& clock, std::uint64_t seed, std::int64_t iterations,
                         double seconds, double target, int lanes, const Days& start, const nb::object& report) {
            const Asked asked{seed, {iterations, seconds, target}, lanes, from_python(start)};
            const Ask ask = asking(report);
            Found found;
            {
                nb::gil_scoped_release release;
                found = search_by(clock, self, asked, ask);
            }
            return to_python(found);
        });
}

}  // namespace karavan
