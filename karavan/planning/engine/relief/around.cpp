// Places around a place, nearest first.
#include <functional>

#include "network.hpp"

namespace karavan::relief {

void Network::Around::start(int profile, int place) {
    if (!network_.told_) network_.settle();
    profile_ = profile;
    ++search_;
    open_.clear();
    reach(place, 0);
    if (network_.straight_)
        for (int stop : network_.stops) reach(stop, network_.straight_time(profile, place, stop));
    on();
}

void Network::Around::reach(int place, Second time) {
    auto& [search, least] = least_[place];
    if (time >= kFar || (search == search_ && time >= least)) return;
    search = search_;
    least = time;
    open_.push_back((static_cast<std::uint64_t>(time) << kPlaceBits) | static_cast<std::uint64_t>(place));
    std::push_heap(open_.begin(), open_.end(), std::greater<>());
}

void Network::Around::on() {
    here_.clear();
    while (!open_.empty()) {
        const Second now = static_cast<Second>(open_.front() >> kPlaceBits);
        const int place = static_cast<int>(open_.front() & ((1u << kPlaceBits) - 1));
        if (!here_.empty() && now > time_) return;
        std::pop_heap(open_.begin(), open_.end(), std::greater<>());
        open_.pop_back();
        if (now > least_[place].second) continue;
        time_ = now;
        here_.push_back(place);
        if (network_.straight_) continue;
        const Arcs& arcs = network_.profiles_[profile_].variants.front()->arcs;
        for (int edge = arcs.first[place]; edge < arcs.first[place + 1]; ++edge)
            reach(arcs.to[edge], now + arcs.drive_s[edge]);
    }
}

std::vector<int> Network::nearest(int place, const std::vector<int>& wanted, std::size_t count) {
    if (!told_) settle();
    std::vector<Second> least(places_, kFar);
    std::vector<char> among(places_, 0);
    for (int other : wanted) among[other] = 1;
    Around around(*this);
    for (int profile = 0; profile < profiles(); ++profile) {
        std::size_t found = 0;
        for (around.start(profile, place); !around.here().empty() && found < count; around.on())
            for (int other : around.here())
                if (among[other]) {
                    least[other] = std::min(least[other], around.time());
                    ++found;
                }
    }
    least[place] = -1;
    std::vector<std::pair<Second, int>> order;
    for (int other : wanted)
        if (least[other] < kFar) order.emplace_back(least[other], other);
    for (std::size_t i = 0; i < wanted.size() && order.size() < count; ++i)
        if (least[wanted[i]] == kFar) order.emplace_back(kFar, wanted[i]);
    const std::size_t kept = std::min(order.size(), count);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end());
    std::vector<int> found;
    for (std::size_t i = 0; i < kept; ++i) found.push_back(order[i].second);
    return found;
}

}  // namespace karavan::relief
