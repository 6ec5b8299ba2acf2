// SPDX-License-Identifier: GPL-2.0-only
// NT times (100 ns since the year 1601) and calendar dates.
#pragma once

#include <cstdint>

namespace rsl::rtl {

inline constexpr int64_t kTicksPerMillisecond = 10'000;
inline constexpr int64_t kTicksPerSecond = 10'000'000;
inline constexpr int64_t kTicksPerDay = kTicksPerSecond * 86400;
inline constexpr int64_t kSecondsTo1970 = 11'644'473'600;
inline constexpr int64_t kSecondsTo1980 = kSecondsTo1970 + 315'532'800;

constexpr bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
constexpr int days_in_month(int64_t year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

struct Date {
    int64_t year;
    int month;  // 1 to 12
    int day;    // 1 to 31
};

/// Days since 1 January 1601, the first day of a 400-year cycle.
constexpr int64_t days_of(Date date) {
    const int64_t years = date.year - 1601;
    int64_t days = years * 365 + years / 4 - years / 100 + years / 400 + date.day - 1;
    for (int month = 1; month < date.month; ++month) days += days_in_month(date.year, month);
    return days;
}
constexpr Date date_of(int64_t days) {
    Date date{1601 + days / 146097 * 400, 1, 1};
    days %= 146097;
    const int64_t centuries = days / 36524 < 3 ? days / 36524 : 3;  // the fourth has one day more
    date.year += centuries * 100;
    days -= centuries * 36524;
    date.year += days / 1461 * 4;
    days %= 1461;
    const int64_t years = days / 365 < 3 ? days / 365 : 3;
    date.year += years;
    days -= years * 365;
    while (days >= days_in_month(date.year, date.month)) days -= days_in_month(date.year, date.month++);
    date.day = static_cast<int>(days) + 1;
    return date;
}
static_assert(days_of({1970, 1, 1}) * 86400 == kSecondsTo1970 && days_of({1980, 1, 1}) * 86400 == kSecondsTo1980);

}  // namespace rsl::rtl
