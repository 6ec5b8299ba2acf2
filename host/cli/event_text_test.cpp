// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/event_text.hpp"

#include "base/testing/test.hpp"

namespace rsl::cli {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

RSL_TEST(EventText, FindsStringsOfBothKinds) {
    using namespace std::string_view_literals;
    RSL_EXPECT_EQ(strings_in(bytes_of("h\0e\0l\0l\0o\0\0\0"sv)), std::string("hello"));
    RSL_EXPECT_EQ(strings_in(bytes_of("\x01\x02narrow\0\x03"sv)), std::string("narrow"));
    RSL_EXPECT_EQ(strings_in(bytes_of("abc\0\0w\0i\0d\0"sv)), std::string("abc wid"));
    RSL_EXPECT(strings_in(bytes_of("ab\x01"sv)).empty());
    RSL_EXPECT(strings_in({}).empty());
}

RSL_TEST(EventText, IsOneLine) {
    const Json event = {{"kind", "etw"},     {"provider", "{1}"}, {"name", "Start"},
                        {"id", 3u},          {"level", 4u},       {"keywords", "0x10"},
                        {"payload", "616263"}, {"bytes", 3u}};
    RSL_EXPECT_EQ(event_line(event),
                  std::string("etw {1} Start id 3 level 4 keywords 0x10: abc [3 bytes: 616263]"));
}

RSL_TEST(EventText, TakesWhateverAGuestWrites) {
    RSL_EXPECT_EQ(event_line(Json::object()), std::string(" id 0 level 0"));
    RSL_EXPECT_EQ(event_line({{"kind", 5}, {"id", "x"}, {"payload", "xyz"}}), std::string(" id 0 level 0"));
    RSL_EXPECT(payload_of({{"payload", "@/etc/passwd"}}).empty());
}

}  // namespace
}  // namespace rsl::cli
