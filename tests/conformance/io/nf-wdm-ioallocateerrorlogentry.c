// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAllocateErrorLogEntry, GivesAPacketForADeviceOrADriver) {
    PIO_ERROR_LOG_PACKET packet = NULL;
    AT_IRQL(DISPATCH_LEVEL,
            packet = IoAllocateErrorLogEntry(ConformanceDevice, sizeof(IO_ERROR_LOG_PACKET)));
    CHECK(packet != NULL);
    if (packet != NULL) AT_IRQL(DISPATCH_LEVEL, IoFreeErrorLogEntry(packet));
    packet = IoAllocateErrorLogEntry(ConformanceDriver, sizeof(IO_ERROR_LOG_PACKET));
    CHECK(packet != NULL);
    if (packet != NULL) IoFreeErrorLogEntry(packet);
}

CONFORMANCE(IoAllocateErrorLogEntry, NullAboveTheMaximum) {
    CHECK_EQ(IoAllocateErrorLogEntry(ConformanceDevice, (UCHAR)(ERROR_LOG_MAXIMUM_SIZE + 1)), NULL);
}

CONFORMANCE(IoFreeErrorLogEntry, EntriesNeedNotBeWritten) {
    int turn;
    for (turn = 0; turn < 100; turn++) {
        PVOID packet = IoAllocateErrorLogEntry(ConformanceDevice, ERROR_LOG_MAXIMUM_SIZE);
        REQUIRE(packet != NULL);
        IoFreeErrorLogEntry(packet);
    }
}

CONFORMANCE(IoWriteErrorLogEntry, TakesTheEntryAtDispatchLevel) {
    static const WCHAR insertion[] = L"an insertion string";
    ULONG bytes = sizeof(IO_ERROR_LOG_PACKET) + sizeof(insertion);
    PIO_ERROR_LOG_PACKET packet = IoAllocateErrorLogEntry(ConformanceDevice, (UCHAR)bytes);
    REQUIRE(packet != NULL);
    packet->ErrorCode = STATUS_DEVICE_DATA_ERROR;
    packet->FinalStatus = STATUS_IO_DEVICE_ERROR;
    packet->UniqueErrorValue = 17;
    packet->DumpDataSize = sizeof(ULONG);
    packet->DumpData[0] = 0x1234;
    packet->NumberOfStrings = 1;
    packet->StringOffset = sizeof(IO_ERROR_LOG_PACKET);
    RtlCopyMemory((UCHAR*)packet + packet->StringOffset, insertion, sizeof(insertion));
    AT_IRQL(DISPATCH_LEVEL, IoWriteErrorLogEntry(packet));
}
