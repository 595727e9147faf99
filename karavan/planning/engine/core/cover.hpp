// Cover: days of different plans put together anew, so that every task is served once.
//
// Days that were found in different plans may make a better one together, and no small move leads from any of these to
// it. A price for every task says what a choice of days costs at least (Lagrangian relaxation; prices by subgradients);
// days that no better plan can have are left out, and the others are tried, what promises most first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "found.hpp"
#include "seen.hpp"

namespace karavan {

class Cover {
  public:
    explicit Cover(const Problem& problem)
        : seen(problem), problem_(problem), words_((problem.tasks.size() + 63) / 64) {}

    // All tasks must be served, each whole and once.
    static bool suits(const Problem& problem) {
        return !problem.split && std::all_of(problem.tasks.begin(), problem.tasks.end(), [](const Task& task) {
            return task.required;
        });
    }

    // What finding prices takes, in steps as `work` counts them.
    std::int64_t least_work() const {
        std::size_t stops = 0;
        for (const SeenDay& day : seen.days) stops += day.node.size();
        return kSteps * static_cast<std::int64_t>(stops);
    }

    // A plan of days that were seen, if there is one that costs less than `limit`. Stops looking after `most` steps.
    bool operator()(double limit, std::int64_t most, Found& found) {
        seen.news = 0;
        work = 0;
        most_ = most;
        limit_ = limit - kLess;
        gather();
        find_prices();
        reduce();
        best_.clear();
        chosen_.clear();
        nodes_ = 0;
        left_.clear();
        for (const VehicleType& type : problem_.types) left_.push_back(type.count);
        if (!kept_.empty()) deeper(std::vector<std::uint64_t>(words_, 0), all(), 0, bound_);
        found = Found();
        for (int number : best_) {
            const SeenDay& day = seen.days[number];
            found.types.push_back(day.type);
            found.nodes.push_back(day.node);
            found.quantities.push_back(day.quantity);
        }
        return !best_.empty();
    }

    Seen seen;
    std::int64_t work = 0;  // steps of the last call: a task looked at, a part of a day held against what is served

  private:
    static constexpr int kSteps = 60, kNoBetter = 10, kMostNodes = 20000;
    static constexpr std::size_t kMostDays = 5000;
    static constexpr double kShorter = 0.6, kKeepsOn = 0.8, kLess = 1e-9, kNotice = 1e-4;

    struct Kept {
        int number;
        double more;  // at least, above the bound, of a plan that has the day
    };

    int all() const { return static_cast<int>(problem_.tasks.size()); }
    int days() const { return static_cast<int>(seen.days.size()); }

    void gather() {
        first_.assign(1, 0);
        tasks_.clear();
        for (const SeenDay& day : seen.days) {
            for (int node : day.node)
                if (node >= 0) tasks_.push_back(node);
            first_.push_back(static_cast<int>(tasks_.size()));
        }
    }

    // What a day costs more than the tasks it serves, and its vehicle, are worth.
    double reduced(int number) const {
        double cost = seen.days[number].cost + vehicle_[seen.days[number].type];
        for (int k = first_[number]; k < first_[number + 1]; ++k) cost -= price_[tasks_[k]];
        return cost;
    }

    // What any plan of these days costs at least; `lacking_` says how far the days that pay serve each task too seldom,
    // `spare_` how many vehicles they leave.
    double bound() {
        lacking_.assign(all(), 1);
        spare_.assign(problem_.types.size(), 0);
        double sum = 0;
        for (double price : price_) sum += price;
        for (std::size_t type = 0; type < vehicle_.size(); ++type) {
            if (problem_.types[type].count == kNone) continue;
            spare_[type] = problem_.types[type].count;
            sum -= vehicle_[type] * spare_[type];
        }
        for (int number = 0; number < days(); ++number) {
            const double more = reduced(number);
            if (more >= 0) continue;
            sum += more;
            --spare_[seen.days[number].type];
            for (int k = first_[number]; k < first_[number + 1]; ++k) --lacking_[tasks_[k]];
        }
        work += static_cast<std::int64_t>(tasks_.size());
        return sum;
    }

    // A task that is served too often gets cheaper, one that is not served dearer. They begin where they were last.
    void find_prices() {
        if (price_.empty()) price_.assign(all(), limit_ / all());
        vehicle_.resize(problem_.types.size(), 0);
        auto best_price = price_, best_vehicle = vehicle_;
        const auto go_back = [&] {
            price_ = best_price;
            vehicle_ = best_vehicle;
            way_.assign(price_.size(), 0);
            vehicle_way_.assign(vehicle_.size(), 0);
        };
        go_back();
        bound_ = -kNever;
        double length = 1;
        for (int step = 0, since = 0; step < kSteps; ++step) {
            const double now = bound();
            if (now > bound_) {
                if (now > bound_ + kNotice * (limit_ - bound_)) since = 0;
                bound_ = now;
                best_price = price_;
                best_vehicle = vehicle_;
                if (bound_ >= limit_) break;
            } else if (++since == kNoBetter) {
                since = 0;
                length *= kShorter;
                go_back();
            }
            if (!go_on(length * (limit_ - now))) break;
        }
        go_back();
    }

