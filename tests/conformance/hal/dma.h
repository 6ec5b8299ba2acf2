/* SPDX-License-Identifier: GPL-2.0-only */
/* mingw-w64's headers end at version 2 of DMA_OPERATIONS: version 3 here, as its pages have it. And
 * what the tests of it share: an adapter, and a buffer that a device with 24 address lines does not
 * reach. */
#ifndef RSL_CONFORMANCE_HAL_DMA_H
#define RSL_CONFORMANCE_HAL_DMA_H

#include "conformance.h"

#define DEVICE_DESCRIPTION_VERSION3  3
#define DMA_ADAPTER_INFO_VERSION1    1
#define DMA_TRANSFER_INFO_VERSION1   1
#define DMA_SYNCHRONOUS_CALLBACK     1
#define DMA_TRANSFER_CONTEXT_SIZE_V1 128

/* DEVICE_DESCRIPTION with the members of version 3. */
typedef struct {
    ULONG Version;
    BOOLEAN Master, ScatterGather, DemandMode, AutoInitialize;
    BOOLEAN Dma32BitAddresses, IgnoreCount, Reserved1, Dma64BitAddresses;
    ULONG BusNumber, DmaChannel;
    INTERFACE_TYPE InterfaceType;
    DMA_WIDTH DmaWidth;
    DMA_SPEED DmaSpeed;
    ULONG MaximumLength, DmaPort, DmaAddressWidth, DmaControllerInstance, DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
} DESCRIPTION3;

typedef struct {
    ULONG ReadDmaCounterAvailable, ScatterGatherLimit, DmaAddressWidth, Flags, MinimumTransferUnit;
} ADAPTER_INFO_V1;
typedef struct {
    ULONG Version;
    union {
        ADAPTER_INFO_V1 V1;
        struct {
            DESCRIPTION3 DeviceDescription;
            SIZE_T DeviceIdSize;
            PVOID DeviceId;
        } Crashdump;
    };
} ADAPTER_INFO;
typedef struct {
    ULONG Version;
    ULONG MapRegisterCount, ScatterGatherElementCount, ScatterGatherListSize, LogicalPageCount;
} TRANSFER_INFO;

typedef VOID(NTAPI* COMPLETION)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, int);

