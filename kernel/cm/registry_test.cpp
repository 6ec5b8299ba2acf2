// SPDX-License-Identifier: GPL-2.0-only
// The registry as drivers use it.
#include <cstring>
#include <string_view>

#include "abi/functions/cm.h"
#include "abi/functions/ke.h"
#include "abi/functions/rtl_string.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/cm/registry.hpp"
#include "kernel/ob/test_names.hpp"

namespace rsl::cm {
namespace {

using testing::Attributes;
using testing::Handle;
using testing::Name;

constexpr const char16_t* kTestKey = u"\\Registry\\Machine\\Software\\Test";

NTSTATUS create(Handle& key, const char16_t* path, ULONG options = 0, HANDLE root = nullptr,
                ULONG* disposition = nullptr) {
    Attributes attributes(path, 0, root);
    return ZwCreateKey(key.out(), KEY_ALL_ACCESS, attributes, 0, nullptr, options, disposition);
}
NTSTATUS open(Handle& key, const char16_t* path, HANDLE root = nullptr) {
    Attributes attributes(path, 0, root);
    return ZwOpenKey(key.out(), KEY_ALL_ACCESS, attributes);
}
NTSTATUS set_number(HANDLE key, const char16_t* name, ULONG number) {
    Name value(name);
    return ZwSetValueKey(key, value, 0, REG_DWORD, &number, sizeof(number));
}
ULONG get_number(HANDLE key, const char16_t* name) {
    Name value(name);
    alignas(8) char buffer[32];
    ULONG length = 0;
    if (ZwQueryValueKey(key, value, KeyValuePartialInformation, buffer, sizeof(buffer), &length) < 0) return ~0u;
    ULONG number;
    std::memcpy(&number, reinterpret_cast<KEY_VALUE_PARTIAL_INFORMATION*>(buffer)->Data, sizeof(number));
    return number;
}

/// A key for a test, deleted at its end.
struct TestKey : Handle {
    TestKey() { RSL_EXPECT_EQ(create(*this, kTestKey), STATUS_SUCCESS); }
    ~TestKey() { ZwDeleteKey(*this); }
};

}  // namespace

RSL_TEST(NtRegistry, CreatesOnceThenOpens) {
    TestKey top;
    Handle first, second;
    ULONG disposition = 0;
    RSL_EXPECT_EQ(create(first, u"Sub", 0, top, &disposition), STATUS_SUCCESS);
    RSL_EXPECT_EQ(disposition, static_cast<ULONG>(REG_CREATED_NEW_KEY));
    RSL_EXPECT_EQ(create(second, u"\\REGISTRY\\MACHINE\\software\\test\\sub", 0, nullptr, &disposition),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(disposition, static_cast<ULONG>(REG_OPENED_EXISTING_KEY));
    Handle deep;
    RSL_EXPECT_EQ(create(deep, u"Missing\\Below", 0, top), STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_EXPECT_EQ(open(deep, u"Missing", top), STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_EXPECT_EQ(ZwDeleteKey(first), STATUS_SUCCESS);
}

RSL_TEST(NtRegistry, CurrentControlSetIsALink) {
    Handle through_link, direct, link;
    RSL_REQUIRE(create(through_link, u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\TestService") ==
                STATUS_SUCCESS);
    RSL_EXPECT_EQ(open(direct, u"\\Registry\\Machine\\System\\ControlSet001\\Services\\TestService"), STATUS_SUCCESS);
    alignas(8) char buffer[256];
    ULONG length = 0;
    RSL_EXPECT_EQ(ZwQueryKey(through_link, KeyNameInformation, buffer, sizeof(buffer), &length), STATUS_SUCCESS);
    const auto& name = *reinterpret_cast<KEY_NAME_INFORMATION*>(buffer);
    RSL_EXPECT(std::u16string_view(name.Name, name.NameLength / 2) ==
               u"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\TestService");
    Attributes attributes(u"\\Registry\\Machine\\System\\CurrentControlSet");
    RSL_EXPECT_EQ(ZwOpenKeyEx(link.out(), KEY_READ, attributes, REG_OPTION_OPEN_LINK), STATUS_SUCCESS);
    Name value(u"SymbolicLinkValue");
    RSL_EXPECT_EQ(ZwQueryValueKey(link, value, KeyValuePartialInformation, buffer, sizeof(buffer), &length),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwDeleteKey(through_link), STATUS_SUCCESS);
}

RSL_TEST(NtRegistry, ValuesComeAndGo) {
    TestKey key;
    RSL_EXPECT_EQ(set_number(key, u"Answer", 41), STATUS_SUCCESS);
    RSL_EXPECT_EQ(set_number(key, u"ANSWER", 42), STATUS_SUCCESS);
    RSL_EXPECT_EQ(get_number(key, u"answer"), 42u);
    alignas(8) char buffer[64];
    ULONG length = 0;
    Name value(u"Answer");
    RSL_EXPECT_EQ(ZwQueryValueKey(key, value, KeyValueFullInformation, nullptr, 0, &length), STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(length, 36u);  // 20 of head, 12 of name, 4 of data
    RSL_EXPECT_EQ(ZwQueryValueKey(key, value, KeyValueFullInformation, buffer, 33, &length), STATUS_BUFFER_OVERFLOW);
    RSL_EXPECT_EQ(ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, buffer, sizeof(buffer), &length),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(reinterpret_cast<KEY_VALUE_BASIC_INFORMATION*>(buffer)->NameLength, 12u);
    RSL_EXPECT_EQ(ZwEnumerateValueKey(key, 1, KeyValueBasicInformation, buffer, sizeof(buffer), &length),
                  STATUS_NO_MORE_ENTRIES);
    RSL_EXPECT_EQ(ZwDeleteValueKey(key, value), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwDeleteValueKey(key, value), STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_EXPECT_EQ(ZwFlushKey(key), STATUS_SUCCESS);
}

RSL_TEST(NtRegistry, EnumeratesSubkeys) {
    TestKey top;
    Handle b, a;
    create(b, u"bb", 0, top);
    create(a, u"aa", 0, top);
    alignas(8) char buffer[64];
    ULONG length = 0;
    const auto& basic = *reinterpret_cast<KEY_BASIC_INFORMATION*>(buffer);
    RSL_EXPECT_EQ(ZwEnumerateKey(top, 0, KeyBasicInformation, buffer, sizeof(buffer), &length), STATUS_SUCCESS);
    RSL_EXPECT(std::u16string_view(basic.Name, basic.NameLength / 2) == u"aa");
    RSL_EXPECT_EQ(ZwEnumerateKey(top, 2, KeyBasicInformation, buffer, sizeof(buffer), &length),
                  STATUS_NO_MORE_ENTRIES);
    RSL_EXPECT_EQ(ZwQueryKey(top, KeyFullInformation, buffer, sizeof(buffer), &length), STATUS_SUCCESS);
    RSL_EXPECT_EQ(reinterpret_cast<KEY_FULL_INFORMATION*>(buffer)->SubKeys, 2u);
    RSL_EXPECT_EQ(ZwDeleteKey(top), STATUS_CANNOT_DELETE);
    ZwDeleteKey(a);
    ZwDeleteKey(b);
}

RSL_TEST(NtRegistry, ADeletedKeyIsDead) {
    TestKey top;
    Handle key, again, below;
    RSL_REQUIRE(create(key, u"Gone", 0, top) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwDeleteKey(key), STATUS_SUCCESS);
    RSL_EXPECT_EQ(set_number(key, u"x", 1), STATUS_KEY_DELETED);
    RSL_EXPECT_EQ(create(below, u"Below", 0, key), STATUS_KEY_DELETED);
    RSL_EXPECT_EQ(ZwDeleteKey(key), STATUS_KEY_DELETED);
    RSL_EXPECT_EQ(open(again, u"Gone", top), STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_EXPECT_EQ(create(again, u"Gone", 0, top), STATUS_SUCCESS);
    ZwDeleteKey(again);
}

RSL_TEST(NtRegistry, ChangesAreToldOnce) {
    TestKey top;
    Handle below, event;
    create(below, u"Below", 0, top);
    ZwCreateEvent(event.out(), EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE);
    IO_STATUS_BLOCK status = {};
    const auto watch = [&](ULONG filter, BOOLEAN tree) {
        return ZwNotifyChangeKey(top, event, nullptr, nullptr, &status, filter, tree, nullptr, 0, TRUE);
    };
    LARGE_INTEGER no_time = {};
    RSL_EXPECT_EQ(watch(REG_NOTIFY_CHANGE_LAST_SET, TRUE), STATUS_PENDING);
    set_number(below, u"x", 1);
    RSL_EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &no_time), STATUS_SUCCESS);
    RSL_EXPECT_EQ(status.Status, STATUS_NOTIFY_ENUM_DIR);
    RSL_EXPECT_EQ(watch(REG_NOTIFY_CHANGE_LAST_SET, FALSE), STATUS_PENDING);
    set_number(below, u"x", 2);  // not of the key itself
    RSL_EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &no_time), STATUS_TIMEOUT);
    set_number(top, u"x", 3);
    RSL_EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &no_time), STATUS_SUCCESS);
    RSL_EXPECT_EQ(watch(REG_NOTIFY_CHANGE_LAST_SET, FALSE), STATUS_PENDING);
    set_number(top, u"x", 3);  // as before
    RSL_EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &no_time), STATUS_TIMEOUT);
    RSL_EXPECT_EQ(ZwNotifyChangeKey(top, event, nullptr, nullptr, &status, 0, FALSE, nullptr, 0, TRUE),
                  STATUS_INVALID_PARAMETER);
    ZwDeleteKey(below);
}

