// SPDX-License-Identifier: GPL-2.0-only
// Vectors: RFC 6979, A.2.5 (P-256) and A.2.6 (P-384), the message "sample". Then what a verifier
// has to refuse.
#include "classes/cng/ecdsa.hpp"

#include "classes/cng/digest.hpp"
#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

constexpr auto kKey256 =
    hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e956"
        "28bc64"
        "f2f1b20c2d7e9f5177a3c294d4462299");
constexpr auto kKey384 =
    hex("ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a2545154"
        "80bc13"
        "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533"
        "264720");
constexpr auto kSignature256Sha256 =
    hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6"
        "e29f65"
        "f3e900dbb9aff4064dc4ab2f843acda8");
constexpr auto kSignature256Sha1 =
    hex("61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d326d7f147dac089441bb2e2fe8f7"
        "a3fa26"
        "4b9c475098fdcf6e00d7c996e1b8b7eb");
constexpr auto kSignature256Sha512 =
    hex("8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f002362ab1adbe2b8adf9cb9edab7"
        "40ea60"
        "49c028114f2460f96554f61fae3302fe");
constexpr auto kSignature384Sha384 =
    hex("94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80"
        "fabe46"
        "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38"
        "628ac8");
constexpr auto kSignature384Sha256 =
    hex("21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d"
        "8fb2cd"
        "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4"
        "fa0ab0");
constexpr auto kSignature384Sha512 =
    hex("ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4a799cfe30f35cc900056d7c99cd7882"
        "433709"
        "512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068e5112dc7cc3ef3446defceb01a45c26"
        "67fdd5");
constexpr auto kOrder256 = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
constexpr auto kPrime256 = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

bool verifies(CurveKind curve, Bytes key, HashKind kind, Bytes signature) {
    uint8_t hash[kMaxDigestBytes];
    digest(kind, text("sample"), hash);
    return verify_ecdsa(curve, key.data(), {hash, digest_bytes(kind)}, signature.data());
}
bool verifies256(Bytes signature) {
    return verifies(CurveKind::kP256, kKey256, HashKind::kSha256, signature);
}
/// The good signature with one half replaced.
auto with_half(size_t half, Bytes number) {
    auto changed = kSignature256Sha256;
    std::memcpy(changed.data() + half * 32, number.data(), 32);
    return changed;
}

bool edge(Bytes key, Bytes signature) {
    return is_on_curve(CurveKind::kP256, key.data(), key.data() + 32) &&
           verifies(CurveKind::kP256, key, HashKind::kSha256, signature);
}

}  // namespace

RSL_TEST(Ecdsa, VerifiesOverP256)
{
    RSL_EXPECT(verifies(CurveKind::kP256, kKey256, HashKind::kSha256, kSignature256Sha256));
    RSL_EXPECT(verifies(CurveKind::kP256, kKey256, HashKind::kSha1,
                        kSignature256Sha1));  // shorter than the order
    RSL_EXPECT(verifies(CurveKind::kP256, kKey256, HashKind::kSha512,
                        kSignature256Sha512));  // longer: cut
}

RSL_TEST(Ecdsa, VerifiesOverP384)
{
    RSL_EXPECT(verifies(CurveKind::kP384, kKey384, HashKind::kSha384, kSignature384Sha384));
    RSL_EXPECT(verifies(CurveKind::kP384, kKey384, HashKind::kSha256, kSignature384Sha256));
    RSL_EXPECT(verifies(CurveKind::kP384, kKey384, HashKind::kSha512, kSignature384Sha512));
}

RSL_TEST(Ecdsa, RefusesAnotherMessageOrKey)
{
    RSL_EXPECT(!verifies(CurveKind::kP256, kKey256, HashKind::kSha512, kSignature256Sha256));
    auto other_key = kKey256;  // the opposite point: y becomes p - y
    uint32_t borrow = 0;
    for (size_t i = 32; i-- > 0;) {
        const uint32_t digit = kPrime256[i] - kKey256[32 + i] - borrow;
        other_key[32 + i] = static_cast<uint8_t>(digit);
        borrow = digit >> 31;
    }
    RSL_EXPECT(is_on_curve(CurveKind::kP256, other_key.data(), other_key.data() + 32));
    RSL_EXPECT(!verifies(CurveKind::kP256, other_key, HashKind::kSha256, kSignature256Sha256));
}

