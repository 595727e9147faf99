#include "prices.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <thread>

namespace karavan::bound {

namespace {

// The values of days are single precision sums of some hundred terms.
constexpr double ROUNDING = 1 + 2e-5;
constexpr double HOUR_S = 3600;
// What the last rounds' use weighs in the direction of a step.
constexpr double MEMORY = 0.8;
// So much later than can be is what the search begins with.
constexpr double START_H = 0.5;

// A multiplier's pace: faster while use stays on one side, slower when it swings (resilient propagation: Riedmiller and
// Braun 1993).
class Pace {
public:
    double next(double over) {
        const double mean = MEMORY * mean_ + (1 - MEMORY) * over;
        factor_ = std::clamp(factor_ * (mean * mean_ < 0 ? SLOWER : FASTER), LEAST, MOST);
        mean_ = mean;
        return factor_ * mean;
    }

private:
    static constexpr double FASTER = 1.05, SLOWER = 0.5, LEAST = 0.1, MOST = 10;
    double mean_ = 0, factor_ = 1;
};

// The multipliers, and how they change.
struct Dual {
    std::vector<double> need_h;                // hours from the start after which a need is worth no visit
    std::vector<std::vector<double>> item;     // a unit more by each moment
    std::vector<std::vector<double>> driving;  // a second more at the wheel in a span
    std::vector<Pace> need_pace;
    std::vector<std::vector<Pace>> item_pace, driving_pace;
};

// Goods alone, no fleet: whoever waits most per unit is served first, and a unit more by some moment is worth what the
// first who has to go without it waits until the next ones come.
std::vector<std::vector<double>> worth_of_goods(const Problem& problem) {
    std::vector<std::vector<double>> worth;
    std::vector<std::vector<int>> asked(problem.supply.size());
    for (std::size_t n = 0; n < problem.needs.size(); ++n) asked[problem.needs[n].item].push_back(static_cast<int>(n));
    for (std::size_t i = 0; i < problem.supply.size(); ++i) {
        const Supply& supply = problem.supply[i];
        const auto density = [&](int n) { return problem.needs[n].weight / problem.needs[n].quantity; };
        std::stable_sort(asked[i].begin(), asked[i].end(), [&](int a, int b) { return density(a) > density(b); });
        worth.emplace_back(supply.from_s.size() + 1, 0.0);
        double quantity = 0;
        std::size_t next = 0;
        for (std::size_t b = 0; b < supply.from_s.size(); ++b) {
            while (next < asked[i].size()) {
                const Need& need = problem.needs[asked[i][next]];
                if (quantity + need.quantity * need.most > supply.total[b]) break;
                quantity += need.quantity * need.most;
                ++next;
            }
            if (next == asked[i].size()) break;
            const double until = b + 1 < supply.from_s.size() ? supply.from_s[b + 1] : problem.horizon_s;
            worth[i][b + 1] = density(asked[i][next]) * std::max(0.0, until - supply.from_s[b]);
        }
    }
    return worth;
}

Prices prices_of(const Problem& problem, const Dual& dual) {
    Prices prices;
    for (std::size_t n = 0; n < problem.needs.size(); ++n) {
        prices.need.push_back(std::max(0.0, problem.needs[n].weight * (problem.horizon_s - HOUR_S * dual.need_h[n])));
    }
    prices.item = dual.item;
    for (std::vector<double>& item : prices.item) {
        for (int b = static_cast<int>(item.size()) - 2; b >= 0; --b) item[b] += item[b + 1];
    }
    prices.driving = dual.driving;
    return prices;
}

Dual begin(const Problem& problem, double start_h) {
    Dual dual;
    dual.item = worth_of_goods(problem);
    for (const auto& item : dual.item) dual.item_pace.emplace_back(item.size());
    for (const Kind& kind : problem.kinds) {
        dual.driving.emplace_back(kind.allowed[0].size(), 0.0);
        dual.driving_pace.emplace_back(kind.allowed[0].size());
    }
    dual.need_pace.resize(problem.needs.size());
    dual.need_h.assign(problem.needs.size(), 0.0);
    const Prices prices = prices_of(problem, dual);
    for (std::size_t n = 0; n < problem.needs.size(); ++n) {
        const Need& need = problem.needs[n];
        const double served_s = std::max(need.earliest_s, need.since_s) + start_h * HOUR_S;
        const Supply& supply = problem.supply[need.item];
        double best = 0;
        for (std::size_t b = 0; b < supply.from_s.size(); ++b) {
            const double moment = std::max(served_s, supply.from_s[b]);
            best = std::max(best, need.weight * (problem.horizon_s - moment) - prices.item[need.item][b + 1] * need.quantity);
        }
        dual.need_h[n] = (problem.horizon_s - best / need.weight) / HOUR_S;
    }
    return dual;
}

Use nothing(const Dual& dual, std::size_t kind) {
    Use use;
    use.need.assign(dual.need_h.size(), 0.0);
    for (const auto& item : dual.item) use.item.emplace_back(item.size(), 0.0);
    use.driving.assign(dual.driving[kind].size(), 0.0);
    return use;
}

double fixed_part(const Problem& problem, const Dual& dual, const Prices& prices) {
    double value = 0;
    for (std::size_t n = 0; n < problem.needs.size(); ++n) value += prices.need[n] * problem.needs[n].most;
    for (std::size_t i = 0; i < dual.item.size(); ++i) {
        for (std::size_t b = 1; b < dual.item[i].size(); ++b) value += dual.item[i][b] * problem.supply[i].total[b - 1];
    }
    return value;
}

// What is used more than there is gets dearer.
class Steps {
public:
    explicit Steps(const Problem& problem) : problem_(problem), item_(problem.supply.size(), 0.0) {
        std::vector<double> quantity(problem.supply.size(), 0.0);
        double weight = 0, vehicles = 0;
        for (const Need& need : problem.needs) {
            item_[need.item] += need.weight * HOUR_S;
            quantity[need.item] += need.quantity;
            weight += need.weight;
        }
        for (std::size_t i = 0; i < item_.size(); ++i) item_[i] /= std::max(1.0, quantity[i]);
        for (const Kind& kind : problem.kinds) {
            for (const Start& start : kind.starts) vehicles += start.count;
        }
        wheel_ = weight / std::max(1.0, vehicles) / 10;
    }

