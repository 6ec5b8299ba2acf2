// SPDX-License-Identifier: GPL-2.0-only
// From a checked entry to the NT call it asks for, and the upload of drivers.
#include "server/engine/session.hpp"
#include "server/engine/status.hpp"

namespace rsl::server {

using protocol::MessageId;
using protocol::RequestEntry;

[[gnu::always_inline]] Outcome Session::call(const RequestEntry& entry, Slot& slot) {
    const Target target{slots_.index_of(slot), entry.handle};
    // Not by the table, as the next ones: under TCG an indirect jump costs as much as ten that are not.
    if (entry.message == MessageId::kIoControl) return calls_.io_control(target, protocol::body_of<protocol::Control>(entry));
    switch (entry.message) {
        case MessageId::kClose: return calls_.close(entry.handle);
        case MessageId::kFsControl: return calls_.fs_control(target, protocol::body_of<protocol::Control>(entry));
        case MessageId::kRead: return calls_.read(target, protocol::body_of<protocol::Transfer>(entry));
        case MessageId::kWrite: return calls_.write(target, protocol::body_of<protocol::Transfer>(entry));
        case MessageId::kOpen: return calls_.open(target, protocol::body_of<protocol::Open>(entry), slot.cancel_asked);
        case MessageId::kFlush: return calls_.flush(target);
        case MessageId::kQueryInformation:
            return calls_.query_information(target, protocol::body_of<protocol::Information>(entry));
        case MessageId::kSetInformation:
            return calls_.set_information(target, protocol::body_of<protocol::Information>(entry));
        case MessageId::kQueryVolume: return calls_.query_volume(target, protocol::body_of<protocol::Information>(entry));
        case MessageId::kSetVolume: return calls_.set_volume(target, protocol::body_of<protocol::Information>(entry));
        case MessageId::kQueryDirectoryFile:
            return calls_.query_directory_file(target, protocol::body_of<protocol::QueryDirectoryFile>(entry));
        case MessageId::kDuplicate: return calls_.duplicate(target, protocol::body_of<protocol::Duplicate>(entry));
        case MessageId::kQueryObject: return calls_.query_object(target, protocol::body_of<protocol::Information>(entry));
        case MessageId::kWait: return calls_.wait(target, protocol::body_of<protocol::Wait>(entry));
        case MessageId::kOpenDirectory:
            return calls_.open_directory(target, protocol::body_of<protocol::OpenNamed>(entry));
        case MessageId::kQueryDirectory:
            return calls_.query_directory(target, protocol::body_of<protocol::QueryDirectory>(entry));
        case MessageId::kOpenSymbolicLink:
            return calls_.open_symbolic_link(target, protocol::body_of<protocol::OpenNamed>(entry));
        case MessageId::kQuerySymbolicLink:
            return calls_.query_symbolic_link(target, protocol::body_of<protocol::QuerySymbolicLink>(entry));
        case MessageId::kQuerySystem: return calls_.query_system(target, protocol::body_of<protocol::Information>(entry));
        case MessageId::kListDrivers: return calls_.list_drivers(protocol::body_of<protocol::ListDrivers>(entry));
        case MessageId::kSetRegistryValue:
            return calls_.set_registry_value(target, protocol::body_of<protocol::SetRegistryValue>(entry));
        case MessageId::kQueryRegistryValue:
            return calls_.query_registry_value(target, protocol::body_of<protocol::QueryRegistryValue>(entry));
        case MessageId::kWatchRegistry: return calls_.watch_registry(target, protocol::body_of<protocol::WatchRegistry>(entry));
        case MessageId::kRegistryChanges:
            return calls_.registry_changes(target, protocol::body_of<protocol::RegistryChanges>(entry));
        case MessageId::kDeviceAction: return calls_.device_action(target, protocol::body_of<protocol::DeviceAction>(entry));
        case MessageId::kProcessStarted: return calls_.process_started(protocol::body_of<protocol::ProcessStarted>(entry));
        case MessageId::kProcessEnded: return calls_.process_ended(protocol::body_of<protocol::ProcessEnded>(entry));
        case MessageId::kThreadChanged: return calls_.thread_changed(protocol::body_of<protocol::ThreadChanged>(entry));
        case MessageId::kImageLoaded: return calls_.image_loaded(protocol::body_of<protocol::ImageLoaded>(entry));
        case MessageId::kLoadCommit:
        case MessageId::kStoreDriver:
        case MessageId::kUnloadDriver:
        case MessageId::kVerifyDriver:
        case MessageId::kInspect: return call_service(entry);
        default: return {Status::kNotImplemented.nt()};
    }
}

Outcome Session::call_service(const RequestEntry& entry) {
    std::byte text[protocol::kMaxNameBytes];
    static_assert(sizeof(text) >= protocol::kMaxInspectPathBytes);
    if (entry.message == MessageId::kInspect) {
        const auto body = protocol::body_of<protocol::Inspect>(entry);
        return calls_.inspect(*copy_in(body.path, text), body.buffer);
    }
    if (entry.message == MessageId::kUnloadDriver) {
        const auto body = protocol::body_of<protocol::UnloadDriver>(entry);
        return calls_.unload_driver(*copy_in(body.service_name, text), body.report);
    }
    if (entry.message == MessageId::kVerifyDriver) {
        const auto body = protocol::body_of<protocol::VerifyDriver>(entry);
        return calls_.verify_driver(*copy_in(body.service_name, text), body);
    }
    const auto body = protocol::body_of<protocol::LoadFinish>(entry);
    const Bytes name(committed_.name, committed_.name_bytes), image(committed_.image, committed_.bytes);
    const Outcome outcome = entry.message == MessageId::kStoreDriver ? calls_.store_driver(name, image)
                                                                     : calls_.load_driver(name, image, body.report);
    calls_.free(std::exchange(committed_.image, nullptr));
    loading_.store(false, std::memory_order_release);  // pairs with begin_commit()
    return outcome;
}

Outcome Session::run_upload(const RequestEntry& entry) {
    if (entry.message == MessageId::kLoadBegin) {
        const auto body = protocol::body_of<protocol::LoadBegin>(entry);
        drop_upload();  // an unfinished one is forgotten
        auto* image = static_cast<std::byte*>(calls_.allocate(body.image_bytes));
        if (image == nullptr) return {status::kInsufficientResources};
        const Bytes name = *copy_in(body.service_name, upload_.name);
        upload_.id = next_upload_++;
        upload_.name_bytes = static_cast<uint32_t>(name.size());
        upload_.image = image;
        upload_.bytes = body.image_bytes;
        return {status::kSuccess, 0, upload_.id};
    }
    if (entry.message == MessageId::kLoadAbort) {
        const auto body = protocol::body_of<protocol::LoadFinish>(entry);
        if (upload_.id == 0 || body.upload != upload_.id) return {status::kNotFound};
        drop_upload();
        return {status::kSuccess};
    }
    const auto body = protocol::body_of<protocol::LoadData>(entry);
    if (upload_.id == 0 || body.upload != upload_.id) return {status::kNotFound};
    if (!in_bounds(body.image_offset, body.data.bytes, upload_.bytes)) return {status::kInvalidParameter};
    (void)copy_in(body.data, {upload_.image + body.image_offset, body.data.bytes});
    return {status::kSuccess, body.data.bytes};
}

/// The leader hands the upload over to the thread that loads it, so that others may lead meanwhile.
int32_t Session::begin_commit(const RequestEntry& entry) {
    const auto body = protocol::body_of<protocol::LoadFinish>(entry);
    if (upload_.id == 0 || body.upload != upload_.id) return status::kNotFound;
    if (loading_.exchange(true, std::memory_order_acquire)) return status::kInsufficientResources;
    committed_ = upload_;
    upload_ = {};
    return status::kSuccess;
}

void Session::drop_upload() {
    if (upload_.id == 0) return;
    calls_.free(upload_.image);
    upload_ = {};
}

}  // namespace rsl::server
