// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/aes.hpp"

namespace rsl::cng {
namespace {

constexpr uint8_t doubled(uint8_t x) { return static_cast<uint8_t>((x << 1) ^ ((x >> 7) * 0x1B)); }

struct Boxes {
    uint8_t forward[256] = {}, inverse[256] = {};
};
/// FIPS 197, 5.1.1: the inverse in GF(2^8), found by walking through the powers of 3 and of 1/3
/// together, then an affine map.
constexpr Boxes make_boxes() {
    Boxes boxes;
    uint8_t p = 1, q = 1;
    do {
        p = static_cast<uint8_t>(p ^ doubled(p));
        q = static_cast<uint8_t>(q ^ (q << 1));
        q = static_cast<uint8_t>(q ^ (q << 2));
        q = static_cast<uint8_t>(q ^ (q << 4));
        if (q & 0x80) q ^= 0x09;
        const uint8_t mapped = static_cast<uint8_t>(q ^ std::rotl(q, 1) ^ std::rotl(q, 2) ^
                                                    std::rotl(q, 3) ^ std::rotl(q, 4) ^ 0x63);
        boxes.forward[p] = mapped;
        boxes.inverse[mapped] = p;
    } while (p != 1);
    boxes.forward[0] = 0x63;
    boxes.inverse[0x63] = 0;
    return boxes;
}
constexpr Boxes kBoxes = make_boxes();

void add(uint8_t* state, const uint8_t* key) {
    for (size_t i = 0; i < Aes::kBlockBytes; ++i) state[i] ^= key[i];
}

/// SubBytes and ShiftRows: byte 4c + r of the result is the box's of byte 4(c + r) + r.
void substitute(uint8_t* state, const uint8_t (&box)[256], size_t shift) {
    uint8_t from[Aes::kBlockBytes];
    std::memcpy(from, state, sizeof(from));
    for (size_t i = 0; i < sizeof(from); ++i) {
        const size_t row = i % 4, column = (i / 4 + row * shift) % 4;
        state[i] = box[from[4 * column + row]];
    }
}

void mix_columns(uint8_t* state) {
    for (uint8_t* c = state; c != state + Aes::kBlockBytes; c += 4) {
        const uint8_t all = static_cast<uint8_t>(c[0] ^ c[1] ^ c[2] ^ c[3]), first = c[0];
        for (size_t i = 0; i < 4; ++i) {
            const uint8_t next = i == 3 ? first : c[i + 1];
            c[i] = static_cast<uint8_t>(c[i] ^ all ^ doubled(static_cast<uint8_t>(c[i] ^ next)));
        }
    }
}

/// The inverse matrix is the forward one times {5, 0, 4, 0}.
void unmix_columns(uint8_t* state) {
    for (uint8_t* c = state; c != state + Aes::kBlockBytes; c += 4) {
        const uint8_t even = doubled(doubled(static_cast<uint8_t>(c[0] ^ c[2])));
        const uint8_t odd = doubled(doubled(static_cast<uint8_t>(c[1] ^ c[3])));
        c[0] ^= even, c[2] ^= even, c[1] ^= odd, c[3] ^= odd;
    }
    mix_columns(state);
}

}  // namespace

void Aes::set_key(Bytes key) {
    const size_t words = key.size() / 4;
    rounds_ = static_cast<uint32_t>(words + 6);
    uint8_t* out = round_keys_[0];
    std::memcpy(out, key.data(), key.size());
    uint8_t constant = 1;
    for (size_t i = words; i < 4 * (rounds_ + 1); ++i) {
        uint8_t word[4];
        std::memcpy(word, out + 4 * (i - 1), sizeof(word));
        if (i % words == 0) {
            const uint8_t first = word[0];
            for (size_t j = 0; j < 4; ++j) word[j] = kBoxes.forward[j == 3 ? first : word[j + 1]];
            word[0] ^= constant;
            constant = doubled(constant);
        } else if (words == 8 && i % words == 4) {
            for (uint8_t& byte : word) byte = kBoxes.forward[byte];
        }
        for (size_t j = 0; j < 4; ++j) out[4 * i + j] = out[4 * (i - words) + j] ^ word[j];
    }
}

void Aes::encrypt(const uint8_t* in, uint8_t* out) const {
    uint8_t state[kBlockBytes];
    std::memcpy(state, in, sizeof(state));
    add(state, round_keys_[0]);
    for (uint32_t round = 1; round <= rounds_; ++round) {
        substitute(state, kBoxes.forward, 1);
        if (round != rounds_) mix_columns(state);
        add(state, round_keys_[round]);
    }
    std::memcpy(out, state, sizeof(state));
}

void Aes::decrypt(const uint8_t* in, uint8_t* out) const {
    uint8_t state[kBlockBytes];
    std::memcpy(state, in, sizeof(state));
    for (uint32_t round = rounds_; round > 0; --round) {
        add(state, round_keys_[round]);
        if (round != rounds_) unmix_columns(state);
        substitute(state, kBoxes.inverse, 3);
    }
    add(state, round_keys_[0]);
    std::memcpy(out, state, sizeof(state));
}

}  // namespace rsl::cng
