#pragma once

#include <functional>

#include "state.hpp"

namespace karavan::relief {

// Fill whatever vehicle is free first, until none can go or it is late.
void send_all(State& state, const std::function<bool()>& late);

}  // namespace karavan::relief
