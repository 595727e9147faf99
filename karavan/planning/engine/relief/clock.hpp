// A crew's clock: shifts, rest, breaks and the driving limit. Whole seconds after the operation's start.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace karavan::relief {

using Second = std::int64_t;

inline constexpr Second kFar = 2'000'000'000;  // never; fits 32 bits
inline constexpr Second kNone = std::numeric_limits<Second>::min();

struct Span {
    Second first, last;
};
using Spans = std::vector<Span>;

// What a vehicle's clock must keep.
struct Crew {
    Spans spans;
    Second driving_limit_s = 0, rest_s = 0, break_after_s = 1, break_s = 0;
};

struct Clock {
    Second time = 0;
    Second stood_since = -kFar, since_break_s = 0;  // when the last drive ended; driving since the last break
    int span = 0;                                   // which of the crew's spans it works in
    Second driven_s = 0;                            // driving in that span
    Second worked_until = -kFar;

    bool operator==(const Clock&) const = default;
};

inline Second rounded_up(Second part, Second whole) { return (part + whole - 1) / whole; }

// Breaks that a drive needs on its way when it starts rested.
inline Second breaks_inside(Second drive_s, Second break_after_s) {
    return std::max<Second>(0, rounded_up(drive_s, break_after_s) - 1);
}

// The first moment from `start` on at which work of `duration` lies whole in one of the sorted spans.
inline Second fitted(const Spans& windows, Second start, Second duration) {
    for (const Span& window : windows)
        if (std::max(start, window.first) + duration <= window.last) return std::max(start, window.first);
    return kNone;
}

// The first moment at which work fits the crew's clock and `fit` (a start -> the first start that suits, or kNone);
// `counted_s`: driving that must fit before the next break.
template <class Fit>
Second earliest(const Crew& crew, const Clock& clock, Second duration, Second drive_s, Second counted_s,
                const Fit& fit) {
    counted_s = std::min(counted_s, crew.break_after_s);
    for (int number = clock.span; number < static_cast<int>(crew.spans.size()); ++number) {
        const auto [first, last] = crew.spans[number];
        Second start = std::max(clock.time, first);
        Second driven = clock.driven_s;
        if (number != clock.span) {
            start = std::max(start, clock.worked_until + crew.rest_s);
            driven = 0;
        }
        if (drive_s) {
            if (driven + drive_s > crew.driving_limit_s) continue;
            if (clock.since_break_s && clock.since_break_s + counted_s > crew.break_after_s &&
                start - clock.stood_since < crew.break_s)
                start = clock.stood_since + crew.break_s;
        }
        start = fit(start);
        if (start == kNone) return kNone;
        if (start + duration <= last) return start;
    }
    return kNone;
}

inline Second at_any_time(Second start) { return start; }

// Move the clock to the end of work, into the shift span that holds it.
inline void worked(const Crew& crew, Clock& clock, Second end) {
    while (clock.span + 1 < static_cast<int>(crew.spans.size()) && crew.spans[clock.span].last < end) {
        ++clock.span;
        clock.driven_s = 0;
    }
    clock.time = clock.worked_until = end;
}

// Move the clock to the end of a drive that starts at `depart`; `after_s`: driving since the last break at its end.
inline void drove(const Crew& crew, Clock& clock, Second depart, Second duration, Second drive_s,
                  Second after_s = kNone) {
    if (depart - clock.stood_since >= crew.break_s) clock.since_break_s = 0;
    worked(crew, clock, depart + duration);
    clock.driven_s += drive_s;
    if (after_s != kNone && after_s != drive_s)
        clock.since_break_s = after_s;
    else
        clock.since_break_s += drive_s - breaks_inside(drive_s, crew.break_after_s) * crew.break_after_s;
    clock.stood_since = clock.time;
}

// A drive without any window at once, if it needs neither break nor rest; the same as `earliest` and `drove`.
inline bool drove_at_once(const Crew& crew, Clock& clock, Second drive_s) {
    if (clock.span >= static_cast<int>(crew.spans.size())) return false;
    const Second since = clock.time - clock.stood_since >= crew.break_s ? 0 : clock.since_break_s;
    const auto [begin, end] = crew.spans[clock.span];
    const Second arrive = clock.time + drive_s;
    if (clock.time < begin || arrive > end || clock.driven_s + drive_s > crew.driving_limit_s ||
        since + drive_s > crew.break_after_s)
        return false;
    clock.time = clock.worked_until = clock.stood_since = arrive;
    clock.since_break_s = since + drive_s;
    clock.driven_s += drive_s;
    return true;
}

}  // namespace karavan::relief
