// SPDX-License-Identifier: GPL-2.0-only
// Both kinds of generic tables against a plain sorted array.
#include <initializer_list>

#include "abi/functions/rtl_table.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/rtl/avl.hpp"
#include "kernel/rtl/splay.hpp"

namespace {

constexpr int kKeys = 97;

/// Memory for elements, counted.
struct Arena {
    alignas(16) char blocks[kKeys + 3][64];
    bool used[kKeys + 3] = {};
    int live = 0;
    void* take(ULONG bytes) {
        for (int i = 0; i < kKeys + 3; ++i) {
            if (used[i]) continue;
            used[i] = true;
            ++live;
            return bytes <= sizeof(blocks[0]) ? blocks[i] : nullptr;
        }
        return nullptr;
    }
    void give(void* block) {
        used[(static_cast<char*>(block) - blocks[0]) / 64] = false;
        --live;
    }
};

struct Element {
    int key;
    int value;
};

/// The two families under one set of names.
struct Splay {
    using Table = RTL_GENERIC_TABLE;
    static void init(Table& t, PRTL_GENERIC_COMPARE_ROUTINE c, PRTL_GENERIC_ALLOCATE_ROUTINE a, PRTL_GENERIC_FREE_ROUTINE f, void* x) {
        RtlInitializeGenericTable(&t, c, a, f, x);
    }
    static void* insert(Table& t, Element& e, BOOLEAN& fresh) { return RtlInsertElementGenericTable(&t, &e, sizeof(e), &fresh); }
    static bool erase(Table& t, Element& e) { return RtlDeleteElementGenericTable(&t, &e) != 0; }
    static void* find(Table& t, Element& e) { return RtlLookupElementGenericTable(&t, &e); }
    static void* next(Table& t, bool restart) { return RtlEnumerateGenericTable(&t, restart); }
    static void* step(Table& t, void** key) { return RtlEnumerateGenericTableWithoutSplaying(&t, key); }
    static ULONG count(Table& t) { return RtlNumberGenericTableElements(&t); }
    static bool empty(Table& t) { return RtlIsGenericTableEmpty(&t) != 0; }
};
struct Avl {
    using Table = RTL_AVL_TABLE;
    static void init(Table& t, PRTL_AVL_COMPARE_ROUTINE c, PRTL_AVL_ALLOCATE_ROUTINE a, PRTL_AVL_FREE_ROUTINE f, void* x) {
        RtlInitializeGenericTableAvl(&t, c, a, f, x);
    }
    static void* insert(Table& t, Element& e, BOOLEAN& fresh) { return RtlInsertElementGenericTableAvl(&t, &e, sizeof(e), &fresh); }
    static bool erase(Table& t, Element& e) { return RtlDeleteElementGenericTableAvl(&t, &e) != 0; }
    static void* find(Table& t, Element& e) { return RtlLookupElementGenericTableAvl(&t, &e); }
    static void* next(Table& t, bool restart) { return RtlEnumerateGenericTableAvl(&t, restart); }
    static void* step(Table& t, void** key) { return RtlEnumerateGenericTableWithoutSplayingAvl(&t, key); }
    static ULONG count(Table& t) { return RtlNumberGenericTableElementsAvl(&t); }
    static bool empty(Table& t) { return RtlIsGenericTableEmptyAvl(&t) != 0; }
};

template <typename Table>
RTL_GENERIC_COMPARE_RESULTS NTAPI compare(Table*, void* a, void* b) {
    const int left = static_cast<Element*>(a)->key, right = static_cast<Element*>(b)->key;
    return left < right ? GenericLessThan : left > right ? GenericGreaterThan : GenericEqual;
}
template <typename Table>
void* NTAPI allocate(Table* table, ULONG bytes) {
    return static_cast<Arena*>(table->TableContext)->take(bytes);
}
template <typename Table>
void NTAPI release(Table* table, void* block) {
    static_cast<Arena*>(table->TableContext)->give(block);
}

/// The depth of a balanced tree, or -1 when a balance or a parent is wrong.
int checked_depth(const rsl::rtl::AvlLinks* node) {
    if (node == nullptr) return 0;
    const int left = checked_depth(node->LeftChild), right = checked_depth(node->RightChild);
    if (left < 0 || right < 0 || right - left != node->Balance || node->Balance < -1 || node->Balance > 1) return -1;
    if (node->LeftChild != nullptr && node->LeftChild->Parent != node) return -1;
    if (node->RightChild != nullptr && node->RightChild->Parent != node) return -1;
    return 1 + (left > right ? left : right);
}
bool is_sound(RTL_AVL_TABLE& table) {
    return checked_depth(table.BalancedRoot.RightChild) == static_cast<int>(table.DepthOfTree);
}
bool is_sound(RTL_GENERIC_TABLE& table) { return table.TableRoot == nullptr || table.TableRoot->Parent == table.TableRoot; }

template <typename Kind>
void run_against_array() {
    static Arena arena;
    arena = {};
    typename Kind::Table table;
    Kind::init(table, compare<typename Kind::Table>, allocate<typename Kind::Table>, release<typename Kind::Table>, &arena);
    bool present[kKeys] = {};
    int count = 0;
    uint32_t random = 12345;
    for (int round = 0; round < 3000; ++round) {
        random = random * 1664525 + 1013904223;
        const int key = static_cast<int>(random >> 8) % kKeys;
        Element element{key, key * 3};
        if ((random >> 30) < 2) {
            BOOLEAN fresh = 9;
            const auto* stored = static_cast<Element*>(Kind::insert(table, element, fresh));
            RSL_REQUIRE(stored != nullptr && stored->key == key && (fresh != 0) == !present[key]);
            if (!present[key]) ++count;
            present[key] = true;
        } else {
            RSL_REQUIRE(Kind::erase(table, element) == present[key]);
            if (present[key]) --count;
            present[key] = false;
        }
        RSL_REQUIRE(is_sound(table));
        RSL_REQUIRE(Kind::count(table) == static_cast<ULONG>(count) && Kind::empty(table) == (count == 0));
        RSL_REQUIRE((Kind::find(table, element) != nullptr) == present[key]);
        if (round % 100 != 0) continue;
        int expected = 0;
        const auto skip = [&] { while (expected < kKeys && !present[expected]) ++expected; };
        for (void* at = Kind::next(table, true); at != nullptr; at = Kind::next(table, false)) {
            skip();
            RSL_REQUIRE(expected < kKeys && static_cast<Element*>(at)->key == expected++);
        }
        skip();
        RSL_REQUIRE(expected == kKeys);
        void* key_at = nullptr;
        int seen = 0;
        while (Kind::step(table, &key_at) != nullptr) ++seen;
        RSL_REQUIRE(seen == count);
    }
    RSL_EXPECT_EQ(arena.live, count);
    for (int key = 0; key < kKeys; ++key) {
        Element element{key, 0};
        (void)Kind::erase(table, element);
    }
    RSL_EXPECT(Kind::empty(table) && arena.live == 0);
}

template <typename Kind>
struct Filled {
    Arena arena;
    typename Kind::Table table;
    explicit Filled(std::initializer_list<int> keys) {
        Kind::init(table, compare<typename Kind::Table>, allocate<typename Kind::Table>, release<typename Kind::Table>, &arena);
        for (const int key : keys) {
            Element element{key, 0};
            BOOLEAN fresh;
            (void)Kind::insert(table, element, fresh);
        }
    }
};
int key_of(void* user) { return user == nullptr ? -1 : static_cast<Element*>(user)->key; }

}  // namespace

