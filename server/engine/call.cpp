// SPDX-License-Identifier: GPL-2.0-only
// From a checked entry to the NT call it asks for, and the upload of drivers.
#include "server/engine/session.hpp"
#include "server/engine/status.hpp"

namespace rsl::server {

using protocol::MessageId;
using protocol::RequestEntry;

Outcome Session::call(const RequestEntry& entry, Slot& slot) {
    const uint64_t arena = channel_.layout().arena_bytes;
    const Target target{slots_.index_of(slot), entry.handle};
    const auto body = [&]<typename Body>() { return *protocol::decode<Body>(entry, arena); };
    switch (entry.message) {
        case MessageId::kClose: return calls_.close(entry.handle);
        case MessageId::kIoControl: return calls_.io_control(target, body.operator()<protocol::Control>());
        case MessageId::kFsControl: return calls_.fs_control(target, body.operator()<protocol::Control>());
        case MessageId::kRead: return calls_.read(target, body.operator()<protocol::Transfer>());
        case MessageId::kWrite: return calls_.write(target, body.operator()<protocol::Transfer>());
        case MessageId::kOpen: return calls_.open(target, body.operator()<protocol::Open>());
        case MessageId::kFlush: return calls_.flush(target);
        case MessageId::kQueryInformation:
            return calls_.query_information(target, body.operator()<protocol::Information>());
        case MessageId::kSetInformation:
            return calls_.set_information(target, body.operator()<protocol::Information>());
        case MessageId::kQueryVolume: return calls_.query_volume(target, body.operator()<protocol::Information>());
        case MessageId::kSetVolume: return calls_.set_volume(target, body.operator()<protocol::Information>());
        case MessageId::kQueryDirectoryFile:
            return calls_.query_directory_file(target, body.operator()<protocol::QueryDirectoryFile>());
        case MessageId::kDuplicate: return calls_.duplicate(target, body.operator()<protocol::Duplicate>());
        case MessageId::kQueryObject: return calls_.query_object(target, body.operator()<protocol::Information>());
        case MessageId::kWait: return calls_.wait(target, body.operator()<protocol::Wait>());
        case MessageId::kOpenDirectory:
            return calls_.open_directory(target, body.operator()<protocol::OpenNamed>());
        case MessageId::kQueryDirectory:
            return calls_.query_directory(target, body.operator()<protocol::QueryDirectory>());
        case MessageId::kOpenSymbolicLink:
            return calls_.open_symbolic_link(target, body.operator()<protocol::OpenNamed>());
        case MessageId::kQuerySymbolicLink:
            return calls_.query_symbolic_link(target, body.operator()<protocol::QuerySymbolicLink>());
        case MessageId::kQuerySystem: return calls_.query_system(target, body.operator()<protocol::Information>());
        case MessageId::kListDrivers: return calls_.list_drivers(body.operator()<protocol::ListDrivers>());
        case MessageId::kSetRegistryValue:
            return calls_.set_registry_value(target, body.operator()<protocol::SetRegistryValue>());
        case MessageId::kDeviceAction: return calls_.device_action(target, body.operator()<protocol::DeviceAction>());
        case MessageId::kProcessStarted: return calls_.process_started(body.operator()<protocol::ProcessStarted>());
        case MessageId::kProcessEnded: return calls_.process_ended(body.operator()<protocol::ProcessEnded>());
        case MessageId::kThreadChanged: return calls_.thread_changed(body.operator()<protocol::ThreadChanged>());
        case MessageId::kImageLoaded: return calls_.image_loaded(body.operator()<protocol::ImageLoaded>());
        case MessageId::kLoadCommit:
        case MessageId::kStoreDriver:
        case MessageId::kUnloadDriver:
        case MessageId::kVerifyDriver:
        case MessageId::kInspect: return call_service(entry);
        default: return {Status::kNotImplemented.nt()};
    }
}

Outcome Session::call_service(const RequestEntry& entry) {
    const uint64_t arena = channel_.layout().arena_bytes;
    std::byte text[protocol::kMaxNameBytes];
    static_assert(sizeof(text) >= protocol::kMaxInspectPathBytes);
    if (entry.message == MessageId::kInspect) {
        const auto body = *protocol::decode<protocol::Inspect>(entry, arena);
        return calls_.inspect(*copy_in(body.path, text), body.buffer);
    }
    if (entry.message == MessageId::kUnloadDriver) {
        const auto body = *protocol::decode<protocol::UnloadDriver>(entry, arena);
        return calls_.unload_driver(*copy_in(body.service_name, text), body.report);
    }
    if (entry.message == MessageId::kVerifyDriver) {
        const auto body = *protocol::decode<protocol::VerifyDriver>(entry, arena);
        return calls_.verify_driver(*copy_in(body.service_name, text), body);
    }
    const auto body = *protocol::decode<protocol::LoadFinish>(entry, arena);
    const Bytes name(committed_.name, committed_.name_bytes), image(committed_.image, committed_.bytes);
    const Outcome outcome = entry.message == MessageId::kStoreDriver ? calls_.store_driver(name, image)
                                                                     : calls_.load_driver(name, image, body.report);
    calls_.free(std::exchange(committed_.image, nullptr));
    loading_.store(false, std::memory_order_release);  // pairs with begin_commit()
    return outcome;
}

Outcome Session::run_upload(const RequestEntry& entry) {
    const uint64_t arena = channel_.layout().arena_bytes;
    if (entry.message == MessageId::kLoadBegin) {
        const auto body = *protocol::decode<protocol::LoadBegin>(entry, arena);
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
        const auto body = *protocol::decode<protocol::LoadFinish>(entry, arena);
        if (upload_.id == 0 || body.upload != upload_.id) return {status::kNotFound};
        drop_upload();
        return {status::kSuccess};
    }
    const auto body = *protocol::decode<protocol::LoadData>(entry, arena);
    if (upload_.id == 0 || body.upload != upload_.id) return {status::kNotFound};
    if (!in_bounds(body.image_offset, body.data.bytes, upload_.bytes)) return {status::kInvalidParameter};
    (void)copy_in(body.data, {upload_.image + body.image_offset, body.data.bytes});
    return {status::kSuccess, body.data.bytes};
}

/// The leader hands the upload over to the thread that loads it, so that others may lead meanwhile.
int32_t Session::begin_commit(const RequestEntry& entry) {
    const auto body = *protocol::decode<protocol::LoadFinish>(entry, channel_.layout().arena_bytes);
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
