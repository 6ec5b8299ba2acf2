// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/map_registers.hpp"

#include <algorithm>

#include "abi/functions/mm.h"

namespace rsl::hal {

MapRegisters::~MapRegisters() {
    if (memory_ != nullptr) MmFreeContiguousMemorySpecifyCache(memory_, uint64_t{count_} * kBytes, MmCached);
}

Result<void> MapRegisters::create(uint32_t count, uint64_t highest) {
    count = std::min(count, kMost);
    PHYSICAL_ADDRESS lowest = {}, most = {}, boundary = {};
    most.QuadPart = static_cast<LONGLONG>(std::min<uint64_t>(highest, ~uint64_t{0} >> 1));
    PVOID memory = MmAllocateContiguousMemorySpecifyCache(uint64_t{count} * kBytes, lowest, most, boundary, MmCached);
    if (memory == nullptr) return Status::kInsufficientResources;
    memory_ = static_cast<std::byte*>(memory);
    physical_ = static_cast<uint64_t>(MmGetPhysicalAddress(memory).QuadPart);
    count_ = count;
    return {};
}

int MapRegisters::find_locked(uint32_t count) {
    const uint64_t wanted = count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
    for (uint32_t first = 0; first + count <= count_; ++first) {
        if ((used_ & wanted << first) != 0) continue;
        used_ |= wanted << first;
        return static_cast<int>(first);
    }
    return -1;
}

void MapRegisters::take(Waiter& waiter, uint32_t count) {
    waiter.next = nullptr;
    waiter.count = count;
    {
        ke::SpinLockGuard guard{lock_};
        *tail_ = &waiter;
        tail_ = &waiter.next;
    }
    serve_line();
}

void MapRegisters::give_back(uint32_t first, uint32_t count) {
    {
        ke::SpinLockGuard guard{lock_};
        used_ &= ~((count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1) << first);
    }
    serve_line();
}

/// In order: who is first waits even when a later one would fit. One processor at a time, which looks again at what came meanwhile.
void MapRegisters::serve_line() {
    for (;;) {
        Waiter* waiter = nullptr;
        int first = -1;
        {
            ke::SpinLockGuard guard{lock_};
            if (serving_ || head_ == nullptr) return;
            first = find_locked(head_->count);
            if (first < 0) return;
            waiter = head_;
            head_ = waiter->next;
            if (head_ == nullptr) tail_ = &head_;
            serving_ = true;
        }
        waiter->ready(*waiter, static_cast<uint32_t>(first));  // frees the waiter
        ke::SpinLockGuard guard{lock_};
        serving_ = false;
    }
}

}  // namespace rsl::hal
