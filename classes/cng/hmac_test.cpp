// SPDX-License-Identifier: GPL-2.0-only
// Vectors: RFC 4231 (cases 1, 2 and 6), RFC 2202 (case 2 of MD5 and SHA-1).
#include "classes/cng/hmac.hpp"

#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

bool mac_is(HashKind kind, Bytes key, Bytes data, Bytes expected) {
    Hmac hmac;
    hmac.start(kind, key);
    hmac.update(data);
    uint8_t out[kMaxDigestBytes];
    hmac.finish(out);
    return expected.size() == digest_bytes(kind) && same(out, expected);
}

}  // namespace

RSL_TEST(Hmac, TakesAShortKey)
{
    RSL_EXPECT(mac_is(HashKind::kMd5, text("Jefe"), text("what do ya want for nothing?"),
                      hex("750c783e6ab0b503eaa86e310a5db738")));
    RSL_EXPECT(mac_is(HashKind::kSha1, text("Jefe"), text("what do ya want for nothing?"),
                      hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")));
    RSL_EXPECT(mac_is(HashKind::kSha256, text("Jefe"), text("what do ya want for nothing?"),
                      hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")));
    RSL_EXPECT(mac_is(HashKind::kSha384, text("Jefe"), text("what do ya want for nothing?"),
                      hex("af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca"
                          "5e69e2c78b3239ecfab21649")));
    RSL_EXPECT(mac_is(HashKind::kSha512, text("Jefe"), text("what do ya want for nothing?"),
                      hex("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75"
                          "c05a994a6d034f65f8f0e6fd"
                          "caeab1a34d4a6b4b636e070a38bce737")));
}

RSL_TEST(Hmac, TakesBinaryKeys)
{
    RSL_EXPECT(mac_is(HashKind::kSha256, hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                      text("Hi There"),
                      hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")));
    RSL_EXPECT(mac_is(HashKind::kSha384, hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                      text("Hi There"),
                      hex("afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9"
                          "076ede7f4af152e8b2fa9cb6")));
    RSL_EXPECT(mac_is(HashKind::kSha512, hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                      text("Hi There"),
                      hex("87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7"
                          "d6b8a702038b274eaea3f4e4"
                          "be9d914eeb61f1702e696c203a126854")));
}

RSL_TEST(Hmac, HashesALongKey)
{
    uint8_t long_key[131];
    std::memset(long_key, 0xAA, sizeof(long_key));
    RSL_EXPECT(mac_is(HashKind::kSha256, long_key,
                      text("Test Using Larger Than Block-Size Key - Hash Key First"),
                      hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")));
    RSL_EXPECT(mac_is(HashKind::kSha384, long_key,
                      text("Test Using Larger Than Block-Size Key - Hash Key First"),
                      hex("4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab"
                          "4030fe8296248df163f44952")));
    RSL_EXPECT(mac_is(HashKind::kSha512, long_key,
                      text("Test Using Larger Than Block-Size Key - Hash Key First"),
                      hex("80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037"
                          "e05f2598bd0fd2215d6a1e52"
                          "95e64f73f63f0aec8b915a985d786598")));
}
