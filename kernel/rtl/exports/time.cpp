// SPDX-License-Identifier: GPL-2.0-only
// Times and dates. Pure arithmetic, UTC and local alike.
//   IRQL     any
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case), or ntifs
//   Differs  nothing known
#include "abi/functions/rtl.h"
#include "kernel/rtl/calendar.hpp"

namespace {

using namespace rsl::rtl;

void set_clock(TIME_FIELDS& fields, int64_t ticks_of_day) {
    const int64_t milliseconds = ticks_of_day / kTicksPerMillisecond;
    fields.Hour = static_cast<CSHORT>(milliseconds / 3'600'000);
    fields.Minute = static_cast<CSHORT>(milliseconds / 60'000 % 60);
    fields.Second = static_cast<CSHORT>(milliseconds / 1000 % 60);
    fields.Milliseconds = static_cast<CSHORT>(milliseconds % 1000);
}

BOOLEAN to_seconds(const LARGE_INTEGER& time, int64_t start, ULONG& seconds) {
    const int64_t since = time.QuadPart / kTicksPerSecond - start;
    if (time.QuadPart < 0 || since < 0 || since > MAXULONG) return FALSE;
    seconds = static_cast<ULONG>(since);
    return TRUE;
}

}  // namespace

RSL_EXPORT VOID NTAPI RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields) {
    constexpr int kMonday = 1;  // 1 January 1601
    const int64_t days = Time->QuadPart / kTicksPerDay;
    const Date date = date_of(days);
    TimeFields->Year = static_cast<CSHORT>(date.year);
    TimeFields->Month = static_cast<CSHORT>(date.month);
    TimeFields->Day = static_cast<CSHORT>(date.day);
    set_clock(*TimeFields, Time->QuadPart % kTicksPerDay);
    TimeFields->Weekday = static_cast<CSHORT>((days + kMonday) % 7);
}

/// FALSE for a date that does not exist. The weekday is not looked at.
RSL_EXPORT BOOLEAN NTAPI RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time) {
    const TIME_FIELDS& f = *TimeFields;
    if (f.Year < 1601 || f.Month < 1 || f.Month > 12 || f.Day < 1 || f.Day > days_in_month(f.Year, f.Month) ||
        f.Hour < 0 || f.Hour > 23 || f.Minute < 0 || f.Minute > 59 || f.Second < 0 || f.Second > 59 ||
        f.Milliseconds < 0 || f.Milliseconds > 999) {
        return FALSE;
    }
    const int64_t milliseconds = ((f.Hour * int64_t{60} + f.Minute) * 60 + f.Second) * 1000 + f.Milliseconds;
    Time->QuadPart = days_of({f.Year, f.Month, f.Day}) * kTicksPerDay + milliseconds * kTicksPerMillisecond;
    return TRUE;
}

/// A duration: days in Day, no month or year.
RSL_EXPORT VOID NTAPI RtlTimeToElapsedTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields) {
    *TimeFields = {};
    TimeFields->Day = static_cast<CSHORT>(Time->QuadPart / kTicksPerDay);
    set_clock(*TimeFields, Time->QuadPart % kTicksPerDay);
}

RSL_EXPORT BOOLEAN NTAPI RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
    return to_seconds(*Time, kSecondsTo1970, *ElapsedSeconds);
}
RSL_EXPORT BOOLEAN NTAPI RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
    return to_seconds(*Time, kSecondsTo1980, *ElapsedSeconds);
}
RSL_EXPORT VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
    Time->QuadPart = (kSecondsTo1970 + ElapsedSeconds) * kTicksPerSecond;
}
RSL_EXPORT VOID NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
    Time->QuadPart = (kSecondsTo1980 + ElapsedSeconds) * kTicksPerSecond;
}
