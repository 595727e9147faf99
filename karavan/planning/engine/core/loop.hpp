// The search loop, written once: what may be spent, how hot it is, which plan is the best.
//
// It runs over a world: a plan that knows how to change itself. A world is a class with
//   tasks()             how many there are to be planned
//   begin()             make the first whole plan
//   heat()              how hot to begin, in cost: asked once, when there is a plan
//   step(temperature)   one iteration: change something and keep it, or take it back; whether it was kept. The
//                       threshold of acceptance is drawn before: what must cost more need not be finished
//   cost(), whole()     of the plan as it stands; and whether it may be the best one
//   keep(), best()      note the plan as the best one; a `Kept` with its `cost`, infinite until there is one
//   said()              the best cost as it is told, and as it is held against the target
//   take_over(kept)     go on from a plan that is at least as good as any found here
//   look(share)         from time to time: what need not be done in every iteration, a better plan perhaps
//   anew(), start_anew()  whether a short search may begin again from nothing, several times; begin again
//   finish()            the search is over
//   kRange, kBetweenLooks  hottest to coldest; iterations from one look to the next
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>

#include "cooling.hpp"
#include "seconds.hpp"

namespace karavan {

// What a search may spend. The share that is spent is the largest of those of its iterations, its seconds, and what the
// caller answers.
struct Budget {
    std::int64_t iterations = -1;  // of all stages together; -1: as many as the rest allows
    double seconds = -1;           // of the thread's processor time; -1: any number
    double target = -kNever;       // a plan that costs no more is good enough
    std::int64_t begun = 0;        // iterations spent by earlier stages
    double until = 1;              // the share of everything at which this stage ends
    std::int64_t patience = -1;    // iterations without improvement; -1: any number
};

// The cost above which annealing does not go, drawn at random.
inline double threshold(double cost, double temperature, Random& random) {
    return cost - temperature * natural_log(random.positive_unit());
}

template <class World>
class Loop {
  public:
    using Look = std::function<double()>;  // the share of the caller's means that is spent; 1: enough
    using Meet = std::function<void()>;    // at each of kMeetings

    Loop(World& world, const Budget& budget) : world_(world), budget_(budget) {}

    void run(const Look& look, const Meet& meet) {
        began_ = thread_seconds();
        world_.begin();
        consider();
        improved_ = 0;
        hot_ = world_.heat();
        foresee();
        while (world_.tasks() && !reached()) {
            if (iterations % World::kBetweenLooks == 0 || iterations == budget_.iterations) {
                const double asked = look() / budget_.until;
                if (asked >= 1) break;
                share_ = std::max(asked, spent() / budget_.until);
                for (; meeting_ < std::size(kMeetings) && share_ >= kMeetings[meeting_]; ++meeting_) meet();
                if (share_ >= 1 || impatient()) break;
                adjust();
            }
            if (world_.step(temperature_)) consider();
            ++iterations;
        }
        world_.finish();
        seconds = elapsed();
    }

    // Whether the best plan is good enough.
    bool reached() const { return world_.said() <= budget_.target; }
    double elapsed() const { return thread_seconds() - began_; }

    std::int64_t iterations = 0;
    double seconds = 0;

  private:
    static constexpr double kFirstGuess = 0.03;  // of the budget, until the speed is known
    static constexpr double kMeetings[] = {0.3, 0.5, 0.7, 0.85, 0.95};

    double spent() const {
        double share = budget_.iterations == 0 ? 1 : 0;
        if (budget_.iterations > 0)
            share = static_cast<double>(budget_.begun + iterations) / static_cast<double>(budget_.iterations);
        if (budget_.seconds >= 0) share = std::max(share, elapsed() / std::max(1e-9, budget_.seconds));
        return share;
    }

    bool impatient() const { return budget_.patience >= 0 && iterations - improved_ > budget_.patience; }

    void consider() {
        if (!world_.whole() || !(world_.cost() < world_.best().cost - 1e-9)) return;
        world_.keep();
        improved_ = iterations + 1;
    }

    void foresee() {
        if (!world_.anew()) return;
        if (budget_.seconds < 0)
            cooling_.plan(static_cast<double>(budget_.iterations), static_cast<double>(world_.tasks()));
        else
            guess_ = true;
    }

    void adjust() {
        if (guess_ && share_ > kFirstGuess) {
            cooling_.plan(static_cast<double>(iterations) / share_, static_cast<double>(world_.tasks()));
            guess_ = false;
        }
        if (cooling_.round(share_) != round_) {
            round_ = cooling_.round(share_);
            if (world_.whole()) begin_round();
        }
        temperature_ = hot_ * cooling_.temperature(share_, World::kRange);
        world_.look(share_);
        consider();
    }

    void begin_round() {
        if (cooling_.from_best(round_) && world_.best().cost < kNever) {
            world_.take_over(typename World::Kept(world_.best()));
        } else {
            world_.start_anew();
            consider();
        }
    }

    World& world_;
    Budget budget_;
    Cooling cooling_;
    double began_ = 0, share_ = 0, hot_ = 0, temperature_ = 0;
    std::int64_t improved_ = 0;
    int round_ = 0;
    bool guess_ = false;
    std::size_t meeting_ = 0;
};

}  // namespace karavan
