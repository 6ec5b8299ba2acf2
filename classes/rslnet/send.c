/* SPDX-License-Identifier: GPL-2.0-only */
/* A write: its batch is copied, checked, and sent as one chain. It ends when the adapter has given
 * each frame back, so that writers feel a slow adapter. */
#include "classes/rslnet/rslnet.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86DD

struct batch {
    PIRP irp;
    volatile LONG left; /* frames that the adapter has */
    ULONG bytes;
    UCHAR data[];
};

/* The EtherType of an IP packet; 0: it is none. */
static USHORT type_of(const UCHAR* packet) {
    switch (packet[0] >> 4) {
        case 4:
            return ETHERTYPE_IPV4;
        case 6:
            return ETHERTYPE_IPV6;
        default:
            return 0;
    }
}

/* How many frames; 0: it is no batch. Reads only our own copy. */
static ULONG count_frames(const struct batch* batch, ULONG medium, ULONG mtu) {
    const ULONG least = RSL_NET_LEAST_FRAME(medium), longest = mtu + RSL_NET_OVER_MTU(medium);
    ULONG place = 0, count = 0;
    while (place < batch->bytes) {
        ULONG bytes;
        if (batch->bytes - place < sizeof(RSL_NET_RECORD)) return 0;
        bytes = ((const RSL_NET_RECORD*)(batch->data + place))->Bytes;
        place += sizeof(RSL_NET_RECORD);
        if (bytes < least || bytes > longest || bytes > batch->bytes - place) return 0;
        if (medium == NdisMediumIP && type_of(batch->data + place) == 0) return 0;
        place += RSL_NET_PADDED(bytes);
        ++count;
    }
    return count;
}

/* A miniport whose medium is IP looks at these instead of at an Ethernet header. */
static void mark_packet(PNET_BUFFER_LIST list, USHORT type) {
    list->NblFlags |= type == ETHERTYPE_IPV4 ? NDIS_NBL_FLAGS_IS_IPV4 : NDIS_NBL_FLAGS_IS_IPV6;
    NET_BUFFER_LIST_INFO(list, NetBufferListFrameType) =
        (PVOID)(ULONG_PTR)(USHORT)(type << 8 | type >> 8); /* in the network's order */
}

static void free_lists(PNET_BUFFER_LIST lists) {
    while (lists != NULL) {
        PNET_BUFFER_LIST next = lists->Next;
        PMDL mdl = lists->FirstNetBuffer->MdlChain;
        NdisFreeNetBufferList(lists);
        NdisFreeMdl(mdl);
        lists = next;
    }
}

/* A list a frame, each frame with an MDL of its own: a miniport may look at what is before it. */
static PNET_BUFFER_LIST make_lists(struct bound* bound, struct batch* batch) {
    PNET_BUFFER_LIST first = NULL, *last = &first;
    ULONG place = 0;
    while (place < batch->bytes) {
        const ULONG bytes = ((const RSL_NET_RECORD*)(batch->data + place))->Bytes;
        PMDL mdl = NdisAllocateMdl(NULL, batch->data + place + sizeof(RSL_NET_RECORD), bytes);
        PNET_BUFFER_LIST list =
            mdl == NULL ? NULL
                        : NdisAllocateNetBufferAndNetBufferList(bound->pool, 0, 0, mdl, 0, bytes);
        if (list == NULL) {
            if (mdl != NULL) NdisFreeMdl(mdl);
            free_lists(first);
            return NULL;
        }
        if (bound->medium == NdisMediumIP)
            mark_packet(list, type_of(batch->data + place + sizeof(RSL_NET_RECORD)));
        list->ProtocolReserved[0] = batch;
        list->Next = NULL;
        *last = list;
        last = &list->Next;
        place += sizeof(RSL_NET_RECORD) + RSL_NET_PADDED(bytes);
    }
    return first;
}

static NTSTATUS copy_batch(PIRP irp, ULONG bytes, struct batch** out) {
    PVOID from;
    struct batch* batch;
    if (bytes == 0 || bytes > RSL_NET_BATCH_BYTES) return STATUS_INVALID_PARAMETER;
    from = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
    batch = from == NULL ? NULL
                         : ExAllocatePoolWithTag(NonPagedPool, sizeof(struct batch) + bytes, TAG);
    if (batch == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(batch->data, from, bytes);
    batch->irp = irp;
    batch->bytes = bytes;
    *out = batch;
    return STATUS_SUCCESS;
}

/* With the gate. */
static NTSTATUS send_locked(struct bound* bound, struct batch* batch) {
    PNET_BUFFER_LIST lists;
    ULONG frames;
    if (!bound->open) return STATUS_DEVICE_NOT_CONNECTED;
    frames = count_frames(batch, bound->medium, bound->mtu);
    if (frames == 0) return STATUS_INVALID_PARAMETER;
    lists = make_lists(bound, batch);
    if (lists == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    batch->left = (LONG)frames;
    IoMarkIrpPending(batch->irp);
    RslNdisSend(bound->adapter, lists); /* on_send_complete completes the IRP, perhaps now */
    return STATUS_PENDING;
}

NTSTATUS send_batch(struct bound* bound, PIRP irp) {
    struct batch* batch = NULL;
    NTSTATUS status =
        copy_batch(irp, IoGetCurrentIrpStackLocation(irp)->Parameters.Write.Length, &batch);
    if (NT_SUCCESS(status)) {
        KeWaitForSingleObject(&bound->gate, Executive, KernelMode, FALSE, NULL);
        status = send_locked(bound, batch);
        KeSetEvent(&bound->gate, IO_NO_INCREMENT, FALSE);
        if (status != STATUS_PENDING) ExFreePoolWithTag(batch, TAG);
    }
    return status == STATUS_PENDING ? status : complete(irp, status, 0);
}

VOID NTAPI on_send_complete(PVOID context, PNET_BUFFER_LIST lists) {
    struct bound* bound = context;
    while (lists != NULL) {
        PNET_BUFFER_LIST next = lists->Next;
        struct batch* batch = lists->ProtocolReserved[0];
        if (lists->Status < 0) InterlockedIncrement64(&bound->send_failures);
        lists->Next = NULL;
        free_lists(lists);
        if (InterlockedDecrement(&batch->left) == 0) {
            complete(batch->irp, STATUS_SUCCESS, batch->bytes);
            ExFreePoolWithTag(batch, TAG);
        }
        lists = next;
    }
}
