/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames to the device. Each NET_BUFFER becomes a scatter/gather list, waits for room in the ring,
 * and takes one entry for each piece. A NET_BUFFER_LIST is complete when its last NET_BUFFER is.
 *
 *   NET_BUFFER.MiniportReserved       [0] its list  [1] its pieces  [2] the next one that waits or
 * is done NET_BUFFER_LIST.MiniportReserved  [0] NET_BUFFERs not done, and 1 while send_frames()
 * looks at it [1] the adapter */
#include "e1000.h"

#define LIST_OF(buffer)   (*(PNET_BUFFER_LIST*)&(buffer)->MiniportReserved[0])
#define PIECES_OF(buffer) (*(PSCATTER_GATHER_LIST*)&(buffer)->MiniportReserved[1])
#define NEXT_OF(buffer)   (*(PNET_BUFFER*)&(buffer)->MiniportReserved[2])
#define LEFT_OF(list)     (*(LONG64*)&(list)->MiniportReserved[0])
#define ADAPTER_OF(list)  (*(struct adapter**)&(list)->MiniportReserved[1])

static ULONG next_entry(ULONG entry) { return (entry + 1) % RING_ENTRIES; }

NDIS_STATUS make_send_ring(struct adapter* adapter) {
    NdisAllocateSpinLock(&adapter->send.lock);
    adapter->send.waiting_end = &adapter->send.waiting;
    return allocate_shared(adapter, &adapter->send.descriptors,
                           RING_ENTRIES * sizeof(struct send_descriptor));
}
void free_send_ring(struct adapter* adapter) { free_shared(adapter, &adapter->send.descriptors); }

/* One NET_BUFFER of the list is done. The list, if it was the last one. */
static PNET_BUFFER_LIST finish(PNET_BUFFER_LIST list, NDIS_STATUS status) {
    if (status != NDIS_STATUS_SUCCESS) NET_BUFFER_LIST_STATUS(list) = status;
    return InterlockedDecrement64(&LEFT_OF(list)) == 0 ? list : NULL;
}

static void complete_list(struct adapter* adapter, PNET_BUFFER_LIST list, ULONG flags) {
    if (list == NULL) return;
    NET_BUFFER_LIST_NEXT_NBL(list) = NULL;
    NdisMSendNetBufferListsComplete(adapter->handle, list, flags);
    drop_holds(adapter, 1);
}

/* A chain by NEXT_OF of frames that the device has done with. At DISPATCH_LEVEL. */
static void finish_chain(struct adapter* adapter, PNET_BUFFER buffer, NDIS_STATUS status) {
    PNET_BUFFER_LIST first = NULL, *end = &first;
    LONG lists = 0;
    while (buffer != NULL) {
        PNET_BUFFER next = NEXT_OF(buffer);
        PNET_BUFFER_LIST list = LIST_OF(buffer);
        NdisMFreeNetBufferSGList(adapter->dma, PIECES_OF(buffer), buffer);
        list = finish(list, status); /* buffer may be gone from here on */
        if (list != NULL) {
            *end = list;
            end = &NET_BUFFER_LIST_NEXT_NBL(list);
            ++lists;
        }
        buffer = next;
    }
    *end = NULL;
    if (first == NULL) return;
    NdisMSendNetBufferListsComplete(adapter->handle, first,
                                    NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL);
    drop_holds(adapter, lists);
}

/* ---- The ring */

static ULONG room_locked(const struct send_ring* ring) {
    return (ring->taken + RING_ENTRIES - ring->filled - 1) % RING_ENTRIES;
}

/* The list begins with the MDL, the frame at an offset into it. */
static void write_frame_locked(struct send_ring* ring, PNET_BUFFER buffer) {
    PSCATTER_GATHER_LIST pieces = PIECES_OF(buffer);
    ULONG skip = NET_BUFFER_CURRENT_MDL_OFFSET(buffer), left = NET_BUFFER_DATA_LENGTH(buffer);
    ULONG begin = ring->filled, last = ring->filled;
    struct send_descriptor* entries = ring->descriptors.memory;
    for (ULONG i = 0; i < pieces->NumberOfElements && left != 0; ++i) {
        SCATTER_GATHER_ELEMENT piece = pieces->Elements[i];
        struct send_descriptor* entry = &entries[ring->filled];
        ULONG bytes;
        if (skip >= piece.Length) {
            skip -= piece.Length;
            continue;
        }
        bytes = piece.Length - skip < left ? piece.Length - skip : left;
        RtlZeroMemory(entry, sizeof(*entry));
        entry->address = (ULONG64)piece.Address.QuadPart + skip;
        entry->bytes = (USHORT)bytes;
        entry->command = SEND_ADD_CRC;
        skip = 0;
        left -= bytes;
        last = ring->filled;
        ring->filled = next_entry(ring->filled);
    }
    entries[last].command = SEND_ADD_CRC | SEND_END_OF_FRAME | SEND_REPORT;
    ring->frames[begin] = buffer;
    ring->last[begin] = last;
}

