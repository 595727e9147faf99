#include "network.hpp"

#include <cmath>
#include <functional>
#include <queue>
#include <set>
#include <stdexcept>

namespace karavan::relief {

namespace {

constexpr std::size_t kMostTreeCells = 40'000'000;
constexpr std::size_t kMostRowCells = 80'000'000;
constexpr std::size_t kMostPathCells = 20'000'000;
constexpr double kEarthRadiusM = 6'371'009;
constexpr double kPi = 3.14159265358979323846;

std::uint64_t key_of(int profile, int origin, int destination) {
    return (static_cast<std::uint64_t>(profile) << 48) | (static_cast<std::uint64_t>(origin) << 24) |
           static_cast<std::uint64_t>(destination);
}

// As Python rounds: halves to the even neighbour.
std::int64_t rounded(double x) { return static_cast<std::int64_t>(std::nearbyint(x)); }

}  // namespace

void Network::add_variant(int profile, std::vector<int> first, std::vector<int> to, std::vector<Second> drive_s,
                          std::vector<int> road) {
    profiles_[profile].variants.push_back(Graph{std::move(first), std::move(to), std::move(road), std::move(drive_s), {}});
}

void Network::go_straight(std::vector<double> latitude, std::vector<double> longitude) {
    straight_ = true;
    latitude_ = std::move(latitude);
    longitude_ = std::move(longitude);
}

// Dijkstra over one variant; of ways that take equally long the one found first stays.
void Network::shortest(const Graph& graph, int origin, std::vector<int>& before) {
    constexpr int kPlaceBits = 24;
    distance_.assign(places_, kFar);
    distance_[origin] = 0;
    before.assign(places_, -1);
    std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> open;  // seconds, then place
    open.push(static_cast<std::uint64_t>(origin));
    while (!open.empty()) {
        const std::uint64_t next = open.top();
        open.pop();
        const Second now = static_cast<Second>(next >> kPlaceBits);
        const int here = static_cast<int>(next & ((1u << kPlaceBits) - 1));
        if (now > distance_[here]) continue;
        for (int edge = graph.first[here]; edge < graph.first[here + 1]; ++edge) {
            const Second arrive = now + graph.drive_s[edge];
            const int there = graph.to[edge];
            if (arrive >= distance_[there]) continue;
            distance_[there] = arrive;
            before[there] = edge;
            open.push((static_cast<std::uint64_t>(arrive) << kPlaceBits) | static_cast<std::uint64_t>(there));
        }
    }
}

const std::vector<int>& Network::tree(Graph& graph, int origin) {
    auto found = graph.before.find(origin);
    if (found != graph.before.end()) return found->second;
    if (trees_kept_ > kMostTreeCells) {
        for (auto& profile : profiles_)
            for (auto& variant : profile.variants) variant.before.clear();
        trees_kept_ = 0;
    }
    std::vector<int>& before = graph.before[origin];
    trees_kept_ += places_;
    shortest(graph, origin, before);
    return before;
}

bool Network::roads_to(int profile, int variant, int origin, int destination, std::vector<Leg>& legs) {
    legs.clear();
    if (straight_) {
        legs.emplace_back();
        return straight_leg(profile, origin, destination, legs.back());
    }
    Graph& graph = profiles_[profile].variants[variant];
    const std::vector<int>& before = tree(graph, origin);
    for (int here = destination; here != origin;) {
        const int edge = before[here];
        if (edge < 0) return false;
        const Road& road = roads_[graph.road[edge]];
        const int last = road.origin == here ? road.destination : road.origin;
        legs.push_back({graph.road[edge], last, here, graph.drive_s[edge]});
        here = last;
    }
    std::reverse(legs.begin(), legs.end());
    return true;
}

// As roads.straight_road says, with its own order of operations: the judge computes the same line.
std::int64_t Network::straight_m(int origin, int destination) const {
    const double to_radians = kPi / 180;
    const double lat1 = latitude_[origin] * to_radians, lat2 = latitude_[destination] * to_radians;
    const double lon1 = longitude_[origin] * to_radians, lon2 = longitude_[destination] * to_radians;
    const double across = std::sin((lat2 - lat1) / 2), along = std::sin((lon2 - lon1) / 2);
    const double half = across * across + std::cos(lat1) * std::cos(lat2) * (along * along);
    const double line_m = 2 * kEarthRadiusM * std::asin(std::sqrt(half));
    return rounded(line_m * static_cast<double>(rules.detour_permille) / 1000);
}

bool Network::straight_leg(int profile, int origin, int destination, Leg& leg) const {
    const Profile& its = profiles_[profile];
    if (!its.may_enter[origin] || !its.may_enter[destination]) return false;
    const Second drive_s = rounded_up(straight_m(origin, destination) * 3600, rules.straight_speed_m_per_h);
    leg = {-1, origin, destination, rounded_up(drive_s * 1000, its.speed_permille)};
    return true;
}

const std::vector<std::int32_t>& Network::row(int profile, int stop) {
    auto& kept = profiles_[profile].rows[stop];
    if (kept) return *kept;
    kept = std::make_shared<std::vector<std::int32_t>>(stops.size(), static_cast<std::int32_t>(kFar));
    rows_kept_ += stops.size();
    if (straight_) {
        for (std::size_t i = 0; i < stops.size(); ++i) {
            Leg leg;
            if (straight_leg(profile, stops[stop], stops[i], leg))
                (*kept)[i] = static_cast<std::int32_t>(std::min(leg.drive_s, kFar));
        }
        return *kept;
    }
    Graph& all = profiles_[profile].variants.front();
    const bool known = all.before.count(stops[stop]) != 0;
    std::vector<int> again;
    if (known)
        shortest(all, stops[stop], again);
    else
        tree(all, stops[stop]);
    for (std::size_t i = 0; i < stops.size(); ++i)
        (*kept)[i] = static_cast<std::int32_t>(std::min<Second>(kFar, distance_[stops[i]]));
    return *kept;
}

std::shared_ptr<const std::vector<std::int32_t>> Network::kept_row(int profile, int stop) {
    row(profile, stop);
    return profiles_[profile].rows[stop];
}

void Network::trim() {
    if (rows_kept_ <= kMostRowCells) return;
    for (auto& profile : profiles_)
        for (auto& kept : profile.rows) kept.reset();
    rows_kept_ = 0;
}

const Paths& Network::paths(int profile, int origin, int destination) {
    if (found_at_.empty() && stops.size() * stops.size() * profiles_.size() <= kMostPathCells)
        found_at_.assign(stops.size() * stops.size() * profiles_.size(), nullptr);
    const Paths** cell = nullptr;
    if (!found_at_.empty()) {
        const std::size_t row =
            static_cast<std::size_t>(profile) * stops.size() + static_cast<std::size_t>(stop_at_[origin]);
        cell = &found_at_[row * stops.size() + static_cast<std::size_t>(stop_at_[destination])];
        if (*cell) return **cell;
    }
    const auto [entry, fresh] = found_.try_emplace(key_of(profile, origin, destination));
    if (fresh) entry->second = std::make_shared<const Paths>(find_paths(profile, origin, destination));
    if (cell) *cell = entry->second.get();
    return *entry->second;
}

const Path* Network::own(const Path& other) {
    for (const auto& path : paths(other.profile, other.origin, other.destination))
        if (path->variant == other.variant) return path.get();
    throw std::logic_error("a copied network finds the same ways");
}

Paths Network::find_paths(int profile, int origin, int destination) {
    std::set<std::vector<int>> known;
    std::vector<Leg> legs;
    std::vector<Path> made;
    const int variants = straight_ ? 1 : static_cast<int>(profiles_[profile].variants.size());
    bool always = false;  // the shortest of all ways has neither hours nor convoys: it is the shortest in every variant
    for (int variant = 0; variant < variants && !always; ++variant) {
        if (!roads_to(profile, variant, origin, destination, legs)) continue;
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
