// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/hmac.hpp"

namespace rsl::cng {

void Hmac::start(HashKind kind, Bytes key) {
    const size_t block_bytes = hash_block_bytes(kind);
    uint8_t block[kMaxHashBlockBytes] = {};
    if (key.size() > block_bytes) {
        digest(kind, key, block);
    } else if (!key.empty()) {
        std::memcpy(block, key.data(), key.size());
    }
    constexpr uint8_t kInner = 0x36, kOuter = 0x5C;
    for (uint8_t& byte : block) byte ^= kInner;
    inner_.start(kind);
    inner_.update({block, block_bytes});
    for (uint8_t& byte : block) byte ^= kInner ^ kOuter;
    outer_.start(kind);
    outer_.update({block, block_bytes});
    wipe(block, sizeof(block));
}

void Hmac::finish(uint8_t* out) {
    const size_t bytes = digest_bytes(inner_.kind());
    uint8_t inner[kMaxDigestBytes];
    inner_.finish(inner);
    outer_.update({inner, bytes});
    outer_.finish(out);
    wipe(inner, sizeof(inner));
}

}  // namespace rsl::cng
