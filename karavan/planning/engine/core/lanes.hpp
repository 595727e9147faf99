// Searches side by side, each with its own seed, that share their best plan at fixed parts of the way.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "loop.hpp"

namespace karavan {

// What the caller is told: the first lane's iterations and seconds, the best cost of all lanes.
struct Heard {
    std::int64_t iterations;
    double cost, seconds;
};

// Answers with the share of the caller's means that is spent; 1: enough. Asked some fifty times a second, in the
// caller's own thread only: an exception of the caller's comes out of `Lanes::run`.
using Ask = std::function<double(const Heard&)>;

template <class World>
class Lanes {
  public:
    Lanes(std::vector<World*> worlds, const Budget& budget)
        : worlds_(std::move(worlds)), said_(worlds_.size()), left_(worlds_.size(), 0), active_(worlds_.size()) {
        for (World* world : worlds_) loops_.push_back(std::make_unique<Loop<World>>(*world, budget));
        for (auto& its : said_) its = kNever;
    }

    // Returns the number of the world that has the best plan. The first one runs in this thread.
    std::size_t run(const Ask& ask) {
        ask_ = &ask;
        std::vector<std::thread> threads;
        try {
            for (std::size_t lane = 1; lane < worlds_.size(); ++lane)
                threads.emplace_back([this, lane] { drive(lane); });
        } catch (...) {
            fail(worlds_.size() - 1 - threads.size());
        }
        drive(0);
        wait_for_all();
        for (std::thread& thread : threads) thread.join();
        if (error_) std::rethrow_exception(error_);
        return best();
    }

    std::int64_t iterations(std::size_t lane) const { return std::min(loops_[lane]->iterations, goal_.load()); }
    double seconds() const {
        double most = 0;
        for (const auto& loop : loops_) most = std::max(most, loop->seconds);
        return most;
    }

  private:
    static constexpr auto kBetweenAsking = std::chrono::milliseconds(20);
    static constexpr std::int64_t kNoGoal = std::numeric_limits<std::int64_t>::max();

    void drive(std::size_t lane) {
        try {
            loops_[lane]->run([this, lane] { return look(lane); }, [this, lane] { meet(lane); });
        } catch (...) {
            fail(0);
        }
        leave(lane);
    }

    double look(std::size_t lane) {
        said_[lane].store(worlds_[lane]->said(), std::memory_order_relaxed);
        // Another lane was good enough after no more iterations than this one has made.
        if (failed_ || loops_[lane]->iterations >= goal_.load()) return kNever;
        return lane ? asked_.load(std::memory_order_relaxed) : asked();
    }

    double asked() {
        const auto now = std::chrono::steady_clock::now();
        if (failed_ || asked_ >= 1 || !*ask_ || now - looked_ < kBetweenAsking) return asked_;
        looked_ = now;
        double least = kNever;
        for (const auto& its : said_) least = std::min(least, its.load(std::memory_order_relaxed));
        try {
            asked_ = (*ask_)({loops_[0]->iterations, least, loops_[0]->elapsed()});
        } catch (...) {
            fail(0);
        }
        return asked_;
    }

    // All lanes that are still searching wait for each other, so that what is shared does not depend on who is faster.
    void meet(std::size_t lane) {
        std::unique_lock lock(mutex_);
        const int meeting = meeting_;
        if (++arrived_ == active_) return hold();
        while (meeting_ == meeting) wait(lock, lane == 0);
    }

    void wait(std::unique_lock<std::mutex>& lock, bool asking) {
        if (!asking) return met_.wait(lock);
        met_.wait_for(lock, kBetweenAsking);
        lock.unlock();
        asked();
        lock.lock();
    }

    void hold() {
        share();
        arrived_ = 0;
        ++meeting_;
        met_.notify_all();
    }

    // The worse half goes on from the best plan.
    void share() {
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t lane = 0; lane < worlds_.size(); ++lane) order.push_back({worlds_[lane]->best().cost, lane});
        std::sort(order.begin(), order.end());
        const auto [least, best] = order[0];
        for (std::size_t i = (order.size() + 1) / 2; i < order.size(); ++i) {
            const auto [cost, lane] = order[i];
            if (cost > least && !left_[lane]) worlds_[lane]->take_over(worlds_[best]->best());
        }
    }

    void leave(std::size_t lane) {
        std::lock_guard lock(mutex_);
        if (loops_[lane]->reached()) goal_ = std::min(goal_.load(), loops_[lane]->iterations);
        left_[lane] = 1;
        --active_;
        if (active_ && arrived_ == active_) hold();
        met_.notify_all();
    }

    void fail(std::size_t never_began) {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
        failed_ = true;
        active_ -= never_began;
    }

    void wait_for_all() {
        std::unique_lock lock(mutex_);
        while (active_) wait(lock, true);
    }

    // Of lanes that were good enough the one that took fewest iterations: how far the others came is a matter of speed.
    std::size_t best() const {
        std::size_t least = 0;
        for (std::size_t lane = 0; lane < worlds_.size(); ++lane) {
            if (loops_[lane]->reached() && loops_[lane]->iterations == goal_) return lane;
            if (worlds_[lane]->best().cost < worlds_[least]->best().cost) least = lane;
        }
        return least;
    }

    std::vector<World*> worlds_;
    std::vector<std::unique_ptr<Loop<World>>> loops_;
    const Ask* ask_ = nullptr;
    std::chrono::steady_clock::time_point looked_;
    std::vector<std::atomic<double>> said_;
    std::atomic<double> asked_{0};
    std::atomic<bool> failed_{false};
    std::atomic<std::int64_t> goal_{kNoGoal};
    std::mutex mutex_;
    std::condition_variable met_;
    std::vector<char> left_;
    std::size_t active_, arrived_ = 0;
    int meeting_ = 0;
    std::exception_ptr error_;
};

}  // namespace karavan
