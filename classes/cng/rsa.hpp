// SPDX-License-Identifier: GPL-2.0-only
// Verifies RSA signatures (RFC 8017): PKCS #1 v1.5 and PSS. Public data only.
#pragma once

#include <optional>

#include "classes/cng/digest.hpp"
#include "classes/cng/montgomery.hpp"

namespace rsl::cng {

constexpr size_t kMinRsaBytes = 64, kMaxRsaBytes = 2048;  // 512 to 16384 bits

struct RsaPublicKey {
    Bytes modulus, exponent;  // big-endian, the first byte of each not 0
};
/// Whether it can be a key: sizes, odd, 1 < exponent < modulus.
bool is_rsa_key(const RsaPublicKey& key);

/// What a verification computes with; too large for a stack.
struct RsaWork {
    static constexpr size_t kLimbs = kMaxRsaBytes / 8;
    uint64_t modulus[kLimbs], number[kLimbs], base[kLimbs], scratch[kLimbs + 2];
    uint8_t message[kMaxRsaBytes];
};

/// RFC 8017, 8.2.2. Without a hash kind, the hash itself is what was padded (as TLS 1.1 did).
bool verify_rsa_pkcs1(RsaWork& work, const RsaPublicKey& key, std::optional<HashKind> kind,
                      Bytes hash, Bytes signature);
/// RFC 8017, 8.1.2, with MGF1 and the same hash function. `hash` is digest_bytes(kind) long.
bool verify_rsa_pss(RsaWork& work, const RsaPublicKey& key, HashKind kind, size_t salt_bytes,
                    Bytes hash, Bytes signature);

}  // namespace rsl::cng
