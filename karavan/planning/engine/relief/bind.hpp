// BRIDGE: what Python sees of the engine. It translates and never decides.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/set.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "search.hpp"

namespace karavan::relief {

namespace nb = nanobind;

void bind_travel(nb::module_& module);
void bind_schedule(nb::module_& module);
void bind_state(nb::module_& module);

// A passage's key and the departure, as plans name a convoy until it has a code.
nb::tuple slot_of(const Network& network, Slot slot);

inline Spans spans_of(const std::vector<std::pair<Second, Second>>& pairs) {
    Spans spans;
    for (const auto& [first, last] : pairs) spans.push_back({first, last});
    std::sort(spans.begin(), spans.end(),
              [](Span a, Span b) { return a.first != b.first ? a.first < b.first : a.last < b.last; });
    return spans;
}

inline nb::tuple spans_out(const Spans& spans) {
    nb::list pairs;
    for (const Span& span : spans) pairs.append(nb::make_tuple(span.first, span.last));
    return nb::tuple(pairs);
}

template <class Pairs>
nb::tuple pairs_out(const Pairs& pairs) {
    nb::list result;
    for (const auto& [one, other] : pairs) result.append(nb::make_tuple(one, other));
    return nb::tuple(result);
}

template <class Values>
nb::tuple tuple_out(const Values& values) {
    nb::list result;
    for (const auto& value : values) result.append(value);
    return nb::tuple(result);
}

// A stop as Python sees it: with its own part of the trip's slots.
struct StopSeen : StopTime {
    std::vector<Slot> slots;
};

}  // namespace karavan::relief
