#include "network.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>
#include <stdexcept>

namespace karavan::relief {

namespace {

constexpr std::size_t kMostTreeCells = 10'000'000;
constexpr std::size_t kMostRowCells = 10'000'000;
constexpr int kPathCellBits = 18;
constexpr std::size_t kMostPathCells = std::size_t{1} << kPathCellBits;
constexpr double kEarthRadiusM = 6'371'009;
constexpr double kPi = 3.14159265358979323846;

// For each place the smallest place that roads join it to, in whatever direction.
std::vector<int> parts_of(const Arcs& arcs) {
    std::vector<int> part(arcs.first.size() - 1);
    std::iota(part.begin(), part.end(), 0);
    const auto root = [&](int place) {
        while (part[place] != place) place = part[place] = part[part[place]];
        return place;
    };
    for (int here = 0; here < static_cast<int>(part.size()); ++here)
        for (int edge = arcs.first[here]; edge < arcs.first[here + 1]; ++edge) {
            const int a = root(here), b = root(arcs.to[edge]);
            part[std::max(a, b)] = std::min(a, b);
        }
    for (int here = 0; here < static_cast<int>(part.size()); ++here) part[here] = root(here);
    return part;
}

// As Python rounds: halves to the even neighbour.
std::int64_t rounded(double x) { return static_cast<std::int64_t>(std::nearbyint(x)); }

}  // namespace

void Network::add_variant(int profile, std::vector<int> first, std::vector<int> to, std::vector<Second> drive_s,
                          std::vector<int> road) {
    auto graph = std::make_shared<Graph>();
    graph->arcs = {std::move(first), std::move(to), std::move(drive_s)};
    graph->road = std::move(road);
    profiles_[profile].variants.push_back(std::move(graph));
    ++profiles_[profile].told;
}

// Once, before the first way: where there are many stops, what finds ways without a table of all.
void Network::settle() {
    if (told_) return;
    told_ = true;
    const std::size_t cells = stops.size() * stops.size() * profiles_.size();
    found_.resize(std::min(std::max<std::size_t>(cells, 1), kMostPathCells));
    many_ = cells > kMostRowCells;
    seen_.resize(places_);
    for (Profile& profile : profiles_)
        if (!straight_) label(profile);
}

void Network::label(Profile& profile) {
    const auto limited = [&](int road) { return roads_[road].restricted || roads_[road].convoy_only; };
    std::map<std::pair<int, int>, std::pair<int, Second>> open;  // the edges of variants without hours or convoys
    bool slow = true;  // a road that takes no time could be followed round and round
    for (const auto& variant : profile.variants) {
        Graph& graph = *variant;
        graph.drive_of.assign(roads_.size(), 0);
        for (std::size_t edge = 0; edge < graph.road.size(); ++edge) {
            graph.drive_of[graph.road[edge]] = static_cast<std::int32_t>(graph.arcs.drive_s[edge]);
            slow = slow && graph.arcs.drive_s[edge] > 0;
        }
    }
    if (!many_ || !slow) return;
    for (const auto& variant : profile.variants) {
        Graph& graph = *variant;
        graph.into = std::make_shared<const ArcsInto>(graph.arcs);
        graph.part = parts_of(graph.arcs);
        if (std::any_of(graph.road.begin(), graph.road.end(), limited)) continue;
        graph.within = profile.told;
        for (int here = 0; here < places_; ++here)
            for (int edge = graph.arcs.first[here]; edge < graph.arcs.first[here + 1]; ++edge) {
                const std::pair<int, Second> way(graph.road[edge], graph.arcs.drive_s[edge]);
                const auto [known, fresh] = open.try_emplace({here, graph.arcs.to[edge]}, way);
                if (!fresh && way.second < known->second.second) known->second = way;
            }
    }
    if (!open.empty()) {
        auto one = std::make_shared<Graph>();
        Graph& all = *one;
        all.arcs.first.assign(1, 0);
        for (const auto& [ends, way] : open) {
            while (static_cast<int>(all.arcs.first.size()) <= ends.first)
                all.arcs.first.push_back(static_cast<int>(all.arcs.to.size()));
            all.arcs.to.push_back(ends.second);
            all.arcs.drive_s.push_back(way.second);
            all.road.push_back(way.first);
        }
        all.arcs.first.resize(places_ + 1, static_cast<int>(all.arcs.to.size()));
        all.into = std::make_shared<const ArcsInto>(all.arcs);
        all.within = profile.told;
        all.labels = std::make_shared<const Labels>(all.arcs, *all.into);
        profile.variants.push_back(std::move(one));
    }
    Graph& widest = *profile.variants.front();
    widest.within = 0;
    widest.labels = std::make_shared<const Labels>(widest.arcs, *widest.into);
}

void Network::go_straight(std::vector<double> latitude, std::vector<double> longitude) {
    straight_ = true;
    latitude_ = std::move(latitude);
    longitude_ = std::move(longitude);
}

// Dijkstra over one variant; of ways that take equally long the one found first stays.
void Network::shortest(const Graph& graph, int origin, std::vector<int>& before) {
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
        for (int edge = graph.arcs.first[here]; edge < graph.arcs.first[here + 1]; ++edge) {
            const Second arrive = now + graph.arcs.drive_s[edge];
            const int there = graph.arcs.to[edge];
            if (arrive >= distance_[there]) continue;
            distance_[there] = arrive;
            before[there] = edge;
            open.push((static_cast<std::uint64_t>(arrive) << kPlaceBits) | static_cast<std::uint64_t>(there));
        }
    }
}

