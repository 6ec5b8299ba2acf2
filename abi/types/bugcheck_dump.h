/* SPDX-License-Identifier: GPL-2.0-only */
/* What callbacks of KeRegisterBugCheckReasonCallback get and give (wdm.h). */
#ifndef RSL_ABI_TYPES_BUGCHECK_DUMP_H
#define RSL_ABI_TYPES_BUGCHECK_DUMP_H

#include "abi/types/basic.h"

typedef struct _KBUGCHECK_SECONDARY_DUMP_DATA {
    PVOID InBuffer;
    ULONG InBufferLength;
    ULONG MaximumAllowed;
    GUID Guid;
    PVOID OutBuffer;
    ULONG OutBufferLength;
} KBUGCHECK_SECONDARY_DUMP_DATA, *PKBUGCHECK_SECONDARY_DUMP_DATA;
RSL_ABI_SIZE(KBUGCHECK_SECONDARY_DUMP_DATA, 48);

typedef struct _KBUGCHECK_ADD_PAGES {
    PVOID Context;
    ULONG Flags;
    ULONG BugCheckCode;
    ULONG_PTR Address;
    ULONG_PTR Count;
} KBUGCHECK_ADD_PAGES, *PKBUGCHECK_ADD_PAGES;
RSL_ABI_SIZE(KBUGCHECK_ADD_PAGES, 32);
#define KB_ADD_PAGES_FLAG_VIRTUAL_ADDRESS 0x00000001u
#define KB_ADD_PAGES_FLAG_PHYSICAL_ADDRESS 0x00000002u
#define KB_ADD_PAGES_FLAG_ADDITIONAL_RANGES_EXIST 0x80000000u

#endif
