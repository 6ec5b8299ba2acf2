// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/lznt1.hpp"

#include <cstring>

namespace rsl::rtl::lznt1 {
namespace {

constexpr uint16_t kCompressed = 0x8000, kSignature = 0x3000, kLengthMask = 0x0FFF;
constexpr size_t kHeaderBytes = 2, kShortestMatch = 3;
constexpr uint16_t kNowhere = 0xFFFF;

uint16_t read16(const uint8_t* at) { return static_cast<uint16_t>(at[0] | at[1] << 8); }
void write16(uint8_t* at, unsigned value) {
    at[0] = static_cast<uint8_t>(value);
    at[1] = static_cast<uint8_t>(value >> 8);
}

/// Of the 16 bits of a match `position` bytes into the chunk, how many say its length.
unsigned length_bits(size_t position) {
    unsigned bits = 12;
    for (size_t reach = position - 1; reach >= 16; reach >>= 1) --bits;
    return bits;
}

// ---- Decompressing

/// One chunk's bytes into `out`; what does not fit is kTooSmall.
Result expand(std::span<const uint8_t> packed, std::span<uint8_t> out) {
    size_t at = 0, written = 0;
    while (at < packed.size()) {
        const unsigned flags = packed[at++];
        for (unsigned bit = 0; bit < 8 && at < packed.size(); ++bit) {
            if (written == kChunkBytes) return {Outcome::kBad, written};
            if ((flags >> bit & 1) == 0) {
                if (written == out.size()) return {Outcome::kTooSmall, written};
                out[written++] = packed[at++];
                continue;
            }
            if (packed.size() - at < 2 || written == 0) return {Outcome::kBad, written};
            const unsigned symbol = read16(&packed[at]);
            at += 2;
            const unsigned bits = length_bits(written);
            const size_t length = (symbol & ((1u << bits) - 1)) + kShortestMatch,
                         distance = (symbol >> bits) + 1;
            if (distance > written || length > kChunkBytes - written)
                return {Outcome::kBad, written};
            for (size_t i = 0; i < length; ++i, ++written) {
                if (written == out.size()) return {Outcome::kTooSmall, written};
                out[written] = out[written - distance];
            }
        }
    }
    return {Outcome::kGood, written};
}

struct Chunk {
    bool end = false, good = true, compressed = false;
    std::span<const uint8_t> bytes;
    size_t total = 0;  // header included
};
Chunk chunk_at(std::span<const uint8_t> packed) {
    Chunk chunk;
    if (packed.size() < kHeaderBytes || read16(packed.data()) == 0) return chunk.end = true, chunk;
    const uint16_t header = read16(packed.data());
    const size_t length = (header & kLengthMask) + size_t{1};
    if ((header & 0x7000) != kSignature || length > packed.size() - kHeaderBytes)
        return chunk.good = false, chunk;
    chunk.compressed = (header & kCompressed) != 0;
    chunk.bytes = packed.subspan(kHeaderBytes, length);
    chunk.total = kHeaderBytes + length;
    return chunk;
}
Result unpack(const Chunk& chunk, std::span<uint8_t> out) {
    if (chunk.compressed) return expand(chunk.bytes, out);
    const size_t count = chunk.bytes.size() < out.size() ? chunk.bytes.size() : out.size();
    if (count != 0) std::memcpy(out.data(), chunk.bytes.data(), count);
    return {count < chunk.bytes.size() ? Outcome::kTooSmall : Outcome::kGood, count};
}

// ---- Compressing

unsigned hash_of(const uint8_t* at) {
    const uint32_t three = static_cast<uint32_t>(at[0] | at[1] << 8 | at[2] << 16);
    return three * 2654435761u >> 20;
}

struct Match {
    size_t length = 0, distance = 0;
};
Match longest_match(std::span<const uint8_t> chunk, size_t at, const Workspace& workspace,
                    Effort effort) {
    Match best;
    if (at == 0 || chunk.size() - at < kShortestMatch) return best;
    const unsigned bits = length_bits(at);
    const size_t reach = size_t{1} << (16 - bits);
    size_t most = (size_t{1} << bits) - 1 + kShortestMatch;
    if (most > chunk.size() - at) most = chunk.size() - at;
    auto tries = static_cast<unsigned>(effort);
    for (size_t candidate = workspace.head[hash_of(&chunk[at])];
         candidate != kNowhere && tries != 0; candidate = workspace.previous[candidate], --tries) {
        if (at - candidate > reach) break;
        size_t length = 0;
        while (length < most && chunk[candidate + length] == chunk[at + length]) ++length;
        if (length > best.length) best = {length, at - candidate};
        if (length == most) break;
    }
    return best.length >= kShortestMatch ? best : Match{};
}

void remember(std::span<const uint8_t> chunk, size_t at, Workspace& workspace) {
    if (chunk.size() - at < kShortestMatch) return;
    const unsigned hash = hash_of(&chunk[at]);
    workspace.previous[at] = workspace.head[hash];
    workspace.head[hash] = static_cast<uint16_t>(at);
}

/// The compressed bytes of one chunk, or 0 when they would not be fewer than `most`.
size_t squeeze(std::span<const uint8_t> chunk, uint8_t* out, size_t most, Workspace& workspace,
               Effort effort) {
    std::memset(workspace.head, 0xFF, sizeof(workspace.head));
    size_t written = 0, flag_place = 0;
    unsigned element = 8;
    for (size_t at = 0; at < chunk.size(); ++element) {
        if (most - written < 4) return 0;  // flags, a match, and one to spare
        if (element == 8) {
            element = 0;
            flag_place = written++;
            out[flag_place] = 0;
        }
        const Match match = longest_match(chunk, at, workspace, effort);
        const size_t step = match.length == 0 ? 1 : match.length;
        if (match.length == 0) {
            out[written++] = chunk[at];
        } else {
            out[flag_place] = static_cast<uint8_t>(out[flag_place] | 1u << element);
            const size_t symbol =
                (match.distance - 1) << length_bits(at) | (match.length - kShortestMatch);
            write16(out + written, static_cast<unsigned>(symbol));
            written += 2;
        }
        for (size_t i = 0; i < step; ++i) remember(chunk, at + i, workspace);
        at += step;
    }
    return written;
}

}  // namespace

Result compress(std::span<const uint8_t> data, std::span<uint8_t> out, Workspace& workspace,
                Effort effort) {
    size_t written = 0;
    while (!data.empty()) {
        const auto chunk = data.first(data.size() < kChunkBytes ? data.size() : kChunkBytes);
        data = data.subspan(chunk.size());
        if (out.size() - written <= kHeaderBytes) return {Outcome::kTooSmall, written};
        uint8_t* header = &out[written];
        const size_t room = out.size() - written - kHeaderBytes;
        size_t length = squeeze(chunk, header + kHeaderBytes,
                                room < chunk.size() ? room : chunk.size(), workspace, effort);
        unsigned kind = kCompressed | kSignature;
        if (length == 0) {
            if (room < chunk.size()) return {Outcome::kTooSmall, written};
            std::memcpy(header + kHeaderBytes, chunk.data(), chunk.size());
            length = chunk.size();
            kind = kSignature;
        }
        write16(header, static_cast<unsigned>(kind | (length - 1)));
        written += kHeaderBytes + length;
    }
    if (out.size() - written >= kHeaderBytes) write16(&out[written], 0);  // not counted
    return {Outcome::kGood, written};
}

Result decompress(std::span<const uint8_t> packed, std::span<uint8_t> out) {
    size_t written = 0;
    for (;;) {
        const Chunk chunk = chunk_at(packed);
        if (chunk.end) return {Outcome::kGood, written};
        if (!chunk.good) return {Outcome::kBad, written};
        const Result result = unpack(chunk, out.subspan(written));
        written += result.bytes;
        if (result.outcome != Outcome::kGood) return {result.outcome, written};
        packed = packed.subspan(chunk.total);
        // Only the last chunk holds less than a whole one.
        if (result.bytes == kChunkBytes || chunk_at(packed).end) continue;
        const size_t gap = kChunkBytes - result.bytes;
        if (gap > out.size() - written) return {Outcome::kTooSmall, written};
        std::memset(&out[written], 0, gap);
        written += gap;
    }
}

Result decompress_part(std::span<const uint8_t> packed, size_t offset, std::span<uint8_t> out,
                       std::span<uint8_t, kChunkBytes> buffer) {
    size_t written = 0;
    while (written < out.size()) {
        const Chunk chunk = chunk_at(packed);
        if (chunk.end) break;
        if (!chunk.good) return {Outcome::kBad, written};
        packed = packed.subspan(chunk.total);
        if (offset >= kChunkBytes) {
            offset -= kChunkBytes;
            continue;
        }
        const Result result = unpack(chunk, buffer);
        if (result.outcome != Outcome::kGood) return {Outcome::kBad, written};
        size_t bytes = result.bytes;
        if (!chunk_at(packed).end) {
            std::memset(buffer.data() + bytes, 0, kChunkBytes - bytes);
            bytes = kChunkBytes;
        }
        if (offset >= bytes) break;
        const size_t wanted = out.size() - written, there = bytes - offset;
        const size_t count = wanted < there ? wanted : there;
        std::memcpy(&out[written], buffer.data() + offset, count);
        written += count;
        offset = 0;
    }
    return {Outcome::kGood, written};
}

}  // namespace rsl::rtl::lznt1
