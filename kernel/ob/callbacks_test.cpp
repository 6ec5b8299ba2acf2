// SPDX-License-Identifier: GPL-2.0-only
// ObRegisterCallbacks: rights taken from handles to processes.
#include "abi/functions/ob.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ob/test_names.hpp"

namespace rsl::ob {
namespace {

using testing::Handle;

/// What the callbacks saw; each takes a right away.
struct Watcher {
    uint32_t before_calls, after_calls;
    ACCESS_MASK takes, seen, granted;
};
Watcher low, high;

OB_PREOP_CALLBACK_STATUS NTAPI before(PVOID context, POB_PRE_OPERATION_INFORMATION information) {
    auto& watcher = *static_cast<Watcher*>(context);
    ++watcher.before_calls;
    auto& access = information->Parameters->CreateHandleInformation.DesiredAccess;
    watcher.seen = access;
    access = (access & ~watcher.takes) | PROCESS_SET_QUOTA;  // more than asked for: must not help
    information->CallContext = context;
    return OB_PREOP_SUCCESS;
}
VOID NTAPI after(PVOID context, POB_POST_OPERATION_INFORMATION information) {
    auto& watcher = *static_cast<Watcher*>(context);
    ++watcher.after_calls;
    watcher.granted = information->Parameters->CreateHandleInformation.GrantedAccess;
    RSL_EXPECT_EQ(information->CallContext, context);
}

NTSTATUS register_watcher(Watcher& watcher, const char16_t* altitude, PVOID* registration) {
    OB_OPERATION_REGISTRATION operation = {
        &PsProcessType, OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE, &before,
        &after};
    testing::Name name(altitude);
    OB_CALLBACK_REGISTRATION callbacks = {OB_FLT_REGISTRATION_VERSION, 1, name.string, &watcher,
                                          &operation};
    return ObRegisterCallbacks(&callbacks, registration);
}

NTSTATUS open_self(Handle& handle, ACCESS_MASK access) {
    return ObOpenObjectByPointer(PsGetCurrentProcess(), OBJ_KERNEL_HANDLE, nullptr, access,
                                 PsProcessType, KernelMode, handle.out());
}
ACCESS_MASK access_of(HANDLE handle) {
    OBJECT_BASIC_INFORMATION basic = {};
    ZwQueryObject(handle, ObjectBasicInformation, &basic, sizeof(basic), nullptr);
    return basic.GrantedAccess;
}

}  // namespace

RSL_TEST(HandleCallbacks, TakeRightsInOrderOfAltitude)
{
    low = {.takes = PROCESS_VM_READ};
    high = {.takes = PROCESS_VM_WRITE};
    PVOID low_registration = nullptr, high_registration = nullptr, third = nullptr;
    RSL_REQUIRE(register_watcher(low, u"9000", &low_registration) == STATUS_SUCCESS);
    RSL_REQUIRE(register_watcher(high, u"10000.5", &high_registration) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(register_watcher(high, u"9000", &third), STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    Handle handle, copy;
    const ACCESS_MASK all = PROCESS_VM_READ | PROCESS_VM_WRITE | PROCESS_TERMINATE;
    RSL_EXPECT_EQ(open_self(handle, all), STATUS_SUCCESS);
    RSL_EXPECT_EQ(high.seen, all);
    RSL_EXPECT_EQ(low.seen, all & ~static_cast<ACCESS_MASK>(PROCESS_VM_WRITE));
    RSL_EXPECT_EQ(access_of(handle), static_cast<ACCESS_MASK>(PROCESS_TERMINATE));
    RSL_EXPECT_EQ(low.granted, static_cast<ACCESS_MASK>(PROCESS_TERMINATE));
    RSL_EXPECT_EQ(ZwDuplicateObject(NtCurrentProcess(), handle, NtCurrentProcess(), copy.out(), 0,
                                    OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(high.before_calls, 2u);
    RSL_EXPECT_EQ(high.after_calls, 2u);
    ObUnRegisterCallbacks(high_registration);
    ObUnRegisterCallbacks(low_registration);
    Handle free;
    RSL_EXPECT_EQ(open_self(free, all), STATUS_SUCCESS);
    RSL_EXPECT_EQ(access_of(free), all);
    RSL_EXPECT_EQ(high.before_calls, 2u);
}

RSL_TEST(HandleCallbacks, RefuseBadRegistrations)
{
    OB_OPERATION_REGISTRATION operation = {&ExEventObjectType, OB_OPERATION_HANDLE_CREATE, &before,
                                           nullptr};
    testing::Name name(u"1");
    OB_CALLBACK_REGISTRATION callbacks = {OB_FLT_REGISTRATION_VERSION, 1, name.string, nullptr,
                                          &operation};
    PVOID registration = nullptr;
    RSL_EXPECT_EQ(ObRegisterCallbacks(&callbacks, &registration),
                  STATUS_INVALID_PARAMETER);  // events cannot
    operation.ObjectType = &PsProcessType;
    callbacks.Version = 0x200;
    RSL_EXPECT_EQ(ObRegisterCallbacks(&callbacks, &registration), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(ObGetFilterVersion(), OB_FLT_REGISTRATION_VERSION);
}

}  // namespace rsl::ob
