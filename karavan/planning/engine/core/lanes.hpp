// Searches side by side, each with its own seed, that share their best plan at fixed parts of the way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "search.hpp"

namespace karavan {

template <class Clock>
class Lanes {
  public:
    using Report = std::function<bool(double cost, std::int64_t iterations, double seconds)>;  // false: stop

    Lanes(const Problem& problem, std::uint64_t seed, Budget budget, int count, const Found& start) {
        for (int lane = 0; lane < count; ++lane)
            searches_.push_back(std::make_unique<Search<Clock>>(problem, seed + 0x9e3779b97f4a7c15ULL * lane, budget, start));
        best_ = std::vector<std::atomic<double>>(count);
        for (auto& its : best_) its = kNever;
    }

    Found run(const Report& report) {
        std::vector<std::thread> threads;
        for (std::size_t lane = 1; lane < searches_.size(); ++lane)
            threads.emplace_back([this, lane] {
                searches_[lane]->run([&](double) { return note(lane); }, [&](double share) { meet(lane, share); });
            });
        try {
            // The caller's own thread is the one that asks, so that an exception of the caller's comes out of it.
            searches_[0]->run([&](double) { return note(0) && report(least(), searches_[0]->iterations, searches_[0]->elapsed()); },
                              [&](double share) { meet(0, share); });
        } catch (...) {
            finish(threads);
            throw;
        }
        finish(threads);
        return best();
    }

  private:
    bool note(std::size_t lane) {
        best_[lane].store(searches_[lane]->best_cost(), std::memory_order_relaxed);
        return !stopped_.load(std::memory_order_relaxed);
    }

    double least() const {
        double cost = kNever;
        for (const auto& its : best_) cost = std::min(cost, its.load(std::memory_order_relaxed));
        return cost;
    }

    // All lanes wait for each other, so that what is shared does not depend on who is faster.
    void meet(std::size_t lane, double) {
        if (searches_.size() == 1) return;
        std::unique_lock lock(mutex_);
        const int round = round_;
        if (++arrived_ == searches_.size()) {
            share();
            arrived_ = 0;
            ++round_;
            met_.notify_all();
            return;
        }
        met_.wait(lock, [&] { return round_ != round || stopped_.load(); });
        (void)lane;
    }

    // The worse half goes on from the best plan.
    void share() {
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t lane = 0; lane < searches_.size(); ++lane) order.push_back({searches_[lane]->best_cost(), lane});
        std::sort(order.begin(), order.end());
        const Found best = searches_[order[0].second]->found();
        for (std::size_t i = (order.size() + 1) / 2; i < order.size(); ++i)
            if (order[i].first > best.cost) searches_[order[i].second]->take_over(best);
    }

    void finish(std::vector<std::thread>& threads) {
        {
            std::lock_guard lock(mutex_);
            if (!searches_[0]->ended()) stopped_ = true;
        }
        met_.notify_all();
        for (std::thread& thread : threads) thread.join();
    }

    Found best() const {
        std::size_t least = 0;
        for (std::size_t lane = 1; lane < searches_.size(); ++lane)
            if (searches_[lane]->best_cost() < searches_[least]->best_cost()) least = lane;
        Found result = searches_[least]->found();
        result.iterations = 0;
        for (const auto& search : searches_) {
            result.iterations += search->iterations;
            result.seconds = std::max(result.seconds, search->seconds);
        }
        return result;
    }

    std::vector<std::unique_ptr<Search<Clock>>> searches_;
    std::vector<std::atomic<double>> best_;
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::condition_variable met_;
    std::size_t arrived_ = 0;
    int round_ = 0;
};

}  // namespace karavan
