// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/rsa.hpp"

#include <algorithm>

namespace rsl::cng {
namespace {

/// RFC 8017, 9.2, note 1: what stands in front of the hash.
struct Prefix {
    uint8_t bytes;
    uint8_t text[19];
};
constexpr Prefix kPrefixes[] = {
    {18,
     {0x30, 0x20, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05, 0x05,
      0x00, 0x04, 0x10}},
    {15,
     {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14}},
    {19,
     {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
      0x05, 0x00, 0x04, 0x20}},
    {19,
     {0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
      0x05, 0x00, 0x04, 0x30}},
    {19,
     {0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03,
      0x05, 0x00, 0x04, 0x40}},
};

/// signature^exponent modulo the modulus, into work.message; the signature has the modulus's length
/// and is less.
bool open_signature(RsaWork& work, const RsaPublicKey& key, Bytes signature) {
    if (signature.size() != key.modulus.size()) return false;
    const size_t limbs = limbs_for(key.modulus.size());
    load_number(key.modulus, work.modulus, limbs);
    load_number(signature, work.number, limbs);
    if (!is_less(work.number, work.modulus, limbs)) return false;
    const Montgomery ring{work.modulus, limbs, work.scratch};
    ring.enter(work.number);
    ring.power(work.number, key.exponent, work.base);
    ring.leave(work.number);
    store_number(work.number, work.message, key.modulus.size());
    return true;
}

/// XORs MGF1 (RFC 8017, B.2.1) of `seed` over `out`.
void mask(HashKind kind, Bytes seed, std::span<uint8_t> out) {
    const size_t step = digest_bytes(kind);
    uint8_t block[kMaxDigestBytes];
    for (uint32_t counter = 0; !out.empty(); ++counter) {
        uint8_t number[4];
        store_big<uint32_t>(number, counter);
        Digest state;
        state.start(kind);
        state.update(seed);
        state.update(number);
        state.finish(block);
        const size_t taken = std::min(step, out.size());
        for (size_t i = 0; i < taken; ++i) out[i] ^= block[i];
        out = out.subspan(taken);
    }
}

}  // namespace

bool is_rsa_key(const RsaPublicKey& key) {
    const auto [modulus, exponent] = key;
    if (modulus.size() < kMinRsaBytes || modulus.size() > kMaxRsaBytes) return false;
    if (modulus.front() == 0 || modulus.back() % 2 == 0) return false;
    if (exponent.empty() || exponent.front() == 0 || exponent.back() % 2 == 0) return false;
    if (exponent.size() == 1 && exponent[0] == 1) return false;
    if (exponent.size() != modulus.size()) return exponent.size() < modulus.size();
    return std::memcmp(exponent.data(), modulus.data(), modulus.size()) < 0;
}

bool verify_rsa_pkcs1(RsaWork& work, const RsaPublicKey& key, std::optional<HashKind> kind,
                      Bytes hash, Bytes signature) {
    if (!open_signature(work, key, signature)) return false;
    const Bytes message{work.message, key.modulus.size()};
    Bytes prefix;
    if (kind)
        prefix = {kPrefixes[static_cast<size_t>(*kind)].text,
                  kPrefixes[static_cast<size_t>(*kind)].bytes};
    constexpr size_t kLeastPadding = 11;  // 0, 1, at least eight times 0xFF, 0
    const size_t tail = prefix.size() + hash.size();
    if (message.size() < tail + kLeastPadding) return false;
    // What it has to be is known to the last byte: nothing is parsed.
    const Bytes padding = message.first(message.size() - tail);
    if (padding[0] != 0 || padding[1] != 1 || padding.back() != 0) return false;
    const Bytes ones = padding.subspan(2, padding.size() - 3);
    if (!std::all_of(ones.begin(), ones.end(), [](uint8_t byte) { return byte == 0xFF; }))
        return false;
    return std::equal(prefix.begin(), prefix.end(), message.end() - static_cast<ptrdiff_t>(tail)) &&
           std::equal(hash.begin(), hash.end(),
                      message.end() - static_cast<ptrdiff_t>(hash.size()));
}

bool verify_rsa_pss(RsaWork& work, const RsaPublicKey& key, HashKind kind, size_t salt_bytes,
                    Bytes hash, Bytes signature) {
    const size_t hash_bytes = digest_bytes(kind);
    if (hash.size() != hash_bytes || !open_signature(work, key, signature)) return false;
    // The encoded message has one bit less than the modulus: perhaps one byte less, too.
    const size_t bits =
        key.modulus.size() * 8 - static_cast<size_t>(std::countl_zero(key.modulus[0])) - 1;
    const size_t bytes = (bits + 7) / 8;
    uint8_t* message = work.message + (key.modulus.size() - bytes);
    if (bytes != key.modulus.size() && work.message[0] != 0) return false;
    if (salt_bytes > bytes || bytes < hash_bytes + salt_bytes + 2 || message[bytes - 1] != 0xBC)
        return false;
    const size_t block_bytes = bytes - hash_bytes - 1;
    const Bytes digest_in{message + block_bytes, hash_bytes};
    const auto unused_bits = static_cast<uint32_t>(8 * bytes - bits);
    const auto used = static_cast<uint8_t>(0xFF >> unused_bits);
    if ((message[0] & ~used) != 0) return false;
    mask(kind, digest_in, {message, block_bytes});
    message[0] &= used;
    const size_t zeros = block_bytes - salt_bytes - 1;
    if (!std::all_of(message, message + zeros, [](uint8_t byte) { return byte == 0; }) ||
        message[zeros] != 1)
        return false;
    constexpr uint8_t kFront[8] = {};
    uint8_t expected[kMaxDigestBytes];
    Digest state;
    state.start(kind);
    state.update(kFront);
    state.update(hash);
    state.update({message + zeros + 1, salt_bytes});
    state.finish(expected);
    return std::equal(digest_in.begin(), digest_in.end(), expected);
}

}  // namespace rsl::cng
