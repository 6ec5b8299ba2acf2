// SPDX-License-Identifier: GPL-2.0-only
// Keys of 1024 and of 1025 bits and signatures of "sample" that OpenSSL made; then what a verifier
// has to refuse.
#include "classes/cng/rsa.hpp"

#include "classes/cng/test_vectors.hpp"

namespace {

using namespace rsl::cng;

constexpr auto kExponent = hex("010001");
constexpr auto kModulus =
    hex("e309d5efe9e0ec3f5c595c46bdb89eb8987acc7bcb5ab84491e1ada8ba127e44bd4ea5c1f9b15e33afd6e65b42"
        "170b89"
        "96d10aa6443a4e6de58600e135a0193a882f62fa1b279d2fe18227cab5702bc5381b0b4a5cdb52f02c71982593"
        "55c101"
        "aa12a4757dfb518d3bcde7ae3fee5f7ad914afb6f77dc119a5b9e94343b3d65b");
constexpr auto kPkcs1Sha1 =
    hex("1cf313e791ba5e9c6770d978a33423a51260d06a6bc62a2e70b10b546d8ca350f473dacb710a063d3c72a77460"
        "2b6f3c"
        "d50b88c0992c9ea21dc6ab74a945684d3345d15308e9204b9d1bdc64b6c79dbf400b442f788944f2f4bedf2057"
        "7a1cb7"
        "e509880fce11974d6944d06747bf5de86caf1319ab5ed318754dafe2a21fb59f");
constexpr auto kPkcs1Sha256 =
    hex("6fcbdf3f1cf775cff4e74904e3f60e495eec0ac487cf0053a870d839536709bc1fb9409f819a39200dee2f8185"
        "8e42f0"
        "d2905daaa2d38510f68977a545341bfe924b4840fcf5eb47a3d9c641013dbc21d5430821d8479fe1ed75ebf2e3"
        "a24641"
        "0fd7e16b76c985a8ebd0616af3f4dbbcac4daaa89e0da3a4f73017390f69ae5a");
constexpr auto kPkcs1Sha512 =
    hex("91064a1f376f47de2f0915c15a309ff2489d43d2b63cffc99a31158c5d97fe984bbd2c1bec45f1e16ef3fcbed1"
        "2eeed6"
        "8819e388e38540cf2b96537c811be032a5305ca9c3f59acfc4e80d4996136d99c41a3696eae6ff1cddd5a43ac6"
        "526510"
        "3eeeb2a8852bd46b0213e8b61a837d1e470db8731cbbb4aeac95339629837cbd");
constexpr auto kPss =
    hex("2af5b2e662f3bb308bf93e2577ed746410f22e087131517e6d269796f68aeaf78b0a1e806828fa177fe8305025"
        "f6b135"
        "c9d2d93c3f750c79f650f5295dddc2aa229e67f6251b139b8fb8b489525ebf8aaeb1550be4dfe554b7f458bc97"
        "91d6de"
        "7ffa6109bcbe638b6133f5b49bab37b1e7026c602508545b152e588a55daaa14");
constexpr auto kPssNoSalt =
    hex("b570d348e06f4086b6793a1a90474e24925154c9c491acf03fa7ad45ebe939722dae8e44405b9cd6f03954926e"
        "994cc7"
        "0565a163790513594daaf356546156f8b02d0462c5057d16ce49835de6df88fe6f18821db9b38c23153be43d78"
        "ae48b7"
        "b67d8b5cb88e645ae8b77ff8c6742a1a651c44c5c2defb7349d84e1ae5233052");
// One bit more than whole bytes: the encoded message of PSS has a byte less than the modulus.
constexpr auto kOddModulus =
    hex("01ba63fd0b7590b522e6e8884867e52c390baf971184e2c637687db560ecfa125e6da6706706ed56c8b5ae41a0"
        "b9cc2c"
        "fa76126bb8f94ba62d233362955b022fbc7bd5ebf8636fb5790236f05dcba62915d273b84d73b880c27557fd18"
        "9ec86f"
        "b4e21e453fc711bce74c4590c2f056843c7891948b8be1163715b3591eb96c532d");
constexpr auto kOddPkcs1 =
    hex("001416217f939c50af6939095ba70c3751cd13fb86b1ca40449643c2025f447955353f5f1f8defdda600d6464e"
        "690798"
        "6598fbdfe4d19b41c6dca5fee85fc8915f8703a17fde069ed0b38fe5e5db2ac7e4f3393d263fef264a15f237f6"
        "6b0702"
        "aab4d068a77a770337a02abb66df3134321650ba22f80c909332f19fd6788ba557");
constexpr auto kOddPss =
    hex("00e0504dca4e15749e54222a085808a93938ef9d34200a3c9be34e191526a392eadc88861b51183ced188c9f75"
        "4dd63d"
        "23c08f9cb9b639dd58c52f2523990853ba04752539bd9ea04a78742d96053c903aec759d42b1f49b74327f8457"
        "311250"
        "6bcf063105d50e6ae87e45dba21811fe95d2afa1274eb86e7f19a950ba76326fcb");

const RsaPublicKey kKey{kModulus, kExponent}, kOddKey{kOddModulus, kExponent};

struct Hashed {
    uint8_t bytes[kMaxDigestBytes];
    size_t size;
    explicit Hashed(HashKind kind) : size(digest_bytes(kind)) {
        digest(kind, text("sample"), bytes);
    }
    operator Bytes() const { return {bytes, size}; }
};

bool pkcs1(const RsaPublicKey& key, std::optional<HashKind> kind, Bytes hash, Bytes signature) {
    static RsaWork work;
    return verify_rsa_pkcs1(work, key, kind, hash, signature);
}
bool pss(const RsaPublicKey& key, size_t salt_bytes, Bytes hash, Bytes signature) {
    static RsaWork work;
    return verify_rsa_pss(work, key, HashKind::kSha256, salt_bytes, hash, signature);
}

}  // namespace

