// SPDX-License-Identifier: GPL-2.0-only
// What ZwQuerySystemInformation fills in. The layouts are those of the public symbol tables and books;
// only classes that RSL answers stand here.
#pragma once

#include "abi/types/ps.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum _SYSTEM_INFORMATION_CLASS {
    SystemBasicInformation = 0,
    SystemProcessorInformation = 1,
    SystemTimeOfDayInformation = 3,
    SystemProcessInformation = 5,
    SystemProcessorPerformanceInformation = 8,
    SystemFlagsInformation = 9,
    SystemModuleInformation = 11,
    SystemHandleInformation = 16,
    SystemPoolTagInformation = 22,
    SystemInterruptInformation = 23,
    SystemTimeAdjustmentInformation = 28,
    SystemKernelDebuggerInformation = 35,
    SystemCurrentTimeZoneInformation = 44,
    SystemProcessorIdleInformation = 61,
    SystemEmulationBasicInformation = 62,
    SystemExtendedHandleInformation = 64,
    SystemModuleInformationEx = 77,
    SystemBootEnvironmentInformation = 90,
    SystemCodeIntegrityInformation = 103,
    SystemLogicalProcessorAndGroupInformation = 107,
    SystemSecureBootInformation = 145,
    SystemKernelDebuggerInformationEx = 149
} SYSTEM_INFORMATION_CLASS;

typedef struct _SYSTEM_BASIC_INFORMATION {
    ULONG Reserved;
    ULONG TimerResolution;
    ULONG PageSize;
    ULONG NumberOfPhysicalPages;
    ULONG LowestPhysicalPageNumber;
    ULONG HighestPhysicalPageNumber;
    ULONG AllocationGranularity;
    ULONG_PTR MinimumUserModeAddress;
    ULONG_PTR MaximumUserModeAddress;
    ULONG_PTR ActiveProcessorsAffinityMask;
    CCHAR NumberOfProcessors;
} SYSTEM_BASIC_INFORMATION, *PSYSTEM_BASIC_INFORMATION;
RSL_ABI_SIZE(SYSTEM_BASIC_INFORMATION, 64);

typedef struct _SYSTEM_PROCESSOR_INFORMATION {
    USHORT ProcessorArchitecture;
    USHORT ProcessorLevel;
    USHORT ProcessorRevision;
    USHORT MaximumProcessors;
    ULONG ProcessorFeatureBits;
} SYSTEM_PROCESSOR_INFORMATION, *PSYSTEM_PROCESSOR_INFORMATION;
RSL_ABI_SIZE(SYSTEM_PROCESSOR_INFORMATION, 12);

typedef struct _SYSTEM_TIMEOFDAY_INFORMATION {
    LARGE_INTEGER BootTime;
    LARGE_INTEGER CurrentTime;
    LARGE_INTEGER TimeZoneBias;
    ULONG TimeZoneId;
    ULONG Reserved;
    ULONGLONG BootTimeBias;
    ULONGLONG SleepTimeBias;
} SYSTEM_TIMEOFDAY_INFORMATION, *PSYSTEM_TIMEOFDAY_INFORMATION;
RSL_ABI_SIZE(SYSTEM_TIMEOFDAY_INFORMATION, 48);

typedef struct _SYSTEM_THREAD_INFORMATION {
    LARGE_INTEGER KernelTime;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER CreateTime;
    ULONG WaitTime;
    PVOID StartAddress;
    CLIENT_ID ClientId;
    KPRIORITY Priority;
    LONG BasePriority;
    ULONG ContextSwitches;
    ULONG ThreadState;
    ULONG WaitReason;
} SYSTEM_THREAD_INFORMATION, *PSYSTEM_THREAD_INFORMATION;
RSL_ABI_SIZE(SYSTEM_THREAD_INFORMATION, 0x50);

