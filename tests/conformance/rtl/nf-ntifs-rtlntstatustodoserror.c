/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntifs-rtlntstatustodoserrornoteb. */
#include "conformance.h"

CONFORMANCE(RtlNtStatusToDosError, KnowsTheCodesOfWinerror) {
    CHECK_EQ(RtlNtStatusToDosError(STATUS_SUCCESS), 0);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_ACCESS_DENIED), 5);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_OBJECT_NAME_NOT_FOUND), 2);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_INVALID_PARAMETER), 87);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_BUFFER_OVERFLOW), 234);
    CHECK_EQ(RtlNtStatusToDosError((NTSTATUS)0xC0FFEE01), 317);
    AT_IRQL(APC_LEVEL, CHECK_EQ(RtlNtStatusToDosError(STATUS_END_OF_FILE), 38));
}

CONFORMANCE(RtlNtStatusToDosErrorNoTeb, KnowsTheCodesOfWinerror) {
    CHECK_EQ(RtlNtStatusToDosErrorNoTeb(STATUS_NO_MEMORY), 8);
    CHECK_EQ(RtlNtStatusToDosErrorNoTeb((NTSTATUS)0xC0FFEE01), 317);
}
