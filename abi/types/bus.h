// SPDX-License-Identifier: GPL-2.0-only
// What drivers of hardware see: PCI configuration space, interrupt connection, DMA adapters.
#pragma once

#include "abi/types/io_irp.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- PCI
#define PCI_TYPE0_ADDRESSES 6
#define PCI_TYPE1_ADDRESSES 2
#define PCI_INVALID_VENDORID 0xffff
#define PCI_MULTIFUNCTION 0x80
#define PCI_DEVICE_TYPE 0x00
#define PCI_BRIDGE_TYPE 0x01
#define PCI_ENABLE_IO_SPACE 0x0001
#define PCI_ENABLE_MEMORY_SPACE 0x0002
#define PCI_ENABLE_BUS_MASTER 0x0004
#define PCI_DISABLE_LEVEL_INTERRUPT 0x0400
#define PCI_STATUS_CAPABILITIES_LIST 0x0010
#define PCI_ADDRESS_IO_SPACE 0x00000001
#define PCI_ADDRESS_MEMORY_TYPE_MASK 0x00000006
#define PCI_ADDRESS_MEMORY_PREFETCHABLE 0x00000008
#define PCI_ADDRESS_IO_ADDRESS_MASK 0xfffffffcu
#define PCI_ADDRESS_MEMORY_ADDRESS_MASK 0xfffffff0u
#define PCI_TYPE_32BIT 0
#define PCI_TYPE_20BIT 2
#define PCI_TYPE_64BIT 4
#define PCI_CAPABILITY_ID_POWER_MANAGEMENT 0x01
#define PCI_CAPABILITY_ID_MSI 0x05
#define PCI_CAPABILITY_ID_VENDOR_SPECIFIC 0x09
#define PCI_CAPABILITY_ID_PCI_EXPRESS 0x10
#define PCI_CAPABILITY_ID_MSIX 0x11
#define PCI_WHICHSPACE_CONFIG 0x0
#define PCI_WHICHSPACE_ROM 0x52696350

typedef struct _PCI_SLOT_NUMBER {
    union {
        struct {
            ULONG DeviceNumber : 5;
            ULONG FunctionNumber : 3;
            ULONG Reserved : 24;
        } bits;
        ULONG AsULONG;
    } u;
} PCI_SLOT_NUMBER, *PPCI_SLOT_NUMBER;
RSL_ABI_SIZE(PCI_SLOT_NUMBER, 4);

#define RSL_ABI_PCI_HEADER_MEMBERS              \
    USHORT VendorID;                            \
    USHORT DeviceID;                            \
    USHORT Command;                             \
    USHORT Status;                              \
    UCHAR RevisionID;                           \
    UCHAR ProgIf;                               \
    UCHAR SubClass;                             \
    UCHAR BaseClass;                            \
    UCHAR CacheLineSize;                        \
    UCHAR LatencyTimer;                         \
    UCHAR HeaderType;                           \
    UCHAR BIST;                                 \
    union {                                     \
        struct {                                \
            ULONG BaseAddresses[PCI_TYPE0_ADDRESSES]; \
            ULONG CIS;                          \
            USHORT SubVendorID;                 \
            USHORT SubSystemID;                 \
            ULONG ROMBaseAddress;               \
            UCHAR CapabilitiesPtr;              \
            UCHAR Reserved1[3];                 \
            ULONG Reserved2;                    \
            UCHAR InterruptLine;                \
            UCHAR InterruptPin;                 \
            UCHAR MinimumGrant;                 \
            UCHAR MaximumLatency;               \
        } type0;                                \
        struct {                                \
            ULONG BaseAddresses[PCI_TYPE1_ADDRESSES]; \
            UCHAR PrimaryBus;                   \
            UCHAR SecondaryBus;                 \
            UCHAR SubordinateBus;               \
            UCHAR SecondaryLatency;             \
            UCHAR IOBase;                       \
            UCHAR IOLimit;                      \
            USHORT SecondaryStatus;             \
            USHORT MemoryBase;                  \
            USHORT MemoryLimit;                 \
            USHORT PrefetchBase;                \
            USHORT PrefetchLimit;               \
            ULONG PrefetchBaseUpper32;          \
            ULONG PrefetchLimitUpper32;         \
            USHORT IOBaseUpper16;               \
            USHORT IOLimitUpper16;              \
            UCHAR CapabilitiesPtr;              \
            UCHAR Reserved1[3];                 \
            ULONG ROMBaseAddress;               \
            UCHAR InterruptLine;                \
            UCHAR InterruptPin;                 \
            USHORT BridgeControl;               \
        } type1;                                \
    } u;

typedef struct _PCI_COMMON_HEADER {
    RSL_ABI_PCI_HEADER_MEMBERS
} PCI_COMMON_HEADER, *PPCI_COMMON_HEADER;
RSL_ABI_SIZE(PCI_COMMON_HEADER, 64);
#define PCI_COMMON_HDR_LENGTH 64