RSL_TEST(NtRegistry, AWatchEndsWithItsHandle) {
    TestKey top;
    Handle watched, event;
    RSL_REQUIRE(open(watched, kTestKey) == STATUS_SUCCESS);
    ZwCreateEvent(event.out(), EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE);
    IO_STATUS_BLOCK status = {};
    ZwNotifyChangeKey(watched, event, nullptr, nullptr, &status, REG_NOTIFY_CHANGE_NAME, FALSE, nullptr, 0, TRUE);
    watched.close();
    RSL_EXPECT_EQ(status.Status, STATUS_NOTIFY_CLEANUP);
}

// ---- Callbacks -------------------------------------------------------------------------------------

namespace {

struct Seen {
    uint32_t before, after;
    NTSTATUS answer, status;
};
Seen seen;

NTSTATUS NTAPI watch_values(PVOID context, PVOID what, PVOID information) {
    RSL_EXPECT_EQ(context, static_cast<void*>(&seen));
    const auto kind = static_cast<REG_NOTIFY_CLASS>(reinterpret_cast<ULONG_PTR>(what));
    if (kind == RegNtPreSetValueKey) {
        auto& set = *static_cast<REG_SET_VALUE_KEY_INFORMATION*>(information);
        RSL_EXPECT_EQ(set.DataSize, 4u);
        ULONG_PTR id = 0;
        PCUNICODE_STRING name = nullptr;
        LARGE_INTEGER cookie = {};
        RSL_EXPECT_EQ(CmCallbackGetKeyObjectIDEx(&cookie, set.Object, &id, &name, 0), STATUS_SUCCESS);
        RSL_EXPECT(id != 0 && name != nullptr && name->Length != 0);
        CmCallbackReleaseKeyObjectIDEx(name);
        ++seen.before;
        return seen.answer;
    }
    if (kind == RegNtPostSetValueKey) {
        ++seen.after;
        seen.status = static_cast<REG_POST_OPERATION_INFORMATION*>(information)->Status;
    }
    return STATUS_SUCCESS;
}

}  // namespace