RSL_TEST(GenericTable, BehavesLikeASortedArray) { run_against_array<Splay>(); }
RSL_TEST(GenericTableAvl, BehavesLikeASortedArray) { run_against_array<Avl>(); }

RSL_TEST(GenericTable, GetsElementsInOrderOfInsertion) {
    static Filled<Splay> filled(std::initializer_list<int>{5, 1, 9, 3});
    const int expected[] = {5, 1, 9, 3};
    for (ULONG i = 0; i < 4; ++i) RSL_EXPECT_EQ(key_of(RtlGetElementGenericTable(&filled.table, i)), expected[i]);
    RSL_EXPECT_EQ(key_of(RtlGetElementGenericTable(&filled.table, 0)), 5);
    RSL_EXPECT(RtlGetElementGenericTable(&filled.table, 4) == nullptr);
    Element gone{1, 0};
    RSL_EXPECT(RtlDeleteElementGenericTable(&filled.table, &gone));
    RSL_EXPECT_EQ(key_of(RtlGetElementGenericTable(&filled.table, 1)), 9);
}

RSL_TEST(GenericTable, SplitsLookupAndInsertion) {
    static Filled<Splay> filled(std::initializer_list<int>{10});
    Element wanted{20, 0};
    PVOID place;
    TABLE_SEARCH_RESULT result;
    RSL_EXPECT(RtlLookupElementGenericTableFull(&filled.table, &wanted, &place, &result) == nullptr);
    RSL_EXPECT_EQ(result, TableInsertAsRight);
    BOOLEAN fresh;
    RSL_EXPECT_EQ(key_of(RtlInsertElementGenericTableFull(&filled.table, &wanted, sizeof(wanted), &fresh, place, result)), 20);
    RSL_EXPECT(fresh);
    RSL_EXPECT_EQ(key_of(RtlLookupElementGenericTableFull(&filled.table, &wanted, &place, &result)), 20);
    RSL_EXPECT_EQ(result, TableFoundNode);
}

