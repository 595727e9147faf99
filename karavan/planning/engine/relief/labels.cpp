#include "labels.hpp"

#include <functional>
#include <numeric>
#include <queue>

#include "../core/numbers.hpp"

namespace karavan::relief {

namespace {

constexpr int kSamples = 96;  // trees of shortest ways from which the order of the hubs is taken

using Entry = std::pair<Second, int>;
using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

// How many shortest ways go over each place, from some places to all.
std::vector<std::int64_t> busyness(const Arcs& arcs) {
    const int places = static_cast<int>(arcs.first.size()) - 1;
    std::vector<std::int64_t> busy(places, 0);
    std::vector<Second> reached(places);
    std::vector<int> before(places), order;
    std::vector<std::int64_t> beyond(places);
    Random random(1);
    for (int sample = 0; sample < std::min(kSamples, places); ++sample) {
        const int root = random.below(places);
        std::fill(reached.begin(), reached.end(), kFar);
        std::fill(beyond.begin(), beyond.end(), 0);
        order.clear();
        Queue open;
        reached[root] = 0;
        before[root] = -1;
        open.emplace(0, root);
        while (!open.empty()) {
            const auto [now, here] = open.top();
            open.pop();
            if (now > reached[here]) continue;
            order.push_back(here);
            for (int edge = arcs.first[here]; edge < arcs.first[here + 1]; ++edge) {
                const Second arrive = now + arcs.drive_s[edge];
                if (arrive >= reached[arcs.to[edge]]) continue;
                reached[arcs.to[edge]] = arrive;
                before[arcs.to[edge]] = here;
                open.emplace(arrive, arcs.to[edge]);
            }
        }
        for (auto here = order.rbegin(); here != order.rend(); ++here) {
            const std::int64_t ways = ++beyond[*here];
            busy[*here] += ways;
            if (before[*here] >= 0) beyond[before[*here]] += ways;
        }
    }
    return busy;
}

}  // namespace

ArcsInto::ArcsInto(const Arcs& arcs) {
    const int places = static_cast<int>(arcs.first.size()) - 1;
    first.assign(places + 1, 0);
    for (int there : arcs.to) ++first[there + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    from.resize(arcs.to.size());
    edge.resize(arcs.to.size());
    std::vector<int> next(first.begin(), first.end() - 1);
    for (int here = 0; here < places; ++here)
        for (int e = arcs.first[here]; e < arcs.first[here + 1]; ++e) {
            const int at = next[arcs.to[e]]++;
            from[at] = here;
            edge[at] = e;
        }
}

Labels::Labels(const Arcs& arcs, const ArcsInto& into) {
    const int places = static_cast<int>(arcs.first.size()) - 1;
    const std::vector<std::int64_t> busy = busyness(arcs);
    std::vector<int> order(places);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return busy[a] > busy[b]; });
    std::vector<std::vector<Hub>> out(places), in(places);
    std::vector<Second> reached(places, kFar), of_hub(places, kFar);
    std::vector<int> touched;
    Queue open;
    // Settles what a hub reaches by a way that no earlier hub knows; `mine`: the hub's labels towards those places.
    const auto search = [&](int rank, const std::vector<Hub>& mine, std::vector<std::vector<Hub>>& theirs,
                            const auto& each) {
        const int hub = order[rank];
        for (const Hub& one : mine) of_hub[one.rank] = one.drive_s;
        reached[hub] = 0;
        touched.assign(1, hub);
        open.emplace(0, hub);
        while (!open.empty()) {
            const auto [now, here] = open.top();
            open.pop();
            if (now > reached[here]) continue;
            const auto& its = theirs[here];
            const auto shorter = [&](const Hub& one) { return of_hub[one.rank] + one.drive_s <= now; };
            if (std::any_of(its.begin(), its.end(), shorter)) continue;
            theirs[here].push_back({rank, static_cast<std::int32_t>(now)});
            each(here, [&](int there, Second drive_s) {
                const Second arrive = now + drive_s;
                if (arrive >= reached[there] || arrive >= kFar) return;
                if (reached[there] == kFar) touched.push_back(there);
                reached[there] = arrive;
                open.emplace(arrive, there);
            });
        }
        for (int place : touched) reached[place] = kFar;
        for (const Hub& one : mine) of_hub[one.rank] = kFar;
    };
    for (int rank = 0; rank < places; ++rank) {
        const int hub = order[rank];
        search(rank, out[hub], in, [&](int here, const auto& see) {
            for (int e = arcs.first[here]; e < arcs.first[here + 1]; ++e) see(arcs.to[e], arcs.drive_s[e]);
        });
        search(rank, in[hub], out, [&](int here, const auto& see) {
            for (int i = into.first[here]; i < into.first[here + 1]; ++i) see(into.from[i], arcs.drive_s[into.edge[i]]);
        });
    }
    const auto flatten = [](const std::vector<std::vector<Hub>>& lists, std::vector<Hub>& all,
                            std::vector<std::size_t>& first) {
        first.assign(1, 0);
        for (const auto& list : lists) first.push_back(first.back() + list.size());
        all.reserve(first.back());
        for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
    };
    flatten(out, out_, out_first_);
    flatten(in, in_, in_first_);
}

}  // namespace karavan::relief
