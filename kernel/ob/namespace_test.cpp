// SPDX-License-Identifier: GPL-2.0-only
// Names: creating, finding, links, loops, relative names, listings, security.
#include <string_view>

#include "abi/functions/ob.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ob/test_names.hpp"
#include "kernel/ps/client_test.hpp"

namespace rsl::ob {
namespace {

using testing::Attributes;
using testing::Client;
using testing::Handle;
using testing::Name;

NTSTATUS make_event(Handle& handle, const char16_t* name, ULONG flags = 0, HANDLE root = nullptr) {
    Attributes attributes(name, flags, root);
    return ZwCreateEvent(handle.out(), EVENT_ALL_ACCESS, attributes, NotificationEvent, FALSE);
}
NTSTATUS open_event(Handle& handle, const char16_t* name, ULONG flags = 0, HANDLE root = nullptr) {
    Attributes attributes(name, flags, root);
    return ZwOpenEvent(handle.out(), EVENT_ALL_ACCESS, attributes);
}
NTSTATUS make_link(Handle& handle, const char16_t* name, const char16_t* target) {
    Attributes attributes(name);
    Name to(target);
    return ZwCreateSymbolicLinkObject(handle.out(), SYMBOLIC_LINK_ALL_ACCESS, attributes, to);
}
bool path_is(HANDLE handle, std::u16string_view expected) {
    void* body = nullptr;
    if (ObReferenceObjectByHandle(handle, 0, nullptr, KernelMode, &body, nullptr) < 0) return false;
    alignas(8) char buffer[512];
    auto* name = reinterpret_cast<OBJECT_NAME_INFORMATION*>(buffer);
    ULONG length = 0;
    const NTSTATUS status = ObQueryNameString(body, name, sizeof(buffer), &length);
    ObfDereferenceObject(body);
    return status == STATUS_SUCCESS &&
           std::u16string_view(name->Name.Buffer, name->Name.Length / 2) == expected;
}

}  // namespace

RSL_TEST(Names, AreFoundWithoutCaseAndTellTheirPath) {
    Handle made, found;
    RSL_REQUIRE(make_event(made, u"\\BaseNamedObjects\\TestFirst") == STATUS_SUCCESS);
    RSL_REQUIRE(open_event(found, u"\\basenamedobjects\\TESTFIRST") == STATUS_SUCCESS);
    RSL_EXPECT(path_is(found, u"\\BaseNamedObjects\\TestFirst"));
}

RSL_TEST(Names, GoWithTheLastHandle) {
    Handle first, second, late;
    RSL_REQUIRE(make_event(first, u"\\BaseNamedObjects\\TestGone") == STATUS_SUCCESS);
    RSL_REQUIRE(open_event(second, u"\\BaseNamedObjects\\TestGone") == STATUS_SUCCESS);
    first.close();
    RSL_EXPECT_EQ(open_event(late, u"\\BaseNamedObjects\\TestGone"), STATUS_SUCCESS);
    late.close();
    second.close();
    RSL_EXPECT_EQ(open_event(late, u"\\BaseNamedObjects\\TestGone"), STATUS_OBJECT_NAME_NOT_FOUND);
}

RSL_TEST(Names, PermanentOnesStayUntilMadeTemporary) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, u"\\BaseNamedObjects\\TestPermanent", OBJ_PERMANENT) ==
                STATUS_SUCCESS);
    handle.close();
    RSL_REQUIRE(open_event(handle, u"\\BaseNamedObjects\\TestPermanent") == STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwMakeTemporaryObject(handle), STATUS_SUCCESS);
    handle.close();
    RSL_EXPECT_EQ(open_event(handle, u"\\BaseNamedObjects\\TestPermanent"),
                  STATUS_OBJECT_NAME_NOT_FOUND);
}

RSL_TEST(Names, SecondCreationCollidesOrOpens) {
    Handle first, second, semaphore;
    RSL_REQUIRE(make_event(first, u"\\BaseNamedObjects\\TestTwice") == STATUS_SUCCESS);
    RSL_EXPECT_EQ(make_event(second, u"\\BaseNamedObjects\\TestTwice"),
                  STATUS_OBJECT_NAME_COLLISION);
    RSL_EXPECT_EQ(make_event(second, u"\\BaseNamedObjects\\TestTwice", OBJ_OPENIF),
                  STATUS_OBJECT_NAME_EXISTS);
    Attributes attributes(u"\\BaseNamedObjects\\TestTwice", OBJ_OPENIF);
    RSL_EXPECT_EQ(ZwCreateSemaphore(semaphore.out(), SEMAPHORE_ALL_ACCESS, attributes, 0, 1),
                  STATUS_OBJECT_TYPE_MISMATCH);
}

