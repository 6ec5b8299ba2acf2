// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/driver_store.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/device_node.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpIm");

struct StoredImage {
    ListHook hook;
    IdText service;
    std::byte* bytes;
    size_t count;
};
constinit IntrusiveList<StoredImage, &StoredImage::hook> images;  // guarded by tree_lock()

StoredImage* find(std::u16string_view service) {
    for (StoredImage& image : images) {
        if (same_text(image.service, service)) return &image;
    }
    return nullptr;
}

/// A copy that stays while it is being loaded.
struct ImageCopy {
    void* bytes = nullptr;
    size_t count = 0;
    ~ImageCopy() { mm::free(bytes); }
};
bool copy_image(std::u16string_view service, ImageCopy& copy) {
    ke::MutexGuard guard{tree_lock()};
    const StoredImage* image = find(service);
    if (image == nullptr) return false;
    copy.bytes = mm::allocate(image->count, kTag);
    if (copy.bytes == nullptr) return false;
    std::memcpy(copy.bytes, image->bytes, image->count);
    copy.count = image->count;
    return true;
}

}  // namespace

Result<void> store_image(std::u16string_view service, std::span<const std::byte> image) {
    if (service.empty() || service.size() > 63) return Status::kObjectNameInvalid;
    auto* bytes = static_cast<std::byte*>(mm::allocate(image.size(), kTag));
    if (bytes == nullptr) return Status::kInsufficientResources;
    std::memcpy(bytes, image.data(), image.size());
    ke::MutexGuard guard{tree_lock()};
    StoredImage* entry = find(service);
    if (entry == nullptr) {
        auto made = mm::make<StoredImage>(kTag);
        if (!made) {
            mm::free(bytes);
            return made.failure();
        }
        entry = *made;
        entry->service.add(service);
        entry->bytes = nullptr;
        images.push_back(*entry);
    }
    mm::free(entry->bytes);
    entry->bytes = bytes;
    entry->count = image.size();
    return {};
}

Loaded load_service(std::u16string_view service) {
    if (auto running = io::find_driver(service)) return {std::move(running), STATUS_SUCCESS, false};
    ImageCopy image;
    if (!copy_image(service, image)) {
        ke::log(ke::LogLevel::kWarn, "a device needs the driver %s, whose image nobody installed",
                Narrow(service).c_str());
        return {{}, STATUS_OBJECT_NAME_NOT_FOUND, false};
    }
    auto report = mm::make<RSL_LOAD_REPORT>(kTag);
    if (!report) return {{}, STATUS_INSUFFICIENT_RESOURCES, false};
    const mm::UniquePool<RSL_LOAD_REPORT> owner(*report);
    const NTSTATUS status = io::load_driver(service, {static_cast<const std::byte*>(image.bytes), image.count}, *owner);
    if (owner->Text[0] != 0) {
        ke::log(status < 0 ? ke::LogLevel::kError : ke::LogLevel::kWarn, "%s %s", Narrow(service).c_str(), owner->Text);
    }
    if (status < 0) return {{}, status, owner->EntryStatus < 0};
    return {io::find_driver(service), STATUS_SUCCESS, false};
}

}  // namespace rsl::pnp
