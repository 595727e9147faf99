// A plan as it comes in and goes out: no clock, no costs of days, only who does what in which order.
#pragma once

#include <cstdint>
#include <vector>

#include "problem.hpp"

namespace karavan {

struct Found {
    std::vector<int> types;
    std::vector<std::vector<int>> nodes;  // tasks, and reloads as complements of their depots
    std::vector<std::vector<std::int64_t>> quantities;
    std::vector<int> missing;
    double cost = kNever;
    std::int64_t iterations = 0;
    double seconds = 0;
};

}  // namespace karavan