RSL_TEST(Names, BadPathsAreToldApart) {
    Handle handle;
    RSL_EXPECT_EQ(open_event(handle, u"\\NoSuchDirectory\\Name"), STATUS_OBJECT_PATH_NOT_FOUND);
    RSL_EXPECT_EQ(open_event(handle, u"\\BaseNamedObjects\\NoSuchName"),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_EXPECT_EQ(open_event(handle, u"NoRoot"), STATUS_OBJECT_PATH_SYNTAX_BAD);
    RSL_EXPECT_EQ(open_event(handle, u"\\BaseNamedObjects\\\\Name"), STATUS_OBJECT_NAME_INVALID);
    RSL_EXPECT_EQ(open_event(handle, u"\\BaseNamedObjects\\"), STATUS_OBJECT_NAME_INVALID);
    RSL_EXPECT_EQ(open_event(handle, u"\\BaseNamedObjects"), STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(make_event(handle, u"\\BaseNamedObjects"), STATUS_OBJECT_NAME_COLLISION);
}

RSL_TEST(Names, RelativeOnesBeginAtADirectory) {
    Handle root, made, found, bad;
    Attributes directory(u"\\BaseNamedObjects");
    RSL_REQUIRE(ZwOpenDirectoryObject(root.out(), DIRECTORY_ALL_ACCESS, directory) ==
                STATUS_SUCCESS);
    RSL_REQUIRE(make_event(made, u"TestRelative", 0, root) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(open_event(found, u"\\BaseNamedObjects\\TestRelative"), STATUS_SUCCESS);
    RSL_EXPECT_EQ(open_event(bad, u"\\TestRelative", 0, root), STATUS_OBJECT_PATH_SYNTAX_BAD);
    RSL_EXPECT_EQ(open_event(bad, u"Below", 0, made), STATUS_OBJECT_PATH_NOT_FOUND);
}

RSL_TEST(Names, DirectoriesNest) {
    Handle outer, inner, event, again;
    Attributes a(u"\\TestOuter"), b(u"\\TestOuter\\Inner");
    RSL_REQUIRE(ZwCreateDirectoryObject(outer.out(), DIRECTORY_ALL_ACCESS, a) == STATUS_SUCCESS);
    RSL_REQUIRE(ZwCreateDirectoryObject(inner.out(), DIRECTORY_ALL_ACCESS, b) == STATUS_SUCCESS);
    RSL_REQUIRE(make_event(event, u"\\TestOuter\\Inner\\Event") == STATUS_SUCCESS);
    RSL_EXPECT(path_is(event, u"\\TestOuter\\Inner\\Event"));
    // Its directory's name goes first: the event is cut off, and lives on.
    inner.close();
    RSL_EXPECT_EQ(open_event(again, u"\\TestOuter\\Inner\\Event"), STATUS_OBJECT_PATH_NOT_FOUND);
    RSL_EXPECT_EQ(ZwSetEvent(event, nullptr), STATUS_SUCCESS);
}

RSL_TEST(Links, LeadToTheirTarget) {
    Handle link, made, found;
    RSL_REQUIRE(make_link(link, u"\\??\\TestLink", u"\\BaseNamedObjects\\TestTarget") ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(open_event(found, u"\\DosDevices\\TestLink"), STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_REQUIRE(make_event(made, u"\\BaseNamedObjects\\TestTarget") == STATUS_SUCCESS);
    RSL_EXPECT_EQ(open_event(found, u"\\DosDevices\\TestLink"), STATUS_SUCCESS);
    found.close();
    RSL_EXPECT_EQ(open_event(found, u"\\GLOBAL??\\testlink"), STATUS_SUCCESS);
    found.close();
    RSL_EXPECT_EQ(open_event(found, u"\\??\\Global\\TestLink"), STATUS_SUCCESS);
    found.close();
    RSL_EXPECT_EQ(open_event(found, u"\\??\\GLOBALROOT\\BaseNamedObjects\\TestTarget"),
                  STATUS_SUCCESS);
}

RSL_TEST(Links, KeepWhatFollowsThem) {
    Handle link, made, found;
    RSL_REQUIRE(make_link(link, u"\\TestShort", u"\\BaseNamedObjects") == STATUS_SUCCESS);
    RSL_REQUIRE(make_event(made, u"\\TestShort\\TestBehind") == STATUS_SUCCESS);
    RSL_EXPECT(path_is(made, u"\\BaseNamedObjects\\TestBehind"));
    RSL_EXPECT_EQ(open_event(found, u"\\TestShort\\TestBehind", OBJ_DONT_REPARSE),
                  STATUS_REPARSE_POINT_ENCOUNTERED);
}

RSL_TEST(Links, TheDosDevicesDirectoryIsNone) {
    Handle made, found;
    RSL_REQUIRE(make_event(made, u"\\??\\TestDosDevice") == STATUS_SUCCESS);
    RSL_EXPECT(path_is(made, u"\\GLOBAL??\\TestDosDevice"));
    RSL_EXPECT_EQ(open_event(found, u"\\??\\testdosdevice", OBJ_DONT_REPARSE), STATUS_SUCCESS);
    found.close();
    RSL_EXPECT_EQ(open_event(found, u"\\??\\"), STATUS_OBJECT_NAME_INVALID);
    RSL_EXPECT_EQ(open_event(found, u"\\??\\\\TestDosDevice"), STATUS_OBJECT_NAME_INVALID);
    RSL_EXPECT_EQ(open_event(found, u"\\??x\\TestDosDevice"), STATUS_OBJECT_PATH_NOT_FOUND);
}

RSL_TEST(Links, LeadToLinks) {
    Handle first, second, made, found;
    RSL_REQUIRE(make_link(first, u"\\TestFirst", u"\\TestSecond") == STATUS_SUCCESS);
    RSL_REQUIRE(make_link(second, u"\\TestSecond", u"\\??\\TestLast") == STATUS_SUCCESS);
    RSL_REQUIRE(make_event(made, u"\\??\\TestLast") == STATUS_SUCCESS);
    RSL_EXPECT_EQ(open_event(found, u"\\TestFirst"), STATUS_SUCCESS);
    found.close();
    RSL_EXPECT_EQ(open_event(found, u"\\TestFirst", OBJ_DONT_REPARSE),
                  STATUS_REPARSE_POINT_ENCOUNTERED);
    RSL_EXPECT_EQ(open_event(found, u"\\TestFirst\\x"), STATUS_OBJECT_PATH_NOT_FOUND);
}

RSL_TEST(Links, LoopsEnd) {
    Handle a, b, self, found;
    RSL_REQUIRE(make_link(a, u"\\TestLoopA", u"\\TestLoopB") == STATUS_SUCCESS);
    RSL_REQUIRE(make_link(b, u"\\TestLoopB", u"\\TestLoopA") == STATUS_SUCCESS);
    RSL_REQUIRE(make_link(self, u"\\TestLoopGrows", u"\\TestLoopGrows\\more") == STATUS_SUCCESS);
    RSL_EXPECT_EQ(open_event(found, u"\\TestLoopA\\x"), STATUS_OBJECT_PATH_INVALID);
    RSL_EXPECT_EQ(open_event(found, u"\\TestLoopGrows"), STATUS_OBJECT_PATH_INVALID);
}

RSL_TEST(Links, AreOpenedAndQueriedThemselves) {
    Handle link, opened;
    RSL_REQUIRE(make_link(link, u"\\TestQueried", u"\\Device\\Somewhere") == STATUS_SUCCESS);
    Attributes attributes(u"\\TestQueried");
    RSL_REQUIRE(ZwOpenSymbolicLinkObject(opened.out(), SYMBOLIC_LINK_QUERY, attributes) ==
                STATUS_SUCCESS);
    WCHAR text[32] = {};
    UNICODE_STRING target = {0, 10, text};
    ULONG length = 0;
    RSL_EXPECT_EQ(ZwQuerySymbolicLinkObject(opened, &target, &length), STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(length, 36u);  // with its NUL
    target.MaximumLength = sizeof(text);
    RSL_EXPECT_EQ(ZwQuerySymbolicLinkObject(opened, &target, &length), STATUS_SUCCESS);
    RSL_EXPECT(std::u16string_view(text, target.Length / 2) == u"\\Device\\Somewhere");
    Handle not_a_link;
    Attributes directory(u"\\Device");
    RSL_EXPECT_EQ(ZwOpenSymbolicLinkObject(not_a_link.out(), SYMBOLIC_LINK_QUERY, directory),
                  STATUS_OBJECT_TYPE_MISMATCH);
}

RSL_TEST(Names, QueryTellsTheLengthNeeded) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, u"\\BaseNamedObjects\\TestLength") == STATUS_SUCCESS);
    alignas(8) char buffer[128];
    ULONG length = 0;
    RSL_EXPECT_EQ(ZwQueryObject(handle, ObjectNameInformation, buffer, 20, &length),
                  STATUS_INFO_LENGTH_MISMATCH);
    const ULONG needed =
        sizeof(OBJECT_NAME_INFORMATION) + sizeof(u"\\BaseNamedObjects\\TestLength");
    RSL_EXPECT_EQ(length, needed);
    RSL_EXPECT_EQ(ZwQueryObject(handle, ObjectNameInformation, buffer, needed, &length),
                  STATUS_SUCCESS);
    Handle unnamed;
    RSL_REQUIRE(ZwCreateEvent(unnamed.out(), EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE) ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwQueryObject(unnamed, ObjectNameInformation, buffer, sizeof(buffer), &length),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(reinterpret_cast<OBJECT_NAME_INFORMATION*>(buffer)->Name.Length, 0);
}

RSL_TEST(Names, ByNameFindsObjectsOfAType) {
    Name driver_directory(u"\\Driver");
    void* body = nullptr;
    RSL_EXPECT_EQ(ObReferenceObjectByName(driver_directory, OBJ_CASE_INSENSITIVE, nullptr, 0,
                                          ExEventObjectType, KernelMode, nullptr, &body),
                  STATUS_OBJECT_TYPE_MISMATCH);
    RSL_REQUIRE(ObReferenceObjectByName(driver_directory, OBJ_CASE_INSENSITIVE, nullptr, 0, nullptr,
                                        KernelMode, nullptr, &body) == STATUS_SUCCESS);
    ObfDereferenceObject(body);
}

RSL_TEST(Listing, NamesEveryEntryOnce) {
    Handle directory, first, second, third;
    Attributes attributes(u"\\TestListed");
    RSL_REQUIRE(ZwCreateDirectoryObject(directory.out(), DIRECTORY_ALL_ACCESS, attributes) ==
                STATUS_SUCCESS);
    RSL_REQUIRE(make_event(first, u"\\TestListed\\a") == STATUS_SUCCESS);
    RSL_REQUIRE(make_event(second, u"\\TestListed\\b") == STATUS_SUCCESS);
    RSL_REQUIRE(make_link(third, u"\\TestListed\\c", u"\\x") == STATUS_SUCCESS);
    alignas(8) char buffer[512];
    const auto* entries = reinterpret_cast<OBJECT_DIRECTORY_INFORMATION*>(buffer);
    ULONG context = 0, length = 0;
    RSL_REQUIRE(ZwQueryDirectoryObject(directory, buffer, sizeof(buffer), FALSE, TRUE, &context,
                                       &length) == STATUS_SUCCESS);
    uint32_t seen = 0, links = 0;
    for (uint32_t i = 0; entries[i].Name.Length != 0; ++i) {
        RSL_EXPECT_EQ(entries[i].Name.Length, 2);
        seen |= 1u << (entries[i].Name.Buffer[0] - u'a');
        links += std::u16string_view(entries[i].TypeName.Buffer, entries[i].TypeName.Length / 2) ==
                 u"SymbolicLink";
    }
    RSL_EXPECT_EQ(seen, 7u);
    RSL_EXPECT_EQ(links, 1u);
    RSL_EXPECT_EQ(context, 3u);
    RSL_EXPECT_EQ(
        ZwQueryDirectoryObject(directory, buffer, sizeof(buffer), FALSE, FALSE, &context, &length),
        STATUS_NO_MORE_ENTRIES);
}

RSL_TEST(Listing, GoesOnWhereItStopped) {
    Handle directory, events[3];
    Attributes attributes(u"\\TestSteps");
    RSL_REQUIRE(ZwCreateDirectoryObject(directory.out(), DIRECTORY_ALL_ACCESS, attributes) ==
                STATUS_SUCCESS);
    const char16_t* names[] = {u"\\TestSteps\\a", u"\\TestSteps\\b", u"\\TestSteps\\c"};
    for (int i = 0; i < 3; ++i) RSL_REQUIRE(make_event(events[i], names[i]) == STATUS_SUCCESS);
    alignas(8) char buffer[96];  // one entry, the empty one, and their texts
    ULONG context = 0, length = 0;
    for (int i = 0; i < 3; ++i) {
        RSL_EXPECT_EQ(ZwQueryDirectoryObject(directory, buffer, sizeof(buffer), TRUE, i == 0,
                                             &context, &length),
                      STATUS_SUCCESS);
        RSL_EXPECT_EQ(context, static_cast<ULONG>(i + 1));
    }
    RSL_EXPECT_EQ(ZwQueryDirectoryObject(directory, buffer, 40, TRUE, TRUE, &context, &length),
                  STATUS_BUFFER_TOO_SMALL);
    context = 0;
    RSL_EXPECT_EQ(
        ZwQueryDirectoryObject(directory, buffer, sizeof(buffer), FALSE, TRUE, &context, &length),
        STATUS_MORE_ENTRIES);
}

RSL_TEST(Listing, ShowsTheTypes) {
    Handle directory;
    Attributes attributes(u"\\ObjectTypes");
    RSL_REQUIRE(ZwOpenDirectoryObject(directory.out(), DIRECTORY_QUERY, attributes) ==
                STATUS_SUCCESS);
    alignas(8) char buffer[256];
    const auto& entry = *reinterpret_cast<OBJECT_DIRECTORY_INFORMATION*>(buffer);
    ULONG context = 0, length = 0;
    uint32_t found = 0;
    while (ZwQueryDirectoryObject(directory, buffer, sizeof(buffer), TRUE, FALSE, &context,
                                  &length) == STATUS_SUCCESS) {
        const std::u16string_view name(entry.Name.Buffer, entry.Name.Length / 2);
        found += name == u"Event" || name == u"Process" || name == u"Directory" || name == u"File";
    }
    RSL_EXPECT_EQ(found, 4u);
}

// ---- Security
// --------------------------------------------------------------------------------------

RSL_TEST(ObjectSecurity, KeepsTheUserOut) {
    Handle event;
    RSL_REQUIRE(make_event(event, u"\\BaseNamedObjects\\TestGuarded") == STATUS_SUCCESS);
    alignas(8) char list[64];
    auto* dacl = reinterpret_cast<PACL>(list);
    SECURITY_DESCRIPTOR descriptor;
    RSL_EXPECT_EQ(RtlCreateAcl(dacl, sizeof(list), ACL_REVISION), STATUS_SUCCESS);
    RSL_EXPECT_EQ(
        RtlAddAccessAllowedAce(dacl, ACL_REVISION, EVENT_QUERY_STATE, SeExports->SeWorldSid),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, dacl, FALSE), STATUS_SUCCESS);
    RSL_REQUIRE(ZwSetSecurityObject(event, DACL_SECURITY_INFORMATION, &descriptor) ==
                STATUS_SUCCESS);
    testing::run_as_client([](Client& client) {
        auto* attributes = client.attributes(512, u"\\BaseNamedObjects\\TestGuarded");
        auto* handle = client.user<HANDLE>(0);
        RSL_EXPECT_EQ(NtOpenEvent(handle, EVENT_MODIFY_STATE, attributes), STATUS_ACCESS_DENIED);
        RSL_EXPECT_EQ(NtOpenEvent(handle, EVENT_QUERY_STATE, attributes), STATUS_SUCCESS);
        Handle as_kernel;
        RSL_EXPECT_EQ(open_event(as_kernel, u"\\BaseNamedObjects\\TestGuarded"), STATUS_SUCCESS);
    });
}

RSL_TEST(ObjectSecurity, IsReadBackAsItWasSet) {
    Handle event;
    RSL_REQUIRE(make_event(event, u"\\BaseNamedObjects\\TestDescribed") == STATUS_SUCCESS);
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetOwnerSecurityDescriptor(&descriptor, SeExports->SeLocalSystemSid, FALSE);
    RSL_REQUIRE(ZwSetSecurityObject(event, OWNER_SECURITY_INFORMATION, &descriptor) ==
                STATUS_SUCCESS);
    alignas(8) char buffer[128];
    ULONG needed = 0;
    RSL_EXPECT_EQ(ZwQuerySecurityObject(event, OWNER_SECURITY_INFORMATION, buffer, 10, &needed),
                  STATUS_BUFFER_TOO_SMALL);
    RSL_REQUIRE(needed <= sizeof(buffer));
    RSL_REQUIRE(ZwQuerySecurityObject(event, OWNER_SECURITY_INFORMATION, buffer, needed, &needed) ==
                STATUS_SUCCESS);
    PSID owner = nullptr;
    BOOLEAN defaulted = TRUE;
    RSL_EXPECT_EQ(RtlGetOwnerSecurityDescriptor(buffer, &owner, &defaulted), STATUS_SUCCESS);
    RSL_REQUIRE(owner != nullptr);
    RSL_EXPECT(RtlEqualSid(owner, SeExports->SeLocalSystemSid));
    RSL_EXPECT_EQ(RtlLengthSecurityDescriptor(buffer), needed);
}

}  // namespace rsl::ob
