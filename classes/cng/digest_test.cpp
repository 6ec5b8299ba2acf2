// SPDX-License-Identifier: GPL-2.0-only
// Vectors: RFC 1321 (A.5) and the examples of FIPS 180 that NIST publishes ("abc", the two long
// messages, a million "a").
#include "classes/cng/digest.hpp"

#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

bool hashes_to(HashKind kind, Bytes data, Bytes expected) {
    uint8_t out[kMaxDigestBytes];
    digest(kind, data, out);
    return expected.size() == digest_bytes(kind) && same(out, expected);
}

const char kTwoBlocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
const char kTwoLongBlocks[] =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopq"
    "rsmnopqrstnopqrstu";

}  // namespace

RSL_TEST(Digest, HashesNothing)
{
    RSL_EXPECT(hashes_to(HashKind::kMd5, text(""), hex("d41d8cd98f00b204e9800998ecf8427e")));
    RSL_EXPECT(
        hashes_to(HashKind::kSha1, text(""), hex("da39a3ee5e6b4b0d3255bfef95601890afd80709")));
    RSL_EXPECT(hashes_to(HashKind::kSha256, text(""),
                         hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
    RSL_EXPECT(hashes_to(HashKind::kSha384, text(""),
                         hex("38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274ed"
                             "ebfe76f65fbd51ad2f14898b95b")));
    RSL_EXPECT(hashes_to(HashKind::kSha512, text(""),
                         hex("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d"
                             "13c5d85f2b0ff8318d2877eec2f"
                             "63b931bd47417a81a538327af927da3e")));
}

RSL_TEST(Digest, HashesAbc)
{
    RSL_EXPECT(hashes_to(HashKind::kMd5, text("abc"), hex("900150983cd24fb0d6963f7d28e17f72")));
    RSL_EXPECT(
        hashes_to(HashKind::kSha1, text("abc"), hex("a9993e364706816aba3e25717850c26c9cd0d89d")));
    RSL_EXPECT(hashes_to(HashKind::kSha256, text("abc"),
                         hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
    RSL_EXPECT(hashes_to(HashKind::kSha384, text("abc"),
                         hex("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed80860"
                             "72ba1e7cc2358baeca134c825a7")));
    RSL_EXPECT(hashes_to(HashKind::kSha512, text("abc"),
                         hex("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a21929"
                             "92a274fc1a836ba3c23a3feebbd"
                             "454d4423643ce80e2a9ac94fa54ca49f")));
}

RSL_TEST(Digest, HashesTwoBlocks)
{
    RSL_EXPECT(
        hashes_to(HashKind::kMd5, text(kTwoBlocks), hex("8215ef0796a20bcaaae116d3876c664a")));
    RSL_EXPECT(hashes_to(HashKind::kSha1, text(kTwoBlocks),
                         hex("84983e441c3bd26ebaae4aa1f95129e5e54670f1")));
    RSL_EXPECT(hashes_to(HashKind::kSha256, text(kTwoBlocks),
                         hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")));
    RSL_EXPECT(hashes_to(HashKind::kSha384, text(kTwoBlocks),
                         hex("3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455"
                             "a8520bc4e6f5fe95b1fe3c8452b")));
    RSL_EXPECT(hashes_to(HashKind::kSha512, text(kTwoBlocks),
                         hex("204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd1"
                             "5c13b1b07f9aa1d3bea57789ca0"
                             "31ad85c7a71dd70354ec631238ca3445")));
}

RSL_TEST(Digest, HashesTwoLongBlocks)
{
    RSL_EXPECT(
        hashes_to(HashKind::kMd5, text(kTwoLongBlocks), hex("03dd8807a93175fb062dfb55dc7d359c")));
    RSL_EXPECT(hashes_to(HashKind::kSha1, text(kTwoLongBlocks),
                         hex("a49b2446a02c645bf419f995b67091253a04a259")));
    RSL_EXPECT(hashes_to(HashKind::kSha256, text(kTwoLongBlocks),
                         hex("cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")));
    RSL_EXPECT(hashes_to(HashKind::kSha384, text(kTwoLongBlocks),
                         hex("09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c"
                             "71a557e2db966c3e9fa91746039")));
    RSL_EXPECT(hashes_to(HashKind::kSha512, text(kTwoLongBlocks),
                         hex("8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d2"
                             "89e4900f7e4331b99dec4b5433a"
                             "c7d329eeb6dd26545e96e55b874be909")));
}

// In pieces of every size up to two blocks and a byte, so that each way of filling a block is gone.
RSL_TEST(Digest, HashesAMillionBytesInPieces)
{
    static uint8_t piece[257];
    std::memset(piece, 'a', sizeof(piece));
    const auto check = [](HashKind kind, Bytes expected) {
        Digest state;
        state.start(kind);
        size_t left = 1'000'000, size = 0;
        while (left > 0) {
            size = size % sizeof(piece) + 1;
            const size_t taken = size < left ? size : left;
            state.update({piece, taken});
            left -= taken;
        }
        uint8_t out[kMaxDigestBytes];
        state.finish(out);
        return same(out, expected);
    };
    RSL_EXPECT(check(HashKind::kMd5, hex("7707d6ae4e027c70eea2a935c2296f21")));
    RSL_EXPECT(check(HashKind::kSha1, hex("34aa973cd4c4daa4f61eeb2bdbad27316534016f")));
    RSL_EXPECT(check(HashKind::kSha256,
                     hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")));
    RSL_EXPECT(check(HashKind::kSha384, hex("9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972ce"
                                            "c5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985")));
    RSL_EXPECT(check(HashKind::kSha512, hex("e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a8"
                                            "03afa973ebde0ff244877ea60a4cb0432ce577c31b"
                                            "eb009c5c2c49aa2e4eadb217ad8cc09b")));
}

RSL_TEST(Digest, ACopyGoesItsOwnWay)
{
    Digest state;
    state.start(HashKind::kSha256);
    state.update(text("ab"));
    Digest copy = state;
    copy.update(text("c"));
    uint8_t out[kMaxDigestBytes];
    copy.finish(out);
    RSL_EXPECT(same(out, hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
    state.update(text("c"));
    state.finish(out);
    RSL_EXPECT(same(out, hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
}
