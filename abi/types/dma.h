// SPDX-License-Identifier: GPL-2.0-only
// DMA adapters: what describes a device, the table of operations in its three versions,
// scatter/gather lists.
#pragma once

#include "abi/types/io_irp.h"
#include "abi/types/mm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum _DMA_WIDTH {
    Width8Bits,
    Width16Bits,
    Width32Bits,
    Width64Bits,
    WidthNoWrap,
    MaximumDmaWidth
} DMA_WIDTH;
typedef enum _DMA_SPEED { Compatible, TypeA, TypeB, TypeC, TypeF, MaximumDmaSpeed } DMA_SPEED;

#define DEVICE_DESCRIPTION_VERSION  0
#define DEVICE_DESCRIPTION_VERSION1 1
#define DEVICE_DESCRIPTION_VERSION2 2
#define DEVICE_DESCRIPTION_VERSION3 3

typedef struct _DEVICE_DESCRIPTION {
    ULONG Version;
    BOOLEAN Master;
    BOOLEAN ScatterGather;
    BOOLEAN DemandMode;
    BOOLEAN AutoInitialize;
    BOOLEAN Dma32BitAddresses;
    BOOLEAN IgnoreCount;
    BOOLEAN Reserved1;
    BOOLEAN Dma64BitAddresses;
    ULONG BusNumber;
    ULONG DmaChannel;
    INTERFACE_TYPE InterfaceType;
    DMA_WIDTH DmaWidth;
    DMA_SPEED DmaSpeed;
    ULONG MaximumLength;
    ULONG DmaPort;
    ULONG DmaAddressWidth;
    ULONG DmaControllerInstance;
    ULONG DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
} DEVICE_DESCRIPTION, *PDEVICE_DESCRIPTION;
RSL_ABI_SIZE(DEVICE_DESCRIPTION, 64);
RSL_ABI_OFFSET(DEVICE_DESCRIPTION, DmaAddressWidth, 40);

struct _DMA_OPERATIONS;
typedef struct _DMA_ADAPTER {
    USHORT Version;
    USHORT Size;
    struct _DMA_OPERATIONS* DmaOperations;
} DMA_ADAPTER, *PDMA_ADAPTER;
RSL_ABI_SIZE(DMA_ADAPTER, 16);

typedef struct _SCATTER_GATHER_ELEMENT {
    PHYSICAL_ADDRESS Address;
    ULONG Length;
    ULONG_PTR Reserved;
} SCATTER_GATHER_ELEMENT, *PSCATTER_GATHER_ELEMENT;
RSL_ABI_SIZE(SCATTER_GATHER_ELEMENT, 24);

// Elements follow the list.
typedef struct _SCATTER_GATHER_LIST {
    ULONG NumberOfElements;
    ULONG_PTR Reserved;
    SCATTER_GATHER_ELEMENT Elements[];
} SCATTER_GATHER_LIST, *PSCATTER_GATHER_LIST;
RSL_ABI_SIZE(SCATTER_GATHER_LIST, 16);

typedef VOID(NTAPI DRIVER_LIST_CONTROL)(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                        PSCATTER_GATHER_LIST ScatterGather, PVOID Context);
typedef DRIVER_LIST_CONTROL* PDRIVER_LIST_CONTROL;
typedef VOID(NTAPI* PPUT_DMA_ADAPTER)(PDMA_ADAPTER);
typedef PVOID(NTAPI* PALLOCATE_COMMON_BUFFER)(PDMA_ADAPTER, ULONG Length,
                                              PPHYSICAL_ADDRESS LogicalAddress,
                                              BOOLEAN CacheEnabled);
typedef VOID(NTAPI* PFREE_COMMON_BUFFER)(PDMA_ADAPTER, ULONG Length,
                                         PHYSICAL_ADDRESS LogicalAddress, PVOID VirtualAddress,
                                         BOOLEAN CacheEnabled);
typedef NTSTATUS(NTAPI* PALLOCATE_ADAPTER_CHANNEL)(PDMA_ADAPTER, PDEVICE_OBJECT,
                                                   ULONG NumberOfMapRegisters,
                                                   PDRIVER_CONTROL ExecutionRoutine, PVOID Context);
typedef BOOLEAN(NTAPI* PFLUSH_ADAPTER_BUFFERS)(PDMA_ADAPTER, PMDL, PVOID MapRegisterBase,
                                               PVOID CurrentVa, ULONG Length,
                                               BOOLEAN WriteToDevice);
