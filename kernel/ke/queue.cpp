// SPDX-License-Identifier: GPL-2.0-only
// KQUEUE: packets for a team of threads, of which at most MaximumCount run at once. A thread belongs to
// the queue that it last took a packet from; CurrentCount says how many of them run. One that blocks on
// anything lets the next waiter in, and counts again when it goes on, limit or not. MaximumCount 0: run
// down, and every wait fails at once.
#include "kernel/ke/objects.hpp"

#include "abi/types/status.h"
#include "kernel/ke/dispatcher.hpp"

namespace rsl::ke {
namespace {

LIST_ENTRY* status_as_packet(int32_t status) {
    return reinterpret_cast<LIST_ENTRY*>(static_cast<intptr_t>(status));
}

LIST_ENTRY& take_first(KQUEUE& queue) {
    LIST_ENTRY& packet = *queue.EntryListHead.Flink;
    list_remove(packet);
    packet.Flink = nullptr;  // not queued: what KeRemoveQueue's callers may check
    queue.Header.SignalState = queue.Header.SignalState - 1;
    return packet;
}

/// Ends the wait of the thread that came last: its stack and cache are the warmest.
void hand_over_locked(KQUEUE& queue, LIST_ENTRY& packet) RSL_REQUIRES(dispatcher_lock) {
    LIST_ENTRY* const entry = queue.Header.WaitListHead.Blink;
    Thread& thread = from_nt(CONTAINING_RECORD(entry, KWAIT_BLOCK, WaitListEntry)->Thread);
    thread.queue_packet = &packet;
    end_wait_locked(thread, STATUS_WAIT_0, IO_NO_INCREMENT);  // which counts it
}

/// Lets waiters in while packets and room are there.
void feed_waiters_locked(KQUEUE& queue) RSL_REQUIRES(dispatcher_lock) {
    while (queue.CurrentCount < queue.MaximumCount && !list_empty(queue.EntryListHead) &&
           !list_empty(queue.Header.WaitListHead)) {
        hand_over_locked(queue, take_first(queue));
    }
}

}  // namespace

void initialize_queue(KQUEUE& queue, uint32_t maximum_count) {
    initialize_header(queue.Header, QueueObject, sizeof(KQUEUE), 0);
    list_initialize(queue.EntryListHead);
    list_initialize(queue.ThreadListHead);
    queue.CurrentCount = 0;
    queue.MaximumCount =
        maximum_count != 0 ? maximum_count : processor_count.load(std::memory_order_relaxed);
}

void queue_thread_blocks_locked(Thread& thread) {
    KQUEUE& queue = *thread.queue;
    queue.CurrentCount = queue.CurrentCount - 1;
    feed_waiters_locked(queue);
}

void queue_thread_resumes_locked(Thread& thread) {
    thread.queue->CurrentCount = thread.queue->CurrentCount + 1;
}

void queue_leave_locked(Thread& thread) {
    if (thread.queue == nullptr) return;
    KQUEUE& queue = *thread.queue;
    list_remove(thread.queue_entry);
    thread.queue = nullptr;
    queue.CurrentCount = queue.CurrentCount - 1;
    feed_waiters_locked(queue);
}

int32_t insert_queue(KQUEUE& queue, LIST_ENTRY& packet, QueueEnd end) {
    DispatcherGuard guard;
    const int32_t before = queue.Header.SignalState;
    // Packets, waiters and room together there are only when somebody has just raised MaximumCount.
    if (queue.CurrentCount < queue.MaximumCount && !list_empty(queue.Header.WaitListHead)) {
        packet.Flink = nullptr;
        hand_over_locked(queue, packet);
        return before;
    }
    queue.Header.SignalState = before + 1;
    list_insert_after(end == QueueEnd::kTail ? *queue.EntryListHead.Blink : queue.EntryListHead,
                      packet);
    return before;
}

static bool is_run_down(const KQUEUE& queue) { return queue.MaximumCount == 0; }

bool queue_has_for(const KQUEUE& queue, const Thread& thread) {
    if (is_run_down(queue)) return true;
    // A thread of the queue counts while it runs, as it does when it asks; others are let in up to the
    // limit.
    const uint32_t others = queue.CurrentCount - (thread.queue == &queue ? 1 : 0);
    return !list_empty(queue.EntryListHead) && others < queue.MaximumCount;
}

void queue_take_locked(KQUEUE& queue, Thread& thread) {
    thread.queue_packet = is_run_down(queue) ? status_as_packet(STATUS_ABANDONED) : &take_first(queue);
}

static void join_locked(KQUEUE& queue, Thread& self) RSL_REQUIRES(dispatcher_lock) {
    if (self.queue == &queue) return;
    queue_leave_locked(self);
    self.queue = &queue;
    list_push_back(queue.ThreadListHead, self.queue_entry);
    queue.CurrentCount = queue.CurrentCount + 1;
}

LIST_ENTRY* remove_queue(KQUEUE& queue, KPROCESSOR_MODE mode, bool alertable, Deadline deadline) {
    Thread& self = current_thread();
    {
        DispatcherGuard guard;
        // Its own queue has one for it, and no APC comes first: what the wait below would come to.
        const bool at_once = self.queue == &queue && !is_run_down(queue) && !self.apc_state.KernelApcPending;
        if (at_once && queue_has_for(queue, self)) return &take_first(queue);
        if (is_run_down(queue)) return status_as_packet(STATUS_ABANDONED);  // not joined: it may be freed
        join_locked(queue, self);
    }
    void* const objects[] = {&queue};
    const WaitOutcome outcome = wait_for({.objects = objects,
                                          .count = 1,
                                          .reason = WrQueue,
                                          .mode = mode,
                                          .alertable = alertable,
                                          .deadline = deadline});
    return outcome == STATUS_WAIT_0 ? self.queue_packet : status_as_packet(outcome);
}

uint32_t remove_queue_many(KQUEUE& queue, KPROCESSOR_MODE mode, bool alertable, Deadline deadline,
                           LIST_ENTRY** packets, uint32_t count) {
    packets[0] = remove_queue(queue, mode, alertable, deadline);
    const auto outcome = static_cast<int32_t>(reinterpret_cast<intptr_t>(packets[0]));
    if (packets[0] == status_as_packet(outcome)) {
        for (const uint32_t status : {STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ABANDONED, STATUS_ALERTED}) {
            if (static_cast<int32_t>(status) == outcome) return 1;
        }
    }
    DispatcherGuard guard;
    uint32_t taken = 1;
    while (taken < count && !list_empty(queue.EntryListHead)) packets[taken++] = &take_first(queue);
    return taken;
}

LIST_ENTRY* rundown_queue(KQUEUE& queue) {
    DispatcherGuard guard;
    LIST_ENTRY* first = nullptr;
    if (!list_empty(queue.EntryListHead)) {
        first = queue.EntryListHead.Flink;
        list_remove(queue.EntryListHead);  // leaves the packets linked in a ring of their own
    }
    list_initialize(queue.EntryListHead);
    queue.Header.SignalState = 0;
    while (!list_empty(queue.Header.WaitListHead)) {
        LIST_ENTRY* const entry = queue.Header.WaitListHead.Flink;
        end_wait_locked(from_nt(CONTAINING_RECORD(entry, KWAIT_BLOCK, WaitListEntry)->Thread),
                        STATUS_ABANDONED, 0);
    }
    while (!list_empty(queue.ThreadListHead)) {
        Thread& thread = *reinterpret_cast<Thread*>(
            reinterpret_cast<char*>(queue.ThreadListHead.Flink) - __builtin_offsetof(Thread, queue_entry));
        list_remove(thread.queue_entry);
        thread.queue = nullptr;
    }
    queue.CurrentCount = queue.MaximumCount = 0;
    return first;
}

}  // namespace rsl::ke