const std::vector<int>& Network::tree(int profile, int variant, int origin) {
    const auto kept = trees_.find({profile, variant, origin});
    return kept == trees_.end() ? grow(profile, variant, origin) : *kept->second;
}

const std::vector<int>& Network::grow(int profile, int variant, int origin) {
    if ((trees_.size() + 1) * static_cast<std::size_t>(places_) > kMostTreeCells) trees_.clear();
    std::vector<int> before;
    shortest(*profiles_[profile].variants[variant], origin, before);
    return *(trees_[{profile, variant, origin}] = std::make_shared<const std::vector<int>>(std::move(before)));
}

bool Network::roads_to(int profile, int variant, int origin, int destination, std::vector<Leg>& legs) {
    legs.clear();
    if (straight_) {
        legs.emplace_back();
        return straight_leg(profile, origin, destination, legs.back());
    }
    const Profile& its = profiles_[profile];
    const Graph& graph = *its.variants[variant];
    if (const Labels* labels = its.variants[graph.within]->labels.get()) {
        if (labels->time(origin, destination) >= kFar) return false;
        if (variant == graph.within) {
            trace(graph, origin, destination, [&](int place) { return labels->time(origin, place); }, legs);
        } else {
            const bool apart = graph.part[origin] != graph.part[destination];
            if (apart || !toward(*labels, graph, origin, destination)) return false;
            const auto from = [&](int place) {
                return seen_[place].search == search_ && seen_[place].done ? seen_[place].from : kFar;
            };
            trace(graph, origin, destination, from, legs);
        }
        return true;
    }
    const std::vector<int>& before = tree(profile, variant, origin);
    for (int here = destination; here != origin;) {
        const int edge = before[here];
        if (edge < 0) return false;
        const Road& road = roads_[graph.road[edge]];
        const int last = road.origin == here ? road.destination : road.origin;
        legs.push_back({graph.road[edge], last, here, graph.arcs.drive_s[edge]});
        here = last;
    }
    std::reverse(legs.begin(), legs.end());
    return true;
}

