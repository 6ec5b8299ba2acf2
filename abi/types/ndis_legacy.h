// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5's miniport interface, as far as drivers read its structures themselves: NDIS_PACKET and
// what follows it, the front of NDIS_MINIPORT_BLOCK with the handlers that macros call, timers and
// interrupts that drivers allocate. Offsets are those of mingw-w64's ddk/ndis.h for x64.
#pragma once

#include "abi/types/ndis_miniport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef MDL NDIS_BUFFER, *PNDIS_BUFFER;

#define NDIS_STATUS_NOT_COPIED        ((NDIS_STATUS)0x00010002)
#define NDIS_STATUS_RESET_START       ((NDIS_STATUS)0x40010004)
#define NDIS_STATUS_RESET_END         ((NDIS_STATUS)0x40010005)
#define NDIS_STATUS_LINK_SPEED_CHANGE ((NDIS_STATUS)0x40010013)
#define NDIS_STATUS_INVALID_PACKET    ((NDIS_STATUS)0xC001000F)
#define NDIS_STATUS_UNSUPPORTED_MEDIA ((NDIS_STATUS)0xC0010019)

#define OID_GEN_MAXIMUM_LOOKAHEAD    0x00010105
#define OID_GEN_MAC_OPTIONS          0x00010113
#define OID_GEN_MEDIA_CONNECT_STATUS 0x00010114 /* NDIS_MEDIA_STATE: 0 is connected */
#define OID_GEN_MAXIMUM_SEND_PACKETS 0x00010115

#define NDIS_ATTRIBUTE_BUS_MASTER         0x00000008
#define NDIS_ATTRIBUTE_DESERIALIZE        0x00000020
#define NDIS_ATTRIBUTE_SURPRISE_REMOVE_OK 0x00000080
#define NDIS_MEMORY_CONTIGUOUS            0x00000001
#define NDIS_MEMORY_NONCACHED             0x00000002

// ---- Packets
#define fPACKET_CONTAINS_MEDIA_SPECIFIC_INFO 0x40
#define fPACKET_ALLOCATED_BY_NDIS            0x80

typedef struct _NDIS_PACKET_PRIVATE {
    NDIS_UINT PhysicalCount;
    NDIS_UINT TotalLength;
    PNDIS_BUFFER Head;
    PNDIS_BUFFER Tail;
    NDIS_HANDLE Pool;
    NDIS_UINT Count;
    ULONG Flags;
    BOOLEAN ValidCounts;
    UCHAR NdisPacketFlags;
    USHORT NdisPacketOobOffset; /* from the packet to its NDIS_PACKET_OOB_DATA */
} NDIS_PACKET_PRIVATE, *PNDIS_PACKET_PRIVATE;
RSL_ABI_SIZE(NDIS_PACKET_PRIVATE, 0x30);

typedef struct _NDIS_PACKET {
    NDIS_PACKET_PRIVATE Private;
    UCHAR MiniportReservedEx[3 * sizeof(PVOID)];
    UCHAR WrapperReservedEx[sizeof(PVOID)];
    ULONG_PTR Reserved[2];
    UCHAR ProtocolReserved[1]; /* as many as the pool has */
} NDIS_PACKET, *PNDIS_PACKET, **PPNDIS_PACKET;
RSL_ABI_OFFSET(NDIS_PACKET, MiniportReservedEx, 0x30);
RSL_ABI_OFFSET(NDIS_PACKET, Reserved, 0x50);
RSL_ABI_OFFSET(NDIS_PACKET, ProtocolReserved, 0x60);
RSL_ABI_SIZE(NDIS_PACKET, 0x68);

typedef struct _NDIS_PACKET_OOB_DATA {
    ULONGLONG TimeToSend;
    ULONGLONG TimeReceived;
    NDIS_UINT HeaderSize;
    NDIS_UINT SizeMediaSpecificInfo;
    PVOID MediaSpecificInformation;
    NDIS_STATUS Status;
} NDIS_PACKET_OOB_DATA, *PNDIS_PACKET_OOB_DATA;
RSL_ABI_OFFSET(NDIS_PACKET_OOB_DATA, Status, 0x20);
RSL_ABI_SIZE(NDIS_PACKET_OOB_DATA, 0x28);

typedef enum _NDIS_PER_PACKET_INFO {
    ScatterGatherListPacketInfo = 5,
    PacketCancelId = 8,
    MaxPerPacketInfo = 12
} NDIS_PER_PACKET_INFO;
typedef struct _NDIS_PACKET_EXTENSION { /* follows the out-of-band data */
    PVOID NdisPacketInfo[MaxPerPacketInfo];
} NDIS_PACKET_EXTENSION, *PNDIS_PACKET_EXTENSION;
RSL_ABI_SIZE(NDIS_PACKET_EXTENSION, 0x60);

