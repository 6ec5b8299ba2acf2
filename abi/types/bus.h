// SPDX-License-Identifier: GPL-2.0-only
// What drivers of hardware see: PCI configuration space, interrupt connection; DMA adapters are in dma.h.
#pragma once

#include "abi/types/dma.h"
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

#ifdef __cplusplus
}
#endif
