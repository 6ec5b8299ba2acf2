// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/name_entry.hpp"

#include <algorithm>

#include "base/testing/test.hpp"

namespace rsl::ob {
namespace {

/// A name entry with room for its text behind it.
struct Named {
    explicit Named(std::u16string_view name) {
        entry.hash = hash_name(name);
        entry.length = static_cast<uint32_t>(name.size());
        std::copy(name.begin(), name.end(), text);
    }
    NameEntry entry = {};
    char16_t text[32] = {};
};
NameEntry* find(const NameTable& table, std::u16string_view name) {
    return table.find(name, hash_name(name));
}

}  // namespace

RSL_TEST(NameTable, FindsWithoutCase)
{
    NameTable table;
    Named echo{u"Echo"};
    table.add(echo.entry);
    RSL_EXPECT_EQ(find(table, u"ECHO"), &echo.entry);
    RSL_EXPECT_EQ(find(table, u"eCHo"), &echo.entry);
    RSL_EXPECT_EQ(find(table, u"Echo1"), static_cast<NameEntry*>(nullptr));
    RSL_EXPECT_EQ(find(table, u"Ech"), static_cast<NameEntry*>(nullptr));
}

RSL_TEST(NameTable, FoldsCaseBeyondAscii)
{
    NameTable table;
    Named name{u"\u00e4\u0436"};
    table.add(name.entry);
    RSL_EXPECT_EQ(find(table, u"\u00c4\u0416"), &name.entry);
}

RSL_TEST(NameTable, RemovesFromTheMiddleOfABucket)
{
    NameTable table;
    static Named names[100] = {
#define N(x)                                                                                  \
    Named{x u"0"}, Named{x u"1"}, Named{x u"2"}, Named{x u"3"}, Named{x u"4"}, Named{x u"5"}, \
        Named{x u"6"}, Named{x u"7"}, Named{x u"8"}, Named{x u"9"}
        N(u"a"), N(u"b"), N(u"c"), N(u"d"), N(u"e"), N(u"f"),
        N(u"g"), N(u"h"), N(u"i"), N(u"j")
#undef N
    };
    for (auto& name : names) table.add(name.entry);
    for (size_t i = 0; i < 100; i += 2) table.remove(names[i].entry);
    for (size_t i = 0; i < 100; ++i) {
        NameEntry* expected = i % 2 == 0 ? nullptr : &names[i].entry;
        RSL_EXPECT_EQ(find(table, names[i].entry.text()), expected);
    }
    RSL_EXPECT_EQ(table.count(), 50u);
}

RSL_TEST(NameTable, EnumeratesEachNameOnce)
{
    NameTable table;
    Named a{u"a"}, b{u"b"}, c{u"c"};
    for (Named* name : {&a, &b, &c}) table.add(name->entry);
    uint32_t seen = 0;
    for (uint32_t n = 0; NameEntry* entry = table.at(n); ++n)
        seen |= 1u << (entry->text()[0] - u'a');
    RSL_EXPECT_EQ(seen, 7u);
    RSL_EXPECT_EQ(table.at(3), static_cast<NameEntry*>(nullptr));
}

}  // namespace rsl::ob
