// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/object_lender.hpp"

#include <cstdlib>
#include <vector>

#include "base/testing/test.hpp"

namespace rsl::client {
namespace {

using protocol::LendObject;
using protocol::OwnObject;
using protocol::OwnObjectChanges;

struct Objects final : OwnObjects {
    LendObject lend(uint64_t handle, uint32_t id) override {
        calls.push_back({id, 0});
        LendObject lent{};
        if (handle == 4) lent.object = OwnObject::kSynchronizationEvent;
        if (handle == 8) lent = {.object = OwnObject::kProcess, .access = 1, .value = 12};
        return lent;
    }
    void changed(uint32_t id, uint32_t changes) override { calls.push_back({id, changes}); }
    struct Call {
        uint32_t id, changes;
        bool operator==(const Call&) const = default;
    };
    std::vector<Call> calls;
};

struct Fixture {
    static constexpr size_t kBytes = 64 * 1024;
    explicit Fixture(size_t bytes = kBytes) : arena(std::span(memory, bytes)) {}
    ~Fixture() { std::free(memory); }
    OwnObjectChanges& changes(const LendObject& lent) { return *reinterpret_cast<OwnObjectChanges*>(arena.at(lent.changes.offset)); }
    std::byte* memory = static_cast<std::byte*>(std::aligned_alloc(4096, kBytes));
    Arena arena;
    Objects objects;
    ObjectLender lender{arena, &objects};
};

RSL_TEST(ObjectLender, LendsWhatTheProgramHas) {
    Fixture fixture;
    RSL_EXPECT(fixture.lender.lend({.handle = 16, .id = 1})->object == OwnObject::kNone);
    const auto process = fixture.lender.lend({.handle = 8, .id = 1});
    RSL_EXPECT(process->object == OwnObject::kProcess && process->value == 12 && process->changes.bytes == 0);
    RSL_EXPECT(!fixture.lender.has_lent());
    const auto event = fixture.lender.lend({.handle = 4, .id = 1});
    RSL_EXPECT(event->object == OwnObject::kSynchronizationEvent && event->check(Fixture::kBytes) && event->changes.bytes != 0);
    RSL_EXPECT(fixture.lender.has_lent());
    RSL_EXPECT(fixture.lender.lend({.handle = 4, .id = 2})->changes.offset == event->changes.offset);
}

RSL_TEST(ObjectLender, RefusesWhatMakesNoSense) {
    Fixture fixture;
    RSL_EXPECT(!fixture.lender.lend({.handle = 4, .id = protocol::kMaxOwnObjects}));
    ObjectLender nothing{fixture.arena, nullptr};
    RSL_EXPECT(!nothing.is_there() && !nothing.lend({.handle = 4, .id = 0}));
    fixture.lender.take_changes();
    RSL_EXPECT(fixture.objects.calls.empty());
}

RSL_TEST(ObjectLender, TakesEachChangeOnce) {
    Fixture fixture;
    auto& changes = fixture.changes(*fixture.lender.lend({.handle = 4, .id = 3}));
    fixture.objects.calls.clear();
    changes.changes[3] = protocol::kObjectSet;
    fixture.lender.take_changes();
    RSL_EXPECT(fixture.objects.calls.empty());  // nobody has said so
    changes.changes[255] = protocol::kObjectDropped;
    changes.waiting = 1;
    fixture.lender.take_changes();
    fixture.lender.take_changes();
    RSL_EXPECT(fixture.objects.calls == (std::vector<Objects::Call>{{3, protocol::kObjectSet}, {255, protocol::kObjectDropped}}));
    RSL_EXPECT(changes.waiting == 0 && changes.changes[3] == 0);
}

RSL_TEST(ObjectLender, TakesChangesBeforeAnIdIsUsedAgain) {
    Fixture fixture;
    auto& changes = fixture.changes(*fixture.lender.lend({.handle = 4, .id = 3}));
    fixture.objects.calls.clear();
    changes.changes[3] = protocol::kObjectDropped;
    changes.waiting = 1;
    (void)fixture.lender.lend({.handle = 4, .id = 3});
    RSL_EXPECT(fixture.objects.calls == (std::vector<Objects::Call>{{3, protocol::kObjectDropped}, {3, 0}}));
}

RSL_TEST(ObjectLender, TakesAnEventBackWhenThereIsNoPlaceToTellOfIt) {
    Fixture fixture{512};
    RSL_EXPECT(fixture.lender.lend({.handle = 4, .id = 3})->object == OwnObject::kNone);
    RSL_EXPECT(fixture.objects.calls == (std::vector<Objects::Call>{{3, 0}, {3, protocol::kObjectDropped}}));
}

}  // namespace
}  // namespace rsl::client
