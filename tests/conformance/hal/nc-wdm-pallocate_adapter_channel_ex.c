/* SPDX-License-Identifier: GPL-2.0-only */
/* With InitializeDmaTransferContext, CancelAdapterChannel, MapTransferEx, FlushAdapterBuffersEx and
 * FreeAdapterObject, each with a page of its own. */
#include "dma.h"

typedef struct {
    ULONG NumberOfElements;
    ULONG_PTR Reserved;
    SCATTER_GATHER_ELEMENT Elements[8];
} LIST8;

static PDMA_ADAPTER Adapter;
static OPERATIONS3* Calls;
static ULONG Registers;
static CONTEXT3 Contexts[3];
static FAR_BUFFER Buffer;

static BOOLEAN Begin(ULONG MaximumLength) {
    ULONG i;
    Adapter = Adapter3(24, MaximumLength, &Registers);
    if (Adapter == NULL || !MakeFar(&Buffer, 0x6000)) return FALSE;
    Calls = Operations(Adapter);
    for (i = 0; i < 3; ++i) {
        if (!NT_SUCCESS(Calls->InitializeDmaTransferContext(Adapter, &Contexts[i]))) return FALSE;
    }
    return TRUE;
}
static VOID End(VOID) {
    Put(Adapter);
    FreeFar(&Buffer);
}
static NTSTATUS Allocate(ULONG Context, ULONG Count, ULONG Flags, CALLED* Called, PVOID* Base) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(DISPATCH_LEVEL, status = Calls->AllocateAdapterChannelEx(
                                Adapter, ConformanceDevice, &Contexts[Context], Count, Flags,
                                Called != NULL ? OnChannel : NULL, Called, Base));
    return status;
}
static VOID FreeRegisters(PVOID Base, ULONG Count) {
    AT_IRQL(DISPATCH_LEVEL, Calls->Version2.FreeMapRegisters(Adapter, Base, Count));
}

CONFORMANCE(InitializeDmaTransferContext, RefusesNone) {
    REQUIRE(Begin(0x1000));
    CHECK_STATUS(Calls->InitializeDmaTransferContext(Adapter, NULL), STATUS_INVALID_PARAMETER);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_SUCCESS(Calls->InitializeDmaTransferContext(Adapter, &Contexts[0])));
    End();
}

CONFORMANCE(AllocateAdapterChannelEx, CallsTheRoutineAtDispatchLevel) {
    CALLED called = {DeallocateObjectKeepRegisters};
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, 2, 0, &called, NULL));
    CHECK_EQ(called.Calls, 1);
    CHECK_EQ(called.Irql, DISPATCH_LEVEL);
    CHECK(called.Base != NULL);
    FreeRegisters(called.Base, 2);
    End();
}

CONFORMANCE(AllocateAdapterChannelEx, WaitsForRegisters) {
    CALLED first = {DeallocateObjectKeepRegisters}, second = {DeallocateObject};
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, Registers, 0, &first, NULL));
    CHECK_SUCCESS(Allocate(1, 1, 0, &second, NULL));
    CHECK_EQ(second.Calls, 0);
    FreeRegisters(first.Base, Registers);
    CHECK_EQ(second.Calls, 1);
    End();
}

CONFORMANCE(AllocateAdapterChannelEx, SynchronouslyItDoesNotWait) {
    CALLED first = {DeallocateObjectKeepRegisters}, second = {DeallocateObject};
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, Registers, DMA_SYNCHRONOUS_CALLBACK, &first, NULL));
    CHECK_EQ(first.Calls, 1);
    CHECK_STATUS(Allocate(1, 1, DMA_SYNCHRONOUS_CALLBACK, &second, NULL),
                 STATUS_INSUFFICIENT_RESOURCES);
    FreeRegisters(first.Base, Registers);
    CHECK_EQ(second.Calls, 0);
    End();
}

CONFORMANCE(AllocateAdapterChannelEx, ReturnsTheRegistersWithoutARoutine) {
    PVOID base = NULL;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, 1, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    CHECK(base != NULL);
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    End();
}

