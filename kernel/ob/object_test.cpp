// SPDX-License-Identifier: GPL-2.0-only
// Objects, references and handles, as drivers and clients see them.
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/symbolic_link.hpp"
#include "kernel/ob/test_names.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/client_test.hpp"

namespace rsl::ob {
namespace {

using testing::Attributes;
using testing::Client;
using testing::Handle;

/// An object that tells when it is destroyed, at which level and by which thread.
struct Probe {
    KEVENT* destroyed;
    KIRQL* level;
    PKTHREAD* thread;
};
void destroy_probe(void* body) {
    auto& probe = *static_cast<Probe*>(body);
    *probe.level = arch::irql();
    *probe.thread = KeGetCurrentThread();
    KeSetEvent(probe.destroyed, 0, FALSE);
}
constinit ObjectType kProbeType{
    .name = u"Probe", .pool_tag = mm::pool_tag("TsPr"), .destroy = &destroy_probe};

struct ProbeResult {
    ProbeResult() { KeInitializeEvent(&event, NotificationEvent, FALSE); }
    void* make() {
        auto body = allocate_object(kProbeType, sizeof(Probe));
        RSL_EXPECT(body.ok());
        *static_cast<Probe*>(*body) = {&event, &level, &thread};
        return *body;
    }
    bool is_destroyed() { return KeReadStateEvent(&event) != 0; }
    KEVENT event;
    KIRQL level = HIGH_LEVEL;
    PKTHREAD thread = nullptr;
};

NTSTATUS make_event(Handle& handle, POBJECT_ATTRIBUTES attributes,
                    ACCESS_MASK access = EVENT_ALL_ACCESS) {
    return ZwCreateEvent(handle.out(), access, attributes, NotificationEvent, FALSE);
}
KEVENT* event_of(HANDLE handle) {
    void* body = nullptr;
    RSL_EXPECT_EQ(
        ObReferenceObjectByHandle(handle, 0, ExEventObjectType, KernelMode, &body, nullptr),
        STATUS_SUCCESS);
    ObfDereferenceObject(body);  // the handle keeps it
    return static_cast<KEVENT*>(body);
}

}  // namespace

RSL_TEST(Object, LastReferenceDestroysAtOnceAtPassiveLevel) {
    ProbeResult result;
    void* body = result.make();
    ObfReferenceObject(body);
    ObfDereferenceObject(body);
    RSL_EXPECT(!result.is_destroyed());
    ObfDereferenceObject(body);
    RSL_EXPECT(result.is_destroyed());
    RSL_EXPECT_EQ(result.level, PASSIVE_LEVEL);
}

RSL_TEST(Object, LastReferenceAboveDestroysInAWorker) {
    ProbeResult result;
    void* body = result.make();
    {
        ke::DispatchLevelGuard raised;
        ObfDereferenceObject(body);
    }
    RSL_EXPECT_EQ(KeWaitForSingleObject(&result.event, Executive, KernelMode, FALSE, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(result.level, PASSIVE_LEVEL);
    RSL_EXPECT(result.thread != KeGetCurrentThread());
}

RSL_TEST(Object, DeferredDeleteNeverRunsInTheCaller) {
    ProbeResult result;
    void* body = result.make();
    ObDereferenceObjectDeferDelete(body);
    KeWaitForSingleObject(&result.event, Executive, KernelMode, FALSE, nullptr);
    RSL_EXPECT(result.thread != KeGetCurrentThread());
}

RSL_TEST(Object, ByPointerChecksTheTypeForUserMode) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    KEVENT* event = event_of(handle);
    RSL_EXPECT_EQ(ObReferenceObjectByPointer(event, 0, ExSemaphoreObjectType, UserMode),
                  STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(ObReferenceObjectByPointer(event, 0, nt(&SymbolicLink::kType), KernelMode),
                  STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(ObReferenceObjectByPointer(event, 0, ExSemaphoreObjectType, KernelMode),
                  STATUS_SUCCESS);
    ObfDereferenceObject(event);
    RSL_EXPECT_EQ(ObReferenceObjectByPointer(event, 0, nullptr, UserMode),
                  STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(ObReferenceObjectByPointer(event, 0, nullptr, KernelMode), STATUS_SUCCESS);
    ObfDereferenceObject(event);
    RSL_EXPECT_EQ(ObGetObjectType(event), ExEventObjectType);
}

RSL_TEST(Handle, ByHandleChecksTypeAndValue) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    void* body = nullptr;
    RSL_EXPECT_EQ(
        ObReferenceObjectByHandle(handle, 0, ExSemaphoreObjectType, KernelMode, &body, nullptr),
        STATUS_OBJECT_TYPE_MISMATCH);
    RSL_EXPECT_EQ(body, nullptr);
    const HANDLE none = reinterpret_cast<HANDLE>(uint64_t{0x12344});
    RSL_EXPECT_EQ(ObReferenceObjectByHandle(none, 0, nullptr, KernelMode, &body, nullptr),
                  STATUS_INVALID_HANDLE);
    RSL_EXPECT_EQ(ObReferenceObjectByHandle(nullptr, 0, nullptr, KernelMode, &body, nullptr),
                  STATUS_INVALID_HANDLE);
}

RSL_TEST(Handle, TellsAccessAndAttributes) {
    Handle handle;
    Attributes inherited(u"\\BaseNamedObjects\\TestInherit", OBJ_INHERIT);
    RSL_REQUIRE(make_event(handle, inherited, EVENT_QUERY_STATE) == STATUS_SUCCESS);
    OBJECT_HANDLE_INFORMATION information = {};
    void* body = nullptr;
    RSL_REQUIRE(ObReferenceObjectByHandleWithTag(handle, 0, ExEventObjectType, KernelMode, 'tseT',
                                                 &body, &information) == STATUS_SUCCESS);
    ObfDereferenceObjectWithTag(body, 'tseT');
    RSL_EXPECT_EQ(information.GrantedAccess, static_cast<ACCESS_MASK>(EVENT_QUERY_STATE));
    RSL_EXPECT_EQ(information.HandleAttributes, static_cast<ULONG>(OBJ_INHERIT));
}

RSL_TEST(Handle, KernelHandlesAreMarkedAndShared) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, Attributes(u"\\BaseNamedObjects\\TestKernelHandle")) ==
                STATUS_SUCCESS);
    RSL_EXPECT(ObIsKernelHandle(handle));
    RSL_EXPECT(!ObIsKernelHandle(NtCurrentProcess()));
    RSL_EXPECT(!ObIsKernelHandle(reinterpret_cast<HANDLE>(uint64_t{4})));
}

RSL_TEST(Handle, ClosingTwiceFails) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    const HANDLE value = handle;
    RSL_EXPECT_EQ(handle.close(), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwClose(value), STATUS_INVALID_HANDLE);
    RSL_EXPECT_EQ(ZwClose(NtCurrentProcess()), STATUS_SUCCESS);
}

