// SPDX-License-Identifier: GPL-2.0-only
#include <string_view>

#include "abi/private/rsl_kernel.h"
#include "kernel/io/test_device.hpp"

namespace rsl::io {
namespace {

constinit char text[16'384] = {};

/// The JSON of a node.
std::string_view state_of(const char* path) {
    SIZE_T needed = 0;
    if (!NT_SUCCESS(RslInspect(path, text, sizeof(text), &needed))) return {};
    return {text, needed};
}

RSL_TEST(IoInspect, ShowsDriverDeviceAndFile) {
    test::TestDevice device;
    RSL_REQUIRE(device.ok());
    test::Opened file(0, u"\\Device\\RslIoTest\\Below");
    RSL_EXPECT(state_of("kernel/io/drivers").find("\\\\Driver\\\\RslIoTest") != std::string_view::npos);
    RSL_EXPECT(state_of("kernel/io/devices").find("\\\\Device\\\\RslIoTest\"") != std::string_view::npos);
    RSL_EXPECT(state_of("kernel/io/files").find("\\\\Device\\\\RslIoTest\\\\Below\"") != std::string_view::npos);
}

RSL_TEST(IoInspect, ShowsARequestUnderWay) {
    test::TestDevice device;
    RSL_REQUIRE(device.ok());
    device.on(IRP_MJ_DEVICE_CONTROL, &test::keep);
    test::Opened file(0);
    file.control(test::control_code(METHOD_BUFFERED), nullptr, 0, nullptr, 0);
    RSL_EXPECT(state_of("kernel/io/irps").find("\"major\":\"0xe\"") != std::string_view::npos);
    test::finish(test::kept, STATUS_SUCCESS);
    RSL_EXPECT(state_of("kernel/io/irps").find("\"major\":\"0xe\"") == std::string_view::npos);
}

}  // namespace
}  // namespace rsl::io
