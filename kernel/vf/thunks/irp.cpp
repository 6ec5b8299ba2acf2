// SPDX-License-Identifier: GPL-2.0-only
// Sending, completing, making and freeing IRPs.
#include "kernel/io/irp.hpp"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/vf/irp_watch.hpp"
#include "kernel/vf/special_pool.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kIoViolation = DRIVER_VERIFIER_IOMANAGER_VIOLATION;
constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;

bool is_user_address(const void* address) {
    return number_of(address) >= 0x10000 && number_of(address) < 0x00007FFFFFFF0000;
}

// ---- Sending

void check_stack(const Caller& caller, IRP& irp) {
    if (irp.CurrentLocation <= 1) {
        stop(caller, {kIoViolation,
                      {0x208, caller.address, number_of(&irp), 0},
                      "the driver passes on an IRP that has no stack location left",
                      "allocate IRPs with the StackSize of the device that they are sent to"});
    }
    const IO_STACK_LOCATION& next = io::next_location(irp);
    if (is_passage(next)) {
        // Its own location again, by IoSkipCurrentIrpStackLocation; or a copy of it.
        const bool above = !io::is_past_stack(irp) && is_passage(io::current_location(irp)) &&
                           io::current_location(irp).Context == next.Context;
        if (above) {
            stop(caller,
                 {kIoViolation,
                  {0x207, caller.address, number_of(&irp), 0},
                  "the driver copied its stack location, the upper driver's completion routine "
                  "with it",
                  "use IoCopyCurrentIrpStackLocationToNext or IoSkipCurrentIrpStackLocation"});
        }
        return;
    }
    if ((next.Control & SL_PENDING_RETURNED) != 0) {
        stop(caller, {kIoViolation,
                      {0x206, 0, 0, 0},
                      "the driver forwards an IRP whose next stack location has control bits left",
                      "use IoCopyCurrentIrpStackLocationToNext or IoSkipCurrentIrpStackLocation"});
    }
}

void check_addresses(const Caller& caller, IRP& irp) {
    if (!caller.has(kSecurity) || irp.RequestorMode != KernelMode) return;
    const void* user = is_user_address(irp.AssociatedIrp.SystemBuffer)
                           ? irp.AssociatedIrp.SystemBuffer
                       : is_user_address(irp.UserBuffer) ? irp.UserBuffer
                                                         : nullptr;
    // A program's request keeps its own mode: only those that drivers make say KernelMode.
    const io::IrpBlock* block = io::block_of(irp);
    if (user == nullptr || (block != nullptr && block->mode == UserMode)) return;
    stop(caller,
         {kViolation,
          {0xE2, number_of(&irp), number_of(user), 0},
          "the driver sends an IRP with RequestorMode KernelMode and a user-mode address in it",
          "set Irp->RequestorMode to the mode of who gave the address, or copy the data into "
          "kernel memory"});
}

void check_arguments(const Caller& caller, PDEVICE_OBJECT device, PIRP irp) {
    if (device == nullptr) {
        stop(caller, {kIoViolation,
                      {0x204, 0, 0, 0},
                      "the driver passed NULL as a device object to IoCallDriver",
                      "look where the device comes from: attaching to it may have failed"});
    }
    if (device->Type != IO_TYPE_DEVICE) {
        stop(caller, {kIoViolation,
                      {0x04, number_of(device), 0, 0},
                      "the driver passed an invalid device object to IoCallDriver",
                      "keep a reference on the device while IRPs are sent to it"});
    }
    if (irp->Type != IO_TYPE_IRP) {
        stop(caller, {kIoViolation,
                      {0x03, number_of(irp), 0, 0},
                      "the driver passed something to IoCallDriver that is no IRP, or was freed",
                      "an IRP that was completed or freed is not the driver's any more"});
    }
    if (is_beneath(*caller.driver, *irp)) {
        stop(
            caller,
            {kIoViolation,
             {0x205, caller.address, number_of(irp), 0},
             "the driver forwards an IRP that is with a driver beneath it",
             "after IoCallDriver the IRP is the lower driver's until the completion routine runs"});
    }
    if (irp->CancelRoutine != nullptr) {
        stop(
            caller,
            {kIoViolation,
             {0x203, caller.address, number_of(irp), 0},
             "the driver called IoCallDriver without setting the cancel routine in the IRP to NULL",
             "call IoSetCancelRoutine(Irp, NULL) before the IRP leaves the driver"});
    }
}