    // Prices follow what is lacking, and go on for a while the way they went. False: nothing is lacking.
    bool go_on(double length) {
        double square = 0;
        for (std::size_t task = 0; task < price_.size(); ++task) {
            way_[task] = kKeepsOn * way_[task] + lacking_[task];
            square += way_[task] * way_[task];
        }
        for (std::size_t type = 0; type < vehicle_.size(); ++type) {
            if (problem_.types[type].count == kNone) continue;
            vehicle_way_[type] = kKeepsOn * vehicle_way_[type] - spare_[type];
            if (vehicle_[type] > 0 || vehicle_way_[type] > 0) square += vehicle_way_[type] * vehicle_way_[type];
        }
        if (square == 0) return false;
        for (std::size_t task = 0; task < price_.size(); ++task) price_[task] += length / square * way_[task];
        for (std::size_t type = 0; type < vehicle_.size(); ++type)
            vehicle_[type] = std::max(0.0, vehicle_[type] + length / square * vehicle_way_[type]);
        return true;
    }

    // Days that a plan below the limit can have, the most promising ones first.
    void reduce() {
        std::vector<std::pair<double, int>> order;
        for (int number = 0; number < days() && bound_ < limit_; ++number) {
            const double more = reduced(number);
            if (bound_ + more < limit_) order.push_back({more, number});
        }
        std::sort(order.begin(), order.end());
        if (order.size() > kMostDays) order.resize(kMostDays);
        kept_.clear();
        sets_.assign(order.size() * words_, 0);
        with_.assign(problem_.tasks.size(), {});
        for (const auto& [more, number] : order) {
            const int at = static_cast<int>(kept_.size());
            kept_.push_back({number, std::max(0.0, more)});
            for (int k = first_[number]; k < first_[number + 1]; ++k) {
                sets_[at * words_ + tasks_[k] / 64] |= std::uint64_t{1} << (tasks_[k] % 64);
                with_[tasks_[k]].push_back(at);
            }
        }
    }

    // Serves one more task in each way; `least` is what any plan with the days chosen costs.
    void deeper(const std::vector<std::uint64_t>& served, int open, double cost, double least) {
        if (open == 0) {
            if (cost >= limit_) return;
            limit_ = cost - kLess;
            best_ = chosen_;
            return;
        }
        std::vector<std::uint64_t> now(words_);
        for (int at : with_[hardest(served, least)]) {
            const auto [number, more] = kept_[at];
            if (least + more >= limit_) break;
            const SeenDay& day = seen.days[number];
            if (left_[day.type] == 0 || !is_free(at, served)) continue;
            if (++nodes_ > kMostNodes || work > most_) return;
            for (std::size_t word = 0; word < words_; ++word) now[word] = served[word] | sets_[at * words_ + word];
            if (left_[day.type] != kNone) --left_[day.type];
            chosen_.push_back(number);
            deeper(now, open - (first_[number + 1] - first_[number]), cost + day.cost, least + more);
            chosen_.pop_back();
            if (left_[day.type] != kNone) ++left_[day.type];
        }
    }

    // The task not served yet for which fewest days are left.
    int hardest(const std::vector<std::uint64_t>& served, double least) {
        const std::int64_t words = 1 + static_cast<std::int64_t>(words_) / 2;
        int hardest = 0, fewest = static_cast<int>(kept_.size()) + 1;
        for (int task = 0; task < all() && fewest > 0; ++task) {
            ++work;
            if (served[task / 64] >> (task % 64) & 1) continue;
            int count = 0;
            for (int at : with_[task]) {
                if (least + kept_[at].more >= limit_) break;
                work += words;
                if (is_free(at, served) && ++count >= fewest) break;
            }
            if (count < fewest) fewest = count, hardest = task;
        }
        return hardest;
    }

    bool is_free(int at, const std::vector<std::uint64_t>& served) const {
        for (std::size_t word = 0; word < words_; ++word)
            if (served[word] & sets_[at * words_ + word]) return false;
        return true;
    }

    const Problem& problem_;
    std::size_t words_;
    std::vector<int> first_, tasks_;  // the tasks of each day, one day after the other
    std::vector<double> price_, vehicle_;
    std::vector<double> way_, vehicle_way_;
    std::vector<int> lacking_, spare_;
    double bound_ = 0, limit_ = 0;
    std::vector<Kept> kept_;
    std::vector<std::uint64_t> sets_;     // of `kept_`, a bit for each task
    std::vector<std::vector<int>> with_;  // for each task the `kept_` days that serve it
    std::vector<int> left_;               // vehicles of each type; kNone: any number
    std::vector<int> chosen_, best_;
    std::int64_t most_ = 0;
    int nodes_ = 0;
};

}  // namespace karavan
