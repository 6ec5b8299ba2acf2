// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/drbg.hpp"

#include <algorithm>

namespace rsl::cng {

HmacDrbg::HmacDrbg(Bytes seed) {
    std::memset(key_, 0, sizeof(key_));
    std::memset(value_, 1, sizeof(value_));
    update(seed);
}

HmacDrbg::~HmacDrbg() {
    wipe(key_, sizeof(key_));
    wipe(value_, sizeof(value_));
}

/// HMAC(key, value).
void HmacDrbg::mac(uint8_t* out) const {
    Hmac hmac;
    hmac.start(HashKind::kSha256, key_);
    hmac.update(value_);
    hmac.finish(out);
    wipe(&hmac, sizeof(hmac));
}

void HmacDrbg::update(Bytes provided) {
    for (uint8_t round = 0; round < (provided.empty() ? 1 : 2); ++round) {
        Hmac hmac;
        hmac.start(HashKind::kSha256, key_);
        hmac.update(value_);
        hmac.update({&round, 1});
        hmac.update(provided);
        hmac.finish(key_);
        wipe(&hmac, sizeof(hmac));
        mac(value_);
    }
}

void HmacDrbg::generate(std::span<uint8_t> out) {
    while (!out.empty()) {
        mac(value_);
        const size_t taken = std::min(kBytes, out.size());
        std::memcpy(out.data(), value_, taken);
        out = out.subspan(taken);
    }
    update({});
}

}  // namespace rsl::cng
