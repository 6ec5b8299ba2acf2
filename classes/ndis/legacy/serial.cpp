// SPDX-License-Identifier: GPL-2.0-only
// One handler of a serialized miniport at a time. Who finds somebody inside leaves work behind; who
// leaves looks once more after letting go, so that nothing is left between the two.
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

namespace rsl::ndis::legacy {
namespace {

bool has_work(Miniport& miniport) {
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&miniport.queue_lock);
    const bool some = miniport.returns.first != nullptr ||
                      (miniport.sends.first != nullptr && may_send(miniport));
    KeReleaseSpinLock(&miniport.queue_lock, irql);
    return some;
}

/// With the serial lock held, which it gives up.
void leave(Miniport& miniport) {
    do {
        return_queued(miniport);
        send_queued(miniport);
        KeReleaseSpinLockFromDpcLevel(&miniport.serial_lock);
    } while (has_work(miniport) && KeTryToAcquireSpinLockAtDpcLevel(&miniport.serial_lock));
}

}  // namespace

Entered::Entered(Miniport& miniport)
    : looking_(miniport), miniport_(miniport), before_(KeRaiseIrqlToDpcLevel()) {
    if (miniport.serialized) KeAcquireSpinLockAtDpcLevel(&miniport.serial_lock);
}

Entered::~Entered() {
    if (miniport_.serialized) leave(miniport_);
    KeLowerIrql(before_);
}

bool may_send(const Miniport& miniport) {
    return !miniport.blocked.load(std::memory_order_acquire) &&
           !miniport.resets.load(std::memory_order_acquire);  // each pairs with its stores
}

void queue(Miniport& miniport, BlockQueue& to, PacketBlock* first, PacketBlock* last) {
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&miniport.queue_lock);
    (to.first == nullptr ? to.first : to.last->next) = first;
    to.last = last;
    KeReleaseSpinLock(&miniport.queue_lock, irql);
}

void work_off(Miniport& miniport) {
    if (!miniport.serialized) return;
    const KIRQL irql = KeRaiseIrqlToDpcLevel();
    if (has_work(miniport) && KeTryToAcquireSpinLockAtDpcLevel(&miniport.serial_lock))
        leave(miniport);
    KeLowerIrql(irql);
}

void wait_until_left(Miniport& miniport) {
    while (miniport.inside.load(std::memory_order_acquire) != 0) {  // pairs with Looking
        LARGE_INTEGER millisecond;
        millisecond.QuadPart = -10000;
        KeDelayExecutionThread(KernelMode, FALSE, &millisecond);
    }
}

bool hold(Miniport& miniport) {
    LONG holds = miniport.holds.load(std::memory_order_relaxed);
    do {
        if (holds == 0) return false;
    } while (
        !miniport.holds.compare_exchange_weak(holds, holds + 1, std::memory_order_acquire,
                                              std::memory_order_relaxed));  // pairs with restart
    return true;
}

void drop(Miniport& miniport) {
    Adapter* const adapter = miniport.adapter;
    if (miniport.holds.fetch_sub(1, std::memory_order_acq_rel) == 1)  // what others did came before
        NdisMPauseComplete(adapter);
}

}  // namespace rsl::ndis::legacy
