// SPDX-License-Identifier: GPL-2.0-only
// What NDIS 6 tells and is told by what stands above a miniport: protocol drivers and light-weight
// filter drivers (ndis.h, netpnp.h). From the documentation pages.
#pragma once

#include "abi/types/ndis_miniport.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NDIS_STATUS_RESET_START       ((NDIS_STATUS)0x40010004)
#define NDIS_STATUS_RESET_END         ((NDIS_STATUS)0x40010005)
#define NDIS_STATUS_UNSUPPORTED_MEDIA ((NDIS_STATUS)0xC0010019)

#define NDIS_OBJECT_TYPE_BIND_PARAMETERS                 0x86
#define NDIS_OBJECT_TYPE_OPEN_PARAMETERS                 0x87
#define NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS   0x8B
#define NDIS_OBJECT_TYPE_FILTER_PARTIAL_CHARACTERISTICS  0x8C
#define NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES               0x8D
#define NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS 0x95
#define NDIS_OBJECT_TYPE_FILTER_ATTACH_PARAMETERS        0x99
#define NDIS_OBJECT_TYPE_FILTER_PAUSE_PARAMETERS         0x9A
#define NDIS_OBJECT_TYPE_FILTER_RESTART_PARAMETERS       0x9B
#define NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS     0xA3

typedef NDIS_MEDIUM* PNDIS_MEDIUM;
typedef USHORT NET_FRAME_TYPE, *PNET_FRAME_TYPE;
typedef struct _NDIS_PORT NDIS_PORT, *PNDIS_PORT;

// ---- Network plug and play events
typedef enum _NET_PNP_EVENT_CODE {
    NetEventSetPower,
    NetEventQueryPower,
    NetEventQueryRemoveDevice,
    NetEventCancelRemoveDevice,
    NetEventReconfigure,
    NetEventBindList,
    NetEventBindsComplete,
    NetEventPnPCapabilities,
    NetEventPause,
    NetEventRestart,
    NetEventPortActivation,
    NetEventPortDeactivation,
    NetEventIMReEnableDevice
} NET_PNP_EVENT_CODE,
    *PNET_PNP_EVENT_CODE;
typedef struct _NET_PNP_EVENT {
    NET_PNP_EVENT_CODE NetEvent;
    PVOID Buffer;
    ULONG BufferLength;
    ULONG_PTR NdisReserved[4];
    ULONG_PTR TransportReserved[4];
    ULONG_PTR TdiReserved[4];
    ULONG_PTR TdiClientReserved[4];
} NET_PNP_EVENT, *PNET_PNP_EVENT;
RSL_ABI_SIZE(NET_PNP_EVENT, 0x98);
typedef struct _NET_PNP_EVENT_NOTIFICATION {
    NDIS_OBJECT_HEADER Header;
    NDIS_PORT_NUMBER PortNumber;
    NET_PNP_EVENT NetPnPEvent;
    ULONG Flags;
    ULONG SwitchId; /* revision 2, as the next */
    ULONG VPortId;
} NET_PNP_EVENT_NOTIFICATION, *PNET_PNP_EVENT_NOTIFICATION;
RSL_ABI_OFFSET(NET_PNP_EVENT_NOTIFICATION, NetPnPEvent, 8);
RSL_ABI_OFFSET(NET_PNP_EVENT_NOTIFICATION, Flags, 0xA0);
#define NET_PNP_EVENT_NOTIFICATION_REVISION_1 1
#define NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NET_PNP_EVENT_NOTIFICATION, Flags)

