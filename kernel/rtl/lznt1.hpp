// SPDX-License-Identifier: GPL-2.0-only
// LZNT1, the compression of NT's file system, after Microsoft's open specification [MS-XCA],
// section 2.5. Bytes to decompress come from anywhere: whatever they say, nothing outside the
// buffers is touched.
//
//   buffer   chunks, each of at most 4096 bytes of data; a header of 0, or the end, closes it
//   chunk    a header of 16 bits (length of what follows less one; 3 << 12; top bit: compressed),
//   bytes bytes    a flag byte and eight elements, lowest flag first: a literal byte, or 16 bits of
//   which the
//            upper say how far back (less one) and the lower how many bytes (less three); the
//            farther into the chunk, the more bits for the distance
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rsl::rtl::lznt1 {

inline constexpr size_t kChunkBytes = 4096;

/// What compress() keeps between its steps: places of three-byte sequences in the chunk, by hash.
struct Workspace {
    uint16_t head[4096];
    uint16_t previous[kChunkBytes];
};

enum class Outcome : uint8_t { kGood, kBad, kTooSmall };
struct Result {
    Outcome outcome = Outcome::kGood;
    size_t bytes = 0;  // written
};

/// How hard compress() looks for a match: candidates for each place.
enum class Effort : uint16_t { kStandard = 16, kMaximum = 4096 };

Result compress(std::span<const uint8_t> data, std::span<uint8_t> out, Workspace& workspace,
                Effort effort);
/// kTooSmall: the data goes on behind the end of `out`, which is full.
Result decompress(std::span<const uint8_t> packed, std::span<uint8_t> out);
/// The bytes from `offset` on, as many as `out` takes or there are. `chunk` is for one chunk.
Result decompress_part(std::span<const uint8_t> packed, size_t offset, std::span<uint8_t> out,
                       std::span<uint8_t, kChunkBytes> chunk);

}  // namespace rsl::rtl::lznt1
