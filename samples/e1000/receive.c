/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames from the device. There are more buffers than ring entries: one that goes up is replaced at
 * once, and comes back to the free ones by return_frames(). When all are above us, the device
 * counts what it misses. */
#include "e1000.h"

static struct receive_descriptor* descriptor_of(struct receive_ring* ring, ULONG entry) {
    return (struct receive_descriptor*)ring->descriptors.memory + entry;
}
static struct receive_buffer* buffer_of(PNET_BUFFER_LIST list) {
    return (struct receive_buffer*)list->MiniportReserved[0];
}
static ULONG next_entry(ULONG entry) { return (entry + 1) % RING_ENTRIES; }

static NDIS_STATUS make_buffer(struct adapter* adapter, ULONG index) {
    struct receive_ring* ring = &adapter->receive;
    struct receive_buffer* buffer = &ring->buffers[index];
    PUCHAR memory = (PUCHAR)ring->memory.memory + index * BUFFER_BYTES;
    buffer->physical.QuadPart = ring->memory.physical.QuadPart + index * BUFFER_BYTES;
    buffer->mdl = NdisAllocateMdl(adapter->handle, memory, BUFFER_BYTES);
    if (buffer->mdl == NULL) return NDIS_STATUS_RESOURCES;
    buffer->list =
        NdisAllocateNetBufferAndNetBufferList(adapter->list_pool, 0, 0, buffer->mdl, 0, 0);
    if (buffer->list == NULL) return NDIS_STATUS_RESOURCES;
    buffer->list->SourceHandle = adapter->handle;
    buffer->list->MiniportReserved[0] = buffer;
    buffer->next = ring->free;
    ring->free = buffer;
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS make_receive_ring(struct adapter* adapter) {
    struct receive_ring* ring = &adapter->receive;
    NET_BUFFER_LIST_POOL_PARAMETERS pool = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    NDIS_STATUS status;
    NdisAllocateSpinLock(&ring->lock);
    pool.fAllocateNetBuffer = TRUE;
    pool.PoolTag = TAG;
    adapter->list_pool = NdisAllocateNetBufferListPool(adapter->handle, &pool);
    ring->buffers = NdisAllocateMemoryWithTagPriority(
        adapter->handle, RECEIVE_BUFFERS * sizeof(struct receive_buffer), TAG,
        NdisNormalPoolPriority);
    if (adapter->list_pool == NULL || ring->buffers == NULL) return NDIS_STATUS_RESOURCES;
    RtlZeroMemory(ring->buffers, RECEIVE_BUFFERS * sizeof(struct receive_buffer));
    status = allocate_shared(adapter, &ring->descriptors,
                             RING_ENTRIES * sizeof(struct receive_descriptor));
    if (status == NDIS_STATUS_SUCCESS)
        status = allocate_shared(adapter, &ring->memory, RECEIVE_BUFFERS * BUFFER_BYTES);
    for (ULONG i = 0; i < RECEIVE_BUFFERS && status == NDIS_STATUS_SUCCESS; ++i)
        status = make_buffer(adapter, i);
    return status;
}

void free_receive_ring(struct adapter* adapter) {
    struct receive_ring* ring = &adapter->receive;
    for (ULONG i = 0; ring->buffers != NULL && i < RECEIVE_BUFFERS; ++i) {
        if (ring->buffers[i].list != NULL) NdisFreeNetBufferList(ring->buffers[i].list);
        if (ring->buffers[i].mdl != NULL) NdisFreeMdl(ring->buffers[i].mdl);
    }
    free_shared(adapter, &ring->memory);
    free_shared(adapter, &ring->descriptors);
    if (ring->buffers != NULL) NdisFreeMemory(ring->buffers, 0, 0);
    if (adapter->list_pool != NULL) NdisFreeNetBufferListPool(adapter->list_pool);
}

/* Gives the device free buffers. One entry stays empty: a full ring would look like an empty one.
 */
static void fill_locked(struct adapter* adapter) {
    struct receive_ring* ring = &adapter->receive;
    ULONG before = ring->filled;
    while (ring->free != NULL && next_entry(ring->filled) != ring->taken) {
        struct receive_buffer* buffer = ring->free;
        struct receive_descriptor* descriptor = descriptor_of(ring, ring->filled);
        ring->free = buffer->next;
        ring->in_ring[ring->filled] = buffer;
        descriptor->address = (ULONG64)buffer->physical.QuadPart;
        descriptor->status = 0;
        ring->filled = next_entry(ring->filled);
    }
    if (ring->filled == before || adapter->gone) return;
    order_memory(); /* the device sees the entries before it may use them */
    write_register(adapter, REG_RDT, ring->filled);
}

void restart_receive_ring(struct adapter* adapter) {
    struct receive_ring* ring = &adapter->receive;
    NdisAcquireSpinLock(&ring->lock);
    for (ULONG i = 0; i < RING_ENTRIES; ++i) {
        if (ring->in_ring[i] == NULL) continue;
        ring->in_ring[i]->next = ring->free;
        ring->free = ring->in_ring[i];
        ring->in_ring[i] = NULL;
    }
    ring->filled = ring->taken = 0;
    write_register(adapter, REG_RDH, 0);
    write_register(adapter, REG_RDT, 0);
    fill_locked(adapter);
    NdisReleaseSpinLock(&ring->lock);
}

static void count_received(struct adapter* adapter, PMDL mdl, ULONG bytes) {
    enum cast cast = cast_of(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));
    ++adapter->statistics.received[cast];
    adapter->statistics.received_bytes[cast] += bytes;
}

