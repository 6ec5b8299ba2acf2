// SPDX-License-Identifier: GPL-2.0-only
#include "base/containers/intrusive_list.hpp"

#include "base/testing/test.hpp"

namespace rsl {
namespace {

struct Item {
    int number = 0;
    ListHook hook;
};
using Items = IntrusiveList<Item, &Item::hook>;

RSL_TEST(IntrusiveList, KeepsOrder) {
    Items list;
    Item a{1, {}}, b{2, {}}, c{3, {}};
    list.push_back(b);
    list.push_back(c);
    list.push_front(a);
    int expected = 1;
    for (Item& item : list) RSL_EXPECT_EQ(item.number, expected++);
    while (list.pop_front() != nullptr) {
    }
    RSL_EXPECT(list.empty());
}

RSL_TEST(IntrusiveList, ElementMayLeaveWhileWalked) {
    Items list;
    Item a{1, {}}, b{2, {}}, c{3, {}};
    list.push_back(a);
    list.push_back(b);
    list.push_back(c);
    int seen = 0;
    for (Item& item : list) {
        ++seen;
        Items::remove(item);
    }
    RSL_EXPECT_EQ(seen, 3);
    RSL_EXPECT(list.empty());
    RSL_EXPECT(!a.hook.is_linked());
}

}  // namespace
}  // namespace rsl