// ---- Protocol drivers
typedef struct _NDIS_PM_WAKE_UP_CAPABILITIES {
    ULONG MinMagicPacketWakeUp; /* NDIS_DEVICE_POWER_STATE: 0 is unspecified, as the next two */
    ULONG MinPatternWakeUp;
    ULONG MinLinkChangeWakeUp;
} NDIS_PM_WAKE_UP_CAPABILITIES, *PNDIS_PM_WAKE_UP_CAPABILITIES;
typedef struct _NDIS_PNP_CAPABILITIES {
    ULONG Flags;
    NDIS_PM_WAKE_UP_CAPABILITIES WakeUpCapabilities;
} NDIS_PNP_CAPABILITIES, *PNDIS_PNP_CAPABILITIES;
RSL_ABI_SIZE(NDIS_PNP_CAPABILITIES, 0x10);
typedef struct _NDIS_PM_CAPABILITIES {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    ULONG SupportedWoLPacketPatterns;
    ULONG NumTotalWoLPatterns;
    ULONG MaxWoLPatternSize;
    ULONG MaxWoLPatternOffset;
    ULONG MaxWoLPacketSaveBuffer;
    ULONG SupportedProtocolOffloads;
    ULONG NumArpOffloadIPv4Addresses;
    ULONG NumNSOffloadIPv6Addresses;
    ULONG MinMagicPacketWakeUp;
    ULONG MinPatternWakeUp;
    ULONG MinLinkChangeWakeUp;
    ULONG SupportedWakeUpEvents; /* revision 2, as the next */
    ULONG MediaSpecificWakeUpEvents;
} NDIS_PM_CAPABILITIES, *PNDIS_PM_CAPABILITIES;
RSL_ABI_SIZE(NDIS_PM_CAPABILITIES, 0x3C);
#define NDIS_PM_CAPABILITIES_REVISION_2             2
#define NDIS_SIZEOF_NDIS_PM_CAPABILITIES_REVISION_2 sizeof(NDIS_PM_CAPABILITIES)

typedef struct _NDIS_BIND_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    PNDIS_STRING ProtocolSection;
    PNDIS_STRING AdapterName;
    PDEVICE_OBJECT PhysicalDeviceObject;
    NDIS_MEDIUM MediaType;
    ULONG MtuSize;
    ULONG64 MaxXmitLinkSpeed;
    ULONG64 XmitLinkSpeed;
    ULONG64 MaxRcvLinkSpeed;
    ULONG64 RcvLinkSpeed;
    NDIS_MEDIA_CONNECT_STATE MediaConnectState;
    NDIS_MEDIA_DUPLEX_STATE MediaDuplexState;
    ULONG LookaheadSize;
    PNDIS_PNP_CAPABILITIES PowerManagementCapabilities;
    ULONG SupportedPacketFilters;
    ULONG MaxMulticastListSize;
    USHORT MacAddressLength;
    UCHAR CurrentMacAddress[NDIS_MAX_PHYS_ADDRESS_LENGTH];
    NDIS_PHYSICAL_MEDIUM PhysicalMediumType;
    PVOID RcvScaleCapabilities;
    ULONG64 BoundIfNetluid;
    ULONG BoundIfIndex;
    ULONG64 LowestIfNetluid;
    ULONG LowestIfIndex;
    ULONG AccessType;
    ULONG DirectionType;
    ULONG ConnectionType;
    USHORT IfType;
    BOOLEAN IfConnectorPresent;
    PNDIS_PORT ActivePorts;
    ULONG DataBackFillSize;
    ULONG ContextBackFillSize;
    ULONG MacOptions;
    ULONG CompartmentId;
    PVOID DefaultOffloadConfiguration;
    PVOID TcpConnectionOffloadCapabilities;
    PNDIS_STRING BoundAdapterName;
    PVOID HDSplitCurrentConfig;      /* revision 2 */
    PVOID ReceiveFilterCapabilities; /* revision 3, as the next two */
    PNDIS_PM_CAPABILITIES PowerManagementCapabilitiesEx;
    PVOID NicSwitchCapabilities;
    BOOLEAN NDKEnabled; /* revision 4, as the rest */
    PVOID NDKCapabilities;
    PVOID SriovCapabilities;
    PVOID NicSwitchArray;
} NDIS_BIND_PARAMETERS, *PNDIS_BIND_PARAMETERS;
RSL_ABI_OFFSET(NDIS_BIND_PARAMETERS, MaxXmitLinkSpeed, 0x28);
RSL_ABI_OFFSET(NDIS_BIND_PARAMETERS, CurrentMacAddress, 0x6A);
RSL_ABI_OFFSET(NDIS_BIND_PARAMETERS, BoundAdapterName, 0xF0);
RSL_ABI_SIZE(NDIS_BIND_PARAMETERS, 0x138);
#define NDIS_BIND_PARAMETERS_REVISION_4        4
#define NDIS_SIZEOF_BIND_PARAMETERS_REVISION_4 sizeof(NDIS_BIND_PARAMETERS)
#define NET_IF_COMPARTMENT_ID_PRIMARY          1

