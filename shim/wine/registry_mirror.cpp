// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/registry_mirror.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

#include "abi/types/status.h"
#include "shim/api/handle.hpp"
#include "shim/client/registry.hpp"
#include "shim/wine/object_name.hpp"
#include "shim/wine/own_thread.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/registry.hpp"
#include "shim/wine/registry_names.hpp"
#include "shim/wine/signal_guard.hpp"

namespace rsl::wine {

namespace {

using protocol::RegistryChange;

constexpr uint64_t kEventAllAccess = 0x1F0003;
constexpr uint64_t kSynchronizationEvent = 1, kWaitAny = 1;
constexpr uint64_t kChangeOfName = 1, kChangeOfValue = 4;  // REG_NOTIFY_CHANGE_*
constexpr size_t kMostServices = 63;                       // a wait has 64 objects

/// A service whose driver this process has loaded.
struct Service {
    std::u16string path;
    uint32_t watch = 0;  // its number in the VM
    uint64_t key = 0;    // in the prefix
    uint64_t event = 0;  // set when the prefix' key changes; made by the thread that waits for it
    IO_STATUS_BLOCK notice{};  // nobody reads it; its Pointer is null, as 32-bit programs' blocks go (status_block.hpp)
    WineTree known;  // what both sides have
    bool ended = false;
};

class Mirror {
  public:
    void begin(rsl_client* client, const std::u16string& service, DriverState state);
    void settle();
    void flush(rsl_client* client);
    void end(const std::u16string& service);
    [[noreturn]] void watch_prefix();
    [[noreturn]] void write_prefix();

  private:
    void use_client(rsl_client* client);
    Service* find(const std::u16string& path);
    client::Connection& connection() const { return *client_->connection; }

    // From the prefix to the VM.
    void compare(Service& service);
    void send(Service& service, WineTree now);
    void send_key(Service& service, const WineKey& now);
    void send_deletions(Service& service, const WineTree& now);

    // From the VM to the prefix.
    void apply(const client::RegistryChange& change);
    void apply_value(Service* service, const std::u16string& top,
                     const client::RegistryChange& change);
    static void note(Service* service, const client::RegistryChange& change,
                     const client::RegistryValue* value);
    Service* service_of_watch(uint32_t watch);

