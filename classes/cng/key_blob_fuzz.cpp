// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: no blob makes a parser read outside of it, or accept a key that verifying cannot
// compute with. Each input is tried as it is, and again with what a header has to say in its place,
// to get behind the first checks.
#include <cstdlib>

#include "abi/types/bcrypt.h"
#include "classes/cng/key_blob.hpp"

namespace {

using namespace rsl::cng;

void try_curve(CurveKind curve, Bytes blob) {
    const auto key = parse_ecdsa_public(curve, blob);
    if (!key) return;
    if (key->size() != 2 * curve_bytes(curve)) std::abort();
    uint8_t signature[2 * kMaxCurveBytes];
    std::memset(signature, 0x11, sizeof(signature));
    if (verify_ecdsa(curve, key->data(), *key, signature)) std::abort();
}

void try_rsa(Bytes blob) {
    const auto key = parse_rsa_public(blob);
    if (!key) return;
    static RsaWork work;
    const uint8_t hash[32] = {};
    // A signature of the modulus itself is not less than it.
    if (verify_rsa_pkcs1(work, *key, HashKind::kSha256, hash, key->modulus)) std::abort();
    static uint8_t signature[kMaxRsaBytes];
    std::memset(signature, 1, sizeof(signature));
    signature[0] = 0;
    if (key->modulus.size() > 256 || key->exponent.size() > 4) return;  // slow
    if (verify_rsa_pss(work, *key, HashKind::kSha256, 32, hash, {signature, key->modulus.size()}))
        std::abort();
}

void try_all(Bytes blob) {
    if (const auto key = parse_key_data(blob, BCRYPT_KEY_DATA_BLOB_MAGIC);
        key && key->size() > blob.size())
        std::abort();
    try_curve(CurveKind::kP256, blob);
    try_curve(CurveKind::kP384, blob);
    try_rsa(blob);
}

/// The input with words of its own in front.
template <size_t kWords>
void try_behind(const ULONG (&header)[kWords], Bytes input) {
    static uint8_t blob[4096];
    if (input.size() > sizeof(blob) - sizeof(header)) return;
    std::memcpy(blob, header, sizeof(header));
    if (!input.empty()) std::memcpy(blob + sizeof(header), input.data(), input.size());
    try_all({blob, sizeof(header) + input.size()});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const Bytes input{data, size};
    try_all(input);
    if (size == 0) return 0;
    const auto bytes = static_cast<ULONG>(size);
    try_behind({BCRYPT_KEY_DATA_BLOB_MAGIC, BCRYPT_KEY_DATA_BLOB_VERSION1, bytes}, input);
    try_behind({BCRYPT_ECDSA_PUBLIC_P256_MAGIC, 32}, input);
    try_behind({BCRYPT_ECDSA_PUBLIC_P384_MAGIC, 48}, input);
    const ULONG exponent = data[0] % 5;
    if (exponent >= size) return 0;
    const auto bits = static_cast<ULONG>((size - exponent) * 8 -
                                         static_cast<size_t>(std::countl_zero(data[exponent])));
    try_behind({BCRYPT_RSAPUBLIC_MAGIC, bits, exponent, bytes - exponent, 0, 0}, input);
    return 0;
}
