// SPDX-License-Identifier: GPL-2.0-only
// Disks: control codes and their structures (ntdddisk.h, ntddstor.h, ntddscsi.h, mountdev.h,
// ntddvol.h). Those that our disk driver knows; sizes and offsets are compared with mingw-w64's in
// tests/end_to_end/drivers/disk_client.c.
#pragma once

#include "abi/types/io_codes.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Control codes
#define IOCTL_DISK_GET_DRIVE_GEOMETRY        0x00070000u
#define IOCTL_DISK_GET_PARTITION_INFO        0x00074004u
#define IOCTL_DISK_GET_DRIVE_LAYOUT          0x0007400cu
#define IOCTL_DISK_IS_WRITABLE               0x00070024u
#define IOCTL_DISK_GET_PARTITION_INFO_EX     0x00070048u
#define IOCTL_DISK_GET_DRIVE_LAYOUT_EX       0x00070050u
#define IOCTL_DISK_GET_LENGTH_INFO           0x0007405cu
#define IOCTL_DISK_GET_DRIVE_GEOMETRY_EX     0x000700a0u
#define IOCTL_DISK_UPDATE_PROPERTIES         0x00070140u
#define IOCTL_DISK_SET_DRIVE_LAYOUT          0x0007c010u
#define IOCTL_DISK_SET_DRIVE_LAYOUT_EX       0x0007c054u
#define IOCTL_DISK_CREATE_DISK               0x0007c058u
#define IOCTL_DISK_DELETE_DRIVE_LAYOUT       0x0007c100u
#define IOCTL_DISK_CHECK_VERIFY              0x00074800u
#define IOCTL_STORAGE_CHECK_VERIFY           0x002d4800u
#define IOCTL_STORAGE_CHECK_VERIFY2          0x002d0800u
#define IOCTL_STORAGE_GET_HOTPLUG_INFO       0x002d0c14u
#define IOCTL_STORAGE_GET_DEVICE_NUMBER      0x002d1080u
#define IOCTL_STORAGE_QUERY_PROPERTY         0x002d1400u
#define IOCTL_SCSI_GET_ADDRESS               0x00041018u
#define IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS 0x00560000u
#define IOCTL_VOLUME_ONLINE                  0x0056c008u
#define IOCTL_VOLUME_IS_OFFLINE              0x00560010u
#define IOCTL_MOUNTDEV_QUERY_DEVICE_NAME     0x004d0008u
#define IOCTL_MOUNTDEV_QUERY_UNIQUE_ID       0x004d0000u

// ---- Geometry and size
typedef enum _MEDIA_TYPE { Unknown, RemovableMedia = 11, FixedMedia = 12 } MEDIA_TYPE;

typedef struct _DISK_GEOMETRY {
    LARGE_INTEGER Cylinders;
    MEDIA_TYPE MediaType;
    ULONG TracksPerCylinder;
    ULONG SectorsPerTrack;
    ULONG BytesPerSector;
} DISK_GEOMETRY;
RSL_ABI_SIZE(DISK_GEOMETRY, 24);

/// The documented DISK_GEOMETRY_EX ends in Data, where DISK_PARTITION_INFO and DISK_DETECTION_INFO
/// lie.
typedef struct _DISK_GEOMETRY_EX {
    DISK_GEOMETRY Geometry;
    LARGE_INTEGER DiskSize;
    UCHAR Data[1];
} DISK_GEOMETRY_EX;
RSL_ABI_SIZE(DISK_GEOMETRY_EX, 40);

typedef struct _GET_LENGTH_INFORMATION {
    LARGE_INTEGER Length;
} GET_LENGTH_INFORMATION;

// ---- Partitions
typedef enum _PARTITION_STYLE {
    PARTITION_STYLE_MBR,
    PARTITION_STYLE_GPT,
    PARTITION_STYLE_RAW
} PARTITION_STYLE;

typedef struct _PARTITION_INFORMATION {
    LARGE_INTEGER StartingOffset;
    LARGE_INTEGER PartitionLength;
    ULONG HiddenSectors;
    ULONG PartitionNumber;
    UCHAR PartitionType;
    BOOLEAN BootIndicator;
    BOOLEAN RecognizedPartition;
    BOOLEAN RewritePartition;
} PARTITION_INFORMATION;
RSL_ABI_SIZE(PARTITION_INFORMATION, 32);