RSL_TEST(Rsa, VerifiesPkcs1)
{
    RSL_EXPECT(pkcs1(kKey, HashKind::kSha1, Hashed(HashKind::kSha1), kPkcs1Sha1));
    RSL_EXPECT(pkcs1(kKey, HashKind::kSha256, Hashed(HashKind::kSha256), kPkcs1Sha256));
    RSL_EXPECT(pkcs1(kKey, HashKind::kSha512, Hashed(HashKind::kSha512), kPkcs1Sha512));
    RSL_EXPECT(pkcs1(kOddKey, HashKind::kSha256, Hashed(HashKind::kSha256), kOddPkcs1));
}

RSL_TEST(Rsa, RefusesOtherPkcs1Signatures)
{
    const Hashed hash{HashKind::kSha256};
    RSL_EXPECT(!pkcs1(kKey, HashKind::kSha256, Hashed(HashKind::kSha1), kPkcs1Sha256));
    RSL_EXPECT(!pkcs1(kKey, std::nullopt, hash, kPkcs1Sha256));  // an identifier too much
    RSL_EXPECT(!pkcs1(kKey, HashKind::kSha384, hash, kPkcs1Sha256));
    RSL_EXPECT(!pkcs1(kKey, HashKind::kSha256, hash, Bytes(kPkcs1Sha256).first(127)));
    RSL_EXPECT(!pkcs1(kKey, HashKind::kSha256, hash, kPss));
    RSL_EXPECT(!pkcs1(kOddKey, HashKind::kSha256, hash, kPkcs1Sha256));
    auto changed = kPkcs1Sha256;
    changed[64] ^= 1;
    RSL_EXPECT(!pkcs1(kKey, HashKind::kSha256, hash, changed));
    RSL_EXPECT(!pkcs1(kKey, HashKind::kSha256, hash, kModulus));  // not less than the modulus
}

RSL_TEST(Rsa, VerifiesPss)
{
    const Hashed hash{HashKind::kSha256};
    RSL_EXPECT(pss(kKey, 32, hash, kPss));
    RSL_EXPECT(pss(kKey, 0, hash, kPssNoSalt));
    RSL_EXPECT(pss(kOddKey, 32, hash, kOddPss));
}

RSL_TEST(Rsa, RefusesOtherPssSignatures)
{
    const Hashed hash{HashKind::kSha256};
    RSL_EXPECT(!pss(kKey, 31, hash, kPss));
    RSL_EXPECT(!pss(kKey, 1000, hash, kPss));
    RSL_EXPECT(!pss(kKey, 32, hash, kPssNoSalt));
    RSL_EXPECT(!pss(kKey, 32, hash, kPkcs1Sha256));
    auto changed = kPss;
    changed[0] ^= 1;
    RSL_EXPECT(!pss(kKey, 32, hash, changed));
    Hashed other = hash;
    other.bytes[31] ^= 1;
    RSL_EXPECT(!pss(kKey, 32, other, kPss));
}

RSL_TEST(Rsa, TellsWhatCanBeAKey)
{
    RSL_EXPECT(is_rsa_key(kKey) && is_rsa_key(kOddKey));
    auto even = kModulus;
    even[127] &= 0xFE;
    RSL_EXPECT(!is_rsa_key({even, kExponent}));
    auto short_of_a_byte = kModulus;
    short_of_a_byte[0] = 0;
    RSL_EXPECT(!is_rsa_key({short_of_a_byte, kExponent}));
    RSL_EXPECT(!is_rsa_key({kModulus, hex("01")}));
    RSL_EXPECT(!is_rsa_key({kModulus, hex("02")}));
    RSL_EXPECT(!is_rsa_key({kModulus, Bytes()}));
    RSL_EXPECT(!is_rsa_key({kModulus, kModulus}));
    RSL_EXPECT(!is_rsa_key({Bytes(kModulus).last(63), kExponent}));
}
