// SPDX-License-Identifier: GPL-2.0-only
// NtLoadDriver and NtUnloadDriver: Wine's registry says where the driver is, its file goes into the
// VM.
#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include "abi/types/status.h"
#include "shim/client/text.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/links.hpp"
#include "shim/wine/names.hpp"
#include "shim/wine/object_name.hpp"
#include "shim/wine/placement.hpp"
#include "shim/wine/processes.hpp"
#include "shim/wine/registry.hpp"
#include "shim/wine/registry_mirror.hpp"
#include "shim/wine/registry_names.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kFileOpen = 1;

/// ImagePath in any of its spellings, as an NT path.
std::u16string nt_image_path(const std::u16string& image, std::u16string_view service) {
    const std::u16string windows = u"\\??\\C:\\windows\\";
    if (image.empty()) return windows + u"system32\\drivers\\" + std::u16string(service) + u".sys";
    if (image.starts_with(u"\\??\\")) return image;
    constexpr std::u16string_view kSystemRoot = u"\\SystemRoot\\";
    if (same_name(std::u16string_view(image).substr(0, kSystemRoot.size()), kSystemRoot))
        return windows + image.substr(kSystemRoot.size());
    if (image.size() > 1 && image[1] == u':') return u"\\??\\" + image;
    return windows + image;  // relative to the Windows folder, as documented
}

/// The host's path of an NT path; empty when there is no such file.
std::string unix_path(std::u16string nt_path) {
    UNICODE_STRING name = string_of(nt_path);
    OBJECT_ATTRIBUTES attributes = attributes_of(name);
    std::string path(4096, '\0');
    auto bytes = static_cast<uint32_t>(path.size());
    if (call_ntdll("wine_nt_to_unix_file_name",
             {word(&attributes), word(path.data()), word(&bytes), kFileOpen}) < 0)
        return {};
    return path.c_str();
}

using Links = std::set<std::string>;

/// The names of the VM's links to devices.
Links links_of(rsl_client* client) {
    Links links;
    const auto collect = [](void* context, const char* name, const char* type) {
        if (std::string_view(type) == "SymbolicLink") static_cast<Links*>(context)->insert(name);
        return 0;
    };
    (void)rsl_list_directory(client, "\\??", collect, &links);
    return links;
}

/// Makes Wine's links follow a change of the VM's.
void follow(rsl_client* client, const Links& before, const Links& after) {
    for (const auto& name : after) {
        char target[512];
        if (before.contains(name) || rsl_read_link(client, ("\\??\\" + name).c_str(), target, sizeof(target)) < 0) continue;
        const auto wide_name = client::to_utf16(name), wide_target = client::to_utf16(target);
        if (wide_name && wide_target) publish_link(*wide_name, *wide_target);
    }
    for (const auto& name : before) {
        const auto wide_name = client::to_utf16(name);
        if (wide_name && !after.contains(name)) withdraw_link(*wide_name);
    }
}

bool is_loaded(rsl_client* client, std::u16string_view service) {
    struct Search {
        std::u16string_view service;
        bool found;
    } search{service, false};
    const auto look = [](void* context, const char* name, const char*) {
        auto& looking = *static_cast<Search*>(context);
        const auto wide = client::to_utf16(name);
        looking.found = looking.found || (wide && same_name(last_component(*wide), looking.service));
        return 0;
    };
    return rsl_list_drivers(client, look, &search) >= 0 && search.found;
}

NTSTATUS load(const std::u16string& service) {
    NTSTATUS opened = STATUS_SUCCESS;
    const uint64_t key = open_key(std::u16string(kServices) + service, opened);
    if (key == 0) return opened;
    const std::u16string image = read_text_value(key, u"ImagePath");
    (void)original(Call::kNtClose, {key});
    const std::string file = unix_path(nt_image_path(image, service));
    if (file.empty()) return STATUS_OBJECT_NAME_NOT_FOUND;

    SignalGuard guard;
    rsl_client* client = session();
    if (client == nullptr) return STATUS_DEVICE_NOT_READY;
    const auto state = is_loaded(client, service) ? DriverState::kLoaded : DriverState::kNotLoaded;
    begin_mirror(client, service, state);
    const Links before = links_of(client);
    const NTSTATUS status =
        rsl_load_driver_file(client, client::to_utf8(service).c_str(), file.c_str(), nullptr);
    flush_mirror(client);
    if (status < 0 && state == DriverState::kNotLoaded) end_mirror(service);
    if (status >= 0) follow(client, before, links_of(client));
    // The driver host says when: first it tells that the driver runs.
    if (status >= 0 && !this_program_is(u"rsldevice.exe")) settle_mirror();
    return status;
}

NTSTATUS unload(const std::u16string& service) {
    SignalGuard guard;
    rsl_client* client = session();
    if (client == nullptr) return STATUS_DEVICE_NOT_READY;
    const Links before = links_of(client);
    const NTSTATUS status = rsl_unload_driver(client, client::to_utf8(service).c_str(), nullptr);
    flush_mirror(client);
    if (status < 0) return status;
    end_mirror(service);
    follow(client, before, links_of(client));
    return status;
}

}  // namespace

NTSTATUS handle_NtLoadDriver(const Words& words) {
    const auto service = service_of(text_of(pointer<const UNICODE_STRING*>(words[0])));
    if (!service.empty()) return load(service);
    if (this_program_is(u"rsldevice.exe")) {  // has something to tell, and no driver to load
        run_anywhere();
        settle_mirror();
    }
    return STATUS_OBJECT_NAME_INVALID;
}

NTSTATUS handle_NtUnloadDriver(const Words& words) {
    const auto service = service_of(text_of(pointer<const UNICODE_STRING*>(words[0])));
    return service.empty() ? STATUS_OBJECT_NAME_INVALID : unload(service);
}

}  // namespace rsl::wine
