// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/workers.hpp"

#include <atomic>

#include "abi/types/status.h"
#include "kernel/ex/startup.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/inspect.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/threads.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ex {
namespace {

enum QueueIndex : uint8_t { kCritical, kDelayed, kHyperCritical, kQueueCount };

constexpr uint64_t kIdleWorkerNs = 10'000'000'000;  // a surplus worker ends after ten idle seconds

struct WorkQueue {
    KQUEUE queue = {};
    int8_t priority = 0;
    uint32_t least_threads = 1;
    uint32_t most_threads = 1;
    std::atomic<uint32_t> threads = 0;
    std::atomic<uint32_t> idle = 0;      // workers inside KeRemoveQueue
    std::atomic<uint64_t> items = 0;
};
constinit WorkQueue queues[kQueueCount];

// Starting a thread takes PASSIVE_LEVEL: the balancer does it for whoever queues work above.
constinit KEVENT balance_event = {};

QueueIndex index_of(WORK_QUEUE_TYPE type) {
    switch (type) {
        case DelayedWorkQueue:
        case NormalWorkQueue:
        case BackgroundWorkQueue:
            return kDelayed;
        case CriticalWorkQueue:
        case RealTimeWorkQueue:
            return kCritical;
        case HyperCriticalWorkQueue:
        case SuperCriticalWorkQueue:
            return kHyperCritical;
        default:
            break;
    }
    // 32 + priority: the queue whose threads come next to it.
    const int priority = static_cast<int>(type) - CustomPriorityWorkQueue;
    if (priority < 0 || priority >= MAXIMUM_PRIORITY) {
        ke::bug_check(BAD_EXHANDLE, static_cast<uint64_t>(type), 0, 0, 0,
                      {.explanation = "a work item was queued to a queue that does not exist"});
    }
    return priority <= queues[kDelayed].priority    ? kDelayed
           : priority <= queues[kCritical].priority ? kCritical
                                                    : kHyperCritical;
}

void check_after(const WORK_QUEUE_ITEM* item, PWORKER_THREAD_ROUTINE routine) {
    const ke::Thread& self = ke::current_thread();
    if (arch::irql() != PASSIVE_LEVEL) {
        ke::bug_check(IRQL_NOT_LESS_OR_EQUAL, reinterpret_cast<uint64_t>(routine), arch::irql(), 0,
                      reinterpret_cast<uint64_t>(item),
                      {.explanation = "a work item's routine returned at a raised IRQL"});
    }
    if (self.kernel_apc_disable != 0 || self.special_apc_disable != 0) {
        ke::bug_check(KERNEL_APC_PENDING_DURING_EXIT, reinterpret_cast<uint64_t>(routine),
                      static_cast<uint64_t>(self.kernel_apc_disable), 0, 0,
                      {.explanation = "a work item's routine returned inside a critical or guarded region"});
    }
}

void NTAPI work(void* context) {
    auto& queue = *static_cast<WorkQueue*>(context);
    ke::set_priority(ke::current_thread(), queue.priority);
    for (;;) {
        queue.idle.fetch_add(1, std::memory_order_relaxed);
        const bool surplus = queue.threads.load(std::memory_order_relaxed) > queue.least_threads;
        const auto deadline = surplus ? ke::Deadline::after_ns(kIdleWorkerNs) : ke::Deadline::never();
        LIST_ENTRY* const entry = ke::remove_queue(queue.queue, KernelMode, false, deadline);
        queue.idle.fetch_sub(1, std::memory_order_relaxed);
        if (reinterpret_cast<intptr_t>(entry) == STATUS_TIMEOUT) {
            uint32_t threads = queue.threads.load(std::memory_order_relaxed);
            if (threads <= queue.least_threads) continue;
            if (!queue.threads.compare_exchange_strong(threads, threads - 1, std::memory_order_relaxed)) continue;
            ke::exit_thread(STATUS_SUCCESS);
        }
        WORK_QUEUE_ITEM* const item = CONTAINING_RECORD(entry, WORK_QUEUE_ITEM, List);
        const PWORKER_THREAD_ROUTINE routine = item->WorkerRoutine;
        // The routine may free the item or queue it again.
        routine(item->Parameter);
        check_after(item, routine);
    }
}

bool needs_thread(const WorkQueue& queue) {
    return queue.queue.Header.SignalState > 0 &&
           queue.queue.CurrentCount < queue.queue.MaximumCount &&  // all others are blocked
           queue.threads.load(std::memory_order_relaxed) < queue.most_threads;
}

Result<void> add_thread(WorkQueue& queue) {
    queue.threads.fetch_add(1, std::memory_order_relaxed);
    auto thread = ps::create_thread(ps::system_process(), work, &queue, KernelMode);
    if (thread) return {};
    queue.threads.fetch_sub(1, std::memory_order_relaxed);
    return thread.failure();
}

void NTAPI balance(void*) {
    ke::set_priority(ke::current_thread(), 16);
    bool look_again = false;
    for (;;) {
        // While work waits, look again soon: a worker may block without anybody queueing anything.
        const auto deadline = look_again ? ke::Deadline::after_ns(10'000'000) : ke::Deadline::never();
        ke::wait_one(balance_event.Header, deadline);
        look_again = false;
        for (WorkQueue& queue : queues) {
            if (needs_thread(queue)) {
                // Without memory for a thread, those there are get the work done, if they ever unblock.
                add_thread(queue).ignore("tried again while work waits");
            }
            look_again = look_again || queue.queue.Header.SignalState > 0;
        }
    }
}

void write_workers(ke::JsonWriter& out) {
    constexpr std::string_view kNames[kQueueCount] = {"critical", "delayed", "hypercritical"};
    out.begin_array();
    for (uint32_t i = 0; i < kQueueCount; ++i) {
        const WorkQueue& queue = queues[i];
        out.begin_object();
        out.field("queue", kNames[i]);
        out.field("threads", uint64_t{queue.threads.load(std::memory_order_relaxed)});
        out.field("idle", uint64_t{queue.idle.load(std::memory_order_relaxed)});
        out.field("waiting_items", uint64_t{static_cast<uint32_t>(queue.queue.Header.SignalState)});
        out.field("items", queue.items.load(std::memory_order_relaxed));
        out.end_object();
    }
    out.end_array();
}
RSL_INSPECTOR(workers, "kernel/ex/workers", write_workers);

}  // namespace

Result<void> start_workers() {
    const uint32_t processors = ke::kMaxProcessors;
    ke::initialize_event(balance_event, SynchronizationEvent, false);
    queues[kCritical].priority = 13;
    queues[kDelayed].priority = 12;
    queues[kHyperCritical].priority = 15;
    for (WorkQueue& queue : queues) {
        ke::initialize_queue(queue.queue, 2);
        queue.most_threads = 4 * processors;
        RSL_TRY(add_thread(queue));
    }
    RSL_TRY(ps::create_thread(ps::system_process(), balance, nullptr, KernelMode));
    return {};
}

void queue_work_item(WORK_QUEUE_ITEM& item, WORK_QUEUE_TYPE type) {
    WorkQueue& queue = queues[index_of(type)];
    queue.items.fetch_add(1, std::memory_order_relaxed);
    ke::insert_queue(queue.queue, item.List, ke::QueueEnd::kTail);
    // Nobody took it at once: everybody is busy or blocked.
    if (queue.queue.Header.SignalState > 0) ke::set_event(balance_event, IO_NO_INCREMENT);
}

}  // namespace rsl::ex
