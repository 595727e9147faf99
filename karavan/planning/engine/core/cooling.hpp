// When the search is how hot. Small problems are begun anew several times: one long cooling of them ends where
// it began.
#pragma once

#include <algorithm>

#include "numbers.hpp"

namespace karavan {

class Cooling {
  public:
    // `tasks` squared is how a cooling's worth grows with its length, as far as was tried (50 to 1,000 visits).
    void plan(double iterations, double tasks) {
        const double coolings = iterations / (kIterations * tasks * tasks);
        fresh_ = std::clamp(static_cast<int>(coolings), 1, kMostRounds);
    }

    int rounds() const { return fresh_ > 1 ? fresh_ + 1 : 1; }
    int round(double share) const { return std::min(rounds() - 1, static_cast<int>(share * rounds())); }
    // The last of several rounds goes on from the best plan of the others.
    bool from_best(int round) const { return round > 0 && round + 1 == rounds(); }

    // Relative to the hottest.
    double temperature(double share, double range) const {
        const int now = round(share);
        const double through = share * rounds() - now;
        return (from_best(now) ? kReheated : 1.0) * exponential(-natural_log(range) * through);
    }

  private:
    static constexpr double kIterations = 15;
    static constexpr double kReheated = 0.3;
    static constexpr int kMostRounds = 6;

    int fresh_ = 1;
};

}  // namespace karavan
