// SPDX-License-Identifier: GPL-2.0-only
// What the hash functions share: blocks, padding, lengths.
#include "classes/cng/digest.hpp"

#include <algorithm>

namespace rsl::cng {
namespace {

struct Shape {
    uint8_t digest_bytes, block_bytes;
};
constexpr Shape kShapes[] = {{16, 64}, {20, 64}, {32, 64}, {48, 128}, {64, 128}};
const Shape& shape_of(HashKind kind) { return kShapes[static_cast<size_t>(kind)]; }

constexpr uint32_t kStart32[] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
// FIPS 180-4, 5.3.5; the upper halves are SHA-256's (5.3.3).
constexpr uint64_t kStart512[] = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
};
constexpr uint64_t kStart384[] = {
    0xCBBB9D5DC1059ED8, 0x629A292A367CD507, 0x9159015A3070DD17, 0x152FECD8F70E5939,
    0x67332667FFC00B31, 0x8EB44A8768581511, 0xDB0C2E0D64F98FA7, 0x47B5481DBEFA4FA4,
};

}  // namespace

size_t digest_bytes(HashKind kind) { return shape_of(kind).digest_bytes; }
size_t hash_block_bytes(HashKind kind) { return shape_of(kind).block_bytes; }

void Digest::start(HashKind kind) {
    kind_ = kind;
    length_ = 0;
    switch (kind) {
        case HashKind::kMd5:
        case HashKind::kSha1:
            std::memcpy(words32_, kStart32, sizeof(kStart32));
            return;
        case HashKind::kSha256:
            for (size_t i = 0; i < 8; ++i) words32_[i] = static_cast<uint32_t>(kStart512[i] >> 32);
            return;
        case HashKind::kSha384:
            std::memcpy(words64_, kStart384, sizeof(kStart384));
            return;
        case HashKind::kSha512:
            std::memcpy(words64_, kStart512, sizeof(kStart512));
            return;
    }
}

void Digest::compress(const uint8_t* block) {
    switch (kind_) {
        case HashKind::kMd5:
            return md5_compress(words32_, block);
        case HashKind::kSha1:
            return sha1_compress(words32_, block);
        case HashKind::kSha256:
            return sha256_compress(words32_, block);
        case HashKind::kSha384:
        case HashKind::kSha512:
            return sha512_compress(words64_, block);
    }
}

void Digest::update(Bytes data) {
    const size_t block_bytes = hash_block_bytes(kind_);
    const size_t held = length_ % block_bytes;
    length_ += data.size();
    if (held != 0) {
        const size_t taken = std::min(data.size(), block_bytes - held);
        if (taken != 0) std::memcpy(block_ + held, data.data(), taken);
        data = data.subspan(taken);
        if (held + taken < block_bytes) return;
        compress(block_);
    }
    for (; data.size() >= block_bytes; data = data.subspan(block_bytes)) compress(data.data());
    if (!data.empty()) std::memcpy(block_, data.data(), data.size());
}

void Digest::finish(uint8_t* out) {
    const size_t block_bytes = hash_block_bytes(kind_), length_bytes = block_bytes / 8;
    size_t held = length_ % block_bytes;
    block_[held++] = 0x80;
    if (held > block_bytes - length_bytes) {
        std::memset(block_ + held, 0, block_bytes - held);
        compress(block_);
        held = 0;
    }
    std::memset(block_ + held, 0, block_bytes - held);
    const uint64_t bits = length_ * 8;
    if (kind_ == HashKind::kMd5) {
        std::memcpy(block_ + 56, &bits, sizeof(bits));
    } else {
        store_big<uint64_t>(block_ + block_bytes - 8, bits);
        if (length_bytes == 16) block_[block_bytes - 9] = static_cast<uint8_t>(length_ >> 61);
    }
    compress(block_);
    const size_t bytes = digest_bytes(kind_);
    if (kind_ == HashKind::kMd5) {
        std::memcpy(out, words32_, bytes);
    } else if (block_bytes == 64) {
        for (size_t i = 0; i < bytes / 4; ++i) store_big<uint32_t>(out + 4 * i, words32_[i]);
    } else {
        for (size_t i = 0; i < bytes / 8; ++i) store_big<uint64_t>(out + 8 * i, words64_[i]);
    }
}

void digest(HashKind kind, Bytes data, uint8_t* out) {
    Digest state;
    state.start(kind);
    state.update(data);
    state.finish(out);
}

}  // namespace rsl::cng
