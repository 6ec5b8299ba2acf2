/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens in an adapter's own context, by its timer; which adapters are peers. */
#include "loopback.h"

NDIS_SPIN_LOCK pair_lock;
static struct adapter* slots[2]; /* under pair_lock */

VOID NTAPI timer_due(PVOID system1, PVOID context, PVOID system2, PVOID system3) {
    struct adapter* adapter = context;
    struct frame* frame;
    PNDIS_PACKET completions[64];
    UINT count;
    BOOLEAN link, request, resources, was_reset;
    (void)system1, (void)system2, (void)system3;
    enter(adapter);
    InterlockedIncrement(&counts.timers);
    NdisDprAcquireSpinLock(&adapter->lock);
    frame = adapter->first;
    adapter->first = NULL;
    adapter->last = &adapter->first;
    count = adapter->completion_count;
    NdisMoveMemory(completions, adapter->completions, count * sizeof(completions[0]));
    adapter->completion_count = 0;
    link = adapter->link_news;
    request = adapter->request_pends;
    resources = adapter->busy;
    was_reset = adapter->reset_pends;
    adapter->link_news = adapter->request_pends = adapter->busy = adapter->reset_pends = FALSE;
    NdisDprReleaseSpinLock(&adapter->lock);
    while (frame != NULL) {
        struct frame* next = frame->next;
        indicate(adapter, frame);
        NdisFreeMemory(frame, sizeof(*frame), 0);
        frame = next;
    }
#ifdef SERIALIZED
    NdisMEthIndicateReceiveComplete(adapter->handle);
#endif
    for (UINT i = 0; i < count; ++i) {
        NdisMSendComplete(adapter->handle, completions[i], NDIS_STATUS_SUCCESS);
    }
    if (link) {
        NdisMIndicateStatus(
            adapter->handle,
            adapter->connected ? NDIS_STATUS_MEDIA_CONNECT : NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
        NdisMIndicateStatusComplete(adapter->handle);
    }
    if (resources) NdisMSendResourcesAvailable(adapter->handle);
    if (request) NdisMSetInformationComplete(adapter->handle, NDIS_STATUS_SUCCESS);
    if (was_reset) NdisMResetComplete(adapter->handle, NDIS_STATUS_SUCCESS, TRUE);
    leave(adapter);
}

/* With adapter->lock or before anybody has it. */
void wake(struct adapter* adapter) {
    if (!adapter->halting) NdisMSetTimer(&adapter->timer, 1);
}

/* ---- The pair */

static void set_link(struct adapter* adapter, BOOLEAN connected) {
    NdisAcquireSpinLock(&adapter->lock);
    adapter->connected = connected;
    adapter->link_news = TRUE;
    wake(adapter);
    NdisReleaseSpinLock(&adapter->lock);
}

BOOLEAN pair(struct adapter* adapter) {
    BOOLEAN room = FALSE;
    NdisAcquireSpinLock(&pair_lock);
    for (LONG i = 0; i < 2 && !room; ++i) {
        if (slots[i] != NULL) continue;
        room = TRUE;
        slots[i] = adapter;
        adapter->slot = i;
        adapter->peer = slots[1 - i];
        if (adapter->peer == NULL) continue;
        adapter->peer->peer = adapter;
        adapter->connected = TRUE;
        set_link(adapter->peer, TRUE);
    }
    NdisReleaseSpinLock(&pair_lock);
    return room;
}

void unpair(struct adapter* adapter) {
    NdisAcquireSpinLock(&pair_lock);
    slots[adapter->slot] = NULL;
    if (adapter->peer != NULL) {
        adapter->peer->peer = NULL;
        set_link(adapter->peer, FALSE);
    }
    NdisReleaseSpinLock(&pair_lock);
}