CONFORMANCE(AllocateAdapterChannelEx, RefusesWhatNobodyCouldUse) {
    CALLED called = {DeallocateObject};
    PVOID base = NULL;
    REQUIRE(Begin(0x4000));
    CHECK_STATUS(Allocate(0, 1, 0, NULL, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Allocate(0, 1, 0, &called, &base),
                 STATUS_INVALID_PARAMETER); /* MapRegisterBase without the flag */
    CHECK_STATUS(Allocate(0, 1, DMA_SYNCHRONOUS_CALLBACK, NULL, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Allocate(0, Registers + 1, 0, &called, NULL), STATUS_INSUFFICIENT_RESOURCES);
    CHECK_EQ(called.Calls, 0);
    End();
}

CONFORMANCE(CancelAdapterChannel, KeepsTheRoutineFromBeingCalled) {
    CALLED first = {DeallocateObjectKeepRegisters}, second = {DeallocateObject},
           third = {DeallocateObject};
    BOOLEAN cancelled = FALSE;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, Registers, 0, &first, NULL));
    CHECK_SUCCESS(Allocate(1, 1, 0, &second, NULL));
    CHECK_SUCCESS(Allocate(2, 1, 0, &third, NULL));
    AT_IRQL(DISPATCH_LEVEL,
            cancelled = Calls->CancelAdapterChannel(Adapter, ConformanceDevice, &Contexts[1]));
    CHECK_EQ(cancelled, TRUE);
    FreeRegisters(first.Base, Registers);
    CHECK_EQ(second.Calls, 0);
    CHECK_EQ(third.Calls, 1);
    End();
}

CONFORMANCE(CancelAdapterChannel, IsFalseAfterTheRoutineWasCalled) {
    CALLED called = {DeallocateObject};
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, 1, 0, &called, NULL));
    CHECK_EQ(called.Calls, 1);
    CHECK_EQ(Calls->CancelAdapterChannel(Adapter, ConformanceDevice, &Contexts[0]), FALSE);
    End();
}

CONFORMANCE(CancelAdapterChannel, CancelsARequestToCome) {
    CALLED called = {DeallocateObject};
    REQUIRE(Begin(0x4000));
    CHECK_EQ(Calls->CancelAdapterChannel(Adapter, ConformanceDevice, &Contexts[0]), TRUE);
    (VOID) Allocate(0, 1, 0, &called, NULL);
    CHECK_EQ(called.Calls, 0);
    CHECK_SUCCESS(Calls->InitializeDmaTransferContext(Adapter, &Contexts[0]));
    CHECK_SUCCESS(Allocate(0, 1, 0, &called, NULL));
    CHECK_EQ(called.Calls, 1);
    End();
}

CONFORMANCE(FreeAdapterObject, LetsTheNextOneHaveTheAdapter) {
    CALLED next = {DeallocateObject};
    PVOID base = NULL;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, 1, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    CHECK_SUCCESS(Allocate(1, 1, 0, &next, NULL));
    CHECK_EQ(next.Calls, 0);
    Calls->FreeAdapterObject(Adapter, KeepObject); /* has no effect */
    CHECK_EQ(next.Calls, 0);
    AT_IRQL(DISPATCH_LEVEL, Calls->FreeAdapterObject(Adapter, DeallocateObjectKeepRegisters));
    CHECK_EQ(next.Calls, 1);
    FreeRegisters(base, 1);
    End();
}

CONFORMANCE(FreeAdapterObject, ReleasesTheRegistersWithTheObject) {
    CALLED next = {DeallocateObject};
    PVOID base = NULL;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, Registers, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    CHECK_SUCCESS(Allocate(1, Registers, DMA_SYNCHRONOUS_CALLBACK, &next, NULL));
    CHECK_EQ(next.Calls, 1);
    End();
}

CONFORMANCE(MapTransferEx, MapsAListForTheDevice) {
    PVOID base = NULL;
    LIST8 list;
    ULONG length = 0x2000;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, Registers, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(Calls->MapTransferEx(
                                Adapter, Buffer.Mdl, base, 0x1010, 0, &length, TRUE,
                                (PSCATTER_GATHER_LIST)&list, sizeof(list), NULL, NULL)));
    CHECK_EQ(length, 0x2000u);
    CHECK(DeviceReaches((PSCATTER_GATHER_LIST)&list));
    CHECK(DeviceSees((PSCATTER_GATHER_LIST)&list, Buffer.Bytes + 0x1010));
    CHECK_SUCCESS(Calls->FlushAdapterBuffersEx(Adapter, Buffer.Mdl, base, 0x1010, 0x2000, TRUE));
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    End();
}

