// SPDX-License-Identifier: GPL-2.0-only
// NDIS 6's basic types (ndis.h, nbl.h, nblinfo.h, nblapi.h): handles, object headers, NET_BUFFER
// and NET_BUFFER_LIST, their pools, events, locks, timers, configuration. Written from the
// documentation pages of these headers. Stands on RSL's NT types or, in a driver that is built
// against another DDK, on that DDK's (include its wdm.h first).
#pragma once

#if !defined(_WDMDDK_)
#include "abi/types/bus.h"
#include "abi/types/io.h"
#include "abi/types/ke.h"
#include "abi/types/mm.h"
#include "abi/types/pnp.h"
#endif
#ifndef RSL_ABI_SIZE
#define RSL_ABI_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define RSL_ABI_OFFSET(type, field, bytes) \
    _Static_assert(offsetof(type, field) == (bytes), "offset of " #type "." #field)
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef PVOID NDIS_HANDLE, *PNDIS_HANDLE;
typedef LONG NDIS_STATUS, *PNDIS_STATUS;
typedef UNICODE_STRING NDIS_STRING, *PNDIS_STRING;
typedef PHYSICAL_ADDRESS NDIS_PHYSICAL_ADDRESS, *PNDIS_PHYSICAL_ADDRESS;
typedef ULONG NDIS_PORT_NUMBER, *PNDIS_PORT_NUMBER;
typedef unsigned int NDIS_UINT, *PNDIS_UINT; /* UINT, which wdm.h does not have */
#define NDIS_DEFAULT_PORT_NUMBER ((NDIS_PORT_NUMBER)0)

#define NDIS_STATUS_SUCCESS             ((NDIS_STATUS)0x00000000)
#define NDIS_STATUS_PENDING             ((NDIS_STATUS)0x00000103)
#define NDIS_STATUS_NOT_RECOGNIZED      ((NDIS_STATUS)0x00010001)
#define NDIS_STATUS_SOFT_ERRORS         ((NDIS_STATUS)0x00010004)
#define NDIS_STATUS_HARD_ERRORS         ((NDIS_STATUS)0x00010005)
#define NDIS_STATUS_NOT_ACCEPTED        ((NDIS_STATUS)0x00010003)
#define NDIS_STATUS_MEDIA_CONNECT       ((NDIS_STATUS)0x4001000B)
#define NDIS_STATUS_MEDIA_DISCONNECT    ((NDIS_STATUS)0x4001000C)
#define NDIS_STATUS_LINK_STATE          ((NDIS_STATUS)0x40010017)
#define NDIS_STATUS_NETWORK_CHANGE      ((NDIS_STATUS)0x40010018)
#define NDIS_STATUS_FAILURE             ((NDIS_STATUS)0xC0000001)
#define NDIS_STATUS_INVALID_PARAMETER   ((NDIS_STATUS)0xC000000D)
#define NDIS_STATUS_RESOURCES           ((NDIS_STATUS)0xC000009A)
#define NDIS_STATUS_NOT_SUPPORTED       ((NDIS_STATUS)0xC00000BB)
#define NDIS_STATUS_CLOSING             ((NDIS_STATUS)0xC0010002)
#define NDIS_STATUS_BAD_VERSION         ((NDIS_STATUS)0xC0010004)
#define NDIS_STATUS_BAD_CHARACTERISTICS ((NDIS_STATUS)0xC0010005)
#define NDIS_STATUS_ADAPTER_NOT_FOUND   ((NDIS_STATUS)0xC0010006)
#define NDIS_STATUS_MULTICAST_FULL      ((NDIS_STATUS)0xC0010009)
#define NDIS_STATUS_REQUEST_ABORTED     ((NDIS_STATUS)0xC001000C)
#define NDIS_STATUS_SEND_ABORTED        NDIS_STATUS_REQUEST_ABORTED
#define NDIS_STATUS_INVALID_LENGTH      ((NDIS_STATUS)0xC0010014)
#define NDIS_STATUS_INVALID_DATA        ((NDIS_STATUS)0xC0010015)
#define NDIS_STATUS_BUFFER_TOO_SHORT    ((NDIS_STATUS)0xC0010016)
#define NDIS_STATUS_INVALID_OID         ((NDIS_STATUS)0xC0010017)
#define NDIS_STATUS_ADAPTER_REMOVED     ((NDIS_STATUS)0xC0010018)
#define NDIS_STATUS_FILE_NOT_FOUND      ((NDIS_STATUS)0xC001001B)
#define NDIS_STATUS_RESOURCE_CONFLICT   ((NDIS_STATUS)0xC001001E)
#define NDIS_STATUS_PAUSED              ((NDIS_STATUS)0xC023002A)

// ---- Object headers
typedef struct _NDIS_OBJECT_HEADER {
    UCHAR Type;
    UCHAR Revision;
    USHORT Size;
} NDIS_OBJECT_HEADER, *PNDIS_OBJECT_HEADER;
RSL_ABI_SIZE(NDIS_OBJECT_HEADER, 4);
/* Bytes of a structure up to and with its last member of a revision. */
#define RTL_SIZEOF_THROUGH_FIELD_(type, field) (offsetof(type, field) + sizeof(((type*)0)->field))

#define NDIS_OBJECT_TYPE_DEFAULT                                     0x80
#define NDIS_OBJECT_TYPE_GENERIC_OBJECT                              NDIS_OBJECT_TYPE_DEFAULT
#define NDIS_OBJECT_TYPE_MINIPORT_INIT_PARAMETERS                    0x81
#define NDIS_OBJECT_TYPE_SG_DMA_DESCRIPTION                          0x83
#define NDIS_OBJECT_TYPE_MINIPORT_INTERRUPT                          0x84
#define NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES                    0x85
#define NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS             0x8A
#define NDIS_OBJECT_TYPE_MINIPORT_PNP_CHARACTERISTICS                0x92
#define NDIS_OBJECT_TYPE_OID_REQUEST                                 0x96
#define NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS                       0x97
#define NDIS_OBJECT_TYPE_STATUS_INDICATION                           0x98
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES    0x9E
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES         0x9F
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES         0xA0
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_NATIVE_802_11_ATTRIBUTES   0xA1
#define NDIS_OBJECT_TYPE_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES 0xA4
#define NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT                        0xA9

/* The handle of a component that has no other, such as a packet filter's; the memory that it asked
 * for follows. */
typedef struct _NDIS_GENERIC_OBJECT {
    NDIS_OBJECT_HEADER Header;
    PVOID Caller;
    PVOID CallersCaller;
    PDRIVER_OBJECT DriverObject;
} NDIS_GENERIC_OBJECT, *PNDIS_GENERIC_OBJECT;
RSL_ABI_SIZE(NDIS_GENERIC_OBJECT, 0x20);

// ---- NET_BUFFER: a frame, as a window into an MDL chain
typedef struct _NET_BUFFER NET_BUFFER, *PNET_BUFFER;
typedef struct _NET_BUFFER_LIST NET_BUFFER_LIST, *PNET_BUFFER_LIST;
struct _NET_BUFFER {
    union {
        struct {
            PNET_BUFFER Next;
            PMDL CurrentMdl;
            ULONG CurrentMdlOffset;
            union {
                ULONG DataLength;
                SIZE_T stDataLength;
            };
            PMDL MdlChain;
            ULONG DataOffset;
        };
        SLIST_HEADER Link;
    };
    USHORT ChecksumBias;
    USHORT Reserved;
    NDIS_HANDLE NdisPoolHandle;
    PVOID NdisReserved[2];
    PVOID ProtocolReserved[6];
    PVOID MiniportReserved[4];
    NDIS_PHYSICAL_ADDRESS DataPhysicalAddress;
    union {
        PVOID SharedMemoryInfo;
        PSCATTER_GATHER_LIST ScatterGatherList;
    };
};
RSL_ABI_SIZE(NET_BUFFER, 0xB0);
RSL_ABI_OFFSET(NET_BUFFER, CurrentMdlOffset, 0x10);
RSL_ABI_OFFSET(NET_BUFFER, DataLength, 0x18);
RSL_ABI_OFFSET(NET_BUFFER, MdlChain, 0x20);
RSL_ABI_OFFSET(NET_BUFFER, DataOffset, 0x28);
RSL_ABI_OFFSET(NET_BUFFER, NdisPoolHandle, 0x38);
RSL_ABI_OFFSET(NET_BUFFER, ProtocolReserved, 0x50);
RSL_ABI_OFFSET(NET_BUFFER, MiniportReserved, 0x80);
RSL_ABI_OFFSET(NET_BUFFER, DataPhysicalAddress, 0xA0);

#define NET_BUFFER_NEXT_NB(_NB)            ((_NB)->Next)
#define NET_BUFFER_FIRST_MDL(_NB)          ((_NB)->MdlChain)
#define NET_BUFFER_DATA_LENGTH(_NB)        ((_NB)->DataLength)
#define NET_BUFFER_DATA_OFFSET(_NB)        ((_NB)->DataOffset)
#define NET_BUFFER_CURRENT_MDL(_NB)        ((_NB)->CurrentMdl)
#define NET_BUFFER_CURRENT_MDL_OFFSET(_NB) ((_NB)->CurrentMdlOffset)

// ---- NET_BUFFER_LIST: frames that share out-of-band information
typedef struct _NET_BUFFER_LIST_CONTEXT {
    struct _NET_BUFFER_LIST_CONTEXT* Next;
    USHORT Size;   /* of ContextData */
    USHORT Offset; /* of the used data space in it */
    __attribute__((aligned(16))) UCHAR ContextData[];
} NET_BUFFER_LIST_CONTEXT, *PNET_BUFFER_LIST_CONTEXT;
RSL_ABI_SIZE(NET_BUFFER_LIST_CONTEXT, 16);

typedef enum _NDIS_NET_BUFFER_LIST_INFO {
    TcpIpChecksumNetBufferListInfo = 0,
    TcpLargeSendNetBufferListInfo = 2,
    ClassificationHandleNetBufferListInfo = 3,
    Ieee8021QNetBufferListInfo = 4,
    NetBufferListCancelId = 5,
    MediaSpecificInformation = 6,
    NetBufferListFrameType = 7,
    NetBufferListProtocolId = NetBufferListFrameType,
    NetBufferListHashValue = 8,
    NetBufferListHashInfo = 9,
    WfpNetBufferListInfo = 10,
    /* More than any version defines: lists are always NDIS's, so that a driver's own count is at
       most this. */
    RslMaxNetBufferListInfo = 32
} NDIS_NET_BUFFER_LIST_INFO,
    *PNDIS_NET_BUFFER_LIST_INFO;

struct _NET_BUFFER_LIST {
    union {
        struct {
            PNET_BUFFER_LIST Next;
            PNET_BUFFER FirstNetBuffer;
        };
        SLIST_HEADER Link;
    };
    PNET_BUFFER_LIST_CONTEXT Context;
    PNET_BUFFER_LIST ParentNetBufferList;
    NDIS_HANDLE NdisPoolHandle;
    __attribute__((aligned(16))) PVOID NdisReserved[2];
    PVOID ProtocolReserved[4];
    PVOID MiniportReserved[2];
    PVOID Scratch;
    NDIS_HANDLE SourceHandle;
    ULONG NblFlags;
    LONG ChildRefCount;
    ULONG Flags;
    NDIS_STATUS Status;
    PVOID NetBufferListInfo[RslMaxNetBufferListInfo];
};
RSL_ABI_OFFSET(NET_BUFFER_LIST, Context, 0x10);
RSL_ABI_OFFSET(NET_BUFFER_LIST, NdisPoolHandle, 0x20);
RSL_ABI_OFFSET(NET_BUFFER_LIST, ProtocolReserved, 0x40);
RSL_ABI_OFFSET(NET_BUFFER_LIST, MiniportReserved, 0x60);
RSL_ABI_OFFSET(NET_BUFFER_LIST, SourceHandle, 0x78);
RSL_ABI_OFFSET(NET_BUFFER_LIST, NblFlags, 0x80);
RSL_ABI_OFFSET(NET_BUFFER_LIST, Status, 0x8C);
RSL_ABI_OFFSET(NET_BUFFER_LIST, NetBufferListInfo, 0x90);

#define NET_BUFFER_LIST_NEXT_NBL(_NBL)  ((_NBL)->Next)
#define NET_BUFFER_LIST_FIRST_NB(_NBL)  ((_NBL)->FirstNetBuffer)
#define NET_BUFFER_LIST_STATUS(_NBL)    ((_NBL)->Status)
#define NET_BUFFER_LIST_INFO(_NBL, _Id) ((_NBL)->NetBufferListInfo[(_Id)])
#define NET_BUFFER_LIST_CONTEXT_DATA_START(_NBL) \
    ((PUCHAR)((_NBL)->Context->ContextData + (_NBL)->Context->Offset))
#define NET_BUFFER_LIST_CONTEXT_DATA_SIZE(_NBL) ((_NBL)->Context->Size - (_NBL)->Context->Offset)

#define NDIS_NBL_FLAGS_IS_IPV4                  0x00000200
#define NDIS_NBL_FLAGS_IS_IPV6                  0x00000400
#define NDIS_SEND_FLAGS_DISPATCH_LEVEL          0x00000001
#define NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK      0x00000002
#define NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL 0x00000001
#define NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL       0x00000001
#define NDIS_RECEIVE_FLAGS_RESOURCES            0x00000002
#define NDIS_RETURN_FLAGS_DISPATCH_LEVEL        0x00000001
#define NDIS_CLONE_FLAGS_RESERVED               0x00000001
#define NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS      0x00000002

typedef struct _NET_BUFFER_LIST_POOL_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    UCHAR ProtocolId;
    BOOLEAN fAllocateNetBuffer;
    USHORT ContextSize;
    ULONG PoolTag;
    ULONG DataSize;
    ULONG Flags; /* revision 2 */
} NET_BUFFER_LIST_POOL_PARAMETERS, *PNET_BUFFER_LIST_POOL_PARAMETERS;
RSL_ABI_OFFSET(NET_BUFFER_LIST_POOL_PARAMETERS, PoolTag, 8);
#define NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1 1
#define NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NET_BUFFER_LIST_POOL_PARAMETERS, DataSize)
#define NDIS_PROTOCOL_ID_DEFAULT 0x00
#define NDIS_PROTOCOL_ID_TCP_IP  0x02

