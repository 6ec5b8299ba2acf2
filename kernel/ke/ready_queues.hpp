// SPDX-License-Identifier: GPL-2.0-only
// Threads that could run, by priority. Pure bookkeeping: who may preempt whom is scheduler.cpp's.
#pragma once

#include <bit>
#include <cstdint>

#include "base/containers/intrusive_list.hpp"
#include "kernel/ke/thread.hpp"

namespace rsl::ke {

inline constexpr int kPriorities = 32;
inline constexpr int kLowestRealtimePriority = 16;

class ReadyQueues {
  public:
    void push_back(Thread& thread) {
        lists_[thread.priority].push_back(thread);
        occupied_ |= 1u << thread.priority;
    }
    void push_front(Thread& thread) {
        lists_[thread.priority].push_front(thread);
        occupied_ |= 1u << thread.priority;
    }
    void remove(Thread& thread) {
        List::remove(thread);
        if (lists_[thread.priority].empty()) occupied_ &= ~(1u << thread.priority);
    }
    /// The first of the highest priority that may run on `processor`, not below `lowest`; or nullptr.
    /// It stays queued.
    Thread* find(uint32_t processor, int lowest = 0) {
        const uint64_t bit = uint64_t{1} << processor;
        for (uint32_t left = occupied_ & (~0u << lowest); left != 0;) {
            const int priority = 31 - std::countl_zero(left);
            for (Thread& thread : lists_[priority]) {
                if ((thread.affinity & bit) != 0) return &thread;
            }
            left &= ~(1u << priority);
        }
        return nullptr;
    }
    /// The same, taken out.
    Thread* take(uint32_t processor, int lowest = 0) {
        Thread* const thread = find(processor, lowest);
        if (thread != nullptr) remove(*thread);
        return thread;
    }
    bool empty() const { return occupied_ == 0; }

  private:
    using List = IntrusiveList<Thread, &Thread::ready_hook>;
    uint32_t occupied_ = 0;  // a bit a priority whose list is not empty
    List lists_[kPriorities];
};

}  // namespace rsl::ke
