// SPDX-License-Identifier: GPL-2.0-only
// What ndis.sys exports to protocol drivers and light-weight filter drivers.
#pragma once

#include "abi/types/ndis_layers.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Protocol drivers
NDIS_STATUS NTAPI NdisRegisterProtocolDriver(
    NDIS_HANDLE ProtocolDriverContext,
    PNDIS_PROTOCOL_DRIVER_CHARACTERISTICS ProtocolCharacteristics, PNDIS_HANDLE NdisProtocolHandle);
VOID NTAPI NdisDeregisterProtocolDriver(NDIS_HANDLE NdisProtocolHandle);
NDIS_STATUS NTAPI NdisOpenAdapterEx(NDIS_HANDLE NdisProtocolHandle,
                                    NDIS_HANDLE ProtocolBindingContext,
                                    PNDIS_OPEN_PARAMETERS OpenParameters, NDIS_HANDLE BindContext,
                                    PNDIS_HANDLE NdisBindingHandle);
NDIS_STATUS NTAPI NdisCloseAdapterEx(NDIS_HANDLE NdisBindingHandle);
VOID NTAPI NdisCompleteBindAdapterEx(NDIS_HANDLE BindAdapterContext, NDIS_STATUS Status);
VOID NTAPI NdisCompleteUnbindAdapterEx(NDIS_HANDLE UnbindContext);
VOID NTAPI NdisCompleteNetPnPEvent(NDIS_HANDLE NdisBindingHandle,
                                   PNET_PNP_EVENT_NOTIFICATION NetPnPEventNotification,
                                   NDIS_STATUS Status);
NDIS_STATUS NTAPI NdisUnbindAdapter(NDIS_HANDLE NdisBindingHandle);
VOID NTAPI NdisReEnumerateProtocolBindings(NDIS_HANDLE NdisProtocolHandle);
UCHAR NTAPI NdisGeneratePartialCancelId(VOID);
NDIS_STATUS NTAPI NdisOidRequest(NDIS_HANDLE NdisBindingHandle, PNDIS_OID_REQUEST OidRequest);
VOID NTAPI NdisCancelOidRequest(NDIS_HANDLE NdisBindingHandle, PVOID RequestId);
VOID NTAPI NdisSendNetBufferLists(NDIS_HANDLE NdisBindingHandle, PNET_BUFFER_LIST NetBufferLists,
                                  NDIS_PORT_NUMBER PortNumber, ULONG SendFlags);
VOID NTAPI NdisReturnNetBufferLists(NDIS_HANDLE NdisBindingHandle, PNET_BUFFER_LIST NetBufferLists,
                                    ULONG ReturnFlags);
VOID NTAPI NdisCancelSendNetBufferLists(NDIS_HANDLE NdisBindingHandle, PVOID CancelId);

// ---- Filter drivers
NDIS_STATUS NTAPI
NdisFRegisterFilterDriver(PDRIVER_OBJECT DriverObject, NDIS_HANDLE FilterDriverContext,
                          PNDIS_FILTER_DRIVER_CHARACTERISTICS FilterDriverCharacteristics,
                          PNDIS_HANDLE NdisFilterDriverHandle);
VOID NTAPI NdisFDeregisterFilterDriver(NDIS_HANDLE NdisFilterDriverHandle);
NDIS_STATUS NTAPI NdisFSetAttributes(NDIS_HANDLE NdisFilterHandle, NDIS_HANDLE FilterModuleContext,
                                     PNDIS_FILTER_ATTRIBUTES FilterAttributes);
VOID NTAPI NdisFPauseComplete(NDIS_HANDLE NdisFilterHandle);
VOID NTAPI NdisFRestartComplete(NDIS_HANDLE NdisFilterHandle, NDIS_STATUS Status);
NDIS_STATUS NTAPI NdisFRestartFilter(NDIS_HANDLE NdisFilterHandle);
VOID NTAPI NdisFSendNetBufferLists(NDIS_HANDLE NdisFilterHandle, PNET_BUFFER_LIST NetBufferList,
                                   NDIS_PORT_NUMBER PortNumber, ULONG SendFlags);
VOID NTAPI NdisFSendNetBufferListsComplete(NDIS_HANDLE NdisFilterHandle,
                                           PNET_BUFFER_LIST NetBufferList, ULONG SendCompleteFlags);
VOID NTAPI NdisFCancelSendNetBufferLists(NDIS_HANDLE NdisFilterHandle, PVOID CancelId);
VOID NTAPI NdisFIndicateReceiveNetBufferLists(NDIS_HANDLE NdisFilterHandle,
                                              PNET_BUFFER_LIST NetBufferLists,
                                              NDIS_PORT_NUMBER PortNumber,
                                              ULONG NumberOfNetBufferLists, ULONG ReceiveFlags);
VOID NTAPI NdisFReturnNetBufferLists(NDIS_HANDLE NdisFilterHandle, PNET_BUFFER_LIST NetBufferLists,
                                     ULONG ReturnFlags);
VOID NTAPI NdisFIndicateStatus(NDIS_HANDLE NdisFilterHandle,
                               PNDIS_STATUS_INDICATION StatusIndication);
NDIS_STATUS NTAPI NdisFOidRequest(NDIS_HANDLE NdisFilterHandle, PNDIS_OID_REQUEST OidRequest);
VOID NTAPI NdisFOidRequestComplete(NDIS_HANDLE NdisFilterHandle, PNDIS_OID_REQUEST OidRequest,
                                   NDIS_STATUS Status);
VOID NTAPI NdisFCancelOidRequest(NDIS_HANDLE NdisFilterHandle, PVOID RequestId);
VOID NTAPI NdisFDevicePnPEventNotify(NDIS_HANDLE NdisFilterHandle,
                                     PNET_DEVICE_PNP_EVENT NetDevicePnPEvent);
NDIS_STATUS NTAPI NdisFNetPnPEvent(NDIS_HANDLE NdisFilterHandle,
                                   PNET_PNP_EVENT_NOTIFICATION NetPnPEventNotification);
NDIS_STATUS NTAPI NdisAllocateCloneOidRequest(NDIS_HANDLE SourceHandle,
                                              PNDIS_OID_REQUEST OidRequest, NDIS_UINT PoolTag,
                                              PNDIS_OID_REQUEST* ClonedOidRequest);
VOID NTAPI NdisFreeCloneOidRequest(NDIS_HANDLE SourceHandle, PNDIS_OID_REQUEST Request);
VOID NTAPI NdisCopySendNetBufferListInfo(PNET_BUFFER_LIST DestNetBufferList,
                                         PNET_BUFFER_LIST SrcNetBufferList);
VOID NTAPI NdisCopyReceiveNetBufferListInfo(PNET_BUFFER_LIST DestNetBufferList,
                                            PNET_BUFFER_LIST SrcNetBufferList);

#ifdef __cplusplus
}
#endif
