// SPDX-License-Identifier: GPL-2.0-only
#include <cstring>

#include "base/testing/test.hpp"
#include "shim/api/rsl.h"

extern "C" unsigned rsl_header_in_c(void);

RSL_TEST(RslHeader, IsTheSameInC) { RSL_EXPECT_EQ(rsl_header_in_c(), uint32_t{RSL_API_VERSION}); }

RSL_TEST(RslHeader, KnowsStatusNames) {
    RSL_EXPECT(std::strcmp(rsl_status_name(RSL_STATUS_CANCELLED), "STATUS_CANCELLED") == 0);
    RSL_EXPECT(rsl_status_name(0x12345678) == nullptr);
}

RSL_TEST(RslHeader, SaysWhyThereIsNoVm) {
    rsl_connect_options options{};
    options.size = sizeof(options);
    options.socket_path = "/nonexistent/rsl.sock";
    RSL_EXPECT(rsl_connect_with(&options) == nullptr);
    RSL_EXPECT(std::strstr(rsl_last_error(), "rsl start") != nullptr);
    options.size = 1;
    RSL_EXPECT(rsl_connect_with(&options) == nullptr);
}