void check_call(const Caller& caller, PDEVICE_OBJECT device, PIRP irp) {
    const KIRQL now = arch::irql();
    if (!arch::interrupts_enabled()) {
        stop(caller, {kViolation,
                      {0xC0, number_of(irp), 0, 0},
                      "the driver called IoCallDriver with interrupts disabled",
                      "enable interrupts first"});
    }
    if (now > DISPATCH_LEVEL) {
        stop(caller, {kIoViolation,
                      {0x10, now, 0, 0},
                      "the driver called IoCallDriver above DISPATCH_LEVEL",
                      "send it from a DPC or a thread"});
    }
    check_arguments(caller, device, irp);
    check_stack(caller, *irp);
    check_addresses(caller, *irp);
}

NTSTATUS send(const Caller& caller, PDEVICE_OBJECT device, PIRP irp) {
    if (!caller.has(kIoChecks)) return io::call_driver(*device, *irp);
    check_call(caller, device, irp);
    begin_forward(*caller.driver, *irp, caller.address);
    const KIRQL before = arch::irql();
    const NTSTATUS status = io::call_driver(*device, *irp);
    if (arch::irql() != before) {
        stop(caller, {kIoViolation,
                      {0x05, number_of(device), before, arch::irql()},
                      "the IRQL changed during a call to the lower driver's dispatch routine",
                      "the driver of that device left a spin lock held or the level raised"});
    }
    return status;
}

// ---- Completing

/// How many bytes of output a buffered request has room for; ~0: not known.
uint64_t room_of(const IRP& irp, const IO_STACK_LOCATION& location) {
    constexpr ULONG kMethodMask = 3;
    if (location.MajorFunction == IRP_MJ_READ && (irp.Flags & IRP_BUFFERED_IO) != 0)
        return location.Parameters.Read.Length;
    if (location.MajorFunction != IRP_MJ_DEVICE_CONTROL) return ~uint64_t{0};
    const auto& control = location.Parameters.DeviceIoControl;
    return (control.IoControlCode & kMethodMask) == METHOD_BUFFERED ? control.OutputBufferLength
                                                                    : ~uint64_t{0};
}

void check_information(const Caller& caller, PIRP irp) {
    if (io::is_past_stack(*irp)) return;
    const uint64_t room = room_of(*irp, io::current_location(*irp));
    if (!NT_ERROR(irp->IoStatus.Status) && irp->IoStatus.Information > room) {
        Facts& facts = Facts::begin();
        facts.line("Information is %llu, the output buffer has %llu bytes",
                   static_cast<unsigned long long>(irp->IoStatus.Information),
                   static_cast<unsigned long long>(room));
        stop(caller,
             {kIoViolation,
              {0x312, caller.address, number_of(irp), 0},
              "the driver set Information to more than the output buffer has room for",
              "Information is how many bytes were written; compare with OutputBufferLength first"},
             &facts);
    }
}

void check_completion(const Caller& caller, PIRP irp) {
    const KIRQL now = arch::irql();
    if (now > DISPATCH_LEVEL) {
        stop(caller, {kIoViolation,
                      {0x0E, now, number_of(irp), 0},
                      "the driver called IoCompleteRequest above DISPATCH_LEVEL",
                      "complete it in a DPC"});
    }
    if (io::is_location_broken(*irp)) {
        stop(caller, {MULTIPLE_IRP_COMPLETE_REQUESTS,
                      {number_of(irp), 0, 0, 0},
                      "the driver completed an IRP that was completed before",
                      "find both places: often a cancel routine and the normal path, or a dispatch "
                      "routine and its queue"});
    }
    if (is_beneath(*caller.driver, *irp)) {
        stop(
            caller,
            {kIoViolation,
             {0x209, caller.address, number_of(irp), 0},
             "the driver completes an IRP that is with a driver beneath it",
             "after IoCallDriver the IRP is the lower driver's until the completion routine runs"});
    }
    const NTSTATUS status = irp->IoStatus.Status;
    if (status == STATUS_PENDING || status == -1) {
        stop(caller, {kIoViolation,
                      {0x06, static_cast<uint32_t>(status), number_of(irp), 0},
                      "the driver completed an IRP with STATUS_PENDING (or -1)",
                      "set Irp->IoStatus.Status to what became of the request"});
    }
    if (irp->CancelRoutine != nullptr) {
        stop(caller, {kIoViolation,
                      {0x07, reinterpret_cast<uint64_t>(irp->CancelRoutine), number_of(irp), 0},
                      "the driver completed an IRP while its cancel routine was still set",
                      "call IoSetCancelRoutine(Irp, NULL) first; if it returns NULL, the cancel "
                      "routine completes the IRP"});
    }
}

