// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

/* As wdm.h and evntrace.h have them; mingw's headers hide them behind RUN_WPP. */
NTKERNELAPI NTSTATUS WmiTraceMessage(ULONG64 Session, ULONG Flags, LPCGUID Class, USHORT Number,
                                     ...);
NTKERNELAPI NTSTATUS WmiTraceMessageVa(ULONG64 Session, ULONG Flags, LPCGUID Class, USHORT Number,
                                       va_list Parts);
#define TRACE_MESSAGE_SEQUENCE 1
#define TRACE_MESSAGE_GUID     2

/* The header's TRACE_INFORMATION_CLASS, and a WNODE_HEADER as far as it is looked at. */
static struct {
    ULONG BufferSize, ProviderId;
    ULONG64 HistoricalContext;
    UCHAR Rest[32];
} Node;

static ULONG64 FirstSession(VOID) {
    ULONG64 handles[16] = {0};
    ULONG needed = 0;
    NTSTATUS status = WmiQueryTraceInformation(6 /* AllLoggerHandlesClass */, handles,
                                               sizeof(handles), &needed, NULL);
    CHECK(status == STATUS_SUCCESS || status == STATUS_MORE_ENTRIES);
    return handles[0];
}

CONFORMANCE(WmiQueryTraceInformation, TellsIdFlagsAndLevelOfAHandle) {
    ULONG id = 0, level = 0, flags = 0, needed = 0;
    ULONG64 handle = 0;
    Node.HistoricalContext = FirstSession();
    SKIP_UNLESS(Node.HistoricalContext != 0, "no trace session runs");
    CHECK_STATUS(WmiQueryTraceInformation(TraceIdClass, &id, sizeof(id), &needed, &Node),
                 STATUS_SUCCESS);
    CHECK_EQ(needed, sizeof(id));
    CHECK_STATUS(WmiQueryTraceInformation(TraceHandleClass, &handle, sizeof(handle), NULL, &id),
                 STATUS_SUCCESS);
    CHECK_EQ(handle, Node.HistoricalContext);
    CHECK_STATUS(
        WmiQueryTraceInformation(TraceEnableFlagsClass, &flags, sizeof(flags), NULL, &Node),
        STATUS_SUCCESS);
    CHECK_STATUS(
        WmiQueryTraceInformation(TraceEnableLevelClass, &level, sizeof(level), NULL, &Node),
        STATUS_SUCCESS);
    CHECK(level <= 255);
}

CONFORMANCE(WmiQueryTraceInformation, RefusesWhatIsNotThere) {
    UNICODE_STRING nobody = RTL_CONSTANT_STRING(L"Conformance has no such session");
    ULONG64 handle = 0;
    ULONG id = 0;
    Node.HistoricalContext = 0x7FFFFFFF;
    CHECK_STATUS(WmiQueryTraceInformation(TraceIdClass, &id, sizeof(id), NULL, &Node),
                 STATUS_INVALID_HANDLE);
    Node.HistoricalContext = FirstSession();
    if (Node.HistoricalContext != 0)
        CHECK_STATUS(WmiQueryTraceInformation(TraceIdClass, &id, 1, NULL, &Node),
                     STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(
        WmiQueryTraceInformation(TraceHandleByNameClass, &handle, sizeof(handle), NULL, &nobody),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(WmiQueryTraceInformation(999, &handle, sizeof(handle), NULL, NULL),
                 STATUS_INVALID_INFO_CLASS);
}

static NTSTATUS TraceVa(ULONG64 Handle, ULONG Flags, ...) {
    NTSTATUS status;
    va_list parts;
    va_start(parts, Flags);
    status = WmiTraceMessageVa(Handle, Flags, &ProviderId, 12, parts);
    va_end(parts);
    return status;
}

CONFORMANCE(WmiTraceMessage, WritesItsPartsToTheSession) {
    ULONG64 session = FirstSession();
    ULONG number = 1;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    SKIP_UNLESS(session != 0, "no trace session runs");
    CHECK_STATUS(
        WmiTraceMessage(session, TRACE_MESSAGE_GUID | TRACE_MESSAGE_SEQUENCE, &ProviderId, 10,
                        &number, (SIZE_T)sizeof(number), "a message", (SIZE_T)10, NULL, (SIZE_T)0),
        STATUS_SUCCESS);
    AT_IRQL(DISPATCH_LEVEL, status = WmiTraceMessage(session, TRACE_MESSAGE_GUID, &ProviderId, 11,
                                                     NULL, (SIZE_T)0));
    CHECK_STATUS(status, STATUS_SUCCESS);
}

CONFORMANCE(WmiTraceMessage, RefusesHandlesOfNoSession) {
    CHECK_STATUS(WmiTraceMessage(0x7FFFFFFF, TRACE_MESSAGE_GUID, &ProviderId, 10, NULL, (SIZE_T)0),
                 STATUS_INVALID_HANDLE);
}

CONFORMANCE(WmiTraceMessageVa, WritesItsPartsToTheSession) {
    ULONG64 session = FirstSession();
    ULONG number = 2;
    SKIP_UNLESS(session != 0, "no trace session runs");
    CHECK_STATUS(
        TraceVa(session, TRACE_MESSAGE_GUID, &number, (SIZE_T)sizeof(number), NULL, (SIZE_T)0),
        STATUS_SUCCESS);
    CHECK_STATUS(TraceVa(0x7FFFFFFF, TRACE_MESSAGE_GUID, NULL, (SIZE_T)0), STATUS_INVALID_HANDLE);
}
