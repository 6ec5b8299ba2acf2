// SPDX-License-Identifier: GPL-2.0-only
// Cancelling requests by thread, file or status block.
#include "kernel/io/cancel.hpp"

#include "abi/functions/ke.h"
#include "kernel/io/irp.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

constexpr size_t kBatch = 16;

bool matches(const IrpBlock& block, const IRP& irp, const CancelFilter& filter) {
    if (irp.Cancel) return false;  // asked before
    if (filter.file != nullptr && block.file != filter.file) return false;
    if (filter.status_block != nullptr && irp.UserIosb != filter.status_block) return false;
    return !filter.only_waited || block.kind == IrpKind::kWaited;
}

/// Pins up to kBatch requests that match, so that cancel routines run under no lock.
size_t collect(ThreadIo& requests, const CancelFilter& filter, IrpBlock* (&out)[kBatch]) {
    size_t count = 0;
    ke::InterruptLockGuard guard{requests.lock};
    LIST_ENTRY& head = requests.irps;
    if (head.Flink == nullptr) return 0;
    for (LIST_ENTRY* at = head.Flink; at != &head && count < kBatch; at = at->Flink) {
        IRP& irp = *CONTAINING_RECORD(at, IRP, ThreadListEntry);
        IrpBlock& block = *block_of(irp);
        if (!matches(block, irp, filter)) continue;
        irp.Cancel = TRUE;  // also for those whose driver has no cancel routine now but looks later
        pin(block);
        out[count++] = &block;
    }
    return count;
}

bool has_requests(ThreadIo& requests) {
    ke::InterruptLockGuard guard{requests.lock};
    return requests.irps.Flink != nullptr && requests.irps.Flink != &requests.irps;
}

}  // namespace

size_t cancel_requests(ps::Thread& thread, const CancelFilter& filter) {
    size_t total = 0;
    IrpBlock* batch[kBatch];
    while (const size_t count = collect(thread.requests, filter, batch)) {
        for (size_t i = 0; i < count; ++i) {
            cancel_irp(batch[i]->irp());
            unpin(*batch[i]);
        }
        total += count;
    }
    return total;
}

size_t cancel_requests(ps::Process& process, const CancelFilter& filter) {
    struct Walk {
        const CancelFilter& filter;
        size_t total;
    } walk{filter, 0};
    ps::each_thread(process, [](void* context, ps::Thread& thread) {
        auto& state = *static_cast<Walk*>(context);
        state.total += cancel_requests(thread, state.filter);
    }, &walk);
    return walk.total;
}

void thread_exiting() {
    ps::Thread& self = ps::current_thread();
    while (has_requests(self.requests)) {
        cancel_requests(self, {});
        if (!has_requests(self.requests)) break;
        // Waiting lets the special APCs in that finish them. Drivers owe us the rest.
        LARGE_INTEGER pause{.QuadPart = -10'000};  // 1 ms
        KeDelayExecutionThread(KernelMode, FALSE, &pause);
    }
}

}  // namespace rsl::io
