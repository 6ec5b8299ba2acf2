// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI ULONG NTAPI DbgPrompt(PCCH Prompt, PCH Response, ULONG Length);

CONFORMANCE(DbgPrompt, AnswersNothingWithoutADebugger) {
    char answer[8] = "before";
    CHECK_EQ(DbgPrompt((PCCH) "conformance? ", answer, sizeof(answer)), 0);
    CHECK_EQ(answer[0], 0);
}
