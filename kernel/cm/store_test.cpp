// SPDX-License-Identifier: GPL-2.0-only
// The registry's tree and what queries answer.
#include "kernel/cm/store.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/cm/information.hpp"
#include "kernel/cm/tree.hpp"

namespace rsl::cm {
namespace {

/// A root that frees its tree.
struct Tree {
    Tree() : root(*Key::create_root(u"ROOT")) {}
    ~Tree() { root->drop_reference(); }
    Tree(const Tree&) = delete;
    Key* make(std::u16string_view name, Lifetime lifetime = Lifetime::kStored) {
        auto key = root->create(name, {}, lifetime, 1);
        return key ? *key : nullptr;
    }
    Key* root;
};

std::span<const std::byte> bytes(const auto& value) { return std::as_bytes(std::span(&value, 1)); }

/// Room for an answer.
struct Room {
    explicit Room(size_t bytes) : size(bytes) {}
    std::span<std::byte> span() { return {reinterpret_cast<std::byte*>(memory), size}; }
    template <typename T>
    T& as() {
        return *reinterpret_cast<T*>(memory);
    }
    alignas(8) char memory[256] = {};
    size_t size;
};

}  // namespace

RSL_TEST(Registry, FindsSubkeysWithoutCase) {
    Tree tree;
    Key* services = tree.make(u"Services");
    RSL_REQUIRE(services != nullptr);
    RSL_EXPECT_EQ(tree.root->find(u"SERVICES"), services);
    RSL_EXPECT_EQ(tree.root->find(u"service"), static_cast<Key*>(nullptr));
    RSL_EXPECT_EQ(tree.root->create(u"sErViCeS", {}, Lifetime::kStored, 1).failure(),
                  Status::kObjectNameCollision);
}

RSL_TEST(Registry, EnumeratesSubkeysInOrderOfNames) {
    Tree tree;
    for (const auto* name : {u"gamma", u"Alpha", u"delta", u"BETA"}) tree.make(name);
    const std::u16string_view expected[] = {u"Alpha", u"BETA", u"delta", u"gamma"};
    for (size_t i = 0; i < 4; ++i) RSL_EXPECT(tree.root->subkey(i)->name() == expected[i]);
    RSL_EXPECT_EQ(tree.root->subkey(4), static_cast<Key*>(nullptr));
}

RSL_TEST(Registry, RefusesBadNames) {
    Tree tree;
    char16_t long_name[300];
    for (char16_t& unit : long_name) unit = u'x';
    RSL_EXPECT_EQ(tree.root->create(u"", {}, Lifetime::kStored, 1).failure(), Status::kInvalidParameter);
    RSL_EXPECT_EQ(tree.root->create({long_name, 256}, {}, Lifetime::kStored, 1).failure(),
                  Status::kInvalidParameter);
    RSL_EXPECT(tree.root->create({long_name, 255}, {}, Lifetime::kStored, 1).ok());
}

RSL_TEST(Registry, BelowAVolatileKeyAllIsVolatile) {
    Tree tree;
    Key* key = tree.make(u"Hardware", Lifetime::kVolatile);
    RSL_EXPECT_EQ(key->create(u"Stored", {}, Lifetime::kStored, 1).failure().nt(), STATUS_CHILD_MUST_BE_VOLATILE);
    RSL_EXPECT(key->create(u"Volatile", {}, Lifetime::kVolatile, 1).ok());
}

RSL_TEST(Registry, DeletesOnlyKeysWithoutSubkeys) {
    Tree tree;
    Key* parent = tree.make(u"parent");
    RSL_REQUIRE(parent->create(u"child", {}, Lifetime::kStored, 1).ok());
    RSL_EXPECT_EQ(parent->remove(2).failure().nt(), STATUS_CANNOT_DELETE);
    RSL_EXPECT_EQ(tree.root->remove(2).failure().nt(), STATUS_CANNOT_DELETE);
    RSL_EXPECT(parent->subkey(0)->remove(2).ok());
    parent->add_reference();  // an open handle
    RSL_EXPECT(parent->remove(3).ok());
    RSL_EXPECT(parent->is_deleted());
    RSL_EXPECT_EQ(tree.root->find(u"parent"), static_cast<Key*>(nullptr));
    RSL_EXPECT_EQ(tree.root->last_write(), int64_t{3});
    parent->drop_reference();
}

RSL_TEST(Registry, ValuesKeepOrderTypeAndData) {
    Tree tree;
    const uint32_t number = 0x12345678;
    RSL_REQUIRE(tree.root->set_value(u"Zeta", 4, bytes(number), 5).ok());
    RSL_REQUIRE(tree.root->set_value(u"Alpha", 3, {}, 6).ok());
    RSL_EXPECT(tree.root->value(0)->name() == u"Zeta");
    RSL_EXPECT(tree.root->value(1)->name() == u"Alpha");
    const Value* value = tree.root->find_value(u"ZETA");
    RSL_REQUIRE(value != nullptr);
    RSL_EXPECT_EQ(value->type(), 4u);
    RSL_EXPECT_EQ(std::memcmp(value->data().data(), &number, 4), 0);
    RSL_EXPECT_EQ(tree.root->last_write(), int64_t{6});
}

RSL_TEST(Registry, SettingAgainReplacesAndKeepsThePlace) {
    Tree tree;
    const uint64_t large = 7;
    const uint16_t small = 9;
    RSL_REQUIRE(tree.root->set_value(u"a", 11, bytes(large), 1).ok());
    RSL_REQUIRE(tree.root->set_value(u"b", 11, bytes(large), 1).ok());
    RSL_REQUIRE(tree.root->set_value(u"A", 3, bytes(small), 2).ok());
    RSL_EXPECT_EQ(tree.root->value_count(), size_t{2});
    RSL_EXPECT_EQ(tree.root->value(0)->type(), 3u);
    RSL_EXPECT_EQ(tree.root->value(0)->data().size(), size_t{2});
    RSL_EXPECT(tree.root->remove_value(u"a", 3).ok());
    RSL_EXPECT_EQ(tree.root->remove_value(u"a", 3).failure(), Status::kObjectNameNotFound);
    RSL_EXPECT(tree.root->value(0)->name() == u"b");
}

RSL_TEST(Registry, TheDefaultValueHasNoName) {
    Tree tree;
    RSL_REQUIRE(set_string(*tree.root, u"", u"text", 1).ok());
    const Value* value = tree.root->find_value(u"");
    RSL_REQUIRE(value != nullptr);
    RSL_EXPECT_EQ(value->data().size(), size_t{10});  // with its NUL
}

RSL_TEST(RegistryAnswer, PartialValueTellsWhatIsMissing) {
    Tree tree;
    const char data[10] = "123456789";
    RSL_REQUIRE(tree.root->set_value(u"v", REG_BINARY, bytes(data), 1).ok());
    const Value& value = *tree.root->value(0);
    constexpr uint32_t kFixed = 12;
    for (uint32_t size = 0; size <= kFixed + 10; ++size) {
        Room room(size);
        const auto answer = describe_value(value, KeyValuePartialInformation, room.span());
        RSL_REQUIRE(answer.ok());
        RSL_EXPECT_EQ(answer->bytes, kFixed + 10);
        const int32_t expected = size < kFixed ? STATUS_BUFFER_TOO_SMALL
                                 : size < kFixed + 10 ? STATUS_BUFFER_OVERFLOW
                                                      : STATUS_SUCCESS;
        RSL_EXPECT_EQ(status_for(*answer, size), expected);
        if (size < kFixed) continue;
        RSL_EXPECT_EQ(room.as<KEY_VALUE_PARTIAL_INFORMATION>().DataLength, 10u);
        RSL_EXPECT_EQ(std::memcmp(room.memory + kFixed, data, size - kFixed), 0);
        RSL_EXPECT_EQ(room.memory[size], '\0');  // nothing behind the room was touched
    }
}

RSL_TEST(RegistryAnswer, FullValueHasNameThenAlignedData) {
    Tree tree;
    const uint32_t number = 42;
    RSL_REQUIRE(tree.root->set_value(u"abc", REG_DWORD, bytes(number), 1).ok());
    Room room(256);
    const auto answer = describe_value(*tree.root->value(0), KeyValueFullInformation, room.span());
    RSL_REQUIRE(answer.ok());
    const auto& full = room.as<KEY_VALUE_FULL_INFORMATION>();
    RSL_EXPECT_EQ(full.NameLength, 6u);
    RSL_EXPECT_EQ(full.DataOffset, 28u);
    RSL_EXPECT_EQ(answer->bytes, 32u);
    RSL_EXPECT_EQ(std::memcmp(room.memory + full.DataOffset, &number, 4), 0);
}

RSL_TEST(RegistryAnswer, FullKeyCountsAndMeasures) {
    Tree tree;
    tree.make(u"one");
    tree.make(u"three");
    const char data[7] = {};
    RSL_REQUIRE(tree.root->set_value(u"value", REG_BINARY, bytes(data), 9).ok());
    Room room(256);
    const auto answer = describe_key(*tree.root, KeyFullInformation, {}, room.span());
    RSL_REQUIRE(answer.ok());
    const auto& full = room.as<KEY_FULL_INFORMATION>();
    RSL_EXPECT_EQ(full.SubKeys, 2u);
    RSL_EXPECT_EQ(full.MaxNameLen, 10u);
    RSL_EXPECT_EQ(full.Values, 1u);
    RSL_EXPECT_EQ(full.MaxValueNameLen, 10u);
    RSL_EXPECT_EQ(full.MaxValueDataLen, 7u);
    RSL_EXPECT_EQ(full.LastWriteTime.QuadPart, 9);
    RSL_EXPECT_EQ(describe_key(*tree.root, KeyTrustInformation, {}, room.span()).failure(),
                  Status::kInvalidParameter);
}

RSL_TEST(RegistryAnswer, NodeHasTheClassBehindTheName) {
    Tree tree;
    Key* key = *tree.root->create(u"key", u"kind", Lifetime::kStored, 1);
    Room room(256);
    const auto answer = describe_key(*key, KeyNodeInformation, {}, room.span());
    RSL_REQUIRE(answer.ok());
    const auto& node = room.as<KEY_NODE_INFORMATION>();
    RSL_EXPECT_EQ(node.ClassOffset, 32u);  // 24 + 6, aligned
    RSL_EXPECT_EQ(node.ClassLength, 8u);
    RSL_EXPECT_EQ(std::memcmp(room.memory + node.ClassOffset, u"kind", 8), 0);
}

RSL_TEST(Registry, TheFirstTreeHasWhatDriversLookFor) {
    Tree tree;
    RSL_REQUIRE(plant_tree(*tree.root, 1).ok());
    Key* system = tree.root->find(u"Machine")->find(u"System");
    RSL_REQUIRE(system != nullptr);
    RSL_EXPECT(system->find(u"ControlSet001")->find(u"Services") != nullptr);
    RSL_REQUIRE(system->find(u"CurrentControlSet") != nullptr);
    RSL_EXPECT(system->find(u"CurrentControlSet")->is_link());
}

}  // namespace rsl::cm
