/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is whose peer. */
#include "loopback.h"

PNDIS_RW_LOCK_EX pair_lock;
static struct adapter* unpaired[2]; /* Ethernet, IP; under pair_lock */

void indicate_link(struct adapter* adapter, BOOLEAN up) {
    NDIS_LINK_STATE state = {
        {NDIS_OBJECT_TYPE_DEFAULT, NDIS_LINK_STATE_REVISION_1, NDIS_SIZEOF_LINK_STATE_REVISION_1}};
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    state.MediaConnectState = up ? MediaConnectStateConnected : MediaConnectStateDisconnected;
    state.MediaDuplexState = MediaDuplexStateFull;
    state.XmitLinkSpeed = state.RcvLinkSpeed = SPEED;
    indication.SourceHandle = adapter->handle;
    indication.StatusCode = NDIS_STATUS_LINK_STATE;
    indication.StatusBuffer = &state;
    indication.StatusBufferSize = sizeof(state);
    NdisMIndicateStatusEx(adapter->handle, &indication);
}

static struct adapter** place_of(struct adapter* adapter) {
    return &unpaired[adapter->medium == NdisMediumIP];
}

void pair(struct adapter* adapter) {
    struct adapter** place = place_of(adapter);
    LOCK_STATE_EX state;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    if (*place == NULL) {
        *place = adapter;
    } else {
        adapter->peer = *place;
        (*place)->peer = adapter;
        *place = NULL;
    }
    NdisReleaseRWLock(pair_lock, &state);
}

void unpair(struct adapter* adapter) {
    struct adapter** place = place_of(adapter);
    LOCK_STATE_EX state;
    struct adapter* peer;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    peer = adapter->peer;
    if (*place == adapter) *place = NULL;
    if (peer != NULL) {
        peer->peer = adapter->peer = NULL;
        if (*place == NULL) *place = peer;
    }
    NdisReleaseRWLock(pair_lock, &state);
    if (peer != NULL) indicate_link(peer, FALSE);
}

void drop(struct adapter* adapter) {
    if (InterlockedDecrement(&adapter->holds) == 0) NdisMPauseComplete(adapter->handle);
}

/* The peer, held, if it takes frames. */
struct adapter* hold_peer(struct adapter* adapter) {
    LOCK_STATE_EX state;
    struct adapter* peer;
    NdisAcquireRWLockRead(pair_lock, &state, 0);
    peer = adapter->peer;
    if (peer != NULL && peer->running) {
        InterlockedIncrement(&peer->holds);
    } else {
        peer = NULL;
    }
    NdisReleaseRWLock(pair_lock, &state);
    return peer;
}
