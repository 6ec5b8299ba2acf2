// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/path_cache.hpp"

#include <iterator>

#include "base/testing/test.hpp"

namespace rsl::ob {
namespace {

// Never looked into.
ObjectHeader& first = *reinterpret_cast<ObjectHeader*>(0x1000);
ObjectHeader& second = *reinterpret_cast<ObjectHeader*>(0x2000);

}  // namespace

RSL_TEST(PathCache, LeadsWhereTheWalkLed) {
    PathCache cache;
    RSL_EXPECT(cache.find(u"\\??\\Echo") == nullptr);
    cache.remember(u"\\??\\Echo", first, cache.generation());
    RSL_EXPECT(cache.find(u"\\??\\Echo") == &first);
    RSL_EXPECT(cache.find(u"\\??\\echo") == nullptr);  // the walk will tell that it is the same
    RSL_EXPECT(cache.find(u"\\??\\Ech") == nullptr);
}

RSL_TEST(PathCache, ForgetsWithEveryName) {
    PathCache cache;
    cache.remember(u"\\??\\Echo", first, cache.generation());
    cache.names_changed();
    RSL_EXPECT(cache.find(u"\\??\\Echo") == nullptr);
    cache.remember(u"\\??\\Echo", second, cache.generation());
    RSL_EXPECT(cache.find(u"\\??\\Echo") == &second);
}

RSL_TEST(PathCache, DoesNotKeepAWalkThatANameOvertook) {
    PathCache cache;
    const auto before = cache.generation();
    cache.names_changed();
    cache.remember(u"\\??\\Echo", first, before);
    RSL_EXPECT(cache.find(u"\\??\\Echo") == nullptr);
}

RSL_TEST(PathCache, KeepsNoLongPath) {
    PathCache cache;
    char16_t text[PathCache::kLongest + 1];
    std::fill(std::begin(text), std::end(text), u'x');
    const std::u16string_view too_long(text, PathCache::kLongest + 1), longest(text, PathCache::kLongest);
    cache.remember(too_long, first, cache.generation());
    cache.remember({}, first, cache.generation());
    RSL_EXPECT(cache.find(too_long) == nullptr);
    RSL_EXPECT(cache.find({}) == nullptr);
    cache.remember(longest, first, cache.generation());
    RSL_EXPECT(cache.find(longest) == &first);
    RSL_EXPECT(cache.find(longest.substr(1)) == nullptr);
}

RSL_TEST(PathCache, LaterPathsTakeThePlaceOfOlderOnes) {
    PathCache cache;
    char16_t path[] = u"\\??\\Unit00";
    for (unsigned i = 0; i < 100; ++i) {
        path[8] = static_cast<char16_t>(u'0' + i / 10), path[9] = static_cast<char16_t>(u'0' + i % 10);
        cache.remember(path, i % 2 == 0 ? first : second, cache.generation());
        RSL_EXPECT(cache.find(path) == (i % 2 == 0 ? &first : &second));
    }
}

}  // namespace rsl::ob
