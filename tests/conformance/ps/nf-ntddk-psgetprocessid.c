// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

CONFORMANCE(PsGetProcessId, IsTheIdentifier) {
    PEPROCESS client = StartClient(L"id.exe"), found = NULL;
    REQUIRE(client != NULL);
    CHECK_EQ(PsGetProcessId(PsInitialSystemProcess), (HANDLE)4);
    CHECK_STATUS(PsLookupProcessByProcessId(PsGetProcessId(client), &found), STATUS_SUCCESS);
    CHECK_EQ(found, client);
    ObDereferenceObject(found);
    EndClient(client);
}
