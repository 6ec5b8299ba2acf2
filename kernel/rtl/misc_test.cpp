// SPDX-License-Identifier: GPL-2.0-only
#include <cstring>

#include "abi/functions/rtl.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"

RSL_TEST(RtlMemoryOf, ComparesFillsAndMoves) {
    char a[40] = "0123456789abcdefghij", b[40] = "0123456789abcdefghij";
    RSL_EXPECT_EQ(RtlCompareMemory(a, b, 40), 40u);
    b[17] = '!';
    RSL_EXPECT_EQ(RtlCompareMemory(a, b, 40), 17u);
    RSL_EXPECT_EQ(RtlCompareMemory(a, b, 5), 5u);
    RtlFillMemory(a, 4, 'x');
    RSL_EXPECT(std::memcmp(a, "xxxx4", 5) == 0);
    RtlMoveMemory(a + 1, a, 8);
    RSL_EXPECT(std::memcmp(a, "xxxxx4567", 9) == 0);
    RtlCopyMemory(a, "ab", 2);
    RtlCopyMemoryNonTemporal(a + 2, "cd", 2);
    RSL_EXPECT(std::memcmp(a, "abcd", 4) == 0);
    RtlZeroMemory(a, 8);
    RSL_EXPECT(RtlIsZeroMemory(a, 8) && !RtlIsZeroMemory(a, 9));
    ULONG words[4];
    RtlFillMemoryUlong(words, sizeof(words), 7);
    words[2] = 8;
    RSL_EXPECT_EQ(RtlCompareMemoryUlong(words, sizeof(words), 7), 8u);
    ULONGLONG wide[2];
    RtlFillMemoryUlonglong(wide, sizeof(wide), 1ull << 40);
    RSL_EXPECT_EQ(wide[1], 1ull << 40);
    RtlPrefetchMemoryNonTemporal(a, sizeof(a));
}

RSL_TEST(RtlMemoryOf, SwapsBytesAndCopiesLuids) {
    RSL_EXPECT(RtlUshortByteSwap(0x1234) == 0x3412 && RtlUlongByteSwap(0x12345678) == 0x78563412);
    RSL_EXPECT_EQ(RtlUlonglongByteSwap(0x0102030405060708), 0x0807060504030201ull);
    LUID from{1, 2}, to{};
    RtlCopyLuid(&to, &from);
    RSL_EXPECT(to.LowPart == 1 && to.HighPart == 2);
}

RSL_TEST(RtlTime, KnowsDates) {
    LARGE_INTEGER time;
    TIME_FIELDS fields;
    time.QuadPart = 132539328000000000 + 12345 * 10000ll;  // 2021-01-01 00:00:12.345
    RtlTimeToTimeFields(&time, &fields);
    RSL_EXPECT(fields.Year == 2021 && fields.Month == 1 && fields.Day == 1 && fields.Weekday == 5);
    RSL_EXPECT(fields.Hour == 0 && fields.Second == 12 && fields.Milliseconds == 345);
    LARGE_INTEGER back;
    RSL_EXPECT(RtlTimeFieldsToTime(&fields, &back) && back.QuadPart == time.QuadPart);
    time.QuadPart = 0;
    RtlTimeToTimeFields(&time, &fields);
    RSL_EXPECT(fields.Year == 1601 && fields.Month == 1 && fields.Day == 1 && fields.Weekday == 1);
}

RSL_TEST(RtlTime, GoesThereAndBackForEveryDay) {
    constexpr int64_t kDay = 864000000000;
    for (int64_t day = 0; day < 400 * 366; day += 29) {  // more than one full cycle
        LARGE_INTEGER time, back;
        time.QuadPart = day * kDay + 17;
        TIME_FIELDS fields;
        RtlTimeToTimeFields(&time, &fields);
        RSL_REQUIRE(RtlTimeFieldsToTime(&fields, &back) && back.QuadPart == day * kDay);
    }
}

RSL_TEST(RtlTime, RefusesDatesThatDoNotExist) {
    LARGE_INTEGER time;
    TIME_FIELDS fields{2023, 2, 29, 0, 0, 0, 0, 0};
    RSL_EXPECT(!RtlTimeFieldsToTime(&fields, &time));
    fields.Year = 2024;
    RSL_EXPECT(RtlTimeFieldsToTime(&fields, &time));
    fields.Year = 2100;  // no leap year
    RSL_EXPECT(!RtlTimeFieldsToTime(&fields, &time));
    fields = {2024, 13, 1, 0, 0, 0, 0, 0};
    RSL_EXPECT(!RtlTimeFieldsToTime(&fields, &time));
    fields = {2024, 1, 1, 24, 0, 0, 0, 0};
    RSL_EXPECT(!RtlTimeFieldsToTime(&fields, &time));
}