    void take(Dual& dual, const std::vector<Use>& uses, double step_h) const {
        for (std::size_t n = 0; n < problem_.needs.size(); ++n) {
            double over = -problem_.needs[n].most;
            for (const Use& use : uses) over += use.need[n];
            const double change = step_h * dual.need_pace[n].next(over);
            dual.need_h[n] = std::clamp(dual.need_h[n] - change, 0.0, problem_.horizon_s / HOUR_S);
        }
        for (std::size_t i = 0; i < dual.item.size(); ++i) {
            double used = 0;
            for (std::size_t b = 0; b < dual.item[i].size(); ++b) {
                for (const Use& use : uses) used += use.item[i][b];
                if (b == 0) continue;
                const double over = used / std::max(1.0, problem_.supply[i].total[b - 1]) - 1;
                const double change = step_h * item_[i] * dual.item_pace[i][b].next(over);
                dual.item[i][b] = std::max(0.0, dual.item[i][b] + change);
            }
        }
        for (std::size_t k = 0; k < dual.driving.size(); ++k) {
            double limit = 0;
            for (const Start& start : problem_.kinds[k].starts) limit += start.count * problem_.kinds[k].driving_limit_s;
            for (std::size_t s = 0; s < dual.driving[k].size(); ++s) {
                const double over = uses[k].driving[s] / std::max(1.0, limit);
                const double change = step_h * wheel_ * dual.driving_pace[k][s].next(over);
                dual.driving[k][s] = std::max(0.0, dual.driving[k][s] + change);
            }
        }
    }

private:
    const Problem& problem_;
    std::vector<double> item_;
    double wheel_ = 0;
};

// The kinds' days, on as many threads as there are cores: each kind is reckoned alone, and the sums are taken in order.
class Fleet {
public:
    Fleet(const Problem& problem, std::int64_t step_s) {
        for (std::size_t k = 0; k < problem.kinds.size(); ++k) {
            days_.push_back(std::make_unique<Days>(problem, static_cast<int>(k), step_s));
        }
        const std::size_t threads = std::max(1u, std::thread::hardware_concurrency());
        room_.resize(std::max<std::size_t>(1, std::min(threads, days_.size())));
    }

    double evaluate(const Prices& prices, std::vector<Use>& uses) {
        std::vector<double> values(days_.size(), 0.0);
        std::atomic<std::size_t> next = 0;
        const auto work = [&](std::size_t room) {
            for (std::size_t k = next++; k < days_.size(); k = next++) {
                values[k] = days_[k]->evaluate(prices, uses[k], room_[room]);
            }
        };
        {
            std::vector<std::jthread> others;
            for (std::size_t room = 1; room < room_.size(); ++room) others.emplace_back(work, room);
            work(0);
        }
        double total = 0;
        for (double value : values) total += ROUNDING * value;
        return total;
    }

private:
    std::vector<std::unique_ptr<Days>> days_;
    std::vector<std::vector<Levels>> room_;
};

}  // namespace

double most_saved(const Problem& problem, const std::vector<Stage>& stages) {
    Dual dual = begin(problem, START_H);
    const Steps steps(problem);
    double most = std::numeric_limits<double>::max();
    for (const Stage& stage : stages) {
        Fleet fleet(problem, stage.step_s);
        for (int round = 0; round < stage.rounds; ++round) {
            const Prices prices = prices_of(problem, dual);
            std::vector<Use> uses;
            for (std::size_t k = 0; k < problem.kinds.size(); ++k) uses.push_back(nothing(dual, k));
            most = std::min(most, fixed_part(problem, dual, prices) + fleet.evaluate(prices, uses));
            // Only operations that all machines round alike: powers of other libraries are not.
            const double along = static_cast<double>(round) / std::max(1, stage.rounds - 1);
            steps.take(dual, uses, stage.first_h / (1 + along * (stage.first_h / stage.last_h - 1)));
        }
    }
    return most;
}

}  // namespace karavan::bound
