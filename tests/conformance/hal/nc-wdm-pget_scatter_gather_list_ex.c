/* SPDX-License-Identifier: GPL-2.0-only */
/* With BuildScatterGatherListEx and GetDmaTransferInfo. */
#include "dma.h"

static PDMA_ADAPTER Adapter;
static OPERATIONS3* Calls;
static ULONG Registers;
static CONTEXT3 Contexts[2];
static FAR_BUFFER Buffer;

static BOOLEAN Begin(ULONG MaximumLength) {
    Adapter = Adapter3(24, MaximumLength, &Registers);
    if (Adapter == NULL || !MakeFar(&Buffer, 0x4000)) return FALSE;
    Calls = Operations(Adapter);
    return NT_SUCCESS(Calls->InitializeDmaTransferContext(Adapter, &Contexts[0])) &&
           NT_SUCCESS(Calls->InitializeDmaTransferContext(Adapter, &Contexts[1]));
}
static VOID End(VOID) {
    Put(Adapter);
    FreeFar(&Buffer);
}
static NTSTATUS Get(ULONG Context, ULONG Offset, ULONG Length, ULONG Flags, CALLED* Called,
                    BOOLEAN Write, PSCATTER_GATHER_LIST* List) {
    return Calls->GetScatterGatherListEx(Adapter, ConformanceDevice, &Contexts[Context], Buffer.Mdl,
                                         Offset, Length, Flags, Called != NULL ? OnList : NULL,
                                         Called, Write, NULL, NULL, List);
}
static VOID PutList(PSCATTER_GATHER_LIST List, BOOLEAN Write) {
    AT_IRQL(DISPATCH_LEVEL, Calls->Version2.PutScatterGatherList(Adapter, List, Write));
}

CONFORMANCE(GetScatterGatherListEx, BeginsAtTheOffset) {
    CALLED called = {0};
    PSCATTER_GATHER_LIST list = NULL;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Get(0, 0x1234, 0x1000, 0, &called, TRUE, &list));
    CHECK_EQ(called.Calls, 1);
    CHECK_EQ(called.Irql, DISPATCH_LEVEL);
    REQUIRE(called.List != NULL);
    CHECK_EQ(list, called.List);
    CHECK(DeviceReaches(list));
    CHECK(DeviceSees(list, Buffer.Bytes + 0x1234));
    PutList(list, TRUE);
    End();
}

CONFORMANCE(GetScatterGatherListEx, WithoutARoutineTheCallerHasTheList) {
    PSCATTER_GATHER_LIST list = NULL;
    REQUIRE(Begin(0x4000));
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_SUCCESS(Get(0, 0, 0x1800, DMA_SYNCHRONOUS_CALLBACK, NULL, FALSE, &list)));
    REQUIRE(list != NULL);
    AT_IRQL(DISPATCH_LEVEL, Calls->FreeAdapterObject(Adapter, DeallocateObjectKeepRegisters));
    DeviceFills(list, 0x66);
    PutList(list, FALSE);
    CHECK(AllAre(Buffer.Bytes, 0x1800, 0x66));
    End();
}

CONFORMANCE(GetScatterGatherListEx, SynchronouslyItDoesNotWait) {
    CALLED first = {0}, second = {0}, third = {0};
    REQUIRE(Begin(0x1000));
    CHECK_SUCCESS(Get(0, 0, Registers * PAGE_SIZE, 0, &first, TRUE, NULL));
    REQUIRE(first.Calls == 1);
    CHECK_STATUS(Get(1, 0, 0x1000, DMA_SYNCHRONOUS_CALLBACK, &second, TRUE, NULL),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK_SUCCESS(Get(1, 0, 0x1000, 0, &third, TRUE, NULL));
    CHECK_EQ(third.Calls, 0);
    PutList(first.List, TRUE);
    CHECK_EQ(second.Calls, 0);
    REQUIRE(third.Calls == 1);
    PutList(third.List, TRUE);
    End();
}

CONFORMANCE(GetScatterGatherListEx, APendingOneIsCancelled) {
    CALLED first = {0}, second = {0};
    REQUIRE(Begin(0x1000));
    CHECK_SUCCESS(Get(0, 0, Registers * PAGE_SIZE, 0, &first, TRUE, NULL));
    CHECK_SUCCESS(Get(1, 0, 0x1000, 0, &second, TRUE, NULL));
    CHECK_EQ(Calls->CancelAdapterChannel(Adapter, ConformanceDevice, &Contexts[1]), TRUE);
    PutList(first.List, TRUE);
    CHECK_EQ(second.Calls, 0);
    End();
}

CONFORMANCE(GetScatterGatherListEx, RefusesWhatNobodyCouldUse) {
    CALLED called = {0};
    PSCATTER_GATHER_LIST list;
    REQUIRE(Begin(0x4000));
    CHECK_STATUS(Get(0, 0, 0x1000, 0, NULL, TRUE, &list), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(0, 0, 0x1000, DMA_SYNCHRONOUS_CALLBACK, NULL, TRUE, NULL),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(0, 1, 0x4000, 0, &called, TRUE, NULL), STATUS_INVALID_PARAMETER);
    CHECK_EQ(called.Calls, 0);
    End();
}

CONFORMANCE(BuildScatterGatherListEx, UsesTheBufferThatGetDmaTransferInfoAsksFor) {
    CALLED called = {0};
    TRANSFER_INFO info = {DMA_TRANSFER_INFO_VERSION1};
    PSCATTER_GATHER_LIST list = NULL;
    PVOID room;
    REQUIRE(Begin(0x4000));
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(Calls->GetDmaTransferInfo(Adapter, Buffer.Mdl, 0x800,
                                                                    0x3000, TRUE, &info)));
    CHECK(info.ScatterGatherElementCount != 0);
    CHECK(info.MapRegisterCount != 0 && info.MapRegisterCount <= Registers);
    room = ExAllocatePoolWithTag(NonPagedPool, info.ScatterGatherListSize, CONFORMANCE_TAG);
    REQUIRE(room != NULL);
    CHECK_STATUS(Calls->BuildScatterGatherListEx(
                     Adapter, ConformanceDevice, &Contexts[0], Buffer.Mdl, 0x800, 0x3000, 0, OnList,
                     &called, TRUE, room, sizeof(SCATTER_GATHER_LIST) - 1, NULL, NULL, NULL),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(called.Calls, 0);
    CHECK_SUCCESS(Calls->BuildScatterGatherListEx(
        Adapter, ConformanceDevice, &Contexts[0], Buffer.Mdl, 0x800, 0x3000, 0, OnList, &called,
        TRUE, room, info.ScatterGatherListSize, NULL, NULL, &list));
    CHECK_EQ(called.Calls, 1);
    CHECK(list == room && called.List == room);
    CHECK(called.List != NULL && DeviceSees(called.List, Buffer.Bytes + 0x800));
    PutList(list, TRUE);
    ExFreePoolWithTag(room, CONFORMANCE_TAG);
    End();
}

CONFORMANCE(GetDmaTransferInfo, RefusesAVersionThatThereIsNot) {
    TRANSFER_INFO info = {99};
    REQUIRE(Begin(0x4000));
    CHECK_STATUS(Calls->GetDmaTransferInfo(Adapter, Buffer.Mdl, 0, 0x1000, TRUE, &info),
                 STATUS_NOT_SUPPORTED);
    End();
}
