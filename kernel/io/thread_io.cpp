// SPDX-License-Identifier: GPL-2.0-only
// A thread's requests: the one whose driver it is in, and the list of those that wait for their drivers.
#include "kernel/io/request.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

/// Only asked by the thread itself, or of a request that cannot be in that place any more.
bool is_sent(const IrpBlock& block, const ps::Thread& thread) {
    const uintptr_t sent = thread.requests.sent.load(std::memory_order_relaxed);
    return (sent & ~ThreadIo::kHeld) == reinterpret_cast<uintptr_t>(&block);
}

/// The thread's own: nobody finishes a request in phase kSent but its sender.
void drop_sent(IrpBlock& block, ps::Thread& self) {
    ThreadIo& requests = self.requests;
    auto mine = reinterpret_cast<uintptr_t>(&block);
    if (requests.sent.compare_exchange_strong(mine, 0, std::memory_order_acq_rel)) return;
    ke::InterruptLockGuard until_looked_at{requests.lock};
    requests.sent.store(0, std::memory_order_relaxed);
}

void add_locked(IrpBlock& block, ThreadIo& requests) RSL_REQUIRES(requests.lock) {
    if (requests.irps.Flink == nullptr) ke::list_initialize(requests.irps);
    ke::list_push_back(requests.irps, block.irp().ThreadListEntry);
}

void remove_locked(IrpBlock& block, ThreadIo& requests) RSL_REQUIRES(requests.lock) {
    LIST_ENTRY& entry = block.irp().ThreadListEntry;
    ke::list_remove(entry);
    ke::list_initialize(entry);
}

}  // namespace

IrpBlock* hold_sent_locked(ThreadIo& requests) {
    uintptr_t sent = requests.sent.load(std::memory_order_relaxed);
    // Pairs with enter_driver(). The thread may end the request meanwhile, and send another.
    while (sent != 0 && !requests.sent.compare_exchange_weak(sent, sent | ThreadIo::kHeld, std::memory_order_acq_rel)) {
    }
    return reinterpret_cast<IrpBlock*>(sent);
}
void release_sent_locked(ThreadIo& requests, IrpBlock& block) {
    requests.sent.store(reinterpret_cast<uintptr_t>(&block), std::memory_order_release);  // pairs with drop_sent()
}

size_t abandon_requests(ps::Thread& thread) {
    size_t count = 0;
    for (;;) {
        IrpBlock* found = nullptr;
        {
            ke::InterruptLockGuard guard{thread.requests.lock};
            LIST_ENTRY& head = thread.requests.irps;
            for (LIST_ENTRY* at = head.Flink; at != nullptr && at != &head; at = at->Flink) {
                IrpBlock& block = *block_of(*CONTAINING_RECORD(at, IRP, ThreadListEntry));
                pin(block);  // or it would go as soon as it is abandoned
                IrpPhase left = IrpPhase::kLeft;
                if (!block.phase.compare_exchange_strong(left, IrpPhase::kAbandoned,
                                                         std::memory_order_acq_rel)) {
                    unpin(block);  // complete by now: its APC is on the way
                    continue;
                }
                remove_locked(block, thread.requests);
                block.thread = nullptr;
                found = &block;
                break;
            }
        }
        if (found == nullptr) return count;
        unpin(*found);
        ++count;
    }
}

void link_to_thread(IrpBlock& block, ps::Thread& thread) {
    block.thread = &thread;
    ke::InterruptLockGuard guard{thread.requests.lock};
    add_locked(block, thread.requests);
}

[[gnu::always_inline]] void enter_driver(IrpBlock& block, ps::Thread& self) {
    ThreadIo& requests = self.requests;
    // A driver that sends requests from its dispatch routine: the first one has the place.
    if (requests.sent.load(std::memory_order_relaxed) != 0) return link_to_thread(block, self);
    block.thread = &self;
    requests.sent.store(reinterpret_cast<uintptr_t>(&block), std::memory_order_release);  // pairs with hold_sent_locked()
}

void leave_driver(IrpBlock& block) {
    ps::Thread& self = *block.thread;
    if (!is_sent(block, self)) return;
    ke::InterruptLockGuard guard{self.requests.lock};
    add_locked(block, self.requests);
    self.requests.sent.store(0, std::memory_order_relaxed);
}

[[gnu::always_inline]] void unlink_from_thread(IrpBlock& block) {
    ps::Thread* thread = std::exchange(block.thread, nullptr);
    if (thread == nullptr) return;
    if (is_sent(block, *thread)) return drop_sent(block, *thread);
    ke::InterruptLockGuard guard{thread->requests.lock};
    remove_locked(block, thread->requests);
}

}  // namespace rsl::io