typedef struct _PARTITION_INFORMATION_MBR {
    UCHAR PartitionType;
    BOOLEAN BootIndicator;
    BOOLEAN RecognizedPartition;
    ULONG HiddenSectors;
    GUID PartitionId;
} PARTITION_INFORMATION_MBR;
RSL_ABI_SIZE(PARTITION_INFORMATION_MBR, 24);

typedef struct _PARTITION_INFORMATION_GPT {
    GUID PartitionType;
    GUID PartitionId;
    ULONG64 Attributes;
    WCHAR Name[36];
} PARTITION_INFORMATION_GPT;
RSL_ABI_SIZE(PARTITION_INFORMATION_GPT, 112);

typedef struct _PARTITION_INFORMATION_EX {
    PARTITION_STYLE PartitionStyle;
    LARGE_INTEGER StartingOffset;
    LARGE_INTEGER PartitionLength;
    ULONG PartitionNumber;
    BOOLEAN RewritePartition;
    BOOLEAN IsServicePartition;
    union {
        PARTITION_INFORMATION_MBR Mbr;
        PARTITION_INFORMATION_GPT Gpt;
    };
} PARTITION_INFORMATION_EX;
RSL_ABI_SIZE(PARTITION_INFORMATION_EX, 144);
RSL_ABI_OFFSET(PARTITION_INFORMATION_EX, Gpt, 32);

typedef struct _DRIVE_LAYOUT_INFORMATION {
    ULONG PartitionCount;
    ULONG Signature;
    PARTITION_INFORMATION PartitionEntry[1];
} DRIVE_LAYOUT_INFORMATION;
RSL_ABI_OFFSET(DRIVE_LAYOUT_INFORMATION, PartitionEntry, 8);

typedef struct _DRIVE_LAYOUT_INFORMATION_MBR {
    ULONG Signature;
    ULONG CheckSum;
} DRIVE_LAYOUT_INFORMATION_MBR;

typedef struct _DRIVE_LAYOUT_INFORMATION_GPT {
    GUID DiskId;
    LARGE_INTEGER StartingUsableOffset;
    LARGE_INTEGER UsableLength;
    ULONG MaxPartitionCount;
} DRIVE_LAYOUT_INFORMATION_GPT;
RSL_ABI_SIZE(DRIVE_LAYOUT_INFORMATION_GPT, 40);

typedef struct _DRIVE_LAYOUT_INFORMATION_EX {
    ULONG PartitionStyle;
    ULONG PartitionCount;
    union {
        DRIVE_LAYOUT_INFORMATION_MBR Mbr;
        DRIVE_LAYOUT_INFORMATION_GPT Gpt;
    };
    PARTITION_INFORMATION_EX PartitionEntry[1];
} DRIVE_LAYOUT_INFORMATION_EX;
RSL_ABI_OFFSET(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry, 48);

typedef struct _CREATE_DISK_MBR {
    ULONG Signature;
} CREATE_DISK_MBR;
typedef struct _CREATE_DISK_GPT {
    GUID DiskId;
    ULONG MaxPartitionCount;
} CREATE_DISK_GPT;
typedef struct _CREATE_DISK {
    PARTITION_STYLE PartitionStyle;
    union {
        CREATE_DISK_MBR Mbr;
        CREATE_DISK_GPT Gpt;
    };
} CREATE_DISK;
RSL_ABI_SIZE(CREATE_DISK, 24);

// ---- Storage
typedef struct _STORAGE_DEVICE_NUMBER {
    DEVICE_TYPE DeviceType;
    ULONG DeviceNumber;
    ULONG PartitionNumber;
} STORAGE_DEVICE_NUMBER;
RSL_ABI_SIZE(STORAGE_DEVICE_NUMBER, 12);

typedef struct _STORAGE_HOTPLUG_INFO {
    ULONG Size;
    BOOLEAN MediaRemovable;
    BOOLEAN MediaHotplug;
    BOOLEAN DeviceHotplug;
    BOOLEAN WriteCacheEnableOverride;
} STORAGE_HOTPLUG_INFO;
RSL_ABI_SIZE(STORAGE_HOTPLUG_INFO, 8);

