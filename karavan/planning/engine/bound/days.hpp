// A vehicle kind's days on a grid of time: where it may drive, load and hand over, and the best that prices allow.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace karavan::bound {

// What is still aboard of a full load, in steps of 1 / (LEVELS - 1), rounded up: 0 is nothing, the last is a full load.
inline constexpr int LEVELS = 16;
using Levels = std::array<float, LEVELS>;

struct Span {
    std::int64_t from_s, until_s;
};
using Spans = std::vector<Span>;

// A need: what a second of waiting for the whole of it weighs, and the share of it that may be served.
struct Need {
    int item;
    double weight, since_s, earliest_s, quantity, most;
};

// A need as one kind of vehicle serves the whole of it: its unloading, and its part of a full load.
struct Line {
    int need;
    double handling_s, load;
};

struct Arc {
    int from, to;
    std::int64_t drive_s;
    int allowed;
};

// In from a node, hand over, and out to a node; `*_allowed` and `open` number the kind's spans of time.
struct Visit {
    int from, to;
    std::int64_t in_s, fixed_s, out_s;
    int in_allowed, open, out_allowed;
    int first_line, last_line;
};

// Takes up goods at `from` and goes on from `to`, where it takes up nothing more before it leaves: two loads in a row are
// one. `full_s`: what a full load takes at least, besides the fixed time.
struct Load {
    int from, to;
    std::int64_t fixed_s;
    int open;
    double full_s;
};

struct Start {
    int node, count;
};

// Vehicles alike in all that the relaxation knows. `allowed[0]` are the shift spans, whose slots are the grid.
struct Kind {
    int nodes = 0;
    double driving_limit_s = 0;
    std::vector<Spans> allowed;
    std::vector<Arc> arcs;
    std::vector<Line> lines;
    std::vector<Visit> visits;
    std::vector<Load> loads;
    std::vector<Start> starts;
};

// What has come in of an item by each moment.
struct Supply {
    std::vector<double> from_s, total;
};

struct Problem {
    double horizon_s = 0;
    std::vector<Need> needs;
    std::vector<Supply> supply;
    std::vector<Kind> kinds;
};

// Of a whole need; of an item's unit before its first supply and after each; of a second at the wheel in a span.
struct Prices {
    std::vector<double> need;
    std::vector<std::vector<double>> item;
    std::vector<std::vector<double>> driving;
};

// How much of what is priced is used; driving of one kind, less what its crews may drive.
struct Use {
    std::vector<double> need;
    std::vector<std::vector<double>> item;
    std::vector<double> driving;
};

class Grid {
public:
    Grid(const Spans& spans, std::int64_t step_s);

    int slots() const { return first_.back(); }
    int spans() const { return static_cast<int>(first_.size()) - 1; }
    int span_of(int slot) const;
    int first(int span) const { return first_[span]; }
    std::int64_t step_s() const { return step_s_; }
    std::int64_t second(int slot, int span) const { return spans_[span].from_s + (slot - first_[span]) * step_s_; }
    // The slot of a moment, or the first one after it where no shift is on; the end of a span may be the first slot of
    // the next one. After the last shift `slots()`.
    int slot(std::int64_t second) const;

private:
    std::int64_t step_s_;
    Spans spans_;
    std::vector<int> first_;
};

// The best days of one kind under given prices, backwards over the grid.
//
// A slot stands for all moments in it and is reckoned from its first: every arrival is rounded down, so that no real
// day is worth more.
class Days {
public:
    Days(const Problem& problem, int kind, std::int64_t step_s);

    // The value of the best days, summed over the kind's vehicles. `values` is room that kinds may share.
    double evaluate(const Prices& prices, Use& use, std::vector<Levels>& values);

private:
    struct Option {
        float profit;
        int slot, level, out_span;
        double handling_s;
    };
    struct Offer {  // half a line
        int line, come;
        double profit, handling_s;
    };

    Levels& at(int slot, int node) { return (*values_)[static_cast<std::size_t>(slot) * kind_.nodes + node]; }
    void tabulate();
    void fill_levels();
    void slot_back(int slot, int span, const Prices& prices);
    void sweep(int slot);
    void offer(const Visit& visit, std::int64_t left_s, const Prices& prices);
    void options(int visit, int slot, int span, const Prices& prices);
    std::int64_t fit(int allowed, std::int64_t from_s, std::int64_t duration_s) const;
    int arrival(int allowed, std::int64_t from_s, std::int64_t duration_s) const;
    int drive_to(int slot, std::size_t arc) const { return arrive_[slot * kind_.arcs.size() + arc]; }
    int load_until(int slot, std::size_t load, int levels) const {
        return loaded_[(slot * kind_.loads.size() + load) * LEVELS + levels];
    }
    bool take_up(std::size_t load, int slot, bool within_slot);
    void walk(const Start& start, const Prices& prices, Use& use);
    bool visit_on(int count, const Prices& prices, Use& use);
    bool move_on(bool within_slot, int count, const Prices& prices, Use& use);
    void record(double handling_s, int count, Use& use) const;
    std::size_t supply_of(int item, double second) const;

    const Problem& problem_;
    const Kind& kind_;
    int number_;
    Grid grid_;
    std::vector<int> arrive_;                        // by slot and arc: the slot after it; -1: never
    std::vector<int> loaded_;                        // by slot, load and levels that are taken up, likewise
    std::vector<std::int64_t> handed_;               // by slot and visit: the hand-over; NEVER
    std::vector<std::vector<double>> level_at_;      // for each visit, seconds of handling after which a level is gone
    std::vector<double> latest_s_;                   // for each visit, when the last of its needs is not worth it any more
    std::vector<int> zero_arcs_;
    std::vector<Levels>* values_ = nullptr;
    // Of the visit that `options` looked at last.
    std::vector<Option> options_;
    std::vector<Offer> offers_;
    std::int64_t hand_s_ = 0;
    double handling_s_ = 0;
    // Where `walk` is.
    int slot_ = 0, node_ = 0, level_ = 0;
};

}  // namespace karavan::bound
