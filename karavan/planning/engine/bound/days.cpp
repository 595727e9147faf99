#include "days.hpp"

#include <algorithm>
#include <limits>

namespace karavan::bound {

namespace {

constexpr std::int64_t NEVER = std::numeric_limits<std::int64_t>::max() / 4;

void raise_by(Levels& here, const Levels& there, float profit) {
    for (int i = 0; i < LEVELS; ++i) here[i] = std::max(here[i], there[i] + profit);
}

// Who has nothing aboard hands nothing over, however little it is.
void serve(Levels& here, const Levels& there, int level, float profit) {
    for (int i = std::max(1, level); i < LEVELS; ++i) here[i] = std::max(here[i], there[i - level] + profit);
}

}  // namespace

Grid::Grid(const Spans& spans, std::int64_t step_s) : step_s_(step_s), spans_(spans), first_{0} {
    for (const Span& span : spans_) {
        first_.push_back(first_.back() + static_cast<int>((span.until_s - span.from_s + step_s - 1) / step_s));
    }
}

int Grid::span_of(int slot) const {
    return static_cast<int>(std::upper_bound(first_.begin(), first_.end(), slot) - first_.begin()) - 1;
}

int Grid::slot(std::int64_t second) const {
    int span = 0;
    while (span < spans() && spans_[span].until_s < second) ++span;
    if (span == spans()) return slots();
    return first_[span] + static_cast<int>(std::max<std::int64_t>(0, second - spans_[span].from_s) / step_s_);
}

Days::Days(const Problem& problem, int kind, std::int64_t step_s)
    : problem_(problem), kind_(problem.kinds[kind]), number_(kind), grid_(kind_.allowed[0], step_s) {
    for (std::size_t a = 0; a < kind_.arcs.size(); ++a) {
        if (kind_.arcs[a].drive_s < step_s) zero_arcs_.push_back(static_cast<int>(a));
    }
    tabulate();
    fill_levels();
}

void Days::tabulate() {
    for (int span = 0; span < grid_.spans(); ++span) {
        for (int slot = grid_.first(span); slot < grid_.first(span + 1); ++slot) {
            const std::int64_t now = grid_.second(slot, span);
            for (const Arc& arc : kind_.arcs) arrive_.push_back(arrival(arc.allowed, now, arc.drive_s));
            for (const Load& load : kind_.loads) {
                const std::int64_t begin = fit(load.open, now, load.fixed_s);
                for (int levels = 0; levels < LEVELS; ++levels) {
                    // What is aboard is rounded up before and after: one level less is certain.
                    const double seconds = load.full_s * std::max(0, levels - 1) / (LEVELS - 1);
                    const std::int64_t end = begin + load.fixed_s + static_cast<std::int64_t>(seconds);
                    loaded_.push_back(begin == NEVER ? -1 : grid_.slot(end));
                }
            }
            for (const Visit& visit : kind_.visits) {
                const std::int64_t depart = fit(visit.in_allowed, now, visit.in_s);
                const std::int64_t stand = depart == NEVER ? NEVER : fit(visit.open, depart + visit.in_s, visit.fixed_s);
                handed_.push_back(stand == NEVER ? NEVER : stand + visit.fixed_s);
            }
        }
    }
}

// However the lines of a visit share its handling, the least load for so many seconds is that of the lines with the
// least load per second.
void Days::fill_levels() {
    for (const Visit& visit : kind_.visits) {
        std::vector<Line> lines(kind_.lines.begin() + visit.first_line, kind_.lines.begin() + visit.last_line);
        std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
            return a.load * b.handling_s < b.load * a.handling_s;
        });
        std::vector<double> marks;
        double load = 0, seconds = 0;
        for (const Line& line : lines) {
            while (static_cast<int>(marks.size()) < LEVELS) {
                const double next = static_cast<double>(marks.size() + 1) / (LEVELS - 1);
                if (next > load + line.load) break;
                marks.push_back(seconds + line.handling_s * (next - load) / line.load);
            }
            load += line.load;
            seconds += line.handling_s;
        }
        level_at_.push_back(std::move(marks));
    }
}

