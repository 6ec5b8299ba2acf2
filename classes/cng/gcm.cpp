// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/gcm.hpp"

#include <algorithm>

namespace rsl::cng {
namespace {

constexpr size_t kBlock = Aes::kBlockBytes;

/// GHASH (SP 800-38D, 6.4): a polynomial over GF(2^128), bits in the standard's order, most
/// significant first.
class Ghash {
  public:
    explicit Ghash(const uint8_t* key)
        : key_{load_big<uint64_t>(key), load_big<uint64_t>(key + 8)} {}

    /// The last block is filled with zeros.
    void update(Bytes data) {
        for (size_t at = 0; at < data.size(); at += kBlock) {
            uint8_t block[kBlock] = {};
            std::memcpy(block, data.data() + at, std::min(kBlock, data.size() - at));
            sum_[0] ^= load_big<uint64_t>(block);
            sum_[1] ^= load_big<uint64_t>(block + 8);
            multiply();
        }
    }
    void finish(uint64_t authenticated_bytes, uint64_t data_bytes, uint8_t* out) {
        sum_[0] ^= authenticated_bytes * 8;
        sum_[1] ^= data_bytes * 8;
        multiply();
        store_big<uint64_t>(out, sum_[0]);
        store_big<uint64_t>(out + 8, sum_[1]);
    }

  private:
    /// sum_ *= key_ modulo x^128 + x^7 + x^2 + x + 1.
    void multiply() {
        uint64_t v[2] = {key_[0], key_[1]}, z[2] = {};
        for (uint32_t i = 0; i < 128; ++i) {
            const uint64_t taken = 0 - (sum_[i / 64] >> (63 - i % 64) & 1);
            z[0] ^= v[0] & taken;
            z[1] ^= v[1] & taken;
            const uint64_t falls_out = 0 - (v[1] & 1);
            v[1] = v[1] >> 1 | v[0] << 63;
            v[0] = v[0] >> 1 ^ (0xE100000000000000 & falls_out);
        }
        sum_[0] = z[0], sum_[1] = z[1];
    }
    uint64_t key_[2], sum_[2] = {};
};

}  // namespace

void run_gcm(const Aes& key, Direction direction, const uint8_t* nonce, Bytes authenticated,
             const uint8_t* in, uint8_t* out, size_t bytes, uint8_t (&tag)[kGcmTagBytes]) {
    uint8_t counter[kBlock] = {}, stream[kBlock], first_stream[kBlock];
    key.encrypt(counter, stream);
    Ghash hash{stream};
    std::memcpy(counter, nonce, kGcmNonceBytes);
    counter[kBlock - 1] = 1;
    key.encrypt(counter, first_stream);
    hash.update(authenticated);
    if (direction == Direction::kDecrypt) hash.update({in, bytes});
    uint32_t number = 1;
    for (size_t at = 0; at < bytes; at += kBlock) {
        store_big<uint32_t>(counter + kGcmNonceBytes, ++number);
        key.encrypt(counter, stream);
        for (size_t i = 0; i < std::min(kBlock, bytes - at); ++i)
            out[at + i] = in[at + i] ^ stream[i];
    }
    if (direction == Direction::kEncrypt) hash.update({out, bytes});
    hash.finish(authenticated.size(), bytes, tag);
    for (size_t i = 0; i < kGcmTagBytes; ++i) tag[i] ^= first_stream[i];
    wipe(stream, sizeof(stream));
    wipe(first_stream, sizeof(first_stream));
}

}  // namespace rsl::cng
