/* SPDX-License-Identifier: GPL-2.0-only */
/* Filter drivers for tests: they note what NDIS asks of them and do what the test wants. A test has
 * up to two. */
#pragma once

#include "test_protocol.h"

typedef enum TEST_OID { OidClone, OidAnswer, OidPend } TEST_OID;

typedef struct TEST_FILTER {
    /* What the test wants, from FilterNew() on. */
    NDIS_STATUS SetOptionsStatus, AttachStatus, RestartStatus, ModuleOptionsStatus;
    BOOLEAN PausePends, RestartPends; /* a DPC or a thread completes it, a while later */
    BOOLEAN WithoutAttributes, WrongAttributes;
    BOOLEAN DropSends, DropReceives; /* they go back at once */
    BOOLEAN HoldSends;               /* the test passes Sent on */
    BOOLEAN SwallowStatus, SwallowEvents;
    TEST_OID Oid; /* OidPend: a DPC completes it */
    NDIS_STATUS OidStatus;
    BOOLEAN Bypass,
        ModuleBypass; /* no data handlers: registered so, or by FilterSetModuleOptions */
    BOOLEAN HasModuleOptions;
    /* What came. */
    NDIS_HANDLE Handle, Module;
    NDIS_FILTER_ATTACH_PARAMETERS Parameters;
    WCHAR Name[96], MiniportName[64], InstanceName[64];
    NDIS_STATUS AttributesStatus, OptionsStatus;
    volatile LONG Options, Attaches, Detaches, Restarts, Pauses, ModuleOptions;
    volatile LONG Sends, Completes, Receives, Returns, Cancels, Indicated, NetEvents, DeviceEvents;
    volatile LONG OwnCompletes, OwnReturns; /* of lists that the filter has made */
    volatile LONG Oids, OidAnswers, OidCancels;
    ULONG LowerIndex; /* of FilterRestart */
    PNET_BUFFER_LIST Sent;
    ULONG ReceiveFlags;
    NDIS_STATUS Answer;
    PNDIS_OID_REQUEST Asked;
    PVOID CancelledSend, CancelledRequest;
    LONG SendOrder, ReceiveOrder, PauseOrder, RestartOrder; /* of TestOrder */
} TEST_FILTER;
extern TEST_FILTER Filter, Upper;

VOID FilterNew(TEST_FILTER* filter);
/* As NDIS wants it; a test spoils it. */
extern const NDIS_FILTER_DRIVER_CHARACTERISTICS FilterCharacteristics;
NDIS_STATUS FilterUp(TEST_FILTER* filter);
VOID FilterDown(TEST_FILTER* filter);
