// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/format.hpp"

#include "abi/types/basic.h"
#include "base/testing/test.hpp"

namespace {

using rsl::rtl::FormatArguments;

/// Arguments from an array: the same for both kinds of va_list.
class FakeArguments final : public FormatArguments {
  public:
    template <typename... T>
    explicit FakeArguments(T... values) : values_{bits(values)...} {}
    uint64_t next_integer() override { return values_[next_++]; }
    uint64_t next_double_bits() override { return values_[next_++]; }

  private:
    template <typename T>
    static uint64_t bits(T value) {
        if constexpr (std::is_pointer_v<T>) return reinterpret_cast<uint64_t>(value);
        else return static_cast<uint64_t>(value);
    }
    uint64_t values_[8];
    int next_ = 0;
};

template <typename... T>
bool prints(std::string_view expected, const char* format, T... values) {
    char buffer[256];
    FakeArguments arguments{values...};
    const size_t length = rsl::rtl::format_to(buffer, sizeof(buffer), format, arguments);
    return std::string_view(buffer, length) == expected;
}
template <typename... T>
bool prints(std::u16string_view expected, const char16_t* format, T... values) {
    char16_t buffer[256];
    FakeArguments arguments{values...};
    const size_t length = rsl::rtl::format_to(buffer, 256, format, arguments);
    return std::u16string_view(buffer, length) == expected;
}

constexpr uint64_t double_bits(double value) { return __builtin_bit_cast(uint64_t, value); }

}  // namespace

RSL_TEST(Format, PrintsIntegersOfEachSize) {
    RSL_EXPECT(prints("-1 4294967295 ffffffff", "%d %u %x", -1, -1, -1));
    RSL_EXPECT(prints("-1 18446744073709551615", "%I64d %I64u", -1ll, -1ll));
    RSL_EXPECT(prints("-1 ffffffffffffffff", "%lld %llx", -1ll, -1ll));
    RSL_EXPECT(prints("-1 -1", "%ld %I32d", -1, -1));
    RSL_EXPECT(prints("-1 65535 255", "%hd %hu %hhu", 0xFFFF, -1, -1));
    RSL_EXPECT(prints("18446744073709551615 7", "%Iu %zu", -1ll, 7ll));
    RSL_EXPECT(prints("17 0X1F 0x1f 017", "%o %#X %#x %#o", 15, 31, 31, 15));
    RSL_EXPECT(prints("-9223372036854775808", "%I64d", INT64_MIN));
}

RSL_TEST(Format, PadsToWidthAndPrecision) {
    RSL_EXPECT(prints("[   42][42   ][00042][+42][ 42]", "[%5d][%-5d][%05d][%+d][% d]", 42, 42, 42, 42, 42));
    RSL_EXPECT(prints("[  007][-0042][0x00ff]", "[%5.3d][%05d][%#06x]", 7, -42, 255));
    RSL_EXPECT(prints("[   42][42   ]", "[%*d][%*d]", 5, 42, -5, 42));
    RSL_EXPECT(prints("[]", "[%.0d]", 0));
}

RSL_TEST(Format, PrintsPointersAsSixteenDigits) {
    RSL_EXPECT(prints("FFFFF80000ABCDEF 0000000000000000", "%p %p", 0xFFFFF80000ABCDEFull, 0));
}

RSL_TEST(Format, PrintsStringsOfEachKind) {
    RSL_EXPECT(prints("ab cd ef gh", "%s %S %ws %hs", "ab", u"cd", u"ef", "gh"));
    RSL_EXPECT(prints("[  ab][ab  ][a]", "[%4s][%-4s][%.1s]", "ab", "ab", "ab"));
    RSL_EXPECT(prints("(null) (null)", "%s %ws", static_cast<char*>(nullptr), static_cast<char*>(nullptr)));
    RSL_EXPECT(prints("x y%", "%c %C%%", 'x', u'y'));
    RSL_EXPECT(prints(u"ab cd ef", u"%s %S %hs", u"ab", "cd", "ef"));
}

RSL_TEST(Format, PrintsCountedStrings) {
    char16_t wide_text[] = u"\\Device\\Echo!";
    char narrow_text[] = "narrow!";
    UNICODE_STRING wide{24, 26, wide_text};
    STRING narrow{6, 7, narrow_text};
    RSL_EXPECT(prints("\\Device\\Echo narrow (null)", "%wZ %Z %wZ", &wide, &narrow, static_cast<void*>(nullptr)));
    RSL_EXPECT(prints(u"\\Device\\Echo", u"%wZ", &wide));
}

RSL_TEST(Format, TurnsWideTextIntoUtf8) {
    RSL_EXPECT(prints("\xC3\xA4\xE2\x82\xAC", "%S", u"\u00e4\u20ac"));
    RSL_EXPECT(prints("\xC3\xA4", "%.4S", u"\u00e4\u20ac"));  // the euro would be cut in half
    RSL_EXPECT(prints(u"\u00e4", u"%S", "\xC3\xA4"));
}

RSL_TEST(Format, NeverReadsBehindThePrecision) {
    const char unterminated[2] = {'o', 'k'};
    RSL_EXPECT(prints("ok", "%.2s", unterminated));
}

RSL_TEST(Format, CountsWhatDoesNotFit) {
    char buffer[4];
    FakeArguments arguments{12345678};
    RSL_EXPECT_EQ(rsl::rtl::format_to(buffer, 4, "%d", arguments), 8u);
    RSL_EXPECT(std::string_view(buffer, 4) == "1234");
    RSL_EXPECT(rsl::rtl::print_text(buffer, 4, "%s", "long text") == "lon");
    RSL_EXPECT_EQ(buffer[3], '\0');
}

RSL_TEST(Format, PrintsDoublesExactlyRounded) {
    RSL_EXPECT(prints("3.141593 -0.500000 0", "%f %f %.0f", double_bits(3.14159265358979), double_bits(-0.5),
                      double_bits(0.5)));
    RSL_EXPECT(prints("1.000000e+00 1.5E-10 9.99e+99", "%e %.1E %.2e", double_bits(1.0), double_bits(1.5e-10),
                      double_bits(9.99e99)));
    RSL_EXPECT(prints("0.1 1e+06 100000 1e-05 0.0001", "%g %g %g %g %g", double_bits(0.1), double_bits(1e6),
                      double_bits(1e5), double_bits(1e-5), double_bits(1e-4)));
    RSL_EXPECT(prints("0.1000000000000000055511151231257827", "%.34f", double_bits(0.1)));
    RSL_EXPECT(prints("inf -nan", "%f %f", double_bits(__builtin_inf()), 0xFFF8000000000000ull));
    RSL_EXPECT(prints("[  1.50][001.50][1.50  ]", "[%6.2f][%06.2f][%-6.2f]", double_bits(1.5), double_bits(1.5),
                      double_bits(1.5)));
    RSL_EXPECT(prints("4.940656458412465e-324 1.797693134862316e+308 10.00", "%.15e %.15e %.2f", uint64_t{1},
                      0x7FEFFFFFFFFFFFFFull, double_bits(9.999)));
}

RSL_TEST(Format, SurvivesBrokenFormats) {
    RSL_EXPECT(prints("100", "100%"));
    RSL_EXPECT(prints("a", "a%-05"));
    RSL_EXPECT(prints("y", "%y"));
    RSL_EXPECT(prints("[]", "[%n]", 0));
}
