// SPDX-License-Identifier: GPL-2.0-only
// What NDIS 6 and a miniport driver tell one another (ndis.h, oidrequest.h, ntddndis.h):
// characteristics, attributes, initialization, OID requests, status indications, interrupts,
// scatter/gather DMA. From the documentation pages.
#pragma once

#include "abi/types/ndis_objects.h"
#include "abi/types/ndis_oid.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- OID requests
typedef enum _NDIS_REQUEST_TYPE {
    NdisRequestQueryInformation,
    NdisRequestSetInformation,
    NdisRequestQueryStatistics,
    NdisRequestOpen,
    NdisRequestClose,
    NdisRequestSend,
    NdisRequestTransferData,
    NdisRequestReset,
    NdisRequestGeneric1,
    NdisRequestGeneric2,
    NdisRequestGeneric3,
    NdisRequestGeneric4,
    NdisRequestMethod
} NDIS_REQUEST_TYPE,
    *PNDIS_REQUEST_TYPE;

typedef struct _NDIS_OID_REQUEST {
    NDIS_OBJECT_HEADER Header;
    NDIS_REQUEST_TYPE RequestType;
    NDIS_PORT_NUMBER PortNumber;
    NDIS_UINT Timeout;
    PVOID RequestId;
    NDIS_HANDLE RequestHandle;
    union _REQUEST_DATA {
        struct _QUERY {
            NDIS_OID Oid;
            PVOID InformationBuffer;
            NDIS_UINT InformationBufferLength;
            NDIS_UINT BytesWritten;
            NDIS_UINT BytesNeeded;
        } QUERY_INFORMATION;
        struct _SET {
            NDIS_OID Oid;
            PVOID InformationBuffer;
            NDIS_UINT InformationBufferLength;
            NDIS_UINT BytesRead;
            NDIS_UINT BytesNeeded;
        } SET_INFORMATION;
        struct _METHOD {
            NDIS_OID Oid;
            PVOID InformationBuffer;
            ULONG InputBufferLength;
            ULONG OutputBufferLength;
            ULONG MethodId;
            NDIS_UINT BytesWritten;
            NDIS_UINT BytesRead;
            NDIS_UINT BytesNeeded;
        } METHOD_INFORMATION;
    } DATA;
    UCHAR NdisReserved[16 * sizeof(PVOID)];
    UCHAR MiniportReserved[2 * sizeof(PVOID)];
    UCHAR SourceReserved[2 * sizeof(PVOID)];
    UCHAR SupportedRevision;
    UCHAR Reserved1;
    USHORT Reserved2;
} NDIS_OID_REQUEST, *PNDIS_OID_REQUEST;
RSL_ABI_OFFSET(NDIS_OID_REQUEST, DATA, 0x20);
RSL_ABI_OFFSET(NDIS_OID_REQUEST, NdisReserved, 0x48);
RSL_ABI_OFFSET(NDIS_OID_REQUEST, MiniportReserved, 0xC8);
RSL_ABI_SIZE(NDIS_OID_REQUEST, 0xF0);
#define NDIS_OID_REQUEST_REVISION_1        1
#define NDIS_SIZEOF_OID_REQUEST_REVISION_1 RTL_SIZEOF_THROUGH_FIELD_(NDIS_OID_REQUEST, Reserved2)

// ---- Status indications
typedef struct _NDIS_STATUS_INDICATION {
    NDIS_OBJECT_HEADER Header;
    NDIS_HANDLE SourceHandle;
    NDIS_PORT_NUMBER PortNumber;
    NDIS_STATUS StatusCode;
    ULONG Flags;
    NDIS_HANDLE DestinationHandle;
    PVOID RequestId;
    PVOID StatusBuffer;
    ULONG StatusBufferSize;
    GUID Guid;
    PVOID NdisReserved[4];
} NDIS_STATUS_INDICATION, *PNDIS_STATUS_INDICATION;
RSL_ABI_SIZE(NDIS_STATUS_INDICATION, 0x70);
RSL_ABI_OFFSET(NDIS_STATUS_INDICATION, StatusBuffer, 0x30);
#define NDIS_STATUS_INDICATION_REVISION_1 1
#define NDIS_SIZEOF_STATUS_INDICATION_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_STATUS_INDICATION, NdisReserved)

