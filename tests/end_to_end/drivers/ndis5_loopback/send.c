/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames that are sent, to the peer. */
#include "loopback.h"

static struct frame* copy_frame(PNDIS_PACKET packet) {
    struct frame* frame = NULL;
    PNDIS_BUFFER buffer;
    UINT total, length, done = 0;
    PVOID memory;
    NdisQueryPacket(packet, NULL, NULL, &buffer, &total);
    if (total < HEADER || total > LONGEST) return NULL;
    if (NdisAllocateMemoryWithTag((PVOID*)&frame, sizeof(*frame), TAG) != NDIS_STATUS_SUCCESS)
        return NULL;
    for (; buffer != NULL; buffer = NDIS_BUFFER_LINKAGE(buffer)) {
        NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
        NdisMoveMemory(frame->data + done, memory, length);
        done += length;
    }
    frame->bytes = total;
    frame->next = NULL;
    return frame;
}

static void deliver(struct adapter* adapter, struct frame* frame) {
    struct adapter* peer;
    NdisAcquireSpinLock(&pair_lock); /* the peer stays */
    peer = adapter->peer;
    if (peer != NULL) {
        NdisDprAcquireSpinLock(&peer->lock);
        *peer->last = frame;
        peer->last = &frame->next;
        wake(peer);
        NdisDprReleaseSpinLock(&peer->lock);
    }
    NdisReleaseSpinLock(&pair_lock);
    if (peer == NULL) NdisFreeMemory(frame, sizeof(*frame), 0);
}

/* NDIS_STATUS_PENDING: the timer completes it. */
static NDIS_STATUS send_one(struct adapter* adapter, PNDIS_PACKET packet) {
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    struct frame* frame;
    LONG number;
    frame = copy_frame(packet);
    if (frame == NULL) return NDIS_STATUS_INVALID_LENGTH;
    number = InterlockedIncrement(&counts.sent);
    deliver(adapter, frame);
    if (number % LATER != 0) return status;
    NdisAcquireSpinLock(&adapter->lock);
    if (adapter->completion_count < 64) {
        adapter->completions[adapter->completion_count++] = packet;
        InterlockedIncrement(&counts.pended);
        status = NDIS_STATUS_PENDING;
        wake(adapter);
    }
    NdisReleaseSpinLock(&adapter->lock);
    return status;
}

#ifdef SERIALIZED
NDIS_STATUS NTAPI send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags) {
    struct adapter* adapter = context;
    NDIS_STATUS status;
    (void)flags;
    enter(adapter);
    if (!adapter->was_refused && ++adapter->number % LATER == LATER / 2) {
        adapter->was_refused = TRUE;
        InterlockedIncrement(&counts.refused);
        NdisDprAcquireSpinLock(&adapter->lock);
        adapter->busy = TRUE;
        wake(adapter);
        NdisDprReleaseSpinLock(&adapter->lock);
        status = NDIS_STATUS_RESOURCES;
    } else {
        adapter->was_refused = FALSE;
        status = send_one(adapter, packet);
    }
    leave(adapter);
    return status;
}
#else
VOID NTAPI send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count) {
    struct adapter* adapter = context;
    for (UINT i = 0; i < count; ++i) {
        NDIS_STATUS status = send_one(adapter, packets[i]);
        if (status != NDIS_STATUS_PENDING) NdisMSendComplete(adapter->handle, packets[i], status);
    }
}
#endif
