// SPDX-License-Identifier: GPL-2.0-only
// The hash functions: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4). One object of fixed size for
// all of them, without pointers: copying it is duplicating a hash. Not for keys: that is hmac.hpp.
#pragma once

#include "classes/cng/byte_order.hpp"

namespace rsl::cng {

enum class HashKind : uint8_t { kMd5, kSha1, kSha256, kSha384, kSha512 };

constexpr size_t kMaxDigestBytes = 64;
constexpr size_t kMaxHashBlockBytes = 128;
size_t digest_bytes(HashKind kind);
size_t hash_block_bytes(HashKind kind);

class Digest {
  public:
    void start(HashKind kind);
    void update(Bytes data);
    /// Writes digest_bytes(kind). The object has to be started again afterwards.
    void finish(uint8_t* out);
    HashKind kind() const { return kind_; }

  private:
    void compress(const uint8_t* block);

    union {
        uint32_t words32_[8];
        uint64_t words64_[8];
    };
    uint64_t length_;  // in bytes, so far; what is behind the last whole block lies in block_
    uint8_t block_[kMaxHashBlockBytes];
    HashKind kind_;
};

/// All at once.
void digest(HashKind kind, Bytes data, uint8_t* out);

// ---- The compression functions: one block into the state. Inside this folder only.
void md5_compress(uint32_t (&state)[8], const uint8_t* block);   // uses 4 words
void sha1_compress(uint32_t (&state)[8], const uint8_t* block);  // uses 5 words
void sha256_compress(uint32_t (&state)[8], const uint8_t* block);
void sha512_compress(uint64_t (&state)[8], const uint8_t* block);

}  // namespace rsl::cng