typedef VOID(NTAPI* PFREE_ADAPTER_CHANNEL)(PDMA_ADAPTER);
typedef VOID(NTAPI* PFREE_MAP_REGISTERS)(PDMA_ADAPTER, PVOID MapRegisterBase,
                                         ULONG NumberOfMapRegisters);
typedef PHYSICAL_ADDRESS(NTAPI* PMAP_TRANSFER)(PDMA_ADAPTER, PMDL, PVOID MapRegisterBase,
                                               PVOID CurrentVa, PULONG Length,
                                               BOOLEAN WriteToDevice);
typedef ULONG(NTAPI* PGET_DMA_ALIGNMENT)(PDMA_ADAPTER);
typedef ULONG(NTAPI* PREAD_DMA_COUNTER)(PDMA_ADAPTER);
typedef NTSTATUS(NTAPI* PGET_SCATTER_GATHER_LIST)(PDMA_ADAPTER, PDEVICE_OBJECT, PMDL,
                                                  PVOID CurrentVa, ULONG Length,
                                                  PDRIVER_LIST_CONTROL ExecutionRoutine,
                                                  PVOID Context, BOOLEAN WriteToDevice);
typedef VOID(NTAPI* PPUT_SCATTER_GATHER_LIST)(PDMA_ADAPTER, PSCATTER_GATHER_LIST,
                                              BOOLEAN WriteToDevice);
typedef NTSTATUS(NTAPI* PCALCULATE_SCATTER_GATHER_LIST_SIZE)(PDMA_ADAPTER, PMDL, PVOID CurrentVa,
                                                             ULONG Length,
                                                             PULONG ScatterGatherListSize,
                                                             PULONG NumberOfMapRegisters);
typedef NTSTATUS(NTAPI* PBUILD_SCATTER_GATHER_LIST)(PDMA_ADAPTER, PDEVICE_OBJECT, PMDL,
                                                    PVOID CurrentVa, ULONG Length,
                                                    PDRIVER_LIST_CONTROL ExecutionRoutine,
                                                    PVOID Context, BOOLEAN WriteToDevice,
                                                    PVOID ScatterGatherBuffer,
                                                    ULONG ScatterGatherLength);
typedef NTSTATUS(NTAPI* PBUILD_MDL_FROM_SCATTER_GATHER_LIST)(PDMA_ADAPTER, PSCATTER_GATHER_LIST,
                                                             PMDL OriginalMdl, PMDL* TargetMdl);

// ---- Version 3

#define DMA_SYNCHRONOUS_CALLBACK        0x01
#define DMA_TRANSFER_CONTEXT_VERSION1   1
#define DMA_TRANSFER_CONTEXT_SIZE_V1    128
#define DOMAIN_COMMON_BUFFER_LARGE_PAGE 0x01

typedef ULONG NODE_REQUIREMENT;

typedef enum { DmaComplete, DmaAborted, DmaError, DmaCancelled } DMA_COMPLETION_STATUS;
typedef VOID(NTAPI DMA_COMPLETION_ROUTINE)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID CompletionContext,
                                           DMA_COMPLETION_STATUS Status);
typedef DMA_COMPLETION_ROUTINE* PDMA_COMPLETION_ROUTINE;

#define DMA_ADAPTER_INFO_VERSION1 1
typedef struct _DMA_ADAPTER_INFO_V1 {
    ULONG ReadDmaCounterAvailable;
    ULONG ScatterGatherLimit;
    ULONG DmaAddressWidth;
    ULONG Flags;
    ULONG MinimumTransferUnit;
} DMA_ADAPTER_INFO_V1, *PDMA_ADAPTER_INFO_V1;
RSL_ABI_SIZE(DMA_ADAPTER_INFO_V1, 20);

typedef struct _DMA_ADAPTER_INFO_CRASHDUMP {
    DEVICE_DESCRIPTION DeviceDescription;
    SIZE_T DeviceIdSize;
    PVOID DeviceId;
} DMA_ADAPTER_INFO_CRASHDUMP, *PDMA_ADAPTER_INFO_CRASHDUMP;

// The second member of the union came after Windows 8 and moves the first one, by its alignment.
typedef struct _DMA_ADAPTER_INFO {
    ULONG Version;
    union {
        DMA_ADAPTER_INFO_V1 V1;
        DMA_ADAPTER_INFO_CRASHDUMP Crashdump;
    };
} DMA_ADAPTER_INFO, *PDMA_ADAPTER_INFO;
RSL_ABI_SIZE(DMA_ADAPTER_INFO, 88);
RSL_ABI_OFFSET(DMA_ADAPTER_INFO, V1, 8);

