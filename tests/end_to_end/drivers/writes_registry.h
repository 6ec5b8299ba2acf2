/* SPDX-License-Identifier: GPL-2.0-only */
/* What writes_registry.sys and the program that asks it say to each other. Types of wdm.h or of windows.h. */
#ifndef RSL_WRITES_REGISTRY_H
#define RSL_WRITES_REGISTRY_H

#define WRITES_SET_VALUE 0x222000    /* a request with data; keys on the way are made */
#define WRITES_DELETE_VALUE 0x222004
#define WRITES_DELETE_KEY 0x222008
#define WRITES_READ_VALUE 0x22200C   /* answers with the type, then the data */
#define WRITES_AWAIT_CHANGE 0x222010 /* asks to be told of the next change of a key; does not wait */
#define WRITES_WAS_TOLD 0x222014     /* waits up to ten seconds until it was */

/* Key is below the service's, at most one new component a request; Name "" is the default value. */
typedef struct {
    ULONG Type;
    WCHAR Key[62];
    WCHAR Name[64];
    UCHAR Data[1];
} WRITES_REQUEST;

#endif
