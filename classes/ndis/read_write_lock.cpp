// SPDX-License-Identifier: GPL-2.0-only
// NDIS_RW_LOCK, the reader-writer lock in the driver's own memory that NDIS 6.20 replaced. A reader
// counts on its own processor's line; a writer holds the spin lock and waits until every line is 0.
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

enum LockState : USHORT { kFree, kReading, kWriting, kNested };

std::atomic_ref<ULONG> readers_of(NDIS_RW_LOCK& lock, ULONG processor) {
    return std::atomic_ref<ULONG>(lock.RefCount[processor].RefCount);
}

ULONG here() { return KeGetCurrentProcessorNumberEx(nullptr) % NDIS_RW_LOCK_PROCESSORS; }

bool is_held(NDIS_RW_LOCK& lock) {
    return std::atomic_ref<KSPIN_LOCK>(lock.SpinLock).load(std::memory_order_seq_cst) != 0;
}

bool is_mine(NDIS_RW_LOCK& lock) {
    return std::atomic_ref<PVOID>(lock.Context).load(std::memory_order_relaxed) ==
           KeGetCurrentThread();  // only its holder can see itself
}

void acquire_read(NDIS_RW_LOCK& lock, LOCK_STATE& state) {
    std::atomic_ref<ULONG> readers = readers_of(lock, here());
    state.LockState = kReading;
    for (;;) {
        // Sequentially consistent with the writer: one of the two sees the other.
        const ULONG before = readers.fetch_add(1, std::memory_order_seq_cst);
        // A reader on this processor already, or the writer itself: waiting would be for itself.
        if (before != 0 || !is_held(lock)) return;
        readers.fetch_sub(1, std::memory_order_release);
        if (is_mine(lock)) {
            state.LockState = kNested;
            return;
        }
        while (is_held(lock)) __builtin_ia32_pause();
    }
}

void acquire_write(NDIS_RW_LOCK& lock, LOCK_STATE& state) {
    if (is_mine(lock)) {
        state.LockState = kNested;
        return;
    }
    KeAcquireSpinLockAtDpcLevel(&lock.SpinLock);
    std::atomic_ref<PVOID>(lock.Context).store(KeGetCurrentThread(), std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    for (ULONG processor = 0; processor < NDIS_RW_LOCK_PROCESSORS; ++processor) {
        while (readers_of(lock, processor).load(std::memory_order_seq_cst) != 0)
            __builtin_ia32_pause();
    }
    state.LockState = kWriting;
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisInitializeReadWriteLock (ndis.h) makes a lock that is free.
///   IRQL     any
///   Returns  nothing
///   Owner    the driver: its memory, not paged
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializereadwritelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisInitializeReadWriteLock(PNDIS_RW_LOCK Lock) { *Lock = {}; }

/// NdisAcquireReadWriteLock (ndis.h) waits for a lock, for reading or for writing.
///   IRQL     <= DISPATCH_LEVEL; DISPATCH_LEVEL afterwards
///   Returns  nothing
///   Owner    the caller, until NdisReleaseReadWriteLock
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirereadwritelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAcquireReadWriteLock(PNDIS_RW_LOCK Lock, BOOLEAN fWrite,
                                               PLOCK_STATE LockState) {
    LockState->OldIrql = KeRaiseIrqlToDpcLevel();
    if (fWrite) {
        acquire_write(*Lock, *LockState);
    } else {
        acquire_read(*Lock, *LockState);
    }
}

/// NdisReleaseReadWriteLock (ndis.h) gives a lock back, and the IRQL.
///   IRQL     DISPATCH_LEVEL; what it was before the lock afterwards
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleasereadwritelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisReleaseReadWriteLock(PNDIS_RW_LOCK Lock, PLOCK_STATE LockState) {
    if (LockState->LockState == kReading) {
        readers_of(*Lock, here()).fetch_sub(1, std::memory_order_release);
    } else if (LockState->LockState == kWriting) {
        std::atomic_ref<PVOID>(Lock->Context).store(nullptr, std::memory_order_relaxed);
        KeReleaseSpinLockFromDpcLevel(&Lock->SpinLock);
    }
    LockState->LockState = kFree;
    KeLowerIrql(LockState->OldIrql);
}