#define DMA_TRANSFER_INFO_VERSION1 1
#define DMA_TRANSFER_INFO_VERSION2 2
typedef struct _DMA_TRANSFER_INFO_V1 {
    ULONG MapRegisterCount;
    ULONG ScatterGatherElementCount;
    ULONG ScatterGatherListSize;
} DMA_TRANSFER_INFO_V1, *PDMA_TRANSFER_INFO_V1;
typedef struct _DMA_TRANSFER_INFO_V2 {
    ULONG MapRegisterCount;
    ULONG ScatterGatherElementCount;
    ULONG ScatterGatherListSize;
    ULONG LogicalPageCount;
} DMA_TRANSFER_INFO_V2, *PDMA_TRANSFER_INFO_V2;
typedef struct _DMA_TRANSFER_INFO {
    ULONG Version;
    union {
        DMA_TRANSFER_INFO_V1 V1;
        DMA_TRANSFER_INFO_V2 V2;
    };
} DMA_TRANSFER_INFO, *PDMA_TRANSFER_INFO;
RSL_ABI_SIZE(DMA_TRANSFER_INFO, 20);
RSL_ABI_OFFSET(DMA_TRANSFER_INFO, V1, 4);

typedef struct _DMA_COMMON_BUFFER_VECTOR DMA_COMMON_BUFFER_VECTOR, *PDMA_COMMON_BUFFER_VECTOR;

typedef enum _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_TYPE {
    CommonBufferConfigTypeLogicalAddressLimits,
    CommonBufferConfigTypeSubSection,
    CommonBufferConfigTypeHardwareAccessPermissions,
    CommonBufferConfigTypeMax
} DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_TYPE;
typedef enum _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_ACCESS_TYPE {
    CommonBufferHardwareAccessReadOnly,
    CommonBufferHardwareAccessWriteOnly,
    CommonBufferHardwareAccessReadWrite,
    CommonBufferHardwareAccessMax
} DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_ACCESS_TYPE;
typedef struct _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION {
    DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_TYPE ConfigType;
    union {
        struct {
            PHYSICAL_ADDRESS MinimumAddress;
            PHYSICAL_ADDRESS MaximumAddress;
        } LogicalAddressLimits;
        struct {
            ULONGLONG Offset;
            ULONG Length;
        } SubSection;
        DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_ACCESS_TYPE HardwareAccessType;
        ULONGLONG Reserved[4];
    };
} DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION, *PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION;
RSL_ABI_SIZE(DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION, 40);

typedef NTSTATUS(NTAPI* PGET_DMA_ADAPTER_INFO)(PDMA_ADAPTER, PDMA_ADAPTER_INFO AdapterInfo);
typedef NTSTATUS(NTAPI* PGET_DMA_TRANSFER_INFO)(PDMA_ADAPTER, PMDL, ULONGLONG Offset, ULONG Length,
                                                BOOLEAN WriteOnly, PDMA_TRANSFER_INFO TransferInfo);
typedef NTSTATUS(NTAPI* PINITIALIZE_DMA_TRANSFER_CONTEXT)(PDMA_ADAPTER, PVOID DmaTransferContext);
typedef PVOID(NTAPI* PALLOCATE_COMMON_BUFFER_EX)(PDMA_ADAPTER, PPHYSICAL_ADDRESS MaximumAddress,
                                                 ULONG Length, PPHYSICAL_ADDRESS LogicalAddress,
                                                 BOOLEAN CacheEnabled,
                                                 NODE_REQUIREMENT PreferredNode);
typedef NTSTATUS(NTAPI* PALLOCATE_ADAPTER_CHANNEL_EX)(
    PDMA_ADAPTER, PDEVICE_OBJECT, PVOID DmaTransferContext, ULONG NumberOfMapRegisters, ULONG Flags,
    PDRIVER_CONTROL ExecutionRoutine, PVOID ExecutionContext, PVOID* MapRegisterBase);
typedef NTSTATUS(NTAPI* PCONFIGURE_ADAPTER_CHANNEL)(PDMA_ADAPTER, ULONG FunctionNumber,
                                                    PVOID Context);
typedef BOOLEAN(NTAPI* PCANCEL_ADAPTER_CHANNEL)(PDMA_ADAPTER, PDEVICE_OBJECT,
                                                PVOID DmaTransferContext);