RSL_TEST(RtlTime, CountsSeconds) {
    LARGE_INTEGER time;
    ULONG seconds = 0;
    RtlSecondsSince1970ToTime(1000000000, &time);
    RSL_EXPECT(RtlTimeToSecondsSince1970(&time, &seconds) && seconds == 1000000000);
    RSL_EXPECT(RtlTimeToSecondsSince1980(&time, &seconds) && seconds == 1000000000 - 315532800);
    RtlSecondsSince1980ToTime(5, &time);
    RSL_EXPECT(RtlTimeToSecondsSince1970(&time, &seconds) && seconds == 315532805);
    time.QuadPart = 0;
    RSL_EXPECT(!RtlTimeToSecondsSince1970(&time, &seconds));
    TIME_FIELDS fields;
    time.QuadPart = (3 * 86400 + 3661) * 10000000ll;
    RtlTimeToElapsedTimeFields(&time, &fields);
    RSL_EXPECT(fields.Day == 3 && fields.Hour == 1 && fields.Minute == 1 && fields.Second == 1 && fields.Year == 0);
}

RSL_TEST(RtlVersion, IsWindows10Build19045) {
    RTL_OSVERSIONINFOEXW info{};
    info.dwOSVersionInfoSize = sizeof(RTL_OSVERSIONINFOW);
    info.wProductType = 99;
    RSL_EXPECT_EQ(RtlGetVersion(reinterpret_cast<PRTL_OSVERSIONINFOW>(&info)), STATUS_SUCCESS);
    RSL_EXPECT(info.dwMajorVersion == 10 && info.dwMinorVersion == 0 && info.dwBuildNumber == 19045 && info.dwPlatformId == 2);
    RSL_EXPECT_EQ(info.wProductType, 99);  // the short structure ends before it
    info.dwOSVersionInfoSize = sizeof(info);
    RSL_EXPECT_EQ(RtlGetVersion(reinterpret_cast<PRTL_OSVERSIONINFOW>(&info)), STATUS_SUCCESS);
    RSL_EXPECT_EQ(info.wProductType, VER_NT_WORKSTATION);
    RSL_EXPECT(RtlIsNtDdiVersionAvailable(0x06010000) && RtlIsNtDdiVersionAvailable(0x0A000005));
    RSL_EXPECT(!RtlIsNtDdiVersionAvailable(0x0A00000B) && !RtlIsNtDdiVersionAvailable(0x06010100));
    RSL_EXPECT(RtlIsServicePackVersionInstalled(0x0A000000) && !RtlIsServicePackVersionInstalled(0x06010100));
}

RSL_TEST(RtlVersion, ComparesInOrder) {
    const auto verify = [](ULONG major, ULONG minor, ULONG build, UCHAR condition) {
        RTL_OSVERSIONINFOEXW wanted{};
        wanted.dwOSVersionInfoSize = sizeof(wanted);
        wanted.dwMajorVersion = major;
        wanted.dwMinorVersion = minor;
        wanted.dwBuildNumber = build;
        ULONG types = VER_MAJORVERSION | VER_MINORVERSION;
        ULONGLONG mask = VerSetConditionMask(0, VER_MAJORVERSION, condition);
        mask = VerSetConditionMask(mask, VER_MINORVERSION, condition);
        if (build != 0) types |= VER_BUILDNUMBER, mask = VerSetConditionMask(mask, VER_BUILDNUMBER, condition);
        return RtlVerifyVersionInfo(&wanted, types, mask) == STATUS_SUCCESS;
    };
    RSL_EXPECT(verify(6, 1, 0, VER_GREATER_EQUAL) && verify(6, 9, 0, VER_GREATER_EQUAL));
    RSL_EXPECT(verify(10, 0, 0, VER_EQUAL) && verify(10, 0, 0, VER_GREATER_EQUAL) && !verify(10, 0, 0, VER_GREATER));
    RSL_EXPECT(!verify(10, 1, 0, VER_GREATER_EQUAL) && verify(10, 1, 0, VER_LESS) && !verify(6, 3, 0, VER_LESS));
    RSL_EXPECT(verify(10, 0, 17763, VER_GREATER_EQUAL) && !verify(10, 0, 22000, VER_GREATER_EQUAL));
    RTL_OSVERSIONINFOEXW wanted{};
    wanted.wProductType = VER_NT_SERVER;
    RSL_EXPECT_EQ(RtlVerifyVersionInfo(&wanted, VER_PRODUCT_TYPE, VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL)),
                  STATUS_REVISION_MISMATCH);
    RSL_EXPECT_EQ(RtlVerifyVersionInfo(&wanted, 0, 0), STATUS_INVALID_PARAMETER);
}

RSL_TEST(RtlRandomOf, StaysInRangeAndMovesOn) {
    ULONG seed = 42;
    const ULONG first = RtlRandom(&seed);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const ULONG next = RtlRandomEx(&seed);
        RSL_REQUIRE(next < MAXLONG);
        differs = differs || next != first;
    }
    RSL_EXPECT(differs);
    ULONG zero = 0;
    RSL_EXPECT(RtlRandom(&zero) < MAXLONG && zero != 0);
}
