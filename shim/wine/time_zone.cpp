// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/time_zone.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "base/posix/unique_fd.hpp"

namespace rsl::wine {

namespace {

constexpr time_t kWeek = 7 * 24 * 3600;  // no zone changes its time twice within one
constexpr int kMostWeeks = 53;

/// The file: written by one build of the library, read by the same.
struct Record {
    static constexpr uint64_t kMagic = 0x315A'544C'5352;  // "RSLTZ1"
    uint64_t magic;
    TimeZoneKey key;
    TimeZoneAnswer answer;
};
static_assert(sizeof(Record) == sizeof(uint64_t) + sizeof(TimeZoneKey) + sizeof(TimeZoneAnswer) &&
              std::has_unique_object_representations_v<TimeZoneKey>);

struct Local {
    struct tm time {};
    bool same_as(const Local& other) const {
        return time.tm_gmtoff == other.time.tm_gmtoff && time.tm_isdst == other.time.tm_isdst;
    }
};
Local local_at(time_t when) {
    Local local;
    ::localtime_r(&when, &local.time);
    return local;
}

/// The first second after `before` that is not as it; `after` is not.
time_t change_between(time_t before, time_t after) {
    const Local as = local_at(before);
    while (after - before > 1) {
        const time_t middle = before + (after - before) / 2;
        (local_at(middle).same_as(as) ? before : after) = middle;
    }
    return after;
}

bool note_period(TimeZoneKey& key, size_t& count, time_t begins) {
    const Local local = local_at(begins);
    const char* const name = local.time.tm_zone != nullptr ? local.time.tm_zone : "";
    if (count == TimeZoneKey::kMostPeriods || std::strlen(name) >= TimeZoneKey::kNameBytes) return false;
    auto& period = key.periods[count++];
    period.begins = begins;
    period.offset = static_cast<int32_t>(local.time.tm_gmtoff);
    period.daylight_saving = local.time.tm_isdst;
    std::strcpy(period.name, name);
    return true;
}

/// This year as the C library has it.
bool note_year(TimeZoneKey& key, time_t now) {
    struct tm utc {};
    ::tzset();
    ::gmtime_r(&now, &utc);
    struct tm january{.tm_mday = 1, .tm_year = utc.tm_year};
    const time_t start = ::timegm(&january);
    key.year = utc.tm_year;
    size_t count = 0;
    if (!note_period(key, count, start)) return false;
    for (int week = 0; week < kMostWeeks; ++week) {
        const time_t before = start + week * kWeek, after = before + kWeek;
        if (local_at(before).same_as(local_at(after))) continue;
        if (!note_period(key, count, change_between(before, after))) return false;
    }
    return true;
}

bool note_text(TimeZoneKey& key) {
    const char* const zone = std::getenv("TZ");
    char target[TimeZoneKey::kTextBytes];
    const ssize_t bytes = ::readlink("/etc/localtime", target, sizeof(target));  // a file of its own: none
    const int written = std::snprintf(key.text, sizeof(key.text), "%s\n%.*s", zone != nullptr ? zone : "",
                                      static_cast<int>(bytes > 0 ? bytes : 0), target);
    return written >= 0 && static_cast<size_t>(written) < sizeof(key.text);
}

bool note_prefix(TimeZoneKey& key, const std::string& prefix) {
    struct stat about {};
    if (::stat((prefix + "/.update-timestamp").c_str(), &about) != 0) return false;
    constexpr uint64_t kSecond = 1'000'000'000;
    key.prefix[0] = about.st_dev;
    key.prefix[1] = about.st_ino;
    key.prefix[2] = static_cast<uint64_t>(about.st_mtim.tv_sec) * kSecond + static_cast<uint64_t>(about.st_mtim.tv_nsec);
    return true;
}

}  // namespace

std::optional<TimeZoneKey> time_zone_key(const std::string& prefix, time_t now) {
    TimeZoneKey key;
    std::memset(&key, 0, sizeof(key));
    if (!note_text(key) || !note_prefix(key, prefix) || !note_year(key, now)) return std::nullopt;
    return key;
}

std::optional<TimeZoneAnswer> recall_time_zone(const std::string& file, const TimeZoneKey& key) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat about {};
    Record record;
    if (!fd || ::fstat(fd.get(), &about) != 0 || about.st_uid != ::geteuid() || about.st_size != sizeof(record) ||
        ::read(fd.get(), &record, sizeof(record)) != sizeof(record))
        return std::nullopt;
    if (record.magic != Record::kMagic || std::memcmp(&record.key, &key, sizeof(key)) != 0) return std::nullopt;
    return record.answer;
}

void remember_time_zone(const std::string& file, const TimeZoneKey& key, const TimeZoneAnswer& answer) {
    const std::string fresh = file + "~" + std::to_string(::getpid());
    const Record record{Record::kMagic, key, answer};
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return;
    const bool whole = ::write(fd.get(), &record, sizeof(record)) == sizeof(record);
    if (!whole || ::rename(fresh.c_str(), file.c_str()) != 0) ::unlink(fresh.c_str());
}

}  // namespace rsl::wine
