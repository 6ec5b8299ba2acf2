// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/controller.hpp"

#include "abi/functions/ke.h"
#include "kernel/mm/pool.hpp"

namespace rsl::io {

constinit ob::ObjectType kControllerType = {
    .name = u"Controller",
    .pool_tag = mm::pool_tag("Cont"),
};

Result<CONTROLLER_OBJECT*> create_controller(uint32_t extension_bytes) {
    void* body = RSL_TRY(
        ob::allocate_object(kControllerType, sizeof(CONTROLLER_OBJECT) + extension_bytes));
    auto* controller = static_cast<CONTROLLER_OBJECT*>(body);
    controller->Type = IO_TYPE_CONTROLLER;
    controller->Size = static_cast<CSHORT>(sizeof(CONTROLLER_OBJECT) + extension_bytes);
    if (extension_bytes != 0) controller->ControllerExtension = controller + 1;
    KeInitializeDeviceQueue(&controller->DeviceWaitQueue);
    return controller;
}

void allocate_controller(CONTROLLER_OBJECT& controller, DEVICE_OBJECT& device, PDRIVER_CONTROL routine,
                         void* context) {
    WAIT_CONTEXT_BLOCK& waiter = device.Queue.Wcb;
    waiter.DeviceRoutine = routine;
    waiter.DeviceContext = context;
    waiter.CurrentIrp = device.CurrentIrp;
    waiter.DeviceObject = &device;
    if (KeInsertDeviceQueue(&controller.DeviceWaitQueue, &waiter.WaitQueueEntry)) return;
    if (routine(&device, device.CurrentIrp, nullptr, context) == DeallocateObject) {
        free_controller(controller);
    }
}

void free_controller(CONTROLLER_OBJECT& controller) {
    while (auto* entry = KeRemoveDeviceQueue(&controller.DeviceWaitQueue)) {
        auto& waiter = *CONTAINING_RECORD(entry, WAIT_CONTEXT_BLOCK, WaitQueueEntry);
        auto* device = static_cast<PDEVICE_OBJECT>(waiter.DeviceObject);
        auto* irp = static_cast<PIRP>(waiter.CurrentIrp);
        if (waiter.DeviceRoutine(device, irp, nullptr, waiter.DeviceContext) != DeallocateObject) return;
    }
}

}  // namespace rsl::io
