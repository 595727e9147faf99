// Ways between places: the shortest in every variant of the roads, and convoys on the roads that need them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "labels.hpp"

namespace karavan::relief {

// One road driven in one direction; road -1: a straight line.
struct Leg {
    int road, origin, destination;
    Second drive_s;
};

// Convoy-only legs that follow each other without a stop, at one pace; their (road, origin) pairs are its key, and last in
// it (-1, the drive): whoever is quicker may go along with the slower ones, not the other way round.
struct Passage {
    int number;
    std::vector<std::pair<int, int>> key;
    std::vector<Leg> legs;
    std::vector<std::pair<Second, Second>> offsets;  // of each leg after the convoy's departure, breaks included
    Second drive_s;
    bool rested;  // longer than may be driven without a break: members start it with their break taken
    Second after_drive_s;
    std::vector<Second> slots;  // departures at which every leg lies in its road's open spans
};

// A convoy: a passage and which of its slots.
struct Slot {
    int passage, index;
    bool operator==(const Slot&) const = default;
};

// One thing to drive: a convoy passage, a leg with hours, or legs without hours that may be driven in one go.
struct Stretch {
    const Passage* passage = nullptr;
    std::vector<Leg> legs;
    Second drive_s = 0;
    bool open = false;  // no hours, and no leg so long that it holds a break
};

struct Path {
    Second drive_s = 0;
    std::int64_t distance_m = 0;
    bool plain = false;  // one open stretch: arrival is departure + drive_s while the crew's clock allows
    int profile = 0, variant = 0, origin = 0, destination = 0;
    std::vector<Stretch> stretches;  // of a plain path empty: its legs are found again when somebody wants them
};

using PathPtr = std::shared_ptr<const Path>;
using Paths = std::vector<PathPtr>;

struct Road {
    int origin, destination;
    std::int64_t distance_m;
    bool one_way, convoy_only, restricted;
    Spans windows;
};

struct TravelRules {
    Second horizon_s = 0, break_after_s = 1, break_s = 0;
    Second convoys_from = 0, first_slot_s = 0, slot_s = 3600;
    int convoy_min = 1, convoy_max = 1;
    std::int64_t detour_permille = 1000, straight_speed_m_per_h = 1;
};

// How many vehicles are in each slot of each passage.
class Convoys {
  public:
    std::int64_t at(Slot slot) const {
        return slot.passage < static_cast<int>(counts_.size()) && slot.index < static_cast<int>(counts_[slot.passage].size())
                   ? counts_[slot.passage][slot.index]
                   : 0;
    }

    std::int64_t& operator[](Slot slot) {
        if (slot.passage >= static_cast<int>(counts_.size())) counts_.resize(slot.passage + 1);
        auto& its = counts_[slot.passage];
        if (slot.index >= static_cast<int>(its.size())) its.resize(slot.index + 1, 0);
        return its[slot.index];
    }

    template <class See>
    void each(const See& see) const {
        for (int p = 0; p < static_cast<int>(counts_.size()); ++p)
            for (int i = 0; i < static_cast<int>(counts_[p].size()); ++i)
                if (counts_[p][i]) see(Slot{p, i}, counts_[p][i]);
    }

  private:
    std::vector<std::vector<std::int64_t>> counts_;
};

// Not for two threads at a time: what it finds it keeps. A copy shares what was found and goes on finding by itself, so
// that each of several threads has one.
class Network {
  public:
    Network(int places, std::vector<int> stops, TravelRules rules) : rules(rules), stops(std::move(stops)), places_(places) {
        stop_at_.assign(places, -1);
        for (int i = 0; i < static_cast<int>(this->stops.size()); ++i) stop_at_[this->stops[i]] = i;
    }

    Network(const Network&) = default;
    Network& operator=(const Network&) = delete;

    void add_road(Road road) { roads_.push_back(std::move(road)); }
    void add_profile(std::int64_t speed_permille, std::vector<char> may_enter) {
        profiles_.push_back({speed_permille, std::move(may_enter), {}, 0, {}});
        profiles_.back().rows.resize(stops.size());
    }
    // The first variant of a profile holds the roads of all others.
    void add_variant(int profile, std::vector<int> first, std::vector<int> to, std::vector<Second> drive_s,
                     std::vector<int> road);
    void go_straight(std::vector<double> latitude, std::vector<double> longitude);

    // The different shortest ways of all variants, fastest first; both ends are stops. Valid until the next call.
    const Paths& paths(int profile, int origin, int destination);

    // Least driving seconds from a stop (its number among the stops) to all stops over all variants; kFar: no way.
    const std::vector<std::int32_t>& row(int profile, int stop);
    std::shared_ptr<const std::vector<std::int32_t>> kept_row(int profile, int stop);
    Second time(int profile, int origin, int destination) {
        if (!told_) settle();
        if (straight_ && many_) return straight_time(profile, origin, destination);
        if (const Labels* labels = labels_of(profile)) return labels->time(origin, destination);
        return row(profile, stop_at_[origin])[stop_at_[destination]];
    }
    // The `count` places of `wanted` that are nearest by the quickest profile, the place itself first.
    std::vector<int> nearest(int place, const std::vector<int>& wanted, std::size_t count);
    int stop_at(int place) const { return stop_at_[place]; }
    int places() const { return places_; }
    int profiles() const { return static_cast<int>(profiles_.size()); }

    // Drive a path by the clock, which moves on; false: not within the horizon, and the clock is spoiled.
    bool drive(const Crew& crew, Clock& clock, const Path& path, const Convoys& taken, std::vector<Slot>& slots);

