// SPDX-License-Identifier: GPL-2.0-only
// Xpress without Huffman codes, after Microsoft's open specification [MS-XCA], sections 2.3 and 2.4
// ("plain LZ77"). Bytes to decompress come from anywhere: whatever they say, nothing outside the
// buffers is touched.
//
//   32 flags (top one first), then for each a literal byte (0) or a match (1); again, to the end
//   match    16 bits: length less three in the lower 3, distance less one in the upper 13. A length
//   of 7 goes on in
//            a half byte (two matches share one), then a byte, 16 bits, 32 bits
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rsl::rtl::xpress {

inline constexpr size_t kReach = 8192;  // the farthest a match goes back

/// Where three-byte sequences were last, by hash, and before that (a ring of kReach places).
struct Workspace {
    uint32_t head[4096];
    uint32_t previous[kReach];
};

enum class Outcome : uint8_t { kGood, kBad, kTooSmall };
struct Result {
    Outcome outcome = Outcome::kGood;
    size_t bytes = 0;  // written
};

/// `tries`: candidates that are looked at for each place.
Result compress(std::span<const uint8_t> data, std::span<uint8_t> out, Workspace& workspace,
                unsigned tries);
/// Ends when the input does, or when `out` is full.
Result decompress(std::span<const uint8_t> packed, std::span<uint8_t> out);

}  // namespace rsl::rtl::xpress