// ---- Initialization, pause, restart, events
typedef struct _NDIS_MINIPORT_INIT_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    PCM_PARTIAL_RESOURCE_LIST AllocatedResources; /* translated */
    NDIS_HANDLE IMDeviceInstanceContext;
    NDIS_HANDLE MiniportAddDeviceContext;
    ULONG IfIndex;
    ULONG64 NetLuid;
    PVOID DefaultPortAuthStates;
    PVOID PciDeviceCustomProperties;
} NDIS_MINIPORT_INIT_PARAMETERS, *PNDIS_MINIPORT_INIT_PARAMETERS;
RSL_ABI_SIZE(NDIS_MINIPORT_INIT_PARAMETERS, 0x40);
#define NDIS_MINIPORT_INIT_PARAMETERS_REVISION_1        1
#define NDIS_SIZEOF_MINIPORT_INIT_PARAMETERS_REVISION_1 sizeof(NDIS_MINIPORT_INIT_PARAMETERS)

typedef struct _NDIS_MINIPORT_PAUSE_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    ULONG PauseReason;
} NDIS_MINIPORT_PAUSE_PARAMETERS, *PNDIS_MINIPORT_PAUSE_PARAMETERS;
RSL_ABI_SIZE(NDIS_MINIPORT_PAUSE_PARAMETERS, 0xC);
#define NDIS_PAUSE_NDIS_INTERNAL 0x00000001
#define NDIS_PAUSE_LOW_POWER     0x00000002

typedef struct _NDIS_RESTART_ATTRIBUTES {
    struct _NDIS_RESTART_ATTRIBUTES* Next;
    NDIS_OID Oid;
    ULONG DataLength;
    UCHAR Data[1];
} NDIS_RESTART_ATTRIBUTES, *PNDIS_RESTART_ATTRIBUTES;
typedef struct _NDIS_MINIPORT_RESTART_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    PNDIS_RESTART_ATTRIBUTES RestartAttributes;
    ULONG Flags;
} NDIS_MINIPORT_RESTART_PARAMETERS, *PNDIS_MINIPORT_RESTART_PARAMETERS;
RSL_ABI_SIZE(NDIS_MINIPORT_RESTART_PARAMETERS, 0x18);

typedef enum _NDIS_HALT_ACTION {
    NdisHaltDeviceDisabled,
    NdisHaltDeviceInstanceDeInitialized,
    NdisHaltDevicePoweredDown,
    NdisHaltDeviceSurpriseRemoved,
    NdisHaltDeviceFailed,
    NdisHaltDeviceInitializationFailed,
    NdisHaltDeviceStopped
} NDIS_HALT_ACTION;
typedef enum _NDIS_SHUTDOWN_ACTION {
    NdisShutdownPowerOff,
    NdisShutdownBugCheck
} NDIS_SHUTDOWN_ACTION;
typedef enum _NDIS_DEVICE_PNP_EVENT {
    NdisDevicePnPEventQueryRemoved,
    NdisDevicePnPEventRemoved,
    NdisDevicePnPEventSurpriseRemoved,
    NdisDevicePnPEventQueryStopped,
    NdisDevicePnPEventStopped,
    NdisDevicePnPEventPowerProfileChanged
} NDIS_DEVICE_PNP_EVENT;
typedef struct _NET_DEVICE_PNP_EVENT {
    NDIS_OBJECT_HEADER Header;
    NDIS_PORT_NUMBER PortNumber;
    NDIS_DEVICE_PNP_EVENT DevicePnPEvent;
    PVOID InformationBuffer;
    ULONG InformationBufferLength;
    UCHAR NdisReserved[2 * sizeof(PVOID)];
} NET_DEVICE_PNP_EVENT, *PNET_DEVICE_PNP_EVENT;

