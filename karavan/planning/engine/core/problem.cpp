#include "problem.hpp"

#include <algorithm>
#include <utility>

namespace karavan {

namespace {

constexpr int kNearest = 500;  // a ruin reaches no further, and all pairs of 10,000 points would not fit in memory

void turn(Matrix& matrix) {
    const std::size_t n = matrix.places;
    bool same = true;
    for (std::size_t i = 0; same && i < n; ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (matrix.rows[i * n + j] != matrix.rows[j * n + i]) {
                same = false;
                break;
            }
    if (same) return;
    matrix.turned.resize(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) matrix.turned[j * n + i] = matrix.rows[i * n + j];
}

// Days of such types can be handed from one vehicle to another.
bool akin(const VehicleType& a, const VehicleType& b) {
    return a.start == b.start && a.end == b.end && a.profile == b.profile && a.earliest == b.earliest &&
           a.latest == b.latest && a.max_duration == b.max_duration && a.max_distance == b.max_distance &&
           a.max_trips == b.max_trips && a.reload == b.reload;
}

}  // namespace

void Problem::prepare() {
    bool limited = false, once = waiting == 0;
    for (const VehicleType& type : types) limited = limited || type.per_duration > 0 || type.max_duration < kNever;
    for (const Task& task : tasks) once = once && task.windows <= 1;
    stretches = limited && once;
    for (const VehicleType& type : types) one_price = one_price && type.fixed == types[0].fixed;
    kin.resize(types.size());
    for (std::size_t a = 0; a < types.size(); ++a)
        for (std::size_t b = 0; allowed.empty() && b < types.size(); ++b)
            if (a != b && akin(types[a], types[b])) kin[a].push_back(static_cast<int>(b));
    for (const auto& its : kin) differ = differ || its.size() + 1 < types.size();
    for (Matrix& matrix : distance) turn(matrix);
    for (Matrix& matrix : duration) turn(matrix);
    for (const Task& task : tasks) split = split || task.step > 0;
    const int n = static_cast<int>(tasks.size());
    near_count = std::min(n, kNearest);
    near.resize(static_cast<std::size_t>(n) * near_count);
    const Matrix& matrix = waiting > 0 || distance.empty() ? duration[0] : distance[0];
    std::vector<std::pair<double, int>> order(n);
    for (int i = 0; i < n; ++i) {
        const double* there = matrix.from(tasks[i].place);
        const double* back = matrix.to(tasks[i].place);
        for (int j = 0; j < n; ++j) order[j] = {there[tasks[j].place] + back[tasks[j].place], j};
        order[i].first = -1;
        std::nth_element(order.begin(), order.begin() + near_count - 1, order.end());
        std::sort(order.begin(), order.begin() + near_count);
        for (int k = 0; k < near_count; ++k) near[static_cast<std::size_t>(i) * near_count + k] = order[k].second;
    }
}

}  // namespace karavan
