// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(BOOLEAN, ExIsSoftBoot, VOID);

CONFORMANCE(ExIsSoftBoot, IsFalseAfterAStartOfTheMachine) { CHECK(!ImportedExIsSoftBoot()); }