// Threads follow, then the image's name.
typedef struct _SYSTEM_PROCESS_INFORMATION {
    ULONG NextEntryOffset;
    ULONG NumberOfThreads;
    LARGE_INTEGER WorkingSetPrivateSize;
    ULONG HardFaultCount;
    ULONG NumberOfThreadsHighWatermark;
    ULONGLONG CycleTime;
    LARGE_INTEGER CreateTime;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
    UNICODE_STRING ImageName;
    KPRIORITY BasePriority;
    HANDLE UniqueProcessId;
    HANDLE InheritedFromUniqueProcessId;
    ULONG HandleCount;
    ULONG SessionId;
    ULONG_PTR UniqueProcessKey;
    SIZE_T MemoryCounters[12];
    LARGE_INTEGER IoCounters[6];
} SYSTEM_PROCESS_INFORMATION, *PSYSTEM_PROCESS_INFORMATION;
RSL_ABI_SIZE(SYSTEM_PROCESS_INFORMATION, 0x100);
RSL_ABI_OFFSET(SYSTEM_PROCESS_INFORMATION, ImageName, 0x38);
RSL_ABI_OFFSET(SYSTEM_PROCESS_INFORMATION, UniqueProcessId, 0x50);
RSL_ABI_OFFSET(SYSTEM_PROCESS_INFORMATION, HandleCount, 0x60);

typedef struct _RTL_PROCESS_MODULE_INFORMATION {
    HANDLE Section;
    PVOID MappedBase;
    PVOID ImageBase;
    ULONG ImageSize;
    ULONG Flags;
    USHORT LoadOrderIndex;
    USHORT InitOrderIndex;
    USHORT LoadCount;
    USHORT OffsetToFileName;
    UCHAR FullPathName[256];
} RTL_PROCESS_MODULE_INFORMATION, *PRTL_PROCESS_MODULE_INFORMATION;
RSL_ABI_SIZE(RTL_PROCESS_MODULE_INFORMATION, 0x128);
RSL_ABI_OFFSET(RTL_PROCESS_MODULE_INFORMATION, FullPathName, 0x28);

typedef struct _RTL_PROCESS_MODULES {
    ULONG NumberOfModules;
    RTL_PROCESS_MODULE_INFORMATION Modules[1];
} RTL_PROCESS_MODULES, *PRTL_PROCESS_MODULES;
RSL_ABI_OFFSET(RTL_PROCESS_MODULES, Modules, 8);

typedef struct _SYSTEM_KERNEL_DEBUGGER_INFORMATION {
    BOOLEAN KernelDebuggerEnabled;
    BOOLEAN KernelDebuggerNotPresent;
} SYSTEM_KERNEL_DEBUGGER_INFORMATION, *PSYSTEM_KERNEL_DEBUGGER_INFORMATION;

typedef struct _SYSTEM_CODEINTEGRITY_INFORMATION {
    ULONG Length;
    ULONG CodeIntegrityOptions;
} SYSTEM_CODEINTEGRITY_INFORMATION, *PSYSTEM_CODEINTEGRITY_INFORMATION;

typedef struct _SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION {
    LARGE_INTEGER IdleTime;
    LARGE_INTEGER KernelTime; /* with the idle time */
    LARGE_INTEGER UserTime;
    LARGE_INTEGER DpcTime;
    LARGE_INTEGER InterruptTime;
    ULONG InterruptCount;
} SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION;
RSL_ABI_SIZE(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION, 48);

typedef struct _SYSTEM_INTERRUPT_INFORMATION {
    ULONG ContextSwitches;
    ULONG DpcCount;
    ULONG DpcRate;
    ULONG TimeIncrement;
    ULONG DpcBypassCount;
    ULONG ApcBypassCount;
} SYSTEM_INTERRUPT_INFORMATION;
RSL_ABI_SIZE(SYSTEM_INTERRUPT_INFORMATION, 24);

typedef struct _SYSTEM_PROCESSOR_IDLE_INFORMATION {
    ULONGLONG IdleTime;
    ULONGLONG C1Time;
    ULONGLONG C2Time;
    ULONGLONG C3Time;
    ULONG C1Transitions;
    ULONG C2Transitions;
    ULONG C3Transitions;
    ULONG Padding;
} SYSTEM_PROCESSOR_IDLE_INFORMATION;
RSL_ABI_SIZE(SYSTEM_PROCESSOR_IDLE_INFORMATION, 48);

typedef struct _SYSTEM_HANDLE_TABLE_ENTRY_INFO {
    USHORT UniqueProcessId;
    USHORT CreatorBackTraceIndex;
    UCHAR ObjectTypeIndex;
    UCHAR HandleAttributes;
    USHORT HandleValue;
    PVOID Object;
    ULONG GrantedAccess;
} SYSTEM_HANDLE_TABLE_ENTRY_INFO;
RSL_ABI_SIZE(SYSTEM_HANDLE_TABLE_ENTRY_INFO, 24);

