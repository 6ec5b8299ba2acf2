// SPDX-License-Identifier: GPL-2.0-only
// How long to spin before sleeping: as long as spinning has paid lately. After KVM's halt polling.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rsl::transport {

class SpinBudget {
  public:
    explicit constexpr SpinBudget(uint64_t limit_ns = 0) : limit_ns_(limit_ns), now_ns_(limit_ns) {}

    /// What may be spun away now; 0: sleep at once.
    uint64_t ns() const { return now_ns_; }

    /// Learns from a wait that took `total_ns`, spun and slept: dense traffic makes the budget
    /// grow, a wait beyond the limit means that spinning would only have burnt the time.
    void waited(uint64_t total_ns) {
        if (total_ns <= limit_ns_) {
            now_ns_ = std::min(limit_ns_, std::max(now_ns_ * 2, limit_ns_ / 8));
        } else {
            now_ns_ = 0;
        }
    }

  private:
    uint64_t limit_ns_;
    uint64_t now_ns_;
};

/// The same for a wait for somebody who has to be woken first. Such waits differ much, so that one long one says little: only
/// when several in a row were too long is there nothing to be gained, until one is short again.
class WakeBudget {
  public:
    explicit constexpr WakeBudget(uint64_t limit_ns = 0) : limit_ns_(limit_ns) {}
    uint64_t ns() const { return too_long_ < kPatience ? limit_ns_ : 0; }
    void waited(uint64_t total_ns) { too_long_ = total_ns <= limit_ns_ ? 0 : std::min(too_long_ + 1, kPatience); }

  private:
    static constexpr uint32_t kPatience = 4;
    uint64_t limit_ns_;
    uint32_t too_long_ = 0;
};

/// One PAUSE: every spin executes it, or the VM's host process could not do its other work.
inline void pause() { __builtin_ia32_pause(); }

}  // namespace rsl::transport