    std::mutex mutex_;
    rsl_client* client_ = nullptr;
    uint32_t device_map_ = ~0u;  // its number in the VM
    std::vector<std::unique_ptr<Service>> services_;
    uint64_t services_changed_ = 0, client_changed_ = 0;  // events
    bool threads_ = false;
};

/// Lives as long as the process: its threads do.
Mirror& mirror() {
    static Mirror& only = *new Mirror;
    return only;
}

uint64_t make_event() {
    uint64_t event = 0;
    (void)call_ntdll("NtCreateEvent", {word(&event), kEventAllAccess, 0, kSynchronizationEvent, 0});
    return event;
}

void close(uint64_t handle) {
    if (handle != 0) (void)original(Call::kNtClose, {handle});
}

std::u16string joined(const std::u16string& top, const std::u16string& below) {
    return below.empty() ? top : top + u"\\" + below;
}

void Mirror::settle() {
    std::lock_guard guard{mutex_};
    if (threads_ || services_.empty()) return;
    services_changed_ = make_event();
    client_changed_ = make_event();
    // One starts the other: a driver's start does not wait for two.
    threads_ = start_own_thread([] {
                   (void)start_own_thread([] { mirror().write_prefix(); });
                   mirror().watch_prefix();
               }) >= 0;
}

/// A VM that took the place of another knows nothing of what we watch.
void Mirror::use_client(rsl_client* client) {
    if (client_ == client) return;
    client_ = client;
    for (auto& service : services_) service->ended = true;
    device_map_ = ~0u;
    (void)client::watch_registry(connection(), kDeviceMap, protocol::kTellExisting, device_map_);
    if (threads_) (void)call_ntdll("NtSetEvent", {client_changed_, 0});
}

/// What Wine's server has to be asked for comes first, then all that goes to the VM: it stays awake meanwhile.
void Mirror::begin(rsl_client* client, const std::u16string& name, DriverState state) {
    std::lock_guard guard{mutex_};
    auto service = std::make_unique<Service>();
    service->path = std::u16string(kServices) + name;
    NTSTATUS status = STATUS_SUCCESS;
    service->key = open_key(service->path, status);
    if (service->key == 0) return;
    WineTree now;
    const bool read = read_tree(service->key, now);
    use_client(client);
    if (find(service->path) != nullptr) return close(service->key);
    // What an earlier start has left is not the prefix'.
    if (state == DriverState::kNotLoaded)
        (void)client::set_registry_value(connection(), service->path, {}, 0, {},
                                         protocol::kDeleteTree);
    const uint32_t flags = state == DriverState::kLoaded ? uint32_t{protocol::kTellExisting} : 0;
    const bool watched =
        client::watch_registry(connection(), service->path, flags, service->watch) >= 0;
    if (read) send(*service, std::move(now));
    if (!watched || services_.size() >= kMostServices)
        return close(service->key);  // it stays as it was at its start
    services_.push_back(std::move(service));
    if (threads_) (void)call_ntdll("NtSetEvent", {services_changed_, 0});
}

Service* Mirror::find(const std::u16string& path) {
    for (auto& service : services_) {
        if (!service->ended && folded(service->path) == folded(path)) return service.get();
    }
    return nullptr;
}

void Mirror::end(const std::u16string& name) {
    std::lock_guard guard{mutex_};
    Service* service = find(std::u16string(kServices) + name);
    if (service == nullptr) return;
    service->ended = true;
    (void)client::forget_registry(connection(), service->watch);
    if (threads_) (void)call_ntdll("NtSetEvent", {services_changed_, 0});
}

// ---- From the prefix to the VM

void Mirror::send_key(Service& service, const WineKey& now) {
    const std::u16string path = joined(service.path, now.path);
    const auto known = service.known.find(folded(now.path));
    if (known == service.known.end())
        (void)client::set_registry_value(connection(), path, {}, 0, {}, protocol::kKeyOnly);
    client::RegistryWriter writer(connection());
    for (const auto& [name, value] : now.values) {
        if (known != service.known.end()) {
            const auto before = known->second.values.find(name);
            if (before != known->second.values.end() && before->second == value) continue;
        }
        writer.set(path, value.name, value.type, value.data);
    }
}

/// What is known and not there any more; asked for by name first, as only Wine knows which names
/// are equal.
void Mirror::send_deletions(Service& service, const WineTree& now) {
    for (const auto& [folded_path, known] : service.known) {
        const std::u16string path = joined(service.path, known.path);
        NTSTATUS status = STATUS_SUCCESS;
        const auto here = now.find(folded_path);
        const uint64_t key = open_key(path, status);
        if (key == 0 && !known.path.empty()) {
            (void)client::set_registry_value(connection(), path, {}, 0, {}, protocol::kDeleteTree);
            continue;
        }
        for (const auto& [name, value] : known.values) {
            if (key == 0 || (here != now.end() && here->second.values.contains(name)) ||
                has_value(key, value.name))
                continue;
            (void)client::set_registry_value(connection(), path, value.name, 0, {},
                                             protocol::kDeleteValue);
        }
        close(key);
    }
}

void Mirror::send(Service& service, WineTree now) {
    send_deletions(service, now);
    for (const auto& [path, key] : now) send_key(service, key);
    service.known = std::move(now);
}

void Mirror::compare(Service& service) {
    WineTree now;
    if (read_tree(service.key, now)) send(service, std::move(now));
    // else the service was deleted: its driver goes on with what it has
}

void Mirror::watch_prefix() {
    for (;;) {
        std::vector<Service*> watched;
        std::vector<uint64_t> events{services_changed_};
        {
            SignalGuard signals;
            std::lock_guard guard{mutex_};
            std::erase_if(services_, [](const auto& service) {
                if (service->ended) {
                    close(service->key);
                    close(service->event);
                }
                return service->ended;
            });
            for (auto& service : services_) {
                if (service->event == 0) service->event = make_event();
                // Asked anew each time, before the comparison: no change falls between the two.
                (void)call_ntdll("NtNotifyChangeKey",
                                 {service->key, service->event, 0, 0, word(&service->notice),
                                  kChangeOfName | kChangeOfValue, 1, 0, 0, 1});
                compare(*service);
                events.push_back(service->event);
            }
        }
        (void)call_ntdll("NtWaitForMultipleObjects",
                         {events.size(), word(events.data()), kWaitAny, 0, 0});
    }
}

// ---- From the VM to the prefix

Service* Mirror::service_of_watch(uint32_t watch) {
    for (auto& service : services_) {
        if (!service->ended && service->watch == watch) return service.get();
    }
    return nullptr;
}

/// What we have written ourselves is nothing to send back.
void Mirror::note(Service* service, const client::RegistryChange& change,
                  const client::RegistryValue* value) {
    if (service == nullptr) return;
    WineKey& key = service->known[folded(change.key)];
    if (key.path.empty()) key.path = change.key;
    if (value != nullptr) {
        key.values[folded(change.name)] = {change.name, value->type, value->data};
    } else if (change.change == RegistryChange::kValueDeleted) {
        key.values.erase(folded(change.name));
    }
}

void Mirror::apply_value(Service* service, const std::u16string& top,
                         const client::RegistryChange& change) {
    client::RegistryValue value;
    // It may have gone since; then that is told next.
    if (client::read_registry_value(connection(), joined(top, change.key), change.name, value) <
            0 ||
        value.type == kRegLink)
        return;
    const uint64_t key = make_key(
        top, change.key, service != nullptr ? KeyLifetime::kStored : KeyLifetime::kVolatile);
    if (key == 0) return;
    if (set_value(key, change.name, value.type, value.data) >= 0) note(service, change, &value);
    close(key);
}

void Mirror::apply(const client::RegistryChange& change) {
    Service* service = service_of_watch(change.watch);
    if ((service == nullptr && change.watch != device_map_) || !is_relative_key(change.key)) return;
    const std::u16string top = service != nullptr ? service->path : std::u16string(kDeviceMap);
    const bool of_value = change.change == RegistryChange::kValueSet ||
                          change.change == RegistryChange::kValueDeleted;
    if (of_value && service != nullptr && !is_drivers_own(change.key, change.name)) return;
    NTSTATUS status = STATUS_SUCCESS;
    switch (change.change) {
        case RegistryChange::kValueSet:
            return apply_value(service, top, change);
        case RegistryChange::kKeyMade:
            close(make_key(top, change.key,
                           service != nullptr ? KeyLifetime::kStored : KeyLifetime::kVolatile));
            return note(service, change, nullptr);
        case RegistryChange::kKeyDeleted:
            if (change.key.empty()) return;  // the service itself is its installer's
            delete_key(joined(top, change.key));
            if (service == nullptr) return;
            return (void)std::erase_if(
                service->known, [gone = folded(change.key)](const auto& known) {
                    return known.first.starts_with(gone) &&
                           (known.first.size() == gone.size() || known.first[gone.size()] == u'\\');
                });
        case RegistryChange::kValueDeleted:
            if (const uint64_t key = open_key(joined(top, change.key), status, kKeyAllAccess);
                key != 0) {
                (void)delete_value(key, change.name);
                note(service, change, nullptr);
                close(key);
            }
            return;
    }
}

void Mirror::flush(rsl_client* client) {
    std::lock_guard guard{mutex_};
    if (client_ != client) return;
    std::vector<client::RegistryChange> changes;
    while (client::next_registry_changes(connection(), changes) >= 0) {
        for (const auto& change : changes) apply(change);
    }
}

/// The driver host waits for this, if it is one that runs here: what its services' states are is its to tell.
void tell_that_drivers_ended() {
    constexpr uint64_t kEventModifyState = 2;
    std::u16string path = u"\\BaseNamedObjects\\RslDriversEnded-";
    for (const char digit : std::to_string(windows_process_id())) path.push_back(static_cast<char16_t>(digit));
    UNICODE_STRING name = string_of(path);
    OBJECT_ATTRIBUTES attributes = attributes_of(name);
    uint64_t event = 0;
    if (call_ntdll("NtOpenEvent", {word(&event), kEventModifyState, word(&attributes)}) < 0) return;
    (void)call_ntdll("NtSetEvent", {event, 0});
    close(event);
}

void Mirror::write_prefix() {
    for (;;) {
        rsl_client* client = nullptr;
        rsl_status status = 0;
        {
            SignalGuard signals;
            {
                std::lock_guard guard{mutex_};
                client = client_;
            }
            if (client != nullptr) status = client::wait_for_registry_changes(*client->connection);
            if (client != nullptr && status >= 0) flush(client);
        }
        if (client != nullptr && rsl_disconnect_reason(client) != nullptr) tell_that_drivers_ended();
        // No VM, or it has ended: until there is another.
        if (client == nullptr || status < 0)
            (void)call_ntdll("NtWaitForSingleObject", {client_changed_, 0, 0});
    }
}

}  // namespace

void begin_mirror(rsl_client* client, const std::u16string& service, DriverState state) {
    mirror().begin(client, service, state);
}
void settle_mirror() { mirror().settle(); }
void flush_mirror(rsl_client* client) { mirror().flush(client); }
void end_mirror(const std::u16string& service) { mirror().end(service); }

}  // namespace rsl::wine
