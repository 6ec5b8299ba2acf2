// SPDX-License-Identifier: GPL-2.0-only
// Arithmetic modulo an odd number, in Montgomery's form, for verifying signatures: with public
// numbers only, so the time may depend on them. Numbers are 64-bit limbs, the least significant
// first; their count is the modulus's. A number x is held as x * 2^(64 * limbs) mod m and less than
// m.
#pragma once

#include "classes/cng/byte_order.hpp"

namespace rsl::cng {

constexpr size_t limbs_for(size_t bytes) { return (bytes + 7) / 8; }
/// Reads a big-endian number of at most 8 * limbs bytes.
void load_number(Bytes big_endian, uint64_t* out, size_t limbs);
/// Writes the low `bytes` bytes, big-endian; bytes <= 8 * limbs.
void store_number(const uint64_t* number, uint8_t* out, size_t bytes);
bool is_less(const uint64_t* a, const uint64_t* b, size_t limbs);
bool is_zero(const uint64_t* number, size_t limbs);
size_t bit_length(const uint64_t* number, size_t limbs);
inline bool bit_of(const uint64_t* number, size_t bit) {
    return (number[bit / 64] >> (bit % 64) & 1) != 0;
}
/// out = a - b; returns the borrow.
uint64_t subtract_numbers(uint64_t* out, const uint64_t* a, const uint64_t* b, size_t limbs);
/// out = a + b; returns the carry.
uint64_t add_numbers(uint64_t* out, const uint64_t* a, const uint64_t* b, size_t limbs);

/// Borrows the modulus (odd, greater than 1, its top limb not zero) and, for multiply(), scratch of
/// limbs + 2. Results may be written over arguments.
class Montgomery {
  public:
    Montgomery(const uint64_t* modulus, size_t limbs, uint64_t* scratch);

    size_t limbs() const { return limbs_; }
    void multiply(uint64_t* out, const uint64_t* a, const uint64_t* b) const;
    void add(uint64_t* out, const uint64_t* a, const uint64_t* b) const;
    void subtract(uint64_t* out, const uint64_t* a, const uint64_t* b) const;
    /// Into Montgomery's form and out of it, in place. `number` is less than the modulus.
    void enter(uint64_t* number) const;
    void leave(uint64_t* number) const;
    /// number = number^exponent, in Montgomery's form; the exponent is big-endian, greater than 0.
    /// `base` is scratch.
    void power(uint64_t* number, Bytes exponent, uint64_t* base) const;

  private:
    const uint64_t* modulus_;
    size_t limbs_;
    uint64_t* scratch_;
    uint64_t negative_inverse_;  // of the modulus, modulo 2^64
};

}  // namespace rsl::cng
