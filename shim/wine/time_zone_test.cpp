// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/time_zone.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::wine {
namespace {

constexpr time_t kSummer2026 = 1'782'000'000, kSummer2027 = kSummer2026 + 365 * 24 * 3600;
constexpr int64_t kMarch29 = 1'774'746'000, kOctober25 = 1'792'890'000;  // 2026, 01:00 UTC

/// A prefix of the test's own, and a time zone.
class Place {
  public:
    explicit Place(const char* zone = "CET-1CEST,M3.5.0,M10.5.0/3") {
        char name[] = "/tmp/rsl-time-zone-XXXXXX";
        folder_ = ::mkdtemp(name);
        touch_prefix(1);
        set_zone(zone);
    }
    ~Place() {
        for (const char* name : {"/.update-timestamp", "/answer", "/other"}) ::unlink((folder_ + name).c_str());
        ::rmdir(folder_.c_str());
        ::unsetenv("TZ");
        ::tzset();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    static void set_zone(const char* zone) { ::setenv("TZ", zone, 1); }
    /// As if Wine had filled its registry anew.
    void touch_prefix(time_t when) {
        const std::string path = folder_ + "/.update-timestamp";
        ::close(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
        const timespec times[] = {{when, 0}, {when, 0}};
        ::utimensat(AT_FDCWD, path.c_str(), times, 0);
    }
    TimeZoneKey key(time_t now = kSummer2026) const { return *time_zone_key(folder_, now); }
    const std::string& folder() const { return folder_; }
    std::string file() const { return folder_ + "/answer"; }

  private:
    std::string folder_;
};

TimeZoneAnswer answer_of(char letter) {
    TimeZoneAnswer answer;
    answer.fill(static_cast<std::byte>(letter));
    return answer;
}
bool equal(const TimeZoneKey& a, const TimeZoneKey& b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

RSL_TEST(TimeZone, AYearIsItsPeriods)
{
    const Place place;
    const auto key = place.key();
    RSL_EXPECT(key.year == 126);
    RSL_EXPECT(key.periods[0].offset == 3600 && key.periods[0].daylight_saving == 0);
    RSL_EXPECT(std::string(key.periods[0].name) == "CET");
    RSL_EXPECT(key.periods[1].begins == kMarch29 && key.periods[1].offset == 7200);
    RSL_EXPECT(std::string(key.periods[1].name) == "CEST" && key.periods[1].daylight_saving == 1);
    RSL_EXPECT(key.periods[2].begins == kOctober25 && key.periods[2].offset == 3600);
    RSL_EXPECT(key.periods[3].begins == 0);
}

RSL_TEST(TimeZone, WhatTheAnswerDependsOnIsInTheKey)
{
    Place place;
    const auto key = place.key();
    RSL_EXPECT(equal(key, place.key()));
    RSL_EXPECT(!equal(key, place.key(kSummer2027)));
    for (const char* zone : {"CET-1CEST,M3.5.0,M10.5.0/4", "CET-1CEST,M3.4.0,M10.5.0/3", "CET-1", "XET-1XEST,M3.5.0,M10.5.0/3", "UTC0", ""}) {
        Place::set_zone(zone);
        RSL_EXPECT(!equal(key, place.key()));
    }
    Place::set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    RSL_EXPECT(equal(key, place.key()));
    place.touch_prefix(2);
    RSL_EXPECT(!equal(key, place.key()));
}

RSL_TEST(TimeZone, WhatDoesNotFitHasNoKey)
{
    const Place place;
    RSL_EXPECT(!time_zone_key(place.folder() + "/none", kSummer2026).has_value());
    Place::set_zone(("UTC0" + std::string(300, ' ')).c_str());
    RSL_EXPECT(!time_zone_key(place.folder(), kSummer2026).has_value());
    Place::set_zone("ABCDEFGHIJKLMNOPQ-1");  // a longer name than any there is
    RSL_EXPECT(!time_zone_key(place.folder(), kSummer2026).has_value());
}

RSL_TEST(TimeZone, AnAnswerIsForItsKey)
{
    const Place place;
    const auto summer = place.key(), next = place.key(kSummer2027);
    RSL_EXPECT(!recall_time_zone(place.file(), summer).has_value());
    remember_time_zone(place.file(), summer, answer_of('a'));
    RSL_EXPECT(recall_time_zone(place.file(), summer) == answer_of('a'));
    RSL_EXPECT(!recall_time_zone(place.file(), next).has_value());
    remember_time_zone(place.file(), next, answer_of('b'));
    RSL_EXPECT(recall_time_zone(place.file(), next) == answer_of('b'));
    RSL_EXPECT(!recall_time_zone(place.file(), summer).has_value());
}

RSL_TEST(TimeZone, AnythingElseInTheFileIsNoAnswer)
{
    const Place place;
    const auto key = place.key();
    remember_time_zone(place.file(), key, answer_of('a'));
    struct stat about {};
    RSL_EXPECT(::stat(place.file().c_str(), &about) == 0 && (about.st_mode & 0777) == 0600);
    for (const off_t bytes : {about.st_size - 1, off_t{8}, off_t{0}, about.st_size}) {
        RSL_EXPECT(::truncate(place.file().c_str(), bytes) == 0);
        RSL_EXPECT(!recall_time_zone(place.file(), key).has_value());
    }
    const std::string other = place.folder() + "/other";
    remember_time_zone(other, key, answer_of('a'));
    ::unlink(place.file().c_str());
    RSL_EXPECT(::symlink(other.c_str(), place.file().c_str()) == 0);
    RSL_EXPECT(!recall_time_zone(place.file(), key).has_value());  // where a link leads is not ours
    remember_time_zone(place.file(), key, answer_of('c'));
    RSL_EXPECT(recall_time_zone(place.file(), key) == answer_of('c'));
    RSL_EXPECT(recall_time_zone(other, key) == answer_of('a'));
}

RSL_TEST(TimeZone, NoPlaceIsNoHarm)
{
    const Place place;
    const std::string nowhere = place.folder() + "/none/answer";
    remember_time_zone(nowhere, place.key(), answer_of('a'));
    RSL_EXPECT(!recall_time_zone(nowhere, place.key()).has_value());
}

}  // namespace
}  // namespace rsl::wine
