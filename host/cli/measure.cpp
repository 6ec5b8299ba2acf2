// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/measure.hpp"

#include <time.h>

#include <algorithm>

namespace rsl::cli {

uint64_t monotonic_ns() {
    timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

void sleep_until(uint64_t deadline_ns) {
    const timespec when{static_cast<time_t>(deadline_ns / 1'000'000'000),
                        static_cast<long>(deadline_ns % 1'000'000'000)};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr);
}

double Samples::at(double quantile) const {
    if (values_.empty()) return 0;
    std::vector<double> sorted = values_;
    const auto index = std::min(sorted.size() - 1,
                                static_cast<size_t>(quantile * static_cast<double>(sorted.size())));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(index), sorted.end());
    return sorted[index];
}

Samples time_each(size_t count, uint64_t gap_us, const std::function<bool()>& act) {
    Samples samples;
    uint64_t next = monotonic_ns();
    for (size_t i = 0; i < count; ++i) {
        if (gap_us != 0) {
            next = std::max(next + gap_us * 1000, monotonic_ns());
            sleep_until(next);
        }
        const uint64_t begun = monotonic_ns();
        if (!act()) return samples;
        samples.add(static_cast<double>(monotonic_ns() - begun) / 1e3);
    }
    return samples;
}

}  // namespace rsl::cli