// ---- The driver
typedef NDIS_STATUS(NTAPI* SET_OPTIONS_HANDLER)(NDIS_HANDLE NdisDriverHandle,
                                                NDIS_HANDLE DriverContext);
typedef NDIS_STATUS(NTAPI* MINIPORT_INITIALIZE_HANDLER)(
    NDIS_HANDLE NdisMiniportHandle, NDIS_HANDLE MiniportDriverContext,
    PNDIS_MINIPORT_INIT_PARAMETERS MiniportInitParameters);
typedef VOID(NTAPI* MINIPORT_HALT_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                           NDIS_HALT_ACTION HaltAction);
typedef VOID(NTAPI* MINIPORT_DRIVER_UNLOAD)(PDRIVER_OBJECT DriverObject);
typedef NDIS_STATUS(NTAPI* MINIPORT_PAUSE_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                   PNDIS_MINIPORT_PAUSE_PARAMETERS PauseParameters);
typedef NDIS_STATUS(NTAPI* MINIPORT_RESTART_HANDLER)(
    NDIS_HANDLE MiniportAdapterContext, PNDIS_MINIPORT_RESTART_PARAMETERS RestartParameters);
typedef NDIS_STATUS(NTAPI* MINIPORT_OID_REQUEST_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                         PNDIS_OID_REQUEST OidRequest);
typedef VOID(NTAPI* MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                            PNET_BUFFER_LIST NetBufferLists,
                                                            NDIS_PORT_NUMBER PortNumber,
                                                            ULONG SendFlags);
typedef VOID(NTAPI* MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                              PNET_BUFFER_LIST NetBufferLists,
                                                              ULONG ReturnFlags);
typedef VOID(NTAPI* MINIPORT_CANCEL_SEND_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                  PVOID CancelId);
typedef BOOLEAN(NTAPI* MINIPORT_CHECK_FOR_HANG_HANDLER)(NDIS_HANDLE MiniportAdapterContext);
typedef NDIS_STATUS(NTAPI* MINIPORT_RESET_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                   PBOOLEAN AddressingReset);
typedef VOID(NTAPI* MINIPORT_DEVICE_PNP_EVENT_NOTIFY_HANDLER)(
    NDIS_HANDLE MiniportAdapterContext, PNET_DEVICE_PNP_EVENT NetDevicePnPEvent);
typedef VOID(NTAPI* MINIPORT_SHUTDOWN_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                               NDIS_SHUTDOWN_ACTION ShutdownAction);
typedef VOID(NTAPI* MINIPORT_CANCEL_OID_REQUEST_HANDLER)(NDIS_HANDLE MiniportAdapterContext,
                                                         PVOID RequestId);

