// SPDX-License-Identifier: GPL-2.0-only
// What an installer asks for: drivers kept, the device tree.
#include "server/driver/own_text.hpp"
#include "server/driver/real_nt.hpp"

namespace rsl::server {

Outcome RealNt::store_driver(Bytes service_name, Bytes image) {
    const UNICODE_STRING name = text_of(const_cast<std::byte*>(service_name.data()), static_cast<uint32_t>(service_name.size()));
    return {RslStoreDriverImage(&name, image.data(), image.size())};
}

Outcome RealNt::device_action(Target, const protocol::DeviceAction& body) {
    static_assert(static_cast<int>(protocol::DeviceOperation::kRestart) == RslDeviceRestart);
    const OwnText device(kernel(body.device), body.device.bytes);
    if (!device) return {STATUS_INSUFFICIENT_RESOURCES};
    const UNICODE_STRING text = device.nt();
    UNICODE_STRING path = text_of(kernel(body.path), body.path.bytes);
    path.Length = 0;
    const NTSTATUS status = RslDeviceAction(static_cast<RSL_DEVICE_ACTION>(body.operation), &text, &path);
    return {status, status >= 0 ? path.Length : 0u};
}

}  // namespace rsl::server
