// The ways between two stops as they are driven: stretches by the clock, and passages with convoys between them.
#include <algorithm>
#include <set>

#include "network.hpp"

namespace karavan::relief {

// As `roads_to`; a way that is shortest among more roads is so among these, if they have it.
bool Network::roads_within(int profile, int variant, int origin, int destination, Wider& wider,
                           std::vector<Leg>& legs) {
    const Graph& graph = *profiles_[profile].variants[variant];
    const auto [entry, fresh] = wider.try_emplace(graph.within);
    auto& [there, way] = entry->second;
    if (fresh) there = roads_to(profile, graph.within, origin, destination, way);
    if (!there) return false;
    const auto same = [&](const Leg& leg) { return graph.drive_of[leg.road] == leg.drive_s; };
    if (!std::all_of(way.begin(), way.end(), same)) return roads_to(profile, variant, origin, destination, legs);
    legs = way;
    return true;
}

Paths Network::find_paths(int profile, int origin, int destination) {
    std::set<std::vector<int>> known;
    std::vector<Leg> legs;
    std::vector<Path> made;
    const int variants = straight_ ? 1 : profiles_[profile].told;
    Wider wider;
    bool always = false;  // the shortest of all ways has neither hours nor convoys: it is the shortest in every variant
    for (int variant = 0; variant < variants && !always; ++variant) {
        if (straight_ || profiles_[profile].variants[variant]->within == variant) {
            if (!roads_to(profile, variant, origin, destination, legs)) break;
            wider[variant] = {true, legs};
        } else if (!roads_within(profile, variant, origin, destination, wider, legs)) {
            continue;
        }
        std::vector<int> numbers;
        for (const Leg& leg : legs) {
            numbers.push_back(leg.road);
            if (!straight_ && roads_[leg.road].convoy_only) numbers.push_back(static_cast<int>(leg.drive_s));
        }
        if (!known.insert(std::move(numbers)).second) continue;
        Path path = path_of(legs);
        path.profile = profile;
        path.variant = variant;
        path.origin = origin;
        path.destination = destination;
        always = std::all_of(legs.begin(), legs.end(), [&](const Leg& leg) {
            return straight_ || !(roads_[leg.road].restricted || roads_[leg.road].convoy_only);
        });
        if (path.plain) path.stretches.clear();
        made.push_back(std::move(path));
    }
    std::stable_sort(made.begin(), made.end(), [](const Path& a, const Path& b) { return a.drive_s < b.drive_s; });
    Paths result;
    for (Path& path : made) result.push_back(std::make_shared<const Path>(std::move(path)));
    return result;
}

Path Network::path_of(const std::vector<Leg>& legs) {
    Path path;
    path.plain = true;
    std::vector<Leg> together;
    const auto convoy = [&] {
        if (together.empty()) return;
        path.stretches.push_back({passage_of(together), {}, 0, false});
        together.clear();
    };
    for (const Leg& leg : legs) {
        path.drive_s += leg.drive_s;
        path.distance_m += straight_ ? straight_m(leg.origin, leg.destination) : roads_[leg.road].distance_m;
        if (!straight_ && roads_[leg.road].convoy_only) {
            path.plain = false;
            together.push_back(leg);
            continue;
        }
        convoy();
        const bool open = (straight_ || !roads_[leg.road].restricted) && leg.drive_s <= rules.break_after_s;
        if (!open || path.stretches.empty() || !path.stretches.back().open) path.stretches.push_back({nullptr, {}, 0, open});
        path.stretches.back().legs.push_back(leg);
        path.stretches.back().drive_s += leg.drive_s;
        path.plain = path.plain && open;
    }
    convoy();
    return path;
}

const Passage* Network::passage_of(const std::vector<Leg>& legs) {
    std::vector<std::pair<int, int>> key;
    Second drive_s = 0;
    for (const Leg& leg : legs) {
        key.emplace_back(leg.road, leg.origin);
        drive_s += leg.drive_s;
    }
    key.emplace_back(-1, static_cast<int>(drive_s));
    const auto [entry, fresh] = passage_number_.try_emplace(key, static_cast<int>(passages_.size()));
    if (!fresh) return passages_[entry->second].get();
    auto made = std::make_shared<Passage>(Passage{entry->second, key, legs, {}, 0, false, 0, {}});
    Second now = 0, since = 0;
    for (const Leg& leg : legs) {
        if (since && since + leg.drive_s > rules.break_after_s) {
            now += rules.break_s;
            since = 0;
        }
        const Second inside = breaks_inside(leg.drive_s, rules.break_after_s);
        made->offsets.emplace_back(now, now + leg.drive_s + inside * rules.break_s);
        now = made->offsets.back().second;
        since += leg.drive_s - inside * rules.break_after_s;
        made->drive_s += leg.drive_s;
    }
    made->rested = made->drive_s > rules.break_after_s;
    made->after_drive_s = since;
    for (Second slot : slots_from(legs.front()))
        if (fits(*made, slot)) made->slots.push_back(slot);
    passages_.push_back(std::move(made));
    return passages_.back().get();
}

std::vector<const Passage*> Network::at_any_pace(const Passage& passage) const {
    std::vector<const Passage*> result;
    for (const auto& other : passages_)
        if (std::equal(other->key.begin(), other->key.end() - 1, passage.key.begin(), passage.key.end() - 1))
            result.push_back(other.get());
    std::sort(result.begin(), result.end(), [](const Passage* a, const Passage* b) { return a->drive_s < b->drive_s; });
    return result;
}

// Round times of the clock, and the moments at which the first road opens, once notice has been given.
std::vector<Second> Network::slots_from(const Leg& first) const {
    std::set<Second> times;
    for (const Span& window : roads_[first.road].windows) times.insert(std::max(rules.convoys_from, window.first));
    for (Second at = rules.first_slot_s; at < rules.horizon_s; at += rules.slot_s)
        if (at >= rules.convoys_from) times.insert(at);
    return {times.begin(), times.end()};
}

bool Network::fits(const Passage& passage, Second slot) const {
    for (std::size_t i = 0; i < passage.legs.size(); ++i) {
        const auto [depart, arrive] = passage.offsets[i];
        const Spans& windows = roads_[passage.legs[i].road].windows;
        const bool inside = std::any_of(windows.begin(), windows.end(), [&, a = depart, b = arrive](const Span& span) {
            return span.first <= slot + a && slot + b <= span.last;
        });
        if (!inside) return false;
    }
    return true;
}

}  // namespace karavan::relief
