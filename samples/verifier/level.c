// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with interrupt request levels.
#include "verifier.h"

static KSPIN_LOCK Lock;
static FAST_MUTEX Mutex;
static KEVENT Event;
static KDPC Dpc;

__attribute__((section("PAGE"), noinline)) static ULONG PageableFunction(ULONG Number) {
    volatile ULONG answer = Number;
    return answer * 3;
}

static VOID NTAPI LoweringDpc(PKDPC Self, PVOID Context, PVOID Argument1, PVOID Argument2) {
    UNREFERENCED_PARAMETER(Self);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeLowerIrql(PASSIVE_LEVEL);
}

// Calls that are wrong at DISPATCH_LEVEL.
static VOID WrongAtDispatch(enum VerifierBug Bug) {
    static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\DosDevices\\VerifierTwo");
    static UNICODE_STRING key = RTL_CONSTANT_STRING(L"\\Registry\\Machine\\System");
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER timeout;
    HANDLE handle;
    KIRQL old;
    timeout.QuadPart = -10000;
    InitializeObjectAttributes(&attributes, &key, OBJ_KERNEL_HANDLE, NULL, NULL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    switch (Bug) {
        case LevelPageableCode:
            PageableFunction(7);
            break;
        case LevelFastMutexAcquire:
            ExAcquireFastMutex(&Mutex);
            break;
        case LevelWaitForEver:
            KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
            break;
        case LevelWaitWithTimeout:
            KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &timeout);
            break;
        case LevelCriticalRegion:
            KeEnterCriticalRegion();
            break;
        case LevelKernelCall:
            IoDeleteSymbolicLink(&name);
            break;
        default:
            if (NT_SUCCESS(ZwOpenKey(&handle, KEY_READ, &attributes))) ZwClose(handle);
            break;
    }
    KeLowerIrql(old);
}

static VOID WrongLocks(enum VerifierBug Bug) {
    KIRQL old;
    switch (Bug) {
        case LevelReleaseTwice:
            KeAcquireSpinLock(&Lock, &old);
            KeReleaseSpinLock(&Lock, old);
            KeReleaseSpinLock(&Lock, old);
            break;
        case LevelAcquireAtDpcLevel:
            KeAcquireSpinLockAtDpcLevel(&Lock);
            break;
        case LevelReleaseFromDpcLevel:
            KeReleaseSpinLockFromDpcLevel(&Lock);
            break;
        default:
            ExAcquireFastMutex(&Mutex);
            KeLowerIrql(PASSIVE_LEVEL);
            ExReleaseFastMutex(&Mutex);
            break;
    }
}

NTSTATUS LevelBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    KIRQL old;
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Finished);
    KeInitializeSpinLock(&Lock);
    ExInitializeFastMutex(&Mutex);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    switch (bug) {
        case LevelRaiseDownwards:
            KeRaiseIrql(DISPATCH_LEVEL, &old);
            KeRaiseIrql(PASSIVE_LEVEL, &old);
            break;
        case LevelLowerUpwards:
            KeLowerIrql(DISPATCH_LEVEL);
            break;
        case LevelLowerInDpc:
            KeInitializeDpc(&Dpc, LoweringDpc, NULL);
            KeInsertQueueDpc(&Dpc, NULL, NULL);
            KeFlushQueuedDpcs();
            break;
        case LevelReleaseTwice:
        case LevelAcquireAtDpcLevel:
        case LevelReleaseFromDpcLevel:
        case LevelFastMutexRelease:
            WrongLocks(bug);
            break;
        case LevelLeaveWithoutEnter:
            KeLeaveCriticalRegion();
            break;
        case LevelAcquireRaised:
        case LevelWaitRaised:
            KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
            if (bug == LevelWaitRaised) KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
            if (bug == LevelAcquireRaised) KeAcquireSpinLock(&Lock, &old);
            break;
        case LevelSetEvent:
            KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
            KeSetEvent(&Event, 0, FALSE);
            KeLowerIrql(old);
            break;
        default:
            WrongAtDispatch(bug);
            break;
    }
    return STATUS_SUCCESS;
}
