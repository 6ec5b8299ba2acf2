/* SPDX-License-Identifier: GPL-2.0-only */
/* mingw-w64's NDIS 5 header, made to compile: its ntddndis.h has the request types a second time,
 * and one prototype lacks a comma. */
#pragma once
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#define _NDIS_REQUEST_TYPE          _NDIS_REQUEST_TYPE_AGAIN
#define NDIS_REQUEST_TYPE           NDIS_REQUEST_TYPE_AGAIN
#define PNDIS_REQUEST_TYPE          PNDIS_REQUEST_TYPE_AGAIN
#define NdisRequestQueryInformation NdisRequestQueryInformationAgain
#define NdisRequestSetInformation   NdisRequestSetInformationAgain
#define NdisRequestQueryStatistics  NdisRequestQueryStatisticsAgain
#define NdisRequestOpen             NdisRequestOpenAgain
#define NdisRequestClose            NdisRequestCloseAgain
#define NdisRequestSend             NdisRequestSendAgain
#define NdisRequestTransferData     NdisRequestTransferDataAgain
#define NdisRequestReset            NdisRequestResetAgain
#define NdisRequestGeneric1         NdisRequestGeneric1Again
#define NdisRequestGeneric2         NdisRequestGeneric2Again
#define NdisRequestGeneric3         NdisRequestGeneric3Again
#define NdisRequestGeneric4         NdisRequestGeneric4Again
typedef int NDIS_STATUS, *PNDIS_STATUS;
#include <ntddndis.h>
#undef _NDIS_REQUEST_TYPE
#undef NDIS_REQUEST_TYPE
#undef PNDIS_REQUEST_TYPE
#undef NdisRequestQueryInformation
#undef NdisRequestSetInformation
#undef NdisRequestQueryStatistics
#undef NdisRequestOpen
#undef NdisRequestClose
#undef NdisRequestSend
#undef NdisRequestTransferData
#undef NdisRequestReset
#undef NdisRequestGeneric1
#undef NdisRequestGeneric2
#undef NdisRequestGeneric3
#undef NdisRequestGeneric4

#define NdisMWanIndicateReceiveComplete(parameters) \
    NdisMWanIndicateReceiveComplete(NDIS_HANDLE MiniportAdapterHandle, NDIS_HANDLE NdisLinkContext)
#include <ndis.h>
#undef NdisMWanIndicateReceiveComplete
