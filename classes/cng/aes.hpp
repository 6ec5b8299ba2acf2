// SPDX-License-Identifier: GPL-2.0-only
// AES (FIPS 197): one block. What is made of blocks is in cipher_modes.hpp and gcm.hpp. Looks bytes
// up in tables: the time may tell somebody who shares the processor's cache
// (docs/adr/0018-kernel-cryptography.md).
#pragma once

#include "classes/cng/byte_order.hpp"

namespace rsl::cng {

class Aes {
  public:
    static constexpr size_t kBlockBytes = 16;
    static constexpr bool takes_key_of(size_t bytes) {
        return bytes == 16 || bytes == 24 || bytes == 32;
    }

    /// `key` has one of the three sizes.
    void set_key(Bytes key);
    /// `in` and `out` may be the same.
    void encrypt(const uint8_t* in, uint8_t* out) const;
    void decrypt(const uint8_t* in, uint8_t* out) const;

  private:
    uint8_t round_keys_[15][kBlockBytes];
    uint32_t rounds_;
};

}  // namespace rsl::cng