RSL_TEST(Ecdsa, RefusesEveryChangedByte)
{
    for (size_t i = 0; i < kSignature256Sha256.size(); i += 7) {
        auto changed = kSignature256Sha256;
        changed[i] ^= 0x40;
        RSL_EXPECT(!verifies256(changed));
    }
}

RSL_TEST(Ecdsa, RefusesNumbersOutOfRange)
{
    const auto zero = hex("0000000000000000000000000000000000000000000000000000000000000000");
    const auto most = hex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
    for (size_t half = 0; half < 2; ++half) {
        RSL_EXPECT(!verifies256(with_half(half, zero)));
        RSL_EXPECT(!verifies256(with_half(half, kOrder256)));
        RSL_EXPECT(!verifies256(with_half(half, kPrime256)));
        RSL_EXPECT(!verifies256(with_half(half, most)));
    }
}

// (r, n - s) is a signature of the same message, by the definition of ECDSA.
RSL_TEST(Ecdsa, VerifiesTheOtherOfAPair)
{
    auto other = kSignature256Sha256;
    uint32_t borrow = 0;
    for (size_t i = 32; i-- > 0;) {
        const uint32_t digit = kOrder256[i] - kSignature256Sha256[32 + i] - borrow;
        other[32 + i] = static_cast<uint8_t>(digit);
        borrow = digit >> 31;
    }
    RSL_EXPECT(verifies256(other));
}

RSL_TEST(Ecdsa, TellsPointsOfTheCurve)
{
    RSL_EXPECT(is_on_curve(CurveKind::kP256, kKey256.data(), kKey256.data() + 32));
    RSL_EXPECT(is_on_curve(CurveKind::kP384, kKey384.data(), kKey384.data() + 48));
    auto changed = kKey256;
    changed[63] ^= 1;
    RSL_EXPECT(!is_on_curve(CurveKind::kP256, changed.data(), changed.data() + 32));
    const auto zero = hex("0000000000000000000000000000000000000000000000000000000000000000");
    RSL_EXPECT(!is_on_curve(CurveKind::kP256, zero.data(), zero.data()));
    RSL_EXPECT(
        !is_on_curve(CurveKind::kP256, kPrime256.data(), kKey256.data() + 32));  // not less than p
}

// Signatures made for it: the x of their point lies between the order and the prime, so that it is
// r + n.
RSL_TEST(Ecdsa, VerifiesAnXAboveTheOrder)
{
    RSL_EXPECT(edge(hex("6a11de20cdf5ff7bdff88486db395629af35a11b679854e7e74d8e64f763052b"
                        "0e6e6ec775a0201d397d7bca2ef68187b9c0fd963fb90d8261680f9adb710bc7"),
                    hex("0000000000000000000000000000000000000000000000000000000000000003"
                        "000000000000000000000000000000001234567890abcdef1234567890abcdef")));
}

// The sums of points that have a rule of their own: a key that is the base point, or its opposite,
// and a result that is.
RSL_TEST(Ecdsa, VerifiesWhereSumsAreExceptions)
{
    RSL_EXPECT(edge(hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
                    hex("41d12f76fa7fa20bb348d3622ab0a8140dd05607e6d17203d00675d573fbc117"
                        "0a3e562cac7092501bd85206f243abc0cc13d679d8703493e4eb5125dbab80c5")));
    RSL_EXPECT(edge(hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                        "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a"),
                    hex("41d12f76fa7fa20bb348d3622ab0a8140dd05607e6d17203d00675d573fbc117"
                        "ddb1de019912bacc89dba6bd89d5849c44d7478af4b6cc7657f35bf971d8a6aa")));
    RSL_EXPECT(edge(hex("5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
                        "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032"),
                    hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                        "f07351bb4e203598cce49686bfe0e29ec2a69ad84b9385734c3b1e98f014f430")));
}

RSL_TEST(Ecdsa, RefusesTheResultAtInfinity)
{
    RSL_EXPECT(!edge(hex("09bdd3e59f9f88a62c740c5c1615d78b3834a535a45fc1bbdb0d61c9fb558797"
                         "62f743c04f49b8ed8f4f2743c4543994efcf8cda15f5d02a793d78618b6a59ca"),
                     hex("51590b7a515140d2d784c85608668fdfef8c82fd1f5be52421554a0dc3d033ed"
                         "0000000000000000000000000000000000000000000000000000000000000007")));
}
