// SPDX-License-Identifier: GPL-2.0-only
// The I/O manager's smaller services: checks of parameters, stream files, stacks, registrations.
#pragma once

#include "abi/types/io.h"
#include "abi/types/ps.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Checks
NTSTATUS NTAPI IoCheckEaBufferValidity(PFILE_FULL_EA_INFORMATION EaBuffer, ULONG EaLength, PULONG ErrorOffset);
NTSTATUS NTAPI IoCheckQuerySetFileInformation(FILE_INFORMATION_CLASS FileInformationClass, ULONG Length,
                                              BOOLEAN SetOperation);
NTSTATUS NTAPI IoCheckQuerySetVolumeInformation(ULONG FsInformationClass, ULONG Length, BOOLEAN SetOperation);
NTSTATUS NTAPI IoCheckDesiredAccess(PACCESS_MASK DesiredAccess, ACCESS_MASK GrantedAccess);
NTSTATUS NTAPI IoCheckFunctionAccess(ACCESS_MASK GrantedAccess, UCHAR MajorFunction, UCHAR MinorFunction,
                                     ULONG IoControlCode, PVOID Arg1, PVOID Arg2);

// ---- Share access with more to say
typedef struct _LINK_SHARE_ACCESS {
    ULONG OpenCount;
    ULONG Deleters;
    ULONG SharedDelete;
} LINK_SHARE_ACCESS, *PLINK_SHARE_ACCESS;
#define IO_SHARE_ACCESS_NO_WRITE_PERMISSION 0x80000000
#define IO_SHARE_ACCESS_NON_PRIMARY_STREAM 0x00000080
#define IO_CHECK_SHARE_ACCESS_UPDATE_SHARE_ACCESS 0x00000001
#define IO_CHECK_SHARE_ACCESS_DONT_UPDATE_FILE_OBJECT 0x00000002
#define IO_CHECK_SHARE_ACCESS_DONT_CHECK_READ 0x00000004
#define IO_CHECK_SHARE_ACCESS_DONT_CHECK_WRITE 0x00000008
#define IO_CHECK_SHARE_ACCESS_DONT_CHECK_DELETE 0x00000010
NTSTATUS NTAPI IoCheckShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, PFILE_OBJECT FileObject,
                                    PSHARE_ACCESS ShareAccess, BOOLEAN Update, PBOOLEAN WritePermission);
VOID NTAPI IoSetShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, PFILE_OBJECT FileObject,
                              PSHARE_ACCESS ShareAccess, PBOOLEAN WritePermission);

// ---- File objects
PFILE_OBJECT NTAPI IoCreateStreamFileObject(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject);
PFILE_OBJECT NTAPI IoCreateStreamFileObjectEx(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject,
                                              PHANDLE FileHandle);
PFILE_OBJECT NTAPI IoCreateStreamFileObjectLite(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject);
NTSTATUS NTAPI IoQueryVolumeInformation(PFILE_OBJECT FileObject, ULONG FsInformationClass, ULONG Length,
                                        PVOID FsInformation, PULONG ReturnedLength);
NTSTATUS NTAPI IoSetInformation(PFILE_OBJECT FileObject, FILE_INFORMATION_CLASS FileInformationClass, ULONG Length,
                                PVOID FileInformation);
BOOLEAN NTAPI IoIsFileOriginRemote(PFILE_OBJECT FileObject);
NTSTATUS NTAPI IoSetFileOrigin(PFILE_OBJECT FileObject, BOOLEAN Remote);
BOOLEAN NTAPI IoIsFileObjectIgnoringSharing(PFILE_OBJECT FileObject);
NTSTATUS NTAPI IoSetFileObjectIgnoreSharing(PFILE_OBJECT FileObject);
NTSTATUS NTAPI IoReplaceFileObjectName(PFILE_OBJECT FileObject, PWSTR NewFileName, USHORT FileNameLength);
PVOID NTAPI IoGetTransactionParameterBlock(PFILE_OBJECT FileObject);
PVOID NTAPI IoGetOplockKeyContext(PFILE_OBJECT FileObject);
PVOID NTAPI IoGetOplockKeyContextEx(PFILE_OBJECT FileObject);
PEPROCESS NTAPI IoGetInitiatorProcess(PFILE_OBJECT FileObject);

// ---- Requests and threads
PVOID NTAPI IoGetInitialStack(VOID);
ULONG NTAPI IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize);
VOID NTAPI IoSetMasterIrpStatus(PIRP MasterIrp, NTSTATUS Status);
NTSTATUS NTAPI IoGetRequestorSessionId(PIRP Irp, PULONG pSessionId);
typedef enum _IO_PAGING_PRIORITY {
    IoPagingPriorityInvalid,
    IoPagingPriorityNormal,
    IoPagingPriorityHigh,
    IoPagingPriorityReserved1,
    IoPagingPriorityReserved2
} IO_PAGING_PRIORITY;
IO_PAGING_PRIORITY NTAPI IoGetPagingIoPriority(PIRP Irp);
NTSTATUS NTAPI IoCreateSystemThread(PVOID IoObject, PHANDLE ThreadHandle, ULONG DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle, PCLIENT_ID ClientId,
                                    PKSTART_ROUTINE StartRoutine, PVOID StartContext);
NTSTATUS NTAPI IoSetIoCompletion(PVOID IoCompletion, PVOID KeyContext, PVOID ApcContext, NTSTATUS IoStatus,
                                 ULONG_PTR IoStatusInformation, BOOLEAN Quota);

// ---- Devices and drivers
NTSTATUS NTAPI IoAttachDeviceByPointer(PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice);
NTSTATUS NTAPI IoGetDiskDeviceObject(PDEVICE_OBJECT FileSystemDeviceObject, PDEVICE_OBJECT* DiskDeviceObject);

// ---- Registrations
typedef VOID(NTAPI* PBOOT_DRIVER_CALLBACK_FUNCTION)(PVOID CallbackContext, ULONG Classification, PVOID ImageInformation);
PVOID NTAPI IoRegisterBootDriverCallback(PBOOT_DRIVER_CALLBACK_FUNCTION CallbackFunction, PVOID CallbackContext);
VOID NTAPI IoUnregisterBootDriverCallback(PVOID CallbackHandle);
typedef struct _IO_SESSION_STATE_NOTIFICATION {
    ULONG Size;
    ULONG Flags;
    PVOID IoObject;
    ULONG EventMask;
    PVOID Context;
} IO_SESSION_STATE_NOTIFICATION, *PIO_SESSION_STATE_NOTIFICATION;
RSL_ABI_SIZE(IO_SESSION_STATE_NOTIFICATION, 32);
#define IO_SESSION_STATE_VALID_EVENT_MASK 0x000000FF
NTSTATUS NTAPI IoRegisterContainerNotification(ULONG NotificationClass, PVOID CallbackFunction,
                                               PVOID NotificationInformation, ULONG NotificationInformationLength,
                                               PVOID* CallbackRegistration);
VOID NTAPI IoUnregisterContainerNotification(PVOID CallbackRegistration);

#ifdef __cplusplus
}
#endif