// Settles, in one variant, all places on shortest ways to the destination; `labels`: of a variant whose ways are no
// longer.
bool Network::toward(const Labels& labels, const Graph& graph, int origin, int destination) {
    ++search_;
    // Seconds of the whole way, then place.
    std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> open;
    const auto reach = [&](int place, Second from) {
        Seen& it = seen_[place];
        if (it.search != search_) it = {search_, false, kFar, labels.time(place, destination)};
        if (from >= it.from || it.ahead >= kFar) return;
        it.from = from;
        open.push((static_cast<std::uint64_t>(from + it.ahead) << kPlaceBits) | static_cast<std::uint64_t>(place));
    };
    reach(origin, 0);
    Second whole = kFar;
    while (!open.empty()) {
        const Second through = static_cast<Second>(open.top() >> kPlaceBits);
        const int here = static_cast<int>(open.top() & ((1u << kPlaceBits) - 1));
        if (through > whole) break;
        open.pop();
        Seen& it = seen_[here];
        if (it.done) continue;
        it.done = true;
        if (here == destination) whole = it.from;
        for (int edge = graph.arcs.first[here]; edge < graph.arcs.first[here + 1]; ++edge)
            reach(graph.arcs.to[edge], it.from + graph.arcs.drive_s[edge]);
    }
    return whole < kFar;
}

// Back from the destination along the way that a search from the origin finds first: it settles places by time, then by
// number. `from`: seconds from the origin, kFar where no shortest way to the destination goes.
template <class From>
void Network::trace(const Graph& graph, int origin, int destination, const From& from, std::vector<Leg>& legs) const {
    Second now = from(destination);
    for (int here = destination; here != origin;) {
        int edge = -1, before = 0;
        Second earlier = kFar;
        for (int i = graph.into->first[here]; i < graph.into->first[here + 1]; ++i) {
            const int there = graph.into->from[i];
            const Second then = from(there);
            if (then + graph.arcs.drive_s[graph.into->edge[i]] != now) continue;
            if (then > earlier || (then == earlier && there > before)) continue;
            edge = graph.into->edge[i];
            before = there;
            earlier = then;
        }
        legs.push_back({graph.road[edge], before, here, graph.arcs.drive_s[edge]});
        here = before;
        now = earlier;
    }
    std::reverse(legs.begin(), legs.end());
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

Second Network::straight_time(int profile, int origin, int destination) const {
    Leg leg;
    return straight_leg(profile, origin, destination, leg) ? std::min(leg.drive_s, kFar) : kFar;
}

const std::vector<std::int32_t>& Network::row(int profile, int stop) {
    if (!told_) settle();
    auto& kept = profiles_[profile].rows[stop];
    if (kept) return *kept;
    kept = std::make_shared<std::vector<std::int32_t>>(stops.size(), static_cast<std::int32_t>(kFar));
    rows_kept_ += stops.size();
    if (straight_) {
        for (std::size_t i = 0; i < stops.size(); ++i)
            (*kept)[i] = static_cast<std::int32_t>(straight_time(profile, stops[stop], stops[i]));
        return *kept;
    }
    if (const Labels* labels = labels_of(profile)) {
        for (std::size_t i = 0; i < stops.size(); ++i)
            (*kept)[i] = static_cast<std::int32_t>(labels->time(stops[stop], stops[i]));
        return *kept;
    }
    grow(profile, 0, stops[stop]);
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
    if (!told_) settle();
    const std::uint64_t count = stops.size(), from = static_cast<std::uint64_t>(stop_at_[origin]);
    const std::uint64_t row = static_cast<std::uint64_t>(profile) * count + from;
    const std::uint64_t key = row * count + static_cast<std::uint64_t>(stop_at_[destination]);
    constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;  // 2^64 over the golden ratio: neighbours fall far apart
    Found& cell = found_[found_.size() < kMostPathCells ? key : (key * kSpread) >> (64 - kPathCellBits)];
    if (cell.key != key) {
        cell.paths = find_paths(profile, origin, destination);
        cell.key = key;
    }
    return cell.paths;
}

PathPtr Network::own(const Path& other) {
    for (const PathPtr& path : paths(other.profile, other.origin, other.destination))
        if (path->variant == other.variant) return path;
    throw std::logic_error("a copied network finds the same ways");
}

}  // namespace karavan::relief