typedef struct _NDIS_OPEN_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    PNDIS_STRING AdapterName;
    PNDIS_MEDIUM MediumArray;
    NDIS_UINT MediumArraySize;
    NDIS_UINT* SelectedMediumIndex;
    PNET_FRAME_TYPE FrameTypeArray;
    NDIS_UINT FrameTypeArraySize;
} NDIS_OPEN_PARAMETERS, *PNDIS_OPEN_PARAMETERS;
RSL_ABI_SIZE(NDIS_OPEN_PARAMETERS, 0x38);
#define NDIS_OPEN_PARAMETERS_REVISION_1 1
#define NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_OPEN_PARAMETERS, FrameTypeArraySize)

typedef struct _NDIS_PROTOCOL_PAUSE_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    ULONG PauseReason;
} NDIS_PROTOCOL_PAUSE_PARAMETERS, *PNDIS_PROTOCOL_PAUSE_PARAMETERS;
RSL_ABI_SIZE(NDIS_PROTOCOL_PAUSE_PARAMETERS, 0xC);
typedef struct _NDIS_PROTOCOL_RESTART_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    PUCHAR FilterModuleNameBuffer;
    ULONG FilterModuleNameBufferLength;
    PNDIS_RESTART_ATTRIBUTES RestartAttributes;
    ULONG BoundIfIndex;
    ULONG64 BoundIfNetluid;
    ULONG Flags;
} NDIS_PROTOCOL_RESTART_PARAMETERS, *PNDIS_PROTOCOL_RESTART_PARAMETERS;
RSL_ABI_SIZE(NDIS_PROTOCOL_RESTART_PARAMETERS, 0x38);

typedef NDIS_STATUS(NTAPI* BIND_HANDLER_EX)(NDIS_HANDLE ProtocolDriverContext,
                                            NDIS_HANDLE BindContext,
                                            PNDIS_BIND_PARAMETERS BindParameters);
typedef NDIS_STATUS(NTAPI* UNBIND_HANDLER_EX)(NDIS_HANDLE UnbindContext,
                                              NDIS_HANDLE ProtocolBindingContext);
typedef VOID(NTAPI* OPEN_ADAPTER_COMPLETE_HANDLER_EX)(NDIS_HANDLE ProtocolBindingContext,
                                                      NDIS_STATUS Status);
typedef VOID(NTAPI* CLOSE_ADAPTER_COMPLETE_HANDLER_EX)(NDIS_HANDLE ProtocolBindingContext);
typedef NDIS_STATUS(NTAPI* NET_PNP_EVENT_HANDLER)(
    NDIS_HANDLE Context, PNET_PNP_EVENT_NOTIFICATION NetPnPEventNotification);
typedef VOID(NTAPI* UNINSTALL_PROTOCOL_HANDLER)(VOID);
typedef VOID(NTAPI* OID_REQUEST_COMPLETE_HANDLER)(NDIS_HANDLE Context, PNDIS_OID_REQUEST OidRequest,
                                                  NDIS_STATUS Status);
