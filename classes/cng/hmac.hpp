// SPDX-License-Identifier: GPL-2.0-only
// HMAC (FIPS 198-1, RFC 2104) over the hash functions of digest.hpp. Holds a secret: wipe() it
// after use.
#pragma once

#include "classes/cng/digest.hpp"

namespace rsl::cng {

class Hmac {
  public:
    void start(HashKind kind, Bytes key);
    void update(Bytes data) { inner_.update(data); }
    /// Writes digest_bytes(kind). The object has to be started again afterwards.
    void finish(uint8_t* out);

  private:
    Digest inner_, outer_;
};

}  // namespace rsl::cng
