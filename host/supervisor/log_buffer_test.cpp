// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/log_buffer.hpp"

#include "base/testing/test.hpp"

using namespace rsl::supervisor;

RSL_TEST(LogBuffer, CleansWhatTheGuestSays)
{
    LogBuffer log;
    const LogLine& line = log.add({.level = 99, .source = "a\x1b", .text = "one\ntwo\x07\r\n"});
    RSL_EXPECT(line.source == "a?");
    RSL_EXPECT(line.text == "one?two?");
    RSL_EXPECT_EQ(line.level, LogBuffer::kEventLevel);
}
RSL_TEST(LogBuffer, ForgetsTheOldestWhenFull)
{
    LogBuffer log;
    for (int i = 0; i < 1000; ++i)
        log.add({.time_ns = static_cast<uint64_t>(i), .text = std::string(8000, 'x')});
    RSL_EXPECT(log.lines().size() < 100);
    RSL_EXPECT_EQ(log.lines().back().time_ns, 999u);
    RSL_EXPECT_EQ(log.lines().back().text.size(), LogBuffer::kMaxTextBytes);
}
