// Seen: the days of good plans, each with its stops as they cost least.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "problem.hpp"

namespace karavan {

struct SeenDay {
    std::uint64_t name;  // of who is served by what, in whatever order
    double within;       // cost of the best plan that had it
    int type = 0;
    double cost = 0;
    std::vector<int> node;
    std::vector<std::int64_t> quantity;
};

class Seen {
  public:
    explicit Seen(const Problem& problem) : slots_(4 * kMost, kNone) {
        Random random(kNames);
        for (std::size_t i = 0; i < problem.tasks.size(); ++i) tasks_.push_back(random.next());
        for (std::size_t i = 0; i < problem.types.size(); ++i) types_.push_back(random.next());
    }

    // `within`: what the plan costs that has the day.
    template <class Its>
    void note(const Its& day, double within) {
        std::uint64_t name = types_[day.type];
        for (int i = 1; i < day.last(); ++i)
            if (day.node[i] >= 0) name += tasks_[day.node[i]];
        const std::size_t slot = slot_of(name);
        if (slots_[slot] != kNone) {
            SeenDay& seen = days[slots_[slot]];
            seen.within = std::min(seen.within, within);
            if (day.cost < seen.cost - kSame) write(seen, day);
            return;
        }
        slots_[slot] = static_cast<int>(days.size());
        days.push_back({name, within, 0, 0, {}, {}});
        write(days.back(), day);
        ++news;
        if (days.size() == kMost) forget();
    }

    std::vector<SeenDay> days;
    std::int64_t news = 0;  // days that were new since this was last set to 0

  private:
    static constexpr std::size_t kMost = 10000;
    static constexpr std::uint64_t kNames = 1;
    static constexpr double kSame = 1e-9;

    std::size_t slot_of(std::uint64_t name) const {
        std::size_t slot = (name ^ (name >> 32)) % slots_.size();
        while (slots_[slot] != kNone && days[slots_[slot]].name != name) slot = (slot + 1) % slots_.size();
        return slot;
    }

    template <class Its>
    static void write(SeenDay& seen, const Its& day) {
        seen.type = day.type;
        seen.cost = day.cost;
        seen.node.assign(day.node.begin() + 1, day.node.end() - 1);
        seen.quantity.assign(day.quantity.begin() + 1, day.quantity.end() - 1);
    }

    // The half stays that better plans had.
    void forget() {
        std::vector<double> all;
        for (const SeenDay& seen : days) all.push_back(seen.within);
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
        std::nth_element(all.begin(), middle, all.end());
        std::size_t kept = 0;
        for (std::size_t i = 0; i < days.size(); ++i)
            if (days[i].within < *middle) std::swap(days[kept++], days[i]);
        days.resize(kept);
        std::fill(slots_.begin(), slots_.end(), kNone);
        for (std::size_t i = 0; i < kept; ++i) slots_[slot_of(days[i].name)] = static_cast<int>(i);
    }

    std::vector<std::uint64_t> tasks_, types_;
    std::vector<int> slots_;  // a day's number where its name is looked for
};

}  // namespace karavan
