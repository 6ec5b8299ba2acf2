// SPDX-License-Identifier: GPL-2.0-only
// HMAC_DRBG with SHA-256 (SP 800-90A, 10.1.2): makes many random bytes of a seed. Where the seed
// comes from is random.cpp's business. Holds a secret, and wipes it.
#pragma once

#include "classes/cng/hmac.hpp"

namespace rsl::cng {

class HmacDrbg {
  public:
    /// SP 800-90A, table 2: what one generate() gives at most.
    static constexpr size_t kMaxRequestBytes = 65536;

    explicit HmacDrbg(Bytes seed);
    ~HmacDrbg();
    HmacDrbg(const HmacDrbg&) = delete;
    HmacDrbg& operator=(const HmacDrbg&) = delete;

    void reseed(Bytes seed) { update(seed); }
    void generate(std::span<uint8_t> out);

  private:
    static constexpr size_t kBytes = 32;
    void update(Bytes provided);
    void mac(uint8_t* out) const;

    uint8_t key_[kBytes], value_[kBytes];
};

}  // namespace rsl::cng
