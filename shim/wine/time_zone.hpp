// SPDX-License-Identifier: GPL-2.0-only
// The time zone, remembered for a session. Wine finds the name that Windows has for the host's zone by
// asking its server for one zone of the registry after the other, some 400 requests, in every process
// and before its first instruction: more than all else that a start asks for. The answer depends on
// what the C library makes of this year and on the prefix; the first process that has it leaves it in
// a file beside the VM's socket (docs/adr/0031-time-zone.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

namespace rsl::wine {

/// All that Wine's answer is made of. Two that are equal, byte by byte, have the same answer.
struct TimeZoneKey {
    static constexpr size_t kMostPeriods = 8, kNameBytes = 16, kTextBytes = 256;
    struct Period {
        int64_t begins;  // seconds since 1970
        int32_t offset;  // seconds east of Greenwich
        int32_t daylight_saving;
        char name[kNameBytes];
    };
    int64_t year;
    uint64_t prefix[3];  // device, inode, and when Wine filled its registry: ns since 1970
    Period periods[kMostPeriods];
    char text[kTextBytes];  // $TZ, and where /etc/localtime leads
};

/// A DYNAMIC_TIME_ZONE_INFORMATION; a TIME_ZONE_INFORMATION is its beginning.
using TimeZoneAnswer = std::array<std::byte, 432>;
inline constexpr size_t kShortTimeZoneBytes = 172;

/// Nothing when it does not fit, or when there is no such prefix: then Wine is to be asked.
std::optional<TimeZoneKey> time_zone_key(const std::string& prefix, time_t now);

/// What is remembered in the file for just this key.
std::optional<TimeZoneAnswer> recall_time_zone(const std::string& file, const TimeZoneKey& key);
/// In place of what was there. Whoever reads meanwhile sees the one or the other. Without a place for
/// it nothing is remembered, and nothing is lost.
void remember_time_zone(const std::string& file, const TimeZoneKey& key, const TimeZoneAnswer& answer);

}  // namespace rsl::wine
