/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisSystemProcessorCount, IsTheMostThatThereCanBe) {
    CHAR count = 0;
    AT_IRQL(DISPATCH_LEVEL, count = NdisSystemProcessorCount());
    CHECK_EQ((ULONG)count, KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS));
    CHECK((ULONG)count >= KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS));
}

static UCHAR memory[4096] __attribute__((aligned(8)));

CONFORMANCE(NdisGetProcessorInformationEx, DescribesEachProcessor) {
    PNDIS_SYSTEM_PROCESSOR_INFO_EX info = (PNDIS_SYSTEM_PROCESSOR_INFO_EX)memory;
    ULONG processors = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
    SIZE_T bytes = sizeof(memory);
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    AT_IRQL(DISPATCH_LEVEL, status = NdisGetProcessorInformationEx(NULL, info, &bytes));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK_EQ(info->NumberOfProcessors, processors);
    CHECK(info->ProcessorInfoEntrySize >= sizeof(NDIS_PROCESSOR_INFO_EX));
    CHECK_EQ(bytes, info->ProcessorInfoOffset + processors * info->ProcessorInfoEntrySize);
    CHECK_EQ(info->NumCores, info->NumSockets * info->NumCoresPerSocket);
    CHECK(info->NumCores * info->MaxHyperThreadingProcsPerCore >= processors);
    for (ULONG i = 0; i < processors; ++i) {
        PNDIS_PROCESSOR_INFO_EX one = (PNDIS_PROCESSOR_INFO_EX)(memory + info->ProcessorInfoOffset +
                                                                i * info->ProcessorInfoEntrySize);
        CHECK_EQ(one->ProcNum.Group, 0);
        CHECK_EQ(one->ProcNum.Number, i);
        CHECK(one->SocketId < info->NumSockets);
        CHECK(one->CoreId < info->NumCoresPerSocket);
        CHECK(one->HyperThreadId < info->MaxHyperThreadingProcsPerCore);
    }
}
CONFORMANCE(NdisGetProcessorInformationEx, TellsHowMuchRoomItWants) {
    SIZE_T bytes = 0, wanted;
    CHECK_STATUS(NdisGetProcessorInformationEx(NULL, NULL, &bytes), NDIS_STATUS_BUFFER_TOO_SHORT);
    wanted = bytes;
    CHECK(wanted >= sizeof(NDIS_SYSTEM_PROCESSOR_INFO_EX) + sizeof(NDIS_PROCESSOR_INFO_EX));
    bytes = wanted - 1;
    CHECK_STATUS(NdisGetProcessorInformationEx(NULL, (PVOID)memory, &bytes),
                 NDIS_STATUS_BUFFER_TOO_SHORT);
    bytes = wanted;
    CHECK_STATUS(NdisGetProcessorInformationEx(NULL, (PVOID)memory, &bytes), NDIS_STATUS_SUCCESS);
}