RSL_TEST(Handle, ProtectedOneStaysOpen) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    OBJECT_HANDLE_FLAG_INFORMATION flags = {.Inherit = FALSE, .ProtectFromClose = TRUE};
    RSL_EXPECT_EQ(
        ZwSetInformationObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags)),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwClose(handle), STATUS_HANDLE_NOT_CLOSABLE);
    OBJECT_HANDLE_FLAG_INFORMATION told = {};
    ULONG length = 0;
    RSL_EXPECT_EQ(ZwQueryObject(handle, ObjectHandleFlagInformation, &told, sizeof(told), &length),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(told.ProtectFromClose, TRUE);
    RSL_EXPECT_EQ(length, static_cast<ULONG>(sizeof(told)));
    flags.ProtectFromClose = FALSE;
    RSL_EXPECT_EQ(ObSetHandleAttributes(handle, &flags, KernelMode), STATUS_SUCCESS);
    RSL_EXPECT_EQ(handle.close(), STATUS_SUCCESS);
}

RSL_TEST(Handle, PseudoHandlesMeanTheCaller) {
    void* body = nullptr;
    RSL_REQUIRE(ObReferenceObjectByHandle(NtCurrentProcess(), PROCESS_ALL_ACCESS, PsProcessType,
                                          KernelMode, &body, nullptr) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(body, static_cast<void*>(PsGetCurrentProcess()));
    ObfDereferenceObject(body);
    RSL_EXPECT_EQ(
        ObReferenceObjectByHandle(NtCurrentThread(), 0, PsProcessType, KernelMode, &body, nullptr),
        STATUS_OBJECT_TYPE_MISMATCH);
}

RSL_TEST(Handle, OpenByPointerMapsGenericRights) {
    Handle handle, second;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    KEVENT* event = event_of(handle);
    RSL_EXPECT_EQ(ObOpenObjectByPointer(event, OBJ_KERNEL_HANDLE, nullptr, GENERIC_READ,
                                        ExSemaphoreObjectType, KernelMode, second.out()),
                  STATUS_OBJECT_TYPE_MISMATCH);
    RSL_REQUIRE(ObOpenObjectByPointer(event, OBJ_KERNEL_HANDLE, nullptr, GENERIC_READ,
                                      ExEventObjectType, KernelMode,
                                      second.out()) == STATUS_SUCCESS);
    OBJECT_BASIC_INFORMATION basic = {};
    RSL_EXPECT_EQ(ZwQueryObject(second, ObjectBasicInformation, &basic, sizeof(basic), nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(basic.GrantedAccess,
                  static_cast<ACCESS_MASK>(STANDARD_RIGHTS_READ | EVENT_QUERY_STATE));
    RSL_EXPECT_EQ(basic.HandleCount, 2u);
}

RSL_TEST(Handle, DuplicateKeepsOrNarrowsRights) {
    Handle handle, same, narrow;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwDuplicateObject(NtCurrentProcess(), handle, NtCurrentProcess(), same.out(), 0,
                                    OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(event_of(same), event_of(handle));
    RSL_EXPECT_EQ(ZwDuplicateObject(NtCurrentProcess(), handle, NtCurrentProcess(), narrow.out(),
                                    EVENT_QUERY_STATE, OBJ_KERNEL_HANDLE, 0),
                  STATUS_SUCCESS);
    OBJECT_BASIC_INFORMATION basic = {};
    ZwQueryObject(narrow, ObjectBasicInformation, &basic, sizeof(basic), nullptr);
    RSL_EXPECT_EQ(basic.GrantedAccess, static_cast<ACCESS_MASK>(EVENT_QUERY_STATE));
    const HANDLE old = handle;
    RSL_EXPECT_EQ(ZwDuplicateObject(NtCurrentProcess(), handle, nullptr, nullptr, 0, 0,
                                    DUPLICATE_CLOSE_SOURCE),
                  STATUS_SUCCESS);
    handle.value = nullptr;
    RSL_EXPECT_EQ(ZwClose(old), STATUS_INVALID_HANDLE);
}

RSL_TEST(Handle, QueryTellsTheType) {
    Handle handle;
    RSL_REQUIRE(make_event(handle, nullptr) == STATUS_SUCCESS);
    alignas(8) char buffer[256] = {};
    ULONG length = 0;
    RSL_EXPECT_EQ(ZwQueryObject(handle, ObjectTypeInformation, buffer, 8, &length),
                  STATUS_INFO_LENGTH_MISMATCH);
    RSL_REQUIRE(length <= sizeof(buffer));
    RSL_EXPECT_EQ(ZwQueryObject(handle, ObjectTypeInformation, buffer, length, nullptr),
                  STATUS_SUCCESS);
    const auto& type = *reinterpret_cast<PUBLIC_OBJECT_TYPE_INFORMATION*>(buffer);
    RSL_EXPECT_EQ(type.TypeName.Length, 10);
    RSL_EXPECT(std::u16string_view(type.TypeName.Buffer, 5) == u"Event");
    const auto kUnknown = static_cast<OBJECT_INFORMATION_CLASS>(7);
    RSL_EXPECT_EQ(ZwQueryObject(handle, kUnknown, buffer, sizeof(buffer), nullptr),
                  STATUS_INVALID_INFO_CLASS);
}

RSL_TEST(Handle, ManyLookupsLeaveNoReferencesBehind) {
    ProbeResult result;
    void* body = result.make();
    Handle handle;
    RSL_REQUIRE(ObOpenObjectByPointer(body, OBJ_KERNEL_HANDLE, nullptr, 0, nullptr, KernelMode,
                                      handle.out()) == STATUS_SUCCESS);
    ObfDereferenceObject(body);
    for (int i = 0; i < 70000; ++i) {  // more than a slot's stock of references
        void* found = nullptr;
        RSL_REQUIRE(ObReferenceObjectByHandle(handle, 0, nullptr, KernelMode, &found, nullptr) ==
                    STATUS_SUCCESS);
        ObfDereferenceObject(found);
    }
    RSL_EXPECT(!result.is_destroyed());
    handle.close();
    RSL_EXPECT(result.is_destroyed());
}

// ---- As a client's thread, with user memory
// ------------------------------------------------------

RSL_TEST(UserHandle, NtRoutinesActForTheUser) {
    testing::run_as_client([](Client& client) {
        auto* handle = client.user<HANDLE>(0);
        auto* attributes = client.attributes(512, u"\\BaseNamedObjects\\TestUserEvent",
                                             OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE);
        RSL_REQUIRE(NtCreateEvent(handle, EVENT_MODIFY_STATE, attributes, NotificationEvent,
                                  FALSE) == STATUS_SUCCESS);
        RSL_EXPECT(!ObIsKernelHandle(*handle));  // users cannot ask for those
        RSL_EXPECT_EQ(NtSetEvent(*handle, client.user<LONG>(8)), STATUS_SUCCESS);
        RSL_EXPECT_EQ(NtWaitForSingleObject(*handle, FALSE, nullptr),
                      STATUS_ACCESS_DENIED);  // no SYNCHRONIZE
        void* body = nullptr;
        RSL_EXPECT_EQ(
            ObReferenceObjectByHandle(*handle, SYNCHRONIZE, nullptr, UserMode, &body, nullptr),
            STATUS_ACCESS_DENIED);
        RSL_EXPECT_EQ(
            ObReferenceObjectByHandle(*handle, SYNCHRONIZE, nullptr, KernelMode, &body, nullptr),
            STATUS_SUCCESS);
        ObfDereferenceObject(body);
        RSL_EXPECT_EQ(NtClose(*handle), STATUS_SUCCESS);
    });
}

RSL_TEST(UserHandle, KernelPointersAndHandlesAreRefused) {
    static HANDLE shared;
    Handle kernel_handle;
    RSL_REQUIRE(make_event(kernel_handle, Attributes(u"\\BaseNamedObjects\\TestHidden")) ==
                STATUS_SUCCESS);
    shared = kernel_handle;
    testing::run_as_client([](Client& client) {
        HANDLE on_kernel_stack = nullptr;
        RSL_EXPECT_EQ(
            NtCreateEvent(&on_kernel_stack, EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE),
            STATUS_ACCESS_VIOLATION);
        RSL_EXPECT_EQ(on_kernel_stack, nullptr);
        Attributes kernel_attributes(u"\\BaseNamedObjects\\TestHidden");
        RSL_EXPECT_EQ(NtOpenEvent(client.user<HANDLE>(0), EVENT_ALL_ACCESS, kernel_attributes),
                      STATUS_ACCESS_VIOLATION);
        RSL_EXPECT_EQ(NtSetEvent(shared, nullptr), STATUS_INVALID_HANDLE);
        RSL_EXPECT_EQ(NtClose(shared), STATUS_INVALID_HANDLE);
        auto* unmapped = reinterpret_cast<OBJECT_ATTRIBUTES*>(uint64_t{0x10});
        RSL_EXPECT_EQ(NtOpenEvent(client.user<HANDLE>(0), EVENT_ALL_ACCESS, unmapped),
                      STATUS_ACCESS_VIOLATION);
        // The same thread as the kernel may.
        RSL_EXPECT_EQ(ZwSetEvent(shared, nullptr), STATUS_SUCCESS);
    });
}

RSL_TEST(UserHandle, ProcessEndClosesThemAll) {
    static ProbeResult* probe;
    ProbeResult result;
    probe = &result;
    testing::run_as_client([](Client&) {
        void* body = probe->make();
        HANDLE handle = nullptr;
        for (int i = 0; i < 3; ++i) {
            RSL_EXPECT_EQ(ObOpenObjectByPointer(body, 0, nullptr, 0, nullptr, KernelMode, &handle),
                          STATUS_SUCCESS);
        }
        ObfDereferenceObject(body);
        RSL_EXPECT(!probe->is_destroyed());
    });
    RSL_EXPECT(result.is_destroyed());
}

}  // namespace rsl::ob
