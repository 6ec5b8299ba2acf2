// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/key_blob.hpp"

#include "abi/types/bcrypt.h"
#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

/// "ECS1", 32, x, y: the key of RFC 6979, A.2.5.
constexpr auto kEcc =
    hex("4543533120000000"
        "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
        "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
/// "KDBM", 1, 16, the key.
constexpr auto kData = hex("4b44424d0100000010000000000102030405060708090a0b0c0d0e0f");

/// "RSA1", bits, 3, bytes, 0, 0, 65537, an odd number of that many bits.
struct RsaBlob {
    uint8_t bytes[24 + 3 + 64] = {};
    RsaBlob() {
        const ULONG header[6] = {BCRYPT_RSAPUBLIC_MAGIC, 512, 3, 64, 0, 0};
        std::memcpy(bytes, header, sizeof(header));
        std::memset(bytes + 24, 0x81, 3 + 64);
        std::memcpy(bytes + 24, "\x01\x00\x01", 3);
    }
    void set(size_t field, ULONG value) { std::memcpy(bytes + 4 * field, &value, sizeof(value)); }
};

}  // namespace

RSL_TEST(KeyBlob, ReadsKeyData)
{
    const auto key = parse_key_data(kData, BCRYPT_KEY_DATA_BLOB_MAGIC);
    RSL_REQUIRE(key.has_value());
    RSL_EXPECT(key->size() == 16 && (*key)[15] == 15);
}
RSL_TEST(KeyBlob, RefusesOtherKeyData)
{
    for (size_t size = 0; size < kData.size(); ++size)
        RSL_EXPECT(!parse_key_data(Bytes(kData).first(size), BCRYPT_KEY_DATA_BLOB_MAGIC));
    for (const size_t at : {0u, 4u, 8u, 11u}) {  // magic, version, length
        auto changed = kData;
        changed[at] ^= 0x80;
        RSL_EXPECT(!parse_key_data(changed, BCRYPT_KEY_DATA_BLOB_MAGIC));
    }
}

RSL_TEST(KeyBlob, ReadsAnEcdsaKey)
{
    const auto point = parse_ecdsa_public(CurveKind::kP256, kEcc);
    RSL_REQUIRE(point.has_value());
    RSL_EXPECT(point->size() == 64 && (*point)[0] == 0x60);
}
RSL_TEST(KeyBlob, RefusesOtherEcdsaKeys)
{
    RSL_EXPECT(!parse_ecdsa_public(CurveKind::kP384, kEcc));
    RSL_EXPECT(!parse_ecdsa_public(CurveKind::kP256, Bytes(kEcc).first(kEcc.size() - 1)));
    RSL_EXPECT(!parse_ecdsa_public(CurveKind::kP256, Bytes(kEcc).first(7)));
    for (const size_t at : {0u, 4u, 20u, 60u}) {  // magic, length, x, y: off the curve
        auto changed = kEcc;
        changed[at] ^= 1;
        RSL_EXPECT(!parse_ecdsa_public(CurveKind::kP256, changed));
    }
}

RSL_TEST(KeyBlob, ReadsAnRsaKey)
{
    const RsaBlob blob;
    const auto key = parse_rsa_public(blob.bytes);
    RSL_REQUIRE(key.has_value());
    RSL_EXPECT(key->exponent.size() == 3 && key->modulus.size() == 64 && key->modulus[0] == 0x81);
}
RSL_TEST(KeyBlob, RefusesOtherRsaKeys)
{
    const auto refuses = [](size_t field, ULONG value) {
        RsaBlob blob;
        blob.set(field, value);
        return !parse_rsa_public(blob.bytes);
    };
    RSL_EXPECT(refuses(0, BCRYPT_ECDSA_PUBLIC_P256_MAGIC));
    RSL_EXPECT(refuses(1, 511));  // the bits that the modulus does not have
    RSL_EXPECT(refuses(2, 4));
    RSL_EXPECT(refuses(2, 0xFFFFFFFF));
    RSL_EXPECT(refuses(3, 63));
    RSL_EXPECT(refuses(3, 0xFFFFFFFD));
    const RsaBlob blob;
    RSL_EXPECT(!parse_rsa_public(Bytes(blob.bytes).first(sizeof(blob.bytes) - 1)));
    RSL_EXPECT(!parse_rsa_public(Bytes(blob.bytes).first(23)));
}