static void fill_locked(struct adapter* adapter) {
    struct send_ring* ring = &adapter->send;
    ULONG before = ring->filled;
    while (ring->waiting != NULL &&
           PIECES_OF(ring->waiting)->NumberOfElements <= room_locked(ring)) {
        PNET_BUFFER buffer = ring->waiting;
        ring->waiting = NEXT_OF(buffer);
        if (ring->waiting == NULL) ring->waiting_end = &ring->waiting;
        write_frame_locked(ring, buffer);
    }
    if (ring->filled == before) return;
    order_memory(); /* the device sees the entries before it may use them */
    write_register(adapter, REG_TDT, ring->filled);
}

/* Takes frames out of the ring: those that are done, or all. A chain by NEXT_OF. */
static PNET_BUFFER take_locked(struct send_ring* ring, BOOLEAN all) {
    volatile struct send_descriptor* entries = ring->descriptors.memory;
    PNET_BUFFER first = NULL, *end = &first;
    while (ring->taken != ring->filled) {
        ULONG last = ring->last[ring->taken];
        PNET_BUFFER buffer = ring->frames[ring->taken];
        if (!all && !(entries[last].status & SENT_DONE)) break;
        ring->frames[ring->taken] = NULL;
        ring->taken = next_entry(last);
        *end = buffer;
        end = &NEXT_OF(buffer);
    }
    *end = NULL;
    return first;
}

static BOOLEAN may_fill_locked(const struct adapter* adapter) {
    return adapter->running && !adapter->resetting && !adapter->gone;
}

/* At DISPATCH_LEVEL. */
void complete_sent(struct adapter* adapter) {
    PNET_BUFFER done;
    NdisDprAcquireSpinLock(&adapter->send.lock);
    done = take_locked(&adapter->send, FALSE);
    if (may_fill_locked(adapter)) fill_locked(adapter);
    NdisDprReleaseSpinLock(&adapter->send.lock);
    finish_chain(adapter, done, NDIS_STATUS_SUCCESS);
}

void abort_sends(struct adapter* adapter, NDIS_STATUS status) {
    struct send_ring* ring = &adapter->send;
    PNET_BUFFER sent, unsent, waiting;
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    NdisDprAcquireSpinLock(&ring->lock);
    sent = take_locked(ring, FALSE);
    unsent = take_locked(ring, TRUE);
    waiting = ring->waiting;
    ring->waiting = NULL;
    ring->waiting_end = &ring->waiting;
    ring->filled = ring->taken = 0;
    NdisDprReleaseSpinLock(&ring->lock);
    finish_chain(adapter, sent, NDIS_STATUS_SUCCESS);
    finish_chain(adapter, unsent, status);
    finish_chain(adapter, waiting, status);
    KeLowerIrql(irql);
}

/* While sends are held, frames from above wait; then they go. */
void hold_sends(struct adapter* adapter, BOOLEAN held) {
    NdisAcquireSpinLock(&adapter->send.lock);
    adapter->resetting = held;
    if (may_fill_locked(adapter)) fill_locked(adapter);
    NdisReleaseSpinLock(&adapter->send.lock);
}

/* Whether the device has not moved since it was asked last, with something to do. */
BOOLEAN sends_hang(struct adapter* adapter) {
    struct send_ring* ring = &adapter->send;
    BOOLEAN hang;
    NdisAcquireSpinLock(&ring->lock);
    hang = adapter->link_up && ring->taken != ring->filled && ring->taken == ring->taken_at_check;
    ring->taken_at_check = ring->taken;
    NdisReleaseSpinLock(&ring->lock);
    return hang;
}

/* ---- From above */