typedef NTSTATUS(NTAPI* PMAP_TRANSFER_EX)(PDMA_ADAPTER, PMDL, PVOID MapRegisterBase,
                                          ULONGLONG Offset, ULONG DeviceOffset, PULONG Length,
                                          BOOLEAN WriteToDevice,
                                          PSCATTER_GATHER_LIST ScatterGatherBuffer,
                                          ULONG ScatterGatherBufferLength,
                                          PDMA_COMPLETION_ROUTINE DmaCompletionRoutine,
                                          PVOID CompletionContext);
typedef NTSTATUS(NTAPI* PGET_SCATTER_GATHER_LIST_EX)(
    PDMA_ADAPTER, PDEVICE_OBJECT, PVOID DmaTransferContext, PMDL, ULONGLONG Offset, ULONG Length,
    ULONG Flags, PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context, BOOLEAN WriteToDevice,
    PDMA_COMPLETION_ROUTINE DmaCompletionRoutine, PVOID CompletionContext,
    PSCATTER_GATHER_LIST* ScatterGatherList);
typedef NTSTATUS(NTAPI* PBUILD_SCATTER_GATHER_LIST_EX)(
    PDMA_ADAPTER, PDEVICE_OBJECT, PVOID DmaTransferContext, PMDL, ULONGLONG Offset, ULONG Length,
    ULONG Flags, PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context, BOOLEAN WriteToDevice,
    PVOID ScatterGatherBuffer, ULONG ScatterGatherLength,
    PDMA_COMPLETION_ROUTINE DmaCompletionRoutine, PVOID CompletionContext, PVOID ScatterGatherList);
typedef NTSTATUS(NTAPI* PFLUSH_ADAPTER_BUFFERS_EX)(PDMA_ADAPTER, PMDL, PVOID MapRegisterBase,
                                                   ULONGLONG Offset, ULONG Length,
                                                   BOOLEAN WriteToDevice);
typedef VOID(NTAPI* PFREE_ADAPTER_OBJECT)(PDMA_ADAPTER, IO_ALLOCATION_ACTION AllocationAction);
typedef NTSTATUS(NTAPI* PCANCEL_MAPPED_TRANSFER)(PDMA_ADAPTER, PVOID DmaTransferContext);
typedef NTSTATUS(NTAPI* PALLOCATE_DOMAIN_COMMON_BUFFER)(
    PDMA_ADAPTER, HANDLE DomainHandle, PPHYSICAL_ADDRESS MaximumAddress, ULONG Length, ULONG Flags,
    MEMORY_CACHING_TYPE* CacheType, NODE_REQUIREMENT PreferredNode,
    PPHYSICAL_ADDRESS LogicalAddress, PVOID* VirtualAddress);
typedef NTSTATUS(NTAPI* PFLUSH_DMA_BUFFER)(PDMA_ADAPTER, PMDL, BOOLEAN ReadOperation);
typedef NTSTATUS(NTAPI* PJOIN_DMA_DOMAIN)(PDMA_ADAPTER, HANDLE DomainHandle);
typedef NTSTATUS(NTAPI* PLEAVE_DMA_DOMAIN)(PDMA_ADAPTER);
typedef HANDLE(NTAPI* PGET_DMA_DOMAIN)(PDMA_ADAPTER);
typedef PVOID(NTAPI* PALLOCATE_COMMON_BUFFER_WITH_BOUNDS)(
    PDMA_ADAPTER, PPHYSICAL_ADDRESS MinimumAddress, PPHYSICAL_ADDRESS MaximumAddress, ULONG Length,
    ULONG Flags, MEMORY_CACHING_TYPE* CacheType, NODE_REQUIREMENT PreferredNode,
    PPHYSICAL_ADDRESS LogicalAddress);
typedef NTSTATUS(NTAPI* PALLOCATE_COMMON_BUFFER_VECTOR)(
    PDMA_ADAPTER, PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    MEMORY_CACHING_TYPE CacheType, ULONG IdealNode, ULONG Flags, ULONG NumberOfElements,
    ULONGLONG SizeOfElements, PDMA_COMMON_BUFFER_VECTOR* VectorOut);
typedef VOID(NTAPI* PGET_COMMON_BUFFER_FROM_VECTOR_BY_INDEX)(PDMA_ADAPTER,
                                                             PDMA_COMMON_BUFFER_VECTOR, ULONG Index,
                                                             PVOID* VirtualAddressOut,
                                                             PPHYSICAL_ADDRESS LogicalAddressOut);
typedef VOID(NTAPI* PFREE_COMMON_BUFFER_FROM_VECTOR)(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR,
                                                     ULONG Index);
