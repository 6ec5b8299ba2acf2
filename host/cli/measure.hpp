// SPDX-License-Identifier: GPL-2.0-only
// What `rsl bench` measures with: samples and their statistics, a row of the result.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::cli {

uint64_t monotonic_ns();

/// Samples in the row's unit.
class Samples {
  public:
    void add(double value) { values_.push_back(value); }
    void add_all(const Samples& more) {
        values_.insert(values_.end(), more.values_.begin(), more.values_.end());
    }
    double median() const { return at(0.5); }
    double p99() const { return at(0.99); }
    size_t count() const { return values_.size(); }

  private:
    double at(double quantile) const;
    std::vector<double> values_;
};

struct BenchRow {
    std::string name;
    std::string unit;
    std::string accel;
    Samples ours;
    std::string peer_name;  // empty: there is nobody to compare with
    Samples peer;
    std::optional<double> floor;
    std::string floor_name;
    std::optional<double> promise;  // at most; docs/promises.md
};

/// Runs `act` `count` times, `gap_us` apart, and returns what each took in microseconds.
Samples time_each(size_t count, uint64_t gap_us, const std::function<bool()>& act);

/// Sleeps until `deadline_ns` of monotonic_ns().
void sleep_until(uint64_t deadline_ns);

}  // namespace rsl::cli