typedef struct _NET_BUFFER_POOL_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG PoolTag;
    ULONG DataSize;
    ULONG Flags; /* revision 2 */
} NET_BUFFER_POOL_PARAMETERS, *PNET_BUFFER_POOL_PARAMETERS;
#define NET_BUFFER_POOL_PARAMETERS_REVISION_1 1
#define NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NET_BUFFER_POOL_PARAMETERS, DataSize)

typedef PMDL(NTAPI* NET_BUFFER_ALLOCATE_MDL_HANDLER)(PULONG BufferSize);
typedef VOID(NTAPI* NET_BUFFER_FREE_MDL_HANDLER)(PMDL Mdl);

// ---- Synchronization, timers, work
typedef struct _NDIS_EVENT {
    KEVENT Event;
} NDIS_EVENT, *PNDIS_EVENT;
RSL_ABI_SIZE(NDIS_EVENT, 0x18);

typedef struct _NDIS_SPIN_LOCK {
    KSPIN_LOCK SpinLock;
    KIRQL OldIrql;
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;
RSL_ABI_SIZE(NDIS_SPIN_LOCK, 0x10);

typedef struct _NDIS_RW_LOCK_EX NDIS_RW_LOCK_EX, *PNDIS_RW_LOCK_EX;
typedef struct _LOCK_STATE_EX {
    KIRQL OldIrql;
    UCHAR LockState;
    UCHAR Flags;
} LOCK_STATE_EX, *PLOCK_STATE_EX;
RSL_ABI_SIZE(LOCK_STATE_EX, 3);
#define NDIS_RWL_AT_DISPATCH_LEVEL 1

/* The older lock, in the driver's memory; deprecated since NDIS 6.20. */
#define NDIS_RW_LOCK_PROCESSORS 64 /* MAXIMUM_PROCESSORS */
typedef union _NDIS_RW_LOCK_REFCOUNT {
    NDIS_UINT RefCount;
    UCHAR cacheLine[16];
} NDIS_RW_LOCK_REFCOUNT;
typedef struct _NDIS_RW_LOCK {
    KSPIN_LOCK SpinLock;
    PVOID Context; /* the thread that writes */
    NDIS_RW_LOCK_REFCOUNT RefCount[NDIS_RW_LOCK_PROCESSORS];
} NDIS_RW_LOCK, *PNDIS_RW_LOCK;
RSL_ABI_SIZE(NDIS_RW_LOCK, 0x410);
typedef struct _LOCK_STATE {
    USHORT LockState;
    KIRQL OldIrql;
} LOCK_STATE, *PLOCK_STATE;
RSL_ABI_SIZE(LOCK_STATE, 4);

typedef VOID(NTAPI* PNDIS_TIMER_FUNCTION)(PVOID SystemSpecific1, PVOID FunctionContext,
                                          PVOID SystemSpecific2, PVOID SystemSpecific3);
typedef struct _NDIS_TIMER_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    ULONG AllocationTag;
    PNDIS_TIMER_FUNCTION TimerFunction;
    PVOID FunctionContext;
} NDIS_TIMER_CHARACTERISTICS, *PNDIS_TIMER_CHARACTERISTICS;
RSL_ABI_SIZE(NDIS_TIMER_CHARACTERISTICS, 0x18);
#define NDIS_TIMER_CHARACTERISTICS_REVISION_1        1
#define NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1 sizeof(NDIS_TIMER_CHARACTERISTICS)

