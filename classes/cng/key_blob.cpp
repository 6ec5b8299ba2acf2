// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/key_blob.hpp"

#include "abi/types/bcrypt.h"

namespace rsl::cng {
namespace {

template <typename Header>
std::optional<Header> header_of(Bytes blob) {
    if (blob.size() < sizeof(Header)) return std::nullopt;
    Header header;
    std::memcpy(&header, blob.data(), sizeof(header));
    return header;
}

}  // namespace

std::optional<Bytes> parse_key_data(Bytes blob, uint32_t magic) {
    const auto header = header_of<BCRYPT_KEY_DATA_BLOB_HEADER>(blob);
    if (!header || header->dwMagic != magic || header->dwVersion != BCRYPT_KEY_DATA_BLOB_VERSION1) {
        return std::nullopt;
    }
    const Bytes key = blob.subspan(sizeof(*header));
    if (key.size() != header->cbKeyData) return std::nullopt;
    return key;
}

std::optional<Bytes> parse_ecdsa_public(CurveKind curve, Bytes blob) {
    const auto header = header_of<BCRYPT_ECCKEY_BLOB>(blob);
    const ULONG magic =
        curve == CurveKind::kP256 ? BCRYPT_ECDSA_PUBLIC_P256_MAGIC : BCRYPT_ECDSA_PUBLIC_P384_MAGIC;
    if (!header || header->dwMagic != magic || header->cbKey != curve_bytes(curve))
        return std::nullopt;
    const Bytes point = blob.subspan(sizeof(*header));
    if (point.size() != 2 * curve_bytes(curve)) return std::nullopt;
    if (!is_on_curve(curve, point.data(), point.data() + curve_bytes(curve))) return std::nullopt;
    return point;
}

std::optional<RsaPublicKey> parse_rsa_public(Bytes blob) {
    const auto header = header_of<BCRYPT_RSAKEY_BLOB>(blob);
    if (!header || header->Magic != BCRYPT_RSAPUBLIC_MAGIC) return std::nullopt;
    const Bytes numbers = blob.subspan(sizeof(*header));
    if (header->cbPublicExp > numbers.size() ||
        header->cbModulus != numbers.size() - header->cbPublicExp)
        return std::nullopt;
    const RsaPublicKey key{.modulus = numbers.subspan(header->cbPublicExp),
                           .exponent = numbers.first(header->cbPublicExp)};
    if (!is_rsa_key(key)) return std::nullopt;
    const size_t bits =
        key.modulus.size() * 8 - static_cast<size_t>(std::countl_zero(key.modulus[0]));
    if (header->BitLength != bits) return std::nullopt;
    return key;
}

}  // namespace rsl::cng
