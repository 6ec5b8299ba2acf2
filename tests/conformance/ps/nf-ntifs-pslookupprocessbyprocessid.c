// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

CONFORMANCE(PsLookupProcessByProcessId, ReferencesTheProcess) {
    PEPROCESS process = NULL;
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(PsLookupProcessByProcessId((HANDLE)4, &process), STATUS_SUCCESS));
    CHECK_EQ(process, PsInitialSystemProcess);
    ObDereferenceObject(process);
}

CONFORMANCE(PsLookupProcessByProcessId, RefusesAnUnknownIdentifier) {
    PEPROCESS process = NULL, client = StartClient(L"gone.exe");
    HANDLE id;
    REQUIRE(client != NULL);
    id = PsGetProcessId(client);
    EndClient(client);
    CHECK_STATUS(PsLookupProcessByProcessId(id, &process), STATUS_INVALID_CID);
}