typedef VOID(NTAPI* NDIS_IO_WORKITEM_FUNCTION)(PVOID WorkItemContext,
                                               NDIS_HANDLE NdisIoWorkItemHandle);
typedef enum _EX_POOL_PRIORITY_NDIS {
    NdisLowPoolPriority = 0,
    NdisNormalPoolPriority = 16,
    NdisHighPoolPriority = 32
} NDIS_POOL_PRIORITY;

// ---- Configuration
typedef enum _NDIS_PARAMETER_TYPE {
    NdisParameterInteger,
    NdisParameterHexInteger,
    NdisParameterString,
    NdisParameterMultiString,
    NdisParameterBinary
} NDIS_PARAMETER_TYPE,
    *PNDIS_PARAMETER_TYPE;
typedef struct _BINARY_DATA {
    USHORT Length;
    PVOID Buffer;
} BINARY_DATA;
typedef struct _NDIS_CONFIGURATION_PARAMETER {
    NDIS_PARAMETER_TYPE ParameterType;
    union {
        ULONG IntegerData;
        NDIS_STRING StringData;
        BINARY_DATA BinaryData;
    } ParameterData;
} NDIS_CONFIGURATION_PARAMETER, *PNDIS_CONFIGURATION_PARAMETER;
RSL_ABI_SIZE(NDIS_CONFIGURATION_PARAMETER, 0x18);
typedef struct _NDIS_CONFIGURATION_OBJECT {
    NDIS_OBJECT_HEADER Header;
    NDIS_HANDLE NdisHandle;
    ULONG Flags;
} NDIS_CONFIGURATION_OBJECT, *PNDIS_CONFIGURATION_OBJECT;
RSL_ABI_SIZE(NDIS_CONFIGURATION_OBJECT, 0x18);
#define NDIS_CONFIGURATION_OBJECT_REVISION_1 1
#define NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_CONFIGURATION_OBJECT, Flags)