std::int64_t Days::fit(int allowed, std::int64_t from_s, std::int64_t duration_s) const {
    for (const Span& span : kind_.allowed[allowed]) {
        const std::int64_t start = std::max(from_s, span.from_s);
        if (start + duration_s <= span.until_s) return start;
    }
    return NEVER;
}

int Days::arrival(int allowed, std::int64_t from_s, std::int64_t duration_s) const {
    const std::int64_t depart = fit(allowed, from_s, duration_s);
    return depart == NEVER ? -1 : grid_.slot(depart + duration_s);
}

std::size_t Days::supply_of(int item, double second) const {
    const std::vector<double>& from_s = problem_.supply[item].from_s;
    return static_cast<std::size_t>(std::upper_bound(from_s.begin(), from_s.end(), second) - from_s.begin());
}

double Days::evaluate(const Prices& prices, Use& use, std::vector<Levels>& values) {
    const int slots = grid_.slots();
    values_ = &values;
    const std::size_t size = (static_cast<std::size_t>(slots) + 1) * kind_.nodes;
    if (values.size() < size) values.resize(size);
    latest_s_.clear();
    for (const Visit& visit : kind_.visits) {
        double latest_s = 0;
        for (int n = visit.first_line; n < visit.last_line; ++n) {
            const int need = kind_.lines[n].need;
            latest_s = std::max(latest_s, problem_.horizon_s - prices.need[need] / problem_.needs[need].weight);
        }
        latest_s_.push_back(latest_s);
    }
    const double last_s = *std::max_element(latest_s_.begin(), latest_s_.end());
    std::fill_n(&at(slots, 0), kind_.nodes, Levels{});
    for (int span = grid_.spans() - 1; span >= 0; --span) {
        for (int slot = grid_.first(span + 1) - 1; slot >= grid_.first(span); --slot) {
            // From when on nothing is worth a visit, nothing is worth anything.
            const bool over = static_cast<double>(grid_.second(slot, span)) > last_s;
            over ? void(std::fill_n(&at(slot, 0), kind_.nodes, Levels{})) : slot_back(slot, span, prices);
        }
    }
    double free = 0, total = 0;
    for (double price : prices.driving[number_]) free += price * kind_.driving_limit_s;
    for (const Start& start : kind_.starts) {
        total += start.count * (static_cast<double>(at(0, start.node)[0]) + free);
        for (double& used : use.driving) used -= start.count * kind_.driving_limit_s;
        walk(start, prices, use);
    }
    return total;
}

void Days::slot_back(int slot, int span, const Prices& prices) {
    const double wheel = prices.driving[number_][span];
    std::copy_n(&at(slot + 1, 0), kind_.nodes, &at(slot, 0));
    for (std::size_t a = 0; a < kind_.arcs.size(); ++a) {
        const Arc& arc = kind_.arcs[a];
        const int there = drive_to(slot, a);
        if (there > slot) raise_by(at(slot, arc.from), at(there, arc.to), static_cast<float>(-wheel * arc.drive_s));
    }
    for (std::size_t l = 0; l < kind_.loads.size(); ++l) take_up(l, slot, false);
    for (std::size_t v = 0; v < kind_.visits.size(); ++v) {
        const Visit& visit = kind_.visits[v];
        options(static_cast<int>(v), slot, span, prices);
        for (const Option& option : options_) {
            serve(at(slot, visit.from), at(option.slot, visit.to), option.level, option.profit);
        }
    }
    sweep(slot);
}

// Loads so much more or less: whether anything is worth more then.
bool Days::take_up(std::size_t load, int slot, bool within_slot) {
    Levels& here = at(slot, kind_.loads[load].from);
    bool changed = false;
    for (int more = 1; more < LEVELS; ++more) {
        const int until = load_until(slot, load, more);
        if (until < 0 || (until == slot) != within_slot) continue;
        const Levels& there = at(until, kind_.loads[load].to);
        for (int i = 0; i + more < LEVELS; ++i) {
            changed = changed || there[i + more] > here[i];
            here[i] = std::max(here[i], there[i + more]);
        }
    }
    return changed;
}

