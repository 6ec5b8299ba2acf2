/* SPDX-License-Identifier: GPL-2.0-only */
/* Received frames until a read takes them: bounded, the newest is dropped. Any IRQL <=
 * DISPATCH_LEVEL. */
#include "classes/rslnet/rslnet.h"

#define SKIP 0xFFFFFFFFu /* instead of a length: the next record is at the start */

NTSTATUS queue_init(struct frame_queue* queue) {
    KeInitializeSpinLock(&queue->lock);
    queue->data = ExAllocatePoolWithTag(NonPagedPool, QUEUE_BYTES, TAG);
    return queue->data == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

void queue_free(struct frame_queue* queue) {
    if (queue->data != NULL) ExFreePoolWithTag(queue->data, TAG);
}

BOOLEAN queue_is_empty(struct frame_queue* queue) {
    KIRQL irql;
    BOOLEAN empty;
    KeAcquireSpinLock(&queue->lock, &irql);
    empty = queue->used == 0;
    KeReleaseSpinLock(&queue->lock, irql);
    return empty;
}

static ULONG* word_at(struct frame_queue* queue, ULONG place) {
    return (ULONG*)(queue->data + place);
}

/* Room for a record of so many bytes, all in one piece; NULL: there is none. */
static UCHAR* reserve_locked(struct frame_queue* queue, ULONG record) {
    const ULONG end = QUEUE_BYTES - queue->tail;
    UCHAR* place;
    if (record > end) { /* the end is left empty; places are multiples of 4, so the mark fits */
        if (end + record > QUEUE_BYTES - queue->used) return NULL;
        *word_at(queue, queue->tail) = SKIP;
        queue->used += end;
        queue->tail = 0;
    }
    if (record > QUEUE_BYTES - queue->used) return NULL;
    place = queue->data + queue->tail;
    queue->tail = (queue->tail + record) % QUEUE_BYTES;
    queue->used += record;
    return place;
}

void queue_put(struct frame_queue* queue, PNET_BUFFER frame) {
    const ULONG bytes = frame->DataLength;
    const ULONG record = sizeof(RSL_NET_RECORD) + RSL_NET_PADDED(bytes);
    UCHAR* place = NULL;
    KIRQL irql;
    KeAcquireSpinLock(&queue->lock, &irql);
    if (bytes >= queue->least && bytes <= RSL_NET_BATCH_BYTES - sizeof(RSL_NET_RECORD))
        place = reserve_locked(queue, record);
    if (place == NULL) {
        ++queue->drops;
    } else {
        UCHAR* storage = place + sizeof(RSL_NET_RECORD);
        PVOID data = NdisGetDataBuffer(frame, bytes, storage, 1, 0);
        if (data != NULL && data != storage) RtlCopyMemory(storage, data, bytes);
        if (data == NULL) { /* unmapped pages: an empty record, which queue_take leaves out */
            ++queue->drops;
            *(ULONG*)place = 0x80000000u | bytes;
        } else {
            *(ULONG*)place = bytes;
        }
    }
    KeReleaseSpinLock(&queue->lock, irql);
}

ULONG queue_take(struct frame_queue* queue, UCHAR* out, ULONG room) {
    ULONG taken = 0;
    KIRQL irql;
    KeAcquireSpinLock(&queue->lock, &irql);
    while (queue->used != 0) {
        const ULONG bytes = *word_at(queue, queue->head);
        ULONG record = QUEUE_BYTES - queue->head;
        if (bytes != SKIP) {
            record = sizeof(RSL_NET_RECORD) + RSL_NET_PADDED(bytes & 0x7FFFFFFFu);
            if ((bytes & 0x80000000u) == 0) {
                if (record > room - taken) break;
                RtlCopyMemory(out + taken, queue->data + queue->head, record);
                taken += record;
            }
        }
        queue->head = (queue->head + record) % QUEUE_BYTES;
        queue->used -= record;
    }
    KeReleaseSpinLock(&queue->lock, irql);
    return taken;
}
