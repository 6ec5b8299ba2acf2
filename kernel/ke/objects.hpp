// SPDX-License-Identifier: GPL-2.0-only
// Events, semaphores, mutants and queues, as the rest of ke, ex and the exports use them. All at
// IRQL <= DISPATCH_LEVEL unless they wait.
#pragma once

#include "base/core/result.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"

namespace rsl::ke {

extern constinit SpinLock dispatcher_lock;

void initialize_event(KEVENT& event, EVENT_TYPE type, bool signalled);
/// Each returns the state before.
int32_t set_event(KEVENT& event, int increment);
/// The same for a notification event that mostly nobody waits for, when it matters to nobody what it was.
void set_notification(KEVENT& event);
int32_t set_event_locked(KEVENT& event, int increment) RSL_REQUIRES(dispatcher_lock);
int32_t reset_event(KEVENT& event);
int32_t pulse_event(KEVENT& event, int increment);

/// An event that is also somebody else's, beyond this kernel: he hears what is done to it here. What is signalled here when an event is
/// set: a notification event's waiters and later ones; of a synchronization event one waiter, and only if there is none, he is told.
enum class EventChange : uint8_t { kSet, kReset, kDropped };
struct RelayedEvent {
    KEVENT event;
    /// At <= DISPATCH_LEVEL, any number of threads at once. kDropped: the object goes.
    void (*relay)(RelayedEvent& self, EventChange change);
};
void initialize_relayed_event(RelayedEvent& relayed, EVENT_TYPE type, bool signalled,
                              void (*relay)(RelayedEvent& self, EventChange change));
inline constexpr uint8_t kRelayedMark = 0x52;  // in Header.Reserved1, which is 0 in all other events
inline bool is_relayed(const KEVENT& event) { return event.Header.Reserved1 == kRelayedMark; }
/// What he does to it, as set_event() and reset_event() without telling. True: a synchronization event's waiter has it.
bool set_relayed_here(RelayedEvent& relayed);
void reset_relayed_here(RelayedEvent& relayed);

void initialize_semaphore(KSEMAPHORE& semaphore, int32_t count, int32_t limit);
/// The count before, or STATUS_SEMAPHORE_LIMIT_EXCEEDED.
Result<int32_t> release_semaphore(KSEMAPHORE& semaphore, int increment, int32_t adjustment);

/// `kernel_mutex`: KeInitializeMutex's kind, whose owner gets no normal kernel APCs.
void initialize_mutant(KMUTANT& mutant, bool owned, bool kernel_mutex);
/// The state before, or STATUS_MUTANT_NOT_OWNED, STATUS_ABANDONED.
Result<int32_t> release_mutant(KMUTANT& mutant, int increment);
/// Frees it whoever owns it; the next owner learns that it was abandoned. The state before.
int32_t abandon_mutant(KMUTANT& mutant, int increment);
/// Raises STATUS_MUTANT_LIMIT_EXCEEDED when one more acquisition would be too many.
void mutant_check_limit(const DISPATCHER_HEADER& object);

void initialize_queue(KQUEUE& queue, uint32_t maximum_count);
enum class QueueEnd : uint8_t { kTail, kHead };
/// How many packets there were before.
int32_t insert_queue(KQUEUE& queue, LIST_ENTRY& packet, QueueEnd end);
/// A packet, or a status (STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ABANDONED) as NT returns it.
LIST_ENTRY* remove_queue(KQUEUE& queue, KPROCESSOR_MODE mode, bool alertable, Deadline deadline);
/// As many as there are, at most `count`, after waiting for the first. 1 with a status as above.
uint32_t remove_queue_many(KQUEUE& queue, KPROCESSOR_MODE mode, bool alertable, Deadline deadline,
                           LIST_ENTRY** packets, uint32_t count);
/// Ends the queue: waits end with STATUS_ABANDONED. What was in it, linked without a head, or nullptr.
LIST_ENTRY* rundown_queue(KQUEUE& queue);

}  // namespace rsl::ke