// ---- Processors
typedef enum _NDIS_PROCESSOR_VENDOR {
    NdisProcessorVendorUnknown,
    NdisProcessorVendorGenuinIntel,
    NdisProcessorVendorAuthenticAMD
} NDIS_PROCESSOR_VENDOR,
    *PNDIS_PROCESSOR_VENDOR;
typedef struct _NDIS_PROCESSOR_INFO_EX {
    PROCESSOR_NUMBER ProcNum;
    ULONG SocketId;
    ULONG CoreId;
    ULONG HyperThreadId;
    USHORT NodeId;
    USHORT NodeDistance;
} NDIS_PROCESSOR_INFO_EX, *PNDIS_PROCESSOR_INFO_EX;
RSL_ABI_SIZE(NDIS_PROCESSOR_INFO_EX, 0x14);
typedef struct _NDIS_SYSTEM_PROCESSOR_INFO_EX {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    NDIS_PROCESSOR_VENDOR ProcessorVendor;
    ULONG NumSockets;
    ULONG NumCores;
    ULONG NumCoresPerSocket;
    ULONG MaxHyperThreadingProcsPerCore;
    ULONG ProcessorInfoOffset; /* of an array of NumberOfProcessors, from the structure's start */
    ULONG NumberOfProcessors;
    ULONG ProcessorInfoEntrySize;
} NDIS_SYSTEM_PROCESSOR_INFO_EX, *PNDIS_SYSTEM_PROCESSOR_INFO_EX;
RSL_ABI_SIZE(NDIS_SYSTEM_PROCESSOR_INFO_EX, 0x28);
#define NDIS_SYSTEM_PROCESSOR_INFO_EX_REVISION_1 1

