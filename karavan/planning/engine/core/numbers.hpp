// Logarithm, exponential and random numbers that are the same on every machine.
//
// The standard library's ln and exp differ in the last bit between systems, and its distributions between compilers.
// Same seed and iterations must give the same plan everywhere, so these use only the four basic operations, which
// IEEE 754 fixes; the build forbids fusing them.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace karavan {

constexpr double kNever = std::numeric_limits<double>::infinity();

inline double natural_log(double x) {
    int exponent;
    double mantissa = std::frexp(x, &exponent);
    if (mantissa < 0.70710678118654752) {
        mantissa *= 2;
        --exponent;
    }
    const double z = (mantissa - 1) / (mantissa + 1);
    const double square = z * z;
    double sum = 0;
    for (int k = 17; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
    return 2 * z * sum + exponent * 0.69314718055994531;
}

inline double exponential(double x) {
    const double whole = std::floor(x * 1.4426950408889634 + 0.5);
    const double rest = x - whole * 0.69314718055994531;
    double sum = 1;
    for (int k = 14; k >= 1; --k) sum = 1 + sum * rest / k;
    return std::ldexp(sum, static_cast<int>(whole));
}

// xoshiro256++ of Blackman and Vigna (public domain), seeded through splitmix64 as they advise.
class Random {
  public:
    explicit Random(std::uint64_t seed) {
        for (auto& word : state_) {
            seed += 0x9e3779b97f4a7c15ULL;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            word = z ^ (z >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotated(state_[3], 45);
        return result;
    }

    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

    double positive_unit() { return (static_cast<double>(next() >> 11) + 1) * 0x1.0p-53; }

    int below(int bound) { return static_cast<int>(((next() >> 32) * static_cast<std::uint64_t>(bound)) >> 32); }

    bool chance(double probability) { return unit() < probability; }

  private:
    static std::uint64_t rotated(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

    std::uint64_t state_[4];
};

}  // namespace karavan