typedef enum _STORAGE_PROPERTY_ID {
    StorageDeviceProperty = 0,
    StorageAdapterProperty = 1,
    StorageDeviceIdProperty = 2,
    StorageAccessAlignmentProperty = 6
} STORAGE_PROPERTY_ID;
typedef enum _STORAGE_QUERY_TYPE { PropertyStandardQuery, PropertyExistsQuery } STORAGE_QUERY_TYPE;

typedef struct _STORAGE_PROPERTY_QUERY {
    ULONG PropertyId;
    ULONG QueryType;
    UCHAR AdditionalParameters[1];
} STORAGE_PROPERTY_QUERY;
RSL_ABI_SIZE(STORAGE_PROPERTY_QUERY, 12);

typedef struct _STORAGE_DESCRIPTOR_HEADER {
    ULONG Version;
    ULONG Size;
} STORAGE_DESCRIPTOR_HEADER;

#define BusTypeVirtual 0x0E  // STORAGE_BUS_TYPE

typedef struct _STORAGE_DEVICE_DESCRIPTOR {
    ULONG Version;
    ULONG Size;
    UCHAR DeviceType;
    UCHAR DeviceTypeModifier;
    BOOLEAN RemovableMedia;
    BOOLEAN CommandQueueing;
    ULONG VendorIdOffset;
    ULONG ProductIdOffset;
    ULONG ProductRevisionOffset;
    ULONG SerialNumberOffset;
    ULONG BusType;
    ULONG RawPropertiesLength;
    UCHAR RawDeviceProperties[1];
} STORAGE_DEVICE_DESCRIPTOR;
RSL_ABI_SIZE(STORAGE_DEVICE_DESCRIPTOR, 40);

typedef struct _STORAGE_ADAPTER_DESCRIPTOR {
    ULONG Version;
    ULONG Size;
    ULONG MaximumTransferLength;
    ULONG MaximumPhysicalPages;
    ULONG AlignmentMask;
    BOOLEAN AdapterUsesPio;
    BOOLEAN AdapterScansDown;
    BOOLEAN CommandQueueing;
    BOOLEAN AcceleratedTransfer;
    UCHAR BusType;
    USHORT BusMajorVersion;
    USHORT BusMinorVersion;
    UCHAR SrbType;
    UCHAR AddressType;
} STORAGE_ADAPTER_DESCRIPTOR;
RSL_ABI_SIZE(STORAGE_ADAPTER_DESCRIPTOR, 32);

typedef struct _STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR {
    ULONG Version;
    ULONG Size;
    ULONG BytesPerCacheLine;
    ULONG BytesOffsetForCacheAlignment;
    ULONG BytesPerLogicalSector;
    ULONG BytesPerPhysicalSector;
    ULONG BytesOffsetForSectorAlignment;
} STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR;
RSL_ABI_SIZE(STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR, 28);

typedef struct _SCSI_ADDRESS {
    ULONG Length;
    UCHAR PortNumber;
    UCHAR PathId;
    UCHAR TargetId;
    UCHAR Lun;
} SCSI_ADDRESS;
RSL_ABI_SIZE(SCSI_ADDRESS, 8);

// ---- Volumes
typedef struct _DISK_EXTENT {
    ULONG DiskNumber;
    LARGE_INTEGER StartingOffset;
    LARGE_INTEGER ExtentLength;
} DISK_EXTENT;
RSL_ABI_SIZE(DISK_EXTENT, 24);

typedef struct _VOLUME_DISK_EXTENTS {
    ULONG NumberOfDiskExtents;
    DISK_EXTENT Extents[1];
} VOLUME_DISK_EXTENTS;
RSL_ABI_SIZE(VOLUME_DISK_EXTENTS, 32);

typedef struct _MOUNTDEV_NAME {
    USHORT NameLength;
    WCHAR Name[1];
} MOUNTDEV_NAME;

typedef struct _MOUNTDEV_UNIQUE_ID {
    USHORT UniqueIdLength;
    UCHAR UniqueId[1];
} MOUNTDEV_UNIQUE_ID;

#ifdef __cplusplus
}
#endif