typedef VOID(NTAPI* STATUS_HANDLER_EX)(NDIS_HANDLE Context,
                                       PNDIS_STATUS_INDICATION StatusIndication);
typedef VOID(NTAPI* RECEIVE_NET_BUFFER_LISTS_HANDLER)(NDIS_HANDLE Context,
                                                      PNET_BUFFER_LIST NetBufferLists,
                                                      NDIS_PORT_NUMBER PortNumber,
                                                      ULONG NumberOfNetBufferLists,
                                                      ULONG ReceiveFlags);
typedef VOID(NTAPI* SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER)(NDIS_HANDLE Context,
                                                            PNET_BUFFER_LIST NetBufferList,
                                                            ULONG SendCompleteFlags);

typedef struct _NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    UCHAR MajorNdisVersion;
    UCHAR MinorNdisVersion;
    UCHAR MajorDriverVersion;
    UCHAR MinorDriverVersion;
    ULONG Flags;
    NDIS_STRING Name;
    SET_OPTIONS_HANDLER SetOptionsHandler;
    BIND_HANDLER_EX BindAdapterHandlerEx;
    UNBIND_HANDLER_EX UnbindAdapterHandlerEx;
    OPEN_ADAPTER_COMPLETE_HANDLER_EX OpenAdapterCompleteHandlerEx;
    CLOSE_ADAPTER_COMPLETE_HANDLER_EX CloseAdapterCompleteHandlerEx;
    NET_PNP_EVENT_HANDLER NetPnPEventHandler;
    UNINSTALL_PROTOCOL_HANDLER UninstallHandler;
    OID_REQUEST_COMPLETE_HANDLER OidRequestCompleteHandler;
    STATUS_HANDLER_EX StatusHandlerEx;
    RECEIVE_NET_BUFFER_LISTS_HANDLER ReceiveNetBufferListsHandler;
    SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER SendNetBufferListsCompleteHandler;
    OID_REQUEST_COMPLETE_HANDLER DirectOidRequestCompleteHandler; /* revision 2 */
} NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, *PNDIS_PROTOCOL_DRIVER_CHARACTERISTICS;
RSL_ABI_OFFSET(NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, SetOptionsHandler, 0x20);
RSL_ABI_OFFSET(NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, DirectOidRequestCompleteHandler, 0x78);
#define NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1 1
#define NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1      \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, \
                              SendNetBufferListsCompleteHandler)

// ---- Filter drivers
typedef struct _NDIS_FILTER_ATTACH_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG IfIndex;
    ULONG64 NetLuid;
    PNDIS_STRING FilterModuleGuidName;
    ULONG BaseMiniportIfIndex;
    PNDIS_STRING BaseMiniportInstanceName;
    PNDIS_STRING BaseMiniportName;
    NDIS_MEDIA_CONNECT_STATE MediaConnectState;
    NDIS_MEDIA_DUPLEX_STATE MediaDuplexState;
    ULONG64 XmitLinkSpeed;
    ULONG64 RcvLinkSpeed;
    NDIS_MEDIUM MiniportMediaType;
    NDIS_PHYSICAL_MEDIUM MiniportPhysicalMediaType;
    NDIS_HANDLE MiniportMediaSpecificAttributes;
    PVOID DefaultOffloadConfiguration;
    USHORT MacAddressLength;
    UCHAR CurrentMacAddress[NDIS_MAX_PHYS_ADDRESS_LENGTH];
    ULONG64 BaseMiniportNetLuid;
    ULONG LowerIfIndex;
    ULONG64 LowerIfNetLuid;
    ULONG Flags;
    PVOID HDSplitCurrentConfig;      /* revision 2 */
    PVOID ReceiveFilterCapabilities; /* revision 3, as the next two */
    PDEVICE_OBJECT MiniportPhysicalDeviceObject;
    PVOID NicSwitchCapabilities;
    BOOLEAN BaseMiniportIfConnectorPresent; /* revision 4, as the rest */
    PVOID SriovCapabilities;
    PVOID NicSwitchArray;
} NDIS_FILTER_ATTACH_PARAMETERS, *PNDIS_FILTER_ATTACH_PARAMETERS;
RSL_ABI_OFFSET(NDIS_FILTER_ATTACH_PARAMETERS, XmitLinkSpeed, 0x38);
RSL_ABI_OFFSET(NDIS_FILTER_ATTACH_PARAMETERS, MacAddressLength, 0x60);
RSL_ABI_OFFSET(NDIS_FILTER_ATTACH_PARAMETERS, BaseMiniportNetLuid, 0x88);
RSL_ABI_SIZE(NDIS_FILTER_ATTACH_PARAMETERS, 0xE0);
#define NDIS_FILTER_ATTACH_PARAMETERS_REVISION_4        4
#define NDIS_SIZEOF_FILTER_ATTACH_PARAMETERS_REVISION_4 sizeof(NDIS_FILTER_ATTACH_PARAMETERS)

