// SPDX-License-Identifier: GPL-2.0-only
// Interlocked lists and numbers.
#include "abi/functions/ex.h"
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::TestThread;

RSL_TEST(ExSList, IsLastInFirstOut) {
    SLIST_HEADER list;
    InitializeSListHead(&list);
    SLIST_ENTRY entries[3];
    RSL_EXPECT(ExpInterlockedPopEntrySList(&list) == nullptr);
    RSL_EXPECT(ExpInterlockedPushEntrySList(&list, &entries[0]) == nullptr);
    RSL_EXPECT_EQ(ExpInterlockedPushEntrySList(&list, &entries[1]), &entries[0]);
    RSL_EXPECT_EQ(ExInterlockedPushEntrySList(&list, &entries[2], nullptr), &entries[1]);
    RSL_EXPECT_EQ(ExQueryDepthSList(&list), 3);
    RSL_EXPECT_EQ(FirstEntrySList(&list), &entries[2]);
    RSL_EXPECT_EQ(RtlFirstEntrySList(&list), &entries[2]);
    RSL_EXPECT_EQ(ExpInterlockedPopEntrySList(&list), &entries[2]);
    RSL_EXPECT_EQ(ExInterlockedPopEntrySList(&list, nullptr), &entries[1]);
    ExpInterlockedPushEntrySList(&list, &entries[1]);
    RSL_EXPECT_EQ(ExpInterlockedFlushSList(&list), &entries[1]);
    RSL_EXPECT_EQ(entries[1].Next, &entries[0]);
    RSL_EXPECT_EQ(ExQueryDepthSList(&list), 0);
    RSL_EXPECT(ExInterlockedFlushSList(&list) == nullptr);
    RtlInitializeSListHead(&list);
    RSL_EXPECT(FirstEntrySList(&list) == nullptr);
}

RSL_TEST(ExSList, LosesNothingBetweenProcessors) {
    constexpr int kEntries = 16;
    static SLIST_HEADER list;
    static SLIST_ENTRY entries[kEntries];
    InitializeSListHead(&list);
    for (SLIST_ENTRY& entry : entries) ExpInterlockedPushEntrySList(&list, &entry);
    auto body = [] {
        for (int i = 0; i < 5000; ++i) {
            SLIST_ENTRY* const first = ExpInterlockedPopEntrySList(&list);
            SLIST_ENTRY* const second = ExpInterlockedPopEntrySList(&list);
            if (first != nullptr) ExpInterlockedPushEntrySList(&list, first);
            if (second != nullptr) ExpInterlockedPushEntrySList(&list, second);
        }
    };
    {
        TestThread a(body), b(body);
    }
    RSL_EXPECT_EQ(ExQueryDepthSList(&list), kEntries);
    int left = 0;
    while (ExpInterlockedPopEntrySList(&list) != nullptr) ++left;
    RSL_EXPECT_EQ(left, kEntries);
}

RSL_TEST(ExInterlockedList, InsertsAndRemovesAtBothEnds) {
    LIST_ENTRY head{&head, &head};
    LIST_ENTRY a, b, c;
    KSPIN_LOCK lock = 0;
    RSL_EXPECT(ExInterlockedInsertTailList(&head, &a, &lock) == nullptr);
    RSL_EXPECT_EQ(ExInterlockedInsertTailList(&head, &b, &lock), &a);
    RSL_EXPECT_EQ(ExInterlockedInsertHeadList(&head, &c, &lock), &a);
    RSL_EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &c);
    RSL_EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &a);
    RSL_EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &b);
    RSL_EXPECT(ExInterlockedRemoveHeadList(&head, &lock) == nullptr);
    SINGLE_LIST_ENTRY single{nullptr}, one, two;
    RSL_EXPECT(ExInterlockedPushEntryList(&single, &one, &lock) == nullptr);
    RSL_EXPECT_EQ(ExInterlockedPushEntryList(&single, &two, &lock), &one);
    RSL_EXPECT_EQ(ExInterlockedPopEntryList(&single, &lock), &two);
    RSL_EXPECT_EQ(ExInterlockedPopEntryList(&single, &lock), &one);
    RSL_EXPECT(ExInterlockedPopEntryList(&single, &lock) == nullptr);
    RSL_EXPECT_EQ(lock, KSPIN_LOCK{0});
}

RSL_TEST(ExInterlockedAdd, ReturnsTheNumberBefore) {
    KSPIN_LOCK lock = 0;
    ULONG number = 5;
    RSL_EXPECT_EQ(ExInterlockedAddUlong(&number, 3, &lock), 5u);
    RSL_EXPECT_EQ(number, 8u);
    LARGE_INTEGER large, increment;
    large.QuadPart = 0xFFFFFFFF;
    increment.QuadPart = 1;
    RSL_EXPECT_EQ(ExInterlockedAddLargeInteger(&large, increment, &lock).QuadPart, 0xFFFFFFFFLL);
    RSL_EXPECT_EQ(large.QuadPart, 0x100000000LL);
}

}  // namespace
}  // namespace rsl