typedef struct _NDIS_MINIPORT_DRIVER_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    UCHAR MajorNdisVersion;
    UCHAR MinorNdisVersion;
    UCHAR MajorDriverVersion;
    UCHAR MinorDriverVersion;
    ULONG Flags;
    SET_OPTIONS_HANDLER SetOptionsHandler;
    MINIPORT_INITIALIZE_HANDLER InitializeHandlerEx;
    MINIPORT_HALT_HANDLER HaltHandlerEx;
    MINIPORT_DRIVER_UNLOAD UnloadHandler;
    MINIPORT_PAUSE_HANDLER PauseHandler;
    MINIPORT_RESTART_HANDLER RestartHandler;
    MINIPORT_OID_REQUEST_HANDLER OidRequestHandler;
    MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER SendNetBufferListsHandler;
    MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER ReturnNetBufferListsHandler;
    MINIPORT_CANCEL_SEND_HANDLER CancelSendHandler;
    MINIPORT_CHECK_FOR_HANG_HANDLER CheckForHangHandlerEx;
    MINIPORT_RESET_HANDLER ResetHandlerEx;
    MINIPORT_DEVICE_PNP_EVENT_NOTIFY_HANDLER DevicePnPEventNotifyHandler;
    MINIPORT_SHUTDOWN_HANDLER ShutdownHandlerEx;
    MINIPORT_CANCEL_OID_REQUEST_HANDLER CancelOidRequestHandler;
    MINIPORT_OID_REQUEST_HANDLER DirectOidRequestHandler; /* revision 2 */
    MINIPORT_CANCEL_OID_REQUEST_HANDLER CancelDirectOidRequestHandler;
    MINIPORT_OID_REQUEST_HANDLER SynchronousOidRequestHandler; /* revision 3 */
} NDIS_MINIPORT_DRIVER_CHARACTERISTICS, *PNDIS_MINIPORT_DRIVER_CHARACTERISTICS;
RSL_ABI_OFFSET(NDIS_MINIPORT_DRIVER_CHARACTERISTICS, SetOptionsHandler, 0x10);
RSL_ABI_OFFSET(NDIS_MINIPORT_DRIVER_CHARACTERISTICS, DirectOidRequestHandler, 0x88);
RSL_ABI_SIZE(NDIS_MINIPORT_DRIVER_CHARACTERISTICS, 0xA0);
#define NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1 1
#define NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_MINIPORT_DRIVER_CHARACTERISTICS, CancelOidRequestHandler)
#define NDIS_INTERMEDIATE_DRIVER 0x00000001
#define NDIS_WDM_DRIVER          0x00000002

typedef NDIS_STATUS(NTAPI* MINIPORT_ADD_DEVICE_HANDLER)(NDIS_HANDLE NdisMiniportHandle,
                                                        NDIS_HANDLE MiniportDriverContext);
typedef VOID(NTAPI* MINIPORT_REMOVE_DEVICE_HANDLER)(NDIS_HANDLE MiniportAddDeviceContext);
typedef NDIS_STATUS(NTAPI* MINIPORT_PNP_IRP_HANDLER)(NDIS_HANDLE MiniportAddDeviceContext,
                                                     PIRP Irp);
typedef struct _NDIS_MINIPORT_PNP_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    MINIPORT_ADD_DEVICE_HANDLER MiniportAddDeviceHandler;
    MINIPORT_REMOVE_DEVICE_HANDLER MiniportRemoveDeviceHandler;
    MINIPORT_PNP_IRP_HANDLER MiniportFilterResourceRequirementsHandler;
    MINIPORT_PNP_IRP_HANDLER MiniportStartDeviceHandler;
    ULONG Flags;
} NDIS_MINIPORT_PNP_CHARACTERISTICS, *PNDIS_MINIPORT_PNP_CHARACTERISTICS;
RSL_ABI_SIZE(NDIS_MINIPORT_PNP_CHARACTERISTICS, 0x30);

// ---- The adapter's attributes
typedef struct _NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES {
    NDIS_OBJECT_HEADER Header;
    NDIS_HANDLE MiniportAddDeviceContext;
    ULONG Flags;
} NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES,
    *PNDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES;

typedef struct _NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES {
    NDIS_OBJECT_HEADER Header;
    NDIS_HANDLE MiniportAdapterContext;
    ULONG AttributeFlags;
    NDIS_UINT CheckForHangTimeInSeconds;
    INTERFACE_TYPE InterfaceType;
} NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES, *PNDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES;
RSL_ABI_SIZE(NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES, 0x20);
#define NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1 1
#define NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES, InterfaceType)
#define NDIS_MINIPORT_ATTRIBUTES_HARDWARE_DEVICE    0x00000001
#define NDIS_MINIPORT_ATTRIBUTES_NDIS_WDM           0x00000002
#define NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK 0x00000004
#define NDIS_MINIPORT_ATTRIBUTES_NOT_CO_NDIS        0x00000008
#define NDIS_MINIPORT_ATTRIBUTES_NO_HALT_ON_SUSPEND 0x00000020
#define NDIS_MINIPORT_ATTRIBUTES_BUS_MASTER         0x00000040

