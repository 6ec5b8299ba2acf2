/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static struct {
    NDIS_SG_DMA_DESCRIPTION Description;
    NDIS_HANDLE Handle;
    NDIS_STATUS Status;
    volatile LONG Called;
    PSCATTER_GATHER_LIST List;
    PVOID Context;
    KIRQL Irql;
} dma;
static FRAME frame;
static int context;

static VOID NTAPI Process(PDEVICE_OBJECT device, PVOID reserved, PSCATTER_GATHER_LIST list,
                          PVOID given) {
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(reserved);
    dma.List = list;
    dma.Context = given;
    dma.Irql = KeGetCurrentIrql();
    InterlockedIncrement(&dma.Called);
}
static NDIS_STATUS NTAPI Register(NDIS_HANDLE adapter) {
    dma.Status = NdisMRegisterScatterGatherDma(adapter, &dma.Description, &dma.Handle);
    return NDIS_STATUS_SUCCESS;
}
static VOID New(VOID) {
    MiniportNew();
    RtlZeroMemory(&dma, sizeof(dma));
    dma.Description.Header.Type = NDIS_OBJECT_TYPE_SG_DMA_DESCRIPTION;
    dma.Description.Header.Revision = 1;
    dma.Description.Header.Size = sizeof(dma.Description);
    dma.Description.Flags = NDIS_SG_DMA_64_BIT_ADDRESS;
    dma.Description.MaximumPhysicalMapping = 1514;
    dma.Description.ProcessSGListHandler = Process;
    Miniport.DuringInitialize = Register;
}
static BOOLEAN Up(VOID) {
    New();
    return MiniportUp() && dma.Handle != NULL && MakeFrame(&frame);
}
static VOID Down(VOID) {
    FreeFrame(&frame);
    NdisMDeregisterScatterGatherDma(dma.Handle);
    MiniportDown();
}
/* Whether the list is of the frame's bytes, in their order. */
static BOOLEAN IsTheFrame(const SCATTER_GATHER_LIST* list) {
    ULONG64 expected = (ULONG64)MmGetPhysicalAddress(frame.Chain.Bytes).QuadPart;
    ULONG bytes = 0;
    for (ULONG i = 0; i < list->NumberOfElements; ++i) {
        if ((ULONG64)list->Elements[i].Address.QuadPart != expected + bytes) return FALSE;
        bytes += list->Elements[i].Length;
    }
    return bytes == 10;
}

CONFORMANCE(NdisMRegisterScatterGatherDma, TellsHowLargeAListIs) {
    New();
    REQUIRE(MiniportUp());
    CHECK_STATUS(dma.Status, NDIS_STATUS_SUCCESS);
    REQUIRE(dma.Handle != NULL);
    CHECK(dma.Description.ScatterGatherListSize >=
          FIELD_OFFSET(SCATTER_GATHER_LIST, Elements) +
              2 * sizeof(SCATTER_GATHER_ELEMENT)); /* 1514 bytes: 2 pages */
    NdisMDeregisterScatterGatherDma(dma.Handle);
    MiniportDown();
}
CONFORMANCE(NdisMRegisterScatterGatherDma, RefusesADriverWithoutHandler) {
    New();
    dma.Description.ProcessSGListHandler = NULL;
    REQUIRE(MiniportUp());
    CHECK(dma.Status != NDIS_STATUS_SUCCESS);
    CHECK(dma.Handle == NULL);
    MiniportDown();
}
CONFORMANCE(NdisMDeregisterScatterGatherDma, AnAdapterMayRegisterAgain) {
    New();
    REQUIRE(MiniportUp());
    REQUIRE(dma.Handle != NULL);
    for (ULONG round = 0; round < 3; ++round) {
        NdisMDeregisterScatterGatherDma(dma.Handle);
        Register(Miniport.Adapter);
        REQUIRE(dma.Handle != NULL);
    }
    NdisMDeregisterScatterGatherDma(dma.Handle);
    MiniportDown();
}
CONFORMANCE(NdisMAllocateNetBufferSGList, DescribesTheDataToTheDevice) {
    REQUIRE(Up());
    CHECK_STATUS(NdisMAllocateNetBufferSGList(dma.Handle, frame.List->FirstNetBuffer, &context,
                                              NDIS_SG_LIST_WRITE_TO_DEVICE, NULL, 0),
                 NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(dma.Called == 1));
    CHECK(dma.Context == &context);
    CHECK_EQ(dma.Irql, DISPATCH_LEVEL);
    REQUIRE(dma.List != NULL);
    CHECK(IsTheFrame(dma.List));
    NdisMFreeNetBufferSGList(dma.Handle, dma.List, frame.List->FirstNetBuffer);
    Down();
}
CONFORMANCE(NdisMAllocateNetBufferSGList, UsesTheDriversMemory) {
    static UCHAR memory[512] __attribute__((aligned(16)));
    REQUIRE(Up());
    REQUIRE(dma.Description.ScatterGatherListSize <= sizeof(memory));
    AT_IRQL(DISPATCH_LEVEL, dma.Status = NdisMAllocateNetBufferSGList(
                                dma.Handle, frame.List->FirstNetBuffer, &context,
                                NDIS_SG_LIST_WRITE_TO_DEVICE, memory, sizeof(memory)));
    CHECK_STATUS(dma.Status, NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(dma.Called == 1));
    CHECK((PUCHAR)dma.List >= memory && (PUCHAR)dma.List < memory + sizeof(memory));
    NdisMFreeNetBufferSGList(dma.Handle, dma.List, frame.List->FirstNetBuffer);
    /* Too little of it: NDIS takes its own. */
    CHECK_STATUS(NdisMAllocateNetBufferSGList(dma.Handle, frame.List->FirstNetBuffer, &context,
                                              NDIS_SG_LIST_WRITE_TO_DEVICE, memory, 8),
                 NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(dma.Called == 2));
    CHECK((PUCHAR)dma.List < memory || (PUCHAR)dma.List >= memory + sizeof(memory));
    CHECK(IsTheFrame(dma.List));
    NdisMFreeNetBufferSGList(dma.Handle, dma.List, frame.List->FirstNetBuffer);
    Down();
}
CONFORMANCE(NdisMFreeNetBufferSGList, ListsComeAgainAndAgain) {
    REQUIRE(Up());
    for (LONG round = 1; round <= 200; ++round) {
        CHECK_STATUS(NdisMAllocateNetBufferSGList(dma.Handle, frame.List->FirstNetBuffer, &context,
                                                  0, NULL, 0),
                     NDIS_STATUS_SUCCESS);
        REQUIRE(EVENTUALLY(dma.Called == round));
        AT_IRQL(DISPATCH_LEVEL,
                NdisMFreeNetBufferSGList(dma.Handle, dma.List, frame.List->FirstNetBuffer));
    }
    Down();
}
CONFORMANCE(NdisMGetDmaAlignment, IsAPowerOfTwo) {
    ULONG alignment = 0;
    REQUIRE(Up());
    AT_IRQL(DISPATCH_LEVEL, alignment = NdisMGetDmaAlignment(Miniport.Adapter));
    CHECK(alignment >= 1 && alignment <= 4096 && (alignment & (alignment - 1)) == 0);
    Down();
}
