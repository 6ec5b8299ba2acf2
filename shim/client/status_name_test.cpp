// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/status_name.hpp"

#include <string_view>

#include "base/testing/test.hpp"

RSL_TEST(StatusName, KnowsTheUsualName) {
    RSL_EXPECT(std::string_view(rsl::client::status_name(0)) == "STATUS_SUCCESS");
    RSL_EXPECT(rsl::client::status_name(0x7FFFFFFF) == nullptr);
}
