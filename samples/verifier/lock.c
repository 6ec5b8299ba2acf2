// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with locks: orders that can deadlock, and releases that are wrong. None of them ever hangs: one
// thread does it all, one lock after the other.
#include "verifier.h"

NTSYSAPI NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout);

static KSPIN_LOCK Locks[2];
static FAST_MUTEX Mutexes[3];
static KMUTEX MutexObjects[2];
static ERESOURCE Resource;

static VOID TakeBoth(PKSPIN_LOCK First, PKSPIN_LOCK Second) {
    KIRQL old;
    KeAcquireSpinLock(First, &old);
    KeAcquireSpinLockAtDpcLevel(Second);
    KeReleaseSpinLockFromDpcLevel(Second);
    KeReleaseSpinLock(First, old);
}

static VOID TakePair(ULONG First, ULONG Second) {
    ExAcquireFastMutex(&Mutexes[First]);
    ExAcquireFastMutex(&Mutexes[Second]);
    ExReleaseFastMutex(&Mutexes[Second]);
    ExReleaseFastMutex(&Mutexes[First]);
}

static VOID TakeObjects(ULONG First, ULONG Second) {
    KeWaitForSingleObject(&MutexObjects[First], Executive, KernelMode, FALSE, NULL);
    KeWaitForSingleObject(&MutexObjects[Second], Executive, KernelMode, FALSE, NULL);
    KeReleaseMutex(&MutexObjects[Second], FALSE);
    KeReleaseMutex(&MutexObjects[First], FALSE);
}

static VOID FreeHeld(VOID) {
    PFAST_MUTEX mutex = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(FAST_MUTEX), VERIFIER_TAG);
    if (mutex == NULL) return;
    ExInitializeFastMutex(mutex);
    ExAcquireFastMutex(mutex);
    ExFreePoolWithTag(mutex, VERIFIER_TAG);
    KeLowerIrql(PASSIVE_LEVEL);
}

static VOID NTAPI EndWithMutex(PVOID Context) {
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Mutexes[0]);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID EndThread(VOID) {
    HANDLE thread;
    if (!NT_SUCCESS(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, EndWithMutex, NULL))) return;
    ZwWaitForSingleObject(thread, FALSE, NULL);
    ZwClose(thread);
}

static VOID Orders(enum VerifierBug Bug) {
    if (Bug == LockTwoSpinLocks) {
        TakeBoth(&Locks[0], &Locks[1]);
        TakeBoth(&Locks[1], &Locks[0]);
    } else if (Bug == LockThreeMutexes) {
        TakePair(0, 1);
        TakePair(1, 2);
        TakePair(2, 0);
    } else {
        TakeObjects(0, 1);
        TakeObjects(1, 0);
    }
}

NTSTATUS LockBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    KLOCK_QUEUE_HANDLE handle;
    KIRQL old, older;
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Finished);
    for (int i = 0; i < 3; ++i) ExInitializeFastMutex(&Mutexes[i]);
    for (int i = 0; i < 2; ++i) {
        KeInitializeSpinLock(&Locks[i]);
        KeInitializeMutex(&MutexObjects[i], 0);
    }
    switch (bug) {
        case LockTwice:
            ExAcquireFastMutex(&Mutexes[0]);
            ExAcquireFastMutex(&Mutexes[0]);
            break;
        case LockResourceUpgrade:
            ExInitializeResourceLite(&Resource);
            KeEnterCriticalRegion();
            ExAcquireResourceSharedLite(&Resource, TRUE);
            ExAcquireResourceExclusiveLite(&Resource, TRUE);
            break;
        case LockInitializedHeld:
            KeWaitForSingleObject(&MutexObjects[0], Executive, KernelMode, FALSE, NULL);
            KeInitializeMutex(&MutexObjects[0], 0);
            break;
        case LockThreadEnded:
            EndThread();
            break;
        case LockReleaseUnowned:
            KeRaiseIrql(APC_LEVEL, &old);
            ExReleaseFastMutex(&Mutexes[0]);
            break;
        case LockReleaseOutOfOrder:
            KeAcquireSpinLock(&Locks[0], &old);
            KeAcquireSpinLock(&Locks[1], &older);
            KeReleaseSpinLock(&Locks[0], old);
            KeReleaseSpinLock(&Locks[1], older);
            break;
        case LockFreedWhileHeld:
            FreeHeld();
            break;
        case LockMixedKinds:
            TakeBoth(&Locks[0], &Locks[1]);
            KeAcquireInStackQueuedSpinLock(&Locks[0], &handle);
            KeReleaseInStackQueuedSpinLock(&handle);
            break;
        default:
            Orders(bug);
            break;
    }
    return STATUS_SUCCESS;
}
