// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/rtl_string.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/rtl/counted.hpp"

#include <cstring>
#include <string_view>

namespace {

using rsl::rtl::view;

/// A counted string over a literal; the buffer is not written to.
UNICODE_STRING wide(std::u16string_view text) {
    const auto bytes = static_cast<USHORT>(text.size() * 2);
    return {bytes, bytes, const_cast<PWSTR>(text.data())};
}
STRING narrow(std::string_view text) {
    const auto bytes = static_cast<USHORT>(text.size());
    return {bytes, bytes, const_cast<PCHAR>(text.data())};
}

template <size_t kChars>
struct WideBuffer {
    char16_t text[kChars + 1];
    UNICODE_STRING string{0, kChars * 2, text};
    WideBuffer() {
        for (char16_t& unit : text) unit = u'#';
    }
};
template <size_t kChars>
struct NarrowBuffer {
    char text[kChars + 1];
    STRING string{0, kChars, text};
    NarrowBuffer() { std::memset(text, '#', sizeof(text)); }
};

}  // namespace

RSL_TEST(RtlInit, CountsWithoutTheTerminator) {
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, u"\\Device\\Echo");
    RSL_EXPECT_EQ(text.Length, 24);
    RSL_EXPECT_EQ(text.MaximumLength, 26);
    RtlInitUnicodeString(&text, nullptr);
    RSL_EXPECT(text.Buffer == nullptr && text.Length == 0 && text.MaximumLength == 0);
    STRING ansi;
    RtlInitAnsiString(&ansi, "abc");
    RSL_EXPECT(view(ansi) == "abc" && ansi.MaximumLength == 4);
    RSL_EXPECT_EQ(RtlInitStringEx(&ansi, "ab"), STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlInitUTF8StringEx(&ansi, nullptr), STATUS_SUCCESS);
    RtlInitString(&ansi, "s");
    RtlInitUTF8String(&ansi, "u");
    RSL_EXPECT(view(ansi) == "u");
    RSL_EXPECT_EQ(RtlInitAnsiStringEx(&ansi, "xy"), STATUS_SUCCESS);
}

RSL_TEST(RtlInit, KeepsToWhatCanBeCounted) {
    static char16_t huge[40000];
    for (size_t i = 0; i < 39999; ++i) huge[i] = u'x';
    UNICODE_STRING text;
    RSL_EXPECT_EQ(RtlInitUnicodeStringEx(&text, huge), STATUS_NAME_TOO_LONG);
    RSL_EXPECT(text.Buffer == nullptr);
    RtlInitUnicodeString(&text, huge);
    RSL_EXPECT_EQ(text.Length, 65532);
    RSL_EXPECT_EQ(text.MaximumLength, 65534);
}

RSL_TEST(RtlCopy, CopiesWhatFitsAndTerminatesIfThereIsRoom) {
    WideBuffer<4> buffer;
    UNICODE_STRING source = wide(u"abcdef");
    RtlCopyUnicodeString(&buffer.string, &source);
    RSL_EXPECT(view(buffer.string) == u"abcd" && buffer.text[4] == u'#');
    source = wide(u"xy");
    RtlCopyUnicodeString(&buffer.string, &source);
    RSL_EXPECT(view(buffer.string) == u"xy" && buffer.text[2] == 0);
    RtlCopyUnicodeString(&buffer.string, nullptr);
    RSL_EXPECT_EQ(buffer.string.Length, 0);
    NarrowBuffer<3> small;
    const STRING text = narrow("abcd");
    RtlCopyString(&small.string, &text);
    RSL_EXPECT(view(small.string) == "abc" && small.text[3] == '#');
}

