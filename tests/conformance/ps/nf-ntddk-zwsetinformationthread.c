// SPDX-License-Identifier: GPL-2.0-only
// And NtSetInformationThread, whose page says the same.
#include "conformance.h"
#include "current.h"

NTSYSAPI NTSTATUS NTAPI NtSetInformationThread(HANDLE Thread, THREADINFOCLASS Class, PVOID Value,
                                               ULONG Bytes);
NTSYSAPI NTSTATUS NTAPI ZwQueryInformationThread(HANDLE Thread, THREADINFOCLASS Class, PVOID Value,
                                                 ULONG Bytes, PULONG Returned);

#define PAGE_PRIORITY ((THREADINFOCLASS)24)
#define AFFINITY      ((THREADINFOCLASS)4)
#define IO_PRIORITY   ((THREADINFOCLASS)22)

CONFORMANCE(ZwSetInformationThread, SetsThePriority) {
    PKTHREAD self = KeGetCurrentThread();
    KPRIORITY before = KeQueryPriorityThread(self), wanted = 17;
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadPriority, &wanted, sizeof(wanted)),
                 STATUS_SUCCESS);
    CHECK_EQ(KeQueryPriorityThread(self), 17);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadPriority, &before, sizeof(before)),
                 STATUS_SUCCESS);
}

CONFORMANCE(ZwSetInformationThread, SetsTheBasePriority) {
    PKTHREAD self = KeGetCurrentThread();
    LONG before = KeQueryPriorityThread(self), up = 2, none = 0;
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadBasePriority, &up, sizeof(up)),
                 STATUS_SUCCESS);
    CHECK_EQ(KeQueryPriorityThread(self), before + 2);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadBasePriority, &none, sizeof(none)),
                 STATUS_SUCCESS);
    CHECK_EQ(KeQueryPriorityThread(self), before);
}

CONFORMANCE(ZwSetInformationThread, RefusesValuesOutOfRange) {
    KPRIORITY low = 0, high = 32;
    ULONG page = 9, zero = 0;
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadPriority, &low, sizeof(low)),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadPriority, &high, sizeof(high)),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), PAGE_PRIORITY, &page, sizeof(page)),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), PAGE_PRIORITY, &zero, sizeof(zero)),
                 STATUS_INVALID_PARAMETER);
}

CONFORMANCE(ZwSetInformationThread, RefusesAnotherLengthClassOrHandle) {
    KPRIORITY priority = 8;
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), ThreadPriority, &priority, 3),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), (THREADINFOCLASS)9999, &priority, 4),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwSetInformationThread((HANDLE)0x1234560, ThreadPriority, &priority, 4),
                 STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwSetInformationThread, QueriesTellWhatWasSet) {
    ULONG page = 2, normal = 5, seen = 0, io = 1, ioNormal = 2;
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), PAGE_PRIORITY, &page, sizeof(page)),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationThread(NtCurrentThread(), PAGE_PRIORITY, &seen, 4, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(seen, 2);
    ZwSetInformationThread(NtCurrentThread(), PAGE_PRIORITY, &normal, sizeof(normal));
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), IO_PRIORITY, &io, 4), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationThread(NtCurrentThread(), IO_PRIORITY, &seen, 4, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(seen, 1);
    ZwSetInformationThread(NtCurrentThread(), IO_PRIORITY, &ioNormal, 4);
}

CONFORMANCE(ZwSetInformationThread, AffinityHoldsAtOnce) {
    KAFFINITY all = KeQueryActiveProcessors(), one = 1, none = 0;
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), AFFINITY, &one, sizeof(one)),
                 STATUS_SUCCESS);
    CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), 0);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), AFFINITY, &none, sizeof(none)),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), AFFINITY, &all, sizeof(all)),
                 STATUS_SUCCESS);
}

CONFORMANCE(NtSetInformationThread, SetsThePriorityForAKernelCaller) {
    KPRIORITY before = KeQueryPriorityThread(KeGetCurrentThread()), wanted = 9;
    CHECK_STATUS(NtSetInformationThread(NtCurrentThread(), ThreadPriority, &wanted, sizeof(wanted)),
                 STATUS_SUCCESS);
    CHECK_EQ(KeQueryPriorityThread(KeGetCurrentThread()), 9);
    NtSetInformationThread(NtCurrentThread(), ThreadPriority, &before, sizeof(before));
}

CONFORMANCE_IN_CALLER(NtSetInformationThread, RefusesAKernelAddressOfAUser) {
    LONG wanted = 0;
    CHECK_STATUS(NtSetInformationThread(NtCurrentThread(), ThreadBasePriority, &wanted, sizeof(wanted)),
                 STATUS_ACCESS_VIOLATION);
}

#define POWER_THROTTLING ((THREADINFOCLASS)49)

CONFORMANCE(ZwSetInformationThread, PowerThrottlingIsKept) {
    struct {
        ULONG Version, Control, State;
    } state = {1, 1, 1}, seen = {0}, wrong = {2, 1, 1}, unknown = {1, 4, 4}, uncontrolled = {1, 0, 1};
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), POWER_THROTTLING, &state, sizeof(state)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationThread(NtCurrentThread(), POWER_THROTTLING, &seen, sizeof(seen), NULL), STATUS_SUCCESS);
    CHECK_BYTES(&seen, &state, sizeof(state));
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), POWER_THROTTLING, &wrong, sizeof(wrong)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), POWER_THROTTLING, &unknown, sizeof(unknown)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetInformationThread(NtCurrentThread(), POWER_THROTTLING, &uncontrolled, sizeof(uncontrolled)),
                 STATUS_INVALID_PARAMETER);
}