RSL_TEST(RegistryCallback, SeesRefusesAndBypasses) {
    TestKey key;
    seen = {};
    LARGE_INTEGER cookie = {};
    Name altitude(u"380000");
    RSL_REQUIRE(CmRegisterCallbackEx(&watch_values, &altitude.string, nullptr, &seen, &cookie, nullptr) ==
                STATUS_SUCCESS);
    LARGE_INTEGER other = {};
    RSL_EXPECT_EQ(CmRegisterCallbackEx(&watch_values, &altitude.string, nullptr, &seen, &other, nullptr),
                  STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    RSL_EXPECT_EQ(set_number(key, u"v", 1), STATUS_SUCCESS);
    RSL_EXPECT_EQ(seen.before + seen.after, 2u);
    RSL_EXPECT_EQ(seen.status, STATUS_SUCCESS);
    seen.answer = STATUS_ACCESS_DENIED;
    RSL_EXPECT_EQ(set_number(key, u"v", 2), STATUS_ACCESS_DENIED);
    seen.answer = STATUS_CALLBACK_BYPASS;
    RSL_EXPECT_EQ(set_number(key, u"v", 3), STATUS_SUCCESS);
    RSL_EXPECT_EQ(get_number(key, u"v"), 1u);
    RSL_EXPECT_EQ(seen.after, 1u);
    RSL_EXPECT_EQ(CmUnRegisterCallback(cookie), STATUS_SUCCESS);
    RSL_EXPECT_EQ(CmUnRegisterCallback(cookie), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(set_number(key, u"v", 4), STATUS_SUCCESS);
    RSL_EXPECT_EQ(seen.before, 3u);
}

// ---- The run-time library's ways ---------------------------------------------------------------------

namespace {

struct Collected {
    uint32_t calls;
    char16_t text[64];
    size_t length;
    NTSTATUS answer;
};

NTSTATUS NTAPI collect(PWSTR name, ULONG type, PVOID data, ULONG length, PVOID context, PVOID) {
    auto& collected = *static_cast<Collected*>(context);
    ++collected.calls;
    if (name != nullptr) collected.text[collected.length++] = name[0];
    if (type == REG_SZ) collected.text[collected.length++] = *static_cast<char16_t*>(data);
    return length <= 64 ? collected.answer : STATUS_UNSUCCESSFUL;
}

}  // namespace

RSL_TEST(RtlRegistry, WritesReadsAndDeletes) {
    ULONG number = 7;
    RSL_EXPECT_EQ(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(u"TestRtl")),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    const auto write = [&] {
        return RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, u"TestRtl\\Parameters", u"Number", REG_DWORD, &number, 4);
    };
    RSL_EXPECT_EQ(write(), STATUS_OBJECT_NAME_NOT_FOUND);  // makes one key only
    RSL_EXPECT_EQ(RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(u"TestRtl\\Parameters")),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_EXPECT_EQ(RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(u"TestRtl")), STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(u"TestRtl")), STATUS_SUCCESS);
    RSL_EXPECT_EQ(write(), STATUS_SUCCESS);
    ULONG read = 0;
    RTL_QUERY_REGISTRY_TABLE table[2] = {};
    table[0] = {nullptr, RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK, const_cast<PWSTR>(u"Number"),
                &read, REG_DWORD << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT, nullptr, 0};
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"TestRtl\\Parameters", table, nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(read, 7u);
    table[0].DefaultType = REG_SZ << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT;
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"TestRtl\\Parameters", table, nullptr, nullptr),
                  STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, u"TestRtl\\Parameters", u"Number"), STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, u"TestRtl\\Parameters", u"Number"),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    Handle below, top;
    open(below, u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\TestRtl\\Parameters");
    open(top, u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\TestRtl");
    RSL_EXPECT_EQ(ZwDeleteKey(below), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwDeleteKey(top), STATUS_SUCCESS);
}

RSL_TEST(RtlRegistry, QueryUsesDefaultsSubkeysAndRoutines) {
    TestKey key;
    Handle sub;
    create(sub, u"Sub", 0, key);
    Name multi(u"m"), text(u"s");
    ZwSetValueKey(sub, multi, 0, REG_MULTI_SZ, const_cast<char16_t*>(u"one\0two\0"), 18);
    ZwSetValueKey(key, text, 0, REG_SZ, const_cast<char16_t*>(u"text"), 8);  // without its NUL
    WCHAR room[8] = {};
    UNICODE_STRING direct = {0, sizeof(room), room}, allocated = {};
    Collected collected = {};
    RTL_QUERY_REGISTRY_TABLE table[6] = {};
    table[0] = {nullptr, RTL_QUERY_REGISTRY_DIRECT, const_cast<PWSTR>(u"s"), &direct, REG_NONE, nullptr, 0};
    table[1] = {nullptr, RTL_QUERY_REGISTRY_DIRECT, const_cast<PWSTR>(u"missing"), &allocated, REG_SZ,
                const_cast<char16_t*>(u"default"), 0};
    table[2] = {&collect, RTL_QUERY_REGISTRY_SUBKEY, const_cast<PWSTR>(u"Sub"), nullptr, 0, nullptr, 0};
    table[3] = {&collect, RTL_QUERY_REGISTRY_TOPKEY, const_cast<PWSTR>(u"s"), nullptr, 0, nullptr, 0};
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, kTestKey, table, &collected, nullptr), STATUS_SUCCESS);
    RSL_EXPECT(std::u16string_view(room, direct.Length / 2) == u"text");
    RSL_EXPECT(std::u16string_view(allocated.Buffer, allocated.Length / 2) == u"default");
    mm::free(allocated.Buffer);
    RSL_EXPECT_EQ(collected.calls, 3u);  // each string of the list, then the text
    RSL_EXPECT(std::u16string_view(collected.text, collected.length) == u"momtst");
    table[4] = {&collect, RTL_QUERY_REGISTRY_REQUIRED, const_cast<PWSTR>(u"missing"), nullptr, 0, nullptr, 0};
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_HANDLE, static_cast<PCWSTR>(key.value), table + 4, &collected,
                                         nullptr),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    collected.answer = STATUS_ACCESS_DENIED;
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, kTestKey, table + 3, &collected, nullptr),
                  STATUS_ACCESS_DENIED);
    room[0] = 0;
    direct.MaximumLength = 8;  // no room for the NUL
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, kTestKey, table, &collected, nullptr),
                  STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE | RTL_REGISTRY_OPTIONAL,
                                         u"\\Registry\\Machine\\Nothing", table, nullptr, nullptr),
                  STATUS_SUCCESS);
    ZwDeleteKey(sub);
}

