// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Called(PVOID Buffer, ULONG Length) {}

CONFORMANCE(KeDeregisterBugCheckCallback, IsFalseForARecordThatIsNotRegistered) {
    KBUGCHECK_CALLBACK_RECORD record;
    KeInitializeCallbackRecord((&record));
    CHECK(!KeDeregisterBugCheckCallback(&record));
    KeRegisterBugCheckCallback(&record, Called, NULL, 0, (PUCHAR) "conformance");
    CHECK(KeDeregisterBugCheckCallback(&record));
    CHECK(!KeDeregisterBugCheckCallback(&record));
}
