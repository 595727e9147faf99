// Pools that fill over time: who may draw what, when.
#include <algorithm>

#include "schedule.hpp"

namespace karavan::relief {

bool allot(const std::vector<Batch>& batches, Count step, const std::vector<Draw>& sorted,
           std::vector<std::vector<std::pair<int, Count>>>* shares) {
    std::vector<Count> left(batches.size());
    for (std::size_t b = 0; b < batches.size(); ++b) left[b] = batches[b].quantity / step * step;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        Count quantity = sorted[i].quantity;
        while (begin < batches.size() && !left[begin]) ++begin;
        for (std::size_t b = begin; b < batches.size() && quantity; ++b) {
            if (!left[b] || batches[b].available_s > sorted[i].loaded_s || batches[b].expiry_s < sorted[i].until_s) continue;
            const Count part = std::min(quantity, left[b]);
            left[b] -= part;
            quantity -= part;
            if (shares) (*shares)[i].emplace_back(static_cast<int>(b), part);
        }
        if (quantity) return false;
    }
    return true;
}

Second Scheduler::enough(int vehicle, int pool, Count quantity, const std::vector<TimesPtr>& done) const {
    struct Change {
        Second moment;
        int going;
        Count change;
        auto operator<=>(const Change&) const = default;
    };
    std::vector<Change> changes;
    const Pool& its = pools[pool];
    changes.reserve(its.batches.size() + drawn[pool].size() + 8);
    for (const Batch& batch : its.batches) changes.push_back({batch.available_s, 0, batch.quantity});
    for (const Drawn& one : drawn[pool])
        if (one.vehicle != vehicle) changes.push_back({one.draw.loaded_s, 1, -one.draw.quantity});
    for (const TimesPtr& part : done)
        for (const PoolDraw& one : part->draws)
            if (one.pool == pool) changes.push_back({one.draw.loaded_s, 1, -one.draw.quantity});
    std::sort(changes.begin(), changes.end());
    Count left = 0;
    Second ready = 0;
    bool lacking = true;
    for (const Change& change : changes) {
        left += change.change;
        if (left < quantity) {
            lacking = true;
        } else if (lacking) {
            ready = change.moment;
            lacking = false;
        }
    }
    return lacking ? kFar : ready;
}

bool Scheduler::covered(int vehicle, int pool, const TripTimes& times, const std::vector<TimesPtr>& done) const {
    std::vector<Draw> own, draws;
    const auto add = [&](const TripTimes& part) {
        for (const PoolDraw& one : part.draws)
            if (one.pool == pool) own.push_back(one.draw);
    };
    for (const TimesPtr& part : done) add(*part);
    add(times);
    std::sort(own.begin(), own.end());
    draws.reserve(own.size() + drawn[pool].size());
    auto next = own.begin();
    for (const Drawn& one : drawn[pool]) {
        if (one.vehicle == vehicle) continue;
        while (next != own.end() && *next < one.draw) draws.push_back(*next++);
        draws.push_back(one.draw);
    }
    draws.insert(draws.end(), next, own.end());
    return allot(pools[pool].batches, world->items[pools[pool].item].step, draws, nullptr);
}

}  // namespace karavan::relief
