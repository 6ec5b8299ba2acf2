// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: no blob makes a parser read outside of it or accept a key that verifying cannot
// compute with.
#include <cstdlib>

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const Bytes blob{data, size};
    if (const auto key = parse_key_data(blob); key && key->size() > size) std::abort();
    try_curve(CurveKind::kP256, blob);
    try_curve(CurveKind::kP384, blob);
    if (const auto key = parse_rsa_public(blob)) {
        static RsaWork work;
        const uint8_t hash[32] = {};
        // A signature of the modulus itself is not less than it.
        if (verify_rsa_pkcs1(work, *key, HashKind::kSha256, hash, key->modulus)) std::abort();
        if (key->modulus.size() <= 256 && key->exponent.size() <= 4) {
            uint8_t zeros[256] = {};
            if (verify_rsa_pss(work, *key, HashKind::kSha256, 32, hash,
                               {zeros, key->modulus.size()}))
                std::abort();
        }
    }
    return 0;
}