typedef struct _SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX {
    PVOID Object;
    ULONG_PTR UniqueProcessId;
    ULONG_PTR HandleValue;
    ULONG GrantedAccess;
    USHORT CreatorBackTraceIndex;
    USHORT ObjectTypeIndex;
    ULONG HandleAttributes;
    ULONG Reserved;
} SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX;
RSL_ABI_SIZE(SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX, 40);

typedef struct _SYSTEM_POOLTAG {
    ULONG TagUlong;
    ULONG PagedAllocs;
    ULONG PagedFrees;
    SIZE_T PagedUsed;
    ULONG NonPagedAllocs;
    ULONG NonPagedFrees;
    SIZE_T NonPagedUsed;
} SYSTEM_POOLTAG;
RSL_ABI_SIZE(SYSTEM_POOLTAG, 40);

typedef struct _SYSTEM_TIME_ADJUSTMENT_INFORMATION {
    ULONG TimeAdjustment;
    ULONG TimeIncrement;
    BOOLEAN Enable; /* TRUE: nothing adjusts the clock */
} SYSTEM_TIME_ADJUSTMENT_INFORMATION;
RSL_ABI_SIZE(SYSTEM_TIME_ADJUSTMENT_INFORMATION, 12);

typedef struct _RTL_PROCESS_MODULE_INFORMATION_EX {
    USHORT NextOffset; /* 0 ends the list */
    RTL_PROCESS_MODULE_INFORMATION BaseInfo;
    ULONG ImageChecksum;
    ULONG TimeDateStamp;
    PVOID DefaultBase;
} RTL_PROCESS_MODULE_INFORMATION_EX;
RSL_ABI_SIZE(RTL_PROCESS_MODULE_INFORMATION_EX, 0x140);

typedef struct _SYSTEM_BOOT_ENVIRONMENT_INFORMATION {
    GUID BootIdentifier;
    ULONG FirmwareType; /* 1: as from a BIOS */
    ULONGLONG BootFlags;
} SYSTEM_BOOT_ENVIRONMENT_INFORMATION;
RSL_ABI_SIZE(SYSTEM_BOOT_ENVIRONMENT_INFORMATION, 32);

typedef struct _PROCESSOR_RELATIONSHIP {
    UCHAR Flags;
    UCHAR EfficiencyClass;
    UCHAR Reserved[20];
    USHORT GroupCount;
    GROUP_AFFINITY GroupMask[1];
} PROCESSOR_RELATIONSHIP;
typedef struct _NUMA_NODE_RELATIONSHIP {
    ULONG NodeNumber;
    UCHAR Reserved[18];
    USHORT GroupCount;
    GROUP_AFFINITY GroupMask;
} NUMA_NODE_RELATIONSHIP;
typedef struct _PROCESSOR_GROUP_INFO {
    UCHAR MaximumProcessorCount;
    UCHAR ActiveProcessorCount;
    UCHAR Reserved[38];
    KAFFINITY ActiveProcessorMask;
} PROCESSOR_GROUP_INFO;
typedef struct _GROUP_RELATIONSHIP {
    USHORT MaximumGroupCount;
    USHORT ActiveGroupCount;
    UCHAR Reserved[20];
    PROCESSOR_GROUP_INFO GroupInfo[1];
} GROUP_RELATIONSHIP;
typedef struct _SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX {
    ULONG Relationship; /* RSL_RELATION_* */
    ULONG Size;
    union {
        PROCESSOR_RELATIONSHIP Processor;
        NUMA_NODE_RELATIONSHIP NumaNode;
        GROUP_RELATIONSHIP Group;
    };
} SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, *PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX;
RSL_ABI_SIZE(SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, 80);

/* LOGICAL_PROCESSOR_RELATIONSHIP */
#define RSL_RELATION_CORE 0
#define RSL_RELATION_NUMA_NODE 1
#define RSL_RELATION_PACKAGE 3
#define RSL_RELATION_GROUP 4
#define RSL_RELATION_NUMA_NODE_EX 6
#define RSL_RELATION_ALL 0xFFFF

#ifdef __cplusplus
}
#endif
