// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Called(PVOID Buffer, ULONG Length) {}

CONFORMANCE(KeRegisterBugCheckCallback, IsTrueOnceForARecord) {
    KBUGCHECK_CALLBACK_RECORD record;
    static UCHAR buffer[16];
    KeInitializeCallbackRecord((&record));
    CHECK(KeRegisterBugCheckCallback(&record, Called, buffer, sizeof(buffer),
                                     (PUCHAR) "conformance"));
    CHECK(!KeRegisterBugCheckCallback(&record, Called, buffer, sizeof(buffer),
                                      (PUCHAR) "conformance"));
    CHECK(KeDeregisterBugCheckCallback(&record));
}

CONFORMANCE(KeRegisterBugCheckCallback, RunsAtHighLevel) {
    KBUGCHECK_CALLBACK_RECORD record;
    KeInitializeCallbackRecord((&record));
    AT_IRQL(HIGH_LEVEL, {
        CHECK(KeRegisterBugCheckCallback(&record, Called, NULL, 0, (PUCHAR) "conformance"));
        CHECK(KeDeregisterBugCheckCallback(&record));
    });
}

/* The callback changes the code that the machine stops with: it has run. */
static VOID NTAPI StopOtherwise(PVOID Buffer, ULONG Length) {
    DbgPrint("bug check callback ran with %u bytes\n", Length);
}

CONFORMANCE_BUG_CHECK(KeRegisterBugCheckCallback, TheMachineStillStopsWithItsCode, 0xE2) {
    static KBUGCHECK_CALLBACK_RECORD record;
    static UCHAR buffer[16];
    KeInitializeCallbackRecord((&record));
    KeRegisterBugCheckCallback(&record, StopOtherwise, buffer, sizeof(buffer),
                               (PUCHAR) "conformance");
    KeBugCheckEx(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0);
}
