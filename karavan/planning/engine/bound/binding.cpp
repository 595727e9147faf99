// BRIDGE: lists of numbers from Python -> the relaxed problem. It translates and never decides.
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "prices.hpp"

namespace nb = nanobind;

namespace karavan::bound {

namespace {

using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;
using Numbers = std::vector<std::vector<std::int64_t>>;

void add_kind(Problem& problem, int nodes, double driving_limit_s, const std::vector<Pairs>& allowed, const Numbers& arcs,
              const std::vector<std::vector<double>>& lines, const Numbers& visits,
              const std::vector<std::vector<double>>& loads, const Numbers& starts) {
    Kind kind;
    kind.nodes = nodes;
    kind.driving_limit_s = driving_limit_s;
    for (const Pairs& spans : allowed) {
        kind.allowed.emplace_back();
        for (const auto& [from, until] : spans) kind.allowed.back().push_back({from, until});
    }
    for (const auto& a : arcs) kind.arcs.push_back({int(a[0]), int(a[1]), a[2], int(a[3])});
    for (const auto& n : lines) kind.lines.push_back({int(n[0]), n[1], n[2]});
    for (const auto& v : visits) {
        kind.visits.push_back({int(v[0]), int(v[1]), v[2], v[3], v[4], int(v[5]), int(v[6]), int(v[7]), int(v[8]), int(v[9])});
    }
    for (const auto& n : loads) kind.loads.push_back({int(n[0]), int(n[1]), static_cast<std::int64_t>(n[2]), int(n[3]), n[4]});
    for (const auto& n : starts) kind.starts.push_back({int(n[0]), int(n[1])});
    problem.kinds.push_back(std::move(kind));
}

}  // namespace

void bind(nb::module_& module) {
    nb::class_<Problem>(module, "Relaxed")
        .def("__init__", [](Problem* here, double horizon_s, const std::vector<std::vector<double>>& needs,
                            const std::vector<std::vector<std::pair<double, double>>>& supply) {
            Problem* problem = new (here) Problem();
            problem->horizon_s = horizon_s;
            for (const auto& n : needs) problem->needs.push_back({int(n[0]), n[1], n[2], n[3], n[4], n[5]});
            for (const auto& item : supply) {
                problem->supply.emplace_back();
                for (const auto& [from_s, total] : item) {
                    problem->supply.back().from_s.push_back(from_s);
                    problem->supply.back().total.push_back(total);
                }
            }
        })
        .def("add_kind", &add_kind);
    module.def("most_saved", [](const Problem& problem, const std::vector<std::tuple<int, int, double, double>>& stages) {
        std::vector<Stage> its;
        for (const auto& [rounds, step_s, first_h, last_h] : stages) its.push_back({rounds, step_s, first_h, last_h});
        nb::gil_scoped_release released;
        return most_saved(problem, its);
    });
}

}  // namespace karavan::bound

NB_MODULE(_bound, module) { karavan::bound::bind(module); }
