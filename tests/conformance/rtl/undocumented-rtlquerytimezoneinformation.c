/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's form of TIME_ZONE_INFORMATION, timezoneapi.h, with TIME_FIELDS. */
#include "conformance.h"

typedef struct {
    LONG Bias;
    WCHAR StandardName[32];
    TIME_FIELDS StandardStart;
    LONG StandardBias;
    WCHAR DaylightName[32];
    TIME_FIELDS DaylightStart;
    LONG DaylightBias;
} TIME_ZONE;
NTSYSAPI NTSTATUS NTAPI RtlQueryTimeZoneInformation(TIME_ZONE* TimeZoneInformation);

CONFORMANCE(RtlQueryTimeZoneInformation, AgreesWithLocalTime) {
    TIME_ZONE zone;
    LARGE_INTEGER system, local;
    REQUIRE(RtlQueryTimeZoneInformation(&zone) == STATUS_SUCCESS);
    KeQuerySystemTime(&system);
    ExSystemTimeToLocalTime(&system, &local);
    if (zone.DaylightStart.Month == 0)
        CHECK_EQ(system.QuadPart - local.QuadPart, (LONGLONG)zone.Bias * 60 * 10000000);
    CHECK(zone.Bias > -24 * 60 && zone.Bias < 24 * 60);
}
