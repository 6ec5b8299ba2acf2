// SPDX-License-Identifier: GPL-2.0-only
// The compression functions of SHA-256 and SHA-512 (FIPS 180-4, 6.2.2 and 6.4.2), one template.
#include "classes/cng/digest.hpp"

namespace rsl::cng {
namespace {

// FIPS 180-4, 4.2.3; the upper halves of the first 64 are SHA-256's (4.2.2).
constexpr uint64_t kRoundConstants[80] = {
    0x428A2F98D728AE22, 0x7137449123EF65CD, 0xB5C0FBCFEC4D3B2F, 0xE9B5DBA58189DBBC,
    0x3956C25BF348B538, 0x59F111F1B605D019, 0x923F82A4AF194F9B, 0xAB1C5ED5DA6D8118,
    0xD807AA98A3030242, 0x12835B0145706FBE, 0x243185BE4EE4B28C, 0x550C7DC3D5FFB4E2,
    0x72BE5D74F27B896F, 0x80DEB1FE3B1696B1, 0x9BDC06A725C71235, 0xC19BF174CF692694,
    0xE49B69C19EF14AD2, 0xEFBE4786384F25E3, 0x0FC19DC68B8CD5B5, 0x240CA1CC77AC9C65,
    0x2DE92C6F592B0275, 0x4A7484AA6EA6E483, 0x5CB0A9DCBD41FBD4, 0x76F988DA831153B5,
    0x983E5152EE66DFAB, 0xA831C66D2DB43210, 0xB00327C898FB213F, 0xBF597FC7BEEF0EE4,
    0xC6E00BF33DA88FC2, 0xD5A79147930AA725, 0x06CA6351E003826F, 0x142929670A0E6E70,
    0x27B70A8546D22FFC, 0x2E1B21385C26C926, 0x4D2C6DFC5AC42AED, 0x53380D139D95B3DF,
    0x650A73548BAF63DE, 0x766A0ABB3C77B2A8, 0x81C2C92E47EDAEE6, 0x92722C851482353B,
    0xA2BFE8A14CF10364, 0xA81A664BBC423001, 0xC24B8B70D0F89791, 0xC76C51A30654BE30,
    0xD192E819D6EF5218, 0xD69906245565A910, 0xF40E35855771202A, 0x106AA07032BBD1B8,
    0x19A4C116B8D2D0C8, 0x1E376C085141AB53, 0x2748774CDF8EEB99, 0x34B0BCB5E19B48A8,
    0x391C0CB3C5C95A63, 0x4ED8AA4AE3418ACB, 0x5B9CCA4F7763E373, 0x682E6FF3D6B2B8A3,
    0x748F82EE5DEFB2FC, 0x78A5636F43172F60, 0x84C87814A1F0AB72, 0x8CC702081A6439EC,
    0x90BEFFFA23631E28, 0xA4506CEBDE82BDE9, 0xBEF9A3F7B2C67915, 0xC67178F2E372532B,
    0xCA273ECEEA26619C, 0xD186B8C721C0C207, 0xEADA7DD6CDE0EB1E, 0xF57D4F7FEE6ED178,
    0x06F067AA72176FBA, 0x0A637DC5A2C898A6, 0x113F9804BEF90DAE, 0x1B710B35131C471B,
    0x28DB77F523047D84, 0x32CAAB7B40C72493, 0x3C9EBE0A15C9BEBC, 0x431D67C49C100D4C,
    0x4CC5D4BECB3E42B6, 0x597F299CFC657E2A, 0x5FCB6FAB3AD6FAEC, 0x6C44198C4A475817,
};

struct Sha256 {
    using Word = uint32_t;
    static constexpr uint32_t kRounds = 64, kConstantShift = 32;
    static constexpr int kSum0[3] = {2, 13, 22}, kSum1[3] = {6, 11, 25};
    static constexpr int kSigma0[3] = {7, 18, 3}, kSigma1[3] = {17, 19, 10};
};
struct Sha512 {
    using Word = uint64_t;
    static constexpr uint32_t kRounds = 80, kConstantShift = 0;
    static constexpr int kSum0[3] = {28, 34, 39}, kSum1[3] = {14, 18, 41};
    static constexpr int kSigma0[3] = {1, 8, 7}, kSigma1[3] = {19, 61, 6};
};

template <typename Word>
Word sum(Word x, const int (&by)[3]) {
    return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ std::rotr(x, by[2]);
}
template <typename Word>
Word sigma(Word x, const int (&by)[3]) {
    return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ (x >> by[2]);
}

template <typename Sha, typename Word = typename Sha::Word>
void sha2_compress(Word (&state)[8], const uint8_t* block) {
    Word schedule[16], v[8];
    for (size_t i = 0; i < 16; ++i) schedule[i] = load_big<Word>(block + sizeof(Word) * i);
    for (size_t i = 0; i < 8; ++i) v[i] = state[i];
    for (uint32_t begin = 0; begin < Sha::kRounds; begin += 16) {
#pragma clang loop unroll(full)  // every index becomes a constant: SHA-256 is twice as fast
        for (uint32_t i = 0; i < 16; ++i) {
            Word& word = schedule[i];
            if (begin != 0) {
                word += sigma(schedule[(i + 1) % 16], Sha::kSigma0) + schedule[(i + 9) % 16] +
                        sigma(schedule[(i + 14) % 16], Sha::kSigma1);
            }
            // The eight variables go round instead of being shifted: a is at -i.
            const auto at = [&](uint32_t k) -> Word& { return v[(k + 16 - i) % 8]; };
            const Word first =
                at(7) + sum(at(4), Sha::kSum1) + ((at(4) & at(5)) ^ (~at(4) & at(6))) +
                static_cast<Word>(kRoundConstants[begin + i] >> Sha::kConstantShift) + word;
            at(3) += first;
            at(7) = first + sum(at(0), Sha::kSum0) +
                    ((at(0) & at(1)) ^ (at(0) & at(2)) ^ (at(1) & at(2)));
        }
    }
    for (size_t i = 0; i < 8; ++i) state[i] += v[i];
}

}  // namespace

void sha256_compress(uint32_t (&state)[8], const uint8_t* block) {
    sha2_compress<Sha256>(state, block);
}
void sha512_compress(uint64_t (&state)[8], const uint8_t* block) {
    sha2_compress<Sha512>(state, block);
}

}  // namespace rsl::cng