typedef struct _NDIS_FILTER_ATTRIBUTES {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
} NDIS_FILTER_ATTRIBUTES, *PNDIS_FILTER_ATTRIBUTES;
RSL_ABI_SIZE(NDIS_FILTER_ATTRIBUTES, 8);
#define NDIS_FILTER_ATTRIBUTES_REVISION_1        1
#define NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1 sizeof(NDIS_FILTER_ATTRIBUTES)

typedef struct _NDIS_FILTER_PAUSE_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    ULONG PauseReason;
} NDIS_FILTER_PAUSE_PARAMETERS, *PNDIS_FILTER_PAUSE_PARAMETERS;
RSL_ABI_SIZE(NDIS_FILTER_PAUSE_PARAMETERS, 0xC);
typedef struct _NDIS_FILTER_RESTART_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    NDIS_MEDIUM MiniportMediaType;
    NDIS_PHYSICAL_MEDIUM MiniportPhysicalMediaType;
    PNDIS_RESTART_ATTRIBUTES RestartAttributes;
    ULONG LowerIfIndex;
    ULONG64 LowerIfNetLuid;
    ULONG Flags;
} NDIS_FILTER_RESTART_PARAMETERS, *PNDIS_FILTER_RESTART_PARAMETERS;
RSL_ABI_SIZE(NDIS_FILTER_RESTART_PARAMETERS, 0x30);

typedef NDIS_STATUS(NTAPI* FILTER_SET_FILTER_MODULE_OPTIONS)(NDIS_HANDLE FilterModuleContext);
typedef NDIS_STATUS(NTAPI* FILTER_ATTACH_HANDLER)(NDIS_HANDLE NdisFilterHandle,
                                                  NDIS_HANDLE FilterDriverContext,
                                                  PNDIS_FILTER_ATTACH_PARAMETERS AttachParameters);
typedef VOID(NTAPI* FILTER_DETACH_HANDLER)(NDIS_HANDLE FilterModuleContext);
typedef NDIS_STATUS(NTAPI* FILTER_RESTART_HANDLER)(
    NDIS_HANDLE FilterModuleContext, PNDIS_FILTER_RESTART_PARAMETERS RestartParameters);
typedef NDIS_STATUS(NTAPI* FILTER_PAUSE_HANDLER)(NDIS_HANDLE FilterModuleContext,
                                                 PNDIS_FILTER_PAUSE_PARAMETERS PauseParameters);

