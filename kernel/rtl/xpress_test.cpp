// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/xpress.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::rtl::xpress {
namespace {

constinit Workspace g_workspace = {};
constinit uint8_t g_data[100000] = {}, g_packed[120000] = {}, g_back[100000] = {};

size_t round_trip(size_t bytes, unsigned tries) {
    const Result packed = compress({g_data, bytes}, g_packed, g_workspace, tries);
    if (packed.outcome != Outcome::kGood) return 0;
    std::memset(g_back, 0xEE, sizeof(g_back));
    const Result back = decompress({g_packed, packed.bytes}, {g_back, bytes});
    if (back.outcome != Outcome::kGood || back.bytes != bytes ||
        std::memcmp(g_back, g_data, bytes) != 0)
        return 0;
    return packed.bytes;
}

// The examples of [MS-XCA], section 3.1.
RSL_TEST(Xpress, AgreesWithTheExamplesOfTheSpecification)
{
    static constexpr uint8_t kAlphabet[] = {0x3F, 0x00, 0x00, 0x00, 'a', 'b', 'c', 'd', 'e', 'f',
                                            'g',  'h',  'i',  'j',  'k', 'l', 'm', 'n', 'o', 'p',
                                            'q',  'r',  's',  't',  'u', 'v', 'w', 'x', 'y', 'z'};
    for (int i = 0; i < 26; ++i) g_data[i] = static_cast<uint8_t>('a' + i);
    const Result alphabet = compress({g_data, 26}, g_packed, g_workspace, 16);
    RSL_EXPECT_EQ(alphabet.bytes, sizeof(kAlphabet));
    RSL_EXPECT(std::memcmp(g_packed, kAlphabet, sizeof(kAlphabet)) == 0);
    static constexpr uint8_t kRepeated[] = {0xFF, 0xFF, 0xFF, 0x1F, 'a',  'b', 'c',
                                            0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01};
    for (int i = 0; i < 300; ++i) g_data[i] = static_cast<uint8_t>("abc"[i % 3]);
    const Result repeated = compress({g_data, 300}, g_packed, g_workspace, 16);
    RSL_EXPECT_EQ(repeated.bytes, sizeof(kRepeated));
    RSL_EXPECT(std::memcmp(g_packed, kRepeated, sizeof(kRepeated)) == 0);
    RSL_EXPECT(round_trip(26, 16) != 0 && round_trip(300, 16) != 0);
}

RSL_TEST(Xpress, PacksEveryLength)
{
    uint32_t state = 1;
    for (uint8_t& byte : g_data) {
        state = state * 1103515245 + 12345;
        byte = static_cast<uint8_t>("abcab "[state >> 16 & 3]);
    }
    for (const size_t bytes : {1u, 2u, 3u, 31u, 32u, 33u, 64u, 4096u, 9000u, 100000u})
        RSL_EXPECT(round_trip(bytes, 16) != 0);
    for (uint8_t& byte : g_data) byte = 7;  // one match, whose length takes 32 bits
    RSL_EXPECT(round_trip(100000, 16) < 32);
    RSL_EXPECT_EQ(static_cast<int>(compress({g_data, 26}, {g_packed, 5}, g_workspace, 16).outcome),
                  static_cast<int>(Outcome::kTooSmall));
}

// Whatever the bytes are, it ends inside the buffers; the sanitizers watch.
RSL_TEST(Xpress, SurvivesAnyBytes)
{
    uint32_t state = 3;
    for (int round = 0; round < 400; ++round) {
        uint8_t packed[200];
        for (uint8_t& byte : packed) {
            state = state * 1664525 + 1013904223;
            byte = static_cast<uint8_t>(state >> 24);
        }
        (void)decompress({packed, static_cast<size_t>(round) % 200},
                         {g_back, static_cast<size_t>(round) * 7});
    }
    static constexpr uint8_t kBefore[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00};
    RSL_EXPECT_EQ(static_cast<int>(decompress(kBefore, g_back).outcome),
                  static_cast<int>(Outcome::kBad));
}

}  // namespace
}  // namespace rsl::rtl::xpress
