// SPDX-License-Identifier: GPL-2.0-only
// AES-GCM (SP 800-38D) with nonces of 12 bytes. No table depends on the key, no branch on a secret.
#pragma once

#include "classes/cng/cipher_modes.hpp"

namespace rsl::cng {

constexpr size_t kGcmNonceBytes = 12, kGcmTagBytes = 16;

/// Encrypts or decrypts, and computes the whole tag. `in` and `out` are the same or do not overlap.
/// Who decrypts compares the tag and withholds `out` when it differs.
void run_gcm(const Aes& key, Direction direction, const uint8_t* nonce, Bytes authenticated,
             const uint8_t* in, uint8_t* out, size_t bytes, uint8_t (&tag)[kGcmTagBytes]);

}  // namespace rsl::cng