/* The next frame that the device has finished, out of the ring; NULL: none, or it was a bad one. */
static struct receive_buffer* take_locked(struct adapter* adapter, BOOLEAN* more) {
    struct receive_ring* ring = &adapter->receive;
    struct receive_descriptor* descriptor = descriptor_of(ring, ring->taken);
    struct receive_buffer* buffer = ring->in_ring[ring->taken];
    UCHAR status = *(volatile UCHAR*)&descriptor->status;
    *more = buffer != NULL && (status & RECEIVED_DONE) != 0;
    if (!*more) return NULL;
    order_memory(); /* the rest of the entry is read after its status */
    ring->in_ring[ring->taken] = NULL;
    ring->taken = next_entry(ring->taken);
    if (!(status & RECEIVED_WHOLE) || descriptor->errors != 0 || descriptor->bytes < HEADER ||
        descriptor->bytes > MTU + HEADER || !adapter->running) {
        if (adapter->running) InterlockedIncrement64(&adapter->statistics.receive_errors);
        buffer->next = ring->free;
        ring->free = buffer;
        return NULL;
    }
    NET_BUFFER_DATA_LENGTH(buffer->list->FirstNetBuffer) = descriptor->bytes;
    count_received(adapter, buffer->mdl, descriptor->bytes);
    return buffer;
}

/* At DISPATCH_LEVEL. */
void receive_frames(struct adapter* adapter) {
    struct receive_ring* ring = &adapter->receive;
    PNET_BUFFER_LIST first = NULL, *end = &first;
    ULONG count = 0;
    BOOLEAN more = TRUE;
    NdisDprAcquireSpinLock(&ring->lock);
    while (more) {
        struct receive_buffer* buffer = take_locked(adapter, &more);
        if (buffer == NULL) continue;
        NET_BUFFER_LIST_STATUS(buffer->list) = NDIS_STATUS_SUCCESS;
        *end = buffer->list;
        end = &NET_BUFFER_LIST_NEXT_NBL(buffer->list);
        ++count;
    }
    *end = NULL;
    fill_locked(adapter);
    InterlockedAdd(&adapter->holds, (LONG)count);
    NdisDprReleaseSpinLock(&ring->lock);
    if (count == 0) return;
    NdisMIndicateReceiveNetBufferLists(adapter->handle, first, NDIS_DEFAULT_PORT_NUMBER, count,
                                       NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL);
}

VOID NTAPI return_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    struct adapter* adapter = context;
    struct receive_ring* ring = &adapter->receive;
    LONG count = 0;
    (void)flags;
    NdisAcquireSpinLock(&ring->lock);
    for (; lists != NULL; lists = NET_BUFFER_LIST_NEXT_NBL(lists)) {
        struct receive_buffer* buffer = buffer_of(lists);
        buffer->next = ring->free;
        ring->free = buffer;
        ++count;
    }
    if (adapter->running) fill_locked(adapter);
    NdisReleaseSpinLock(&ring->lock);
    drop_holds(adapter, count);
}
