// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/callout.hpp"

#include <utility>

#include "kernel/ke/processor.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::ke {
namespace {

constexpr uint64_t kDpcStackBytes = 32 * 1024;  // startup.cpp
constexpr uint64_t kReserve = 4 * 1024;        // for us, and for interrupts on top

StackLimits below(void* top, uint64_t bytes) {
    const auto high = reinterpret_cast<uint64_t>(top);
    return {high - bytes, high};
}
bool holds(const StackLimits& limits, uint64_t address) {
    return address >= limits.low && address < limits.high;
}

struct Call {
    PEXPAND_STACK_CALLOUT routine;
    void* parameter;
};

}  // namespace

StackLimits stack_limits() {
    const auto here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
    const Thread& self = current_thread();
    if (self.callout_top != nullptr) {
        const StackLimits limits = below(self.callout_top, self.callout_bytes);
        if (holds(limits, here)) return limits;
    }
    const Processor& processor = arch::processor();
    if (processor.dpc_running && processor.dpc_stack_top != nullptr) {
        const StackLimits limits = below(processor.dpc_stack_top, kDpcStackBytes);
        if (holds(limits, here)) return limits;
    }
    if (self.stack_top != nullptr) return below(self.stack_top, self.stack_bytes);
    return {here & ~uint64_t{4095}, (here | 4095) + 1};  // an idle thread's: at least this page
}

Status call_with_stack(PEXPAND_STACK_CALLOUT routine, void* parameter, uint64_t bytes) {
    const auto here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
    if (here - stack_limits().low >= bytes + kReserve) {
        routine(parameter);
        return Status::kSuccess;
    }
    const uint64_t stack_bytes = (bytes + 2 * kReserve + 4095) & ~uint64_t{4095};
    auto stack = mm::allocate_stack(stack_bytes);
    if (!stack) return Status::kNoMemory;
    Thread& self = current_thread();
    void* const outer_top = std::exchange(self.callout_top, *stack);
    const uint64_t outer_bytes = std::exchange(self.callout_bytes, stack_bytes);
    Call call{routine, parameter};
    arch::call_on_stack(*stack, [](void* opaque) {
        const Call& inner = *static_cast<Call*>(opaque);
        inner.routine(inner.parameter);
    }, &call);
    self.callout_top = outer_top;
    self.callout_bytes = outer_bytes;
    mm::free_stack(*stack, stack_bytes);
    return Status::kSuccess;
}

}  // namespace rsl::ke