RSL_TEST(RtlAppend, AppendsAllOrNothing) {
    WideBuffer<6> buffer;
    RSL_EXPECT_EQ(RtlAppendUnicodeToString(&buffer.string, u"abc"), STATUS_SUCCESS);
    const UNICODE_STRING more = wide(u"de");
    RSL_EXPECT_EQ(RtlAppendUnicodeStringToString(&buffer.string, &more), STATUS_SUCCESS);
    RSL_EXPECT(view(buffer.string) == u"abcde" && buffer.text[5] == 0);
    RSL_EXPECT_EQ(RtlAppendUnicodeStringToString(&buffer.string, &more), STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT(view(buffer.string) == u"abcde");
    RSL_EXPECT_EQ(RtlAppendUnicodeToString(&buffer.string, nullptr), STATUS_SUCCESS);
    NarrowBuffer<4> small;
    const STRING text = narrow("cd");
    RSL_EXPECT_EQ(RtlAppendAsciizToString(&small.string, "ab"), STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlAppendStringToString(&small.string, &text), STATUS_SUCCESS);
    RSL_EXPECT(view(small.string) == "abcd" && small.text[4] == '#');
    RSL_EXPECT_EQ(RtlAppendAsciizToString(&small.string, "e"), STATUS_BUFFER_TOO_SMALL);
}

RSL_TEST(RtlCompare, OrdersAndIgnoresCaseIfAsked) {
    const UNICODE_STRING a = wide(u"Device\u00e4"), b = wide(u"DEVICE\u00c4"), c = wide(u"Dev");
    RSL_EXPECT(RtlCompareUnicodeString(&a, &b, FALSE) > 0);
    RSL_EXPECT_EQ(RtlCompareUnicodeString(&a, &b, TRUE), 0);
    RSL_EXPECT(RtlCompareUnicodeString(&c, &a, TRUE) < 0);
    RSL_EXPECT(RtlCompareUnicodeStrings(u"b", 1, u"a", 1, TRUE) > 0);
    RSL_EXPECT(RtlEqualUnicodeString(&a, &b, TRUE) && !RtlEqualUnicodeString(&a, &b, FALSE));
    RSL_EXPECT(RtlPrefixUnicodeString(&c, &b, TRUE) && !RtlPrefixUnicodeString(&b, &c, TRUE));
    const UNICODE_STRING tail = wide(u"ice\u00c4");
    RSL_EXPECT(RtlSuffixUnicodeString(&tail, &a, TRUE) && !RtlSuffixUnicodeString(&tail, &a, FALSE));
    const STRING x = narrow("Abc\xE4"), y = narrow("aBC\xC4"), z = narrow("ab");
    RSL_EXPECT_EQ(RtlCompareString(&x, &y, TRUE), 0);
    RSL_EXPECT(RtlCompareString(&z, &x, FALSE) > 0);
    RSL_EXPECT(RtlEqualString(&x, &y, TRUE) && !RtlEqualString(&x, &y, FALSE));
    RSL_EXPECT(RtlPrefixString(&z, &x, TRUE) && !RtlPrefixString(&z, &x, FALSE));
}

RSL_TEST(RtlCase, MapsCharactersThereAndBack) {
    RSL_EXPECT_EQ(RtlUpcaseUnicodeChar(u'z'), u'Z');
    RSL_EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00e9'), u'\u00c9');
    RSL_EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u0451'), u'\u0401');
    RSL_EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00df'), u'\u00df');  // sharp s has no single upper-case unit
    RSL_EXPECT_EQ(RtlDowncaseUnicodeChar(u'\u0416'), u'\u0436');
    RSL_EXPECT_EQ(RtlDowncaseUnicodeChar(u'1'), u'1');
    RSL_EXPECT_EQ(RtlUpperChar('q'), 'Q');
    for (uint32_t c = 0; c < 0x10000; ++c) {
        const WCHAR up = RtlUpcaseUnicodeChar(static_cast<WCHAR>(c));
        RSL_REQUIRE(RtlUpcaseUnicodeChar(up) == up);
    }
    NarrowBuffer<3> small;
    const STRING text = narrow("abcd");
    RtlUpperString(&small.string, &text);
    RSL_EXPECT(view(small.string) == "ABC");
}

RSL_TEST(RtlCase, MapsWholeStrings) {
    const UNICODE_STRING source = wide(u"Ab\u00fc");
    UNICODE_STRING made{};
    RSL_REQUIRE(RtlUpcaseUnicodeString(&made, &source, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(made) == u"AB\u00dc");
    RSL_EXPECT_EQ(RtlDowncaseUnicodeString(&made, &source, FALSE), STATUS_SUCCESS);
    RSL_EXPECT(view(made) == u"ab\u00fc");
    RtlFreeUnicodeString(&made);
    RSL_EXPECT(made.Buffer == nullptr && made.Length == 0);
    WideBuffer<2> small;
    RSL_EXPECT_EQ(RtlUpcaseUnicodeString(&small.string, &source, FALSE), STATUS_BUFFER_OVERFLOW);
}

RSL_TEST(RtlHash, IsX65599) {
    const UNICODE_STRING lower = wide(u"ab"), upper = wide(u"AB");
    ULONG a = 0, b = 0;
    RSL_EXPECT_EQ(RtlHashUnicodeString(&lower, FALSE, 1, &a), STATUS_SUCCESS);
    RSL_EXPECT_EQ(a, 97u * 65599u + 98u);
    RSL_EXPECT_EQ(RtlHashUnicodeString(&lower, TRUE, 0, &a), STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlHashUnicodeString(&upper, TRUE, 0, &b), STATUS_SUCCESS);
    RSL_EXPECT_EQ(a, b);
    RSL_EXPECT_EQ(RtlHashUnicodeString(&lower, TRUE, 7, &a), STATUS_INVALID_PARAMETER);
}

RSL_TEST(RtlMemory, CreatesDuplicatesAndFrees) {
    UNICODE_STRING made{};
    RSL_REQUIRE(RtlCreateUnicodeString(&made, u"abc"));
    RSL_EXPECT(view(made) == u"abc" && made.Buffer[3] == 0 && made.MaximumLength == 8);
    UNICODE_STRING twin{};
    RSL_EXPECT_EQ(RtlDuplicateUnicodeString(1, &made, &twin), STATUS_SUCCESS);
    RSL_EXPECT(view(twin) == u"abc" && twin.Buffer != made.Buffer && twin.Buffer[3] == 0);
    RtlFreeUnicodeString(&twin);
    RSL_EXPECT_EQ(RtlDuplicateUnicodeString(0, &made, &twin), STATUS_SUCCESS);
    RSL_EXPECT_EQ(twin.MaximumLength, 6);
    RtlFreeUnicodeString(&twin);
    RtlFreeUnicodeString(&made);
    const UNICODE_STRING empty{};
    RSL_EXPECT_EQ(RtlDuplicateUnicodeString(0, &empty, &twin), STATUS_SUCCESS);
    RSL_EXPECT(twin.Buffer == nullptr);
    RSL_EXPECT_EQ(RtlDuplicateUnicodeString(3, &empty, &twin), STATUS_SUCCESS);
    RSL_EXPECT(twin.Buffer != nullptr && twin.Length == 0);
    RtlFreeUnicodeString(&twin);
    RSL_EXPECT_EQ(RtlDuplicateUnicodeString(2, &empty, &twin), STATUS_INVALID_PARAMETER);
    RSL_REQUIRE(RtlCreateUnicodeStringFromAsciiz(&made, "x\xE4"));
    RSL_EXPECT(view(made) == u"x\u00e4");
    RtlFreeUnicodeString(&made);
}

RSL_TEST(RtlMemory, ValidatesStructures) {
    UNICODE_STRING text = wide(u"ab");
    RSL_EXPECT_EQ(RtlValidateUnicodeString(0, &text), STATUS_SUCCESS);
    text.Length = 3;
    RSL_EXPECT_EQ(RtlValidateUnicodeString(0, &text), STATUS_INVALID_PARAMETER);
    text.Length = 6;
    RSL_EXPECT_EQ(RtlValidateUnicodeString(0, &text), STATUS_INVALID_PARAMETER);
}

RSL_TEST(RtlConvert, BetweenAnsiAndUnicode) {
    const STRING source = narrow("A\x80\xE4");
    UNICODE_STRING made{};
    RSL_REQUIRE(RtlAnsiStringToUnicodeString(&made, &source, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(made) == u"A\u20ac\u00e4" && made.Buffer[3] == 0);
    STRING back{};
    RSL_REQUIRE(RtlUnicodeStringToAnsiString(&back, &made, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(back) == "A\x80\xE4" && back.Buffer[3] == '\0');
    RtlFreeAnsiString(&back);
    RSL_REQUIRE(RtlUpcaseUnicodeStringToAnsiString(&back, &made, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(back) == "A\x80\xC4");
    RtlFreeAnsiString(&back);
    RtlFreeUnicodeString(&made);
    WideBuffer<3> exact;  // no room for the terminator
    RSL_EXPECT_EQ(RtlAnsiStringToUnicodeString(&exact.string, &source, FALSE), STATUS_BUFFER_OVERFLOW);
    const UNICODE_STRING foreign = wide(u"\u4e00!");
    NarrowBuffer<8> small;
    RSL_EXPECT_EQ(RtlUnicodeStringToAnsiString(&small.string, &foreign, FALSE), STATUS_SUCCESS);
    RSL_EXPECT(view(small.string) == "?!");
    RSL_EXPECT_EQ(RtlxAnsiStringToUnicodeSize(&source), 8u);
    RSL_EXPECT_EQ(RtlxUnicodeStringToAnsiSize(&foreign), 3u);
    UCHAR bytes[] = {0x80, 'b'};
    PUCHAR at = bytes;
    RSL_EXPECT_EQ(RtlAnsiCharToUnicodeChar(&at), u'\u20ac');
    RSL_EXPECT(at == bytes + 1);
}

RSL_TEST(RtlConvert, BetweenOemAndUnicode) {
    const STRING source = narrow("\x84\xE1");
    UNICODE_STRING made{};
    RSL_REQUIRE(RtlOemStringToUnicodeString(&made, &source, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(made) == u"\u00e4\u00df");
    NarrowBuffer<2> exact;
    RSL_EXPECT_EQ(RtlUnicodeStringToOemString(&exact.string, &made, FALSE), STATUS_BUFFER_OVERFLOW);
    RSL_EXPECT_EQ(RtlUnicodeStringToCountedOemString(&exact.string, &made, FALSE), STATUS_SUCCESS);
    RSL_EXPECT(view(exact.string) == "\x84\xE1");
    RSL_EXPECT_EQ(RtlUpcaseUnicodeStringToCountedOemString(&exact.string, &made, FALSE), STATUS_SUCCESS);
    RSL_EXPECT(view(exact.string) == "\x8E\xE1");
    RtlFreeUnicodeString(&made);
    RSL_REQUIRE(RtlOemStringToCountedUnicodeString(&made, &source, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(made.MaximumLength, 4);
    STRING oem{};
    RSL_REQUIRE(RtlUpcaseUnicodeStringToOemString(&oem, &made, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(oem) == "\x8E\xE1" && oem.Buffer[2] == '\0');
    RtlFreeOemString(&oem);
    RSL_EXPECT_EQ(RtlxOemStringToUnicodeSize(&source), 6u);
    RSL_EXPECT_EQ(RtlxUnicodeStringToOemSize(&made), 3u);
    RtlFreeUnicodeString(&made);
}

RSL_TEST(RtlConvert, PlainBuffersAsFarAsTheyGo) {
    char16_t units[2];
    char bytes[2];
    ULONG written = 0;
    RSL_EXPECT_EQ(RtlMultiByteToUnicodeN(units, 4, &written, "ab", 2), STATUS_SUCCESS);
    RSL_EXPECT(written == 4 && units[1] == u'b');
    RSL_EXPECT_EQ(RtlMultiByteToUnicodeN(units, 4, &written, "abc", 3), STATUS_SUCCESS);
    RSL_EXPECT_EQ(written, 4u);
    RSL_EXPECT_EQ(RtlUnicodeToMultiByteN(bytes, 2, &written, u"xyz", 6), STATUS_SUCCESS);
    RSL_EXPECT(written == 2 && bytes[1] == 'y');
    RSL_EXPECT_EQ(RtlUpcaseUnicodeToMultiByteN(bytes, 2, nullptr, u"xy", 4), STATUS_SUCCESS);
    RSL_EXPECT_EQ(bytes[0], 'X');
    RSL_EXPECT_EQ(RtlUnicodeToOemN(bytes, 2, &written, u"\u00e4", 2), STATUS_SUCCESS);
    RSL_EXPECT_EQ(bytes[0], '\x84');
    RSL_EXPECT_EQ(RtlUpcaseUnicodeToOemN(bytes, 2, &written, u"\u00e4", 2), STATUS_SUCCESS);
    RSL_EXPECT_EQ(bytes[0], '\x8E');
    RSL_EXPECT_EQ(RtlOemToUnicodeN(units, 4, &written, "\x84", 1), STATUS_SUCCESS);
    RSL_EXPECT_EQ(units[0], u'\u00e4');
    RSL_EXPECT_EQ(RtlMultiByteToUnicodeSize(&written, "abc", 3), STATUS_SUCCESS);
    RSL_EXPECT_EQ(written, 6u);
    RSL_EXPECT_EQ(RtlUnicodeToMultiByteSize(&written, u"ab", 4), STATUS_SUCCESS);
    RSL_EXPECT_EQ(written, 2u);
}

RSL_TEST(RtlConvert, BetweenUtf8AndUnicode) {
    char16_t units[8];
    char bytes[16];
    ULONG written = 0;
    RSL_EXPECT_EQ(RtlUTF8ToUnicodeN(units, sizeof(units), &written, "a\xE2\x82\xAC\xF0\x9F\x98\x80", 8), STATUS_SUCCESS);
    RSL_EXPECT(std::u16string_view(units, written / 2) == u"a\u20ac\U0001F600");
    RSL_EXPECT_EQ(RtlUTF8ToUnicodeN(nullptr, 0, &written, "a\xE2\x82\xAC", 4), STATUS_SUCCESS);
    RSL_EXPECT_EQ(written, 4u);
    RSL_EXPECT_EQ(RtlUTF8ToUnicodeN(units, sizeof(units), &written, "\xC0\x80", 2), STATUS_SOME_NOT_MAPPED);
    RSL_EXPECT_EQ(units[0], u'\uFFFD');
    RSL_EXPECT_EQ(RtlUTF8ToUnicodeN(units, 2, &written, "ab", 2), STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(RtlUnicodeToUTF8N(bytes, sizeof(bytes), &written, u"\u20ac", 2), STATUS_SUCCESS);
    RSL_EXPECT(std::string_view(bytes, written) == "\xE2\x82\xAC");
    const char16_t lone[] = {0xD800};
    RSL_EXPECT_EQ(RtlUnicodeToUTF8N(bytes, sizeof(bytes), &written, lone, 2), STATUS_SOME_NOT_MAPPED);
    RSL_EXPECT_EQ(RtlUnicodeToUTF8N(bytes, sizeof(bytes), &written, lone, 1), STATUS_INVALID_PARAMETER_5);
    const UNICODE_STRING source = wide(u"\u00e4b");
    STRING utf8{};
    RSL_REQUIRE(RtlUnicodeStringToUTF8String(&utf8, &source, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(utf8) == "\xC3\xA4" "b");
    UNICODE_STRING back{};
    RSL_REQUIRE(RtlUTF8StringToUnicodeString(&back, &utf8, TRUE) == STATUS_SUCCESS);
    RSL_EXPECT(view(back) == u"\u00e4b");
    RtlFreeUnicodeString(&back);
    RtlFreeUTF8String(&utf8);
}

RSL_TEST(RtlNumber, WritesEachBase) {
    WideBuffer<12> buffer;
    RSL_EXPECT_EQ(RtlIntegerToUnicodeString(0xBEEF, 16, &buffer.string), STATUS_SUCCESS);
    RSL_EXPECT(view(buffer.string) == u"BEEF" && buffer.text[4] == 0);
    RSL_EXPECT_EQ(RtlIntegerToUnicodeString(~0u, 0, &buffer.string), STATUS_SUCCESS);
    RSL_EXPECT(view(buffer.string) == u"4294967295");
    RSL_EXPECT_EQ(RtlIntegerToUnicodeString(5, 7, &buffer.string), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(RtlInt64ToUnicodeString(~0ull, 10, &buffer.string), STATUS_BUFFER_OVERFLOW);
    RSL_EXPECT_EQ(RtlInt64ToUnicodeString(1ull << 32, 16, &buffer.string), STATUS_SUCCESS);
    RSL_EXPECT(view(buffer.string) == u"100000000");
    char digits[8] = "#######";
    RSL_EXPECT_EQ(RtlIntegerToChar(42, 10, 7, digits), STATUS_SUCCESS);
    RSL_EXPECT(std::string_view(digits) == "42");
    RSL_EXPECT_EQ(RtlIntegerToChar(42, 2, -8, digits), STATUS_SUCCESS);
    RSL_EXPECT(std::string_view(digits, 8) == "00101010");
    RSL_EXPECT_EQ(RtlIntegerToChar(1000, 10, 3, digits), STATUS_BUFFER_OVERFLOW);
}

RSL_TEST(RtlNumber, ReadsWhatTheDocumentationShows) {
    const struct {
        std::u16string_view text;
        ULONG base, value;
    } kCases[] = {{u"123", 10, 123},      {u"-345", 10, -345u},  {u"xyz", 10, 0}, {u"+678abc", 10, 678},
                  {u"+678abc", 16, 6785724}, {u"007", 10, 7},    {u"789", 8, 7},  {u"FGH", 16, 15},
                  {u" ", 10, 0},          {u"0x1F", 0, 31},      {u"0o17", 0, 15}, {u"0b101", 0, 5},
                  {u"  -0x10", 0, -16u},  {u"12", 0, 12}};
    for (const auto& one : kCases) {
        const UNICODE_STRING text = wide(one.text);
        ULONG value = 99;
        RSL_EXPECT_EQ(RtlUnicodeStringToInteger(&text, one.base, &value), STATUS_SUCCESS);
        RSL_EXPECT_EQ(value, one.value);
    }
    const UNICODE_STRING empty{};
    ULONG value;
    RSL_EXPECT_EQ(RtlUnicodeStringToInteger(&empty, 10, &value), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(RtlCharToInteger("0x20", 0, &value), STATUS_SUCCESS);
    RSL_EXPECT_EQ(value, 32u);
    RSL_EXPECT_EQ(RtlCharToInteger("1", 3, &value), STATUS_INVALID_PARAMETER);
    const UNICODE_STRING large = wide(u"-9000000000z");
    LONG64 number;
    PWSTR end;
    RSL_EXPECT_EQ(RtlUnicodeStringToInt64(&large, 10, &number, &end), STATUS_SUCCESS);
    RSL_EXPECT(number == -9000000000ll && *end == u'z');
}

RSL_TEST(RtlGuid, GoesThereAndBack) {
    const UNICODE_STRING text = wide(u"{12345678-9abc-DEF0-0123-456789abcdef}");
    GUID guid{};
    RSL_REQUIRE(RtlGUIDFromString(&text, &guid) == STATUS_SUCCESS);
    RSL_EXPECT(guid.Data1 == 0x12345678 && guid.Data2 == 0x9ABC && guid.Data3 == 0xDEF0);
    RSL_EXPECT(guid.Data4[0] == 0x01 && guid.Data4[7] == 0xEF);
    UNICODE_STRING back{};
    RSL_REQUIRE(RtlStringFromGUID(&guid, &back) == STATUS_SUCCESS);
    RSL_EXPECT(view(back) == u"{12345678-9ABC-DEF0-0123-456789ABCDEF}");
    RtlFreeUnicodeString(&back);
    const UNICODE_STRING bad = wide(u"{12345678-9abc-DEF0-0123-456789abcdeg}");
    RSL_EXPECT_EQ(RtlGUIDFromString(&bad, &guid), STATUS_INVALID_PARAMETER);
}