typedef struct _PCI_COMMON_CONFIG {
    RSL_ABI_PCI_HEADER_MEMBERS
    UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;
RSL_ABI_SIZE(PCI_COMMON_CONFIG, 256);

typedef struct _PCI_CAPABILITIES_HEADER {
    UCHAR CapabilityID;
    UCHAR Next;
} PCI_CAPABILITIES_HEADER, *PPCI_CAPABILITIES_HEADER;

// ---- Connecting interrupts
typedef struct _IO_INTERRUPT_MESSAGE_INFO_ENTRY {
    PHYSICAL_ADDRESS MessageAddress;
    KAFFINITY TargetProcessorSet;
    PKINTERRUPT InterruptObject;
    ULONG MessageData;
    ULONG Vector;
    KIRQL Irql;
    KINTERRUPT_MODE Mode;
    KINTERRUPT_POLARITY Polarity;
} IO_INTERRUPT_MESSAGE_INFO_ENTRY, *PIO_INTERRUPT_MESSAGE_INFO_ENTRY;
RSL_ABI_SIZE(IO_INTERRUPT_MESSAGE_INFO_ENTRY, 48);

typedef struct _IO_INTERRUPT_MESSAGE_INFO {
    KIRQL UnifiedIrql;
    ULONG MessageCount;
    IO_INTERRUPT_MESSAGE_INFO_ENTRY MessageInfo[1];
} IO_INTERRUPT_MESSAGE_INFO, *PIO_INTERRUPT_MESSAGE_INFO;
RSL_ABI_SIZE(IO_INTERRUPT_MESSAGE_INFO, 56);

#define CONNECT_FULLY_SPECIFIED 0x1
#define CONNECT_LINE_BASED 0x2
#define CONNECT_MESSAGE_BASED 0x3
#define CONNECT_FULLY_SPECIFIED_GROUP 0x4
#define CONNECT_MESSAGE_BASED_PASSIVE 0x5
#define CONNECT_CURRENT_VERSION 0x5

typedef struct _IO_CONNECT_INTERRUPT_PARAMETERS {
    ULONG Version;
    union {
        struct {
            PDEVICE_OBJECT PhysicalDeviceObject;
            PKINTERRUPT* InterruptObject;
            PKSERVICE_ROUTINE ServiceRoutine;
            PVOID ServiceContext;
            PKSPIN_LOCK SpinLock;
            KIRQL SynchronizeIrql;
            BOOLEAN FloatingSave;
            BOOLEAN ShareVector;
            ULONG Vector;
            KIRQL Irql;
            KINTERRUPT_MODE InterruptMode;
            KAFFINITY ProcessorEnableMask;
            USHORT Group;
        } FullySpecified;
        struct {
            PDEVICE_OBJECT PhysicalDeviceObject;
            PKINTERRUPT* InterruptObject;
            PKSERVICE_ROUTINE ServiceRoutine;
            PVOID ServiceContext;
            PKSPIN_LOCK SpinLock;
            KIRQL SynchronizeIrql;
            BOOLEAN FloatingSave;
        } LineBased;
        struct {
            PDEVICE_OBJECT PhysicalDeviceObject;
            union {
                PVOID* Generic;
                PIO_INTERRUPT_MESSAGE_INFO* InterruptMessageTable;
                PKINTERRUPT* InterruptObject;
            } ConnectionContext;
            PKMESSAGE_SERVICE_ROUTINE MessageServiceRoutine;
            PVOID ServiceContext;
            PKSPIN_LOCK SpinLock;
            KIRQL SynchronizeIrql;
            BOOLEAN FloatingSave;
            PKSERVICE_ROUTINE FallBackServiceRoutine;
        } MessageBased;
    };
} IO_CONNECT_INTERRUPT_PARAMETERS, *PIO_CONNECT_INTERRUPT_PARAMETERS;
RSL_ABI_SIZE(IO_CONNECT_INTERRUPT_PARAMETERS, 80);
RSL_ABI_OFFSET(IO_CONNECT_INTERRUPT_PARAMETERS, FullySpecified.SynchronizeIrql, 48);
RSL_ABI_OFFSET(IO_CONNECT_INTERRUPT_PARAMETERS, MessageBased.FallBackServiceRoutine, 56);

typedef struct _IO_DISCONNECT_INTERRUPT_PARAMETERS {
    ULONG Version;
    union {
        PVOID Generic;
        PKINTERRUPT InterruptObject;
        PIO_INTERRUPT_MESSAGE_INFO InterruptMessageTable;
    } ConnectionContext;
} IO_DISCONNECT_INTERRUPT_PARAMETERS, *PIO_DISCONNECT_INTERRUPT_PARAMETERS;
RSL_ABI_SIZE(IO_DISCONNECT_INTERRUPT_PARAMETERS, 16);

// ---- DMA
typedef enum _DMA_WIDTH {
    Width8Bits,
    Width16Bits,
    Width32Bits,
    Width64Bits,
    WidthNoWrap,
    MaximumDmaWidth
} DMA_WIDTH;
typedef enum _DMA_SPEED { Compatible, TypeA, TypeB, TypeC, TypeF, MaximumDmaSpeed } DMA_SPEED;

#define DEVICE_DESCRIPTION_VERSION 0
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
                                                   PDRIVER_CONTROL ExecutionRoutine,
                                                   PVOID Context);
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

// Version 2 of the table; version 3 goes on behind it, and Size tells which one it is.
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
    PCALCULATE_SCATTER_GATHER_LIST_SIZE CalculateScatterGatherList;
    PBUILD_SCATTER_GATHER_LIST BuildScatterGatherList;
    PBUILD_MDL_FROM_SCATTER_GATHER_LIST BuildMdlFromScatterGatherList;
} DMA_OPERATIONS, *PDMA_OPERATIONS;
RSL_ABI_SIZE(DMA_OPERATIONS, 128);

#ifdef __cplusplus
}
#endif