// ---- Timers and interrupts, allocated by drivers
typedef struct _NDIS_MINIPORT_BLOCK NDIS_MINIPORT_BLOCK, *PNDIS_MINIPORT_BLOCK;

typedef struct _NDIS_TIMER {
    KTIMER Timer;
    KDPC Dpc;
} NDIS_TIMER, *PNDIS_TIMER;
RSL_ABI_SIZE(NDIS_TIMER, 0x80);

typedef struct _NDIS_MINIPORT_TIMER {
    KTIMER Timer;
    KDPC Dpc;
    PNDIS_TIMER_FUNCTION MiniportTimerFunction;
    PVOID MiniportTimerContext;
    PNDIS_MINIPORT_BLOCK Miniport;
    struct _NDIS_MINIPORT_TIMER* NextDeferredTimer;
} NDIS_MINIPORT_TIMER, *PNDIS_MINIPORT_TIMER;
RSL_ABI_SIZE(NDIS_MINIPORT_TIMER, 0xA0);

typedef VOID(NTAPI* W_ISR_HANDLER)(PBOOLEAN InterruptRecognized,
                                   PBOOLEAN QueueMiniportHandleInterrupt,
                                   NDIS_HANDLE MiniportAdapterContext);
typedef VOID(NTAPI* W_HANDLE_INTERRUPT_HANDLER)(NDIS_HANDLE MiniportAdapterContext);

typedef struct _NDIS_MINIPORT_INTERRUPT {
    PKINTERRUPT InterruptObject;
    KSPIN_LOCK DpcCountLock;
    PVOID Reserved;
    W_ISR_HANDLER MiniportIsr;
    W_HANDLE_INTERRUPT_HANDLER MiniportDpc;
    KDPC InterruptDpc;
    PNDIS_MINIPORT_BLOCK Miniport;
    UCHAR DpcCount;
    BOOLEAN Filler1;
    KEVENT DpcsCompletedEvent;
    BOOLEAN SharedInterrupt;
    BOOLEAN IsrRequested;
} NDIS_MINIPORT_INTERRUPT, *PNDIS_MINIPORT_INTERRUPT;
RSL_ABI_OFFSET(NDIS_MINIPORT_INTERRUPT, Miniport, 0x68);
RSL_ABI_SIZE(NDIS_MINIPORT_INTERRUPT, 0x98);

typedef struct _NDIS_WORK_ITEM {
    PVOID Context;
    VOID (*Routine)(struct _NDIS_WORK_ITEM* WorkItem, PVOID Context);
    UCHAR WrapperReserved[8 * sizeof(PVOID)];
} NDIS_WORK_ITEM, *PNDIS_WORK_ITEM;
RSL_ABI_SIZE(NDIS_WORK_ITEM, 0x50);

typedef struct _NDIS_PHYSICAL_ADDRESS_UNIT {
    NDIS_PHYSICAL_ADDRESS PhysicalAddress;
    NDIS_UINT Length;
} NDIS_PHYSICAL_ADDRESS_UNIT, *PNDIS_PHYSICAL_ADDRESS_UNIT;
RSL_ABI_SIZE(NDIS_PHYSICAL_ADDRESS_UNIT, 0x10);

typedef CM_PARTIAL_RESOURCE_LIST NDIS_RESOURCE_LIST, *PNDIS_RESOURCE_LIST;

// ---- What a driver registers
typedef BOOLEAN(NTAPI* W_CHECK_FOR_HANG_HANDLER)(NDIS_HANDLE MiniportAdapterContext);
typedef VOID(NTAPI* W_ADAPTER_HANDLER)(NDIS_HANDLE MiniportAdapterContext);
typedef NDIS_STATUS(NTAPI* W_INITIALIZE_HANDLER)(PNDIS_STATUS OpenErrorStatus,
                                                 PNDIS_UINT SelectedMediumIndex,
                                                 NDIS_MEDIUM* MediumArray,
                                                 NDIS_UINT MediumArraySize,
                                                 NDIS_HANDLE MiniportAdapterHandle,
                                                 NDIS_HANDLE WrapperConfigurationContext);
typedef NDIS_STATUS(NTAPI* W_INFORMATION_HANDLER)(NDIS_HANDLE MiniportAdapterContext, NDIS_OID Oid,
                                                  PVOID InformationBuffer,
                                                  ULONG InformationBufferLength, PULONG Bytes,
                                                  PULONG BytesNeeded);
