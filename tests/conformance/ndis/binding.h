/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands above an adapter in tests of NDIS 5: a binding (abi/private/rsl_ndis.h), whose header
 * and mingw-w64's NDIS 5 one do not go together. */
#pragma once

#include "conformance.h"

typedef struct {
    volatile LONG Statuses, LastStatus, LinkState;
    ULONG64 LinkSpeed;
    volatile LONG Received, Returned;
    ULONG ReceivedBytes;
    UCHAR Data[256];          /* of the last frame */
    BOOLEAN Resources, Keeps; /* Keeps: a frame stays with the binding until BindingReturn */
    volatile LONG SendsDone, SendStatus;
} SEEN;
extern SEEN Seen;

/* Binds to the adapter that came last. */
BOOLEAN BindingUp(VOID);
VOID BindingDown(VOID);
/* Sends `bytes` in MDLs of at most `piece` bytes; the first and the last have `more` bytes that are
 * not part of the frame. Wait for Seen.SendsDone. */
BOOLEAN BindingSend(const void* data, ULONG bytes, ULONG piece, ULONG more);
VOID BindingReturn(VOID);