// What takes less than a step costs nothing: such drives and loads are repeated until nothing changes.
void Days::sweep(int slot) {
    for (int round = 0; round <= 2 * kind_.nodes; ++round) {
        bool changed = false;
        for (int a : zero_arcs_) {
            const Arc& arc = kind_.arcs[a];
            if (drive_to(slot, a) != slot) continue;
            const Levels before = at(slot, arc.from);
            raise_by(at(slot, arc.from), at(slot, arc.to), 0.0f);
            changed = changed || before != at(slot, arc.from);
        }
        for (std::size_t l = 0; l < kind_.loads.size(); ++l) {
            changed = take_up(l, slot, true) || changed;
        }
        if (!changed) return;
    }
}

// What is worth handing over from `hand_s_` on, most profit per second of handling first.
//
// A line is handed over when the last of it is off: the share x of it after x of its handling. That profit is concave
// in x, and never more than its first half unhindered and its second half with the delay of the whole. What is handed
// over must have come in when the vehicle left for it, at the latest in the last moment of the slot.
void Days::offer(const Visit& visit, std::int64_t left_s, const Prices& prices) {
    offers_.clear();
    handling_s_ = 0;
    for (int n = visit.first_line; n < visit.last_line; ++n) {
        const Line& line = kind_.lines[n];
        const Need& need = problem_.needs[line.need];
        const std::size_t come = supply_of(need.item, static_cast<double>(left_s));
        if (come == 0) continue;
        const double waits_s = std::max(0.0, std::max(need.earliest_s, need.since_s) - hand_s_);
        double profit = need.weight * (problem_.horizon_s - hand_s_ - waits_s) - prices.need[line.need];
        if (profit <= 0) continue;
        profit -= need.quantity * prices.item[need.item][come];
        const double half_s = line.handling_s / 2, delay_s = std::max(0.0, line.handling_s - 2 * waits_s);
        for (const double half : {profit / 2, profit / 2 - need.weight * delay_s}) {
            if (half <= 0) break;
            offers_.push_back({n, static_cast<int>(come), half, half_s});
            handling_s_ += half_s;
        }
    }
    std::stable_sort(offers_.begin(), offers_.end(), [](const Offer& a, const Offer& b) {
        return a.profit * b.handling_s > b.profit * a.handling_s;
    });
}

// A visit from a slot: one option for each slot in which it may be over and each level of the load that is then left,
// with the most that so many seconds of handling can be worth.
void Days::options(int number, int slot, int span, const Prices& prices) {
    options_.clear();
    hand_s_ = handed_[slot * kind_.visits.size() + number];
    if (static_cast<double>(hand_s_) > latest_s_[number]) return;
    const Visit& visit = kind_.visits[number];
    const std::int64_t now = grid_.second(slot, span), step_s = grid_.step_s();
    offer(visit, now + step_s, prices);
    if (offers_.empty()) return;
    const std::vector<double>& wheel = prices.driving[number_];
    // Whoever stays for the night drives out on a later day, at its price.
    int later = span;
    for (int s = span + 1; s < grid_.spans(); ++s) {
        if (wheel[s] < wheel[later]) later = s;
    }
    int next_day = -1;
    if (later > span) next_day = arrival(visit.out_allowed, grid_.second(grid_.first(span + 1), span + 1), visit.out_s);
    const double in_cost = wheel[span] * visit.in_s;
    const std::vector<double>& marks = level_at_[number];
    double from = 0, profit = 0, taken = 0;
    std::size_t next = 0;
    int level = 0;
    for (bool last = false; !last;) {
        const std::int64_t end = hand_s_ + static_cast<std::int64_t>(from);
        const int there = arrival(visit.out_allowed, end, visit.out_s);
        if (there < 0) return;
        // Up to the next step of the grid, or the next level of the load.
        double until = static_cast<double>(end - hand_s_ + step_s - (end + visit.out_s - now) % step_s);
        while (level < static_cast<int>(marks.size()) && marks[level] <= from) ++level;
        if (level >= LEVELS) return;
        const bool level_ends = level < static_cast<int>(marks.size()) && marks[level] <= until;
        if (level_ends) until = marks[level];
        const double handled = std::min(until, handling_s_);
        while (next < offers_.size() && taken + offers_[next].handling_s <= handled) {
            profit += offers_[next].profit;
            taken += offers_[next++].handling_s;
        }
        double most = profit - in_cost;
        if (next < offers_.size()) most += offers_[next].profit * (handled - taken) / offers_[next].handling_s;
        options_.push_back({static_cast<float>(most - wheel[span] * visit.out_s), there, level, span, handled});
        last = until >= handling_s_;
        if (next_day >= 0 && (last || level_ends)) {
            options_.push_back({static_cast<float>(most - wheel[later] * visit.out_s), next_day, level, later, handled});
        }
        from = until;
    }
}