CONFORMANCE(MapTransferEx, MapsNoMoreThanTheRegistersHold) {
    PVOID base = NULL;
    LIST8 list;
    ULONG length = 0x6000, again;
    REQUIRE(Begin(0x1000));
    REQUIRE(Registers < 6);
    CHECK_SUCCESS(Allocate(0, Registers, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    CHECK_SUCCESS(Calls->MapTransferEx(Adapter, Buffer.Mdl, base, 0, 0, &length, TRUE,
                                       (PSCATTER_GATHER_LIST)&list, sizeof(list), NULL, NULL));
    CHECK_EQ(length, Registers * PAGE_SIZE);
    CHECK(DeviceSees((PSCATTER_GATHER_LIST)&list, Buffer.Bytes));
    CHECK_SUCCESS(Calls->FlushAdapterBuffersEx(Adapter, Buffer.Mdl, base, 0, length, TRUE));
    again = PAGE_SIZE;
    CHECK_SUCCESS(Calls->MapTransferEx(Adapter, Buffer.Mdl, base, length, 0, &again, TRUE,
                                       (PSCATTER_GATHER_LIST)&list, sizeof(list), NULL, NULL));
    CHECK_EQ(again, PAGE_SIZE);
    CHECK(DeviceSees((PSCATTER_GATHER_LIST)&list, Buffer.Bytes + length));
    CHECK_SUCCESS(Calls->FlushAdapterBuffersEx(Adapter, Buffer.Mdl, base, length, again, TRUE));
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    End();
}

CONFORMANCE(MapTransferEx, GoesThroughAChain) {
    FAR_BUFFER second;
    PVOID base = NULL;
    LIST8 list;
    ULONG length = 0x1000;
    REQUIRE(Begin(0x4000));
    REQUIRE(MakeFar(&second, 0x1000));
    RtlFillMemory(Buffer.Bytes + 0x5800, 0x800, 0x31);
    RtlFillMemory(second.Bytes, 0x1000, 0x31);
    Buffer.Mdl->Next = second.Mdl;
    CHECK_SUCCESS(Allocate(0, Registers, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    CHECK_SUCCESS(Calls->MapTransferEx(Adapter, Buffer.Mdl, base, 0x5800, 0, &length, FALSE,
                                       (PSCATTER_GATHER_LIST)&list, sizeof(list), NULL, NULL));
    CHECK_EQ(length, 0x1000u);
    DeviceFills((PSCATTER_GATHER_LIST)&list, 0x77);
    CHECK_SUCCESS(Calls->FlushAdapterBuffersEx(Adapter, Buffer.Mdl, base, 0x5800, 0x1000, FALSE));
    CHECK(AllAre(Buffer.Bytes + 0x5800, 0x800, 0x77));
    CHECK(AllAre(second.Bytes, 0x800, 0x77));
    CHECK_EQ(second.Bytes[0x800], 0x31);
    Buffer.Mdl->Next = NULL;
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    FreeFar(&second);
    End();
}

CONFORMANCE(MapTransferEx, RefusesAListWithoutRoomForOneElement) {
    PVOID base = NULL;
    LIST8 list;
    ULONG length = 0x1000, beyond = 0x6001;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, 1, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    CHECK_STATUS(Calls->MapTransferEx(Adapter, Buffer.Mdl, base, 0, 0, &length, TRUE,
                                      (PSCATTER_GATHER_LIST)&list, FIELD_OFFSET(LIST8, Elements),
                                      NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        Calls->MapTransferEx(Adapter, Buffer.Mdl, base, 0, 0, &length, TRUE, NULL, 0, NULL, NULL),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Calls->MapTransferEx(Adapter, Buffer.Mdl, base, 0, 0, &beyond, TRUE,
                                      (PSCATTER_GATHER_LIST)&list, sizeof(list), NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    End();
}

CONFORMANCE(FlushAdapterBuffersEx, RefusesWhatTheChainDoesNotHave) {
    PVOID base = NULL;
    REQUIRE(Begin(0x4000));
    CHECK_SUCCESS(Allocate(0, 1, DMA_SYNCHRONOUS_CALLBACK, NULL, &base));
    CHECK_STATUS(Calls->FlushAdapterBuffersEx(Adapter, Buffer.Mdl, base, 0x5000, 0x1001, TRUE),
                 STATUS_INVALID_PARAMETER);
    Calls->FreeAdapterObject(Adapter, DeallocateObject);
    End();
}
