/* SPDX-License-Identifier: GPL-2.0-only */
/* An adapter's life, and the driver's.
 *
 *   initialize -> paused -> restart -> running -> pause -> paused -> halt
 *                                         reset: running again, what was to be sent is not */
#include "e1000.h"

#define HANG_CHECK_S 2
#define DEVICE_ID    2 /* in configuration space */
#define SEND_LONGEST (MTU + HEADER)

static NDIS_HANDLE driver_handle;

/* ---- What it is made of */

NDIS_STATUS allocate_shared(struct adapter* adapter, struct shared_memory* memory, ULONG bytes) {
    NdisMAllocateSharedMemory(adapter->handle, bytes, TRUE, &memory->memory, &memory->physical);
    if (memory->memory == NULL) return NDIS_STATUS_RESOURCES;
    RtlZeroMemory(memory->memory, bytes);
    memory->bytes = bytes;
    return NDIS_STATUS_SUCCESS;
}

void free_shared(struct adapter* adapter, struct shared_memory* memory) {
    if (memory->memory == NULL) return;
    NdisMFreeSharedMemory(adapter->handle, memory->bytes, TRUE, memory->memory, memory->physical);
    memory->memory = NULL;
}

static NDIS_STATUS map_registers(struct adapter* adapter, PCM_PARTIAL_RESOURCE_LIST resources) {
    PVOID registers;
    NDIS_STATUS status;
    for (ULONG i = 0; i < resources->Count; ++i) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR resource = &resources->PartialDescriptors[i];
        if (resource->Type != CmResourceTypeMemory) continue;
        status = NdisMMapIoSpace(&registers, adapter->handle, resource->u.Memory.Start,
                                 resource->u.Memory.Length);
        if (status != NDIS_STATUS_SUCCESS) return status;
        adapter->registers = registers;
        adapter->register_bytes = resource->u.Memory.Length;
        return NDIS_STATUS_SUCCESS; /* the first is the registers */
    }
    return NDIS_STATUS_RESOURCE_CONFLICT;
}

/* The user's address, if there is one in the registry. */
static void choose_address(struct adapter* adapter) {
    NDIS_CONFIGURATION_OBJECT object = {{NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
                                         NDIS_CONFIGURATION_OBJECT_REVISION_1,
                                         NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1}};
    NDIS_HANDLE configuration;
    NDIS_STATUS status;
    NDIS_UINT bytes;
    PVOID address;
    RtlCopyMemory(adapter->address, adapter->permanent, ADDRESS_BYTES);
    object.NdisHandle = adapter->handle;
    if (NdisOpenConfigurationEx(&object, &configuration) != NDIS_STATUS_SUCCESS) return;
    NdisReadNetworkAddress(&status, &address, &bytes, configuration);
    if (status == NDIS_STATUS_SUCCESS && bytes == ADDRESS_BYTES && cast_of(address) == kUnicast)
        RtlCopyMemory(adapter->address, address, ADDRESS_BYTES);
    NdisCloseConfiguration(configuration);
}

static NDIS_STATUS register_dma(struct adapter* adapter) {
    NDIS_SG_DMA_DESCRIPTION dma = {{NDIS_OBJECT_TYPE_SG_DMA_DESCRIPTION, 1, sizeof(dma)}};
    dma.Flags = NDIS_SG_DMA_64_BIT_ADDRESS;
    dma.MaximumPhysicalMapping = SEND_LONGEST;
    dma.ProcessSGListHandler = send_list_ready;
    return NdisMRegisterScatterGatherDma(adapter->handle, &dma, &adapter->dma);
}

static NDIS_STATUS set_registration(struct adapter* adapter) {
    NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES registration = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1}};
    registration.MiniportAdapterContext = adapter;
    registration.AttributeFlags = NDIS_MINIPORT_ATTRIBUTES_HARDWARE_DEVICE |
                                  NDIS_MINIPORT_ATTRIBUTES_BUS_MASTER |
                                  NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK;
    registration.CheckForHangTimeInSeconds = HANG_CHECK_S;
    registration.InterfaceType = PCIBus;
    return NdisMSetMiniportAttributes(adapter->handle,
                                      (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&registration);
}

static void free_adapter(struct adapter* adapter) {
    if (adapter->interrupt != NULL) NdisMDeregisterInterruptEx(adapter->interrupt);
    if (adapter->registers != NULL && !adapter->gone) reset_hardware(adapter);
    if (adapter->dma != NULL) NdisMDeregisterScatterGatherDma(adapter->dma);
    free_send_ring(adapter);
    free_receive_ring(adapter);
    if (adapter->registers != NULL)
        NdisMUnmapIoSpace(adapter->handle, (PVOID)adapter->registers, adapter->register_bytes);
    NdisFreeMemory(adapter, 0, 0);
}

static NDIS_STATUS make_adapter(struct adapter* adapter, PCM_PARTIAL_RESOURCE_LIST resources) {
    NDIS_STATUS status = set_registration(adapter);
    NdisMGetBusData(adapter->handle, PCI_WHICHSPACE_CONFIG, DEVICE_ID, &adapter->device,
                    sizeof(adapter->device));
    if (status == NDIS_STATUS_SUCCESS) status = map_registers(adapter, resources);
    if (status != NDIS_STATUS_SUCCESS) return status;
    reset_hardware(adapter);
    status = read_permanent_address(adapter);
    if (status != NDIS_STATUS_SUCCESS) return status;
    choose_address(adapter);
    read_link(adapter);
    status = set_attributes(adapter);
    if (status == NDIS_STATUS_SUCCESS) status = register_dma(adapter);
    if (status == NDIS_STATUS_SUCCESS) status = make_send_ring(adapter);
    if (status == NDIS_STATUS_SUCCESS) status = make_receive_ring(adapter);
    if (status == NDIS_STATUS_SUCCESS) status = connect_interrupt(adapter);
    return status;
}

