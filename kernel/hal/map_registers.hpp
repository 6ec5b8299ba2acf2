// SPDX-License-Identifier: GPL-2.0-only
// Map registers: pages that a device reaches, for data that lies where it does not reach, or in pieces where it takes one.
// The data is copied. A transfer takes neighbouring registers; when there are too few it waits in line.
#pragma once

#include "abi/types/basic.h"
#include "base/core/result.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::hal {

class MapRegisters {
  public:
    static constexpr uint32_t kMost = 64;
    static constexpr uint32_t kBytes = 4096;  // each

    /// One in line. `ready` is called once, at DISPATCH_LEVEL, with the first of its registers.
    struct Waiter {
        Waiter* next = nullptr;
        uint32_t count = 0;
        void (*ready)(Waiter& waiter, uint32_t first) = nullptr;
    };

    MapRegisters() = default;
    MapRegisters(const MapRegisters&) = delete;
    ~MapRegisters();
    /// Takes the memory: up to kMost pages below `highest`. PASSIVE_LEVEL.
    Result<void> create(uint32_t count, uint64_t highest);
    uint32_t count() const { return count_; }

    /// Calls `waiter.ready` now, or when others have given back enough. At most count(). DISPATCH_LEVEL.
    void take(Waiter& waiter, uint32_t count);
    void give_back(uint32_t first, uint32_t count);

    std::byte* memory(uint32_t index) const { return memory_ + uint64_t{index} * kBytes; }
    uint64_t address(uint32_t index) const { return physical_ + uint64_t{index} * kBytes; }

  private:
    /// A run of free ones, taken; none: -1.
    int find_locked(uint32_t count) RSL_REQUIRES(lock_);
    void serve_line();

    ke::SpinLock lock_{ke::LockRank::kIo};
    uint64_t used_ RSL_GUARDED_BY(lock_) = 0;  // one bit each
    Waiter* head_ RSL_GUARDED_BY(lock_) = nullptr;
    Waiter** tail_ RSL_GUARDED_BY(lock_) = &head_;
    bool serving_ RSL_GUARDED_BY(lock_) = false;  // a routine that gives back at once does not serve the line anew
    std::byte* memory_ = nullptr;
    uint64_t physical_ = 0;
    uint32_t count_ = 0;
};

}  // namespace rsl::hal