typedef struct _NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    NDIS_MEDIUM MediaType;
    NDIS_PHYSICAL_MEDIUM PhysicalMediumType;
    ULONG MtuSize;
    ULONG64 MaxXmitLinkSpeed;
    ULONG64 XmitLinkSpeed;
    ULONG64 MaxRcvLinkSpeed;
    ULONG64 RcvLinkSpeed;
    NDIS_MEDIA_CONNECT_STATE MediaConnectState;
    NDIS_MEDIA_DUPLEX_STATE MediaDuplexState;
    ULONG LookaheadSize;
    PVOID PowerManagementCapabilities;
    ULONG MacOptions;
    ULONG SupportedPacketFilters;
    ULONG MaxMulticastListSize;
    USHORT MacAddressLength;
    UCHAR PermanentMacAddress[NDIS_MAX_PHYS_ADDRESS_LENGTH];
    UCHAR CurrentMacAddress[NDIS_MAX_PHYS_ADDRESS_LENGTH];
    PVOID RecvScaleCapabilities;
    ULONG AccessType;
    ULONG DirectionType;
    ULONG ConnectionType;
    USHORT IfType;
    BOOLEAN IfConnectorPresent;
    ULONG SupportedStatistics;
    ULONG SupportedPauseFunctions;
    ULONG DataBackFillSize;
    ULONG ContextBackFillSize;
    PNDIS_OID SupportedOidList;
    ULONG SupportedOidListLength;
    ULONG AutoNegotiationFlags;
    PVOID PowerManagementCapabilitiesEx; /* revision 2 */
} NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, *PNDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES;
RSL_ABI_OFFSET(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, MaxXmitLinkSpeed, 0x18);
RSL_ABI_OFFSET(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, PermanentMacAddress, 0x5E);
RSL_ABI_OFFSET(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, IfType, 0xB4);
RSL_ABI_OFFSET(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, SupportedOidList, 0xC8);
RSL_ABI_SIZE(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, 0xE0);
#define NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1 1
#define NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, AutoNegotiationFlags)

typedef union _NDIS_MINIPORT_ADAPTER_ATTRIBUTES {
    NDIS_OBJECT_HEADER Header; /* every member begins with it; its Type says which one it is */
    NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES AddDeviceRegistrationAttributes;
    NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES RegistrationAttributes;
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES GeneralAttributes;
} NDIS_MINIPORT_ADAPTER_ATTRIBUTES, *PNDIS_MINIPORT_ADAPTER_ATTRIBUTES;

// ---- Interrupts
typedef BOOLEAN(NTAPI* MINIPORT_ISR_HANDLER)(NDIS_HANDLE MiniportInterruptContext,
                                             PBOOLEAN QueueDefaultInterruptDpc,
                                             PULONG TargetProcessors);
typedef VOID(NTAPI* MINIPORT_INTERRUPT_DPC_HANDLER)(NDIS_HANDLE MiniportInterruptContext,
                                                    PVOID MiniportDpcContext,
                                                    PVOID ReceiveThrottleParameters,
                                                    PVOID NdisReserved2);
typedef VOID(NTAPI* MINIPORT_INTERRUPT_SWITCH_HANDLER)(NDIS_HANDLE MiniportInterruptContext);
typedef BOOLEAN(NTAPI* MINIPORT_MSI_ISR_HANDLER)(NDIS_HANDLE MiniportInterruptContext,
                                                 ULONG MessageId, PBOOLEAN QueueDefaultInterruptDpc,
                                                 PULONG TargetProcessors);
