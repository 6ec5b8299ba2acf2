// SPDX-License-Identifier: GPL-2.0-only
// What a driver's service key holds when nobody installed it.
#include "kernel/cm/registry.hpp"
#include "kernel/cm/tree.hpp"
#include "kernel/ke/clock.hpp"

namespace rsl::cm {

Result<void> write_service_key(std::u16string_view service, std::u16string_view image_path) {
    constexpr std::u16string_view kPrefix = u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
    char16_t path[kPrefix.size() + 256];
    if (service.size() > 255) return Status::kObjectNameInvalid;
    std::copy(kPrefix.begin(), kPrefix.end(), path);
    std::copy(service.begin(), service.end(), path + kPrefix.size());
    const auto object = RSL_TRY(make_key({path, kPrefix.size() + service.size()}));
    ke::MutexGuard guard{registry_lock()};
    Key& key = object->key();
    const auto now = static_cast<int64_t>(ke::system_time_now());
    const auto number = [&](std::u16string_view name, uint32_t value) -> Result<void> {
        return key.find_value(name) != nullptr ? Result<void>() : set_dword(key, name, value, now);
    };
    RSL_TRY(number(u"Type", SERVICE_KERNEL_DRIVER));
    RSL_TRY(number(u"Start", SERVICE_DEMAND_START));
    RSL_TRY(number(u"ErrorControl", SERVICE_ERROR_NORMAL));
    if (key.find_value(u"ImagePath") == nullptr)
        RSL_TRY(set_string(key, u"ImagePath", image_path, now, REG_EXPAND_SZ));
    if (key.find_value(u"DisplayName") == nullptr) RSL_TRY(set_string(key, u"DisplayName", service, now));
    return {};
}

}  // namespace rsl::cm
