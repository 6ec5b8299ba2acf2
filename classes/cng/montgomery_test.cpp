// SPDX-License-Identifier: GPL-2.0-only
// Against arithmetic that 128 bits have room for, and at the edges that carries make.
#include "classes/cng/montgomery.hpp"

#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;
using Wide = unsigned __int128;

uint64_t product_modulo(uint64_t a, uint64_t b, uint64_t m) {
    uint64_t scratch[3];
    const Montgomery ring{&m, 1, scratch};
    ring.enter(&a);
    ring.multiply(&a, &a, &b);  // one of the two in Montgomery's form: the product is out of it
    return a;
}

}  // namespace

RSL_TEST(Montgomery, MultipliesModuloOneLimb)
{
    constexpr uint64_t kModuli[] = {3, 0x8000000000000001, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFC5,
                                    1000003};
    uint64_t random = 1;
    for (const uint64_t m : kModuli) {
        for (uint32_t i = 0; i < 64; ++i) {
            const uint64_t a = (random = random * 6364136223846793005u + 1442695040888963407u) % m;
            const uint64_t b = i == 0 ? m - 1 : (random >> 3) % m;
            // Not %, which 128 bits have no instruction for: the remainder by doubling.
            Wide left = 0;
            for (uint32_t bit = 64; bit-- > 0;) {
                left = left * 2;
                if (left >= m) left -= m;
                if ((a >> bit & 1) != 0) left += b;
                if (left >= m) left -= m;
            }
            RSL_EXPECT_EQ(product_modulo(a, b, m), static_cast<uint64_t>(left));
        }
    }
}

RSL_TEST(Montgomery, EntersAndLeaves)
{
    const uint64_t m[3] = {0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
    uint64_t scratch[5], number[3] = {0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
    const Montgomery ring{m, 3, scratch};
    ring.enter(number);
    ring.leave(number);
    RSL_EXPECT_EQ(number[0], 0xFFFFFFFFFFFFFFFEu);
    RSL_EXPECT_EQ(number[2], 0xFFFFFFFFFFFFFFFFu);
}

// Fermat: a^(p-1) = 1 modulo a prime, here 2^127 - 1.
RSL_TEST(Montgomery, RaisesToPowers)
{
    const uint64_t p[2] = {0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF};
    uint64_t scratch[4], base[2], number[2] = {12345, 67890};
    const Montgomery ring{p, 2, scratch};
    ring.enter(number);
    ring.power(number, hex("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"), base);
    ring.leave(number);
    RSL_EXPECT(number[0] == 1 && number[1] == 0);
}

RSL_TEST(Montgomery, ReadsAndWritesNumbers)
{
    const auto bytes = hex("0102030405060708090a0b");
    uint64_t number[2];
    load_number(bytes, number, 2);
    RSL_EXPECT_EQ(number[0], 0x0405060708090a0bu);
    RSL_EXPECT_EQ(number[1], 0x010203u);
    RSL_EXPECT_EQ(bit_length(number, 2), 64u + 17u);
    uint8_t out[11];
    store_number(number, out, sizeof(out));
    RSL_EXPECT(same(out, bytes));
}