typedef VOID(NTAPI* MINIPORT_MSI_INTERRUPT_DPC_HANDLER)(NDIS_HANDLE MiniportInterruptContext,
                                                        ULONG MessageId, PVOID MiniportDpcContext,
                                                        PVOID ReceiveThrottleParameters,
                                                        PVOID NdisReserved2);
typedef VOID(NTAPI* MINIPORT_MSI_SWITCH_HANDLER)(NDIS_HANDLE MiniportInterruptContext,
                                                 ULONG MessageId);
typedef BOOLEAN(NTAPI* MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER)(NDIS_HANDLE SynchronizeContext);
typedef enum _NDIS_INTERRUPT_TYPE {
    NDIS_CONNECT_LINE_BASED = 1,
    NDIS_CONNECT_MESSAGE_BASED
} NDIS_INTERRUPT_TYPE;

typedef struct _NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    MINIPORT_ISR_HANDLER InterruptHandler;
    MINIPORT_INTERRUPT_DPC_HANDLER InterruptDpcHandler;
    MINIPORT_INTERRUPT_SWITCH_HANDLER DisableInterruptHandler;
    MINIPORT_INTERRUPT_SWITCH_HANDLER EnableInterruptHandler;
    BOOLEAN MsiSupported;
    BOOLEAN MsiSyncWithAllMessages;
    MINIPORT_MSI_ISR_HANDLER MessageInterruptHandler;
    MINIPORT_MSI_INTERRUPT_DPC_HANDLER MessageInterruptDpcHandler;
    MINIPORT_MSI_SWITCH_HANDLER DisableMessageInterruptHandler;
    MINIPORT_MSI_SWITCH_HANDLER EnableMessageInterruptHandler;
    NDIS_INTERRUPT_TYPE InterruptType;           /* NDIS's answer */
    PIO_INTERRUPT_MESSAGE_INFO MessageInfoTable; /* NDIS's answer */
} NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS, *PNDIS_MINIPORT_INTERRUPT_CHARACTERISTICS;
RSL_ABI_SIZE(NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS, 0x60);
typedef struct _NDIS_RECEIVE_THROTTLE_PARAMETERS {
    ULONG MaxNblsToIndicate;
    ULONG MoreNblsPending : 1;
} NDIS_RECEIVE_THROTTLE_PARAMETERS, *PNDIS_RECEIVE_THROTTLE_PARAMETERS;
#define NDIS_INDICATE_ALL_NBLS 0xFFFFFFFF

// ---- Scatter/gather DMA
typedef VOID(NTAPI* MINIPORT_PROCESS_SG_LIST_HANDLER)(PDEVICE_OBJECT pDO, PVOID Reserved,
                                                      PSCATTER_GATHER_LIST pSGL, PVOID Context);
typedef VOID(NTAPI* MINIPORT_ALLOCATE_SHARED_MEM_COMPLETE_HANDLER)(
    NDIS_HANDLE MiniportAdapterContext, PVOID VirtualAddress,
    PNDIS_PHYSICAL_ADDRESS PhysicalAddress, ULONG Length, PVOID Context);
typedef struct _NDIS_SG_DMA_DESCRIPTION {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    ULONG MaximumPhysicalMapping;
    MINIPORT_PROCESS_SG_LIST_HANDLER ProcessSGListHandler;
    MINIPORT_ALLOCATE_SHARED_MEM_COMPLETE_HANDLER SharedMemAllocateCompleteHandler;
    ULONG ScatterGatherListSize; /* NDIS's answer */
} NDIS_SG_DMA_DESCRIPTION, *PNDIS_SG_DMA_DESCRIPTION;
RSL_ABI_SIZE(NDIS_SG_DMA_DESCRIPTION, 0x28);
#define NDIS_SG_DMA_64_BIT_ADDRESS   0x00000001
#define NDIS_SG_LIST_WRITE_TO_DEVICE 0x00000001

#ifdef __cplusplus
}
#endif
