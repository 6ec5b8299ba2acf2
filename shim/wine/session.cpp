// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/session.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>

#include "shim/api/handle.hpp"
#include "shim/client/attach.hpp"
#include "shim/client/last_error.hpp"
#include "shim/client/text.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/names.hpp"
#include "shim/wine/own_objects.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/processes.hpp"
#include "shim/wine/supervisor_link.hpp"
#include "shim/wine/user_memory.hpp"
#include "shim/wine/windows_image.hpp"

namespace rsl::wine {

namespace {

constinit std::mutex connecting;
constinit std::atomic<rsl_client*> current = nullptr;

/// The program's file name, from its process parameters (PEB, documented offsets of winternl.h for
/// x64).
std::string windows_program_name() {
    const char* peb;
    asm("movq %%gs:0x60, %0" : "=r"(peb));
    if (peb == nullptr) return {};
    const auto* parameters = *reinterpret_cast<const char* const*>(peb + 0x20);
    if (parameters == nullptr) return {};
    const auto name =
        last_component(text_of(reinterpret_cast<const UNICODE_STRING*>(parameters + 0x60)));
    return client::to_utf8(name);
}

/// Makes the table in which other processes find what our handles lead to in this session. Without it our
/// handles cannot be copied by others, and all else works.
void show_handles(rsl_client* client) {
    share_table(nullptr);
    const UniqueFd memory{::memfd_create("rsl-handles", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    if (!memory || ::ftruncate(memory.get(), wire::kTableBytes) < 0 ||
        ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return;
    void* table = ::mmap(nullptr, wire::kTableBytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (table == MAP_FAILED) return;
    if (show_table(rsl_process_id(client), memory.get()) >= 0) return share_table(static_cast<std::atomic<uint32_t>*>(table));
    ::munmap(table, wire::kTableBytes);
}

rsl_client* connect() {
    client::AttachOptions options;
    options.program = windows_program_name();
    options.windows_process = windows_process_id();
    options.windows_parent = parent_process_id();
    options.peb32 = wow64_peb();
    options.objects = own_objects_for_new_vm();
    auto connection = client::attach(options);
    if (connection) return new rsl_client{std::move(connection).value()};
    client::set_last_error(connection.failure().text());
    return nullptr;
}

}  // namespace

rsl_client* current_session() {
    rsl_client* client = current.load(std::memory_order_acquire);  // pairs with session()
    return client != nullptr && rsl_disconnect_reason(client) == nullptr ? client : nullptr;
}

rsl_client* session() {
    rsl_client* client = current.load(std::memory_order_acquire);  // pairs with the store below
    if (client != nullptr && rsl_disconnect_reason(client) == nullptr) return client;
    std::lock_guard guard{connecting};
    client = current.load(std::memory_order_relaxed);
    if (client != nullptr && rsl_disconnect_reason(client) == nullptr) return client;
    rsl_client* fresh = connect();
    if (fresh != nullptr) {
        forget_wine_page();
        show_handles(fresh);
        current.store(fresh,
                      std::memory_order_release);  // others may still be in calls on the old one
    }
    return fresh != nullptr ? fresh : client;
}

}  // namespace rsl::wine