static void count_sent(struct adapter* adapter, PNET_BUFFER buffer) {
    UCHAR storage[ADDRESS_BYTES];
    PUCHAR address = NdisGetDataBuffer(buffer, ADDRESS_BYTES, storage, 1, 0);
    enum cast cast = address == NULL ? kUnicast : cast_of(address);
    InterlockedIncrement64(&adapter->statistics.sent[cast]);
    InterlockedAdd64(&adapter->statistics.sent_bytes[cast], NET_BUFFER_DATA_LENGTH(buffer));
}

/* The pieces of a frame are known. At DISPATCH_LEVEL, in send_frames() or later. */
VOID NTAPI send_list_ready(PDEVICE_OBJECT device, PVOID reserved, PSCATTER_GATHER_LIST pieces,
                           PVOID context) {
    PNET_BUFFER buffer = context;
    struct adapter* adapter = ADAPTER_OF(LIST_OF(buffer));
    BOOLEAN taken;
    (void)device, (void)reserved;
    PIECES_OF(buffer) = pieces;
    NEXT_OF(buffer) = NULL;
    NdisDprAcquireSpinLock(&adapter->send.lock);
    taken = adapter->running && !adapter->gone && pieces->NumberOfElements <= FRAGMENTS_MOST;
    if (taken) {
        count_sent(adapter, buffer);
        *adapter->send.waiting_end = buffer;
        adapter->send.waiting_end = &NEXT_OF(buffer);
        if (may_fill_locked(adapter)) fill_locked(adapter);
    }
    NdisDprReleaseSpinLock(&adapter->send.lock);
    if (taken) return;
    InterlockedIncrement64(&adapter->statistics.send_discards);
    finish_chain(adapter, buffer, NDIS_STATUS_FAILURE);
}

static NDIS_STATUS send_frame(struct adapter* adapter, PNET_BUFFER_LIST list, PNET_BUFFER buffer) {
    ULONG bytes = NET_BUFFER_DATA_LENGTH(buffer);
    if (bytes < HEADER || bytes > MTU + HEADER) return NDIS_STATUS_INVALID_LENGTH;
    LIST_OF(buffer) = list;
    return NdisMAllocateNetBufferSGList(adapter->dma, buffer, buffer, NDIS_SG_LIST_WRITE_TO_DEVICE,
                                        NULL, 0);
}

static void send_list(struct adapter* adapter, PNET_BUFFER_LIST list, ULONG flags) {
    PNET_BUFFER buffer = NET_BUFFER_LIST_FIRST_NB(list);
    NET_BUFFER_LIST_STATUS(list) = NDIS_STATUS_SUCCESS;
    ADAPTER_OF(list) = adapter;
    LEFT_OF(list) = 1;
    while (buffer != NULL) {
        PNET_BUFFER next = NET_BUFFER_NEXT_NB(buffer);
        NDIS_STATUS status;
        InterlockedIncrement64(&LEFT_OF(list));
        status = send_frame(adapter, list, buffer);
        if (status != NDIS_STATUS_SUCCESS) {
            InterlockedIncrement64(&adapter->statistics.send_errors);
            finish(list, status); /* not the last one: the 1 of the beginning is still there */
        }
        buffer = next;
    }
    complete_list(adapter, finish(list, NDIS_STATUS_SUCCESS), flags);
}

VOID NTAPI send_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                       ULONG flags) {
    struct adapter* adapter = context;
    ULONG complete_flags =
        flags & NDIS_SEND_FLAGS_DISPATCH_LEVEL ? NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL : 0;
    (void)port;
    while (lists != NULL) {
        PNET_BUFFER_LIST next = NET_BUFFER_LIST_NEXT_NBL(lists);
        BOOLEAN held;
        NET_BUFFER_LIST_NEXT_NBL(lists) = NULL;
        NdisAcquireSpinLock(&adapter->send.lock);
        held = adapter->running;
        if (held) InterlockedIncrement(&adapter->holds);
        NdisReleaseSpinLock(&adapter->send.lock);
        if (held) {
            send_list(adapter, lists, complete_flags);
        } else {
            NET_BUFFER_LIST_STATUS(lists) = NDIS_STATUS_PAUSED;
            NdisMSendNetBufferListsComplete(adapter->handle, lists, complete_flags);
        }
        lists = next;
    }
}

/* Nothing waits for long: the device sends it or a pause aborts it. */
VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID id) { (void)context, (void)id; }
