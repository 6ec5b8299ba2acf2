// SPDX-License-Identifier: GPL-2.0-only
// I/O request packets and their stack locations.
#pragma once

#include "abi/types/io_device.h"
#include "abi/types/pnp.h"

#ifdef __cplusplus
extern "C" {
#endif

struct _ACCESS_STATE;
struct _SECURITY_QUALITY_OF_SERVICE;
struct _NAMED_PIPE_CREATE_PARAMETERS;
struct _MAILSLOT_CREATE_PARAMETERS;
struct _SCSI_REQUEST_BLOCK;
struct _FILE_GET_QUOTA_INFORMATION;

typedef struct _IO_SECURITY_CONTEXT {
    struct _SECURITY_QUALITY_OF_SERVICE* SecurityQos;
    struct _ACCESS_STATE* AccessState;
    ACCESS_MASK DesiredAccess;
    ULONG FullCreateOptions;
} IO_SECURITY_CONTEXT, *PIO_SECURITY_CONTEXT;
RSL_ABI_SIZE(IO_SECURITY_CONTEXT, 24);

typedef struct _NAMED_PIPE_CREATE_PARAMETERS {
    ULONG NamedPipeType;
    ULONG ReadMode;
    ULONG CompletionMode;
    ULONG MaximumInstances;
    ULONG InboundQuota;
    ULONG OutboundQuota;
    LARGE_INTEGER DefaultTimeout;
    BOOLEAN TimeoutSpecified;
} NAMED_PIPE_CREATE_PARAMETERS, *PNAMED_PIPE_CREATE_PARAMETERS;
RSL_ABI_SIZE(NAMED_PIPE_CREATE_PARAMETERS, 40);

typedef struct _MAILSLOT_CREATE_PARAMETERS {
    ULONG MailslotQuota;
    ULONG MaximumMessageSize;
    LARGE_INTEGER ReadTimeout;
    BOOLEAN TimeoutSpecified;
} MAILSLOT_CREATE_PARAMETERS, *PMAILSLOT_CREATE_PARAMETERS;
RSL_ABI_SIZE(MAILSLOT_CREATE_PARAMETERS, 24);

struct RSL_ABI_ALIGN(16) _IRP {
    CSHORT Type;
    USHORT Size;
    USHORT AllocationProcessorNumber;
    USHORT Reserved;
    PMDL MdlAddress;
    ULONG Flags;
    union {
        PIRP MasterIrp;
        volatile LONG IrpCount;
        PVOID SystemBuffer;
    } AssociatedIrp;
    LIST_ENTRY ThreadListEntry;
    IO_STATUS_BLOCK IoStatus;
    KPROCESSOR_MODE RequestorMode;
    BOOLEAN PendingReturned;
    CHAR StackCount;
    CHAR CurrentLocation;
    BOOLEAN Cancel;
    KIRQL CancelIrql;
    CCHAR ApcEnvironment;
    UCHAR AllocationFlags;
    union {
        PIO_STATUS_BLOCK UserIosb;
        PVOID IoRingContext;
    };
    PKEVENT UserEvent;
    union {
        struct {
            union {
                PIO_APC_ROUTINE UserApcRoutine;
                PVOID IssuingProcess;
            };
            union {
                PVOID UserApcContext;
                PVOID IoRing;
            };
        } AsynchronousParameters;
        LARGE_INTEGER AllocationSize;
    } Overlay;
    volatile PDRIVER_CANCEL CancelRoutine;
    PVOID UserBuffer;
    union {
        struct {
            union {
                KDEVICE_QUEUE_ENTRY DeviceQueueEntry;
                PVOID DriverContext[4];
            };
            PETHREAD Thread;
            PCHAR AuxiliaryBuffer;
            struct {
                LIST_ENTRY ListEntry;
                union {
                    PIO_STACK_LOCATION CurrentStackLocation;
                    ULONG PacketType;
                };
            };
            PFILE_OBJECT OriginalFileObject;
            PVOID IrpExtension;
        } Overlay;
        KAPC Apc;
        PVOID CompletionKey;
    } Tail;
};
RSL_ABI_SIZE(IRP, 0xd0);
RSL_ABI_OFFSET(IRP, MdlAddress, 0x08);
RSL_ABI_OFFSET(IRP, AssociatedIrp, 0x18);
RSL_ABI_OFFSET(IRP, IoStatus, 0x30);
RSL_ABI_OFFSET(IRP, RequestorMode, 0x40);
RSL_ABI_OFFSET(IRP, CurrentLocation, 0x43);
RSL_ABI_OFFSET(IRP, UserIosb, 0x48);
RSL_ABI_OFFSET(IRP, Overlay, 0x58);
RSL_ABI_OFFSET(IRP, CancelRoutine, 0x68);
RSL_ABI_OFFSET(IRP, UserBuffer, 0x70);
RSL_ABI_OFFSET(IRP, Tail, 0x78);
RSL_ABI_OFFSET(IRP, Tail.Overlay.Thread, 0x98);
RSL_ABI_OFFSET(IRP, Tail.Overlay.ListEntry, 0xa8);
RSL_ABI_OFFSET(IRP, Tail.Overlay.CurrentStackLocation, 0xb8);
RSL_ABI_OFFSET(IRP, Tail.Overlay.OriginalFileObject, 0xc0);

#define IO_SIZE_OF_IRP(stack_size) \
    ((USHORT)(sizeof(IRP) + (stack_size) * sizeof(IO_STACK_LOCATION)))

// A member with this mark begins at a multiple of 8, as on every 64-bit Windows.
#define RSL_ABI_POINTER_ALIGNED RSL_ABI_ALIGN(8)

struct _IO_STACK_LOCATION {
    UCHAR MajorFunction;
    UCHAR MinorFunction;
    UCHAR Flags;
    UCHAR Control;
    union {
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            RSL_ABI_POINTER_ALIGNED USHORT FileAttributes;
            USHORT ShareAccess;
            RSL_ABI_POINTER_ALIGNED ULONG EaLength;
        } Create;
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            RSL_ABI_POINTER_ALIGNED USHORT Reserved;
            USHORT ShareAccess;
            PNAMED_PIPE_CREATE_PARAMETERS Parameters;
        } CreatePipe;
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            RSL_ABI_POINTER_ALIGNED USHORT Reserved;
            USHORT ShareAccess;
            PMAILSLOT_CREATE_PARAMETERS Parameters;
        } CreateMailslot;
        struct {
            ULONG Length;
            RSL_ABI_POINTER_ALIGNED ULONG Key;
            ULONG Flags;
            LARGE_INTEGER ByteOffset;
        } Read, Write;
        struct {
            ULONG Length;
            PUNICODE_STRING FileName;
            FILE_INFORMATION_CLASS FileInformationClass;
            RSL_ABI_POINTER_ALIGNED ULONG FileIndex;
        } QueryDirectory;
        struct {
            ULONG Length;
            RSL_ABI_POINTER_ALIGNED ULONG CompletionFilter;
        } NotifyDirectory;
        struct {
            ULONG Length;
            RSL_ABI_POINTER_ALIGNED ULONG CompletionFilter;
            RSL_ABI_POINTER_ALIGNED DIRECTORY_NOTIFY_INFORMATION_CLASS
                DirectoryNotifyInformationClass;
        } NotifyDirectoryEx;
        struct {
            ULONG Length;
            RSL_ABI_POINTER_ALIGNED FILE_INFORMATION_CLASS FileInformationClass;
        } QueryFile;
        struct {
            ULONG Length;
            RSL_ABI_POINTER_ALIGNED FILE_INFORMATION_CLASS FileInformationClass;
            PFILE_OBJECT FileObject;
            union {
                struct {
                    BOOLEAN ReplaceIfExists;
                    BOOLEAN AdvanceOnly;
                };
                ULONG ClusterCount;
                HANDLE DeleteHandle;
            };
        } SetFile;
        struct {
            ULONG Length;
            PVOID EaList;
            ULONG EaListLength;
            RSL_ABI_POINTER_ALIGNED ULONG EaIndex;
        } QueryEa;
        struct {
            ULONG Length;
        } SetEa, SetQuota;
        struct {
            ULONG Length;
            RSL_ABI_POINTER_ALIGNED FS_INFORMATION_CLASS FsInformationClass;
        } QueryVolume, SetVolume;
        struct {
            ULONG OutputBufferLength;
            RSL_ABI_POINTER_ALIGNED ULONG InputBufferLength;
            RSL_ABI_POINTER_ALIGNED ULONG FsControlCode;
            PVOID Type3InputBuffer;
        } FileSystemControl;
        struct {
            PLARGE_INTEGER Length;
            RSL_ABI_POINTER_ALIGNED ULONG Key;
            LARGE_INTEGER ByteOffset;
        } LockControl;
        struct {
            ULONG OutputBufferLength;
            RSL_ABI_POINTER_ALIGNED ULONG InputBufferLength;
            RSL_ABI_POINTER_ALIGNED ULONG IoControlCode;
            PVOID Type3InputBuffer;
        } DeviceIoControl;
        struct {
            SECURITY_INFORMATION SecurityInformation;
            RSL_ABI_POINTER_ALIGNED ULONG Length;
        } QuerySecurity;
        struct {
            SECURITY_INFORMATION SecurityInformation;
            PSECURITY_DESCRIPTOR SecurityDescriptor;
        } SetSecurity;
        struct {
            PVPB Vpb;
            PDEVICE_OBJECT DeviceObject;
            ULONG OutputBufferLength;
        } MountVolume;
        struct {
            PVPB Vpb;
            PDEVICE_OBJECT DeviceObject;
        } VerifyVolume;
        struct {
            struct _SCSI_REQUEST_BLOCK* Srb;
        } Scsi;
        struct {
            ULONG Length;
            PSID StartSid;
            struct _FILE_GET_QUOTA_INFORMATION* SidList;
            ULONG SidListLength;
        } QueryQuota;
        struct {
            DEVICE_RELATION_TYPE Type;
        } QueryDeviceRelations;
        struct {
            const GUID* InterfaceType;
            USHORT Size;
            USHORT Version;
            PINTERFACE Interface;
            PVOID InterfaceSpecificData;
        } QueryInterface;
        struct {
            PDEVICE_CAPABILITIES Capabilities;
        } DeviceCapabilities;
        struct {
            PIO_RESOURCE_REQUIREMENTS_LIST IoResourceRequirementList;
        } FilterResourceRequirements;
        struct {
            ULONG WhichSpace;
            PVOID Buffer;
            ULONG Offset;
            RSL_ABI_POINTER_ALIGNED ULONG Length;
        } ReadWriteConfig;
        struct {
            BOOLEAN Lock;
        } SetLock;
        struct {
            BUS_QUERY_ID_TYPE IdType;
        } QueryId;
        struct {
            DEVICE_TEXT_TYPE DeviceTextType;
            RSL_ABI_POINTER_ALIGNED ULONG LocaleId;
        } QueryDeviceText;
        struct {
            BOOLEAN InPath;
            BOOLEAN Reserved[3];
            RSL_ABI_POINTER_ALIGNED DEVICE_USAGE_NOTIFICATION_TYPE Type;
        } UsageNotification;
        struct {
            SYSTEM_POWER_STATE PowerState;
        } WaitWake;
        struct {
            PPOWER_SEQUENCE PowerSequence;
        } PowerSequence;
        struct {
            union {
                ULONG SystemContext;
                SYSTEM_POWER_STATE_CONTEXT SystemPowerStateContext;
            };
            RSL_ABI_POINTER_ALIGNED POWER_STATE_TYPE Type;
            RSL_ABI_POINTER_ALIGNED POWER_STATE State;
            RSL_ABI_POINTER_ALIGNED POWER_ACTION ShutdownType;
        } Power;
        struct {
            PCM_RESOURCE_LIST AllocatedResources;
            PCM_RESOURCE_LIST AllocatedResourcesTranslated;
        } StartDevice;
        struct {
            ULONG_PTR ProviderId;
            PVOID DataPath;
            ULONG BufferSize;
            PVOID Buffer;
        } WMI;
        struct {
            PVOID Argument1;
            PVOID Argument2;
            PVOID Argument3;
            PVOID Argument4;
        } Others;
    } Parameters;
    PDEVICE_OBJECT DeviceObject;
    PFILE_OBJECT FileObject;
    PIO_COMPLETION_ROUTINE CompletionRoutine;
    PVOID Context;
};
RSL_ABI_SIZE(IO_STACK_LOCATION, 0x48);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters, 0x08);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Create.FileAttributes, 0x18);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Create.ShareAccess, 0x1a);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Create.EaLength, 0x20);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Read.Key, 0x10);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Read.Flags, 0x14);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Read.ByteOffset, 0x18);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.DeviceIoControl.IoControlCode, 0x18);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.DeviceIoControl.Type3InputBuffer, 0x20);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.SetFile.FileObject, 0x18);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Power.State, 0x18);
RSL_ABI_OFFSET(IO_STACK_LOCATION, Parameters.Power.ShutdownType, 0x20);
RSL_ABI_OFFSET(IO_STACK_LOCATION, DeviceObject, 0x28);
RSL_ABI_OFFSET(IO_STACK_LOCATION, CompletionRoutine, 0x38);

#ifdef __cplusplus
}
#endif
