// SPDX-License-Identifier: GPL-2.0-only
// Cancelling requests by thread, file or status block.
#include "kernel/io/cancel.hpp"

#include <utility>

#include "abi/functions/ke.h"
#include "kernel/io/irp.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

constexpr size_t kBatch = 16;
/// How long a thread waits for its requests before it ends without them. Windows waits five minutes; here
/// the file's IRP_MJ_CLEANUP comes after the client's threads, and many drivers complete on that.
constexpr uint32_t kPatienceMs = 1000;

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
    each_request_locked(requests, [&](IrpBlock& block) {
        IRP& irp = block.irp();
        if (!matches(block, irp, filter)) return true;
        irp.Cancel = TRUE;  // also for those whose driver has no cancel routine now but looks later
        pin(block);
        out[count++] = &block;
        return count < kBatch;
    });
    return count;
}

}  // namespace

bool has_requests(ThreadIo& requests) {
    ke::InterruptLockGuard guard{requests.lock};
    bool any = false;
    each_request_locked(requests, [&](IrpBlock&) {
        any = true;
        return false;
    });
    return any;
}

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

bool cancel_and_wait(ps::Thread& thread) {
    for (uint32_t waited_ms = 0; has_requests(thread.requests); ++waited_ms) {
        cancel_requests(thread, {});
        if (!has_requests(thread.requests)) break;
        if (waited_ms >= kPatienceMs) return false;
        // Waiting lets the special APCs in that finish them. Drivers owe us the rest.
        LARGE_INTEGER pause{.QuadPart = -10'000};  // 1 ms
        KeDelayExecutionThread(KernelMode, FALSE, &pause);
    }
    return true;
}

void thread_exiting() {
    ps::Thread& self = ps::current_thread();
    while (!cancel_and_wait(self)) {
        const size_t left = abandon_requests(self);
        if (left == 0) continue;
        ke::log(ke::LogLevel::kWarn,
                "a thread has ended without %llu of its requests, which a driver neither completes nor "
                "lets be cancelled",
                static_cast<unsigned long long>(left));
    }
    if (void* object = std::exchange(self.requests.io_object, nullptr)) ob::dereference(object);
}

}  // namespace rsl::io