typedef NDIS_STATUS(NTAPI* W_RESET_HANDLER)(PBOOLEAN AddressingReset,
                                            NDIS_HANDLE MiniportAdapterContext);
typedef NDIS_STATUS(NTAPI* W_SEND_HANDLER)(NDIS_HANDLE MiniportAdapterContext, PNDIS_PACKET Packet,
                                           NDIS_UINT Flags);
typedef NDIS_STATUS(NTAPI* W_TRANSFER_DATA_HANDLER)(
    PNDIS_PACKET Packet, PNDIS_UINT BytesTransferred, NDIS_HANDLE MiniportAdapterContext,
    NDIS_HANDLE MiniportReceiveContext, NDIS_UINT ByteOffset, NDIS_UINT BytesToTransfer);
typedef VOID(NTAPI* W_RETURN_PACKET_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                             PNDIS_PACKET Packet);
typedef VOID(NTAPI* W_SEND_PACKETS_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                            PPNDIS_PACKET PacketArray, NDIS_UINT NumberOfPackets);
typedef VOID(NTAPI* W_ALLOCATE_COMPLETE_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                 PVOID VirtualAddress,
                                                 PNDIS_PHYSICAL_ADDRESS PhysicalAddress,
                                                 ULONG Length, PVOID Context);
typedef VOID(NTAPI* W_CANCEL_SEND_PACKETS_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                   PVOID CancelId);
typedef VOID(NTAPI* W_PNP_EVENT_NOTIFY_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                NDIS_DEVICE_PNP_EVENT PnPEvent,
                                                PVOID InformationBuffer,
                                                ULONG InformationBufferLength);
typedef VOID(NTAPI* ADAPTER_SHUTDOWN_HANDLER)(PVOID ShutdownContext);

typedef struct _NDIS51_MINIPORT_CHARACTERISTICS {
    UCHAR MajorNdisVersion;
    UCHAR MinorNdisVersion;
    NDIS_UINT Reserved;
    W_CHECK_FOR_HANG_HANDLER CheckForHangHandler;
    W_ADAPTER_HANDLER DisableInterruptHandler;
    W_ADAPTER_HANDLER EnableInterruptHandler;
    W_ADAPTER_HANDLER HaltHandler;
    W_HANDLE_INTERRUPT_HANDLER HandleInterruptHandler;
    W_INITIALIZE_HANDLER InitializeHandler;
    W_ISR_HANDLER ISRHandler;
    W_INFORMATION_HANDLER QueryInformationHandler;
    PVOID ReconfigureHandler;
    W_RESET_HANDLER ResetHandler;
    W_SEND_HANDLER SendHandler;
    W_INFORMATION_HANDLER SetInformationHandler;
    W_TRANSFER_DATA_HANDLER TransferDataHandler;
    W_RETURN_PACKET_HANDLER ReturnPacketHandler; /* NDIS 4 */
    W_SEND_PACKETS_HANDLER SendPacketsHandler;
    W_ALLOCATE_COMPLETE_HANDLER AllocateCompleteHandler;
    PVOID ConnectionOriented[6];                            /* NDIS 5.0 */
    W_CANCEL_SEND_PACKETS_HANDLER CancelSendPacketsHandler; /* NDIS 5.1 */
    W_PNP_EVENT_NOTIFY_HANDLER PnPEventNotifyHandler;
    ADAPTER_SHUTDOWN_HANDLER AdapterShutdownHandler;
    PVOID ReservedHandlers[4];
} NDIS51_MINIPORT_CHARACTERISTICS, *PNDIS51_MINIPORT_CHARACTERISTICS;
RSL_ABI_OFFSET(NDIS51_MINIPORT_CHARACTERISTICS, CheckForHangHandler, 8);
RSL_ABI_OFFSET(NDIS51_MINIPORT_CHARACTERISTICS, CancelSendPacketsHandler, 0xB8);
RSL_ABI_SIZE(NDIS51_MINIPORT_CHARACTERISTICS, 0xF0);
#define NDIS_SIZEOF_NDIS50_MINIPORT_CHARACTERISTICS \
    offsetof(NDIS51_MINIPORT_CHARACTERISTICS, CancelSendPacketsHandler)

// ---- The front of a miniport's block. Macros of NDIS 5 call the handlers; all else is NDIS's.
typedef VOID(NTAPI* FILTER_PACKET_INDICATION_HANDLER)(NDIS_HANDLE Miniport,
                                                      PPNDIS_PACKET PacketArray,
                                                      NDIS_UINT NumberOfPackets);
typedef VOID(NTAPI* NDIS_M_SEND_COMPLETE_HANDLER)(NDIS_HANDLE MiniportAdapterHandle,
                                                  PNDIS_PACKET Packet, NDIS_STATUS Status);