RSL_TEST(RtlRegistry, LargeDataGoesBehindItsSizeAndType) {
    TestKey key;
    Name name(u"q");
    const uint64_t number = 0x1122334455667788;
    ZwSetValueKey(key, name, 0, REG_QWORD, const_cast<uint64_t*>(&number), 8);
    ULONG buffer[4] = {sizeof(buffer)};
    RTL_QUERY_REGISTRY_TABLE table[2] = {};
    table[0] = {nullptr, RTL_QUERY_REGISTRY_DIRECT, const_cast<PWSTR>(u"q"), buffer, 0, nullptr, 0};
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, kTestKey, table, nullptr, nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(buffer[0], 8u);
    RSL_EXPECT_EQ(buffer[1], static_cast<ULONG>(REG_QWORD));
    RSL_EXPECT_EQ(std::memcmp(buffer + 2, &number, 8), 0);
    buffer[0] = static_cast<ULONG>(-8);
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, kTestKey, table, nullptr, nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(std::memcmp(buffer, &number, 8), 0);
    buffer[0] = static_cast<ULONG>(-7);
    RSL_EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, kTestKey, table, nullptr, nullptr),
                  STATUS_BUFFER_TOO_SMALL);
}

RSL_TEST(ServiceKey, HoldsWhatTheServiceManagerWrites) {
    RSL_REQUIRE(write_service_key(u"TestDriver", u"\\SystemRoot\\x.sys").ok());
    Handle key;
    RSL_REQUIRE(open(key, u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\testdriver") == STATUS_SUCCESS);
    RSL_EXPECT_EQ(get_number(key, u"Start"), static_cast<ULONG>(SERVICE_DEMAND_START));
    RSL_EXPECT_EQ(set_number(key, u"Start", 0), STATUS_SUCCESS);
    RSL_REQUIRE(write_service_key(u"TestDriver", u"\\SystemRoot\\x.sys").ok());
    RSL_EXPECT_EQ(get_number(key, u"Start"), 0u);  // what somebody set stays
    ZwDeleteKey(key);
}

}  // namespace rsl::cm
