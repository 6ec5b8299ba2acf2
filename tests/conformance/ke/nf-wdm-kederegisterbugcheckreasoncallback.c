// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Called(KBUGCHECK_CALLBACK_REASON Reason,
                         struct _KBUGCHECK_REASON_CALLBACK_RECORD* Record, PVOID Data,
                         ULONG Length) {}

CONFORMANCE(KeDeregisterBugCheckReasonCallback, IsFalseForARecordThatIsNotRegistered) {
    KBUGCHECK_REASON_CALLBACK_RECORD record;
    KeInitializeCallbackRecord((&record));
    CHECK(!KeDeregisterBugCheckReasonCallback(&record));
    KeRegisterBugCheckReasonCallback(&record, Called, KbCallbackSecondaryDumpData,
                                     (PUCHAR) "conformance");
    CHECK(KeDeregisterBugCheckReasonCallback(&record));
    CHECK(!KeDeregisterBugCheckReasonCallback(&record));
}
