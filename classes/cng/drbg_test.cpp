// SPDX-License-Identifier: GPL-2.0-only
// The nonces of RFC 6979 are what HMAC_DRBG gives for the key and the hash as a seed: A.2.5, P-256
// and SHA-256, "sample".
#include "classes/cng/drbg.hpp"

#include "classes/cng/test_vectors.hpp"

using namespace rsl::cng;

RSL_TEST(HmacDrbg, GivesThePublishedBytes)
{
    HmacDrbg drbg{
        hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"
            "AF2BDBE1AA9B6EC1E2ADE1D694F41FC71A831D0268E9891562113D8A62ADD1BF")};
    uint8_t out[32];
    drbg.generate(out);
    RSL_EXPECT(same(out, hex("A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60")));
}

RSL_TEST(HmacDrbg, ReseedingAndGoingOnChangeWhatComes)
{
    const auto seed = hex("00112233445566778899aabbccddeeff");
    HmacDrbg one{seed}, two{seed};
    uint8_t first[40], second[40];
    one.generate(first);
    two.generate(second);
    RSL_EXPECT(same(first, second));
    one.generate(first);
    RSL_EXPECT(!same(first, second));
    two.reseed(seed);
    two.generate(second);
    RSL_EXPECT(!same(first, second));
}
