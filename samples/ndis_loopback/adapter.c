/* SPDX-License-Identifier: GPL-2.0-only */
/* The driver, and an adapter's life. */
#include "loopback.h"

static NDIS_HANDLE driver_handle;

static void read_medium(struct adapter* adapter, NDIS_HANDLE configuration) {
    NDIS_STRING name = RTL_CONSTANT_STRING(L"*MediaType");
    PNDIS_CONFIGURATION_PARAMETER parameter;
    NDIS_STATUS status;
    NdisReadConfiguration(&status, &parameter, configuration, &name, NdisParameterInteger);
    if (status != NDIS_STATUS_SUCCESS || parameter->ParameterData.IntegerData != NdisMediumIP)
        return;
    adapter->medium = NdisMediumIP;
    adapter->header = 0;
}

static void read_parameters(struct adapter* adapter, ULONG index) {
    static const UCHAR kFirst[6] = {0x02, 0x52, 0x53, 0x4C, 0x00, 0x00};
    NDIS_CONFIGURATION_OBJECT object = {{NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
                                         NDIS_CONFIGURATION_OBJECT_REVISION_1,
                                         NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1}};
    NDIS_HANDLE configuration;
    NDIS_STATUS status;
    PVOID address;
    NDIS_UINT bytes;
    adapter->medium = NdisMedium802_3;
    adapter->header = HEADER;
    RtlCopyMemory(adapter->address, kFirst, sizeof(kFirst));
    adapter->address[5] = (UCHAR)index;
    object.NdisHandle = adapter->handle;
    if (NdisOpenConfigurationEx(&object, &configuration) != NDIS_STATUS_SUCCESS) return;
    NdisReadNetworkAddress(&status, &address, &bytes, configuration);
    if (status == NDIS_STATUS_SUCCESS && bytes == sizeof(adapter->address))
        RtlCopyMemory(adapter->address, address, bytes);
    read_medium(adapter, configuration);
    NdisCloseConfiguration(configuration);
}

static void free_adapter(struct adapter* adapter) {
    if (adapter->pool != NULL) NdisFreeNetBufferListPool(adapter->pool);
    if (adapter->work != NULL) NdisFreeIoWorkItem(adapter->work);
    NdisFreeMemory(adapter, 0, 0);
}

static NDIS_STATUS NTAPI initialize(NDIS_HANDLE handle, NDIS_HANDLE context,
                                    PNDIS_MINIPORT_INIT_PARAMETERS parameters) {
    NET_BUFFER_LIST_POOL_PARAMETERS pool = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    struct adapter* adapter =
        NdisAllocateMemoryWithTagPriority(handle, sizeof(*adapter), TAG, NdisNormalPoolPriority);
    NDIS_STATUS status = NDIS_STATUS_RESOURCES;
    (void)context;
    if (adapter == NULL) return status;
    RtlZeroMemory(adapter, sizeof(*adapter));
    adapter->handle = handle;
    read_parameters(adapter, parameters->IfIndex);
    pool.fAllocateNetBuffer = TRUE;
    pool.PoolTag = TAG;
    adapter->pool = NdisAllocateNetBufferListPool(handle, &pool);
    adapter->work = NdisAllocateIoWorkItem(handle);
    if (adapter->pool != NULL && adapter->work != NULL) status = set_attributes(adapter);
    if (status != NDIS_STATUS_SUCCESS) {
        free_adapter(adapter);
        return status;
    }
    pair(adapter);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI restart(NDIS_HANDLE context,
                                 PNDIS_MINIPORT_RESTART_PARAMETERS parameters) {
    struct adapter *adapter = context, *peer;
    LOCK_STATE_EX state;
    (void)parameters;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    adapter->holds = 1;
    adapter->running = TRUE;
    peer = adapter->peer;
    NdisReleaseRWLock(pair_lock, &state);
    if (peer != NULL) {
        indicate_link(adapter, TRUE);
        indicate_link(peer, TRUE);
    }
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PNDIS_MINIPORT_PAUSE_PARAMETERS parameters) {
    struct adapter* adapter = context;
    LOCK_STATE_EX state;
    (void)parameters;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    adapter->running = FALSE;
    NdisReleaseRWLock(pair_lock, &state);
    return InterlockedDecrement(&adapter->holds) == 0 ? NDIS_STATUS_SUCCESS : NDIS_STATUS_PENDING;
}

static VOID NTAPI halt(NDIS_HANDLE context, NDIS_HALT_ACTION action) {
    (void)action;
    unpair(context);
    free_adapter(context);
}
static VOID NTAPI shutdown(NDIS_HANDLE context, NDIS_SHUTDOWN_ACTION action) {
    (void)context, (void)action;
}
static VOID NTAPI pnp_event(NDIS_HANDLE context, PNET_DEVICE_PNP_EVENT event) {
    (void)context, (void)event;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    (void)driver;
    NdisMDeregisterMiniportDriver(driver_handle);
    NdisFreeRWLock(pair_lock);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS characteristics = {
        {NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS,
         NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1,
         NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1}};
    NDIS_STATUS status;
    pair_lock = NdisAllocateRWLock(NULL);
    if (pair_lock == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    characteristics.MajorNdisVersion = 6;
    characteristics.MinorNdisVersion = 0;
    characteristics.MajorDriverVersion = 1;
    characteristics.InitializeHandlerEx = initialize;
    characteristics.HaltHandlerEx = halt;
    characteristics.UnloadHandler = unload;
    characteristics.PauseHandler = pause;
    characteristics.RestartHandler = restart;
    characteristics.OidRequestHandler = oid_request;
    characteristics.SendNetBufferListsHandler = send_frames;
    characteristics.ReturnNetBufferListsHandler = return_frames;
    characteristics.CancelSendHandler = cancel_send;
    characteristics.DevicePnPEventNotifyHandler = pnp_event;
    characteristics.ShutdownHandlerEx = shutdown;
    characteristics.CancelOidRequestHandler = cancel_oid;
    status = NdisMRegisterMiniportDriver(driver, path, NULL, &characteristics, &driver_handle);
    if (status != NDIS_STATUS_SUCCESS) NdisFreeRWLock(pair_lock);
    return status;
}
