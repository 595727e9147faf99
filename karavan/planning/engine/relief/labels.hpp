// How long any drive takes, from little memory: hub labels.
//
// Every place keeps a few hubs with its driving time there, and a few with the time from there, so that a shortest way
// between any two places goes over a hub that both have. Found by pruned searches, those places first over which most
// ways go (Akiba, Iwata and Yoshida, "Fast exact shortest-path distance queries on large networks by pruned landmark
// labeling", 2013).
#pragma once

#include <cstdint>
#include <vector>

#include "clock.hpp"

namespace karavan::relief {

// Edges by the place they leave: those of place p are `first[p]` .. `first[p + 1]`.
struct Arcs {
    std::vector<int> first, to;
    std::vector<Second> drive_s;
};

// The same edges by the place they enter; `edge`: their numbers in `arcs`.
struct ArcsInto {
    std::vector<int> first, from, edge;
    explicit ArcsInto(const Arcs& arcs);
};

class Labels {
  public:
    Labels(const Arcs& arcs, const ArcsInto& into);

    // Seconds of the quickest way; kFar: none.
    Second time(int origin, int destination) const {
        if (origin == destination) return 0;
        const Hub *a = out_.data() + out_first_[origin], *b = in_.data() + in_first_[destination];
        const Hub *a_end = out_.data() + out_first_[origin + 1], *b_end = in_.data() + in_first_[destination + 1];
        std::int64_t least = kFar;
        while (a != a_end && b != b_end) {
            if (a->rank == b->rank) {
                least = std::min<std::int64_t>(least, std::int64_t{a->drive_s} + b->drive_s);
                ++a, ++b;
            } else if (a->rank < b->rank) {
                ++a;
            } else {
                ++b;
            }
        }
        return least;
    }

    std::size_t size() const { return out_.size() + in_.size(); }

  private:
    struct Hub {
        std::int32_t rank, drive_s;
    };
    std::vector<Hub> out_, in_;  // by place, the most important hub first
    std::vector<std::size_t> out_first_, in_first_;
};

}  // namespace karavan::relief
