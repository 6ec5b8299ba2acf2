/* SPDX-License-Identifier: GPL-2.0-only */
#include "binding.h"

#include "ndis_test.h"

#include "abi/private/rsl_ndis.h"

SEEN Seen;
static PRSL_NDIS_ADAPTER Adapter;
static NDIS_HANDLE Pool;
static PNET_BUFFER_LIST Kept;

static VOID NTAPI OnReceive(PVOID context, PNET_BUFFER_LIST lists, ULONG count, BOOLEAN resources) {
    (void)context, (void)count;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = list->Next) {
        PNET_BUFFER buffer = list->FirstNetBuffer;
        ULONG bytes = min(buffer->DataLength, sizeof(Seen.Data));
        PVOID data = NdisGetDataBuffer(buffer, bytes, Seen.Data, 1, 0);
        if (data != NULL && data != Seen.Data) RtlCopyMemory(Seen.Data, data, bytes);
        Seen.ReceivedBytes = buffer->DataLength;
        InterlockedIncrement(&Seen.Received);
    }
    Seen.Resources = resources;
    if (resources) return;
    if (Seen.Keeps) {
        Kept = lists;
    } else {
        RslNdisReturn(Adapter, lists);
    }
}
static VOID NTAPI OnSendComplete(PVOID context, PNET_BUFFER_LIST lists) {
    (void)context;
    while (lists != NULL) {
        PNET_BUFFER_LIST next = lists->Next;
        PMDL mdl = lists->FirstNetBuffer->MdlChain;
        PVOID memory = MmGetMdlVirtualAddress(mdl);
        Seen.SendStatus = lists->Status;
        NdisFreeNetBufferList(lists);
        while (mdl != NULL) {
            PMDL after = mdl->Next;
            NdisFreeMdl(mdl);
            mdl = after;
        }
        ExFreePoolWithTag(memory, CONFORMANCE_TAG);
        InterlockedIncrement(&Seen.SendsDone);
        lists = next;
    }
}
static VOID NTAPI OnStatus(PVOID context, PNDIS_STATUS_INDICATION indication) {
    (void)context;
    Seen.LastStatus = indication->StatusCode;
    if (indication->StatusCode == NDIS_STATUS_LINK_STATE) {
        PNDIS_LINK_STATE state = indication->StatusBuffer;
        Seen.LinkState = (LONG)state->MediaConnectState;
        Seen.LinkSpeed = state->RcvLinkSpeed;
    }
    InterlockedIncrement(&Seen.Statuses);
}
static VOID NTAPI Nothing(PVOID context) { (void)context; }

static const RSL_NDIS_BINDING kBinding = {
    sizeof(RSL_NDIS_BINDING), NULL, OnReceive, OnSendComplete, OnStatus, Nothing, Nothing};

BOOLEAN BindingUp(VOID) {
    RSL_NDIS_ADAPTER_STATE state;
    ULONG index = 0;
    RtlZeroMemory(&Seen, sizeof(Seen));
    Pool = ListPool(TRUE, 0, 0);
    while (RslNdisQueryAdapter(index + 1, &state) == STATUS_SUCCESS) index = state.InterfaceIndex;
    return Pool != NULL && NT_SUCCESS(RslNdisBind(index, &kBinding, &Adapter));
}
VOID BindingDown(VOID) {
    if (Adapter != NULL) RslNdisUnbind(Adapter, &kBinding);
    Adapter = NULL;
    if (Pool != NULL) NdisFreeNetBufferListPool(Pool);
    Pool = NULL;
}

static VOID FreeMdls(PMDL mdl) {
    while (mdl != NULL) {
        PMDL next = mdl->Next;
        NdisFreeMdl(mdl);
        mdl = next;
    }
}

BOOLEAN BindingSend(const void* data, ULONG bytes, ULONG piece, ULONG more) {
    ULONG all = bytes + 2 * more, place = 0;
    PUCHAR memory = ExAllocatePoolWithTag(NonPagedPool, all, CONFORMANCE_TAG);
    PMDL first = NULL, *link = &first;
    PNET_BUFFER_LIST list;
    if (memory == NULL) return FALSE;
    RtlFillMemory(memory, all, '!');
    RtlCopyMemory(memory + more, data, bytes);
    while (place < all) {
        ULONG here = min(piece + more, all - place);
        *link = NdisAllocateMdl(NULL, memory + place, here);
        if (*link == NULL) break;
        link = &(*link)->Next;
        place += here;
    }
    list =
        place < all ? NULL : NdisAllocateNetBufferAndNetBufferList(Pool, 0, 0, first, more, bytes);
    if (list == NULL) {
        FreeMdls(first);
        ExFreePoolWithTag(memory, CONFORMANCE_TAG);
        return FALSE;
    }
    RslNdisSend(Adapter, list);
    return TRUE;
}

VOID BindingReturn(VOID) {
    PNET_BUFFER_LIST lists = Kept;
    Kept = NULL;
    if (lists != NULL) RslNdisReturn(Adapter, lists);
}
