// SPDX-License-Identifier: GPL-2.0-only
#include "base/core/changed_runs.hpp"

#include <string_view>

#include "base/testing/test.hpp"

namespace {

using namespace rsl;

constexpr size_t kPage = 4096;

/// The runs as text: "offset+bytes ".
struct Runs {
    char text[256] = {};
    size_t length = 0;
    void add(size_t offset, size_t bytes) {
        put(offset);
        text[length++] = '+';
        put(bytes);
        text[length++] = ' ';
    }
    void put(size_t number) {
        if (number >= 10) put(number / 10);
        text[length++] = static_cast<char>('0' + number % 10);
    }
};

std::string_view runs_of(const std::byte* now, const std::byte* before, size_t bytes, Runs& runs) {
    each_changed_run(now, before, bytes, [&](size_t offset, size_t count) { runs.add(offset, count); });
    return {runs.text, runs.length};
}

RSL_TEST(ChangedRuns, HoldNoByteThatIsTheSame) {
    std::byte now[64] = {}, before[64] = {};
    Runs none, some;
    RSL_EXPECT(runs_of(now, before, 64, none).empty());
    now[0] = now[9] = now[11] = std::byte{1};
    now[15] = now[16] = now[17] = std::byte{2};
    now[63] = std::byte{3};
    RSL_EXPECT(runs_of(now, before, 64, some) == "0+1 9+1 11+1 15+3 63+1 ");
}

RSL_TEST(ChangedRuns, SeeEveryByteOfAPage) {
    static std::byte now[kPage], before[kPage];
    for (auto& byte : now) byte = std::byte{0xFF};
    for (auto& byte : before) byte = std::byte{0};
    Runs runs;
    RSL_EXPECT(runs_of(now, before, kPage, runs) == "0+4096 ");
    Runs end;
    std::memcpy(now, before, kPage - 3);
    RSL_EXPECT(runs_of(now, before, kPage, end) == "4093+3 ");
}

}  // namespace