typedef VOID(NTAPI* PFREE_COMMON_BUFFER_VECTOR)(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR);
typedef NTSTATUS(NTAPI* PCREATE_COMMON_BUFFER_FROM_MDL)(
    PDMA_ADAPTER, PMDL, PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION ExtendedConfigs,
    ULONG ExtendedConfigsCount, PPHYSICAL_ADDRESS LogicalAddress);

// Each version goes on behind the one before, and Size tells which one it is.
typedef struct _DMA_OPERATIONS {
    ULONG Size;
    PPUT_DMA_ADAPTER PutDmaAdapter;
    PALLOCATE_COMMON_BUFFER AllocateCommonBuffer;
    PFREE_COMMON_BUFFER FreeCommonBuffer;
    PALLOCATE_ADAPTER_CHANNEL AllocateAdapterChannel;
    PFLUSH_ADAPTER_BUFFERS FlushAdapterBuffers;
    PFREE_ADAPTER_CHANNEL FreeAdapterChannel;
    PFREE_MAP_REGISTERS FreeMapRegisters;
    PMAP_TRANSFER MapTransfer;
    PGET_DMA_ALIGNMENT GetDmaAlignment;
    PREAD_DMA_COUNTER ReadDmaCounter;
    PGET_SCATTER_GATHER_LIST GetScatterGatherList;
    PPUT_SCATTER_GATHER_LIST PutScatterGatherList;
    // Version 2:
    PCALCULATE_SCATTER_GATHER_LIST_SIZE CalculateScatterGatherList;
    PBUILD_SCATTER_GATHER_LIST BuildScatterGatherList;
    PBUILD_MDL_FROM_SCATTER_GATHER_LIST BuildMdlFromScatterGatherList;
    // Version 3, as of Windows 8, then what later ones have added:
    PGET_DMA_ADAPTER_INFO GetDmaAdapterInfo;
    PGET_DMA_TRANSFER_INFO GetDmaTransferInfo;
    PINITIALIZE_DMA_TRANSFER_CONTEXT InitializeDmaTransferContext;
    PALLOCATE_COMMON_BUFFER_EX AllocateCommonBufferEx;
    PALLOCATE_ADAPTER_CHANNEL_EX AllocateAdapterChannelEx;
    PCONFIGURE_ADAPTER_CHANNEL ConfigureAdapterChannel;
    PCANCEL_ADAPTER_CHANNEL CancelAdapterChannel;
    PMAP_TRANSFER_EX MapTransferEx;
    PGET_SCATTER_GATHER_LIST_EX GetScatterGatherListEx;
    PBUILD_SCATTER_GATHER_LIST_EX BuildScatterGatherListEx;
    PFLUSH_ADAPTER_BUFFERS_EX FlushAdapterBuffersEx;
    PFREE_ADAPTER_OBJECT FreeAdapterObject;
    PCANCEL_MAPPED_TRANSFER CancelMappedTransfer;
    PALLOCATE_DOMAIN_COMMON_BUFFER AllocateDomainCommonBuffer;
    PFLUSH_DMA_BUFFER FlushDmaBuffer;
    PJOIN_DMA_DOMAIN JoinDmaDomain;
    PLEAVE_DMA_DOMAIN LeaveDmaDomain;
    PGET_DMA_DOMAIN GetDmaDomain;
    PALLOCATE_COMMON_BUFFER_WITH_BOUNDS AllocateCommonBufferWithBounds;
    PALLOCATE_COMMON_BUFFER_VECTOR AllocateCommonBufferVector;
    PGET_COMMON_BUFFER_FROM_VECTOR_BY_INDEX GetCommonBufferFromVectorByIndex;
    PFREE_COMMON_BUFFER_FROM_VECTOR FreeCommonBufferFromVector;
    PFREE_COMMON_BUFFER_VECTOR FreeCommonBufferVector;
    PCREATE_COMMON_BUFFER_FROM_MDL CreateCommonBufferFromMdl;
} DMA_OPERATIONS, *PDMA_OPERATIONS;
RSL_ABI_SIZE(DMA_OPERATIONS, 320);
RSL_ABI_OFFSET(DMA_OPERATIONS, CalculateScatterGatherList, 104);  // the size of version 1
RSL_ABI_OFFSET(DMA_OPERATIONS, GetDmaAdapterInfo, 128);           // of version 2
RSL_ABI_OFFSET(DMA_OPERATIONS, AllocateDomainCommonBuffer, 232);  // of version 3 in Windows 8
#define RSL_DMA_OPERATIONS_V1_BYTES 104
#define RSL_DMA_OPERATIONS_V2_BYTES 128

#ifdef __cplusplus
}
#endif
