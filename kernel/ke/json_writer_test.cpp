// SPDX-License-Identifier: GPL-2.0-only
#include "base/testing/test.hpp"
#include "kernel/ke/inspect.hpp"

namespace rsl::ke {
namespace {

std::string_view written(const char* buffer, const JsonWriter& out) { return {buffer, out.needed()}; }

RSL_TEST(JsonWriter, WritesNestedObjectsAndArrays) {
    char buffer[200];
    JsonWriter out(buffer, sizeof(buffer));
    out.begin_object();
    out.field("a", uint64_t{1});
    out.key("list");
    out.begin_array();
    out.value(uint64_t{0});
    out.value_hex(0xFFFFF80000000000);
    out.begin_object();
    out.end_object();
    out.value_bool(true);
    out.end_array();
    out.field("b", std::string_view("x"));
    out.end_object();
    RSL_EXPECT(written(buffer, out) ==
               R"({"a":1,"list":[0,"0xfffff80000000000",{},true],"b":"x"})");
}

RSL_TEST(JsonWriter, EscapesWhatJsonDemands) {
    char buffer[100];
    JsonWriter out(buffer, sizeof(buffer));
    out.value(std::string_view("a\"b\\c\n"));
    RSL_EXPECT(written(buffer, out) == R"("a\"b\\c\u000a")");
}

RSL_TEST(JsonWriter, TurnsWideTextIntoUtf8) {
    char buffer[100];
    JsonWriter out(buffer, sizeof(buffer));
    const char16_t text[] = {u'a', 0x00E4, 0x20AC, 0xD83D, 0xDE00, 0xD800, u'"'};
    out.value(std::u16string_view(text, 7));
    RSL_EXPECT(written(buffer, out) == "\"a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD\\\"\"");
}

RSL_TEST(JsonWriter, CountsOnWhenTheBufferIsFull) {
    char buffer[4] = {'.', '.', '.', '.'};
    JsonWriter out(buffer, 3);
    out.value(uint64_t{123456});
    RSL_EXPECT_EQ(out.needed(), size_t{6});
    RSL_EXPECT_EQ(buffer[2], '3');
    RSL_EXPECT_EQ(buffer[3], '.');
}

}  // namespace
}  // namespace rsl::ke
