// SPDX-License-Identifier: GPL-2.0-only
// The page that the kernel shares with everybody, read-only, at a fixed address. Drivers read times and
// versions from it without a call: the WDK's headers inline KeQuerySystemTime, KeQueryTickCount and kin.
#pragma once

#include "abi/types/basic.h"

#ifdef __cplusplus
extern "C" {
#endif

#define kSharedUserDataAddress 0xFFFFF78000000000ull /* KI_USER_SHARED_DATA */

// A writer stores High2Time, LowPart, High1Time; a reader loads them the other way and retries while the
// two highs differ. On x64 an aligned LowPart and High1Time may be read as one 64-bit word too.
typedef struct _KSYSTEM_TIME {
    ULONG LowPart;
    LONG High1Time;
    LONG High2Time;
} KSYSTEM_TIME, *PKSYSTEM_TIME;
RSL_ABI_SIZE(KSYSTEM_TIME, 12);

typedef struct _KUSER_SHARED_DATA {
    ULONG TickCountLowDeprecated;
    ULONG TickCountMultiplier;
    volatile KSYSTEM_TIME InterruptTime;
    volatile KSYSTEM_TIME SystemTime;
    volatile KSYSTEM_TIME TimeZoneBias;
    USHORT ImageNumberLow;
    USHORT ImageNumberHigh;
    WCHAR NtSystemRoot[260];
    ULONG MaxStackTraceDepth;
    ULONG CryptoExponent;
    ULONG TimeZoneId;
    ULONG LargePageMinimum;
    ULONG AitSamplingValue;
    ULONG AppCompatFlag;
    ULONGLONG RNGSeedVersion;
    ULONG GlobalValidationRunlevel;
    LONG TimeZoneBiasStamp;
    ULONG NtBuildNumber;
    ULONG NtProductType;
    BOOLEAN ProductTypeIsValid;
    BOOLEAN Reserved0[1];
    USHORT NativeProcessorArchitecture;
    ULONG NtMajorVersion;
    ULONG NtMinorVersion;
    BOOLEAN ProcessorFeatures[64];
    ULONG Reserved1;
    ULONG Reserved3;
    ULONG TimeSlip;
    ULONG AlternativeArchitecture;
    ULONG BootId;
    LARGE_INTEGER SystemExpirationDate;
    ULONG SuiteMask;
    BOOLEAN KdDebuggerEnabled;
    UCHAR MitigationPolicies;
    USHORT CyclesPerYield;
    ULONG ActiveConsoleId;
    ULONG DismountCount;
    ULONG ComPlusPackage;
    ULONG LastSystemRITEventTickCount;
    ULONG NumberOfPhysicalPages;
    BOOLEAN SafeBootMode;
    UCHAR VirtualizationFlags;
    UCHAR Reserved12[2];
    ULONG SharedDataFlags;
    ULONG DataFlagsPad[1];
    ULONGLONG TestRetInstruction;
    LONGLONG QpcFrequency;
    ULONG SystemCall;
    ULONG Reserved2;
    ULONGLONG SystemCallPad[2];
    union {
        volatile KSYSTEM_TIME TickCount;
        volatile ULONG64 TickCountQuad;
        ULONG ReservedTickCountOverlay[3];
    };
    ULONG Cookie;
    ULONG CookiePad[1];
    LONGLONG ConsoleSessionForegroundProcessId;
    ULONGLONG TimeUpdateLock;
    ULONGLONG BaselineSystemTimeQpc;
    ULONGLONG BaselineInterruptTimeQpc;
    ULONGLONG QpcSystemTimeIncrement;
    ULONGLONG QpcInterruptTimeIncrement;
    UCHAR QpcSystemTimeIncrementShift;
    UCHAR QpcInterruptTimeIncrementShift;
    USHORT UnparkedProcessorCount;
    ULONG EnclaveFeatureMask[4];
    ULONG TelemetryCoverageRound;
    USHORT UserModeGlobalLogger[16];
    ULONG ImageFileExecutionOptions;
    ULONG LangGenerationCount;
    ULONGLONG Reserved4;
    volatile ULONGLONG InterruptTimeBias;
    volatile ULONGLONG QpcBias;
    ULONG ActiveProcessorCount;
    volatile UCHAR ActiveGroupCount;
    UCHAR Reserved9;
    USHORT QpcData;
} KUSER_SHARED_DATA, *PKUSER_SHARED_DATA;
RSL_ABI_OFFSET(KUSER_SHARED_DATA, InterruptTime, 0x008);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, SystemTime, 0x014);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, NtSystemRoot, 0x030);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, NtBuildNumber, 0x260);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, NtProductType, 0x264);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, NtMajorVersion, 0x26c);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, ProcessorFeatures, 0x274);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, SystemExpirationDate, 0x2c8);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, KdDebuggerEnabled, 0x2d4);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, SafeBootMode, 0x2ec);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, QpcFrequency, 0x300);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, TickCount, 0x320);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, Cookie, 0x330);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, InterruptTimeBias, 0x3b0);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, ActiveProcessorCount, 0x3c0);
RSL_ABI_OFFSET(KUSER_SHARED_DATA, ActiveGroupCount, 0x3c4);

#ifdef __cplusplus
}
#endif
