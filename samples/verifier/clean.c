// SPDX-License-Identifier: GPL-2.0-only
// The same things done right, for tests that nothing is said about them: paged pool and pageable code below
// DISPATCH_LEVEL, locked pages above, locks in one order, IRPs of the driver's own, everything deleted and freed.
#include "verifier.h"

static KSPIN_LOCK Outer, Inner;
static FAST_MUTEX Mutex;
static LONG Rounds;

typedef struct _CLEAN_BLOCK {
    KTIMER Timer;
    KDPC Dpc;
    KEVENT Ran;
    ERESOURCE Resource;
} CLEAN_BLOCK, *PCLEAN_BLOCK;

VOID CleanInitialize(VOID) {
    KeInitializeSpinLock(&Outer);
    KeInitializeSpinLock(&Inner);
    ExInitializeFastMutex(&Mutex);
}

// Not inline: it would come into Pageable(), and raise the level there.
__attribute__((noinline)) static VOID Count(VOID) {
    KIRQL old;
    KeAcquireSpinLock(&Outer, &old);
    KeAcquireSpinLockAtDpcLevel(&Inner);
    ++Rounds;
    KeReleaseSpinLockFromDpcLevel(&Inner);
    KeReleaseSpinLock(&Outer, old);
}

__attribute__((noinline)) static BOOLEAN HoldsAll(volatile UCHAR* Block, ULONG Bytes, UCHAR Value) {
    for (ULONG i = 0; i < Bytes; ++i) {
        if (Block[i] != Value) return FALSE;
    }
    return TRUE;
}

// Pageable code that uses paged pool, taken away again and again by Count().
__attribute__((section("PAGE"), noinline)) static NTSTATUS Pageable(VOID) {
    enum { Bytes = 200 };
    PUCHAR block = ExAllocatePoolWithTag(PagedPool, Bytes, VERIFIER_TAG);
    BOOLEAN whole = TRUE;
    if (block == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    for (UCHAR round = 0; round < 5; ++round) {
        RtlFillMemory(block, Bytes, round);
        Count();
        ExAcquireFastMutex(&Mutex);
        whole = whole && HoldsAll(block, Bytes, round);
        ExReleaseFastMutex(&Mutex);
    }
    ExFreePoolWithTag(block, VERIFIER_TAG);
    return whole ? STATUS_SUCCESS : STATUS_DATA_ERROR;
}

// Locked pages may be touched at any level, by their own address too.
static NTSTATUS Locked(VOID) {
    enum { Bytes = 300 };
    PUCHAR block = ExAllocatePoolWithTag(PagedPool, Bytes, VERIFIER_TAG);
    PMDL mdl = block == NULL ? NULL : IoAllocateMdl(block, Bytes, FALSE, FALSE, NULL);
    BOOLEAN whole = FALSE;
    PUCHAR mapped;
    KIRQL old;
    if (mdl != NULL) {
        Count();
        MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
        mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
        if (mapped != NULL) {
            KeRaiseIrql(DISPATCH_LEVEL, &old);
            RtlFillMemory(mapped, Bytes, 7);
            whole = HoldsAll(block, Bytes, 7);
            KeLowerIrql(old);
        }
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }
    if (block != NULL) ExFreePoolWithTag(block, VERIFIER_TAG);
    return whole ? STATUS_SUCCESS : STATUS_DATA_ERROR;
}

static VOID NTAPI SetRan(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) {
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeSetEvent(&((PCLEAN_BLOCK)Context)->Ran, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS Objects(VOID) {
    PCLEAN_BLOCK block = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*block), VERIFIER_TAG);
    LARGE_INTEGER soon;
    if (block == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    soon.QuadPart = -1;
    KeInitializeEvent(&block->Ran, NotificationEvent, FALSE);
    KeInitializeDpc(&block->Dpc, SetRan, block);
    KeInitializeTimer(&block->Timer);
    KeSetTimer(&block->Timer, soon, &block->Dpc);
    KeWaitForSingleObject(&block->Ran, Executive, KernelMode, FALSE, NULL);
    KeCancelTimer(&block->Timer);
    KeFlushQueuedDpcs();
    ExInitializeResourceLite(&block->Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&block->Resource, TRUE);
    ExAcquireResourceSharedLite(&block->Resource, TRUE);
    ExReleaseResourceLite(&block->Resource);
    ExReleaseResourceLite(&block->Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&block->Resource);
    ExFreePoolWithTag(block, VERIFIER_TAG);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI WakeSender(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Event) {
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

// A request to this driver itself, of a control code that it refuses.
static NTSTATUS OwnRequest(PDEVICE_OBJECT DeviceObject) {
    PIRP irp = IoAllocateIrp(DeviceObject->StackSize, FALSE);
    PIO_STACK_LOCATION next;
    NTSTATUS status;
    KEVENT event;
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    for (int round = 0; round < 2; ++round) {
        next = IoGetNextIrpStackLocation(irp);
        next->MajorFunction = IRP_MJ_DEVICE_CONTROL;
        next->Parameters.DeviceIoControl.IoControlCode = IOCTL_VERIFIER(VerifierBugs);
        IoSetCompletionRoutine(irp, WakeSender, &event, TRUE, TRUE, TRUE);
        IoCallDriver(DeviceObject, irp);
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        KeClearEvent(&event);
        status = irp->IoStatus.Status;
        IoReuseIrp(irp, STATUS_SUCCESS);
    }
    IoFreeIrp(irp);
    return status == STATUS_INVALID_DEVICE_REQUEST ? STATUS_SUCCESS : STATUS_DATA_ERROR;
}

NTSTATUS Clean(PDEVICE_OBJECT DeviceObject) {
    NTSTATUS status = Pageable();
    if (NT_SUCCESS(status)) status = Locked();
    if (NT_SUCCESS(status)) status = Objects();
    if (NT_SUCCESS(status)) status = OwnRequest(DeviceObject);
    return status;
}
