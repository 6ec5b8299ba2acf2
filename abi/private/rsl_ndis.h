// SPDX-License-Identifier: GPL-2.0-only
// The binding: what stands above an adapter of ndis.sys, such as the bridge to a Linux TAP
// interface. Exported by ndis.sys under Rsl names; drivers of other people never see it
// (docs/adr/0021-ndis.md).
//
// An adapter has one such binding at most. Frames go down by RslNdisSend and come back by
// SendComplete; frames that come up by Receive go back by RslNdisReturn, from any thread and in any
// order. Both directions are lists of NET_BUFFER_LISTs, so that a burst is one call. Whoever owns a
// list may change its Next.
#pragma once

#include "abi/types/ndis_miniport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _RSL_NDIS_ADAPTER* PRSL_NDIS_ADAPTER;

typedef struct _RSL_NDIS_BINDING {
    ULONG Size; /* sizeof(RSL_NDIS_BINDING) */
    PVOID Context;
    /* Frames have come. IRQL <= DISPATCH_LEVEL. With Resources the lists are the miniport's again
     * when this returns: copy, and do not return them; else give each back by RslNdisReturn, here
     * or later. */
    VOID(NTAPI* Receive)(PVOID Context, PNET_BUFFER_LIST Lists, ULONG Count, BOOLEAN Resources);
    /* Lists of RslNdisSend are the binding's again; each has its Status. NDIS_STATUS_PAUSED: the
     * layers below change, or the adapter stops. IRQL <= DISPATCH_LEVEL. */
    VOID(NTAPI* SendComplete)(PVOID Context, PNET_BUFFER_LIST Lists);
    /* What the miniport indicates: link state and others. IRQL <= DISPATCH_LEVEL. */
    VOID(NTAPI* Status)(PVOID Context, PNDIS_STATUS_INDICATION Indication);
    /* The adapter stops or goes: return every list, send none. PASSIVE_LEVEL. */
    VOID(NTAPI* Stopping)(PVOID Context);
    /* Follows Stopping, once every list is back on its side: nothing of the binding is called any
     * more. PASSIVE_LEVEL. */
    VOID(NTAPI* Unbound)(PVOID Context);
} RSL_NDIS_BINDING, *PRSL_NDIS_BINDING;

typedef struct _RSL_NDIS_ADAPTER_STATE {
    ULONG InterfaceIndex; /* 1.., never reused */
    ULONG Running;        /* 1: frames pass */
    WCHAR Instance[40];   /* "{GUID}", NUL-terminated */
    WCHAR Service[64];    /* the miniport's, NUL-terminated */
    UCHAR PermanentAddress[6], CurrentAddress[6];
    ULONG Mtu;                           /* without an Ethernet header */
    ULONG MediaConnectState;             /* NDIS_MEDIA_CONNECT_STATE */
    ULONG Medium;                        /* NDIS_MEDIUM */
    ULONG64 XmitLinkSpeed, RcvLinkSpeed; /* bits a second */
    ULONG64 FramesSent, BytesSent, SendErrors, FramesReceived, BytesReceived, ReceiveDiscards;
} RSL_NDIS_ADAPTER_STATE, *PRSL_NDIS_ADAPTER_STATE;

/* The first adapter whose index is at least InterfaceIndex; STATUS_NO_MORE_ENTRIES. PASSIVE_LEVEL,
 * as all below but two. */
NTSTATUS NTAPI RslNdisQueryAdapter(ULONG InterfaceIndex, PRSL_NDIS_ADAPTER_STATE State);
/* Binding stays the caller's and must live until RslNdisUnbind has returned STATUS_SUCCESS or
 * Unbound has been called. STATUS_NO_SUCH_DEVICE, STATUS_DEVICE_BUSY: it has one,
 * STATUS_DEVICE_NOT_READY: it does not run. */
NTSTATUS NTAPI RslNdisBind(ULONG InterfaceIndex, const RSL_NDIS_BINDING* Binding,
                           PRSL_NDIS_ADAPTER* Adapter);
/* Waits until every list is back on its side. STATUS_PENDING: the adapter stops, Unbound will be
 * called or is being called. */
NTSTATUS NTAPI RslNdisUnbind(PRSL_NDIS_ADAPTER Adapter, const RSL_NDIS_BINDING* Binding);
/* Waits for the miniport's answer: an NDIS_STATUS. */
LONG NTAPI RslNdisRequest(PRSL_NDIS_ADAPTER Adapter, PNDIS_OID_REQUEST Request);
/* IRQL <= DISPATCH_LEVEL. */
VOID NTAPI RslNdisSend(PRSL_NDIS_ADAPTER Adapter, PNET_BUFFER_LIST Lists);
VOID NTAPI RslNdisReturn(PRSL_NDIS_ADAPTER Adapter, PNET_BUFFER_LIST Lists);

#ifdef __cplusplus
}
#endif
