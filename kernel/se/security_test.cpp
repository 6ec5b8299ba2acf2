// SPDX-License-Identifier: GPL-2.0-only
// SIDs, lists, descriptors and the access check: the parts that stand alone.
#include <cstring>
#include <string_view>
#include <utility>

#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/se/access_check.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/descriptor.hpp"
#include "kernel/se/inherit.hpp"
#include "kernel/se/sid.hpp"

namespace rsl::se {
namespace {

constexpr uint32_t kAllow = ACCESS_ALLOWED_ACE_TYPE, kDeny = ACCESS_DENIED_ACE_TYPE;
constexpr GENERIC_MAPPING kMapping = {0x20001, 0x20002, 0x20004, 0xF0007};

/// A list in memory of its own.
struct List {
    explicit List(uint32_t bytes = sizeof(memory)) {
        RSL_EXPECT(create_acl(acl(), bytes, ACL_REVISION).ok());
    }
    ACL& acl() { return *reinterpret_cast<ACL*>(memory); }
    List& add(uint32_t type, uint32_t mask, const SID& sid, uint8_t flags = 0) {
        RSL_EXPECT(
            add_access_ace(acl(), ACL_REVISION, static_cast<uint8_t>(type), flags, mask, sid).ok());
        return *this;
    }
    alignas(8) char memory[256] = {};
};

SECURITY_DESCRIPTOR absolute(List* dacl, const SID* owner = nullptr) {
    SECURITY_DESCRIPTOR descriptor = {.Revision = SECURITY_DESCRIPTOR_REVISION};
    if (dacl != nullptr) {
        descriptor.Control = SE_DACL_PRESENT;
        descriptor.Dacl = &dacl->acl();
    }
    descriptor.Owner = const_cast<SID*>(owner);
    return descriptor;
}

/// A subject of one user and one group, with privileges as bits.
struct Subject {
    const SID* user;
    const SID* group = nullptr;
    uint64_t privileges = 0;
    SubjectView view() const {
        return {this,
                [](const void* context, const SID& sid, Membership) {
                    const auto& self = *static_cast<const Subject*>(context);
                    return equal(*self.user, sid) ||
                           (self.group != nullptr && equal(*self.group, sid));
                },
                [](const void* context, uint32_t privilege) {
                    return (static_cast<const Subject*>(context)->privileges >> privilege & 1) != 0;
                }};
    }
};

bool text_is(const SID& sid, std::u16string_view expected) {
    char16_t text[64];
    const size_t length = format_sid(sid, text);
    return std::u16string_view(text, length) == expected;
}

}  // namespace

RSL_TEST(Sid, IsWrittenAsDocumented) {
    RSL_EXPECT(text_is(kSystemSid.sid(), u"S-1-5-18"));
    RSL_EXPECT(text_is(kAdministratorsSid.sid(), u"S-1-5-32-544"));
    RSL_EXPECT(text_is(kNtAuthoritySid.sid(), u"S-1-5"));
    const WellKnown<1> large = [] {
        WellKnown<1> sid{0, {4294967295u}};
        sid.authority = {{1, 2, 3, 4, 5, 6}};
        return sid;
    }();
    RSL_EXPECT(text_is(large.sid(), u"S-1-0x10203040506-4294967295"));
}

RSL_TEST(Sid, WritesWhatFitsAndTellsTheWholeLength) {
    char16_t text[4] = {};
    RSL_EXPECT_EQ(format_sid(kSystemSid.sid(), text), size_t{8});
    RSL_EXPECT(std::u16string_view(text, 4) == u"S-1-");
}

RSL_TEST(Sid, ComparesEveryPart) {
    RSL_EXPECT(equal(kSystemSid.sid(), kSystemSid.sid()));
    RSL_EXPECT(!equal(kSystemSid.sid(), kLocalServiceSid.sid()));
    RSL_EXPECT(!equal(kAdministratorsSid.sid(), kDialupSid.sid()));
    RSL_EXPECT(!equal(kWorldSid.sid(), kLocalSid.sid()));
}

RSL_TEST(Acl, EntriesComeBackInOrder) {
    List list;
    list.add(kDeny, 1, kGuestsSid.sid()).add(kAllow, 2, kUsersSid.sid(), INHERIT_ONLY_ACE);
    RSL_EXPECT(is_valid(list.acl()));
    RSL_EXPECT_EQ(list.acl().AceCount, 2);
    const auto& second = *reinterpret_cast<const ACCESS_ALLOWED_ACE*>(*get_ace(list.acl(), 1));
    RSL_EXPECT_EQ(second.Header.AceFlags, INHERIT_ONLY_ACE);
    RSL_EXPECT_EQ(second.Mask, 2u);
    RSL_EXPECT(equal(*reinterpret_cast<const SID*>(&second.SidStart), kUsersSid.sid()));
    RSL_EXPECT_EQ(get_ace(list.acl(), 2).failure(), Status::kInvalidParameter);
}

RSL_TEST(Acl, RefusesWhatDoesNotFit) {
    List list(sizeof(ACL) + 20);
    RSL_EXPECT(add_access_ace(list.acl(), ACL_REVISION, kAllow, 0, 1, kSystemSid.sid()).ok());
    const auto full = add_access_ace(list.acl(), ACL_REVISION, kAllow, 0, 1, kSystemSid.sid());
    RSL_EXPECT_EQ(full.failure().nt(), STATUS_ALLOTTED_SPACE_EXCEEDED);
    RSL_EXPECT_EQ(list.acl().AceCount, 1);
    RSL_EXPECT_EQ(create_acl(list.acl(), 7, ACL_REVISION).failure(), Status::kBufferTooSmall);
    RSL_EXPECT_EQ(create_acl(list.acl(), 64, 1).failure(), Status::kInvalidParameter);
}

RSL_TEST(Acl, InsertsAndDeletesInTheMiddle) {
    List list;
    list.add(kAllow, 1, kSystemSid.sid()).add(kAllow, 3, kUsersSid.sid());
    List other;
    other.add(kAllow, 2, kAdministratorsSid.sid());
    const auto& ace = **get_ace(other.acl(), 0);
    RSL_EXPECT(add_aces(list.acl(), ACL_REVISION, 1, &ace, ace.AceSize).ok());
    const auto mask = [&list](uint32_t index) {
        return reinterpret_cast<const ACCESS_ALLOWED_ACE*>(*get_ace(list.acl(), index))->Mask;
    };
    for (uint32_t i = 0; i < 3; ++i) RSL_EXPECT_EQ(mask(i), i + 1);
    RSL_EXPECT(delete_ace(list.acl(), 0).ok());
    RSL_EXPECT_EQ(mask(0), 2u);
    RSL_EXPECT_EQ(list.acl().AceCount, 2);
    RSL_EXPECT(is_valid(list.acl()));
    RSL_EXPECT_EQ(delete_ace(list.acl(), 2).failure(), Status::kInvalidParameter);
}

RSL_TEST(Acl, FindsDamage) {
    const auto damaged = [](auto&& damage) {
        List list;
        list.add(kAllow, 1, kSystemSid.sid()).add(kAllow, 1, kUsersSid.sid());
        damage(list.acl(), **get_ace(list.acl(), 1));
        return !is_valid(list.acl());
    };
    RSL_EXPECT(damaged([](ACL& acl, ACE_HEADER&) { acl.AceCount = 30; }));
    RSL_EXPECT(damaged([](ACL& acl, ACE_HEADER&) { acl.AclSize = 20; }));
    RSL_EXPECT(damaged([](ACL& acl, ACE_HEADER&) { acl.AclRevision = 9; }));
    RSL_EXPECT(damaged([](ACL&, ACE_HEADER& ace) { ace.AceSize = 2; }));
    RSL_EXPECT(damaged([](ACL&, ACE_HEADER& ace) { ace.AceSize = 4000; }));
    RSL_EXPECT(damaged([](ACL&, ACE_HEADER& ace) {
        auto& sid = *reinterpret_cast<SID*>(&reinterpret_cast<ACCESS_ALLOWED_ACE&>(ace).SidStart);
        sid.SubAuthorityCount = 15;
    }));
}

RSL_TEST(Descriptor, GoesToSelfRelativeAndBack) {
    List list;
    list.add(kAllow, GENERIC_ALL, kAdministratorsSid.sid()).add(kDeny, 1, kGuestsSid.sid());
    SECURITY_DESCRIPTOR source = absolute(&list, &kSystemSid.sid());
    source.Group = const_cast<SID*>(&kUsersSid.sid());
    alignas(8) char packed[512];
    uint32_t bytes = 0;
    RSL_EXPECT_EQ(make_relative(&source, packed, bytes).failure(), Status::kBufferTooSmall);
    const uint32_t needed = bytes;
    RSL_REQUIRE(make_relative(&source, packed, bytes).ok());
    RSL_EXPECT_EQ(bytes, needed);
    RSL_EXPECT(is_relative(packed));
    RSL_EXPECT(is_valid_relative(
        packed, bytes,
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION));
    RSL_EXPECT(equal(*owner_of(packed), kSystemSid.sid()));
    RSL_EXPECT(equal(*group_of(packed), kUsersSid.sid()));
    RSL_EXPECT_EQ(std::memcmp(dacl_of(packed), &list.acl(), list.acl().AclSize), 0);
    RSL_EXPECT_EQ(sacl_of(packed), static_cast<const ACL*>(nullptr));
    RSL_EXPECT_EQ(descriptor_length(packed), bytes);
}

RSL_TEST(Descriptor, NoListAndEmptyListAreNotTheSame) {
    alignas(8) char packed[128];
    uint32_t bytes = sizeof(packed);
    const SECURITY_DESCRIPTOR open = absolute(nullptr);
    RSL_REQUIRE(make_relative(&open, packed, bytes).ok());
    RSL_EXPECT_EQ(dacl_of(packed), static_cast<const ACL*>(nullptr));
    List empty(sizeof(ACL));
    const SECURITY_DESCRIPTOR closed = absolute(&empty);
    bytes = sizeof(packed);
    RSL_REQUIRE(make_relative(&closed, packed, bytes).ok());
    RSL_REQUIRE(dacl_of(packed) != nullptr);
    RSL_EXPECT_EQ(dacl_of(packed)->AceCount, 0);
}

RSL_TEST(Descriptor, RefusesEveryTruncationAndBadOffset) {
    List list(64);
    list.add(kAllow, 1, kSystemSid.sid());
    const SECURITY_DESCRIPTOR source = absolute(&list, &kAdministratorsSid.sid());
    alignas(8) char packed[512];
    uint32_t bytes = sizeof(packed);
    RSL_REQUIRE(make_relative(&source, packed, bytes).ok());
    for (uint32_t cut = 0; cut < bytes; ++cut) RSL_EXPECT(!is_valid_relative(packed, cut, 0));
    auto& head = *reinterpret_cast<SECURITY_DESCRIPTOR_RELATIVE*>(packed);
    for (const ULONG offset : {2u, 510u, 0x7FFFFFFCu, 0xFFFFFFFCu}) {
        const ULONG before = std::exchange(head.Owner, offset);
        RSL_EXPECT(!is_valid_relative(packed, bytes, 0));
        head.Owner = before;
    }
    RSL_EXPECT(is_valid_relative(packed, bytes, 0));
    RSL_EXPECT(!is_valid_relative(packed, bytes, GROUP_SECURITY_INFORMATION));
}

RSL_TEST(Descriptor, MergeTakesOnlyTheNamedParts) {
    List old_list, new_list;
    old_list.add(kAllow, 1, kSystemSid.sid());
    new_list.add(kAllow, 2, kUsersSid.sid());
    const SECURITY_DESCRIPTOR base = absolute(&old_list, &kSystemSid.sid());
    const SECURITY_DESCRIPTOR changes = absolute(&new_list, &kAdministratorsSid.sid());
    alignas(8) char merged[1024];
    uint32_t bytes = sizeof(merged);
    RSL_REQUIRE(merge(&base, &changes, DACL_SECURITY_INFORMATION, merged, bytes).ok());
    RSL_EXPECT(equal(*owner_of(merged), kSystemSid.sid()));
    const auto& ace = *reinterpret_cast<const ACCESS_ALLOWED_ACE*>(first_ace(*dacl_of(merged)));
    RSL_EXPECT_EQ(ace.Mask, 2u);
}

RSL_TEST(AccessCheck, NoDescriptorAllowsAll) {
    const Subject guest{&kGuestsSid.sid()};
    RSL_EXPECT_EQ(check_access(nullptr, guest.view(), GENERIC_READ, kMapping)->rights,
                  kMapping.GenericRead);
    RSL_EXPECT_EQ(check_access(nullptr, guest.view(), MAXIMUM_ALLOWED, kMapping)->rights,
                  kMapping.GenericAll);
}

RSL_TEST(AccessCheck, EmptyListAllowsNothing) {
    List list;
    const SECURITY_DESCRIPTOR descriptor = absolute(&list);
    const Subject user{&kUsersSid.sid()};
    RSL_EXPECT_EQ(check_access(&descriptor, user.view(), 1, kMapping).failure(),
                  Status::kAccessDenied);
    RSL_EXPECT_EQ(check_access(&descriptor, user.view(), MAXIMUM_ALLOWED, kMapping).failure(),
                  Status::kAccessDenied);
}

RSL_TEST(AccessCheck, FirstEntryThatNamesARightDecides) {
    List denied_first, allowed_first;
    denied_first.add(kDeny, 1, kUsersSid.sid()).add(kAllow, 3, kUsersSid.sid());
    allowed_first.add(kAllow, 3, kUsersSid.sid()).add(kDeny, 1, kUsersSid.sid());
    const SECURITY_DESCRIPTOR a = absolute(&denied_first), b = absolute(&allowed_first);
    const Subject user{&kInteractiveSid.sid(), &kUsersSid.sid()};
    RSL_EXPECT_EQ(check_access(&a, user.view(), 1, kMapping).failure(), Status::kAccessDenied);
    RSL_EXPECT_EQ(check_access(&a, user.view(), 2, kMapping)->rights, 2u);
    RSL_EXPECT_EQ(check_access(&b, user.view(), 3, kMapping)->rights, 3u);
    RSL_EXPECT_EQ(check_access(&a, user.view(), MAXIMUM_ALLOWED, kMapping)->rights, 2u);
}

RSL_TEST(AccessCheck, GenericRightsOfEntriesAreMapped) {
    List list;
    list.add(kAllow, GENERIC_READ, kWorldSid.sid());
    const SECURITY_DESCRIPTOR descriptor = absolute(&list);
    const Subject everyone{&kWorldSid.sid()};
    RSL_EXPECT_EQ(check_access(&descriptor, everyone.view(), GENERIC_READ, kMapping)->rights,
                  kMapping.GenericRead);
    RSL_EXPECT_EQ(check_access(&descriptor, everyone.view(), GENERIC_WRITE, kMapping).failure(),
                  Status::kAccessDenied);
}

RSL_TEST(AccessCheck, OwnerReadsAndChangesTheList) {
    List list;
    const SECURITY_DESCRIPTOR descriptor = absolute(&list, &kUsersSid.sid());
    const Subject owner{&kUsersSid.sid()};
    RSL_EXPECT_EQ(
        check_access(&descriptor, owner.view(), READ_CONTROL | WRITE_DAC, kMapping)->rights,
        static_cast<uint32_t>(READ_CONTROL | WRITE_DAC));
    RSL_EXPECT_EQ(check_access(&descriptor, owner.view(), WRITE_OWNER, kMapping).failure(),
                  Status::kAccessDenied);
}

RSL_TEST(AccessCheck, PrivilegesOpenWhatListsDoNot) {
    List list;
    const SECURITY_DESCRIPTOR descriptor = absolute(&list);
    Subject user{&kUsersSid.sid()};
    RSL_EXPECT_EQ(
        check_access(&descriptor, user.view(), ACCESS_SYSTEM_SECURITY, kMapping).failure().nt(),
        STATUS_PRIVILEGE_NOT_HELD);
    user.privileges = 1u << SE_SECURITY_PRIVILEGE | 1u << SE_TAKE_OWNERSHIP_PRIVILEGE;
    RSL_EXPECT_EQ(
        check_access(&descriptor, user.view(), ACCESS_SYSTEM_SECURITY | WRITE_OWNER, kMapping)
            ->rights,
        static_cast<uint32_t>(ACCESS_SYSTEM_SECURITY | WRITE_OWNER));
}

RSL_TEST(AccessCheck, EntriesForHeirsOnlyDoNotCount) {
    List list;
    list.add(kAllow, 1, kUsersSid.sid(), INHERIT_ONLY_ACE);
    const SECURITY_DESCRIPTOR descriptor = absolute(&list);
    const Subject user{&kUsersSid.sid()};
    RSL_EXPECT_EQ(check_access(&descriptor, user.view(), 1, kMapping).failure(),
                  Status::kAccessDenied);
}

namespace {

constexpr WellKnown<2> kMaker{5, {21, 1000}};
constexpr WellKnown<2> kMakersGroup{5, {21, 513}};

Inheritance into(bool container) {
    return {container, true, kMaker.sid(), kMakersGroup.sid(), kMapping};
}
const ACCESS_ALLOWED_ACE& entry(List& list, uint32_t n) {
    return *reinterpret_cast<const ACCESS_ALLOWED_ACE*>(*get_ace(list.acl(), n));
}
const SID& sid_of(const ACCESS_ALLOWED_ACE& ace) {
    return *reinterpret_cast<const SID*>(&ace.SidStart);
}

/// A descriptor whose SACL has a label of a level.
SECURITY_DESCRIPTOR labelled(List& dacl, List& label) {
    SECURITY_DESCRIPTOR descriptor = absolute(&dacl);
    descriptor.Control = SE_DACL_PRESENT | SE_SACL_PRESENT;
    descriptor.Sacl = &label.acl();
    return descriptor;
}

}  // namespace

RSL_TEST(Inherit, AnObjectGetsWhatIsForObjects) {
    List parent, made;
    parent.add(kAllow, GENERIC_READ, kCreatorOwnerSid.sid(), OBJECT_INHERIT_ACE)
        .add(kAllow, 2, kUsersSid.sid(), CONTAINER_INHERIT_ACE)
        .add(kAllow, 4, kUsersSid.sid());
    RSL_EXPECT(has_inheritable(parent.acl(), false));
    RSL_EXPECT(append_inherited(made.acl(), parent.acl(), into(false)).ok());
    RSL_EXPECT_EQ(made.acl().AceCount, 1);
    RSL_EXPECT_EQ(entry(made, 0).Mask, kMapping.GenericRead);
    RSL_EXPECT_EQ(entry(made, 0).Header.AceFlags, INHERITED_ACE);
    RSL_EXPECT(equal(sid_of(entry(made, 0)), kMaker.sid()));
}

RSL_TEST(Inherit, AContainerKeepsAGenericEntryToPassOn) {
    List parent, made;
    parent.add(kAllow, GENERIC_READ, kUsersSid.sid(), OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
    RSL_EXPECT(append_inherited(made.acl(), parent.acl(), into(true)).ok());
    RSL_EXPECT_EQ(made.acl().AceCount, 2);
    RSL_EXPECT_EQ(entry(made, 0).Mask, kMapping.GenericRead);
    RSL_EXPECT_EQ(entry(made, 0).Header.AceFlags, INHERITED_ACE);
    RSL_EXPECT_EQ(entry(made, 1).Mask, static_cast<ULONG>(GENERIC_READ));
    RSL_EXPECT_EQ(entry(made, 1).Header.AceFlags,
                  INHERITED_ACE | INHERIT_ONLY_ACE | OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
}

RSL_TEST(Inherit, AnEntryThatDoesNotPropagateStopsInTheContainer) {
    List parent, made;
    parent.add(kAllow, 1, kUsersSid.sid(), CONTAINER_INHERIT_ACE | NO_PROPAGATE_INHERIT_ACE)
        .add(kAllow, 2, kUsersSid.sid(), OBJECT_INHERIT_ACE | NO_PROPAGATE_INHERIT_ACE);
    RSL_EXPECT(append_inherited(made.acl(), parent.acl(), into(true)).ok());
    RSL_EXPECT_EQ(made.acl().AceCount, 1);
    RSL_EXPECT_EQ(entry(made, 0).Header.AceFlags, INHERITED_ACE);
}

RSL_TEST(AccessCheck, ALabelRefusesWritingUp) {
    List dacl, label;
    dacl.add(kAllow, 7, kWorldSid.sid());
    label.add(SYSTEM_MANDATORY_LABEL_ACE_TYPE, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
              kHighLabelSid.sid());
    const SECURITY_DESCRIPTOR descriptor = labelled(dacl, label);
    const Subject subject{&kWorldSid.sid()};
    SubjectView low = subject.view();
    low.integrity = 0x2000;
    RSL_EXPECT_EQ(check_access(&descriptor, low, 1, kMapping)->rights, 1u);
    RSL_EXPECT_EQ(check_access(&descriptor, low, 2, kMapping).failure(), Status::kAccessDenied);
    RSL_EXPECT_EQ(check_access(&descriptor, subject.view(), 2, kMapping)->rights, 2u);
}

RSL_TEST(AccessCheck, OwnerRightsReplaceWhatAnOwnerHas) {
    List dacl;
    dacl.add(kAllow, READ_CONTROL, kOwnerRightsSid.sid());
    const SECURITY_DESCRIPTOR descriptor = absolute(&dacl, &kUsersSid.sid());
    const Subject owner{&kUsersSid.sid()};
    RSL_EXPECT_EQ(check_access(&descriptor, owner.view(), READ_CONTROL, kMapping)->rights,
                  static_cast<uint32_t>(READ_CONTROL));
    RSL_EXPECT_EQ(check_access(&descriptor, owner.view(), WRITE_DAC, kMapping).failure(),
                  Status::kAccessDenied);
}

}  // namespace rsl::se
