// SPDX-License-Identifier: GPL-2.0-only
// AES over more than a block (SP 800-38A): ECB, CBC, CFB with segments of 1 byte or a block, and
// the padding that BCRYPT_BLOCK_PADDING means (PKCS #7). Authenticated encryption: gcm.hpp.
#pragma once

#include <optional>

#include "classes/cng/aes.hpp"

namespace rsl::cng {

enum class CipherMode : uint8_t { kEcb, kCbc, kCfb, kGcm };
enum class Direction : uint8_t { kEncrypt, kDecrypt };

/// Works through whole segments: `bytes` is a multiple of 16, or of `segment_bytes` for CFB. `iv`
/// (16 bytes) becomes the next call's; ECB does not look at it. `in` and `out` are the same or do
/// not overlap.
void run_cipher(const Aes& key, CipherMode mode, Direction direction, uint8_t* iv,
                size_t segment_bytes, const uint8_t* in, uint8_t* out, size_t bytes);

/// Fills the last block: `block` begins with `held` (0 to 15) bytes of data.
void pad_block(uint8_t* block, size_t held);
/// How many of a last block's bytes are data; nothing when what is behind them is no padding. Takes
/// the same time whatever the padding.
std::optional<size_t> unpadded_bytes(const uint8_t* block);

}  // namespace rsl::cng
