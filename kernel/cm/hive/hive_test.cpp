// SPDX-License-Identifier: GPL-2.0-only
// Hives: written, read back, damaged.
#include <cstring>

#include "abi/types/cm.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/cm/hive/format.hpp"
#include "kernel/cm/hive/reader.hpp"
#include "kernel/cm/hive/writer.hpp"
#include "kernel/cm/tree.hpp"

namespace rsl::cm {
namespace {

struct Tree {
    Tree() : root(*Key::create_root(u"SYSTEM")) {}
    ~Tree() { root->drop_reference(); }
    Tree(const Tree&) = delete;
    Key& add(Key& parent, std::u16string_view name, Lifetime lifetime = Lifetime::kStored) {
        return **parent.create(name, {}, lifetime, 7);
    }
    Key* root;
};

std::span<const std::byte> bytes_of(const auto& value) { return std::as_bytes(std::span(&value, 1)); }

/// The tree written and read into another.
struct RoundTrip {
    explicit RoundTrip(const Tree& from) : image(hive::write(*from.root, {u"SYSTEM", 5, 9}).value()) {
        outcome = hive::read(image.bytes(), *to.root, problem).status();
    }
    hive::Image image;
    Tree to;
    hive::Problem problem;
    Status outcome = Status::kUnsuccessful;
};

/// Puts the checksum right after a change of the base block.
void seal(std::span<std::byte> file) {
    const uint32_t sum = hive::checksum_of(file);
    std::memcpy(file.data() + 508, &sum, sizeof(sum));
}

}  // namespace

RSL_TEST(Hive, KeepsKeysAndValues) {
    Tree tree;
    Key& services = tree.add(*tree.root, u"Services");
    Key& narrow = tree.add(services, u"Gr\u00FC\u00DFe");
    Key& wide = tree.add(services, u"\u4E2D\u6587");
    const uint32_t number = 0x12345678;
    const uint64_t large = 0x1122334455667788;
    RSL_REQUIRE(narrow.set_value(u"dword", REG_DWORD, bytes_of(number), 1).ok());
    RSL_REQUIRE(narrow.set_value(u"qword", REG_QWORD, bytes_of(large), 1).ok());
    RSL_REQUIRE(narrow.set_value(u"", REG_SZ, bytes_of(u"default"), 1).ok());
    RSL_REQUIRE(narrow.set_value(u"\u4E2D", REG_NONE, {}, 1).ok());
    RSL_REQUIRE(wide.set_value(u"x", 0xFFFF1234, bytes_of(number), 1).ok());  // types are anybody's
    RoundTrip trip(tree);
    RSL_REQUIRE(trip.outcome == Status::kSuccess);
    Key* back = trip.to.root->find(u"Services");
    RSL_REQUIRE(back != nullptr);
    RSL_EXPECT_EQ(back->subkey_count(), size_t{2});
    Key* key = back->find(u"gR\u00DC\u00DFE");
    RSL_REQUIRE(key != nullptr);
    RSL_EXPECT_EQ(key->value_count(), size_t{4});
    RSL_EXPECT(key->value(0)->name() == u"dword");  // in the order of their making
    RSL_EXPECT_EQ(std::memcmp(key->find_value(u"QWORD")->data().data(), &large, 8), 0);
    RSL_EXPECT_EQ(key->find_value(u"")->type(), uint32_t{REG_SZ});
    RSL_EXPECT_EQ(key->find_value(u"\u4E2D")->data().size(), size_t{0});
    RSL_EXPECT_EQ(back->find(u"\u4E2D\u6587")->value(0)->type(), 0xFFFF1234u);
    RSL_EXPECT_EQ(hive::sequence_of(trip.image.bytes()), 5u);
}

RSL_TEST(Hive, KeepsClassesLinksAndTimes) {
    Tree tree;
    Key* with_class = *tree.root->create(u"Classy", u"the class", Lifetime::kStored, 11);
    Key& link = tree.add(*tree.root, u"Link");
    link.make_link();
    RSL_REQUIRE(with_class->set_value(u"v", REG_NONE, {}, 12).ok());
    RoundTrip trip(tree);
    RSL_REQUIRE(trip.outcome == Status::kSuccess);
    RSL_EXPECT(trip.to.root->find(u"classy")->key_class() == u"the class");
    RSL_EXPECT_EQ(trip.to.root->find(u"classy")->last_write(), int64_t{12});
    RSL_EXPECT(trip.to.root->find(u"link")->is_link());
    RSL_EXPECT(!trip.to.root->find(u"classy")->is_link());
}

RSL_TEST(Hive, LeavesVolatileKeysOut) {
    Tree tree;
    tree.add(*tree.root, u"Stored");
    tree.add(*tree.root, u"Volatile", Lifetime::kVolatile);
    RoundTrip trip(tree);
    RSL_REQUIRE(trip.outcome == Status::kSuccess);
    RSL_EXPECT(trip.to.root->find(u"Stored") != nullptr);
    RSL_EXPECT(trip.to.root->find(u"Volatile") == nullptr);
}

RSL_TEST(Hive, KeepsDataOfEverySize) {
    constexpr size_t kSizes[] = {0, 1, 3, 4, 5, 8, 4096, 16343, 16344, 16345, 16348, 40000, 200000};
    static std::byte data[200000];
    for (size_t i = 0; i < sizeof(data); ++i) data[i] = static_cast<std::byte>(i * 7 + i / 251);
    Tree tree;
    char16_t name[2] = u"A";
    for (const size_t size : kSizes) {
        RSL_REQUIRE(tree.root->set_value(name, REG_BINARY, std::span(data).first(size), 1).ok());
        ++name[0];
    }
    RoundTrip trip(tree);
    RSL_REQUIRE(trip.outcome == Status::kSuccess);
    name[0] = u'A';
    for (const size_t size : kSizes) {
        const Value* value = trip.to.root->find_value(name);
        RSL_REQUIRE(value != nullptr);
        RSL_EXPECT_EQ(value->data().size(), size);
        if (size != 0) RSL_EXPECT_EQ(std::memcmp(value->data().data(), data, size), 0);
        ++name[0];
    }
}

RSL_TEST(Hive, KeepsMoreSubkeysThanOneListHolds) {
    Tree tree;
    char16_t name[] = u"key0000";
    for (int i = 0; i < 1234; ++i) {
        for (int digit = 0, n = i; digit < 4; ++digit, n /= 10) name[6 - digit] = static_cast<char16_t>(u'0' + n % 10);
        tree.add(*tree.root, {name, 7});
    }
    RoundTrip trip(tree);
    RSL_REQUIRE(trip.outcome == Status::kSuccess);
    RSL_EXPECT_EQ(trip.to.root->subkey_count(), size_t{1234});
    RSL_EXPECT(trip.to.root->subkey(1233)->name() == u"key1233");
}

RSL_TEST(Hive, ReadsDeepTreesWithoutRecursion) {
    Tree tree;
    Key* at = tree.root;
    for (int i = 0; i < 500; ++i) at = &tree.add(*at, u"d");
    RoundTrip trip(tree);
    RSL_REQUIRE(trip.outcome == Status::kSuccess);
    int depth = 0;
    for (Key* key = trip.to.root; key != nullptr; key = key->subkey(0)) ++depth;
    RSL_EXPECT_EQ(depth, 501);
}

RSL_TEST(Hive, MergesIntoWhatIsThere) {
    Tree tree;
    const uint32_t stored = 1, planted = 2;
    RSL_REQUIRE(tree.add(*tree.root, u"Both").set_value(u"v", REG_DWORD, bytes_of(stored), 1).ok());
    hive::Image image = hive::write(*tree.root, {}).value();
    Tree other;
    Key& both = other.add(*other.root, u"BOTH");
    RSL_REQUIRE(both.set_value(u"V", REG_DWORD, bytes_of(planted), 1).ok());
    other.add(*other.root, u"OnlyHere");
    hive::Problem problem;
    RSL_REQUIRE(hive::read(image.bytes(), *other.root, problem).ok());
    RSL_EXPECT_EQ(std::memcmp(both.find_value(u"v")->data().data(), &stored, 4), 0);
    RSL_EXPECT(other.root->find(u"OnlyHere") != nullptr);
}

RSL_TEST(Hive, RefusesDamageOfTheBaseBlock) {
    Tree tree;
    tree.add(*tree.root, u"key");
    const auto refused = [&](size_t offset, uint32_t value, bool sealed) {
        hive::Image image = hive::write(*tree.root, {}).value();
        image.put(offset, value);
        if (sealed) seal(image.bytes());
        Tree to;
        hive::Problem problem;
        const auto outcome = hive::read(image.bytes(), *to.root, problem);
        return !outcome && outcome.failure().nt() == STATUS_REGISTRY_CORRUPT && problem.what != nullptr;
    };
    RSL_EXPECT(refused(0, 0x66676573, true));   // no "regf"
    RSL_EXPECT(refused(4, 77, true));           // sequence numbers differ: not written to the end
    RSL_EXPECT(refused(12, 1, false));          // checksum
    RSL_EXPECT(refused(20, 2, true));           // version
    RSL_EXPECT(refused(28, 1, true));           // a log
    RSL_EXPECT(refused(36, 0x7FFFFFF8, true));  // root cell outside
    RSL_EXPECT(refused(40, 0x10000000, true));  // larger than the file
    RSL_EXPECT(refused(4096, 0, true));         // no "hbin"
}

RSL_TEST(Hive, NeverReadsOutsideWhateverByteIsWrong) {
    Tree tree;
    Key& key = tree.add(*tree.root, u"key");
    tree.add(key, u"below");
    const char data[20] = {};
    RSL_REQUIRE(key.set_value(u"value", REG_BINARY, bytes_of(data), 1).ok());
    hive::Image image = hive::write(*tree.root, {}).value();
    for (size_t offset = 4096; offset < 4096 + 900; ++offset) {
        for (const uint8_t wrong : {0x00, 0x7F, 0xFF}) {
            const std::byte before = image.bytes()[offset];
            image.bytes()[offset] = static_cast<std::byte>(wrong);
            Tree to;
            hive::Problem problem;
            hive::read(image.bytes(), *to.root, problem).ignore("either outcome; the sanitizers judge");
            image.bytes()[offset] = before;
        }
    }
}

RSL_TEST(Hive, RefusesKeysThatLeadBackToThemselves) {
    Tree tree;
    Key& key = tree.add(*tree.root, u"key");
    tree.add(key, u"below");
    hive::Image image = hive::write(*tree.root, {}).value();
    // Every list of the file is made to lead to the root's own first subkey.
    hive::Problem problem;
    const auto bins = image.bytes().subspan(4096);
    uint32_t first = 0;
    for (size_t at = 32; at + 16 < bins.size(); at += 8) {
        if (std::memcmp(bins.data() + at + 4, "lh", 2) != 0) continue;
        if (first == 0) std::memcpy(&first, bins.data() + at + 8, 4);
        std::memcpy(bins.data() + at + 8, &first, 4);
    }
    Tree to;
    const auto outcome = hive::read(image.bytes(), *to.root, problem);
    RSL_REQUIRE(!outcome);
    RSL_EXPECT_EQ(outcome.failure().nt(), STATUS_REGISTRY_CORRUPT);
}

}  // namespace rsl::cm
