// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/montgomery.hpp"

namespace rsl::cng {
namespace {

using Wide = unsigned __int128;

/// to + a * b + carry, which fits in two limbs: the low one is returned, the high one is the next
/// carry.
uint64_t multiply_add(uint64_t to, uint64_t a, uint64_t b, uint64_t& carry) {
    const Wide sum = static_cast<Wide>(a) * b + to + carry;
    carry = static_cast<uint64_t>(sum >> 64);
    return static_cast<uint64_t>(sum);
}

}  // namespace

void load_number(Bytes big_endian, uint64_t* out, size_t limbs) {
    std::memset(out, 0, limbs * sizeof(uint64_t));
    for (size_t i = 0; i < big_endian.size(); ++i) {
        const uint64_t byte = big_endian[big_endian.size() - 1 - i];
        out[i / 8] |= byte << (i % 8 * 8);
    }
}

void store_number(const uint64_t* number, uint8_t* out, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i)
        out[bytes - 1 - i] = static_cast<uint8_t>(number[i / 8] >> (i % 8 * 8));
}

bool is_less(const uint64_t* a, const uint64_t* b, size_t limbs) {
    for (size_t i = limbs; i-- > 0;) {
        if (a[i] != b[i]) return a[i] < b[i];
    }
    return false;
}

bool is_zero(const uint64_t* number, size_t limbs) {
    for (size_t i = 0; i < limbs; ++i) {
        if (number[i] != 0) return false;
    }
    return true;
}

size_t bit_length(const uint64_t* number, size_t limbs) {
    while (limbs > 0 && number[limbs - 1] == 0) --limbs;
    return limbs == 0 ? 0 : limbs * 64 - static_cast<size_t>(std::countl_zero(number[limbs - 1]));
}

uint64_t subtract_numbers(uint64_t* out, const uint64_t* a, const uint64_t* b, size_t limbs) {
    uint64_t borrow = 0;
    for (size_t i = 0; i < limbs; ++i) {
        const Wide difference = static_cast<Wide>(a[i]) - b[i] - borrow;
        out[i] = static_cast<uint64_t>(difference);
        borrow = static_cast<uint64_t>(difference >> 64) & 1;
    }
    return borrow;
}

uint64_t add_numbers(uint64_t* out, const uint64_t* a, const uint64_t* b, size_t limbs) {
    uint64_t carry = 0;
    for (size_t i = 0; i < limbs; ++i) {
        const Wide sum = static_cast<Wide>(a[i]) + b[i] + carry;
        out[i] = static_cast<uint64_t>(sum);
        carry = static_cast<uint64_t>(sum >> 64);
    }
    return carry;
}

Montgomery::Montgomery(const uint64_t* modulus, size_t limbs, uint64_t* scratch)
    : modulus_(modulus), limbs_(limbs), scratch_(scratch) {
    uint64_t inverse = 1;  // Newton: the count of right bits doubles, from 1 to 64
    for (uint32_t i = 0; i < 6; ++i) inverse *= 2 - modulus[0] * inverse;
    negative_inverse_ = 0 - inverse;
}

void Montgomery::multiply(uint64_t* out, const uint64_t* a, const uint64_t* b) const {
    uint64_t* t = scratch_;
    std::memset(t, 0, (limbs_ + 2) * sizeof(uint64_t));
    for (size_t i = 0; i < limbs_; ++i) {
        uint64_t carry = 0;
        for (size_t j = 0; j < limbs_; ++j) t[j] = multiply_add(t[j], a[j], b[i], carry);
        t[limbs_ + 1] = __builtin_add_overflow(t[limbs_], carry, &t[limbs_]);
        // The multiple of the modulus that makes the lowest limb 0, which is then dropped.
        const uint64_t multiple = t[0] * negative_inverse_;
        carry = 0;
        multiply_add(t[0], modulus_[0], multiple, carry);
        for (size_t j = 1; j < limbs_; ++j)
            t[j - 1] = multiply_add(t[j], modulus_[j], multiple, carry);
        const uint64_t over = __builtin_add_overflow(t[limbs_], carry, &t[limbs_ - 1]);
        t[limbs_] = t[limbs_ + 1] + over;
    }
    if (t[limbs_] != 0 || !is_less(t, modulus_, limbs_)) {
        subtract_numbers(out, t, modulus_, limbs_);
    } else {
        std::memcpy(out, t, limbs_ * sizeof(uint64_t));
    }
}

void Montgomery::add(uint64_t* out, const uint64_t* a, const uint64_t* b) const {
    const uint64_t carry = add_numbers(out, a, b, limbs_);
    if (carry != 0 || !is_less(out, modulus_, limbs_)) subtract_numbers(out, out, modulus_, limbs_);
}

void Montgomery::subtract(uint64_t* out, const uint64_t* a, const uint64_t* b) const {
    if (subtract_numbers(out, a, b, limbs_) != 0) add_numbers(out, out, modulus_, limbs_);
}

void Montgomery::enter(uint64_t* number) const {
    for (size_t i = 0; i < limbs_ * 64; ++i) add(number, number, number);
}

void Montgomery::leave(uint64_t* number) const {
    uint64_t* t = scratch_;
    // As multiply(number, 1), without a 1 of the modulus's size.
    std::memcpy(t, number, limbs_ * sizeof(uint64_t));
    for (size_t i = 0; i < limbs_; ++i) {
        uint64_t carry = 0;
        const uint64_t multiple = t[0] * negative_inverse_;
        multiply_add(t[0], modulus_[0], multiple, carry);
        for (size_t j = 1; j < limbs_; ++j)
            t[j - 1] = multiply_add(t[j], modulus_[j], multiple, carry);
        t[limbs_ - 1] = carry;
    }
    if (is_less(t, modulus_, limbs_)) {
        std::memcpy(number, t, limbs_ * sizeof(uint64_t));
    } else {
        subtract_numbers(number, t, modulus_, limbs_);
    }
}

void Montgomery::power(uint64_t* number, Bytes exponent, uint64_t* base) const {
    std::memcpy(base, number, limbs_ * sizeof(uint64_t));
    bool begun = false;  // at the top bit, the result is the base
    for (const uint8_t byte : exponent) {
        for (uint32_t bit = 8; bit-- > 0;) {
            if (begun) multiply(number, number, number);
            const bool set = (byte >> bit & 1) != 0;
            if (set && begun) multiply(number, number, base);
            begun = begun || set;
        }
    }
}

}  // namespace rsl::cng
