// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/registry_journal.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/testing/test.hpp"
#include "protocol/codec/registry_records.hpp"

namespace rsl::server {
namespace {

using protocol::RegistryChange;

struct Journal : RegistryJournal {
    Journal()
        : RegistryJournal({[](size_t bytes) { return std::malloc(bytes); },
                           [](void* memory) { std::free(memory); }}) {}

    /// What is in it, one word each: "set:0:Parameters:Value".
    std::vector<std::string> taken(size_t room = 65536) {
        std::vector<std::byte> bytes(room);
        const Taken result = take(bytes);
        lost = result.lost;
        std::vector<std::string> words;
        protocol::RegistryRecordReader reader{std::span(bytes).first(result.bytes)};
        while (!reader.at_end()) {
            const auto record = reader.next();
            if (!record) return {"damaged"};
            static constexpr const char* kNames[] = {"", "made", "gone", "set", "unset"};
            words.push_back(std::string(kNames[static_cast<int>(record->change)]) + ":" +
                            std::to_string(record->watch) + ":" + ascii(record->key) + ":" +
                            ascii(record->name));
        }
        return words;
    }
    static std::string ascii(std::span<const std::byte> utf16) {
        std::string text;
        for (size_t i = 0; i < utf16.size(); i += 2) text.push_back(static_cast<char>(utf16[i]));
        return text;
    }
    uint64_t lost = 0;
};
using Words = std::vector<std::string>;

RSL_TEST(RegistryJournal, KeepsTheOrder)
{
    Journal journal;
    journal.add(0, RegistryChange::kKeyMade, u"Parameters", u"");
    journal.add(0, RegistryChange::kValueSet, u"Parameters", u"A");
    journal.add(1, RegistryChange::kValueDeleted, u"", u"");
    RSL_EXPECT(journal.taken() == (Words{"made:0:Parameters:", "set:0:Parameters:A", "unset:1::"}));
    RSL_EXPECT(journal.empty());
}

RSL_TEST(RegistryJournal, KeepsTheLastChangeOfAValueOnly)
{
    Journal journal;
    for (int i = 0; i < 1000; ++i)
        journal.add(0, RegistryChange::kValueSet, u"K", i % 2 == 0 ? u"name" : u"NAME");
    journal.add(0, RegistryChange::kValueSet, u"K", u"other");
    journal.add(0, RegistryChange::kValueDeleted, u"k", u"Name");
    RSL_EXPECT(journal.taken() == (Words{"set:0:K:other", "unset:0:k:Name"}));
}

RSL_TEST(RegistryJournal, ADeletedKeyMakesWhatWasBelowItVoid)
{
    Journal journal;
    journal.add(0, RegistryChange::kValueSet, u"Key\\Sub", u"A");
    journal.add(0, RegistryChange::kValueSet, u"Keys", u"B");
    journal.add(1, RegistryChange::kValueSet, u"Key", u"C");
    journal.add(0, RegistryChange::kKeyDeleted, u"Key", u"");
    journal.add(0, RegistryChange::kKeyMade, u"Key", u"");
    RSL_EXPECT(journal.taken() ==
               (Words{"set:0:Keys:B", "set:1:Key:C", "gone:0:Key:", "made:0:Key:"}));
}

RSL_TEST(RegistryJournal, GivesWhatFitsAndKeepsTheRest)
{
    Journal journal;
    journal.add(0, RegistryChange::kKeyMade, u"Key", u"");
    journal.add(0, RegistryChange::kKeyMade, u"Other", u"");
    RSL_EXPECT(journal.taken(8).empty());
    RSL_EXPECT(journal.taken(40) == (Words{"made:0:Key:"}));
    RSL_EXPECT(journal.taken(40) == (Words{"made:0:Other:"}));
}

RSL_TEST(RegistryJournal, CountsWhatFindsNoRoom)
{
    Journal journal;
    for (uint32_t i = 0; i < RegistryJournal::kMostEntries + 2; ++i)
        journal.add(i, RegistryChange::kKeyMade, u"K", u"");
    journal.add(0, RegistryChange::kKeyMade, std::u16string(protocol::kMaxKeyBytes / 2 + 1, u'k'),
                u"");
    RSL_EXPECT_EQ(journal.taken(1u << 20).size(), size_t{RegistryJournal::kMostEntries});
    RSL_EXPECT_EQ(journal.lost, uint64_t{3});
}

RSL_TEST(RegistryJournal, ForgetsAKey)
{
    Journal journal;
    journal.add(0, RegistryChange::kKeyMade, u"A", u"");
    journal.add(1, RegistryChange::kKeyMade, u"B", u"");
    journal.forget(1);
    journal.add(0, RegistryChange::kKeyMade, u"C", u"");
    RSL_EXPECT(journal.taken() == (Words{"made:0:A:", "made:0:C:"}));
}

}  // namespace
}  // namespace rsl::server
