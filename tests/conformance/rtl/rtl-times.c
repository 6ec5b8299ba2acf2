/* SPDX-License-Identifier: GPL-2.0-only */
/* Times and calendar, wdm/nf-wdm-rtltimetotimefields and its family. */
#include "conformance.h"

NTSYSAPI VOID NTAPI RtlTimeToElapsedTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);

static const TIME_FIELDS Leap = {2024, 2, 29, 13, 14, 15, 678, 4};
static const LONGLONG LeapTime =
    133536860556780000ll; /* 29 February 2024, 13:14:15.678, a Thursday */

CONFORMANCE(RtlTimeToTimeFields, SplitsATime) {
    LARGE_INTEGER time;
    TIME_FIELDS fields;
    time.QuadPart = LeapTime;
    AT_IRQL(DISPATCH_LEVEL, RtlTimeToTimeFields(&time, &fields));
    CHECK_BYTES(&fields, &Leap, sizeof(fields));
    time.QuadPart = 0;
    RtlTimeToTimeFields(&time, &fields);
    CHECK_EQ(fields.Year, 1601);
    CHECK_EQ(fields.Month, 1);
    CHECK_EQ(fields.Day, 1);
    CHECK_EQ(fields.Weekday, 1);
}

CONFORMANCE(RtlTimeFieldsToTime, JoinsFieldsAndIgnoresTheWeekday) {
    TIME_FIELDS fields = Leap;
    LARGE_INTEGER time = {.QuadPart = 0};
    fields.Weekday = 77;
    AT_IRQL(DISPATCH_LEVEL, CHECK(RtlTimeFieldsToTime(&fields, &time)));
    CHECK_EQ(time.QuadPart, LeapTime);
    fields.Year = 2023;
    CHECK(!RtlTimeFieldsToTime(&fields, &time));
    fields = Leap;
    fields.Hour = 24;
    CHECK(!RtlTimeFieldsToTime(&fields, &time));
    fields = Leap;
    fields.Month = 13;
    CHECK(!RtlTimeFieldsToTime(&fields, &time));
    fields = Leap;
    fields.Year = 1600;
    CHECK(!RtlTimeFieldsToTime(&fields, &time));
}

CONFORMANCE(RtlTimeToElapsedTimeFields, CountsDays) {
    LARGE_INTEGER time;
    TIME_FIELDS fields;
    time.QuadPart = (((3 * 24ll + 4) * 60 + 5) * 60 + 6) * 10000000 + 7 * 10000;
    RtlTimeToElapsedTimeFields(&time, &fields);
    CHECK_EQ(fields.Year, 0);
    CHECK_EQ(fields.Month, 0);
    CHECK_EQ(fields.Day, 3);
    CHECK_EQ(fields.Hour, 4);
    CHECK_EQ(fields.Minute, 5);
    CHECK_EQ(fields.Second, 6);
    CHECK_EQ(fields.Milliseconds, 7);
}

CONFORMANCE(RtlTimeToSecondsSince1970, ConvertsOrSaysThatItCannot) {
    LARGE_INTEGER time;
    ULONG seconds = 0;
    time.QuadPart = LeapTime;
    AT_IRQL(APC_LEVEL, CHECK(RtlTimeToSecondsSince1970(&time, &seconds)));
    CHECK_EQ(seconds, 1709212455);
    time.QuadPart = 0;
    CHECK(!RtlTimeToSecondsSince1970(&time, &seconds));
    time.QuadPart = (11644473600ll + 0x100000000ll) * 10000000;
    CHECK(!RtlTimeToSecondsSince1970(&time, &seconds));
}

CONFORMANCE(RtlTimeToSecondsSince1980, ConvertsOrSaysThatItCannot) {
    LARGE_INTEGER time;
    ULONG seconds = 0;
    time.QuadPart = LeapTime;
    AT_IRQL(APC_LEVEL, CHECK(RtlTimeToSecondsSince1980(&time, &seconds)));
    CHECK_EQ(seconds, 1709212455 - 315532800);
    time.QuadPart = 11644473600ll * 10000000;
    CHECK(!RtlTimeToSecondsSince1980(&time, &seconds));
}

CONFORMANCE(RtlSecondsSince1970ToTime, Converts) {
    LARGE_INTEGER time;
    AT_IRQL(APC_LEVEL, RtlSecondsSince1970ToTime(0, &time));
    CHECK_EQ(time.QuadPart, 116444736000000000ll);
    RtlSecondsSince1970ToTime(0xFFFFFFFF, &time);
    CHECK_EQ(time.QuadPart, 116444736000000000ll + 0xFFFFFFFFll * 10000000);
}

CONFORMANCE(RtlSecondsSince1980ToTime, Converts) {
    LARGE_INTEGER time;
    AT_IRQL(APC_LEVEL, RtlSecondsSince1980ToTime(1, &time));
    CHECK_EQ(time.QuadPart, 119600064000000000ll + 10000000);
}
