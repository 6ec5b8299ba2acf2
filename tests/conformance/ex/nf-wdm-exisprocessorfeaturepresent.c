// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExIsProcessorFeaturePresent, KnowsWhatEveryX64ProcessorHas) {
    CHECK(ExIsProcessorFeaturePresent(PF_COMPARE_EXCHANGE_DOUBLE));
    CHECK(ExIsProcessorFeaturePresent(PF_XMMI64_INSTRUCTIONS_AVAILABLE));
    CHECK(ExIsProcessorFeaturePresent(PF_RDTSC_INSTRUCTION_AVAILABLE));
    AT_IRQL(HIGH_LEVEL, CHECK(ExIsProcessorFeaturePresent(PF_NX_ENABLED)));
}

CONFORMANCE(ExIsProcessorFeaturePresent, IsFalseForWhatIsNotOne) {
    CHECK(!ExIsProcessorFeaturePresent(PF_FLOATING_POINT_EMULATED));
    CHECK(!ExIsProcessorFeaturePresent(0x12345));
}
