// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static BOOLEAN Judge(PIRP Irp, ULONG Flags) {
    Irp->Flags = Flags;
    return IoIsOperationSynchronous(Irp);
}

CONFORMANCE(IoIsOperationSynchronous, LooksAtFlagsFileAndMethod) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    PFILE_OBJECT file = NULL;
    PIO_STACK_LOCATION here;
    OPENED opened;
    REQUIRE(irp != NULL && OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK_SUCCESS(ObReferenceObjectByHandle(opened.File, 0, *IoFileObjectType, KernelMode,
                                            (PVOID*)&file, NULL));
    IoSetNextIrpStackLocation(irp);
    here = IoGetCurrentIrpStackLocation(irp);
    here->MajorFunction = IRP_MJ_READ;
    CHECK_EQ(Judge(irp, 0), FALSE);
    CHECK_EQ(Judge(irp, IRP_SYNCHRONOUS_API), TRUE);
    CHECK_EQ(Judge(irp, IRP_PAGING_IO | IRP_SYNCHRONOUS_API), FALSE);
    CHECK_EQ(Judge(irp, IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO), TRUE);
    here->FileObject = file;
    CHECK_EQ(Judge(irp, 0), TRUE);
    here->FileObject = NULL;
    here->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    here->Parameters.DeviceIoControl.IoControlCode = IOCTL_BUFFERED;
    CHECK_EQ(Judge(irp, 0), TRUE);
    here->Parameters.DeviceIoControl.IoControlCode = IOCTL_NEITHER;
    CHECK_EQ(Judge(irp, 0), FALSE);
    irp->Flags = 0;
    ObDereferenceObject(file);
    CloseDevice(&opened);
    IoFreeIrp(irp);
}