typedef struct _NDIS_FILTER_DRIVER_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    UCHAR MajorNdisVersion;
    UCHAR MinorNdisVersion;
    UCHAR MajorDriverVersion;
    UCHAR MinorDriverVersion;
    ULONG Flags;
    NDIS_STRING FriendlyName;
    NDIS_STRING UniqueName;
    NDIS_STRING ServiceName;
    SET_OPTIONS_HANDLER SetOptionsHandler;
    FILTER_SET_FILTER_MODULE_OPTIONS SetFilterModuleOptionsHandler;
    FILTER_ATTACH_HANDLER AttachHandler;
    FILTER_DETACH_HANDLER DetachHandler;
    FILTER_RESTART_HANDLER RestartHandler;
    FILTER_PAUSE_HANDLER PauseHandler;
    MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER SendNetBufferListsHandler; /* from here on: or NULL */
    SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER SendNetBufferListsCompleteHandler;
    MINIPORT_CANCEL_SEND_HANDLER CancelSendNetBufferListsHandler;
    RECEIVE_NET_BUFFER_LISTS_HANDLER ReceiveNetBufferListsHandler;
    MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER ReturnNetBufferListsHandler;
    MINIPORT_OID_REQUEST_HANDLER OidRequestHandler;
    OID_REQUEST_COMPLETE_HANDLER OidRequestCompleteHandler;
    MINIPORT_CANCEL_OID_REQUEST_HANDLER CancelOidRequestHandler;
    MINIPORT_DEVICE_PNP_EVENT_NOTIFY_HANDLER DevicePnPEventNotifyHandler;
    NET_PNP_EVENT_HANDLER NetPnPEventHandler;
    STATUS_HANDLER_EX StatusHandler;
    MINIPORT_OID_REQUEST_HANDLER DirectOidRequestHandler; /* revision 2, as the next two */
    OID_REQUEST_COMPLETE_HANDLER DirectOidRequestCompleteHandler;
    MINIPORT_CANCEL_OID_REQUEST_HANDLER CancelDirectOidRequestHandler;
    MINIPORT_OID_REQUEST_HANDLER SynchronousOidRequestHandler; /* revision 3, as the next */
    OID_REQUEST_COMPLETE_HANDLER SynchronousOidRequestCompleteHandler;
} NDIS_FILTER_DRIVER_CHARACTERISTICS, *PNDIS_FILTER_DRIVER_CHARACTERISTICS;
RSL_ABI_OFFSET(NDIS_FILTER_DRIVER_CHARACTERISTICS, SetOptionsHandler, 0x40);
RSL_ABI_OFFSET(NDIS_FILTER_DRIVER_CHARACTERISTICS, StatusHandler, 0xC0);
#define NDIS_FILTER_CHARACTERISTICS_REVISION_1 1
#define NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_FILTER_DRIVER_CHARACTERISTICS, StatusHandler)

/* What FilterSetModuleOptions may change for one module, by NdisSetOptionalHandlers. */
typedef struct _NDIS_FILTER_PARTIAL_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    ULONG Flags;
    MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER SendNetBufferListsHandler;
    SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER SendNetBufferListsCompleteHandler;
    MINIPORT_CANCEL_SEND_HANDLER CancelSendNetBufferListsHandler;
    RECEIVE_NET_BUFFER_LISTS_HANDLER ReceiveNetBufferListsHandler;
    MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER ReturnNetBufferListsHandler;
} NDIS_FILTER_PARTIAL_CHARACTERISTICS, *PNDIS_FILTER_PARTIAL_CHARACTERISTICS;
RSL_ABI_SIZE(NDIS_FILTER_PARTIAL_CHARACTERISTICS, 0x30);
#define NDIS_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1 1
#define NDIS_SIZEOF_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1 \
    sizeof(NDIS_FILTER_PARTIAL_CHARACTERISTICS)

#define NDIS_SET_NET_BUFFER_LIST_CANCEL_ID(_NBL, _CancelId) \
    (NET_BUFFER_LIST_INFO(_NBL, NetBufferListCancelId) = (_CancelId))
#define NDIS_GET_NET_BUFFER_LIST_CANCEL_ID(_NBL) (NET_BUFFER_LIST_INFO(_NBL, NetBufferListCancelId))

#ifdef __cplusplus
}
#endif
