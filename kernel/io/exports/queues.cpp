// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/io/controller.hpp"
#include "kernel/io/csq.hpp"
#include "kernel/io/start_io.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// IoStartPacket (ntifs.h) starts an IRP, or queues it while the device is busy.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iostartpacket
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key,
                                    PDRIVER_CANCEL CancelFunction) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::start_packet(*DeviceObject, *Irp, Key, CancelFunction);
}
/// IoStartNextPacket (ntifs.h) starts the next IRP of the device queue.
///   IRQL     DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iostartnextpacket
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::start_next_packet(*DeviceObject, Cancelable != 0, nullptr);
}
/// IoStartNextPacketByKey (ntifs.h): the same, from a key on.
///   IRQL     DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iostartnextpacketbykey
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable, ULONG Key) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::start_next_packet(*DeviceObject, Cancelable != 0, &Key);
}
/// IoSetStartIoAttributes (ntifs.h) sets how StartIo is called.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iosetstartioattributes
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoSetStartIoAttributes(PDEVICE_OBJECT DeviceObject, BOOLEAN DeferredStartIo,
                                             BOOLEAN NonCancelable) {
    DeviceObject->DeviceObjectExtension->StartIoFlags = (DeferredStartIo ? io::kStartIoDeferred : 0) |
                                                        (NonCancelable ? io::kStartIoNotCancelable : 0);
}

/// IoCsqInitialize (wdm.h) sets up a cancel-safe queue.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinitialize
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
                                          PIO_CSQ_REMOVE_IRP CsqRemoveIrp,
                                          PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                                          PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock,
                                          PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                                          PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp) {
    io::initialize_queue(*Csq, IO_TYPE_CSQ, CsqInsertIrp, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock,
                         CsqReleaseLock, CsqCompleteCanceledIrp);
    return STATUS_SUCCESS;
}
/// IoCsqInitializeEx (wdm.h): the same, with an insert routine that may refuse.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinitializeex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
                                            PIO_CSQ_REMOVE_IRP CsqRemoveIrp,
                                            PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                                            PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock,
                                            PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                                            PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp) {
    io::initialize_queue(*Csq, IO_TYPE_CSQ_EX, __builtin_bit_cast(PIO_CSQ_INSERT_IRP, CsqInsertIrp),
                         CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock,
                         CsqCompleteCanceledIrp);
    return STATUS_SUCCESS;
}
/// IoCsqInsertIrp (wdm.h) queues an IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinsertirp
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context) {
    io::insert_into_queue(*Csq, *Irp, Context, nullptr);
}
/// IoCsqInsertIrpEx (wdm.h) queues an IRP, unless the driver's routine refuses.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  what that routine returns; STATUS_SUCCESS for queues of IoCsqInitialize
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinsertirpex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context,
                                           PVOID InsertContext) {
    return io::insert_into_queue(*Csq, *Irp, Context, InsertContext);
}
/// IoCsqRemoveNextIrp (wdm.h) takes the next IRP that matches.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL when there is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqremovenextirp
///   Differs  nothing known
RSL_EXPORT PIRP NTAPI IoCsqRemoveNextIrp(PIO_CSQ Csq, PVOID PeekContext) {
    return io::remove_next_from_queue(*Csq, PeekContext);
}
/// IoCsqRemoveIrp (wdm.h) takes one particular IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL when it was cancelled
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqremoveirp
///   Differs  nothing known
RSL_EXPORT PIRP NTAPI IoCsqRemoveIrp(PIO_CSQ Csq, PIO_CSQ_IRP_CONTEXT Context) {
    return io::remove_from_queue(*Csq, *Context);
}

/// IoCreateController (ntddk.h) makes a controller object.
///   IRQL     PASSIVE_LEVEL
///   Returns  NULL without memory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iocreatecontroller
///   Differs  nothing known
RSL_EXPORT PCONTROLLER_OBJECT NTAPI IoCreateController(ULONG Size) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto controller = io::create_controller(Size);
    return controller ? *controller : nullptr;
}
/// IoDeleteController (ntddk.h) removes it.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iodeletecontroller
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoDeleteController(PCONTROLLER_OBJECT ControllerObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ob::dereference(ControllerObject);
}
/// IoAllocateController (ntddk.h) runs a routine when the controller is free for the device.
///   IRQL     DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioallocatecontroller
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoAllocateController(PCONTROLLER_OBJECT ControllerObject, PDEVICE_OBJECT DeviceObject,
                                           PDRIVER_CONTROL ExecutionRoutine, PVOID Context) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::allocate_controller(*ControllerObject, *DeviceObject, ExecutionRoutine, Context);
}
/// IoFreeController (ntddk.h) hands the controller on.
///   IRQL     DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iofreecontroller
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoFreeController(PCONTROLLER_OBJECT ControllerObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::free_controller(*ControllerObject);
}
