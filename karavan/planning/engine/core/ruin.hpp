// Ruin: strings of visits near each other are taken out of several days.
//
// After Christiaens and Vanden Berghe, "Slack induction by string removals" (Transportation Science, 2020).
#pragma once

#include <algorithm>
#include <cmath>

#include "plan.hpp"

namespace karavan {

struct RuinSettings {
    double mean_removed = 10;
    double longest = 10;
    double split_share = 0.5;   // strings that keep a part in their middle
    double keep_less = 0.01;    // chance to stop growing the part that is kept
};

template <class Clock>
class Ruin {
  public:
    Ruin(Plan<Clock>& plan, Random& random, RuinSettings settings)
        : plan_(plan), random_(random), settings_(settings) {}

    // False: what is left of some day cannot be driven (possible where a detour is shorter than the direct way).
    bool operator()() {
        const Problem& problem = plan_.problem_;
        const int tasks = static_cast<int>(problem.tasks.size());
        const int days = std::max(1, plan_.used_days());
        const double average = static_cast<double>(tasks - static_cast<int>(plan_.absent.size())) / days;
        const double longest = std::max(1.0, std::min(settings_.longest, average));
        const double most = 4 * settings_.mean_removed / (1 + longest) - 1;
        int strings = static_cast<int>(random_.unit() * most + 1);
        const int seed = random_.below(tasks);
        const int* near = problem.neighbours(seed);
        for (int k = 0; k < problem.near_count && strings > 0; ++k) {
            const int task = near[k];
            const int number = day_to_ruin(task);
            if (number == kNone) continue;
            string(number, task, longest);
            --strings;
        }
        if (problem.split) gather();
        bool sound = true;
        for (int number : plan_.touched) sound = plan_.settle(number, random_) && sound;
        return sound;
    }

  private:
    int day_to_ruin(int task) {
        if (plan_.problem_.split) {
            for (int number : plan_.carriers[task])
                if (!plan_.is_touched(number)) return number;
            return kNone;
        }
        const int number = plan_.day_of[task];
        return number == kNone || plan_.is_touched(number) ? kNone : number;
    }

    void string(int number, int task, double longest) {
        const auto& day = plan_.days[number];
        const int size = day.last() - 1;
        const int at = static_cast<int>(std::find(day.node.begin() + 1, day.node.end() - 1, task) - day.node.begin());
        const int length = static_cast<int>(random_.unit() * std::min<double>(size, longest) + 1);
        if (length == 1 || length == size || !random_.chance(settings_.split_share)) {
            const int first = begin(at, length, size);
            plan_.remove(number, first, first + length);
            return;
        }
        int kept = 1;
        while (length + kept < size && !random_.chance(settings_.keep_less)) ++kept;
        const int whole = length + kept;
        const int first = begin(at, whole, size);
        const int skip = first + random_.below(length + 1);
        plan_.remove(number, skip + kept, first + whole);
        plan_.remove(number, first, skip);
    }

    // Where a string of `length` may begin so that it holds position `at`.
    int begin(int at, int length, int size) {
        const int earliest = std::max(1, at - length + 1), latest = std::min(at, size - length + 1);
        return earliest + random_.below(latest - earliest + 1);
    }

    // A task that lost a part loses all of them: they come back together, in other shares.
    void gather() {
        auto& absent = plan_.absent;
        std::sort(absent.begin(), absent.end());
        absent.erase(std::unique(absent.begin(), absent.end()), absent.end());
        for (int task : absent)
            while (!plan_.carriers[task].empty()) {
                const int number = plan_.carriers[task].back();
                const auto& node = plan_.days[number].node;
                const int at = static_cast<int>(std::find(node.begin() + 1, node.end() - 1, task) - node.begin());
                plan_.take_part(number, at);
            }
    }

    Plan<Clock>& plan_;
    Random& random_;
    RuinSettings settings_;
};

}  // namespace karavan