typedef VOID(NTAPI* NDIS_M_SEND_RESOURCES_HANDLER)(NDIS_HANDLE MiniportAdapterHandle);
typedef VOID(NTAPI* NDIS_M_RESET_COMPLETE_HANDLER)(NDIS_HANDLE MiniportAdapterHandle,
                                                   NDIS_STATUS Status, BOOLEAN AddressingReset);
typedef VOID(NTAPI* ETH_RCV_INDICATE_HANDLER)(NDIS_HANDLE Filter, NDIS_HANDLE MacReceiveContext,
                                              PCHAR Address, PVOID HeaderBuffer,
                                              NDIS_UINT HeaderBufferSize, PVOID LookaheadBuffer,
                                              NDIS_UINT LookaheadBufferSize, NDIS_UINT PacketSize);
typedef VOID(NTAPI* ETH_RCV_COMPLETE_HANDLER)(NDIS_HANDLE Filter);
typedef VOID(NTAPI* NDIS_M_STATUS_HANDLER)(NDIS_HANDLE MiniportHandle, NDIS_STATUS GeneralStatus,
                                           PVOID StatusBuffer, NDIS_UINT StatusBufferSize);
typedef VOID(NTAPI* NDIS_M_STS_COMPLETE_HANDLER)(NDIS_HANDLE MiniportAdapterHandle);
typedef VOID(NTAPI* NDIS_M_TD_COMPLETE_HANDLER)(NDIS_HANDLE MiniportAdapterHandle,
                                                PNDIS_PACKET Packet, NDIS_STATUS Status,
                                                NDIS_UINT BytesTransferred);
typedef VOID(NTAPI* NDIS_M_REQ_COMPLETE_HANDLER)(NDIS_HANDLE MiniportAdapterHandle,
                                                 NDIS_STATUS Status);

struct _NDIS_MINIPORT_BLOCK {
    ULONG Signature;
    PVOID Private1[2];
    NDIS_HANDLE MiniportAdapterContext;
    UNICODE_STRING MiniportName;
    UCHAR Private2[0x160];
    NDIS_HANDLE EthDB;
    PVOID TrDB;
    PVOID FddiDB;
    PVOID ArcDB;
    FILTER_PACKET_INDICATION_HANDLER PacketIndicateHandler;
    NDIS_M_SEND_COMPLETE_HANDLER SendCompleteHandler;
    NDIS_M_SEND_RESOURCES_HANDLER SendResourcesHandler;
    NDIS_M_RESET_COMPLETE_HANDLER ResetCompleteHandler;
    NDIS_MEDIUM MediaType;
    ULONG BusNumber;
    ULONG BusType;
    ULONG AdapterType;
    PDEVICE_OBJECT DeviceObject;
    PDEVICE_OBJECT PhysicalDeviceObject;
    PDEVICE_OBJECT NextDeviceObject;
    UCHAR Private3[0x88];
    ETH_RCV_INDICATE_HANDLER EthRxIndicateHandler;
    PVOID TrRxIndicateHandler;
    PVOID FddiRxIndicateHandler;
    ETH_RCV_COMPLETE_HANDLER EthRxCompleteHandler;
    PVOID TrRxCompleteHandler;
    PVOID FddiRxCompleteHandler;
    NDIS_M_STATUS_HANDLER StatusHandler;
    NDIS_M_STS_COMPLETE_HANDLER StatusCompleteHandler;
    NDIS_M_TD_COMPLETE_HANDLER TDCompleteHandler;
    NDIS_M_REQ_COMPLETE_HANDLER QueryCompleteHandler;
    NDIS_M_REQ_COMPLETE_HANDLER SetCompleteHandler;
    PVOID WanHandlers[3];
};
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, MiniportAdapterContext, 0x18);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, EthDB, 0x190);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, PacketIndicateHandler, 0x1B0);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, SendCompleteHandler, 0x1B8);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, SendResourcesHandler, 0x1C0);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, ResetCompleteHandler, 0x1C8);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, DeviceObject, 0x1E0);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, NextDeviceObject, 0x1F0);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, EthRxIndicateHandler, 0x280);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, EthRxCompleteHandler, 0x298);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, StatusHandler, 0x2B0);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, StatusCompleteHandler, 0x2B8);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, TDCompleteHandler, 0x2C0);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, QueryCompleteHandler, 0x2C8);
RSL_ABI_OFFSET(NDIS_MINIPORT_BLOCK, SetCompleteHandler, 0x2D0);
RSL_ABI_SIZE(NDIS_MINIPORT_BLOCK, 0x2F0);

#ifdef __cplusplus
}
#endif
