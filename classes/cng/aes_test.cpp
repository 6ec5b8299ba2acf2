// SPDX-License-Identifier: GPL-2.0-only
// Vectors: FIPS 197 (appendix C), SP 800-38A (F.1.1, F.2.1, F.3.7, F.3.13).
#include "classes/cng/cipher_modes.hpp"

#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

bool block_is(Bytes key, Bytes expected) {
    const auto plain = hex("00112233445566778899aabbccddeeff");
    Aes aes;
    aes.set_key(key);
    uint8_t block[Aes::kBlockBytes];
    aes.encrypt(plain.data(), block);
    if (!same(block, expected)) return false;
    aes.decrypt(block, block);
    return same(block, plain);
}

constexpr auto kKey = hex("2b7e151628aed2a6abf7158809cf4f3c");
constexpr auto kIv = hex("000102030405060708090a0b0c0d0e0f");
constexpr auto kPlain = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");

/// Encrypts and decrypts the first bytes of kPlain in two calls and in place; the IV carries over.
bool mode_gives(CipherMode mode, size_t segment, size_t first, Bytes expected) {
    Aes aes;
    aes.set_key(kKey);
    uint8_t data[32], iv[16];
    std::memcpy(data, kPlain.data(), expected.size());
    const auto run = [&](Direction direction) {
        std::memcpy(iv, kIv.data(), sizeof(iv));
        run_cipher(aes, mode, direction, iv, segment, data, data, first);
        run_cipher(aes, mode, direction, iv, segment, data + first, data + first,
                   expected.size() - first);
    };
    run(Direction::kEncrypt);
    if (!same(data, expected)) return false;
    run(Direction::kDecrypt);
    return std::memcmp(data, kPlain.data(), expected.size()) == 0;
}

}  // namespace

RSL_TEST(Aes, EncryptsWithEachKeySize)
{
    RSL_EXPECT(
        block_is(hex("000102030405060708090a0b0c0d0e0f"), hex("69c4e0d86a7b0430d8cdb78070b4c55a")));
    RSL_EXPECT(block_is(hex("000102030405060708090a0b0c0d0e0f1011121314151617"),
                        hex("dda97ca4864cdfe06eaf70a0ec0d7191")));
    RSL_EXPECT(block_is(hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
                        hex("8ea2b7ca516745bfeafc49904b496089")));
}

RSL_TEST(CipherModes, Ecb)
{
    RSL_EXPECT(mode_gives(CipherMode::kEcb, 16, 16,
                          hex("3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf")));
}
RSL_TEST(CipherModes, Cbc)
{
    RSL_EXPECT(mode_gives(CipherMode::kCbc, 16, 16,
                          hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2")));
}
RSL_TEST(CipherModes, CfbOfBytes)
{
    RSL_EXPECT(mode_gives(CipherMode::kCfb, 1, 7, hex("3b79424c9c0dd436bace9e0ed4586a4f32b9")));
}
RSL_TEST(CipherModes, CfbOfBlocks)
{
    RSL_EXPECT(mode_gives(CipherMode::kCfb, 16, 16,
                          hex("3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b")));
}

RSL_TEST(CipherModes, PadsAndFindsThePadding)
{
    uint8_t block[16];
    for (size_t held = 0; held < 16; ++held) {
        std::memset(block, 0, sizeof(block));
        pad_block(block, held);
        RSL_EXPECT(unpadded_bytes(block) == std::optional<size_t>{held});
    }
}
RSL_TEST(CipherModes, RefusesWhatIsNoPadding)
{
    uint8_t block[16];
    std::memset(block, 0, sizeof(block));
    RSL_EXPECT(!unpadded_bytes(block));  // of no bytes
    block[15] = 17;
    RSL_EXPECT(!unpadded_bytes(block));  // longer than the block
    pad_block(block, 12);
    block[12] = 3;
    RSL_EXPECT(!unpadded_bytes(block));  // not the same byte throughout
    pad_block(block, 0);
    block[0] = 15;
    RSL_EXPECT(!unpadded_bytes(block));
}