// ---- Error log
typedef ULONG NDIS_ERROR_CODE;
#define NDIS_ERROR_CODE_OUT_OF_RESOURCES  ((NDIS_ERROR_CODE)0xC0001389)
#define NDIS_ERROR_CODE_HARDWARE_FAILURE  ((NDIS_ERROR_CODE)0xC000138A)
#define NDIS_ERROR_CODE_ADAPTER_NOT_FOUND ((NDIS_ERROR_CODE)0xC000138B)
#define NDIS_ERROR_CODE_INTERRUPT_CONNECT ((NDIS_ERROR_CODE)0xC000138C)
#define NDIS_ERROR_CODE_DRIVER_FAILURE    ((NDIS_ERROR_CODE)0xC000138D)
#define NDIS_ERROR_CODE_TIMEOUT           ((NDIS_ERROR_CODE)0xC000138F)

// ---- Devices of a driver's own
typedef struct _NDIS_DEVICE_OBJECT_ATTRIBUTES {
    NDIS_OBJECT_HEADER Header;
    PNDIS_STRING DeviceName;
    PNDIS_STRING SymbolicName;
    PDRIVER_DISPATCH* MajorFunctions; /* IRP_MJ_MAXIMUM_FUNCTION + 1 of them */
    ULONG ExtensionSize;
    PCUNICODE_STRING DefaultSDDLString;
    const GUID* DeviceClassGuid;
} NDIS_DEVICE_OBJECT_ATTRIBUTES, *PNDIS_DEVICE_OBJECT_ATTRIBUTES;
RSL_ABI_SIZE(NDIS_DEVICE_OBJECT_ATTRIBUTES, 0x38);
#define NDIS_DEVICE_OBJECT_ATTRIBUTES_REVISION_1        1
#define NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1 sizeof(NDIS_DEVICE_OBJECT_ATTRIBUTES)

#ifdef __cplusplus
}
#endif
