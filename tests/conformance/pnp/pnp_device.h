/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests of devices stand on: a physical device object, and a device of ours on top of it. */
#ifndef RSL_CONFORMANCE_PNP_DEVICE_H
#define RSL_CONFORMANCE_PNP_DEVICE_H

#include "conformance.h"

/* A root-enumerated PDO for this driver, made by IoReportDetectedDevice at the first call and kept. */
PDEVICE_OBJECT TestPdo(VOID);

typedef struct {
    PDEVICE_OBJECT Device; /* ours */
    PDEVICE_OBJECT Lower;
} STACK;
/* Attaches a device to TestPdo(). While it is there, its requests go to `dispatch`, or, NULL, down. */
BOOLEAN StackUp(STACK* stack, PDRIVER_DISPATCH dispatch);
VOID StackDown(STACK* stack);
/* Passes a request on to the PDO; creates, closes and cleanups succeed. */
NTSTATUS NTAPI PassDown(PDEVICE_OBJECT device, PIRP irp);

/* Waits five seconds at most. */
BOOLEAN HappensSoon(PKEVENT event);

extern const GUID TestClass, OtherClass;

#endif
