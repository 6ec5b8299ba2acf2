// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with pool.
#include "verifier.h"

static volatile UCHAR Sink;
static KTIMER LeftTimer;
static KDPC LeftDpc;
static NPAGED_LOOKASIDE_LIST LeftList;

static VOID NTAPI QuietDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) {
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
}

static VOID BadAccess(enum VerifierBug Bug) {
    volatile UCHAR* block = ExAllocatePoolWithTag(NonPagedPoolNx, 20, VERIFIER_TAG);
    if (block == NULL) return;
    switch (Bug) {
        case PoolOverrunWrite:
            for (int i = 0; i < 100; ++i) block[i] = 1;
            break;
        case PoolOverrunRead:
            Sink = block[64];
            break;
        case PoolOverrunInSlack:
            block[20] = 1;
            break;
        case PoolUnderrunSeenAtFree:
            block[-1] = 1;
            break;
        case PoolUseAfterFree:
            ExFreePoolWithTag((PVOID)block, VERIFIER_TAG);
            block[0] = 1;
            return;
        default:
            break;
    }
    ExFreePoolWithTag((PVOID)block, VERIFIER_TAG);
}

static VOID Underrun(VOID) {
    volatile UCHAR* block =
        ExAllocatePoolWithTagPriority(NonPagedPoolNx, 20, VERIFIER_TAG, NormalPoolPrioritySpecialPoolUnderrun);
    if (block == NULL) return;
    block[-1] = 1;
    ExFreePoolWithTag((PVOID)block, VERIFIER_TAG);
}

static VOID BadFree(enum VerifierBug Bug) {
    PVOID block = ExAllocatePoolWithTag(NonPagedPoolNx, 64, VERIFIER_TAG);
    if (block == NULL) return;
    ExFreePoolWithTag(block, VERIFIER_TAG);
    ExFreePoolWithTag(Bug == PoolFreeOfNoPool ? (PVOID)&LeftTimer : block, VERIFIER_TAG);
}

static VOID Paged(enum VerifierBug Bug) {
    volatile UCHAR* block = NULL;
    KIRQL old;
    if (Bug != PoolPagedAtDispatch) {
        block = ExAllocatePoolWithTag(PagedPool, 64, VERIFIER_TAG);
        if (block == NULL) return;
        block[0] = 1;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (Bug == PoolPagedAtDispatch) block = ExAllocatePoolWithTag(PagedPool, 64, VERIFIER_TAG);
    if (Bug == PoolPagedTouchedRaised) block[0] = 2;
    if (Bug == PoolFreePagedAtDispatch) ExFreePoolWithTag((PVOID)block, VERIFIER_TAG);
    KeLowerIrql(old);
    if (Bug != PoolFreePagedAtDispatch && block != NULL) ExFreePoolWithTag((PVOID)block, VERIFIER_TAG);
}

// Frees memory in which something is still active.
static VOID FreeActive(enum VerifierBug Bug) {
    struct {
        KTIMER Timer;
        KDPC Dpc;
        ERESOURCE Resource;
        NPAGED_LOOKASIDE_LIST List;
    }* block = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*block), VERIFIER_TAG);
    LARGE_INTEGER later;
    KIRQL old;
    later.QuadPart = -10 * 1000 * 1000 * 60LL;
    if (block == NULL) return;
    KeInitializeDpc(&block->Dpc, QuietDpc, NULL);
    switch (Bug) {
        case PoolTimerInFreed:
            KeInitializeTimer(&block->Timer);
            KeSetTimer(&block->Timer, later, &block->Dpc);
            break;
        case PoolResourceInFreed:
            ExInitializeResourceLite(&block->Resource);
            break;
        case PoolLookasideInFreed:
            ExInitializeNPagedLookasideList(&block->List, NULL, NULL, 0, 64, VERIFIER_TAG, 0);
            break;
        default:
            KeRaiseIrql(DISPATCH_LEVEL, &old);
            KeInsertQueueDpc(&block->Dpc, NULL, NULL);
            ExFreePoolWithTag(block, VERIFIER_TAG);
            KeLowerIrql(old);
            return;
    }
    ExFreePoolWithTag(block, VERIFIER_TAG);
}

static VOID ListEntryOverrun(VOID) {
    NPAGED_LOOKASIDE_LIST list;
    PUCHAR entry;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 48, VERIFIER_TAG, 0);
    entry = ExAllocateFromNPagedLookasideList(&list);
    if (entry != NULL) {
        *(volatile UCHAR*)(entry + 48) = 1;
        ExFreeToNPagedLookasideList(&list, entry);
    }
    ExDeleteNPagedLookasideList(&list);
}

static VOID Leave(enum VerifierBug Bug) {
    LARGE_INTEGER later;
    PVOID kept;
    later.QuadPart = -10 * 1000 * 1000 * 60LL;
    switch (Bug) {
        case PoolLeak:
            kept = ExAllocatePoolWithTag(NonPagedPoolNx, 100, VERIFIER_TAG);
            kept = ExAllocatePoolWithTag(PagedPool, 5000, VERIFIER_TAG);
            UNREFERENCED_PARAMETER(kept);
            break;
        case PoolMdlLeak:
            kept = IoAllocateMdl(&LeftTimer, sizeof(LeftTimer), FALSE, FALSE, NULL);
            break;
        case PoolTimerLeft:
            KeInitializeDpc(&LeftDpc, QuietDpc, NULL);
            KeInitializeTimer(&LeftTimer);
            KeSetTimer(&LeftTimer, later, &LeftDpc);
            break;
        default:
            ExInitializeNPagedLookasideList(&LeftList, NULL, NULL, 0, 64, VERIFIER_TAG, 0);
            break;
    }
}

NTSTATUS PoolBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    static ERESOURCE twice;
    PVOID none;
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Finished);
    switch (bug) {
        case PoolUnderrunWrite:
            Underrun();
            break;
        case PoolDoubleFree:
        case PoolFreeOfNoPool:
            BadFree(bug);
            break;
        case PoolZeroBytes:
            none = ExAllocatePoolWithTag(NonPagedPoolNx, 0, VERIFIER_TAG);
            if (none != NULL) ExFreePoolWithTag(none, VERIFIER_TAG);
            break;
        case PoolPagedAtDispatch:
        case PoolFreePagedAtDispatch:
        case PoolPagedTouchedRaised:
            Paged(bug);
            break;
        case PoolTimerInFreed:
        case PoolDpcInFreed:
        case PoolResourceInFreed:
        case PoolLookasideInFreed:
            FreeActive(bug);
            break;
        case PoolLeak:
        case PoolMdlLeak:
        case PoolTimerLeft:
        case PoolLookasideLeft:
            Leave(bug);
            break;
        case PoolListEntryOverrun:
            ListEntryOverrun();
            break;
        case PoolResourceTwice:
            ExInitializeResourceLite(&twice);
            ExInitializeResourceLite(&twice);
            ExDeleteResourceLite(&twice);
            break;
        default:
            BadAccess(bug);
            break;
    }
    return STATUS_SUCCESS;
}
