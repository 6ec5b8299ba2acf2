// SPDX-License-Identifier: GPL-2.0-only
// The blobs that keys are imported from (bcrypt.h): checked once, here, and never trusted. Pure:
// fuzzed on the host.
#pragma once

#include "classes/cng/ecdsa.hpp"
#include "classes/cng/rsa.hpp"

namespace rsl::cng {

/// BCRYPT_OPAQUE_KEY_BLOB has what layout a provider likes. Ours is a BCRYPT_KEY_DATA_BLOB's with
/// this magic number.
constexpr uint32_t kOpaqueMagic = 0x4F4B5243;  // "CRKO"

/// BCRYPT_KEY_DATA_BLOB, or ours with another magic number: the key inside, of any length. Bytes
/// behind it are refused.
std::optional<Bytes> parse_key_data(Bytes blob, uint32_t magic);
/// BCRYPT_ECCPUBLIC_BLOB for ECDSA over that curve: x and y of a point of the curve, one behind the
/// other.
std::optional<Bytes> parse_ecdsa_public(CurveKind curve, Bytes blob);
/// BCRYPT_RSAPUBLIC_BLOB. What the exponent and the modulus begin with is not 0.
std::optional<RsaPublicKey> parse_rsa_public(Bytes blob);

}  // namespace rsl::cng