    struct Driven {
        Leg leg;
        Second depart, arrive;
        const Passage* passage;
        Second slot_s;
    };
    // The legs of a drive with their times, once its slots are known.
    std::vector<Driven> legs_driven(const Crew& crew, Clock clock, const Path& path, const Slot* slots);
    // The path in single legs and passages.
    std::vector<Stretch> steps(const Path& path);

    const Passage& passage(int number) const { return *passages_[number]; }
    // Once all roads are told, before the first way; a copy made after that shares what is found here.
    void settle();
    // What a copy of this network calls a way, and the slot of a passage on a way that this one knows.
    PathPtr own(const Path& other);
    Slot own(const Passage& other, int index) const { return {passage_number_.at(other.key), index}; }
    // The passages of the same roads at any pace, the quickest first.
    std::vector<const Passage*> at_any_pace(const Passage& passage) const;
    int passages() const { return static_cast<int>(passages_.size()); }
    // Forget rows of times when there are too many; never while somebody reads one.
    void trim();

    TravelRules rules;
    std::vector<int> stops;

    static constexpr int kPlaceBits = 24;  // of a number whose higher bits are seconds

    // Places by driving time from one of them, nearest first, as far as somebody asks.
    class Around {
      public:
        explicit Around(Network& network) : network_(network), least_(network.places_, {0, kFar}) {}
        void start(int profile, int place);
        // The nearest places that `on` has not passed, all equally far; none: no more can be reached.
        const std::vector<int>& here() const { return here_; }
        Second time() const { return time_; }
        void on();

      private:
        void reach(int place, Second time);

        Network& network_;
        int profile_ = 0;
        std::uint32_t search_ = 0;
        std::vector<std::pair<std::uint32_t, Second>> least_;  // by place: the search that reached it, and when
        std::vector<std::uint64_t> open_;                      // a heap of seconds, then place
        std::vector<int> here_;
        Second time_ = 0;
    };

  private:
    struct Graph {
        Arcs arcs;
        std::vector<int> road;  // by edge
        int within = 0;         // a variant of the profile that has all these roads, no slower, and labels
        std::vector<std::int32_t> drive_of;  // by road; 0: not here
        std::vector<int> part;  // by place: no road joins places of different parts
        std::shared_ptr<const ArcsInto> into;
        std::shared_ptr<const Labels> labels;  // where there are too many stops for rows
    };
    struct Profile {
        std::int64_t speed_permille;
        std::vector<char> may_enter;
        std::vector<std::shared_ptr<Graph>> variants;  // they never change once the first way is looked for
        int told = 0;  // so many variants count; behind them may stand the union of those without hours or convoys
        std::vector<std::shared_ptr<std::vector<std::int32_t>>> rows;
    };
    // A place as a search for one way sees it; of another search unless it has its number.
    struct Seen {
        std::uint32_t search = 0;
        bool done = false;
        Second from = kFar, ahead = 0;
    };

    const Labels* labels_of(int profile) const {
        return straight_ ? nullptr : profiles_[profile].variants.front()->labels.get();
    }
    // For variants that others lie within: whether there is a way, and its legs.
    using Wider = std::map<int, std::pair<bool, std::vector<Leg>>>;

    void label(Profile& profile);
    void shortest(const Graph& graph, int origin, std::vector<int>& before);
    const std::vector<int>& tree(int profile, int variant, int origin);
    const std::vector<int>& grow(int profile, int variant, int origin);
    bool roads_to(int profile, int variant, int origin, int destination, std::vector<Leg>& legs);
    std::int64_t straight_m(int origin, int destination) const;
    bool straight_leg(int profile, int origin, int destination, Leg& leg) const;
    bool roads_within(int profile, int variant, int origin, int destination, Wider& wider, std::vector<Leg>& legs);
    bool toward(const Labels& labels, const Graph& graph, int origin, int destination);
    template <class From>
    void trace(const Graph& graph, int origin, int destination, const From& from, std::vector<Leg>& legs) const;
    Second straight_time(int profile, int origin, int destination) const;
    Paths find_paths(int profile, int origin, int destination);
    Path path_of(const std::vector<Leg>& legs);
    const Passage* passage_of(const std::vector<Leg>& legs);
    std::vector<Second> slots_from(const Leg& first) const;
    bool fits(const Passage& passage, Second slot) const;
    Second joined(const Crew& crew, Clock& clock, const Passage& passage, const Convoys& taken,
                  std::vector<Slot>& slots) const;
    bool alone(const Crew& crew, Clock& clock, const Leg& leg) const;

    int places_;
    std::vector<int> stop_at_;
    std::vector<Road> roads_;
    std::vector<Profile> profiles_;
    bool straight_ = false;
    std::vector<double> latitude_, longitude_;
    struct Found {
        std::uint64_t key = ~std::uint64_t{0};
        Paths paths;
    };
    std::vector<Found> found_;  // what was found last for each of the pairs that share a cell
    bool told_ = false;         // everything is known that ways are found from
    bool many_ = false;         // too many stops for a table of all
    std::vector<Seen> seen_;
    std::uint32_t search_ = 0;
    std::vector<std::shared_ptr<const Passage>> passages_;
    std::map<std::vector<std::pair<int, int>>, int> passage_number_;
    std::vector<Second> distance_;
    // By profile, variant and origin: for each place the edge that comes before it.
    std::map<std::array<int, 3>, std::shared_ptr<const std::vector<int>>> trees_;
    std::size_t rows_kept_ = 0;
};

}  // namespace karavan::relief