RSL_TEST(Splay, WalksAndDeletes) {
    RTL_SPLAY_LINKS nodes[3];  // 1 below 0 on the left, 2 on the right
    nodes[0] = {&nodes[0], &nodes[1], &nodes[2]};
    nodes[1] = {&nodes[0], nullptr, nullptr};
    nodes[2] = {&nodes[0], nullptr, nullptr};
    RSL_EXPECT(RtlRealSuccessor(&nodes[1]) == &nodes[0] && RtlRealPredecessor(&nodes[2]) == &nodes[0]);
    RSL_EXPECT(RtlRealSuccessor(&nodes[2]) == nullptr && RtlRealPredecessor(&nodes[1]) == nullptr);
    RSL_EXPECT(RtlSubtreeSuccessor(&nodes[0]) == &nodes[2] && RtlSubtreePredecessor(&nodes[0]) == &nodes[1]);
    RSL_EXPECT(RtlSplay(&nodes[1]) == &nodes[1] && nodes[1].Parent == &nodes[1] && nodes[1].RightChild == &nodes[0]);
    PRTL_SPLAY_LINKS root = &nodes[1];
    RtlDeleteNoSplay(&nodes[1], &root);
    RSL_EXPECT(root == &nodes[0] && nodes[0].LeftChild == nullptr && nodes[0].Parent == &nodes[0]);
    RSL_EXPECT(RtlDelete(&nodes[0]) == &nodes[2]);
    RSL_EXPECT(RtlDelete(&nodes[2]) == nullptr);
}

RSL_TEST(GenericTableAvl, GetsElementsInOrder) {
    static Filled<Avl> filled(std::initializer_list<int>{5, 1, 9, 3, 7});
    const int expected[] = {1, 3, 5, 7, 9};
    for (const ULONG i : {0u, 4u, 3u, 1u, 2u}) RSL_EXPECT_EQ(key_of(RtlGetElementGenericTableAvl(&filled.table, i)), expected[i]);
    RSL_EXPECT(RtlGetElementGenericTableAvl(&filled.table, 5) == nullptr);
}

RSL_TEST(GenericTableAvl, EnumeratesAcrossADeletion) {
    static Filled<Avl> filled(std::initializer_list<int>{1, 2, 3, 4});
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableAvl(&filled.table, TRUE)), 1);
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableAvl(&filled.table, FALSE)), 2);
    Element gone{2, 0};
    RSL_EXPECT(RtlDeleteElementGenericTableAvl(&filled.table, &gone));
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableAvl(&filled.table, FALSE)), 3);
}

RSL_TEST(GenericTableAvl, SplitsLookupInsertionAndDeletion) {
    static Filled<Avl> filled(std::initializer_list<int>{10});
    Element wanted{5, 0};
    PVOID place, key;
    TABLE_SEARCH_RESULT result;
    RSL_EXPECT(RtlLookupElementGenericTableFullAvl(&filled.table, &wanted, &place, &result) == nullptr);
    RSL_EXPECT_EQ(result, TableInsertAsLeft);
    BOOLEAN fresh;
    RSL_EXPECT_EQ(key_of(RtlInsertElementGenericTableFullAvl(&filled.table, &wanted, sizeof(wanted), &fresh, place, result)), 5);
    RSL_EXPECT_EQ(key_of(RtlLookupFirstMatchingElementGenericTableAvl(&filled.table, &wanted, &key)), 5);
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableWithoutSplayingAvl(&filled.table, &key)), 10);
    (void)RtlLookupElementGenericTableFullAvl(&filled.table, &wanted, &place, &result);
    RtlDeleteElementGenericTableAvlEx(&filled.table, place);
    RSL_EXPECT(RtlLookupElementGenericTableAvl(&filled.table, &wanted) == nullptr);
}

namespace {
NTSTATUS NTAPI only_even(PRTL_AVL_TABLE, PVOID user, PVOID) {
    return key_of(user) % 2 == 0 ? STATUS_SUCCESS : STATUS_NO_MATCH;
}
}  // namespace

RSL_TEST(GenericTableAvl, EnumeratesLikeADirectory) {
    static Filled<Avl> filled(std::initializer_list<int>{1, 2, 3, 4, 5, 6});
    Element key{2, 0};
    PVOID restart = nullptr;
    ULONG deleted = 0;
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableLikeADirectory(&filled.table, nullptr, nullptr, FALSE, &restart, &deleted, &key)), 2);
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableLikeADirectory(&filled.table, only_even, nullptr, TRUE, &restart, &deleted, &key)), 4);
    Element gone{4, 0};
    RSL_EXPECT(RtlDeleteElementGenericTableAvl(&filled.table, &gone));
    key.key = 4;  // it goes on from the key: the element is not there any more
    RSL_EXPECT_EQ(key_of(RtlEnumerateGenericTableLikeADirectory(&filled.table, nullptr, nullptr, TRUE, &restart, &deleted, &key)), 5);
    key.key = 6;
    restart = nullptr;
    RSL_EXPECT(RtlEnumerateGenericTableLikeADirectory(&filled.table, nullptr, nullptr, TRUE, &restart, &deleted, &key) == nullptr);
}
