// SPDX-License-Identifier: GPL-2.0-only
// Device, driver and file objects, volume parameter blocks, fast I/O, driver routines.
#pragma once

#include "abi/types/io_codes.h"
#include "abi/types/io_file.h"
#include "abi/types/ex.h"
#include "abi/types/mm.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Routines of a driver
typedef NTSTATUS(NTAPI DRIVER_INITIALIZE)(PDRIVER_OBJECT DriverObject,
                                          PUNICODE_STRING RegistryPath);
typedef DRIVER_INITIALIZE* PDRIVER_INITIALIZE;
typedef NTSTATUS(NTAPI DRIVER_ADD_DEVICE)(PDRIVER_OBJECT DriverObject,
                                          PDEVICE_OBJECT PhysicalDeviceObject);
typedef DRIVER_ADD_DEVICE* PDRIVER_ADD_DEVICE;
typedef NTSTATUS(NTAPI DRIVER_DISPATCH)(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_DISPATCH* PDRIVER_DISPATCH;
typedef VOID(NTAPI DRIVER_STARTIO)(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_STARTIO* PDRIVER_STARTIO;
typedef VOID(NTAPI DRIVER_CANCEL)(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_CANCEL* PDRIVER_CANCEL;
typedef VOID(NTAPI DRIVER_UNLOAD)(PDRIVER_OBJECT DriverObject);
typedef DRIVER_UNLOAD* PDRIVER_UNLOAD;
typedef VOID(NTAPI DRIVER_REINITIALIZE)(PDRIVER_OBJECT DriverObject, PVOID Context, ULONG Count);
typedef DRIVER_REINITIALIZE* PDRIVER_REINITIALIZE;
typedef NTSTATUS(NTAPI IO_COMPLETION_ROUTINE)(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                              PVOID Context);
typedef IO_COMPLETION_ROUTINE* PIO_COMPLETION_ROUTINE;
typedef VOID(NTAPI IO_TIMER_ROUTINE)(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef IO_TIMER_ROUTINE* PIO_TIMER_ROUTINE;
typedef VOID(NTAPI IO_WORKITEM_ROUTINE)(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef IO_WORKITEM_ROUTINE* PIO_WORKITEM_ROUTINE;
typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;
typedef VOID(NTAPI IO_WORKITEM_ROUTINE_EX)(PVOID IoObject, PVOID Context, PIO_WORKITEM WorkItem);
typedef IO_WORKITEM_ROUTINE_EX* PIO_WORKITEM_ROUTINE_EX;
typedef VOID(NTAPI IO_DPC_ROUTINE)(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                   PVOID Context);
typedef IO_DPC_ROUTINE* PIO_DPC_ROUTINE;
typedef VOID(NTAPI* PIO_APC_ROUTINE)(PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                     ULONG Reserved);
typedef VOID(NTAPI DRIVER_FS_NOTIFICATION)(PDEVICE_OBJECT DeviceObject, BOOLEAN FsActive);
typedef DRIVER_FS_NOTIFICATION* PDRIVER_FS_NOTIFICATION;

typedef enum _IO_ALLOCATION_ACTION {
    KeepObject = 1,
    DeallocateObject,
    DeallocateObjectKeepRegisters
} IO_ALLOCATION_ACTION;
typedef IO_ALLOCATION_ACTION(NTAPI DRIVER_CONTROL)(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                                   PVOID MapRegisterBase, PVOID Context);
typedef DRIVER_CONTROL* PDRIVER_CONTROL;

// ---- Device objects
#define MAXIMUM_VOLUME_LABEL_LENGTH (32 * sizeof(WCHAR))
typedef struct _VPB {
    CSHORT Type;
    CSHORT Size;
    USHORT Flags;
    USHORT VolumeLabelLength;
    PDEVICE_OBJECT DeviceObject;
    PDEVICE_OBJECT RealDevice;
    ULONG SerialNumber;
    ULONG ReferenceCount;
    WCHAR VolumeLabel[32];
} VPB, *PVPB;
RSL_ABI_SIZE(VPB, 0x60);
RSL_ABI_OFFSET(VPB, VolumeLabel, 0x20);

typedef struct _WAIT_CONTEXT_BLOCK {
    union {
        KDEVICE_QUEUE_ENTRY WaitQueueEntry;
        struct {
            LIST_ENTRY DmaWaitEntry;
            ULONG NumberOfChannels;
            ULONG SyncCallback : 1;
            ULONG DmaContext : 1;
            ULONG ZeroMapRegisters : 1;
            ULONG Reserved : 9;
            ULONG NumberOfRemapPages : 20;
        };
    };
    PDRIVER_CONTROL DeviceRoutine;
    PVOID DeviceContext;
    ULONG NumberOfMapRegisters;
    PVOID DeviceObject;
    PVOID CurrentIrp;
    PKDPC BufferChainingDpc;
} WAIT_CONTEXT_BLOCK, *PWAIT_CONTEXT_BLOCK;
RSL_ABI_SIZE(WAIT_CONTEXT_BLOCK, 0x48);

typedef struct _DEVOBJ_EXTENSION {
    CSHORT Type;
    USHORT Size;
    PDEVICE_OBJECT DeviceObject;
    ULONG PowerFlags;
    PVOID Dope;
    ULONG ExtensionFlags;
    PVOID DeviceNode;
    PDEVICE_OBJECT AttachedTo;
    LONG StartIoCount;
    LONG StartIoKey;
    ULONG StartIoFlags;
    PVPB Vpb;
    PVOID DependencyNode;
    PVOID InterruptContext;
    LONG InterruptCount;
    PVOID VerifierContext;
} DEVOBJ_EXTENSION, *PDEVOBJ_EXTENSION;
RSL_ABI_SIZE(DEVOBJ_EXTENSION, 0x70);
RSL_ABI_OFFSET(DEVOBJ_EXTENSION, AttachedTo, 0x30);

struct RSL_ABI_ALIGN(16) _DEVICE_OBJECT {
    CSHORT Type;
    USHORT Size;
    LONG ReferenceCount;
    PDRIVER_OBJECT DriverObject;
    PDEVICE_OBJECT NextDevice;
    PDEVICE_OBJECT AttachedDevice;
    PIRP CurrentIrp;
    struct _IO_TIMER* Timer;
    ULONG Flags;
    ULONG Characteristics;
    volatile PVPB Vpb;
    PVOID DeviceExtension;
    DEVICE_TYPE DeviceType;
    CCHAR StackSize;
    union {
        LIST_ENTRY ListEntry;
        WAIT_CONTEXT_BLOCK Wcb;
    } Queue;
    ULONG AlignmentRequirement;
    KDEVICE_QUEUE DeviceQueue;
    KDPC Dpc;
    ULONG ActiveThreadCount;
    PSECURITY_DESCRIPTOR SecurityDescriptor;
    KEVENT DeviceLock;
    USHORT SectorSize;
    USHORT Spare1;
    PDEVOBJ_EXTENSION DeviceObjectExtension;
    PVOID Reserved;
};
RSL_ABI_SIZE(DEVICE_OBJECT, 0x150);
RSL_ABI_OFFSET(DEVICE_OBJECT, DriverObject, 0x08);
RSL_ABI_OFFSET(DEVICE_OBJECT, Flags, 0x30);
RSL_ABI_OFFSET(DEVICE_OBJECT, DeviceExtension, 0x40);
RSL_ABI_OFFSET(DEVICE_OBJECT, StackSize, 0x4c);
RSL_ABI_OFFSET(DEVICE_OBJECT, Queue, 0x50);
RSL_ABI_OFFSET(DEVICE_OBJECT, AlignmentRequirement, 0x98);
RSL_ABI_OFFSET(DEVICE_OBJECT, DeviceQueue, 0xa0);
RSL_ABI_OFFSET(DEVICE_OBJECT, Dpc, 0xc8);
RSL_ABI_OFFSET(DEVICE_OBJECT, SecurityDescriptor, 0x110);
RSL_ABI_OFFSET(DEVICE_OBJECT, DeviceLock, 0x118);
RSL_ABI_OFFSET(DEVICE_OBJECT, DeviceObjectExtension, 0x138);

// ---- File objects
typedef struct _IO_COMPLETION_CONTEXT {
    PVOID Port;
    PVOID Key;
} IO_COMPLETION_CONTEXT, *PIO_COMPLETION_CONTEXT;

struct _FILE_OBJECT {
    CSHORT Type;
    CSHORT Size;
    PDEVICE_OBJECT DeviceObject;
    PVPB Vpb;
    PVOID FsContext;
    PVOID FsContext2;
    PSECTION_OBJECT_POINTERS SectionObjectPointer;
    PVOID PrivateCacheMap;
    NTSTATUS FinalStatus;
    PFILE_OBJECT RelatedFileObject;
    BOOLEAN LockOperation;
    BOOLEAN DeletePending;
    BOOLEAN ReadAccess;
    BOOLEAN WriteAccess;
    BOOLEAN DeleteAccess;
    BOOLEAN SharedRead;
    BOOLEAN SharedWrite;
    BOOLEAN SharedDelete;
    ULONG Flags;
    UNICODE_STRING FileName;
    LARGE_INTEGER CurrentByteOffset;
    volatile ULONG Waiters;
    volatile ULONG Busy;
    PVOID LastLock;
    KEVENT Lock;
    KEVENT Event;
    volatile PIO_COMPLETION_CONTEXT CompletionContext;
    KSPIN_LOCK IrpListLock;
    LIST_ENTRY IrpList;
    volatile PVOID FileObjectExtension;
};
RSL_ABI_SIZE(FILE_OBJECT, 0xd8);
RSL_ABI_OFFSET(FILE_OBJECT, FsContext, 0x18);
RSL_ABI_OFFSET(FILE_OBJECT, FinalStatus, 0x38);
RSL_ABI_OFFSET(FILE_OBJECT, LockOperation, 0x48);
RSL_ABI_OFFSET(FILE_OBJECT, Flags, 0x50);
RSL_ABI_OFFSET(FILE_OBJECT, FileName, 0x58);
RSL_ABI_OFFSET(FILE_OBJECT, Lock, 0x80);
RSL_ABI_OFFSET(FILE_OBJECT, Event, 0x98);
RSL_ABI_OFFSET(FILE_OBJECT, CompletionContext, 0xb0);
RSL_ABI_OFFSET(FILE_OBJECT, FileObjectExtension, 0xd0);

#define FO_FILE_OPEN 0x00000001
#define FO_SYNCHRONOUS_IO 0x00000002
#define FO_ALERTABLE_IO 0x00000004
#define FO_NO_INTERMEDIATE_BUFFERING 0x00000008
#define FO_WRITE_THROUGH 0x00000010
#define FO_SEQUENTIAL_ONLY 0x00000020
#define FO_CACHE_SUPPORTED 0x00000040
#define FO_NAMED_PIPE 0x00000080
#define FO_STREAM_FILE 0x00000100
#define FO_MAILSLOT 0x00000200
#define FO_GENERATE_AUDIT_ON_CLOSE 0x00000400
#define FO_QUEUE_IRP_TO_THREAD FO_GENERATE_AUDIT_ON_CLOSE
#define FO_DIRECT_DEVICE_OPEN 0x00000800
#define FO_FILE_MODIFIED 0x00001000
#define FO_FILE_SIZE_CHANGED 0x00002000
#define FO_CLEANUP_COMPLETE 0x00004000
#define FO_TEMPORARY_FILE 0x00008000
#define FO_DELETE_ON_CLOSE 0x00010000
#define FO_OPENED_CASE_SENSITIVE 0x00020000
#define FO_HANDLE_CREATED 0x00040000
#define FO_FILE_FAST_IO_READ 0x00080000
#define FO_RANDOM_ACCESS 0x00100000
#define FO_FILE_OPEN_CANCELLED 0x00200000
#define FO_VOLUME_OPEN 0x00400000
#define FO_REMOTE_ORIGIN 0x01000000
#define FO_FILE_OBJECT_HAS_EXTENSION 0x00800000
#define FO_SKIP_COMPLETION_PORT 0x02000000
#define FO_SKIP_SET_EVENT 0x04000000
#define FO_SKIP_SET_FAST_IO 0x08000000

typedef struct _SHARE_ACCESS {
    ULONG OpenCount;
    ULONG Readers;
    ULONG Writers;
    ULONG Deleters;
    ULONG SharedRead;
    ULONG SharedWrite;
    ULONG SharedDelete;
} SHARE_ACCESS, *PSHARE_ACCESS;
RSL_ABI_SIZE(SHARE_ACCESS, 28);

// ---- Fast I/O: the routines that drivers other than file systems use are typed, file systems'
// own ones are too as far as they are documented without the cache manager.
typedef BOOLEAN(NTAPI* PFAST_IO_CHECK_IF_POSSIBLE)(PFILE_OBJECT, PLARGE_INTEGER, ULONG, BOOLEAN,
                                                   ULONG, BOOLEAN, PIO_STATUS_BLOCK,
                                                   PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_READ)(PFILE_OBJECT, PLARGE_INTEGER, ULONG, BOOLEAN, ULONG, PVOID,
                                      PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef PFAST_IO_READ PFAST_IO_WRITE;
typedef BOOLEAN(NTAPI* PFAST_IO_QUERY_BASIC_INFO)(PFILE_OBJECT, BOOLEAN, PFILE_BASIC_INFORMATION,
                                                  PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_QUERY_STANDARD_INFO)(PFILE_OBJECT, BOOLEAN,
                                                     PFILE_STANDARD_INFORMATION,
                                                     PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_LOCK)(PFILE_OBJECT, PLARGE_INTEGER, PLARGE_INTEGER, PEPROCESS,
                                      ULONG, BOOLEAN, BOOLEAN, PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_UNLOCK_SINGLE)(PFILE_OBJECT, PLARGE_INTEGER, PLARGE_INTEGER,
                                               PEPROCESS, ULONG, PIO_STATUS_BLOCK,
                                               PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_UNLOCK_ALL)(PFILE_OBJECT, PEPROCESS, PIO_STATUS_BLOCK,
                                            PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_UNLOCK_ALL_BY_KEY)(PFILE_OBJECT, PVOID, ULONG, PIO_STATUS_BLOCK,
                                                   PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_DEVICE_CONTROL)(PFILE_OBJECT, BOOLEAN, PVOID, ULONG, PVOID, ULONG,
                                                ULONG, PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef VOID(NTAPI* PFAST_IO_ACQUIRE_FILE)(PFILE_OBJECT);
typedef VOID(NTAPI* PFAST_IO_RELEASE_FILE)(PFILE_OBJECT);
typedef VOID(NTAPI* PFAST_IO_DETACH_DEVICE)(PDEVICE_OBJECT SourceDevice,
                                            PDEVICE_OBJECT TargetDevice);
typedef BOOLEAN(NTAPI* PFAST_IO_QUERY_NETWORK_OPEN_INFO)(PFILE_OBJECT, BOOLEAN,
                                                         PFILE_NETWORK_OPEN_INFORMATION,
                                                         PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef NTSTATUS(NTAPI* PFAST_IO_ACQUIRE_FOR_MOD_WRITE)(PFILE_OBJECT, PLARGE_INTEGER,
                                                        PERESOURCE*, PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_MDL_READ)(PFILE_OBJECT, PLARGE_INTEGER, ULONG, ULONG, PMDL*,
                                          PIO_STATUS_BLOCK, PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_MDL_READ_COMPLETE)(PFILE_OBJECT, PMDL, PDEVICE_OBJECT);
typedef PFAST_IO_MDL_READ PFAST_IO_PREPARE_MDL_WRITE;
typedef BOOLEAN(NTAPI* PFAST_IO_MDL_WRITE_COMPLETE)(PFILE_OBJECT, PLARGE_INTEGER, PMDL,
                                                    PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI* PFAST_IO_READ_COMPRESSED)(PFILE_OBJECT, PLARGE_INTEGER, ULONG, ULONG, PVOID,
                                                 PMDL*, PIO_STATUS_BLOCK, PVOID, ULONG,
                                                 PDEVICE_OBJECT);
typedef PFAST_IO_READ_COMPRESSED PFAST_IO_WRITE_COMPRESSED;
typedef PFAST_IO_MDL_READ_COMPLETE PFAST_IO_MDL_READ_COMPLETE_COMPRESSED;
typedef PFAST_IO_MDL_WRITE_COMPLETE PFAST_IO_MDL_WRITE_COMPLETE_COMPRESSED;
typedef BOOLEAN(NTAPI* PFAST_IO_QUERY_OPEN)(PIRP, PFILE_NETWORK_OPEN_INFORMATION, PDEVICE_OBJECT);
typedef NTSTATUS(NTAPI* PFAST_IO_RELEASE_FOR_MOD_WRITE)(PFILE_OBJECT, PERESOURCE, PDEVICE_OBJECT);
typedef NTSTATUS(NTAPI* PFAST_IO_ACQUIRE_FOR_CCFLUSH)(PFILE_OBJECT, PDEVICE_OBJECT);
typedef PFAST_IO_ACQUIRE_FOR_CCFLUSH PFAST_IO_RELEASE_FOR_CCFLUSH;

typedef struct _FAST_IO_DISPATCH {
    ULONG SizeOfFastIoDispatch;
    PFAST_IO_CHECK_IF_POSSIBLE FastIoCheckIfPossible;
    PFAST_IO_READ FastIoRead;
    PFAST_IO_WRITE FastIoWrite;
    PFAST_IO_QUERY_BASIC_INFO FastIoQueryBasicInfo;
    PFAST_IO_QUERY_STANDARD_INFO FastIoQueryStandardInfo;
    PFAST_IO_LOCK FastIoLock;
    PFAST_IO_UNLOCK_SINGLE FastIoUnlockSingle;
    PFAST_IO_UNLOCK_ALL FastIoUnlockAll;
    PFAST_IO_UNLOCK_ALL_BY_KEY FastIoUnlockAllByKey;
    PFAST_IO_DEVICE_CONTROL FastIoDeviceControl;
    PFAST_IO_ACQUIRE_FILE AcquireFileForNtCreateSection;
    PFAST_IO_RELEASE_FILE ReleaseFileForNtCreateSection;
    PFAST_IO_DETACH_DEVICE FastIoDetachDevice;
    PFAST_IO_QUERY_NETWORK_OPEN_INFO FastIoQueryNetworkOpenInfo;
    PFAST_IO_ACQUIRE_FOR_MOD_WRITE AcquireForModWrite;
    PFAST_IO_MDL_READ MdlRead;
    PFAST_IO_MDL_READ_COMPLETE MdlReadComplete;
    PFAST_IO_PREPARE_MDL_WRITE PrepareMdlWrite;
    PFAST_IO_MDL_WRITE_COMPLETE MdlWriteComplete;
    PFAST_IO_READ_COMPRESSED FastIoReadCompressed;
    PFAST_IO_WRITE_COMPRESSED FastIoWriteCompressed;
    PFAST_IO_MDL_READ_COMPLETE_COMPRESSED MdlReadCompleteCompressed;
    PFAST_IO_MDL_WRITE_COMPLETE_COMPRESSED MdlWriteCompleteCompressed;
    PFAST_IO_QUERY_OPEN FastIoQueryOpen;
    PFAST_IO_RELEASE_FOR_MOD_WRITE ReleaseForModWrite;
    PFAST_IO_ACQUIRE_FOR_CCFLUSH AcquireForCcFlush;
    PFAST_IO_RELEASE_FOR_CCFLUSH ReleaseForCcFlush;
} FAST_IO_DISPATCH, *PFAST_IO_DISPATCH;
RSL_ABI_SIZE(FAST_IO_DISPATCH, 0xe0);

// ---- Driver objects. Of the extension, only these members are public; more may follow.
typedef struct _DRIVER_EXTENSION {
    PDRIVER_OBJECT DriverObject;
    PDRIVER_ADD_DEVICE AddDevice;
    ULONG Count;
    UNICODE_STRING ServiceKeyName;
} DRIVER_EXTENSION, *PDRIVER_EXTENSION;
RSL_ABI_OFFSET(DRIVER_EXTENSION, ServiceKeyName, 0x18);

struct _DRIVER_OBJECT {
    CSHORT Type;
    CSHORT Size;
    PDEVICE_OBJECT DeviceObject;
    ULONG Flags;
    PVOID DriverStart;
    ULONG DriverSize;
    PVOID DriverSection;
    PDRIVER_EXTENSION DriverExtension;
    UNICODE_STRING DriverName;
    PUNICODE_STRING HardwareDatabase;
    PFAST_IO_DISPATCH FastIoDispatch;
    PDRIVER_INITIALIZE DriverInit;
    PDRIVER_STARTIO DriverStartIo;
    PDRIVER_UNLOAD DriverUnload;
    PDRIVER_DISPATCH MajorFunction[IRP_MJ_MAXIMUM_FUNCTION + 1];
};
RSL_ABI_SIZE(DRIVER_OBJECT, 0x150);
RSL_ABI_OFFSET(DRIVER_OBJECT, DriverExtension, 0x30);
RSL_ABI_OFFSET(DRIVER_OBJECT, FastIoDispatch, 0x50);
RSL_ABI_OFFSET(DRIVER_OBJECT, DriverUnload, 0x68);
RSL_ABI_OFFSET(DRIVER_OBJECT, MajorFunction, 0x70);

// ---- Controllers that several devices share, and the counts of devices found at boot
typedef struct _CONTROLLER_OBJECT {
    CSHORT Type;
    CSHORT Size;
    PVOID ControllerExtension;
    KDEVICE_QUEUE DeviceWaitQueue;
    ULONG Spare1;
    LARGE_INTEGER Spare2;
} CONTROLLER_OBJECT, *PCONTROLLER_OBJECT;
RSL_ABI_SIZE(CONTROLLER_OBJECT, 72);

typedef struct _CONFIGURATION_INFORMATION {
    ULONG DiskCount;
    ULONG FloppyCount;
    ULONG CdRomCount;
    ULONG TapeCount;
    ULONG ScsiPortCount;
    ULONG SerialCount;
    ULONG ParallelCount;
    BOOLEAN AtDiskPrimaryAddressClaimed;
    BOOLEAN AtDiskSecondaryAddressClaimed;
    ULONG Version;
    ULONG MediumChangerCount;
} CONFIGURATION_INFORMATION, *PCONFIGURATION_INFORMATION;
RSL_ABI_SIZE(CONFIGURATION_INFORMATION, 40);

#ifdef __cplusplus
}
#endif