typedef struct {
    DMA_OPERATIONS Version2;
    NTSTATUS(NTAPI* GetDmaAdapterInfo)(PDMA_ADAPTER, ADAPTER_INFO*);
    NTSTATUS(NTAPI* GetDmaTransferInfo)(PDMA_ADAPTER, PMDL, ULONGLONG, ULONG, BOOLEAN,
                                        TRANSFER_INFO*);
    NTSTATUS(NTAPI* InitializeDmaTransferContext)(PDMA_ADAPTER, PVOID);
    PVOID(NTAPI* AllocateCommonBufferEx)(PDMA_ADAPTER, PPHYSICAL_ADDRESS, ULONG, PPHYSICAL_ADDRESS,
                                         BOOLEAN, ULONG);
    NTSTATUS(NTAPI* AllocateAdapterChannelEx)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, ULONG, ULONG,
                                              PDRIVER_CONTROL, PVOID, PVOID*);
    NTSTATUS(NTAPI* ConfigureAdapterChannel)(PDMA_ADAPTER, ULONG, PVOID);
    BOOLEAN(NTAPI* CancelAdapterChannel)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID);
    NTSTATUS(NTAPI* MapTransferEx)(PDMA_ADAPTER, PMDL, PVOID, ULONGLONG, ULONG, PULONG, BOOLEAN,
                                   PSCATTER_GATHER_LIST, ULONG, COMPLETION, PVOID);
    NTSTATUS(NTAPI* GetScatterGatherListEx)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, PMDL, ULONGLONG,
                                            ULONG, ULONG, PDRIVER_LIST_CONTROL, PVOID, BOOLEAN,
                                            COMPLETION, PVOID, PSCATTER_GATHER_LIST*);
    NTSTATUS(NTAPI* BuildScatterGatherListEx)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, PMDL, ULONGLONG,
                                              ULONG, ULONG, PDRIVER_LIST_CONTROL, PVOID, BOOLEAN,
                                              PVOID, ULONG, COMPLETION, PVOID, PVOID);
    NTSTATUS(NTAPI* FlushAdapterBuffersEx)(PDMA_ADAPTER, PMDL, PVOID, ULONGLONG, ULONG, BOOLEAN);
    VOID(NTAPI* FreeAdapterObject)(PDMA_ADAPTER, IO_ALLOCATION_ACTION);
    NTSTATUS(NTAPI* CancelMappedTransfer)(PDMA_ADAPTER, PVOID);
    NTSTATUS(NTAPI* AllocateDomainCommonBuffer)(PDMA_ADAPTER, HANDLE, PPHYSICAL_ADDRESS, ULONG,
                                                ULONG, MEMORY_CACHING_TYPE*, ULONG,
                                                PPHYSICAL_ADDRESS, PVOID*);
    NTSTATUS(NTAPI* FlushDmaBuffer)(PDMA_ADAPTER, PMDL, BOOLEAN);
    NTSTATUS(NTAPI* JoinDmaDomain)(PDMA_ADAPTER, HANDLE);
    NTSTATUS(NTAPI* LeaveDmaDomain)(PDMA_ADAPTER);
    HANDLE(NTAPI* GetDmaDomain)(PDMA_ADAPTER);
    PVOID(NTAPI* AllocateCommonBufferWithBounds)(PDMA_ADAPTER, PPHYSICAL_ADDRESS, PPHYSICAL_ADDRESS,
                                                 ULONG, ULONG, MEMORY_CACHING_TYPE*, ULONG,
                                                 PPHYSICAL_ADDRESS);
    NTSTATUS(NTAPI* AllocateCommonBufferVector)(PDMA_ADAPTER, PHYSICAL_ADDRESS, PHYSICAL_ADDRESS,
                                                MEMORY_CACHING_TYPE, ULONG, ULONG, ULONG, ULONGLONG,
                                                PVOID*);
    VOID(NTAPI* GetCommonBufferFromVectorByIndex)(PDMA_ADAPTER, PVOID, ULONG, PVOID*,
                                                  PPHYSICAL_ADDRESS);
    VOID(NTAPI* FreeCommonBufferFromVector)(PDMA_ADAPTER, PVOID, ULONG);
    VOID(NTAPI* FreeCommonBufferVector)(PDMA_ADAPTER, PVOID);
    NTSTATUS(NTAPI* CreateCommonBufferFromMdl)(PDMA_ADAPTER, PMDL, PVOID, ULONG, PPHYSICAL_ADDRESS);
} OPERATIONS3;
C_ASSERT(sizeof(DMA_OPERATIONS) == 128 && sizeof(OPERATIONS3) == 320);

#define REACH (1u << 24) /* of 24 address lines */

static __inline__ PDMA_ADAPTER AdapterOf(ULONG Version, ULONG AddressBits, BOOLEAN ScatterGather,
                                         ULONG MaximumLength, PULONG Registers) {
    DESCRIPTION3 description;
    RtlZeroMemory(&description, sizeof(description));
    description.Version = Version;
    description.Master = TRUE;
    description.ScatterGather = ScatterGather;
    description.InterfaceType = Internal;
    description.MaximumLength = MaximumLength;
    description.DmaAddressWidth = AddressBits;
    description.Dma64BitAddresses = AddressBits == 64;
    description.Dma32BitAddresses = AddressBits >= 32;
    return IoGetDmaAdapter(NULL, (PDEVICE_DESCRIPTION)&description, Registers);
}
static __inline__ PDMA_ADAPTER Adapter3(ULONG AddressBits, ULONG MaximumLength, PULONG Registers) {
    return AdapterOf(DEVICE_DESCRIPTION_VERSION3, AddressBits, TRUE, MaximumLength, Registers);
}
static __inline__ OPERATIONS3* Operations(PDMA_ADAPTER Adapter) {
    return (OPERATIONS3*)Adapter->DmaOperations;
}
static __inline__ VOID Put(PDMA_ADAPTER Adapter) { Adapter->DmaOperations->PutDmaAdapter(Adapter); }