void complete(const Caller& caller, PIRP irp, CCHAR boost) {
    if (caller.has(kIoChecks)) {
        check_completion(caller, irp);
        check_information(caller, irp);
    }
    io::complete_irp(*irp, boost);
}

// ---- Making and freeing

PIRP allocate(const Caller& caller, CCHAR stack_size) {
    VerifiedDriver& driver = *caller.driver;
    const auto stack = static_cast<int8_t>(stack_size);
    if (stack < 0 || driver.should_fail()) return nullptr;
    PIRP irp = nullptr;
    if (driver.has(kIoChecks)) {
        const mm::PoolRequest request{.bytes = io::irp_block_bytes(stack),
                                      .tag = mm::pool_tag("Irp ")};
        if (void* memory = allocate_special(request, caller.address, Side::kEnd, false))
            irp = &io::place_irp(memory, stack);
    }
    if (irp == nullptr) irp = io::allocate_irp(stack);
    if (irp != nullptr) {
        driver.note({.address = number_of(irp),
                     .bytes = irp->Size,
                     .caller = caller.address,
                     .thing = Thing::kIrp});
    }
    return irp;
}

void check_free(const Caller& caller, PIRP irp) {
    if (irp->Type != IO_TYPE_IRP) {
        stop(caller, {kIoViolation,
                      {0x01, number_of(irp), 0, 0},
                      "the driver freed something with IoFreeIrp that is no IRP",
                      "free each IRP of IoAllocateIrp once"});
    }
    const io::IrpBlock* block = io::block_of(*irp);
    if (block != nullptr && block->thread != nullptr) {
        stop(caller, {kIoViolation,
                      {0x02, number_of(irp), 0, 0},
                      "the driver freed an IRP that is still associated with a thread",
                      "IRPs of IoBuildSynchronousFsdRequest and IoBuildDeviceIoControlRequest are "
                      "freed by the I/O manager"});
    }
    if (is_in_use(*caller.driver, *irp)) {
        stop(caller,
             {kIoViolation,
              {0x20B, caller.address, number_of(irp), 0},
              "the driver freed an IRP that is still in use",
              "free it in its completion routine, or after the event that the routine sets"});
    }
}

void check_again(const Caller& caller, PIRP irp) {
    if (!caller.has(kIoChecks) || !is_in_use(*caller.driver, *irp)) return;
    stop(caller, {kIoViolation,
                  {0x310, caller.address, number_of(irp), 0},
                  "the driver reinitializes an IRP that is still in use",
                  "wait for its completion routine first"});
}

}  // namespace

namespace thunk {

NTSTATUS NTAPI IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    RSL_VF_CALLER();
    return send(caller, DeviceObject, Irp);
}
NTSTATUS NTAPI IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    RSL_VF_CALLER();
    return send(caller, DeviceObject, Irp);
}
VOID NTAPI IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost) {
    RSL_VF_CALLER();
    complete(caller, Irp, PriorityBoost);
}
VOID NTAPI IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost) {
    RSL_VF_CALLER();
    complete(caller, Irp, PriorityBoost);
}

PIRP NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota) {
    RSL_VF_CALLER();
    return caller.driver == nullptr ? ::IoAllocateIrp(StackSize, ChargeQuota)
                                    : allocate(caller, StackSize);
}
VOID NTAPI IoFreeIrp(PIRP Irp) {
    RSL_VF_CALLER();
    if (caller.has(kIoChecks)) check_free(caller, Irp);
    if (caller.driver != nullptr) caller.driver->forget(number_of(Irp), Thing::kIrp);
    io::free_irp(*Irp);
}
VOID NTAPI IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize) {
    RSL_VF_CALLER();
    check_again(caller, Irp);
    if (caller.has(kIoChecks) && caller.driver->knows(number_of(Irp), Thing::kIrp)) {
        stop(caller, {kIoViolation,
                      {0x20D, caller.address, number_of(Irp), 0},
                      "the driver called IoInitializeIrp for an IRP of IoAllocateIrp",
                      "such an IRP is initialized; use IoReuseIrp to use it again"});
    }
    ::IoInitializeIrp(Irp, PacketSize, StackSize);
}
VOID NTAPI IoReuseIrp(PIRP Irp, NTSTATUS Iostatus) {
    RSL_VF_CALLER();
    check_again(caller, Irp);
    ::IoReuseIrp(Irp, Iostatus);
}

}  // namespace thunk
}  // namespace rsl::vf
