// SPDX-License-Identifier: GPL-2.0-only
// A list that only grows at its head, so that a handler, which no lock keeps out, may walk it at any
// moment. What is removed is unlinked first; its memory goes when every processor has answered a call,
// which one in an NMI handler cannot.
#include "kernel/ke/nmi_callbacks.hpp"

#include <atomic>

#include "kernel/arch/arch.hpp"
#include "kernel/ke/call.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::ke {
namespace {

struct NmiCallback {
    PNMI_CALLBACK routine;
    void* context;
    std::atomic<NmiCallback*> next;
};

constinit SpinLock list_lock{LockRank::kIo};  // held by writers
constinit std::atomic<NmiCallback*> first = nullptr;

}  // namespace

void* add_nmi_callback(PNMI_CALLBACK routine, void* context) {
    void* const memory = mm::allocate(sizeof(NmiCallback), mm::pool_tag("KeNm"));
    if (memory == nullptr) return nullptr;
    auto* const callback = new (memory) NmiCallback{routine, context, nullptr};
    SpinLockGuard guard{list_lock};
    callback->next.store(first.load(std::memory_order_relaxed), std::memory_order_relaxed);
    first.store(callback, std::memory_order_release);  // pairs with call_nmi_callbacks()
    return callback;
}

bool remove_nmi_callback(void* handle) {
    NmiCallback* found = nullptr;
    {
        SpinLockGuard guard{list_lock};
        for (std::atomic<NmiCallback*>* link = &first; (found = link->load(std::memory_order_relaxed)) != nullptr;
             link = &found->next) {
            if (found != handle) continue;
            link->store(found->next.load(std::memory_order_relaxed), std::memory_order_release);
            break;
        }
    }
    if (found == nullptr) return false;
    call_others([](void*) {}, nullptr);  // this processor is not in a handler: it runs us
    mm::free(found);
    return true;
}

bool call_nmi_callbacks() {
    const KIRQL before = arch::irql();
    arch::set_irql(HIGH_LEVEL);
    BOOLEAN handled = FALSE;
    for (NmiCallback* at = first.load(std::memory_order_acquire); at != nullptr;
         at = at->next.load(std::memory_order_acquire)) {
        if (at->routine(at->context, handled)) handled = TRUE;
    }
    arch::set_irql(before);
    return handled != 0;
}

}  // namespace rsl::ke
