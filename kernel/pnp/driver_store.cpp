// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/driver_store.hpp"

#include <cstring>

#include "abi/functions/io.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/registry_key.hpp"

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

/// Writes the image to where ImagePath says. A VM without a C: has no such place.
void write_file(std::u16string_view service, std::span<const std::byte> image) {
    const ValueData named = RegistryKey::open(PathText(kServicesPath, service)).value(u"ImagePath");
    PathText path(named.text());
    if (path.empty()) path.add(u"\\SystemRoot\\System32\\drivers\\").add(service).add(u".sys");
    UNICODE_STRING name = path.nt();
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, nullptr, nullptr};
    IO_STATUS_BLOCK outcome = {};
    HANDLE file;
    NTSTATUS status = ZwCreateFile(&file, FILE_WRITE_DATA | SYNCHRONIZE, &attributes, &outcome, nullptr, FILE_ATTRIBUTE_NORMAL, 0,
                                   FILE_OVERWRITE_IF, FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE, nullptr, 0);
    if (NT_SUCCESS(status)) {
        LARGE_INTEGER offset = {};
        status = ZwWriteFile(file, nullptr, nullptr, nullptr, &outcome, const_cast<std::byte*>(image.data()),
                             static_cast<ULONG>(image.size()), &offset, nullptr);
        ZwClose(file);
    }
    if (!NT_SUCCESS(status)) {
        ke::log(ke::LogLevel::kDebug, "the driver %s is kept for this run only: %s cannot be written, status %x",
                Narrow(service).c_str(), Narrow(path).c_str(), static_cast<unsigned>(status));
    }
}

}  // namespace

Result<void> store_image(std::u16string_view service, std::span<const std::byte> image) {
    RSL_TRY(keep_image(service, image));
    write_file(service, image);
    return {};
}

Result<void> keep_image(std::u16string_view service, std::span<const std::byte> image) {
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
    const bool stored = copy_image(service, image);
    const mm::UniqueBytes memory(sizeof(RSL_LOAD_REPORT), kTag);
    if (!memory) return {{}, STATUS_INSUFFICIENT_RESOURCES, false};
    auto& report = *static_cast<RSL_LOAD_REPORT*>(memory.get());
    std::memset(&report, 0, sizeof(report));
    const NTSTATUS status = stored ? io::load_driver(service, {static_cast<const std::byte*>(image.bytes), image.count}, report)
                                   : io::load_service(service, report);
    if (!stored && status < 0 && report.Text[0] == 0) {
        ke::log(ke::LogLevel::kWarn, "a device needs the driver %s, which is neither installed nor a file: status %x",
                Narrow(service).c_str(), static_cast<unsigned>(status));
    }
    if (report.Text[0] != 0) {
        ke::log(status < 0 ? ke::LogLevel::kError : ke::LogLevel::kWarn, "%s %s", Narrow(service).c_str(), report.Text);
    }
    if (status < 0) return {{}, status, report.EntryStatus < 0};
    return {io::find_driver(service), STATUS_SUCCESS, false};
}

}  // namespace rsl::pnp