/* ---- What NDIS calls */

static NDIS_STATUS NTAPI initialize(NDIS_HANDLE handle, NDIS_HANDLE context,
                                    PNDIS_MINIPORT_INIT_PARAMETERS parameters) {
    struct adapter* adapter =
        NdisAllocateMemoryWithTagPriority(handle, sizeof(*adapter), TAG, NdisNormalPoolPriority);
    NDIS_STATUS status;
    (void)context;
    if (adapter == NULL) return NDIS_STATUS_RESOURCES;
    RtlZeroMemory(adapter, sizeof(*adapter));
    adapter->handle = handle;
    adapter->lookahead = MTU;
    ExInitializeFastMutex(&adapter->life);
    status = parameters->AllocatedResources == NULL
                 ? NDIS_STATUS_RESOURCE_CONFLICT
                 : make_adapter(adapter, parameters->AllocatedResources);
    if (status != NDIS_STATUS_SUCCESS) free_adapter(adapter);
    return status;
}

static void start(struct adapter* adapter) {
    reset_hardware(adapter);
    start_hardware(adapter);
    enable_interrupts(adapter);
}

/* The cable may have been pulled or put back while nobody was told. */
static void tell_link(struct adapter* adapter) {
    read_link(adapter);
    indicate_link(adapter);
}

static NDIS_STATUS NTAPI restart(NDIS_HANDLE context,
                                 PNDIS_MINIPORT_RESTART_PARAMETERS parameters) {
    struct adapter* adapter = context;
    (void)parameters;
    ExAcquireFastMutex(&adapter->life);
    adapter->holds = 1;
    adapter->running = TRUE;
    start(adapter);
    ExReleaseFastMutex(&adapter->life);
    tell_link(adapter);
    return NDIS_STATUS_SUCCESS;
}

void drop_holds(struct adapter* adapter, LONG count) {
    if (InterlockedAdd(&adapter->holds, -count) == 0) NdisMPauseComplete(adapter->handle);
}

/* No frame begins its way up or down after this. */
static void stop_frames(struct adapter* adapter) {
    NdisAcquireSpinLock(&adapter->receive.lock);
    NdisDprAcquireSpinLock(&adapter->send.lock);
    adapter->running = FALSE;
    NdisDprReleaseSpinLock(&adapter->send.lock);
    NdisReleaseSpinLock(&adapter->receive.lock);
}

static void stop_hardware(struct adapter* adapter) {
    if (adapter->gone) return;
    disable_interrupts(adapter);
    reset_hardware(adapter);
}

static NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PNDIS_MINIPORT_PAUSE_PARAMETERS parameters) {
    struct adapter* adapter = context;
    (void)parameters;
    ExAcquireFastMutex(&adapter->life);
    stop_frames(adapter);
    stop_hardware(adapter);
    ExReleaseFastMutex(&adapter->life);
    abort_sends(adapter, NDIS_STATUS_PAUSED);
    return InterlockedDecrement(&adapter->holds) == 0 ? NDIS_STATUS_SUCCESS : NDIS_STATUS_PENDING;
}

static VOID NTAPI halt(NDIS_HANDLE context, NDIS_HALT_ACTION action) {
    struct adapter* adapter = context;
    if (action == NdisHaltDeviceSurpriseRemoved) adapter->gone = TRUE;
    stop_hardware(adapter);
    free_adapter(adapter);
}

static BOOLEAN NTAPI check_for_hang(NDIS_HANDLE context) { return sends_hang(context); }

static NDIS_STATUS NTAPI reset(NDIS_HANDLE context, PBOOLEAN addressing_reset) {
    struct adapter* adapter = context;
    *addressing_reset = FALSE; /* start_hardware() sets addresses and filters again */
    if (adapter->gone) return NDIS_STATUS_ADAPTER_REMOVED;
    ExAcquireFastMutex(&adapter->life);
    hold_sends(adapter, TRUE);
    stop_hardware(adapter);
    abort_sends(adapter, NDIS_STATUS_REQUEST_ABORTED);
    if (adapter->running) start(adapter);
    hold_sends(adapter, FALSE);
    ExReleaseFastMutex(&adapter->life);
    return NDIS_STATUS_SUCCESS;
}

/* The machine goes down: only registers may be touched. */
static VOID NTAPI shutdown(NDIS_HANDLE context, NDIS_SHUTDOWN_ACTION action) {
    struct adapter* adapter = context;
    (void)action;
    adapter->stopping = TRUE;
    if (!adapter->gone) reset_hardware(adapter);
}

static VOID NTAPI pnp_event(NDIS_HANDLE context, PNET_DEVICE_PNP_EVENT event) {
    struct adapter* adapter = context;
    if (event->DevicePnPEvent == NdisDevicePnPEventSurpriseRemoved) adapter->gone = TRUE;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    (void)driver;
    NdisMDeregisterMiniportDriver(driver_handle);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS characteristics = {
        {NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS,
         NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1,
         NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1}};
    characteristics.MajorNdisVersion = 6;
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
    characteristics.CheckForHangHandlerEx = check_for_hang;
    characteristics.ResetHandlerEx = reset;
    characteristics.DevicePnPEventNotifyHandler = pnp_event;
    characteristics.ShutdownHandlerEx = shutdown;
    characteristics.CancelOidRequestHandler = cancel_oid;
    return NdisMRegisterMiniportDriver(driver, path, NULL, &characteristics, &driver_handle);
}
