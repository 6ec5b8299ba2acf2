/* SPDX-License-Identifier: GPL-2.0-only */
/* The binding to an adapter: its life, and what comes up from it. */
#include "classes/rslnet/rslnet.h"

#define FILTER_DIRECTED  0x01u
#define FILTER_MULTICAST 0x02u
#define FILTER_ALL_MULTI 0x04u
#define FILTER_BROADCAST 0x08u
#define FILTER_PROMISC   0x20u

void deliver(struct bound* bound) {
    while (!queue_is_empty(&bound->queue)) {
        ULONG bytes;
        PIRP irp = waiting_take(&bound->reads);
        if (irp == NULL) return;
        bytes = queue_take(&bound->queue,
                           MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority),
                           IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length);
        /* Another processor may have taken the frames: then it waits on, and we look once more. */
        if (bytes == 0)
            waiting_add(&bound->reads, irp);
        else
            complete(irp, STATUS_SUCCESS, bytes);
    }
}

void note_event(struct bound* bound) {
    const LONG count = InterlockedIncrement(&bound->event_count);
    PIRP irp;
    while ((irp = waiting_take(&bound->events)) != NULL) {
        *(ULONG*)irp->AssociatedIrp.SystemBuffer = (ULONG)count;
        complete(irp, STATUS_SUCCESS, sizeof(ULONG));
    }
}

static VOID NTAPI on_receive(PVOID context, PNET_BUFFER_LIST lists, ULONG count,
                             BOOLEAN resources) {
    struct bound* bound = context;
    PRSL_NDIS_ADAPTER adapter = bound->adapter;
    (void)count;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = list->Next) {
        for (PNET_BUFFER frame = list->FirstNetBuffer; frame != NULL; frame = frame->Next)
            queue_put(&bound->queue, frame);
    }
    if (!resources) RslNdisReturn(adapter, lists);
    deliver(bound);
}

static VOID NTAPI on_status(PVOID context, PNDIS_STATUS_INDICATION indication) {
    (void)indication;
    note_event(context);
}

static void close_gate(struct bound* bound) {
    KeWaitForSingleObject(&bound->gate, Executive, KernelMode, FALSE, NULL);
    if (InterlockedExchange(&bound->open, FALSE)) ExWaitForRundownProtectionRelease(&bound->asking);
    KeSetEvent(&bound->gate, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI on_stopping(PVOID context) {
    struct bound* bound = context;
    close_gate(bound);
    note_event(bound);
    waiting_flush(&bound->reads, STATUS_DEVICE_NOT_CONNECTED);
}

static VOID NTAPI on_unbound(PVOID context) {
    KeSetEvent(&((struct bound*)context)->unbound, IO_NO_INCREMENT, FALSE);
}

void binding_init(struct bound* bound) {
    RSL_NDIS_BINDING binding = {sizeof(RSL_NDIS_BINDING),
                                bound,
                                on_receive,
                                on_send_complete,
                                on_status,
                                on_stopping,
                                on_unbound};
    bound->binding = binding;
    KeInitializeEvent(&bound->gate, SynchronizationEvent, TRUE);
    KeInitializeEvent(&bound->unbound, NotificationEvent, FALSE);
    ExInitializeRundownProtection(&bound->asking);
    ExRundownCompleted(&bound->asking); /* until it is bound */
    waiting_init(&bound->reads);
    waiting_init(&bound->events);
}

/* What a Linux interface wants: everything, or else everything but other people's frames. */
static void set_filter(struct bound* bound) {
    static const ULONG wishes[] = {
        FILTER_DIRECTED | FILTER_BROADCAST | FILTER_ALL_MULTI | FILTER_MULTICAST | FILTER_PROMISC,
        FILTER_DIRECTED | FILTER_BROADCAST | FILTER_ALL_MULTI | FILTER_MULTICAST,
        FILTER_DIRECTED | FILTER_BROADCAST | FILTER_ALL_MULTI,
        FILTER_DIRECTED | FILTER_BROADCAST | FILTER_MULTICAST,
        FILTER_DIRECTED | FILTER_BROADCAST,
    };
    for (ULONG i = 0; i < RTL_NUMBER_OF(wishes); ++i) {
        ULONG wish = wishes[i];
        NDIS_OID_REQUEST request = {{NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                                     NDIS_SIZEOF_OID_REQUEST_REVISION_1}};
        request.RequestType = NdisRequestSetInformation;
        request.DATA.SET_INFORMATION.Oid = OID_GEN_CURRENT_PACKET_FILTER;
        request.DATA.SET_INFORMATION.InformationBuffer = &wish;
        request.DATA.SET_INFORMATION.InformationBufferLength = sizeof(wish);
        if (RslNdisRequest(bound->adapter, &request) == 0) {
            bound->filter = wishes[i];
            return;
        }
    }
    bound->filter = 0;
}

static NTSTATUS make_pool(struct bound* bound) {
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    parameters.fAllocateNetBuffer = TRUE;
    parameters.PoolTag = TAG;
    if (bound->pool == NULL) bound->pool = NdisAllocateNetBufferListPool(NULL, &parameters);
    return bound->pool == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static NTSTATUS bind_locked(struct bound* bound, ULONG index) {
    RSL_NDIS_ADAPTER_STATE state;
    NTSTATUS status;
    if (bound->adapter != NULL) return STATUS_DEVICE_BUSY;
    status = make_pool(bound);
    if (!NT_SUCCESS(status)) return status;
    status = RslNdisQueryAdapter(index, &state);
    if (!NT_SUCCESS(status) || state.InterfaceIndex != index) return STATUS_NO_SUCH_DEVICE;
    KeClearEvent(&bound->unbound);
    bound->queue.least = RSL_NET_LEAST_FRAME(state.Medium);
    status = RslNdisBind(index, &bound->binding, &bound->adapter);
    if (!NT_SUCCESS(status)) return status;
    bound->index = index;
    bound->mtu = state.Mtu;
    bound->medium = state.Medium;
    ExReInitializeRundownProtection(&bound->asking);
    InterlockedExchange(&bound->open, TRUE);
    set_filter(bound);
    return STATUS_SUCCESS;
}

NTSTATUS bind(struct bound* bound, ULONG index) {
    NTSTATUS status;
    KeWaitForSingleObject(&bound->gate, Executive, KernelMode, FALSE, NULL);
    status = bind_locked(bound, index);
    KeSetEvent(&bound->gate, IO_NO_INCREMENT, FALSE);
    return status;
}

void unbind(struct bound* bound) {
    PRSL_NDIS_ADAPTER adapter;
    close_gate(bound); /* nobody sends any more */
    adapter = bound->adapter;
    if (adapter == NULL) return;
    if (RslNdisUnbind(adapter, &bound->binding) == STATUS_PENDING) /* the adapter stops meanwhile */
        KeWaitForSingleObject(&bound->unbound, Executive, KernelMode, FALSE, NULL);
    bound->adapter = NULL;
    note_event(bound);
    waiting_flush(&bound->reads, STATUS_DEVICE_NOT_CONNECTED);
}
