// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/lznt1.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::rtl::lznt1 {
namespace {

constinit Workspace g_workspace = {};
constinit uint8_t g_data[20000] = {}, g_packed[24000] = {}, g_back[20000] = {};

/// Packs and unpacks g_data[0, bytes); returns the packed length, 0 when something went wrong.
size_t round_trip(size_t bytes, Effort effort) {
    const Result packed = compress({g_data, bytes}, g_packed, g_workspace, effort);
    if (packed.outcome != Outcome::kGood) return 0;
    std::memset(g_back, 0xEE, sizeof(g_back));
    const Result back = decompress({g_packed, packed.bytes}, {g_back, bytes});
    if (back.outcome != Outcome::kGood || back.bytes != bytes ||
        std::memcmp(g_back, g_data, bytes) != 0)
        return 0;
    return packed.bytes;
}

// The example of [MS-XCA], section 3.3: twice the same sentence of a song.
RSL_TEST(Lznt1, UnpacksTheExampleOfTheSpecification)
{
    constexpr char kText[] =
        "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D "
        "E F# G F# E D E A "
        "F# F# G A A G F# E D D E F# E D D";
    const size_t bytes = sizeof(kText);  // its NUL is part of it
    std::memcpy(g_data, kText, bytes);
    const size_t packed = round_trip(bytes, Effort::kStandard);
    RSL_EXPECT(packed != 0 && packed < bytes);
    static constexpr uint8_t kPacked[] = {
        0x38, 0xB0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00, 0x10, 0xA2, 0x47,
        0x01, 0xA0, 0x45, 0x20, 0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xC0, 0x45, 0x20,
        0x05, 0x24, 0x13, 0x88, 0x05, 0xB4, 0x02, 0x4A, 0x44, 0xEF, 0x03, 0x58, 0x02, 0x8C, 0x09,
        0x16, 0x01, 0x48, 0x45, 0x00, 0xBE, 0x00, 0x9E, 0x00, 0x04, 0x01, 0x18, 0x90, 0x00};
    const Result back = decompress(kPacked, {g_back, sizeof(g_back)});
    RSL_EXPECT_EQ(static_cast<int>(back.outcome), static_cast<int>(Outcome::kGood));
    RSL_EXPECT_EQ(back.bytes, bytes);
    RSL_EXPECT(std::memcmp(g_back, kText, bytes) == 0);
}

RSL_TEST(Lznt1, PacksEveryLength)
{
    uint32_t state = 1;
    for (uint8_t& byte : g_data) {
        state = state * 1103515245 + 12345;
        byte = static_cast<uint8_t>("abcab "[state >> 16 & 3]);
    }
    for (const size_t bytes : {1u, 2u, 3u, 4u, 16u, 17u, 4095u, 4096u, 4097u, 8192u, 20000u}) {
        RSL_EXPECT(round_trip(bytes, Effort::kStandard) != 0);
    }
    const size_t standard = round_trip(20000, Effort::kStandard),
                 maximum = round_trip(20000, Effort::kMaximum);
    RSL_EXPECT(standard < 12000 && maximum <= standard);
}

RSL_TEST(Lznt1, KeepsWhatCannotBePacked)
{
    uint32_t state = 7;
    for (uint8_t& byte : g_data) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<uint8_t>(state >> 24);
    }
    RSL_EXPECT_EQ(round_trip(8192, Effort::kStandard), 8192u + 4);
    RSL_EXPECT_EQ(
        static_cast<int>(
            compress({g_data, 8192}, {g_packed, 8195}, g_workspace, Effort::kStandard).outcome),
        static_cast<int>(Outcome::kTooSmall));
}

RSL_TEST(Lznt1, UnpacksAPart)
{
    for (size_t i = 0; i < sizeof(g_data); ++i) g_data[i] = static_cast<uint8_t>(i / 7);
    const Result packed = compress({g_data, 10000}, g_packed, g_workspace, Effort::kStandard);
    static uint8_t chunk[kChunkBytes];
    for (const size_t offset : {0u, 1u, 4095u, 4096u, 5000u, 9990u}) {
        const Result part =
            decompress_part({g_packed, packed.bytes}, offset, {g_back, 5000}, chunk);
        RSL_EXPECT_EQ(part.bytes, offset + 5000 <= 10000 ? 5000u : 10000 - offset);
        RSL_EXPECT(std::memcmp(g_back, g_data + offset, part.bytes) == 0);
    }
    RSL_EXPECT_EQ(decompress_part({g_packed, packed.bytes}, 10000, {g_back, 10}, chunk).bytes, 0u);
}

// Whatever the bytes are, it ends inside the buffers; the sanitizers watch.
RSL_TEST(Lznt1, SurvivesAnyBytes)
{
    uint32_t state = 3;
    for (int round = 0; round < 400; ++round) {
        uint8_t packed[300];
        for (uint8_t& byte : packed) {
            state = state * 1664525 + 1013904223;
            byte = static_cast<uint8_t>(state >> 24);
        }
        packed[0] = static_cast<uint8_t>(packed[0] | 1);
        packed[1] = static_cast<uint8_t>(0xB0 | (round & 1));
        (void)decompress({packed, 2 + static_cast<size_t>(round) % 298},
                         {g_back, static_cast<size_t>(round) * 10});
    }
    static constexpr uint8_t kBadSignature[] = {0x05, 0x80, 0, 'a'},
                             kBefore[] = {0x02, 0xB0, 1, 0, 0};
    RSL_EXPECT_EQ(static_cast<int>(decompress(kBadSignature, g_back).outcome),
                  static_cast<int>(Outcome::kBad));
    RSL_EXPECT_EQ(static_cast<int>(decompress(kBefore, g_back).outcome),
                  static_cast<int>(Outcome::kBad));
}

}  // namespace
}  // namespace rsl::rtl::lznt1
