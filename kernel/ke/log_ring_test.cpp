// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/log_ring.hpp"

#include "base/testing/test.hpp"

namespace rsl::ke {
namespace {

RSL_TEST(LogRing, GivesLinesBackOldestFirst) {
    LogRing<4096> ring;
    ring.push({1, LogLevel::kInfo, "kernel", "one"});
    ring.push({2, LogLevel::kError, "echo", ""});
    int seen = 0;
    ring.each([&](const LogRecord& record) {
        if (seen++ == 0) {
            RSL_EXPECT(record.line == "one" && record.source == "kernel" && record.time_ns == 1);
        } else {
            RSL_EXPECT(record.line.empty() && record.source == "echo" && record.level == LogLevel::kError);
        }
    });
    RSL_EXPECT_EQ(seen, 2);
    ring.clear();
    RSL_EXPECT(ring.empty());
}

RSL_TEST(LogRing, DropsTheOldestWhenFullAndSurvivesManyWraps) {
    LogRing<256> ring;
    char text[] = "line 000000";
    for (uint32_t i = 0; i < 100'000; ++i) {
        for (uint32_t digit = 0, rest = i; digit < 6; ++digit, rest /= 10) {
            text[10 - digit] = static_cast<char>('0' + rest % 10);
        }
        ring.push({i, LogLevel::kInfo, "k", text});
    }
    uint64_t last = 0, count = 0;
    ring.each([&](const LogRecord& record) {
        RSL_EXPECT(count == 0 || record.time_ns == last + 1);
        last = record.time_ns;
        ++count;
    });
    RSL_EXPECT_EQ(last, uint64_t{99'999});
    RSL_EXPECT(count >= 5);
    RSL_EXPECT_EQ(ring.dropped() + count, uint64_t{100'000});
}

RSL_TEST(LogRing, CutsLinesThatAreTooLong) {
    static char line[5000];
    for (char& c : line) c = 'x';
    LogRing<2048> ring;
    ring.push({0, LogLevel::kInfo, std::string_view(line, 100), std::string_view(line, sizeof(line))});
    ring.each([&](const LogRecord& record) {
        RSL_EXPECT_EQ(record.line.size(), size_t{1000});
        RSL_EXPECT_EQ(record.source.size(), size_t{31});
    });
}

}  // namespace
}  // namespace rsl::ke
