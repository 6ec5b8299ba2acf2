// SPDX-License-Identifier: GPL-2.0-only
// Vectors: "The Galois/Counter Mode of Operation" (McGrew and Viega), appendix B, cases 1, 2, 4
// and 16.
#include "classes/cng/gcm.hpp"

#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

bool seals_to(Bytes key, Bytes nonce, Bytes authenticated, Bytes plain, Bytes cipher,
              Bytes expected_tag) {
    Aes aes;
    aes.set_key(key);
    uint8_t data[64], tag[kGcmTagBytes];
    if (!plain.empty()) std::memcpy(data, plain.data(), plain.size());
    run_gcm(aes, Direction::kEncrypt, nonce.data(), authenticated, data, data, plain.size(), tag);
    if (!same(data, cipher) || !same(tag, expected_tag)) return false;
    run_gcm(aes, Direction::kDecrypt, nonce.data(), authenticated, data, data, plain.size(), tag);
    return same(data, plain) && same(tag, expected_tag);
}

constexpr auto kNoNonce = hex("000000000000000000000000");
constexpr auto kNonce = hex("cafebabefacedbaddecaf888");
constexpr auto kPlain =
    hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
constexpr auto kAuthenticated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");

}  // namespace

RSL_TEST(Gcm, SealsNothing)
{
    RSL_EXPECT(seals_to(hex("00000000000000000000000000000000"), kNoNonce, {}, {}, {},
                        hex("58e2fccefa7e3061367f1d57a4e7455a")));
}
RSL_TEST(Gcm, SealsABlock)
{
    const auto zeros = hex("00000000000000000000000000000000");
    RSL_EXPECT(seals_to(zeros, kNoNonce, {}, zeros, hex("0388dace60b6a392f328c2b971b2fe78"),
                        hex("ab6e47d42cec13bdf53a67b21257bddf")));
}
RSL_TEST(Gcm, SealsPartsOfBlocksWithMoreData)
{
    RSL_EXPECT(seals_to(hex("feffe9928665731c6d6a8f9467308308"), kNonce, kAuthenticated, kPlain,
                        hex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                            "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"),
                        hex("5bc94fbc3221a5db94fae95ae7121a47")));
}
RSL_TEST(Gcm, SealsWithALongKey)
{
    RSL_EXPECT(seals_to(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
                        kNonce, kAuthenticated, kPlain,
                        hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"),
                        hex("76fc6ece0f4e1768cddf8853bb2d551b")));
}
