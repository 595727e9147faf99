// The search for prices under which the best days of the fleet are worth least: each of them gives a bound.
#pragma once

#include "days.hpp"

namespace karavan::bound {

// So many rounds on a grid of `step_s`, whose steps shrink from the first to the last.
struct Stage {
    int rounds;
    std::int64_t step_s;
    double first_h, last_h;
};

// The most weighted person-seconds' worth that any plan can save: the least of all prices tried.
double most_saved(const Problem& problem, const std::vector<Stage>& stages);

}  // namespace karavan::bound
