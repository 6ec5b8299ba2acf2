// SPDX-License-Identifier: GPL-2.0-only
// The compression functions of MD5 (RFC 1321, 3.4) and SHA-1 (FIPS 180-4, 6.1.2).
#include "classes/cng/digest.hpp"

namespace rsl::cng {
namespace {

constexpr uint32_t kSines[64] = {
    0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
    0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
    0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
    0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
    0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
    0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
    0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
    0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
};
constexpr uint8_t kTurns[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

}  // namespace

void md5_compress(uint32_t (&state)[8], const uint8_t* block) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (uint32_t i = 0; i < 64; ++i) {
        uint32_t mixed, word;
        switch (i / 16) {
            case 0:
                mixed = (b & c) | (~b & d), word = i;
                break;
            case 1:
                mixed = (d & b) | (~d & c), word = 5 * i + 1;
                break;
            case 2:
                mixed = b ^ c ^ d, word = 3 * i + 5;
                break;
            default:
                mixed = c ^ (b | ~d), word = 7 * i;
                break;
        }
        mixed += a + kSines[i] + load_little32(block + 4 * (word % 16));
        a = d, d = c, c = b;
        b += std::rotl(mixed, kTurns[i / 16][i % 4]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
}

void sha1_compress(uint32_t (&state)[8], const uint8_t* block) {
    uint32_t schedule[16];
    for (size_t i = 0; i < 16; ++i) schedule[i] = load_big<uint32_t>(block + 4 * i);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (uint32_t i = 0; i < 80; ++i) {
        uint32_t& word = schedule[i % 16];
        if (i >= 16)
            word = std::rotl(
                schedule[(i + 13) % 16] ^ schedule[(i + 8) % 16] ^ schedule[(i + 2) % 16] ^ word,
                1);
        uint32_t mixed;
        switch (i / 20) {
            case 0:
                mixed = ((b & c) | (~b & d)) + 0x5A827999;
                break;
            case 1:
                mixed = (b ^ c ^ d) + 0x6ED9EBA1;
                break;
            case 2:
                mixed = ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
                break;
            default:
                mixed = (b ^ c ^ d) + 0xCA62C1D6;
                break;
        }
        mixed += std::rotl(a, 5) + e + word;
        e = d, d = c, c = std::rotl(b, 30), b = a, a = mixed;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

}  // namespace rsl::cng
