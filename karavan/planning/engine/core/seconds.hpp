// Processor time of the calling thread: what a search is allowed must not depend on who else uses the machine.
#pragma once

#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace karavan {

inline double thread_seconds() {
#ifdef _WIN32
    FILETIME began, ended, kernel, user;
    GetThreadTimes(GetCurrentThread(), &began, &ended, &kernel, &user);
    const auto ticks = [](const FILETIME& t) {
        return static_cast<double>(t.dwHighDateTime) * 4294967296.0 + t.dwLowDateTime;
    };
    return 1e-7 * (ticks(kernel) + ticks(user));
#else
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
#endif
}

}  // namespace karavan
