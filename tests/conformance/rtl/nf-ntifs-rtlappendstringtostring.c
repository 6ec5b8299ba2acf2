/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlAppendAsciizToString, its twin for a terminated source. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlAppendAsciizToString(PSTRING Destination, PCSZ Source);

CONFORMANCE(RtlAppendStringToString, AppendsAllOrNothing) {
    char buffer[5] = {0};
    STRING text = {0, sizeof(buffer), buffer}, part;
    RtlInitString(&part, "abc");
    CHECK_STATUS(RtlAppendStringToString(&text, &part), STATUS_SUCCESS);
    CHECK_STATUS(RtlAppendStringToString(&text, &part), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(text.Length, 3);
    CHECK_BYTES(buffer, "abc", 3);
}

CONFORMANCE(RtlAppendAsciizToString, AppendsAllOrNothing) {
    char buffer[5] = {0};
    STRING text = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlAppendAsciizToString(&text, "abc"), STATUS_SUCCESS);
    CHECK_STATUS(RtlAppendAsciizToString(&text, "def"), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(text.Length, 3);
    CHECK_STATUS(RtlAppendAsciizToString(&text, NULL), STATUS_SUCCESS);
    CHECK_STATUS(RtlAppendAsciizToString(&text, "de"), STATUS_SUCCESS);
    CHECK_BYTES(buffer, "abcde", 5);
}
