/* SPDX-License-Identifier: GPL-2.0-only */
/* rslnet.sys: hands the frames of a network adapter to a program, the bridge to a Linux TAP
 * interface (abi/private/rsl_net.h). It is a binding of ndis.sys; it knows nothing of TAP. */
#ifndef RSL_CLASSES_RSLNET_RSLNET_H
#define RSL_CLASSES_RSLNET_RSLNET_H

#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#include <csq.h> /* needs the other */

#include "abi/functions/ndis.h"
#include "abi/private/rsl_net.h"

#define TAG         'tNsR'
#define QUEUE_BYTES (512u * 1024) /* received frames that wait for a read */

/* IRPs that wait; cancelled ones leave by themselves. */
struct waiting {
    IO_CSQ csq;
    LIST_ENTRY irps;
    KSPIN_LOCK lock;
};

/* Records of a batch, one behind the other; one that would cross the end begins at the start. */
struct frame_queue {
    KSPIN_LOCK lock;
    UCHAR* data;
    ULONG head, tail, used; /* used counts skipped ends too; head is the oldest record */
    ULONG least;            /* bytes that a frame has */
    ULONG64 drops;
};

/* One open file. */
struct bound {
    RSL_NDIS_BINDING binding;
    KEVENT gate;               /* whoever sends, binds or unbinds; auto reset */
    PRSL_NDIS_ADAPTER adapter; /* under the gate; NULL: not bound */
    volatile LONG open;        /* frames may pass; set and cleared under the gate */
    EX_RUNDOWN_REF asking;     /* whoever asks the driver something, while it is open */
    ULONG index, mtu, medium, filter;
    KEVENT unbound;
    NDIS_HANDLE pool;
    struct waiting reads, events;
    volatile LONG event_count;
    struct frame_queue queue;
    volatile LONG64 send_failures;
};

/* waiting.c */
void waiting_init(struct waiting* waiting);
NTSTATUS waiting_add(struct waiting* waiting, PIRP irp); /* STATUS_PENDING */
PIRP waiting_take(struct waiting* waiting);              /* NULL: none */
void waiting_flush(struct waiting* waiting, NTSTATUS status);
NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information);

/* queue.c */
NTSTATUS queue_init(struct frame_queue* queue);
void queue_free(struct frame_queue* queue);
BOOLEAN queue_is_empty(struct frame_queue* queue);
void queue_put(struct frame_queue* queue, PNET_BUFFER frame); /* or counts a drop */
ULONG queue_take(struct frame_queue* queue, UCHAR* out, ULONG room);

/* binding.c */
void binding_init(struct bound* bound);
NTSTATUS bind(struct bound* bound, ULONG index);
void unbind(struct bound* bound);
void deliver(struct bound* bound); /* waiting frames to waiting reads */
void note_event(struct bound* bound);

/* send.c */
NTSTATUS send_batch(struct bound* bound, PIRP irp); /* completes it or answers STATUS_PENDING */
VOID NTAPI on_send_complete(PVOID context, PNET_BUFFER_LIST lists);

/* statistics.c */
NTSTATUS ask_counts(struct bound* bound, RSL_NET_COUNTS* out); /* waits for the driver */

#endif