// From a start forwards along the best days, to see what they use.
void Days::walk(const Start& start, const Prices& prices, Use& use) {
    slot_ = 0, node_ = start.node, level_ = 0;
    // Drives within a slot could go in circles.
    for (int steps = 0; steps < 20 * (grid_.slots() + 1) && slot_ < grid_.slots(); ++steps) {
        const float value = at(slot_, node_)[level_];
        if (value <= 0) return;
        if (at(slot_ + 1, node_)[level_] == value) {
            ++slot_;
        } else if (!visit_on(start.count, prices, use) && !move_on(false, start.count, prices, use) &&
                   !move_on(true, start.count, prices, use)) {
            return;
        }
    }
}

bool Days::visit_on(int count, const Prices& prices, Use& use) {
    const int span = grid_.span_of(slot_);
    const float value = at(slot_, node_)[level_];
    if (level_ == 0) return false;
    for (std::size_t v = 0; v < kind_.visits.size(); ++v) {
        const Visit& visit = kind_.visits[v];
        if (visit.from != node_) continue;
        options(static_cast<int>(v), slot_, span, prices);
        for (const Option& option : options_) {
            if (option.level > level_) break;
            if (at(option.slot, visit.to)[level_ - option.level] + option.profit != value) continue;
            record(option.handling_s, count, use);
            use.driving[span] += count * static_cast<double>(visit.in_s);
            use.driving[option.out_span] += count * static_cast<double>(visit.out_s);
            slot_ = option.slot, node_ = visit.to, level_ -= option.level;
            return true;
        }
    }
    return false;
}

bool Days::move_on(bool within_slot, int count, const Prices& prices, Use& use) {
    const int span = grid_.span_of(slot_);
    const float value = at(slot_, node_)[level_];
    for (std::size_t l = 0; l < kind_.loads.size(); ++l) {
        for (int more = 1; kind_.loads[l].from == node_ && level_ + more < LEVELS; ++more) {
            const int there = load_until(slot_, l, more);
            if (there < 0 || (there == slot_) != within_slot || at(there, kind_.loads[l].to)[level_ + more] != value) continue;
            slot_ = there, node_ = kind_.loads[l].to, level_ += more;
            return true;
        }
    }
    for (std::size_t a = 0; a < kind_.arcs.size(); ++a) {
        const Arc& arc = kind_.arcs[a];
        const int there = drive_to(slot_, a);
        if (arc.from != node_ || there < 0 || (there == slot_) != within_slot) continue;
        const double wheel = within_slot ? 0.0 : prices.driving[number_][span];
        if (at(there, arc.to)[level_] + static_cast<float>(-wheel * arc.drive_s) != value) continue;
        if (!within_slot) use.driving[span] += count * static_cast<double>(arc.drive_s);
        slot_ = there, node_ = arc.to;
        return true;
    }
    return false;
}

void Days::record(double handling_s, int count, Use& use) const {
    double left = handling_s;
    for (const Offer& offer : offers_) {
        const int number = kind_.lines[offer.line].need;
        const Need& need = problem_.needs[number];
        const double share = std::min(1.0, left / offer.handling_s);
        use.need[number] += count * share / 2;
        use.item[need.item][offer.come] += count * share / 2 * need.quantity;
        left -= share * offer.handling_s;
        if (left <= 0) return;
    }
}

}  // namespace karavan::bound