/* Memory out of reach, mapped, with an MDL. */
typedef struct {
    PUCHAR Bytes;
    ULONG Length;
    PMDL Mdl;
} FAR_BUFFER;
static __inline__ BOOLEAN MakeFar(FAR_BUFFER* Buffer, ULONG Length) {
    PHYSICAL_ADDRESS lowest, highest, boundary;
    ULONG i;
    lowest.QuadPart = REACH;
    highest.QuadPart = 0x7FFFFFFFFFFFFFFF;
    boundary.QuadPart = 0;
    Buffer->Length = Length;
    Buffer->Mdl = NULL;
    Buffer->Bytes =
        MmAllocateContiguousMemorySpecifyCache(Length, lowest, highest, boundary, MmCached);
    if (Buffer->Bytes == NULL) return FALSE;
    Buffer->Mdl = IoAllocateMdl(Buffer->Bytes, Length, FALSE, FALSE, NULL);
    if (Buffer->Mdl == NULL) return FALSE;
    MmBuildMdlForNonPagedPool(Buffer->Mdl);
    for (i = 0; i < Length; ++i) Buffer->Bytes[i] = (UCHAR)(i * 7 + i / PAGE_SIZE);
    return TRUE;
}
static __inline__ VOID FreeFar(FAR_BUFFER* Buffer) {
    if (Buffer->Mdl != NULL) IoFreeMdl(Buffer->Mdl);
    if (Buffer->Bytes != NULL)
        MmFreeContiguousMemorySpecifyCache(Buffer->Bytes, Buffer->Length, MmCached);
}

/* What a device does: TRUE if the memory of the list's elements is `Expected`, or writes `Fill` to
 * it. */
static __inline__ BOOLEAN DeviceSees(PSCATTER_GATHER_LIST List, const UCHAR* Expected) {
    ULONG i;
    BOOLEAN same = TRUE;
    for (i = 0; i < List->NumberOfElements; ++i) {
        PVOID memory = MmMapIoSpace(List->Elements[i].Address, List->Elements[i].Length, MmCached);
        if (memory == NULL) return FALSE;
        same = same && RtlCompareMemory(memory, Expected, List->Elements[i].Length) ==
                           List->Elements[i].Length;
        Expected += List->Elements[i].Length;
        MmUnmapIoSpace(memory, List->Elements[i].Length);
    }
    return same;
}
static __inline__ VOID DeviceFills(PSCATTER_GATHER_LIST List, UCHAR Fill) {
    ULONG i;
    for (i = 0; i < List->NumberOfElements; ++i) {
        PVOID memory = MmMapIoSpace(List->Elements[i].Address, List->Elements[i].Length, MmCached);
        if (memory == NULL) return;
        RtlFillMemory(memory, List->Elements[i].Length, Fill);
        MmUnmapIoSpace(memory, List->Elements[i].Length);
    }
}
static __inline__ BOOLEAN DeviceReaches(PSCATTER_GATHER_LIST List) {
    ULONG i;
    for (i = 0; i < List->NumberOfElements; ++i) {
        if (List->Elements[i].Address.QuadPart + List->Elements[i].Length > REACH) return FALSE;
    }
    return TRUE;
}
static __inline__ BOOLEAN AllAre(const UCHAR* Bytes, ULONG Length, UCHAR Value) {
    while (Length != 0 && Bytes[Length - 1] == Value) --Length;
    return Length == 0;
}

/* What an AdapterControl or AdapterListControl routine got. */
typedef struct {
    IO_ALLOCATION_ACTION Action;
    LONG Calls;
    KIRQL Irql;
    PVOID Base;
    PSCATTER_GATHER_LIST List;
} CALLED;
static __inline__ IO_ALLOCATION_ACTION NTAPI OnChannel(PDEVICE_OBJECT Device, PIRP Irp,
                                                       PVOID MapRegisterBase, PVOID Context) {
    CALLED* called = Context;
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    ++called->Calls;
    called->Irql = KeGetCurrentIrql();
    called->Base = MapRegisterBase;
    return called->Action;
}
static __inline__ VOID NTAPI OnList(PDEVICE_OBJECT Device, PIRP Irp, PSCATTER_GATHER_LIST List,
                                    PVOID Context) {
    CALLED* called = Context;
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    ++called->Calls;
    called->Irql = KeGetCurrentIrql();
    called->List = List;
}

typedef struct {
    DECLSPEC_ALIGN(8) UCHAR Bytes[DMA_TRANSFER_CONTEXT_SIZE_V1];
} CONTEXT3;

#endif
