// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static ULONG Starts, Completions, Cancellations;
static NTSTATUS Answer;

static VOID NTAPI Changed(PVOID Context, PKE_PROCESSOR_CHANGE_NOTIFY_CONTEXT Change,
                          PNTSTATUS Status) {
    if (Change->State == KeProcessorAddStartNotify) {
        Starts++;
        *Status = Answer;
    }
    if (Change->State == KeProcessorAddCompleteNotify) Completions++;
    if (Change->State == KeProcessorAddFailureNotify) Cancellations++;
}
static VOID Reset(NTSTATUS NewAnswer) {
    Starts = Completions = Cancellations = 0;
    Answer = NewAnswer;
}

CONFORMANCE(KeRegisterProcessorChangeCallback, ReportsThoseThereWhenAsked) {
    PVOID handle;
    Reset(STATUS_SUCCESS);
    handle = KeRegisterProcessorChangeCallback(Changed, NULL, KE_PROCESSOR_CHANGE_ADD_EXISTING);
    REQUIRE(handle != NULL);
    CHECK_EQ(Starts, KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(Completions, Starts);
    KeDeregisterProcessorChangeCallback(handle);
}

CONFORMANCE(KeRegisterProcessorChangeCallback, ReportsNothingWithoutTheFlag) {
    PVOID handle;
    Reset(STATUS_SUCCESS);
    handle = KeRegisterProcessorChangeCallback(Changed, NULL, 0);
    REQUIRE(handle != NULL);
    CHECK_EQ(Starts, 0);
    KeDeregisterProcessorChangeCallback(handle);
}

CONFORMANCE(KeRegisterProcessorChangeCallback, AnErrorEndsTheReportWithFailureNotices) {
    PVOID handle;
    Reset(STATUS_UNSUCCESSFUL);
    handle = KeRegisterProcessorChangeCallback(Changed, NULL, KE_PROCESSOR_CHANGE_ADD_EXISTING);
    CHECK_EQ(Starts, 1);
    CHECK_EQ(Completions, 0);
    CHECK(Cancellations <= 1);
    if (handle != NULL) KeDeregisterProcessorChangeCallback(handle);
}
