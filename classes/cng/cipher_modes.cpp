// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/cipher_modes.hpp"

namespace rsl::cng {
namespace {

constexpr size_t kBlock = Aes::kBlockBytes;

void xor_into(uint8_t* out, const uint8_t* a, const uint8_t* b, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) out[i] = a[i] ^ b[i];
}

void one_block(const Aes& key, CipherMode mode, Direction direction, uint8_t* iv, const uint8_t* in,
               uint8_t* out) {
    if (mode == CipherMode::kEcb) {
        return direction == Direction::kEncrypt ? key.encrypt(in, out) : key.decrypt(in, out);
    }
    uint8_t block[kBlock];
    if (direction == Direction::kEncrypt) {
        xor_into(block, in, iv, kBlock);
        key.encrypt(block, out);
        std::memcpy(iv, out, kBlock);
    } else {
        uint8_t next_iv[kBlock];
        std::memcpy(next_iv, in, kBlock);
        key.decrypt(in, block);
        xor_into(out, block, iv, kBlock);
        std::memcpy(iv, next_iv, kBlock);
    }
}

/// The register, `iv`, moves by a segment: out with the oldest bytes, in with the ciphertext.
void one_segment(const Aes& key, Direction direction, uint8_t* iv, size_t bytes, const uint8_t* in,
                 uint8_t* out) {
    uint8_t stream[kBlock], cipher[kBlock];
    key.encrypt(iv, stream);
    if (direction == Direction::kDecrypt) std::memcpy(cipher, in, bytes);
    xor_into(out, in, stream, bytes);
    if (direction == Direction::kEncrypt) std::memcpy(cipher, out, bytes);
    std::memmove(iv, iv + bytes, kBlock - bytes);
    std::memcpy(iv + kBlock - bytes, cipher, bytes);
}

}  // namespace

void run_cipher(const Aes& key, CipherMode mode, Direction direction, uint8_t* iv,
                size_t segment_bytes, const uint8_t* in, uint8_t* out, size_t bytes) {
    const size_t step = mode == CipherMode::kCfb ? segment_bytes : kBlock;
    for (size_t at = 0; at < bytes; at += step) {
        if (mode == CipherMode::kCfb) {
            one_segment(key, direction, iv, step, in + at, out + at);
        } else {
            one_block(key, mode, direction, iv, in + at, out + at);
        }
    }
}

void pad_block(uint8_t* block, size_t held) {
    const size_t padding = kBlock - held;
    std::memset(block + held, static_cast<int>(padding), padding);
}

std::optional<size_t> unpadded_bytes(const uint8_t* block) {
    const uint32_t padding = block[kBlock - 1];
    uint32_t wrong = static_cast<uint32_t>(padding - 1 > kBlock - 1);
    for (uint32_t i = 0; i < kBlock; ++i) {
        const uint32_t inside = static_cast<uint32_t>(kBlock - i <= padding);
        wrong |= inside & static_cast<uint32_t>(block[i] != padding);
    }
    if (wrong != 0) return std::nullopt;
    return kBlock - padding;
}

}  // namespace rsl::cng
