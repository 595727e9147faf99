// Paths driven by the crew's clock.
#include "network.hpp"

namespace karavan::relief {

Second Network::joined(const Crew& crew, Clock& clock, const Passage& passage, const Convoys& taken,
                       std::vector<Slot>& slots) const {
    const Second duration = passage.offsets.back().second;
    int chosen = -1;
    const auto with_room = [&](Second start) {
        auto slot = std::lower_bound(passage.slots.begin(), passage.slots.end(), start);
        for (; slot != passage.slots.end(); ++slot) {
            chosen = static_cast<int>(slot - passage.slots.begin());
            if (taken.at({passage.number, chosen}) < rules.convoy_max) return *slot;
        }
        return kNone;
    };
    const Second counted_s = passage.rested ? crew.break_after_s : passage.drive_s;
    const Second depart = earliest(crew, clock, duration, passage.drive_s, counted_s, with_room);
    if (depart == kNone) return kNone;
    drove(crew, clock, depart, duration, passage.drive_s, passage.after_drive_s);
    slots.push_back({passage.number, chosen});
    return depart;
}

// One leg by itself, within the hours of its road.
bool Network::alone(const Crew& crew, Clock& clock, const Leg& leg) const {
    const Second duration = leg.drive_s + breaks_inside(leg.drive_s, crew.break_after_s) * crew.break_s;
    const auto in_hours = [&](Second start) {
        if (leg.road < 0) return start + duration <= rules.horizon_s ? std::max<Second>(start, 0) : kNone;
        return fitted(roads_[leg.road].windows, start, duration);
    };
    const Second depart = earliest(crew, clock, duration, leg.drive_s, leg.drive_s, in_hours);
    if (depart == kNone) return false;
    drove(crew, clock, depart, duration, leg.drive_s);
    return true;
}

bool Network::drive(const Crew& crew, Clock& clock, const Path& path, const Convoys& taken, std::vector<Slot>& slots) {
    if (path.plain) {
        if (drove_at_once(crew, clock, path.drive_s)) return true;
        std::vector<Leg> legs;
        roads_to(path.profile, path.variant, path.origin, path.destination, legs);
        return std::all_of(legs.begin(), legs.end(), [&](const Leg& leg) { return alone(crew, clock, leg); });
    }
    for (const Stretch& stretch : path.stretches) {
        if (stretch.passage) {
            if (joined(crew, clock, *stretch.passage, taken, slots) == kNone) return false;
            continue;
        }
        if (stretch.open && drove_at_once(crew, clock, stretch.drive_s)) continue;
        for (const Leg& leg : stretch.legs)
            if (!alone(crew, clock, leg)) return false;
    }
    return true;
}

std::vector<Network::Driven> Network::legs_driven(const Crew& crew, Clock clock, const Path& path, const Slot* slots) {
    std::vector<Driven> result;
    for (const Stretch& step : steps(path)) {
        if (step.passage) {
            const Passage& passage = *step.passage;
            const Second depart = passage.slots[(slots++)->index];
            for (std::size_t i = 0; i < passage.legs.size(); ++i)
                result.push_back({passage.legs[i], depart + passage.offsets[i].first,
                                  depart + passage.offsets[i].second, &passage, depart});
            drove(crew, clock, depart, passage.offsets.back().second, passage.drive_s, passage.after_drive_s);
            continue;
        }
        for (const Leg& leg : step.legs) {
            alone(crew, clock, leg);
            const Second duration = leg.drive_s + breaks_inside(leg.drive_s, crew.break_after_s) * crew.break_s;
            result.push_back({leg, clock.time - duration, clock.time, nullptr, 0});
        }
    }
    return result;
}

std::vector<Stretch> Network::steps(const Path& path) {
    if (!path.plain) return path.stretches;
    std::vector<Leg> legs;
    roads_to(path.profile, path.variant, path.origin, path.destination, legs);
    return {Stretch{nullptr, legs, path.drive_s, true}};
}

}  // namespace karavan::relief
