// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

CONFORMANCE(PsLookupProcessByProcessId, ReferencesTheProcess) {
    PEPROCESS process = NULL;
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(PsLookupProcessByProcessId(PsGetCurrentProcessId(), &process),
                         STATUS_SUCCESS));
    REQUIRE(process != NULL);
    CHECK_EQ(process, IoGetCurrentProcess());
    ObDereferenceObject(process);
}

CONFORMANCE(PsLookupProcessByProcessId, RefusesAnIdentifierThatNeverWas) {
    PEPROCESS process = NULL;
    CHECK_STATUS(PsLookupProcessByProcessId((HANDLE)0x7FFFFFF0, &process), STATUS_INVALID_CID);
}

CONFORMANCE(PsLookupProcessByProcessId, RefusesAnUnknownIdentifier) {
    PEPROCESS process = NULL, client = StartClient(L"gone.exe");
    HANDLE id;
    REQUIRE(client != NULL);
    id = PsGetProcessId(client);
    EndClient(client);
    CHECK_STATUS(PsLookupProcessByProcessId(id, &process), STATUS_INVALID_CID);
}
