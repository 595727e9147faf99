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
            if (!left[b] || batches[b].available_s > sorted[i].loaded_s || batches[b].expiry_s < sorted[i].until_s)
                continue;
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
    std::vector<std::pair<Second, Count>> own;
    for (const TimesPtr& part : done)
        for (const PoolDraw& one : part->draws)
            if (one.pool == pool) own.emplace_back(one.draw.loaded_s, one.draw.quantity);
    std::sort(own.begin(), own.end());
    auto mine = own.begin();
    auto other = drawn[pool].begin();
    const auto last_other = drawn[pool].end();
    auto coming = pools[pool].coming.begin();
    const auto last_coming = pools[pool].coming.end();
    Count left = 0;
    Second ready = 0;
    bool lacking = true;
    const auto note = [&](Second moment) {
        if (left < quantity) {
            lacking = true;
        } else if (lacking) {
            ready = moment;
            lacking = false;
        }
    };
    // What comes at a moment is there before what is drawn at it.
    while (true) {
        while (other != last_other && other->vehicle == vehicle) ++other;
        const Second come = coming == last_coming ? kFar + 1 : coming->first;
        const Second theirs = other == last_other ? kFar + 1 : other->draw.loaded_s;
        const Second ours = mine == own.end() ? kFar + 1 : mine->first;
        const Second moment = std::min({come, theirs, ours});
        if (moment > kFar) break;
        if (come == moment)
            left += (coming++)->second;
        else if (theirs == moment)
            left -= (other++)->draw.quantity;
        else
            left -= (mine++)->second;
        note(moment);
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
