// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/stack_location.hpp"

#include "base/testing/test.hpp"

namespace rsl::io {
namespace {

/// An IRP with three stack locations in plain memory.
struct TestIrp {
    TestIrp() { initialize_irp(irp(), IO_SIZE_OF_IRP(3), 3); }
    IRP& irp() { return *reinterpret_cast<IRP*>(memory); }
    alignas(16) unsigned char memory[IO_SIZE_OF_IRP(3)];
};

RSL_TEST(StackLocation, AFreshIrpIsPastItsStack) {
    TestIrp test;
    RSL_EXPECT_EQ(test.irp().StackCount, 3);
    RSL_EXPECT_EQ(test.irp().CurrentLocation, 4);
    RSL_EXPECT(&next_location(test.irp()) == first_location(test.irp()) + 2);
    RSL_EXPECT(is_past_stack(test.irp()));
    RSL_EXPECT(!is_location_broken(test.irp()));
}

RSL_TEST(StackLocation, EnteringAndLeavingCancelOut) {
    TestIrp test;
    enter_next_location(test.irp());
    enter_next_location(test.irp());
    RSL_EXPECT(&current_location(test.irp()) == first_location(test.irp()) + 1);
    leave_location(test.irp());
    leave_location(test.irp());
    RSL_EXPECT(is_past_stack(test.irp()));
}

RSL_TEST(StackLocation, ASecondCompletionIsSeen) {
    TestIrp test;
    leave_location(test.irp());  // what completing does last
    RSL_EXPECT(is_location_broken(test.irp()));
}

RSL_TEST(StackLocation, AFreedIrpIsSeen) {
    TestIrp test;
    test.irp().Type = 0;
    RSL_EXPECT(is_location_broken(test.irp()));
}

NTSTATUS NTAPI any_routine(PDEVICE_OBJECT, PIRP, PVOID) { return STATUS_SUCCESS; }

RSL_TEST(StackLocation, CopyingLeavesTheCompletionRoutineAlone) {
    TestIrp test;
    enter_next_location(test.irp());
    IO_STACK_LOCATION& current = current_location(test.irp());
    current.MajorFunction = IRP_MJ_READ;
    current.Control = SL_PENDING_RETURNED;
    current.Parameters.Read.Length = 77;
    current.CompletionRoutine = &any_routine;
    copy_location_to_next(test.irp());
    const IO_STACK_LOCATION& next = next_location(test.irp());
    RSL_EXPECT_EQ(next.MajorFunction, IRP_MJ_READ);
    RSL_EXPECT_EQ(next.Parameters.Read.Length, 77u);
    RSL_EXPECT_EQ(next.Control, 0);
    RSL_EXPECT(next.CompletionRoutine == nullptr);
}

RSL_TEST(StackLocation, ReuseKeepsHowItWasAllocated) {
    TestIrp test;
    test.irp().AllocationFlags = 0x40;
    test.irp().Cancel = TRUE;
    enter_next_location(test.irp());
    reuse_irp(test.irp(), STATUS_NOT_SUPPORTED);
    RSL_EXPECT_EQ(test.irp().AllocationFlags, 0x40);
    RSL_EXPECT_EQ(test.irp().Cancel, 0);
    RSL_EXPECT_EQ(test.irp().CurrentLocation, 4);
    RSL_EXPECT_EQ(test.irp().IoStatus.Status, STATUS_NOT_SUPPORTED);
}

IO_STACK_LOCATION asking_for(uint8_t control) {
    IO_STACK_LOCATION location = {};
    location.Control = control;
    return location;
}

RSL_TEST(StackLocation, RoutinesRunForWhatTheyAskedFor) {
    RSL_EXPECT(wants_completion(asking_for(SL_INVOKE_ON_SUCCESS), STATUS_SUCCESS, false));
    RSL_EXPECT(!wants_completion(asking_for(SL_INVOKE_ON_SUCCESS), STATUS_UNSUCCESSFUL, false));
    RSL_EXPECT(wants_completion(asking_for(SL_INVOKE_ON_ERROR), STATUS_UNSUCCESSFUL, false));
    RSL_EXPECT(!wants_completion(asking_for(SL_INVOKE_ON_ERROR), STATUS_SUCCESS, false));
    RSL_EXPECT(wants_completion(asking_for(SL_INVOKE_ON_ERROR), STATUS_BUFFER_OVERFLOW, false));  // a warning
    RSL_EXPECT(wants_completion(asking_for(SL_INVOKE_ON_CANCEL), STATUS_SUCCESS, true));
    RSL_EXPECT(!wants_completion(asking_for(SL_INVOKE_ON_CANCEL), STATUS_CANCELLED, false));
    RSL_EXPECT(!wants_completion(asking_for(0), STATUS_SUCCESS, true));
}

}  // namespace
}  // namespace rsl::io
